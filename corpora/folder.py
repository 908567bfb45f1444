"""Folders of our own on disk: arrays that are mapped, a vocabulary, and a ``meta.json`` that says what they are.

``meta.json`` is written last, so that a folder that has one is whole; it holds a digest of the rest.
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

CHUNK = 1 << 22
"""Elements that are hashed at a time, by one thread."""


class Kind(NamedTuple):
    """A kind of folder: what it holds, its version, the fields of ``meta.json``, and how to make it again.

    The fields are a kind of `wordvec.files.records`.
    """

    what: str
    version: int
    fields: Mapping[str, Any]
    again: str

    def write_meta(self, folder: Path, meta: dict[str, Any]) -> None:
        """Write ``meta.json``, over one that is there."""
        heading = {"format": f"wordvec {self.what}", "version": self.version, "wordvec": __version__}
        with replacing(folder / META, overwrite=True) as file:
            file.write_text(json.dumps(heading | meta, indent=1), encoding="utf-8", newline="\n")

    def read_meta(self, folder: Path) -> dict[str, Any]:
        """Read ``meta.json``.

        Raises
        ------
        InputError
            If there is none, of another kind or version, or damaged.
        """
        recover(folder)
        try:
            meta = records.loaded((folder / META).read_bytes())
        except OSError as error:
            raise InputError(f"{folder}: holds no {self.what} ({META}: {error.strerror})") from error
        except ValueError as error:
            raise self.damaged(folder, f"{META}: {error}") from error
        if not isinstance(meta, dict) or meta.get("format") != f"wordvec {self.what}":
            raise InputError(f"{folder}: holds no {self.what} ({META} does not say so)")
        if meta.get("version") != self.version:
            raise InputError(
                f"{folder}: was written in version {meta.get('version')} of the format, and this wordvec reads version "
                f"{self.version}: {self.again}"
            )
        try:
            records.check(meta, self.fields, "")
        except ValueError as error:
            raise self.damaged(folder, f"{META}: {error}") from error
        return meta

    def damaged(self, folder: Path, why: str) -> InputError:
        """Give the error of a folder that is not whole."""
        return InputError(f"{folder}: damaged ({why}): {self.again}")


class Stored:
    """What a folder holds, memory-mapped; it can be used in a ``with`` statement.

    Attributes
    ----------
    folder : Path
        Where it is.
    vocabulary : Vocabulary
        The words, by falling frequency.
    meta : dict
        What ``meta.json`` holds.
    """

    kind: ClassVar[Kind]
    _arrays: ClassVar[tuple[str, ...]]
    """Names of the attributes that are mapped."""

    def __init__(self, folder: Path, *, threads: int | None = None, verify: bool = True) -> None:
        """Open a folder, and hold it against its digest if asked to `verify` it."""
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
        if verify and digest(chunk_digests(each, threads) for each in (*arrays, as_array(content))) != self.digest:
            raise self.kind.damaged(folder, f"the files do not have the digest that {META} says")
        self.vocabulary = Vocabulary(*parse_vocabulary(content, folder / VOCABULARY))
        self._take(arrays)

    def _check_meta(self) -> None:
        """Check fields of ``meta.json`` beyond their types."""

    def _shapes(self) -> dict[str, tuple[DTypeLike, int]]:
        """Give each array's dtype and length, by its file's name, in the order in which they are hashed."""
        raise NotImplementedError

    def _take(self, arrays: list[NDArray[Any]]) -> None:
        """Take the arrays."""
        raise NotImplementedError

    @property
    def digest(self) -> str:
        """The SHA-256 of the arrays and the words."""
        return str(self.meta["digest"])

    @classmethod
    def open(cls, folder: str | Path, *, threads: int | None = None) -> Self:
        """Open a folder, after checking that it is whole.

        Raises
        ------
        InputError
            If it holds something else, of another version, or damaged.
        """
        return cls(arguments.path("folder", folder), threads=thread_count(threads))

    @classmethod
    def _make(cls, folder: str | Path | None, overwrite: bool, write: Callable[[Path], None]) -> Self:
        """Make a folder by `write`, or a temporary one that lives as long as the object, and open it."""
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
        """Let go of the files; a temporary folder is removed."""
        for name in self._arrays:
            self.__dict__.pop(name, None)
        if self._temporary is not None:
            self._temporary()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            """Say that the arrays are gone after `close`."""
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


def as_array(content: bytes) -> NDArray[np.uint8]:
    """Give bytes as an array."""
    return np.frombuffer(content, np.uint8)


def chunk_digests(array: NDArray[Any], threads: int | None = None) -> list[bytes]:
    """Give the SHA-256 of each chunk of an array."""
    chunks = (array[begin : begin + CHUNK] for begin in range(0, len(array), CHUNK))
    return list(ordered_map(lambda chunk: hashlib.sha256(chunk.data).digest(), chunks, threads or available_threads()))


def digest(arrays: Iterable[list[bytes]]) -> str:
    """Give the SHA-256 of the digests of all arrays' chunks."""
    return hashlib.sha256(b"".join(chunk for chunks in arrays for chunk in chunks)).hexdigest()
