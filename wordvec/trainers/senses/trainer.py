"""The base of methods that train rows of senses: names of their rows, and estimates."""

from typing import TYPE_CHECKING, Any

from wordvec import arguments
from wordvec.settings import known
from wordvec.trainers.base import Estimate
from wordvec.trainers.negative_sampling import NegativeSampling

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.pieces import Pieces


class SenseTrainer(NegativeSampling):
    """Base of the methods."""

    senses: int
    sense_min_count: int

    @property
    def starts_from_vectors(self) -> bool:
        """Whether `fit` takes starting vectors."""
        return False

    def several(self, vocabulary: Any) -> int:
        """Return the number of words that may have several senses."""
        return 0 if self.senses == 1 else int(vocabulary.cut(max(self.sense_min_count, known(self.min_count))))

    def result_names(self, source: "EncodedCorpus | Cooccurrence") -> list[str]:
        """Return the names that rows of the result can have."""
        from wordvec.senses.names import free_mark, sense_name

        words = super().result_names(source)
        mark = free_mark(words)
        several = words[: self.several(source.vocabulary)]
        return words + [sense_name(word, number, mark) for word in several for number in range(1, self.senses + 1)]

    def timed_pieces(self, corpus: "EncodedCorpus") -> "Pieces":
        """Return pieces by whose training the time is estimated."""
        return self.pieces_of(corpus)

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
        model, pieces = run.model_of(corpus), run.timed_pieces(corpus)
        seconds = loop.estimate_seconds(pieces, model.workers(pieces))
        return Estimate(model.size, pieces.tokens * pieces.epochs, "tokens", model.memory, seconds, pieces.epochs)
