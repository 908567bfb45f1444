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


class WordvecError(Exception):
    """Base class of all errors that a user can correct."""


class InputError(WordvecError):
    """A text, corpus folder, word list or vector file is missing, empty, damaged or of the wrong kind."""


class NotReadError(InputError):
    """A file is of a kind that is not supported. It may be intact; no repair makes it readable."""


class SettingsError(WordvecError, ValueError):
    """A setting is out of range, or contradicts another one.

    Parameters
    ----------
    message
        What is wrong and what to do. With a setting, its value comes first: ``"1: must be at least 2"``.
    setting
        Name of the setting in Python, such as ``"min_count"``. The command line spells it ``--min-count``.
    """

    def __init__(self, message: str, *, setting: str | None = None) -> None:
        super().__init__(message if setting is None else _named(setting, message))
        self.message, self.setting = message, setting

    def for_command_line(self) -> str:
        """Return the message with the setting spelled as an option."""
        return self.message if self.setting is None else _named("--" + self.setting.replace("_", "-"), self.message)


def _named(setting: str, message: str) -> str:
    return f"{setting}{'' if message.startswith(':') else ' '}{message}"


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
