"""Names of nodes: words of a corpus, so white space and control characters in them become ``_``."""

import re
from collections.abc import Sequence

from wordvec.errors import InputError

HELD = "\uffff"
"""Stands for a character that a name cannot have until all names are known; it is no character of any text."""

NOT_IN_NAMES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ufeff\uffff]")


def node_names(names: Sequence[str], path: str) -> list[str]:
    """Return the names of nodes without white space and control characters.

    Raises
    ------
    InputError
        If a name is empty, or two nodes would have the same.
    """
    if "" in names:
        raise InputError(f"{path}: node {names.index('') + 1:,} has an empty name")
    if not NOT_IN_NAMES.search("".join(names)):
        return list(names)
    changed = [NOT_IN_NAMES.sub("_", name) for name in names]
    if len(set(changed)) < len(changed):
        seen: dict[str, str] = {}
        for name, new in zip(names, changed, strict=True):
            before = seen.setdefault(new, name)
            if before is not name:
                shown = " and ".join(repr(each.replace(HELD, " ")) for each in (before, name))
                raise InputError(
                    f"{path}: the nodes {shown} would both be called {new!r}, since names have no white space; "
                    "rename one"
                )
    return changed
