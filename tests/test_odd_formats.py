"""Formats that are read and not written: finalfusion's, Magnitude's, fastText's old and quantised models, archives."""

import contextlib
import gzip
import io
import random
import sqlite3
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import naive
import numpy as np
import odd_formats as odd
import pytest
from cli_helpers import Call
from test_formats import REAL, file_of, message, mutated, needs_data

from wordvec import Vectors, formats
from wordvec.errors import InputError, SettingsError, WordvecError
from wordvec.formats import doctor
from wordvec.formats.common.reading import Reading
from wordvec.subwords import Subwords

UNIT = odd.MATRIX / np.linalg.norm(odd.MATRIX, axis=1, keepdims=True)
NORMS = np.linalg.norm(odd.MATRIX, axis=1)
NGRAMS = np.random.default_rng(2).normal(size=(16, 4)).astype(np.float32)
VEC = b"3 2\nriver 1 2\nhouse 3 4\ntea 5 6\n"
ROUNDED = 1e-6


def fnv(ngram: str) -> int:
    """finalfusion's hash, as its documentation describes it."""
    hashed = 0xCBF29CE484222325
    for byte in struct.pack("<Q", len(ngram)) + b"".join(struct.pack("<I", ord(letter)) for letter in ngram):
        hashed = (hashed ^ byte) * 0x100000001B3 % (1 << 64)
    return hashed


def ngrams(word: str, shortest: int, longest: int) -> list[str]:
    marked = f"<{word}>"
    return [
        marked[begin : begin + length]
        for length in range(shortest, longest + 1)
        for begin in range(len(marked) - length + 1)
    ]


