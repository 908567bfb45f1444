"""``wordvec nearest`` and ``wordvec analogy``: queries to vectors."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import asking, options, output
from wordvec.cli.asking import Asked
from wordvec.cli.command import Command, Option

if TYPE_CHECKING:
    from wordvec.vectors import Neighbours, Vectors

NUMBER = Option(["-n", "--number"], type=click.IntRange(min=1), default=10, show_default=True, help="number of answers")
VECTORS = click.Argument(["vectors"], type=options.FILE)
EXACT = Option(["--exact"], is_flag=True, help="compare all words although there is an index")
WORDS_AT_ONCE = 4096
CANDIDATES = 100
MANY = 64
"""Words that are searched for by kernels, whatever the vectors."""

Answer = tuple[dict[str, Any], "Neighbours"]
"""A query, as in JSON, and its answers."""


@click.command(
    cls=Command,
    help="Each line is a WORD, a similar word and the cosine of their vectors, separated by tabs, most similar first. "
    "With --together or --minus there is one query: the words nearest to the sum of the WORDs minus those of --minus, "
    "each vector scaled to length 1."
    "\n\nUnknown words are skipped and reported on standard error, with known words of similar spelling. The exit code "
    "is 1 if no word is known. With fastText, floret and finalfusion files, unknown words are composed from their "
    "n-grams, which is reported, too; candidates are words of the vocabulary."
    "\n\nA word with several senses is answered for each of them (bank#1, bank#2), which are not its neighbours."
    "\n\nVECTORS with an index (wordvec index) are searched by it, which is reported on standard error.",
    params=[
        VECTORS,
        click.Argument(["words"], nargs=-1, metavar="[WORD]..."),
        Option(
            ["--words", "file"],
            type=options.FILE,
            metavar="FILE",
            help="file of WORDs, one a line; - is standard input",
        ),
        Option(["--together"], is_flag=True, help="find words near to the sum of all WORDs"),
        Option(["--minus"], multiple=True, metavar="WORD", help="subtract this word (repeatable)"),
        NUMBER,
        Option(["--among"], type=options.FILE, metavar="FILE", help="file of candidates, one a line"),
        Option(["--min-similarity"], type=click.FloatRange(-1, 1), help="leave out words with a smaller cosine"),
        Option(
            ["--codes"],
            type=options.FILE,
            metavar="FOLDER",
            help="codes of bits of the same words, as OUT.codes.vectors: compare only VECTORS of the nearest codes",
        ),
        Option(
            ["--candidates"],
            type=click.IntRange(min=1),
            help="number of nearest codes that are compared by their vectors  [default: 100]",
        ),
        EXACT,
        asking.STRICT,
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec nearest corpus.vec king woman --minus man -n 5",
)
def nearest(
    vectors: Path,
    words: tuple[str, ...],
    file: Path | None,
    together: bool,
    minus: tuple[str, ...],
    strict: bool,
    form: str | None,
    **given: Any,
) -> None:
    """Print the nearest words."""
    if not words and file is None:
        raise click.UsageError("no words: give a WORD, or --words FILE")
    among: Path | None = given.pop("among")
    codes: Path | None = given["codes"]
    if codes is None and given["candidates"] is not None:
        raise click.UsageError("--candidates: needs --codes")
    if codes is not None and (together or minus or among is not None or given["min_similarity"] is not None):
        raise click.UsageError("--codes: leave out --together, --minus, --among and --min-similarity")
    if str(file) == str(among) == "-":
        raise click.UsageError("--among: standard input is used by --words; name a file")
    wanted, candidates = asking.asked(words, file), asking.asked((), among)
    with _searching(file is not None):
        read = _load(vectors)
        how = {"n": given["number"], "min_similarity": given["min_similarity"], "exact": given["exact"]}
        if codes is None and among is None and not given["exact"]:
            _note_index(read, bool(together or minus))
        if among is not None:
            how["among"] = asking.known(read, candidates, strict, compose=False)
        if codes is not None:
            known = asking.known(read, wanted, strict, compose=False)
            _show(_by_codes(read, known, _load(codes), given["number"], given["candidates"]), form)
        elif together or minus:
            # A sum without one of its words would answer another query.
            found = asking.known(read, [*wanted, *map(Asked, minus)], strict=True)
            _show(_of_sum(read, found[: len(wanted)], found[len(wanted) :], how), form)
        else:
            _show(_of_each(read, asking.known(read, _by_sense(read, wanted), strict), how), form)


@click.command(
    cls=Command,
    params=[VECTORS, *(click.Argument([name]) for name in "abc"), NUMBER, EXACT, *options.FORMS],
    epilog="\b\nExample:\n  wordvec analogy corpus.vec france paris germany",
)
def analogy(vectors: Path, a: str, b: str, c: str, number: int, exact: bool, form: str | None) -> None:
    """Each line is a word and the cosine of its vector with B - A + C (unit vectors); A, B and C are excluded."""
    read = _load(vectors)
    if not exact:
        _note_index(read, sums=True)
    asked = asking.known(read, [Asked(a), Asked(b), Asked(c)], strict=True)
    found = read.analogy(asked[0], asked[1], asked[2], number, exact=exact)
    if form == "json":
        output.echo_json(dict(zip("abc", asked, strict=True)) | {"nearest": _records(found)})
    elif form is None:
        output.echo_rows((word, f"{similarity:.4f}") for word, similarity in found)
    else:
        rows = [(word, round(similarity, 6)) for word, similarity in found]
        output.echo_csv([("word", "similarity"), *rows], form == "spreadsheet")


def _by_sense(vectors: "Vectors", wanted: list[Asked]) -> list[Asked]:
    """Return the words, with the names of the senses in place of a word that has several."""
    inventory = vectors.inventory
    if inventory is None:
        return wanted
    found: list[Asked] = []
    for one in wanted:
        names = [] if one.word in vectors else inventory.names_of(one.word)
        found += [one._replace(word=name) for name in names] or [one]
    return found


def _of_each(vectors: "Vectors", words: list[str], how: dict[str, Any]) -> Iterator[Answer]:
    for begin in range(0, len(words), WORDS_AT_ONCE):
        some = words[begin : begin + WORDS_AT_ONCE]
        for word, found in zip(some, vectors.nearest(some, **how), strict=True):
            yield {"word": word}, found


def _by_codes(
    vectors: "Vectors", words: list[str], codes: "Vectors", number: int, candidates: int | None
) -> Iterator[Answer]:
    most = max(number, CANDIDATES) if candidates is None else candidates
    for begin in range(0, len(words), WORDS_AT_ONCE):
        some = words[begin : begin + WORDS_AT_ONCE]
        for word, found in zip(some, vectors.nearest_by_codes(some, codes, number, candidates=most), strict=True):
            yield {"word": word}, found


def _of_sum(vectors: "Vectors", positive: list[str], negative: list[str], how: dict[str, Any]) -> Iterator[Answer]:
    yield {"positive": positive, "negative": negative}, vectors.nearest(positive=positive, negative=negative, **how)


def _show(answers: Iterator[Answer], form: str | None) -> None:
    if form in ("csv", "spreadsheet"):
        output.echo_csv([("word", "neighbour", "similarity")], False)
    for asked, found in answers:
        label = asked["word"] if "word" in asked else _label(**asked)
        if form == "json":
            output.echo_json(asked | {"nearest": _records(found)})
        elif form is None:
            output.echo_rows((label, near, f"{similarity:.4f}") for near, similarity in found)
        else:
            rows = [(label, near, round(similarity, 6)) for near, similarity in found]
            output.echo_csv(rows, form == "spreadsheet")


def _label(positive: list[str], negative: list[str]) -> str:
    return " ".join([" + ".join(positive), *(f"- {word}" for word in negative)])


def _note_index(vectors: "Vectors", sums: bool) -> None:
    """Report on standard error that answers may differ from those of an exact search."""
    if vectors.index is not None:
        share = vectors.index.recall.sums if sums else vectors.index.recall.words
        finds = f"which finds {100 * share:.1f} % of the ten nearest words"
        output.note(f"searched by {vectors.folder}.index, {finds}; --exact compares all words")


def _searching(many: bool) -> contextlib.AbstractContextManager[None]:
    """Compile the kernels that search for many words in a process of its own, beside those that read the file."""
    if not many:
        return contextlib.nullcontext()
    from wordvec.precompilation import precompiling

    return precompiling([search_made_up])


def search_made_up() -> None:
    """Search for many made-up words."""
    import numpy as np

    from wordvec.vectors import Vectors

    words = [f"word{number}" for number in range(MANY)]
    Vectors(words, np.eye(MANY, dtype=np.float32)).nearest(words, 1)


def _load(path: Path) -> "Vectors":
    from wordvec.vectors import Vectors

    return Vectors.load(path, contexts=False)


def _records(found: "Neighbours") -> list[dict[str, str | float]]:
    return [{"word": word, "similarity": round(float(similarity), 6)} for word, similarity in found]
