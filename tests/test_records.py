"""Metadata: read with the types of their fields."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from wordvec import Vectors
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError
from wordvec.files import records
from wordvec.slices import store

KIND = {
    "count": int,
    "name": records.Optional(str),
    "pairs": records.Optional([(float, int)]),
    "inner": records.Optional({"words": [str]}),
}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"count": 1.5}', "count is 1.5, not a count"),
        ('{"count": -1}', "count is -1, not a count"),
        ('{"count": true}', "count is True, not a count"),
        ('{"count": 1, "name": 3}', "name is 3, not a text"),
        ('{"count": 1, "pairs": [[1, 2], [1]]}', r"pairs\[1\] is \[1\], not a list of 2"),
        ('{"count": 1, "pairs": [[NaN, 2]]}', r"pairs\[0\]\[0\] is nan, not a number"),
        ('{"count": 1, "inner": {}}', "inner has no words"),
        ('{"count": 1, "inner": {"words": "ab"}}', "inner.words is 'ab', not a list"),
        ("{}", "has no count"),
        ("[]", "not a JSON object"),
        ("[" * 100_000, "nested too deeply"),
        (b"\xff", "decode"),
    ],
)
def test_a_field_of_another_type_is_named(text: str | bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        records.parsed(text, KIND)


def test_sound_fields_are_returned_with_unknown_ones() -> None:
    value = {"count": 3, "name": None, "pairs": [[0.5, 2], [1, 2]], "inner": {"words": ["a"]}, "more": [1, "x"]}
    assert records.parsed(json.dumps(value), KIND) == value


@pytest.mark.parametrize(
    "metadata", [{"history": 3}, {"history": [3]}, {"history": "step"}, {"history": {"step": 1}}, [], 3]
)
def test_metadata_of_another_type_are_ignored_with_a_warning(metadata: Any, tmp_path: Path) -> None:
    Vectors(["a", "b"], [[1, 0], [0, 1]]).save(tmp_path / "a.vec")
    (tmp_path / "a.json").write_text(json.dumps(metadata))
    with pytest.warns(UserWarning, match=r"a.json: not the metadata of a.vec, ignored \("):
        vectors = Vectors.load(tmp_path / "a.vec")
    assert vectors.metadata == {}
    assert vectors.subset(["a"]).metadata["history"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("tokens", ""), ("tokens", -3), ("sentences", None), ("digest", 1), ("settings", []), ("sources", {"names": 1})],
)
def test_a_corpus_with_metadata_of_another_type_is_damaged(key: str, value: Any, tmp_path: Path) -> None:
    EncodedCorpus.from_sentences(["a b", "b a"], tmp_path / "corpus").close()
    meta = json.loads((tmp_path / "corpus/meta.json").read_text())
    (tmp_path / "corpus/meta.json").write_text(json.dumps(meta | {key: value}))
    with pytest.raises(InputError, match=rf"corpus: damaged \(meta.json: .*{key}"):
        EncodedCorpus.open(tmp_path / "corpus")


@pytest.mark.parametrize("slices", [["../../x"], [".."], [""], ["a/b"], ["a", "a"], [], "a", [3], ["a\x1b[1m"]])
def test_a_compass_reads_no_slice_outside_its_folder(slices: Any, tmp_path: Path) -> None:
    store.KIND.write_meta(tmp_path, {"settings": {}, "slices": slices})
    with pytest.raises(InputError, match=r"damaged \(meta.json"):
        store.read_meta(tmp_path)


def test_metadata_that_others_wrote_are_read() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert records.parsed('{"anything": [1, {"a": null}]}', records.METADATA) == {"anything": [1, {"a": None}]}
