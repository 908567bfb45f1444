"""fastText's .bin: words, n-grams, and the programs that read it."""

import os
import struct
from pathlib import Path
from typing import Any

import naive
import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given, settings
from hypothesis import strategies as st
from test_formats import SAFE_WORDS, file_of, message, needs_data, numbers_for

from wordvec import Vectors, formats
from wordvec.errors import InputError
from wordvec.formats import Plain
from wordvec.formats.common.reading import Reading
from wordvec.subwords import Subwords

REAL = Path(os.environ.get("WORDVEC_DATA", "")) / "vector_files"
WORDS = ["</s>", "river", "naïve", "नदी", "a", "日本"]
OTHERS = ["rivers", "unbekannt", "नद्या", "x", "日本語", "\u200d"]
GENSIM_FILES = ["crime-and-punishment.bin", "toy-model.bin", "lee_fasttext_new.bin", "toy-model-pretrained.bin"]


def made(words: list[str] = WORDS, buckets: int = 50, dim: int = 4, longest: int = 4) -> Plain:
    rows = np.random.default_rng(2).normal(size=(buckets, dim)).astype(np.float32)
    counts = np.arange(len(words) + 1, 1, -1)
    return Plain(words, numbers_for(words, dim), counts, {"method": "none"}, Subwords(rows, 2, longest))


class TestNgrams:
    @settings(deadline=None)
    @given(st.text(max_size=8), st.integers(1, 4), st.integers(0, 4))
    def test_the_kernel_adds_up_what_the_twin_does(self, word: str, shortest: int, more: int) -> None:
        word = word.encode(errors="ignore").decode()
        rows = np.random.default_rng(1).normal(size=(37, 3)).astype(np.float32)
        sums, counts = Subwords(rows, shortest, shortest + more).add_up([word, "other"])
        ngrams = naive.fasttext_ngrams(word, shortest, shortest + more)
        assert counts[0] == len(ngrams)
        if ngrams:
            expected = naive.fasttext_vector(word, rows, shortest, shortest + more)
            np.testing.assert_allclose(sums[0] / counts[0], expected, atol=1e-6)

    def test_a_word_without_ngrams_has_no_vector(self) -> None:
        assert Subwords(np.ones((3, 2), np.float32), 5, 6).vector("ab") is None


