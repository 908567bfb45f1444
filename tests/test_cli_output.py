"""Words and metadata on a terminal: control characters are escaped there, and exact elsewhere."""

import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call

from wordvec import Vectors
from wordvec.evaluation import Table
from wordvec.safe_text import spreadsheet_cell, visible, visible_word

ODD = "\x1b[31mred\x9b2J\u202e\x7f"
ESCAPED = r"\x1b[31mred\x9b2J\u202e\x7f"


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    matrix = np.array([[1, 0], [0.8, 0.6]], np.float32)
    Vectors(["tea", ODD], matrix, [2, 1], {"note": ODD}).save(tmp_path / "odd.npz")
    return tmp_path / "odd.npz"


@pytest.mark.parametrize("command", [["nearest", "tea"], ["nearest", "tea", "--csv"], ["info"]])
def test_a_terminal_gets_escapes_and_a_file_the_word(
    wordvec: Call, odd: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    arguments = [command[0], odd, *command[1:]]
    assert ODD in wordvec(*arguments).out
    monkeypatch.setattr("wordvec.cli.output._is_terminal", lambda: True)
    shown = wordvec(*arguments).out
    assert ESCAPED in shown
    assert not set("\x1b\x9b\u202e\x7f") & set(shown)


def test_json_stays_json_on_a_terminal(wordvec: Call, odd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordvec.cli.output._is_terminal", lambda: True)
    shown = wordvec("nearest", odd, "tea", "--json").out
    assert not set("\x1b\x9b\u202e\x7f") & set(shown)
    assert json.loads(shown)["nearest"][0]["word"] == ODD


def test_messages_are_escaped_everywhere(wordvec: Call, odd: Path) -> None:
    assert wordvec("nearest", odd, "a\x1b[2Jb").err == "wordvec: a\\x1b[2Jb: not among the 2 words\n"


def test_lines_and_tabs_stay_in_texts_and_not_in_words() -> None:
    assert visible("a\tb\nnaïve\u200d\r") == "a\tb\nnaïve\u200d\\r"
    assert visible_word("a\tb\nc\ud800") == r"a\tb\nc\ud800"


def test_formulas_get_an_apostrophe_and_numbers_do_not() -> None:
    assert [spreadsheet_cell(cell) for cell in ("=1", "+1", "-1", "@x", "\tx", "tea", "", -1.5, None)] == [
        "'=1",
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "tea",
        "",
        -1.5,
        None,
    ]
    table = Table([{"word": "=1+1", "score": -0.5}])
    assert table.to_csv() == "word,score\n=1+1,-0.5\n"
    assert table.to_csv(for_spreadsheets=True) == "word,score\n'=1+1,-0.5\n"
