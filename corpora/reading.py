"""How files of text are read: the part of the settings of encoding that readers use."""

import csv
from dataclasses import dataclass
from typing import Any

from wordvec import arguments
from wordvec.corpora.documents import NO_LABELS, Labelling
from wordvec.corpora.token_template import CONLLU, TokenTemplate
from wordvec.corpora.transcoding import check_encoding
from wordvec.errors import SettingsError
from wordvec.representation import short

FORMATS = ("auto", "plain")
"""Ways to read files: by their detected kind, or all as running text."""

DOCUMENTS = ("auto", "line")
"""Documents of running text: files, or lines."""


@dataclass(frozen=True)
class Reading:
    """How files are read.

    Parameters
    ----------
    fields
        Fields of JSONL, or columns of a table, that hold the text; empty: files are neither.
    format
        One of `FORMATS`.
    columns
        Names of the columns of vertical text; empty: files are not vertical, or CoNLL-U.
    token
        Template of a token of vertical text; None: its form.
    elements
        Elements of XML that hold the text; empty: files are not XML.
    encoding
        Encoding of the files; None: UTF-8.
    documents
        One of `DOCUMENTS`.
    labelling
        Fields that name documents and are kept.
    """

    fields: tuple[str, ...] = ()
    format: str = "auto"
    columns: tuple[str, ...] = ()
    token: str | None = None
    elements: tuple[str, ...] = ()
    encoding: str | None = None
    documents: str = "auto"
    labelling: Labelling = NO_LABELS

    def __repr__(self) -> str:
        return short(self)

    @property
    def vertical(self) -> bool:
        """Whether files are vertical text."""
        return bool(self.columns) or self.token is not None

    @property
    def option(self) -> str:
        """The option that says what kind of file is read, or an empty string."""
        kinds = {"--field": self.fields, "--columns": self.columns, "--token": self.token, "--xml-text": self.elements}
        return next((option for option, value in kinds.items() if value), "")


AUTO = Reading()
"""The default: files in UTF-8, of a kind that is detected."""


def reading_of(settings: Any) -> Reading:
    """Return how files are read with settings of encoding.

    Raises
    ------
    SettingsError
        If a list of names is empty, columns are named twice, the template or the encoding is invalid, or settings of
        two kinds of files are combined.
    TypeError
        If a setting has the wrong type.
    """
    reading = Reading(
        names_of("field", settings.field),
        settings.format,
        names_of("columns", settings.columns),
        settings.token,
        names_of("xml_text", settings.xml_text),
        settings.encoding,
        settings.documents,
        settings.labelling,
    )
    if reading.vertical:
        TokenTemplate(reading.columns or CONLLU, reading.token)
    if reading.encoding is not None:
        check_encoding(reading.encoding)
    used = {
        "field": ("fields of JSONL and of tables", bool(reading.fields)),
        "columns" if reading.columns else "token": ("vertical text", reading.vertical),
        "xml_text": ("elements of XML", bool(reading.elements)),
    }
    chosen = [(name, what) for name, (what, is_used) in used.items() if is_used]
    if len(chosen) > 1:
        (name, what), (other, _), *_ = chosen
        raise SettingsError(f": reads {what}", setting=name, advice=f"choose this or {{{other}}}")
    if chosen and reading.format == "plain":
        ((name, what),) = chosen
        raise SettingsError("plain: reads files as running text", setting="format", advice=f"choose this or {{{name}}}")
    return reading


def names_of(setting: str, value: object) -> tuple[str, ...]:
    """Return names separated by commas, with double quotes around a name that has one, or a list of names."""
    if value is None:
        return ()
    if isinstance(value, str):
        found = [name for row in csv.reader([value], skipinitialspace=True) for name in row]
    elif isinstance(value, list | tuple):
        found = arguments.words(setting, list(value))
    else:
        arguments.wrong(setting, value, "a string or a list of strings")
    if not found or "" in map(str.strip, found):
        raise SettingsError(f"{value!r}: expected names, separated by commas", setting=setting)
    return tuple(found)
