"""Settings of transforms: the changes of vectors, in the order in which they are applied."""

import dataclasses
from pathlib import Path
from typing import Any

from wordvec import formats
from wordvec.codecs import STORAGES
from wordvec.corpora.settings import EncodingSettings
from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.settings import check_settings, setting

MERGES = ("first", "mean")
USED = "used"
"""Value of `trim` that keeps all rows that words use."""
MOST_DIGITS = 9
"""Significant digits that distinguish all float32 numbers."""


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Conversion:
    """Changes of vectors, in this order.

    Parameters
    ----------
    lowercase
        True for lower case, ``"turkish"`` for lower case with dotted and dotless i. Words that become one are merged.
    merge
        ``"first"`` for the row of the first of the merged words, ``"mean"`` for the mean of all, weighted by counts
        where these are known. Either way counts are added, and words sorted by them.
    words
        File with one word a line, to which the vectors are restricted; the rest of a line after a blank or tab is
        ignored. Words that only subwords give a vector come last.
    top
        Number of words to keep, from the beginning.
    rotate
        Whether vectors are rotated, uncentred, so that each prefix of their dimensions has the least squared error:
        cosines stay. `dim` then keeps a prefix, and computes no principal components.
    dim
        Number of principal components to keep.
    unit
        Whether rows are scaled to length 1; rows of zeros stay.
    precision
        Significant digits to which numbers are rounded.
    storage
        How a ``.vectors`` folder stores the numbers (see `wordvec.codecs`): ``"float16"``, ``"int8"`` with a scale for
        each word, or ``"bits"`` to keep only their signs; ``"float32"``, the default, for the numbers.
    spaces
        ``"replace"`` white space and control characters in words by ``_``, or ``"refuse"`` such words where the output
        format cannot hold them.
    bad_words
        ``"replace"`` or ``"drop"`` words that are empty, not UTF-8, or hold white space or control characters, before
        all other changes (see `bad_words`). None refuses them where the output format cannot hold them.
    trim
        ``"used"`` to keep only the rows of n-grams that the words use, or the number of the most useful rows to keep,
        after the choice of words (see `trimming`).

    Raises
    ------
    SettingsError
        If a value is out of range, or `merge` is given without `lowercase`.
    """

    lowercase: bool | str | None = None
    merge: str = setting("first", "row of words that become one: the first or the mean", choices=MERGES)
    words: Path | None = None
    top: int | None = setting(None, "words to keep, from the beginning", at_least=1)
    rotate: bool = setting(False, "whether vectors are rotated so that their first dimensions matter most")
    dim: int | None = setting(None, "principal components to keep", at_least=1)
    unit: bool = setting(False, "whether rows are scaled to length 1")
    precision: int | None = setting(
        None, "significant digits to which numbers are rounded", at_least=1, at_most=MOST_DIGITS
    )
    storage: str | None = setting(None, "how a .vectors folder stores the numbers", choices=STORAGES)
    spaces: str = "refuse"
    bad_words: str | None = setting(None, "what happens to words that no text can hold", choices=("replace", "drop"))
    trim: int | str | None = None

    def __post_init__(self) -> None:
        check_settings(self)
        EncodingSettings(lowercase=self.lowercase)
        formats.respell([], self.spaces)
        counted = isinstance(self.trim, int) and not isinstance(self.trim, bool) and self.trim > 0
        if self.trim not in (None, USED) and not counted:
            raise SettingsError(f"{self.trim}: expected used, or a number of rows", setting="trim")
        if self.merge != "first" and not self.lowercase:
            raise SettingsError(": needs lowercase, by which words become one", setting="merge")

    @property
    def keeps_contexts(self) -> bool:
        """Whether the output matrix still belongs to the vectors after the changes."""
        return not (self.lowercase or self.unit or self.rotate or self.dim is not None)

    def given(self) -> dict[str, Any]:
        """Return the settings that differ from their defaults, for the metadata."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        given = {name: value for name, value in fields.items() if value not in (None, False)}
        if self.words is not None:
            given["words"] = str(self.words)
        if not self.lowercase:
            del given["merge"]
        # The step "replace_spaces" records the words that changed.
        del given["spaces"]
        return given
