"""AdaGram (Bartunov et al. 2016): hyperparameters and training."""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, cast

from wordvec.documentation import documented
from wordvec.settings import setting
from wordvec.trainers import rules
from wordvec.trainers.negative_sampling import HIERARCHICAL
from wordvec.trainers.senses.trainer import SenseTrainer
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.checkpoint import Checkpoint
    from wordvec.trainers.senses.adagram_model import AdaGramModel
    from wordvec.trainers.senses.result import SenseVectors
    from wordvec.trainers.stopping import OnReport

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
    """

    method: ClassVar[str] = "adagram"
    title: ClassVar[str] = "AdaGram"
    rows_are: ClassVar[str] = "sense"
    keeps_words: ClassVar[bool] = False
    distributable: ClassVar[bool] = False

    senses: int = setting(5, "largest number of senses of a word", at_least=1, at_most=MOST_SENSES)
    alpha: float = setting(0.1, "concentration of the prior: a larger value finds more senses", above=0, at_most=10)
    discount: float = setting(
        0.0, "discount of the prior (Pitman–Yor process): with more of it, more small senses", at_least=0, at_most=0.9
    )
    sense_min_count: int = setting(20, "words with fewer occurrences have one sense", at_least=1)
    min_share: float = setting(
        0.05, "leave out senses with a smaller share of the tokens of their word", at_least=0, at_most=0.5
    )
    fixed_window: bool = setting(True, "always use the whole window, not a random part of it")
    epochs: int | None = setting(None, rules.PASSES.format(20, 60_000), at_least=1, rule=rules.skipgram_passes)
    learning_rate: float = setting(0.05, "initial learning rate, which decreases linearly", above=0, at_most=1)
    loss: str = _fixed("loss")
    negatives: int = _fixed("negatives")
    noise_power: float = _fixed("noise_power")
    replicas: int | None = _fixed("replicas")
    round_tokens: int | None = _fixed("round_tokens")

    def settings(self) -> dict[str, Any]:
        """Return the method and every hyperparameter by name."""
        return {name: value for name, value in super().settings().items() if name not in _OF_LAYER}

    def rows(self, words: int) -> int:
        """Return about how many rows both matrices have together."""
        return words * (1 + self.senses)

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
        InputError, MemoryLimitError, DivergedError, Interrupted
            As `SkipGram.fit`.

        Examples
        --------
        >>> from wordvec import AdaGram, EncodedCorpus
        >>> with EncodedCorpus.from_sentences(["tea with milk", "tea with lemon"] * 50) as corpus:
        ...     vectors = AdaGram(dim=8, epochs=1).fit(corpus)
        >>> sorted(vectors.words), vectors.metadata["senses"]["words"]
        (['lemon', 'milk', 'tea', 'with'], 0)
        """
        from wordvec.trainers import fitting

        control = fitting.Control(checkpoint, progress or Progress(), stop or StopFlag(), on_report)
        return cast("SenseVectors", fitting.fit(self, corpus, fitting.Start(), control))

    def model_of(self, corpus: "EncodedCorpus", *_: Any, copies: int | None = None, **__: Any) -> "AdaGramModel":
        """Return the model to train."""
        from wordvec.trainers.senses.adagram_model import AdaGramModel

        return AdaGramModel(self, corpus)

    def work(self) -> int:
        """Return about how many numbers training reads for a token."""
        return super().work() * self.senses
