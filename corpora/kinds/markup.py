"""Detection of documents with tags or commands: XML, HTML, LaTeX, RTF, subtitles, mail."""

import re
import xml.parsers.expat as expat
from collections import Counter

from wordvec.corpora.kinds.sample import FileKind, Reader, Sample, share

_TAG = re.compile(r"""<(/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>=]+))*)\s*/?>""")
_HTML = re.compile(r"(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)
_PROLOGUE = re.compile(r"<\?xml[\s?]|<!DOCTYPE\s|<!\[CDATA\[", re.I)
_HTML_NAMES = re.compile(
    "a|b|body|br|div|em|h[1-6]|head|i|img|li|meta|ol|p|script|span|strong|table|td|th|title|tr|ul", re.I
)
_TEXTS = ("p", "l", "ab", "head", "u")
"""Elements of TEI that hold text."""
_SCANNED = 1 << 18
_FEWEST_PAIRS, _DENSE = 10, 0.2

_STRIP = (
    "python3 -c 'import html,re,sys; print(html.unescape("
    're.sub("(?s)<(script|style)\\\\b.*?</\\\\1>|<!--.*?-->|<[^>]*>", " ", sys.stdin.read())))\''
)
_TIMES = re.compile(r"(?:\d+:)?\d\d:\d\d[,.]\d{1,3} +--> +(?:\d+:)?\d\d:\d\d[,.]\d{1,3}")
_LATEX = re.compile(
    r"(?:[ \t]*(?:%.*|\\[a-zA-Z].*)?\n){0,50}?[ \t]*\\(?:documentclass|documentstyle|begin\{document\})"
)
"""A document class, preceded by comments and commands only."""

_COMMENT = re.compile(r"(?:<!--(?:(?!-->).)*-->\s*)+", re.S)
_MAIL = re.compile(r"From \S+ .*\d\d:\d\d.*\n(?:[A-Z][\w-]*:|>From )")
_MAIL_TEXT = (
    "python3 -c 'import email,re,sys; "
    '[print(p.get_payload(decode=True).decode("utf-8", "replace")) '
    'for m in re.split("(?m)^From .*\\n", sys.stdin.read())[1:] for p in email.message_from_string(m).walk() '
    'if p.get_content_type() == "text/plain"]\''
)


HTML = FileKind(
    "an HTML page", "pandoc -f html -t plain --wrap=none", after="trafilatura leaves out menus and advertisements"
)


def document_kind(sample: Sample) -> FileKind | None:
    """Return the kind of a document that its beginning identifies."""
    text, ending = sample.text, sample.ending
    if text.startswith("{\\rtf"):
        return FileKind("an RTF document", "pandoc -f rtf -t plain --wrap=none")
    if text.startswith("WEBVTT") or any(_TIMES.match(line.strip()) for line in sample.lines[:6]):
        return FileKind("a file of subtitles", "grep -vE '^[0-9]+[[:space:]]*$|-->|^WEBVTT'")
    if _LATEX.match(text) or (ending == "tex" and re.search(r"\\[a-zA-Z]+\{", text)):
        return FileKind("a LaTeX document", "pandoc -f latex -t plain --wrap=none")
    if _MAIL.match(text):
        return FileKind("an mbox of e-mails", _MAIL_TEXT)
    if _HTML.match(text):
        return HTML
    return None


def markup_kind(sample: Sample) -> FileKind | None:
    """Return the kind of XML or HTML, or None; single tags such as ``<unk>`` and ``<s>`` between blanks are tokens."""
    text = sample.text[:_SCANNED]
    if "<" not in text:
        return None
    if comment := _COMMENT.match(text):
        text = text[comment.end() :]
    tags = list(_TAG.finditer(text))
    names = Counter(tag[2] for tag in tags)
    html = sum(names[name] for name in names if _HTML_NAMES.fullmatch(name))
    page = tags and _HTML_NAMES.fullmatch(tags[0][2]) and 2 * html > len(tags)
    # Some XML has the names of HTML; a user who names its elements knows.
    found = HTML._replace(reader=Reader.XML) if page else _xml(text)
    if _PROLOGUE.match(text) and tags:
        return found
    if sample.ending in ("xml", "tei", "html", "htm", "xhtml"):
        return found if tags else None
    closed = {tag[2] for tag in tags if tag[1]}
    pairs = closed & {tag[2] for tag in tags if not tag[1]}
    marked = [tag for tag in tags if tag[3] or (tag[2] in pairs and _glued(tag, text))]
    if tags and tags[0].start() == 0:
        attributes = bool(tags[0][3])
        return found if attributes or len(pairs) > 1 or (pairs and share(len(marked), len(tags)) > 0.5) else None
    closing = sum(bool(tag[1]) for tag in marked)
    dense = sum(len(tag[0]) for tag in marked) >= _DENSE * len(text)
    lines = [line.strip() for line in sample.lines]
    edged = 2 * sum(line.startswith("<") and line.endswith(">") for line in lines) > len(lines)
    return found if closing >= _FEWEST_PAIRS and (dense or edged) else None


def _xml(text: str) -> FileKind:
    """Return the kind of XML; a text that is not well-formed, such as SGML, needs a command."""
    what = "an XML document"
    sizes, open_elements = Counter[str](), list[str]()

    def begin(name: str, attributes: object) -> None:
        open_elements.append(name.rpartition(":")[2])

    def add(data: str) -> None:
        sizes[open_elements[-1]] += len(data.strip())

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler = begin, add
    parser.EndElementHandler = lambda name: open_elements.pop()
    parser.DefaultHandler = lambda data: None  # so that no entity is expanded
    try:
        parser.Parse(text)
    except expat.ExpatError:
        return FileKind(what, _STRIP)
    usual = [name for name in _TEXTS if sizes[name]]
    names = usual or [name for name, size in sizes.most_common(1) if size]
    if not names:
        return FileKind(what, _STRIP)
    option = f"name the elements that hold the text (--xml-text {','.join(names)})"
    return FileKind(what, reader=Reader.XML, option=option)


def _glued(tag: "re.Match[str]", text: str) -> bool:
    """Return whether a tag is adjacent to text; a tag that is a token is between blanks."""
    around = text[max(tag.start() - 1, 0) : tag.start()] + text[tag.end() : tag.end() + 1]
    return bool(around.strip())
