"""Formats of other programs, and what those programs read; pickles, and what they must not do."""

import json
import os
import pickle
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given, settings
from test_formats import SAFE_WORDS, assert_same, file_of, message, needs_data, numbers_for, some

from wordvec import Vectors, formats
from wordvec.errors import InputError, SettingsError
from wordvec.formats import Plain
from wordvec.formats.common.reading import Reading

REAL = Path(os.environ.get("WORDVEC_DATA", "")) / "vector_files"
TRUSTED = Reading(trust_pickle=True)


class Hostile:
    """A pickle of it makes a folder when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


class TestPickles:
    @pytest.mark.parametrize("protocol", range(2, 6))
    @pytest.mark.parametrize("name", ["a.kv", "a.vec", "a.bin", "a.pkl"])
    def test_none_is_loaded_unless_trusted(self, name: str, protocol: int, tmp_path: Path) -> None:
        path = file_of(tmp_path, pickle.dumps(Hostile(tmp_path / "made"), protocol), name)
        assert message(path).startswith(f"{name}: a pickle, as gensim saves, which can run any code")
        assert not (tmp_path / "made").exists()

    def test_the_oldest_kind_is_loaded_neither(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, pickle.dumps(Hostile(tmp_path / "made"), 0), "a.kv")
        assert message(path).startswith("a.kv: ")
        assert not (tmp_path / "made").exists()

    @pytest.mark.parametrize("protocol", range(6))
    def test_words_of_histwords_are_lists_and_strings(self, protocol: int, tmp_path: Path) -> None:
        np.save(tmp_path / "1990-w.npy", np.ones((1, 3)))
        for content in (Hostile(tmp_path / "made"), [Hostile(tmp_path / "made")], {"a": 1}, [1], b"a"):
            file_of(tmp_path, pickle.dumps(content, protocol), "1990-vocab.pkl")
            assert message(tmp_path / "1990-w.npy").startswith("1990-vocab.pkl: ")
        assert not (tmp_path / "made").exists()

    def test_the_command_says_how_to_trust(self, tmp_path: Path, wordvec: Call) -> None:
        formats.save(some(), tmp_path / "a.kv")
        refused = wordvec("convert", tmp_path / "a.kv", tmp_path / "b.vec")
        assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
        assert "--trust-pickle" in refused.err
        assert wordvec("convert", tmp_path / "a.kv", tmp_path / "b.vec", "--trust-pickle").code == 0
        assert Vectors.load(tmp_path / "b.vec").words == some().words


class TestGensim:
    def test_it_loads_what_we_write(self, tmp_path: Path) -> None:
        from gensim.models import KeyedVectors

        formats.save(some(), tmp_path / "a.kv")
        keyed = KeyedVectors.load(str(tmp_path / "a.kv"))
        assert keyed.index_to_key == some().words
        assert keyed.get_vecattr("word0", "count") == 60
        np.testing.assert_array_equal(keyed.vectors, some().matrix)

    def test_we_load_what_it_writes_models_and_arrays_beside(self, tmp_path: Path) -> None:
        from gensim.models import Word2Vec

        model = Word2Vec([["a", "b", "a", "c"]] * 5, vector_size=4, min_count=1, workers=1, epochs=1)
        model.save(str(tmp_path / "model"), sep_limit=1)
        assert len(list(tmp_path.iterdir())) > 1
        got = formats.load(tmp_path / "model", reading=TRUSTED)
        assert list(got.words) == model.wv.index_to_key
        np.testing.assert_array_equal(got.matrix, model.wv.vectors)

    def test_subwords_of_its_fasttext_are_included(self, tmp_path: Path) -> None:
        from gensim.models import FastText

        model = FastText([["river", "lake", "ocean"]] * 5, vector_size=4, min_count=1, workers=1, epochs=1, bucket=50)
        model.save(str(tmp_path / "model"))
        got = Vectors.load(tmp_path / "model", trust_pickle=True)
        np.testing.assert_allclose(got["rivers"], model.wv["rivers"], atol=1e-6)

    def test_what_it_left_out_of_a_file_is_no_word(self, tmp_path: Path) -> None:
        from gensim.models import KeyedVectors

        path = file_of(tmp_path, b"4 2\na 1 2\na 3 4\nb 5 6\na 7 8\n", "a.vec")
        keyed = KeyedVectors.load_word2vec_format(str(path))
        assert None in keyed.index_to_key
        keyed.save(str(tmp_path / "a.kv"))
        for got in (Vectors.from_gensim(keyed), Vectors.load(tmp_path / "a.kv", trust_pickle=True)):
            assert got.words == ["a", "b"]
            assert got.matrix.tolist() == [[1, 2], [5, 6]]
            assert got.counts is not None
            assert got.counts.tolist() == [4, 3]

    def test_keys_that_become_one_word_are_reported(self) -> None:
        from gensim.models import KeyedVectors

        keyed = KeyedVectors(2)
        keyed.add_vectors([1, "1", 2], np.arange(6, dtype=np.float32).reshape(3, 2))
        with pytest.warns(UserWarning, match="1 rows repeat an earlier word"):
            got = Vectors.from_gensim(keyed)
        assert (got.words, got.matrix.tolist()) == (["1", "2"], [[0, 1], [4, 5]])

    def test_a_pickle_of_something_else_is_one_line(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, pickle.dumps({"a": 1}), "a.kv")
        with pytest.raises(InputError, match="gensim cannot read it"):
            formats.load(path, reading=TRUSTED)

    @needs_data
    def test_a_real_file_is_read(self) -> None:
        from gensim.models import KeyedVectors

        path = next((REAL / "whatlies_bpemb").rglob("custom_gensim_vectors.kv"))
        got = formats.load(path, reading=TRUSTED)
        np.testing.assert_array_equal(got.matrix, KeyedVectors.load(str(path)).vectors)


class TestHistWords:
    def test_a_pair_as_its_code_reads_it(self, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "1990-w.npy")
        with (tmp_path / "1990-vocab.pkl").open("rb") as file:
            assert pickle.load(file) == some().words
        np.testing.assert_array_equal(np.load(tmp_path / "1990-w.npy"), some().matrix)

    def test_python_2_wrote_bytes(self, tmp_path: Path) -> None:
        # protocol 0 of ["caf\xc3\xa9"], as Python 2 pickles a str of UTF-8
        file_of(tmp_path, b"(lp0\nS'caf\\xc3\\xa9'\np1\na.", "1990-vocab.pkl")
        np.save(tmp_path / "1990-w.npy", np.ones((1, 3)))
        assert formats.load(tmp_path / "1990-w.npy").words == ["café"]

    def test_a_word_that_is_not_unicode_is_one_line(self, tmp_path: Path) -> None:
        file_of(tmp_path, pickle.dumps(["a\udc80"], 2), "1990-vocab.pkl")
        np.save(tmp_path / "1990-w.npy", np.ones((1, 3)))
        assert message(tmp_path / "1990-w.npy") == (
            r"1990-vocab.pkl: the word 'a\udc80' is not valid Unicode; "
            "`wordvec convert 1990-w.npy OUT.vec --bad-words replace` writes a sound copy"
        )

    def test_lengths_must_agree_and_the_name_must_end_so(self, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "1990-w.npy")
        np.save(tmp_path / "1990-w.npy", np.ones((3, 3)))
        assert message(tmp_path / "1990-w.npy") == "1990-w.npy: 3 rows, but 1990-vocab.pkl has 60 words"
        with pytest.raises(SettingsError, match="must end in -w"):
            formats.save(some(), tmp_path / "a.npy", format="histwords")


class TestProjector:
    def test_the_tables_are_what_the_projector_wants(self, tmp_path: Path) -> None:
        made = Plain(["the", "of"], np.array([[0.5, -1], [2, 3e-7]], np.float32), None, {})
        formats.save(made, tmp_path / "a.projector")
        assert (tmp_path / "a.projector/vectors.tsv").read_bytes() == b"0.5\t-1.0\n2.0\t3e-07\n"
        assert (tmp_path / "a.projector/metadata.tsv").read_bytes() == b"the\nof\n"
        formats.save(made._replace(counts=np.array([9, 4])), tmp_path / "b.projector")
        assert (tmp_path / "b.projector/metadata.tsv").read_bytes() == b"word\tcount\nthe\t9\nof\t4\n"

    def test_a_damaged_table_is_named_with_its_line(self, tmp_path: Path) -> None:
        formats.save(some()._replace(counts=None), tmp_path / "a.projector")
        table = tmp_path / "a.projector/vectors.tsv"
        table.write_text(table.read_text().replace("\t", "\tx", 1))
        assert "vectors.tsv, line 1: could not convert" in message(tmp_path / "a.projector")

    def test_a_single_number_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="a dim of at least 2"):
            formats.save(some(dim=1), tmp_path / "a.projector")


class TestParquet:
    def test_no_rows_come_back_with_their_dim(self, tmp_path: Path) -> None:
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
        formats.save(some(0, 3), tmp_path / "a.parquet")
        assert formats.load(tmp_path / "a.parquet").matrix.shape == (0, 3)

    def test_columns_are_what_others_expect(self, tmp_path: Path) -> None:
        parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
        formats.save(some(), tmp_path / "a.parquet")
        table = parquet.read_table(tmp_path / "a.parquet")
        assert table.column_names == ["token", "count", "rank", "vector"]
        assert str(table.schema.field("vector").type) == "fixed_size_list<element: float>[7]"
        assert table["rank"].to_pylist() == list(range(60))
        assert json.loads(table.schema.metadata[b"wordvec"]) == some().metadata

    @pytest.mark.parametrize("kind", ["list", "large"])
    def test_tables_of_others_are_read(self, kind: str, tmp_path: Path) -> None:
        arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
        parquet = pytest.importorskip("pyarrow.parquet")
        of = {"list": arrow.list_, "large": arrow.large_list}[kind](arrow.float64())
        rows = some().matrix.astype(float).tolist()
        table = arrow.table({"word": some().words, "embedding": arrow.array(rows, of), "n": [1] * 60})
        parquet.write_table(table, tmp_path / "a.parquet", row_group_size=17)
        got = formats.load(tmp_path / "a.parquet", reading=Reading(limit=20))
        assert got.words == some().words[:20]
        np.testing.assert_array_equal(got.matrix, some().matrix[:20])

    @pytest.mark.parametrize(
        ("columns", "expected"),
        [
            ({"a": ["x"], "b": [1]}, "needs a column of words and one of vectors; it has a, b"),
            ({"a": ["x", "y"], "b": [[1.0], [1.0, 2.0]]}, "vectors are missing, or of several lengths"),
            ({"a": ["x", "y"], "b": [[1.0], [1.0, 2.0, 3.0]]}, "vectors of several lengths: [1, 3]"),
            ({"a": ["x", "y"], "b": [[1.0], None]}, "vectors are missing"),
            ({"a": ["x", None], "b": [[1.0], [2.0]]}, "row 2 has no token"),
        ],
    )
    def test_other_tables_are_one_line(self, columns: dict[str, Any], expected: str, tmp_path: Path) -> None:
        arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(arrow.table(columns), tmp_path / "a.parquet")
        assert expected in message(tmp_path / "a.parquet")


class TestHub:
    def test_a_wrong_header_of_tensors_is_refused(self, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "a.hub")
        header = json.dumps({"embeddings": {"dtype": "F32", "shape": [61, 10**9], "data_offsets": [0, 244 * 10**9]}})
        content = struct.pack("<Q", len(header)) + header.encode() + bytes(100)
        (tmp_path / "a.hub/model.safetensors").write_bytes(content)
        assert "its tensors have 244000000000 bytes, but 100 follow the header" in message(tmp_path / "a.hub")
        (tmp_path / "a.hub/model.safetensors").write_bytes(struct.pack("<Q", 10**12) + header.encode())
        assert "a header of 1000000000000 bytes" in message(tmp_path / "a.hub")

    @pytest.mark.parametrize("at", [0, 1000, 1 << 20])
    def test_bytes_put_into_the_tensors_or_behind_them_are_noticed(self, at: int, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "a.hub")
        path = tmp_path / "a.hub/model.safetensors"
        content = path.read_bytes()
        begin = 8 + int.from_bytes(content[:8], "little") + at
        path.write_bytes(content[:begin] + b"\1\2\3\4" + content[begin:])
        assert "damaged: its tensors have 1708 bytes, but 1712 follow the header" in message(tmp_path / "a.hub")

    def test_numbers_of_an_unknown_type_are_named(self, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "a.hub")
        path = tmp_path / "a.hub/model.safetensors"
        path.write_bytes(path.read_bytes().replace(b'"F32"', b'"U64"'))
        with pytest.raises(InputError, match="numbers of type U64; supported are F16, BF16, F32, F64"):
            formats.load(tmp_path / "a.hub")

    def test_the_row_of_unknown_words_goes_wherever_it_is(self, tmp_path: Path) -> None:
        formats.save(some(), tmp_path / "a.hub")
        tokenizer, tensor = tmp_path / "a.hub/tokenizer.json", tmp_path / "a.hub/model.safetensors"
        vocabulary = {"word0": 0, "[UNK]": 1} | {f"word{row}": row + 1 for row in range(1, 60)}
        about = json.loads(tokenizer.read_text())
        about["model"]["vocab"] = vocabulary
        tokenizer.write_text(json.dumps(about))
        content = tensor.read_bytes()
        matrix = np.insert(some().matrix, 1, 0, axis=0)
        tensor.write_bytes(content[: -matrix.nbytes] + matrix.tobytes())
        assert_same(formats.load(tmp_path / "a.hub"), some())

    def test_the_word_for_unknown_words_is_taken(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"have the word \[UNK\]"):
            formats.save(Plain(["[UNK]"], numbers_for(["a"]), None, {}), tmp_path / "a.hub")

    def test_lower_case_is_asked_for_where_all_words_are(self, tmp_path: Path) -> None:
        for words, expected in ((["a", "b"], {"type": "Lowercase"}), (["a", "B"], None)):
            formats.save(Plain(words, numbers_for(words), None, {}), tmp_path / "a.hub", overwrite=True)
            assert json.loads((tmp_path / "a.hub/tokenizer.json").read_text())["normalizer"] == expected

    def test_model2vec_reads_the_same_vectors_whatever_the_words(self, tmp_path: Path) -> None:
        model2vec = pytest.importorskip("model2vec", reason="the package model2vec is not installed")

        @settings(max_examples=30, deadline=None)
        @given(SAFE_WORDS)
        def reads(words: list[str]) -> None:
            formats.save(Plain(words, numbers_for(words), None, {}), tmp_path / "a.hub", overwrite=True)
            model = model2vec.StaticModel.from_pretrained(tmp_path / "a.hub")
            assert list(model.tokens) == [*words, "[UNK]"]
            np.testing.assert_array_equal(model.embedding[:-1], numbers_for(words))

        reads()
        formats.save(some(), tmp_path / "a.hub", overwrite=True)
        model = model2vec.StaticModel.from_pretrained(tmp_path / "a.hub")
        expected = some().matrix[[3, 5]].mean(0)
        np.testing.assert_allclose(model.encode("Word3 nothing word5"), expected, atol=1e-6)

    def test_we_read_what_model2vec_saves(self, tmp_path: Path) -> None:
        model2vec = pytest.importorskip("model2vec", reason="the package model2vec is not installed")
        formats.save(some(), tmp_path / "a.hub")
        model2vec.StaticModel.from_pretrained(tmp_path / "a.hub").save_pretrained(tmp_path / "b.hub")
        assert_same(formats.load(tmp_path / "b.hub"), some()._replace(counts=None, metadata={}))

    def test_sentence_transformers_encodes_the_mean(self, tmp_path: Path) -> None:
        transformers = pytest.importorskip(
            "sentence_transformers", reason="sentence-transformers is not installed (5.8 GB with torch; by hand)"
        )
        formats.save(some(), tmp_path / "a.hub")
        model = transformers.SentenceTransformer(str(tmp_path / "a.hub"), device="cpu")
        np.testing.assert_allclose(model.encode("word3 word5"), some().matrix[[3, 5]].mean(0), atol=1e-6)


class TestSpacy:
    def test_spacy_loads_the_folder_whatever_the_words(self, tmp_path: Path) -> None:
        spacy = pytest.importorskip("spacy", reason="the package spacy is not installed")
        words = ["</s>", "naïve", "नदी", "\u200b", "nan", "3.5", "e\u0301", "\U0001f30a"]
        formats.save(Plain(words, numbers_for(words), None, {"method": "none"}), tmp_path / "a.spacy")
        vocabulary = spacy.load(tmp_path / "a.spacy").vocab
        for word, row in zip(words, numbers_for(words), strict=True):
            np.testing.assert_array_equal(vocabulary.get_vector(word), row)
        assert not list((tmp_path / "a.spacy").glob("vectors.txt*"))

    def test_without_spacy_the_package_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "spacy", None)
        with pytest.raises(SettingsError, match=r"pip install spacy$"):
            formats.save(some(), tmp_path / "a.spacy")
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(SettingsError, match=r"pip install pyarrow$"):
            formats.save(some(), tmp_path / "a.parquet")
