"""``wordvec plot loss``: the losses of training runs."""

from pathlib import Path

import click

from wordvec import loss_curves, plots
from wordvec.cli import options
from wordvec.cli.command import Command
from wordvec.files import check_output


@click.command(
    cls=Command,
    help="Plot the loss of each epoch of one or several training runs, from the metadata of their vectors. Skip-gram "
    "and CBOW are plotted in one panel, GloVe, whose loss is another quantity, in a second one. A cross marks a run "
    "that stopped early.",
    params=[
        click.Argument(["files"], type=options.FILE, nargs=-1, required=True, metavar="OUT.json|VECTORS..."),
        options.output("PICTURE", "format by its ending: " + ", ".join(plots.ENDINGS)),
        options.force(),
    ],
    epilog="\b\nExample:\n  wordvec plot loss window2.json window10.json -o loss.svg",
)
def loss(files: tuple[Path, ...], output: Path, force: bool) -> None:
    """Plot losses."""
    plots.check(output)
    check_output(output, force)
    plots.save(loss_curves.draw(loss_curves.read_runs(files)), output, force)
