"""Files of formats that are read and not written, made by their documented layouts."""

import sqlite3
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WORDS = ["river", "naïve", "house", "new york"]
MATRIX = np.array([[0.5, -1, 2, 0.25], [0.25, 3, 1e-5, 1], [1, 2, 3, -4], [4, 5, 6, 0.125]], np.float32)

SIMPLE, NDARRAY, BUCKETS, QUANTISED, METADATA, NORMS, FASTTEXT, LISTED = range(1, 9)


def strings(words: list[str]) -> bytes:
    return b"".join(struct.pack("<I", len(word.encode())) + word.encode() for word in words)


def fifu(*chunks: tuple[int, bytes, bytes | None]) -> bytes:
    """A file of finalfusion: of each chunk the kind, its fields, and its aligned data if it has such."""
    content = b"FiFu" + struct.pack("<II", 0, len(chunks)) + b"".join(struct.pack("<I", kind) for kind, *_ in chunks)
    for kind, fields, data in chunks:
        padding = b"" if data is None else bytes(4 - (len(content) + 12 + len(fields)) % 4)
        body = fields + padding + (data or b"")
        content += struct.pack("<IQ", kind, len(body)) + body
    return content


def simple(words: list[str] = WORDS) -> tuple[int, bytes, None]:
    return SIMPLE, struct.pack("<Q", len(words)) + strings(words), None


def ndarray(matrix: NDArray[np.float32] = MATRIX) -> tuple[int, bytes, bytes]:
    return NDARRAY, struct.pack("<QII", *matrix.shape, 10), matrix.astype("<f4").tobytes()


def norms(numbers: NDArray[np.float32]) -> tuple[int, bytes, bytes]:
    return NORMS, struct.pack("<QI", len(numbers), 10), numbers.astype("<f4").tobytes()


def magnitude(
    path: Path, words: list[str] = WORDS, matrix: NDArray[np.float32] = MATRIX, precision: int = 7, **settings: int
) -> Path:
    """A database as Magnitude's converter makes it; rows get length 1."""
    rows = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    dims = [f"dim_{number}" for number in range(matrix.shape[1])]
    database = sqlite3.connect(path)
    database.execute(
        f"CREATE TABLE `magnitude` (key TEXT COLLATE NOCASE, {', '.join(f'{dim} INTEGER' for dim in dims)})"
    )
    database.execute("CREATE TABLE `magnitude_format` (key TEXT COLLATE NOCASE, value INTEGER)")
    marks = ", ".join("?" * (1 + len(dims)))
    for word, row in zip(words, rows.tolist(), strict=True):
        numbers = [round(number * 10**precision) for number in row]
        database.execute(f"INSERT INTO `magnitude` VALUES ({marks})", (word, *numbers))
    about = {"version": 2, "elmo": 0, "size": len(words), "dim": len(dims), "precision": precision, "subword": 1}
    for key, value in (about | settings).items():
        database.execute("INSERT INTO `magnitude_format` VALUES (?, ?)", (key, value))
    for dim in range(len(dims)):
        database.execute("INSERT INTO `magnitude_format` VALUES ('entropy', ?)", (dim,))
    database.execute("CREATE INDEX `magnitude_key_idx` ON `magnitude` (key)")
    database.commit()
    database.close()
    return path


def fasttext(
    words: list[str], rows: NDArray[np.float32], *, buckets: int = 0, longest: int = 0, version: int | None = 12
) -> bytes:
    """A model of fastText; ``version=None``: as before 2017, without magic number."""
    dim = rows.shape[1]
    settings = (dim, 5, 5, 1, 5, 1, 2, 2, buckets, 2 if longest else 0, longest, 100)
    parts = [] if version is None else [struct.pack("<ii", 793712314, version)]
    parts.append(struct.pack("<12id", *settings, 1e-4) + struct.pack("<3iq", len(words), len(words), 0, 99))
    parts.append(b"" if version is None else struct.pack("<q", -1))
    parts += [word.encode() + b"\0" + struct.pack("<qb", 7, 0) for word in words]
    dense = b"" if version is None else b"\0"
    parts += [dense, struct.pack("<qq", *rows.shape), rows.astype("<f4").tobytes()]
    parts += [dense, struct.pack("<qq", len(words), dim), bytes(4 * dim * len(words))]
    return b"".join(parts)


def quantiser(centroids: list[NDArray[np.float32]]) -> bytes:
    """fastText's product quantiser, of centroids (256, numbers) of each part."""
    dim, width, last = sum(part.shape[1] for part in centroids), centroids[0].shape[1], centroids[-1].shape[1]
    head = struct.pack("<4i", dim, len(centroids), width, last)
    return head + b"".join(part.astype("<f4").tobytes() for part in centroids)


def ftz(
    words: list[str],
    codes: NDArray[np.uint8],
    centroids: list[NDArray[np.float32]],
    *,
    buckets: int = 0,
    longest: int = 0,
    pruned: dict[int, int] | None = None,
    norm_codes: NDArray[np.uint8] | None = None,
    norm_values: NDArray[np.float32] | None = None,
) -> bytes:
    """A quantised model of fastText with one label."""
    dim = sum(part.shape[1] for part in centroids)
    parts = [struct.pack("<ii", 793712314, 12)]
    parts.append(struct.pack("<12id", dim, 5, 5, 1, 5, 1, 3, 3, buckets, 2 if longest else 0, longest, 100, 1e-4))
    parts.append(struct.pack("<3iqq", len(words) + 1, len(words), 1, 99, -1 if pruned is None else len(pruned)))
    parts += [word.encode() + b"\0" + struct.pack("<qb", 7, 0) for word in words]
    parts.append(b"__label__a\0" + struct.pack("<qb", 7, 1))
    parts += [struct.pack("<ii", *pair) for pair in (pruned or {}).items()]
    parts.append(b"\1" + struct.pack("<?qqi", norm_codes is not None, len(codes), dim, codes.size) + codes.tobytes())
    parts.append(quantiser(centroids))
    if norm_codes is not None and norm_values is not None:
        parts.append(norm_codes.tobytes() + quantiser([norm_values.reshape(256, 1)]))
    parts.append(b"\0" + struct.pack("<qq", 1, dim) + bytes(4 * dim))
    return b"".join(parts)
