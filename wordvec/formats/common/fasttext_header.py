"""The header of fastText's ``.bin``, little-endian: settings of the training run, and sizes of the dictionary.

The layout follows args.cc and dictionary.cc of fastText 0.9.2. Files from before 2017 lack the magic number, the
version, and the size of the pruned dictionary.
"""

import math
import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

from wordvec.errors import InputError, NotReadError
from wordvec.formats.common.bytesource import ByteSource
from wordvec.formats.common.reading import check_file_size

MAGIC, VERSIONS = 793712314, (11, 12)
BEFORE_VERSIONS, NEVER_PRUNED = 0, -1
HIERARCHICAL = 1
"""The loss whose output rows are nodes of a tree of words."""
CLASSIFIER = 3
"""The model whose output rows are labels."""
READ = "fasttext"
"""Name in the metadata of the settings of a file that has no metadata of its own."""
LEAST_ENTRY = 1 + 8 + 1
"""Bytes of an empty word of the dictionary."""

_MAGIC_BYTES, _WITHOUT_NGRAMS = 4, 11
_HEADER, _UNNUMBERED = struct.Struct("<2i12id3iqq"), struct.Struct("<12id3iq")
_LARGEST_DIM, _LARGEST_WINDOW, _LONGEST_NGRAM = 1 << 16, 1 << 16, 1 << 10
_LARGEST, _MOST_TOKENS = (1 << 31) - 1, (1 << 63) - 1
_MODELS, _LOSSES = ("cbow", "skipgram", "supervised"), ("hs", "ns", "softmax", "ova")
"""Names of the models and losses, which are numbered from 1."""
_NEGATIVE_SAMPLING, _SKIPGRAM = 2, 2
_WHOLE, _SAMPLE = {"window": 5, "epochs": 5, "min_count": 1, "negatives": 5}, 1e-4
"""Settings where the metadata do not know them: those of fastText."""
_WORD_NGRAMS, _LR_UPDATE_RATE = 1, 100


class Header(NamedTuple):
    """Fields before the entries of the dictionary, in their order."""

    magic: int
    version: int
    dim: int
    window: int
    epochs: int
    min_count: int
    negatives: int
    word_ngrams: int
    loss: int
    model: int
    buckets: int
    shortest: int
    longest: int
    lr_update_rate: int
    sample: float
    size: int
    words: int
    labels: int
    tokens: int
    pruned: int

    @property
    def of_words(self) -> bool:
        """Whether the output matrix has a row for each word."""
        return self.model != CLASSIFIER and self.loss != HIERARCHICAL

    def packed(self) -> bytes:
        """Return the bytes of the header."""
        return _HEADER.pack(*self)

    def settings(self) -> dict[str, Any]:
        """Return the settings of the training run, for the metadata."""
        kinds = {"model": _name(_MODELS, self.model), "loss": _name(_LOSSES, self.loss)}
        sampling = {"sample": self.sample if math.isfinite(self.sample) else None, "tokens": self.tokens}
        return kinds | {name: getattr(self, name) for name in _WHOLE} | sampling


def begins_unnumbered(head: bytes) -> bool:
    """Return whether a file begins with plausible settings, as written before 2017, and a word."""
    if len(head) < _UNNUMBERED.size + LEAST_ENTRY:
        return False
    header = _unnumbered(head)
    sizes = 1 <= header.dim <= _LARGEST_DIM and 1 <= header.window <= _LARGEST_WINDOW and header.buckets >= 0
    ngrams = 0 <= header.shortest <= _LONGEST_NGRAM and 0 <= header.longest <= _LONGEST_NGRAM
    kinds = 1 <= header.loss < len(_LOSSES) and 1 <= header.model <= len(_MODELS) and 0 <= header.sample <= 1
    counts = header.words + header.labels == header.size > 0 and min(header.words, header.labels, header.tokens) >= 0
    return sizes and ngrams and kinds and counts and head[_UNNUMBERED.size] != 0


def read_header(source: ByteSource) -> Header:
    """Read the header at the beginning of a file.

    Raises
    ------
    NotReadError
        If the version is unsupported.
    InputError
        If the sizes are impossible.
    """
    path = source.path
    magic = source.take(_MAGIC_BYTES)
    if magic == MAGIC.to_bytes(_MAGIC_BYTES, "little"):
        header = Header._make(_HEADER.unpack(magic + source.take(_HEADER.size - _MAGIC_BYTES)))
        if header.version not in VERSIONS:
            raise NotReadError(f"{path}: fastText's version {header.version}; versions 11 and 12 are read")
    else:
        header = _unnumbered(magic + source.take(_UNNUMBERED.size - _MAGIC_BYTES))
    sizes = (header.size, header.words, header.labels, header.buckets, header.shortest, header.longest)
    if min(sizes) < 0 or not 1 <= header.dim <= _LARGEST_DIM or header.words + header.labels != header.size:
        raise InputError(f"{path}: the sizes in fastText's header are impossible; damaged")
    check_file_size(path, header.size, LEAST_ENTRY)
    # As fastText reads them: classifiers of version 11 have no n-grams of characters, whatever the header says.
    without = header.version == _WITHOUT_NGRAMS and header.model == CLASSIFIER
    return header._replace(longest=0) if without else header


def header_of(
    shape: tuple[int, int], counted: int, ngrams: tuple[int, int, int], metadata: Mapping[str, Any]
) -> Header:
    """Return the header of a file to write, with the settings of the training run that the metadata know.

    Parameters
    ----------
    shape
        Number of words, and dim.
    counted
        Sum of the counts of the words. The number of tokens of the corpus is written if it is known and larger, since
        fastText counts tokens of all words and subsamples by it.
    ngrams
        Number of buckets, and length of the shortest and of the longest n-gram.
    metadata
        Metadata of the vectors.
    """
    words, dim = shape
    settings, read, corpus = (_mapping(metadata, name) for name in ("settings", READ, "corpus"))
    known = {"model": metadata.get("method")} | read | settings
    return Header(
        MAGIC,
        VERSIONS[-1],
        dim,
        **{name: _whole(known.get(name), default, _LARGEST) for name, default in _WHOLE.items()},
        word_ngrams=_WORD_NGRAMS,
        loss=_number(_LOSSES[1:], known.get("loss"), _NEGATIVE_SAMPLING - 1) + 1,
        model=_number(_MODELS[:2], known.get("model"), _SKIPGRAM),
        buckets=ngrams[0],
        shortest=ngrams[1],
        longest=ngrams[2],
        lr_update_rate=_LR_UPDATE_RATE,
        sample=_sample(known.get("sample")),
        size=words,
        words=words,
        labels=0,
        tokens=max(counted, _whole(corpus.get("tokens", read.get("tokens")), 0, _MOST_TOKENS)),
        pruned=NEVER_PRUNED,
    )


def _unnumbered(head: bytes) -> Header:
    settings = _UNNUMBERED.unpack(head[: _UNNUMBERED.size])
    return Header._make((MAGIC, BEFORE_VERSIONS, *settings, NEVER_PRUNED))


def _mapping(metadata: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = metadata.get(name)
    return found if isinstance(found, dict) else {}


def _name(names: tuple[str, ...], number: int) -> str | None:
    return names[number - 1] if 1 <= number <= len(names) else None


def _number(names: tuple[str, ...], name: Any, default: int) -> int:
    return names.index(name) + 1 if name in names else default


def _whole(value: Any, default: int, most: int) -> int:
    return value if type(value) is int and 0 <= value <= most else default


def _sample(value: Any) -> float:
    return float(value) if type(value) in (int, float) and 0 <= value <= 1 else _SAMPLE
