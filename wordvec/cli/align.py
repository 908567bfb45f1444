"""``wordvec align`` and ``wordvec map``: two sets of vectors brought into one space, others brought after them."""

import dataclasses
import time
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

from wordvec import files, formats
from wordvec.alignment import METHODS, Aligner, Anchors, Mapping, from_dictionary, identical, read_dictionary
from wordvec.alignment.anchors import IDENTICAL, NONE
from wordvec.alignment.base import check_dims
from wordvec.alignment.mapping_files import check_name, map_file
from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.running import announce_compilation, check_apart, reporting
from wordvec.errors import InputError, SettingsError
from wordvec.formats import compressed
from wordvec.search import best, operations
from wordvec.vectors import Vectors
from wordvec.workers import stop_on_signals

_MEASURED = 4_096  # words of each side whose search says how fast this machine is

HELP = """\
OUT.vec is SOURCE in the space of TARGET. Where TARGET is moved as well (its rows are centred, or the method is
vecmap), it is written to OUT.target.vec: compare OUT.vec with that, by cosines, as lengths are not kept.

procrustes turns the source by the dictionary; refine does so again by dictionaries that it finds itself (MUSE);
rcsls fits a matrix to CSLS; vecmap whitens, turns and re-weights both; linear is least squares. With --dictionary
none, vecmap begins from the shape of the spaces alone.

A setting that is not given is the method's usual one, in brackets.
"""


def _settings() -> list[click.Parameter]:
    """Make one option of each setting of the methods; its text says what each method takes if it is not given."""
    made: dict[str, Option] = {}
    usual: dict[str, dict[str, Any]] = defaultdict(dict)
    for method, kind in METHODS.items():
        for option in options.derived(kind, "Method"):
            assert isinstance(option, Option)
            assert option.name is not None
            made.setdefault(option.name, option)
            usual[option.name][method] = option.default
    for name, option in made.items():
        option.help = f"{option.help}  [{_usual(usual[name])}]"
        option.default, option.show_default = None, False
    return list(made.values())


def _usual(values: dict[str, Any]) -> str:
    """Write what methods take: the value that all take, or that most do and the others, or each with its own."""
    if len(values) == len(METHODS):
        common = next(iter(values.values()))
        others = {method: value for method, value in values.items() if value != common}
        return "; ".join([str(common), *(f"{method} {value}" for method, value in others.items())])
    return ", ".join(f"{method} {value}".removesuffix(" False") for method, value in values.items())


@click.command(
    cls=Command,
    help=HELP,
    params=[
        click.Argument(["source"], type=options.FILE),
        click.Argument(["target"], type=options.FILE),
        Option(
            ["--method"],
            heading="Method",
            type=click.Choice(list(METHODS)),
            default="procrustes",
            show_default=True,
            help="see above",
        ),
        Option(
            ["--dictionary"],
            heading="Method",
            required=True,
            metavar="FILE|identical|none",
            help="lines of a word of SOURCE and one of TARGET; or words spelt alike; or nothing (vecmap)",
        ),
        Option(
            ["--validation"],
            heading="Method",
            type=options.FILE,
            metavar="FILE",
            help="such lines, by which refine and rcsls choose their best round",
        ),
        *_settings(),
        Option(["--dry-run"], heading="Method", is_flag=True, help="print pairs, work and time, and align nothing"),
        options.output("OUT.vec", "the source in the target's space"),
        Option(
            ["--mapping"],
            heading="Output",
            type=options.FILE,
            metavar="FILE",
            help="save the mapping, for wordvec map: .npz holds all, another name the matrix as text",
        ),
        *options.reports(),
    ],
    epilog="\b\nExample:\n  wordvec align de.vec en.vec --dictionary de-en.txt --method refine -o de.in-en.vec",
)
def align(method: str, **given: Any) -> None:
    """Align two sets of vectors."""
    names = ("source", "target", "dictionary", "validation", "dry_run", "output", "mapping", "force", "quiet", "log")
    run = SimpleNamespace(**{name: given.pop(name) for name in names})
    aligner = _aligner(method, {name: value for name, value in given.items() if value is not None})
    if run.dictionary == NONE and not aligner.unsupervised:
        raise SettingsError(f"--dictionary none: {method} needs anchors; give a FILE, or identical, or --method vecmap")
    if run.validation and not aligner.validates:
        raise SettingsError(f"--validation: {method} has no rounds to choose from; this is for refine and rcsls")
    beside = _beside(run.output) if aligner.moves_target else None
    _check_outputs(run, beside)
    with reporting(run.quiet, run.log, run.force) as progress, stop_on_signals() as stop:
        source, target = (Vectors.load(path) for path in (run.source, run.target))
        check_dims(source, target)
        anchors = _anchors(run.dictionary, source, target, aligner.cutoff)
        if len(anchors):
            progress.say(_coverage(anchors))
        if run.dry_run:
            _print_estimate(aligner, source, target, anchors)
            return
        validation = _anchors(str(run.validation), source, target, aligner.cutoff) if run.validation else None
        announce_compilation(progress, *aligner.kernels(len(anchors)))
        found = aligner.fit(source, target, anchors, validation=validation, progress=progress, stop=stop)
        record = found.record | {"source": str(run.source), "target": str(run.target)}
        found = dataclasses.replace(found, record=record)
        stop.check()
        if run.mapping:
            found.save(run.mapping, overwrite=run.force)
        if beside:
            found.apply_to_target(target).save(beside, overwrite=run.force)
        found.apply(source).save(run.output, overwrite=run.force)
        for line in _outcome(found.record):
            progress.say(line)
        progress.say(f"{run.output}: {len(source):,} words, dim {source.dim}; compare with {beside or run.target}")


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
        options.force(),
    ],
    epilog="\b\nExample:\n  wordvec map de-en.npz more-german.vec -o more.in-en.vec",
)
def map_(mapping: Path, vectors: Path, of_target: bool, inverted: bool, output: Path, force: bool) -> None:
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
    map_file(found, vectors, output, side=side, overwrite=force)


