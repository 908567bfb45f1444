"""Trial of an alignment: the method runs on the real data for at most two rounds, timed, with its memory traced."""

import sys
import time
import tracemalloc
from typing import Any, NamedTuple

from numpy.typing import NDArray

from wordvec import clock
from wordvec.alignment.dictionary import Anchors
from wordvec.alignment.methods.base import Aligner
from wordvec.errors import Interrupted
from wordvec.rows import ROWS_AT_ONCE
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

LIMIT = 60.0
"""Seconds after which a trial is stopped."""
ROUNDS = 2
"""Rounds of a trial. The last one is timed, as the first may compile kernels."""
_SAMPLE = 4_096
_BYTES_PER_WORD = 160
"""Memory of a word beside its string: an item of the list of words, and one of the table for look-ups."""


class Trial(NamedTuple):
    """Time and memory of an alignment.

    Attributes
    ----------
    seconds
        Time of one round, or of the whole fit if the method has no rounds; None if the limit was reached before.
    memory
        Peak in bytes, the vectors included. It is a lower bound if `seconds` is None.
    """

    seconds: float | None
    memory: float


def run(
    aligner: Aligner,
    source: Vectors,
    target: Vectors,
    anchors: Anchors,
    *,
    validation: Anchors | None = None,
    stop: StopFlag | None = None,
) -> Trial:
    """Run an alignment for at most two rounds and discard its result; searches are stopped after `LIMIT`.

    Parameters
    ----------
    aligner, source, target, anchors, validation, stop
        As for `Aligner.fit`.

    Raises
    ------
    InputError, SettingsError
        As `Aligner.fit`.
    Interrupted
        If `stop` was set.
    """
    timer, deadline = _RoundTimer(), _Deadline(stop or StopFlag(), LIMIT)
    seconds: float | None
    tracemalloc.start()
    begun = clock.now()
    try:
        aligner.fit(source, target, anchors, validation=validation, progress=timer, stop=deadline, most_rounds=ROUNDS)
        seconds = clock.now() - begun if timer.seconds is None else timer.seconds
    except Interrupted:
        if not deadline.passed or deadline.asked.requested:
            raise
        seconds = timer.seconds
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return Trial(seconds, _memory(aligner, source, target, peak))


class _RoundTimer(Progress):
    """Time the last round that was reported."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: float | None = None
        self._since: float | None = None
        self._in_rounds = False

    def begin(self, label: str, total: int | None, unit: str, done: int = 0) -> None:
        """Note the beginning of the first round; rounds alone are timed, not the searches inside them."""
        self._in_rounds = unit == " rounds"
        if self._in_rounds and self._since is None:
            self._since = clock.now()

    def report(self, done: int, **figures: float) -> None:
        """Note the end of a round. Round 0 is the start of a method, not a round."""
        if self._in_rounds and self._since is not None:
            now = clock.now()
            self.seconds = now - self._since if done else None
            self._since = now


class _Deadline(StopFlag):
    """A flag that is set when another one is, or when a time limit has passed."""

    def __init__(self, asked: StopFlag, limit: float) -> None:
        super().__init__()
        self.asked, self._end = asked, time.monotonic() + limit

    @property
    def passed(self) -> bool:
        """Whether the time limit has passed."""
        return time.monotonic() >= self._end

    @property
    def requested(self) -> bool:
        """Whether the work has to stop."""
        return self.asked.requested or self.passed


def _memory(aligner: Aligner, source: Vectors, target: Vectors, peak: float) -> float:
    """Return the bytes of both sides and of fitting or mapping them, whichever takes more."""
    sides = (source, target)
    moved: list[NDArray[Any]] = [side.matrix for side in sides[: 1 + aligner.moves_target]]
    blocks = 24.0 * max(min(ROWS_AT_ONCE, len(rows)) * rows.shape[1] for rows in moved)
    mapping = 4.0 * max(rows.size for rows in moved) + blocks
    held = sum(float(side.matrix.nbytes) + bytes_of_words(side) for side in sides)
    return float(held + max(peak, mapping))


def bytes_of_words(vectors: Vectors) -> float:
    """Return the bytes of the words of vectors."""
    some = vectors.words[:: max(1, len(vectors) // _SAMPLE)]
    return len(vectors) * (_BYTES_PER_WORD + sum(map(sys.getsizeof, some)) / max(1, len(some)))
