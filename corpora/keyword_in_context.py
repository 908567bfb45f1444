"""Keywords in context: lines of text aligned at a word, for terminals and as a page of HTML."""

import html
import os.path
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.occurrences import Numbers, Occurrences, context
from wordvec.representation import short
from wordvec.safe_text import visible_word
from wordvec.text_width import clipped, padded, width

UNKNOWN = "[…]"
"""Sign for a token whose word is not in the vocabulary."""
_MOST_COLUMNS = 90
"""Largest width of a context on a terminal."""
_MOST_OF_A_NAME = 40


class Line(NamedTuple):
    """An occurrence in its context.

    Parameters
    ----------
    document
        Name of the document.
    fields
        Kept fields of the document.
    sentence
        Number of the sentence in the corpus, from 1.
    left, match, right
        Context before the occurrence, the occurrence, and context behind it.
    """

    document: str
    fields: dict[str, str]
    sentence: int
    left: str
    match: str
    right: str

    def __repr__(self) -> str:
        return short(self)

    def cells(self) -> dict[str, str | int]:
        """Return the line as a row of a table."""
        own: dict[str, str | int] = {"document": self.document, "sentence": self.sentence}
        words: dict[str, str | int] = {"left": self.left, "match": self.match, "right": self.right}
        return own | words | {f"document.{name}": value for name, value in self.fields.items()}


def lines(corpus: EncodedCorpus, found: Occurrences, units: Numbers, window: int) -> list[Line]:
    """Return the lines of occurrences, with up to `window` words on either side within their units."""
    begin, end = context(found, units, window)
    sentences = np.searchsorted(corpus.offsets, found.at, side="right")
    documents = np.searchsorted(corpus.documents.offsets, sentences - 1, side="right") - 1
    fields = {name: corpus.documents.values(name) for name in corpus.documents.fields}
    result = []
    for row, document in enumerate(documents.tolist()):
        at, after = int(found.at[row]), int(found.at[row] + found.length[row])
        spans = ((int(begin[row]), at), (at, after), (after, int(end[row])))
        result.append(
            Line(
                corpus.documents.names[document],
                {name: values[document] for name, values in fields.items()},
                int(sentences[row]),
                *(_text(corpus, corpus.ids[first:last]) for first, last in spans),
            )
        )
    return result


def _text(corpus: EncodedCorpus, ids: NDArray[np.uint32]) -> str:
    packed, starts = corpus.vocabulary.packed, corpus.vocabulary.starts
    return " ".join(
        packed[starts[word] : starts[word + 1]].tobytes().decode() if word < len(corpus.vocabulary) else UNKNOWN
        for word in ids.tolist()
    )


def aligned(found: Sequence[Line], first: Sequence[str] | None = None) -> list[str]:
    """Return lines for a terminal, aligned at the occurrence.

    Parameters
    ----------
    found
        The lines.
    first
        First cell of each line; None: the document's name without shared folders, unless there is only one document.
    """
    if first is None:
        first = [clipped(visible_word(name), _MOST_OF_A_NAME, left=True) for name in _short_names(found)]
    left = [clipped(visible_word(line.left), _MOST_COLUMNS, left=True) for line in found]
    match = [visible_word(line.match) for line in found]
    right = [clipped(visible_word(line.right), _MOST_COLUMNS) for line in found]
    rooms = [max(map(width, cells), default=0) for cells in (first, left, match)]
    return [
        "  ".join(
            [
                *([padded(a, rooms[0])] if rooms[0] else []),
                padded(b, rooms[1], right=True),
                padded(c, rooms[2]),
                d,
            ]
        ).rstrip()
        for a, b, c, d in zip(first, left, match, right, strict=True)
    ]


def _short_names(found: Sequence[Line]) -> list[str]:
    """Return the documents' names without the folders that all of them share; empty ones if there is one document."""
    names = [line.document for line in found]
    if len(set(names)) < 2:
        return [""] * len(names)
    prefix = os.path.commonprefix(names)  # noqa: RUF071 - a name can be a file and a line
    shared = max(prefix.rfind("/"), prefix.rfind("\\")) + 1
    return [name[shared:] for name in names]


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 1.5rem auto; padding: 0 1rem; max-width: 84rem; font: 1rem/1.4 system-ui, sans-serif; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: .875rem; }}
td {{ padding: .15rem .4rem; vertical-align: top; unicode-bidi: isolate; }}
.left {{ text-align: right; }}
.match {{ font-weight: 700; white-space: nowrap; }}
.document, .notes {{ opacity: .7; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def page(title: str, sections: Iterable[tuple[str, Sequence[Line]]], notes: Sequence[str]) -> str:
    """Return a page of HTML without scripts, whose policy forbids every request.

    Parameters
    ----------
    title
        Title of the page.
    sections
        Heading and lines of each table; an empty heading is left out.
    notes
        Lines below the tables.
    """
    body = []
    for heading, found in sections:
        body += [f"<h2>{_escaped(heading)}</h2>"] if heading else []
        body += ['<div class="wide"><table>', *map(_row, found), "</table></div>"]
    body += [f'<p class="notes">{_escaped(note)}</p>' for note in notes]
    return _PAGE.format(title=_escaped(title), body="\n".join(body))


def _row(line: Line) -> str:
    cells = (("document", line.document), ("left", line.left), ("match", line.match), ("right", line.right))
    return "<tr>" + "".join(f'<td class="{kind}">{_escaped(text)}</td>' for kind, text in cells) + "</tr>"


def _escaped(text: str) -> str:
    return html.escape(visible_word(text))
