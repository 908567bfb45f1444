"""``wordvec align``: two sets of vectors brought into one space."""

import dataclasses
import shlex
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import click

from wordvec.alignment import (
    METHODS,
    Aligner,
    Anchors,
    Mapping,
    from_dictionary,
    identical,
    in_case,
    read_dictionary,
)
from wordvec.alignment.both_ways import BothWays, both_ways
from wordvec.alignment.case import CASES
from wordvec.alignment.dictionary import IDENTICAL, NONE
from wordvec.alignment.mapping import COMMON, SPACES, TARGET
from wordvec.alignment.methods.base import check_dims
from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.align_outputs import check_outputs, outcome, path_beside, print_trial, save
from wordvec.cli.running import check_words, reporting
from wordvec.errors import SettingsError
from wordvec.lexicons.wiktextract import is_wiktextract
from wordvec.vectors import Vectors
from wordvec.workers import stop_on_signals

AUTO = "auto"

_ABOUT_THE_RUN = (
    *("source", "target", "dictionary", "swap", "to", "case", "validation", "dry_run"),
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
        options.language("Method"),
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
            writes=True,
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
    _check_settings(run, aligner)
    beside = path_beside(run.output) if aligner.moves_target and run.space != TARGET else None
    check_outputs(run, beside, aligner.moves_target)
    source, target = (Vectors.load(path, contexts=False) for path in (run.source, run.target))
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
        if run.dry_run:
            print_trial(aligner, source, target, anchors, validation=validation, stop=stop)
            return
        found = aligner.fit(source, target, anchors, validation=validation, progress=progress, stop=stop)
        record = found.record | {"source": str(run.source), "target": str(run.target)}
        found = dataclasses.replace(found, record=record)
        stop.check()
        if aligner.moves_target:
            measured = None
            if aligner.reaches_target and len(anchors):
                measured = both_ways(found, source, target, validation or anchors, progress, stop)
            found = _placed(run, found, measured)
            beside = beside if found.space == COMMON else None
            if beside:
                found = dataclasses.replace(found, record=found.record | {"beside": beside.name})
        save(run, found, source, target, beside)
        for line in outcome(found.record):
            progress.say(line)
        progress.say(f"{run.output}: {len(source):,} words, dim {source.dim}; compare with {beside or run.target}")
        if beside:
            progress.say(f"translate with: {shlex.join(['wordvec', 'translate', str(run.output), str(beside)])}")


def _check_settings(run: SimpleNamespace, aligner: Aligner) -> None:
    """Raise SettingsError if options do not go together."""
    if run.dictionary == NONE and not aligner.unsupervised:
        raise SettingsError(
            f"--dictionary none: {aligner.method} needs anchors; give a FILE or identical, or use --method vecmap"
        )
    if run.validation and not aligner.validates:
        raise SettingsError(f"--validation: {aligner.method} has no rounds to choose from; use refine or rcsls")
    if run.swap and run.dictionary in (IDENTICAL, NONE):
        raise SettingsError(f"--swap: needs a dictionary file; got --dictionary {run.dictionary}")
    if run.to is not None and run.dictionary in (IDENTICAL, NONE):
        raise SettingsError(f"--to: needs a dictionary file; got --dictionary {run.dictionary}")
    if run.space == TARGET and not aligner.reaches_target:
        raise SettingsError("--space target: needs --steps that centre at most once")
    if run.case != "exact" and run.dictionary in (IDENTICAL, NONE) and not run.validation:
        raise SettingsError(f"--case: needs a dictionary file; got --dictionary {run.dictionary}")


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


def _placed(run: SimpleNamespace, found: Mapping, measured: BothWays | None) -> Mapping:
    """Return the mapping into the space of the outputs, with its precision both ways in the record."""
    space, record = run.space, found.record
    if measured is not None:
        of = {"pairs": "validation" if run.validation else "dictionary"}
        record = record | {"precision": measured._asdict() | of}
    if space == AUTO:
        space = COMMON if measured is None else measured.better
    return dataclasses.replace(found, record=record).in_space(space)


def _anchors(run: SimpleNamespace, dictionary: str, source: Vectors, target: Vectors, cutoff: int) -> Anchors:
    if dictionary == NONE:
        return Anchors.none()
    if dictionary == IDENTICAL:
        return identical(source, target, cutoff)
    # Only one of the dictionary and the validation may be Wiktionary.
    to = run.to if is_wiktextract(dictionary) or dictionary == run.dictionary else None
    pairs = in_case(read_dictionary(dictionary, swap=run.swap, to=to), source, target, run.case, cutoff)
    anchors = from_dictionary(pairs, source, target, cutoff, dictionary)
    how = ({"case": run.case} if run.case != "exact" else {}) | ({"swapped": True} if run.swap else {})
    how |= {} if to is None else {"to": to}
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
