"""Detection of files that contain text but are not running text, from their name and first megabyte.

Tables, treebanks, markup and JSON would otherwise be read with column names, tags and brackets as words. Each kind has
a setting with which it is read, or a shell command that extracts the text.
"""

import re
import shlex
from collections.abc import Callable

from wordvec.corpora import decompression
from wordvec.corpora.kinds import json_files, markup, records, tables, vertical
from wordvec.corpora.kinds.sample import FileKind, Sample

_FIRST, _MOST = 1 << 16, 1 << 20
"""Bytes that are examined: of most files the first 64 KiB, since examining a megabyte takes longer than encoding it.

A megabyte is examined if lines are long or the first character is a bracket.
"""

_FEW_LINES = 20
"""Fewer lines in 64 KiB can be rows of long cells."""

FORCE = "--format plain reads it as it is"

_DETECTORS: tuple[Callable[[Sample], FileKind | None], ...] = (
    json_files.json_kind,
    markup.document_kind,
    records.mail_kind,
    records.sql_kind,
    records.labelled_kind,
    vertical.vertical_kind,
    markup.markup_kind,
    vertical.tree_kind,
    tables.numbers_kind,
    tables.tabs_kind,
    tables.delimited_kind,
)
_PACKED = re.compile(f"({'|'.join(map(re.escape, decompression.ENDINGS))})$")


def kind_of(peek: Callable[[int], bytes], name: str) -> FileKind | None:
    """Return the kind of a file, or None for running text.

    Parameters
    ----------
    peek
        Function that returns the first bytes of the file, of a given number or all if there are fewer.
    name
        Name of the file, or an empty string.
    """
    size = _FIRST
    head = peek(size)
    if len(head) == size and (head.count(b"\n") < _FEW_LINES or head.lstrip()[:1] in (b"<", b"{", b"[")):
        size = _MOST
        head = peek(size)
    sample = _sample(head, len(head) < size, name)
    return next(filter(None, (detect(sample) for detect in _DETECTORS)), None) if sample.text else None


def refusal(found: FileKind, name: str, path: str | None, compression: str) -> str:
    """Return the message for a file of a kind, with the option that reads it or the command that extracts its text.

    Parameters
    ----------
    found
        Kind of the file.
    name
        Name of the file in messages.
    path
        Path of the file; None: standard input.
    compression
        Compression of the file (``"gzip"``), or an empty string.
    """
    if found.option and not found.command:
        return f"{name}: is {found.what}; {found.option}; or {FORCE}"
    if not found.command:
        return f"{name}: is {found.what}, not running text; {FORCE}"
    unpack = {"": "cat", "gzip": "gzip -dc", "bzip2": "bzip2 -dc", "xz": "xz -dc", "zstd": "zstd -dc"}[compression]
    feed = "" if path is None else f"{unpack} {shlex.quote(path)} | "
    then = f" and read that with {found.then}" if found.then else ""
    out = "OUT.jsonl" if found.then else "OUT.txt"
    after = f" ({found.after})" if found.after else ""
    option = f"{found.option}, or " if found.option else ""
    return (
        f"{name}: is {found.what}, not running text; {option}extract its text: {feed}{found.command} > "
        f"{out}{then}{after}; or {FORCE}"
    )


def ending_of(name: str) -> str:
    """Return the ending of a name in lower case, without that of a compression: ``"csv"`` for ``a.CSV.gz``."""
    return re.sub(_PACKED, "", name.lower()).rpartition(".")[2] if "." in name else ""


def _sample(head: bytes, whole: bool, name: str) -> Sample:
    text = head.decode("utf-8", "replace").lstrip("\ufeff")
    lines = text.replace("\r\n", "\n").split("\n")
    # The last line is incomplete or empty.
    if not whole or not lines[-1]:
        lines = lines[:-1] or lines
    return Sample(ending_of(name), text.strip(), [line for line in lines if line.strip()], whole)
