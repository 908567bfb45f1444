"""Folders written by wordvec: a mark, and the names of the files inside.

A folder is replaced as a whole, so that a note or a figure that the user has put into it would be lost.
"""

import json
import os
import re
from pathlib import Path

FOLDER_MARK = "wordvec.json"
"""File that marks a folder of vectors, and holds its metadata."""
_CORPUS_MARK = "meta.json"
_TEXT = r"(?:meta\.json|vocabulary\.txt|(?:ids|offsets|documents|labels|label_starts)\.npy)"
_CODES = r"(?:(?:subwords|own|tier\d+)-)*(?:codes|absent|scales|codebooks|rotation|numbers)\.npy"
_OWN = re.compile(
    rf"""wordvec\.json | (?:words|counts)\.txt | (?:matrix|counts|subwords|used|contexts)\.npy    # .vectors
    | {_CODES} | projection\.npy
    | (?:rotation|centres|starts|rows|signs|rest|factors)\.npy                          # an index
    | (?:config|modules|tokenizer)\.json | model\.safetensors                            # .hub
    | (?:vectors|metadata)\.tsv | projector_config\.pbtxt                                # .projector
    | vocab/.* | config\.cfg | tokenizer                                                 # .spacy
    | {_TEXT} | (?:columns|values|begins)\.npy                                           # a corpus, counts
    | (?:(?:compass|contexts|model)|slices/[^/]*)\.(?:vec|json|vocab)                    # a compass
    | (?:texts/[^/]*|[^/]*\.corpus)/{_TEXT} | changes/[^/]*/[^/]*\.json""",
    re.VERBOSE | re.DOTALL,
)


def is_marked(folder: Path) -> bool:
    """Return whether a folder has the mark of vectors, a corpus, counts or a compass."""
    if (folder / FOLDER_MARK).is_file():
        return True
    try:
        meta = json.loads((folder / _CORPUS_MARK).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(meta, dict) and str(meta.get("format")).startswith("wordvec ")


def foreign(folder: Path) -> str | None:
    """Return the name of a file in a folder that wordvec did not write, without hidden ones; None if there is none."""
    marked = is_marked(folder)
    for inner, _, names in os.walk(folder):
        for name in sorted(names):
            relative = Path(inner, name).relative_to(folder).as_posix()
            if not marked or not (name.startswith(".") or _OWN.fullmatch(relative)):
                return relative
    return None
