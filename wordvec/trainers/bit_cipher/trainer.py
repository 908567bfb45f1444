"""Bit-cipher: vectors without learning, sums of the codes of the words around (Zhao and Williams 2023, 2311.11012).

The cipher is the authors' (see `cipher`). How its codes are added up, and what is made of the sums, is derived here,
as the paper's own choices are not known: each is a hyperparameter. The defaults are from 16.9 M tokens of Wikipedia,
dim 100: one half of WordSim-353 and SimLex-999 (Spearman), a quarter of Google's analogies, and, for what is given
there, tags of EWT's and entities of WNUT-17's development sets (two seeds)::

                          WordSim-353  SimLex-999  analogies  tags   entities
    ppmi                  .454         .195        6.2 %      .817   .169      the default
    ppmi, smoothing 0     .469         .193        5.9 %      .813   .176
    pmi                   .334         .176        8.4 %      .827   .180
    logprob               .302         .088        6.9 %      .538   .000
    log1p                 .124         -.012       4.6 %      .547   .011
    none                  .366         .046        4.1 %      .774   .093
    ppmi, radius 2        .399         .159        4.6 %      .830   .176
    ppmi, radius 10       .438         .183        7.7 %      .807   .162
    ppmi, 1/d             .427         .180        5.5 %      .833   .192
    ppmi, cosine          .452         .190        6.4 %
    ppmi, sample 1e-4     .414         .184        4.4 %
    ppmi, noise f, nf     .453, .447   .195, .190  6.2, 6.7
    ppmi, centred         .323         .103        6.9 %
    ppmi, cat, side       .488         .176        4.8 %
    ppmi, cat, ring       .430         .091        3.0 %

For tags alone, small windows or ``--weighting harmonic`` are better.
"""

import dataclasses
import time
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from wordvec import arguments
from wordvec.corpora.positions import TOKEN_BYTES, PositionIndexer
from wordvec.errors import InputError, MemoryLimitError, SettingsError
from wordvec.settings import setting
from wordvec.trainers.base import Estimate, Trainer
from wordvec.trainers.bit_cipher.aggregation import (
    BLOCKS,
    TOKENS_AT_ONCE,
    WEIGHTINGS,
    Aggregation,
    block_table,
    pair_weights,
)
from wordvec.trainers.bit_cipher.cipher import Cipher
from wordvec.trainers.bit_cipher.transforms import NEED_SMOOTHING, NORMS, TRANSFORMS, Finish
from wordvec.workers import Progress, StopFlag, available_memory

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.vectors import Vectors

USUAL_DIM = 100
# A word in a window, its bits added: measured on wiki8 with 200 bits, one thread.
SECONDS_PER_PAIR = 1e-8


