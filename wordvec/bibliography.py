"""Works to cite, of the file ``bibliography.bib``, and their printing below a paragraph."""

import functools
import re
from collections.abc import Iterable, Mapping
from importlib import resources


@functools.cache
def works() -> Mapping[str, str]:
    """Return the BibTeX of each work by its key."""
    content = resources.files("wordvec").joinpath("bibliography.bib").read_text(encoding="utf-8")
    found = {}
    for entry in content.strip().split("\n\n"):
        begin = re.match(r"@\w+\{(\w+),", entry)
        assert begin is not None, entry
        found[begin[1]] = entry
    return found


def with_works(paragraph: str, cited: Iterable[str]) -> str:
    """Return a paragraph and BibTeX of the works that it cites, each once."""
    return "\n\n".join([paragraph, *(works()[work] for work in dict.fromkeys(cited))]) + "\n"
