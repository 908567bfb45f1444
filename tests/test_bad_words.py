"""Words that no text can hold, replaced or dropped by a conversion from every format."""

import contextlib
import json
import pickle
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import naive
import numpy as np
import odd_formats as odd
import pytest
from cli_helpers import Call, files_in
from gensim.models import KeyedVectors
from gensim.test.utils import datapath
from numpy.typing import NDArray
from vector_files import fasttext, file_of

from wordvec import Vectors
from wordvec.errors import InputError, SettingsError
from wordvec.formats import Plain, doctor, hub, projector
from wordvec.transforms.conversion import convert
from wordvec.transforms.settings import Conversion

BYTES = [b"the", b"b\xff", b"c d", b"x\xc2\xa0y", b"e", b"c_d", b"\x01"]
MATRIX = np.random.default_rng(3).normal(size=(7, 4)).astype(np.float32)
REPLACED = ["the", "b\ufffd", "c_d", "x_y", "e", "_"]
SURROGATES = [word.decode(errors="surrogateescape") for word in BYTES]


def of_fasttext(folder: Path) -> Path:
    return file_of(folder, fasttext(BYTES, MATRIX), "in.bin")


def of_text(folder: Path) -> Path:
    rows = zip(BYTES, MATRIX.tolist(), strict=True)
    lines = [b" ".join([word, *(b"%a" % number for number in row)]) for word, row in rows]
    return file_of(folder, b"7 4\n" + b"\n".join(lines) + b"\n", "in.vec")


def of_text_without_header(folder: Path) -> Path:
    return file_of(folder, of_text(folder).read_bytes().partition(b"\n")[2], "in.txt")


def of_npz_of_bytes(folder: Path) -> Path:
    np.savez(folder / "in.npz", words=np.array(BYTES), matrix=MATRIX)
    return folder / "in.npz"


def of_npz(folder: Path) -> Path:
    np.savez(folder / "in.npz", words=np.array(SURROGATES), matrix=MATRIX)
    return folder / "in.npz"


def test_numbers_that_are_no_code_points_are_replaced(tmp_path: Path) -> None:
    words = np.array([ord("a"), 0x110000], np.uint32).view("<U1")
    np.savez(tmp_path / "in.npz", words=words, matrix=MATRIX[:2])
    convert(tmp_path / "in.npz", tmp_path / "out.vec", Conversion(bad_words="replace"))
    assert Vectors.load(tmp_path / "out.vec").words == ["a", "\ufffd"]


def of_histwords(folder: Path) -> Path:
    np.save(folder / "in-w.npy", MATRIX)
    (folder / "in-vocab.pkl").write_bytes(pickle.dumps(SURROGATES))
    return folder / "in-w.npy"


def of_gensim(folder: Path) -> Path:
    keyed = KeyedVectors(4)
    keyed.add_vectors(SURROGATES, MATRIX)
    keyed.save(str(folder / "in.kv"))
    return folder / "in.kv"


def of_hub(folder: Path) -> Path:
    hub.save(Plain([f"w{row}" for row in range(7)], MATRIX, None, {}), folder / "in.hub")
    file = folder / "in.hub" / "tokenizer.json"
    content = json.loads(file.read_text())
    vocabulary = content["model"]["vocab"]
    content["model"]["vocab"] = {
        SURROGATES[int(word[1:])] if word[0] == "w" else word: row for word, row in vocabulary.items()
    }
    file.write_text(json.dumps(content))
    return folder / "in.hub"


def of_projector(folder: Path) -> Path:
    projector.save(Plain([f"w{row}" for row in range(7)], MATRIX, None, {}), folder / "in.projector")
    words = folder / "in.projector" / "metadata.tsv"
    content = words.read_bytes()
    for row, word in enumerate(BYTES):
        content = content.replace(b"w%d" % row, word)
    words.write_bytes(content)
    return folder / "in.projector"


def of_parquet(folder: Path) -> Path:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    buffers = arrow.array(BYTES, arrow.binary()).buffers()
    tokens = arrow.Array.from_buffers(arrow.string(), len(BYTES), buffers)
    vectors = arrow.FixedSizeListArray.from_arrays(arrow.array(MATRIX.ravel()), 4)
    parquet.write_table(arrow.table({"token": tokens, "vector": vectors}), folder / "in.parquet")
    return folder / "in.parquet"


