"""The output matrix and the settings of the training run in fastText's files, and gensim, which continues with them."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_fasttext_format import OTHERS, WORDS, made
from test_formats import file_of, message, numbers_for

from wordvec import Vectors, formats
from wordvec.errors import InputError, MemoryLimitError, SettingsError
from wordvec.formats import Plain
from wordvec.formats.common import fasttext_header
from wordvec.formats.common.reading import Reading, Scratch, in_memory
from wordvec.rows import Floats
from wordvec.subwords import Subwords, Used
from wordvec.transforms import selection
from wordvec.transforms.conversion import convert
from wordvec.transforms.settings import Conversion

CONTEXTS = np.random.default_rng(9).normal(size=(len(WORDS), 4)).astype(np.float32)
SETTINGS = {"window": 7, "epochs": 3, "min_count": 2, "negatives": 9, "sample": 1e-3, "model": "cbow"}
HEADER = struct.Struct("<2i12id3iqq")
LOSS, MODEL = 8, 9


def full(**metadata: Any) -> Plain:
    """Return words with sparse subwords and contexts."""
    rows = np.random.default_rng(3).normal(size=(31, 4)).astype(np.float32)
    rows[-1] = 0
    table = Subwords(rows, 2, 4, used=Used(50, np.arange(0, 50, 5).repeat(3)[:30] + np.tile([0, 1, 3], 10)))
    counts = np.arange(70, 10, -10)
    return Plain(WORDS, numbers_for(WORDS, 4), counts, metadata, table, CONTEXTS)


def header_of(path: Path) -> list[Any]:
    return list(HEADER.unpack(path.read_bytes()[: HEADER.size]))


@pytest.mark.parametrize("name", ["a.fasttext.bin", "a.fasttext.bin.gz", "a.vectors"])
def test_contexts_come_back_bit_by_bit(name: str, tmp_path: Path) -> None:
    formats.save(full(), tmp_path / name)
    got = Vectors.load(tmp_path / name)
    assert got.contexts is not None
    assert got.contexts.words == WORDS
    assert got.contexts.metadata["matrix"] == "contexts"
    np.testing.assert_array_equal(got.contexts.matrix, CONTEXTS)
    few = Vectors.load(tmp_path / name, limit=2).contexts
    assert few is not None
    np.testing.assert_array_equal(few.matrix, CONTEXTS[:2])
    assert Vectors.load(tmp_path / name, contexts=False).contexts is None
    got.save(tmp_path / f"again-{name}")
    again = Vectors.load(tmp_path / f"again-{name}").contexts
    assert again is not None
    np.testing.assert_array_equal(again.matrix, CONTEXTS)


def test_an_output_matrix_of_zeros_is_no_contexts(tmp_path: Path) -> None:
    formats.save(made(), tmp_path / "a.fasttext.bin")
    assert (tmp_path / "a.fasttext.bin").read_bytes().endswith(bytes(4 * 4 * len(WORDS)))
    assert Vectors.load(tmp_path / "a.fasttext.bin").contexts is None


@pytest.mark.parametrize(("loss", "model"), [(1, 2), (2, 3)])
def test_rows_of_a_tree_or_of_labels_are_no_contexts(loss: int, model: int, tmp_path: Path) -> None:
    formats.save(full(), tmp_path / "a.fasttext.bin")
    header = header_of(tmp_path / "a.fasttext.bin")
    header[LOSS], header[MODEL] = loss, model
    content = HEADER.pack(*header) + (tmp_path / "a.fasttext.bin").read_bytes()[HEADER.size :]
    got = Vectors.load(file_of(tmp_path, content, "b.bin"))
    assert got.contexts is None
    got.save(tmp_path / "c.fasttext.bin")
    assert header_of(tmp_path / "c.fasttext.bin")[LOSS : MODEL + 1] == [2, 2]


def test_a_damaged_output_matrix_is_one_clear_line_and_the_vectors_can_still_be_read(tmp_path: Path) -> None:
    formats.save(full(), tmp_path / "a.fasttext.bin")
    content = (tmp_path / "a.fasttext.bin").read_bytes()
    begin = len(content) - CONTEXTS.nbytes
    short = file_of(tmp_path, content[:-1], "short.bin")
    wrong = file_of(tmp_path, content[: begin - 16] + struct.pack("<qq", 7, 4) + content[begin:], "wrong.bin")
    bad = file_of(tmp_path, content[:-4] + struct.pack("<f", np.nan), "bad.bin")
    none = file_of(tmp_path, content[: begin - 17], "none.bin")
    assert "an output matrix of 7 x 4 contradicts 6 words; damaged" in message(wrong)
    assert "output row 5: its vector holds NaN or infinity" in message(bad)
    assert Vectors.load(bad, contexts=False).words == WORDS
    for path, what in ((short, "is truncated"), (none, "ends before its output matrix")):
        with pytest.warns(UserWarning, match=f"{what}; words and vectors are complete"):
            got = Vectors.load(path)
        assert got.words == WORDS
        assert got.contexts is None


def test_contexts_that_do_not_fit_in_memory_can_be_left_out(tmp_path: Path) -> None:
    formats.save(full(), tmp_path / "a.fasttext.bin")
    allocated: list[Floats] = []

    def two_only(path: Path, rows: int, dim: int) -> Floats:
        if len(allocated) == 2:
            raise MemoryLimitError("no")
        allocated.append(in_memory(path, rows, dim))
        return allocated[-1]

    with pytest.raises(MemoryLimitError, match="no; contexts=False leaves out the output matrix"):
        formats.load(tmp_path / "a.fasttext.bin", reading=Reading(allocate=two_only))
    scratch = Scratch(tmp_path / "scratch", 0)
    got = formats.load(tmp_path / "a.fasttext.bin", reading=Reading(allocate=scratch.allocate)).contexts
    assert isinstance(got, np.ndarray)
    assert len(list((tmp_path / "scratch").iterdir())) == 3
    np.testing.assert_array_equal(got, CONTEXTS)


def test_repeated_words_lose_their_contexts_with_their_rows(tmp_path: Path) -> None:
    formats.save(full(), tmp_path / "a.fasttext.bin")
    content = (tmp_path / "a.fasttext.bin").read_bytes()
    path = file_of(tmp_path, content.replace("日本\0".encode(), "naïve\0".encode()), "b.bin")
    with pytest.warns(UserWarning, match="1 rows repeat an earlier word"):
        got = formats.load(path)
    assert got.words == WORDS[:5]
    np.testing.assert_array_equal(got.contexts, CONTEXTS[:5])


def test_contexts_of_other_words_are_refused(tmp_path: Path) -> None:
    vectors = Vectors(["a", "b"], np.ones((2, 2)), contexts=Vectors(["a", "c"], np.ones((2, 2))))
    with pytest.raises(SettingsError, match="contexts: their words and dim must be those of the vectors"):
        vectors.save(tmp_path / "a.vectors")


def test_a_conversion_keeps_contexts_only_where_they_still_belong_to_the_words(tmp_path: Path) -> None:
    formats.save(full(), tmp_path / "a.fasttext.bin")
    (tmp_path / "list.txt").write_text("नदी\nrivers\n")
    for conversion, expected in (
        (Conversion(), CONTEXTS),
        (Conversion(top=3), CONTEXTS[:3]),
        (Conversion(words=tmp_path / "list.txt"), [CONTEXTS[3], np.zeros(4)]),
        (Conversion(precision=3), CONTEXTS),
        (Conversion(dim=2), None),
        (Conversion(unit=True), None),
        (Conversion(lowercase=True), None),
    ):
        convert(tmp_path / "a.fasttext.bin", tmp_path / "b.vectors", conversion, overwrite=True)
        got = formats.load(tmp_path / "b.vectors").contexts
        assert (got is None) == (expected is None)
        if got is not None:
            np.testing.assert_array_equal(got, expected)
    kept = selection.rows(full(), np.array([0, 4]), in_memory).contexts
    np.testing.assert_array_equal(kept, CONTEXTS[[0, 4]])


class TestHeader:
    @pytest.mark.parametrize("place", ["settings", "fasttext"])
    def test_it_has_the_settings_of_the_training_run(self, place: str, tmp_path: Path) -> None:
        tokens = {"corpus": {"tokens": 12_345}} if place == "settings" else {}
        settings = SETTINGS | ({} if tokens else {"tokens": 12_345})
        formats.save(full(**{place: settings}, **tokens), tmp_path / "a.fasttext.bin")
        header = header_of(tmp_path / "a.fasttext.bin")
        assert header[:15] == [793712314, 12, 4, 7, 3, 2, 9, 1, 2, 1, 50, 2, 4, 100, 1e-3]
        assert header[15:] == [6, 6, 0, 12_345, -1]

    def test_it_has_defaults_for_what_is_unknown_or_impossible(self, tmp_path: Path) -> None:
        settings = {"window": "wide", "epochs": -1, "min_count": True, "negatives": 2**40, "sample": None, "model": 5}
        for number, metadata in enumerate(({}, {"settings": settings}, {"settings": [], "corpus": 3})):
            path = tmp_path / f"{number}.fasttext.bin"
            formats.save(full(**metadata), path)
            assert header_of(path)[2:10] == [4, 5, 5, 1, 5, 1, 2, 2]
            assert header_of(path)[14:] == [1e-4, 6, 6, 0, 270, -1]

    def test_the_method_names_the_model(self, tmp_path: Path) -> None:
        formats.save(full(method="cbow"), tmp_path / "a.fasttext.bin")
        assert header_of(tmp_path / "a.fasttext.bin")[MODEL] == 1

    def test_settings_of_a_file_of_fasttext_go_on_to_the_next_file(self, tmp_path: Path) -> None:
        formats.save(full(settings=SETTINGS, corpus={"tokens": 999}), tmp_path / "a.fasttext.bin")
        first = header_of(tmp_path / "a.fasttext.bin")
        (tmp_path / "a.fasttext.bin.json").unlink()
        got = formats.load(tmp_path / "a.fasttext.bin")
        assert got.metadata == {fasttext_header.READ: SETTINGS | {"loss": "ns", "tokens": 999}}
        formats.save(got, tmp_path / "b.fasttext.bin")
        assert header_of(tmp_path / "b.fasttext.bin") == first


class TestGensim:
    @pytest.mark.parametrize("subwords", [True, False])
    def test_it_continues_training(self, subwords: bool, tmp_path: Path) -> None:
        from gensim.models.fasttext import load_facebook_model

        plain = full(settings=SETTINGS, corpus={"tokens": 999})
        plain = plain if subwords else plain._replace(subwords=None)
        formats.save(plain, tmp_path / "a.fasttext.bin")
        model = load_facebook_model(str(tmp_path / "a.fasttext.bin"))
        assert (model.window, model.epochs, model.negative, model.sg) == (7, 3, 9, 0)
        assert model.corpus_total_words == 999
        np.testing.assert_array_equal(model.syn1neg, CONTEXTS)
        for word, row in zip(WORDS[1:], plain.matrix[1:], strict=True):
            np.testing.assert_allclose(model.wv[word], row, rtol=1e-4, atol=1e-5)
        if not subwords:
            return
        sentences = [["river", "a", "delta"], ["delta", "river", "日本"]] * 20
        model.build_vocab(sentences, update=True)
        model.train(sentences, total_examples=len(sentences), epochs=2)
        assert "delta" in model.wv.key_to_index
        assert not np.array_equal(model.syn1neg[: len(WORDS)], CONTEXTS)

    @pytest.mark.parametrize("name", ["lee_fasttext.bin", "lee_fasttext_new.bin"])
    def test_its_own_files_have_the_contexts_that_it_reads(self, name: str, tmp_path: Path) -> None:
        from gensim.models.fasttext import load_facebook_model
        from gensim.test.utils import datapath

        theirs, ours = load_facebook_model(datapath(name)), Vectors.load(datapath(name))
        assert ours.words == theirs.wv.index_to_key
        for word in [word for word in ours.words[:100] if word != "</s>"] + OTHERS:
            np.testing.assert_allclose(ours[word], theirs.wv[word], atol=1e-6)
        assert (ours.contexts is None) == bool(theirs.hs)
        if ours.contexts is not None:
            np.testing.assert_array_equal(ours.contexts.matrix, theirs.syn1neg)
        ours.save(tmp_path / "a.fasttext.bin")
        again = load_facebook_model(str(tmp_path / "a.fasttext.bin"))
        assert (again.window, again.sg, again.epochs) == (theirs.window, theirs.sg, theirs.epochs)


def test_a_folder_without_the_contexts_that_it_names_is_damaged(tmp_path: Path) -> None:
    formats.save(full(), tmp_path / "a.vectors")
    (tmp_path / "a.vectors" / "contexts.npy").unlink()
    with pytest.raises(InputError, match=r"contexts\.npy"):
        Vectors.load(tmp_path / "a.vectors")
