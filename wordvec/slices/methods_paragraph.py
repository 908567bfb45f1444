"""Paragraph for the methods section of a paper, with the works to cite."""

from wordvec.provenance import machinery
from wordvec.slices.aligned import ANCHOR_COUNT, AlignedSlices
from wordvec.slices.changes import RARE, Change
from wordvec.slices.measures import NEAREST
from wordvec.slices.significance import FALSE_DISCOVERIES
from wordvec.slices.tail import FEW
from wordvec.slices.texts import BLOCK_TOKENS

MODELS = {"skipgram": "skip-gram", "cbow": "CBOW"}
REFERENCES = {
    "compass": "a model of all slices together",
    "first": "the first slice",
    "previous": "the slice before it, which had been rotated in the same way,",
}
MEASURES = {
    "cosine": "the cosine of its two vectors",
    "local": f"the cosine of its similarities to the {NEAREST} nearest words in either slice",
    "overlap": f"the share of its {NEAREST} nearest words that are the same",
    "mix": f"the mean of the cosine of its two vectors and that of its similarities to its {NEAREST} nearest words",
}
WORKS = {
    "dicarlo2019": """@inproceedings{dicarlo2019,
  author = {Di Carlo, Valerio and Bianchi, Federico and Palmonari, Matteo},
  title = {Training Temporal Word Embeddings with a Compass},
  booktitle = {Proceedings of the AAAI Conference on Artificial Intelligence},
  volume = {33},
  pages = {6326--6334},
  year = {2019}
}""",
    "bianchi2020": """@misc{bianchi2020,
  author = {Bianchi, Federico and Di Carlo, Valerio and Nicoli, Paolo and Palmonari, Matteo},
  title = {Compass-aligned Distributional Embeddings for Studying Semantic Differences across Corpora},
  note = {arXiv:2004.06519},
  year = {2020}
}""",
    "hamilton2016": """@inproceedings{hamilton2016,
  author = {Hamilton, William L. and Leskovec, Jure and Jurafsky, Dan},
  title = {Diachronic Word Embeddings Reveal Statistical Laws of Semantic Change},
  booktitle = {Proceedings of the 54th Annual Meeting of the Association for Computational Linguistics},
  pages = {1489--1501},
  year = {2016}
}""",
    "mikolov2013": """@inproceedings{mikolov2013,
  author = {Mikolov, Tomas and Sutskever, Ilya and Chen, Kai and Corrado, Greg S. and Dean, Jeff},
  title = {Distributed Representations of Words and Phrases and their Compositionality},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {26},
  year = {2013}
}""",
    "knijnenburg2009": """@article{knijnenburg2009,
  author = {Knijnenburg, Theo A. and Wessels, Lodewyk F. A. and Reinders, Marcel J. T. and Shmulevich, Ilya},
  title = {Fewer Permutations, More Accurate P-values},
  journal = {Bioinformatics},
  volume = {25},
  number = {12},
  pages = {i161--i168},
  year = {2009}
}""",
    "benjamini1995": """@article{benjamini1995,
  author = {Benjamini, Yoav and Hochberg, Yosef},
  title = {Controlling the False Discovery Rate: A Practical and Powerful Approach to Multiple Testing},
  journal = {Journal of the Royal Statistical Society, Series B},
  volume = {57},
  number = {1},
  pages = {289--300},
  year = {1995}
}""",
}


def methods_text(aligned: AlignedSlices, found: Change) -> str:
    """Return a paragraph on the measurement of a change, and BibTeX of the works cited."""
    works = ["mikolov2013", "hamilton2016", "benjamini1995"]
    works[1:1] = ["dicarlo2019", "bianchi2020"] if aligned.settings.frozen else []
    works[-1:-1] = ["knijnenburg2009"] if _has_tails(found) else []
    return " ".join([*_vectors(aligned), *_change(found)]) + "\n\n" + "\n\n".join(WORKS[work] for work in works) + "\n"


def _vectors(aligned: AlignedSlices) -> list[str]:
    settings, versions = aligned.settings, machinery()["versions"]
    trainer = settings.trainer(True)
    shape = (
        f"{MODELS[settings.model]} with negative sampling ({settings.dim} dimensions, window {settings.window}, "
        f"{settings.negatives} negatives, subsampling {settings.sample:g}; Mikolov et al., 2013)"
    )
    words = (
        f"the {len(aligned.vocabulary):,} words that occur at least {settings.min_count} times in all slices together"
    )
    slices = (
        f"{settings.slice_epochs} epochs, first learning rate {trainer.learning_rate:g}, words initialised with "
        f"{'the rows of that model' if settings.start == 'compass' else 'the same random row in each slice'}"
    )
    if settings.frozen:
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


def _change(found: Change) -> list[str]:
    first, second, documents = found.blocks
    often = found.changed & ~found.rare
    unit = "source files" if documents else f"blocks of about {BLOCK_TOKENS:,} tokens"
    tails = (
        f"; with fewer than {FEW} such words it is from generalised Pareto distributions fitted to the tail of these "
        "values (Knijnenburg et al., 2009)"
    )
    said = [
        f"The change of a word from {found.a} to {found.b} is {MEASURES[found.by]}.",
        f"It was tested by permutation: the {unit} of both slices ({first:,} and {second:,}) were pooled, permuted "
        "into two slices of the original sizes, thinned to each word's change of frequency, and trained in the same "
        f"way, {found.settings.permutations} times; the p-value of a word is the share of words of similar frequency, "
        "over all permutations, whose measure was at "
        f"least as far below their own mean over the permutations{tails if _has_tails(found) else ''}; words with a "
        f"false discovery rate (Benjamini and Hochberg, 1995) of at most {FALSE_DISCOVERIES:g} are called changed.",
        f"Of {len(found.words):,} words, {int(found.changed.sum()):,} changed, {int(often.sum()):,} of which occur at "
        f"least {RARE} times in both slices.",
    ]
    if found.settings.bootstraps:
        said.append(f"Intervals (95 %) are from {found.settings.bootstraps} bootstraps of these blocks.")
    return said


def _has_tails(found: Change) -> bool:
    """Return whether a p-value may be from a fitted tail."""
    return bool(found.tails.any())
