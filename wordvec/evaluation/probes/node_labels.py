"""Files of the labels of nodes."""

from pathlib import Path
from typing import NamedTuple

from wordvec.errors import InputError
from wordvec.evaluation.datasets import read_lines
from wordvec.evaluation.probes.node_lines import node_lines, node_name
from wordvec.representation import short


class NodeLabels(NamedTuple):
    """Labels of nodes.

    Attributes
    ----------
    path
        Path of the file.
    labels
        The labels of each node.
    comments
        Number of lines that begin with # or % after the first other line, and were left out.
    """

    path: str
    labels: dict[str, list[str]]
    comments: int = 0

    def __repr__(self) -> str:
        return short(self)


def read_node_labels(path: str | Path, *, comments: bool = True) -> NodeLabels:
    """Read lines of a node and one or several labels; a node can have several lines, and names are as in a graph.

    Parameters
    ----------
    path
        The file.
    comments
        Leave out lines that begin with ``#`` or ``%``.

    Raises
    ------
    InputError
        If the file cannot be read or is empty, or a line has no label.
    """
    path = Path(path)
    every = [(at, line) for at, line in read_lines(path) if line.strip()]
    marked = [comments and line.startswith(("#", "%")) for _, line in every]
    lines = [line for line, comment in zip(every, marked, strict=True) if not comment]
    if not lines:
        every_line = "holds only lines that begin with # or %, which are comments unless --no-comments (comments=False)"
        raise InputError(f"{path}: {every_line if every else 'is empty; expected lines of a node and its labels'}")
    found = NodeLabels(str(path), {}, sum(marked[marked.index(False) :]))
    for at, text, cells in node_lines(path, lines, 2):
        node, *labels = [cell for cell in cells if cell] or [""]
        if not labels:
            raise InputError(f"{path}, line {at}: {text!r:.40} has no label; expected a node and its labels")
        known = found.labels.setdefault(node_name(node), [])
        known += [label for label in dict.fromkeys(labels) if label not in known]
    return found
