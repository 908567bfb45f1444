"""Paragraph vectors (Le and Mikolov 2014): hyperparameters and training."""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, cast

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
_RATES = {DBOW: 0.05, DM: 0.06}
_FINAL_RATES = {DBOW: 1e-4, DM: 0.1}
_PACE = 1.3
"""Step of the mean, as in CBOW."""


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
    train_words: bool = setting(
        True, "train word vectors beside the documents of dbow, in the same space; without, there are none"
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
        f"round; default: automatic, {rules.MOST_REPLICAS} and fewer if they took more than "
        f"{rules.MEMORY_OF_REPLICAS / 1e9:.0f} GB",
        at_least=1,
        at_most=256,
        rule=rules.replicas(rules.MOST_REPLICAS),
    )
    loss: str = dataclasses.field(default=SAMPLING, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.model == DM and not self.train_words:
            raise SettingsError(
                ": dm predicts from word vectors and trains them; leave this out", setting="train_words"
            )
        for name, values in (("learning_rate", _RATES), ("final_rate", _FINAL_RATES)):
            if getattr(self, name) is None:
                object.__setattr__(self, name, values[self.model])

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

    def settings(self) -> dict[str, Any]:
        """Return the method and every hyperparameter by name."""
        return {name: value for name, value in super().settings().items() if name != "loss"}

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
            the word vectors, and infers vectors of new documents.

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
        return super().window_shape()._replace(pace=_PACE)

    def kernel(self) -> "Kernel":
        """Return the kernel that trains one piece."""
        from wordvec.kernels import dbow, dbow_alone, dm

        return dm.train_piece if self.model == DM else dbow_alone.train_piece if self.alone else dbow.train_piece

    def inference_kernel(self) -> "Kernel":
        """Return the kernel that trains documents with frozen matrices."""
        from wordvec.kernels import dbow_alone, dm

        return dm.train_piece if self.model == DM else dbow_alone.train_piece
