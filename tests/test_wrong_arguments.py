"""The public API with wrong but plausible arguments: no exception from inside, whatever is given where.

Allowed are results, errors of `wordvec.errors`, and TypeErrors that name the argument. Flags are left out: anything
is true or false.
"""

import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from wordvec import (
    CBOW,
    PPMISVD,
    BitCipher,
    Compass,
    Cooccurrence,
    EncodedCorpus,
    GloVe,
    Graph,
    Node2Vec,
    SkipGram,
    Vectors,
    Vocabulary,
    WordvecError,
    alignment,
    arguments,
    evaluation,
    random_walks,
)
from wordvec.alignment import Anchors, Mapping, Procrustes
from wordvec.corpora.concordance import concordance
from wordvec.corpora.graphs.hold_out import hold_out
from wordvec.corpora.keywords import keywords
from wordvec.corpora.merging import merge
from wordvec.corpora.splitting import split
from wordvec.language_models import (
    Distillation,
    Encoder,
    LayerSettings,
    Source,
    SubwordVocabulary,
    embedding_layer,
    token_vectors,
)
from wordvec.sentences import TokenLists

SENTENCES = [["tea", "with", "milk"], ["tea", "with", "rum"]] * 20


class Model:
    """Looks like a model of gensim's from afar."""

    def __init__(self) -> None:
        self.wv: dict[str, object] = {}


WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    3,
    2.5,
    float("nan"),
    "tea",
    "",
    b"tea",
    "no such file.txt",
    [],
    (),
    {},
    set(),
    ["tea", "zebra"],
    ("tea", "milk"),
    {"tea"},
    {"tea": 1},
    ["tea", 3],
    [["tea", "milk"], ["rum"]],
    [("tea", "milk", "rum")],
    [("tea", "milk")],
    [None],
    [1.0, 2.0],
    [[1.0], [2.0, 3.0]],
    np.zeros(2),
    np.ones((2, 2)),
    np.array(3),
    np.array(["tea", "milk"]),
    np.array([1j, 2]),
    np.array([None, "tea"]),
    slice(0, 2),
    Path("no such file.txt"),
    object(),
    Model(),
    len,
    "\ud800",
]


class Public(NamedTuple):
    """A call that works, argument by argument."""

    name: str
    call: Callable[..., Any]
    arguments: dict[str, Any]


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Public]]:
    folder = tmp_path_factory.mktemp("arguments")
    vectors = Vectors(["tea", "milk", "rum"], [[1, 0.5], [0.2, 1], [-1, 0.3]], [3, 2, 1])
    others = Vectors(["tea", "milk", "rum"], [[1, 0.4], [0.1, 1], [-1, 0.2]], [3, 2, 1])
    vectors.save(folder / "a.vec")
    (folder / "text.txt").write_text("tea with milk\n" * 9)
    (folder / "pairs.txt").write_text("tea milk\nmilk rum\n")
    (folder / "graph.txt").write_text("tea milk\nmilk rum\nrum tea\nrum gin\n")
    (folder / "labels.txt").write_text("tea a\nmilk b\nrum b\n")
    (folder / "links.txt").write_text("tea milk 1\nmilk rum 0\n")
    (folder / "lexicon.txt").write_text("tea milk\n")
    (folder / "scores.txt").write_text("tea milk 3\nmilk rum 2\ntea rum 1\n")
    (folder / "questions.txt").write_text(": s\ntea milk rum tea\n")
    with (
        EncodedCorpus.from_sentences(SENTENCES, folder / "corpus") as corpus,
        Cooccurrence.count(corpus, folder / "counts", min_count=1) as counts,
    ):
        yield list(_calls(folder, vectors, others, corpus, counts))


