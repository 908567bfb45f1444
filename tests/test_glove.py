"""GloVe: its kernel against the slow twin, strata, and what `fit` promises about bits, interruption and memory."""

import errno
import hashlib
import json
import platform
from pathlib import Path
from typing import Any

import naive
import numpy as np
import pytest
from processors import ALL, GENERIC, HASWELL, evaluated
from test_trainers import StopAfter, same_bits

from wordvec import EncodedCorpus, Vectors
from wordvec.corpora.cooccurrence import Cooccurrence
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import DivergedError, InputError, Interrupted, MemoryLimitError, OutputError, SettingsError
from wordvec.kernels import glove, simd
from wordvec.kernels._jit import kernel
from wordvec.trainers import matrices
from wordvec.trainers.checkpoint import Checkpoint, named
from wordvec.trainers.glove import model, strata, training
from wordvec.trainers.glove.trainer import GloVe
from wordvec.workers import Progress

SMALL: dict[str, Any] = {"dim": 20, "epochs": 2, "threads": 1}
WORDS = 90


def counts_of(matrix: np.ndarray) -> Cooccurrence:
    """Stand in for `Cooccurrence`: what training reads of it."""
    rows, columns = np.nonzero(matrix)
    words = [f"w{row}" for row in range(len(matrix))]
    counts = Cooccurrence.__new__(Cooccurrence)  # without a folder
    vars(counts).update(
        folder=Path("/counts"),
        vocabulary=Vocabulary.from_words(words, np.arange(len(words), 0, -1)),
        indptr=np.searchsorted(rows, np.arange(len(matrix) + 1)).astype(np.int64),
        columns=columns.astype(np.int32),
        values=matrix[rows, columns].astype(np.float32),
        meta={
            "corpus": {"digest": "d"},
            "settings": {"window": 10},
            "tokens": 1000,
            "digest": str(hash(matrix.tobytes())),
        },
    )
    return counts


def random_counts(words: int = WORDS, seed: int = 0) -> Cooccurrence:
    generator = np.random.default_rng(seed)
    return counts_of(generator.lognormal(0, 2, (words, words)) * (generator.random((words, words)) < 0.6))


COUNTS = random_counts()