def _aligner(method: str, given: dict[str, Any]) -> Aligner:
    """Give a method with the settings that were given."""
    known = {field.name for field in dataclasses.fields(METHODS[method])}
    for name in given:
        if name not in known:
            others = [
                other for other, kind in METHODS.items() if name in {field.name for field in dataclasses.fields(kind)}
            ]
            raise SettingsError(f"--{name.replace('_', '-')}: is for {' and '.join(others)}, not for {method}")
    return METHODS[method](**given)


def _anchors(dictionary: str, source: Vectors, target: Vectors, cutoff: int) -> Anchors:
    if dictionary == NONE:
        return Anchors.none()
    if dictionary == IDENTICAL:
        return identical(source, target, cutoff)
    return from_dictionary(read_dictionary(dictionary), source, target, cutoff, dictionary)


def _coverage(anchors: Anchors) -> str:
    record = anchors.record
    if record["dictionary"] == IDENTICAL:
        return f"{len(anchors):,} words are spelt alike"
    return (
        f"{record['dictionary']}: {record['covered']:,} of {record['pairs']:,} pairs are known; "
        f"{record['missing_in_source']:,} of its words are not in the source, {record['missing_in_target']:,} not in "
        "the target"
    )


def _outcome(record: dict[str, Any]) -> list[str]:
    """Say how work in rounds went."""
    if "losses" in record:
        losses = record["losses"]
        steps = f"{len(losses) - 1} steps, the last at rate {record['last_rate']:g}"
        return [f"loss {losses[0]:.4f} to {losses[-1]:.4f} in {steps}; round {record['best_round']} was the best"]
    if "objective" in record:
        curve = record["objective"]
        return [
            f"self-learning: {record['rounds']} rounds, objective {curve[0]:.4f} to {curve[-1]:.4f}, "
            f"{record['pairs']:,} pairs"
        ]
    return [f"round {record['best_round']} was the best"] if "criteria" in record else []


def _print_estimate(aligner: Aligner, source: Vectors, target: Vectors, anchors: Anchors) -> None:
    pairs = len(anchors)
    work = aligner.operations(len(source), len(target), source.dim, pairs)
    for name, words in (("source", source), ("target", target)):
        click.echo(f"{name}   {len(words):,} words, dim {words.dim}")
    click.echo(f"pairs    {pairs:,}")
    click.echo(f"work     about {work:.2g} flops")
    click.echo(f"time     about {work / _speed(source, target):,.0f} s")


def _speed(source: Vectors, target: Vectors) -> float:
    """Give floating-point operations a second, from a search among some words; the first compiles and is not timed."""
    queries, rows = source.matrix[:_MEASURED], target.matrix[:_MEASURED]
    best(queries[:1], rows, 10)
    begun = time.perf_counter()
    best(queries, rows, 10)
    return operations(len(queries), len(rows), source.dim) / (time.perf_counter() - begun)


def _beside(output: Path) -> Path:
    """Give where the target goes: ``a.target.vec.gz`` for ``a.vec.gz``."""
    bare, ending = compressed.without_ending(output.name), formats.FORMATS[formats.named(output)].ending
    return output.with_name(f"{bare.removesuffix(ending)}.target{ending}{output.name.removeprefix(bare)}")


def _check_outputs(run: SimpleNamespace, beside: Path | None) -> None:
    """Fail before the work begins where a result could not be written, or would be written over what is read."""
    written = [run.log]
    for path in filter(None, (run.output, beside)):
        formats.check_output(path, run.force)
        written += formats.outputs(path)
    if run.mapping:
        check_name(run.mapping, beside is not None)
        files.check_output(run.mapping, run.force)
        written.append(run.mapping)
    read = [run.source, run.target, run.validation]
    check_apart(written, [*read, None if run.dictionary in (NONE, IDENTICAL) else Path(run.dictionary)])
