"""What runs in a fresh Python process of its own: ``python -m tests.benchmarks.jobs NAME KEY=VALUE...``.

Each job prints one JSON object, its last line. Parameters come as text and are turned into what the signature says.
"""

import inspect
import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

Figures = dict[str, float]


def gensim(
    text: str,
    output: str,
    sg: int,
    dim: int,
    window: int,
    negatives: int,
    sample: float,
    min_count: int,
    epochs: int,
    threads: int,
    rate: float,
    seed: int,
    min_n: int,
    max_n: int,
    buckets: int,
) -> Figures:
    """Train with ``corpus_file``, gensim's fastest way; the three phases are timed apart."""
    from gensim.models import FastText, Word2Vec
    from gensim.models.fasttext import save_facebook_model

    kind: Any = FastText if max_n else Word2Vec
    subwords = {"min_n": min_n, "max_n": max_n, "bucket": buckets} if max_n else {}
    model = kind(
        sg=sg,
        vector_size=dim,
        window=window,
        negative=negatives,
        sample=sample,
        min_count=min_count,
        epochs=epochs,
        workers=threads,
        alpha=rate,
        seed=seed,
        **subwords,
    )
    clock = Clock()
    model.build_vocab(corpus_file=text)
    clock.lap("vocabulary")
    model.train(
        corpus_file=text, total_examples=model.corpus_count, total_words=model.corpus_total_words, epochs=epochs
    )
    clock.lap("training")
    model.wv.save_word2vec_format(output)
    if max_n:
        save_facebook_model(model, output.removesuffix(".vec") + ".bin")
    clock.lap("writing")
    return clock.laps


def read(text: str, settings: str) -> Figures:
    """Read a file without tokenising it."""
    from wordvec.corpora.readers import blocks, sources
    from wordvec.corpora.settings import EncodingSettings

    reading = EncodingSettings(**json.loads(settings)).reading
    (source,) = sources(text)
    begun = time.perf_counter()
    size = sum(map(len, blocks(source, reading)))
    return {"seconds": time.perf_counter() - begun, "bytes": size}


def fasttext(
    text: str,
    output: str,
    model: str,
    dim: int,
    window: int,
    negatives: int,
    sample: float,
    min_count: int,
    epochs: int,
    threads: int,
    rate: float,
    min_n: int,
    max_n: int,
    buckets: int,
) -> Figures:
    """Train by the Python module; it takes no seed."""
    # It has neither types nor stubs.
    trained = import_module("fasttext").train_unsupervised(
        text,
        model=model,
        dim=dim,
        ws=window,
        neg=negatives,
        t=sample,
        minCount=min_count,
        epoch=epochs,
        thread=threads,
        lr=rate,
        minn=min_n,
        maxn=max_n,
        bucket=buckets,
        verbose=2,
    )
    with Path(output).open("w", encoding="utf-8") as file:
        words = trained.get_words()
        print(len(words), dim, file=file)
        for word in words:
            print(word, *(f"{number:.5g}" for number in trained.get_word_vector(word)), file=file)
    if max_n:
        trained.save_model(output.removesuffix(".vec") + ".bin")
    return {}


def gensim_vocabulary(text: str) -> Figures:
    """Count the words of a text."""
    from gensim.models import Word2Vec

    model = Word2Vec(min_count=5)
    clock = Clock()
    model.build_vocab(corpus_file=text)
    clock.lap("seconds")
    return clock.laps


def encode(text: str, warm: str, folder: str, threads: int) -> Figures:
    """Count and encode a text; `warm` is a short one by which the kernels are loaded first."""
    from wordvec import EncodedCorpus

    EncodedCorpus.from_text([warm], folder + "-warm", threads=threads, overwrite=True).close()
    clock = Clock()
    EncodedCorpus.from_text([text], folder, threads=threads, overwrite=True).close()
    clock.lap("seconds")
    return clock.laps


def count(corpus: str, folder: str, threads: int) -> Figures:
    """Count an encoded corpus as one sentence, kernels loaded by a short text first."""
    from wordvec import Cooccurrence, EncodedCorpus

    with EncodedCorpus.from_sentences(["a b a b"]) as small:
        Cooccurrence.count(small, min_count=1).close()
    with EncodedCorpus.open(corpus) as encoded:
        clock = Clock()
        counts = Cooccurrence.count(encoded, folder, across_sentences=True, threads=threads, overwrite=True)
        clock.lap("seconds")
        return clock.laps | {"entries": len(counts.columns)}


