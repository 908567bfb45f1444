"""``wordvec align``: two sets of vectors brought into one space."""

import contextlib
import dataclasses
import shlex
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

from wordvec import files, formats
from wordvec.alignment import (
    METHODS,
    Aligner,
    Anchors,
    Mapping,
    from_dictionary,
    identical,
    in_case,
    read_dictionary,
    trial,
)
from wordvec.alignment.both_ways import BothWays, both_ways
from wordvec.alignment.case import CASES
from wordvec.alignment.dictionary import IDENTICAL, NONE
from wordvec.alignment.mapping import COMMON, SPACES, TARGET
from wordvec.alignment.mapping_files import check_name
from wordvec.alignment.methods.base import check_dims
from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.output import echo
from wordvec.cli.running import announce_compilation, check_apart, check_words, reporting
from wordvec.errors import SettingsError, WordvecError
from wordvec.formats.common import compressed
from wordvec.vectors import Vectors
from wordvec.wording import quantity
from wordvec.workers import stop_on_signals

AUTO = "auto"

_ABOUT_THE_RUN = (
    *("source", "target", "dictionary", "swap", "case", "validation", "dry_run"),
    *("output", "space", "mapping", "spaces", "force", "quiet", "log"),
)
"""Parameters that are not settings of a method."""

HELP = """\
OUT.vec is SOURCE mapped into the space of TARGET: compare it with TARGET, by cosines, since lengths are not preserved.

Methods that centre the rows of TARGET, and vecmap, find a common space of both instead. OUT.vec then approximates it in
the space of TARGET, and precision at 1 is measured both ways. If the approximation loses more than a point, OUT.vec is
in the common space, and TARGET is written there as OUT.target.vec: compare OUT.vec with that file. --space decides it
without a measurement.

procrustes fits a rotation to the dictionary. refine fits further rotations to dictionaries that it induces (MUSE).
rcsls minimises a CSLS loss. vecmap whitens, rotates and re-weights both sides. linear is least squares. With
--dictionary none, vecmap is unsupervised: it starts from the geometry of the two spaces.

Defaults of each method are in brackets.
"""


def _settings() -> list[click.Parameter]:
    """Return an option for each setting of the methods; its help has the default of each method."""
    made: dict[str, Option] = {}
    defaults: dict[str, dict[str, Any]] = defaultdict(dict)
    for method, kind in METHODS.items():
        for option in options.derived(kind, "Method"):
            assert isinstance(option, Option)
            assert option.name is not None
            made.setdefault(option.name, option)
            defaults[option.name][method] = option.default
    for name, option in made.items():
        option.help = f"{option.help}  [{_defaults_text(defaults[name])}]"
        option.default, option.show_default = None, False
    return list(made.values())


