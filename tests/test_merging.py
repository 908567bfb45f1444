"""Encoded corpora merged, and split into slices, without their text."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_documents import make_version_1, texts_of, write_jsonl

from wordvec.corpora import assembly, splitting
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.merging import merge
from wordvec.corpora.splitting import split
from wordvec.errors import InputError, Interrupted, OutputError, SettingsError
from wordvec.files import durable
from wordvec.workers import StopFlag

TEXT = {"tokenizer": "whitespace", "lowercase": True}
DOCUMENT = st.tuples(
    st.text("ab\t\n/é", min_size=1, max_size=3).map(lambda name: f"n{name}n"),
    st.lists(st.lists(st.sampled_from(["a", "b", "B", "c", "dd"]), max_size=5), max_size=3),
    st.fixed_dictionaries({"year": st.sampled_from(["1990", "1991", "12", ""])}),
)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "meta.json"}


def encoded(documents: list[Any], folder: Path | None = None, **options: Any) -> EncodedCorpus:
    return EncodedCorpus.from_documents(documents, folder, keep_fields=["year"], **TEXT | options)


@given(st.lists(st.lists(DOCUMENT, max_size=5), min_size=2, max_size=3), st.integers(1, 9))
@settings(max_examples=12, deadline=None)
def test_a_merged_corpus_is_that_of_all_texts_and_slices_of_it_hold_every_document_once(
    tmp_path_factory: pytest.TempPathFactory, corpora: list[list[Any]], at_once: int
) -> None:
    place = tmp_path_factory.mktemp("merged")
    corpora = [[*documents, (f"last {number}", "z z", {"year": "7"})] for number, documents in enumerate(corpora)]
    with pytest.MonkeyPatch.context() as patch:
        for name in ("force", "force_entries"):  # which takes longer than all the rest
            patch.setattr(durable, name, lambda path: None)
        patch.setattr(assembly, "AT_ONCE", at_once)
        patch.setattr(assembly, "_DOCUMENTS_AT_ONCE", at_once)
        for number, documents in enumerate(corpora):
            encoded(documents, place / str(number)).close()
        merged = merge([place / str(number) for number in range(len(corpora))], place / "merged")
        together = encoded([document for documents in corpora for document in documents], place / "together")
        with merged, together:
            assert files_of(place / "merged") == files_of(place / "together")
            assert (merged.digest, merged.meta["label_digest"]) == (together.digest, together.meta["label_digest"])
            found = split(merged, place / "slices", field="year")
            years, texts = list(merged.documents.values("year")), texts_of(merged)
            assert found.without_value == years.count("")
            for one in found.slices:
                own = [document for documents in corpora for document in documents if document[2]["year"] == one.value]
                with EncodedCorpus.open(place / f"slices/{one.name}.corpus") as cut, encoded(own) as alone:
                    assert files_of(cut.folder) == files_of(alone.folder)
                    assert cut.digest == alone.digest
                    assert texts_of(cut) == [texts[number] for number in one.documents.tolist()]
            lost = [k for k, year in enumerate(years) if year and year not in {one.value for one in found.slices}]
            assert found.without_tokens == len(lost)
            assert not any(texts[k] for k in lost)
            if len(found.slices) > 1:
                again = merge([place / f"slices/{one.name}.corpus" for one in found.slices])
                with again:
                    kept = sum(len(text) for text, year in zip(texts, years, strict=True) if year)
                    assert len(again.ids) == kept
                    assert len(again.documents) == len(texts) - found.without_value - found.without_tokens
    assert [one.value for one in found.slices] == sorted((one.value for one in found.slices), key=int)


def test_files_with_sources_and_settings_are_merged_as_they_are_encoded_together(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.txt", "b.txt", "c.txt", "d.txt")]
    for path, text in zip(paths, (b"The cat\r\nsat", b"", b"on the\0 mat\n", b"A cat \xff"), strict=True):
        path.write_bytes(text)
    options: dict[str, Any] = {"tokenizer": "whitespace", "lowercase": True}
    EncodedCorpus.from_text(paths[:2], tmp_path / "one", **options).close()
    EncodedCorpus.from_text(paths[2:], tmp_path / "two", **options).close()
    with (
        EncodedCorpus.from_text(paths, tmp_path / "together", **options) as together,
        merge([tmp_path / "one", tmp_path / "two"], tmp_path / "merged") as merged,
    ):
        assert files_of(tmp_path / "merged") == files_of(tmp_path / "together")
        apart = {"seconds", "merged", "changed", "warnings", "hints"}
        assert {key: merged.meta[key] for key in together.meta if key not in apart} == {
            key: value for key, value in together.meta.items() if key not in apart
        }
        changed = together.meta["changed"]
        assert (changed["invalid_utf8_replaced"], changed["nul_characters"], changed["carriage_returns"]) == (1, 1, 1)
        assert merged.meta["changed"] == {name: changed[name] for name in merged.meta["changed"]}
        assert [one["folder"] for one in merged.meta["merged"]] == [str(tmp_path / "one"), str(tmp_path / "two")]
        found = split(merged, tmp_path / "slices")
        assert [one.name for one in found.slices] == ["a", "c", "d"]
        assert (found.without_value, found.without_tokens) == (0, 0)
        with EncodedCorpus.open(tmp_path / "slices/c.corpus") as cut:
            assert cut.meta["sources"]["names"] == [str(paths[2])]
            assert cut.meta["slice"]["value"] == str(paths[2])


def test_words_that_one_corpus_left_out_remain_unknown(tmp_path: Path) -> None:
    encoded([("x", "a a a b b c", {})], tmp_path / "one", max_words=2).close()
    encoded([("y", "c c d", {})], tmp_path / "two").close()
    with merge([tmp_path / "one", tmp_path / "two"]) as merged:
        assert texts_of(merged) == [["a", "a", "a", "b", "b", "<unknown>"], ["c", "c", "d"]]
        assert (merged.meta["unknown_id"], merged.meta["unknown_tokens"]) == (4, 1)


def test_corpora_of_other_fields_and_of_the_version_before_are_merged(tmp_path: Path) -> None:
    encoded([("x", "a", {"year": 1})], tmp_path / "one").close()
    EncodedCorpus.from_documents([("y", "b", {"party": "p"})], tmp_path / "two", keep_fields="party", **TEXT).close()
    EncodedCorpus.from_sentences(["c"], tmp_path / "old", **TEXT).close()
    make_version_1(tmp_path / "old")
    with merge([tmp_path / name for name in ("one", "two", "old")]) as merged:
        assert list(merged.documents.names) == ["x", "y", "sentences"]
        assert merged.documents.fields == ("year", "party")
        assert list(merged.documents.values("year")) == ["1", "", ""]
        assert list(merged.documents.values("party")) == ["", "p", ""]
        assert merged.meta["sources"]["first_documents"] == [0, 1, 2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"tokenizer": "words"},
            "two: was encoded with tokenizer words, .*one with whitespace; enc",
        ),
        ({"lowercase": False}, "two: was encoded with lowercase none, .*one with True; .* --lowercase"),
        ({"max_sentence": 9}, "with the same --max-sentence"),
        ({"stop_words": "english"}, "two: was encoded with stop_words english, .*one with none; .* --stop-words"),
        ({"drop_numbers": True}, "with the same --drop-numbers"),
    ],
)
def test_corpora_of_other_settings_are_not_merged(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    encoded([("x", "a", {})], tmp_path / "one").close()
    encoded([("y", "b", {})], tmp_path / "two", **options).close()
    with pytest.raises(InputError, match=message):
        merge([tmp_path / "one", tmp_path / "two"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_too_few_or_repeated_corpora_are_not_merged(tmp_path: Path) -> None:
    encoded([("x", "a", {})], tmp_path / "one").close()
    with pytest.raises(InputError, match="at least two"):
        merge([tmp_path / "one"])
    with pytest.raises(InputError, match="given twice"):
        merge([tmp_path / "one", tmp_path / "one/../one"])
    with pytest.raises(InputError, match="holds no encoded corpus"):
        merge([tmp_path / "one", tmp_path / "two"])


def test_values_that_no_file_can_be_named_by_are_escaped(tmp_path: Path) -> None:
    values = ["a/b", "..", "A", "a", "a~2", "x\ty\n", "con", "50%", "é", "q" * 300, "q" * 301, "1:2", "end.", "\0"]
    with encoded([(str(k), f"w{k}", {"year": value}) for k, value in enumerate(values)]) as corpus:
        found = split(corpus, tmp_path / "out", field="year")
    names = {one.value: one.name for one in found.slices}
    assert names["a/b"] == "a%2Fb"
    assert names[".."] == "%2E%2E"
    assert names["50%"] == "50%25"
    assert names["x\ty"] == "x%09y"
    assert names["con"] == "%63%6F%6E"
    assert {names["A"], names["a"], names["a~2"]} == {"A", "a~2", "a~2~2"}
    assert len(set(names.values())) == len(values)
    assert sorted(path.stem for path in (tmp_path / "out").glob("*.corpus")) == sorted(names.values())
    assert json.loads((tmp_path / "out/meta.json").read_text())["slices"] == list(names.values())


def test_years_are_grouped_into_decades(tmp_path: Path) -> None:
    years = [1999, 1990, 2000, "", 989, -1]
    with encoded([(str(k), "w", {"year": year}) for k, year in enumerate(years)]) as corpus:
        found = split(corpus, tmp_path / "out", field="year", every=10)
        assert [one.name for one in found.slices] == ["-10", "980", "1990", "2000"]
        assert found.lines("year") == ["1 document without a value of 'year' left out"]
        assert found.slices[2].documents.tolist() == [0, 1]
        with pytest.raises(SettingsError, match="groups the whole numbers of a field"):
            split(corpus, tmp_path / "two", every=10)
        with pytest.raises(OutputError, match="exists"):
            split(corpus, tmp_path / "out", field="year")
        split(corpus, tmp_path / "out", field="year", overwrite=True)
        (tmp_path / "out/note.txt").write_text("mine")
        with pytest.raises(OutputError, match=r"note\.txt"):
            split(corpus, tmp_path / "out", field="year", overwrite=True)
    with (
        encoded([("first", "w", {"year": "1990-05-03"})]) as corpus,
        pytest.raises(InputError, match="first: the field 'year' holds '1990-05-03', not a whole number"),
    ):
        split(corpus, tmp_path / "dates", field="year", every=10)


def test_a_field_without_values_or_with_too_many_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "MOST_SLICES", 3)
    with encoded([(str(k), "w", {"year": k}) for k in range(5)]) as corpus:
        with pytest.raises(SettingsError, match="the field 'year' would make more than 3 slices"):
            split(corpus, tmp_path / "out", field="year")
        with pytest.raises(InputError, match="no field 'party'"):
            split(corpus, tmp_path / "out", field="party")
    with encoded([("x", "w", {})]) as corpus, pytest.raises(InputError, match="no document has a value of 'year'"):
        split(corpus, tmp_path / "out", field="year")
    assert list(tmp_path.iterdir()) == []


def test_a_stop_leaves_no_slices(tmp_path: Path) -> None:
    stop = StopFlag()
    stop.set()
    with encoded([("x", "w", {"year": 1})], tmp_path / "one") as corpus, pytest.raises(Interrupted):
        split(corpus, tmp_path / "out", field="year", stop=stop)
    encoded([("x", "w", {"year": 1})], tmp_path / "two").close()
    with pytest.raises(Interrupted):
        merge([tmp_path / "one", tmp_path / "two"], tmp_path / "out", stop=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_twenty_thousand_tiny_documents_are_split(tmp_path: Path) -> None:
    records = [{"id": k, "text": f"w{k % 7}", "year": 1900 + k % 50} for k in range(20_000)]
    path = write_jsonl(tmp_path / "a.jsonl", records)
    options: dict[str, Any] = {"field": "text", "name_field": "id", "keep_fields": "year", "tokenizer": "whitespace"}
    with EncodedCorpus.from_text(path, **options) as corpus:
        assert len(corpus.documents) == 20_000
        assert corpus.documents.names[19_999] == "19999"
        found = split(corpus, tmp_path / "out", field="year", every=10)
    assert [len(one.documents) for one in found.slices] == [4_000] * 5
    with EncodedCorpus.open(tmp_path / "out/1910.corpus") as cut:
        assert np.array_equal(cut.documents.offsets, np.arange(4_001))
        assert cut.documents.names[:2] == ["10", "11"]
