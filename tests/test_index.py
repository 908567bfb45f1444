"""The index of a .vectors folder: recall, answers, files, refusals, and the commands."""

import ast
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call, files_in

import wordvec as wordvec_package
from wordvec import Vectors
from wordvec.codecs import ProductQuantised
from wordvec.compression import Compression, compress
from wordvec.compression.codebooks import fit
from wordvec.errors import InputError, Interrupted, MemoryLimitError, OutputError, SettingsError
from wordvec.search import index_building, mapped_rows, tuning
from wordvec.search.index import Effort
from wordvec.search.index_building import IndexBuilder
from wordvec.search.index_path import path_beside
from wordvec.search.mapped_rows import prefetch
from wordvec.workers import StopFlag

WORDS, DIM, ZERO = 700, 20, 7
SEARCHES = ("nearest", "analogy", "analogies", "most_similar_to")


def clustered(rows: int = WORDS, dim: int = DIM, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    centres = random.normal(size=(12, dim))
    return (centres[random.integers(12, size=rows)] + 0.6 * random.normal(size=(rows, dim))).astype(np.float32)


def saved(path: Path, matrix: np.ndarray) -> Path:
    Vectors([f"w{row}" for row in range(len(matrix))], matrix).save(path, overwrite=True)
    return path


@pytest.fixture(scope="module", autouse=True)
def small_samples() -> Iterator[None]:
    """Measure recall on fewer words, which takes most of the time of a small index."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tuning, "SAMPLED", 50)
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    matrix = clustered()
    matrix[ZERO] = 0
    matrix[20] = matrix[10]
    path = saved(tmp_path_factory.mktemp("index") / "a.vectors", matrix)
    IndexBuilder(threads=2).build(path)
    return path


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the vectors and of their index, whose times differ."""
    for source in (built, path_beside(built)):
        shutil.copytree(source, tmp_path / source.name, copy_function=shutil.copy)
    return tmp_path / built.name


def test_answers_are_those_of_the_exact_search_up_to_the_recall(built: Path) -> None:
    vectors = Vectors.load(built)
    assert vectors.index is not None
    assert vectors.index.recall.words >= 0.99
    words = [word for word in vectors.words if word != f"w{ZERO}"]
    found, exact = vectors.nearest(words), vectors.nearest(words, exact=True)
    shares = [len(dict(a).keys() & dict(b).keys()) / 10 for a, b in zip(found, exact, strict=True)]
    assert np.mean(shares) > 0.98
    assert not any(f"w{ZERO}" in dict(near) or word in dict(near) for word, near in zip(words, found, strict=True))
    for a, b in zip(found, exact, strict=True):
        for word in dict(a).keys() & dict(b).keys():
            assert dict(a)[word] == pytest.approx(dict(b)[word], abs=1e-6)


def test_equal_rows_are_in_the_order_of_their_numbers(built: Path) -> None:
    vectors = Vectors.load(built)
    assert [word for word, _ in vectors.nearest(vectors["w10"], 2)] == ["w10", "w20"]


def test_answers_are_the_same_with_any_threads_and_in_any_company(built: Path) -> None:
    vectors = Vectors.load(built)
    words = vectors.words[30:60]
    alone = [vectors.nearest(word, threads=1) for word in words]
    assert vectors.nearest(words, threads=3) == alone == vectors.nearest(words, threads=1)


def test_sums_and_analogies_use_the_index(built: Path) -> None:
    vectors = Vectors.load(built)
    near = vectors.nearest(positive=["w1", "w2"], negative=["w3"], n=5)
    assert (
        len(
            {word for word, _ in near}
            & dict(vectors.nearest(positive=["w1", "w2"], negative=["w3"], n=5, exact=True)).keys()
        )
        >= 4
    )
    assert (
        len(dict(vectors.analogy("w1", "w2", "w3")).keys() & dict(vectors.analogy("w1", "w2", "w3", exact=True)).keys())
        >= 8
    )


def test_more_answers_than_there_are_words_are_all_that_are_found(built: Path) -> None:
    vectors = Vectors.load(built)
    assert vectors.index is not None
    found = vectors.nearest("w1", 5 * WORDS)
    assert len(found) == WORDS - 2  # not the word itself, nor the row of zeros
    assert found == sorted(found, key=lambda pair: -pair[1])
    vectors.index.effort = Effort(probes=1, candidates=11)
    assert len(vectors.nearest("w1", 400)) == 400


def test_only_queries_use_an_index() -> None:
    package = Path(wordvec_package.__file__).parent
    queries = [package / "vectors/questions.py", package / "cli/commands/query.py"]
    for path in sorted(set(package.rglob("*.py")) - set(queries)):
        text = path.read_text(encoding="utf-8")
        if not any(f".{name}(" in text for name in SEARCHES):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SEARCHES:
                assert "exact" in [one.arg for one in node.keywords], f"{path}: line {node.lineno}: says not exact=True"


def test_the_index_is_not_used_for_candidates_and_first_rows(built: Path) -> None:
    vectors = Vectors.load(built)
    assert [word for word, _ in vectors.nearest("w1", among=["w2", "w3"])] == [
        word for word, _ in sorted([(w, vectors.similarity("w1", w)) for w in ("w2", "w3")], key=lambda p: -p[1])
    ]
    assert Vectors.load(built, limit=50).index is None
    assert Vectors(["a"], [[1.0]]).index is None


def test_one_seed_gives_one_index_with_any_number_of_threads(built: Path, copy: Path) -> None:
    IndexBuilder(threads=1).build(copy, overwrite=True)
    for name in ("rotation", "centres", "starts", "rows", "signs", "rest", "factors"):
        a, b = (np.load(path_beside(path) / f"{name}.npy") for path in (built, copy))
        assert a.tobytes() == b.tobytes(), name


def test_a_copy_with_other_times_is_recognised_by_its_digest(copy: Path) -> None:
    assert Vectors.load(copy).index is not None
    (copy / "matrix.npy").touch()
    assert Vectors.load(copy).index is not None


@pytest.mark.parametrize("change", ["number", "rows", "dim"])
def test_an_index_of_other_vectors_is_refused(copy: Path, change: str) -> None:
    matrix = clustered(WORDS + (change == "rows"), DIM + (change == "dim"))
    saved(copy, matrix)
    vectors = Vectors.load(copy)
    with pytest.raises(InputError, match=r"was built for .*--force` builds it again"):
        vectors.nearest("w1")
    assert len(vectors.nearest("w1", exact=True)) == 10
    IndexBuilder(bits=2).build(copy, overwrite=True)
    assert len(Vectors.load(copy).nearest("w1")) == 10


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("signs.npy", b""),
        ("starts.npy", None),
        ("wordvec.json", b"{}"),
        ("wordvec.json", b'{"kind": "wordvec index 1"}'),
    ],
)
def test_a_damaged_index_is_refused(copy: Path, name: str, damage: bytes | None) -> None:
    path = path_beside(copy) / name
    path.unlink() if damage is None else path.write_bytes(damage)
    with pytest.raises(InputError, match="--force` builds it again"):
        Vectors.load(copy).nearest("w1")


