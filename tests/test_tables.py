"""Tables: what people, CSV, JSON and Markdown get."""

import json
import sys

import pytest

from wordvec.errors import SettingsError
from wordvec.evaluation import Table
from wordvec.tables import shown

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


def test_latex_escapes_every_special_character_and_aligns_numbers() -> None:
    odd = r"\ & % $ # _ { } ~ ^ < > | -- ''"
    table = Table(
        [{"word_a": odd, "n": -0.5}, {"word_a": "[x", "n": None}, {"word_a": "*", "n": 1200}], ["5 % of & all"]
    )
    assert table.to_latex() == "\n".join(
        [
            r"\begin{tabular}{lr}",
            r"\toprule",
            r"word\_a & n \\",
            r"\midrule",
            r"\textbackslash{} \& \% \$ \# \_ \{ \} \textasciitilde{} \textasciicircum{} \textless{} \textgreater{} "
            r"\textbar{} -{}- '{}' & $-.5000$ \\",
            r"{[}x & - \\",
            r"{*} & 1,200 \\",
            r"\bottomrule",
            r"\end{tabular}",
            "",
            r"\par\footnotesize 5 \% of \& all",
        ]
    )


def test_columns_of_formatted_numbers_are_aligned_like_numbers() -> None:
    table = Table([{"method": "cbow", "score": ".45 ± .01"}, {"method": "glove", "score": "-"}], (), {"score"})
    assert table.to_latex().startswith(r"\begin{tabular}{lr}")
    assert str(table) == "method      score\ncbow    .45 ± .01\nglove           -"


def test_latex_with_a_caption_is_a_table_that_can_be_referred_to() -> None:
    text = Table([{"a": 1}]).to_latex(caption="50 % of it", label="tab:half")
    assert text.startswith(
        "\\begin{table}\n\\centering\n\\caption{50 \\% of it}\n\\label{tab:half}\n\\begin{tabular}{r}"
    )
    assert text.endswith("\\end{tabular}\n\\end{table}")
    assert Table([], ["nothing & none"]).to_latex() == r"nothing \& none"


def test_a_data_frame_has_every_column_and_the_notes() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = TABLE.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == TABLE.columns
    assert frame["score"][0] == 0.25
    assert frame["score"].isna().tolist() == [False, True]
    assert frame["each"][0] == [1, 2]
    assert frame.attrs == {"notes": ["note"]}


def test_without_pandas_its_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(SettingsError, match=r"^data frames need pandas: pip install pandas$"):
        TABLE.to_pandas()