class TestFinalfusion:
    def test_rows_get_their_norms_back(self, tmp_path: Path) -> None:
        about = b'[training]\ndims = 4\nmade = 2020-02-03\ntext = "\xc3\xa9"\n'
        content = odd.fifu((odd.METADATA, about, None), odd.simple(), odd.ndarray(UNIT), odd.norms(NORMS))
        got = formats.load(file_of(tmp_path, content, "a.fifu"))
        assert list(got.words) == odd.WORDS
        np.testing.assert_allclose(got.matrix, odd.MATRIX, rtol=ROUNDED)
        assert got.metadata == {"finalfusion": {"training": {"dims": 4, "made": "2020-02-03", "text": "é"}}}
        assert got.subwords is None
        limited = formats.load(tmp_path / "a.fifu", reading=Reading(limit=2))
        assert list(limited.words) == odd.WORDS[:2]
        np.testing.assert_array_equal(limited.matrix, got.matrix[:2])

    @pytest.mark.parametrize("words", [["a"], ["ab"], ["abc"], ["abcd"]])
    def test_padding_of_every_length_is_passed_over(self, words: list[str], tmp_path: Path) -> None:
        content = odd.fifu(odd.simple(words), odd.ndarray(odd.MATRIX[:1]), odd.norms(NORMS[:1]))
        np.testing.assert_allclose(
            formats.load(file_of(tmp_path, content, "a.fifu")).matrix, odd.MATRIX[:1] * NORMS[0], rtol=ROUNDED
        )

    def test_buckets_give_other_words_their_vectors(self, tmp_path: Path) -> None:
        fields = struct.pack("<QIII", 4, 2, 3, 4) + odd.strings(odd.WORDS)
        content = odd.fifu((odd.BUCKETS, fields, None), odd.ndarray(np.vstack([odd.MATRIX, NGRAMS])))
        vectors = Vectors.load(file_of(tmp_path, content, "a.fifu"))
        np.testing.assert_array_equal(vectors["new york"], odd.MATRIX[3])
        expected = np.mean([NGRAMS[fnv(ngram) % 16] for ngram in ngrams("größe", 2, 3)], 0)
        np.testing.assert_allclose(vectors["größe"], expected, rtol=1e-5)
        vectors.save(tmp_path / "b.vectors")
        again = Vectors.load(tmp_path / "b.vectors")
        np.testing.assert_array_equal(again["größe"], vectors["größe"])

    def test_buckets_of_fasttext_are_fasttexts(self, tmp_path: Path) -> None:
        fields = struct.pack("<QIII", 4, 3, 5, 11) + odd.strings(odd.WORDS)
        content = odd.fifu((odd.FASTTEXT, fields, None), odd.ndarray(np.vstack([odd.MATRIX, NGRAMS[:11]])))
        got = formats.load(file_of(tmp_path, content, "a.fifu"))
        assert isinstance(got.subwords, Subwords)
        vector = got.subwords.vector("größe")
        assert vector is not None
        np.testing.assert_allclose(vector, naive.fasttext_vector("größe", NGRAMS[:11], 3, 5), rtol=1e-5)

    def test_listed_ngrams_can_share_a_row_and_others_have_none(self, tmp_path: Path) -> None:
        rows = {"<ri": 0, "ive": 1, "ous": 0}
        listed = b"".join(odd.strings([ngram]) + struct.pack("<Q", row) for ngram, row in rows.items())
        fields = struct.pack("<QQII", 4, 3, 3, 3) + odd.strings(odd.WORDS) + listed
        content = odd.fifu((odd.LISTED, fields, None), odd.ndarray(np.vstack([odd.MATRIX, NGRAMS[:2]])))
        vectors = Vectors.load(file_of(tmp_path, content, "a.fifu"))
        np.testing.assert_allclose(vectors["five"], NGRAMS[1])
        np.testing.assert_allclose(vectors["rivet"], NGRAMS[:2].mean(0), rtol=1e-6)
        assert vectors.subwords is not None
        assert vectors.subwords.vector("tea") is None

    @pytest.mark.parametrize("projected", [False, True])
    @pytest.mark.parametrize("normed", [False, True])
    def test_quantised_rows_are_those_of_the_centroids(self, projected: bool, normed: bool, tmp_path: Path) -> None:
        draw = np.random.default_rng(4)
        turn, centroids = draw.normal(size=(4, 4)).astype("<f4"), draw.normal(size=(2, 3, 2)).astype("<f4")
        codes, lengths = draw.integers(0, 3, (4, 2)).astype(np.uint8), np.array([1, 2, 3, 4], "<f4")
        data = (turn.tobytes() if projected else b"") + centroids.tobytes() + (lengths.tobytes() if normed else b"")
        fields = struct.pack("<IIIIIQII", projected, normed, 2, 4, 3, 4, 1, 10)
        content = odd.fifu(odd.simple(), (odd.QUANTISED, fields, data + codes.tobytes()), odd.norms(NORMS))
        expected = np.hstack([centroids[0][codes[:, 0]], centroids[1][codes[:, 1]]])
        expected = expected @ turn.T if projected else expected
        expected = expected * (lengths[:, None] if normed else 1) * NORMS[:, None]
        np.testing.assert_allclose(formats.load(file_of(tmp_path, content, "a.fifu")).matrix, expected, rtol=1e-5)

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (odd.fifu(odd.simple()), "lacks its matrix"),
            (odd.fifu(odd.ndarray()), "unexpected chunk of kind 2"),
            (odd.fifu(odd.simple(), odd.ndarray(odd.MATRIX[:3])), "a matrix of 3 x 4 for 4 words"),
            (odd.fifu(odd.simple(), odd.ndarray(), odd.norms(NORMS[:3])), "3 norms of type 10 for 4 words"),
            (odd.fifu(odd.simple(), odd.ndarray()) + b"\0", "more data after the last chunk"),
            (odd.fifu(odd.simple(), odd.ndarray())[:-1], "ends at byte"),
            (b"FiFu" + struct.pack("<II", 1, 2), "finalfusion's version 1"),
            (odd.fifu((odd.SIMPLE, struct.pack("<Q", 10**15), None)), "do not fit in their chunk"),
        ],
    )
    def test_damage_is_one_line(self, content: bytes, said: str, tmp_path: Path) -> None:
        assert said in message(file_of(tmp_path, content, "a.fifu"))

    def test_it_is_not_written(self, tmp_path: Path) -> None:
        plain = formats.Plain(["a"], np.ones((1, 2), np.float32), None, {})
        for name in ("a.fifu", "a.magnitude"):
            with pytest.raises(SettingsError, match="can be read but not written"):
                formats.save(plain, tmp_path / name)
        assert list(tmp_path.iterdir()) == []

    @needs_data
    def test_real_files_hold_the_vectors_of_the_text_beside_them(self) -> None:
        folder = REAL / "finalfusion-rust"
        text, plain, quantised = (
            Vectors.load(folder / name) for name in ("similarity.txt", "similarity.fifu", "quantized.fifu")
        )
        assert plain.words == text.words == quantised.words
        np.testing.assert_array_equal(plain.matrix, text.matrix)
        lengths = np.linalg.norm(quantised.matrix, axis=1) * np.linalg.norm(text.matrix, axis=1)
        assert ((quantised.matrix * text.matrix).sum(1) / lengths).min() > 0.99


