"""Folders of wordvec: memory-mapped arrays, a vocabulary, and a ``meta.json`` that describes them.

``meta.json`` is written last, so that a folder that has one is complete. It contains a digest of the other files, and a
checksum of itself.
"""

import contextlib
import hashlib
import json
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, NoReturn, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wordvec import __version__, arguments
from wordvec.corpora.npy import map_array
from wordvec.corpora.vocabulary import Vocabulary, parse_vocabulary
from wordvec.errors import InputError
from wordvec.files import disk_errors, records, recover, replacing
from wordvec.files.commits import remove
from wordvec.workers import available_threads, ordered_map, thread_count

META, VOCABULARY = "meta.json", "vocabulary.txt"

_CHECKSUM = "checksum"
"""Field of ``meta.json`` with the digest of all its other fields."""
HASHED_ELEMENTS = 1 << 22
"""Elements of a chunk that one thread hashes at a time."""


class FolderKind(NamedTuple):
    """A kind of folder: its contents, format version, fields of ``meta.json``, and advice for a damaged one.

    The fields are declared as for `wordvec.files.records`. `older` are versions that are read, too.
    """

    what: str
    version: int
    fields: Mapping[str, Any]
    again: str
    older: tuple[int, ...] = ()

    def write_meta(self, folder: Path, meta: dict[str, Any]) -> None:
        """Write ``meta.json``, replacing an existing one."""
        record = {"format": f"wordvec {self.what}", "version": self.version, "wordvec": __version__} | meta
        with replacing(folder / META, overwrite=True) as file:
            content = json.dumps(record | {_CHECKSUM: _checksum(record)}, indent=1)
            file.write_text(content, encoding="utf-8", newline="\n")

    def read_meta(self, folder: Path) -> dict[str, Any]:
        """Read ``meta.json``.

        Raises
        ------
        InputError
            If the file is missing, damaged, or of another kind or version.
        """
        recover(folder)
        try:
            meta = records.loaded((folder / META).read_bytes())
        except OSError as error:
            raise InputError(f"{folder}: holds no {self.what} ({META}: {error.strerror})") from error
        except ValueError as error:
            raise self.damaged(folder, f"{META}: {error}") from error
        if not isinstance(meta, dict) or meta.get("format") != f"wordvec {self.what}":
            raise InputError(f"{folder}: holds no {self.what} ({META} is of another format)")
        if meta.get("version") not in (self.version, *self.older):
            raise InputError(
                f"{folder}: was written in version {meta.get('version')} of the format, and this wordvec reads version "
                f"{self.version}: {self.again}"
            )
        try:
            records.check(meta, self.fields, "")
        except ValueError as error:
            raise self.damaged(folder, f"{META}: {error}") from error
        checksum = meta.pop(_CHECKSUM, None)  # folders of older versions have none
        if checksum is not None and checksum != _checksum(meta):
            raise self.damaged(folder, f"{META} does not have the checksum that it says")
        return meta

    def damaged(self, folder: Path, why: str) -> InputError:
        """Return the error for a damaged folder."""
        return InputError(f"{folder}: damaged ({why}): {self.again}")


