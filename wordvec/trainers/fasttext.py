"""fastText: words as bags of their character n-grams (Bojanowski et al. 2017), with the hash of fastText or floret."""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.settings import setting
from wordvec.trainers.negative_sampling import NegativeSampling, replicas
from wordvec.trainers.pull_setting import pull_setting

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.kernels.windows import WindowShape
    from wordvec.subwords.hashing import FastTextHash, FloretHash
    from wordvec.trainers.continuing import Kept
    from wordvec.trainers.model import NegativeSamplingModel
    from wordvec.vectors import Vectors

FLORET_SEED = 2166136261
_BUCKETS = {"fasttext": 2_000_000, "floret": 200_000}
_NOISE_POWER = {"skipgram": 0.5, "cbow": 0.75}
_PACE = 3.0
"""Factor of the step of CBOW's input rows: see `kernels.subword_cbow`."""
_ROWS_OF_WORD = 20
"""Rows of a word of a text, on average (English, n-grams of 3 to 6 characters)."""
_NGRAMS_OF_WORD = 5
"""Different n-grams for each word of a vocabulary, about (English, n-grams of 3 to 6 characters)."""


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class FastText(NegativeSampling):
    """Skip-gram or CBOW over character n-grams, so that words outside the vocabulary have vectors, too."""

    method: ClassVar[str] = "fasttext"
    title: ClassVar[str] = "fastText"

    model: str = setting(
        "skipgram",
        "predict the words of a window from its centre (skipgram), or its centre from their mean (cbow)",
        choices=("skipgram", "cbow"),
    )
    min_n: int = setting(3, "characters of the shortest n-grams, with a mark at each end of a word", at_least=1)
    max_n: int = setting(6, "characters of the longest n-grams; 0: no n-grams, plain words", at_least=0, at_most=100)
    buckets: int = setting(
        None,
        "number of rows that n-grams are hashed to, of which only those in use are held; default: 2,000,000, and "
        "200,000 with the floret hash",
        at_least=1,
        at_most=2**31 - 1,
    )
    hash: str = setting(
        "fasttext",
        "rows of words and of n-grams (fasttext), or one table for both, which spaCy reads (floret)",
        choices=("fasttext", "floret"),
    )
    negatives: int = setting(None, "number of noise words for each word of a window; default: 5", at_least=1)
    noise_power: float = setting(
        None,
        "power of the counts by which noise words are drawn; default: 0.5 for skipgram, 0.75 for cbow",
        at_least=0,
        real=True,
    )
    replicas: int | None = replicas(2)
    hashes: int = setting(2, "rows of each n-gram with the floret hash", at_least=1, at_most=4)
    pull: float | None = pull_setting()

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, value in {"buckets": _BUCKETS[self.hash]}.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        if 0 < self.max_n < self.min_n:
            raise SettingsError(f"{self.min_n}: must be at most max_n, {self.max_n}", setting="min_n")
        if self.pull is not None and not self.has_rows_of_words:
            raise SettingsError(
                ": moves the row of a word, and floret's hash has none; leave out the graph", setting="pull"
            )
        if self.max_n == 0 and not self.has_rows_of_words:
            raise SettingsError("0: a model with floret's hash needs n-grams", setting="max_n")

    @property
    def of_noise(self) -> dict[str, Any]:
        """Default values of the settings of noise words, by name."""
        return super().of_noise | {"noise_power": _NOISE_POWER[self.model]}

    @property
    def table(self) -> str | None:
        """Name of the class of the result's n-grams, of `wordvec.subwords`; None without n-grams."""
        return None if self.max_n == 0 else "Subwords" if self.has_rows_of_words else "Floret"

    @property
    def has_rows_of_words(self) -> bool:
        """Whether each word has a row of its own, beside those of its n-grams."""
        return self.hash == "fasttext"

    @property
    def scores_pairs(self) -> bool:
        """Whether the centre is scored with each word of its window, and not with their mean."""
        return self.model == "skipgram"

    def hashing(self) -> "FastTextHash | FloretHash | None":
        """Return the rule that numbers n-grams; None if there are none."""
        from wordvec.subwords.hashing import MARKS, FastTextHash, FloretHash

        if self.max_n == 0:
            return None
        sizes = (self.min_n, self.max_n, self.buckets)
        return FastTextHash(*sizes) if self.has_rows_of_words else FloretHash(*sizes, self.hashes, FLORET_SEED, *MARKS)

    def check_start(self, init: "Vectors | None", init_contexts: "Vectors | None" = None) -> None:
        """Check that starting vectors fit the model: their dim, and the numbers of their n-grams.

        Raises
        ------
        InputError
            If they do not.
        """
        from wordvec.trainers.starting import check, needed_ngrams

        self.starting_contexts(init, init_contexts)
        check(self.dim, init, init_contexts, [] if init is None else needed_ngrams(self, init.subwords))

    def model_of(
        self,
        corpus: "EncodedCorpus",
        init: "Vectors | None" = None,
        init_contexts: "Vectors | None" = None,
        *,
        keep: bool = False,
        kept: "Kept | None" = None,
        copies: int | None = None,
    ) -> "NegativeSamplingModel":
        """Return the model to train; parameters are those of `NegativeSamplingModel`."""
        from wordvec.trainers.subword_model import SubwordModel

        return SubwordModel(self, corpus, init, init_contexts, keep, kept, copies)

    def window_shape(self) -> "WindowShape":
        """Return the settings that the kernel needs."""
        return super().window_shape()._replace(pace=_PACE)

    def subword_kernel(self) -> tuple[Any, Any]:
        """Return the kernel that trains one piece, and the function that allocates its arrays."""
        if self.hierarchical:
            from wordvec.kernels import hierarchical_subword_cbow, hierarchical_subword_skipgram

            of_paths = hierarchical_subword_skipgram if self.model == "skipgram" else hierarchical_subword_cbow
            return of_paths.train_piece, of_paths.allocate_workspace
        from wordvec.kernels import subword_cbow, subword_skipgram

        kernel = subword_skipgram if self.model == "skipgram" else subword_cbow
        return kernel.train_piece, kernel.allocate_workspace

    def rows(self, words: int) -> int:
        """Return about how many rows both matrices have together."""
        return super().rows(words) + (min(self.buckets, _NGRAMS_OF_WORD * words) if self.max_n else 0)

    def work(self) -> int:
        """Return about how many numbers training reads for a token."""
        return super().work() + 2 * self.dim * _ROWS_OF_WORD