def _defaults_text(values: dict[str, Any]) -> str:
    """Return the defaults of methods as text: a common value and the exceptions, or the value of each method."""
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
            help="file with a word of SOURCE and its translations in TARGET a line; identical: words spelt alike in "
            "both; none: unsupervised (vecmap)",
        ),
        options.swap("FILE has words of TARGET on the left", "Method"),
        Option(
            ["--case"],
            heading="Method",
            type=click.Choice(CASES),
            default="exact",
            show_default=True,
            help="how words of the dictionary are looked up: exact: as written; lower: in lower case; fallback: in "
            "lower case if unknown as written; ignore: the first word that differs in case only",
        ),
        Option(
            ["--validation"],
            heading="Method",
            type=options.FILE,
            metavar="FILE",
            help="dictionary by which refine and rcsls choose their best round",
        ),
        *_settings(),
        Option(
            ["--dry-run"],
            heading="Method",
            is_flag=True,
            help="run at most two rounds, print pairs, time and memory, and write nothing",
        ),
        options.output("OUT.vec", "the source in the target's space"),
        Option(
            ["--space"],
            heading="Output",
            type=click.Choice([AUTO, *SPACES[::-1]]),
            default=AUTO,
            show_default=True,
            help="target: OUT.vec alone, to compare with TARGET; common: also OUT.target.vec, to compare with OUT.vec; "
            "auto: target unless it loses more than a point of precision",
        ),
        options.spaces(),
        Option(
            ["--mapping"],
            heading="Output",
            type=options.FILE,
            metavar="FILE",
            help="save the mapping for wordvec map: whole as .npz, or under another name the matrix as text",
        ),
        *options.reports(),
    ],
    epilog="\b\nExample:\n  wordvec align de.vec en.vec --dictionary de-en.txt --method refine -o de.in-en.vec",
)
def align(method: str, **given: Any) -> None:
    """Align two sets of vectors."""
    run = SimpleNamespace(**{name: given.pop(name) for name in _ABOUT_THE_RUN})
    aligner = _aligner(method, {name: value for name, value in given.items() if value is not None})
    if run.dictionary == NONE and not aligner.unsupervised:
        raise SettingsError(
            f"--dictionary none: {method} needs anchors; give a FILE or identical, or use --method vecmap"
        )
    if run.validation and not aligner.validates:
        raise SettingsError(f"--validation: {method} has no rounds to choose from; use refine or rcsls")
    if run.swap and run.dictionary in (IDENTICAL, NONE):
        raise SettingsError(f"--swap: needs a dictionary file; got --dictionary {run.dictionary}")
    if run.space == TARGET and not aligner.reaches_target:
        raise SettingsError("--space target: needs --steps that centre at most once")
    if run.case != "exact" and run.dictionary in (IDENTICAL, NONE) and not run.validation:
        raise SettingsError(f"--case: needs a dictionary file; got --dictionary {run.dictionary}")
    beside = _beside(run.output) if aligner.moves_target and run.space != TARGET else None
    _check_outputs(run, beside, aligner.moves_target)
    source, target = (Vectors.load(path) for path in (run.source, run.target))
    with reporting(run.quiet, run.log, run.force) as progress, stop_on_signals() as stop:
        check_dims(source, target)
        check_words(source.words, [run.output], run.spaces, progress)
        check_words(target.words, [beside], run.spaces, progress)
        anchors = _anchors(run, run.dictionary, source, target, aligner.cutoff)
        if len(anchors):
            progress.say(_coverage(anchors))
        validation = None
        if run.validation:
            validation = _anchors(run, str(run.validation), source, target, aligner.cutoff)
        announce_compilation(progress, *aligner.kernels(len(anchors)))
        if run.dry_run:
            _print_trial(aligner, source, target, anchors, validation=validation, stop=stop)
            return
        found = aligner.fit(source, target, anchors, validation=validation, progress=progress, stop=stop)
        record = found.record | {"source": str(run.source), "target": str(run.target)}
        found = dataclasses.replace(found, record=record)
        stop.check()
        if aligner.moves_target:
            measured = None
            if aligner.reaches_target:
                announce_compilation(progress, "neighbours")
                measured = both_ways(found, source, target, validation or anchors, progress, stop)
            found = _placed(run, found, measured, beside)
            if found.space == TARGET:
                beside = None
        _save(run, found, source, target, beside)
        for line in _outcome(found.record):
            progress.say(line)
        progress.say(f"{run.output}: {len(source):,} words, dim {source.dim}; compare with {beside or run.target}")
        if beside:
            progress.say(f"translate with: {shlex.join(['wordvec', 'translate', str(run.output), str(beside)])}")


def _aligner(method: str, given: dict[str, Any]) -> Aligner:
    """Return a method with the given settings."""
    known = {field.name for field in dataclasses.fields(METHODS[method])}
    for name in given:
        if name not in known:
            others = [
                other for other, kind in METHODS.items() if name in {field.name for field in dataclasses.fields(kind)}
            ]
            raise SettingsError(f"--{name.replace('_', '-')}: is a setting of {' and '.join(others)}, not of {method}")
    return METHODS[method](**given)


def _placed(run: SimpleNamespace, found: Mapping, measured: BothWays | None, beside: Path | None) -> Mapping:
    """Return the mapping into the space of the outputs, with its precision both ways in the record."""
    space, pairs = run.space, "validation" if run.validation else "dictionary"
    record = found.record | ({} if measured is None else {"precision": measured._asdict() | {"pairs": pairs}})
    if space == AUTO:
        space = COMMON if measured is None else measured.better
    if space == COMMON and beside:
        record["beside"] = beside.name
    return dataclasses.replace(found, record=record).in_space(space)


def _anchors(run: SimpleNamespace, dictionary: str, source: Vectors, target: Vectors, cutoff: int) -> Anchors:
    if dictionary == NONE:
        return Anchors.none()
    if dictionary == IDENTICAL:
        return identical(source, target, cutoff)
    pairs = in_case(read_dictionary(dictionary, swap=run.swap), source, target, run.case, cutoff)
    anchors = from_dictionary(pairs, source, target, cutoff, dictionary)
    how = ({"case": run.case} if run.case != "exact" else {}) | ({"swapped": True} if run.swap else {})
    return Anchors(anchors.source, anchors.target, anchors.record | how)


