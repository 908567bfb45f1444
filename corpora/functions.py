"""Tokenizers that are Python functions, named ``module:function`` so that metadata can refer to them.

The module is imported as Python imports it, and last from the current folder.
"""

import functools
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from wordvec.errors import InputError, SettingsError

_SHOWN = 40


class ImportedTokenizer:
    """The function of a name ``module:function``; errors in it become one line.

    Parameters
    ----------
    name
        Name of the function, as in metadata.
    function
        Function from a string to a list of tokens.
    """

    def __init__(self, name: str, function: Callable[[str], object]) -> None:
        self.name, self._function = name, function

    def __call__(self, text: str) -> list[str]:
        """Return the tokens of a text.

        Raises
        ------
        InputError
            If the function raises an error, or returns anything but a list or tuple of strings.
        """
        try:
            tokens = self._function(text)
        except Exception as error:
            what = f"raised {type(error).__name__}{f': {error}' if str(error) else ''}{_place(error.__traceback__)}"
            raise self._wrong(what, text) from error
        if not isinstance(tokens, list | tuple):
            raise self._wrong(f"returned {_kind(tokens)}; expected a list of strings", text)
        for token in tokens:
            if not isinstance(token, str):
                raise self._wrong(f"returned a list that holds {_kind(token)}; expected strings", text)
        return list(tokens)

    def _wrong(self, what: str, text: str) -> InputError:
        shown = text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
        return InputError(f"the tokenizer {self.name} {' '.join(what.split())}; the text was {shown!r}")


@functools.cache
def imported(name: str) -> ImportedTokenizer:
    """Return the tokenizer of a name ``module:function``; the function may be an attribute of a class or object.

    Raises
    ------
    SettingsError
        If the module cannot be imported, or has no such function.
    """
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise SettingsError(f"{name}: expected module:function", setting="tokenizer")
    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.append(here)
    importlib.invalidate_caches()
    try:
        found: object = importlib.import_module(module)
    except Exception as error:
        raise SettingsError(_not_imported(name, module, error), setting="tokenizer") from error
    home = getattr(found, "__file__", None) or "built in"
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise SettingsError(f"{name}: {module} ({home}) has no {attribute}", setting="tokenizer")
        found = getattr(found, part)
    if not callable(found):
        raise SettingsError(f"{name}: is {_kind(found)}; expected a function", setting="tokenizer")
    return ImportedTokenizer(name, found)


def name_of(function: Callable[..., object]) -> str:
    """Return the name under which `imported` finds a function again, or else a name for people."""
    if isinstance(function, ImportedTokenizer):
        return function.name
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    found: object = sys.modules.get(module or "")
    for part in (name or "").split("."):
        found = getattr(found, part, None)
    return f"{module}:{name}" if found is function and module != "__main__" else name or repr(function)


def _not_imported(name: str, module: str, error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name and f"{module}.".startswith(f"{error.name}."):
        return f"{name}: no module {error.name}, neither installed nor in the current folder"
    text = " ".join(str(error).split())
    return f"{name}: cannot import {module} ({type(error).__name__}: {text}{_place(error.__traceback__)})"


def _place(trace: TracebackType | None) -> str:
    """Return the line of the user's code where an error was raised: the innermost outside Python's import system."""
    place = ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith("<") and file not in (__file__, importlib.__file__):
            place = f" ({file}, line {trace.tb_lineno})"
        trace = trace.tb_next
    return place


def _kind(value: object) -> str:
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}" if value is not None else "None"
