"""Entities of XML: those that a file declares itself, expanded within bounds; nothing is loaded from elsewhere.

A file can declare entities that contain each other, so that a kilobyte expands to gigabytes (a billion laughs), or one
long entity that it uses many times. An entity may expand to `LONGEST` characters, and all of them together to some
times the size of the file.
"""

import re

LONGEST = 1 << 12
"""Maximal characters of an entity with the entities inside it."""

_ALLOWANCE, _FACTOR = 1 << 20, 8
"""Characters to which all entities of a file may expand: a number, and for each byte of the file."""

PREDEFINED = ("amp", "lt", "gt", "quot", "apos")

_REFERENCE = re.compile("&([^;&]+);")
_QUOTES = {"&quot;": '"', "&apos;": "'"}


class RefusedError(Exception):
    """A file contains something that is not read, such as an entity that expands without bound."""


class Entities:
    """The entities of one file.

    Attributes
    ----------
    external : bool
        Whether the file names declarations outside it, which are not read.
    """

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._used = 0
        self.external = False

    def declare(self, name: str, value: str) -> None:
        """Declare an entity, whose value may contain entities that were declared before.

        Raises
        ------
        RefusedError
            If it expands to more than `LONGEST` characters.
        """
        expanded, rest = [], value
        while "&" in rest:
            before, _, rest = rest.partition("&")
            inner, semicolon, after = rest.partition(";")
            known = bool(semicolon) and inner in self._values
            expanded += [before, self._values[inner] if known else "&"]
            rest = after if known else rest
            if sum(map(len, expanded)) > LONGEST:
                break
        text = "".join([*expanded, rest])
        if len(text) > LONGEST:
            raise RefusedError(f"the entity {name:.40} expands to more than {LONGEST:,} characters")
        # The first declaration is binding.
        self._values.setdefault(name, text)

    def declares(self, name: str) -> bool:
        """Return whether an entity is declared, or is one of those that all XML has."""
        return name in self._values or name in PREDEFINED

    def close(self) -> None:
        """Check the declarations, after the last one.

        Raises
        ------
        RefusedError
            If an entity contains one that is declared after it: attributes would expand it without bound.
        """
        for name, text in self._values.items():
            if any(inner in self._values for inner in _REFERENCE.findall(text)):
                raise RefusedError(f"the entity {name:.40} contains one that is declared after it")

    def text(self, name: str, size: int) -> str:
        """Return the text of an entity.

        Parameters
        ----------
        name
            Name of the entity.
        size
            Bytes of the file so far.

        Raises
        ------
        RefusedError
            If it is not declared, contains markup, or the entities so far expand to too much text.
        """
        import html.entities
        from xml.sax.saxutils import unescape  # imports the clients of HTTP, a tenth of the time of a small job

        text = self._values.get(name)
        if text is None and self.external and f"{name};" in html.entities.html5:
            return html.entities.html5[f"{name};"]
        if text is None:
            where = "in this file, and declarations in other files are not read" if self.external else "in this file"
            raise RefusedError(f"the entity {name:.40} is not declared {where}")
        if "<" in text:
            raise RefusedError(f"the entity {name:.40} contains tags, and such entities are not read")
        self._used += len(text)
        if self._used > _ALLOWANCE + _FACTOR * size:
            raise RefusedError(f"the entities expand to more than {_FACTOR} times the size of the file")
        return unescape(text, _QUOTES)
