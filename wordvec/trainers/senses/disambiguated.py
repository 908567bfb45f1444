"""Disambiguated Skip-gram (Grzegorczyk and Kurdziel 2018): hyperparameters and training."""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, Self

from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.settings import known, setting
from wordvec.trainers.negative_sampling import SAMPLING
from wordvec.trainers.senses.sense_trainer import SenseTrainer

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.kernels.disambiguated_choice import Stage
    from wordvec.trainers.senses.disambiguated_model import DisambiguatedModel
    from wordvec.trainers.senses.stages import StagedPiece, StagedPieces

MOST_SENSES = 16
"""Numbers of the senses of a word fill one register."""
PACE = 5.0
"""Step size of the keys of words, as a multiple of the learning rate."""
OWN, SHARED = KEYS = ("own", "shared")


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Senses(SenseTrainer):
    """Train several vectors for each word, between which its context words decide (Disambiguated Skip-gram).

    Training begins with one disambiguation matrix for all words, and continues with a matrix for each word and Gumbel
    noise.

    Examples
    --------
    >>> from wordvec import EncodedCorpus, Senses
    >>> with EncodedCorpus.from_sentences(["tea with milk", "tea with lemon"] * 50) as corpus:
    ...     vectors = Senses(dim=8, senses=2, threads=1).fit(corpus)
    >>> sum(vectors.counts[row] for row, word in enumerate(vectors.words) if word.startswith("tea"))
    100
    """

    method: ClassVar[str] = "senses"
    title: ClassVar[str] = "Disambiguated Skip-gram"

    learning_rate: float = setting(0.05, "initial learning rate of each stage, which decreases linearly", above=0)
    senses: int = setting(5, "largest number of senses of a word", at_least=2, at_most=MOST_SENSES)
    shared_epochs: int = setting(
        1, "passes of the first stage, with one disambiguation matrix for all words", at_least=0
    )
    keys: str = setting(
        OWN,
        "in the second stage a disambiguation matrix for each word (own), or still one for all words (shared), which "
        "takes half the memory",
        choices=KEYS,
    )
    entropy_reward: float = setting(
        0.1, "weight of the entropy of the senses in the first stage, against collapse to one sense", at_least=0
    )
    final_temperature: float = setting(
        0.5, "temperature of the second stage after its first pass, in which it falls from 1", above=0, at_most=1
    )
    loss: str = dataclasses.field(default=SAMPLING, init=False, repr=False, compare=False)

    def resolved(self, source: "EncodedCorpus | Cooccurrence", *, started: bool = False) -> Self:
        """Return the trainer with a value for each automatic setting: see `Trainer.resolved`.

        Raises
        ------
        SettingsError
            If no pass is left for the second stage.
        """
        run = super().resolved(source, started=started)
        if self.shared_epochs >= known(run.epochs):
            raise SettingsError(
                f"{self.shared_epochs}: must be below the number of all passes, {run.epochs}; make more passes",
                setting="shared_epochs",
            )
        return run

    def rows(self, words: int) -> int:
        """Return about how many rows all matrices have together, if counts follow Zipf's law."""
        several = round(words * min(1.0, known(self.min_count) / self.sense_min_count))
        return 2 * words + several * (self.senses * (2 if self.keys == OWN else 1) - 1)

    def model_of(self, corpus: "EncodedCorpus", *_: Any, copies: int | None = None, **__: Any) -> "DisambiguatedModel":
        """Return the model to train."""
        from wordvec.trainers.senses.disambiguated_model import DisambiguatedModel

        return DisambiguatedModel(self, corpus, copies=copies)

    def pieces_of(self, corpus: Any) -> "StagedPieces":
        """Return the corpus as pieces."""
        from wordvec.trainers.senses.stages import StagedPieces

        return StagedPieces(corpus, known(self.epochs), self.work(), self.final_rate, self.shared_epochs)

    def estimated_pieces(self, corpus: Any) -> "StagedPieces":
        """Return the corpus as pieces of the second stage."""
        return dataclasses.replace(self, shared_epochs=0).pieces_of(corpus)

    def stage(self, piece: "StagedPiece") -> "Stage":
        """Return the settings of a piece that the kernel needs."""
        import numpy as np

        from wordvec.kernels.disambiguated_choice import Stage

        if not piece.second:
            return Stage(np.float32(1), False, np.float32(self.entropy_reward), np.float32(1), False)
        temperature = 1 - (1 - self.final_temperature) * piece.cooled
        return Stage(np.float32(temperature), True, np.float32(0), np.float32(PACE), self.keys == OWN)

    def last_stage(self) -> "Stage":
        """Return the settings with which a trained model disambiguates: no noise, and temperature 1."""
        import numpy as np

        from wordvec.kernels.disambiguated_choice import Stage

        return Stage(np.float32(1), False, np.float32(0), np.float32(PACE), self.keys == OWN)

    @property
    def columns(self) -> int:
        """Length of a row of both matrices: a vector or key, and the bias."""
        return self.dim + 1

    def work(self) -> int:
        """Return about how many numbers training reads for a token."""
        return super().work() + 2 * self.dim * self.senses