class TestMagnitude:
    @pytest.mark.parametrize("precision", [3, 7, 12])
    def test_whole_numbers_are_scaled_back(self, precision: int, tmp_path: Path) -> None:
        got = formats.load(odd.magnitude(tmp_path / "a.magnitude", precision=precision))
        assert list(got.words) == odd.WORDS
        np.testing.assert_allclose(got.matrix, UNIT, atol=max(10.0**-precision, ROUNDED))
        limited = formats.load(tmp_path / "a.magnitude", reading=Reading(limit=2))
        np.testing.assert_array_equal(limited.matrix, got.matrix[:2])

    def test_words_that_differ_in_case_stay_apart(self, tmp_path: Path) -> None:
        path = odd.magnitude(tmp_path / "a.magnitude", ["May", "may", "MAY", "b c"])
        assert list(formats.load(path).words) == ["May", "may", "MAY", "b c"]

    def test_a_name_with_marks_of_an_address_is_opened(self, tmp_path: Path) -> None:
        assert len(formats.load(odd.magnitude(tmp_path / "a b?mode=rw#%41.magnitude")).words) == 4

    def test_nothing_is_written_beside_it(self, tmp_path: Path) -> None:
        before = odd.magnitude(tmp_path / "a.magnitude").read_bytes()
        formats.load(tmp_path / "a.magnitude")
        assert [path.name for path in tmp_path.iterdir()] == ["a.magnitude"]
        assert (tmp_path / "a.magnitude").read_bytes() == before

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"size": 5}, "4 rows, but its settings say 5"),
            ({"dim": 5}, "columns of its table are not a key and 5 dimensions"),
            ({"precision": -1}, "impossible size"),
            ({"elmo": 1}, "vectors of ELMo"),
        ],
    )
    def test_contradictory_settings_are_refused(self, settings: dict[str, int], said: str, tmp_path: Path) -> None:
        assert said in message(odd.magnitude(tmp_path / "a.magnitude", **settings))

    @pytest.mark.parametrize("value", [None, "many", b"\0"])
    def test_a_cell_without_a_number_is_refused(self, value: object, tmp_path: Path) -> None:
        path = odd.magnitude(tmp_path / "a.magnitude")
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("UPDATE magnitude SET dim_2 = ? WHERE key = 'house'", (value,))
            database.commit()
        assert message(path).startswith("a.magnitude: ")

    def test_a_view_that_computes_without_end_is_not_asked(self, tmp_path: Path) -> None:
        with contextlib.closing(sqlite3.connect(tmp_path / "a.magnitude")) as database:
            endless = "WITH RECURSIVE n(key) AS (SELECT 1 UNION ALL SELECT key + 1 FROM n) SELECT key FROM n"
            database.execute(f"CREATE VIEW magnitude AS {endless}")
            database.execute("CREATE TABLE magnitude_format (key, value)")
            database.commit()
        assert "an SQLite database, but not of Magnitude" in message(tmp_path / "a.magnitude")


