"""The text that every tool is given, one sentence a line, and what follows from its counts."""

import lzma
import os
import shutil
from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WARM_UP_BYTES = 1_000_000


@dataclass(frozen=True)
class Text:
    """A text of words between white space: `ids` are its tokens, `lengths` the tokens of each line."""

    name: str
    path: Path
    warm_up: Path
    size: int
    counts: NDArray[np.int64] = field(repr=False)
    ids: NDArray[np.uint32] = field(repr=False)
    lengths: NDArray[np.int64] = field(repr=False)

    @property
    def tokens(self) -> int:
        return len(self.ids)

    @property
    def lines(self) -> int:
        return len(self.lengths)

    def windows(self, window: int, sample: float, min_count: int) -> tuple[int, float]:
        """Return the windows of one epoch, after `min_count` and subsampling, and the mean number of words in one."""
        counts = np.where(self.counts >= min_count, self.counts, 0)
        share = sample * counts.sum() / np.maximum(counts, 1)
        keep = np.where(counts > 0, np.sqrt(share) + share, 0)
        kept = np.random.default_rng(1).random(self.tokens) < keep[self.ids]
        ends = np.cumsum(self.lengths)
        before = np.concatenate([[0], np.cumsum(kept)])
        lengths = before[ends] - before[ends - self.lengths]
        # A distance d lies in the window with probability (window - d + 1) / window.
        distances = np.arange(1, window + 1)
        pairs = (2 * np.maximum(lengths[:, None] - distances, 0) * (window - distances + 1) / window).sum()
        return int(lengths.sum()), float(pairs / max(lengths.sum(), 1))


def prepare(work: Path, file: Path | None, megabytes: float | None) -> Text:
    """Lay the text into the folder `work`: `file`, or wiki8 of WORDVEC_DATA, or else gensim's Wikipedia excerpt."""
    path, data = work / "text.txt", os.environ.get("WORDVEC_DATA")
    if file:
        name = file.name
        shutil.copyfile(file, path)
    elif data:
        name = "wiki8"
        with lzma.open(Path(data, "corpora", "wiki8.txt.xz")) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
    else:
        name = "Wikipedia excerpt of gensim's package, tokenizer words"
        _write_excerpt(work, path)
    if megabytes:
        _cut(path, path, int(megabytes * 1e6))
        name += f", first {megabytes:g} MB"
    warm_up = work / "warm-up.txt"
    _cut(path, warm_up, WARM_UP_BYTES)
    return _read(name, path, warm_up)


def _write_excerpt(work: Path, path: Path) -> None:
    from gensim.test.utils import datapath

    from wordvec import EncodedCorpus

    dump = datapath("enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2")
    with (
        EncodedCorpus.from_text([dump], work / "excerpt", tokenizer="words", lowercase=True) as corpus,
        path.open("w", encoding="utf-8") as file,
    ):
        words = corpus.vocabulary.words
        for begin, end in zip(corpus.offsets[:-1], corpus.offsets[1:], strict=True):
            print(*(words[id] for id in corpus.ids[begin:end]), file=file)


def _cut(source: Path, target: Path, size: int) -> None:
    with source.open("rb") as file:
        head = file.read(size)
    target.write_bytes(head[: head.rfind(b"\n") + 1] or head)


def _read(name: str, path: Path, warm_up: Path) -> Text:
    index: defaultdict[bytes, int] = defaultdict()
    index.default_factory = index.__len__
    ids, lengths = array("I"), array("q")
    with path.open("rb") as file:
        for line in file:
            words = line.split()
            ids.extend([index[word] for word in words])
            lengths.append(len(words))
    tokens = np.frombuffer(ids, np.uint32)
    counts = np.bincount(tokens).astype(np.int64)
    return Text(name, path, warm_up, path.stat().st_size, counts, tokens, np.frombuffer(lengths, np.int64))
