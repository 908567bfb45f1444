"""``wordvec sentences`` and ``wordvec similar``: vectors of lines of text, and the nearest lines."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options, output
from wordvec.cli.command import Command, Option
from wordvec.sentences.settings import Sentences
from wordvec.wording import quantity
from wordvec.workers import Progress, stop_on_signals

_TEXT = ("tokenizer", "normalize", "lowercase", "field", "encoding", "format", "name_field")
_SETTINGS = options.derived(Sentences, "Sentences")


def weighting_options() -> list[click.Parameter]:
    """Return the options of `Sentences`, and of the text on which it is fitted."""
    return [
        *_SETTINGS,
        Option(
            ["--fit"],
            heading="Sentences",
            type=options.FILE,
            metavar="FILE",
            help="text from whose lines common components and missing frequencies are computed",
        ),
    ]


def given_settings(given: dict[str, Any]) -> Sentences | None:
    """Remove the options of `Sentences` from a command's options; return them, or None if none was given."""
    from click.core import ParameterSource

    ctx, names = click.get_current_context(), [str(option.name) for option in _SETTINGS]
    chosen = any(ctx.get_parameter_source(name) is not ParameterSource.DEFAULT for name in names)
    settings = Sentences(**{name: given.pop(name) for name in names})
    return settings if chosen else None


def text_options() -> list[click.Parameter]:
    """Return the options of text that concern single lines."""
    return [option for option in options.text() if option.name in _TEXT]


