"""What every trainer shares: hyperparameters that are written once, and their checks.

A trainer is a frozen dataclass. Each field made by `hyperparameter` carries its default, its text and its range;
the command's options, the metadata in the result and the README's table derive from the fields.
"""

import dataclasses
import math
import numbers
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from wordvec.errors import SettingsError
from wordvec.workers import available_threads

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus


LOSS_RISES = "end the training after N epochs in a row with a higher loss than the epoch before"
"""Help of `stop_when_loss_rises`, which every trainer with epochs has."""


def hyperparameter(
    default: Any,
    help: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    above: float | None = None,
    choices: tuple[str, ...] | None = None,
    real: bool = False,
) -> Any:
    """Make a dataclass field with a text and a range.

    Parameters
    ----------
    default
        Its value; None where it is found when training begins (the help says how).
    help
        What it is and its unit, as the command line shows it.
    at_least, at_most, above
        Its smallest and largest value, or the bound it must exceed.
    choices
        The words it may be.
    real
        Whether it may be a fraction, where the default, None, does not tell.
    """
    limits = {"at_least": at_least, "at_most": at_most, "above": above}
    return dataclasses.field(default=default, metadata={"help": help, "choices": choices, "real": real} | limits)


@dataclasses.dataclass(frozen=True)
class Estimate:
    """What a training would take.

    Attributes
    ----------
    words
        Words that are trained.
    steps, unit
        Tokens of the corpus or entries of the counts, times epochs, and which of the two.
    memory
        Bytes of both matrices, and of the entries that are dealt from counts.
    seconds
        Time of the training, from about a second of it.
    """

    words: int
    steps: int
    unit: str
    memory: int
    seconds: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trainer:
    """Base of all trainers: the hyperparameters each has, and checks of every field.

    Raises
    ------
    SettingsError
        If a value is out of its range.
    """

    threads: int | None = hyperparameter(None, "threads to train with; all processors unless given", at_least=1)
    seed: int = hyperparameter(1, "one seed gives one result", at_least=0, at_most=2**63 - 1)

    def __post_init__(self) -> None:
        check(self)

    @property
    def thread_count(self) -> int:
        """The threads to train with."""
        return self.threads or available_threads()

    method: ClassVar[str]
    resumable: ClassVar[bool] = False
    """Whether `fit` takes a checkpoint, and vectors to start from."""

    def settings(self) -> dict[str, Any]:
        """Give the method and every hyperparameter by name."""
        return {"method": self.method} | dataclasses.asdict(self)

    def record(self, corpus: "EncodedCorpus") -> dict[str, Any]:
        """Give what the metadata of every result says: settings, corpus, versions, processor."""
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
        return {"method": self.method, "settings": dataclasses.asdict(self), **sources, **machinery()}


def machinery() -> dict[str, Any]:
    """Give the versions and the processor that bits depend on, as metadata has them."""
    import numba
    import numpy

    from wordvec import __version__
    from wordvec.kernels._jit import processor

    return {
        "versions": {"wordvec": __version__, "numpy": numpy.__version__, "numba": numba.__version__},
        "processor": processor(),
    }


def option_name(name: str) -> str:
    """Give the command-line spelling of a hyperparameter's name."""
    return "--" + name.replace("_", "-")


def check(settings: Any) -> None:
    """Check every field of a dataclass made with `hyperparameter`.

    Raises
    ------
    SettingsError
        If a value is of another kind than the field's, or out of its range.
    """
    for field in dataclasses.fields(settings):
        _check(field, getattr(settings, field.name))


def _check(field: dataclasses.Field[Any], value: Any) -> None:
    option, metadata = option_name(field.name), field.metadata
    if value is None and field.default is None:
        return
    if metadata["choices"] is not None:
        if not isinstance(value, str) or value not in metadata["choices"]:
            raise SettingsError(f"{option} {value}: choose one of {', '.join(metadata['choices'])}")
    elif isinstance(field.default, bool):
        if not isinstance(value, bool):
            raise SettingsError(f"{option} {value!r}: give True or False")
    elif isinstance(field.default, str):
        if not isinstance(value, str):
            raise SettingsError(f"{option} {value!r}: give a text")
    else:
        _check_number(option, value, metadata, whole=not (metadata["real"] or isinstance(field.default, float)))


def _check_number(option: str, value: Any, metadata: Mapping[str, Any], whole: bool) -> None:
    if isinstance(value, bool) or not isinstance(value, numbers.Integral if whole else numbers.Real):
        raise SettingsError(f"{option} {value!r}: give a {'whole number' if whole else 'number'}")
    if value != value or value in (math.inf, -math.inf):
        raise SettingsError(f"{option} {value}: give a finite number")
    at_least, at_most, above = metadata["at_least"], metadata["at_most"], metadata["above"]
    if at_least is not None and value < at_least:
        raise SettingsError(f"{option} {value}: must be at least {at_least}")
    if at_most is not None and value > at_most:
        raise SettingsError(f"{option} {value}: must be at most {at_most}")
    if above is not None and value <= above:
        raise SettingsError(f"{option} {value}: must be above {above}")