def of_finalfusion(folder: Path) -> Path:
    packed = b"".join(struct.pack("<I", len(word)) + word for word in BYTES)
    vocabulary = (odd.SIMPLE, struct.pack("<Q", len(BYTES)) + packed, None)
    return file_of(folder, odd.fifu(vocabulary, odd.ndarray(MATRIX)), "in.fifu")


def of_magnitude(folder: Path) -> Path:
    path = odd.magnitude(folder / "in.magnitude", [f"w{row}" for row in range(7)], MATRIX, precision=12)
    with contextlib.closing(sqlite3.connect(path)) as database:
        for row, word in enumerate(BYTES):
            database.execute("UPDATE magnitude SET key = CAST(? AS TEXT) WHERE key = ?", (word, f"w{row}"))
        database.commit()
    return path


def of_old_fasttext(folder: Path) -> Path:
    words = [f"w{row}" for row in range(7)]
    content = odd.fasttext(words, MATRIX, version=None)
    for row, word in enumerate(BYTES):
        content = content.replace(b"w%d\0" % row, word + b"\0")
    return file_of(folder, content, "in.bin")


MAKERS = [
    of_fasttext, of_old_fasttext, of_text, of_text_without_header, of_npz_of_bytes, of_npz, of_histwords, of_gensim,
    of_hub, of_projector, of_parquet, of_finalfusion, of_magnitude,
]  # fmt: skip


def expected(make: Callable[[Path], Path]) -> NDArray[np.float32]:
    """The matrix in a file; Magnitude's rows have length 1."""
    return MATRIX / np.linalg.norm(MATRIX, axis=1, keepdims=True) if make is of_magnitude else MATRIX


@pytest.mark.parametrize("make", MAKERS)
def test_bad_words_of_every_format_are_replaced(make: Callable[[Path], Path], tmp_path: Path) -> None:
    out = tmp_path / "out.vec"
    convert(make(tmp_path), out, Conversion(bad_words="replace"), trust_pickle=True)
    got = Vectors.load(out)
    assert got.words == REPLACED
    np.testing.assert_allclose(got.matrix, expected(make)[[0, 1, 2, 3, 4, 6]], rtol=1e-6)
    assert doctor.check(out).sound
    assert got.metadata["history"][-1]["bad_words"] == "replace"


@pytest.mark.parametrize("make", MAKERS)
def test_bad_words_of_every_format_are_dropped(make: Callable[[Path], Path], tmp_path: Path) -> None:
    out = tmp_path / "out.vec"
    convert(make(tmp_path), out, Conversion(bad_words="drop"), trust_pickle=True)
    assert Vectors.load(out).words == ["the", "e", "c_d"]
    np.testing.assert_allclose(Vectors.load(out).matrix, expected(make)[[0, 4, 5]], rtol=1e-6)


@pytest.mark.parametrize("make", MAKERS)
def test_without_the_option_the_error_names_a_way_out(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path)
    before = files_in(tmp_path)
    with pytest.raises(InputError, match=r"--bad-words replace|`wordvec check .* --repair OUT`"):
        convert(path, tmp_path / "out.vec", Conversion(), trust_pickle=True)
    assert files_in(tmp_path) == before


