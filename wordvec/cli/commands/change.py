"""``wordvec compass change``: the words that changed between two slices, and the significance of the change."""

import csv
import dataclasses
import json
from pathlib import Path
from typing import IO, Any

import click

from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.asking import named
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.change_list import evidence_of, listed, table_of
from wordvec.cli.output import echo, echo_json
from wordvec.cli.running import write_latex
from wordvec.errors import OutputError, SettingsError
from wordvec.files import check_output, replacing
from wordvec.provenance import machinery
from wordvec.safe_text import spreadsheet_cell
from wordvec.slices import store, stored_changes
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.change_settings import ChangeSettings
from wordvec.slices.changes import RARE, Change
from wordvec.slices.evidence_scores import check_contexts
from wordvec.slices.explanation import resolution
from wordvec.slices.methods_paragraph import methods_text
from wordvec.slices.permutation_test import change as measure_change
from wordvec.wording import quantity
from wordvec.workers import Progress, stop_on_signals


@click.command(
    cls=Command,
    help="Find the words that changed from slice A to slice B, by a permutation test. The units are documents (files, "
    "or records of JSONL), or blocks of about a thousand tokens if a slice has fewer than ten documents. They are "
    "pooled, "
    "permuted into two slices of the original sizes, subsampled to each word's change of frequency, and trained with "
    "the same compass, --permutations times. The column usual is the measure that a word has without change: the mean "
    "of words of similar frequency in permuted slices, plus the word's own mean deviation there. A word's "
    "p is the share of words of similar frequency that are as far below their usual measure in permuted slices, and "
    "for the smallest shares that of a distribution fitted to the tail; q is its false discovery rate; changed means q "
    "up to 0.05. In large texts, small changes are significant: words are sorted by the difference between usual and "
    "the measure. With temporal referencing, the "
    "slices that a referenced word's tokens carry are permuted among the units that have it, and the word is compared "
    "with its own permutations: usual is their median, and p the share of all referenced words' permutations that are "
    "as many standard deviations below their mean."
    "\n\nThe most changed words are printed, with their frequency per million tokens and their nearest words in both "
    "slices. Words that occur less than 50 times in a slice are marked rare: their vectors are close to their initial "
    "row. Words that begin with a digit or have no letter are hidden unless --numbers is set. OUT.csv has all words, "
    "with every measure, its bootstrap interval, usual, p and q; OUT.json has the provenance. In cosine_other_start, "
    "initial rows differ. FOLDER keeps the test, so that the same test is not run twice.",
    params=[
        click.Argument(["folder"], type=options.FILE),
        click.Argument(["a"]),
        click.Argument(["b"]),
        *options.derived(ChangeSettings, "Test"),
        Option(
            ["-n", "--number"],
            heading="List",
            type=click.IntRange(min=1),
            default=20,
            show_default=True,
            help="number of words to print",
        ),
        Option(
            ["--words"],
            heading="List",
            metavar="LIST",
            help="print these words, separated by commas or in a file, one a line, and why they are called changed or "
            "not; the test and its false discovery rates are still of all words",
        ),
        Option(["--least"], heading="List", is_flag=True, help="print the least changed words that are not rare"),
        Option(["--numbers"], heading="List", is_flag=True, help="print numbers, too"),
        Option(
            ["--evidence"],
            heading="List",
            type=click.IntRange(min=1),
            metavar="N",
            help="print, for each word of the list, the N lines in either slice whose contexts speak most for its "
            "change, as wordvec compass evidence does",
        ),
        Option(
            ["--json", "as_json"],
            heading="List",
            is_flag=True,
            help="print the words as JSON, with the columns of OUT.csv",
        ),
        options.output("OUT.csv", "table of all words", required=False),
        options.latex(),
        Option(
            ["--methods-text", "for_paper"],
            heading="Output",
            is_flag=True,
            help="print a paragraph for a paper, with BibTeX, instead of the words",
        ),
        Option(
            ["--for-spreadsheets"],
            heading="Output",
            is_flag=True,
            help="write an apostrophe before words in OUT.csv that look like formulas",
        ),
        options.force(),
        Option(["--quiet"], heading="Output", is_flag=True, help="print nothing but errors"),
    ],
    epilog="\b\nExample:\n  wordvec compass change debates 1990 2016 -o change.csv",
)
def change(
    folder: Path,
    a: str,
    b: str,
    output: Path | None,
    latex: Path | None,
    for_paper: bool,
    for_spreadsheets: bool,
    evidence: int | None,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Measure change and its significance."""
    if for_spreadsheets and output is None:
        raise SettingsError("--for-spreadsheets: needs -o OUT.csv")
    beside = output.with_suffix(".json") if output else None
    check_apart([output, beside, latex], [])
    for path in filter(None, (output, beside, latex)):
        check_output(path, force)
    chosen = {name: given.pop(name) for name in ("number", "words", "least", "numbers")}
    as_json, settings = given.pop("as_json"), ChangeSettings(**given)
    asked = None if chosen["words"] is None else named(chosen["words"])
    aligned, progress = AlignedSlices.load(folder), Progress(quiet=quiet)
    store.check_referenced(folder, asked or ())
    if evidence:
        check_contexts(aligned)
    found = _tested(aligned, folder, a, b, settings, progress)
    rows = listed(found, chosen["number"], asked, chosen["least"], chosen["numbers"])
    paper = methods_text(aligned, found, store.recorded_text(folder)) if output or for_paper else ""
    shown = evidence_of(aligned, folder, found, rows, evidence) if evidence else []
    if output and beside:
        with replacing(output, force) as table, replacing(beside, force) as record:
            with table.open("w", encoding="utf-8", newline="") as file:
                _write(file, found, for_spreadsheets)
            record.write_text(
                json.dumps(_record(found, aligned, paper), ensure_ascii=False, indent=1), encoding="utf-8", newline="\n"
            )
    if latex:
        write_latex(found.listed(rows), latex, force)
    if for_paper:
        echo(paper.removesuffix("\n"))
    elif as_json:
        lines = [{"evidence": one.table().rows} for one in shown] or [{}] * len(rows)
        echo_json([row | extra for row, extra in zip(found.table(rows).rows, lines, strict=True)], indent=1)
    else:
        echo("\n\n".join([table_of(found, rows, asked), *map(str, shown)]))
    progress.say(_summary(found, asked is None and not chosen["numbers"]))


def _tested(
    aligned: AlignedSlices, folder: Path, a: str, b: str, settings: ChangeSettings, progress: Progress
) -> Change:
    """Return the stored test of two slices, or run and store it."""
    texts = [store.text(aligned, name, folder) for name in (a, b)]
    together = aligned.settings.words
    others = [store.text(aligned, name, folder) for name in aligned.slices if name not in (a, b)] if together else []
    kept = stored_changes.load(folder, a, b, settings) if a != b else None
    if kept is not None:
        progress.say(f"reading the test that {folder} keeps")
        return kept
    progress.say(
        f"testing {a} against {b}: {settings.permutations} permutations and {settings.bootstraps} bootstraps, "
        f"each of which trains {f'all {len(aligned.slices)} slices' if together else 'two slices'}"
    )
    with stop_on_signals() as stop:
        found = measure_change(
            aligned, texts[0], texts[1], others=others, progress=progress, stop=stop, **dataclasses.asdict(settings)
        )
    try:
        stored_changes.save(found, folder)
    except OutputError as error:
        progress.say(f"warning: the test is not kept for later ({error})")
    return found


def _summary(found: Change, hidden: bool) -> str:
    said = [
        f"{int(found.changed.sum()):,} of {len(found.words):,} words changed (q up to 0.05, "
        f"{found.settings.permutations} permutations)",
        f"{int(found.rare.sum()):,} are rare (less than {RARE} times in a slice)",
    ]
    if hidden and found.numbers.any():
        changed = int((found.numbers & found.changed).sum())
        number = int(found.numbers.sum())
        verb = "is" if number == 1 else "are"
        said.append(f"{quantity(number, 'number')} {verb} hidden, {changed:,} of them changed (--numbers)")
    return "; ".join([*said, resolution(found)])


def _write(file: IO[str], found: Change, for_spreadsheets: bool) -> None:
    """Write all words, the most changed first."""
    shown = spreadsheet_cell if for_spreadsheets else lambda cell: cell
    columns = found.columns()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([f"{cell:.6g}" if isinstance(cell, float) else shown(cell) for cell in row])


def _record(found: Change, aligned: AlignedSlices, paper: str) -> dict[str, object]:
    return {
        "a": found.a,
        "b": found.b,
        **dataclasses.asdict(found.settings),
        "blocks": dict(zip(("a", "b", "documents"), found.blocks, strict=True)),
        "tokens": dict(zip(("a", "b"), found.tokens, strict=True)),
        "words": len(found.words),
        "changed": int(found.changed.sum()),
        "compass": dataclasses.asdict(aligned.settings),
        "methods": paper,
        **machinery(),
    }
