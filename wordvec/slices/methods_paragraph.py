"""Paragraph for the methods section of a paper, with the works to cite."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from wordvec.bibliography import with_works
from wordvec.provenance import machinery
from wordvec.slices.aligned import ANCHOR_COUNT, AlignedSlices
from wordvec.slices.changes import RARE, Change
from wordvec.slices.compass import COMPASS, PROCRUSTES, REFERENCING
from wordvec.slices.measures import NEAREST
from wordvec.slices.significance import FALSE_DISCOVERIES
from wordvec.slices.tail import FEW
from wordvec.slices.texts import BLOCK_TOKENS
from wordvec.trainers.method_descriptions import negative_sampling
from wordvec.trainers.methods_paragraph import text_preparation
from wordvec.wording import quantity

REFERENCES = {
    "compass": "a model of all slices together",
    "first": "the first slice",
    "previous": "the slice before it, which had been rotated in the same way,",
}
MEASURES = {
    "cosine": "the cosine of its two vectors (Hamilton et al., 2016)",
    "local": f"the cosine of its similarities to the {NEAREST} nearest words in either slice",
    "overlap": f"the share of its {NEAREST} nearest words that are the same",
    "mix": f"the mean of the cosine of its two vectors and that of its similarities to its {NEAREST} nearest words",
}


OF_METHODS = {
    COMPASS: ["dicarlo2019", "bianchi2020"],
    PROCRUSTES: [],
    REFERENCING: ["dubossarsky2019"],
}
"""Works on each method, besides Hamilton et al."""


def methods_text(aligned: AlignedSlices, found: Change, text: Mapping[str, Any] | None = None) -> str:
    """Return a paragraph on the measurement of a change, and BibTeX of the works cited.

    Parameters
    ----------
    aligned, found
        Slices, and the change between two of them.
    text
        Settings of encoding; None leaves out the preparation of the text.
    """
    works = ["mikolov2013", *OF_METHODS[aligned.settings.method]]
    works += ["hamilton2016"] if aligned.settings.method == PROCRUSTES or found.by == "cosine" else []
    works += ["knijnenburg2009"] if _has_tails(found) else []
    works += ["benjamini1995"]
    preparation = [] if text is None else [text_preparation(text)]
    test = _labels(found) if aligned.settings.words else _permutation(found)
    said = [*preparation, *_vectors(aligned), *_change(found, test)]
    return with_works(" ".join(said), works)


def training_text(aligned: AlignedSlices, text: Mapping[str, Any]) -> str:
    """Return a paragraph on the training of slices, and BibTeX; `text` has the settings of encoding."""
    works = ["mikolov2013", *OF_METHODS[aligned.settings.method]]
    works += ["hamilton2016"] if aligned.settings.method == PROCRUSTES else []
    return with_works(" ".join([text_preparation(text), *_vectors(aligned)]), works)


def _vectors(aligned: AlignedSlices) -> list[str]:
    settings, versions = aligned.settings, machinery()["versions"]
    trainer = settings.trainer(True)
    shape = negative_sampling(settings.model, dataclasses.asdict(settings))
    words = (
        f"the {len(aligned.vocabulary):,} words that occur at least {settings.min_count} times in all slices together"
    )
    slices = (
        f"{settings.slice_epochs} epochs, first learning rate {trainer.learning_rate:g}, words initialised with "
        f"{'the rows of that model' if settings.start == 'compass' else 'the same random row in each slice'}"
    )
    if settings.words:
        training = (
            f"Vectors of {len(aligned.slices)} slices were trained by temporal referencing (Dubossarsky et al., 2019): "
            f"{shape} was trained on {words} ({settings.epochs} epochs, first learning rate "
            f"{settings.trainer(False).learning_rate:g}), in which {quantity(len(settings.words), 'word')} had a "
            "vector for each slice as targets, and one vector as contexts."
        )
    elif settings.frozen:
        training = (
            f"Vectors of {len(aligned.slices)} slices were trained with a compass (Di Carlo et al., 2019; Bianchi et "
            f"al., 2020): {shape} was trained on {words} ({settings.epochs} epochs, first learning rate "
            f"{settings.trainer(False).learning_rate:g}), then on each slice with the output matrix frozen ({slices})."
        )
    else:
        training = (
            f"Vectors of {len(aligned.slices)} slices were trained separately, by {shape}, for {words} ({slices}), "
            f"and rotated to {REFERENCES[settings.reference]} by orthogonal Procrustes on the words that "
            f"occur at least {ANCHOR_COUNT} times in both (Hamilton et al., 2016)."
        )
    return [training, f"The seed was {settings.seed}; wordvec {versions['wordvec']}, numpy {versions['numpy']}."]


def _change(found: Change, test: str) -> list[str]:
    often = found.changed & ~found.rare
    said = [
        f"The change of a word from {found.a} to {found.b} is {MEASURES[found.by]}.",
        f"{test}; words with a false discovery rate (Benjamini and Hochberg, 1995) of at most {FALSE_DISCOVERIES:g} "
        "are called changed.",
        f"Of {len(found.words):,} words, {int(found.changed.sum()):,} changed, {int(often.sum()):,} of which occur at "
        f"least {RARE} times in both slices.",
    ]
    if found.settings.bootstraps:
        said.append(f"Intervals (95 %) are from {found.settings.bootstraps} bootstraps of the {_units(found)}.")
    return said


def _permutation(found: Change) -> str:
    """Return a clause on the test with permuted slices."""
    first, second, _ = found.blocks
    return (
        f"It was tested by permutation: the {_units(found)} of both slices ({first:,} and {second:,}) were pooled, "
        "permuted into two slices of the original sizes, subsampled to each word's change of frequency, and trained in "
        f"the same way, {found.settings.permutations} times; the p-value of a word is the share of words of similar "
        "frequency, over all permutations, whose measure was at least as far below their own mean over the permutations"
        + _tails(found)
    )


def _labels(found: Change) -> str:
    """Return a clause on the test with permuted labels."""
    return (
        f"It was tested by permutation: the slices of a word's tokens were permuted among the {_units(found)} of both "
        "slices that have the word, with its numbers of tokens in both slices kept, and the model was trained again, "
        f"{found.settings.permutations} times; the p-value of a word is the share of the words' permutations whose "
        "measure was at least as many standard deviations below the mean of the word's other permutations"
        + _tails(found)
    )


def _units(found: Change) -> str:
    return "documents" if found.blocks[2] else f"blocks of about {BLOCK_TOKENS:,} tokens"


def _tails(found: Change) -> str:
    if not _has_tails(found):
        return ""
    return (
        f"; with fewer than {FEW} such values it is from generalised Pareto distributions fitted to the tail "
        "(Knijnenburg et al., 2009)"
    )


def _has_tails(found: Change) -> bool:
    """Return whether a p-value may be from a fitted tail."""
    return bool(found.tails.any())
