"""The page: one file of HTML that makes no request."""

import base64
import hashlib
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import NamedTuple

from wordvec import files
from wordvec.errors import SettingsError
from wordvec.explorer.contents import Contents
from wordvec.representation import short

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src '{hash}'"
"""Content security policy: no request, and no program but the explorer's."""
_NOSCRIPT = "This page is a map of words. It needs JavaScript, and makes no request to anywhere."


class Fragment(NamedTuple):
    """The explorer as a part of a page.

    Attributes
    ----------
    style
        Style sheet.
    body
        Elements; the data of the map comes before the program, so that it is drawn while the vectors are being read.
    script_hash
        Source of the program for a content security policy.
    """

    style: str
    body: str
    script_hash: str

    def __repr__(self) -> str:
        return short(self)


EMPTY = Fragment("", "", "none")
"""No explorer."""


class Page:
    """An explorer page that can be saved.

    Attributes
    ----------
    contents
        What it shows.
    """

    def __init__(self, contents: Contents) -> None:
        self.contents = contents

    def __repr__(self) -> str:
        return f"<Page: {self.contents!r}>"

    def html(self) -> str:
        """Return the page."""
        part = fragment(self.contents)
        template = Template(_file("page.html"))
        return template.substitute(
            policy=escape(POLICY.format(hash=part.script_hash), quote=False),
            title=escape(self.contents.title),
            head=f"<style>\n{part.style}</style>",
            body=part.body,
        )

    def save(self, path: str | Path, overwrite: bool = False) -> int:
        """Write the page, and return its size in bytes.

        Raises
        ------
        OutputError
            If it cannot be written, or exists and `overwrite` is false.
        SettingsError
            If `path` does not end in ``.html``.
        """
        check_output(Path(path), overwrite)
        text = self.html().encode("utf-8", "backslashreplace")
        with files.replacing(Path(path), overwrite) as temporary:
            temporary.write_bytes(text)
        return len(text)


def check_output(path: Path, overwrite: bool) -> None:
    """Check, before the work begins, that a page can be written.

    Raises
    ------
    OutputError, SettingsError
        As `Page.save`.
    """
    if path.suffix != ".html":
        raise SettingsError(f"{path}: the name of a page must end in .html")
    files.check_output(path, overwrite)


def fragment(contents: Contents) -> Fragment:
    """Return the explorer for a page of one's own."""
    head, maps, rows = contents.blocks()
    program = f"\n{_file('built.js')}"
    parts = [
        f'<div class="explorer"><noscript><p>{_NOSCRIPT}</p></noscript></div>',
        _data("explorer-head", "application/json", _in_script(head)),
        *(_data(f"explorer-map-{number}", "text/plain", block) for number, block in enumerate(maps)),
        f"<script>{program}</script>",
        *(_data(f"explorer-rows-{number}", "text/plain", block) for number, block in enumerate(rows)),
    ]
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode("ascii")
    return Fragment(_file("style.css"), "\n".join(parts), f"sha256-{digest}")


def _data(name: str, kind: str, text: str) -> str:
    return f'<script id="{name}" type="{kind}">{text}</script>'


def _in_script(json: str) -> str:
    """Return JSON without characters that could end or open an element."""
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _file(name: str) -> str:
    return resources.files("wordvec.explorer").joinpath("page", name).read_text(encoding="utf-8")
