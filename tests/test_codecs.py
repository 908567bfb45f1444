"""Codes of bits: encoding, the folder with the storage bits, search by Hamming distance, and re-ranking."""

import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given
from hypothesis import strategies as st

from wordvec import Vectors, codecs, search
from wordvec.cli.commands import convert
from wordvec.codecs import Bits
from wordvec.errors import InputError, SettingsError
from wordvec.kernels import hamming
from wordvec.search.codes import best_codes, reranked


def random_rows(rows: int, dim: int, seed: int = 1, zeros: tuple[int, ...] = ()) -> np.ndarray:
    matrix = np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)
    matrix[list(zeros)] = 0
    return matrix


def signs(matrix: np.ndarray) -> np.ndarray:
    found = np.where(matrix >= 0, 1, -1).astype(np.float32)
    found[~matrix.any(axis=1)] = 0
    return found


def vectors_of(matrix: np.ndarray) -> Vectors:
    return Vectors([f"w{row}" for row in range(len(matrix))], matrix, counts=np.arange(len(matrix), 0, -1))


@given(rows=st.integers(0, 9), dim=st.integers(1, 140), zeros=st.sets(st.integers(0, 8)), seed=st.integers(0, 99))
def test_bits_decode_to_the_signs_of_any_matrix(rows: int, dim: int, zeros: set[int], seed: int) -> None:
    matrix = random_rows(rows, dim, seed, tuple(row for row in zeros if row < rows))
    coded, expected = Bits.encode(matrix), signs(matrix)
    assert coded.codes.shape == (rows, -(-dim // 8))
    assert (coded.decode() == expected).all()
    assert (coded.present == expected.any(axis=1)).all()
    np.testing.assert_allclose(coded.lengths, np.where(coded.present, np.linalg.norm(expected, axis=1), 1))
    plain = 2.0 * np.unpackbits(coded.codes, axis=1, count=dim, bitorder="little") - 1
    assert (plain[coded.present] == expected[coded.present]).all()
    assert (Bits.encode(coded.decode()).codes == coded.codes).all()
    for chosen in (slice(1, 5), slice(None, None, 2), slice(7, 2)):
        assert (coded[chosen] == expected[chosen]).all()
    if rows:
        picked = np.array([rows - 1, 0, -1, 0])
        assert (coded[picked] == expected[picked]).all()
        assert (coded[-1] == expected[-1]).all()


def test_zero_counts_as_positive_and_only_whole_rows_of_zeros_are_absent() -> None:
    coded = Bits.encode(np.array([[0, -1, 2], [0, 0, 0], [-0.0, 0, -3]], np.float32))
    assert coded.decode().tolist() == [[1, -1, 1], [0, 0, 0], [1, 1, -1]]
    assert coded.absent.tolist() == [1]


@pytest.mark.parametrize("bits", [7, 32, 64, 100, 128, 192, 300])
def test_products_of_codes_are_those_of_their_rows(bits: int) -> None:
    rows, asked = random_rows(37, bits), random_rows(5, bits, 2)
    codes, queries = Bits.encode(rows), Bits.encode(asked)
    block = np.full(5 * 48, -7, np.float32)
    words = -(-bits // 64)
    hamming.products(queries.words().reshape(-1), codes.words().reshape(-1), words, bits, block, 48)
    assert (block.reshape(5, 48)[:, :37] == signs(asked) @ signs(rows).T).all()
    assert (block.reshape(5, 48)[:, 37:] == -7).all()


@given(
    rows=st.integers(1, 60), asked=st.integers(1, 7), bits=st.integers(1, 70), k=st.integers(1, 70),
    zeros=st.sets(st.integers(0, 59)), seed=st.integers(0, 99),
)  # fmt: skip
def test_the_best_codes_are_those_of_a_stable_sort(
    rows: int, asked: int, bits: int, k: int, zeros: set[int], seed: int
) -> None:
    matrix = random_rows(rows, bits, seed, tuple(row for row in zeros if row < rows))
    queries = random_rows(asked, bits, seed + 100, (0,) if seed % 3 == 0 else ())
    found = best_codes(Bits.encode(queries), Bits.encode(matrix), k)
    there = np.flatnonzero(matrix.any(axis=1))
    cosines = (signs(queries) @ signs(matrix).T / np.float32(bits))[:, there]
    for query in range(asked):
        expected = np.argsort(-cosines[query], kind="stable")[:k] if queries[query].any() else []
        number = len(expected)
        assert found.rows[query, :number].tolist() == there[expected].tolist()
        np.testing.assert_allclose(found.scores[query, :number], cosines[query, expected], rtol=1e-6)
        assert (found.rows[query, number:] == -1).all()
        assert np.isneginf(found.scores[query, number:]).all()


def test_ties_come_in_the_order_of_rows_with_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_WORTH_A_THREAD", 1)
    monkeypatch.setattr(search, "_ROWS_AT_LEAST", 32)
    codes = Bits(np.random.default_rng(0).integers(0, 4, (3000, 1), dtype=np.uint8), 8)
    queries = codes.take(np.arange(9))
    one = best_codes(queries, codes, 900, threads=1)
    assert (np.diff(one.rows, axis=1)[np.diff(one.scores, axis=1) == 0] > 0).all()
    for threads in (2, 3):
        assert (best_codes(queries, codes, 900, threads=threads).rows == one.rows).all()


def test_codes_of_different_lengths_are_not_compared() -> None:
    with pytest.raises(SettingsError, match="64 bits and codes of 32"):
        best_codes(Bits.encode(random_rows(2, 64)), Bits.encode(random_rows(2, 32)), 1)
    with pytest.raises(SettingsError, match="must be at least 1"):
        best_codes(Bits.encode(random_rows(2, 64)), Bits.encode(random_rows(2, 64)), 0)


def test_reranking_orders_the_candidates_by_cosine() -> None:
    matrix, queries = random_rows(40, 12, zeros=(3,)), random_rows(4, 12, 5)
    candidates = np.stack([np.random.default_rng(n).permutation(40)[:9] for n in range(4)])
    candidates[0, 4], candidates[1, 0] = -1, 3
    found = reranked(queries, matrix, candidates, 10)
    unit = matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
    cosines = queries / np.linalg.norm(queries, axis=1, keepdims=True) @ unit.T
    for query in range(4):
        near = [row for row in candidates[query] if row >= 0 and row != 3]
        expected = sorted(near, key=lambda row: -cosines[query, row])
        assert found.rows[query, : len(near)].tolist() == expected
        assert (found.rows[query, len(near) :] == -1).all()
        np.testing.assert_allclose(found.scores[query, : len(near)], cosines[query, expected], atol=1e-6)


def test_a_folder_of_bits_is_read_as_signs_and_searched_without_decoding(tmp_path: Path) -> None:
    matrix = random_rows(50, 40, zeros=(7, 49))
    plain = vectors_of(signs(matrix))
    coded = Vectors(plain.words, Bits.encode(matrix), plain.counts)
    coded.save(tmp_path / "a.vectors")
    names = {path.name for path in (tmp_path / "a.vectors").iterdir()}
    assert names == {"absent.npy", "codes.npy", "counts.npy", "wordvec.json", "words.txt"}
    read = Vectors.load(tmp_path / "a.vectors")
    assert (read.dim, len(read)) == (40, 50)
    assert read.counts is not None
    assert read.counts.tolist() == list(range(50, 0, -1))
    expected = plain.nearest(["w1", "w30"], 50)
    found = read.nearest(["w1", "w30"], 50)
    for mine, theirs in zip(found, expected, strict=True):
        assert dict(mine) == pytest.approx(dict(theirs), abs=1e-6)
        assert [cosine for _, cosine in mine] == sorted((cosine for _, cosine in mine), reverse=True)
    assert dict(read.nearest("w1", 5, among=["w2", "w30", "w31", "w1"])).keys() == {"w2", "w30", "w31"}
    summed = read.nearest(positive=["w1", "w2"], negative=["w3"], n=4)
    floats = plain.nearest(positive=["w1", "w2"], negative=["w3"], n=4)
    assert dict(summed) == pytest.approx(dict(floats))
    assert read.similarity("w1", "w2") == pytest.approx(plain.similarity("w1", "w2"))
    assert (read["w5"] == plain["w5"]).all()
    assert not read.covers("w7")
    assert (read.subset(["w9", "w8"]).matrix == plain.subset(["w9", "w8"]).matrix).all()
    assert "matrix" not in vars(read)  # nothing so far has decoded all rows
    assert (read.matrix == plain.matrix).all()
    read.save(tmp_path / "b.vectors")
    for name in ("codes.npy", "absent.npy"):
        assert (tmp_path / "a.vectors" / name).read_bytes() == (tmp_path / "b.vectors" / name).read_bytes()
    first = Vectors.load(tmp_path / "a.vectors", limit=8)
    assert (first.matrix == plain.matrix[:8]).all()
    for path in ("c.vec", "c.npz", "c.bin"):
        read.save(tmp_path / path)
        assert (Vectors.load(tmp_path / path).matrix == plain.matrix).all()


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("codes.npy", lambda path: path.write_bytes(path.read_bytes()[:-1]), "the header says"),
        ("codes.npy", lambda path: np.save(path, np.zeros((50, 9), np.uint8)), "not uint8 of"),
        ("codes.npy", lambda path: np.save(path, np.zeros((50, 5))), "not uint8 of"),
        ("absent.npy", lambda path: np.save(path, np.array([49, 7])), "do not rise"),
        ("absent.npy", lambda path: np.save(path, np.array([7, 50])), "do not rise"),
        ("absent.npy", lambda path: path.unlink(), "cannot be read"),
        ("wordvec.json", lambda path: altered(path, {"codec": "bytes"}), "bytes is not known"),
        ("wordvec.json", lambda path: altered(path, {"codec": "bits", "absent": 51}), "absent: 51"),
        ("wordvec.json", lambda path: altered(path, {"codec": "bits", "absent": "7"}), "absent: 7"),
        ("wordvec.json", lambda path: altered(path, {"bits": 40}), "codec"),
        ("wordvec.json", lambda path: altered(path, None), "matrix.npy"),
    ],
)
def test_a_damaged_folder_of_bits_is_refused(tmp_path: Path, name: str, change: object, message: str) -> None:
    matrix = random_rows(50, 40, zeros=(7, 49))
    Vectors([f"w{row}" for row in range(50)], Bits.encode(matrix)).save(tmp_path / "a.vectors")
    assert callable(change)
    change(tmp_path / "a.vectors" / name)
    with pytest.raises(InputError, match=message):
        Vectors.load(tmp_path / "a.vectors")


def altered(path: Path, storage: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | {"storage": storage}))


