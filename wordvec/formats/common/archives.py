"""Vector files in archives: ``.zip``, and ``.tar`` with or without compression. Each is read as a stream.

Nothing is extracted to disk, and memory stays bounded. An archive whose contents would be far larger than any vector
file is refused before it is read.
"""

import contextlib
import functools
import io
import re
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from wordvec.errors import NotReadError

Opener = Callable[[Path], contextlib.AbstractContextManager[IO[bytes]]]

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
TAR_OFFSET, TAR = 257, b"ustar"

_NAME_LENGTH, _NAME = slice(26, 28), 30  # in a zip's first header
_ACCOMPANYING = re.compile(
    r"(readme|licen[cs]e|copying|notice|changelog)\b.*|\..*|.*\.(json|md|vocab|pdf)", re.IGNORECASE
)
"""Names of files that accompany vectors."""
_LISTED = 5
_MOST_MEMBERS = 10_000
_BOMB, _BOMB_RATIO = 1 << 30, 100
"""Contents larger than a gigabyte and than a hundred times their archive are not a vector file."""
_LARGEST_READ = 1 << 20
"""Most bytes of a header in a tar archive, such as a long name; a longer one is an attack."""
_DAMAGES = (tarfile.TarError, zipfile.BadZipFile)
_OPENING_ERRORS = (*_DAMAGES, NotImplementedError, RuntimeError, ValueError, struct.error)
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 1


def is_zip(head: bytes) -> bool:
    """Return whether a file with these first bytes is a zip archive other than NumPy's ``.npz``."""
    length = int.from_bytes(head[_NAME_LENGTH], "little")
    return head.startswith(ZIP) and not head[_NAME : _NAME + length].endswith(b".npy")


def is_tar(head: bytes) -> bool:
    """Return whether data with these first bytes are a tar archive."""
    return head[TAR_OFFSET:].startswith(TAR)


@contextlib.contextmanager
def zip_member(path: Path, file: IO[bytes]) -> Iterator[io.BufferedReader]:
    """Open the one vector file in a zip archive.

    Raises
    ------
    NotReadError
        If the archive is damaged or encrypted, or does not contain exactly one vector file.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_named_damage(path, "zip", _DAMAGES))
        with _named_damage(path, "zip", _OPENING_ERRORS):
            archive = stack.enter_context(zipfile.ZipFile(file))
        members = [member for member in archive.infolist() if not member.is_dir()]
        _check_kind(path, [member.filename for member in members])
        member = members[_only(path, [member.filename for member in members])]
        if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
            raise NotReadError(f"{path}: encrypted, or compressed by an unsupported method; extract it first")
        _check_size(path, member.file_size, min(member.compress_size, path.stat().st_size))
        with _named_damage(path, "zip", _OPENING_ERRORS):
            content = stack.enter_context(archive.open(member))
        yield io.BufferedReader(cast(io.RawIOBase, content), _LARGEST_READ)


@contextlib.contextmanager
def tar_member(path: Path, file: IO[bytes], opened: Opener) -> Iterator[io.BufferedReader]:
    """Open the one vector file in a tar archive.

    Parameters
    ----------
    path
        For messages.
    file
        The decompressed archive, at its beginning.
    opened
        Function that opens the archive again. A first pass is needed because a tar archive has no table of contents.

    Raises
    ------
    NotReadError
        If the archive is damaged or does not contain exactly one vector file.
    """
    status = path.stat()
    number = _tar_number(path, opened, (status.st_ino, status.st_mtime_ns, status.st_size))
    with _named_damage(path, "tar", _DAMAGES), _tar(file) as archive:
        for at, member in enumerate(archive):
            if at == number:
                content = archive.extractfile(member)
                assert content is not None  # as it is a regular file
                yield io.BufferedReader(cast(io.RawIOBase, content), _LARGEST_READ)
                return


class _Forwards(io.RawIOBase):
    """A forward-only stream for tarfile, which bounds the memory that a header can claim."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._at = file, 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _LARGEST_READ:
            raise tarfile.ReadError(f"a header of {size} bytes")
        content = self._file.read(size)
        self._at += len(content)
        return content

    def seek(self, position: int, whence: int = 0) -> int:
        if whence or position < self._at:
            raise tarfile.ReadError("members out of order")
        while self._at < position and self.read(min(_LARGEST_READ, position - self._at)):
            pass
        return self._at


def _tar(file: IO[bytes]) -> tarfile.TarFile:
    return tarfile.open(fileobj=_Forwards(file), mode="r:", encoding="utf-8", errors="backslashreplace")


@functools.lru_cache(maxsize=8)
def _tar_number(path: Path, opened: Opener, state: tuple[int, ...]) -> int:
    """Return the position of the vector file among an archive's members. Results are cached by the file's `state`."""
    positions, names = [], []
    size = state[-1]
    with opened(path) as file, _named_damage(path, "tar", _OPENING_ERRORS), _tar(file) as archive:
        for at, member in enumerate(archive):
            if at == _MOST_MEMBERS:
                raise NotReadError(f"{path}: an archive of more than {_MOST_MEMBERS:,} files; extract it first")
            _check_size(path, member.size, size)
            if member.isreg() and not member.issparse():
                positions.append(at)
                names.append(member.name)
    return positions[_only(path, names)]


def _only(path: Path, names: Sequence[str]) -> int:
    """Return the position of the only name that does not belong to an accompanying file."""
    own = [at for at, name in enumerate(names) if not _ACCOMPANYING.fullmatch(name.rpartition("/")[2])]
    if len(own) == 1:
        return own[0]
    if not own:
        raise NotReadError(f"{path}: an archive without a vector file")
    listed = ", ".join(repr(names[at]) for at in own[:_LISTED]) + ", ..." * (len(own) > _LISTED)
    raise NotReadError(f"{path}: an archive of {len(own)} files ({listed}); extract the one with the vectors")


def _check_kind(path: Path, names: Sequence[str]) -> None:
    """Fail for zip archives that are a file of another program."""
    if any(name.rpartition("/")[2] == "data.pkl" for name in names):
        raise NotReadError(f"{path}: a PyTorch file; save its words and matrix as text, or as .npz by numpy.savez")
    if "[Content_Types].xml" in names:
        raise NotReadError(f"{path}: an office document; save its table as text")


def _check_size(path: Path, size: int, compressed: int) -> None:
    if size > max(_BOMB, _BOMB_RATIO * compressed):
        raise NotReadError(f"{path}: {compressed:,} bytes would decompress to {size:,}, which no vector file does")


@contextlib.contextmanager
def _named_damage(path: Path, kind: str, damages: tuple[type[Exception], ...]) -> Iterator[None]:
    try:
        yield
    except damages as error:
        raise NotReadError(f"{path}: a {kind} archive, damaged or truncated ({error})") from error
