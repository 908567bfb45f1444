"""LaTeX of tables: text with its special characters escaped, and the environment ``tabular``."""

import re
from collections.abc import Sequence

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "±": r"$\pm$",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_TO_ESCAPE = re.compile(r"[\\~^<>|±&%$#_{}]")
_NEGATIVE = re.compile(r"-[\d.][\d,.]*")
_LIGATURES = re.compile(r"-(?=-)|'(?=')|`(?=`)")


def escaped(text: str) -> str:
    """Return a text as LaTeX prints it, on one line: special characters, and hyphens or quotes that would be joined."""
    signs = _TO_ESCAPE.sub(lambda found: _SPECIAL[found[0]], " ".join(text.split()))
    # At the beginning of a row, these would be taken for arguments of the line end before it.
    safe = f"{{{signs[0]}}}{signs[1:]}" if signs.startswith(("[", "*")) else signs
    return _LIGATURES.sub(r"\g<0>{}", safe)


def tabular(
    rows: Sequence[Sequence[str]], numbers: Sequence[bool], notes: Sequence[str], caption: str | None, label: str | None
) -> str:
    """Return a table with the rules of the package booktabs; with a caption or a label, in the environment ``table``.

    Parameters
    ----------
    rows
        Cells, the header first; they are escaped here.
    numbers
        For each column, whether it is aligned to the right; negative numbers get a minus sign.
    notes
        Paragraphs below the table.
    caption, label
        Caption, escaped here, and label for references.
    """
    header, *others = ([_cell(cell, number) for cell, number in zip(row, numbers, strict=True)] for row in rows)
    lines = [
        f"\\begin{{tabular}}{{{''.join('r' if number else 'l' for number in numbers)}}}",
        r"\toprule",
        f"{' & '.join(header)} \\\\",
        r"\midrule",
        *(f"{' & '.join(row)} \\\\" for row in others),
        r"\bottomrule",
        r"\end{tabular}",
        *(f"\n\\par\\footnotesize {escaped(note)}" for note in notes),
    ]
    if caption is None and label is None:
        return "\n".join(lines)
    titles = [f"\\caption{{{escaped(caption)}}}"] if caption is not None else []
    titles += [f"\\label{{{label}}}"] if label is not None else []
    return "\n".join([r"\begin{table}", r"\centering", *titles, *lines, r"\end{table}"])


def _cell(cell: str, number: bool) -> str:
    return f"${cell}$" if number and _NEGATIVE.fullmatch(cell) else escaped(cell)
