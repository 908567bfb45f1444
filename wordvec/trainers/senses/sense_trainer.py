"""Base of the methods that train several vectors for each word."""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, cast

from wordvec import arguments
from wordvec.settings import known, setting
from wordvec.trainers import rules
from wordvec.trainers.base import Estimate
from wordvec.trainers.negative_sampling import NegativeSampling
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.checkpoint import Checkpoint
    from wordvec.trainers.pieces import Pieces
    from wordvec.trainers.senses.result import SenseVectors
    from wordvec.trainers.stopping import OnReport


@dataclasses.dataclass(frozen=True, kw_only=True)
class SenseTrainer(NegativeSampling):
    """A model with several vectors for each word that occurs often enough, whose result is `SenseVectors`."""

    rows_are: ClassVar[str] = "sense"
    keeps_words: ClassVar[bool] = False
    distributable: ClassVar[bool] = False

    fixed_window: bool = setting(True, "always use the whole window, not a random part of it")
    epochs: int | None = setting(None, rules.PASSES.format(20, 60_000), at_least=1, rule=rules.skipgram_passes)
    senses: int = setting(5, "largest number of senses of a word", at_least=1)
    sense_min_count: int = setting(20, "words with fewer occurrences have one sense", at_least=1)
    min_share: float = setting(
        0.05, "leave out senses with a smaller share of the tokens of their word", at_least=0, at_most=0.5
    )

    @property
    def starts_from_vectors(self) -> bool:
        """Whether `fit` takes starting vectors."""
        return False

    def several(self, vocabulary: Any) -> int:
        """Return the number of words that may have several senses; they are the first ones."""
        return 0 if self.senses == 1 else int(vocabulary.cut(max(self.sense_min_count, known(self.min_count))))

    def result_names(self, source: "EncodedCorpus | Cooccurrence") -> list[str]:
        """Return the names that rows of the result can have."""
        from wordvec.senses.names import free_mark, sense_name

        words = super().result_names(source)
        mark = free_mark(words)
        several = words[: self.several(source.vocabulary)]
        return words + [sense_name(word, number, mark) for word in several for number in range(1, self.senses + 1)]

    def fit(  # type: ignore[override]
        self,
        corpus: "EncodedCorpus",
        *,
        checkpoint: "Checkpoint | None" = None,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        on_report: "OnReport | None" = None,
    ) -> "SenseVectors":
        r"""Train on a corpus.

        Parameters
        ----------
        corpus
            Encoded text.
        checkpoint, progress, stop, on_report
            As in `SkipGram.fit`.

        Returns
        -------
        SenseVectors
            A row for each sense, ``bank#1``, ``bank#2`` and so on by falling share, or of the word's own name if it has
            one sense. Its `model` disambiguates words in context.

        Raises
        ------
        SettingsError
            If a setting does not suit the corpus.
        InputError, MemoryLimitError, DivergedError, Interrupted
            As `SkipGram.fit`.
        """
        from wordvec.trainers import fitting

        control = fitting.Control(checkpoint, progress or Progress(), stop or StopFlag(), on_report)
        return cast("SenseVectors", fitting.fit(self, corpus, fitting.Start(), control))

    def estimate(self, corpus: "EncodedCorpus") -> Estimate:  # type: ignore[override]
        """Estimate memory and time by training for about a second.

        Raises
        ------
        SettingsError, InputError, MemoryLimitError
            As `fit`.
        """
        from wordvec.corpora.encoded import EncodedCorpus
        from wordvec.trainers import loop

        arguments.expect("corpus", corpus, EncodedCorpus)
        run = self.resolved(corpus)
        model, pieces = run.model_of(corpus), run.estimated_pieces(corpus)
        seconds = loop.estimate_seconds(pieces, model.workers(pieces))
        return Estimate(model.size, pieces.tokens * pieces.epochs, "tokens", model.memory, seconds, pieces.epochs)

    def estimated_pieces(self, corpus: Any) -> "Pieces":
        """Return the corpus as pieces whose training takes as long as that of most pieces."""
        return self.pieces_of(corpus)
