r"""Detection of e-mails, SQL dumps, and texts with the labels of a classifier."""

import itertools
import re

from wordvec.corpora.kinds.sample import FileKind, Sample

_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):(?:\s|$)")
_HEADERS = re.compile(
    "bcc|cc|content-transfer-encoding|content-type|date|delivered-to|from|in-reply-to|lines|message-id|mime-version|"
    "newsgroups|organization|path|received|references|reply-to|return-path|sender|subject|to|user-agent|x-mailer"
)
_FEWEST_HEADERS = 3
_MAIL_TEXT = (
    "python3 -c 'import email,sys; "
    '[print(p.get_payload(decode=True).decode(p.get_content_charset("utf-8"), "replace")) '
    'for p in email.message_from_binary_file(sys.stdin.buffer).walk() if p.get_content_type() == "text/plain"]\''
)

_DUMP = re.compile(r"--[ \t]*(?:\n--[ \t]*)?(?:mysql|mariadb|postgresql database|phpmyadmin sql|sqlite) ?.*dump", re.I)
_STATEMENT = re.compile(
    r"insert\s+(?:or\s+\w+\s+|ignore\s+)?into\s+\S+.*\bvalues?\b|create\s+table\s+.*\(|copy\s+\S+.*\bfrom\s+stdin;|"
    r"drop\s+table\s+if\s+exists\s|lock\s+tables\s|pragma\s+\w+\s*=|insert\s+into\s+\S+\s*\(",
    re.I,
)
_COPY = re.compile(r"(?m)^copy\s+\S+.*\bfrom\s+stdin;", re.I)
_FEWEST_STATEMENTS = 2
_STRINGS = (
    r"""python3 -c 'import re,sys; [print(*s.replace("\x27\x27", "\x27").split()) """
    r"""for s in re.findall(r"\x27((?:[^\x27\\]|\\.|\x27\x27)*)\x27", sys.stdin.read(), re.S) if " " in s]'"""
)
_COPIED = r"awk '/^COPY .* FROM stdin;/ {on = 1; next} /^\\\./ {on = 0} on' | tr '\t' '\n' | grep ' '"

_LABEL = "__label__"
_LABELLED = 0.8
"""Minimal share of lines that contain a label."""


def mail_kind(sample: Sample) -> FileKind | None:
    """Return the kind of one e-mail or newsgroup message, whose headers precede the text, or None."""
    heading = list(itertools.takewhile(str.strip, sample.text.split("\n")))
    names = [match[1].lower() for line in heading if (match := _HEADER.match(line))]
    others = [line for line in heading if line[0] not in " \t" and not _HEADER.match(line)]
    known = set(filter(_HEADERS.fullmatch, names))
    if others or len(known) < (1 if sample.ending == "eml" else _FEWEST_HEADERS):
        return None
    return FileKind("an e-mail", _MAIL_TEXT)


def sql_kind(sample: Sample) -> FileKind | None:
    """Return the kind of the dump of a database, or None."""
    statements = sum(_STATEMENT.match(line.lstrip()) is not None for line in sample.lines)
    least = 1 if sample.ending == "sql" else _FEWEST_STATEMENTS
    if not _DUMP.match(sample.text) and statements < least:
        return None
    return FileKind("an SQL dump", _COPIED if _COPY.search(sample.text) else _STRINGS)


def labelled_kind(sample: Sample) -> FileKind | None:
    """Return the kind of fastText's input for classification, or None."""
    labelled = sum(_LABEL in line for line in sample.lines)
    if labelled < _LABELLED * len(sample.lines):
        return None
    return FileKind("a text with labels for fastText's classifier", f"sed -E 's/{_LABEL}[^[:space:]]*[[:space:]]*//g'")
