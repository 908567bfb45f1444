"""Settings: a declared field is checked for its type, range and choices, and errors name the field."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from wordvec.errors import SettingsError
from wordvec.settings import check_settings, setting


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sample:
    """Settings of every kind."""

    dim: int = setting(100, "numbers of a vector", at_least=2, at_most=1000)
    rate: float = setting(0.025, "learning rate", above=0)
    seed: int | None = setting(None, "seed; default: 1", at_least=0)
    share: float | None = setting(None, "share of the text", at_most=1, real=True)
    model: str = setting("cbow", "training method", choices=("cbow", "skipgram"))
    title: str = setting("", "title of the result")
    quiet: bool = setting(False, "whether nothing is shown")
    other: object = None

    def __post_init__(self) -> None:
        check_settings(self)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"dim": 2, "rate": 1, "seed": 0},
        {"dim": np.int64(1000), "rate": np.float32(0.1), "share": 0.5},
        {"seed": None, "share": None, "model": "skipgram", "title": "a", "quiet": True, "other": object()},
    ],
)
def test_values_in_range_are_accepted(given: dict[str, Any]) -> None:
    assert Sample(**given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dim": 1}, "dim 1: must be at least 2"),
        ({"dim": 1001}, "dim 1001: must be at most 1000"),
        ({"dim": 2.5}, "dim 2.5: expected an integer"),
        ({"dim": True}, "dim True: expected an integer"),
        ({"dim": None}, "dim None: expected an integer"),
        ({"rate": 0}, "rate 0: must be above 0"),
        ({"rate": float("nan")}, "rate nan: must be finite"),
        ({"rate": "0.1"}, "rate '0.1': expected a number"),
        ({"seed": -1}, "seed -1: must be at least 0"),
        ({"share": 1.5}, "share 1.5: must be at most 1"),
        ({"model": "glove"}, "model glove: choose one of cbow, skipgram"),
        ({"model": 3}, "model 3: choose one of cbow, skipgram"),
        ({"model": np.zeros(2)}, "model array([0., 0.]): choose one of cbow, skipgram"),
        ({"title": 3}, "title 3: expected a string"),
        ({"quiet": 1}, "quiet 1: expected True or False"),
    ],
)
def test_other_values_are_errors_that_name_the_field(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as error:
        Sample(**given)
    assert str(error.value) == message
    assert error.value.for_command_line() == f"--{message}"


def test_the_command_line_spells_a_setting_as_an_option() -> None:
    error = SettingsError(": needs lowercase", setting="min_count")
    assert (str(error), error.for_command_line()) == ("min_count: needs lowercase", "--min-count: needs lowercase")
    assert SettingsError("no setting").for_command_line() == "no setting"
