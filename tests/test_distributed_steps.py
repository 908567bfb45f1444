"""Encoding and counting in parts, as workers do, compared with one pass; the parts run in this process."""

import bz2
import contextlib
import gzip
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec import Cooccurrence, EncodedCorpus, distributed
from wordvec.corpora import batches, readers, sections
from wordvec.corpora.readers import Source
from wordvec.corpora.reading import Reading
from wordvec.distributed import counting, encoding, merging, shards, word_lists, worker
from wordvec.errors import InputError, MemoryLimitError, WordvecError
from wordvec.files import durable
from wordvec.workers import Progress, StopFlag

SMALL = 64
PLAIN = Reading(format="plain")
"""Bytes of a block in these tests."""


class Inline:
    """A cluster whose tasks run here, the last first."""

    def __init__(self, workers: int = 3) -> None:
        self.progress, self.stop = Progress(), StopFlag()
        self.threads = {f"worker {number}": 1 for number in range(workers)}
        self.slots = workers

    def memory(self) -> int:
        return 10**9

    def record(self) -> dict[str, int]:
        return {"workers": len(self.threads)}

    def check_sees(self, folder: Path) -> None:
        assert folder.is_dir()

    @contextlib.contextmanager
    def workspace(self, folder: Path) -> Iterator[Path]:
        folder.mkdir()
        yield folder

    def run(
        self, name: str, function: Callable[[Any], Any], jobs: Sequence[Any], label: str | None = None
    ) -> list[Any]:
        found = {number: function(jobs[number]) for number in reversed(range(len(jobs)))}
        return [found[number] for number in range(len(jobs))]


@pytest.fixture(autouse=True)
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run tasks here, on blocks of a few words, so that a short text has many shards."""

    @contextlib.contextmanager
    def connected(*_: object) -> Iterator[Inline]:
        yield Inline()

    for module in (encoding, counting):
        monkeypatch.setattr(module, "connected", connected)
    monkeypatch.setattr(worker, "threads", lambda: 2)
    monkeypatch.setitem(readers.blocks.__kwdefaults__, "size", SMALL)
    monkeypatch.setattr(batches.text_batches, "__defaults__", (SMALL // 2, False))
    for module, names in {
        sections: ("BLOCK", "BATCH_BYTES"),
        shards: ("BLOCK", "BATCH_BYTES"),
        word_lists: ("BATCH_BYTES",),
    }.items():
        for name in names:
            monkeypatch.setattr(module, name, SMALL if name == "BLOCK" else SMALL // 2)
    monkeypatch.setattr(merging, "FAN_IN", 2)
    for name in ("force", "force_entries"):  # which takes longer than all the rest
        monkeypatch.setattr(durable, name, lambda path: None)


def contents(folder: Path) -> dict[str, object]:
    """Return the files of a folder; of the metadata, what does not depend on the time and the workers."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    meta = json.loads(files.pop("meta.json"))
    return {**files, "meta": {key: meta[key] for key in meta if key not in ("seconds", "checksum", "cluster")}}


def both(tmp_path: Path, paths: Sequence[Path], **options: Any) -> tuple[dict[str, object], dict[str, object]]:
    """Return the folders of one pass and of workers, or the messages of their errors."""
    results: list[dict[str, object]] = []
    for name, make in (("one", EncodedCorpus.from_text), ("many", distributed.encode)):
        try:
            make(paths, tmp_path / name, overwrite=True, **options).close()
            results.append(contents(tmp_path / name))
        except WordvecError as error:
            results.append({"error": str(error)})
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
    return results[0], results[1]


WORDS = [f"w{number}" for number in range(40)] + ["İstanbul", "STRASSE", "don't", "a,", "e\u0301", "x" * 70]


def random_text(seed: int, length: int) -> str:
    """Return lines and paragraphs of random lengths."""
    source = random.Random(seed)
    after = [" "] * 12 + ["\n"] * 3 + ["\n\n", "\r\n", "\n \n", "\t", "\r", "\n\n\n"]
    return "".join(source.choice(WORDS) + source.choice(after) for _ in range(length))