def test_the_command_line_offers_all_storages() -> None:
    assert tuple(convert.STORAGES) == codecs.STORAGES


def test_convert_writes_sign_bits_of_any_vectors_and_reads_them_back(wordvec: Call, tmp_path: Path) -> None:
    matrix = random_rows(30, 20, zeros=(4,))
    vectors_of(matrix).save(tmp_path / "a.vec")
    assert wordvec("convert", tmp_path / "a.vec", tmp_path / "b.vectors", "--storage", "bits").code == 0
    coded = Vectors.load(tmp_path / "b.vectors")
    assert coded.coded is not None
    assert (coded.matrix == signs(matrix)).all()
    assert coded.metadata["history"][-1]["storage"] == "bits"
    assert wordvec("convert", tmp_path / "b.vectors", tmp_path / "c.vec").code == 0
    assert (Vectors.load(tmp_path / "c.vec").matrix == signs(matrix)).all()
    assert wordvec("convert", tmp_path / "b.vectors", tmp_path / "d.vectors", "--unit").code == 0
    plain = Vectors.load(tmp_path / "d.vectors")
    assert plain.coded is None
    np.testing.assert_allclose(plain.matrix, signs(matrix) / np.sqrt(20), rtol=1e-6)
    done = wordvec("convert", tmp_path / "a.vec", tmp_path / "e.npz", "--storage", "bits")
    assert done.code != 0
    assert "--storage" in done.err
    assert ".vectors" in done.err
    assert done.err.count("\n") == 1
    info = json.loads(wordvec("info", tmp_path / "b.vectors", "--json").out)
    assert (info["storage"], info["without_vector"], info["dim"]) == ("bits", 1, 20)
    near = wordvec("nearest", tmp_path / "b.vectors", "w1", "-n", "3")
    assert near.code == 0
    assert len(near.out.splitlines()) == 3


