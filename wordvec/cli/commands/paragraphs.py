"""``wordvec train paragraphs`` and ``wordvec infer``: vectors of documents."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.train import command
from wordvec.cli.held_out import encoded, plain_text_advised, reading_settings, without_phrases
from wordvec.cli.running import reporting
from wordvec.errors import InputError, SettingsError
from wordvec.trainers.paragraphs.trainer import ParagraphVectors
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.trainers.paragraphs.result import ParagraphInference

HELP = """\
CORPUS is text as for the other methods, or one folder made by wordvec corpus encode. Its documents get the vectors:
each file, each record of JSONL (--field) or of a table, each page of a dump, or with --documents line each line. They
are named by their path, place or --name-field; names must differ.

OUT.vec has a row for each document. OUT.model.vectors has the word vectors and the output matrix: wordvec infer needs
it, and other commands read it as word vectors. --words writes these in another format, too.

With --bits the documents get codes of bits instead: -o OUT.vectors stores them as bits, and wordvec nearest searches
them by the bits that differ. With --bits and another --dim they have real vectors, and OUT.codes.vectors has the codes.

The same text, settings and seed give the same bits with any number of threads.

Ctrl-C keeps the unfinished run in OUT.partial; --resume continues it."""

paragraphs = command(
    ParagraphVectors,
    "wordvec train paragraphs news.jsonl --field text --name-field id --sentence file -o news.vec",
    HELP,
)


def _reading_options() -> Iterator[click.Parameter]:
    """Yield options of the reader; their defaults are the settings of the training text."""
    for option in options.text():
        if option.name in ("field", "documents", "name_field", "format") and isinstance(option, click.Option):
            option.default, option.show_default = None, False
            yield option


@click.command(
    cls=Command,
    help="MODEL is the folder OUT.model.vectors of wordvec train paragraphs. The documents of TEXT, a file, folder, "
    "pattern or - for standard input, get vectors in the same space; they are read and encoded as the training "
    "text was, with the same --field and --documents, unless other options say otherwise; --format plain reads running "
    "text. The vector of a document follows from its words alone: it is the same at every call."
    "\n\nDocuments are named by their path, place or --name-field; names must differ.",
    params=[
        click.Argument(["model"], type=options.FILE),
        click.Argument(["texts"], nargs=-1, required=True, metavar="TEXT..."),
        *_reading_options(),
        options.trust_tokenizer(),
        Option(["--epochs"], type=click.IntRange(min=1), help="passes over each document; default: as in training"),
        options.output("OUT.vec", "the vectors of the documents"),
        *options.reports(),
        Option(["--threads"], type=click.IntRange(min=1), help="number of threads; default: all processors"),
    ],
    epilog="\b\nExample:\n  wordvec infer news.model.vectors today.jsonl --field text --name-field id -o today.vec",
)
def infer(
    model: Path,
    texts: tuple[str, ...],
    trust_tokenizer: bool,
    epochs: int | None,
    output: Path,
    force: bool,
    quiet: bool,
    log: Path | None,
    threads: int | None,
    **given: Any,
) -> None:
    """Write the vectors of new documents."""
    from wordvec import files, formats
    from wordvec.trainers.outputs import codes_beside
    from wordvec.trainers.paragraphs.result import ParagraphInference
    from wordvec.trainers.paragraphs.rows import check_names, unique_names
    from wordvec.workers import stop_on_signals

    formats.check_output(output, force)
    loaded = ParagraphInference.load(model)
    codes = codes_beside(output) if loaded.trainer.has_projection else None
    if codes is not None:
        formats.check_output(codes, force)
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop, contextlib.ExitStack() as opened:
        encoding = _reading(_encoding(loaded, model, trust_tokenizer), given)
        corpus = opened.enter_context(_opened(texts, encoding, loaded.recorded, threads, stop))
        check_names(unique_names(corpus.documents.names), output)
        vectors = loaded.infer(corpus, epochs=epochs, threads=threads, progress=progress, stop=stop)
        with files.together(output):
            if codes is not None and vectors.codes is not None:
                vectors.codes.save(codes, force)
            vectors.save(output, force)
        progress.say(f"{output}: {quantity(len(vectors), 'document')}, dim {vectors.dim}")
        if codes is not None:
            progress.say(f"{codes}: codes of bits, for wordvec nearest --codes")


def _encoding(loaded: "ParagraphInference", model: Path, trusted: bool) -> dict[str, Any]:
    """Return the encoding settings of the training text; a function is only run if the user trusts the folder."""
    from wordvec.corpora.tokenizers import runs_code

    encoding = loaded.encoding
    if "tokenizer" not in encoding:
        raise InputError(f"{model}: its metadata do not say how the training text was encoded")
    if runs_code(encoding["tokenizer"]) and not trusted:
        raise InputError(
            f"{model}: the training text was tokenised by the Python function {encoding['tokenizer']}; "
            "--trust-tokenizer runs it"
        )
    return encoding


def _reading(encoding: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of the training text, or those that the user gave instead."""
    chosen = {name: value for name, value in given.items() if value is not None}
    if chosen.get("field"):
        # Another kind of file than that of the training text.
        encoding = encoding | dict.fromkeys(("columns", "token", "xml_text")) | {"format": "auto"}
    return reading_settings(encoding, chosen.get("format", encoding.get("format", "auto"))) | chosen


def _opened(
    texts: tuple[str, ...], encoding: dict[str, Any], recorded: dict[str, Any], threads: int | None, stop: Any
) -> Any:
    """Open an encoded corpus, which must have the recorded settings, or encode texts."""
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.sources import is_encoded

    if any(map(is_encoded, texts)):
        if len(texts) > 1:
            raise SettingsError("TEXT: an encoded corpus; use it alone, or use texts only")
        return encoded(texts[0], recorded, stop, "the training text")
    without_phrases(texts[0], recorded, "the training text")
    with plain_text_advised(encoding, "the training text"):
        return EncodedCorpus.from_text(texts, threads=threads, stop=stop, **encoding)