class TestFastText:
    @pytest.mark.parametrize("longest", [0, 3])
    def test_models_without_a_magic_number_are_read(self, longest: int, tmp_path: Path) -> None:
        words, buckets = ["</s>", "river", "größe"], 11 if longest else 0
        rows = np.random.default_rng(3).normal(size=(3 + buckets, 4)).astype(np.float32)
        old, new = (
            formats.load(
                file_of(tmp_path, odd.fasttext(words, rows, buckets=buckets, longest=longest, version=version), "a.bin")
            )
            for version in (None, 12)
        )
        assert list(old.words) == words
        assert old.counts is not None
        assert old.counts.tolist() == [7, 7, 7]
        np.testing.assert_array_equal(old.matrix[1:], new.matrix[1:])
        if longest:  # only later did the end of a sentence have no n-grams
            assert old.subwords is not None
            assert isinstance(old.subwords, Subwords)
            sums, counts = old.subwords.add_up(["</s>"])
            np.testing.assert_allclose(old.matrix[0], (rows[0] + sums[0]) / (1 + counts[0]), rtol=1e-5)
            np.testing.assert_array_equal(new.matrix[0], rows[0])

    def test_the_doctor_knows_them_too(self, tmp_path: Path) -> None:
        rows = np.ones((8, 4), np.float32)
        content = odd.fasttext(["a", "b", "a"], rows, buckets=5, longest=3, version=None)
        report = doctor.check(file_of(tmp_path, content, "a.bin"))
        assert (report.format, report.rows, report.dim) == ("fastText model", 3, 4)
        assert [finding.defect.code for finding in report.defects] == ["duplicate"]
        cut = doctor.check(file_of(tmp_path, content[:-5], "cut.bin"))
        assert "truncated" in [finding.defect.code for finding in cut.defects]

    @pytest.mark.parametrize("normed", [False, True])
    def test_quantised_models_have_the_numbers_of_their_centroids(self, normed: bool, tmp_path: Path) -> None:
        draw = np.random.default_rng(5)
        centroids = [draw.normal(size=(256, width)).astype(np.float32) for width in (2, 2, 1)]
        codes = draw.integers(0, 256, (3, 3)).astype(np.uint8)
        norm_codes = np.array([3, 0, 255], np.uint8) if normed else None
        values = draw.uniform(1, 2, 256).astype(np.float32)
        words = ["river", "house", "tea"]
        content = odd.ftz(words, codes, centroids, norm_codes=norm_codes, norm_values=values)
        got = formats.load(file_of(tmp_path, content, "a.ftz"))
        expected = np.hstack([part[codes[:, at]] for at, part in enumerate(centroids)])
        expected *= values[norm_codes][:, None] if norm_codes is not None else 1
        assert list(got.words) == words
        np.testing.assert_allclose(got.matrix, expected, rtol=1e-6)
        assert got.subwords is None

    def test_pruned_ngrams_do_not_count(self, tmp_path: Path) -> None:
        draw = np.random.default_rng(6)
        centroids = [draw.normal(size=(256, 2)).astype(np.float32) for _ in range(2)]
        codes = draw.integers(0, 256, (2 + 20, 2)).astype(np.uint8)
        rows = np.hstack([part[codes[:, at]] for at, part in enumerate(centroids)])
        pruned = {bucket: row for row, bucket in enumerate(draw.permutation(40)[:20].tolist())}
        content = odd.ftz(["größe", "j"], codes, centroids, buckets=40, longest=3, pruned=pruned)
        vectors = Vectors.load(file_of(tmp_path, content, "a.ftz"))

        def found(word: str) -> list[int]:
            hashed = [naive.fasttext_hash(ngram) % 40 for ngram in ngrams(word, 2, 3)]
            return [2 + pruned[bucket] for bucket in hashed if bucket in pruned]

        np.testing.assert_allclose(vectors["größe"], rows[[0, *found("größe")]].mean(0), rtol=1e-5)
        np.testing.assert_allclose(vectors["flüsse"], rows[found("flüsse")].mean(0), rtol=1e-5)

    def test_gensims_own_models_of_all_ages_are_read(self) -> None:
        from gensim.models.fasttext import load_facebook_vectors
        from gensim.test.utils import datapath

        for name in ("lee_fasttext.bin", "lee_fasttext_new.bin", "non_ascii_fasttext.bin", "crime-and-punishment.bin"):
            ours = Vectors.load(datapath(name))
            theirs = load_facebook_vectors(datapath(name))
            for word in [word for word in ours.words[:200:7] if word != "</s>"]:  # to which gensim gives n-grams
                np.testing.assert_allclose(ours[word], theirs[word], atol=2e-6)
        text, model = Vectors.load(datapath("lee_fasttext.vec")), Vectors.load(datapath("lee_fasttext.bin"))
        assert text.words == model.words
        np.testing.assert_allclose(model.matrix, text.matrix, atol=6e-5)  # of five digits


