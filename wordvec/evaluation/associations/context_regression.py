"""Embedding regression (conText): how the contexts of a word differ with fields of the documents.

Rodriguez, Spirling and Stewart (2023): with the vector yᵢ of each use of a word (`a_la_carte`) and its covariates xᵢ,
multivariate least squares yᵢ = Bᵀ xᵢ + eᵢ; the effect of a covariate is the length of its coefficient vector.

Fields belong to documents, and uses in one document are not independent. Therefore documents are permuted and
resampled, not uses. The squared length of a coefficient vector with errors of variance s² is too large by s², which is
estimated from the bootstrap and subtracted in `debiased`.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.occurrences import Occurrences, bounds, find, phrases
from wordvec.documentation import documented
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.associations.a_la_carte import LOG, WEIGHTINGS, Contexts, transform
from wordvec.evaluation.associations.axis import settings_of
from wordvec.evaluation.associations.design import Design, design
from wordvec.evaluation.associations.models import Model
from wordvec.representation import short
from wordvec.settings import check_settings, setting
from wordvec.tables import Table, Tabular
from wordvec.vectors import Vectors
from wordvec.wording import listed, quantity
from wordvec.workers import Progress, StopFlag

Numbers = NDArray[np.float64]
_NUMBERS_AT_ONCE = 1 << 22


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class RegressionSettings:
    """Settings of an embedding regression."""

    window: int = setting(6, "context words on either side", at_least=1)
    weighting: str = setting(
        LOG, "weight of a word in the transform: logarithm of its count, count, or equal", choices=WEIGHTINGS
    )
    min_count: int = setting(10, "smallest count of the words to which the transform is fitted", at_least=1)
    unit: bool = setting(False, "scale the vectors of uses to length 1")
    permutations: int = setting(1_000, "permutations of the documents for p-values", at_least=99)
    resamples: int = setting(1_000, "bootstrap resamples of the documents", at_least=intervals.LEAST_RESAMPLES)
    seed: int = setting(1, "seed of permutations and bootstrap", at_least=0, at_most=2**63 - 1)

    def __post_init__(self) -> None:
        check_settings(self)

    def __repr__(self) -> str:
        return short(self)


class Uses(NamedTuple):
    """The uses of a word by document.

    Attributes
    ----------
    sums
        (documents, dim) float64 array, sums of the vectors of the uses.
    counts
        (documents,) float64 array, numbers of uses.
    """

    sums: Numbers
    counts: Numbers

    def __repr__(self) -> str:
        return short(self)

    def coefficients(self, matrix: Numbers, drawn: Numbers | None = None) -> Numbers:
        """Return the least-squares coefficients (resamples, covariates, dim).

        Parameters
        ----------
        matrix
            (documents, covariates) float64 array, or one for each resample.
        drawn
            (resamples, documents) float64 array, how often each document is drawn; default: once.

        A resample without one of the levels, whose coefficients are undefined, has NaN.
        """
        weights = np.ones((1, len(self.counts))) if drawn is None else drawn
        designs = matrix[None] if matrix.ndim == 2 else matrix
        weighted = designs * weights[:, :, None]
        squares = np.einsum(
            "rgk,rgl,g->rkl", weighted, np.broadcast_to(designs, weighted.shape), self.counts, optimize=True
        )
        sound = np.linalg.matrix_rank(squares, hermitian=True) == squares.shape[1]
        squares[~sound] = np.eye(squares.shape[1])
        found: Numbers = np.linalg.solve(squares, np.swapaxes(weighted, 1, 2) @ self.sums)
        found[~sound] = np.nan
        return found


class ContextRegression(Tabular):
    """Effects of fields on the contexts of a word.

    Attributes
    ----------
    words
        The words or phrases.
    settings
        Settings of the regression.
    design
        Covariates of the documents.
    coefficients
        (covariates, dim) float64 array.
    rows
        A row for each covariate but the intercept; see `table`.
    neighbours
        Nearest words of the predicted vector at each level.
    uses, documents, fitted
        Numbers of uses, of documents with a use, and of words to which the transform is fitted.
    notes
        Numbers, baselines, and meaning of the columns.
    """

    def __init__(
        self,
        words: list[str],
        settings: RegressionSettings,
        design: Design,
        coefficients: Numbers,
        rows: list[dict[str, Any]],
        neighbours: Table,
        sizes: tuple[int, int, int],
        notes: list[str],
    ) -> None:
        self.words, self.settings, self.design, self.coefficients = words, settings, design, coefficients
        self.rows, self.neighbours, self.notes = rows, neighbours, notes
        self.uses, self.documents, self.fitted = sizes

    def __repr__(self) -> str:
        return f"<ContextRegression of {listed(self.words):.100}: {quantity(len(self.rows), 'coefficient')}>"

    def table(self) -> Table:
        """Return the effects.

        ``norm`` is the length of the coefficient vector, ``se`` its standard error over resampled documents,
        ``debiased`` the length without the part that errors add, with its interval ``low`` and ``high``, ``null`` the
        mean length under permutation, and ``p`` the share of permutations with at least this length.
        """
        return Table(self.rows, self.notes)

    def __str__(self) -> str:
        return "\n\n".join([str(self.neighbours), str(self.table())])


def context_regression(
    corpus: EncodedCorpus,
    vectors: Vectors,
    words: str | Sequence[str],
    fields: str | Sequence[str],
    *,
    categorical: Sequence[str] = (),
    across: bool = True,
    number: int = 8,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
    **settings: Any,
) -> ContextRegression:
    """Regress the contexts of a word on fields of the documents.

    Parameters
    ----------
    corpus
        Encoded text, whose documents have kept fields.
    vectors
        Vectors of words, of this text or of a larger one.
    words
        A word, a phrase of several words separated by blanks, or a list of these, whose uses are taken together.
    fields
        A field, or several.
    categorical
        Fields whose numbers are names of levels, such as codes.
    across
        Whether contexts cross sentences; they never cross documents.
    number
        Number of nearest words.
    progress, stop
        Receiver of reports, and flag that stops the work.
    **settings
        Fields of `RegressionSettings`.

    Raises
    ------
    InputError
        If the word is unknown, a field was not kept, or the documents do not differ in a field.
    SettingsError
        If a setting is unknown or out of range.
    Interrupted
        If `stop` was set.
    """
    arguments.expect("corpus", corpus, EncodedCorpus)
    arguments.expect("vectors", vectors, Vectors)
    chosen: RegressionSettings = settings_of(RegressionSettings, settings)
    asked = [words] if isinstance(words, str) else arguments.words("words", words)
    names = [fields] if isinstance(fields, str) else arguments.words("fields", fields)
    if not asked or not names:
        raise SettingsError("expected at least one word and one field")
    if arguments.whole("number", number) < 1:
        raise SettingsError(f"{number}: must be at least 1", setting="number")
    levels = arguments.words("categorical", categorical)
    if others := [name for name in levels if name not in names]:
        raise SettingsError(f"{others[0]}: is not among the fields of the regression", setting="categorical")
    progress, stop = progress or Progress(), stop or StopFlag()
    values = {name: corpus.documents.values(name) for name in dict.fromkeys(names)}
    units, wanted = bounds(corpus, across), phrases(corpus, asked)
    parts = [found for found, _ in find(corpus, wanted, units, (), 0, progress, stop)]
    every = Occurrences(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    contexts = Contexts(corpus, Model("vectors", vectors, "fallback"), units, chosen.window)
    matrix, fitted = transform(contexts, corpus.vocabulary.counts, chosen.weighting, chosen.min_count, progress, stop)
    means, counts = contexts.means(every)
    used = counts > 0
    rows = means[used] @ matrix.T
    if chosen.unit:
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    owners = np.searchsorted(corpus.offsets[corpus.documents.offsets], every.at[used], side="right") - 1
    documents, inverse, sizes = np.unique(owners, return_inverse=True, return_counts=True)
    if not len(documents):
        raise InputError(f"{listed(asked)}: no occurrence has a context word with a vector")
    columns = {name: [column[int(at)] for at in documents] for name, column in values.items()}
    covariates = design(columns, sizes.tolist(), levels)
    sums = np.zeros((len(documents), rows.shape[1]))
    np.add.at(sums, inverse, rows)
    uses = Uses(sums[covariates.kept], sizes[covariates.kept].astype(np.float64))
    found = uses.coefficients(covariates.matrix)[0]
    table = _effects(uses, covariates, found, chosen)
    near = [
        {"level": name, "nearest": " ".join(word for word, _ in vectors.nearest(row @ found, number, exact=True))}
        for name, row in covariates.shown.items()
    ]
    notes = [
        f"{quantity(int(uses.counts.sum()), 'use')} of {listed(asked)} in "
        f"{quantity(len(covariates.kept), 'document')}; "
        f"{int((~used).sum()):,} without a known context word; transform fitted to {fitted:,} words",
        *covariates.notes,
        f"norm: length of the coefficient vector; se: its standard deviation over {chosen.resamples:,} resamples of "
        "the documents; debiased: without the part that errors add, low, high: its 95 % interval; null: mean norm of "
        f"{chosen.permutations:,} permutations of the documents; p: of these; seed {chosen.seed}",
    ]
    sizes_of = (int(uses.counts.sum()), len(covariates.kept), fitted)
    return ContextRegression(asked, chosen, covariates, found, table, Table(near), sizes_of, notes)


def _effects(uses: Uses, covariates: Design, found: Numbers, settings: RegressionSettings) -> list[dict[str, Any]]:
    """Return the rows of all covariates but the intercept."""
    documents = len(covariates.kept)
    norms = np.linalg.norm(found, axis=1)
    step = max(1, _NUMBERS_AT_ONCE // (documents * len(norms)))
    null = np.concatenate(
        [
            np.linalg.norm(uses.coefficients(covariates.matrix[orders]), axis=2)
            for orders in _orders(documents, settings.permutations, settings.seed, step)
        ]
    )
    drawn = intervals.multiplicities([documents], settings.resamples, settings.seed)
    resampled = np.concatenate(
        [uses.coefficients(covariates.matrix, drawn[at : at + step]) for at in range(0, len(drawn), step)]
    )
    rows: list[dict[str, Any]] = []
    for at, name in enumerate(covariates.names[1:], 1):
        own = resampled[~np.isnan(resampled[:, at, 0]), at]
        row: dict[str, Any] = {"coefficient": name, "norm": float(norms[at]), "se": None, "debiased": None}
        row |= {"low": None, "high": None}
        if documents >= intervals.LEAST_ITEMS and len(own) > 1:
            lengths = (own**2).sum(1)
            error = float(((own - found[at]) ** 2).sum(1).mean())
            # A resampled vector has the errors of the estimate and its own.
            low, high = intervals.interval(np.sqrt(np.maximum(lengths - 2 * error, 0)))
            row |= {"se": float(np.sqrt(lengths).std(ddof=1)), "low": low, "high": high}
            row["debiased"] = float(np.sqrt(max(norms[at] ** 2 - error, 0)))
        sound = null[~np.isnan(null[:, at]), at]
        extreme = int((sound >= norms[at] * (1 - 1e-10)).sum())
        row |= {"null": float(sound.mean()), "p": (1 + extreme) / (1 + len(sound))}
        rows.append(row)
    return rows


def _orders(documents: int, permutations: int, seed: int, step: int) -> Any:
    """Yield blocks (permutations, documents) of random orders."""
    generator = np.random.default_rng([seed, 2])
    for begin in range(0, permutations, step):
        count = min(step, permutations - begin)
        yield generator.permuted(np.broadcast_to(np.arange(documents), (count, documents)), axis=1)
