"""``wordvec layer``: an embedding layer for a language model."""

import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Command, Option
from wordvec.cli.output import echo
from wordvec.cli.running import reporting
from wordvec.errors import SettingsError
from wordvec.language_models.settings import LayerSettings
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.language_models.estimate import Estimate
    from wordvec.language_models.source import Source

_SETTINGS = options.derived(LayerSettings, "Rows")


@click.command(
    cls=Command,
    help="Rows are in the order of the ids of a tokenizer. Modes: direct takes vectors that were trained on text "
    "encoded with the tokenizer (wordvec train --tokenizer FILE); compose, the mean of the words that contain a token; "
    "ofa, the mean of the source's rows of tokens that are similar in the vectors; cw2v, the same with weights trained "
    "on text; cipher, a bit-cipher of the tokens; gaussian and mean, the mean of the source's rows. Special tokens are "
    "copied from the source, the padding token is zeros, and rows from another space get the mean and the lengths of "
    "the source's. OUT.json says how many rows were copied, composed, interpolated or random.",
    params=[
        Option(
            ["--tokenizer"],
            type=options.FILE,
            required=True,
            metavar="FILE",
            help="tokenizer.json or vocab.txt of the language model",
        ),
        Option(
            ["--vectors"],
            type=options.FILE,
            metavar="VECTORS",
            help="vectors of words or of tokens (direct, compose, ofa, cw2v)",
        ),
        Option(
            ["--corpus"],
            type=options.FILE,
            metavar="FOLDER",
            help="text that wordvec corpus encode --tokenizer FILE encoded (cw2v, cipher)",
        ),
        Option(
            ["--source"],
            heading="Source",
            metavar="FILE:TENSOR",
            help="embedding layer of an existing model: a tensor of a .safetensors file, or a .npy file",
        ),
        Option(
            ["--head"],
            heading="Source",
            metavar="FILE:TENSOR",
            help="output layer of that model, if it is not tied to the embedding layer; the result has one, too",
        ),
        Option(
            ["--source-tokenizer"],
            heading="Source",
            type=options.FILE,
            metavar="FILE",
            help="tokenizer of that model; default: that of --tokenizer",
        ),
        Option(
            ["--source-vectors"],
            heading="Source",
            type=options.FILE,
            metavar="VECTORS",
            help="vectors of its language in the space of --vectors (ofa, cw2v); default: --vectors",
        ),
        *_SETTINGS,
        Option(
            ["--dry-run"], heading="Rows", is_flag=True, help="print rows, known tokens and memory; compute nothing"
        ),
        options.output("OUT.safetensors", "the layer (.safetensors or .npy), and its description as JSON"),
        *options.reports(),
    ],
    epilog="\b\nExample:\n  wordvec layer --tokenizer new/tokenizer.json --mode ofa --vectors en-sw.vec "
    "--source model.safetensors:wte.weight --source-tokenizer tokenizer.json -o layer.safetensors",
)
def layer(
    tokenizer: Path,
    vectors: Path | None,
    corpus: Path | None,
    source: str | None,
    head: str | None,
    source_tokenizer: Path | None,
    source_vectors: Path | None,
    dry_run: bool,
    output: Path,
    force: bool,
    quiet: bool,
    log: Path | None,
    **settings: Any,
) -> None:
    """Write an embedding layer."""
    from contextlib import ExitStack

    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.corpora.subword_vocabulary import SubwordVocabulary
    from wordvec.files import check_output
    from wordvec.formats.common.sidecars import names
    from wordvec.language_models.building import embedding_layer
    from wordvec.language_models.estimate import estimate
    from wordvec.language_models.ingredients import Ingredients, check_ingredients
    from wordvec.language_models.layer import check_name
    from wordvec.vectors import Vectors
    from wordvec.workers import stop_on_signals

    chosen = LayerSettings(**settings)
    given = types.SimpleNamespace(source=source, vectors=vectors, source_vectors=source_vectors, corpus=corpus)
    check_ingredients(chosen, given)
    several = head is not None or chosen.factors is not None
    check_name(output, several)
    files = [source and Path(source.rpartition(":")[0] or source), head and Path(head.rpartition(":")[0] or head)]
    check_apart(
        [output, names(output).metadata, log],
        [path for path in (tokenizer, vectors, corpus, source_tokenizer, source_vectors, *files) if path],
    )
    for path in (output, names(output).metadata):
        check_output(path, force)
    vocabulary = SubwordVocabulary.load(tokenizer)
    loaded = _source(source, head, source_tokenizer, vocabulary)
    with ExitStack() as opened, reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        made_of: dict[str, Any] = {
            "source": loaded,
            "vectors": Vectors.load(vectors) if vectors else None,
            "source_vectors": Vectors.load(source_vectors) if source_vectors else None,
            "corpus": opened.enter_context(EncodedCorpus.open(corpus)) if corpus else None,
        }
        if dry_run:
            _print_estimate(estimate(chosen, Ingredients(vocabulary, **made_of)))
            return
        made = embedding_layer(chosen, vocabulary, **made_of, progress=progress, stop=stop)
        made.save(output, force)
    rows, dim = made.matrix.shape
    progress.say(f"{output}: {quantity(rows, 'row')} of dim {dim}: {made.summary()}")


def _print_estimate(size: "Estimate") -> None:
    echo(f"rows     {size.rows:,} of dim {size.dim}{', and a head' * size.head}")
    for name, number in (("source", size.of_source), ("vectors", size.of_vectors)):
        if number is not None:
            echo(f"{name:8} {number:,} of the tokens known")
    echo(f"memory   {size.memory / 1e6:,.0f} MB")


def _source(source: str | None, head: str | None, tokenizer: Path | None, vocabulary: Any) -> "Source | None":
    """Return the embedding layer of an existing model, if one is named."""
    from wordvec.corpora.subword_vocabulary import SubwordVocabulary
    from wordvec.language_models.source import Source

    if source is None:
        for name, value in (("head", head), ("source_tokenizer", tokenizer)):
            if value is not None:
                raise SettingsError(": needs --source", setting=name)
        return None
    return Source.load(source, vocabulary if tokenizer is None else SubwordVocabulary.load(tokenizer), head)
