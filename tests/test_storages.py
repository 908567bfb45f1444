"""Rows of float16, int8 and product quantisation, tiers and shared rows: bounds, twins, folders, and use."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given
from hypothesis import strategies as st

from wordvec import Vectors, search
from wordvec.codecs import Bits, Codebooks, Coded, Float16, Int8, ProductQuantised, Shared, Tiered
from wordvec.codecs.product import Nearest, lanes_of, spans_of
from wordvec.errors import InputError, SettingsError
from wordvec.kernels import codebooks, quantised
from wordvec.search.products import products_of
from wordvec.subwords import Subwords


def random_rows(rows: int, dim: int, seed: int = 1, zeros: tuple[int, ...] = ()) -> np.ndarray:
    matrix = np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)
    matrix[list(zeros)] = 0
    return matrix


def random_books(dim: int, parts: int, centroids: int = 256, rotated: bool = False, seed: int = 3) -> Codebooks:
    draw = np.random.default_rng(seed)
    rotation = np.linalg.qr(draw.normal(size=(dim, dim)))[0].astype(np.float32) if rotated else None
    return Codebooks((draw.normal(size=(centroids, dim)) / np.sqrt(dim)).astype(np.float32), parts, rotation)


def all_storages(matrix: np.ndarray) -> dict[str, Coded]:
    dim = matrix.shape[1]
    product = ProductQuantised.encode(matrix, random_books(dim, max(1, dim // 3), rotated=True))
    first = len(matrix) // 3
    return {
        "float16": Float16.encode(matrix),
        "int8": Int8.encode(matrix),
        "bits": Bits.encode(matrix),
        "pq": product,
        "tiered": Tiered([Int8.encode(matrix[:first]), product.take(slice(first, None))]),
        "shared": Shared(Int8.encode(matrix[: first + 1]), np.arange(len(matrix)) % (first + 1)),
    }


@given(
    rows=st.integers(1, 6), dim=st.integers(1, 9), power=st.integers(-40, 37), spread=st.integers(0, 6),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_errors_of_float16_and_int8_are_within_their_bounds(
    rows: int, dim: int, power: int, spread: int, seed: int
) -> None:
    matrix = random_rows(rows, dim, seed).clip(-5, 5) * np.float32(10.0) ** power
    matrix *= (10.0 ** -np.random.default_rng(seed).integers(0, spread + 1, (rows, 1))).astype(np.float32)
    matrix[0] = 0
    exact = matrix.astype(np.float64)
    half, small = Float16.encode(matrix), Int8.encode(matrix)
    unit = 2.0**half.exponent
    bound = np.where(np.abs(exact) >= unit * 2.0**-14, 2.0**-11 * np.abs(exact), unit * 2.0**-25)
    assert (np.abs(half.decode() - exact) <= bound * (1 + 1e-6)).all()
    assert (np.abs(small.decode() - exact) <= small.scales[:, None] / 2 * (1 + 1e-5)).all()
    largest = np.abs(exact).max(axis=1)
    assert (small.scales <= largest / 127 * (1 + 1e-6) + 2 * np.finfo(np.float32).smallest_subnormal).all()
    for coded in (half, small):
        assert (coded.present == matrix.any(axis=1)).all()


def test_float16_keeps_the_exponent_zero_for_usual_numbers_and_refuses_rows_that_would_vanish() -> None:
    usual = Float16.encode(random_rows(5, 4))
    assert (usual.exponent, usual.written()[0]) == (0, {})
    assert (usual.decode() == random_rows(5, 4).astype(np.float16)).all()
    with pytest.raises(SettingsError, match="row 2 is too small beside the largest"):
        Float16.encode(np.array([[1000, 1], [1e-9, 0]], np.float32))
    assert Int8.encode(np.array([[1000, 1], [1e-45, 0]], np.float32)).present.all()


@pytest.mark.parametrize(("number", "width"), [(1, 1), (16, 3), (37, 2), (256, 7)])
def test_the_assignment_kernel_finds_the_nearest_centroids_of_its_twin(number: int, width: int) -> None:
    points, centroids = random_rows(50, width), random_rows(number, width, 2)
    centroids[number // 2] = centroids[0]  # of equal ones the first
    codes, scores = np.empty(50, np.uint8), np.empty(50, np.float32)
    codebooks.assign(points.reshape(-1), width, lanes_of(centroids), np.empty(32, np.float32), codes, scores)
    distances = np.square(points[:, None].astype(np.float64) - centroids[None]).sum(axis=2)
    assert codes.tolist() == distances.argmin(axis=1).tolist()
    np.testing.assert_allclose(np.square(points).sum(axis=1) - 2 * scores, distances.min(axis=1), atol=1e-4)
    sums, counts = np.ones(number * width), np.zeros(number, np.int64)
    codebooks.add_up(points.reshape(-1), width, codes, sums, counts)
    assert (counts == np.bincount(codes, minlength=number)).all()
    expected = np.array([points[codes == code].sum(axis=0, dtype=np.float64) for code in range(number)])
    np.testing.assert_allclose(sums.reshape(number, width), expected + 1)


@pytest.mark.parametrize(("rows", "parts"), [(1, 1), (7, 3), (9, 5)])
def test_the_products_kernel_adds_entries_of_tables_as_its_twin(rows: int, parts: int) -> None:
    draw = np.random.default_rng(0)
    codes, tables = draw.integers(0, 256, (rows, parts), dtype=np.uint8), draw.normal(size=(2, parts, 256))
    block = np.full(2 * 16, -7, np.float32)
    quantised.products(tables.astype(np.float32).reshape(-1), parts, codes.reshape(-1), block, 16)
    expected = [[sum(table[part, code] for part, code in enumerate(row)) for row in codes] for table in tables]
    np.testing.assert_allclose(block.reshape(2, 16)[:, :rows], expected, atol=1e-5)
    assert (block.reshape(2, 16)[:, rows:] == -7).all()


@pytest.mark.parametrize("queries", [1, 5, 30])
@given(rows=st.integers(1, 40), begin=st.integers(0, 39), spare=st.integers(0, 3))
def test_products_with_rows_of_any_storage_are_those_of_decoded_rows(
    queries: int, rows: int, begin: int, spare: int
) -> None:
    asked, span = random_rows(queries, 7, seed=1), slice(min(begin, rows - 1), rows)
    width = span.stop - span.start + spare
    for coded in all_storages(random_rows(rows, 7)).values():
        products, block = products_of(asked, coded), np.full(queries * width, 9, np.float32)
        products.write(slice(0, queries), span, block, width)
        found = block.reshape(queries, width)
        np.testing.assert_allclose(found[:, : width - spare], asked @ coded[span].T, rtol=1e-4, atol=1e-5)
        assert (found[:, width - spare :] == 9).all()
        part = np.empty(queries * width, np.float32)
        products.write(slice(queries - 1, queries), span, part[:width], width)
        np.testing.assert_allclose(part[: width - spare], found[-1, : width - spare], rtol=1e-4, atol=1e-5)


@given(
    rows=st.integers(0, 7), dim=st.integers(1, 11), parts=st.integers(1, 11), centroids=st.integers(1, 256),
    rotated=st.booleans(), zeros=st.sets(st.integers(0, 6)), seed=st.integers(0, 99),
)  # fmt: skip
def test_product_quantisation_decodes_as_its_twin(
    rows: int, dim: int, parts: int, centroids: int, rotated: bool, zeros: set[int], seed: int
) -> None:
    matrix = random_rows(rows, dim, seed, tuple(row for row in zeros if row < rows))
    books = random_books(dim, min(parts, dim), centroids, rotated, seed)
    coded = ProductQuantised.encode(matrix, books)
    spans = spans_of(dim, books.parts)
    assert [d for span in spans for d in range(dim)[span]] == list(range(dim))
    rotation = np.eye(dim) if books.rotation is None else books.rotation
    for row in range(rows):
        lengths = np.linalg.norm(matrix[row])
        turned = matrix[row] / (lengths or 1) @ rotation
        found = np.concatenate([
            min(books.centroids[:, span], key=lambda one, span=span: np.square(turned[span] - one).sum())
            for span in spans
        ])  # fmt: skip
        direction = found @ rotation.T
        fit = float(direction @ (matrix[row] / (lengths or 1)) / np.square(direction).sum())
        expected = direction * lengths * (fit if fit > 0 else 1)
        np.testing.assert_allclose(coded[row], expected, atol=2e-3 * (lengths + np.abs(expected).max()))
    assert (coded.present == matrix.any(axis=1)).all()
    decoded = coded.decode()
    np.testing.assert_allclose(coded.lengths, [np.linalg.norm(row) or 1 for row in decoded], rtol=1e-3)
    queries = random_rows(2, dim, seed + 1)
    if rows:
        found = search.best(queries, coded, rows)
        scores = np.take_along_axis(queries @ decoded.T, found.rows, axis=1)
        np.testing.assert_allclose(found.scores, scores, atol=1e-4 * max(1, np.abs(scores).max()))


def test_rows_are_encoded_alike_by_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    from wordvec import rows

    monkeypatch.setattr(rows.blocks, "__defaults__", (7,))
    matrix, books = random_rows(40, 6), random_books(6, 2)
    one, two = (ProductQuantised.encode(matrix, books, threads) for threads in (1, 2))
    assert one.codes.tobytes() == two.codes.tobytes()
    assert one.stored_scales.tobytes() == two.stored_scales.tobytes()
    assert (Nearest(books).find(one[:] / np.linalg.norm(one[:], axis=1, keepdims=True))[0] == one.codes).mean() > 0.9


@pytest.mark.parametrize("storage", ["float16", "int8", "bits", "pq", "tiered", "shared"])
def test_vectors_of_each_storage_behave_as_those_of_their_decoded_rows(tmp_path: Path, storage: str) -> None:
    coded = all_storages(random_rows(90, 10, zeros=(7, 50)))[storage]
    words, counts = [f"w{row}" for row in range(90)], np.arange(90, 0, -1)
    Vectors(words, coded, counts).save(tmp_path / "a.vectors")
    read, plain = Vectors.load(tmp_path / "a.vectors"), Vectors(words, coded.decode(), counts)
    assert read.coded is not None
    assert (read.coded.storage, read.counts.dtype, read.counts.tolist()) == (storage, np.int64, counts.tolist())
    assert (read.present == plain.present).all()
    np.testing.assert_allclose(read["w5"], plain["w5"], atol=1e-6)
    assert not read.covers("w7")
    for query in ("w1", ["w1", "w60"], plain.matrix[8:34]):
        found, expected = read.nearest(query, 90), plain.nearest(query, 90)
        for mine, theirs in zip(
            *((one if isinstance(one[0], list) else [one]) for one in (found, expected)), strict=True
        ):
            assert dict(mine) == pytest.approx(dict(theirs), abs=1e-5)
    assert dict(read.analogy("w1", "w2", "w3", 90)) == pytest.approx(
        dict(plain.analogy("w1", "w2", "w3", 90)), abs=1e-5
    )
    near = read.nearest("w1", 3, among=["w2", "w30", "w31", "w1"])
    assert dict(near) == pytest.approx(dict(plain.nearest("w1", 3, among=["w2", "w30", "w31", "w1"])), abs=1e-5)
    chosen = ["w70", "w2", "w89"]
    some = read.subset(chosen)
    np.testing.assert_allclose(some.matrix, plain.subset(chosen).matrix, atol=1e-6)
    assert "matrix" not in vars(read)  # nothing so far has decoded all rows
    some.save(tmp_path / "b.vectors")
    assert (Vectors.load(tmp_path / "b.vectors").matrix == some.matrix).all()
    for rows in (slice(20, 40), slice(0, 0), slice(None, None, 7), np.array([5, 80, -1, 5])):
        np.testing.assert_allclose(coded[rows], plain.matrix[rows], atol=1e-6)
    np.testing.assert_allclose(Vectors.load(tmp_path / "a.vectors", limit=41).matrix, plain.matrix[:41], atol=1e-6)
    plain.save(tmp_path / "c.vectors")
    some.save(tmp_path / "c.vectors", overwrite=True)
    read.save(tmp_path / "c.vectors", overwrite=True)
    for file in (tmp_path / "a.vectors").iterdir():
        assert file.read_bytes() == (tmp_path / "c.vectors" / file.name).read_bytes()
    read.save(tmp_path / "d.npz")
    assert (Vectors.load(tmp_path / "d.npz").matrix == plain.matrix).all()


@pytest.mark.parametrize("storage", ["float16", "int8", "pq"])
def test_n_grams_in_codes_compose_the_vectors_of_their_decoded_rows(tmp_path: Path, storage: str) -> None:
    table = all_storages(random_rows(40, 8, 5))[storage]
    vectors = Vectors(["river", "lake"], Int8.encode(random_rows(2, 8)), subwords=Subwords(table, 3, 5))  # type: ignore[arg-type]
    vectors.save(tmp_path / "a.vectors")
    read = Vectors.load(tmp_path / "a.vectors")
    plain = Vectors(read.words, read.matrix, subwords=Subwords(table.decode(), 3, 5))
    np.testing.assert_allclose(read["rivers"], plain["rivers"], rtol=1e-6)
    assert read.nearest("rivers", 1)[0][0] == plain.nearest("rivers", 1)[0][0]
    assert read.explain("rivers", 1).rows[0]["rows"] == plain.explain("rivers", 1).rows[0]["rows"]
    read.save(tmp_path / "a.vectors", overwrite=True)
    read.save(tmp_path / "a.fasttext.bin")
    np.testing.assert_allclose(Vectors.load(tmp_path / "a.fasttext.bin")["lakes"], plain["lakes"], atol=1e-6)


@pytest.mark.parametrize(
    ("storage", "name", "change", "message"),
    [
        ("pq", "codebooks.npy", lambda array: array * np.float32(np.nan), "not finite"),
        ("pq", "codebooks.npy", lambda array: array[:-1], "not float32 of"),
        ("pq", "rotation.npy", lambda array: array / np.float32(0), "not finite"),
        ("pq", "scales.npy", lambda array: -array, "negative"),
        ("pq", "codes.npy", lambda array: array[:, :-1], "not uint8 of"),
        ("pq", "codes.npy", lambda array: array | 255, "a code 255 where there are 200 centroids"),
        ("int8", "scales.npy", lambda array: array * np.float32(np.inf), "not finite"),
        ("int8", "codes.npy", lambda array: array.astype(np.int16), "not int8 of"),
        ("float16", "codes.npy", lambda array: array.astype(np.float32), "not float16 of"),
        ("tiered", "tier1-codes.npy", lambda array: array[1:], "not int8 of"),
        ("shared", "numbers.npy", lambda array: array + 60, "where there are"),
        ("shared", "numbers.npy", lambda array: array.astype(np.int64), "not uint16 of"),
        ("int8", "counts.npy", lambda array: array.astype(np.int16), "holds int16"),
    ],
)
def test_damaged_codes_are_refused(
    tmp_path: Path, storage: str, name: str, change: Callable[[np.ndarray], np.ndarray], message: str
) -> None:
    matrix = random_rows(90, 6, zeros=(3,))
    coded = all_storages(matrix)[storage]
    if storage == "pq":
        coded = ProductQuantised.encode(matrix, random_books(6, 2, 200, rotated=True))
    folder = tmp_path / "a.vectors"
    Vectors([f"w{row}" for row in range(90)], coded, np.arange(90)).save(folder)
    with np.errstate(all="ignore"):
        np.save(folder / name, change(np.load(folder / name)))
    with pytest.raises(InputError, match=message):
        Vectors.load(folder)


@pytest.mark.parametrize(
    ("storage", "setting", "message"),
    [
        ("pq", {"parts": 7}, "7 parts of"),
        ("pq", {"parts": True}, "True parts of"),
        ("pq", {"centroids": 257}, "257 centroids"),
        ("pq", {"exponent": "2"}, "exponent: 2"),
        ("pq", {"rotated": 1}, "rotated: 1"),
        ("float16", {"exponent": 999}, "exponent: 999"),
        ("tiered", {"tiers": []}, "a list of 1 to"),
        ("tiered", {"tiers": [{"codec": "int8", "rows": 30}]}, "tiers of 30 rows, not 90"),
        ("tiered", {"tiers": [{"codec": "shared", "rows": 90}]}, "90 rows of shared"),
        ("shared", {"own": {"codec": "int8", "rows": -1}}, "-1 rows of int8"),
        ("shared", {"own": None}, "damaged"),
    ],
)
def test_damaged_settings_of_codes_are_refused(
    tmp_path: Path, storage: str, setting: dict[str, object], message: str
) -> None:
    folder = tmp_path / "a.vectors"
    Vectors([f"w{row}" for row in range(90)], all_storages(random_rows(90, 6))[storage]).save(folder)
    about = json.loads((folder / "wordvec.json").read_text())
    about["storage"] |= setting
    (folder / "wordvec.json").write_text(json.dumps(about))
    with pytest.raises(InputError, match=message):
        Vectors.load(folder)


def test_convert_writes_rows_and_n_grams_of_int8_and_float16(wordvec: Call, tmp_path: Path) -> None:
    matrix = random_rows(12, 6, zeros=(4,))
    table = Subwords(random_rows(20, 6, 2), 3, 4)
    Vectors([f"word{row}" for row in range(12)], matrix, subwords=table).save(tmp_path / "a.vectors")
    for storage, coded in (("int8", Int8), ("float16", Float16)):
        target = tmp_path / f"{storage}.vectors"
        assert wordvec("convert", tmp_path / "a.vectors", target, "--storage", storage).code == 0
        read = Vectors.load(target)
        assert (read.matrix == coded.encode(matrix).decode()).all()
        np.testing.assert_allclose(read["wordy"], Vectors.load(tmp_path / "a.vectors")["wordy"], atol=0.02)
        info = json.loads(wordvec("info", target, "--json").out)
        assert (info["storage"], info["without_vector"], info["ngrams"]["rows"]) == (storage, 1, 20)
        assert wordvec("convert", target, tmp_path / f"{storage}.vec").code == 0
    matrix[5] = 1e-12
    Vectors([f"word{row}" for row in range(12)], matrix).save(tmp_path / "b.vectors")
    done = wordvec("convert", tmp_path / "b.vectors", tmp_path / "c.vectors", "--storage", "float16")
    assert done.code != 0
    assert done.err.count("\n") == 1
    assert "--storage: " in done.err or "--storage float16" in done.err


def test_the_reader_of_the_guide_needs_only_numpy_and_reads_every_simple_storage(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[1] / "examples/guides/compression.md").read_text(encoding="utf-8")
    program = re.findall(r"^```python\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)[0]
    assert len(program.splitlines()) <= 60
    assert "wordvec import" not in program
    names: dict[str, Any] = {}
    exec(program, names)
    matrix = random_rows(70, 10, zeros=(7,))
    words = [f"w{row}" for row in range(70)]
    storages: dict[str, Any] = {name: all_storages(matrix)[name] for name in ("float16", "int8", "bits", "pq")}
    storages["float32"] = matrix
    storages["pq of small numbers"] = ProductQuantised.encode(matrix * np.float32(1e-9), random_books(10, 3))
    storages["float16 of large numbers"] = Float16.encode(matrix * np.float32(1e9))
    for name, rows in storages.items():
        vectors = Vectors(words, rows)
        vectors.save(tmp_path / f"{name}.vectors")
        small = names["Small"](tmp_path / f"{name}.vectors")
        np.testing.assert_allclose(small.decode(np.arange(70)), vectors.matrix, rtol=1e-5, atol=1e-12)
        found = vectors.nearest("w1", 70)
        assert dict(small.nearest("w1", 70)) | {"w7": 0} == pytest.approx(dict(found) | {"w7": 0}, abs=1e-5)
