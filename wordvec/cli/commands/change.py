"""``wordvec compass change``: the words that changed between two slices, and the significance of the change."""

import csv
import dataclasses
import json
from pathlib import Path
from typing import IO

import click
import numpy as np

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.output import echo, echo_rows
from wordvec.errors import SettingsError
from wordvec.files import check_output, replacing
from wordvec.provenance import machinery
from wordvec.safe_text import spreadsheet_cell
from wordvec.slices import store
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.methods_paragraph import methods_text
from wordvec.slices.permutation_test import LEAST_PERMUTATIONS, MEASURES, RARE, Change
from wordvec.slices.permutation_test import change as measure_change
from wordvec.workers import Progress, stop_on_signals

NEIGHBOURS = 10
LEAST = {"overlap": 0}
"""Smallest possible values of measures, where not -1."""


@click.command(
    cls=Command,
    help="Find the words that changed from slice A to slice B, by a permutation test. The units are source files, or "
    "blocks of about a thousand tokens if a slice has fewer than ten files. The units of both slices are pooled, "
    "permuted into two slices of the original sizes and trained with the same compass, --permutations times. A word's "
    "p is the share of words of similar frequency that differ at least as much in permuted slices; q is its false "
    "discovery rate; changed means q up to 0.05. In large texts, small changes are significant: compare the measure "
    "with usual, its median in permuted slices for words of similar frequency."
    "\n\nThe most changed words are printed. OUT.csv has all words, with every measure, its bootstrap interval, usual, "
    "p and q, and the neighbours in both slices; OUT.json has the provenance. Words that occur less than 50 times in a "
    "slice are marked rare: their vectors are close to their initial row. In cosine_other_start, initial rows differ.",
    params=[
        click.Argument(["folder"], type=options.FILE),
        click.Argument(["a"]),
        click.Argument(["b"]),
        Option(
            ["--by"],
            type=click.Choice(MEASURES),
            default=MEASURES[0],
            show_default=True,
            help="measure that decides on change",
        ),
        Option(
            ["--permutations"],
            type=click.INT,
            default=LEAST_PERMUTATIONS,
            show_default=True,
            help="number of permutations, at least 20",
        ),
        Option(
            ["--bootstraps"],
            type=click.INT,
            default=LEAST_PERMUTATIONS,
            show_default=True,
            help="number of bootstraps for intervals; 0 for none",
        ),
        Option(
            ["--least"],
            type=click.IntRange(min=1),
            default=5,
            show_default=True,
            help="smallest count of a word in either slice",
        ),
        Option(
            ["--seed"],
            type=click.IntRange(min=0),
            default=1,
            show_default=True,
            help="seed of permutations and bootstraps",
        ),
        Option(
            ["-n", "--number"],
            type=click.IntRange(min=1),
            default=20,
            show_default=True,
            help="number of words to print",
        ),
        Option(["-o", "--output"], heading="Output", type=options.FILE, metavar="OUT.csv", help="table of all words"),
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
    number: int,
    output: Path | None,
    for_paper: bool,
    for_spreadsheets: bool,
    force: bool,
    quiet: bool,
    **given: int,
) -> None:
    """Measure change and its significance."""
    if for_spreadsheets and output is None:
        raise SettingsError("--for-spreadsheets: needs -o OUT.csv")
    beside = output.with_suffix(".json") if output else None
    for path in filter(None, (output, beside)):
        check_output(path, force)
    aligned, progress = store.load(folder), Progress(quiet=quiet)
    texts = [store.text(aligned, name, folder) for name in (a, b)]
    with stop_on_signals() as stop:
        found = measure_change(aligned, texts[0], texts[1], progress=progress, stop=stop, **given)  # type: ignore[arg-type]
    if output and beside:
        with replacing(output, force) as table, replacing(beside, force) as record:
            with table.open("w", encoding="utf-8", newline="") as file:
                _write(file, found, aligned, for_spreadsheets)
            record.write_text(
                json.dumps(_record(found, aligned), ensure_ascii=False, indent=1), encoding="utf-8", newline="\n"
            )
    if for_paper:
        echo(methods_text(aligned, found).removesuffix("\n"))
    else:
        _print(found, number)
    progress.say(
        f"{int(found.changed.sum()):,} of {len(found.words):,} words changed (q up to 0.05, {found.permutations} "
        f"permutations); {int(found.rare.sum()):,} are rare (less than {RARE} times in a slice)"
    )


def _print(found: Change, number: int) -> None:
    """Print the most changed words."""
    value, usual, p, q = (getattr(of, found.by) for of in (found.measures, found.usual, found.p, found.q))
    rows = [("word", "count_a", "count_b", found.by, "usual", "p", "q")]
    for row in found.order[:number]:
        counts = str(found.counts_a[row]), str(found.counts_b[row])
        shares = f"{value[row]:.3f}", f"{usual[row]:.3f}", f"{p[row]:.4f}", f"{q[row]:.4f}"
        rows.append((found.words[row], *counts, *shares))
    echo_rows(rows)


def _write(file: IO[str], found: Change, aligned: AlignedSlices, for_spreadsheets: bool) -> None:
    """Write all words, the most changed first."""
    columns = [f"{measure}{part}" for measure in MEASURES for part in ("", "_low", "_high", "_usual", "_p", "_q")]
    shown = spreadsheet_cell if for_spreadsheets else str
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(
        [
            "word",
            "count_a",
            "count_b",
            *columns,
            "changed",
            "rare",
            "cosine_other_start",
            "neighbours_a",
            "neighbours_b",
        ]
    )
    least = [LEAST.get(measure, -1) for measure in MEASURES]
    parts = [
        (value, np.maximum(value - margin, least), np.minimum(value + margin, 1), usual, p, q)
        for value, margin, least, usual, p, q in zip(
            found.measures, found.margins, least, found.usual, found.p, found.q, strict=True
        )
    ]
    order = found.order.tolist()
    near = [
        aligned.slices[name].nearest([found.words[row] for row in order], NEIGHBOURS) for name in (found.a, found.b)
    ]
    for position, row in enumerate(order):
        writer.writerow(
            [
                shown(found.words[row]),
                found.counts_a[row],
                found.counts_b[row],
                *(_written(column[row]) for of_measure in parts for column in of_measure),
                int(found.changed[row]),
                int(found.rare[row]),
                _written(found.restarted[row]),
                *(shown(" ".join(word for word, _ in one[position])) for one in near),
            ]
        )


def _record(found: Change, aligned: AlignedSlices) -> dict[str, object]:
    return {
        "a": found.a,
        "b": found.b,
        "by": found.by,
        "permutations": found.permutations,
        "bootstraps": found.bootstraps,
        "seed": found.seed,
        "blocks": dict(zip(("a", "b", "source_files"), found.blocks, strict=True)),
        "words": len(found.words),
        "changed": int(found.changed.sum()),
        "compass": dataclasses.asdict(aligned.settings),
        "methods": methods_text(aligned, found),
        **machinery(),
    }


def _written(number: np.float64) -> str:
    return "" if np.isnan(number) else f"{number:.6g}"
