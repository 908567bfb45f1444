"""``wordvec train node2vec``, ``corpus walks`` and ``corpus hold-out``: graphs, and random walks on them."""

import dataclasses
from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.train import command
from wordvec.cli.output import echo
from wordvec.cli.running import reporting
from wordvec.corpora.graphs.settings import GraphSettings, WalkSettings
from wordvec.files import check_output
from wordvec.trainers.node2vec import Node2Vec
from wordvec.wording import quantity
from wordvec.workers import stop_on_signals

GRAPH = """\
GRAPH is an edge list, GraphML or a .npz file. A line of an edge list is two nodes and perhaps a weight, separated by
blanks, tabs, commas or semicolons, plain or compressed; - is standard input. Names are any text; white space in them
becomes _. A .npz file is a sparse matrix of SciPy, whose nodes are called by their row numbers from 0, or a graph of
PecanPy. Loops and edges of weight 0 are left out; of a repeated edge the largest weight counts. Negative weights and
weights that are no numbers are errors."""

_TRAIN = f"""\
{GRAPH}

Walks start from each node and are trained as sentences, with the settings that are usual for graphs and without
automatic ones. With p = q = 1 this is DeepWalk.

OUT.vocab, the nodes and their counts in the walks, and OUT.json, the settings, versions and loss, are written beside
OUT.vec. The walks are in OUT.partial, which is removed at the end; wordvec corpus walks keeps them.

The same graph, settings and seed give the same bits with any number of threads. With --replicas 1, several threads
update the same matrices without locks (Hogwild), and results differ slightly from run to run.

Ctrl-C keeps the unfinished run in OUT.partial; --resume continues it."""

node2vec = command(Node2Vec, "wordvec train node2vec friends.edges -p 0.25 -q 0.25 -o friends.vec", _TRAIN)


@click.command(
    cls=Command,
    help=f"{GRAPH}\n\nEach walk is a sentence and each node a word of the folder. Every method can train on it; "
    "wordvec train skipgram with --dim 128 --window 10 --epochs 1 --min-count 1 --sample 0 --learning-rate 0.05 "
    "--negatives-per pair gives what wordvec train node2vec gives. A walk is a function of the seed, its number and "
    "its first node, for any number of threads.",
    params=[
        click.Argument(["graph"]),
        *options.derived(GraphSettings, "Graph"),
        *options.derived(WalkSettings, "Walks"),
        Option(
            ["--seed"], heading="Walks", type=click.INT, default=1, show_default=True, help="seed of the random numbers"
        ),
        Option(["--dry-run"], heading="Output", is_flag=True, help="print nodes, edges, memory and disk; do not walk"),
        options.output("FOLDER", "the walks, an encoded corpus"),
        *options.reports(),
        Option(["--threads"], type=click.IntRange(min=1), heading="Running", help="default: all processors"),
    ],
    epilog="\b\nExample:\n  wordvec corpus walks friends.edges -p 0.25 -q 0.25 -o friends.corpus",
)
def walks(
    graph: str,
    output: Path,
    seed: int,
    dry_run: bool,
    threads: int | None,
    force: bool,
    quiet: bool,
    log: Path | None,
    **given: Any,
) -> None:
    """Write random walks as an encoded corpus."""
    from wordvec.corpora.graphs.graph import Graph
    from wordvec.corpora.graphs.walks import random_walks

    reading = {field.name: given.pop(field.name) for field in dataclasses.fields(GraphSettings)}
    settings = WalkSettings(**given)
    check_output(output, force, folder=True)
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        read = Graph.load(graph, threads=threads, stop=stop, **reading)
        for line in (read.summary(), *read.notes):
            progress.say(line)
        if dry_run:
            tokens = settings.walks * settings.length * len(read)
            echo(f"nodes    {len(read):,}\nedges    {read.edges:,}\nmemory   {read.memory / 1e6:,.0f} MB")
            echo(f"tokens   {tokens:,} at most\ndisk     {tokens * 4 / 1e6:,.0f} MB")
            return
        how: dict[str, Any] = {"threads": threads, "overwrite": force, "progress": progress, "stop": stop}
        with random_walks(read, output, seed=seed, **how, **given) as corpus:
            meta = corpus.meta
        sizes = ", ".join(quantity(meta[f"{unit}s"], unit) for unit in ("token", "word", "sentence"))
        progress.say(f"{output}: {sizes}")


@click.command(
    cls=Command,
    help=f"{GRAPH}\n\nThe edges held out are chosen at random; those of a random spanning forest stay, so that no "
    "component of the graph falls apart. FILE gets them, and as many pairs of nodes without an edge: two nodes and 1 "
    "or 0 on a line. Pairs have no direction: edges in both are held out together. Train on OUT.edges, and judge the "
    "vectors with wordvec evaluate links.",
    params=[
        click.Argument(["graph"]),
        *options.derived(GraphSettings, "Graph"),
        Option(["--share"], type=click.FLOAT, default=0.1, show_default=True, help="share of the edges to hold out"),
        Option(["--seed"], type=click.INT, default=1, show_default=True, help="seed of the choice"),
        options.output("OUT.edges", "the edges that stay, with tabs as separators"),
        Option(
            ["--pairs"],
            heading="Output",
            writes=True,
            type=options.FILE,
            required=True,
            metavar="FILE",
            help="the pairs",
        ),
        options.force(),
        Option(["--quiet"], heading="Output", is_flag=True, help="print nothing but errors"),
    ],
    epilog="\b\nExample:\n  wordvec corpus hold-out friends.edges -o rest.edges --pairs friends.pairs",
)
def hold_out(
    graph: str, share: float, seed: int, output: Path, pairs: Path, force: bool, quiet: bool, **reading: Any
) -> None:
    """Write a graph without some edges, and these edges."""
    from wordvec.corpora.graphs.graph import Graph
    from wordvec.corpora.graphs.hold_out import hold_out as held

    for path in (output, pairs):
        check_output(path, force)
    with reporting(quiet, None, force) as progress, stop_on_signals() as stop:
        read = Graph.load(graph, stop=stop, **reading)
        for line in (read.summary(), *read.notes):
            progress.say(line)
        found = held(read, share, seed=seed)
        found.save(output, pairs, overwrite=force)
        parts = quantity(found.components, "component")
        progress.say(f"{output}: {quantity(len(found.kept), 'edge')}, in {parts} as before")
        progress.say(f"{pairs}: {quantity(len(found.edges), 'pair')} with edges held out, and as many without an edge")
        if any(name.startswith(("#", "%")) for name in read.names):
            progress.say(f"{output}: some nodes begin with # or %; read it with --no-comments")
