"""Files of the labels of nodes."""

from pathlib import Path
from typing import NamedTuple

from wordvec.corpora.columns import cut, find_separator
from wordvec.corpora.graphs.nodes import NOT_IN_NAMES
from wordvec.errors import InputError
from wordvec.evaluation.datasets import read_lines
from wordvec.representation import short


class NodeLabels(NamedTuple):
    """Labels of nodes.

    Attributes
    ----------
    path
        Path of the file.
    labels
        The labels of each node.
    """

    path: str
    labels: dict[str, list[str]]

    def __repr__(self) -> str:
        return short(self)


def read_node_labels(path: str | Path) -> NodeLabels:
    """Read lines of a node and one or several labels; a node can have several lines, and names are as in a graph.

    Raises
    ------
    InputError
        If the file cannot be read or is empty, or a line has no label.
    """
    path = Path(path)
    lines = [(at, line) for at, line in read_lines(path) if line.strip() and not line.startswith(("#", "%"))]
    separator = find_separator([line for _, line in lines], 2) or " "
    found = NodeLabels(str(path), {})
    for at, line in lines:
        node, *labels = [cell for cell in cut(line.strip(), separator) if cell] or [""]
        if not labels:
            raise InputError(f"{path}, line {at}: {line.strip()!r:.40} has no label; expected a node and its labels")
        known = found.labels.setdefault(NOT_IN_NAMES.sub("_", node), [])
        known += [label for label in dict.fromkeys(labels) if label not in known]
    if not found.labels:
        raise InputError(f"{path}: is empty; expected lines of a node and its labels")
    return found
