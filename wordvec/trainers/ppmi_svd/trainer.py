"""Positive pointwise mutual information, and its singular value decomposition (Levy, Goldberg and Dagan 2015).

The defaults are those they recommend, contexts smoothed with α = 0.75, no shift, p = 0.5; but the window is 5, because
2 was worse on 16.9 M tokens of Wikipedia, dim 100: analogies 26.1 against 33.2 %, WordSim-353 .536 against .650,
SimLex-999 .236 against .265. Subsampling frequent words (``sample=1e-4``) gives 35.1 %, .664 and .268.
"""

import contextlib
import dataclasses
from typing import TYPE_CHECKING, ClassVar

from wordvec import clock
from wordvec.documentation import documented
from wordvec.errors import InputError, MemoryLimitError, SettingsError
from wordvec.settings import known, setting
from wordvec.trainers.base import Estimate
from wordvec.trainers.count_based import CountBased, counting
from wordvec.trainers.ppmi_svd.mutual_information import PPMI
from wordvec.trainers.ppmi_svd.svd import SVD
from wordvec.workers import Progress, StopFlag, available_memory

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.vectors import Vectors

# ARPACK multiplied both ways 355 times for 100 vectors of wiki8, and 904 times for 300; an entry took 1.4 ns, and
# each number of its basis, which has twice as many vectors, 1.2 ns.
PRODUCTS_PER_DIM = 3.5
SECONDS_PER_ENTRY, SECONDS_PER_NUMBER = 1.4e-9, 1.2e-9


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class PPMISVD(CountBased):
    """Singular vectors of the positive pointwise mutual information of words and their context words."""

    window: int = counting("window", default=5)
    weighting: str = counting("weighting", default="dynamic")
    shift: float = setting(
        1.0, "number whose logarithm is subtracted from the mutual information; 1 subtracts nothing", above=0
    )
    context_smoothing: float = setting(
        0.75, "power of the context counts; 1 leaves them as they are", at_least=0, at_most=1
    )
    eigenvalue_power: float = setting(
        0.5, "power of the singular values; 0 leaves them out, 1 is best avoided", at_least=0, at_most=1
    )
    combine: str = setting("words", "exported vectors: words alone, or words + contexts", choices=("words", "sum"))
    method: ClassVar[str] = "ppmi-svd"
    title: ClassVar[str] = "PPMI-SVD"

    def fit(
        self,
        counts: "Cooccurrence | EncodedCorpus",
        *,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
    ) -> "Vectors":
        """Compute vectors from counts.

        Parameters
        ----------
        counts
            Co-occurrence counts, used unchanged, or an encoded corpus, which is counted first.
        progress, stop
            Receiver of progress reports, and the flag that stops the work.

        Returns
        -------
        Vectors
            (words, dim) float32 matrix W, or W + C if `combine` is ``"sum"``, by falling frequency; its `contexts`
            are C. Words without an entry in the PPMI matrix have vectors of zeros.

        Raises
        ------
        InputError
            If no two words co-occur more often than independent words would, so that the matrix is all zeros.
        SettingsError
            If `dim` is not below the number of words.
        MemoryLimitError
            If it does not fit in memory.
        Interrupted
            If `stop` was set.
        """
        from wordvec.corpora.encoded import EncodedCorpus

        self.check_counts(counts)
        progress, stop = progress or Progress(), stop or StopFlag()
        run = self.resolved(counts)
        with contextlib.ExitStack() as temporary:
            if isinstance(counts, EncodedCorpus):
                run._check_dim(len(counts.trained(known(run.min_count)).vocabulary))
                counts = temporary.enter_context(run.count(counts, progress=progress, stop=stop))
            return run._decompose(counts, progress, stop)

    def estimate(self, counts: "Cooccurrence | EncodedCorpus") -> Estimate:
        """Estimate memory and time roughly, from the size of the counts; a corpus is counted first.

        Raises
        ------
        SettingsError
            If `dim` is not below the number of words.
        """
        from wordvec.corpora.encoded import EncodedCorpus

        self.check_counts(counts)
        if isinstance(counts, EncodedCorpus):
            run = self.resolved(counts)
            run._check_dim(len(counts.trained(known(run.min_count)).vocabulary))
            with run.count(counts) as counted:
                return self.estimate(counted)
        words, entries = len(counts.vocabulary), len(counts.columns)
        self._check_dim(words)
        products = 2 * entries * SECONDS_PER_ENTRY + 2 * self.dim * words * SECONDS_PER_NUMBER
        # The matrix, ARPACK's basis, and U, V, W, C.
        memory = 8 * entries + 4 * words * (2 * self.dim + 1 + 4 * self.dim)
        return Estimate(words, entries, "entries", memory, PRODUCTS_PER_DIM * self.dim * products)

    def _check_dim(self, words: int) -> None:
        # With fewer than two words, counting raises the error.
        if self.dim >= words >= 2:
            raise SettingsError(
                f"{self.dim}: must be below the number of words, {words:,}",
                setting="dim",
                advice="use a smaller one or a smaller {min_count}",
            )

    def _decompose(self, counts: "Cooccurrence", progress: Progress, stop: StopFlag) -> "Vectors":
        from wordvec.vectors import Vectors

        estimate, free = self.estimate(counts), available_memory()
        if estimate.memory > free:
            raise MemoryLimitError(
                f"{estimate.steps:,} entries and {estimate.words:,} words of dim {self.dim} take "
                f"{estimate.memory / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free",
                advice="use a larger {min_count} or a smaller {dim}",
            )
        begun = clock.now()
        matrix = PPMI(self.shift, self.context_smoothing).transform(counts, progress=progress, stop=stop)
        if not matrix.nnz:
            raise InputError(
                "no two words co-occur more often than independent words would, so all mutual information is 0; "
                "use more text" + (" or a smaller shift" if self.shift > 1 else "")
            )
        factors = SVD(self.dim, self.eigenvalue_power, self.seed).factors(matrix, progress=progress, stop=stop)
        # Levy et al. add them unnormalised, and normalise the sum.
        rows = factors.words + factors.contexts if self.combine == "sum" else factors.words
        training = {
            "entries": estimate.steps,
            "positive": int(matrix.nnz),
            "singular_values": [round(float(s), 6) for s in factors.singular_values],
            "seconds": round(clock.now() - begun, 3),
            "repeatable": True,
        }
        metadata = self.record_of_counts(counts) | {"training": training}
        names, frequencies = counts.vocabulary.words, counts.vocabulary.counts
        contexts = Vectors(names, factors.contexts, frequencies, metadata | {"matrix": "contexts"})
        kind = "words + contexts" if self.combine == "sum" else "words"
        return Vectors(names, rows, frequencies, metadata | {"matrix": kind}, contexts)
