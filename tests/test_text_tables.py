"""Text of tables: CSV, TSV and Parquet by the names of their columns; several and nested fields."""

import csv
import gzip
import io
import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import documents_of, text_of

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.records import RecordCounts
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.structured import tables
from wordvec.errors import InputError, SettingsError

ROWS = [["id", "title", "text"], ["1", "Tea", 'a "good", day'], ["2", "", "two\nlines"], ["3", "Rum; dark", ""]]
TEXT = ['a "good", day', "two\nlines"]


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(rows: list[list[str]], delimiter: str = ",", **form: Any) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, **form).writerows(rows)
    return file.getvalue()


def parquet(path: Path, columns: dict[str, Any], **form: Any) -> Path:
    arrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet").write_table(arrow.table(columns), path, **form)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a"])
def test_a_column_is_read_by_its_name(delimiter: str, name: str, tmp_path: Path) -> None:
    records = RecordCounts()
    path = written(tmp_path / name, "\ufeff" + table(ROWS, delimiter))
    assert text_of(path, field="text", records=records).split("\n\n") == TEXT
    assert (records.read, records.skipped, records.empty) == (3, 1, 1)
    assert text_of(path, field="title", size=1).split("\n\n") == ["Tea", "Rum; dark"]


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress])
def test_compressed_tables_are_read(compress: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv.packed", compress(table(ROWS).encode()))
    assert text_of(path, field="text").split("\n\n") == TEXT


@pytest.mark.parametrize("cell", ["<p>tea</p>", "__label__a tea", "From: a", "a\tb", '{"a": 1}', "%PDF"])
def test_cells_with_the_text_of_another_kind_are_cells(cell: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a", table([["text", "id"], *[[cell, "1"]] * 30]))
    assert set(text_of(path, field="text").split("\n\n")) == {cell}


def test_several_columns_are_separate_lines_of_one_document(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", table(ROWS))
    expected = ['Tea\na "good", day', "two\nlines", "Rum; dark"]
    for field in ("title,text", "title, text", ["title", "text"], ("title", "text")):
        assert text_of(path, field=field).split("\n\n") == expected
    odd = written(tmp_path / "b.csv", '"a,b",c d\nx,y\n')
    assert text_of(odd, field='"a,b",c d') == "x\ny"


def test_quotes_between_tabs_are_text_if_they_are_no_quotes_of_a_table(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tsv", 'id\ttext\n1\t"Hello," she said\n2\t"\n3\tan 8" disk\n')
    assert text_of(path, field="text").split("\n\n") == ['"Hello," she said', '"', 'an 8" disk']
    quoted = written(tmp_path / "b.tsv", 'id\ttext\n1\t"two\nlines"\n')
    assert text_of(quoted, field="text") == "two\nlines"


def test_a_table_of_one_column_has_no_separator(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'text\none, two; three\n"quoted, ""too"""\n\n')
    assert text_of(path, field="text").split("\n\n") == ["one, two; three", 'quoted, "too"']


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (table(ROWS), "a.csv: its first row names no column 'body'; it has 'id', 'title', 'text'"),
        ("id,body\n1,a\n2,b,c\n", "a.csv: line 3: the row has 3 cells, the first one 2"),
        ('id,body\n1,"a\nb"\n2\n', "a.csv: line 4: the row has 1 cells, the first one 2"),
        ('id,body\n1,a\n2,"b\n3,c\n', "a.csv: line 3: a quote is not closed in the row that begins there"),
        ('id,body\n1,a\n2,"b" c\n', "a.csv: line 3: text follows a closing quote"),
        ("body,body\n1,a\n", "two columns of the name 'body'"),
    ],
)
def test_a_broken_row_is_named(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        text_of(written(tmp_path / "a.csv", text), field="body")


def test_long_cells_are_read_and_endless_ones_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = csv.field_size_limit()
    long = "tea " * 50_000
    assert text_of(written(tmp_path / "a.csv", table([["id", "text"], ["1", long]])), field="text") == long
    monkeypatch.setattr(tables, "LONGEST_RECORD", 1000)
    with pytest.raises(InputError, match="line 2 is longer"):
        text_of(tmp_path / "a.csv", field="text")
    with pytest.raises(InputError, match="line 2: a quote is not closed"):
        text_of(written(tmp_path / "b.csv", 'id,text\n1,"' + "tea\n" * 9999), field="text")
    assert csv.field_size_limit() == limit


cells = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n")).map(str.strip).filter(bool)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5), st.sampled_from([",", ";", "\t"]))
def test_cells_survive_a_round_trip(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("tables") / "a.csv"
    quoting = csv.QUOTE_ALL
    written(path, table([["id", "text"], *map(list, rows)], delimiter, quoting=quoting))
    assert [each.text.decode() for each in documents_of(path, field="text")] == [text for _, text in rows]


def test_fields_inside_fields_are_read(tmp_path: Path) -> None:
    records = [
        {"a": {"b": "one", "c.d": "dotted"}, "x": "X"},
        {"a": {"b": None}, "a.b": "literal"},
        {"a": [{"b": "no"}], "x": "Y"},
        {"a": {"b": ["the", "cat"]}, "x": "two words"},
    ]
    path = written(tmp_path / "a.jsonl", "".join(map("{}\n".format, map(json.dumps, records))))
    counts = RecordCounts()
    assert text_of(path, field="a.b", records=counts).split("\n\n") == ["one", "literal", "the cat"]
    assert (counts.read, counts.without_field, counts.empty) == (4, 1, 0)
    assert text_of(path, field="a.c.d") == "dotted"
    # Tokens and text of one record are parts of one document.
    assert text_of(path, field="x,a.b").split("\n\n") == ["X\none", "literal", "Y", "two words\nthe cat"]
    *_, text, tokens = documents_of(path, field="x,a.b")
    assert (text.text, text.tokens, text.continues) == (b"two words\n", False, True)
    assert (tokens.text, tokens.tokens, tokens.continues) == (b"the cat", True, False)
    with pytest.raises(InputError, match=r"all of its 4 records lack the field 'y'; the last one has 'a', 'x'"):
        text_of(path, field="x,y")
    for field in ("", "x,", []):
        with pytest.raises(SettingsError, match="expected names"):
            EncodingSettings(field=field)


class TestParquet:
    def test_a_column_is_read_in_batches_over_row_groups(self, tmp_path: Path) -> None:
        texts = [f"line {number}\nend" for number in range(1000)]
        path = parquet(tmp_path / "a.parquet", {"id": range(1000), "text": texts}, row_group_size=300)
        records = RecordCounts()
        assert text_of(path, field="text", records=records).split("\n\n") == texts
        assert records.read == 1000

    def test_missing_values_lists_and_structures_are_read_as_in_jsonl(self, tmp_path: Path) -> None:
        columns = {"text": ["tea", None, ""], "words": [["a", "b"], [], ["c"]], "m": [{"t": "x"}, {"t": None}, None]}
        path = parquet(tmp_path / "a.parquet", columns)
        assert text_of(path, field="text") == "tea"
        assert text_of(path, field="words").split("\n\n") == ["a b", "c"]
        assert text_of(path, field="m.t") == "x"
        assert text_of(path, field="text,m.t") == "tea\nx"
        dotted = parquet(tmp_path / "b.parquet", {"m.t": ["dotted"], "m": [{"t": "inner"}]})
        assert text_of(dotted, field="m.t") == "dotted"

    def test_a_wrong_column_or_a_damaged_file_is_named(self, tmp_path: Path) -> None:
        path = parquet(tmp_path / "a.parquet", {"id": [1], "text": ["tea"]})
        for settings, message in (
            ({"field": "body"}, "there is no column 'body'; it has 'id', 'text'"),
            ({"field": "id"}, "row 1: the field 'id' holds 1, neither a string"),
            ({}, "is a Parquet table; name the column"),
        ):
            with pytest.raises(InputError, match=message):
                text_of(path, **settings)
        data = path.read_bytes()
        for broken in (data[:-9], data[:40], data[:4], data[:20] + bytes(200) + data[220:]):
            with pytest.raises(InputError, match=r"b.parquet: damaged after row 0|b.parquet: there is no column"):
                text_of(written(tmp_path / "b.parquet", broken), field="text")
        with pytest.raises(InputError, match="not compressed"):
            text_of(written(tmp_path / "c.parquet", gzip.compress(data)), field="text")


def test_skipped_rows_are_counted_in_the_corpus(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", table(ROWS))
    with EncodedCorpus.from_text(path, field=["text"], tokenizer="words") as corpus:
        assert (corpus.meta["tokens"], corpus.meta["sentences"]) == (5, 3)
        assert corpus.meta["changed"]["records_skipped"] == 1
        assert corpus.meta["settings"]["field"] == ["text"]