def test_subwords_and_contexts_are_left_out_of_bits_with_a_note(wordvec: Call, tmp_path: Path) -> None:
    vectors = vectors_of(random_rows(6, 16))
    vectors.contexts = vectors_of(random_rows(6, 16, 2))
    vectors.save(tmp_path / "a.vectors")
    done = wordvec("convert", tmp_path / "a.vectors", tmp_path / "b.vectors", "--storage", "bits")
    assert done.code == 0
    assert "output matrix" in done.err
    assert not (tmp_path / "b.vectors" / "contexts.npy").exists()


def test_nearest_by_codes_ranks_candidates_by_their_vectors(wordvec: Call, tmp_path: Path) -> None:
    matrix = random_rows(80, 16, zeros=(5,))
    vectors = vectors_of(matrix)
    codes = Vectors(vectors.words, Bits.encode(matrix))
    whole = vectors.nearest_by_codes(["w1", "w9"], codes, 6, candidates=80)
    for mine, exact in zip(whole, vectors.nearest(["w1", "w9"], 6), strict=True):
        assert [word for word, _ in mine] == [word for word, _ in exact]
        assert dict(mine) == pytest.approx(dict(exact), abs=1e-6)
    (few,) = vectors.nearest_by_codes("w1", codes, 3, candidates=4)
    distances = (signs(matrix) != signs(matrix)[1]).sum(axis=1)
    distances[5] = 99
    nearest = set(np.argsort(distances, kind="stable")[:5].tolist())
    assert {int(word[1:]) for word, _ in few} < nearest
    vectors.save(tmp_path / "a.vectors")
    codes.save(tmp_path / "a.codes.vectors")
    done = wordvec("nearest", tmp_path / "a.vectors", "w1", "-n", "3", "--codes", tmp_path / "a.codes.vectors",
                   "--candidates", "4")  # fmt: skip
    assert [line.split("\t")[1] for line in done.out.splitlines()] == [word for word, _ in few]


def test_codes_that_do_not_fit_are_refused(wordvec: Call, tmp_path: Path) -> None:
    vectors = vectors_of(random_rows(9, 8))
    codes = Vectors(vectors.words[::-1], Bits.encode(vectors.matrix))
    with pytest.raises(SettingsError, match="not stored as bits"):
        vectors.nearest_by_codes("w1", vectors, 2)
    with pytest.raises(SettingsError, match="not those of the vectors"):
        vectors.nearest_by_codes("w1", codes, 2)
    with pytest.raises(SettingsError, match="at least the number of answers, 3"):
        vectors.nearest_by_codes("w1", Vectors(vectors.words, Bits.encode(vectors.matrix)), 3, candidates=2)
    vectors.save(tmp_path / "a.vectors")
    for options, message in (
        (["--codes", tmp_path / "a.vectors"], "--codes: not stored as bits"),
        (["--candidates", "9"], "needs --codes"),
        (["--codes", tmp_path / "a.vectors", "--minus", "w2"], "leave out"),
    ):
        done = wordvec("nearest", tmp_path / "a.vectors", "w1", *options)
        assert done.code != 0
        assert message in done.err
