"""Tokens of vertical text, made from the columns of a line: ``{lemma}_{pos}`` gives ``run_VERB``."""

import string
from collections.abc import Sequence

from wordvec.errors import SettingsError

CONLLU = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
"""Columns of CoNLL-U."""

ID, FORM, UNUSED = "id", "form", "_"
"""Column that numbers words as CoNLL-U does, column of the default token, and name of columns that are not used."""


class TokenTemplate:
    """The columns of vertical text, and what a token is made of.

    Parameters
    ----------
    columns
        Names of the columns, in order; ``_`` for one that is not used.
    token
        Text with names of columns in braces; None: the column ``form``, or the only column.

    Attributes
    ----------
    columns : tuple of str
        The names.
    surface : bool
        Whether a token is as the text is written: multiword tokens of CoNLL-U instead of their words.
    id, form : int
        Positions of the columns of these names, or -1.
    needed : int
        Number of columns that a line must have.

    Raises
    ------
    SettingsError
        If a column is named twice, or the template is invalid or names a column that does not exist.
    """

    def __init__(self, columns: Sequence[str], token: str | None) -> None:
        self.columns = tuple(columns)
        named = [name for name in columns if name != UNUSED]
        if twice := next((name for name in named if named.count(name) > 1), ""):
            raise SettingsError(f"{','.join(columns)}: names {twice} twice", setting="columns")
        self.id = columns.index(ID) if ID in named else -1
        self.form = columns.index(FORM) if FORM in named else -1
        self.surface = token is None
        self._pattern, used = self._parsed(token or f"{{{self._usual(named)}}}")
        self._used = [columns.index(name) for name in used]
        self.needed = max(self._used) + 1 if self.id < 0 else len(columns)

    def tokens(self, columns: Sequence[list[bytes]]) -> list[bytes]:
        """Return the token of each line.

        Parameters
        ----------
        columns
            The cells of each column, at least `needed` columns.
        """
        used = [columns[number] for number in self._used]
        if self._pattern == b"%b":
            return list(used[0])
        pattern = self._pattern
        return [pattern % cells for cells in zip(*used, strict=True)]

    def _usual(self, named: list[str]) -> str:
        """Return the column of the default token."""
        if FORM in named or len(named) == 1:
            return FORM if FORM in named else named[0]
        raise SettingsError(
            f"{','.join(self.columns)}: none is named form", setting="columns", advice="name the token with {token}"
        )

    def _parsed(self, token: str) -> tuple[bytes, list[str]]:
        """Return a pattern for ``%``, and the names of its columns."""
        example = "such as '{lemma}_{pos}'"
        try:
            parts = list(string.Formatter().parse(token))
        except ValueError as error:
            raise SettingsError(f"{token!r}: {error}; expected columns in braces, {example}", setting="token") from None
        pattern, used = "", []
        for text, name, form, conversion in parts:
            pattern += text.replace("%", "%%")
            if name is None:
                continue
            if form or conversion or name == UNUSED or name not in self.columns:
                known = ", ".join(column for column in self.columns if column != UNUSED)
                raise SettingsError(f"{token!r}: there is no column {name!r}; choose from {known}", setting="token")
            pattern += "%b"
            used.append(name)
        if not used:
            raise SettingsError(f"{token!r}: expected columns in braces, {example}", setting="token")
        if any(letter.isspace() or not letter.isprintable() for letter in pattern):
            raise SettingsError(f"{token!r}: a token contains no white space", setting="token")
        return pattern.encode(), used
