"""Progress reports and checks of outputs, for commands that take a while."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wordvec import formats
from wordvec.errors import OutputError
from wordvec.files import check_output, is_special, replacing
from wordvec.workers import Progress

if TYPE_CHECKING:
    from wordvec.tables import Table


def write_latex(table: "Table", path: Path, overwrite: bool) -> None:
    """Write a table in LaTeX.

    Raises
    ------
    OutputError
        If the file cannot be written, or exists and may not be replaced.
    """
    with replacing(path, overwrite) as temporary:
        temporary.write_text(table.to_latex() + "\n", encoding="utf-8", newline="\n")


def write_page(page: str, path: Path, overwrite: bool) -> None:
    """Write a page of HTML.

    Raises
    ------
    OutputError
        If the file cannot be written, or exists and may not be replaced.
    """
    with replacing(path, overwrite) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")


@contextlib.contextmanager
def reporting(quiet: bool, log: Path | None, overwrite: bool, resume: bool = False) -> Iterator[Progress]:
    """Open the progress reports that the options ask for; remove a log without a line.

    Parameters
    ----------
    quiet, log, overwrite
        Options ``--quiet``, ``--log``, ``--force``.
    resume
        Append to an existing log.

    Raises
    ------
    OutputError
        If the log cannot be written, or exists and may not be replaced.
    """
    if log is None:
        yield Progress(quiet=quiet)
        return
    if not is_special(log):
        check_output(log, overwrite or resume)
    try:
        file = log.open("a" if resume else "w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{log}: {error.strerror}") from error
    try:
        with file:
            yield Progress(quiet=quiet, log=file)
    finally:
        if log.is_file() and not log.stat().st_size:
            log.unlink()


def check_words(words: Sequence[str], outputs: Iterable[Path | None], spaces: str, progress: Progress) -> None:
    """Fail before the work begins if vectors of these words could not be written; report how many are changed.

    Raises
    ------
    InputError
        If a word does not fit in the format of an output.
    """
    for output in filter(None, outputs):
        if replaced := formats.check_words(words, output, spaces=spaces):
            progress.say(
                f"{output}: white space or control characters in {replaced:,} word{'s' * (replaced != 1)} become _"
            )