def _calls(
    folder: Path, vectors: Vectors, others: Vectors, corpus: EncodedCorpus, counts: Cooccurrence
) -> Iterator[Public]:
    anchors = alignment.identical(vectors, others)
    mapping = Procrustes(steps="unit").fit(vectors, others, anchors)
    yield Public("Vectors", Vectors, {"words": ["a"], "matrix": [[1.0]], "counts": [1], "metadata": {}})
    yield Public("Vectors.load", Vectors.load, {"path": folder / "a.vec", "format": "word2vec", "limit": 2})
    yield Public("save", vectors.save, {"path": folder / "b.vec", "format": "word2vec"})
    yield Public("Vectors.from_gensim", Vectors.from_gensim, {"model": vectors.to_gensim()})
    yield Public("[]", vectors.__getitem__, {"word": "tea"})
    yield Public("in", vectors.__contains__, {"word": "tea"})
    one = {"n": 2, "among": ["tea"], "min_similarity": 0.1, "threads": 1}
    yield Public("nearest", vectors.nearest, {"query": "tea"} | one)
    yield Public("nearest of sums", vectors.nearest, {"positive": ["tea"], "negative": ["milk"]})
    yield Public("most_similar_to", vectors.most_similar_to, {"vector": np.ones(2), "n": 1})
    yield Public("analogy", vectors.analogy, {"a": "tea", "b": "milk", "c": "rum", "n": 1, "threads": 1})
    yield Public("analogies", vectors.analogies, {"questions": [("tea", "milk", "rum")], "n": 1})
    yield Public("similarity", vectors.similarity, {"a": "tea", "b": "milk"})
    yield Public("similarity_matrix", vectors.similarity_matrix, {"words": ["tea", "milk"]})
    yield Public("doesnt_match", vectors.doesnt_match, {"words": ["tea", "milk", "rum"]})
    yield Public("mean", vectors.mean, {"words": ["tea", "milk"], "weights": [1, 2]})
    yield Public("subset", vectors.subset, {"words": ["tea"]})
    yield Public("spelling", vectors.spelling, {"word": "tea"})
    yield Public("near_spellings", vectors.near_spellings, {"word": "tae", "n": 2})
    yield Public("from_text", EncodedCorpus.from_text, {"paths": folder / "text.txt", "threads": 1})
    yield Public("from_text into", EncodedCorpus.from_text, {"paths": folder / "text.txt", "folder": folder / "new"})
    for setting in (
        "tokenizer",
        "normalize",
        "lowercase",
        "sentence",
        "max_sentence",
        "max_words",
        "vocabulary",
        "field",
        "documents",
        "name_field",
        "keep_fields",
        "columns",
        "token",
        "xml_text",
        "encoding",
    ):
        yield Public(f"{setting} of", EncodedCorpus.from_text, {"paths": folder / "text.txt", setting: None})
    yield Public("from_sentences", EncodedCorpus.from_sentences, {"sentences": SENTENCES, "threads": 1})
    yield Public("from_documents", EncodedCorpus.from_documents, {"documents": [("a", "b c")], "threads": 1})
    yield Public("merge", merge, {"corpora": [folder / "corpus"], "folder": folder / "merged"})
    yield Public("split", split, {"corpus": corpus, "folder": folder / "split", "field": "year", "every": 1})
    looked = {"words": ["tea"], "number": 2, "near": ["milk"], "window": 3, "seed": 1}
    yield Public("concordance", concordance, {"corpus": corpus} | looked)
    judged = {
        "number": 2,
        "names": ["A", "B"],
        "by": "log-ratio",
        "min_count": 1,
        "prior": 9,
        "resamples": 3,
        "seed": 2,
    }
    yield Public("keywords", keywords, {"a": corpus, "b": corpus} | judged)
    graph = Graph.load(folder / "graph.txt")
    yield Public("Graph.load", Graph.load, {"path": folder / "graph.txt", "threads": 1})
    yield Public("from_edges", Graph.from_edges, {"edges": [("a", "b", 2)]})
    yield Public("neighbours_of", graph.neighbours_of, {"name": "tea"})
    walking = {"walks": 1, "length": 3, "p": 0.5, "q": 2.0, "seed": 1, "threads": 1}
    yield Public("random_walks", random_walks, {"graph": graph, "folder": folder / "walks"} | walking)
    yield Public("hold_out", hold_out, {"graph": graph, "share": 0.1, "seed": 1})
    held = hold_out(graph, 0.2)
    yield Public("held.save", held.save, {"edges": folder / "rest.txt", "pairs": folder / "held.txt"})
    yield Public("node2vec.fit", Node2Vec(dim=2, walks=1, length=3, threads=1).fit, {"corpus": graph})
    yield Public("EncodedCorpus.open", EncodedCorpus.open, {"folder": folder / "corpus", "threads": 1})
    yield Public("Cooccurrence.open", Cooccurrence.open, {"folder": folder / "counts"})
    counting = {"min_count": 1, "window": 2, "weighting": "flat", "direction": "left", "sample": 0.0, "memory": 0.1}
    yield Public("count", Cooccurrence.count, {"corpus": corpus, "threads": 1} | counting)
    yield Public("from_glove", Cooccurrence.from_glove, {"records": folder / "x", "vocabulary": folder / "y"})
    yield Public("to_glove", counts.to_glove, {"records": folder / "r.bin", "vocabulary": folder / "v.txt"})
    yield Public("from_words", Vocabulary.from_words, {"words": ["a", "b"], "counts": [2, 1]})
    yield Public("Vocabulary.load", Vocabulary.load, {"path": folder / "corpus" / "vocabulary.txt"})
    yield Public("vocabulary.save", corpus.vocabulary.save, {"path": folder / "vocabulary.txt"})
    yield Public("vocabulary.cut", corpus.vocabulary.cut, {"min_count": 2})
    small = {"dim": 2, "min_count": 1, "threads": 1}
    for trainer in (SkipGram(epochs=1, **small), CBOW(epochs=1, **small)):
        given = {"corpus": corpus, "init": vectors, "init_contexts": None, "checkpoint": None}
        yield Public(f"{trainer.method}.fit", trainer.fit, given)
        yield Public(f"{trainer.method}.estimate", trainer.estimate, {"corpus": corpus})
    for counter in (GloVe(epochs=1, **small), PPMISVD(**small)):
        yield Public(f"{counter.method}.fit", counter.fit, {"corpus": counts})
    yield Public("bit-cipher.fit", BitCipher(bits=4, min_count=1, threads=1).fit, {"corpus": corpus})
    for kind in (
        SkipGram,
        CBOW,
        Node2Vec,
        GloVe,
        PPMISVD,
        BitCipher,
        Compass,
        Procrustes,
        alignment.Refine,
        alignment.VecMap,
    ):
        for field in kind.__dataclass_fields__:
            yield Public(kind.__name__, kind, {field: None})
    compass = Compass(dim=2, min_count=1, epochs=1, slice_epochs=1, threads=1)
    yield Public("compass.fit", compass.fit, {"slices": {"a": corpus, "b": corpus}})
    methods = (Procrustes(), alignment.Linear(), alignment.RCSLS(steps="unit"), alignment.Refine(), alignment.VecMap())
    for method in methods:
        given = {"source": vectors, "target": others, "anchors": anchors, "validation": None}
        yield Public(f"{method.method}.fit", method.fit, given)
    yield Public("Mapping.of", Mapping.of, {"matrix": np.eye(2), "steps": "unit", "record": {}})
    yield Public("Mapping.load", Mapping.load, {"path": folder / "map.npz"})
    yield Public("mapping.save", mapping.save, {"path": folder / "map.npz"})
    yield Public("apply", mapping.apply, {"vectors": vectors})
    yield Public("apply_to_target", mapping.apply_to_target, {"vectors": vectors})
    yield Public("then", mapping.then, {"other": mapping})
    yield Public("read_dictionary", alignment.read_dictionary, {"path": folder / "pairs.txt"})
    sides = {"source": vectors, "target": others}
    pairs = {"pairs": [("tea", "milk")]}
    yield Public("from_dictionary", alignment.from_dictionary, pairs | sides | {"cutoff": 2, "name": "x"})
    yield Public("identical", alignment.identical, sides | {"cutoff": 3, "min_count": 1})
    yield Public("induce", alignment.induce, sides | {"words": ["tea"], "number": 1, "retrieval": "nearest"})
    yield Public(
        "retrofit", alignment.retrofit, {"vectors": vectors, "lexicon": folder / "lexicon.txt", "iterations": 2}
    )
    (folder / "vocab.txt").write_text("[PAD]\n[UNK]\ntea\nmilk\n", encoding="utf-8")
    vocabulary = SubwordVocabulary.load(folder / "vocab.txt")
    yield Public("SubwordVocabulary.load", SubwordVocabulary.load, {"path": folder / "vocab.txt"})
    given = {"vocabulary": vocabulary, "matrix": np.ones((4, 2)), "head": None, "known": np.ones(4, bool)}
    yield Public("Source", Source, given | {"name": "a", "head_name": "b"})
    yield Public("Source.load", Source.load, {"matrix": folder / "x.npy", "vocabulary": vocabulary, "head": None})
    yield Public("LayerSettings", LayerSettings, {"mode": "ofa", "neighbours": 3, "temperature": 0.1, "seed": 1})
    layered = {"settings": LayerSettings(), "vocabulary": vocabulary, "vectors": vectors, "source": None}
    yield Public("embedding_layer", embedding_layer, layered | {"source_vectors": None, "corpus": None})
    yield Public("token_vectors", token_vectors, {"vectors": vectors, "vocabulary": vocabulary, "weighting": "counts"})
    yield Public("Distillation", Distillation, {"method": "words", "dim": 2, "weighting": "sif", "a": 0.1})
    lines = TokenLists([["tea"], ["milk", "rum"]])
    distilled = {"teacher": vectors, "texts": lines, "targets": np.ones((2, 2))}
    yield Public("Distillation.fit", Distillation(method="sentences", strength=1).fit, distilled)
    yield Public("Encoder", Encoder, {"folder": folder})
    yield Public("aligned_in_turn", alignment.aligned_in_turn, {"slices": [vectors, others], "steps": "unit"})
    drawn = {"case": "ignore", "resamples": 100, "seed": 1}
    judged = {"vectors": {"a": vectors}, "datasets": [folder / "scores.txt"]}
    yield Public("evaluation.similarity", evaluation.similarity, judged | drawn)
    yield Public("evaluation.analogy", evaluation.analogy, judged | {"datasets": [folder / "questions.txt"]})
    translated = {"sources": {"a": vectors}, "target": others, "dictionary": [("tea", "milk")]}
    yield Public("evaluation.translation", evaluation.translation, translated | drawn)
    yield Public(
        "evaluation.probe", evaluation.probe, {"vectors": vectors, "train": folder / "x", "test": folder / "y"}
    )
    texts = {"train": folder / "text.txt", "test": folder / "text.txt"}
    yield Public("evaluation.classify", evaluation.classify, {"vectors": vectors} | texts)
    grouped = {"labels": folder / "labels.txt", "shares": [0.5], "splits": 2, "strength": 1.0, "seed": 1}
    yield Public("evaluation.nodes", evaluation.nodes, {"vectors": vectors} | grouped)
    linked = {"pairs": folder / "links.txt", "resamples": 100, "seed": 1}
    yield Public("evaluation.links", evaluation.links, {"vectors": vectors} | linked)
    truth = {"scores": [folder / "pairs.txt"], "truth": folder / "pairs.txt"}
    yield Public("evaluation.graded_change", evaluation.graded_change, truth)
    associated = {"vectors": {"a": vectors}, "case": "ignore", "seed": 1, "resamples": 100}
    poles = {"poles": (["tea"], ["milk"]), "words": ["rum"], "number": 1, "limit": 3, "method": "pairs", "expand": 0}
    yield Public("evaluation.axis", evaluation.axis, associated | poles)
    tested = {"targets": [["tea"], ["milk"]], "attributes": [["rum"], ["gin"]], "measure": "weat", "permutations": 99}
    yield Public("evaluation.association", evaluation.association, associated | tested)
    for measured in (evaluation.outliers, evaluation.categorise, evaluation.norms):
        given = associated | {"datasets": [folder / "labels.txt"]}
        yield Public(f"evaluation.{measured.__name__}", measured, given)
    space = alignment.MeasuredSpace(vectors.words, np.eye(3), ["a", "b", "c"])
    spaced = {"words": ["tea"], "matrix": np.ones((1, 2)), "names": ["a", "b"], "name": "x", "notes": []}
    yield Public("MeasuredSpace", alignment.MeasuredSpace, spaced)
    for setting in alignment.Grounding.__dataclass_fields__:
        yield Public("Grounding", alignment.Grounding, {setting: None})
    grounded = alignment.Grounding()
    yield Public("grounding.fit", grounded.fit, {"vectors": vectors, "space": space, "case": "ignore"})
    yield Public("grounded", grounded.fit(vectors, space).vectors, {"vectors": vectors})
    evaluated = {"vectors": vectors, "space": space, "settings": None, "folds": 2, "permutations": 1}
    yield Public("evaluation.grounding", evaluation.grounding, evaluated | drawn)
    defined = {"vectors": {"a": vectors}, "dataset": folder / "pairs.txt", "test": 0.5, "limit": 2}
    yield Public("evaluation.definitions", evaluation.definitions, defined | {"tokenizer": "words"} | drawn)
    regressed = {
        "corpus": corpus,
        "vectors": vectors,
        "words": ["tea"],
        "fields": ["year"],
        "categorical": [],
        "number": 2,
    }
    yield Public("evaluation.context_regression", evaluation.context_regression, regressed | {"window": 2, "seed": 1})
    yield Public("evaluation.report", evaluation.report, {"vectors": {"a": vectors}, "settings": None})
    yield Public("evaluation.Table", evaluation.Table, {"rows": [{"a": 1}], "notes": ["x"]})
    yield Public("Anchors", Anchors, {"source": np.zeros(1, np.int64), "target": np.zeros(1, np.int64), "record": {}})


def _fault(call: Callable[..., Any], given: dict[str, Any]) -> str | None:
    """Return the exception from inside, or None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = call(**given)
            if isinstance(result, EncodedCorpus | Cooccurrence):
                result.close()
    except WordvecError:
        return None
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        if isinstance(error, TypeError) and where.filename == arguments.__file__:
            return None
        if isinstance(error, TypeError) and where.filename == __file__:  # the call itself does not fit
            return None
        if isinstance(error, TypeError) and where.name == "__array__" and where.filename.endswith("lookup.py"):
            return None
        return f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
    return None


def test_no_argument_of_the_public_api_lets_an_exception_out_from_inside(
    calls: list[Public], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    faults = []
    for public in calls:
        for name in public.arguments:
            for value in WRONG:
                fault = _fault(public.call, public.arguments | {name: value})
                if fault is not None:
                    faults.append(f"{public.name}({name}={value!r:.60}): {fault}")
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
