"""``wordvec evaluate nodes`` and ``links``: vectors of the nodes of a graph."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.evaluate import RESAMPLES, VECTORS, load, seed, show
from wordvec.workers import Progress, stop_on_signals


@click.command(
    cls=Command,
    help="A share of the labelled nodes, drawn at random, trains one logistic regression for each label against all "
    "others; scores are means over several splits, with intervals. Of every test node the number of labels is known, "
    "as in published figures. The baselines are random vectors and the most frequent labels. With several VECTORS each "
    "is compared with the first on the same splits. Needs scikit-learn: pip install scikit-learn.\n\n"
    "FILE has lines of a node and one or several labels; a node can have several lines.",
    params=[
        VECTORS,
        Option(["--labels"], type=options.FILE, required=True, metavar="FILE", help="labels of nodes"),
        Option(
            ["--share", "shares"],
            type=click.FLOAT,
            multiple=True,
            default=(0.5,),
            show_default=True,
            help="share of the nodes to train on; can be repeated",
        ),
        Option(["--splits"], type=click.INT, default=10, show_default=True, help="number of random splits"),
        Option(["--no-comments"], is_flag=True, help="read lines that begin with # or %, as nodes called so"),
        Option(["--strength"], type=click.FLOAT, default=1.0, show_default=True, help="logistic regression's C"),
        seed(),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate nodes friends.vec --labels groups.tsv --share 0.1 --share 0.5",
)
def nodes(vectors: tuple[Path, ...], labels: Path, no_comments: bool, form: str | None, **how: Any) -> None:
    """Print the table of node classification."""
    from wordvec.evaluation import nodes
    from wordvec.evaluation.probes.node_labels import read_node_labels

    with stop_on_signals() as stop:
        read = read_node_labels(labels, comments=not no_comments)
        show(nodes(load(vectors), read, **how, progress=Progress(), stop=stop), form)


@click.command(
    cls=Command,
    help="The score of a pair of nodes is the cosine, or the scalar product, of their vectors; the table has its AUC "
    "with bootstrap intervals: the probability that an edge scores higher than a pair without one. The baseline is "
    "random vectors.\n\n"
    "FILE has lines of two nodes and 1 for an edge or 0 for none, as wordvec corpus hold-out writes them. The edges "
    "must not be in the graph that the vectors were trained on.",
    params=[
        VECTORS,
        Option(["--pairs"], type=options.FILE, required=True, metavar="FILE", help="edges held out, and other pairs"),
        RESAMPLES,
        seed(),
        *options.FORMS,
    ],
    epilog="\b\nExample:\n  wordvec evaluate links friends.vec --pairs friends.pairs",
)
def links(vectors: tuple[Path, ...], pairs: Path, form: str | None, **how: Any) -> None:
    """Print the table of link prediction."""
    from wordvec.evaluation import links

    with stop_on_signals() as stop:
        show(links(load(vectors), pairs, **how, stop=stop), form)
