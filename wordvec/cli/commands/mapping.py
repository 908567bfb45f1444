"""``wordvec map``: map vectors with a saved mapping."""

from pathlib import Path

import click

from wordvec import formats
from wordvec.alignment import Mapping
from wordvec.alignment.mapped_files import map_file
from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Command, Option
from wordvec.errors import InputError


@click.command(
    cls=Command,
    help="Map VECTORS of the source into the space of the target. MAPPING is a file of wordvec align --mapping, or a "
    "matrix as text, as written by fastText's alignment and by MUSE.",
    params=[
        click.Argument(["mapping"], type=options.FILE),
        click.Argument(["vectors"], type=options.FILE),
        Option(["--target", "of_target"], is_flag=True, help="VECTORS are of the target, whose normalisation differs"),
        Option(["--inverted"], is_flag=True, help="map into the source's space instead; usually with --target"),
        options.output("OUT.vec", "the mapped vectors"),
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
    # Inversion swaps source and target.
    side = "source" if of_target == inverted else "target"
    done = map_file(found, vectors, output, side=side, overwrite=force, spaces=spaces)
    if done.respelt:
        click.echo(
            f"{output}: white space or control characters in {done.respelt:,} word{'s' * (done.respelt != 1)} became _",
            err=True,
        )