SETTINGS: list[dict[str, Any]] = [
    {},
    {"documents": "line"},
    {"sentence": "paragraph"},
    {"sentence": "paragraph", "tokenizer": "words"},
    {"sentence": "file", "max_sentence": 7},
    {"sentence": "paragraph", "max_sentence": 3, "lowercase": True, "normalize": "nfc"},
    {"max_words": 4},
    {"max_words": 3, "sentence": "file", "tokenizer": "words", "lowercase": "turkish"},
    {"max_words": 100},
    {"stop_words": ["w1", "W3"], "drop_numbers": True, "dropped": "close-up", "max_sentence": 5},
    {"stop_words": ["w2"], "max_words": 20, "dropped": "close-up", "sentence": "paragraph"},
    {"keep_words": ["W2", "strasse", "w39", "none"], "max_words": 3, "lowercase": True, "stop_words": ["w2"]},
    {"tokenizer": lambda text: text.replace("\n", "|").split(), "sentence": "paragraph"},
]


@pytest.mark.parametrize("number", range(len(SETTINGS)))
def test_the_folder_of_many_shards_is_that_of_one_pass(tmp_path: Path, number: int) -> None:
    for seed in range(2):
        text = tmp_path / "text.txt"
        text.write_text(random_text(seed, 150 + 30 * seed), encoding="utf-8", newline="")
        one, many = both(tmp_path, [text], **SETTINGS[number])
        assert one == many
        assert "error" not in one


@settings(max_examples=25)
@given(
    pieces=st.lists(
        st.sampled_from([b"a ", b"b\n", b"c\r", b"\n", b"\n\n", b"\r\n", b"\xff ", b"d" * 50, b"\0"]), max_size=120
    ),
    cut=st.integers(0, 120),
    options=st.sampled_from(SETTINGS[:8]),
)
def test_line_ends_and_invalid_bytes_at_the_edges_of_shards(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], cut: int, options: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("edges")
    files = [folder / "a", folder / "b"]
    for file, part in zip(files, (pieces[:cut], pieces[cut:]), strict=True):
        file.write_bytes(b"".join(part))
    one, many = both(folder, [*files, files[0]], **options)
    assert one == many


def test_sections_have_the_blocks_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    for number in range(40):
        source = random.Random(number)
        units = [b"ab ", b"c" * 100, b"d\n", b"\r", b"e" * 30 + b"\n", b"\n"]
        path.write_bytes(b"".join(source.choices(units, [8, 1, 2 * (number % 2), 1, 2, 1], k=source.randrange(200))))
        whole = list(readers.blocks(Source("text", path), PLAIN))
        found = sections.sections(Source("text", path), 2 * SMALL, PLAIN)
        parts = [list(sections.section_blocks(section)) for section in found]
        assert [block for part in parts for block in part] == whole
        assert number % 2 == 0 or len(whole) < 8 or len(parts) > 1
        assert all(part[-1].endswith(b"\n") for part in parts[:-1])


def test_other_kinds_of_files_are_read_whole(tmp_path: Path) -> None:
    text = random_text(5, 400)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "in/b.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (tmp_path / "in/c10.bz2").write_bytes(bz2.compress(b"one two\n" * 30))
    (tmp_path / "in/c9.txt").write_bytes(b"")
    (tmp_path / "in/.hidden").write_bytes(b"no")
    one, many = both(tmp_path, [tmp_path / "in", tmp_path / "in/b.txt"])
    assert one == many
    for options in SETTINGS:
        pattern = both(tmp_path, [Path(str(tmp_path / "in/*.*"))], **options)
        assert pattern[0] == pattern[1]