def test_positions_and_rows_beyond_the_end_are_refused(copy: Path) -> None:
    folder = path_beside(copy)
    starts, rows = np.load(folder / "starts.npy"), np.load(folder / "rows.npy")
    for name, bad in (("starts", starts[::-1].copy()), ("rows", rows + WORDS)):
        good = np.load(folder / f"{name}.npy")
        np.save(folder / f"{name}.npy", bad)
        with pytest.raises(InputError, match=rf"damaged \({name}.npy"):
            Vectors.load(copy).nearest("w1")
        np.save(folder / f"{name}.npy", good)


@pytest.mark.parametrize(("rows", "dim", "bits", "lists"), [(2, 1, 1, None), (3, 65, 8, 3), (40, 3, 4, 1)])
def test_few_rows_and_odd_dims_have_an_index(tmp_path: Path, rows: int, dim: int, bits: int, lists: int | None) -> None:
    path = saved(tmp_path / "a.vectors", clustered(rows, dim))
    IndexBuilder(bits=bits, lists=lists, recall=1.0).build(path)
    vectors = Vectors.load(path)
    assert vectors.index is not None
    assert dict(vectors.nearest("w1", rows)).keys() == dict(vectors.nearest("w1", rows, exact=True)).keys()


@pytest.mark.filterwarnings("error")
def test_rows_near_the_smallest_numbers_have_an_index(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.vectors", clustered(6) * np.float32(1e-42))
    assert IndexBuilder().build(path).estimate.words == 6


def test_what_cannot_have_an_index_is_refused(tmp_path: Path) -> None:
    matrix = clustered(20)
    Vectors([f"w{row}" for row in range(20)], matrix).save(tmp_path / "a.vec")
    with pytest.raises(InputError, match=r"wordvec convert .*a.vec a.vectors` writes one"):
        IndexBuilder().build(tmp_path / "a.vec")
    with pytest.raises(InputError, match="does not exist"):
        IndexBuilder().estimate(tmp_path / "b.vectors")
    with pytest.raises(InputError, match="all zeros"):
        IndexBuilder().build(saved(tmp_path / "zeros.vectors", np.zeros((4, 3), np.float32)))
    one = np.zeros((4, 3), np.float32)
    one[2] = 1
    with pytest.raises(InputError, match="1 word with a vector, and an index needs at least 2"):
        IndexBuilder().build(saved(tmp_path / "zeros.vectors", one))
    with pytest.raises(InputError, match="at least 2"):
        IndexBuilder().build(saved(tmp_path / "one.vectors", np.ones((1, 3), np.float32)))
    path = saved(tmp_path / "nan.vectors", matrix)
    numbers = np.load(path / "matrix.npy", mmap_mode="r+")
    numbers[11, 2] = np.nan
    numbers.flush()
    with pytest.raises(InputError, match="row 11 holds NaN"):
        IndexBuilder().build(path)
    for settings in ({"recall": 1.5}, {"recall": 0.0}, {"bits": 9}, {"lists": 0}):
        with pytest.raises(SettingsError):
            IndexBuilder(**settings)
    assert [name for name in files_in(tmp_path) if ".index" in name] == []


def test_an_interrupted_or_impossible_build_leaves_the_old_index(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (path_beside(copy) / "wordvec.json").read_bytes()
    with pytest.raises(OutputError, match="exists already"):
        IndexBuilder().build(copy)
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        IndexBuilder().build(copy, overwrite=True, stop=stop)
    monkeypatch.setattr(index_building, "available_memory", lambda: 1000)
    with pytest.raises(MemoryLimitError, match="GB of memory to build"):
        IndexBuilder().build(copy, overwrite=True)
    assert (path_beside(copy) / "wordvec.json").read_bytes() == before
    assert sorted(path.name for path in copy.parent.iterdir()) == [copy.name, path_beside(copy).name]


def test_queries_of_another_dim_are_refused(built: Path) -> None:
    vectors = Vectors.load(built)
    index = vectors.index
    assert index is not None
    with pytest.raises(SettingsError, match="has dim 20"):
        index.search(np.ones((1, 3), np.float32), vectors.matrix, 3)
    with pytest.raises(SettingsError, match="at least 1"):
        index.search(np.ones((1, DIM), np.float32), vectors.matrix, 0)
    assert index.search(np.ones((0, DIM), np.float32), vectors.matrix, 3).rows.shape == (0, 3)


def test_commands_build_an_index_use_it_and_say_so(wordvec: Call, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.vectors", clustered(300))
    dry = wordvec("index", path, "--dry-run")
    assert dry.code == 0
    assert dry.out.startswith("300 words in 35 lists\nindex ")
    assert not path_beside(path).exists()
    done = wordvec("index", path, "--recall", "0.9", "--bits", "3")
    assert done.code == 0, done.err
    assert "a.vectors.index: 300 words in 35 lists" in done.err
    assert "of the ten nearest of 50 words it finds" in done.err
    about = json.loads((path_beside(path) / "wordvec.json").read_text())
    assert about["metadata"]["settings"]["recall"] == 0.9
    assert about["metadata"]["measured"]["words"]["recall"] == about["recall"]["words"] >= 0.9
    shown = json.loads(wordvec("info", path_beside(path), "--json").out)
    assert (shown["kind"], shown["vectors"], shown["state"]) == ("index", str(path), "up to date")
    assert (shown["words"], shown["dim"], shown["lists"], shown["codes"]) == (300, DIM, 35, {"rows": 300, "bits": 3})
    assert shown["bytes"] == sum(file.stat().st_size for file in path_beside(path).iterdir())
    assert shown["recall"] == about["recall"]
    assert json.loads(wordvec("info", path, "--json").out)["index"] == str(path_beside(path))
    for command in (["nearest", path, "w1"], ["analogy", path, "w1", "w2", "w3"]):
        found = wordvec(*command)
        assert found.code == 0
        assert "a.vectors.index, which finds" in found.err
        assert "index" not in wordvec(*command, "--exact").err
    again = wordvec("index", path)
    assert again.code == 1
    assert "exists already" in again.err
    saved(path, clustered(300, seed=2))
    refused = wordvec("nearest", path, "w1")
    assert refused.code == 1
    assert refused.err.count("\n") == 1
    assert "--force` builds it again" in refused.err
    assert "other sizes or times" in wordvec("info", path_beside(path)).out
    assert wordvec("index", path, "--force", "--quiet").err == ""
    assert wordvec("nearest", path, "w1").code == 0


def test_info_says_that_vectors_are_missing_and_refuses_a_damaged_index(copy: Path, wordvec: Call) -> None:
    beside = path_beside(copy)
    shutil.rmtree(copy)
    assert "the vectors are not beside it" in wordvec("info", beside).out
    (beside / "rows.npy").write_bytes(b"")
    failed = wordvec("info", beside)
    assert (failed.code, failed.err.count("\n")) == (1, 1)
    assert "rows.npy" in failed.err
    (beside / "wordvec.json").write_text("{}")
    assert "not an index of the kind" in wordvec("info", beside).err


@pytest.mark.parametrize("settings", [Compression(method="int8"), Compression(method="opq", bytes=10)], ids=str)
def test_coded_rows_are_searched_by_an_index_of_them(settings: Compression, built: Path, tmp_path: Path) -> None:
    path = tmp_path / "coded.vectors"
    compress(Vectors.load(built), settings).save(path)
    IndexBuilder().build(path)
    vectors = Vectors.load(path)
    assert vectors.index is not None
    found = 0
    for word in (f"w{row}" for row in range(100, 150)):
        exact = {name for name, _ in vectors.nearest(word, 10, exact=True)}
        found += len(exact & {name for name, _ in vectors.nearest(word, 10)})
    assert found >= 0.97 * 500
    assert [score for _, score in vectors.nearest("w3", 3)] == pytest.approx(
        [score for _, score in vectors.nearest("w3", 3, exact=True)], abs=1e-6
    )


def test_of_coded_rows_those_of_every_array_are_requested_from_the_disk(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = Vectors.load(built)
    coded = ProductQuantised.encode(vectors.matrix, fit(vectors.matrix, 10, threads=1))
    requested: list[tuple[int, ...]] = []
    monkeypatch.setattr(mapped_rows, "_pages", lambda array: requested.append(array.shape))
    prefetch(coded, np.array([3, 70]))
    assert requested == [(len(vectors), 10), (len(vectors),)]
