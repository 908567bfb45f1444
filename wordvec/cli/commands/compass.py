"""``wordvec compass``: slices of a corpus in one space, and change between them."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.asking import named
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.compass_slices import SLICING, encoded, encoded_slices, named_paths, sliced, slices_of_paths
from wordvec.cli.commands.query import NUMBER
from wordvec.cli.held_out import check_same_text, plain_text_advised, reading_settings, without_phrases
from wordvec.cli.output import echo_rows
from wordvec.cli.running import reporting, write_latex
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.folder import META
from wordvec.errors import SettingsError
from wordvec.files import check_output, replacing, together
from wordvec.slices import store
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.comparability import remarks
from wordvec.slices.compass import Compass, check_number
from wordvec.slices.trace import trace as traced
from wordvec.trainers.sources import is_encoded
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag, stop_on_signals

FOLDER = click.Argument(["folder"], type=options.FILE)
WORDS = Option(
    ["--words"],
    heading="Model",
    metavar="LIST",
    help="words that temporal-referencing gives a vector for each slice, separated by commas or in a file, one a line",
)


@click.command(
    cls=Command,
    help="Train a compass and slices. Each of SLICES is a text, a folder of texts, or a folder of wordvec corpus "
    "encode; a single folder or 'pattern*' means all files in it. Slices have the names of their files, in natural "
    "order. With --slice-by, SLICES are instead texts of records, such as JSONL, or one encoded corpus, and each value "
    "of a field makes a slice. The compass is trained on all slices together. "
    "Then each slice is trained separately with the compass's "
    "output matrix frozen, so that a word's vectors can be compared across slices. With --method temporal-referencing, "
    "one model of all slices is trained, in which the words of --words have a vector for each slice and all others one "
    "vector.\n\nFOLDER holds the compass, "
    "slices/NAME.vec, and the encoded texts, which wordvec compass change needs. The result is the same with "
    "any number of threads.",
    params=[
        click.Argument(["slices"], nargs=-1, required=True, metavar="SLICES..."),
        *options.derived(Compass, "Model", leave={"words", "threads", "seed"}),
        WORDS,
        *SLICING,
        *options.text(),
        options.output("FOLDER", "the compass and its slices"),
        *options.reports(),
        *(option for option in options.derived(Compass, "Running") if option.name in ("threads", "seed")),
    ],
    epilog="\b\nExample:\n  wordvec compass train years/ --tokenizer words --lowercase --sentence paragraph -o debates",
)
def train(
    slices: tuple[str, ...],
    output: Path,
    force: bool,
    quiet: bool,
    log: Path | None,
    slice_by: str | None,
    every: int | None,
    **given: Any,
) -> None:
    """Train a compass and slices."""
    text = options.settings_of_text(given)
    given["words"] = () if given["words"] is None else tuple(named(given["words"]))
    compass, found = Compass(**given), {}
    if slice_by is None:
        if every is not None:
            raise SettingsError(f"{every}: groups the values of --slice-by", setting="every")
        found = slices_of_paths(slices)
        check_number(found)
    check_output(output, force, folder=True)
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop, replacing(output, force, True) as folder:
        texts = folder / store.TEXTS
        texts.mkdir(parents=True)
        if slice_by is None:
            corpora = encoded_slices(found, texts, compass.threads, text, progress)
        else:
            corpora = sliced(slices, slice_by, every, texts, compass.threads, text, progress, stop)
            check_number(corpora)
        number = len(corpora)
        words = _made(compass, corpora, folder, progress, stop)
        del corpora
    where = f"of which {len(compass.words):,} have a vector in each slice" if compass.words else "in the compass"
    progress.say(f"{output}: {quantity(number, 'slice')}, {quantity(words, 'word')} {where}")


def _made(compass: Compass, corpora: dict[str, EncodedCorpus], folder: Path, progress: Progress, stop: StopFlag) -> int:
    """Make the folder and return the number of words; no file of it is mapped any more."""
    for line in remarks(corpora, compass.window):
        progress.say(line)
    aligned = compass.fit(corpora, progress=progress, stop=stop)
    store.save(aligned, folder)
    return len(aligned.vocabulary)


@click.command(
    cls=Command,
    help="Add a slice. SLICE is a text, a folder of texts, or a folder of wordvec corpus encode. It has the name of its"
    " file, is encoded with the settings of the first slice, and trained with the settings of the compass.",
    params=[
        FOLDER,
        click.Argument(["piece"], metavar="SLICE"),
        options.text_format(),
        options.trust_tokenizer(),
        Option(["--quiet"], heading="Output", is_flag=True, help="print nothing but errors"),
    ],
    epilog="\b\nExample:\n  wordvec compass add debates 2018.txt",
)
def add(folder: Path, piece: str, format: str, trust_tokenizer: bool, quiet: bool) -> None:
    """Add a slice."""
    aligned, progress = AlignedSlices.load(folder), Progress(quiet=quiet)
    ((name, path),) = named_paths([piece]).items()
    if name in aligned.slices:
        raise SettingsError(f"{name}: is already a slice of {folder}; rename the text")
    aligned.check_new(name)
    # An encoded text whose slice is not in meta.json is left over, and is replaced.
    kept = folder / store.TEXTS / name
    check_output(kept, overwrite=True, folder=True)
    text = reading_settings(store.text_settings(folder, trust_tokenizer or is_encoded(piece)), format)
    alike = text if is_encoded(piece) else without_phrases(piece, text, "the slices")
    with stop_on_signals() as stop, together(folder / META):
        with (
            plain_text_advised(alike, "the slices"),
            replacing(kept, overwrite=True, folder=True) as unfinished,
            encoded(path, unfinished, aligned.settings.threads, progress, alike) as corpus,
        ):
            check_same_text(path, corpus, text, "the slices")
            aligned.add(name, corpus, progress=progress, stop=stop)
        store.add(aligned, name, folder)
    progress.say(f"{folder}: slice {name}, {quantity(len(aligned.slices[name]), 'word')}")


@click.command(
    cls=Command,
    help="Print the words of one slice that are nearest to a word's vector in another slice. Each line is a word, a "
    "tab and the cosine. The word itself may be among them.",
    params=[
        FOLDER,
        click.Argument(["query"], metavar="SLICE:WORD"),
        Option(["--in", "where"], metavar="SLICE", help="slice of the neighbours; default: the same slice"),
        NUMBER,
    ],
    epilog="\b\nExample:\n  wordvec compass nearest debates 1990:president --in 2016",
)
def nearest(folder: Path, query: str, where: str | None, number: int) -> None:
    """Print neighbours across slices."""
    name, _, word = query.partition(":")
    if not word:
        raise SettingsError(f"{query}: give SLICE:WORD")
    asked, looked = store.vectors(folder, name), store.vectors(folder, where or name)
    asked.require([word])
    echo_rows((near, f"{cosine:.4f}") for near, cosine in looked.nearest(asked[word], number, exact=True))


@click.command(
    cls=Command,
    help="Print the path of a word through the slices. Each line has, separated by tabs: the slice, the count of the "
    "word, the cosine with its vector in the first slice that has it, and its nearest words.",
    params=[FOLDER, click.Argument(["word"]), NUMBER, options.latex(), options.force()],
    epilog="\b\nExample:\n  wordvec compass trace debates climate -n 5",
)
def trace(folder: Path, word: str, number: int, latex: Path | None, force: bool) -> None:
    """Print the path of a word."""
    if latex:
        check_output(latex, force)
    slices = {name: store.vectors(folder, name) for name in store.read_meta(folder)["slices"]}
    store.check_referenced(folder, [word])
    table = traced(slices, word, number)
    if latex:
        write_latex(table, latex, force)
    for row in table.rows:
        cosine = "-" if row["cosine"] is None else f"{row['cosine']:.4f}"
        echo_rows([(row["slice"], str(row["count"] or 0), cosine, row["neighbours"])])
