"""``wordvec evaluate perplexity``: exact probabilities of held-out text under hierarchical softmax."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import RESAMPLES, seed, show
from wordvec.cli.held_out import encoded, reading_settings
from wordvec.errors import InputError, SettingsError
from wordvec.trainers.sources import is_encoded

if TYPE_CHECKING:
    from wordvec.softmax import HierarchicalSoftmax

_NEEDED = ("tokenizer", "normalize", "lowercase", "sentence")
"""Settings that metadata must have."""


@click.command(
    cls=Command,
    help="VECTORS and NODES.npz are written by wordvec train with --loss hierarchical-softmax and --contexts "
    "NODES.npz. TEXT is a text, which is encoded as the training text was, or a folder of wordvec corpus encode."
    "\n\nThe table has, for each text, the mean log-probability of a word given its context words, and the perplexity, "
    "the exponential of its negative. For skip-gram the mean is over pairs of a word and a context word, for CBOW over "
    "words, each predicted from the mean of its context words. Windows have their full width, no token is subsampled, "
    "and words that were not trained are left out and counted."
    "\n\nTrain with --sample 0: a model of subsampled text finds frequent words less probable than they are."
    "\n\nHold out whole documents: parts of a document that was trained on are too likely.",
    params=[
        click.Argument(["vectors"], type=options.FILE),
        click.Argument(["texts"], nargs=-1, required=True, metavar="TEXT..."),
        Option(["--nodes"], type=options.FILE, required=True, metavar="NODES.npz", help="rows of the inner nodes"),
        options.text_format(),
        options.trust_tokenizer(),
        RESAMPLES,
        seed(),
        Option(["--quiet"], is_flag=True, help="say nothing but errors"),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate perplexity corpus.vec held-out.txt --nodes nodes.npz",
)
def perplexity(
    vectors: Path,
    texts: tuple[str, ...],
    nodes: Path,
    format: str,
    trust_tokenizer: bool,
    resamples: int,
    seed: int,
    quiet: bool,
    form: str | None,
) -> None:
    """Print the table of perplexities."""
    from wordvec.evaluation import perplexity
    from wordvec.softmax import HierarchicalSoftmax
    from wordvec.vectors import Vectors
    from wordvec.workers import Progress, stop_on_signals

    if len(set(texts)) < len(texts):
        raise SettingsError("TEXT: a text is given twice")
    loaded, layer = Vectors.load(vectors, contexts=False), HierarchicalSoftmax.load(nodes)
    settings = _text_settings(layer, nodes, trust_tokenizer or all(map(is_encoded, texts)))
    settings = reading_settings(settings, format)
    with stop_on_signals() as stop, contextlib.ExitStack() as opened:
        read = {path: opened.enter_context(encoded(path, settings, stop, "the training text")) for path in texts}
        table = perplexity(
            loaded, read, softmax=layer, resamples=resamples, seed=seed, progress=Progress(quiet=quiet), stop=stop
        )
    show(table, form)


def _text_settings(layer: "HierarchicalSoftmax", nodes: Path, trust_tokenizer: bool) -> dict[str, Any]:
    """Return the encoding settings of the training text; a function is only run if the user trusts the file."""
    from wordvec.corpora.tokenizers import runs_code

    settings = (layer.metadata.get("corpus") or {}).get("settings")
    if not isinstance(settings, dict) or not all(name in settings for name in _NEEDED):
        raise InputError(f"{nodes}: its metadata do not say how the training text was encoded")
    if runs_code(settings["tokenizer"]) and not trust_tokenizer:
        raise InputError(
            f"{nodes}: the training text was tokenised by the Python function {settings['tokenizer']}; "
            "--trust-tokenizer runs it"
        )
    # Restrictions of the vocabulary are those of the trained words.
    return settings | {"max_words": None, "vocabulary": None}