class TestRoundTrip:
    def test_everything_comes_back_but_for_rounding(self, tmp_path: Path) -> None:
        formats.save(made(), tmp_path / "a.fasttext.bin")
        got = formats.load(tmp_path / "a.fasttext.bin")
        assert got.words == WORDS
        np.testing.assert_allclose(got.matrix, made().matrix, rtol=1e-5, atol=1e-6)
        assert got.counts is not None
        assert got.counts.tolist() == [7, 6, 5, 4, 3, 2]
        assert got.metadata == {"method": "none"}
        assert got.subwords is not None
        np.testing.assert_array_equal(got.subwords.rows, made().subwords.rows)  # type: ignore[union-attr]
        assert got.subwords.settings() == {"buckets": 50, "shortest": 2, "longest": 4}

    def test_plain_vectors_come_back_bit_by_bit(self, tmp_path: Path) -> None:
        plain = made()._replace(subwords=None, counts=None)
        formats.save(plain, tmp_path / "a.fasttext.bin.gz")
        got = formats.load(tmp_path / "a.fasttext.bin.gz")
        np.testing.assert_array_equal(got.matrix, plain.matrix)
        assert got.subwords is None
        assert got.counts is not None
        assert got.counts.tolist() == [1] * 6

    @pytest.mark.parametrize(("version", "model"), [(11, 3), (11, 2), (12, 3)])
    def test_classifiers_of_version_11_have_no_ngrams(self, version: int, model: int, tmp_path: Path) -> None:
        formats.save(made(), tmp_path / "a.fasttext.bin")
        content = (tmp_path / "a.fasttext.bin").read_bytes()
        header = list(struct.unpack("<2i12id3iqq", content[:92]))
        header[1], header[9] = version, model
        got = formats.load(file_of(tmp_path, struct.pack("<2i12id3iqq", *header) + content[92:], "b.bin"))
        assert (got.subwords is None) == ((version, model) == (11, 3))
        if got.subwords is None:
            own = np.frombuffer(
                content, "<f4", len(WORDS) * 4, 92 + sum(len(word.encode()) + 10 for word in WORDS) + 17
            )
            np.testing.assert_array_equal(got.matrix, own.reshape(-1, 4))

    def test_a_limit_leaves_the_ngrams_whole(self, tmp_path: Path) -> None:
        formats.save(made(), tmp_path / "a.fasttext.bin")
        got = formats.load(tmp_path / "a.fasttext.bin", reading=Reading(limit=2))
        assert got.words == WORDS[:2]
        np.testing.assert_array_equal(got.subwords.rows, made().subwords.rows)  # type: ignore[union-attr]

    def test_our_folder_keeps_the_ngrams(self, tmp_path: Path) -> None:
        formats.save(made(), tmp_path / "a.vectors")
        got = Vectors.load(tmp_path / "a.vectors")
        np.testing.assert_allclose(
            got["rivers"],
            naive.fasttext_vector("rivers", made().subwords.rows, 2, 4),  # type: ignore[union-attr]
            atol=1e-6,
        )

    def test_any_sound_words_come_back(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        path = tmp_path_factory.mktemp("any") / "a.bin"

        @settings(deadline=None)
        @given(SAFE_WORDS)
        def come_back(words: list[str]) -> None:
            formats.save(made(words), path, format="fasttext", overwrite=True)
            got = formats.load(path)
            assert got.words == words
            np.testing.assert_allclose(got.matrix, made(words).matrix, atol=1e-4)

        come_back()


class TestVectors:
    def test_other_words_get_their_vector_and_are_still_no_members(self, tmp_path: Path) -> None:
        formats.save(made(), tmp_path / "a.fasttext.bin")
        vectors = Vectors.load(tmp_path / "a.fasttext.bin")
        assert "rivers" not in vectors
        assert vectors["rivers"].shape == (4,)
        assert len(vectors.nearest("rivers", 10)) == 6
        assert len(vectors.nearest(["rivers", "river"], 10)[1]) == 5
        assert len(vectors.analogy("rivers", "river", "a", 10)) == 4
        with pytest.raises(KeyError):
            vectors.unit()["rivers"]

    def test_convert_makes_the_words_of_a_list(self, tmp_path: Path, wordvec: Call) -> None:
        formats.save(made(), tmp_path / "a.fasttext.bin")
        (tmp_path / "list.txt").write_text("rivers\nriver\n")
        done = wordvec("convert", tmp_path / "a.fasttext.bin", tmp_path / "b.vec", "--words", tmp_path / "list.txt")
        assert done.err == (
            f"the format word2vec cannot hold these subwords; they are left out\n{tmp_path}/b.vec: 2 words, dim 4\n"
        )
        got = Vectors.load(tmp_path / "b.vec")
        assert got.words == ["river", "rivers"]
        np.testing.assert_array_equal(got["rivers"], Vectors.load(tmp_path / "a.fasttext.bin")["rivers"])

    def test_principal_components_of_ngrams_go_with_those_of_words(self, tmp_path: Path, wordvec: Call) -> None:
        formats.save(made(), tmp_path / "a.fasttext.bin")
        (tmp_path / "list.txt").write_text("\n".join(WORDS))
        wordvec("convert", tmp_path / "a.fasttext.bin", tmp_path / "b.fasttext.bin", "--dim", 4)
        wide, turned = (Vectors.load(tmp_path / f"{name}.fasttext.bin") for name in "ab")
        for word in OTHERS[:3]:
            ours = np.linalg.norm(wide[word] - wide["river"])
            assert np.linalg.norm(turned[word] - turned["river"]) == pytest.approx(ours, rel=1e-4)


class TestWrongFiles:
    @settings(max_examples=50, deadline=None)
    @given(st.integers(4, 10_000))
    def test_a_file_cut_anywhere_is_one_clear_line(self, keep: int) -> None:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            formats.save(made(), Path(folder) / "a.fasttext.bin")
            content = (Path(folder) / "a.fasttext.bin").read_bytes()
            end_of_input = len(content) - 1 - 16 - 4 * 4 * len(WORDS)
            path = file_of(Path(folder), content[: keep % end_of_input], "b.bin")
            with pytest.raises(InputError, match=r"b\.bin: "):
                formats.load(path, format="fasttext")

    @pytest.mark.parametrize("at", [200, 400, -130])
    @pytest.mark.parametrize("extra", [b"\0" * 4, b"abc", None])
    def test_bytes_inserted_or_missing_before_the_output_matrix_are_damage(
        self, at: int, extra: bytes | None, tmp_path: Path
    ) -> None:
        formats.save(made(), tmp_path / "a.fasttext.bin")
        content = (tmp_path / "a.fasttext.bin").read_bytes()
        shifted = content[:at] + (content[at + 4 :] if extra is None else extra + content[at:])
        said = message(file_of(tmp_path, shifted, "b.bin"))
        assert "no output matrix of dimension 4 follows the input matrix; damaged; `wordvec check " in said
        assert said.endswith("lists the defects; download or copy the file again")

    @pytest.mark.parametrize(("kept", "extra", "what"), [(-5, b"", "is truncated"), (None, b"??", "more follows")])
    def test_a_damaged_output_matrix_is_a_warning(
        self, kept: int | None, extra: bytes, what: str, tmp_path: Path
    ) -> None:
        formats.save(made(), tmp_path / "a.fasttext.bin")
        content = (tmp_path / "a.fasttext.bin").read_bytes()
        path = file_of(tmp_path, content[:kept] + extra, "b.bin")
        with pytest.warns(UserWarning, match=f"{what}.*words and vectors are complete"):
            assert formats.load(path).words == WORDS

    def test_a_mark_of_quantisation_on_numbers_that_are_not_is_refused(self, tmp_path: Path) -> None:
        formats.save(made(), tmp_path / "a.fasttext.bin")
        content = bytearray((tmp_path / "a.fasttext.bin").read_bytes())
        entries = sum(len(word.encode()) + 10 for word in WORDS)
        content[92 + entries] = 1
        assert message(file_of(tmp_path, bytes(content), "a.ftz")).startswith("a.ftz: a quantised matrix of ")

    def test_sizes_larger_than_the_file_are_refused_before_memory_is_asked_for(self, tmp_path: Path) -> None:
        formats.save(made(), tmp_path / "a.fasttext.bin")
        content = (tmp_path / "a.fasttext.bin").read_bytes()
        header = list(struct.unpack("<2i12id3iqq", content[:92]))
        huge = struct.pack("<2i12id3iqq", *header[:15], 10**9, 10**9, *header[17:]) + content[92:]
        assert "the header says 1000000000 rows" in message(file_of(tmp_path, huge, "a.bin"))
        old = struct.pack("<2i", header[0], 3) + content[8:]
        assert "version 3; versions 11 and 12 are read" in message(file_of(tmp_path, old, "b.bin"))
        entries = sum(len(word.encode()) + 10 for word in WORDS)
        at = 92 + entries + 1
        wide = content[:10] + content[10:at] + struct.pack("<qq", 6 + 50, 10**9) + content[at + 16 :]
        assert "contradicts 6 words" in message(file_of(tmp_path, wide, "c.bin"))


class TestGensim:
    @pytest.mark.parametrize("name", GENSIM_FILES)
    def test_files_of_fasttext_are_read_as_gensim_reads_them(self, name: str) -> None:
        from gensim.models.fasttext import load_facebook_vectors
        from gensim.test.utils import datapath

        ours, theirs = Vectors.load(datapath(name)), load_facebook_vectors(datapath(name))
        assert ours.words == theirs.index_to_key
        for word in [word for word in ours.words if word != "</s>"] + OTHERS:
            np.testing.assert_allclose(ours[word], theirs[word], atol=1e-6)

    def test_vectors_are_those_that_fasttext_printed(self) -> None:
        from gensim.test.utils import datapath

        binary, text = (Vectors.load(datapath(f"crime-and-punishment.{kind}")) for kind in ("bin", "vec"))
        assert binary.words == text.words
        np.testing.assert_allclose(binary.matrix, text.matrix, rtol=1e-4, atol=1e-5)

    @pytest.mark.parametrize("subwords", [True, False])
    def test_gensim_reads_what_we_write(self, subwords: bool, tmp_path: Path) -> None:
        from gensim.models.fasttext import load_facebook_vectors

        plain = made() if subwords else made()._replace(subwords=None)
        formats.save(plain, tmp_path / "a.bin", format="fasttext")
        theirs = load_facebook_vectors(str(tmp_path / "a.bin"))
        assert theirs.index_to_key == WORDS
        for word in WORDS[1:]:
            np.testing.assert_allclose(theirs[word], plain.matrix[WORDS.index(word)], rtol=1e-4, atol=1e-5)
        for word in OTHERS if subwords else []:
            np.testing.assert_allclose(theirs[word], Vectors.load(tmp_path / "a.bin")[word], atol=1e-6)


class TestFastText:
    """The program itself: ``pip install fasttext`` beside the tests (it has to be compiled)."""

    def loaded(self, path: Path) -> Any:
        return pytest.importorskip("fasttext", reason="the package fasttext is not installed").FastText.load_model(
            str(path)
        )

    @pytest.mark.parametrize("subwords", [True, False])
    def test_it_reads_what_we_write(self, subwords: bool, tmp_path: Path) -> None:
        plain = made() if subwords else made()._replace(subwords=None)
        formats.save(plain, tmp_path / "a.bin", format="fasttext")
        model = self.loaded(tmp_path / "a.bin")
        assert model.get_words() == WORDS
        assert model.get_words(include_freq=True)[1].tolist() == [7, 6, 5, 4, 3, 2]
        for word, row in zip(WORDS, plain.matrix, strict=True):
            np.testing.assert_allclose(model.get_word_vector(word), row, rtol=1e-4, atol=1e-5)
        for word in OTHERS if subwords else []:
            np.testing.assert_allclose(model.get_word_vector(word), Vectors.load(tmp_path / "a.bin")[word], atol=1e-6)

    def test_it_reads_any_sound_words(self, tmp_path: Path) -> None:
        path = tmp_path / "a.bin"
        self.loaded_or_skip()

        @settings(max_examples=20, deadline=None)
        @given(SAFE_WORDS)
        def reads(words: list[str]) -> None:
            formats.save(made(words), path, format="fasttext", overwrite=True)
            model = self.loaded(path)
            for word, row in zip(words, made(words).matrix, strict=True):
                np.testing.assert_allclose(model.get_word_vector(word), row, rtol=1e-4, atol=1e-4)

        reads()

    def loaded_or_skip(self) -> None:
        pytest.importorskip("fasttext", reason="the package fasttext is not installed")

    @needs_data
    def test_we_read_a_real_model_as_it_does(self) -> None:
        path = REAL / "finalfusion-rust/fasttext.bin"
        model, ours = self.loaded(path), Vectors.load(path)
        for word in [*ours.words, *OTHERS]:
            np.testing.assert_allclose(ours[word], model.get_word_vector(word), atol=1e-6)


@needs_data
def test_a_real_model_is_read() -> None:
    got = Vectors.load(REAL / "finalfusion-rust/fasttext.bin")
    assert (len(got), got.dim) == (157, 50)
    assert got["unknownword"].shape == (50,)
