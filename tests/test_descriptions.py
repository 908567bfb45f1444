"""Descriptions of objects in Python: ``repr`` is a few lines, and ``help`` explains every parameter."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import wordvec
from wordvec import EncodedCorpus, SkipGram, Vectors, Vocabulary
from wordvec.evaluation import Table
from wordvec.representation import short

MOST_LETTERS = 1_500
INTERNAL = re.compile(
    r"wordvec\.(cli|kernels|corpora\.(batches|folder|kinds|npy|renumbering|summary)|"
    r"formats\.(doctor|common\.registry)|alignment\.methods|trainers\.(fitting|replicas|updates)|"
    r"distributed\.(counting|encoding|exchange|holder|joining|merging|sentences|shards|team|worker|word_lists))\b"
)
"""Modules whose values do not reach users; those of the methods are settings, which have their own test."""
ARRAY = re.compile("ndarray|NDArray|Rows|Ids|Numbers")
COLLECTION = re.compile(r"list\[|Sequence|tuple\[.*\.\.\.")
WORDS = ["word"] * 10_000


def classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(wordvec.__path__, "wordvec."):
        if module.name.endswith("__main__") or ".cli" in module.name:
            continue
        for name, kind in vars(importlib.import_module(module.name)).items():
            if isinstance(kind, type) and kind.__module__ == module.name and not name.startswith("_"):
                yield kind


def annotations(kind: type) -> dict[str, str]:
    found: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        found |= vars(base).get("__annotations__", {})
    return {name: str(text) for name, text in found.items()}


def large(annotation: str) -> Any:
    """Return a large value of a type, or None."""
    if "Callable" in annotation:
        return None
    if ARRAY.search(annotation):
        return np.zeros((10_000, 10))
    if "dict[" in annotation or "Mapping" in annotation:
        return {str(number): WORDS for number in range(100)}
    return WORDS if COLLECTION.search(annotation) else None


def filled(kind: type) -> Any:
    """Return an object whose fields are large, without its checks."""
    values = {name: large(text) for name, text in annotations(kind).items()}
    if hasattr(kind, "_fields"):
        return tuple.__new__(kind, [values[name] for name in kind._fields])
    made = object.__new__(kind)
    for field in dataclasses.fields(kind):
        object.__setattr__(made, field.name, values[field.name])
    return made


def with_fields() -> list[type]:
    kinds = (kind for kind in classes() if dataclasses.is_dataclass(kind) or hasattr(kind, "_fields"))
    own = {"Change", "Estimate"}  # Change has properties, and is tested below.
    return [kind for kind in kinds if not INTERNAL.match(kind.__module__) and kind.__name__ not in own]


def test_no_object_prints_all_its_words_or_numbers() -> None:
    long = {}
    for kind in with_fields():
        if inspect.isabstract(kind):
            continue
        if len(text := repr(filled(kind))) > MOST_LETTERS:
            long[kind] = text[:80]
    assert long == {}


def test_containers_say_what_they_hold() -> None:
    vectors = Vectors([f"w{number}" for number in range(5_000)], np.ones((5_000, 3)))
    table = Table([{f"column{number}": number for number in range(400)}] * 500)
    with EncodedCorpus.from_sentences([vectors.words]) as corpus:
        vocabulary: Vocabulary = corpus.vocabulary
        for described, said in (
            (vectors, "5000 words of dim 3"),
            (table, "<Table: 500 rows of column0, column1"),
            (corpus, "5,000 tokens"),
            (vocabulary, "5,000 words"),
        ):
            assert said in repr(described)
            assert len(repr(described)) < 300


def test_arrays_are_named_by_shape_and_collections_by_their_first_items() -> None:
    @dataclasses.dataclass
    class Found:
        words: list[str]
        by: dict[str, Any]
        rows: Any
        pair: tuple[int, int]
        kind: str

    found = Found(["a", "b", "c", "d"], {"x": [1] * 9}, np.zeros((2, 3), np.float32), (1, 2), "k" * 200)
    assert short(found).startswith(
        "Found(words=['a', 'b', 'c', ... 4 in all], by={'x': [1, 1, 1, ...]}, rows=<(2, 3) float32 array>, "
        "pair=(1, 2), kind='kkk"
    )
    assert len(short(found)) < 300


def declared() -> list[type]:
    kinds = [kind for kind in classes() if dataclasses.is_dataclass(kind) and not inspect.isabstract(kind)]
    bases = {base for kind in kinds for base in kind.__mro__[1:]}
    settings = (k for k in kinds if any("help" in field.metadata for field in dataclasses.fields(k)))
    return [kind for kind in settings if kind not in bases or kind.__subclasses__() == []]


@pytest.mark.parametrize("kind", declared(), ids=lambda kind: kind.__name__)
def test_help_explains_every_parameter(kind: type) -> None:
    text = inspect.getdoc(kind) or ""
    section = text.partition("Parameters\n----------\n")[2]
    described = set()
    for line in section.splitlines():
        if line and not line[0].isspace():
            described |= {name.strip() for name in line.partition(" :")[0].split(",")}
    lacking = [field.name for field in dataclasses.fields(kind) if field.init and field.name not in described]
    assert lacking == []
    assert text.count("Parameters\n---") == 1


def test_parameters_have_type_default_range_and_choices() -> None:
    text = inspect.getdoc(SkipGram) or ""
    assert text.startswith("Predict the centre of a window from each of its words, with word2vec's roles")
    for entry in (
        "dim : int, default 100\n    Number of dimensions of a vector (at least 2).\n",
        "negatives_per : {'window', 'pair'}\n    Draw noise words for each window",
        "loss : {'negative-sampling', 'hierarchical-softmax'}, default 'negative-sampling'\n    Distinguish",
        "epochs : int | None\n    Passes over the corpus; default: automatic",
    ):
        assert entry in text


def test_examples_and_errors_stay_below_the_parameters() -> None:
    for kind in (wordvec.GloVe, wordvec.slices.change_settings.ChangeSettings):
        text = inspect.getdoc(kind) or ""
        later = "Examples\n--------" if kind is wordvec.GloVe else "Raises\n------"
        assert 0 < text.index("Parameters\n----------") < text.index(later)
