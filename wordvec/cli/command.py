"""Groups that import commands lazily, and commands with grouped options and hints for other tools' options."""

import difflib
import inspect
from collections import defaultdict
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from wordvec.errors import InputError, Interrupted
from wordvec.signals import MESSAGE

_SIMILAR, _MOST_SUGGESTED = 0.75, 3
"""Minimal similarity of a suggested command to what was written, and number of suggestions."""

# Options of gensim, fastText, word2vec and GloVe with their equivalents here; without dashes, underscores as dashes.
ELSEWHERE = {
    "size": "--dim",
    "vector-size": "--dim",
    "dimensions": "--dim",
    "num-walks": "--walks",
    "number-walks": "--walks",
    "walk-length": "--length",
    "extend": "--plus",
    "ws": "--window",
    "window-size": "--window",
    "symmetric": "--direction",
    "distance-weighting": "--weighting",
    "eta": "--learning-rate",
    "vocab-file": "CORPUS, counts made by wordvec corpus cooccur or import-glove",
    "input-file": "CORPUS, counts made by wordvec corpus cooccur or import-glove",
    "save-file": "--output",
    "shrink-windows": "--fixed-window",
    "epoch": "--epochs",
    "iter": "--epochs",
    "mincount": "--min-count",
    "neg": "--negatives",
    "negative": "--negatives",
    "t": "--sample",
    "alpha": "--learning-rate",
    "start-alpha": "--learning-rate",
    "lr": "--learning-rate",
    "min-alpha": "--final-rate",
    "end-alpha": "--final-rate",
    "ns-exponent": "--noise-power",
    "hs": "--loss hierarchical-softmax",
    "thread": "--threads",
    "topn": "--number",
    "max-vocab-size": "--max-words",
    "max-final-vocab": "--max-words",
    "max-sentence-length": "--max-sentence",
    "read-vocab": "--vocabulary",
    "pretrainedvectors": "--init",
    "pretrained-vectors": "--init",
    "lower": "--lowercase",
    "train": "CORPUS, without an option",
    "input": "CORPUS, without an option",
    "corpus-file": "CORPUS, without an option",
    "sentences": "CORPUS, without an option",
    "sg": "the command: wordvec train skipgram or wordvec train cbow",
    "cbow": "the command: wordvec train skipgram or wordvec train cbow",
}

VALUES_ELSEWHERE = {"--loss": {"ns": "negative-sampling", "hs": "hierarchical-softmax"}}
"""Values of options under names that other tools use."""

COMMANDS_ELSEWHERE = {
    "cosine": "nearest",
    "distance": "nearest",
    "most-similar": "nearest",
    "neighbors": "nearest",
    "neighbours": "nearest",
    "nn": "nearest",
    "analogies": "analogy",
    "word2vec": "train skipgram",
    "deepwalk": "train node2vec",
    "pecanpy": "train node2vec",
    "cooccurrence": "corpus cooccur",
    "tokenize": "corpus encode",
    "vocab": "corpus vocabulary",
    "word2phrase": "corpus phrases",
    "phraser": "corpus phrases",
    "keyness": "corpus keywords",
    "kwic": "corpus concordance",
    "doctor": "check",
    "repair": "check",
    "procrustes": "align",
}
"""Commands under names that other tools or people use."""


class Option(click.Option):
    """An option under a heading of the help page.

    Parameters
    ----------
    *arguments, **keywords
        Those of click.
    heading
        Heading on the help page.
    alone
        Value of the option when it is given without ``=``.
    writes
        Whether the value is a file or folder that the command writes.
    """

    def __init__(
        self,
        *arguments: Any,
        heading: str = "Options",
        alone: str | None = None,
        writes: bool = False,
        **keywords: Any,
    ) -> None:
        super().__init__(*arguments, **keywords)
        self.heading, self.alone, self.writes = heading, alone, writes


