"""Whatever happens to a file, its repair is sound and loads, or is refused with a clear error and writes nothing."""

import os
import random
from pathlib import Path

import numpy as np
import pytest
from vector_files import binary

from wordvec import Vectors
from wordvec.errors import InputError
from wordvec.formats import doctor
from wordvec.formats.doctor.findings import Report
from wordvec.formats.doctor.policy import Policy

FILES = int(os.environ.get("WORDVEC_FUZZ", "60"))
"""Mutated files of each seed and kind."""
WORDS = ["the", "naïve", "日本", "New York", "</s>", "\u00a0y"]
INSERTED = [b" ", b"\n", b"\t", b"\0", b"\r\n", b"  ", b"\xff", b"nan ", b" 1 "]


def sound_file(source: random.Random, kind: str) -> bytes:
    rows, dim = source.choice([1, 2, 3, 5, 8, 20, 60]), source.choice([1, 2, 3, 4, 5, 10, 30])
    matrix = np.random.default_rng(source.randrange(1 << 30)).normal(0, source.choice([0.01, 0.3, 10]), (rows, dim))
    matrix = np.round(10 * matrix) if source.random() < 0.2 else matrix
    words = [f"{source.choice(WORDS) if source.random() < 0.3 else 'w'}{row}".encode() for row in range(rows)]
    if kind == "binary":
        return binary(words, matrix.astype("<f4"), end=source.choice([b"\n", b""]))
    lines = [
        word + b"".join(b" %a" % number for number in row) + b"\n"
        for word, row in zip(words, matrix.tolist(), strict=True)
    ]
    return b"%d %d\n" % (rows, dim) * (source.random() < 0.7) + b"".join(lines)


def mutated(source: random.Random, content: bytes) -> bytes:
    for _ in range(source.choice([1, 1, 1, 2, 3, 5])):
        at, size = source.randrange(len(content) + 1), source.choice([1, 1, 2, 4, 8, 50])
        copied = content[source.randrange(len(content) + 1) :][:size]
        new, left_out = source.choice(
            [
                (source.randbytes(1), 1),
                (b"", size),
                (source.randbytes(size), 0),
                (b"", len(content)),
                (bytes(byte ^ 1 << source.randrange(8) for byte in content[at : at + 1]), 1),
                (copied, 0),
                (source.choice(INSERTED), 0),
            ]
        )
        content = content[:at] + new + content[at + left_out :]
    return content


def policy(source: random.Random) -> Policy:
    return Policy(
        duplicates=source.choice(["first", "last", "mean"]),
        invalid_utf8=source.choice(["replace", "drop"]),
        spaces=source.choice(["replace", "drop"]),
        bad_numbers=source.choice(["drop", "zero"]),
        zero_rows=source.choice(["drop", "drop", "keep"]),
    )


def checked(path: Path) -> Report | None:
    try:
        return doctor.check(path)
    except InputError:
        return None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["binary", "text"])
def test_a_repaired_file_is_sound_or_the_repair_is_refused(tmp_path: Path, kind: str, seed: int) -> None:
    source = random.Random(f"{kind} {seed}")
    path = tmp_path / "in"
    repaired, refusals = 0, dict[str, bool]()
    for file in range(FILES):
        content = mutated(source, sound_file(source, kind))
        chosen = policy(source)
        path.write_bytes(content)
        report = checked(path)
        if report is None or report.kind == "fasttext":
            continue
        out = tmp_path / ("out.bin" if report.kind == "binary" else "out.vec")
        try:
            doctor.repair(path, out, chosen, overwrite=True)
        except InputError as error:
            refusals[f"{kind} {seed}, file {file}: {error}"] = out.exists()
            continue
        left = {finding.defect.code for finding in doctor.check(out).defects}
        assert left <= ({"zero-row"} if chosen.zero_rows == "keep" else set()), f"{kind} {seed}, file {file}: {left}"
        assert len(Vectors.load(out)) == doctor.check(out).rows
        repaired += 1
        out.unlink()
    assert repaired > FILES // 3
    assert not any(refusals.values())
    assert len([refusal for refusal in refusals if "too damaged" in refusal]) <= FILES // 20
