"""Options that several commands share, and options made from the fields of the library's settings."""

import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from wordvec.cli.command import Option

FILE: click.Path = click.Path(path_type=Path)

JSON = Option(["--json", "as_json"], is_flag=True, help="print JSON")


LOWERCASE: dict[str, bool | str] = {"plain": True, "turkish": "turkish", "no": False}

_TEXT: dict[str, dict[str, Any]] = {
    "tokenizer": {"metavar": "NAME|FILE|module:function"},
    "lowercase": {"type": click.Choice(list(LOWERCASE)), "alone": "plain", "metavar": "[=turkish|no]"},
    "vocabulary": {"type": FILE, "metavar": "FILE"},
    "stop_words": {"metavar": "english|FILE"},
    "keep_words": {"type": FILE, "metavar": "FILE"},
    "field": {"metavar": "NAME,..."},
    "columns": {"metavar": "NAME,..."},
    "token": {"metavar": "TEMPLATE"},
    "xml_text": {"metavar": "NAME,..."},
    "encoding": {"metavar": "NAME"},
    "name_field": {"metavar": "FIELD"},
    "keep_fields": {"metavar": "NAME,..."},
}
"""Options of `EncodingSettings` that do not follow from the field's type."""


def _form(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> str | None:
    """Return the chosen form; ``spreadsheet`` is a kind of CSV."""
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
    """Return one option of each field that has a help text, in the fields' order.

    Parameters
    ----------
    settings
        A dataclass, such as a trainer or `EncodingSettings`.
    heading
        Heading of the options on the help page.
    leave
        Names of fields to leave out.
    """
    fields = [field for field in dataclasses.fields(settings) if "help" in field.metadata]
    return [_option(field, heading) for field in fields if field.name not in leave]


def text(leave: Collection[str] = ()) -> list[click.Parameter]:
    """Return one option of each field of `EncodingSettings`, but not of those in `leave`."""
    from wordvec.corpora.settings import EncodingSettings

    fields = [field for field in dataclasses.fields(EncodingSettings) if field.name not in leave]
    return [_option(field, "Text", **_TEXT.get(field.name, {})) for field in fields]


def text_format() -> click.Parameter:
    """Return ``--format``, for commands that take the other settings of text from elsewhere."""
    return next(option for option in text() if option.name == "format")


def trust_tokenizer() -> Option:
    """Return ``--trust-tokenizer``, for commands that encode text as a stored one."""
    return Option(
        ["--trust-tokenizer"],
        is_flag=True,
        heading="Text",
        help="run the Python function that FOLDER names as its tokenizer",
    )


def settings_of_text(given: dict[str, Any], leave: Collection[str] = ()) -> dict[str, Any]:
    """Remove the options of `text` from a command's options; return them as keywords of `EncodingSettings`."""
    settings = {option.name: given.pop(option.name) for option in text(leave) if option.name is not None}
    return settings | {"lowercase": LOWERCASE.get(settings["lowercase"])}


def written(settings: dict[str, Any]) -> list[str]:
    """Return the settings of text that differ from their defaults, spelled as options."""
    from wordvec.corpora.settings import EncodingSettings

    usual = EncodingSettings()
    chosen = {name: value for name, value in settings.items() if value not in (getattr(usual, name), False)}
    return [spelt(name) if value is True else f"{spelt(name)}={value}" for name, value in chosen.items()]


def output(metavar: str, help: str, required: bool = True) -> Option:
    """Return ``-o/--output``."""
    return Option(
        ["-o", "--output"], heading="Output", writes=True, type=FILE, required=required, metavar=metavar, help=help
    )


def spaces() -> Option:
    """Return ``--spaces``, for commands that write the words of a vector file."""
    return Option(
        ["--spaces"],
        heading="Output",
        type=click.Choice(["refuse", "replace"]),
        default="refuse",
        show_default=True,
        help="words with white space or control characters: refuse them before the work, or write _ for these",
    )


def swap(help: str, heading: str = "Options") -> Option:
    """Return ``--swap``, for commands that read two sides."""
    return Option(["--swap"], heading=heading, is_flag=True, help=help)


def relations(heading: str = "Options") -> Option:
    """Return ``--relations``, for commands that read a lexicon."""
    return Option(
        ["--relations"],
        heading=heading,
        metavar="NAME=WEIGHT,...",
        help="weights of the relations of a lexicon that names them, such as synonym=1,hypernym=0.5,antonym=-1; "
        "negative: push the words apart; 0: leave the edges out; default: 1, antonym -1; of Wiktionary synonym, "
        "hypernym and hyponym 1, antonym -1, others 0",
    )


def language(heading: str = "Options") -> Option:
    """Return ``--to``, for commands that read a dictionary."""
    return Option(
        ["--to"],
        heading=heading,
        metavar="LANG",
        help="language of the translations, such as de, of a dictionary that is Wiktionary as JSON lines (kaikki.org)",
    )


def reports() -> list[click.Parameter]:
    """Return the options of long work that writes a result."""
    return [
        force(),
        Option(["--quiet"], heading="Output", is_flag=True, help="print nothing but errors"),
        Option(
            ["--log"],
            heading="Output",
            writes=True,
            type=FILE,
            metavar="FILE",
            help="log of progress reports, as JSON lines",
        ),
    ]


def force() -> Option:
    """Return ``--force``."""
    return Option(["--force"], heading="Output", is_flag=True, help="replace existing results")


def latex() -> Option:
    """Return ``--latex``, a file for `write_latex`."""
    return Option(
        ["--latex"],
        heading="Output",
        writes=True,
        type=FILE,
        metavar="FILE",
        help="write the printed table in LaTeX, too, for the package booktabs",
    )


def page() -> Option:
    """Return ``--html``, a file for `write_page`."""
    return Option(
        ["--html", "page"],
        heading="Output",
        writes=True,
        type=FILE,
        metavar="FILE",
        help="write the lines as a page of HTML, too",
    )


def workers() -> list[click.Parameter]:
    """Return the options of commands whose work workers of Dask can do; see `wordvec.cli.workers`."""
    return [
        Option(
            ["--scheduler"],
            heading="Running",
            metavar="ADDRESS",
            help="encode, count or train on the workers of this scheduler of Dask (tcp://HOST:8786), which see the "
            "same files; needs Dask: pip install distributed",
        ),
        Option(
            ["--workers"],
            heading="Running",
            type=click.IntRange(min=1),
            help="encode, count or train by this many processes on this machine",
        ),
    ]


def _option(field: "dataclasses.Field[Any]", heading: str, **changes: Any) -> click.Parameter:
    spelling = spelt(field.name)
    text: str = field.metadata["help"]
    if isinstance(field.default, bool):
        flag = f"{spelling}/--no-{spelling[2:]}" if field.default else spelling
        return Option([flag], is_flag=True, default=field.default, heading=heading, help=text)
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
    usual = {"type": kind, "default": field.default, "show_default": True, "heading": heading, "help": text}
    return Option([spelling], **(usual | changes))


def spelt(name: str) -> str:
    """Return the option of a setting; that of one letter has one dash."""
    return "-" * min(2, len(name)) + name.replace("_", "-")
