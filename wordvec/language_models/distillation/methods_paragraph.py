"""Paragraph on distilled vectors for the methods section of a paper, from their metadata, with the works to cite."""

from collections.abc import Mapping
from typing import Any

from wordvec.bibliography import with_works
from wordvec.errors import InputError
from wordvec.language_models.distillation.contexts import NEGATIVES, NOISE_POWER, SAMPLE
from wordvec.language_models.distillation.settings import CONTEXTS, SENTENCES, SIF, UNIFORM
from wordvec.provenance import FOLDED
from wordvec.trainers.later_steps import later_steps
from wordvec.wording import quantity


def methods_text(metadata: Mapping[str, Any], words: int, dim: int, name: str = "vectors") -> str:
    """Return a paragraph on the distillation and the later steps, and BibTeX of the works cited.

    Parameters
    ----------
    metadata
        Metadata of the vectors.
    words, dim
        Size of the vectors.
    name
        Name of the vectors, for errors.

    Raises
    ------
    InputError
        If the metadata are damaged.
    """
    try:
        sentences, works = _distilled(metadata, words, dim)
        steps = [step for step in metadata.get("history", []) if step["step"] != FOLDED]
        for sentence, cited in later_steps(steps):
            sentences.append(sentence)
            works += cited
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{name}: its metadata are damaged ({type(error).__name__}: {error})") from error
    return with_works(" ".join(sentences), works)


def _distilled(metadata: Mapping[str, Any], words: int, dim: int) -> tuple[list[str], list[str]]:
    settings, teacher, found = metadata["settings"], metadata["teacher"], metadata["distillation"]
    model = f" {teacher['name']}" if "name" in teacher else ""
    centred = "centred and " if settings["centre"] else ""
    of_sentences = " of its vectors of sentences" if settings["method"] == SENTENCES else ""
    weights, works = _weights(settings, metadata.get("corpus") or {})
    begin = (
        f"Static vectors of {quantity(words, 'word')} were distilled from the model{model}, whose vectors have "
        f"{teacher['dim']} dimensions."
    )
    end = f"This was done by wordvec {metadata['versions']['wordvec']}."
    if settings["method"] == CONTEXTS:
        weighted = [f"The rows were then {weights}."] if weights else []
        return [begin, *_predicting(found, dim), *weighted, end], ["gupta2021", *works]
    weights = weights and f", and {weights}"
    sentences = [
        begin,
        f"As in Model2Vec (Tulkens and van Dongen, 2024), its vectors of single words were {centred}projected on {dim} "
        f"principal components{of_sentences} ({found['variance_kept']:.1%} of the variance){weights}.",
    ]
    if settings["method"] == SENTENCES:
        sentences += _fitted(found)
    return [*sentences, end], ["tulkens2024", *works]


def _weights(settings: Mapping[str, Any], corpus: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the end of a sentence on the weights of words, empty without weights, and the works cited."""
    if settings["weighting"] == UNIFORM:
        return "", []
    of_corpus = f" in a corpus of {corpus['tokens']:,} tokens" if "tokens" in corpus else ""
    share = (
        f"its share of the tokens of these words{of_corpus}"
        if settings["weighting"] == SIF
        else "its share by Zipf's law"
    )
    return f"weighted by a / (a + p), p being {share}, a = {settings['a']:g} (Arora et al., 2017)", ["arora2017"]


def _fitted(found: Mapping[str, Any]) -> list[str]:
    """Return sentences on the fit to sentences."""
    sentences = [
        f"The rows were then fitted to {quantity(found['sentences'], 'sentence')}, so that the mean of the rows of a "
        "sentence's words is near its vector, by ridge regression towards the rows of single words with a strength of "
        f"{found['strength']:g} sentences."
    ]
    if held := found.get("held_out"):
        sentences.append(
            f"The strength was chosen by {quantity(held['sentences'], 'held-out sentence')}, on which the mean cosine "
            f"with the model's vectors was {held['cosine']:.3f}."
        )
    return sentences


def _predicting(found: Mapping[str, Any], dim: int) -> list[str]:
    """Return sentences on the fit of words to their sentences."""
    towards = " towards the scaled vectors of single words" if found["scale_of_start"] else ""
    sentences = [
        "As in X2Static (Gupta and Jaggi, 2021), rows of words were fitted by the loss of CBOW with the model's vector "
        f"of the sentence in the place of the mean of the context words, on {quantity(found['sentences'], 'sentence')} "
        f"(subsampling threshold {SAMPLE:g}, {NEGATIVES} noise words for each word, by counts to the power "
        f"{NOISE_POWER:g}); the vectors of sentences were centred and projected on {dim} principal components "
        f"({found['variance_kept']:.1%} of the variance).",
        "The expected loss was minimised for each word, with normally distributed noise of the sentences' covariance "
        f"and a ridge penalty{towards} with a strength of {found['strength']:g} tokens.",
    ]
    if held := found.get("held_out"):
        sentences.append(
            f"The strength was chosen by the loss of {quantity(held['words'], 'word')} on "
            f"{quantity(held['sentences'], 'held-out sentence')}, {held['loss']:.3f} for each token."
        )
    return sentences
