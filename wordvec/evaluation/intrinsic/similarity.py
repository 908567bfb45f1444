"""Word similarity: correlation of cosines with human scores of word pairs.

Pairs with an unknown word are left out, as in gensim (which also leaves out words beyond the first 300,000), or their
cosine is 0, as in Lai et al. (2016), or their words are composed from n-grams (see `evaluation.oov`). The first favours
vectors with few words, the second penalises them; both are reported with the coverage.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wordvec import arguments
from wordvec.errors import InputError
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets import Pairs, files_of, read_pairs
from wordvec.evaluation.intervals import RESAMPLES, Difference
from wordvec.evaluation.intrinsic.pair_scores import Similarity, compare, judge
from wordvec.evaluation.lookup import by_name, normal_form_notes
from wordvec.evaluation.oov import SKIP, SUBWORDS, ZERO, Entry, entries
from wordvec.evaluation.oov import notes as oov_notes
from wordvec.tables import Table
from wordvec.vectors import Vectors

_OOV = {
    SKIP: "pairs with an unknown word are left out",
    ZERO: "pairs with an unknown word have cosine 0",
    SUBWORDS: "unknown words are composed, pairs with another unknown word left out",
}


def similarity(
    vectors: Vectors | Mapping[str, Vectors],
    datasets: str | Path | Pairs | Sequence[str | Path | Pairs] = ("wordsim353", "simlex999"),
    *,
    columns: str | None = None,
    case: str = "ignore",
    oov: str | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Table:
    """Evaluate one or several sets of vectors on datasets of similarity.

    Parameters
    ----------
    vectors
        Vectors, or several by name. Each but the first is compared with the first.
    datasets
        Files of words and scores, folders of such files, or ``"wordsim353"``, ``"simlex999"``, which are included in
        gensim.
    columns
        Columns of all files, such as ``"word1,word2,score"`` or ``"1,2,mean(3-12)"``; default: detected.
    case
        One of `letter_case.CASES`.
    oov
        Policy for unknown words, one of `oov.POLICIES`; default: ``skip``, and a second row with ``subwords`` for
        vectors with n-grams.
    resamples, seed
        Number and seed of the bootstrap resamples.

    Returns
    -------
    Table
        A row for each dataset, set of vectors and policy. The notes list the columns used, the lines left out, and the
        datasets that are not covered.

    Raises
    ------
    InputError
        As `read_pairs`; if no dataset is covered.
    SettingsError
        If a setting is unknown or out of range.
    """
    named = by_name("vectors", vectors)
    rows: list[dict[str, Any]] = []
    lacking: list[str] = []
    read, asked = read_all(datasets, columns), entries(named, oov)
    for pairs in read:
        for entry in asked:
            try:
                row = _judged(entry, asked[0], pairs, case, resamples, seed)
            except CoverageError as error:
                lacking.append(f"{entry.label}: {error}")
                row = {"pairs": len(pairs.scores), "covered": error.covered, "spearman": None}
            except InputError as error:
                raise InputError(f"{entry.name}: {error}") from error
            rows.append({"dataset": pairs.name} | entry.columns | row)
    if lacking and len(lacking) == len(rows):
        raise InputError(lacking[0])
    notes = [
        f"case: {case}; low and high: 95 % of {resamples:,} bootstrap resamples of the pairs, seed {seed}",
        *oov_notes(asked, case, _OOV),
        *normal_form_notes(named, [word for pairs in read for word in pairs.words], case),
        *(f"{pairs.name}: {note}" for pairs in read for note in pairs.notes),
        *lacking,
    ]
    if oov != ZERO:
        notes.insert(
            2, "spearman_zero, pearson_zero: as with oov zero, over all pairs, those not covered with cosine 0"
        )
    if len(named) > 1:
        notes.append(
            "difference: Spearman minus that of the first vectors with the same oov, over the pairs both cover, and "
            "its p-value"
        )
    return Table(rows, notes)


def read_all(datasets: str | Path | Pairs | Sequence[str | Path | Pairs], columns: str | None = None) -> list[Pairs]:
    """Read datasets of similarity; a folder is read file by file.

    Raises
    ------
    InputError, SettingsError
        As `read_pairs`.
    """
    given = (
        [datasets]
        if isinstance(datasets, str | Path | Pairs)
        else arguments.items("datasets", datasets, "a path or a list of paths")
    )
    read: list[Pairs] = []
    for one in given:
        read += [one] if isinstance(one, Pairs) else [read_pairs(file, columns) for file in files_of([one])]
    return read


def _judged(entry: Entry, first: Entry, pairs: Pairs, case: str, resamples: int, seed: int) -> dict[str, Any]:
    """Return the scores of one set of vectors, and their difference from the first one's if both have them."""
    row = _row(judge(entry.vectors, pairs, case=case, oov=entry.oov, resamples=resamples, seed=seed), entry.oov)
    if entry.name != first.name:
        try:
            difference = compare(
                entry.vectors, first.vectors, pairs, case=case, oov=entry.oov, resamples=resamples, seed=seed
            )
        except CoverageError:
            difference = Difference(None, None, None, None)
        row |= dict(zip(("difference", "difference_low", "difference_high", "p"), difference, strict=True))
    return row


def _row(found: Similarity, oov: str) -> dict[str, Any]:
    row: dict[str, Any] = {"pairs": found.pairs, "covered": found.covered}
    if oov == SUBWORDS:
        row["composed_words"] = found.composed_words
    row |= {
        "spearman": found.spearman,
        "low": found.spearman_interval.low,
        "high": found.spearman_interval.high,
        "pearson": found.pearson,
        "pearson_low": found.pearson_interval.low,
        "pearson_high": found.pearson_interval.high,
    }
    return row | ({} if oov == ZERO else {"spearman_zero": found.spearman_zero, "pearson_zero": found.pearson_zero})
