"""The prose of the project uses the terms of the field: paraphrases of them are not allowed.

Checked are docstrings, comments, messages, guides and help pages, and the names that the code defines.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from wordvec.cli import root

ROOT = Path(__file__).parents[1]
FOLDERS = ("wordvec", "kernels", "corpora", "examples")
ENDINGS = (".py", ".md", ".html", ".ipynb")

TRAINING = (
    "run|set|text|token|sentence|corpus|phase|pair|time|loop|step|kernel|file|data|example|speed|word|method|tool"
)
FORBIDDEN = {
    r"thin(s|ned|ning)? out": "subsample",
    r"fore(tell|tells|told|telling)": "predict; held-out likelihood",
    r"dealt(?! with)|dealings?(?! with)|deals? (\w+ ){0,2}anew": "permute, permutation",
    r"usual by chance|by chance alone|against chance|whether by chance": "null distribution; random; p-value",
    r"(go|goes|going|gone|went) on (with|from|where|by|after)|how to go on|no going on": "resume; continue",
    r"told (by|from) (its|their|the|his|what|how)|(contents?|name|ending|suffix) (tells?|do(es)? not tell)": (
        "is detected from"
    ),
    r"floors|the floor (of (random|every|each|all)|is)|as (a|the) floor": "baseline",
    r"(?<!normal\s)(?<!inflected\s)(?<!surface\s)forms? of (a|each|the|every) words?|word's form": "normalisation",
    r"(un)?packed (file|text|stream|input|vector file|folder)s?|packed (by|with) (gzip|bzip2|xz|zstd)": "compressed",
    r"places? of (a|the|each|every|its|their) (token|row|column)s?": "position; row",
    r"chances? of (a|the|each|every) (measure|change)|chances": "p-value; probability",
    r"half(-| )widths?": "margin",
    r"draws? on hubs|takes? from hubs": "penalises hubs",
    r"words around": "context words",
    r"how (it|they|each|these|those) (came (about|to be)|(was|were) made)": "provenance",
    r"(stands?|stood) (in|on|at|before|after|between|below|above|beside|first|last|there|outside|side by side)": "is",
    r"(lies|lie) (in|on|at|outside|beside|before|after) (the|a|its|their) "
    r"(files?|text|folder|sentence|line|list|disk|window|corpus|memory|rows?|table)": "is",
    rf"trainings|(a|each|every|one|another) training(?!(-| )({TRAINING}))": "a training run",
    r"unless given": "default: …",
    r"c[ao]mes? along( with)?": "is included in",
    r"wants (more|fewer|less|to know)": "needs; use",
    r"anew": "again",
    r"is nothing to compare": "what is needed, and what was given",
}
PATTERNS = {
    re.compile(rf"\b(?:{key.replace(' ', chr(92) + 's+')})\b", re.IGNORECASE): FORBIDDEN[key] for key in FORBIDDEN
}
ANY = re.compile("|".join(pattern.pattern for pattern in PATTERNS), re.IGNORECASE)

NAMES = re.compile(
    r"(^|_)(foretell|foretells|foretold|foretelling|floors?_of|floors|thin_out|thinned|dealt|told|chances|half_widths?)(_|$)"
)
BEGINNINGS = ("Give ", "Gives ", "Tell ", "Tells ", "Say ", "Says ")
CODE = re.compile(r"``[^`\n]+``|`[^`\n]+`")


def _found(text: str, first_line: int = 1) -> Iterator[str]:
    """Yield each forbidden phrase of a text with its line; names of code in backticks are not prose."""
    prose = CODE.sub(lambda code: "·" * len(code[0]), text)
    if not ANY.search(prose):  # one search instead of one for each pattern
        return
    for pattern, instead in PATTERNS.items():
        for match in pattern.finditer(prose):
            line = first_line + prose.count("\n", 0, match.start())
            yield f"{line}: {' '.join(match[0].split())!r}; write: {instead}"


def _prose(source: str, nodes: list[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield line number and text of each docstring, message, help text and block of comments of a program."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
    comments: list[str] = []
    last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if comments and token.start[0] != last + 1:
                yield last - len(comments) + 1, "\n".join(comments)
                comments = []
            comments.append(token.string.lstrip("# "))
            last = token.start[0]
    if comments:
        yield last - len(comments) + 1, "\n".join(comments)


def _defined(nodes: list[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield line number and name of each function, class, parameter and variable."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def _docstrings(nodes: list[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield line number and docstring of each function and class."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, ast.get_docstring(node) or ""


def _wrong(path: Path) -> Iterator[str]:
    """Yield what is wrong in a file: in its prose, the names that it defines, and the beginnings of its docstrings."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from _found(source)
        return
    nodes = list(ast.walk(ast.parse(source)))
    for line, text in _prose(source, nodes):
        yield from _found(text, line)
    for line, name in [(1, path.stem), *_defined(nodes)]:
        if NAMES.search(name.lower()):
            yield f"{line}: the name {name}"
    for line, text in _docstrings(nodes):
        if text.startswith(BEGINNINGS):
            yield f"{line}: a docstring begins with {text.split()[0]}"


def _pages(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the help page of a command and of all commands below it."""
    context = click.Context(command, info_name=path, max_content_width=10_000)
    yield path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _pages(inner, f"{path} {name}")


FILES = {folder: [path for path in (ROOT / folder).rglob("*") if path.suffix in ENDINGS] for folder in FOLDERS}
FILES["guides"] = list(ROOT.glob("*.md"))


# One test for many files, each parsed once: as a test for each file and rule they took twice the time.
@pytest.mark.parametrize("folder", FILES)
def test_prose_names_and_docstrings_use_the_terms_of_the_field(folder: str) -> None:
    files = sorted({path.resolve() for path in FILES[folder]})
    assert len(files) > 1
    assert [f"{path.relative_to(ROOT)}:{what}" for path in files for what in _wrong(path)] == []


def test_help_pages_use_the_terms_of_the_field() -> None:
    pages = dict(_pages(root, "wordvec"))
    assert "wordvec compass plot path" in pages
    assert [f"{name}, line {what}" for name, page in pages.items() for what in _found(page)] == []


def test_names_and_docstrings_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "floors_of.py"
    path.write_text('def f(told):\n    """Give back."""\n    half_width = told\n')
    assert list(_wrong(path)) == [
        "1: the name floors_of",
        "1: the name told",
        "3: the name half_width",
        "1: a docstring begins with Give",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Frequent words are thinned\n    out before.",
        "what slices foretell",
        "labels dealt anew",
        "an interrupted run is gone on with",
        "The format is told by its content.",
        "floors of each measure",
        "the vectors of the words around",
        "half-widths of intervals",
        "methods that take from hubs",
        "Each training begins at the same place.",
        "the word stands first",
        "how it came about",
    ],
)
def test_paraphrases_are_found(text: str) -> None:
    assert list(_found(text)) != []


@pytest.mark.parametrize(
    "text",
    [
        "the floor division of a number",
        "stands for a word; a stand-in; values lie between 0 and 1",
        "a training run, each training sentence",
        "options go on the command line",
        "`floors` and ``foretold`` are old names",
        "Unicode's normal form of each word",
        "packed words; a tokeniser dealing with tabs; a great deal of memory",
    ],
)
def test_plain_prose_is_no_false_alarm(text: str) -> None:
    assert list(_found(text)) == []