class MappedFolder:
    """The memory-mapped contents of a folder; usable in a ``with`` statement.

    Attributes
    ----------
    folder : Path
        Path of the folder.
    vocabulary : Vocabulary
        The words, by falling frequency.
    meta : dict
        Contents of ``meta.json``.
    """

    kind: ClassVar[FolderKind]
    _arrays: ClassVar[tuple[str, ...]]
    """Names of the mapped attributes."""

    def __init__(self, folder: Path, *, threads: int | None = None, verify: bool = True) -> None:
        """Open a folder; `verify`: check its digest."""
        self._temporary: Callable[[], object] | None = None
        self.folder, self.meta = folder, self.kind.read_meta(folder)
        self._check_meta()
        shapes = self._shapes()
        try:
            arrays = [map_array(folder / name, dtype, (length,)) for name, (dtype, length) in shapes.items()]
            content = (folder / VOCABULARY).read_bytes()
        except FileNotFoundError as error:
            raise self.kind.damaged(folder, f"{error.filename}: {error.strerror}") from error
        except OSError as error:
            raise InputError(f"{error.filename}: cannot be read ({error.strerror})") from error
        except InputError as error:
            raise self.kind.damaged(folder, str(error)) from error
        if verify and not self._is_sound(arrays, as_array(content), threads):
            raise self.kind.damaged(folder, f"the files do not have the digest that {META} says")
        self.vocabulary = Vocabulary(*parse_vocabulary(content, folder / VOCABULARY))
        self._take(arrays)

    def _check_meta(self) -> None:
        """Check the values of ``meta.json`` beyond their types."""

    def _shapes(self) -> dict[str, tuple[DTypeLike, int]]:
        """Return the dtype and length of each array by file name, in hashing order."""
        raise NotImplementedError

    def _is_sound(self, arrays: list[NDArray[Any]], words: NDArray[np.uint8], threads: int | None) -> bool:
        """Return whether the arrays and words have the digest of ``meta.json``."""
        return digest(chunk_digests(each, threads) for each in (*arrays, words)) == str(self.meta["digest"])

    def _take(self, arrays: list[NDArray[Any]]) -> None:
        """Assign the mapped arrays to attributes."""
        raise NotImplementedError

    @property
    def digest(self) -> str:
        """The SHA-256 of the arrays and the words."""
        return str(self.meta["digest"])

    @classmethod
    def open(cls, folder: str | Path, *, threads: int | None = None) -> Self:
        """Open a folder, after checking its digest.

        Raises
        ------
        InputError
            If it is damaged, or of another kind or version.
        """
        return cls(arguments.path("folder", folder), threads=thread_count(threads))

    @classmethod
    def make(cls, folder: str | Path | None, overwrite: bool, write: Callable[[Path], None]) -> Self:
        """Write a folder, or a temporary one that exists as long as the object, and open it."""
        with contextlib.ExitStack() as on_error:
            parent = None
            if folder is None:
                parent = Path(tempfile.mkdtemp(prefix="wordvec-"))
                on_error.callback(remove, parent)
                target = parent / "made"
                with disk_errors(target):
                    target.mkdir()
                    write(target)
            else:
                target = arguments.path("folder", folder)
                with replacing(target, overwrite, folder=True) as unfinished:
                    unfinished.mkdir()
                    write(unfinished)
            made = cls(target, verify=False)
            if parent is not None:
                made._temporary = weakref.finalize(made, remove, parent)
            on_error.pop_all()
        return made

    def close(self) -> None:
        """Close the files; a temporary folder is removed."""
        for name in self._arrays:
            self.__dict__.pop(name, None)
        if self._temporary is not None:
            self._temporary()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            """Raise the error for an array that is used after `close`."""
            if name in type(self)._arrays and "vocabulary" in self.__dict__:
                way = "use it inside its with statement"
                if not self._temporary:
                    way += f", or open it again: {type(self).__name__}.open({str(self.folder)!r})"
                raise InputError(f"{self.folder}: this {self.kind.what} is closed; {way}")
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name, obj=self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _checksum(record: dict[str, Any]) -> str:
    """Return the SHA-256 of a record, independent of the order of its fields."""
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def as_array(content: bytes) -> NDArray[np.uint8]:
    """Return bytes as an array."""
    return np.frombuffer(content, np.uint8)


def chunk_digests(array: NDArray[Any], threads: int | None = None) -> list[bytes]:
    """Return the SHA-256 of each chunk of an array."""
    chunks = (array[begin : begin + HASHED_ELEMENTS] for begin in range(0, len(array), HASHED_ELEMENTS))
    return list(ordered_map(lambda chunk: hashlib.sha256(chunk.data).digest(), chunks, threads or available_threads()))


def digest(arrays: Iterable[list[bytes]]) -> str:
    """Return the SHA-256 of the digests of all arrays' chunks."""
    return hashlib.sha256(b"".join(chunk for chunks in arrays for chunk in chunks)).hexdigest()
