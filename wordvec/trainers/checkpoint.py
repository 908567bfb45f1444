"""Checkpoints: the state of a training run, saved so that it can be resumed, in ``OUT.partial/``.

::

    state.json            written last, by renaming: the state, the digests of its matrices, and its own digest
    words-N.npy           the matrices after N pieces, (words, dim) float32; of GloVe, whole rows of its model
    contexts-N.npy
    replicas-words-N.npy  the same of all replicas, one after another, where these differ
    replicas-contexts-N.npy
    documents-N.npy       rows of documents of paragraph vectors
    kept.npz              words that are kept from the starting vectors, written once
    corpus/ or counts/    the encoded corpus or the counts, if they were made for this run only
"""

import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec import files
from wordvec.corpora import npy
from wordvec.errors import InputError, OutputError
from wordvec.files import commits, records
from wordvec.formats.common import arrays
from wordvec.representation import short
from wordvec.trainers.base import NOT_OF_RESULT
from wordvec.trainers.continuing import Kept
from wordvec.trainers.matrices import StartingRows
from wordvec.trainers.training_folder import KEPT, MATRIX, STATE, clear

VERSION = 4
MATRICES = ("words", "contexts")
REPLICAS = ("replicas-words", "replicas-contexts")
DOCUMENTS = "documents"
_SAVED = {
    "version": int,
    "settings": {"method": str},
    "corpus": str,
    "corpus_digest": str,
    "digests": dict.fromkeys(MATRICES, str) | dict.fromkeys((*REPLICAS, DOCUMENTS), records.Optional(str)),
    "kept": records.Optional(str),
    "state": {
        "done": int,
        "losses": [(float, int)],
        "seconds": float,
        "threads": int,
        "interruptions": int,
        "rows_copied": records.Optional(int),
        "started_from": records.Optional(dict),
        "graph": records.Optional(dict),
        "rounds": int,
        "block_entries": [int],
        "block_costs": [float],
    },
}


