"""What can go wrong, as a small tree.

::

    WordvecError            catch this one for all of them
    ├── InputError          a text, corpus, dictionary or vector file is not what it should be
    │   └── NotReadError    a file of a kind that is not read, which no repair makes readable
    ├── SettingsError       a hyperparameter, option or combination of them makes no sense
    ├── OutputError         a result cannot be written where it was asked for
    ├── MemoryLimitError    the work does not fit in the memory there is
    ├── DivergedError       training left the finite numbers
    └── Interrupted         Ctrl-C (or a termination signal) stopped the work

Every message is one line that says what is wrong, where, and what to do. The command line prints it without a
traceback; whatever is not a ``WordvecError`` is a bug and keeps its traceback.
"""


class WordvecError(Exception):
    """Base of all errors that a user can mend."""


class InputError(WordvecError):
    """A text, corpus folder, word list or vector file is missing, empty, damaged or of another kind."""


class NotReadError(InputError):
    """A file of a kind that is not read, which no repair makes readable; it may be sound."""


class SettingsError(WordvecError, ValueError):
    """A setting is out of range, or contradicts another one.

    Parameters
    ----------
    message
        What is wrong, and what to do; after the name of the setting if there is one: ``"1: must be at least 2"``.
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
    """A result cannot be written: no folder, no permission, no space, or something is there already."""


class MemoryLimitError(WordvecError):
    """The work needs more memory than there is; the message says what makes it smaller."""


class DivergedError(WordvecError):
    """Training produced NaN or infinity."""


class Interrupted(WordvecError):  # noqa: N818 - named for what happened, as KeyboardInterrupt is
    """The user stopped the work; the message says what was kept and how to go on."""