def zipped(*members: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def tarred(*members: tuple[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members:
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return out.getvalue()


BINARY = b"3 2\n" + b"".join(
    word + b" " + np.array([0.5, 1.25], "<f4").tobytes() + b"\n" for word in (b"a", b"b", b"c")
)
LONG_NAME = "folder/" * 30 + "näme.vec"


class TestArchives:
    @pytest.mark.parametrize("content", [VEC, VEC[4:], BINARY, odd.fifu(odd.simple(), odd.ndarray())])
    @pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz", "a.data"])
    def test_the_one_vector_file_in_it_is_read(self, name: str, content: bytes, tmp_path: Path) -> None:
        members = [("README.txt", b"read me"), ("__MACOSX/._a.vec", b"x"), (LONG_NAME, content), ("LICENSE", b"free")]
        plain = formats.load(file_of(tmp_path, content, "plain"))
        packed = (
            zipped(*members)
            if name == "a.zip"
            else tarred(*members, mode={"a.data": "w:gz"}.get(name, f"w:{name[6:]}"))
        )
        got = formats.load(file_of(tmp_path, packed, name))
        assert list(got.words) == list(plain.words)
        np.testing.assert_array_equal(got.matrix, plain.matrix)

    def test_every_command_reads_it(self, tmp_path: Path, wordvec: Call) -> None:
        for name, content in (("a.zip", zipped(("a.vec", VEC))), ("a.tar.gz", tarred(("a.vec", VEC)))):
            path = file_of(tmp_path, content, name)
            assert wordvec("info", path).code == 0
            assert wordvec("nearest", path, "river").code == 0
            assert "3 rows" in wordvec("check", path).out
            assert wordvec("convert", path, tmp_path / "out.vec", "--force").code == 0
            assert (tmp_path / "out.vec").read_text() == "3 2\nriver 1.0 2.0\nhouse 3.0 4.0\ntea 5.0 6.0\n"

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (zipped(("a.vec", VEC), ("b.vec", VEC)), "an archive of 2 files ('a.vec', 'b.vec')"),
            (tarred(("a.vec", VEC), ("b.vec", VEC)), "an archive of 2 files ('a.vec', 'b.vec')"),
            (zipped(), "an archive without a vector file"),
            (zipped(("README", b"x")), "an archive without a vector file"),
            (zipped(("a/data.pkl", b"x"), ("a/data/0", b"x")), "a PyTorch file"),
            (zipped(("a.vec", gzip.compress(VEC))), "compressed twice"),
            (zipped(("a.vec", VEC), how=zipfile.ZIP_BZIP2), "compressed by an unsupported method"),
            (gzip.compress(zipped(("a.vec", VEC))), "a zip archive; extract it first"),
        ],
    )
    def test_others_are_named(self, content: bytes, said: str, tmp_path: Path) -> None:
        path = file_of(tmp_path, content, "a")
        assert said in message(path)
        with pytest.raises(InputError) as caught:
            doctor.check(path)
        assert said in str(caught.value)

    def test_an_archive_that_was_replaced_is_read_again(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, tarred(("README", b"x"), ("a.vec", VEC)), "a.tar.gz")
        assert len(formats.load(path).words) == 3
        file_of(tmp_path, tarred(("b.vec", VEC), ("README", b"longer now")), "a.tar.gz")
        assert len(formats.load(path).words) == 3

    @pytest.mark.parametrize("kind", ["zip", "tar"])
    def test_bombs_are_refused_unread(self, kind: str, tmp_path: Path) -> None:
        if kind == "zip":
            content = bytearray(zipped(("a.vec", bytes(1 << 22))))
            directory = content.rfind(b"PK\1\2")
            content[directory + 24 : directory + 28] = struct.pack("<I", 3 << 30)
        else:
            about = tarfile.TarInfo("a.vec")
            about.size = 1 << 40
            content = bytearray(gzip.compress(about.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20)))
        assert "which no vector file does" in message(file_of(tmp_path, bytes(content), f"a.{kind}"))

    def test_a_name_in_a_tar_archive_cannot_fill_memory(self, tmp_path: Path) -> None:
        about = tarfile.TarInfo("long")
        about.type, about.size = tarfile.GNUTYPE_LONGNAME, 1 << 31
        content = gzip.compress(about.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20))
        assert "a header of 2147483648 bytes" in message(file_of(tmp_path, content, "a.tar.gz"))


