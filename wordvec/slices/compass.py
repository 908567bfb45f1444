"""CADE: slices of a corpus in one space, by a compass (Di Carlo, Bianchi and Palmonari 2019; Bianchi et al. 2020).

The compass is a model of all slices together. Then each slice is trained separately, with the compass's output matrix
(``contexts`` here, the paper's target matrix) frozen. Only the word vectors (``words``) differ between slices, in a
space that is the same for all. The initial row of a word is the same in every slice: a function of seed and word.

The earlier method is ``procrustes`` (Hamilton, Leskovec and Jurafsky 2016): each slice is trained separately, both
matrices, and then rotated to the first slice, to the slice before it, or to a model of all slices together.

``temporal-referencing`` (Dubossarsky et al. 2019) trains one model of all slices, in which chosen words have a vector
for each slice: see `joint`.
"""

import dataclasses
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, cast

from wordvec import arguments
from wordvec.documentation import documented
from wordvec.errors import InputError, SettingsError
from wordvec.representation import short
from wordvec.settings import check_settings, setting
from wordvec.trainers import rules
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.slices.aligned import AlignedSlices
    from wordvec.trainers.negative_sampling import NegativeSampling

COMPASS, PROCRUSTES, REFERENCING = "compass", "procrustes", "temporal-referencing"
EPOCHS = 5
RATES = {"skipgram": 0.025, "cbow": 0.06}
RATE_DEFAULT = "default: " + ", ".join(f"{rate:g} for {model}" for model, rate in RATES.items())


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Compass:
    """Settings of a compass and of the slices trained with it."""

    method: str = setting(
        COMPASS,
        "compass: train slices with the compass's contexts frozen; procrustes: train them separately, then rotate "
        "them; temporal-referencing: train one model, in which the words of --words have a vector for each slice",
        choices=(COMPASS, PROCRUSTES, REFERENCING),
    )
    words: tuple[str, ...] = setting((), "words that temporal-referencing gives a vector for each slice")
    reference: str = setting(
        COMPASS, "reference that procrustes rotates a slice to", choices=(COMPASS, "first", "previous")
    )
    model: str = setting("skipgram", "model of compass and slices", choices=("skipgram", "cbow"))
    dim: int = setting(100, "dimension of the vectors", at_least=2)
    window: int = setting(5, "largest number of context words on either side", at_least=1)
    negatives: int = setting(10, "noise words drawn for each window", at_least=1)
    sample: float = setting(1e-3, "subsample words more frequent than about this share; 0 keeps all", at_least=0)
    min_count: int = setting(5, "smallest count of a word in all slices together", at_least=1)
    epochs: int | None = setting(
        None,
        f"epochs of the model of all slices together; default: {EPOCHS}, with temporal-referencing {2 * EPOCHS}",
        at_least=1,
    )
    learning_rate: float | None = setting(
        None, f"initial learning rate of the compass; {RATE_DEFAULT}", above=0, real=True
    )
    slice_epochs: int = setting(EPOCHS, "epochs of each slice", at_least=1)
    slice_learning_rate: float | None = setting(
        None, f"initial learning rate of the slices; {RATE_DEFAULT}", above=0, real=True
    )
    slice_min_count: int = setting(1, "smallest count of a word in a slice", at_least=1)
    absent: str = setting(
        "leave",
        "words that a slice lacks: leave them out, or keep the compass's vectors, with the count 0",
        choices=("leave", "keep"),
    )
    start: str = setting(
        "random",
        "initial rows of a slice: random, the same in each, or the compass's",
        choices=("random", COMPASS),
    )
    threads: int | None = setting(None, "threads to train with; default: all processors", at_least=1)
    replicas: int = setting(
        rules.MOST_REPLICAS,
        "copies of the model of all slices that are trained side by side and combined after each round, so that the "
        "result is the same with any number of threads; 1: threads share one model, and results vary slightly",
        at_least=1,
        at_most=256,
    )
    seed: int = setting(1, "random seed", at_least=0, at_most=2**63 - 1)

    def __repr__(self) -> str:
        return short(self)

    def __post_init__(self) -> None:
        check_settings(self, leave={"words"})
        if self.epochs is None:
            # As many as a word of a slice is seen with a compass: in the compass, and in the slice.
            object.__setattr__(self, "epochs", EPOCHS * (2 if self.method == REFERENCING else 1))
        object.__setattr__(self, "words", tuple(dict.fromkeys(arguments.words("words", self.words))))
        self._check_words()
        if self.absent == "keep" and self.reference != COMPASS:
            raise SettingsError("keep: needs reference compass, whose vectors are kept", setting="absent")
        if self.method != PROCRUSTES and self.reference != COMPASS:
            raise SettingsError(
                f"{self.reference}: needs method procrustes; slices of a compass are not rotated", setting="reference"
            )

    def _check_words(self) -> None:
        """Check that words are referenced by temporal referencing only, and settings of slices are not its own."""
        if self.method == REFERENCING and not self.words:
            raise SettingsError(f"{self.method}: needs words, which get a vector for each slice", setting="method")
        if self.words and self.method != REFERENCING:
            raise SettingsError(f"{', '.join(self.words[:3])}: needs method {REFERENCING}", setting="words")
        if "" in self.words:
            raise SettingsError("'': is not a word", setting="words")
        if self.method != REFERENCING:
            return
        usual = {field.name: field.default for field in dataclasses.fields(self)}
        for name in ("slice_epochs", "slice_learning_rate", "start"):
            if (given := getattr(self, name)) != usual[name]:
                raise SettingsError(
                    f"{given}: temporal-referencing trains one model of all slices, with epochs and learning_rate",
                    setting=name,
                )

    @property
    def frozen(self) -> bool:
        """Whether all slices have the contexts of one model, and so a common space without rotation."""
        return self.method != PROCRUSTES

    @property
    def needs_compass(self) -> bool:
        """Whether a model of all slices together is needed."""
        return COMPASS in (self.reference, self.start)

    def fit(
        self, slices: Mapping[str, "EncodedCorpus"], *, progress: Progress | None = None, stop: StopFlag | None = None
    ) -> "AlignedSlices":
        """Train the compass, then each slice; with temporal referencing, one model of all slices.

        Parameters
        ----------
        slices
            Encoded texts by name, in order; they must stay open during the training.
        progress, stop
            Receiver of reports, and flag that stops the work.

        Raises
        ------
        InputError
            If there are fewer than two slices, they were encoded differently, a slice shares no word with the
            others, no word is frequent enough, or a referenced word is unknown or in fewer than two slices.
        MemoryLimitError
            If the matrices do not fit.
        Interrupted
            If `stop` was set.
        """
        from wordvec.corpora.alike import SAME_TEXT, check_alike
        from wordvec.corpora.encoded import EncodedCorpus
        from wordvec.slices.aligned import AlignedSlices

        if not isinstance(slices, Mapping):
            arguments.wrong("slices", slices, "corpora by name", "compass.fit({name: corpus, ...})")
        for name, corpus in slices.items():
            arguments.expect(f"slices[{name!r}]", corpus, EncodedCorpus)
        check_number(slices)
        check_alike(slices, SAME_TEXT)
        return AlignedSlices.of(self, slices, progress or Progress(), stop or StopFlag())

    def trainer(self, of_slices: bool) -> "NegativeSampling":
        """Return the trainer of the compass, or of the slices."""
        from wordvec.trainers import trainer

        rate = self.slice_learning_rate if of_slices else self.learning_rate
        settings: dict[str, Any] = {
            name: getattr(self, name) for name in ("dim", "window", "negatives", "sample", "seed")
        }
        settings["learning_rate"] = RATES[self.model] if rate is None else rate
        kind = cast("type[NegativeSampling]", trainer(self.model))
        epochs, replicas = (self.slice_epochs, 1) if of_slices else (self.epochs, self.replicas)
        return kind(min_count=1, epochs=epochs, replicas=replicas, **settings)


def check_number(slices: Collection[str]) -> None:
    """Raise InputError if there are too few slices to compare.

    Raises
    ------
    InputError
        If there are fewer than two.
    """
    if len(slices) < 2:
        raise InputError(f"a comparison needs at least two slices; got {len(slices)}")
