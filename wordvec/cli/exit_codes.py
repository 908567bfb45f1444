"""Exit codes of the command line: the one place where errors become messages of one line on standard error."""

import contextlib
import errno
import os
import sys
from collections.abc import Callable

import click

from wordvec import signals
from wordvec.cli import streams
from wordvec.cli.command import complaint
from wordvec.cli.output import note
from wordvec.errors import Interrupted, SettingsError, WordvecError

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130


def exit_code(command: Callable[[], object]) -> int:
    """Run a command and return its exit code; errors that a user can fix become one line on standard error."""
    try:
        code = command()
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return MISUSED
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "wordvec"
        return _complain(f"{complaint(error)} (see {path} --help)", MISUSED)
    except SettingsError as error:
        return _complain(error.for_command_line(), MISUSED)
    except Interrupted as error:
        return _complain(str(error), INTERRUPTED)
    except (click.Abort, KeyboardInterrupt):
        return _complain(signals.MESSAGE, INTERRUPTED)
    except WordvecError as error:
        return _complain(error.for_command_line(), FAILED)
    except click.ClickException as error:
        return _complain(str(error), FAILED)
    except MemoryError as error:
        return _complain(_out_of_memory(str(error)))
    except BrokenPipeError:
        streams.discard_output()  # the reader is gone
        return FAILED
    except OSError as error:
        if error.errno is None:  # raised by code, not by the system
            raise
        if error.filename is None:
            streams.discard_output()
        if error.errno == errno.ENOMEM:
            return _complain(_out_of_memory(str(error.filename or "")))
        return _complain(_system_error(error))
    return code if isinstance(code, int) else DONE


def _complain(message: str, code: int = FAILED) -> int:
    with contextlib.suppress(OSError):  # standard error may be unwritable
        note(message)
    return code


def _out_of_memory(what: str) -> str:
    """Return the message for a failed allocation."""
    return f"not enough memory: {what or 'the system refused more'}; --dry-run prints what training needs"


def _system_error(error: OSError) -> str:
    """Return the message for a system error that no command handles."""
    reason = os.strerror(error.errno or 0)
    if error.errno in (errno.EMFILE, errno.ENFILE):
        reason += "; raise the limit (ulimit -n)"
    at_fault = "standard output or log" if error.errno in _OF_STREAMS else "the system"
    return f"{error.filename or at_fault}: {reason}"


_OF_STREAMS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""Errors of writing; they name no file if it was open before."""