def _coverage(anchors: Anchors) -> str:
    record = anchors.record
    if record["dictionary"] == IDENTICAL:
        lost = record.get("without_vector", 0)
        return f"{len(anchors):,} words are spelt alike" + f"; {lost:,} more have no vector in one of both" * bool(lost)
    return (
        f"{record['dictionary']}: {record['covered']:,} of {record['pairs']:,} pairs are known; "
        f"{record['missing_in_source']:,} of its words are not in the source, {record['missing_in_target']:,} not in "
        "the target"
    )


def _outcome(record: dict[str, Any]) -> list[str]:
    """Return lines about the rounds of a method, and its precision both ways."""
    return [*_rounds(record), *_both(record)]


def _both(record: dict[str, Any]) -> list[str]:
    if (found := record.get("precision")) is None:
        return []
    return [
        f"p@1 (CSLS) of {quantity(found['words'], 'word')} of the {found['pairs']}: {found['target']:.3f} "
        f"in the target's own space, {found['common']:.3f} in a common one"
    ]


def _rounds(record: dict[str, Any]) -> list[str]:
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


def _print_trial(aligner: Aligner, source: Vectors, target: Vectors, anchors: Anchors, **more: Any) -> None:
    """Print pairs, time and memory of an alignment, as measured by a trial."""
    found, rounds = trial.run(aligner, source, target, anchors, **more), aligner.rounds_text(len(anchors))
    for name, words in (("source", source), ("target", target)):
        echo(f"{name}   {len(words):,} words, dim {words.dim}")
    echo(f"pairs    {len(anchors):,}")
    if found.seconds is None:
        time = f"more than {trial.LIMIT:.0f} s" + f" until the end of the first round; {rounds}" * bool(rounds)
    else:
        seconds = f"{found.seconds:,.{1 if found.seconds < 10 else 0}f} s"
        time = f"one round takes about {seconds}; {rounds}" if rounds else f"about {seconds} to find the mapping"
    echo(f"time     {time}")
    least = "at least" if found.seconds is None else "about"
    echo(f"memory   {least} {found.memory / 1e6:,.0f} MB, beside Python and its libraries")


def _save(run: SimpleNamespace, found: Mapping, source: Vectors, target: Vectors, beside: Path | None) -> None:
    """Write all results or none; if the vectors cannot be written, save the mapping under a free name."""
    try:
        with files.together(run.output):
            if run.mapping:
                found.save(run.mapping, overwrite=run.force)
            if beside:
                found.apply_to_target(target).save(beside, overwrite=run.force, spaces=run.spaces)
            found.apply(source).save(run.output, overwrite=run.force, spaces=run.spaces)
    except WordvecError as error:
        kept = _kept(found, run.mapping, run.output)
        if kept is None:
            raise
        command = shlex.join(["wordvec", "map", str(kept), str(run.source), "-o", "OUT.vec"])
        raise type(error)(f"{error}; the mapping is saved in {kept}; map the vectors with: {command}") from error


def _kept(found: Mapping, wanted: Path | None, output: Path) -> Path | None:
    """Save a mapping whose vectors could not be written, and return its path; None if it cannot be saved either."""
    beside = output.with_name(f"{compressed.without_extension(output.name)}.mapping.npz")
    for path in (wanted, beside):
        with contextlib.suppress(WordvecError):
            if path is not None:
                found.save(path)
                return path
    return None


def _beside(output: Path) -> Path:
    """Return the path for the target: ``a.target.vec.gz`` for ``a.vec.gz``."""
    bare, ending = compressed.without_extension(output.name), formats.FORMATS[formats.output_format(output)].extension
    return output.with_name(f"{bare.removesuffix(ending)}.target{ending}{output.name.removeprefix(bare)}")


def _check_outputs(run: SimpleNamespace, beside: Path | None, moves_target: bool) -> None:
    """Raise an error before the work if a result cannot be written or would overwrite an input."""
    written = [run.log]
    for path in filter(None, (run.output, beside)):
        formats.check_output(path, run.force)
        written += formats.outputs(path)
    if run.mapping:
        check_name(run.mapping, moves_target)
        files.check_output(run.mapping, run.force)
        written.append(run.mapping)
    read = [run.source, run.target, run.validation]
    check_apart(written, [*read, None if run.dictionary in (NONE, IDENTICAL) else Path(run.dictionary)])
