"""Run the example notebooks, and store what they show: ``python tests/notebooks.py`` after a change to one.

Standard error, which has the progress and the times, is not stored.
"""

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = ("first_vectors.ipynb", "slices.ipynb")
SECONDS = 300


def executed(name: str) -> nbformat.NotebookNode:
    """Return a notebook as it is after a run in an empty folder."""
    notebook = nbformat.read(EXAMPLES / name, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        client = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=resources)
        # Commands of this installation come first, and wrap their lines alike everywhere.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        client.execute(env=os.environ | {"PATH": path, "COLUMNS": "100", "PYDEVD_DISABLE_FILE_VALIDATION": "1"})
    return notebook


def store(name: str) -> None:
    """Run a notebook and write it with what it shows."""
    notebook = executed(name)
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    for number, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"cell-{number}", {}
        if cell.cell_type == "code":
            cell.outputs = _joined(output for output in cell.outputs if output.get("name") != "stderr")
    nbformat.validate(notebook)
    (EXAMPLES / name).write_text(nbformat.writes(notebook, indent=1) + "\n", encoding="utf-8", newline="\n")


def _joined(outputs: Iterable[Any]) -> list[Any]:
    """Return outputs with joined pieces of standard output: where Jupyter cuts it depends on the time."""
    joined: list[Any] = []
    for output in outputs:
        if "text" in output:  # of a command, which takes the cell for a terminal
            output.text = output.text.replace("\r\n", "\n")
        if joined and "text" in output and "text" in joined[-1]:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


if __name__ == "__main__":
    for each in NAMES:
        store(each)
