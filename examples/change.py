"""From a folder of texts, one for each year, paper or region, to a table of changed words and three plots.

    python examples/change.py years/ 1990 2016 results

writes to ``results`` the compass (``results/compass``), ``change.csv``, ``change.json`` with a paragraph for a paper,
and plots of the changed words, of the similarity of all slices, and of the path of the word that changed most.
"""

import sys
from pathlib import Path

from wordvec import plots
from wordvec.cli import run


def main(texts: str, a: str, b: str, results: str) -> None:
    folder = Path(results)
    folder.mkdir(parents=True, exist_ok=True)
    compass, table = f"{results}/compass", f"{results}/change.csv"
    spelling = ["--tokenizer", "words", "--lowercase", "--sentence", "paragraph"]
    call("compass", "train", texts, *spelling, "-o", compass)
    call("compass", "change", compass, a, b, "-o", table)
    call("compass", "plot", "changes", table, "-o", f"{results}/changes.svg")
    call("compass", "plot", "slices", compass, "-o", f"{results}/slices.svg")
    often = [row["word"] for row in plots.read_changes(Path(table)) if row["rare"] == "0"]
    call("compass", "plot", "path", compass, often[0], "-o", f"{results}/{often[0]}.svg")


def call(*arguments: str) -> None:
    if code := run(arguments):
        sys.exit(code)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
