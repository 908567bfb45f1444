"""Co-occurrence counts against a dictionary of pairs; reproducible bits; files."""

import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec import Cooccurrence, EncodedCorpus
from wordvec.corpora import counting
from wordvec.corpora.count_settings import DIRECTIONS, WEIGHTINGS, CountSettings
from wordvec.corpora.counting import weights
from wordvec.corpora.glove_files import RECORD
from wordvec.errors import InputError, Interrupted, MemoryLimitError, OutputError, SettingsError
from wordvec.workers import StopFlag


def zipf_sentences(seed: int, sentences: int = 400) -> list[str]:
    generator = np.random.default_rng(seed)
    return [
        " ".join(f"w{number}" for number in np.minimum(generator.zipf(1.4, generator.integers(1, 30)), 60))
        for _ in range(sentences)
    ]


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_sentences(zipf_sentences(1)) as encoded:
        yield encoded


def dense(counts: Cooccurrence) -> np.ndarray:
    return counts.matrix().toarray()


def expected(corpus: EncodedCorpus, words: int, **chosen: Any) -> np.ndarray:
    lines = [corpus.ids[a:b].tolist() for a, b in itertools.pairwise(corpus.offsets)]
    table = np.zeros((words, words), np.float32)
    for (word, other), value in naive.cooccurrences(lines, words, **chosen).items():
        table[word, other] = np.float32(float(value))
    return table


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("places", [False, True])
def test_counts_are_those_of_a_dictionary_of_pairs(
    corpus: EncodedCorpus, weighting: str, direction: str, across: bool, places: bool
) -> None:
    with Cooccurrence.count(
        corpus,
        min_count=5,
        window=4,
        weighting=weighting,
        direction=direction,
        across_sentences=across,
        keep_places=places,
    ) as counts:
        words = len(counts.vocabulary)
        assert 5 < words < len(corpus.vocabulary)
        assert counts.vocabulary.words == corpus.vocabulary.words[:words]
        table = expected(
            corpus, words, window=4, weighting=weighting, direction=direction, across=across, places=places
        )
        np.testing.assert_array_equal(dense(counts), table)
        assert counts.meta["entries"] == np.count_nonzero(table) == len(counts.columns)
        assert all((np.diff(row) > 0).all() for row in np.split(counts.columns, counts.indptr[1:-1]))


@given(
    sentences=st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=9), min_size=1, max_size=6),
    window=st.integers(1, 12),
    weighting=st.sampled_from(WEIGHTINGS),
    direction=st.sampled_from(DIRECTIONS),
    across=st.booleans(),
    places=st.booleans(),
    pieces=st.integers(1, 7),
    min_count=st.integers(1, 3),
)
def test_any_corpus_in_any_pieces_is_counted_as_a_dictionary_would(
    sentences: list[list[int]],
    window: int,
    weighting: str,
    direction: str,
    across: bool,
    places: bool,
    pieces: int,
    min_count: int,
) -> None:
    with EncodedCorpus.from_sentences([[f"w{word}" for word in sentence] for sentence in sentences]) as corpus:
        words = corpus.vocabulary.cut(min_count)
        if words < 2:
            return
        table = expected(
            corpus, words, window=window, weighting=weighting, direction=direction, across=across, places=places
        )
        if not table.any():
            return
        with (
            pytest.MonkeyPatch.context() as patch,
            Cooccurrence.count(
                in_pieces(patch, corpus, pieces),
                min_count=min_count,
                window=window,
                weighting=weighting,
                direction=direction,
                across_sentences=across,
                keep_places=places,
                threads=2,
            ) as counts,
        ):
            np.testing.assert_array_equal(dense(counts), table)


