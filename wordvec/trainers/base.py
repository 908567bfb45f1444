"""What every trainer shares: hyperparameters that are written once, and their checks.

A trainer is a frozen dataclass. Each field made by `hyperparameter` carries its default, its text and its range;
the command's options, the metadata in the result and the README's table derive from the fields.
"""

import dataclasses
import math
from typing import TYPE_CHECKING, Any, ClassVar

from wordvec.errors import SettingsError
from wordvec.workers import available_threads

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus


def hyperparameter(
    default: Any,
    help: str,
    *,
    at_least: float | None = None,
    above: float | None = None,
    choices: tuple[str, ...] | None = None,
) -> Any:
    """Make a dataclass field with a text and a range.

    Parameters
    ----------
    default
        Its value; None where it is found when training begins (the help says how).
    help
        What it is and its unit, as the command line shows it.
    at_least, above
        Its smallest value, or the bound it must exceed.
    choices
        The words it may be.
    """
    return dataclasses.field(
        default=default, metadata={"help": help, "at_least": at_least, "above": above, "choices": choices}
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trainer:
    """Base of all trainers: the hyperparameters each has, and checks of every field.

    Raises
    ------
    SettingsError
        If a value is out of its range.
    """

    threads: int | None = hyperparameter(None, "threads to train with; all processors unless given", at_least=1)
    seed: int = hyperparameter(1, "one seed gives one result", at_least=0)

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check(field, getattr(self, field.name))

    @property
    def thread_count(self) -> int:
        """The threads to train with."""
        return self.threads or available_threads()

    method: ClassVar[str]

    def settings(self) -> dict[str, Any]:
        """Give the method and every hyperparameter by name."""
        return {"method": self.method} | dataclasses.asdict(self)

    def record(self, corpus: "EncodedCorpus") -> dict[str, Any]:
        """Give what the metadata of every result says: settings, corpus, versions, processor."""
        import numba
        import numpy

        from wordvec import __version__
        from wordvec.kernels._jit import processor

        return {
            "method": self.method,
            "settings": dataclasses.asdict(self),
            "corpus": {
                "digest": corpus.digest,
                "tokens": len(corpus.ids),
                "sentences": len(corpus.offsets) - 1,
                "words": len(corpus.vocabulary),
            },
            "versions": {"wordvec": __version__, "numpy": numpy.__version__, "numba": numba.__version__},
            "processor": processor(),
        }


def option_name(name: str) -> str:
    """Give the command-line spelling of a hyperparameter's name."""
    return "--" + name.replace("_", "-")


def _check(field: dataclasses.Field[Any], value: Any) -> None:
    option = option_name(field.name)
    choices, at_least, above = (field.metadata.get(key) for key in ("choices", "at_least", "above"))
    if value is None and field.default is None:
        return
    if choices is not None:
        if value not in choices:
            raise SettingsError(f"{option} {value}: choose one of {', '.join(choices)}")
        return
    if isinstance(field.default, bool) or (at_least is None and above is None):
        return
    whole = isinstance(field.default, int) or (field.default is None and "int" in str(field.type))
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise SettingsError(f"{option} {value!r}: give a {'whole number' if whole else 'number'}")
    if not math.isfinite(value):
        raise SettingsError(f"{option} {value}: give a finite number")
    if at_least is not None and value < at_least:
        raise SettingsError(f"{option} {value}: must be at least {at_least}")
    if above is not None and value <= above:
        raise SettingsError(f"{option} {value}: must be above {above}")
