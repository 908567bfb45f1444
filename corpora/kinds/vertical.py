"""Detection of annotated texts: vertical formats with a token on each line, and bracketed trees."""

import re
from collections import Counter

from wordvec.corpora.kinds.sample import FileKind, Reader, Sample, share

_MOST = 0.95
"""Minimal share of lines that must agree."""

_LONE_TAG = re.compile(r"</?([A-Za-z][\w:.-]*)(?:\s[^<>]*)?/?>\s*|<[?!][^<>]*>\s*")
_CONLLU_ID = re.compile(r"\d+(?:[-.]\d+)?")
_CHUNK = re.compile(r"O|[BIESLU]-[\w-]+|-X-|_")
_PART_OF_SPEECH = re.compile(r"[A-Z][A-Z0-9$-]{0,7}|[.,:;'`()\"#$-]{1,5}|-[LR][RSC]B-")
_FEWEST_TAGGED = 20
_LEAF = re.compile(r"\([^\s()]+ [^\s()]+\)")
_SCANNED = 1 << 16


def vertical_kind(sample: Sample) -> FileKind | None:
    """Return the kind of VRT, CoNLL-U or another vertical format, or None."""
    lines = sample.lines
    plain = [line for line in lines if not _LONE_TAG.fullmatch(line)]
    if len(plain) < len(lines) and (found := _vrt(lines, plain)):
        return found
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    if rows and share(sum(len(row) == 10 and bool(_CONLLU_ID.fullmatch(row[0])) for row in rows), len(rows)) >= _MOST:
        return FileKind("a CoNLL-U treebank", reader=Reader.CONLLU)
    spaced = sample.text.count("\n\n") + sample.text.count("\n\r\n")
    if not spaced or len(rows) < 2:
        return None
    tabs = any(len(row) > 1 for row in rows)
    if not tabs:
        rows = [line.split() for line in lines if not line.startswith("#")]
        if not _annotated(rows):
            return None
    if (
        any(len(row) < 2 or not row[1].strip() for row in rows)
        or share(sum(" " not in row[0] for row in rows), len(rows)) < _MOST
    ):
        return None
    width = Counter(map(len, rows)).most_common(1)[0]
    if width[1] < _MOST * len(rows):
        return None
    what = "a table with a token on each line (as of CoNLL)"
    if tabs:
        return FileKind(what, reader=Reader.VERTICAL, option=_option(rows[0], width[0]))
    token = 2 if share(sum(bool(_CONLLU_ID.fullmatch(row[0])) for row in rows), len(rows)) >= _MOST else 1
    return FileKind(what, _awk(f'\'!/^#/ && NF {{printf "%s ", ${token}}}'))


def tree_kind(sample: Sample) -> FileKind | None:
    """Return the kind of bracketed trees, as in the Penn Treebank, or None."""
    text = sample.text[:_SCANNED]
    if text[0] != "(":
        return None
    leaves = _LEAF.findall(text)
    if len(leaves) < 2 or 2 * sum(map(len, leaves)) < sum(map(len, text.split())):
        return None
    return FileKind("a treebank in brackets", "sed -E 's/[(][^ ()]* ?//g; s/[)]//g'")


def _awk(first: str) -> str:
    """Return an awk command whose rule `first` prints a token; a blank line ends a sentence."""
    return f'awk {first} !NF {{print ""}}\''


def _vrt(lines: list[str], plain: list[str]) -> FileKind | None:
    """Return the kind of VRT, lines of one token with or without columns between lines of one tag, or None."""
    tags = [line for line in lines if _LONE_TAG.fullmatch(line)]
    ends = Counter(match[1] for tag in tags if tag.startswith("</") and (match := _LONE_TAG.fullmatch(tag)))
    if not ends or len(plain) < 2 or len(plain) < len(tags) / 2:
        return None
    tabs = share(sum("\t" in line for line in plain), len(plain)) >= _MOST
    if not tabs and share(sum(len(line.split()) == 1 for line in plain), len(plain)) < _MOST:
        return None
    rows = [line.split("\t") for line in plain]
    option = _option(rows[0], Counter(map(len, rows)).most_common(1)[0][0])
    return FileKind("a VRT file, a token on each line", reader=Reader.VERTICAL, option=option)


def _option(row: list[str], width: int) -> str:
    """Return what to do to read a file with so many columns, one of whose lines is `row`."""
    if _CONLLU_ID.fullmatch(row[0]) and width > 1:
        names = ["id", "form", "lemma", "pos", *"_" * width][:width]
    else:
        names = ["form", "pos", "lemma", *"_" * width][:width]
    if width == 1:
        return "name its column (--columns form)"
    shown = " ".join(cell.strip() or "_" for cell in row)
    return f"name its columns in their order (such as --columns {','.join(names)}; a line of it is: {shown:.80})"


def _annotated(rows: list[list[str]]) -> bool:
    """Return whether the last blank-separated column contains chunk tags, or parts of speech in many lines."""
    widths = Counter(map(len, rows)).most_common(1)[0]
    if widths[0] < 2 or widths[1] < _MOST * len(rows):
        return False
    last = [row[-1] for row in rows]
    if all(_CHUNK.fullmatch(tag) for tag in last):
        return True
    few = len(set(last)) <= min(60, len(last) / 2)
    return len(rows) >= _FEWEST_TAGGED and few and all(_PART_OF_SPEECH.fullmatch(tag) for tag in last)
