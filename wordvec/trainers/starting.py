"""Checks of starting vectors, which take place before any long work: their dim, and how their n-grams are numbered."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wordvec.errors import InputError
from wordvec.subwords import Floret, Hashed
from wordvec.subwords.base import Table
from wordvec.vectors import Vectors
from wordvec.wording import listed

if TYPE_CHECKING:
    from wordvec.trainers.fasttext import FastText

Needed = tuple[str, Any]
"""A setting and the value that the starting vectors need."""


def check(dim: int, init: Vectors | None, init_contexts: Vectors | None, ngrams: Sequence[Needed] = ()) -> None:
    """Check that starting vectors have the model's dim, and that their n-grams need no other settings.

    Raises
    ------
    InputError
        If they do not; it names all settings to change at once.
    """
    for setting, vectors in (("init", init), ("init_contexts", init_contexts)):
        wrong, needed = [], []
        if vectors is not None and vectors.dim != dim:
            wrong.append(f"its vectors have dim {vectors.dim}, the model {dim}")
            needed.append(("dim", vectors.dim))
        if setting == "init" and ngrams:
            wrong.append("its n-grams are not those of the model")
            needed += ngrams
        if wrong:
            advice = f"set {listed([f'{{{name}}} to {value}' for name, value in needed])}"
            raise InputError(f": {', and '.join(wrong)}", setting=setting, advice=advice)


def needed_ngrams(settings: "FastText", table: Table | None) -> list[Needed]:
    """Return the settings to change so that n-grams of starting vectors have the same numbers in the model.

    Raises
    ------
    InputError
        If no settings do that, or there are no n-grams where words have no rows of their own.
    """
    hashing = settings.hashing()
    if hashing is None or (table is None and settings.has_rows_of_words):
        return []
    if table is None:
        raise InputError(
            ": has no n-grams, and a model with floret's hash has no rows of words to start from",
            setting="init",
            advice="set {hash} to fasttext",
        )
    if not isinstance(table, Hashed):
        raise InputError(
            ": its n-grams are numbered in another way than fastText's and floret's; convert it to .vec to start from "
            "its words alone",
            setting="init",
        )
    needed = [(name, value) for name, value in _named(table) if getattr(settings, name) != value]
    if not needed and table.hashing != hashing:
        pairs = zip(_FIXED, table.hashing[-len(_FIXED) :], hashing[-len(_FIXED) :], strict=True)
        shown = listed([f"{name} {theirs}, not {ours}" for name, theirs, ours in pairs if theirs != ours])
        raise InputError(f": its n-grams cannot be trained: {shown}", setting="init")
    return needed


_FIXED = ("hash seed", "mark before words", "mark after words")
"""What no setting of floret's hash changes: the last fields of `FloretHash`."""


def _named(table: Hashed) -> list[Needed]:
    """Return the settings of a model with the same n-grams."""
    hash = "floret" if isinstance(table, Floret) else "fasttext"
    sizes: list[Needed] = [
        ("min_n", table.shortest),
        ("max_n", table.longest),
        ("buckets", table.buckets),
        ("hash", hash),
    ]
    return [*sizes, ("hashes", table.hashes)] if isinstance(table, Floret) else sizes
