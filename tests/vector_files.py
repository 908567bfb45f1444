"""Vector files, sound and damaged, that the tests of the doctor make."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.formats import doctor
from wordvec.formats.doctor.findings import Report

WORDS = [b"the", b"of", b"word", b"na\xc3\xafve", b"</s>"]
MATRIX = np.array([[0.5, -1, 2], [0.25, 3, 1e-5], [1, 2, 3], [4, 5, 6], [-7, 8, 0]], np.float32)
LINES = [
    word + b"".join(b" %a" % float(str(number)) for number in row) for word, row in zip(WORDS, MATRIX, strict=True)
]
TEXT = b"5 3\n" + b"".join(line + b"\n" for line in LINES)


def binary(
    words: list[bytes] = WORDS,
    matrix: NDArray[Any] = MATRIX,
    header: tuple[int, int] | None = None,
    end: bytes = b"\n",
) -> bytes:
    """A file as word2vec writes it; gensim writes no `end`."""
    rows = (word + b" " + row.tobytes() + end for word, row in zip(words, matrix, strict=True))
    return b"%d %d\n" % (header or (len(words), matrix.shape[1])) + b"".join(rows)


def fasttext(words: list[bytes], matrix: NDArray[np.float32], *, bucket: int = 0, entries: int | None = None) -> bytes:
    """A model of fastText, without labels, whose output matrix is its input matrix's rows of words."""
    rows, dim = matrix.shape
    size = len(words) if entries is None else entries
    parts = [struct.pack("<2i12id", 793712314, 12, dim, 5, 5, 1, 5, 1, 2, 2, bucket, 3, 6, 100, 1e-4)]
    parts.append(struct.pack("<iiiqq", size, len(words), 0, 99, -1))
    parts += [word + b"\0" + struct.pack("<qb", 7, 0) for word in words]
    parts += [b"\0", struct.pack("<qq", rows, dim), matrix.tobytes()]
    parts += [b"\0", struct.pack("<qq", len(words), dim), matrix[: len(words)].tobytes()]
    return b"".join(parts)


def file_of(folder: Path, content: bytes, name: str = "a.vec") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def found(report: Report) -> dict[str, tuple[int, list[int | None]]]:
    """Each defect with its number and the lines or rows of its first places."""
    return {
        finding.defect.code: (finding.count, [place.number for place in finding.locations])
        for finding in report.defects
    }


def notes(report: Report) -> set[str]:
    return {finding.defect.code for finding in report.notes}


def check(folder: Path, content: bytes, name: str = "a.vec") -> dict[str, tuple[int, list[int | None]]]:
    return found(doctor.check(file_of(folder, content, name)))
