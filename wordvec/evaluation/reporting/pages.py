"""The formats of a report: one self-contained HTML page, and Markdown."""

import json
from collections.abc import Callable, Sequence
from html import escape
from importlib import resources
from itertools import groupby
from string import Template
from typing import Any

from wordvec.evaluation.reporting import curves
from wordvec.evaluation.reporting.contents import Contents
from wordvec.explorer.page import EMPTY, POLICY, fragment
from wordvec.tables import Table, shown
from wordvec.vectors import Neighbours

TITLE = "Word vectors compared"


def html(report: Contents) -> str:
    """Return the report as an HTML page."""
    names = ", ".join(report.metadata)
    explorer = EMPTY if report.map is None else fragment(report.map)
    template = Template(
        resources.files("wordvec.evaluation.reporting").joinpath("page.html").read_text(encoding="utf-8")
    )
    return template.substitute(
        policy=escape(POLICY.format(hash=explorer.script_hash), quote=False),
        style=explorer.style,
        title=escape(f"{TITLE}: {names}"),
        heading=escape(TITLE),
        names=escape(names),
        methods=_methods(report.methods),
        charts=_charts(report.scores),
        scores=_table(report.scores),
        notes=_notes(report.scores),
        neighbours=_neighbours(report),
        curves=_curves(report),
        map=_map(explorer.body),
        provenance=_table(report.provenance),
        metadata="".join(
            f"<details><summary>{escape(name)}</summary><pre>"
            f"{escape(json.dumps(made, ensure_ascii=False, indent=1))}</pre></details>"
            for name, made in report.metadata.items()
        ),
    )


def markdown(report: Contents) -> str:
    """Return the report in Markdown, without map and charts."""
    near: list[dict[str, str | None]] = [
        {"": word, **{name: _listed(found) for name, found in by_vectors.items()}}
        for word, by_vectors in report.neighbours.items()
    ]
    parts = [
        f"# {TITLE}",
        *(["## Methods", report.methods.to_markdown()] if len(report.methods) else []),
        "## Scores",
        report.scores.to_markdown(),
        "## Nearest words",
        Table(near).to_markdown(),
        "## Provenance",
        report.provenance.to_markdown(),
    ]
    return "\n\n".join(parts) + "\n"


def _listed(found: Neighbours | None) -> str | None:
    return None if found is None else ", ".join(f"{word} {cosine:.2f}" for word, cosine in found)


def _methods(table: Table) -> str:
    if not len(table):
        return ""
    return f'<h2>Methods</h2>{_table(table)}<div class="notes">{_notes(table)}</div>'


def _notes(table: Table) -> str:
    return "".join(f"<p>{escape(note)}</p>" for note in table.notes)


def _table(table: Table) -> str:
    """Return a table, which a narrow screen shows as one card for each row, with the columns' names in the cells."""
    if not len(table):
        return "<p>None requested.</p>"
    numbers = {name for name in table.columns if table.is_number(name)}
    head = "".join(f"<th{_aligned(name in numbers)}>{escape(name)}</th>" for name in table.columns)
    first, *others = table.columns
    body = "".join(
        f'<tr><th scope="row">{escape(shown(row.get(first)))}</th>'
        + "".join(_cell(name, shown(row.get(name)), name in numbers) for name in others)
        + "</tr>"
        for row in table.rows
    )
    return f'<div class="wide"><table class="cards"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(name: str, text: str, number: bool) -> str:
    kinds = " ".join(["number"] * number + ["missing"] * (text == shown(None)))
    attribute = f' class="{kinds}"' if kinds else ""
    return f'<td{attribute} data-name="{escape(name)}">{escape(text)}</td>'


def _aligned(number: bool) -> str:
    return ' class="number"' if number else ""


def _charts(scores: Table) -> str:
    """Return a chart for each measure: intervals on a scale from 0, or the lowest value below it, to 1."""
    groups = groupby(scores.rows, key=lambda row: (row["dataset"], row["measure"]))
    return "".join(_chart(f"{dataset}: {measure}", list(rows)) for (dataset, measure), rows in groups)


def _chart(title: str, rows: Sequence[dict[str, Any]]) -> str:
    edges = [
        edge for row in rows for edge in (row["low"], row["high"], row["score"], row["random"]) if edge is not None
    ]
    low = min(0.0, *edges)
    scale = 1 - low

    def at(value: float) -> str:
        return f"{100 * (value - low) / scale:.2f}%"

    lines = []
    for row in rows:
        begin, end = (row["score"] if row[edge] is None else row[edge] for edge in ("low", "high"))
        lines.append(
            f'<div class="name" title="{escape(row["vectors"])}"><bdi>{escape(row["vectors"])}</bdi></div>'
            f'<div class="track">{_baseline(row["random"], at)}'
            f'<i class="range" style="left:{at(begin)};width:{100 * (end - begin) / scale:.2f}%"></i>'
            f'<i class="dot" style="left:{at(row["score"])}"></i></div>'
            f'<div class="value">{shown(row["score"])}</div>'
        )
    return f'<figure><figcaption>{escape(title)}</figcaption><div class="chart">{"".join(lines)}</div></figure>'


def _baseline(random: float | None, at: Callable[[float], str]) -> str:
    return "" if random is None else f'<i class="baseline" style="left:{at(random)}"></i>'


def _neighbours(report: Contents) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in ("", *report.metadata))
    body = "".join(
        f'<tr><th scope="row">{escape(word)}</th>'
        + "".join(f'<td data-name="{escape(name)}">{_near(found)}</td>' for name, found in by_vectors.items())
        + "</tr>"
        for word, by_vectors in report.neighbours.items()
    )
    return (
        f'<div class="wide"><table class="cards near"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _near(found: Neighbours | None) -> str:
    if found is None:
        return "<em>unknown</em>"
    return " ".join(f"<span>{escape(word)} <small>{cosine:.2f}</small></span>" for word, cosine in found)


def _curves(report: Contents) -> str:
    found = {name: curves.losses(made) for name, made in report.metadata.items()}
    drawn = "".join(
        f"<figure><figcaption>{escape(name)}</figcaption>{curves.drawing(name, values)}</figure>"
        for name, values in found.items()
        if values
    )
    if not drawn:
        return ""
    note = "Mean loss of each epoch. Methods have different losses, so that only the shapes can be compared."
    return f'<h2>Learning curves</h2><p class="notes">{note}</p><div class="curves">{drawn}</div>'


def _map(explorer: str) -> str:
    if not explorer:
        return ""
    note = (
        "The most frequent words that all sets have. Search, or click a word, to see its neighbours in each set. "
        "Axes have no meaning; maps of separate spaces are rotated onto the first."
    )
    return f'<h2>Map</h2><p class="notes">{note}</p><div class="embedded">{explorer}</div>'
