"""AdaGram (Bartunov et al. 2016): hyperparameters and training."""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

from wordvec.documentation import documented
from wordvec.settings import setting
from wordvec.trainers.negative_sampling import HIERARCHICAL
from wordvec.trainers.senses.sense_trainer import SenseTrainer

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.senses.adagram_model import AdaGramModel

MOST_SENSES = 64
_OF_LAYER = {"loss": HIERARCHICAL, "negatives": None, "noise_power": None, "replicas": 1, "round_tokens": 0}
"""Settings of `NegativeSampling` that are fixed."""


def _fixed(name: str) -> Any:
    return dataclasses.field(default=_OF_LAYER[name], init=False, repr=False, compare=False)


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class AdaGram(SenseTrainer):
    """Train several vectors for each word, whose number is found by a prior that prefers few senses (AdaGram).

    One thread trains: a new sense begins at a single token, so that copies trained side by side would find other
    senses under one number.

    Examples
    --------
    >>> from wordvec import AdaGram, EncodedCorpus
    >>> with EncodedCorpus.from_sentences(["tea with milk", "tea with lemon"] * 50) as corpus:
    ...     vectors = AdaGram(dim=8, epochs=1).fit(corpus)
    >>> sorted(vectors.words), vectors.metadata["senses"]["words"]
    (['lemon', 'milk', 'tea', 'with'], 0)
    """

    method: ClassVar[str] = "adagram"
    title: ClassVar[str] = "AdaGram"

    senses: int = setting(5, "largest number of senses of a word", at_least=1, at_most=MOST_SENSES)
    alpha: float = setting(0.1, "concentration of the prior: a larger value finds more senses", above=0, at_most=10)
    discount: float = setting(
        0.0, "discount of the prior (Pitman–Yor process): with more of it, more small senses", at_least=0, at_most=0.9
    )
    learning_rate: float = setting(0.05, "initial learning rate, which decreases linearly", above=0, at_most=1)
    loss: str = _fixed("loss")
    negatives: int = _fixed("negatives")
    noise_power: float = _fixed("noise_power")
    replicas: int | None = _fixed("replicas")
    round_tokens: int | None = _fixed("round_tokens")

    def rows(self, words: int) -> int:
        """Return about how many rows both matrices have together."""
        return words * (1 + self.senses)

    def model_of(self, corpus: "EncodedCorpus", *_: Any, copies: int | None = None, **__: Any) -> "AdaGramModel":
        """Return the model to train."""
        from wordvec.trainers.senses.adagram_model import AdaGramModel

        return AdaGramModel(self, corpus)

    def work(self) -> int:
        """Return about how many numbers training reads for a token."""
        return super().work() * self.senses
