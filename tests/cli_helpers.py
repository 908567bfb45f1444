"""What the tests of the command line share."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

SMALL = ["--dim", "8", "--epochs", "2", "--min-count", "2", "--threads", "1"]
"""Settings under which a training takes no time."""


class Result(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Result]


def write_text(path: Path, sentences: int = 300, words: int = 40, seed: int = 1) -> Path:
    """Write sentences of 12 tokens, ``w0`` the most frequent."""
    chance = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(words)]
    vocabulary = [f"w{number}" for number in range(words)]
    path.write_text("".join(" ".join(chance.choices(vocabulary, weights, k=12)) + "\n" for _ in range(sentences)))
    return path


def files_in(folder: Path) -> list[str]:
    """Return the paths of everything below a folder, hidden or not."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
