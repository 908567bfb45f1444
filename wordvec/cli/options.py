"""Options that several commands share, and options made from the fields of the library's settings."""

import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from wordvec.cli.command import Option

FILE: click.Path = click.Path(path_type=Path)

JSON = Option(["--json", "as_json"], is_flag=True, help="print JSON")


def _form(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> str | None:
    """Return the one form that was chosen; ``spreadsheet`` is a kind of CSV."""
    chosen = set(values) - ({"csv"} if "spreadsheet" in values else set())
    if len(chosen) > 1:
        raise click.UsageError(f"--json: does not go with --{'csv' if 'csv' in chosen else 'for-spreadsheets'}", ctx)
    return next(iter(chosen), None)


def _form_option(spelling: str, value: str, help: str) -> Option:
    return Option([spelling, "form"], flag_value=value, multiple=True, callback=_form, help=help)


FORMS = [
    _form_option("--json", "json", "print JSON, with everything that was computed"),
    _form_option("--csv", "csv", "print CSV"),
    _form_option(
        "--for-spreadsheets", "spreadsheet", "print CSV with an apostrophe before words that look like formulas"
    ),
]
"""Forms of printed results, as one parameter ``form``: None, ``json``, ``csv`` or ``spreadsheet``."""


def derived(settings: type[Any], heading: str, leave: Collection[str] = ()) -> list[click.Parameter]:
    """Make one option of each field that has a help text, in the fields' order.

    Parameters
    ----------
    settings
        A dataclass, such as a trainer or `EncodingSettings`.
    heading
        Where the help page shows them.
    leave
        Fields to leave out.
    """
    fields = [field for field in dataclasses.fields(settings) if "help" in field.metadata]
    return [_option(field, heading) for field in fields if field.name not in leave]


def text() -> list[click.Parameter]:
    """Make one option of each field of `EncodingSettings`, whose defaults these are."""
    from wordvec.corpora.settings import BREAKS, FORMATS, NORMAL_FORMS, EncodingSettings
    from wordvec.corpora.tokenizers import TOKENIZERS

    usual = EncodingSettings()
    kinds: dict[str, tuple[dict[str, Any], str]] = {
        "tokenizer": (
            {"type": click.Choice(list(TOKENIZERS))},
            "whitespace: the text is tokenised already; words: letters, marks and digits, without punctuation",
        ),
        "normalize": ({"type": click.Choice(NORMAL_FORMS)}, "Unicode's normal form of each word"),
        "lowercase": (
            {"type": click.Choice(["plain", "turkish"]), "alone": "plain", "metavar": "[=turkish]"},
            "lower case; =turkish with dotted and dotless i",
        ),
        "sentence": ({"type": click.Choice(list(BREAKS))}, "what no window crosses; paragraphs end at blank lines"),
        "max_sentence": ({"type": click.INT}, "cut longer sentences into pieces of so many tokens"),
        "max_words": (
            {"type": click.INT},
            "keep so many words, the most frequent, and bound the memory for counting; other tokens keep their place",
        ),
        "vocabulary": ({"type": FILE, "metavar": "FILE"}, "keep only the words of these 'word count' lines"),
        "field": ({}, "the field of JSONL that holds the text: a string, or a list of tokens or of strings"),
        "format": (
            {"type": click.Choice(FORMATS)},
            "auto: dumps and JSONL are recognised, tables and markup refused; plain: all is running text",
        ),
    }
    return [
        Option([_spelt(name)], default=getattr(usual, name), show_default=True, heading="Text", help=help, **kind)
        for name, (kind, help) in kinds.items()
    ]


def text_format() -> click.Parameter:
    """Make ``--format``, for commands that take the other settings of text from elsewhere."""
    return next(option for option in text() if option.name == "format")


def settings_of_text(given: dict[str, Any]) -> dict[str, Any]:
    """Take the options of `text` out of what a command was given, as keywords of `EncodingSettings`."""
    settings = {option.name: given.pop(option.name) for option in text() if option.name is not None}
    return settings | {"lowercase": {"plain": True}.get(settings["lowercase"], settings["lowercase"])}


def written(settings: dict[str, Any]) -> list[str]:
    """Give settings of text as they are written on a command line, those that are not the usual ones."""
    from wordvec.corpora.settings import EncodingSettings

    usual = EncodingSettings()
    chosen = {name: value for name, value in settings.items() if value not in (getattr(usual, name), False)}
    spelt = {name: _spelt(name) for name in chosen}
    return [spelt[name] if value is True else f"{spelt[name]}={value}" for name, value in chosen.items()]


def output(metavar: str, help: str, required: bool = True) -> Option:
    """Make ``-o/--output``."""
    return Option(["-o", "--output"], heading="Output", type=FILE, required=required, metavar=metavar, help=help)


def spaces() -> Option:
    """Make ``--spaces``, for commands that write words which they read from a vector file."""
    return Option(
        ["--spaces"],
        heading="Output",
        type=click.Choice(["refuse", "replace"]),
        default="refuse",
        show_default=True,
        help="words with white space or control characters: refuse them before the work, or write _ for these",
    )


def reports() -> list[click.Parameter]:
    """Make the options of work that takes its time and writes a result."""
    return [
        force(),
        Option(["--quiet"], heading="Output", is_flag=True, help="say nothing but errors"),
        Option(["--log"], heading="Output", type=FILE, metavar="FILE", help="write each report there, as JSON lines"),
    ]


def force() -> Option:
    """Make ``--force``."""
    return Option(["--force"], heading="Output", is_flag=True, help="replace what is there already")


def _option(field: "dataclasses.Field[Any]", heading: str) -> click.Parameter:
    spelling = _spelt(field.name)
    text: str = field.metadata["help"]
    if isinstance(field.default, bool):
        return Option([spelling], is_flag=True, default=field.default, heading=heading, help=text)
    choices, at_least, above = (field.metadata.get(key) for key in ("choices", "at_least", "above"))
    kind: Any = click.STRING
    if choices is not None:
        kind = click.Choice(choices)
    elif isinstance(field.default, float) or field.metadata.get("real"):
        kind = click.FLOAT
    elif isinstance(field.default, int) or at_least is not None:
        kind = click.INT
    limits = [f"{word} {limit}" for word, limit in (("at least", at_least), ("above", above)) if limit is not None]
    text += f" ({', '.join(limits)})" if limits else ""
    return Option([spelling], type=kind, default=field.default, show_default=True, heading=heading, help=text)


def _spelt(name: str) -> str:
    return "--" + name.replace("_", "-")
