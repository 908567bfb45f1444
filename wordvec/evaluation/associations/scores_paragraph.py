"""A paragraph on evaluations of words for the methods section of a paper, with the works to cite."""

from wordvec.bibliography import with_works
from wordvec.evaluation.associations.methods_paragraph import COMPOSED, reproduced
from wordvec.evaluation.associations.word_scores import WordScores
from wordvec.evaluation.oov import SUBWORDS
from wordvec.wording import listed, quantity

TEXTS = {
    "opp": (
        "on outlier detection (Camacho-Collados and Navigli, 2016): each outlier was added to the words of its topic, "
        "and the words were ordered by their mean cosine with the others, the highest first; accuracy is the share of "
        "outliers in the last position, and OPP the mean position, 1 for the last",
        ["camacho2016"],
    ),
    "purity": (
        "on the clustering of words into categories: unit vectors were clustered by spherical k-means (Dhillon and "
        "Modha, 2001; best of {0.restarts} starts) into as many clusters as there are categories; purity is the share "
        "of words in the most frequent category of their cluster; beside it are V-measure (Rosenberg and Hirschberg, "
        "2007), the adjusted Rand index (Hubert and Arabie, 1985), and means over permuted categories",
        ["dhillon2001", "rosenberg2007", "hubert1985"],
    ),
    "pearson": (
        "on the prediction of ratings from unit vectors by ridge regression (Hoerl and Kennard, 1970) with nested "
        "cross-validation: the ratings of each of {0.folds} folds were predicted by a regression on the others, whose "
        "penalty was chosen there by generalised cross-validation (Golub, Heath and Wahba, 1979)",
        ["hoerl1970", "golub1979"],
    ),
}
UNITS = {"opp": "topics, or of the outliers where topics are few", "purity": "words", "pearson": "words"}
"""Units of the bootstrap."""


def word_scores_text(found: WordScores) -> str:
    """Return a paragraph on an evaluation of words, and BibTeX of the works cited."""
    task, rows = found.task, found.rows
    text, works = TEXTS[task.compared]
    vectors = list(dict.fromkeys(row["vectors"] for row in rows))
    said = [
        f"{quantity(len(vectors), 'set')} of vectors "
        f"{'was' if len(vectors) == 1 else 'were'} evaluated {text.format(task)}.",
        f"Datasets were {listed(_coverage(found))}; other words were left out.",
    ]
    if any("composed_words" in row for row in rows):
        said.append(COMPOSED)
        works = [*works, "bojanowski2017"]
    if len(vectors) > 1:
        said.append(f"Differences are from {vectors[0]}, on the words that all vectors know.")
    if any(row[f"{task.compared}_low"] is not None for row in rows):
        said.append(f"Intervals (95 %) are percentiles of {task.resamples:,} bootstraps of the {UNITS[task.compared]}.")
    return with_works(" ".join([*said, reproduced(task.seed)]), works)


def _coverage(found: WordScores) -> list[str]:
    """Return each dataset with what is known of it under each policy."""
    unit = "outliers" if found.task.compared == "opp" else "words"
    counts: dict[str, list[str]] = {}
    for row in found.rows:
        known = "known or composed" if row.get("oov") == SUBWORDS or "composed_words" in row else "known"
        counts.setdefault(row["dataset"], []).append(f"{row['covered']:,} of {row[unit]:,} {unit} {known}")
    return [f"{name} ({'; '.join(dict.fromkeys(parts))})" for name, parts in counts.items()]