FUZZED = {
    "a.fifu": odd.fifu((odd.METADATA, b"a = 1\n", None), odd.simple(), odd.ndarray(UNIT), odd.norms(NORMS)),
    "old.bin": odd.fasttext(["a", "bcd"], np.ones((7, 3), np.float32), buckets=5, longest=3, version=None),
    "a.zip": zipped(("a.vec", VEC)),
    "a.tar": tarred(("a.vec", VEC), ("README", b"x"), mode="w:"),
    "a.tar.gz": tarred(("a.vec", VEC)),
    "a.ftz": odd.ftz(
        ["a", "bcd"],
        np.zeros((4, 2), np.uint8),
        [np.ones((256, 2), np.float32), np.ones((256, 1), np.float32)],
        buckets=50,
        longest=3,
        pruned={3: 0, 9: 1},
    ),
}


def said_of(read: Callable[[Path], object], path: Path) -> str:
    """What a reader says of a file that it refuses."""
    try:
        read(path)
    except WordvecError as error:
        return str(error)
    return ""


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", [*FUZZED, "a.magnitude"])
def test_damage_anywhere_is_a_result_or_one_line(name: str, tmp_path: Path) -> None:
    path, chance = tmp_path / name, random.Random(11)
    content = FUZZED.get(name) or odd.magnitude(path).read_bytes()
    for _ in range(60):
        path.write_bytes(mutated(content, chance))
        assert "\n" not in said_of(formats.load, path) + said_of(doctor.check, path)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x89HDF\r\n\x1a\n" + bytes(50), "an HDF5 file"),
        (b"\x93NUMPY\1\0" + bytes(50), "an array of NumPy, without words"),
        (b"SQLite format 3\0" + bytes(84), "an SQLite database, but not of Magnitude"),
        (b"\x5d\0\0\x80\0" + b"\xff" * 8, "compressed as .lzma"),
        (b"\xff\xfea\0 \0", "UTF-16"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
        (b"<!DOCTYPE html>\n<html>", "a web page"),
        (b'{"the": [0.5, 1.0]}', "JSON"),
        (struct.pack("<Q", 40) + b'{"a":{"dtype":"F32"}}', "a tensor file (.safetensors)"),
        (np.random.default_rng(1).normal(size=400).astype("<f8").tobytes(), "bare numbers of float64"),
        (np.random.default_rng(1).normal(size=400).astype("<f4").tobytes(), "bare numbers of float32"),
        (b"\x2f\x4f\x16\xba\0\0\0\x0c" + bytes(90), "a fastText model in the wrong byte order"),
        (zipped(("a/data.pkl", b"x")), "a PyTorch file"),
    ],
)
def test_all_commands_give_a_file_the_same_name(content: bytes, name: str, tmp_path: Path, wordvec: Call) -> None:
    path = file_of(tmp_path, content, "a.bin")
    commands = (["info", path], ["check", path], ["nearest", path, "river"], ["convert", path, tmp_path / "b.vec"])
    said = {wordvec(*command).err for command in commands}
    assert len(said) == 1
    assert said.pop().startswith(f"wordvec: {path}: {name}")


def test_big_endian_numbers_are_refused_with_a_way_out(tmp_path: Path, wordvec: Call) -> None:
    rows = np.random.default_rng(1).normal(size=(3, 40))
    pairs = zip((b"river", b"house", b"tea"), rows.astype(">f4"), strict=True)
    path = file_of(tmp_path, b"3 40\n" + b"".join(word + b" " + row.tobytes() for word, row in pairs), "a.bin")
    assert "numbers in the wrong byte order (most significant byte first); `wordvec check" in message(path)
    assert wordvec("check", path, "--repair", tmp_path / "b.bin").code == 0
    np.testing.assert_allclose(formats.load(tmp_path / "b.bin").matrix, rows, rtol=1e-6)


def test_a_newline_among_the_first_numbers_bytes_does_not_make_a_text(tmp_path: Path) -> None:
    content = b"1 2\nriver \n\0\x80\x3f" + struct.pack("<f", 2)
    np.testing.assert_array_equal(formats.load(file_of(tmp_path, content, "a.bin")).matrix[:, 1], [2])
    large = b"2000 2\n" + content[4:] + b"".join(b"word%d \n\0\x80\x3f\0\0\0\x40" % row for row in range(1999))
    assert len(formats.load(file_of(tmp_path, large, "b.bin")).words) == 2000


def test_a_text_whose_first_row_lacks_its_numbers_stays_a_text(tmp_path: Path) -> None:
    path = file_of(tmp_path, "2 2\nriver \nnaïve 1 2\n".encode(), "a.vec")
    assert message(path).startswith("a.vec, line 2: 0 fields after 'river'")
