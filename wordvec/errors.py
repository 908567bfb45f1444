"""Exceptions, as a small tree.

::

    WordvecError            base class: catches all of them
    ├── InputError          a text, corpus, dictionary or vector file is missing, damaged or of the wrong kind
    │   └── NotReadError    a file of a kind that is not supported; no repair makes it readable
    ├── SettingsError       a hyperparameter or option is out of range, or contradicts another one
    ├── OutputError         a result cannot be written
    ├── MemoryLimitError    the work needs more memory than is available
    ├── DivergedError       training produced NaN or infinity
    ├── ClusterError        the scheduler or a worker of Dask is missing, different or lost
    └── Interrupted         Ctrl-C or a termination signal stopped the work

Every message is one line that says what is wrong, where, and what to do. The command line prints it without a
traceback. Any other exception is a bug and keeps its traceback.
"""

import re
from collections.abc import Callable


class WordvecError(Exception):
    """Base class of all errors that a user can correct.

    Parameters
    ----------
    message
        What is wrong and what to do.
    setting
        Name of the setting in Python that is at fault, such as ``"min_count"``, which the command line spells
        ``--min-count``. Its value comes first in the message: ``"1: must be at least 2"``.
    advice
        What to do, if that names settings: in braces, as in ``"set {dim} to 3"``, so that they are spelled likewise.

    Examples
    --------
    >>> error = InputError(": its vectors have dim 3, the model 100", setting="init", advice="set {dim} to 3")
    >>> print(error)
    init: its vectors have dim 3, the model 100; set dim to 3
    >>> print(error.for_command_line())
    --init: its vectors have dim 3, the model 100; set --dim to 3
    """

    def __init__(self, message: object = "", *, setting: str | None = None, advice: str = "") -> None:
        self.message, self.setting, self.advice = str(message), setting, advice
        super().__init__(self._spelled(str))

    def for_command_line(self) -> str:
        """Return the message with settings spelled as options."""
        return self._spelled(_option)

    def _spelled(self, spelling: Callable[[str], str]) -> str:
        said = self.message
        if self.setting is not None:
            said = f"{spelling(self.setting)}{'' if said.startswith(':') else ' '}{said}"
        return said if not self.advice else f"{said}; {_NAME.sub(lambda name: spelling(name[1]), self.advice)}"


_NAME = re.compile(r"\{(\w+)\}")
"""A setting's name in advice."""


def _option(setting: str) -> str:
    return "-" * min(2, len(setting)) + setting.replace("_", "-")


class InputError(WordvecError):
    """A text, corpus folder, word list or vector file is missing, empty, damaged or of the wrong kind."""


class NotReadError(InputError):
    """A file is of a kind that is not supported. It may be intact; no repair makes it readable."""


class SettingsError(WordvecError, ValueError):
    """A setting is out of range, or contradicts another one."""


class OutputError(WordvecError):
    """A result cannot be written: no folder, no permission, no space, or the output exists."""


class MemoryLimitError(WordvecError):
    """The work needs more memory than is available; the message says how to reduce it."""


class DivergedError(WordvecError):
    """Training produced NaN or infinity."""


class ClusterError(WordvecError):
    """The scheduler or a worker of Dask cannot be reached, has other versions, or ended during the work."""


class Interrupted(WordvecError):  # noqa: N818 - named like KeyboardInterrupt
    """A signal stopped the work; the message says what was kept and how to resume."""
