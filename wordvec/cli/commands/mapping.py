"""``wordvec map``: vectors brought into a space by a mapping made before."""

from pathlib import Path

import click

from wordvec import formats
from wordvec.alignment import Mapping
from wordvec.alignment.mapped_files import map_file
from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.running import check_apart
from wordvec.errors import InputError


@click.command(
    cls=Command,
    help="MAPPING is what wordvec align --mapping saved, or a matrix as text, as fastText's and MUSE's alignment have "
    "it. VECTORS are of its source, and come to lie in the space of its target.",
    params=[
        click.Argument(["mapping"], type=options.FILE),
        click.Argument(["vectors"], type=options.FILE),
        Option(["--target", "of_target"], is_flag=True, help="VECTORS are of the target, which has its own steps"),
        Option(["--inverted"], is_flag=True, help="meet in the source's space instead: goes with --target, as a rule"),
        options.output("OUT.vec", "the vectors, mapped"),
        options.spaces(),
        options.force(),
    ],
    epilog="\b\nExample:\n  wordvec map de-en.npz more-german.vec -o more.in-en.vec",
)
def map_(mapping: Path, vectors: Path, of_target: bool, inverted: bool, output: Path, spaces: str, force: bool) -> None:
    """Map vectors."""
    check_apart(formats.outputs(output), [mapping, vectors])
    found = Mapping.load(mapping)
    if inverted:
        try:
            found = found.inverted()
        except InputError as error:
            raise InputError(f"{mapping}: {error}") from error
    # Inverted, what was the target is the source.
    side = "source" if of_target == inverted else "target"
    done = map_file(found, vectors, output, side=side, overwrite=force, spaces=spaces)
    if done.respelt:
        click.echo(
            f"{output}: white space or control characters in {done.respelt:,} word{'s' * (done.respelt != 1)} became _",
            err=True,
        )
