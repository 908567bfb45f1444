"""``wordvec train bit-cipher``, and ``wordvec cipher``: the codes of words, and the explanation of a dimension."""

from pathlib import Path
from typing import Any

import click

from wordvec import files, formats
from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.query import NUMBER, VECTORS
from wordvec.cli.commands.train import command
from wordvec.cli.output import echo, echo_json, echo_rows
from wordvec.trainers.bit_cipher.cipher import Cipher, label
from wordvec.trainers.bit_cipher.explanation import explain as explain_dimension
from wordvec.trainers.bit_cipher.trainer import BitCipher
from wordvec.vectors import Vectors

bit_cipher = command(
    BitCipher,
    "wordvec train bit-cipher corpus.txt --bits 200 --radius 5 -o corpus.vec",
    """\
Nothing is learned: each word has a code of few active bits, set by its rank, and a word's vector is computed from the
sums of the codes of its context words. --bits is the length of a code; with --mode cat a vector has one such part for
each block. --dim sets the length of the vector instead, and is divided by the number of blocks.

CORPUS is text, as for wordvec train skipgram, or one folder made by wordvec corpus encode. OUT.vocab, the words and
their counts, and OUT.json, the method, settings, versions and corpus, are written beside OUT.vec. wordvec cipher
explain explains a dimension.

The same corpus and settings give the same bits with any number of threads.
""",
)


@click.command(
    cls=Command,
    help="Each line is a word, its count and the active bits of its code, separated by tabs. OUT.vec contains the "
    "codes as vectors instead: 1/k at each of k active bits; with --noise, all bits are above 0.\n\nCORPUS is one "
    "folder made by wordvec corpus encode.",
    params=[
        click.Argument(["corpus"], type=options.FILE),
        Option(["--bits"], type=click.INT, required=True, help="bits of a code"),
        *(o for o in options.derived(BitCipher, "Model") if o.name in ("min_count", "noise")),
        options.output("OUT.tsv|OUT.vec", "the codes"),
        options.force(),
    ],
    epilog="\b\nExample:\n  wordvec cipher codes text.corpus --bits 100 -o codes.tsv",
)
def codes(corpus: Path, bits: int, min_count: int | None, noise: str, output: Path, force: bool) -> None:
    """Write the code of each word."""
    from wordvec.corpora.encoded import EncodedCorpus

    as_vectors = output.suffix != ".tsv"
    formats.check_output(output, force) if as_vectors else files.check_output(output, force)
    trainer = BitCipher(bits=bits, min_count=min_count, noise=noise)
    with EncodedCorpus.open(corpus) as encoded:
        trainer = trainer.resolved(encoded)
        cipher, words = trainer.cipher(encoded), trainer.result_names(encoded)
        settings = {name: getattr(trainer, name) for name in ("bits", "min_count", "noise", "automatic")}
        record = {"method": "cipher", "settings": settings}
        if as_vectors:
            named = Vectors(words, cipher.matrix(noise), cipher.counts, record)
            named.save(output, overwrite=force)
            return
    with files.replacing(output, force) as temporary:
        temporary.write_text(
            "".join(_line(word, row, cipher) for row, word in enumerate(words)),
            encoding="utf-8",
            newline="\n",
        )


def _line(word: str, row: int, cipher: Cipher) -> str:
    return f"{word}\t{cipher.counts[row]}\t{label(cipher.active[row])}\n"


@click.command(
    cls=Command,
    help="Print the block and bit of a dimension (from 0); the most frequent words whose code has the bit, with their "
    "count, the bit's share of their code and their share of the bit's total; and the words with the largest values.",
    params=[VECTORS, click.Argument(["dimension"], type=click.INT), NUMBER, options.JSON],
    epilog="\b\nExample:\n  wordvec cipher explain corpus.vec 17 -n 5",
)
def explain(vectors: Path, dimension: int, number: int, as_json: bool) -> None:
    """Explain a dimension."""
    found = explain_dimension(Vectors.load(vectors), dimension, number)
    if as_json:
        described: dict[str, Any] = found._asdict() | {"owners": [owner._asdict() for owner in found.owners]}
        echo_json(described)
        return
    echo(f"dimension {dimension}: {found.block}, bit {found.bit}, in the codes of {found.owned:,} words")
    echo_rows(("owner", one.word, str(one.frequency), f"{one.share:.3g}", f"{one.part:.4f}") for one in found.owners)
    echo_rows(("largest", word, f"{value:.4f}") for word, value in found.largest)
