"""Compression: codebooks, steps, sizes, the choice for a size, the report, and the command."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call

from wordvec import Vectors
from wordvec.codecs import Float16, Int8, ProductQuantised, Shared, Tiered
from wordvec.compression import Compression, choice, choose, codebooks, compress, parsed_size
from wordvec.compression.choice import fitting
from wordvec.compression.codebooks import best_rotation, fit, principal_rotation
from wordvec.compression.combinations import combinations
from wordvec.compression.fasttext_model import quantised
from wordvec.compression.kmeans import KMeans
from wordvec.compression.memory import check_memory, memory_of
from wordvec.compression.ngrams import hashed_again
from wordvec.compression.sizes import ftz_size_of, size_of
from wordvec.errors import InputError, MemoryLimitError, SettingsError
from wordvec.evaluation.datasets import Pairs
from wordvec.evaluation.reporting.compression import Stored, compression_table, file_size, for_people
from wordvec.evaluation.reporting.fidelity import NEIGHBOURS, UNKNOWN, Fidelity
from wordvec.evaluation.reporting.scores import ScoreSettings
from wordvec.formats import Plain, mapped
from wordvec.formats.fasttext import save_quantised
from wordvec.rows import unit
from wordvec.subwords import Floret, Subwords
from wordvec.subwords.tables import Buckets

WORDS, DIM = 600, 12


def clustered(words: int = WORDS, seed: int = 1) -> np.ndarray:
    draw = np.random.default_rng(seed)
    centres = draw.normal(size=(30, DIM)) * 2
    return (centres[draw.integers(0, 30, words)] + draw.normal(size=(words, DIM)) * 0.7).astype(np.float32)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    matrix = clustered()
    matrix[5] = 0
    return Vectors([f"word{row}" for row in range(WORDS)], matrix, np.arange(WORDS, 0, -1), {"method": "test"})


@pytest.fixture(scope="module")
def with_ngrams(vectors: Vectors) -> Vectors:
    rows = np.random.default_rng(4).normal(size=(500, DIM)).astype(np.float32)
    return Vectors(vectors.words, vectors.matrix, vectors.counts, subwords=Subwords(rows, 3, 5))


def test_k_means_lowers_the_error_and_fills_empty_clusters() -> None:
    points = clustered(300)[:, :3].copy()
    means = KMeans(points, 40, 1)
    means.centroids[7] = 1e6  # nothing is near it
    errors = []
    for _ in range(6):
        means.iterate(points)
        errors.append(float(means.assigned(points)[1].mean()))
    assert errors == sorted(errors, reverse=True)
    assert np.unique(means.assigned(points)[0]).size == 40
    few = KMeans(np.repeat(points[:3], 5, axis=0), 256, 1)
    assert sorted(few.centroids.tolist()) == sorted(points[:3].tolist())


def test_a_rotation_is_orthogonal_balances_the_parts_and_lowers_the_error(vectors: Vectors) -> None:
    sample = unit(vectors.matrix[vectors.present] * np.geomspace(1, 0.05, DIM).astype(np.float32))
    rotation = principal_rotation(sample, 3)
    np.testing.assert_allclose(rotation.T @ rotation, np.eye(DIM), atol=1e-5)
    variances = np.square(sample @ rotation).mean(axis=0).reshape(3, 4)
    assert np.ptp(np.log(variances).sum(axis=1)) < np.ptp(
        np.log(np.square(sample).mean(axis=0).reshape(3, 4)).sum(axis=1)
    )
    turned = sample @ rotation
    np.testing.assert_allclose(best_rotation(sample, turned), rotation, atol=1e-4)
    errors = {}
    for rotate in (False, True):
        books = fit(sample, 3, rotate=rotate, threads=2)
        again = fit(sample, 3, rotate=rotate, threads=1)
        assert books.centroids.tobytes() == again.centroids.tobytes()
        errors[rotate] = float(np.square(ProductQuantised.encode(sample, books).decode() - sample).sum())
    assert errors[True] < errors[False]


@pytest.mark.parametrize("method", ["pq", "opq"])
def test_rows_of_zeros_alone_have_codes(tmp_path: Path, method: str) -> None:
    matrix, zeros = clustered(20), np.zeros((300, DIM), np.float32)
    matrix[5:] = 0
    vectors = Vectors([f"word{row}" for row in range(20)], matrix, subwords=Subwords(zeros, 3, 4))
    compress(vectors, Compression(method=method, bytes=3, frequent=5)).save(tmp_path / "a.vectors")
    read = Vectors.load(tmp_path / "a.vectors")
    assert (read.matrix[5:] == 0).all()
    assert read.present.tolist() == vectors.present.tolist()
    assert not read.can_compose("wordy")
    assert {word for word, _ in read.nearest("word1", 20)} == {"word0", "word2", "word3", "word4"}


def test_stand_ins_have_the_row_of_the_nearest_kept_word(vectors: Vectors) -> None:
    made = compress(vectors, Compression(words=100, stand_ins=True, method="int8"))
    assert isinstance(made.coded, Shared)
    assert made.words == vectors.words
    directions = unit(vectors.matrix)
    cosines = directions @ directions[:100].T
    cosines[:, 5] = -2
    numbers = made.coded.numbers
    assert numbers[:100].tolist() == list(range(100))
    assert numbers[100:].tolist() == cosines[100:].argmax(axis=1).tolist()
    assert not made.covers("word5")
    left_out = compress(vectors, Compression(words=100, method="float16"))
    assert isinstance(left_out.coded, Float16)
    assert (len(left_out), left_out.counts is not None and len(left_out.counts)) == (100, 100)


def test_frequent_words_are_rows_of_int8(vectors: Vectors) -> None:
    made = compress(vectors, Compression(method="pq", bytes=3, frequent=50))
    assert isinstance(made.coded, Tiered)
    assert isinstance(made.coded.tiers[0], Int8)
    assert (made.matrix[:50] == Int8.encode(vectors.matrix[:50]).decode()).all()
    assert made.metadata["history"] == [{"step": "compress", "method": "pq", "bytes": 3, "frequent": 50}]
    with pytest.raises(SettingsError, match="below the number of rows"):
        compress(vectors, Compression(method="pq", bytes=3, frequent=WORDS))


def test_fewer_buckets_have_the_means_of_the_n_grams_that_meet_in_them(with_ngrams: Vectors) -> None:
    small = hashed_again(with_ngrams, 40)
    old, new = with_ngrams.subwords, small
    assert isinstance(old, Subwords)
    sums, counts = np.zeros((40, DIM)), np.zeros(40)
    for word in with_ngrams.words:
        for before, after in zip(old.bags([word]).numbers, new.bags([word]).numbers, strict=True):
            sums[after] += old.rows[before]
            counts[after] += 1
    np.testing.assert_allclose(small.rows, sums / np.maximum(counts, 1)[:, None], atol=1e-5)
    with pytest.raises(InputError, match="have no subwords"):
        hashed_again(Vectors(["a"], [[1.0]]), 4)


def test_n_grams_are_pruned_and_coded_like_words(with_ngrams: Vectors, tmp_path: Path) -> None:
    made = compress(with_ngrams, Compression(method="opq", bytes=6, ngrams=300))
    assert isinstance(made.subwords, Subwords)
    assert isinstance(made.subwords.rows, ProductQuantised)
    made.save(tmp_path / "a.vectors")
    assert np.load(tmp_path / "a.vectors" / "used.npy").dtype == np.uint32
    read = Vectors.load(tmp_path / "a.vectors")
    assert read.compose(["wordy"]).vectors == pytest.approx(made.compose(["wordy"]).vectors)
    cosines = (unit(read.compose(read.words).vectors) * unit(with_ngrams.compose(read.words).vectors)).sum(axis=1)
    assert cosines.mean() > 0.8
    assert compress(with_ngrams, Compression(method="bits")).subwords is None
    with pytest.raises(InputError, match="have no subwords"):
        compress(Vectors(["a", "b"], np.eye(2)), Compression(method="int8", ngrams=3))


@pytest.mark.parametrize(
    "settings",
    [
        Compression(method="float16"),
        Compression(method="int8", dim=5),
        Compression(method="pq", bytes=3),
        Compression(method="opq", bytes=5, frequent=20),
        Compression(method="opq", words=90, stand_ins=True),
        Compression(method="int8", words=90),
        Compression(method="opq", bytes=3, ngrams=120),
        Compression(method="int8", buckets=60),
    ],
    ids=Compression.described,
)
def test_the_size_is_known_before_the_files_are_written(
    vectors: Vectors, with_ngrams: Vectors, tmp_path: Path, settings: Compression
) -> None:
    source = with_ngrams if settings.ngrams or settings.buckets else vectors
    compress(source, settings).save(tmp_path / "a.vectors")
    written = file_size(tmp_path / "a.vectors")
    assert written <= size_of(source, settings) <= written + 1_500


def test_n_grams_of_other_kinds_count_in_the_size_or_are_left_out(
    with_ngrams: Vectors, wordvec: Call, tmp_path: Path
) -> None:
    rows, settings = clustered(256, 7), Compression(method="int8")
    numbered = Vectors(with_ngrams.words, with_ngrams.matrix, subwords=Buckets(rows, 3, 5))
    compress(numbered, settings).save(tmp_path / "a.vectors")
    written = file_size(tmp_path / "a.vectors")
    assert written <= size_of(numbered, settings) <= written + 1_500
    assert Vectors.load(tmp_path / "a.vectors").can_compose("wordy")
    made, codes = quantised(with_ngrams, Compression(method="pq", bytes=12))
    save_quantised(Plain(made.words, made.matrix, made.counts, {}, made.subwords), codes, tmp_path / "a.ftz")
    done = wordvec("compress", tmp_path / "a.ftz", "-o", tmp_path / "b.vectors", "--method", "int8", "--dataset",
                   "none", "--resamples", "100")  # fmt: skip
    assert done.code == 0, done.err
    assert done.err == "the format vectors cannot hold these subwords, they are left out\n"
    assert file_size(tmp_path / "b.vectors") <= size_of(Vectors.load(tmp_path / "a.ftz"), settings)


@pytest.mark.parametrize(
    ("given", "setting"),
    [
        ({"method": "zip"}, "method"),
        ({"method": "int8", "bytes": 3}, "bytes"),
        ({"stand_ins": True}, "stand_ins"),
        ({"ngrams": 0}, "ngrams"),
        ({"ngrams": "some"}, "ngrams"),
        ({"ngrams": 3, "buckets": 5}, "buckets"),
        ({"frequent": 3, "method": "float16"}, "frequent"),
        ({"dim": 0}, "dim"),
        ({"method": "bits", "ngrams": 3}, "ngrams"),
        ({"method": "bits", "buckets": 3}, "buckets"),
    ],
)
def test_wrong_steps_are_refused(given: dict[str, object], setting: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Compression(**given)  # type: ignore[arg-type]
    assert caught.value.setting == setting


@pytest.mark.parametrize("text", ["9" * 400 + "GB", "1000000000GB", "", "MB", "-3MB", "0", "20 TB", "1,5MB"])
def test_sizes_are_numbers_with_units(text: str) -> None:
    assert [parsed_size(one) for one in ("20MB", "500 kb", "7", "1.5KiB")] == [20_000_000, 500_000, 7, 1536]
    with pytest.raises(SettingsError, match="expected a size such as 20MB"):
        parsed_size(text)


def test_the_choice_fits_the_size_and_has_the_highest_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codebooks, "TURNS", 1)
    monkeypatch.setattr(codebooks, "ITERATIONS", 2)
    size, vectors = 75_000, Vectors([f"word{row}" for row in range(4_000)], clustered(4_000))

    def score(made: Vectors) -> float:
        return float((unit(made.matrix[:100]) * unit(vectors.matrix[:100])).sum()) if made.dim == DIM else 0.0

    found = choose(vectors, size, score, threads=1)
    assert len(found.tried) > 4
    assert [one.score for one in found.tried] == sorted((one.score for one in found.tried), reverse=True)
    assert score(found.vectors) == pytest.approx(found.tried[0].score)
    found.vectors.save(tmp_path / "a.vectors")
    assert file_size(tmp_path / "a.vectors") <= size
    assert [one.method for one in combinations(vectors, 10**7)] == ["float16", "int8"]
    with pytest.raises(SettingsError, match="too few for these vectors"):
        choose(vectors, 3_000, score)


def test_bytes_are_divided_between_words_and_n_grams() -> None:
    draw = np.random.default_rng(1)
    words = sorted({"".join(draw.choice(list("aeioubdfgklmnprst"), 8)) for _ in range(3_000)})
    table = Subwords(draw.normal(size=(20_000, DIM)).astype(np.float32), 3, 5)
    vectors = Vectors(words, table.means(words).vectors, subwords=table)
    found = combinations(vectors, 150_000)
    assert len({one.bytes for one in found}) > 1
    assert len({one.ngrams for one in found}) > 2
    assert all(size_of(vectors, one) <= 150_000 for one in found)
    assert [one.method for one in combinations(vectors, 500_000)] == ["int8"]


def similar_pairs(vectors: Vectors, number: int = 60) -> Pairs:
    draw = np.random.default_rng(2)
    first, second = (draw.integers(100, WORDS, number) for _ in range(2))
    directions = unit(vectors.matrix)
    scores = (directions[first] * directions[second]).sum(axis=1) + draw.normal(size=number) * 0.3
    words = vectors.words
    return Pairs("pairs", [words[row] for row in first], [words[row] for row in second], scores.tolist())


def test_fidelity_judges_by_the_items_of_the_original_vectors(with_ngrams: Vectors) -> None:
    pairs = similar_pairs(with_ngrams)
    fidelity = Fidelity(with_ngrams, [pairs], ScoreSettings(resamples=100))
    assert [one.name for one in fidelity.measures] == ["pairs", NEIGHBOURS, UNKNOWN]
    assert fidelity.ratio(fidelity.reference) == pytest.approx(1)
    again = fidelity.judged(with_ngrams)
    assert list(again) == list(fidelity.reference)
    assert all((again[name] == values).all() for name, values in fidelity.reference.items())
    plain = Vectors(with_ngrams.words, with_ngrams.matrix)
    pruned = fidelity.judged(Vectors(plain.words[:300], plain.matrix[:300]))
    gone = np.array([max(int(a[4:]), int(b[4:])) >= 300 for a, b in zip(pairs.first, pairs.second, strict=True)])
    assert (pruned["pairs"][gone] == 0).all()
    assert (pruned["pairs"][~gone] == fidelity.reference["pairs"][~gone]).all()
    assert pruned[NEIGHBOURS].mean() < 0.6
    assert (pruned[UNKNOWN] == 0).all()
    constant = fidelity.judged(Vectors(plain.words, np.ones((WORDS, 2), np.float32)))
    assert fidelity.measures[0].score(constant["pairs"]) == 0
    fewer = compress(with_ngrams, Compression(method="int8", dim=DIM - 1))
    assert fidelity.judged(fewer)[UNKNOWN].mean() > 0.9
    small, smaller = (fidelity.judged(compress(with_ngrams, Compression(bytes=size))) for size in (6, 2))
    low, high = fidelity.difference(small, smaller)
    assert low is not None
    assert high is not None
    assert 0 < low < fidelity.ratio(small) - fidelity.ratio(smaller) < high
    assert fidelity.difference(small, small) == (0, 0)


def test_the_table_compares_sizes_errors_and_scores(vectors: Vectors, tmp_path: Path) -> None:
    fidelity = Fidelity(vectors, [similar_pairs(vectors)], ScoreSettings(resamples=100))
    made = compress(vectors, Compression(method="int8"))
    made.save(tmp_path / "a.vectors")
    stored = Stored(Vectors.load(tmp_path / "a.vectors"), tmp_path / "a.vectors")
    original, row = compression_table(Stored(vectors), {"int8": stored}, fidelity).rows
    assert (original["bytes_word"], row["bytes_word"]) == (4 * DIM, DIM + 4)
    assert (original["storage"], row["storage"]) == ("float32", "int8")
    assert original["error"] == 0
    assert 0 < row["error"] < 1e-4
    assert row["cosine"] > 0.999
    assert row["ratio_low"] <= row["ratio"] <= row["ratio_high"]
    assert row["pairs_low"] <= 0.02
    assert row["file_mb"] * 1e6 == file_size(tmp_path / "a.vectors")
    timed = compression_table(Stored(vectors, tmp_path / "a.vectors", 0.5), {}, fidelity).rows[0]
    assert timed["open_ms"] == 500
    text = str(for_people(compression_table(Stored(vectors), {"int8": stored}, fidelity)))
    assert "bytes a word" in text
    reduced = compression_table(Stored(vectors), {"a": Stored(compress(vectors, Compression(dim=4)))}, fidelity)
    assert reduced.rows[1]["error"] is None


def test_killed_writing_leaves_no_folder(vectors: Vectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, written = compress(vectors, Compression(method="pq", bytes=2)), []

    def killed(file: object, array: np.ndarray) -> None:
        written.append(array.shape)
        if len(written) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(mapped, "write_array", killed)
    with pytest.raises(KeyboardInterrupt):
        made.save(tmp_path / "a.vectors")
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_codes_a_page_and_a_table(wordvec: Call, vectors: Vectors, tmp_path: Path) -> None:
    vectors.save(tmp_path / "a.vec")
    pairs = similar_pairs(vectors)
    lines = "".join(f"{a}\t{b}\t{s}\n" for a, b, s in zip(pairs.first, pairs.second, pairs.scores, strict=True))
    (tmp_path / "pairs.tsv").write_text(lines)
    common = ["--dataset", tmp_path / "pairs.tsv", "--resamples", "100", "--threads", "1"]
    done = wordvec("compress", tmp_path / "a.vec", "-o", tmp_path / "b.vectors", "--method", "pq", "--bytes", "4",
                   "--report", tmp_path / "r.html", "--json", *common)  # fmt: skip
    assert done.code == 0, done.err
    rows = json.loads(done.out)["rows"]
    assert [row["vectors"] for row in rows] == ["original", "compressed"]
    read = Vectors.load(tmp_path / "b.vectors")
    assert isinstance(read.coded, ProductQuantised)
    assert "bytes a word" in (tmp_path / "r.html").read_text()
    assert "bytes a word" in (tmp_path / "r.md").read_text()
    done = wordvec("compress", tmp_path / "a.vec", "-o", tmp_path / "c.vectors", "--to", "19kB", *common)
    assert done.code == 0, done.err
    assert "chosen: --" in done.err
    assert file_size(tmp_path / "c.vectors") <= 19_000
    for options, message in (
        (["--to", "20MB", "--method", "pq"], "--to: chooses the steps; leave out --method"),
        (["--to", "much"], "--to much: expected a size"),
        (["--to", "1kB"], "too few for these vectors"),
        (["--method", "pq", "--bytes", "13"], "--bytes 13: must be at most"),
        (["--ngrams", "5"], "have no subwords"),
        (["--buckets", "5", "--dry-run"], "have no subwords"),
    ):
        done = wordvec("compress", tmp_path / "a.vec", "-o", tmp_path / "d.vectors", *options, *common)
        assert done.code != 0
        assert message in done.err
        assert not (tmp_path / "d.vectors").exists()
    done = wordvec("compress", tmp_path / "a.vec", "-o", tmp_path / "d.vec", "--method", "int8", *common)
    assert done.code != 0
    assert ".vectors" in done.err


def test_a_quantised_model_has_the_vectors_of_its_words_and_n_grams(with_ngrams: Vectors, tmp_path: Path) -> None:
    for bytes_of_code, words in ((12, WORDS), (5, 200)):
        settings = Compression(method="pq", bytes=bytes_of_code, ngrams=400, words=words)
        made, rows = quantised(with_ngrams, settings)
        path = tmp_path / f"{words}.ftz"
        save_quantised(Plain(made.words, made.matrix, made.counts, {}, made.subwords), rows, path)
        read = Vectors.load(path)
        assert (read.words, read.counts is not None) == (made.words, True)
        np.testing.assert_allclose(read.matrix, made.matrix, rtol=1e-5, atol=1e-6)
        cosines = (unit(read.matrix) * unit(with_ngrams.matrix[:words])).sum(axis=1)
        assert cosines[with_ngrams.present[:words]].mean() > (0.99 if bytes_of_code == 12 else 0.9)
        assert made.subwords is not None
        np.testing.assert_allclose(read.compose(["wordy"]).vectors, made.compose(["wordy"]).vectors, rtol=1e-5)
        assert quantised(with_ngrams, settings, threads=1)[1].codes.tobytes() == rows.codes.tobytes()
    with pytest.raises(SettingsError, match="choose pq"):
        quantised(with_ngrams, Compression())
    with pytest.raises(SettingsError, match="cannot express"):
        quantised(with_ngrams, Compression(method="pq", dim=4))
    floret = Vectors(["a"], [[1.0]], subwords=Floret(clustered(8)[:, :1], 3, 5, 1, 0, "<", ">"))
    for other, message in ((Vectors(["a"], [[1.0]]), "have no subwords"), (floret, "have subwords of another kind")):
        with pytest.raises(InputError, match=f"only n-grams of fastText .* {message}"):
            quantised(other, Compression(method="pq"))
        with pytest.raises(InputError, match=message):
            fitting(other, 10**6, ftz=True)


def test_an_ftz_file_fits_a_size(
    with_ngrams: Vectors, wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordvec.compression.fasttext_model._ITERATIONS", 1)
    monkeypatch.setattr("wordvec.compression.combinations._DENSITIES", (3,))
    runs: list[Compression] = []
    monkeypatch.setattr(
        choice, "quantised", lambda vectors, one, **how: runs.append(one) or quantised(vectors, one, **how)
    )
    with_ngrams.save(tmp_path / "a.vectors")
    to_size = ["compress", tmp_path / "a.vectors", "-o", tmp_path / "b.ftz", "--to", "30kB", "--dataset", "none"]
    listed = wordvec(*to_size, "--dry-run")
    assert listed.code == 0, listed.err
    assert listed.out.count("--method pq") > 1
    assert listed.err == ""
    assert not (tmp_path / "b.ftz").exists()
    done = wordvec(*to_size, "--resamples", "100", "--threads", "1")
    assert done.code == 0, done.err
    assert "chosen: --" in done.err
    assert (tmp_path / "b.ftz").stat().st_size <= 30_000
    assert len(runs) == listed.out.count("--method pq")  # the best one is not quantised again
    settings = Compression(method="pq", bytes=5, ngrams=300, words=200)
    made, rows = quantised(with_ngrams, settings)
    save_quantised(Plain(made.words, made.matrix, made.counts, {}, made.subwords), rows, tmp_path / "c.ftz")
    written = (tmp_path / "c.ftz").stat().st_size
    assert written <= ftz_size_of(with_ngrams, settings) <= written + 256
    words = ["new york", *with_ngrams.words[1:]]
    Vectors(words, with_ngrams.matrix, subwords=with_ngrams.subwords).save(tmp_path / "blank.vectors")
    planned = wordvec("compress", tmp_path / "blank.vectors", "-o", tmp_path / "d.ftz", "--to", "30kB", "--dry-run")
    assert planned.code != 0
    assert "'new york': a word of a fastText file must not be empty or contain white space" in planned.err


@pytest.mark.parametrize(
    ("settings", "arrays"),
    [
        (Compression(method="int8"), {"codes": "600 x 12 int8", "scales": "600 float32"}),
        (
            Compression(method="opq", bytes=3),
            {"codes": "600 x 3 uint8", "codebooks": "256 x 12 float32", "rotation": "12 x 12 float32"},
        ),
        (
            Compression(method="pq", bytes=3, frequent=50),
            {"tier1-codes": "50 x 12 int8", "tier2-codes": "550 x 3 uint8"},
        ),
        (Compression(method="int8", words=90, stand_ins=True), {"numbers": "600 uint16", "own-codes": "90 x 12 int8"}),
    ],
    ids=["int8", "opq", "tiered", "shared"],
)
def test_info_describes_the_storage(
    vectors: Vectors, wordvec: Call, tmp_path: Path, settings: Compression, arrays: dict[str, str]
) -> None:
    made = compress(vectors, settings)
    made.save(tmp_path / "a.vectors")
    shown = json.loads(wordvec("info", tmp_path / "a.vectors", "--json").out)
    assert made.coded is not None
    assert (shown["storage"], shown["codes"]["bytes"]) == (made.coded.storage, made.coded.nbytes)
    assert arrays.items() <= shown["arrays"].items()
    assert "bytes_a_word" in wordvec("info", tmp_path / "a.vectors").out


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (["--method", "int8"], ["--method int8: at most 18,"]),
        (["--to", "20kB"], ["--method int8: at most 18,"]),
        (["--to", "12kB"], ["--dim 1 --method int8: ", "--words 150 --method opq --bytes 2: "]),
    ],
)
def test_a_dry_run_lists_what_would_be_tried(
    wordvec: Call, vectors: Vectors, tmp_path: Path, options: list[str], lines: list[str]
) -> None:
    vectors.save(tmp_path / "a.vec")
    done = wordvec(
        "compress", tmp_path / "a.vec", "-o", tmp_path / "b.vectors", *options, "--dataset", "none", "--dry-run"
    )
    assert done.code == 0, done.err
    assert done.out.startswith("words    600 of dim 12\nmemory   ")
    assert all(line in done.out for line in lines), done.out
    assert not (tmp_path / "b.vectors").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--dim", "13"], "--dim 13: must be at most the dim of the vectors, 12"),
        (["--bytes", "13"], "--bytes 13: must be at most the number of dimensions, 12"),
        (["--dim", "4", "--bytes", "5"], "--bytes 5: must be at most the number of dimensions, 4"),
        (["--method", "bits", "--frequent", "600"], "--frequent 600: must be below the number of rows"),
        (["--words", "20", "--frequent", "20"], "--frequent 20: must be below the number of rows"),
    ],
)
@pytest.mark.parametrize("dry", [True, False], ids=["dry run", "run"])
def test_steps_that_do_not_fit_the_vectors_are_refused(
    wordvec: Call, vectors: Vectors, tmp_path: Path, options: list[str], message: str, dry: bool
) -> None:
    vectors.save(tmp_path / "a.vec")
    running = ["--dry-run"] if dry else []
    done = wordvec("compress", tmp_path / "a.vec", "-o", tmp_path / "b.vectors", *options, *running)
    assert (done.code, done.out, done.err) == (2, "", f"wordvec: {message}\n")


def test_vectors_that_do_not_fit_in_memory_are_refused_before_the_work(
    vectors: Vectors, with_ngrams: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [memory_of(vectors, Compression(method="int8", words=number)) for number in (50, 600)]
    assert few[0] < few[1] < memory_of(vectors, Compression(method="opq"))
    assert memory_of(vectors, Compression(words=50, stand_ins=True)) > memory_of(vectors, Compression(words=50))
    monkeypatch.setattr("wordvec.compression.memory.available_memory", lambda: 1000)
    for work in (
        lambda: compress(vectors, Compression(method="int8")),
        lambda: choose(vectors, 20_000, lambda made: 0.0),
        lambda: quantised(with_ngrams, Compression(method="pq")),
    ):
        with pytest.raises(MemoryLimitError, match=r"compressing 600 words takes about .* use fewer words"):
            work()


def test_the_memory_has_decoded_rows_sums_of_buckets_and_the_best_of_several(
    vectors: Vectors, with_ngrams: Vectors
) -> None:
    row, small = 4 * DIM, Compression(method="int8")
    coded = compress(with_ngrams, small)
    before = memory_of(coded, small)
    assert before >= (WORDS + len(coded.subwords.rows)) * row  # type: ignore[union-attr]
    assert coded.matrix.shape == (WORDS, DIM)  # decodes
    assert memory_of(coded, small) == before - WORDS * row
    buckets = [memory_of(with_ngrams, Compression(method="int8", buckets=number)) for number in (1_000, 2_000)]
    assert buckets[1] - buckets[0] >= 1_000 * (16 * DIM + DIM + 4)
    one, several = check_memory(vectors, [small], 1), check_memory(vectors, [small, small], 1)
    assert several - one == size_of(vectors, small)


def test_rows_that_float16_cannot_hold_are_refused_by_the_option_of_the_command() -> None:
    vectors = Vectors(["a", "b"], [[1000, 1], [1e-9, 0]])
    with pytest.raises(SettingsError, match="method float16: row 2 is too small"):
        compress(vectors, Compression(method="float16"))


def test_an_index_beside_the_vectors_is_not_used(vectors: Vectors, wordvec: Call, tmp_path: Path) -> None:
    vectors.save(tmp_path / "a.vectors")
    (tmp_path / "a.vectors.index").mkdir()  # damaged: any use of it is an error
    assert wordvec("nearest", tmp_path / "a.vectors", "word1").code == 1
    done = wordvec("compress", tmp_path / "a.vectors", "-o", tmp_path / "b.vectors", "--method", "int8", "--dataset",
                   "none", "--resamples", "100")  # fmt: skip
    assert done.code == 0, done.err


def test_fewer_than_two_words_are_not_compared(vectors: Vectors, wordvec: Call, tmp_path: Path) -> None:
    vectors.subset(["word5", "word6"]).save(tmp_path / "a.vec")
    done = wordvec(
        "compress", tmp_path / "a.vec", "-o", tmp_path / "b.vectors", "--method", "int8", "--dataset", "none"
    )
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "fewer than 2 words have a vector" in done.err
    assert not (tmp_path / "b.vectors").exists()


def test_settings_are_described_as_options() -> None:
    assert Compression().described() == "--method opq"
    assert dataclasses.asdict(Compression())["seed"] == 1


def test_sizes_are_also_filled_by_fewer_dimensions_in_codes() -> None:
    rows = np.random.default_rng(1).normal(size=(4000, 60)).astype(np.float32)
    found = fitting(Vectors([f"word{row}" for row in range(4000)], rows), 150_000)
    kept = {one.dim for one in found if one.method == "opq" and one.words is None}
    assert {None, 40, 30} <= kept
    assert all(one.parts(60) < (one.dim or 60) for one in found if one.method == "opq")