def named(words: NDArray[np.float32], contexts: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Return both matrices by their names in a checkpoint."""
    return {"words": words, "contexts": contexts}


class Elsewhere(Protocol):
    """A matrix that another process has."""

    def write(self, path: Path) -> str:
        """Write the matrix as .npy and return its digest: `write_matrix`."""
        ...


Matrix = NDArray[np.float32] | Elsewhere
"""A matrix to save."""


class Source(Protocol):
    """Input of a training run: an encoded corpus or co-occurrence counts."""

    folder: Path

    @property
    def digest(self) -> str:
        """Digest of the contents."""
        ...


@dataclasses.dataclass
class State:
    """Progress of a training run.

    Attributes
    ----------
    done
        Number of pieces (of GloVe: entries) trained, over all epochs.
    losses
        Sum of the losses and number of pairs for each epoch begun.
    seconds
        Time spent training.
    threads
        Largest number of threads that trained at once.
    interruptions
        Number of times that the run was resumed.
    rows_copied
        Number of starting rows copied from other vectors; None without such vectors.
    rows_composed
        Number of starting rows composed of other vectors' subwords.
    started_from
        Provenance of the starting vectors; None without such vectors.
    graph
        Record of the graph whose words are drawn together; None without a graph.
    stopped
        Reason for stopping before the last epoch; None for a run that did not.
    rounds
        Number of rounds of blocks trained, over all epochs (GloVe).
    block_entries, block_costs
        Number of entries trained and their cost, for each block of the current round.
    """

    done: int = 0
    losses: list[tuple[float, int]] = dataclasses.field(default_factory=list)
    seconds: float = 0.0
    threads: int = 1
    interruptions: int = 0
    rows_copied: int | None = None
    rows_composed: int = 0
    started_from: dict[str, Any] | None = None
    graph: dict[str, Any] | None = None
    stopped: str | None = None
    rounds: int = 0
    block_entries: list[int] = dataclasses.field(default_factory=list)
    block_costs: list[float] = dataclasses.field(default_factory=list)

    @classmethod
    def initial(cls, started: StartingRows | None) -> "State":
        """Return the state before the first piece."""
        return cls() if started is None else cls(rows_copied=started.rows_copied, rows_composed=started.rows_composed)

    def __repr__(self) -> str:
        return short(self)


class Checkpoint:
    """Folder and interval of the saved states of a training run.

    Parameters
    ----------
    folder
        Folder of the state; made when the first one is saved.
    every
        Seconds between states; None saves one only when the training is interrupted.
    """

    def __init__(self, folder: Path, every: float | None = None) -> None:
        self.folder, self.every = folder, every
        self.state: State | None = None
        self.settings: dict[str, Any] = {}
        self.corpus_folder = folder / "corpus"
        self.corpus_digest = ""
        self.digests: dict[str, str] = {}
        self.kept: Kept | None = None
        self.trained: Mapping[str, NDArray[np.float32]] | None = None
        """Both matrices after training, which are saved if the result cannot be written."""
        self._kept_digest: str | None = None

    @classmethod
    def open(cls, folder: Path, every: float | None = None) -> "Checkpoint":
        """Read the state of an interrupted run, which `fit` resumes.

        Raises
        ------
        InputError
            If there is none, or it is damaged.
        """
        checkpoint = cls(folder, every)
        checkpoint._read_state()
        return checkpoint

    def reopen(self) -> None:
        """Return to the state in the folder, or to none if there is none.

        Raises
        ------
        InputError
            If the state is damaged.
        """
        self.state = self.trained = None
        if (self.folder / STATE).exists():
            self._read_state()

    def _read_state(self) -> None:
        folder = self.folder
        path = folder / STATE
        try:
            saved = records.parsed(path.read_bytes(), {"version": int})
            if saved["version"] != VERSION:
                raise InputError(f"{folder}: written by another version of wordvec; train again")
            if saved.pop("digest", None) != _digest_of(saved):
                raise ValueError("its digest is wrong")
            records.check(saved, _SAVED, "")
            self.state = State(**saved["state"])
            self.state.losses = [(loss, pairs) for loss, pairs in self.state.losses]
        except (FileNotFoundError, NotADirectoryError) as error:
            raise InputError(f"{folder}: no interrupted training run to resume; train without --resume") from error
        except OSError as error:
            raise InputError(f"{error.filename}: {error.strerror}") from error
        except (ValueError, TypeError) as error:
            raise InputError(f"{path}: damaged ({error}); remove the folder and train again") from error
        self.settings, self.digests = saved["settings"], saved["digests"]
        self._kept_digest = saved.get("kept")
        self.corpus_folder, self.corpus_digest = folder / saved["corpus"], saved["corpus_digest"]

    @property
    def started(self) -> bool:
        """Whether this is an interrupted run that began with other vectors."""
        return self.state is not None and self.state.started_from is not None

    def check(self, settings: dict[str, Any], corpus: Source) -> None:
        """Check that the interrupted run has this corpus and these settings.

        Raises
        ------
        InputError
            If it has another corpus or other settings; threads and memory may differ.
        """
        if self.corpus_digest != corpus.digest:
            raise InputError(f"{self.folder}: was trained on another corpus than {corpus.folder}")
        others = {name for name, value in settings.items() if self.settings.get(name) != value} - NOT_OF_RESULT
        if others:
            raise InputError(f"{self.folder}: was trained with other values of {', '.join(sorted(others))}")

    def save(
        self,
        state: State,
        settings: dict[str, Any],
        corpus: Source,
        matrices: Mapping[str, Matrix],
    ) -> None:
        """Save the state and the matrices by their names, `MATRICES` and perhaps `REPLICAS` and `DOCUMENTS`.

        Raises
        ------
        OutputError
            If the disk is full or the folder not writable; the previous state is then still there.
        """
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self.folder}: {error.strerror}") from error
        if self.state is None:
            # An older state does not match the matrices that are written now.
            commits.remove(self.folder / STATE)
        self.state = state
        if self.kept is not None and self._kept_digest is None:
            self._kept_digest = self.kept.save(self.folder / KEPT)
        self.digests = {}
        for name, matrix in matrices.items():
            with files.replacing(self._matrix(name), overwrite=True) as path:
                written = write_matrix(path, matrix) if isinstance(matrix, np.ndarray) else matrix.write(path)
                self.digests[name] = written
        location = corpus.folder.resolve()
        if location.is_relative_to(self.folder.resolve()):
            location = location.relative_to(self.folder.resolve())
        record = {"version": VERSION, "settings": settings, "corpus": str(location), "corpus_digest": corpus.digest}
        record |= {"digests": self.digests, "kept": self._kept_digest, "state": dataclasses.asdict(state)}
        with files.replacing(self.folder / STATE, overwrite=True) as path:
            path.write_text(
                json.dumps(record | {"digest": _digest_of(record)}, indent=1), encoding="utf-8", newline="\n"
            )
        for old in self.folder.iterdir():
            if (match := MATRIX.fullmatch(old.name)) and match[1] != str(state.done):
                old.unlink()

    def load(self, matrices: Mapping[str, NDArray[np.float32]], part: int = 0, parts: int = 1) -> None:
        """Copy matrices saved with `state`, by name, into these arrays.

        Parameters
        ----------
        matrices
            Arrays to copy into.
        part, parts
            Position and number of equal parts of the rows of the saved matrices, of which the arrays have one or, from
            `part`, several.

        Raises
        ------
        InputError
            If a matrix is missing, has another shape, or not the digest in ``state.json``.
        """
        for name, matrix in matrices.items():
            path = self._matrix(name)
            try:
                if read_matrix(path, matrix, part, parts) != self.digests.get(name):
                    raise InputError(f"{path}: its digest differs from that in state.json")
            except FileNotFoundError as error:
                raise InputError(f"{path}: missing; remove the folder and train again") from error
            except OSError as error:
                raise InputError(f"{path}: cannot be read ({error.strerror})") from error
            except InputError as error:
                reason = str(error).removeprefix(f"{path}: ")
                raise InputError(f"{path}: damaged ({reason}); remove the folder and train again") from error

    def load_kept(self) -> Kept | None:
        """Return the words that the interrupted run keeps from its starting vectors; None if it keeps none.

        Raises
        ------
        InputError
            If their file is missing or damaged.
        """
        if self.kept is None and self._kept_digest is not None:
            self.kept = Kept.load(self.folder / KEPT, self._kept_digest)
        return self.kept

    def _matrix(self, name: str) -> Path:
        return self.folder / f"{name}-{self.state.done if self.state is not None else 0}.npy"

    def remove(self) -> None:
        """Remove the state of a finished run as far as possible; other files in the folder stay."""
        with contextlib.suppress(OSError):
            clear(self.folder)


def write_matrix(path: Path, matrix: NDArray[np.float32]) -> str:
    """Write a matrix as .npy and return its digest."""
    return write_blocks(path, matrix.shape, arrays.pieces(matrix))


def write_blocks(path: Path, shape: tuple[int, ...], blocks: Iterable[NDArray[np.float32]]) -> str:
    """Write a matrix that comes in blocks of rows as .npy and return its digest."""
    digest = hashlib.sha256()
    with path.open("wb") as out:
        arrays.write_header(out, shape, np.dtype(np.float32))
        for rows in blocks:
            content = np.ascontiguousarray(rows).data.cast("B")
            digest.update(content)
            out.write(content)
    return digest.hexdigest()


def read_matrix(path: Path, matrix: NDArray[np.float32], part: int = 0, parts: int = 1) -> str:
    """Read rows of a .npy file of a matrix's width and type into it; return the digest of all its elements.

    `part` and `parts` are those of `Checkpoint.load`.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        header = npy.read_header(path, file, path.stat().st_size)
        rows = header.shape[0] if parts > 1 and header.shape and header.shape[0] % parts == 0 else len(matrix)
        if header.shape != (rows, *matrix.shape[1:]) or header.fortran or header.dtype != matrix.dtype:
            raise InputError(
                f"{path}: {header.dtype} of shape {header.shape}, expected {matrix.dtype} of {matrix.shape}"
            )
        first = part * (rows // parts)
        together = len(next(arrays.pieces(matrix), matrix))
        for begin in range(0, rows, max(1, together)):
            content = file.read(min(together, rows - begin) * matrix[:1].nbytes)
            digest.update(content)
            block = np.frombuffer(content, matrix.dtype).reshape(-1, *matrix.shape[1:])
            low, high = max(begin, first), min(begin + len(block), first + len(matrix))
            if low < high:
                matrix[low - first : high - first] = block[low - begin : high - begin]
    return digest.hexdigest()


def _digest_of(record: dict[str, Any]) -> str:
    """Return the digest of a record, independent of the order of its fields."""
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