def in_pieces(patch: pytest.MonkeyPatch, corpus: EncodedCorpus, pieces: int) -> EncodedCorpus:
    """Limit the memory so that the corpus is counted in pieces."""
    patch.setattr(counting, "MOST_TOKENS", -(-len(corpus.ids) // pieces))
    patch.setattr(counting, "LEAST_TOKENS", 1)
    return corpus


@pytest.mark.parametrize("sample", [0.0, 1e-3])
def test_threads_and_pieces_do_not_change_a_bit(
    corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch, sample: float
) -> None:
    monkeypatch.setattr(counting, "ENTRIES_AT_ONCE", 50)
    chosen = {"min_count": 2, "window": 9, "sample": sample}
    digests, tokens = set(), set()
    for threads, pieces in [(1, 1), (2, 1), (3, 1), (16, 1), (1, 2), (3, 7)]:
        with Cooccurrence.count(in_pieces(monkeypatch, corpus, pieces), threads=threads, **chosen) as counts:
            digests.add(counts.digest)
            tokens.add(counts.meta["tokens"])
            assert sorted(path.name for path in counts.folder.iterdir()) == [
                "begins.npy", "columns.npy", "meta.json", "values.npy", "vocabulary.txt"
            ]  # fmt: skip
    assert len(digests) == len(tokens) == 1
    assert (tokens.pop() < len(corpus.ids) * 0.9) == bool(sample)


def test_subsampling_keeps_the_expected_share_and_depends_on_the_seed(corpus: EncodedCorpus) -> None:
    def kept(seed: int) -> tuple[int, str]:
        with Cooccurrence.count(corpus, min_count=1, sample=1e-2, seed=seed) as counts:
            return counts.meta["tokens"], counts.digest

    shares = naive.keep_probabilities(corpus.vocabulary.counts.tolist(), 1e-2)
    mean = sum(share * count for share, count in zip(shares, corpus.vocabulary.counts, strict=True))
    spread = sum(s * (1 - s) * n for s, n in zip(shares, corpus.vocabulary.counts, strict=True)) ** 0.5
    assert abs(kept(1)[0] - mean) < 5 * spread
    assert kept(1) == kept(1)
    assert kept(1)[1] != kept(2)[1]


@pytest.mark.parametrize("window", [1, 10, 22, 40, 100])
def test_harmonic_weights_are_exact_or_nearly_so(window: int) -> None:
    found, unit = weights(CountSettings(window=window), most=10**6)
    exact = 1 / np.arange(1, window + 1)
    np.testing.assert_allclose(found[1:] / unit, exact, rtol=0 if window <= 22 else 1e-7, atol=0)
    assert 2 * 10**6 * int(found.sum()) < 2**63


def test_a_window_too_wide_for_integer_weights_is_an_error() -> None:
    with pytest.raises(SettingsError, match="window 1000: too wide for a corpus whose first word"):
        weights(CountSettings(window=1000), most=10**12)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"window": 0}, "window 0: must be at least 1"),
        ({"min_count": 0}, "min_count 0: must be at least 1"),
        ({"weighting": "linear"}, "weighting linear: choose one of harmonic, flat, dynamic"),
        ({"direction": "up"}, "direction up: choose one of symmetric, left, right"),
        ({"sample": float("nan")}, "sample nan: must be finite"),
        ({"colour": 3}, "counting has no setting colour"),
    ],
)
def test_an_invalid_setting_is_named(corpus: EncodedCorpus, chosen: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Cooccurrence.count(corpus, **chosen)


def test_too_rare_words_and_words_without_context_are_errors(corpus: EncodedCorpus) -> None:
    with pytest.raises(InputError, match="occur 100000 times or more, too few to count; use a smaller min_count"):
        Cooccurrence.count(corpus, min_count=100000)
    with (
        EncodedCorpus.from_sentences(["a", "b", "a", "b"]) as lonely,
        pytest.raises(InputError, match="no two words co-occur"),
    ):
        Cooccurrence.count(lonely, min_count=1)


def test_too_little_memory_is_an_error_before_anything_is_written(corpus: EncodedCorpus, tmp_path: Path) -> None:
    with pytest.raises(MemoryLimitError, match="raise --memory, or --min-count"):
        Cooccurrence.count(corpus, tmp_path / "counts", memory=1e-6)
    assert not list(tmp_path.iterdir())


def test_a_stop_leaves_nothing(corpus: EncodedCorpus, tmp_path: Path) -> None:
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        Cooccurrence.count(corpus, tmp_path / "counts", stop=stop)
    assert not list(tmp_path.iterdir())


def test_counts_are_replaced_only_when_asked(corpus: EncodedCorpus, tmp_path: Path) -> None:
    folder = tmp_path / "counts"
    first = Cooccurrence.count(corpus, folder)
    with pytest.raises(OutputError, match="exists already"):
        Cooccurrence.count(corpus, folder)
    again = Cooccurrence.count(corpus, folder, overwrite=True)
    assert first.digest == again.digest == Cooccurrence.open(folder).digest
    assert repr(again).startswith("<Cooccurrence of")


@pytest.mark.parametrize("name", ["begins.npy", "columns.npy", "values.npy", "vocabulary.txt", "meta.json"])
def test_a_damaged_file_is_detected(corpus: EncodedCorpus, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "counts"
    Cooccurrence.count(corpus, folder).close()
    path = folder / name
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 8])
    with pytest.raises(InputError, match=r"damaged|not a word"):
        Cooccurrence.open(folder)
    if name != "meta.json":
        path.write_bytes(whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:])
        with pytest.raises(InputError, match="damaged"):
            Cooccurrence.open(folder)
    path.unlink()
    with pytest.raises(InputError, match=r"damaged|holds no co-occurrence counts"):
        Cooccurrence.open(folder)


