"""Documents of an encoded corpus: where they begin, their names and kept fields."""

import functools
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wordvec.corpora import batches, checked_blocks
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.folder import digest
from wordvec.corpora.readers import blocks
from wordvec.errors import InputError, SettingsError


def texts_of(corpus: EncodedCorpus) -> list[list[str]]:
    """Return the tokens of each document."""
    words = [*corpus.vocabulary.words, "<unknown>"]
    cuts = corpus.offsets[corpus.documents.offsets].tolist()
    return [[words[k] for k in corpus.ids[a:b].tolist()] for a, b in itertools.pairwise(cuts)]


def write_jsonl(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def blanks(text: str) -> list[str]:
    return text.split()


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches.text_batches, "__defaults__", (50, False))
    monkeypatch.setattr(checked_blocks, "blocks", functools.partial(blocks, size=37))


WORDS = st.lists(st.sampled_from(["a", "b", "c", "\n", "\n\n", "\r", "é", "."]), min_size=1, max_size=12).map(" ".join)


@given(
    records=st.lists(st.tuples(st.text(max_size=4), WORDS | st.just(["x", "y"]), st.sampled_from(["1", 2, None, ""]))),
    tokenizer=st.sampled_from(["whitespace", "words", blanks]),
    sentence=st.sampled_from(["line", "paragraph", "file"]),
    threads=st.integers(1, 2),
)
@settings(max_examples=30, deadline=None)
@example([("n", ".", "1"), ("", "a b", 2)], "words", "paragraph", 1)
def test_each_record_is_a_document_with_its_name_and_fields(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[tuple[str, Any, Any]],
    tokenizer: Any,
    sentence: str,
    threads: int,
) -> None:
    folder = tmp_path_factory.mktemp("records")
    kept = [(name, text, year) for name, text, year in records if isinstance(text, list) or text.strip()]
    lines = [{"id": name, "text": text} | ({} if year is None else {"year": year}) for name, text, year in records]
    lines += [{"id": "last", "text": "end", "year": 9}, {"id": "empty", "text": " "}]
    path = write_jsonl(folder / "a.jsonl", lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches.text_batches, "__defaults__", (50, False))
        patch.setattr(checked_blocks, "blocks", functools.partial(blocks, size=37))
        corpus = EncodedCorpus.from_text(
            [path, path],
            field="text",
            name_field="id",
            keep_fields="year",
            tokenizer=tokenizer,
            sentence=sentence,
            threads=threads,
        )
    with corpus:
        numbers = [
            number
            for number, line in enumerate(lines, 1)
            if line["text"] != " " and (isinstance(line["text"], list) or str(line["text"]).strip())
        ]
        names = [*(name.strip() for name, _, _ in kept), "last"]
        expected = [name or f"{path}:{number}" for name, number in zip(names, numbers, strict=True)]
        found = [name.encode("utf-8", "replace").decode() for name in expected]
        assert list(corpus.documents.names) == found * 2
        years = ["" if year is None else str(year) for _, _, year in kept] + ["9"]
        assert list(corpus.documents.values("year")) == years * 2
        tokens = [text if isinstance(text, list) else text.split() for _, text, _ in kept] + [["end"]]
        if tokenizer == "words":
            tokens = [[token for token in one if token != "."] for one in tokens]
        assert texts_of(corpus) == tokens * 2
        assert corpus.meta["sources"]["first_documents"] == [0, len(tokens)]
        assert corpus.meta["documents"] == len(corpus.documents) == 2 * len(tokens)


LINES = st.lists(st.sampled_from(["a ", "b", "\n", "\n", "\r", "\r\n", " ", "ccc ccc "]), max_size=40).map("".join)


@given(LINES, st.integers(1, 40), st.sampled_from(["line", "paragraph", "file"]), st.sampled_from(["words", blanks]))
@settings(max_examples=50, deadline=None)
@example("a\r\nb\r", 2, "line", "words")
@example("a", 1, "line", "words")
def test_lines_that_are_not_blank_are_documents(
    tmp_path_factory: pytest.TempPathFactory, text: str, size: int, sentence: str, tokenizer: Any
) -> None:
    path = tmp_path_factory.mktemp("lines") / "a.txt"
    path.write_bytes((text + "\nend").encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches.text_batches, "__defaults__", (size, False))
        patch.setattr(checked_blocks, "blocks", functools.partial(blocks, size=max(size, 4)))
        corpus = EncodedCorpus.from_text(path, documents="line", sentence=sentence, tokenizer=tokenizer)
    with corpus:
        lines = re.split("\r\n|\r|\n", text + "\nend")
        full = [(number, line.split()) for number, line in enumerate(lines, 1) if line.strip()]
        assert texts_of(corpus) == [tokens for _, tokens in full]
        assert list(corpus.documents.names) == [f"{path}:{number}" for number, _ in full]


def test_a_file_of_running_text_is_one_document_and_an_empty_one_none(tmp_path: Path) -> None:
    for name, text in (("a.txt", "a b\n\nc"), ("b.txt", ""), ("c.txt", "d\n")):
        (tmp_path / name).write_text(text)
    with EncodedCorpus.from_text(tmp_path) as corpus:
        assert list(corpus.documents.names) == [str(tmp_path / "a.txt"), str(tmp_path / "c.txt")]
        assert corpus.documents.offsets.tolist() == [0, 2, 3]
        assert corpus.meta["sources"]["first_documents"] == [0, 1, 1]
        assert corpus.documents.fields == ()
        with pytest.raises(InputError, match=r"no field 'year' \(none was kept\)"):
            corpus.documents.values("year")


