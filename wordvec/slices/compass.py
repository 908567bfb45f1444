"""CADE: slices of a corpus in one space, by a compass (Di Carlo, Bianchi and Palmonari 2019; Bianchi et al. 2020).

A model is trained on all slices together, the compass. Then each slice is trained by itself, with the compass's output
matrix (``contexts`` here, the paper's target matrix) frozen: what changes is where words stand (``words``), in a space
that is the same for all. A word starts from the same row in every slice, a function of the seed and the word.

Beside it stands what people did before, ``procrustes`` (Hamilton, Leskovec and Jurafsky 2016): each slice is trained by
itself, both matrices, and then rotated to the first, to the one before it, or to a model of all together.
"""

import dataclasses
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, cast

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.settings import check_settings, setting
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.slices.aligned import AlignedSlices
    from wordvec.trainers.negative_sampling import NegativeSampling

COMPASS, PROCRUSTES = "compass", "procrustes"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Compass:
    """Trains a compass, and slices by it."""

    method: str = setting(
        COMPASS,
        "compass: slices are trained with the compass's contexts frozen; procrustes: alone, then rotated",
        choices=(COMPASS, PROCRUSTES),
    )
    reference: str = setting(COMPASS, "what procrustes rotates a slice to", choices=(COMPASS, "first", "previous"))
    model: str = setting("skipgram", "how compass and slices are trained", choices=("skipgram", "cbow"))
    dim: int = setting(100, "length of a vector", at_least=2)
    window: int = setting(5, "most words on either side of the centre", at_least=1)
    negatives: int = setting(10, "noise words drawn for each window", at_least=1)
    sample: float = setting(1e-3, "thin out words more frequent than about this share; 0 keeps all", at_least=0)
    min_count: int = setting(5, "leave out words seen less often in all slices together", at_least=1)
    epochs: int = setting(5, "passes over all slices for the compass", at_least=1)
    learning_rate: float | None = setting(
        None, "first learning rate of the compass; the model's usual one", above=0, real=True
    )
    slice_epochs: int = setting(5, "passes over each slice", at_least=1)
    slice_learning_rate: float | None = setting(
        None, "first learning rate of the slices; the model's usual one", above=0, real=True
    )
    slice_min_count: int = setting(1, "leave out words of a slice that it has less often", at_least=1)
    absent: str = setting(
        "leave",
        "words that a slice lacks: leave them out, or keep them as the compass has them, with the count 0",
        choices=("leave", "keep"),
    )
    start: str = setting(
        "random",
        "rows that words of a slice start from: random, the same in each, or the compass's",
        choices=("random", COMPASS),
    )
    threads: int | None = setting(None, "threads to train with; all processors unless given", at_least=1)
    seed: int = setting(1, "one seed gives one result with one thread", at_least=0, at_most=2**63 - 1)

    def __post_init__(self) -> None:
        check_settings(self)
        if self.absent == "keep" and self.reference != COMPASS:
            raise SettingsError("keep: words are kept as in the compass; needs reference compass", setting="absent")
        if self.method == COMPASS != self.reference:
            raise SettingsError(
                f"{self.reference}: goes with method procrustes; the compass is frozen", setting="reference"
            )

    @property
    def frozen(self) -> bool:
        """Whether slices are trained with the contexts of the compass."""
        return self.method == COMPASS

    @property
    def needs_compass(self) -> bool:
        """Whether anything is done with a model of all slices together."""
        return COMPASS in (self.reference, self.start)

    def fit(
        self, slices: Mapping[str, "EncodedCorpus"], *, progress: Progress | None = None, stop: StopFlag | None = None
    ) -> "AlignedSlices":
        """Train the compass, then each slice.

        Parameters
        ----------
        slices
            Encoded texts by name, in order; they must stay open while they are trained.
        progress, stop
            Where to report, and what stops the work.

        Raises
        ------
        InputError
            If there are fewer than two slices, they were encoded differently, one has no word of the others, or no
            word is frequent enough.
        MemoryLimitError
            If the matrices do not fit.
        Interrupted
            If `stop` was set.
        """
        from wordvec.corpora.encoded import EncodedCorpus
        from wordvec.slices.aligned import AlignedSlices

        if not isinstance(slices, Mapping):
            arguments.wrong("slices", slices, "corpora by name", "compass.fit({name: corpus, ...})")
        for name, corpus in slices.items():
            arguments.expect(f"slices[{name!r}]", corpus, EncodedCorpus)
        check_number(slices)
        _check_alike(slices)
        return AlignedSlices.of(self, slices, progress or Progress(), stop or StopFlag())

    def trainer(self, of_slices: bool) -> "NegativeSampling":
        """Give the settings of the compass or of the slices as those of a model."""
        from wordvec.trainers import trainer

        rate = self.slice_learning_rate if of_slices else self.learning_rate
        settings: dict[str, Any] = {
            name: getattr(self, name) for name in ("dim", "window", "negatives", "sample", "seed")
        }
        settings |= {"learning_rate": rate} if rate is not None else {}
        kind = cast("type[NegativeSampling]", trainer(self.model))
        return kind(epochs=self.slice_epochs if of_slices else self.epochs, min_count=1, **settings)


def check_number(slices: Collection[str]) -> None:
    """Refuse slices that are too few to compare.

    Raises
    ------
    InputError
        If there are fewer than two.
    """
    if len(slices) < 2:
        raise InputError(f"{len(slices)} slice is nothing to compare; give two or more")


def _check_alike(slices: Mapping[str, "EncodedCorpus"]) -> None:
    first, *others = slices
    for name in others:
        mine, theirs = slices[first].meta["settings"], slices[name].meta["settings"]
        for name_of in ("tokenizer", "normalize", "lowercase", "sentence"):
            if mine[name_of] != theirs.get(name_of):
                raise InputError(
                    f"{name}: was encoded with {name_of} {theirs.get(name_of)!r}, {first} with {mine[name_of]!r}, so "
                    "that their words differ; encode all slices alike"
                )