@pytest.fixture
def short_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a block of a few entries take several calls, so that there is something to interrupt within a round."""
    monkeypatch.setattr(strata, "SIDE", 4)
    monkeypatch.setattr(training, "CALL", 50)


# The kernel


def make_model(dim: int, words: int = 9) -> glove.GloveMatrices:
    stride = matrices.padded(dim)
    generator = np.random.default_rng(dim)
    both = np.zeros((2, words, glove.row_length(stride)), np.float32)
    both[:, :, :dim] = generator.normal(0, 0.7, (2, words, dim))
    both[:, :, stride : 2 * stride] = 1
    both[:, :, stride : stride + dim] = generator.uniform(0.5, 3, (2, words, dim))
    both[:, :, 2 * stride :][:, :, :2] = generator.uniform(0.5, 2, (2, words, 2))
    return glove.GloveMatrices(both[0].ravel(), both[1].ravel(), stride)


def as_rows(flat: np.ndarray, dim: int) -> np.ndarray:
    """Return rows of w, G, b, G_b without padding."""
    stride = matrices.padded(dim)
    rows = flat.reshape(-1, glove.row_length(stride)).astype(np.float64)
    return np.hstack([rows[:, :dim], rows[:, stride : stride + dim], rows[:, 2 * stride : 2 * stride + 2]])


def entries_of(rows: list[int], columns: list[int], values: list[float]) -> glove.ShuffledEntries:
    behind = (0, simd.LANES)
    logs = np.log(np.array(values, np.float32))
    return glove.ShuffledEntries(
        np.pad(np.array(rows, np.uint32), behind),
        np.pad(np.array(columns, np.uint32), behind),
        np.pad(logs.astype(np.float32), behind),
    )


def train(
    model: glove.GloveMatrices,
    entries: glove.ShuffledEntries,
    begin: int,
    end: int,
    rate: float = 0.05,
    bias_rate: float = 1.0,
) -> float:
    rule = glove.Hyperparameters(*np.array([np.log(10), 0.75, rate, bias_rate], np.float32))
    return glove.train_run(model, entries, begin, end, rule, np.empty(simd.LANES, np.float32))


@pytest.mark.parametrize("dim", [7, 16, 37])
@pytest.mark.parametrize("bias_rate", [1.0, 0.05])
def test_kernel_equals_its_slow_twin(dim: int, bias_rate: float) -> None:
    generator, model = np.random.default_rng(1), make_model(dim)
    words, contexts = as_rows(model.words, dim), as_rows(model.contexts, dim)
    rows, columns = generator.integers(0, 9, 40).tolist(), generator.integers(0, 9, 40).tolist()
    values = generator.lognormal(1, 3, 40).astype(np.float32).tolist()
    cost = train(model, entries_of(rows, columns, values), 3, 38, bias_rate=bias_rate)
    expected = sum(
        naive.glove_entry(words, contexts, rows[k], columns[k], values[k], 10, 0.75, 0.05, bias_rate)
        for k in range(3, 38)
    )
    assert cost == pytest.approx(expected, rel=1e-5)
    np.testing.assert_allclose(as_rows(model.words, dim), words, rtol=2e-5, atol=2e-5)
    np.testing.assert_allclose(as_rows(model.contexts, dim), contexts, rtol=2e-5, atol=2e-5)
    padding = model.words.reshape(9, -1)[:, dim : model.stride]
    assert not padding.any()


def test_kernel_clips_what_a_component_changes_by() -> None:
    model = make_model(7)
    model.contexts[:] *= 1000
    words, contexts = as_rows(model.words, 7), as_rows(model.contexts, 7)
    train(model, entries_of([2], [3], [5.0]), 0, 1)
    naive.glove_entry(words, contexts, 2, 3, 5.0, 10, 0.75, 0.05, 1.0)
    np.testing.assert_allclose(as_rows(model.words, 7), words, rtol=1e-4)
    assert np.abs(as_rows(model.words, 7) - as_rows(make_model(7).words, 7)).max() > 1


def test_kernel_moves_rows_and_biases_down_the_slope_of_the_cost() -> None:
    """Changes at a tiny rate, divided by the rate, against finite differences of the cost that the kernel returns."""
    entries, rate, step = entries_of([2], [3], [4.0]), 1e-3, 1e-2
    bias = 2 * make_model(8).stride

    def fresh() -> glove.GloveMatrices:
        model = make_model(8)
        for flat in (model.words, model.contexts):
            rows = flat.reshape(9, -1)
            rows[:, model.stride : bias] = 1
            rows[:, bias + 1] = 1
        return model

    def cost_with(matrix: int, place: int, change: float) -> float:
        model = fresh()
        model[matrix][place] += change
        return train(model, entries, 0, 1, 0.0, 0.0)

    before, after = fresh(), fresh()
    train(after, entries, 0, 1, rate, rate)
    for matrix, row in ((0, 2), (1, 3)):
        for number in (*range(8), bias):
            place = row * glove.row_length(before.stride) + number
            slope = (cost_with(matrix, place, step) - cost_with(matrix, place, -step)) / (2 * step)
            moved = (float(after[matrix][place]) - float(before[matrix][place])) / rate
            assert -moved == pytest.approx(slope, rel=1e-2, abs=2e-3), (matrix, number)


def test_kernel_shows_a_nan_in_the_cost_and_keeps_it() -> None:
    model = make_model(16)
    model.words[:16] = np.nan
    assert np.isnan(train(model, entries_of([0], [1], [3.0]), 0, 1))
    assert np.isnan(model.contexts.reshape(9, -1)[1, :16]).all()


@kernel
def _rsqrt(numbers: Any) -> None:
    for at in range(0, len(numbers), simd.LANES):
        simd.store(numbers, at, simd.rsqrt(simd.load(numbers, at)))


@kernel
def _total(numbers: Any) -> np.float32:
    return simd.total(simd.load(numbers, 0))


def test_kernel_roots_are_as_exact_as_stated() -> None:
    numbers = np.concatenate([np.geomspace(1e-37, 3e38, 4096), np.linspace(1, 4, 4096)]).astype(np.float32)
    expected = 1 / np.sqrt(numbers.astype(np.float64))
    _rsqrt(numbers)
    assert np.abs(numbers / expected - 1).max() < 5e-7


def test_kernel_totals_add_halves() -> None:
    numbers = np.random.default_rng(1).normal(0, 3, 16).astype(np.float32)
    halves = numbers
    while len(halves) > 1:
        halves = halves[: len(halves) // 2] + halves[len(halves) // 2 :]
    assert _total(numbers) == halves[0]


# Strata


@pytest.mark.parametrize("words", [3, 17, WORDS])
def test_strata_hold_every_entry_once_and_blocks_hold_their_own(words: int) -> None:
    counts = random_counts(words)
    with strata.Strata(counts, 1, 2) as dealt:
        rows = np.repeat(np.arange(words), np.diff(counts.indptr))
        expected = set(zip(rows.tolist(), counts.columns.tolist(), np.log(counts.values).tolist(), strict=True))
        size = dealt.length
        ids = np.full(strata.SIDE * strata.height(words), -1)
        ids[strata.matrix_rows(words)] = np.arange(words)
        held = [ids[dealt.entries.rows[:size]].tolist(), ids[dealt.entries.columns[:size]].tolist()]
        held.append(dealt.entries.logs[:size].tolist())
        found = list(zip(held[0], held[1], strict=True))
        assert len(found) == len(expected) == dealt.begins[-1]
        assert set(found) == {entry[:2] for entry in expected}
        logs = dict(zip(found, held[2], strict=True))
        assert all(logs[row, column] == pytest.approx(log, abs=1e-6) for row, column, log in expected)
        for block in range(strata.SIDE**2):
            inside = found[dealt.begins[block] : dealt.begins[block + 1]]
            assert all(
                (row % strata.SIDE, column % strata.SIDE) == divmod(block, strata.SIDE) for row, column in inside
            )


def test_strata_rounds_share_no_row_and_no_column_and_cover_each_epoch() -> None:
    with strata.Strata(COUNTS, 1, 1) as dealt:
        for epoch in range(3):
            visited = [dealt.blocks(epoch * strata.SIDE + place) for place in range(strata.SIDE)]
            for blocks in visited:
                rows, columns = np.divmod(blocks, strata.SIDE)
                assert len(set(rows)) == len(set(columns)) == strata.SIDE
            assert sorted(np.concatenate(visited)) == list(range(strata.SIDE**2))
        assert dealt.blocks(0).tolist() != dealt.blocks(strata.SIDE).tolist()


def test_strata_are_shuffled_by_the_seed_alone() -> None:
    def order(seed: int, threads: int) -> bytes:
        with strata.Strata(COUNTS, seed, threads) as dealt:
            return b"".join(array.tobytes() for array in dealt.entries)

    assert order(1, 1) == order(1, 3)
    assert order(1, 1) != order(2, 1)


# Training


def test_the_bits_do_not_depend_on_the_number_of_threads(short_calls: None) -> None:
    one = GloVe(**SMALL).fit(COUNTS)
    for threads in (2, 3, 16):
        many = GloVe(**SMALL | {"threads": threads}).fit(COUNTS)
        assert same_bits(one, many)
        assert one.metadata["training"]["loss"] == many.metadata["training"]["loss"]
    assert not same_bits(one, GloVe(**SMALL, seed=2).fit(COUNTS))


@pytest.mark.parametrize(("asked", "threads"), [(1, 1), (3, 1), (9, 2), (30, 3), (90, 1), (150, 16)])
def test_an_interrupted_and_resumed_training_has_the_bits_of_an_uninterrupted_one(
    asked: int, threads: int, tmp_path: Path, short_calls: None
) -> None:
    whole = GloVe(**SMALL).fit(COUNTS)
    folder = tmp_path / "out.vec.partial"
    settings = SMALL | {"threads": threads}
    # The dealing asks as often as there are shares and blocks.
    dealing = 2 * strata.SHARES + strata.SIDE**2
    with pytest.raises(Interrupted, match="% of the training"):
        GloVe(**settings).fit(COUNTS, checkpoint=Checkpoint(folder), stop=StopAfter(dealing + asked))
    saved = Checkpoint.open(folder)
    assert saved.state is not None
    assert saved.state.done < 2 * len(COUNTS.columns)
    resumed = GloVe(**SMALL | {"threads": 3}).fit(COUNTS, checkpoint=saved)
    assert same_bits(whole, resumed)
    assert whole.metadata["training"]["loss"] == resumed.metadata["training"]["loss"]
    assert resumed.metadata["training"]["interruptions"] == 1


def test_a_training_stops_within_a_round_and_within_a_block(tmp_path: Path, short_calls: None) -> None:
    stop = StopAfter(2 * strata.SHARES + strata.SIDE**2 + 5)
    with pytest.raises(Interrupted):
        GloVe(**SMALL).fit(COUNTS, checkpoint=Checkpoint(tmp_path / "out"), stop=stop)
    state = Checkpoint.open(tmp_path / "out").state
    assert state is not None
    assert (state.rounds, state.done, state.block_entries) == (0, 250, [250, 0, 0, 0])


def test_checkpoints_on_the_way_change_nothing_and_keep_one_state(tmp_path: Path, short_calls: None) -> None:
    folder = tmp_path / "out.vec.partial"
    whole = GloVe(**SMALL).fit(COUNTS, checkpoint=Checkpoint(folder, every=0))
    assert same_bits(whole, GloVe(**SMALL).fit(COUNTS))
    assert len(list(folder.glob("*.npy"))) == 2
    resumed = GloVe(**SMALL, memory=1.0).fit(COUNTS, checkpoint=Checkpoint.open(folder))
    assert same_bits(whole, resumed)


def test_a_finished_training_that_could_not_be_written_is_given_again(tmp_path: Path) -> None:
    checkpoint, trainer = Checkpoint(tmp_path / "out"), GloVe(**SMALL).resolved(COUNTS)
    vectors = trainer.fit(COUNTS, checkpoint=checkpoint)
    assert checkpoint.state is not None
    assert vectors.contexts is not None
    checkpoint.save(checkpoint.state, trainer.settings(), COUNTS, named(vectors.matrix, vectors.contexts.matrix))
    assert same_bits(vectors, trainer.fit(COUNTS, checkpoint=Checkpoint.open(tmp_path / "out")))


def test_a_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    stop = StopAfter(2 * strata.SHARES + strata.SIDE**2 + 1)
    with pytest.raises(Interrupted):
        GloVe(**SMALL).fit(COUNTS, checkpoint=Checkpoint(tmp_path / "out"), stop=stop)
    with pytest.raises(InputError, match="another corpus"):
        GloVe(**SMALL).fit(random_counts(seed=3), checkpoint=Checkpoint.open(tmp_path / "out"))
    with pytest.raises(InputError, match="other values of x_max"):
        GloVe(**SMALL, x_max=5.0).fit(COUNTS, checkpoint=Checkpoint.open(tmp_path / "out"))


@pytest.mark.parametrize("kept", [False, True])
def test_entries_on_disk_give_the_same_bits(kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    there = model.needed_memory(WORDS, 20) + strata.BYTES_OF_ENTRY * len(COUNTS.columns) // 4
    checkpoint = Checkpoint(tmp_path / "out") if kept else None
    mapped = GloVe(**SMALL, memory=there / 1e9).fit(COUNTS, checkpoint=checkpoint)
    assert mapped.metadata["training"]["entries_on_disk"]
    whole = GloVe(**SMALL).fit(COUNTS)
    assert not whole.metadata["training"]["entries_on_disk"]
    assert same_bits(whole, mapped)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_or_too_little_memory_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _size: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(MemoryLimitError, match="larger memory or min_count, or a smaller dim"):
        GloVe(**SMALL, memory=1e-6).fit(COUNTS)
    monkeypatch.setattr("wordvec.files.reserve", full)
    there = (model.needed_memory(WORDS, 20) + 100) / 1e9
    with pytest.raises(OutputError, match="No space left"):
        GloVe(**SMALL, memory=there).fit(COUNTS, checkpoint=Checkpoint(tmp_path / "out"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("regular", [False, True])
def test_planted_vectors_are_recovered(regular: bool) -> None:
    generator = np.random.default_rng(5)
    words, contexts = generator.normal(0, 0.7, (2, 60, 4))
    biases = generator.normal(0, 0.5, (2, 60))
    logs = words @ contexts.T + biases[0][:, None] + biases[1]
    settings = {"dim": 4, "epochs": 40, "learning_rate": 0.3, "regular_biases": regular, "threads": 1}
    vectors = GloVe(**settings, combine="words").fit(counts_of(np.exp(logs)))
    loss = vectors.metadata["training"]["loss"]
    assert loss[-1] < 1e-3 * loss[0]
    # Vectors are found up to a linear map, so centred products are what can be compared.
    assert vectors.contexts is not None

    def centred(matrix: np.ndarray) -> np.ndarray:
        return matrix - matrix.mean(axis=0) - matrix.mean(axis=1, keepdims=True) + matrix.mean()

    found = centred(vectors.matrix @ vectors.contexts.matrix.T)
    np.testing.assert_allclose(found, centred(words @ contexts.T), atol=0.2)


def test_the_sum_of_words_and_contexts_is_exported_unless_words_are_asked_for() -> None:
    both, alone = GloVe(**SMALL).fit(COUNTS), GloVe(**SMALL, combine="words").fit(COUNTS)
    assert both.contexts is not None
    assert alone.contexts is not None
    np.testing.assert_array_equal(both.matrix, alone.matrix + alone.contexts.matrix)
    np.testing.assert_array_equal(both.contexts.matrix, alone.contexts.matrix)


def test_known_words_start_from_given_rows(capsys: pytest.CaptureFixture[str]) -> None:
    known = Vectors(["w1", "w7", "elsewhere"], 1 + np.arange(60, dtype=np.float32).reshape(3, 20) / 100)
    trainer = GloVe(**SMALL, learning_rate=1e-30, combine="words")
    vectors = trainer.fit(COUNTS, init=known, init_contexts=known, progress=Progress(quiet=False))
    assert vectors.contexts is not None
    for word in ("w1", "w7"):
        np.testing.assert_array_equal(vectors[word], known[word])
        np.testing.assert_array_equal(vectors.contexts[word], known[word])
    assert 0 < np.abs(vectors["w2"]).max() <= 0.5 / 20
    assert vectors.metadata["training"]["rows_copied"] == 2
    assert f"2 copied, {WORDS - 2} new" in capsys.readouterr().err


def test_rows_start_as_a_function_of_seed_and_word_with_sums_of_one() -> None:
    some, others = Vocabulary.from_words(["a", "b"], [2, 1]), Vocabulary.from_words(["c", "b"], [9, 1])
    words, contexts = (model.start_matrix(some, 20, 1, which) for which in (0, 1))
    rows = strata.matrix_rows(2)
    np.testing.assert_array_equal(words[rows[1]], model.start_matrix(others, 20, 1, 0)[rows[1]])
    words, contexts = words[rows], contexts[rows]
    assert not np.array_equal(words[:, :20], contexts[:, :20])
    assert words.shape == (2, 80)
    assert (words[:, 32:64] == 1).all()
    assert (words[:, 65] == 1).all()
    assert not words[:, 66:].any()
    assert not words[:, 20:32].any()
    assert (np.abs(words[:, [0, 19, 64]]) > 0).all()
    assert np.abs(words[:, [*range(20), 64]]).max() <= 0.5 / 20


def test_a_diverging_training_stops_with_a_clear_error() -> None:
    with pytest.raises(DivergedError, match=r"epoch 1 .* smaller learning_rate"):
        GloVe(**SMALL, learning_rate=1e30).fit(COUNTS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("x_max", 0),
        ("x_max", float("inf")),
        ("alpha", -0.5),
        ("alpha", float("nan")),
        ("learning_rate", 0),
        ("regular_biases", 1),
        ("combine", "both"),
        ("memory", 0),
    ],
)
def test_a_hyperparameter_out_of_range_is_named(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"^{name} "):
        GloVe(**{name: value})


def test_the_metadata_tells_how_the_vectors_were_made(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log:
        vectors = GloVe(**SMALL).fit(COUNTS, progress=Progress(log=log))
    metadata = json.loads(json.dumps(vectors.metadata))
    assert metadata["method"] == "glove"
    assert metadata["settings"]["x_max"] == 10
    assert metadata["corpus"] == {"digest": "d"}
    assert metadata["counts"]["entries"] == len(COUNTS.columns)
    assert metadata["training"]["loss"][1] < metadata["training"]["loss"][0]
    assert metadata["training"]["repeatable"] is True
    reports = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert reports[-1]["done"] == reports[-1]["total"] == 2 * len(COUNTS.columns)


def test_a_corpus_is_counted_first() -> None:
    with EncodedCorpus.from_sentences(["tea with milk", "tea with rum"] * 5) as corpus:
        trainer = GloVe(**SMALL, min_count=1)
        with trainer.count(corpus) as counts:
            assert same_bits(trainer.fit(corpus), trainer.fit(counts))
        assert trainer.fit(corpus).words == ["tea", "with", "milk", "rum"]


def test_an_estimate_names_words_entries_memory_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "SECONDS_TO_ESTIMATE", 0.01)
    estimate = GloVe(**SMALL).estimate(COUNTS)
    assert (estimate.words, estimate.steps, estimate.unit) == (WORDS, 2 * len(COUNTS.columns), "entries")
    assert estimate.memory == 2 * 96 * 80 * 4 + 12 * len(COUNTS.columns)
    assert 0 < estimate.seconds < 60


def hashes() -> list[str]:
    """Return the hashes and losses of vectors that are trained in this process."""
    trained = [GloVe(**SMALL | {"dim": dim}).fit(COUNTS) for dim in (20, 50)]
    digests = [hashlib.sha256(vectors.matrix.tobytes()).hexdigest() for vectors in trained]
    return [*digests, *(repr(loss) for vectors in trained for loss in vectors.metadata["training"]["loss"])]


@pytest.mark.parametrize("processor", [GENERIC, HASWELL] if ALL else [GENERIC])
def test_code_for_other_processors_gives_the_bits_of_native_code(processor: dict[str, str]) -> None:
    if processor is HASWELL and platform.machine() != "x86_64":
        pytest.skip("Haswell code needs x86-64")
    native = hashes()
    assert len(set(native)) == 6
    assert evaluated("hashes()", "test_glove", processor) == str(native)
