"""Settings as dataclass fields: each is declared once, with its default, help text, range and choices.

Trainers, aligners, counting and encoding declare their hyperparameters with `setting`. The options of the command
line, the metadata of a result and the reference tables derive from these declarations. Only the command line spells a
setting as an option: an error names the field, in `SettingsError.setting`.
"""

import dataclasses
import math
import numbers
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from wordvec.errors import SettingsError

Rule = Callable[[int, bool], Any]
"""Computes the value of a setting from the number of tokens of a corpus, and whether training starts from vectors."""
T = TypeVar("T")


def setting(
    default: Any,
    help: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    above: float | None = None,
    choices: tuple[str, ...] | None = None,
    real: bool = False,
    rule: Rule | None = None,
) -> Any:
    """Return a dataclass field with a help text and a range.

    Parameters
    ----------
    default
        Default value. With None the value is determined later; the help text says how.
    help
        Meaning and unit, as the command line shows them.
    at_least, at_most, above
        Inclusive lower and upper bound, and exclusive lower bound.
    choices
        Permitted strings.
    real
        Whether a fraction is permitted; needed only where the default is None.
    rule
        Rule of an automatic setting. Its default is None, and its help text says "default: automatic, ...".
    """
    limits = {"at_least": at_least, "at_most": at_most, "above": above}
    metadata = {"help": help, "choices": choices, "real": real, "rule": rule}
    return dataclasses.field(default=default, metadata=metadata | limits)


def unresolved(settings: Any) -> dict[str, Rule]:
    """Return the rules of the automatic settings that have no value yet, by name."""
    rules = {field.name: field.metadata.get("rule") for field in dataclasses.fields(settings)}
    return {name: rule for name, rule in rules.items() if rule is not None and getattr(settings, name) is None}


def known(value: T | None) -> T:
    """Return the value of an automatic setting, which must be resolved."""
    if value is None:
        raise RuntimeError("an automatic setting has no value yet; call resolved(corpus) first")
    return value


def check_settings(settings: Any, leave: Collection[str] = ()) -> None:
    """Check every field of a dataclass that is declared with `setting`.

    Parameters
    ----------
    settings
        Instance of the dataclass.
    leave
        Fields that the dataclass checks itself, such as one that also takes a function.

    Raises
    ------
    SettingsError
        If a value has the wrong type or is out of range.
    """
    for field in dataclasses.fields(settings):
        if "help" in field.metadata and field.name not in leave:
            _check(field, getattr(settings, field.name))


def _check(field: dataclasses.Field[Any], value: Any) -> None:
    name, choices = field.name, field.metadata["choices"]
    if value is None and field.default is None:
        return
    if choices is not None:
        if not isinstance(value, str) or value not in choices:
            shown = value if isinstance(value, str) else repr(value)
            raise SettingsError(f"{shown}: choose one of {', '.join(choices)}", setting=name)
    elif isinstance(field.default, bool):
        if not isinstance(value, bool):
            raise SettingsError(f"{value!r}: expected True or False", setting=name)
    elif isinstance(field.default, str):
        if not isinstance(value, str):
            raise SettingsError(f"{value!r}: expected a string", setting=name)
    else:
        _check_number(
            name, value, field.metadata, whole=not (field.metadata["real"] or isinstance(field.default, float))
        )


def _check_number(name: str, value: Any, metadata: Mapping[str, Any], whole: bool) -> None:
    if isinstance(value, bool) or not isinstance(value, numbers.Integral if whole else numbers.Real):
        raise SettingsError(f"{value!r}: expected {'an integer' if whole else 'a number'}", setting=name)
    if not math.isfinite(value):
        raise SettingsError(f"{value}: must be finite", setting=name)
    at_least, at_most, above = metadata["at_least"], metadata["at_most"], metadata["above"]
    if at_least is not None and value < at_least:
        raise SettingsError(f"{value}: must be at least {at_least}", setting=name)
    if at_most is not None and value > at_most:
        raise SettingsError(f"{value}: must be at most {at_most}", setting=name)
    if above is not None and value <= above:
        raise SettingsError(f"{value}: must be above {above}", setting=name)
