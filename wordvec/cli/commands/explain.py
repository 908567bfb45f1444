"""``wordvec explain``: the n-grams that make the vectors of words."""

from pathlib import Path

import click

from wordvec.cli import asking, options
from wordvec.cli.asking import Asked
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import show
from wordvec.cli.commands.query import VECTORS


@click.command(
    cls=Command,
    help="Each line is an n-gram of a WORD, in order, or the word's own row in fastText and finalfusion files: whether "
    "it has a row (found, missing, zeros), its share of the length of the word's vector (shares add up to 1), and the "
    "words nearest to it. VECTORS have n-grams, as files of fastText, floret and finalfusion do; a WORD need not be in "
    "the vocabulary. wordvec cipher explain explains a dimension of a bit-cipher's vectors.",
    params=[
        VECTORS,
        click.Argument(["words"], nargs=-1, required=True, metavar="WORD..."),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=0),
            default=3,
            show_default=True,
            help="number of words nearest to each n-gram; 0 for none",
        ),
        asking.STRICT,
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec explain model.bin rivers unseenword -n 5",
)
def explain(vectors: Path, words: tuple[str, ...], number: int, strict: bool, form: str | None) -> None:
    """Print how n-grams make the vectors of words."""
    from wordvec.errors import InputError
    from wordvec.vectors import Vectors
    from wordvec.vectors.explanation import NO_NGRAMS

    read = Vectors.load(vectors)
    if read.subwords is None:
        raise InputError(f"{vectors}: its vectors {NO_NGRAMS}")
    show(read.explain(asking.known(read, [Asked(word) for word in words], strict), number), form)
