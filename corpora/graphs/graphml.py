"""GraphML (Brandes et al. 2002) as a stream of elements: ids of nodes, edges, their direction and weight.

The weight is the data of a key of edges whose ``attr.name`` is ``weight``; NetworkX writes one key for integers and one
for other numbers. Graphs inside nodes are read as one graph. No entity is declared in GraphML, so that a file that
declares some is refused; nothing is loaded from elsewhere.
"""

import math
import xml.parsers.expat as expat
from array import array
from typing import NamedTuple, NoReturn

import numpy as np

from wordvec.corpora.graphs.edges import Edges
from wordvec.corpora.graphs.settings import GraphSettings
from wordvec.corpora.streams import Stream
from wordvec.errors import InputError
from wordvec.representation import short
from wordvec.workers import StopFlag

_CHUNK = 1 << 16
_LONGEST_TAG = 16 << 20


class GraphML(NamedTuple):
    """The nodes and edges of a file.

    Attributes
    ----------
    names
        Ids of the nodes.
    edges
        Edges; those without a direction are in both if the graph is directed.
    directed
        Whether some edges have a direction.
    """

    names: list[str]
    edges: Edges
    directed: bool

    def __repr__(self) -> str:
        return short(self)


def read_graphml(stream: Stream, settings: GraphSettings, stop: StopFlag) -> GraphML:
    """Read a file of GraphML.

    Raises
    ------
    InputError
        If the file is not well-formed or not GraphML, or an edge lacks a node or has a weight that is not a number of
        at least 0.
    """
    reader = _Reader(stream, settings)
    buffer = bytearray(_CHUNK)
    while count := stream.fill(buffer):
        stop.check()
        reader.parse(bytes(buffer[:count]), last=False)
    reader.parse(b"", last=True)
    return reader.graph()


class _Reader:
    def __init__(self, stream: Stream, settings: GraphSettings) -> None:
        self._name, self._settings = stream.name, settings
        self._nodes: dict[str, int] = {}
        self._first, self._second, self._weights = array("I"), array("I"), array("d")
        self._one_way = bytearray()  # for each edge
        self._default = [False]  # direction of the edges of the graphs that are open
        self._weight_keys = set[str]()
        self._usual = ""
        self._key = ""  # of the element data or key that is open
        self._in_edge = self._in_default = self._seen = False
        self._text: list[str] = []
        self._fed = 0
        self._parser = parser = expat.ParserCreate("utf-8" if stream.encoding else None)
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.EntityDeclHandler = self._add, self._entity

    def parse(self, data: bytes, last: bool) -> None:
        """Parse a part of the file."""
        self._fed += len(data)
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise InputError(f"{self._name}: line {error.lineno:,}: is not well-formed XML ({reason})") from error
        if self._fed - max(self._parser.CurrentByteIndex, 0) > _LONGEST_TAG and not last:
            self._refuse(f"a tag or comment is longer than {_LONGEST_TAG >> 20} MiB")

    def graph(self) -> GraphML:
        """Return what was read.

        Raises
        ------
        InputError
            If there is no node.
        """
        if not self._nodes:
            raise InputError(f"{self._name}: holds no node")
        first, second = np.array(self._first, np.uint32), np.array(self._second, np.uint32)
        one_way = np.frombuffer(self._one_way, np.bool_)
        directed = bool(one_way.any()) or self._settings.directed
        weighted = bool(self._weight_keys) and not self._settings.unweighted
        weights = np.array(self._weights, np.float32)
        if directed:
            both = ~one_way if not self._settings.directed else np.zeros(len(first), np.bool_)
            first, second = np.concatenate([first, second[both]]), np.concatenate([second, first[both]])
            weights = np.concatenate([weights, weights[both]])
        return GraphML(list(self._nodes), Edges.of(first, second, weights if weighted else None), directed)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if not self._seen and name != "graphml":
            self._refuse(f"the first element is <{name:.40}>; of the formats of XML only GraphML is read")
        self._seen = True
        if name == "key" and attributes.get("for") in ("edge", "all") and attributes.get("attr.name") == "weight":
            self._key = attributes.get("id", "")
            self._weight_keys.add(self._key)
        elif name == "default" and self._key:
            self._in_default, self._text = True, []
        elif name == "graph":
            self._default.append(attributes.get("edgedefault", "undirected") == "directed")
        elif name == "node":
            self._node(attributes.get("id"))
        elif name == "edge":
            self._edge(attributes)
        elif name == "hyperedge":
            self._refuse("has a hyperedge; edges connect two nodes")
        elif name == "data" and self._in_edge and attributes.get("key") in self._weight_keys:
            self._key, self._text = attributes["key"], []

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "default" and self._in_default:
            self._usual, self._in_default = "".join(self._text), False
        elif name == "key":
            self._key = ""
        elif name == "data" and self._in_edge and self._key:
            self._weights[-1], self._key = self._weight("".join(self._text)), ""
        elif name == "edge":
            self._in_edge = False
            if self._weight_keys and not self._settings.unweighted and math.isnan(self._weights[-1]):
                self._refuse("the edge has no weight, and the key has no default")
        elif name == "graph":
            self._default.pop()

    def _node(self, name: str | None) -> int:
        if not name:
            self._refuse("a node has no id")
        return self._nodes.setdefault(name, len(self._nodes))

    def _edge(self, attributes: dict[str, str]) -> None:
        ends = attributes.get("source"), attributes.get("target")
        if not all(ends):
            self._refuse("an edge lacks its source or target")
        self._first.append(self._node(ends[0]))
        self._second.append(self._node(ends[1]))
        direction = attributes.get("directed")
        self._one_way.append(self._default[-1] if direction is None else direction == "true")
        self._weights.append(self._weight(self._usual) if self._usual else math.nan)
        self._in_edge = True

    def _weight(self, text: str) -> float:
        if self._settings.unweighted:
            return 1.0
        try:
            with np.errstate(over="ignore"):
                weight = float(np.float32(float(text)))
        except ValueError:
            weight = math.nan
        if not math.isfinite(weight) or weight < 0:
            negative = "is negative; walks need weights of at least 0"
            self._refuse(f"the weight {text.strip()!r:.40} {negative if weight < 0 else 'is not a finite number'}")
        return weight

    def _add(self, text: str) -> None:
        if self._key:
            self._text.append(text)

    def _entity(self, name: str, *_: object) -> None:
        self._refuse(f"declares the entity {name:.40}; GraphML has none")

    def _refuse(self, what: str) -> NoReturn:
        raise InputError(f"{self._name}: line {self._parser.CurrentLineNumber:,}: {what}")