def count_window(corpus: str, folder: str, threads: int) -> Figures:
    """Count an encoded corpus within sentences, window 5, every word as much; kernels loaded before."""
    from wordvec import Cooccurrence, EncodedCorpus

    with EncodedCorpus.from_sentences(["a b a b"]) as small:
        Cooccurrence.count(small, min_count=1).close()
    with EncodedCorpus.open(corpus) as encoded:
        clock = Clock()
        Cooccurrence.count(encoded, folder, window=5, weighting="flat", threads=threads, overwrite=True).close()
        clock.lap("seconds")
        return clock.laps


def bit_cipher(corpus: str, threads: int) -> Figures:
    """Make vectors of 200 bits, radius 5; kernels loaded before."""
    from wordvec import BitCipher, EncodedCorpus

    with EncodedCorpus.from_sentences(["a b a b"]) as small:
        BitCipher(bits=2, min_count=1).fit(small)
    with EncodedCorpus.open(corpus) as encoded:
        clock = Clock()
        BitCipher(bits=200, threads=threads).fit(encoded)
        clock.lap("seconds")
        return clock.laps


def phrases(corpus: str, folder: str, threads: int, passes: int, connectors: str) -> Figures:
    """Find phrases in an encoded corpus and write it with them joined; kernels loaded before."""
    from wordvec import EncodedCorpus
    from wordvec.corpora.phrases import Phrases

    with EncodedCorpus.from_sentences(["a of b a of b"] * 3) as small:
        Phrases.find(small, min_count=1, connectors=["of"], passes=2, threshold=0).apply(small).close()
    settings = {"score": "gensim", "passes": passes, "connectors": connectors or None}
    with EncodedCorpus.open(corpus) as encoded:
        clock = Clock()
        found = Phrases.find(encoded, threads=threads, **settings)
        clock.lap("finding")
        with found.apply(encoded, folder, threads=threads, overwrite=True) as joined:
            clock.lap("joining")
            return clock.laps | clock.total() | {"phrases": len(found), "tokens": len(joined.ids)}


def gensim_phrases(text: str, output: str, passes: int, connectors: str) -> Figures:
    """Find phrases in a text and write it with them joined.

    The last pass is frozen, as gensim advises, if there is only one: a frozen model of a second pass scores other
    phrases, because it splits words at the delimiter.
    """
    from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS, Phrases
    from gensim.models.word2vec import LineSentence

    words = ENGLISH_CONNECTOR_WORDS if connectors else frozenset()
    clock = Clock()
    sentences: Any = LineSentence(text)
    for number in range(passes):
        model: Any = Phrases(sentences, connector_words=words)
        if passes == 1:
            model = model.freeze()
        sentences = _Transformed(model, sentences)
        clock.lap(f"finding {number + 1}")
    tokens = 0
    with Path(output).open("w", encoding="utf-8") as file:
        for sentence in sentences:
            tokens += len(sentence)
            file.write(" ".join(sentence) + "\n")
    clock.lap("joining")
    return clock.laps | clock.total() | {"tokens": tokens}


class _Transformed:
    """Sentences with phrases joined, each time they are read."""

    def __init__(self, model: Any, sentences: Any) -> None:
        self._model, self._sentences = model, sentences

    def __iter__(self) -> Any:
        return iter(self._model[self._sentences])


def gensim_files(output: str, rows: int, dim: int) -> Figures:
    """Write vectors as text and read them."""
    from gensim.models import KeyedVectors

    vectors = KeyedVectors(dim)
    words, matrix = random_vectors(rows, dim)
    vectors.add_vectors(words, matrix)
    clock = Clock()
    binary, header = output.endswith(".bin"), not output.endswith(".txt")
    vectors.save_word2vec_format(output, binary=binary, write_header=header)
    clock.lap("writing")
    again = KeyedVectors.load_word2vec_format(output, binary=binary, no_header=not header)
    clock.lap("reading")
    return clock.laps | {"exact": bool((again.vectors == matrix).all() and again.index_to_key == words)}