class Command(click.Command):
    """A command with headings in its help, and a hint for an option of another tool."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments; refuse options of other tools, and complete options that are given without a value."""
        mine = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        alone = {o.opts[0]: o.alone for o in self.params if isinstance(o, Option) and o.alone is not None}
        options = args[: args.index("--")] if "--" in args else args
        for at, argument in enumerate(options):
            name, sign, value = argument.partition("=")
            if ours := _ours(name, mine):
                raise click.UsageError(f"{name}: no such option; use {ours}", ctx)
            if name in mine and (theirs := VALUES_ELSEWHERE.get(f"--{name.lstrip('-').rpartition('.')[2]}")):
                value = value if sign else "".join(options[at + 1 : at + 2])
                if value in theirs:
                    raise click.UsageError(f"{name} {value}: no such value; use {name} {theirs[value]}", ctx)
            if argument in alone:
                args[at] = f"{argument}={alone[argument]}"
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, unless an output would be written over an input or another output."""
        from wordvec.cli.apart import check_parameters  # not for a help page

        check_parameters(ctx, self.params)
        return super().invoke(ctx)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the one-line help of the group's page, then the rest."""
        rest = self.help
        self.help = "\n\n".join(filter(None, (self.short_help, inspect.cleandoc(rest or ""))))
        super().format_help_text(ctx, formatter)
        self.help = rest

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under their headings, in the order of the headings' first occurrence."""
        sections: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record and isinstance(parameter, click.Option):
                sections[getattr(parameter, "heading", "Options")].append(record)
        for heading, records in sections.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class LazyGroup(click.Group):
    """A group with a table of commands (``module:name`` and one line of help), which are imported when called."""

    def __init__(self, name: str, table: Mapping[str, tuple[click.Command | str, str]], **keywords: Any) -> None:
        super().__init__(name, **keywords)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the table's order."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.table:
            return None
        home, line = self.table[cmd_name]
        if isinstance(home, click.Command):
            return home
        module, _, name = home.partition(":")
        command: click.Command = getattr(import_module(module), name)
        command.short_help = line
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; for an unknown one, suggest those with similar names in all groups."""
        if args[0] not in self.table and not args[0].startswith("-"):
            meant = _similar(args[0], ctx)
            hint = f"; did you mean {' or '.join(meant)}?" if meant else ""
            raise click.UsageError(f"{args[0]}: no such command{hint}", ctx)
        return super().resolve_command(ctx, args)

    def paths(self) -> dict[str, str]:
        """Return the name of each command in this group and below, by its words after that of this group."""
        found = {}
        for name, (home, _) in self.table.items():
            found[name] = name
            if isinstance(home, LazyGroup):
                found |= {f"{name} {path}": last for path, last in home.paths().items()}
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write names and one-line helps without importing commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.table.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name without importing commands."""
        names = [
            CompletionItem(name, help=line) for name, (_, line) in self.table.items() if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)


class RootGroup(LazyGroup):
    """The program: turns end-of-file errors and interrupts, which click conflates, into distinct errors."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command.

        Raises
        ------
        InputError
            If a file ended too early and its reader did not handle it; click takes EOFError for an interrupt.
        Interrupted
            If the user stopped the command.
        """
        try:
            return super().invoke(ctx)
        except EOFError as error:
            raise InputError(f"an input file ends too early ({error}): it is empty or truncated") from error
        except KeyboardInterrupt:
            raise Interrupted(MESSAGE) from None


def complaint(error: click.UsageError) -> str:
    """Return the message of a misuse; for an unknown option, with similar ones of the command."""
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return error.format_message()
    names = {name for parameter in error.ctx.command.get_params(error.ctx) for name in parameter.opts}
    bare = {name.lstrip("-"): name for name in names if name.startswith("--")}
    near = difflib.get_close_matches(error.option_name.lstrip("-").lower(), bare, n=2, cutoff=_SIMILAR)
    hint = f"; did you mean {' or '.join(bare[name] for name in near)}?" if near else ""
    return f"{error.option_name}: no such option{hint}"


def _similar(written: str, ctx: click.Context) -> list[str]:
    """Return the commands with a similar name: of this group if there are any, otherwise of all groups."""
    name = written.lower().replace("_", "-")
    group, root = ctx.command, ctx.find_root()
    assert isinstance(group, LazyGroup)
    assert isinstance(root.command, LazyGroup)
    for start, home in ((ctx, group), (root, root.command)):
        names = home.paths()
        bare = {last.replace("-", "") for last in names.values()}
        close = difflib.get_close_matches(name.replace("-", ""), bare, n=2, cutoff=_SIMILAR)
        found = [path for last in close for path in names if names[path].replace("-", "") == last]
        if found:
            return [f"{start.command_path} {path}" for path in found[:_MOST_SUGGESTED]]
    if name in COMMANDS_ELSEWHERE:
        return [f"{root.command_path} {COMMANDS_ELSEWHERE[name]}"]
    return []


def _ours(written: str, mine: set[str]) -> str | None:
    if not written.startswith("-") or written in mine or written == "-":
        return None
    name = written.lstrip("-").replace("_", "-")
    for ours in (f"--{name}", ELSEWHERE.get(name.lower())):
        if ours and (ours.partition(" ")[0] in mine or not ours.startswith("-")) and ours != written:
            return ours
    return None
