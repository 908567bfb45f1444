"""``wordvec senses`` and ``wordvec disambiguate``: senses of a word, and text with sense marks."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options, output
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.clusters import TEXT, text_options
from wordvec.cli.commands.evaluate_senses import BY, MARK, judge_of, with_mark
from wordvec.cli.running import reporting
from wordvec.errors import InputError, SettingsError
from wordvec.workers import stop_on_signals

if TYPE_CHECKING:
    from wordvec.senses.files import SenseRow
    from wordvec.vectors import Vectors


@click.command(
    cls=Command,
    help="Each line is a sense of a WORD, its share of the word's tokens and the words nearest to it, separated by "
    "tabs. Typical contexts follow, on lines of their own, if the list of senses (VECTORS.senses.tsv) has some."
    "\n\nUnknown words are reported on standard error; the exit code is 1 if no word is known.",
    params=[
        click.Argument(["vectors"], type=options.FILE),
        click.Argument(["words"], nargs=-1, required=True, metavar="WORD..."),
        Option(
            ["-n", "--number"], type=click.IntRange(min=1), default=8, show_default=True, help="number of neighbours"
        ),
        MARK,
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec senses senses.vec bank plant",
)
def senses(vectors: Path, words: tuple[str, ...], number: int, mark: str | None, form: str | None) -> None:
    """Print the senses of words."""
    from wordvec.vectors import Vectors

    loaded = with_mark(Vectors.load(vectors, contexts=False), mark, vectors)
    if loaded.inventory is None:
        raise InputError(
            f"{vectors}: has no rows of senses, as wordvec train senses, adagram and clusters write them; --mark # for "
            "vectors trained on marked text"
        )
    listed, known = _listed(vectors, set(words)), [word for word in words if word in loaded.inventory]
    for word in words:
        if word not in known:
            output.note(f"{loaded.unknown(word)}; left out")
    if form in ("csv", "spreadsheet"):
        output.echo_csv([("word", "sense", "share", "tokens", "neighbours", "contexts")], False)
    for word in known:
        _show(loaded, word, number, listed, form)
    if not known:
        raise click.exceptions.Exit(1)


def _listed(vectors: Path, words: set[str]) -> dict[str, "SenseRow"]:
    """Return the lines of words in the list of senses beside the vectors, by the names of rows."""
    from wordvec.senses.files import read_senses, senses_path

    path = senses_path(vectors)
    return {row.name: row for row in read_senses(path) if row.word in words} if path.is_file() else {}


def _show(vectors: "Vectors", word: str, number: int, listed: dict[str, "SenseRow"], form: str | None) -> None:
    """Print the senses of a word."""
    inventory = vectors.inventory
    assert inventory is not None
    senses, counts = vectors.senses(word), inventory.counts_of(word)
    found = vectors.nearest([sense.name for sense in senses], number, exact=True)
    records: list[dict[str, Any]] = [
        {
            "sense": sense.name,
            "share": None if sense.share is None else round(sense.share, 4),
            "tokens": None if counts is None else int(counts[place]),
            "neighbours": [{"word": one, "similarity": round(cosine, 6)} for one, cosine in near],
            "contexts": list(listed[sense.name].contexts) if sense.name in listed else [],
        }
        for place, (sense, near) in enumerate(zip(senses, found, strict=True))
    ]
    if form == "json":
        output.echo_json({"word": word, "senses": records})
        return
    for record in records:
        near = " ".join(one["word"] for one in record["neighbours"])
        if form is None:
            share = "-" if record["share"] is None else f"{record['share']:.3f}"
            output.echo_rows([(record["sense"], share, near), *(("", "", text) for text in record["contexts"])])
        else:
            row = (word, record["sense"], record["share"], record["tokens"], near, " | ".join(record["contexts"]))
            output.echo_csv([row], form == "spreadsheet")


@click.command(
    cls=Command,
    help="OUT is the tokens of TEXT, separated by blanks, with a line for each line; a token of a word with several "
    "senses is marked by its sense in this context, such as bank#2. It can be trained on (--tokenizer whitespace), "
    "also by wordvec compass. TEXT is files, folders, 'patterns*' or - for standard input, or one folder made by "
    "wordvec corpus encode, of which tokens outside its vocabulary are left out."
    "\n\nText is tokenised as that of VECTORS, and lower-cased if their words are. Senses are chosen by the trained "
    "model OUT.model.vectors beside VECTORS if there is one (wordvec train senses and adagram), otherwise by the "
    "cosine of their vectors with the mean of the context.",
    params=[
        click.Argument(["vectors"], type=options.FILE),
        click.Argument(["text"], nargs=-1, required=True, metavar="TEXT..."),
        BY,
        Option(
            ["--model"],
            type=options.FILE,
            metavar="FOLDER",
            help="trained model by which senses are chosen  [default: the one beside VECTORS]",
        ),
        Option(
            ["--window"],
            type=click.IntRange(min=1),
            default=5,
            show_default=True,
            help="number of known words on either side by which a sense is chosen",
        ),
        MARK,
        *text_options(),
        options.output("OUT", "the marked text"),
        *options.reports(),
        Option(["--threads"], heading="Running", type=click.IntRange(min=1), help="threads; default: all processors"),
    ],
    epilog="\b\nExample:\n  wordvec disambiguate senses.vec corpus.txt -o marked.txt",
)
def disambiguate(
    vectors: Path,
    text: tuple[str, ...],
    by: str | None,
    model: Path | None,
    window: int,
    mark: str | None,
    output: Path,
    force: bool,
    quiet: bool,
    log: Path | None,
    threads: int | None,
    **given: Any,
) -> None:
    """Write text with sense marks."""
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.files import check_output
    from wordvec.sentences.marking import mark_senses
    from wordvec.sentences.texts import Texts
    from wordvec.trainers.sources import is_encoded
    from wordvec.vectors import Vectors

    if model is not None and by == "cosine":
        raise click.UsageError("--model: does not go with --by cosine")
    check_output(output, force)
    chosen = {name: given.pop(name) for name in TEXT}
    chosen["lowercase"] = options.LOWERCASE.get(chosen["lowercase"])
    encoded = [path for path in text if is_encoded(path)]
    if encoded and len(text) > 1:
        raise SettingsError(f"{encoded[0]}: is an encoded corpus; use it alone, or use texts only")
    loaded = with_mark(Vectors.load(vectors, contexts=False), mark, vectors)
    judge = judge_of(loaded, vectors, by, model)
    how: dict[str, Any] = {"judge": judge, "window": window, "threads": threads, "overwrite": force}
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        how |= {"progress": progress, "stop": stop}
        if encoded:
            with EncodedCorpus.open(encoded[0], threads=threads) as corpus:
                done = mark_senses(loaded, corpus, output, **how)
        else:
            read = Texts.of(text, loaded, **{name: value for name, value in chosen.items() if value is not None})
            done = mark_senses(loaded, read, output, **how)
        share = 100 * done.marked / max(1, done.tokens)
        progress.say(f"{output}: {done.lines:,} lines, {done.tokens:,} tokens, {share:.1f} % of them with a mark")