def wordvec_files(output: str, rows: int, dim: int) -> Figures:
    """Write vectors in the format of the ending and read them, kernels loaded by a short file first."""
    from wordvec import formats

    for count in (10, rows):
        words, matrix = random_vectors(count, dim)
        plain = formats.Plain(words, matrix, None, {})
        clock = Clock()
        formats.save(plain, Path(output), overwrite=True)
        clock.lap("writing")
        again = formats.load(Path(output))
        clock.lap("reading")
    return clock.laps | {"exact": bool((again.matrix == matrix).all() and list(again.words) == words)}


class Clock:
    """Seconds between laps, by name."""

    def __init__(self) -> None:
        self.laps: Figures = {}
        self._last = time.perf_counter()
        self._begun, self._worked = self._last, time.process_time()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name], self._last = now - self._last, now

    def total(self) -> Figures:
        """Return the seconds since the beginning, and the processor time of all threads."""
        return {"seconds": time.perf_counter() - self._begun, "worked": time.process_time() - self._worked}


def node2vec(graph: str, output: str, threads: int, p: float, q: float) -> Figures:
    """Train node2vec on a graph and write the vectors, with wordvec's defaults; kernels loaded before."""
    from wordvec import Graph, Node2Vec

    Node2Vec(walks=1, length=3, p=p, q=q, threads=1).fit(Graph.from_edges([("a", "b"), ("b", "c")]))
    clock = Clock()
    read = Graph.load(graph, threads=threads)
    clock.lap("reading")
    trainer = Node2Vec(p=p, q=q, threads=threads)
    with trainer.walk(read) as walks:
        clock.lap("walking")
        vectors, tokens = trainer.fit(walks), len(walks.ids)
    clock.lap("training")
    vectors.save(output, overwrite=True)
    return clock.laps | clock.total() | {"tokens": tokens}


def pecanpy(graph: str, output: str, p: float, q: float) -> Figures:
    """Do the same with PecanPy and gensim, one thread; kernels are compiled in the time of walking."""
    from gensim.models import Word2Vec
    from pecanpy.pecanpy import SparseOTF

    clock = Clock()
    walker = SparseOTF(p=p, q=q, workers=1, verbose=False)
    walker.read_edg(graph, weighted=False, directed=False)
    clock.lap("reading")
    walks = walker.simulate_walks(num_walks=10, walk_length=80)
    clock.lap("walking")
    model = Word2Vec(walks, vector_size=128, window=10, sg=1, min_count=0, workers=1, epochs=1)
    clock.lap("training")
    model.wv.save_word2vec_format(output)
    return clock.laps | clock.total() | {"tokens": sum(map(len, walks))}


def node_labels(vectors: str, labels: str) -> Figures:
    """Return F1 of the labels at half of the nodes, ten splits."""
    from wordvec import Vectors
    from wordvec.evaluation import nodes

    row = nodes(Vectors.load(vectors), labels).rows[0]
    return {name: row[name] for name in ("micro_f1", "macro_f1")}


def graph_walks(graph: str, folder: str, threads: int, p: float, q: float) -> Figures:
    """Read a graph and write one walk of 80 from each node; kernels loaded before."""
    from wordvec import Graph, random_walks

    random_walks(Graph.from_edges([("a", "b")]), walks=1, p=p, q=q).close()
    clock = Clock()
    read = Graph.load(graph, threads=threads)
    clock.lap("reading")
    with random_walks(read, folder, walks=1, p=p, q=q, threads=threads, overwrite=True) as walks:
        clock.lap("walking")
        return clock.laps | clock.total() | {"tokens": len(walks.ids)}


def random_vectors(rows: int, dim: int) -> tuple[list[str], Any]:
    """Return words and numbers of the size that trained vectors have."""
    matrix = np.random.default_rng(1).normal(0, 0.3, (rows, dim)).astype(np.float32)
    return [f"word{row}" for row in range(rows)], matrix


JOBS: list[Callable[..., Figures]] = [
    read,
    gensim,
    fasttext,
    gensim_vocabulary,
    encode,
    count,
    count_window,
    bit_cipher,
    phrases,
    gensim_phrases,
    gensim_files,
    wordvec_files,
    node2vec,
    pecanpy,
    node_labels,
    graph_walks,
]


def main() -> None:
    function = {function.__name__: function for function in JOBS}[sys.argv[1]]
    kinds = inspect.signature(function).parameters
    words = dict(argument.split("=", 1) for argument in sys.argv[2:])
    print("\n" + json.dumps(function(**{name: kinds[name].annotation(text) for name, text in words.items()})))


if __name__ == "__main__":
    main()
