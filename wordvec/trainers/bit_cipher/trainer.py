"""Bit-cipher: vectors without learning, sums of codes of context words (Zhao and Williams 2023, arXiv 2311.11012).

The cipher is the authors' (see `cipher`). The paper does not specify how codes are summed and sums transformed; here
each choice is a hyperparameter. The defaults are from 16.9 M tokens of Wikipedia, dim 100, judged by one half of
WordSim-353 and SimLex-999 (Spearman), a quarter of Google's analogies and, for some, tags of EWT's and entities of
WNUT-17's development sets (two seeds)::

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

For tags alone, a small radius or ``weighting="harmonic"`` is better.
"""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from wordvec import arguments, clock
from wordvec.corpora.positions import TOKEN_BYTES, PositionIndexer
from wordvec.documentation import documented
from wordvec.errors import InputError, MemoryLimitError, SettingsError
from wordvec.settings import known, setting
from wordvec.trainers import rules
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
from wordvec.trainers.bit_cipher.transforms import NEED_SMOOTHING, NORMS, TRANSFORMS, Transform
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag, available_memory

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.corpora.trained import TrainedText
    from wordvec.vectors import Vectors

USUAL_DIM = 100
# For one word in a window: measured on wiki8 with 200 bits, one thread.
SECONDS_PER_PAIR = 1e-8


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class BitCipher(Trainer):
    """Sums of the codes of context words, in one block or several, as logarithms or mutual information."""

    dim: int | None = setting(
        None, f"number of dimensions of a vector; default: {USUAL_DIM}, or bits times blocks", at_least=1
    )
    bits: int | None = setting(None, "bits of a code; default: dim divided by the number of blocks", at_least=1)
    mode: str = setting("sum", "sum context words in one block, or concatenate several blocks", choices=("sum", "cat"))
    blocks: str = setting(
        "side",
        "blocks of mode cat: left and right; one for each distance; one for each distance and side",
        choices=BLOCKS,
    )
    radius: int = setting(5, "number of context words on either side", at_least=1)
    weighting: str = setting(
        "flat",
        "weight of a word at distance d: 1, 1/d, (radius - d + 1)/radius, or the squared cosine of pi d p(word)",
        choices=WEIGHTINGS,
    )
    transform: str = setting(
        "ppmi",
        "transform of the sums: none, log(1 + x), logarithm of shares, mutual information with the word, or that where "
        "it is positive",
        choices=TRANSFORMS,
    )
    smoothing: float = setting(1.0, "number added to each sum before logprob, pmi or ppmi", at_least=0)
    center: bool = setting(False, "subtract each column's mean")
    norm: str = setting("l2", "norm of a vector that is scaled to 1", choices=NORMS)
    identity: float = setting(0.0, "length of the word's own code, which is prepended; 0 for none", at_least=0)
    noise: str = setting(
        "none",
        "fraction of its code that a word keeps: 1, f/(f+1), or 1/number of words with its frequency f",
        choices=("none", "f", "nf"),
    )
    min_count: int | None = setting(None, rules.MIN_COUNT, at_least=1, rule=rules.min_count)
    sample: float = setting(
        0.0, "subsample words more frequent than about this share of the corpus; 0 keeps all tokens", at_least=0
    )
    across_sentences: bool = setting(False, "let windows cross the ends of sentences")
    keep_places: bool = setting(False, "keep the positions of omitted words, instead of closing the gaps")
    method: ClassVar[str] = "bit-cipher"
    title: ClassVar[str] = "bit-cipher"

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
                    f"{self.dim}: bits={self.bits} in {quantity(parts, 'block')} makes dim {self.bits * parts}; "
                    "set only one of them",
                    setting="dim",
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
        """Number of blocks of sums in a vector."""
        return int(block_table(self.mode, self.blocks, self.radius).max()) + 1

    def cipher(self, corpus: "EncodedCorpus") -> Cipher:
        """Return the cipher of a corpus.

        Raises
        ------
        InputError
            If no word is frequent enough.
        SettingsError
            If there are more words than codes.
        """
        return Cipher(self._text(corpus).vocabulary.counts, self.bits or 0)

    def fit(
        self, corpus: "EncodedCorpus", *, progress: Progress | None = None, stop: StopFlag | None = None
    ) -> "Vectors":
        """Compute vectors from a corpus; the same bits for any number of threads.

        Parameters
        ----------
        corpus
            Encoded text.
        progress, stop
            Receiver of progress reports, and the flag that stops the work.

        Returns
        -------
        Vectors
            (words, dim) float32, by falling frequency.

        Raises
        ------
        InputError
            If no word is frequent enough, or no two words co-occur.
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
        run = self.resolved(corpus)
        begun, cipher = clock.now(), run.cipher(corpus)
        run._check_memory(run.estimate(corpus))
        beta = cipher.beta(run.noise)
        codes, share_unit = cipher.codes(beta)
        weights, weight_unit = pair_weights(run.weighting, run.radius, cipher.counts)
        table = block_table(run.mode, run.blocks, run.radius)
        text = run._text(corpus)
        indexer = PositionIndexer(
            text,
            len(cipher),
            run.radius,
            sample=run.sample,
            keep_places=run.keep_places,
            across_sentences=run.across_sentences,
            seed=run.seed,
        )
        aggregation = Aggregation(cipher.bits, table, weights, weight_unit, codes, share_unit)
        sums = aggregation.sums(indexer, run.thread_count, progress, stop)
        if not sums.totals.any():
            raise InputError(
                "no two words co-occur in a sentence, so there are no context words; see the settings sentence and "
                "min_count"
            )
        transform = Transform(run.transform, run.smoothing, run.center, run.norm)
        noise = cipher.noise() if run.noise != "none" else None
        matrix = transform.vectors(sums, cipher.bits, noise, run._own(cipher))
        training = {
            "tokens": len(corpus.ids),
            "kept": sums.kept,
            "seconds": round(clock.now() - begun, 3),
            "threads": run.thread_count,
            "repeatable": True,
        }
        return Vectors(text.vocabulary.words, matrix, cipher.counts, run.record(corpus) | {"training": training})

    def estimate(self, corpus: "EncodedCorpus") -> Estimate:
        """Estimate memory and time roughly, from the size of the corpus."""
        from wordvec.corpora.encoded import EncodedCorpus

        arguments.expect("corpus", corpus, EncodedCorpus)
        words, tokens = len(self._text(corpus).vocabulary), len(corpus.ids)
        memory = 8 * words * (self.bits or 0) * self.block_count + TOKEN_BYTES * min(tokens, TOKENS_AT_ONCE)
        seconds = tokens * 2 * self.radius * SECONDS_PER_PAIR / self.thread_count
        return Estimate(words, tokens, "tokens", memory, seconds)

    def _text(self, corpus: "EncodedCorpus") -> "TrainedText":
        """Return the words that have vectors, and the text in their ids."""
        least = known(self.resolved(corpus).min_count)
        text = corpus.trained(least)
        if not len(text.vocabulary):
            most = int(corpus.vocabulary.counts[0])
            raise InputError(f"no word occurs {least:,} times", advice=f"use a {{min_count}} of at most {most:,}")
        return text

    def _check_memory(self, estimate: Estimate) -> None:
        free = available_memory()
        if estimate.memory > free:
            raise MemoryLimitError(
                f"{estimate.words:,} words of dim {self.dim} take {estimate.memory / 1e9:.1f} GB, and "
                f"{free / 1e9:.1f} GB are free",
                advice="use a larger {min_count} or a smaller {dim}",
            )

    def _own(self, cipher: Cipher) -> Any:
        """Return the block of the words' own codes, if there is one."""
        if self.identity == 0:
            return None
        own = cipher.matrix(self.noise)
        return self.identity * own / np.linalg.norm(own, axis=1, keepdims=True)