def test_another_folder_or_version_is_refused(corpus: EncodedCorpus, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no co-occurrence counts \(meta.json is of another format\)"):
        Cooccurrence.open(corpus.folder)
    Cooccurrence.count(corpus, tmp_path / "counts").close()
    meta = tmp_path / "counts" / "meta.json"
    meta.write_text(json.dumps(json.loads(meta.read_text()) | {"version": 9}))
    with pytest.raises(InputError, match="version 9 of the format"):
        Cooccurrence.open(tmp_path / "counts")


def test_a_round_trip_through_gloves_files_gives_the_same_counts(corpus: EncodedCorpus, tmp_path: Path) -> None:
    records, words = tmp_path / "cooccurrence.bin", tmp_path / "vocab.txt"
    with Cooccurrence.count(corpus, min_count=2) as counts:
        counts.to_glove(records, words)
        raw = np.fromfile(records, RECORD)
        assert (len(raw), raw["row"].min(), raw["column"].max()) == (len(counts.columns), 1, len(counts.vocabulary))
        with pytest.raises(OutputError):
            counts.to_glove(records, words)
        # GloVe's shuffled records, and one pair in two of them.
        np.random.default_rng(1).shuffle(raw)
        half = raw[:1].copy()
        half["value"] /= 2
        np.concatenate([half, raw[1:], half]).tofile(records)
        with Cooccurrence.from_glove(records, words) as back:
            np.testing.assert_array_equal(back.indptr, counts.indptr)
            np.testing.assert_array_equal(back.columns, counts.columns)
            np.testing.assert_array_equal(back.values, counts.values)
            assert back.vocabulary.words == counts.vocabulary.words


def test_a_vocabulary_in_another_order_is_sorted_with_its_records(tmp_path: Path) -> None:
    records, words = tmp_path / "r.bin", tmp_path / "v.txt"
    words.write_text("rare 1\noften 9\n")
    np.array([(1, 2, 0.5), (2, 1, 0.25)], RECORD).tofile(records)
    with Cooccurrence.from_glove(records, words) as counts:
        assert counts.vocabulary.words == ["often", "rare"]
        assert dense(counts).tolist() == [[0, 0.25], [0.5, 0]]


@pytest.mark.parametrize(
    ("lines", "word", "second", "first"),
    [
        ("a 2\nb 1\na 2\n", "a", 3, 1),
        ("a 2\nb 1\nb 7\n", "b", 3, 2),
        ("a 2\na 2\n", "a", 2, 1),
        (
            "x 1\nlonger-than-fifteen-bytes 2\nc 1\nlonger-than-fifteen-bytes 2\nx 1\n",
            "longer-than-fifteen-bytes",
            4,
            2,
        ),
    ],
)
def test_a_word_with_two_lines_is_refused_with_both(
    tmp_path: Path, lines: str, word: str, second: int, first: int
) -> None:
    records, words = tmp_path / "r.bin", tmp_path / "v.txt"
    words.write_text(lines)
    np.array([(1, 2, 0.5), (2, 1, 0.25)], RECORD).tofile(records)
    with pytest.raises(InputError, match=rf"v\.txt: line {second}: the word '{word}' is that of line {first}"):
        Cooccurrence.from_glove(records, words, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a multiple of 16"),
        (b"x" * 15, "15 bytes are not a multiple of 16, the size of a record; is the file truncated"),
        (np.array([(1, 3, 1.0)], RECORD).tobytes(), "record 1 names word 3, and .* has 2 words"),
        (np.array([(1, 1, 1.0), (0, 1, 1.0)], RECORD).tobytes(), "record 2 names word 0"),
        (np.array([(1, 2, np.nan)], RECORD).tobytes(), "not positive and finite"),
    ],
)
def test_bad_records_are_named(tmp_path: Path, content: bytes, message: str) -> None:
    records, words = tmp_path / "r.bin", tmp_path / "v.txt"
    records.write_bytes(content)
    words.write_text("a 2\nb 1\n")
    with pytest.raises(InputError, match=message):
        Cooccurrence.from_glove(records, words, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA is not set")
def test_real_text_has_the_entries_that_gloves_own_program_finds(tmp_path: Path) -> None:
    """Numbers of records that Stanford's `cooccur` wrote for the same text, window 10, symmetric, min-count 5."""
    path = Path(os.environ["WORDVEC_DATA"], "corpora", "wiki8.txt.xz")
    with EncodedCorpus.from_text(path) as text:
        with Cooccurrence.count(text, across_sentences=True, memory=0.05) as pieces:
            assert (len(pieces.vocabulary), len(pieces.columns)) == (67_961, 45_707_965)
        with Cooccurrence.count(text) as counts:
            assert len(counts.columns) == 43_031_238


@pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA is not set")
def test_text8_has_its_known_entries() -> None:
    path = Path(os.environ["WORDVEC_DATA"], "corpora", "text8")
    if not path.exists():
        pytest.skip("no text8 in WORDVEC_DATA")
    with EncodedCorpus.from_text(path) as text, Cooccurrence.count(text, window=15, across_sentences=True) as counts:
        assert (len(text.ids), len(counts.vocabulary), len(counts.columns)) == (17_005_207, 71_290, 60_666_466)
