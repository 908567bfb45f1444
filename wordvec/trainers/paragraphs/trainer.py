"""Paragraph vectors (Le and Mikolov 2014): hyperparameters and training."""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from wordvec import arguments
from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.settings import known, setting
from wordvec.trainers import rules
from wordvec.trainers.base import Estimate
from wordvec.trainers.negative_sampling import SAMPLING, NegativeSampling
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.kernels.windows import WindowShape
    from wordvec.trainers.checkpoint import Checkpoint
    from wordvec.trainers.model import Kernel
    from wordvec.trainers.paragraphs.model import ParagraphModel
    from wordvec.trainers.paragraphs.pieces import DocumentPieces
    from wordvec.trainers.paragraphs.result import DocumentVectors
    from wordvec.trainers.stopping import OnReport

DBOW, DM = MODELS = ("dbow", "dm")
_DIM = 100
_RATES = {DBOW: 0.05, DM: 0.06}
_FINAL_RATES = {DBOW: 1e-4, DM: 0.1}
_PACE = 1.3
"""Step of the mean, as in CBOW."""
_PACE_OF_CODES, _PACE_OF_PROJECTIONS = 64.0, 4.0
"""Steps of the real rows behind codes of bits, and of real vectors and their projection: λ of the kernels."""
_REGISTER = 16


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class ParagraphVectors(NegativeSampling):
    """Predict the words of a document from a vector of the document (DBOW), or from it and the words near by (DM)."""

    method: ClassVar[str] = "paragraphs"
    title: ClassVar[str] = "paragraph vectors"
    rows_are: ClassVar[str] = "document"
    keeps_words: ClassVar[bool] = False
    distributable: ClassVar[bool] = False

    model: str = setting(
        DBOW,
        "dbow: the document predicts each of its words, like skip-gram; dm: the mean of the document and the words "
        "near by does, like CBOW",
        choices=MODELS,
    )
    bits: int | None = setting(
        None,
        "train codes of this number of bits, a multiple of 16, by dbow without words; with another dim each document "
        "has a real vector, too, whose projection is its code",
        at_least=_REGISTER,
    )
    dim: int = setting(
        None, "number of dimensions of a vector; default: 100, or with bits their number: codes only", at_least=2
    )
    train_words: bool = setting(
        True, "train word vectors beside the documents of dbow, in the same space; without, or with bits, it has none"
    )
    epochs: int | None = setting(None, rules.PASSES.format(20, 60_000), at_least=1, rule=rules.skipgram_passes)
    learning_rate: float = setting(
        None, "initial learning rate, which decreases linearly; default: 0.05 for dbow, 0.06 for dm", above=0, real=True
    )
    final_rate: float = setting(
        None,
        "fraction of the initial learning rate that remains at the end; default: 0.0001 for dbow, 0.1 for dm",
        at_least=0,
        at_most=1,
        real=True,
    )
    replicas: int | None = setting(
        None,
        "copies of the matrices of words that are trained side by side, each by one thread, and combined after each "
        f"round; default: automatic, 1 with bits, whose quality more replicas lower, otherwise {rules.MOST_REPLICAS} "
        f"and fewer if they took more than {rules.MEMORY_OF_REPLICAS / 1e9:.0f} GB",
        at_least=1,
        at_most=256,
        rule=rules.replicas(rules.MOST_REPLICAS),
    )
    loss: str = dataclasses.field(default=SAMPLING, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._fill("dim", _DIM if self.bits is None else self.bits)
        super().__post_init__()
        if self.bits is not None:
            self._check_bits(self.bits)
        if self.model == DM and not self.train_words:
            raise SettingsError(
                ": dm predicts from word vectors and trains them; leave this out", setting="train_words"
            )
        for name, values in (("learning_rate", _RATES), ("final_rate", _FINAL_RATES)):
            self._fill(name, values[self.model])

    def _fill(self, name: str, value: float) -> None:
        if getattr(self, name) is None:
            object.__setattr__(self, name, value)

    def _check_bits(self, bits: int) -> None:
        if self.model == DM:
            raise SettingsError(": codes are trained by dbow; leave this out", setting="bits")
        if bits % _REGISTER:
            raise SettingsError(f"{bits}: must be a multiple of {_REGISTER}", setting="bits")
        object.__setattr__(self, "train_words", False)

    @property
    def has_projection(self) -> bool:
        """Whether documents have real vectors whose projections are their codes."""
        return self.bits is not None and self.dim != self.bits

    @property
    def columns(self) -> int:
        """Length of a row of the output matrix: of codes their bits and the bias."""
        return self.dim if self.bits is None else self.bits + 1

    @property
    def starts_from_vectors(self) -> bool:
        """Whether `fit` takes starting vectors."""
        return False

    @property
    def scores_pairs(self) -> bool:
        """Whether each word of a window is scored by itself, and not their mean."""
        return self.model == DBOW

    @property
    def alone(self) -> bool:
        """Whether documents are trained without words."""
        return not self.train_words

    def resolved(self, source: Any, *, started: bool = False) -> Self:
        """Return the trainer with a value for each automatic setting; codes are trained by one replica."""
        if self.bits is None or self.replicas is not None:
            return super().resolved(source, started=started)
        run = dataclasses.replace(self, replicas=1).resolved(source, started=started)
        return dataclasses.replace(run, automatic=(*run.automatic, "replicas"))

    def result_names(self, source: Any) -> list[str]:
        """Return the names of the rows of the result: those of the documents."""
        from wordvec.trainers.paragraphs.rows import unique_names

        return unique_names(source.documents.names)

    def fit(  # type: ignore[override]
        self,
        corpus: "EncodedCorpus",
        *,
        checkpoint: "Checkpoint | None" = None,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        on_report: "OnReport | None" = None,
    ) -> "DocumentVectors":
        r"""Train on the documents of a corpus.

        Parameters
        ----------
        corpus
            Encoded text with several documents; see the settings `documents` and `name_field` of the encoding.
        checkpoint, progress, stop, on_report
            As in `SkipGram.fit`.

        Returns
        -------
        DocumentVectors
            A row for each document, by its name; a document without known words has a row of zeros. Its `model` has
            the word vectors, and infers vectors of new documents. With `bits` the rows are codes, or have `codes`
            beside them.

        Raises
        ------
        InputError
            If the corpus has a single document, or two documents have the same name.
        InputError, MemoryLimitError, DivergedError, Interrupted
            As `SkipGram.fit`.

        Examples
        --------
        >>> from wordvec import EncodedCorpus, ParagraphVectors
        >>> texts = [("tea", "tea with milk\ntea with lemon"), ("rain", "rain and wind\nwind and snow")]
        >>> with EncodedCorpus.from_documents(texts) as corpus:
        ...     documents = ParagraphVectors(dim=8, min_count=1).fit(corpus)
        >>> documents.words, documents.model.infer(["milk with tea"]).matrix.shape
        (['tea', 'rain'], (1, 8))
        """
        from wordvec.trainers import fitting

        control = fitting.Control(checkpoint, progress or Progress(), stop or StopFlag(), on_report)
        return cast("DocumentVectors", fitting.fit(self, corpus, fitting.Start(), control))

    def estimate(self, corpus: "EncodedCorpus") -> Estimate:  # type: ignore[override]
        """Estimate memory and time by training for about a second.

        Raises
        ------
        InputError, MemoryLimitError
            As `fit`.
        """
        from wordvec.corpora.encoded import EncodedCorpus
        from wordvec.trainers import loop

        arguments.expect("corpus", corpus, EncodedCorpus)
        run = self.resolved(corpus)
        model, pieces = run.model_of(corpus), run.pieces_of(corpus)
        seconds = loop.estimate_seconds(pieces, model.workers(pieces))
        steps = pieces.tokens * pieces.epochs
        return Estimate(
            model.size, steps, "tokens", model.memory, seconds, pieces.epochs, documents=len(model.documents)
        )

    def model_of(self, corpus: "EncodedCorpus", *_: Any, copies: int | None = None, **__: Any) -> "ParagraphModel":
        """Return the model to train."""
        from wordvec.trainers.paragraphs.model import ParagraphModel

        return ParagraphModel(self, corpus, copies=copies)

    def pieces_of(self, corpus: Any) -> "DocumentPieces":
        """Return the corpus as pieces."""
        from wordvec.trainers.paragraphs.pieces import DocumentPieces

        text = corpus.trained(known(self.min_count))
        return DocumentPieces(text, known(self.epochs), self.work(), self.final_rate)

    def window_shape(self) -> "WindowShape":
        """Return the settings that the kernels need."""
        return super().window_shape()._replace(pace=self._pace())

    def _pace(self) -> float:
        if self.bits is None:
            return _PACE
        return _PACE_OF_PROJECTIONS if self.has_projection else _PACE_OF_CODES

    def kernel(self) -> "Kernel":
        """Return the kernel that trains one piece."""
        from wordvec.kernels import dbow

        return dbow.train_piece if self.model == DBOW and not self.alone else self.inference_kernel()

    def inference_kernel(self) -> "Kernel":
        """Return the kernel that trains documents with frozen matrices."""
        from wordvec.kernels import binary_dbow, dbow_alone, dm, real_binary_dbow

        if self.bits is not None:
            return real_binary_dbow.train_piece if self.has_projection else binary_dbow.train_piece
        return dm.train_piece if self.model == DM else dbow_alone.train_piece
