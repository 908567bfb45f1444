"""Base of all trainers: hyperparameters that are declared once, and their checks.

A trainer is a frozen dataclass. Each field declared with `setting` has its default, help text and range;
the options of the command and the metadata of the result derive from the fields.
"""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, Self

from wordvec import arguments
from wordvec.errors import SettingsError
from wordvec.settings import check_settings, setting, unresolved
from wordvec.workers import available_threads

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.corpora.vocabulary import Vocabulary
    from wordvec.vectors import Vectors


NOT_OF_RESULT = frozenset({"threads", "memory", "automatic"})
"""Settings in which runs with the same result may differ."""
LOSS_RISES = "stop early after N epochs in a row, each with a higher loss than the one before"
"""Help of `stop_when_loss_rises`, which every trainer with epochs has."""


@dataclasses.dataclass(frozen=True)
class Estimate:
    """Size, memory and time of a training run.

    Attributes
    ----------
    words
        Number of words trained.
    steps, unit
        Number of tokens of the corpus or entries of the counts, times epochs; and which of the two.
    epochs
        Number of epochs; 1 for methods without any.
    memory
        Bytes of both matrices, of starting vectors and kept words, and of the entries copied from counts.
    seconds
        Seconds of training, extrapolated from about one second.
    kept
        Number of words of the starting vectors that are kept beside the words trained.
    documents
        Number of documents whose rows are trained.
    """

    words: int
    steps: int
    unit: str
    memory: int
    seconds: float
    epochs: int = 1
    kept: int = 0
    documents: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trainer:
    """Base of all trainers: common hyperparameters, and the check of every field.

    Attributes
    ----------
    automatic
        Names of the settings that `resolved` computed.

    Raises
    ------
    SettingsError
        If a value is out of its range.
    """

    threads: int | None = setting(None, "number of threads; default: all processors", at_least=1)
    seed: int = setting(1, "seed of the random numbers", at_least=0, at_most=2**63 - 1)
    automatic: tuple[str, ...] = dataclasses.field(
        default=(), repr=False, compare=False, metadata={"about": "names of the settings that `resolved` computed"}
    )

    def __post_init__(self) -> None:
        check_settings(self)
        if not isinstance(self.automatic, tuple | list):
            arguments.wrong("automatic", self.automatic, "a tuple of names")
        names = {field.name for field in dataclasses.fields(self) if field.metadata.get("rule")}
        if not all(isinstance(name, str) and name in names for name in self.automatic):
            raise SettingsError(f"{self.automatic!r}: expected names of automatic settings", setting="automatic")
        object.__setattr__(self, "automatic", tuple(self.automatic))

    @property
    def thread_count(self) -> int:
        """Number of threads to train with."""
        return self.threads or available_threads()

    method: ClassVar[str]
    title: ClassVar[str]
    """Name of the method in a sentence."""
    resumable: ClassVar[bool] = False
    """Whether `fit` takes a checkpoint and starting vectors."""
    keeps_words: ClassVar[bool] = False
    """Whether `fit` can keep words of its starting vectors that the corpus lacks (`init_words`)."""

    rows_are: ClassVar[str] = "word"
    """What the rows of the result belong to."""
    reads: ClassVar[str] = "text"
    """What the input is made from: text or a graph."""

    @property
    def starts_from_vectors(self) -> bool:
        """Whether `fit` takes starting vectors."""
        return self.resumable

    @property
    def table(self) -> str | None:
        """Name of the class of the result's n-grams, of `wordvec.subwords`; None without n-grams."""
        return None

    @property
    def has_projection(self) -> bool:
        """Whether the result has codes of bits beside its vectors."""
        return False

    @property
    def hierarchical(self) -> bool:
        """Whether the output matrix has rows of the inner nodes of a tree."""
        return False

    def resolved(self, source: "EncodedCorpus | Cooccurrence", *, started: bool = False) -> Self:
        """Return the trainer with a value for each automatic setting.

        Parameters
        ----------
        source
            Encoded text or counts to train on.
        started
            Whether training starts, or was started, from other vectors (`init`).

        Examples
        --------
        >>> from wordvec import EncodedCorpus, SkipGram
        >>> with EncodedCorpus.from_sentences(["tea with milk"]) as corpus:
        ...     trainer = SkipGram(epochs=3).resolved(corpus)
        >>> trainer.epochs, trainer.min_count, trainer.automatic
        (3, 2, ('min_count',))
        """
        rules = unresolved(self)
        if not rules:
            return self
        tokens = tokens_of(source)
        values = {name: rule(tokens, started) for name, rule in rules.items()}
        return dataclasses.replace(self, automatic=(*self.automatic, *values), **values)

    def result_names(self, source: "EncodedCorpus | Cooccurrence") -> list[str]:
        """Return the names of the rows of the result, without words that are kept; settings are resolved."""
        return trained_vocabulary(source, self.min_count).words  # type: ignore[attr-defined]

    def check_start(self, init: "Vectors | None", init_contexts: "Vectors | None" = None) -> None:
        """Check that starting vectors fit the model; methods that take none have nothing to check."""

    def settings(self) -> dict[str, Any]:
        """Return the method and every hyperparameter by name, but those that the method fixes."""
        fixed = {field.name for field in dataclasses.fields(self) if not field.init}
        return {"method": self.method} | {
            name: value for name, value in dataclasses.asdict(self).items() if name not in fixed
        }

    def record(self, corpus: "EncodedCorpus") -> dict[str, Any]:
        """Return the metadata of a result: settings, corpus, versions, processor."""
        return self._record(
            corpus={
                "digest": corpus.digest,
                "tokens": len(corpus.ids),
                "sentences": len(corpus.offsets) - 1,
                "words": len(corpus.vocabulary),
                "settings": corpus.meta["settings"],
                "changed": corpus.meta.get("changed"),
            }
        )

    def _record(self, **sources: dict[str, Any]) -> dict[str, Any]:
        from wordvec.provenance import machinery

        return {"method": self.method, "settings": dataclasses.asdict(self), **sources, **machinery()}


def trained_vocabulary(source: "EncodedCorpus | Cooccurrence", min_count: int) -> "Vocabulary":
    """Return the words of a corpus that are trained, or all words of counts, which were chosen when counting."""
    from wordvec.corpora.encoded import EncodedCorpus

    return source.trained(min_count).vocabulary if isinstance(source, EncodedCorpus) else source.vocabulary


def tokens_of(source: "EncodedCorpus | Cooccurrence") -> int:
    """Return the number of tokens of a corpus, or of the corpus that was counted."""
    tokens: int = source.meta["tokens"]
    of_corpus: int = source.meta.get("corpus", {}).get("tokens", tokens)
    return of_corpus