def test_documents_come_from_python_with_names_and_fields() -> None:
    documents = [
        ("one", "a b\nc", {"year": 1990.0, "by": "x", "other": []}),
        ("", [["d", "e"], "f g"], {"by": True}),
        ("tab\tand\nline", (), {}),
        ("\ud800", "h", {"year": float("nan")}),
    ]
    with EncodedCorpus.from_documents(iter(documents), keep_fields=["year", "by"]) as corpus:
        assert texts_of(corpus) == [["a", "b", "c"], ["d", "e", "f", "g"], [], ["h"]]
        assert list(corpus.documents.names) == ["one", "document 1", "tab\tand\nline", "?"]
        assert corpus.documents.names[-1] == "?"
        assert corpus.documents.names[1:3] == ["document 1", "tab\tand\nline"]
        assert list(corpus.documents.values("year")) == ["1990", "", "", ""]
        assert list(corpus.documents.values("by")) == ["x", "true", "", ""]
        assert corpus.meta["sources"]["names"] == ["documents"]
    with EncodedCorpus.from_sentences(["a b", ["c"]]) as corpus:
        assert list(corpus.documents.names) == ["sentences"]


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        (["text"], r"document 0 is 'text': expected \(name, text\)"),
        ([("a", "b"), (1, "b")], "document 1 is"),
        ([("a", 3)], "document 0: its text is of type int"),
        ([("a", "b", 3)], "document 0: its fields are of type int"),
        ([("a", "b", {"year": [1]})], r"document 0: the field 'year' holds \[1\], neither a string nor a number"),
    ],
)
def test_wrong_documents_are_named(documents: list[Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        EncodedCorpus.from_documents(documents, keep_fields=["year"])


def test_settings_of_files_are_refused_for_sentences() -> None:
    for wrong in ({"documents": "line"}, {"name_field": "id"}, {"keep_fields": "year"}):
        with pytest.raises(SettingsError, match="given one by one"):
            EncodedCorpus.from_sentences(["a"], **wrong)


@pytest.mark.parametrize(
    ("record", "wanted", "message"),
    [
        ({"text": "a", "year": 1}, {"keep_fields": "yaer"}, "its only record lacks the field 'yaer'; the last one has"),
        (
            {"text": "a", "year": 1},
            {"name_field": "id"},
            "its only record lacks the field 'id'; the last one has",
        ),
        ({"text": "a", "year": {}}, {"keep_fields": ["year"]}, r"a.jsonl:1: the field 'year' holds \{\}, neither"),
    ],
)
def test_a_field_that_is_missing_or_no_value_is_named(
    record: dict[str, Any], wanted: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        EncodedCorpus.from_text(write_jsonl(tmp_path / "a.jsonl", [record]), field="text", **wanted)


def test_running_text_has_no_fields(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a b")
    with pytest.raises(InputError, match=r"a.txt: is read as running text, which has no fields; --name-field and"):
        EncodedCorpus.from_text(tmp_path / "a.txt", keep_fields=["year"])
    for wrong in ("a,,b", ["a", "a"]):
        with pytest.raises(SettingsError, match=r"keep_fields.*(expected names|is repeated)"):
            EncodedCorpus.from_text(tmp_path / "a.txt", field="text", keep_fields=wrong)


def test_a_folder_of_version_1_has_its_sources_as_documents(tmp_path: Path) -> None:
    for name, text in (("a.txt", "a b\nc"), ("b.txt", "c d\n")):
        (tmp_path / name).write_text(text)
    folder = tmp_path / "corpus"
    with EncodedCorpus.from_text([tmp_path / "a.txt", tmp_path / "b.txt"], folder) as corpus:
        expected = list(corpus.documents.names), corpus.documents.offsets.tolist()
    make_version_1(folder)
    with EncodedCorpus.open(folder) as corpus:
        assert (list(corpus.documents.names), corpus.documents.offsets.tolist()) == expected
        assert texts_of(corpus) == [["a", "b", "c"], ["c", "d"]]


def make_version_1(folder: Path) -> None:
    """Change an encoded corpus into one as written by the version before."""
    from wordvec.corpora.folder import as_array, chunk_digests
    from wordvec.corpora.npy import map_array

    for name in ("documents", "labels", "label_starts"):
        (folder / f"{name}.npy").unlink()
    meta = json.loads((folder / "meta.json").read_text())
    for name in ("documents", "fields", "label_bytes", "label_digest", "checksum"):
        del meta[name]
    del meta["sources"]["first_documents"]
    for name in ("documents", "name_field", "keep_fields"):
        del meta["settings"][name]
    arrays = [map_array(folder / f"{name}.npy") for name in ("ids", "offsets")]
    words = as_array((folder / "vocabulary.txt").read_bytes())
    meta |= {"version": 1, "digest": digest(chunk_digests(each) for each in (*arrays, words))}
    (folder / "meta.json").write_text(json.dumps(meta))


@pytest.mark.parametrize("name", ["documents.npy", "labels.npy", "label_starts.npy"])
def test_changed_documents_are_damage(name: str, tmp_path: Path) -> None:
    EncodedCorpus.from_documents([("one", "a"), ("two", "b")], tmp_path / "corpus").close()
    path = tmp_path / "corpus" / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match="digest"):
        EncodedCorpus.open(tmp_path / "corpus")


def test_the_digest_of_a_text_does_not_depend_on_names() -> None:
    pairs = [EncodedCorpus.from_documents([(name, "a b"), ("y", "c")]) for name in ("x", "z")]
    assert pairs[0].digest == pairs[1].digest
    assert pairs[0].meta["label_digest"] != pairs[1].meta["label_digest"]
    for corpus in pairs:
        corpus.close()
