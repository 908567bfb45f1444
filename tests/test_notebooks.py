"""The example notebooks run, show what they showed when they were stored, and hold nothing of a machine."""

import re
from typing import Any

import nbformat
import pytest
from notebooks import EXAMPLES, NAMES, executed


def shown(cell: Any) -> list[tuple[str, str]]:
    """Return the kind and the text of a cell's outputs; of a picture the kind alone, and no standard error.

    Pieces of standard output are joined: where Jupyter cuts it depends on the time.
    """
    outputs: list[tuple[str, str]] = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stdout":
            before = outputs.pop()[1] if outputs and outputs[-1][0] == "printed" else ""
            outputs.append(("printed", before + output.text.replace("\r\n", "\n")))
        elif output.output_type in ("display_data", "execute_result"):
            picture = "image/svg+xml" in output.data
            outputs.append(("picture", "") if picture else ("text", output.data["text/plain"]))
    return [(kind, re.sub(r"(numpy|wordvec) [\d.]+", r"\1", text)) for kind, text in outputs]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_what_is_stored_and_progress_is_one_line(name: str) -> None:
    stored = nbformat.read(EXAMPLES / name, as_version=4)
    for before, after in zip(stored.cells, executed(name).cells, strict=True):
        assert shown(after) == shown(before)
        said = "".join(output.text for output in after.get("outputs", []) if output.get("name") == "stderr")
        # Compilation, encoding and the like may each leave a line.
        assert said.count("\n") < 6, said


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_notebook_is_small_and_of_no_machine(name: str) -> None:
    content = (EXAMPLES / name).read_text(encoding="utf-8")
    assert len(content) < 120_000
    assert not re.search(r"/(home|root|tmp|work)/|\bseconds\b [\d.]|it/s| s left|\\r|stderr", content)
    notebook = nbformat.reads(content, as_version=4)
    assert set(notebook.metadata) == {"kernelspec"}
    assert any(shown(cell) for cell in notebook.cells)