@dataclasses.dataclass(frozen=True, kw_only=True)
class BitCipher(Trainer):
    """Sums of the codes around each word, in one block or several, as logarithms or mutual information."""

    dim: int | None = setting(None, f"length of a vector; {USUAL_DIM}, or by --bits", at_least=1)
    bits: int | None = setting(None, "bits of a code; --dim divided by the blocks unless given", at_least=1)
    mode: str = setting("sum", "add up all in one block, or in several beside each other", choices=("sum", "cat"))
    blocks: str = setting(
        "side",
        "the blocks of --mode cat: left and right; one for each distance; one for each distance and side",
        choices=BLOCKS,
    )
    radius: int = setting(5, "words on either side that are added up", at_least=1)
    weighting: str = setting(
        "flat",
        "what a word at distance d counts: 1, 1/d, (radius - d + 1)/radius, or the squared cosine of pi d p(word)",
        choices=WEIGHTINGS,
    )
    transform: str = setting(
        "ppmi",
        "what is made of the sums: nothing, log(1 + x), their logarithm as shares, their mutual information with the "
        "word, or that where it is positive",
        choices=TRANSFORMS,
    )
    smoothing: float = setting(1.0, "added to each sum before its logarithm as share or information", at_least=0)
    center: bool = setting(False, "take off each column's mean")
    norm: str = setting("l2", "make the length of a vector 1, or the sum of its absolute values", choices=NORMS)
    identity: float = setting(0.0, "put the word's own code before, of this length; 0 for none", at_least=0)
    noise: str = setting(
        "none", "how much of its code a word keeps: all, f/(f+1), or 1/words as frequent", choices=("none", "f", "nf")
    )
    min_count: int = setting(5, "leave out words seen less often", at_least=1)
    sample: float = setting(
        0.0, "thin out words more frequent than about this share of the corpus; 0 keeps all", at_least=0
    )
    across_sentences: bool = setting(False, "let windows cross the ends of sentences")
    keep_places: bool = setting(False, "let words left out keep their place, instead of closing up over them")
    method: ClassVar[str] = "bit-cipher"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.transform in NEED_SMOOTHING and self.smoothing == 0:
            raise SettingsError(
                f"0: transform {self.transform} takes logarithms of sums that may be 0", setting="smoothing"
            )
        parts = self.block_count + (self.identity > 0)
        if self.bits is not None:
            if self.dim not in (None, self.bits * parts):
                raise SettingsError(
                    f"--dim {self.dim}: --bits {self.bits} in {parts} blocks make {self.bits * parts}; give one of them"
                )
            object.__setattr__(self, "dim", self.bits * parts)
        else:
            dim = USUAL_DIM if self.dim is None else self.dim
            if dim % parts:
                raise SettingsError(
                    f"{dim}: cannot be divided into {parts} blocks; use a multiple of {parts}", setting="dim"
                )
            object.__setattr__(self, "dim", dim)
            object.__setattr__(self, "bits", dim // parts)

    @property
    def block_count(self) -> int:
        """How many blocks of sums a vector has."""
        return int(block_table(self.mode, self.blocks, self.radius).max()) + 1

    def cipher(self, corpus: "EncodedCorpus") -> Cipher:
        """Give the cipher of a corpus.

        Raises
        ------
        InputError
            If no word is seen often enough.
        SettingsError
            If there are more words than codes.
        """
        return Cipher(corpus.vocabulary.counts[: self._words(corpus)], self.bits or 0)

    def fit(
        self, corpus: "EncodedCorpus", *, progress: Progress | None = None, stop: StopFlag | None = None
    ) -> "Vectors":
        """Make vectors of a corpus; the same bits for any number of threads.

        Parameters
        ----------
        corpus
            Encoded text.
        progress, stop
            Where to report, and what stops the work.

        Returns
        -------
        Vectors
            (words, dim) float32, by falling frequency.

        Raises
        ------
        InputError
            If no word is seen often enough, or none stands near another.
        SettingsError
            If there are more words than codes, or sums would not be exact.
        MemoryLimitError
            If the sums do not fit in memory.
        Interrupted
            If `stop` was set.
        """
        from wordvec.corpora.encoded import EncodedCorpus
        from wordvec.vectors import Vectors

        arguments.expect("corpus", corpus, EncodedCorpus)
        progress, stop = progress or Progress(), stop or StopFlag()
        begun, cipher = time.monotonic(), self.cipher(corpus)
        self._check_memory(self.estimate(corpus))
        beta = cipher.beta(self.noise)
        codes, share_unit = cipher.codes(beta)
        weights, weight_unit = pair_weights(self.weighting, self.radius, cipher.counts)
        table = block_table(self.mode, self.blocks, self.radius)
        placer = PositionIndexer(
            corpus,
            len(cipher),
            self.radius,
            sample=self.sample,
            keep_places=self.keep_places,
            across_sentences=self.across_sentences,
            seed=self.seed,
        )
        whole = Aggregation(cipher.bits, table, weights, weight_unit, codes, share_unit)
        sums = whole.sums(placer, self.thread_count, progress, stop)
        if not sums.totals.any():
            raise InputError(
                "no two words stand together in a sentence, so there is nothing to add up; see --sentence and "
                "--min-count"
            )
        finish = Finish(self.transform, self.smoothing, self.center, self.norm)
        noise = cipher.noise() if self.noise != "none" else None
        matrix = finish.vectors(sums, cipher.bits, noise, self._own(cipher))
        training = {
            "tokens": len(corpus.ids),
            "kept": sums.kept,
            "seconds": round(time.monotonic() - begun, 3),
            "threads": self.thread_count,
            "repeatable": True,
        }
        words = corpus.vocabulary.words[: len(cipher)]
        return Vectors(words, matrix, cipher.counts, self.record(corpus) | {"training": training})

    def estimate(self, corpus: "EncodedCorpus") -> Estimate:
        """Find roughly what `fit` would take, from the size of the corpus."""
        from wordvec.corpora.encoded import EncodedCorpus

        arguments.expect("corpus", corpus, EncodedCorpus)
        words, tokens = self._words(corpus), len(corpus.ids)
        memory = 8 * words * (self.bits or 0) * self.block_count + TOKEN_BYTES * min(tokens, TOKENS_AT_ONCE)
        seconds = tokens * 2 * self.radius * SECONDS_PER_PAIR / self.thread_count
        return Estimate(words, tokens, "tokens", memory, seconds)

    def _words(self, corpus: "EncodedCorpus") -> int:
        words = corpus.vocabulary.cut(self.min_count)
        if words == 0:
            most = int(corpus.vocabulary.counts[0])
            raise InputError(f"no word is seen {self.min_count} times; --min-count {most} or less would do")
        return int(words)

    def _check_memory(self, estimate: Estimate) -> None:
        free = available_memory()
        if estimate.memory > free:
            raise MemoryLimitError(
                f"{estimate.words:,} words of dim {self.dim} take {estimate.memory / 1e9:.1f} GB, and "
                f"{free / 1e9:.1f} GB are free; raise --min-count or lower --dim"
            )

    def _own(self, cipher: Cipher) -> Any:
        """Give the block of the words' own codes, if there is one."""
        if self.identity == 0:
            return None
        own = cipher.matrix(self.noise)
        return self.identity * own / np.linalg.norm(own, axis=1, keepdims=True)