@click.command(
    cls=Command,
    help="VECTORS is a vector file; TEXT is files, folders or 'patterns*' with one text a line, or records with "
    "--field. OUT is .npy (the matrix), or .npz, .parquet, .vec or another format of vector files, whose words are the "
    "numbers of the lines, or the values of --name-field."
    "\n\nThe vector of a text is the weighted mean of the vectors of its known words, without its common components. "
    "These are computed from TEXT, or from --fit FILE. With --weighting uniform --remove 0 it is the plain mean. "
    "VECTORS that convert --for-sentences wrote have all of this in their rows, and are used as they are."
    "\n\nThe tokenizer is that of the text of VECTORS; text is lower-cased if the words of VECTORS are. With fastText, "
    "floret and finalfusion files, unknown words are composed from their n-grams, with the weight of an unseen word. "
    "Texts without a known word are rows of zeros, and are counted.",
    params=[
        click.Argument(["vectors"], type=options.FILE),
        click.Argument(["text"], nargs=-1, required=True, metavar="TEXT..."),
        *weighting_options(),
        *text_options(),
        Option(["--threads"], heading="Running", type=click.IntRange(min=1), help="threads; default: all processors"),
        options.output("OUT", "vectors of the texts"),
        Option(
            ["--model"],
            heading="Output",
            writes=True,
            type=options.FILE,
            metavar="FOLDED",
            help="write the folded word vectors, too, for wordvec similar and for other text",
        ),
        options.spaces(),
        options.force(),
        Option(["--quiet"], heading="Output", is_flag=True, help="print nothing but errors"),
    ],
    epilog="\b\nExample:\n  wordvec sentences corpus.vec lines.txt -o lines.npy --model folded.vectors",
)
def sentences(
    vectors: Path,
    text: tuple[str, ...],
    output: Path,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Write the vector of each text."""
    from wordvec.sentences.work import write

    settings, reading = given_settings(given), _reading(given)
    progress = Progress(quiet=quiet)
    with stop_on_signals() as stop:
        done = write(
            vectors, text, output, settings, reading=reading, overwrite=force, progress=progress, stop=stop, **given
        )
    for note in done.notes:
        progress.say(note)
    progress.say(f"{output}: {quantity(done.texts, 'text')}, dim {done.dim}")


def _reading(given: dict[str, Any]) -> dict[str, Any]:
    """Remove the options of text from a command's options; return those that are given."""
    chosen = {name: given.pop(name) for name in _TEXT}
    chosen["lowercase"] = options.LOWERCASE.get(chosen["lowercase"])
    return {name: value for name, value in chosen.items() if value is not None}


@click.command(
    cls=Command,
    help="Each line is a TEXT, the name of a text of VECTORS (the number of its line), the cosine of their vectors and "
    "the text, if its file is where wordvec sentences read it and unchanged; most similar first. Unknown words of TEXT "
    "are left out; the exit code is 1 if no TEXT has a known word."
    "\n\nWith --duplicates and without TEXT, each line is a pair of texts of VECTORS, their cosine, and both texts.",
    params=[
        click.Argument(["text"], nargs=-1, metavar="[TEXT]..."),
        Option(
            ["--in", "vectors"],
            type=options.FILE,
            required=True,
            metavar="VECTORS",
            help="vectors of texts, as wordvec sentences writes them",
        ),
        Option(["--file"], type=options.FILE, metavar="FILE", help="file of TEXTs, one a line"),
        Option(
            ["--model"],
            type=options.FILE,
            metavar="FOLDED",
            help="folded word vectors  [default: those that VECTORS were made with]",
        ),
        Option(["-n", "--number"], type=click.IntRange(min=1), default=10, show_default=True, help="number of answers"),
        Option(["--duplicates"], is_flag=True, help="print the pairs of texts that are nearly the same"),
        Option(
            ["--least"],
            type=click.FloatRange(-1, 1),
            default=0.95,
            show_default=True,
            help="smallest cosine of duplicates; each text is compared with the --number nearest ones",
        ),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec similar 'tea with milk' --in lines.npy --model folded.vectors -n 3",
)
def similar(
    text: tuple[str, ...],
    vectors: Path,
    file: Path | None,
    model: Path | None,
    number: int,
    duplicates: bool,
    least: float,
    form: str | None,
) -> None:
    """Print the nearest texts, or near-duplicates."""
    from wordvec.sentences.files import load
    from wordvec.sentences.work import lines_of, vectors_of_queries

    if duplicates and (text or file):
        raise click.UsageError("--duplicates: compares the texts of --in, and takes no TEXT")
    if not (duplicates or text or file):
        raise click.UsageError("no text: name a TEXT, --file FILE or --duplicates")
    with stop_on_signals() as stop:
        there = load(vectors)
        if duplicates:
            from wordvec.sentences import duplicates as pairs_of

            pairs = pairs_of(there.matrix, least, number, stop=stop)
            lines = lines_of(there, {row for pair in pairs for row in pair[:2]})
            both = {
                "line": [lines.get(pair.first) for pair in pairs],
                "other_line": [lines.get(pair.second) for pair in pairs],
            }
            rows = [(there.names[first], there.names[second], cosine) for first, second, cosine in pairs]
            _show(("text", "other"), rows, both, form)
            return
        from wordvec.sentences import similar as nearest

        queries = [*text, *(_lines(file) if file else [])]
        asked, unknown = vectors_of_queries(queries, there, vectors, model)
        for query in unknown:
            output.note(f"{query!r}: has no known word")
        found = nearest(asked, there.matrix, number, stop=stop)
    answers = [
        (query, row, score)
        for query, scores, ids in zip(queries, found.scores.tolist(), found.rows.tolist(), strict=True)
        for score, row in zip(scores, ids, strict=True)
        if row >= 0
    ]
    lines = lines_of(there, {row for _, row, _ in answers})
    rows = [(query, there.names[row], score) for query, row, score in answers]
    _show(("query", "text"), rows, {"line": [lines.get(row) for _, row, _ in answers]}, form)
    if len(unknown) == len(queries):
        raise click.exceptions.Exit(1)


def _lines(file: Path) -> list[str]:
    from wordvec.corpora.lines import read_lines

    return [line for _, line in read_lines(file) if line.strip()]


def _show(
    names: tuple[str, str], rows: list[tuple[str, str, float]], lines: dict[str, list[str | None]], form: str | None
) -> None:
    """Print rows of two names and a cosine, and the columns `lines` if they have texts."""
    shown = {name: texts for name, texts in lines.items() if any(text is not None for text in texts)}
    more = list(zip(*shown.values(), strict=True)) if shown else [()] * len(rows)
    if form == "json":
        for (one, other, cosine), texts in zip(rows, more, strict=True):
            about = {names[0]: one, names[1]: other, "similarity": round(cosine, 6)}
            output.echo_json(about | dict(zip(shown, texts, strict=True)))
    elif form is None:
        cells = zip(rows, more, strict=True)
        output.echo_rows((one, other, f"{cosine:.4f}", *map(str, texts)) for (one, other, cosine), texts in cells)
    else:
        cells = zip(rows, more, strict=True)
        table = [(one, other, round(cosine, 6), *texts) for (one, other, cosine), texts in cells]
        output.echo_csv([(*names, "similarity", *shown), *table], form == "spreadsheet")
