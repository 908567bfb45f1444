"""Tables: what people, CSV, JSON and Markdown get."""

import json

from wordvec.evaluation import Table
from wordvec.evaluation.tables import shown

TABLE = Table(
    [{"word": "tea", "score": 0.25, "n": 1200, "each": [1, 2]}, {"word": "no|<rth>*", "score": None, "p": -0.5}],
    ["note"],
)


def test_people_get_aligned_columns_without_lists() -> None:
    assert str(TABLE) == (
        "word       score      n       p\ntea        .2500  1,200       -\nno|<rth>*      -      -  -.5000\nnote"
    )


def test_csv_has_a_header_full_numbers_and_empty_cells() -> None:
    assert TABLE.to_csv() == "word,score,n,p\ntea,0.25,1200,\nno|<rth>*,,,-0.5\n"


def test_json_has_everything() -> None:
    assert json.loads(TABLE.to_json()) == {"rows": TABLE.rows, "notes": ["note"]}


def test_markdown_escapes_what_would_end_a_cell() -> None:
    assert TABLE.to_markdown().splitlines() == [
        "| word | score | n | p |",
        "| --- | --- | --- | --- |",
        "| tea | .2500 | 1,200 | - |",
        "| no\\|\\<rth\\>\\* | - | - | -.5000 |",
        "",
        "note",
    ]


def test_nothing_is_shown_below_zero_that_rounds_to_it() -> None:
    assert [shown(value) for value in (-0.00001, 0.0, 1.0, -1.5, 0.25, None)] == [
        ".0000", ".0000", "1.0000", "-1.5000", ".2500", "-",
    ]  # fmt: skip