@pytest.mark.parametrize(
    "options", [{}, {"max_words": 3, "keep_fields": "n,k"}, {"sentence": "file", "name_field": "k", "keep_fields": "n"}]
)
def test_records_of_jsonl_and_skipped_ones_are_those_of_one_pass(tmp_path: Path, options: dict[str, Any]) -> None:
    source = random.Random(3)
    texts: list[object] = ["a b c", ["t1", "t2"], ["one two", "three"], None, "", [["x", "y"], ["z"]]]
    for name in ("a.jsonl", "b.jsonl"):
        records = [
            {"text": source.choice(texts), "n": number, "k": "é" * (number % 4)} if source.random() < 0.9 else {"k": 1}
            for number in range(90)
        ]
        (tmp_path / name).write_text("".join(json.dumps(record) + "\n" for record in records))
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress((tmp_path / "a.jsonl").read_bytes()))
    one, many = both(
        tmp_path, [tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "c.jsonl.gz"], field="text", **options
    )
    assert one == many
    assert "error" not in one


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("<doc>\n" + "a\tX\n\nb c\tY\n" * 60 + "</doc>\n", {"columns": "form,pos", "token": "{form}_{pos}"}),
        ("id,text\n" + '1,"a, b\nc"\n2,\n' * 60, {"field": "text"}),
        ("<a>" + "<p>a b</p>\n<l>c</l>" * 60 + "</a>", {"xml_text": "p,l"}),
        ("é a\nb\n" * 60, {"encoding": "latin-1"}),
    ],
)
def test_structured_files_are_those_of_one_pass(tmp_path: Path, content: str, options: dict[str, Any]) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(content, encoding=options.get("encoding", "utf-8"))
    one, many = both(tmp_path, [tmp_path / "a", tmp_path / "b"], **options)
    assert one == many
    assert "error" not in one


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b" \n\t\n" * 50, {}),
        (b"\xff\xfe" + b"\0\xd8" * 300, {}),
        (b"<a>\n<p>a</a>" * 60, {"xml_text": "p"}),
        (b"a\tX\nb\n" * 60, {"columns": "form,pos", "token": "{pos}"}),
        (b"text,b\na,b,c\n" * 60, {"field": "text"}),
        (b"\xe9" * 50 + b"\n" + b"a b\n" * 80, {}),
        (b"<html><body>" + b"<p>a</p>\n" * 60, {}),
        (gzip.compress(b"a b\n" * 90, mtime=0)[:-9], {}),
        (b'{"other": 1}\n' * 30, {"field": "text"}),
        (b"no json\n" * 60, {"field": "text"}),
        (b"a b\n" * 90, {"vocabulary": "words.txt"}),
        (b"a b\n" * 90, {"tokenizer": lambda text: [text]}),
    ],
)
def test_errors_are_those_of_one_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, options: dict[str, Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("words.txt").write_text("zebra 3\n")
    Path("text.txt").write_bytes(content)
    one, many = both(tmp_path, [tmp_path / "text.txt"], **options)
    assert one == many
    assert "error" in one


def test_a_given_vocabulary_is_kept_to(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(random_text(8, 300), encoding="utf-8")
    (tmp_path / "words.txt").write_text("w1 9\nw2 8\nunknown 3\n")
    one, many = both(tmp_path, [tmp_path / "text.txt"], vocabulary=tmp_path / "words.txt", tokenizer="words")
    assert one == many


def test_relative_paths_are_those_of_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text(random_text(2, 200), encoding="utf-8")
    with distributed.encode("text.txt", "corpus") as corpus:
        assert corpus.meta["sources"]["names"] == ["text.txt"]
        with distributed.count(corpus, "counts", min_count=1) as counts:
            assert counts.folder == Path("counts")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "counts", "text.txt"]
    with EncodedCorpus.open("corpus"), Cooccurrence.open("counts"):
        pass


def test_standard_input_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read by workers: write the text to a file first"):
        distributed.encode("-", tmp_path / "out")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"window": 3, "weighting": "flat", "direction": "left", "across_sentences": True},
        {"min_count": 4, "keep_places": True, "sample": 0.05, "seed": 4},
        {"window": 40},
    ],
)
def test_counts_of_pieces_and_rows_are_those_of_one_pass(tmp_path: Path, options: dict[str, Any]) -> None:
    words = np.random.default_rng(2).zipf(1.3, 4_000) % 300
    lines = np.split(words, range(7, 4_000, 11))
    kept = [f"w{word}" for word in range(200, 300)]
    with EncodedCorpus.from_sentences([[f"w{word}" for word in line] for line in lines], keep_words=kept) as corpus:
        given = {"min_count": 2} | options
        Cooccurrence.count(corpus, tmp_path / "one", **given).close()
        distributed.count(corpus, tmp_path / "many", **given).close()
    assert contents(tmp_path / "one") == contents(tmp_path / "many")


def test_counting_that_needs_more_memory_than_a_worker_may_use_is_an_error(tmp_path: Path) -> None:
    with EncodedCorpus.from_sentences(["a b c"] * 9) as corpus, pytest.raises(MemoryLimitError, match="raise --memory"):
        distributed.count(corpus, tmp_path / "out", memory=1e-10, min_count=1)
    with (
        EncodedCorpus.from_sentences(["a", "b"] * 9) as corpus,
        pytest.raises(InputError, match="no two words co-occur"),
    ):
        distributed.count(corpus, tmp_path / "out", min_count=1)
    assert list(tmp_path.iterdir()) == []
