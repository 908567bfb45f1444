"""A training that stopped half-way, as a folder from which it goes on: ``OUT.partial/``.

::

    state.json            written last, by renaming: it names the matrices that go with it
    words-N.npy           the matrices after N pieces, (words, dim) float32; GloVe's with all that a row has
    contexts-N.npy
    corpus/ or counts/    the encoded corpus or the counts, where the command line made them for this training only
"""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec import files
from wordvec.corpora.npy import map_array
from wordvec.errors import InputError, OutputError

VERSION = 1
ROWS = 4096
# Also what a killed process left of one.
MATRIX = re.compile(r"\.?(?:words|contexts)-(\d+)\.npy(?:\..*\.partial)?")


class Source(Protocol):
    """What is trained on: an encoded corpus or co-occurrence counts."""

    folder: Path

    @property
    def digest(self) -> str:
        """What it can be told by from others."""
        ...


@dataclasses.dataclass
class State:
    """How far a training has come.

    Attributes
    ----------
    done
        Pieces (of GloVe: entries) trained, over all epochs.
    losses
        For each epoch begun: the sum of the losses of its pairs, and how many pairs.
    seconds
        Time spent training.
    threads
        The most threads that trained at once.
    interruptions
        How often the training was gone on with.
    rows_copied
        Starting rows that came from other vectors; None where none were given.
    rounds
        Rounds of blocks trained, over all epochs (GloVe).
    block_entries, block_costs
        For each block of the round that is under way: entries trained, and their cost.
    """

    done: int = 0
    losses: list[tuple[float, int]] = dataclasses.field(default_factory=list)
    seconds: float = 0.0
    threads: int = 1
    interruptions: int = 0
    rows_copied: int | None = None
    rounds: int = 0
    block_entries: list[int] = dataclasses.field(default_factory=list)
    block_costs: list[float] = dataclasses.field(default_factory=list)


class Checkpoint:
    """Where and how often a training saves its state.

    Parameters
    ----------
    folder
        Made when the first state is saved.
    every
        Seconds between states; None saves one only when the training is interrupted.
    """

    def __init__(self, folder: Path, every: float | None = None) -> None:
        self.folder, self.every = folder, every
        self.state: State | None = None
        self.settings: dict[str, Any] = {}
        self.corpus_folder = folder / "corpus"
        self.corpus_digest = ""

    @classmethod
    def open(cls, folder: Path, every: float | None = None) -> "Checkpoint":
        """Read the state of an interrupted training; `fit` goes on from it.

        Raises
        ------
        InputError
            If there is none, or it is damaged.
        """
        checkpoint = cls(folder, every)
        try:
            saved = json.loads((folder / "state.json").read_text())
            if saved["version"] != VERSION:
                raise InputError(f"{folder}: written by another version of wordvec; train anew")
            checkpoint.state = State(**saved["state"])
            checkpoint.state.losses = [(loss, pairs) for loss, pairs in checkpoint.state.losses]
            checkpoint.settings = saved["settings"]
            checkpoint.corpus_folder = folder / saved["corpus"]
            checkpoint.corpus_digest = saved["corpus_digest"]
        except (FileNotFoundError, NotADirectoryError) as error:
            raise InputError(f"{folder}: no interrupted training to go on with; train without --resume") from error
        except OSError as error:
            raise InputError(f"{error.filename}: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{folder}/state.json: damaged ({error}); remove the folder and train anew") from error
        return checkpoint

    def check(self, settings: dict[str, Any], corpus: Source) -> None:
        """Fail where the interrupted training was another one.

        Raises
        ------
        InputError
            If it had another corpus or other settings; threads and memory may differ.
        """
        if self.corpus_digest != corpus.digest:
            raise InputError(f"{self.folder}: was trained on another corpus than {corpus.folder}")
        others = {name for name, value in settings.items() if self.settings.get(name) != value} - {"threads", "memory"}
        if others:
            raise InputError(f"{self.folder}: was trained with another {', '.join(sorted(others))}")

    def save(
        self,
        state: State,
        settings: dict[str, Any],
        corpus: Source,
        words: NDArray[np.float32],
        contexts: NDArray[np.float32],
    ) -> None:
        """Save the state and both matrices.

        Raises
        ------
        OutputError
            If the disk is full or the folder not writable; the state saved before is still there.
        """
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self.folder}: {error.strerror}") from error
        if self.state is None:
            # Whatever was here before does not go with the matrices that now come.
            files.remove(self.folder / "state.json")
        self.state = state
        for name, matrix in (("words", words), ("contexts", contexts)):
            with files.replacing(self.folder / f"{name}-{state.done}.npy", overwrite=True) as path:
                _write(path, matrix)
        place = corpus.folder.resolve()
        if place.is_relative_to(self.folder.resolve()):
            place = place.relative_to(self.folder.resolve())
        record = {"version": VERSION, "settings": settings, "corpus": str(place), "corpus_digest": corpus.digest}
        record["state"] = dataclasses.asdict(state)
        with files.replacing(self.folder / "state.json", overwrite=True) as path:
            path.write_text(json.dumps(record, indent=1))
        for old in self.folder.iterdir():
            if (match := MATRIX.fullmatch(old.name)) and match[1] != str(state.done):
                old.unlink()

    def load(self, words: NDArray[np.float32], contexts: NDArray[np.float32]) -> None:
        """Copy the matrices saved with `state` into `words` and `contexts`.

        Raises
        ------
        InputError
            If a matrix is missing or damaged or has another shape.
        """
        done = self.state.done if self.state is not None else 0
        for name, matrix in (("words", words), ("contexts", contexts)):
            path = self.folder / f"{name}-{done}.npy"
            try:
                saved = map_array(path, np.float32, matrix.shape)
            except InputError as error:
                raise InputError(f"{error}; remove the folder and train anew") from error
            matrix[:] = saved

    def remove(self) -> None:
        """Remove the folder: the training has ended."""
        files.remove(self.folder)


def _write(path: Path, matrix: NDArray[np.float32]) -> None:
    """Write a matrix as .npy through Python's files: NumPy's own writing is silent about a full disk."""
    header = {"descr": np.lib.format.dtype_to_descr(matrix.dtype), "fortran_order": False, "shape": matrix.shape}
    with path.open("wb") as out:
        np.lib.format.write_array_header_1_0(out, header)
        for begin in range(0, len(matrix), ROWS):
            out.write(np.ascontiguousarray(matrix[begin : begin + ROWS]).data)
