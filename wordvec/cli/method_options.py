"""Options for one of several methods, such as ``--skipgram.window 10``: derived from the trainers' fields."""

import dataclasses
from difflib import get_close_matches
from typing import Any

import click

from wordvec import trainers
from wordvec.cli import options
from wordvec.cli.command import ELSEWHERE, Command
from wordvec.trainers.base import Trainer

_COMMON = frozenset(field.name for field in dataclasses.fields(Trainer))
_SEPARATOR = "__"

Own = dict[str, dict[str, Any]]
"""Settings by method and name."""


class MethodsCommand(Command):
    """A command with options for one method; an unknown one is an error that names similar ones."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments, after a check of the options for one method."""
        for argument in args[: args.index("--")] if "--" in args else args:
            spelling = argument.partition("=")[0]
            if spelling.startswith("--") and "." in spelling and (message := _unknown(spelling)):
                raise click.UsageError(f"{spelling}: {message}", ctx)
        return super().parse_args(ctx, args)


def of_methods() -> list[click.Parameter]:
    """Return one hidden option of each setting of each method, without those that are common to all methods."""
    made: list[click.Parameter] = []
    for method in trainers.METHODS:
        for option in options.derived(trainers.trainer(method), "Model", leave=_COMMON):
            assert isinstance(option, click.Option)
            option.opts = [f"--{method}.{option.opts[0][2:]}"]
            option.name = f"{method}{_SEPARATOR}{option.name}"
            option.default, option.hidden = None, True
            made.append(option)
    return made


def take(given: dict[str, Any]) -> Own:
    """Remove the options for one method from a command's options; return those that were given."""
    own: Own = {}
    for name in [name for name in given if _SEPARATOR in name]:
        method, _, setting = name.partition(_SEPARATOR)
        if (value := given.pop(name)) is not None:
            own.setdefault(method, {})[setting] = value
    return own


def _unknown(spelling: str) -> str:
    """Return what is wrong with the spelling of an option for one method; nothing if it exists."""
    method, _, written = spelling[2:].partition(".")
    if method not in trainers.METHODS:
        near = get_close_matches(method, trainers.METHODS, 1)
        meant = f"did you mean --{near[0]}.{written}?" if near else f"the methods are {', '.join(trainers.METHODS)}"
        return f"{method} is not a method; {meant}"
    names = [
        options.spelt(field.name)[2:]
        for field in dataclasses.fields(trainers.trainer(method))
        if "help" in field.metadata and field.name not in _COMMON
    ]
    if written in names:
        return ""
    if written in map(str, _COMMON):
        return f"{written} is the same for all methods; use --{written}"
    elsewhere = ELSEWHERE.get(written.lower().replace("_", "-"), "")[2:]
    near = (
        [elsewhere] if elsewhere.partition(" ")[0] in names else get_close_matches(written.replace("_", "-"), names, 3)
    )
    if near:
        return f"no such option; did you mean {', '.join(f'--{method}.{name}' for name in near)}?"
    return f"{method} has no such setting; it has {', '.join(names)}"