def test_the_command_lists_every_change(wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file_of(tmp_path, fasttext([*BYTES[:6], b""], MATRIX), "in.bin")
    done = wordvec("convert", "in.bin", "out.vec", "--bad-words", "replace")
    assert done == (
        0,
        "",
        "1 x word changed (invalid-utf8)\n1 x word changed (space)\n1 x word changed (unicode-space)\n"
        "1 x dropped (duplicate)\n1 x dropped (empty-word)\nevery change is in out.vec.changes.tsv\n"
        "out.vec: 5 words, dim 4\n",
    )
    assert Path("out.vec.changes.tsv").read_text() == (
        "row\tchange\tdefect\tdetails\n"
        "2\tword changed\tinvalid-utf8\t'b\\xff' became 'b\ufffd'\n"
        "3\tword changed\tspace\t'c d' became 'c_d'\n"
        "4\tword changed\tunicode-space\t'x\\xa0y' became 'x_y'\n"
        "6\tdropped\tduplicate\t'c_d' is in row 3\n"
        "7\tdropped\tempty-word\tthe word is missing\n"
    )
    assert wordvec("convert", "in.bin", "out.vec", "--bad-words", "drop")[0] == 1
    assert wordvec("convert", "in.bin", "out.vec", "--bad-words", "drop", "--force")[0] == 0
    assert Vectors.load("out.vec").words == ["the", "e", "c_d"]


def test_top_counts_the_words_that_stay(tmp_path: Path) -> None:
    convert(of_fasttext(tmp_path), tmp_path / "out.vec", Conversion(bad_words="drop", top=2))
    assert Vectors.load(tmp_path / "out.vec").words == ["the", "e"]


def test_an_empty_word_of_a_text_is_dropped(tmp_path: Path) -> None:
    path = file_of(tmp_path, b"2 2\na 1 2\n 3 4\n")
    convert(path, tmp_path / "out.vec", Conversion(bad_words="replace"))
    assert Vectors.load(tmp_path / "out.vec").words == ["a"]


def test_a_file_of_bad_words_alone_is_an_error_and_writes_nothing(tmp_path: Path) -> None:
    path = file_of(tmp_path, fasttext([b"a b", b"c d"], MATRIX[:2]), "in.bin")
    with pytest.raises(InputError, match=r"in.bin: all 2 words are bad"):
        convert(path, tmp_path / "out.vec", Conversion(bad_words="drop"))
    assert [file.name for file in tmp_path.iterdir()] == ["in.bin"]


def test_sound_words_stay_and_the_list_has_its_heading_alone(tmp_path: Path) -> None:
    path = file_of(tmp_path, b"2 2\na 1.0 2.0\nb 3.0 4.0\n")
    assert convert(path, tmp_path / "out.vec", Conversion(bad_words="drop")).notes == []
    assert (tmp_path / "out.vec").read_bytes() == path.read_bytes()
    assert (tmp_path / "out.vec.changes.tsv").read_text() == "row\tchange\tdefect\tdetails\n"


def test_another_choice_is_an_error() -> None:
    with pytest.raises(SettingsError, match="bad_words keep: choose one of replace, drop"):
        Conversion(bad_words="keep")


@pytest.mark.parametrize("name", ["toy-model-pretrained.bin", "pang_lee_polarity_fasttext.bin"])
def test_real_models_with_bad_words_are_converted(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out.vec"
    with pytest.raises(InputError, match="--bad-words replace"):
        convert(Path(datapath(name)), out, Conversion())
    convert(Path(datapath(name)), out, Conversion(bad_words="replace"))
    assert {finding.defect.code for finding in doctor.check(out).defects} <= {"zero-row"}


def test_a_model_of_fasttext_is_not_repaired_but_the_error_says_what_to_do(tmp_path: Path) -> None:
    path = of_fasttext(tmp_path)
    with pytest.raises(InputError, match=r"`wordvec convert .*in.bin OUT.vec --bad-words replace` writes its vectors"):
        doctor.repair(path, tmp_path / "out.bin")


@pytest.mark.parametrize("quantised", [False, True])
def test_bytes_that_are_not_utf8_have_their_ngrams(quantised: bool, tmp_path: Path) -> None:
    words, rows = [b"ab", b"b\xffc"], np.random.default_rng(5).normal(size=(2 + 20, 4)).astype(np.float32)
    names = ["ab", "bXc"]
    if quantised:
        codes = np.arange(22, dtype=np.uint8)[:, None]
        centroids = np.zeros((256, 4), np.float32)
        centroids[:22] = rows
        same = {bucket: bucket for bucket in range(20)}
        content = odd.ftz(names, codes, [centroids], buckets=20, longest=3, pruned=same)
    else:
        content = odd.fasttext(names, rows, buckets=20, longest=3)
    path = file_of(tmp_path, content.replace(b"bXc", words[1]), "in.bin")
    with pytest.raises(InputError, match="--bad-words replace"):
        Vectors.load(path)
    convert(path, tmp_path / "out.vec", Conversion(bad_words="replace"))
    got = Vectors.load(tmp_path / "out.vec")
    assert got.words == ["ab", "b\ufffdc"]
    marked = b"<b\xffc>"
    ngrams = [marked[begin : begin + size] for size in (2, 3) for begin in range(len(marked) - size + 1)]
    found = [2 + naive.fasttext_hash(ngram.decode(errors="surrogateescape")) % 20 for ngram in ngrams]
    np.testing.assert_allclose(got["b\ufffdc"], rows[[1, *found]].mean(0), rtol=1e-5)
