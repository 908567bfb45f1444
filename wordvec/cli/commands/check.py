"""``wordvec check``: defects of a vector file, their effects on other programs, and a repaired copy."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Command, Option
from wordvec.cli.output import echo, echo_json
from wordvec.cli.running import reporting
from wordvec.errors import SettingsError
from wordvec.formats.doctor.policy import Policy
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.formats.doctor.findings import Finding, Location, Report
    from wordvec.formats.doctor.repairing import Repaired

SOUND, DEFECTS = 0, 1


@click.command(
    cls=Command,
    params=[
        click.Argument(["file"], type=options.FILE),
        options.JSON,
        Option(["--repair"], heading="Repair", type=options.FILE, metavar="OUT", help="write a repaired copy"),
        *options.derived(Policy, "Repair"),
        *options.reports(),
    ],
    epilog="\b\nExample:\n  wordvec check vectors.vec --repair sound.vec --duplicates mean",
)
def check(
    file: Path, as_json: bool, repair: Path | None, force: bool, quiet: bool, log: Path | None, **given: Any
) -> int:
    """FILE is a text file of vectors with or without header, or a .bin of word2vec or fastText, compressed or not.

    A .vectors folder is checked as well: its files, their sizes, words, and numbers that are not finite.

    Every kind of defect is printed with its count, its first locations, and the behaviour of other programs with such
    a file. Exit code: 0 if there is no defect, 1 otherwise.

    With --repair, OUT is a copy of FILE without defects: a text file with a header, or a binary file. Line ends,
    blanks, header and byte order are corrected. A byte-order mark, empty lines, and rows that are truncated, without a
    word, or with a wrong number of components are removed. Options choose the repair of the other defects.
    OUT.changes.tsv lists every change. OUT is checked before it is written; if FILE is too damaged, nothing is. Exit
    code: 0 if OUT is written. fastText models and folders are not repaired; wordvec convert --bad-words writes the
    vectors of a model.
    """
    from wordvec.formats import doctor
    from wordvec.formats.common import sidecars
    from wordvec.formats.doctor.changes import changes_file

    policy = Policy(**given)
    if repair is None and policy != Policy():
        unusual = next(f.name for f in dataclasses.fields(Policy) if getattr(policy, f.name) != f.default)
        raise SettingsError(": needs --repair OUT", setting=unusual)
    if repair is not None:
        check_apart([repair, *sidecars.names(repair), changes_file(repair), log], [])
    with reporting(quiet, log, force) as progress:
        if repair is None:
            report = doctor.check(file, progress)
            _show(report, as_json)
            return SOUND if report.sound else DEFECTS
        done = doctor.repair(file, repair, policy, overwrite=force, progress=progress)
        _show(done.report, as_json, repair, done)
        return SOUND


def _show(report: "Report", as_json: bool, out: Path | None = None, done: "Repaired | None" = None) -> None:
    if as_json:
        echo_json(_as_json(report, out, done), indent=2)
    else:
        echo(_as_text(report, out, done))


def _as_json(report: "Report", out: Path | None = None, done: "Repaired | None" = None) -> dict[str, Any]:
    said: dict[str, Any] = report.as_json()
    if done is not None:
        changes = [{"change": change, "defect": code, "count": n} for (change, code), n in done.counts.items()]
        said["repair"] = {"file": str(out), "rows": done.rows, "changes": changes, "list": str(done.changes)}
    return said


def _as_text(report: "Report", out: Path | None = None, done: "Repaired | None" = None) -> str:
    from wordvec.encodings import advice
    from wordvec.formats.doctor.defects import Defect

    verdict = "sound" if report.sound else f"{len(report.defects)} kind{'s' * (len(report.defects) > 1)} of defect"
    lines = [
        f"{report.path}: {report.format}, {quantity(report.rows, 'row')} of {quantity(report.dim, 'number')}: {verdict}"
    ]
    for found in report.defects:
        lines += ["", *_finding(report, found)]
        if found.defect == Defect.INVALID_UTF8 and report.encodings and done is None:
            lines.append(
                f"  {advice(report.encodings)}; --repair OUT --encoding {report.encodings[0].encoding} decodes them"
            )
    for found in report.notes:
        lines += ["", *_finding(report, found, "note: ")]
    if done is not None:
        lines += ["", f"{out}: {quantity(done.rows, 'row')} of {quantity(report.dim, 'number')}"]
        lines += [f"  {n:,} x {change} ({code})" for (change, code), n in done.counts.items()]
        lines.append(f"  all changes: {done.changes}")
    return "\n".join(lines)


def _finding(report: "Report", found: "Finding", prefix: str = "") -> list[str]:
    from wordvec.formats.doctor.defects import DESCRIPTIONS

    effect = report.effect(found)
    lines = [f"{prefix}{found.defect.code} ({found.count:,}): {DESCRIPTIONS[found.defect]}"]
    places = [text for place in found.locations if (text := _place(report, place))]
    more = found.count - len(found.locations)
    lines += [f"  {text}" for text in places] + [f"  and {more:,} more"] * (more > 0)
    if effect is None:
        return lines
    lines += [f"  stops with an error: {', '.join(effect.fails)}"] * bool(effect.fails)
    lines += [f"  reads it wrongly: {', '.join(effect.wrong)}"] * bool(effect.wrong)
    return [*lines, "  all tested programs read it correctly"] if not any(effect) else lines


def _place(report: "Report", place: "Location") -> str:
    where = f"{report.unit} {place.number:,}" if place.number is not None else ""
    if place.byte is not None and (report.kind != "text" or place.number is None):
        where = f"{where}, byte {place.byte:,}".lstrip(", ")
    return ": ".join(filter(None, (where, place.detail)))
