"""Paragraph vectors on 20 Newsgroups: quality and speed beside gensim's Doc2Vec, TF-IDF and LSA.

    python examples/documents.py measure MESSAGES.jsonl RESULTS.jsonl [--threads 2] [--only NAME ...]
    python examples/documents.py codes MESSAGES.jsonl RESULTS.jsonl [--threads 2] [--bits 32 64 128] [--only NAME ...]
    python examples/documents.py table RESULTS.jsonl

MESSAGES.jsonl has records with `id`, `label` and `text`. Every third message with text is held out. All methods see
the same lower-cased words, and a message as one sentence. Vectors of both sides are inferred after training; the
column `trained` has the accuracy with the trained rows of the training messages in place of the inferred ones.

accuracy: logistic regression of the label (C chosen by three folds of the training messages). MAP, NDCG@10: every
held-out message asks for the training messages of its label, by cosine. words/s: tokens of the training messages times
epochs, by the seconds of training, without compilation. infer: seconds for the vectors of all messages; gensim's with
its loop of `infer_vector`. A line is appended to RESULTS.jsonl after each method, and methods with a line are skipped.

`codes` compares codes of bits by the same rankings, with ties in the order of the messages. The messages are shuffled,
because the file is sorted by label: in its order, a model learns the labels from what is trained together. The codes
are trained (`bits`; with a real vector of dim 100 beside, `real-binary`), or computed from vectors of DBOW without
words: signs and thresholds at the median of a model whose dim is the number of bits; random hyperplanes and ITQ (Gong
and Lazebnik 2011) of a model of dim 128; the same of LSA, and random hyperplanes of TF-IDF. Medians, means and
rotations are those of the training messages. `re-ranked`: the 100 nearest codes in the order of the real vectors'
cosines. `search`: milliseconds of processor time for a query among a million codes, the training messages' repeated,
in batches of 100.
"""

import argparse
import functools
import json
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import EncodedCorpus, ParagraphVectors
from wordvec.corpora.tokenizers import get_tokenizer

DIM, EPOCHS, WINDOW, NEGATIVES, SAMPLE, MIN_COUNT, HELD_OUT = 100, 10, 5, 5, 1e-4, 5, 3
STRENGTHS, FOLDS, STEPS = (0.1, 1, 10, 100), 3, 200
CANDIDATES, ROTATIONS, QUERIES = 100, 50, 100
READ: list[Any] = []
Floats = NDArray[Any]


class Messages(NamedTuple):
    """Messages as lists of words, and their labels; `held_out` says which are for testing."""

    names: list[str]
    words: list[list[str]]
    labels: NDArray[np.str_]
    held_out: NDArray[np.bool_]

    def of(self, held_out: bool) -> list[int]:
        """Return the numbers of the messages of one side."""
        return np.flatnonzero(self.held_out == held_out).tolist()


class Vectors(NamedTuple):
    """Rows of the training messages and the held-out ones; of paragraph vectors also trained rows, speed and codes."""

    train: Any
    test: Any
    trained: Any = None
    words_per_second: float | None = None
    infer_seconds: float | None = None
    codes: tuple[Any, Any] | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    one = parts.add_parser("measure")
    one.add_argument("messages", type=Path)
    one.add_argument("results", type=Path)
    one.add_argument("--threads", type=int, default=2)
    one.add_argument("--only", nargs="*", choices=list(METHODS), default=list(METHODS))
    other = parts.add_parser("codes")
    other.add_argument("messages", type=Path)
    other.add_argument("results", type=Path)
    other.add_argument("--threads", type=int, default=2)
    other.add_argument("--bits", type=int, nargs="*", default=[64, 32, 128])
    other.add_argument("--only", nargs="*", choices=list(CODES), default=list(CODES))
    parts.add_parser("table").add_argument("results", type=Path)
    given = parser.parse_args()
    if given.part == "table":
        print_table(lines(given.results))
        return
    messages, done = (
        read(given.messages, shuffled=given.part == "codes"),
        {line["name"] for line in lines(given.results)},
    )
    for name, measured in measurements(given, messages):
        if name not in done:
            line = {"name": name, "threads": given.threads} | measured()
            with given.results.open("a", encoding="utf-8") as out:
                print(json.dumps(line), file=out)
            print(line, flush=True)


def measurements(given: argparse.Namespace, messages: Messages) -> Iterator[tuple[str, Callable[[], dict[str, Any]]]]:
    """Yield the name and the measurement of each line."""
    if given.part == "measure":
        for name in given.only:
            yield name, lambda name=name: judged(METHODS[name](messages, given.threads), messages)
        return
    for bits in given.bits:
        for name in given.only:
            yield (
                f"{name}, {bits} bits",
                lambda name=name, bits=bits: judged_codes(CODES[name](messages, given.threads, bits), messages),
            )


def lines(results: Path) -> list[dict[str, Any]]:
    """Return the lines of earlier runs."""
    return [json.loads(line) for line in results.read_text("utf-8").splitlines()] if results.exists() else []


def read(path: Path, shuffled: bool = False) -> Messages:
    """Return the messages with text, in the order of the file or shuffled."""
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    records = [record for record in records if record["text"].strip()]
    split = get_tokenizer("words")
    words = [[word.lower() for word in split(record["text"])] for record in records]
    kept = [number for number, text in enumerate(words) if text]
    labels = np.array([records[number]["label"] for number in kept])
    held_out = np.arange(len(kept)) % HELD_OUT == 0
    order = np.random.default_rng(1).permutation(len(kept)) if shuffled else np.arange(len(kept))
    names, texts = ([items[kept[place]] for place in order] for items in ([record["id"] for record in records], words))
    return Messages(names, texts, labels[order], held_out[order])


def paragraphs(**settings: Any) -> Any:
    """Return the measurement of our paragraph vectors with these settings."""

    def measure(messages: Messages, threads: int) -> Vectors:
        def corpus_of(numbers: list[int]) -> EncodedCorpus:
            named = [(messages.names[number], [messages.words[number]]) for number in numbers]
            return EncodedCorpus.from_documents(named)

        common = {"dim": DIM, "window": WINDOW, "sample": SAMPLE, "min_count": MIN_COUNT, "threads": threads}
        trainer = ParagraphVectors(**common | {"epochs": EPOCHS} | settings)
        with corpus_of(messages.of(held_out=False)) as corpus:
            found = trainer.fit(corpus)
        assert found.model is not None
        with corpus_of(list(range(len(messages.names)))) as corpus:
            # The first call compiles.
            with corpus_of([0, 1]) as small:
                found.model.infer(small, threads=threads)
            begun = time.perf_counter()
            inferred = found.model.infer(corpus, threads=threads)
            seconds = time.perf_counter() - begun
        training = found.metadata["training"]
        rows, held_out = inferred.matrix, messages.held_out
        codes = None if inferred.codes is None else inferred.codes.matrix
        both = None if codes is None else (codes[~held_out], codes[held_out])
        speed = training["tokens"] / training["seconds"]
        return Vectors(rows[~held_out], rows[held_out], found.matrix, speed, seconds, both)

    return measure


def gensim_vectors(**settings: Any) -> Any:
    """Return the measurement of gensim's Doc2Vec with these settings."""

    def measure(messages: Messages, threads: int) -> Vectors:
        from gensim.models.doc2vec import Doc2Vec, TaggedDocument

        numbers = messages.of(held_out=False)
        documents = [TaggedDocument(messages.words[number], [place]) for place, number in enumerate(numbers)]
        common = {"vector_size": DIM, "window": WINDOW, "sample": SAMPLE, "min_count": MIN_COUNT, "workers": threads}
        model = Doc2Vec(negative=NEGATIVES, epochs=EPOCHS, **common | settings)
        model.build_vocab(documents)
        tokens = sum(len(messages.words[number]) for number in numbers) * EPOCHS
        begun = time.perf_counter()
        model.train(documents, total_examples=model.corpus_count, epochs=EPOCHS)
        trained = time.perf_counter()
        inferred = np.array([model.infer_vector(words) for words in messages.words])
        seconds = time.perf_counter() - trained
        held_out, speed = messages.held_out, tokens / (trained - begun)
        return Vectors(inferred[~held_out], inferred[held_out], model.dv.vectors, speed, seconds)

    return measure


def tfidf(messages: Messages, _: int) -> Vectors:
    """Return TF-IDF."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=list, min_df=2, sublinear_tf=True)
    train = vectorizer.fit_transform([messages.words[number] for number in messages.of(held_out=False)])
    return Vectors(train, vectorizer.transform([messages.words[number] for number in messages.of(held_out=True)]))


def lsa(messages: Messages, threads: int) -> Vectors:
    """Return LSA: the largest components of TF-IDF."""
    from sklearn.decomposition import TruncatedSVD

    sparse = tfidf(messages, threads)
    svd = TruncatedSVD(DIM, random_state=1)
    return Vectors(svd.fit_transform(sparse.train), svd.transform(sparse.test))


Rows = Callable[[Messages, int, int], tuple[Any, Any]]
"""Returns vectors of the training and the held-out messages, for a number of threads and of bits."""


@functools.lru_cache(maxsize=4)
def of_dbow(dim: int, threads: int) -> tuple[Any, Any]:
    """Return vectors of DBOW without words; the messages are those read first."""
    found = paragraphs(train_words=False, dim=dim)(READ[0], threads)
    return found.train, found.test


def dbow_of_bits(messages: Messages, threads: int, bits: int) -> tuple[Any, Any]:
    """Return vectors of DBOW whose dim is the number of bits."""
    READ[:] = [messages]
    return of_dbow(bits, threads)


def dbow_128(messages: Messages, threads: int, bits: int) -> tuple[Any, Any]:
    """Return vectors of DBOW of dim 128, or more for more bits."""
    return dbow_of_bits(messages, threads, max(128, bits))


def lsa_128(messages: Messages, threads: int, bits: int) -> tuple[Any, Any]:
    """Return LSA of dim 128, or more for more bits."""
    from sklearn.decomposition import TruncatedSVD

    sparse = tfidf(messages, threads)
    svd = TruncatedSVD(max(128, bits), random_state=1)
    return svd.fit_transform(sparse.train), svd.transform(sparse.test)


def sparse_rows(messages: Messages, threads: int, _: int) -> tuple[Any, Any]:
    """Return TF-IDF."""
    return tfidf(messages, threads)[:2]


class Codes(NamedTuple):
    """Codes of the training and of the held-out messages as rows of ±1, and the real vectors that re-rank them."""

    train: Any
    test: Any
    real: tuple[Any, Any] | None = None


def signs(rows: Any) -> Floats:
    """Return the signs of rows."""
    return np.where(rows >= 0, np.float32(1), np.float32(-1))


def by_sign(rows: Rows) -> Any:
    """Return the codes of the signs."""

    def measure(messages: Messages, threads: int, bits: int) -> Codes:
        train, test = rows(messages, threads, bits)
        return Codes(signs(train), signs(test), (train, test))

    return measure


def by_median(rows: Rows) -> Any:
    """Return the codes of thresholds at the median of each dimension."""

    def measure(messages: Messages, threads: int, bits: int) -> Codes:
        train, test = rows(messages, threads, bits)
        middle = np.median(train, axis=0)
        return Codes(signs(train - middle), signs(test - middle), (train, test))

    return measure


def by_hyperplanes(rows: Rows, centred: bool = True) -> Any:
    """Return the codes of random hyperplanes through the mean, or through the origin."""

    def measure(messages: Messages, threads: int, bits: int) -> Codes:
        train, test = rows(messages, threads, bits)
        normals = np.random.default_rng(1).normal(size=(train.shape[1], bits))
        offset = train.mean(axis=0) @ normals if centred else 0
        real = (train, test) if centred else None
        return Codes(signs(train @ normals - offset), signs(test @ normals - offset), real)

    return measure


def by_itq(rows: Rows) -> Any:
    """Return the codes of iterative quantisation: principal components, rotated so that signs are near to them."""

    def measure(messages: Messages, threads: int, bits: int) -> Codes:
        train, test = rows(messages, threads, bits)
        mean = train.mean(axis=0)
        _, directions = np.linalg.eigh((train - mean).T @ (train - mean))
        components = directions[:, ::-1][:, :bits]
        reduced = (train - mean) @ components
        rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(bits, bits)))[0]
        for _ in range(ROTATIONS):
            left, _, right = np.linalg.svd(reduced.T @ signs(reduced @ rotation))
            rotation = left @ right
        return Codes(signs(reduced @ rotation), signs((test - mean) @ components @ rotation), (train, test))

    return measure


def trained_codes(dim: int | None = None) -> Any:
    """Return the measurement of trained codes, with real vectors of a dim beside or without."""

    def measure(messages: Messages, threads: int, bits: int) -> Codes:
        found = paragraphs(bits=bits, dim=bits if dim is None else dim)(messages, threads)
        if dim is None:
            if not np.isin(found.train, (-1, 0, 1)).all():
                raise ValueError("expected codes, found real vectors")
            return Codes(found.train, found.test)
        return Codes(*found.codes, (found.train, found.test))

    return measure


CODES = {
    "trained": trained_codes(),
    "sign of DBOW": by_sign(dbow_of_bits),
    "median of DBOW": by_median(dbow_of_bits),
    "hyperplanes of DBOW": by_hyperplanes(dbow_128),
    "ITQ of DBOW": by_itq(dbow_128),
    "hyperplanes of TF-IDF": by_hyperplanes(sparse_rows, centred=False),
    "hyperplanes of LSA": by_hyperplanes(lsa_128),
    "ITQ of LSA": by_itq(lsa_128),
    "trained, real-binary": trained_codes(DIM),
}

METHODS = {
    "TF-IDF": tfidf,
    "LSA": lsa,
    "DBOW": paragraphs(),
    "DBOW, gensim": gensim_vectors(dm=0, dbow_words=1),
    "DM": paragraphs(model="dm"),
    "DM, 7 epochs": paragraphs(model="dm", epochs=7),
    "DM, gensim": gensim_vectors(dm=1, dm_mean=1, alpha=0.05),
    "DBOW, 5 epochs": paragraphs(epochs=5),
    "DBOW without words": paragraphs(train_words=False),
    "DBOW without words, 7 epochs": paragraphs(train_words=False, epochs=7),
    "DBOW without words, gensim": gensim_vectors(dm=0, dbow_words=0),
}


def judged(vectors: Vectors, messages: Messages) -> dict[str, Any]:
    """Return the measures of vectors."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.preprocessing import normalize

    train, test = normalize(vectors.train), normalize(vectors.test)
    mine, asked = messages.labels[~messages.held_out], messages.labels[messages.held_out]
    trained = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        chosen = GridSearchCV(LogisticRegression(max_iter=STEPS), {"C": STRENGTHS}, cv=FOLDS).fit(train, mine)
        if vectors.trained is not None:
            model = LogisticRegression(max_iter=STEPS, **chosen.best_params_).fit(normalize(vectors.trained), mine)
            trained = round(float(model.score(test, asked)), 4)
    scores = test @ train.T
    precision, ndcg, hundred = ranking(
        np.asarray(scores.todense() if hasattr(scores, "todense") else scores), mine, asked
    )
    return {
        "accuracy": round(float(chosen.score(test, asked)), 4),
        "trained": trained,
        "C": chosen.best_params_["C"],
        "map": round(precision, 4),
        "ndcg10": round(ndcg, 4),
        "precision100": round(hundred, 4),
        "words_per_second": None if vectors.words_per_second is None else round(vectors.words_per_second),
        "infer_seconds": None if vectors.infer_seconds is None else round(vectors.infer_seconds, 2),
    }


def judged_codes(codes: Codes, messages: Messages) -> dict[str, Any]:
    """Return the measures of codes."""
    from wordvec.rows import unit
    from wordvec.search.codes import reranked

    mine, asked = messages.labels[~messages.held_out], messages.labels[messages.held_out]
    scores = codes.test @ codes.train.T
    precision, ndcg, hundred = ranking(scores, mine, asked)
    found = {"map": round(precision, 4), "ndcg10": round(ndcg, 4), "precision100": round(hundred, 4)}
    if codes.real is not None:
        train, test = (np.asarray(rows, np.float32) for rows in codes.real)
        candidates = np.argsort(-scores, axis=1, kind="stable")[:, :CANDIDATES]
        near = reranked(test, train, candidates, 10).rows
        discounts = 1 / np.log2(np.arange(2, 12))
        found["reranked_ndcg10"] = round(
            float(((mine[near] == asked[:, None]) @ discounts).mean() / discounts.sum()), 4
        )
        exact = np.argsort(-(unit(test) @ unit(train).T), axis=1, kind="stable")[:, :10]
        kept = [len(set(some) & set(all_of)) for some, all_of in zip(near.tolist(), exact.tolist(), strict=True)]
        found["recall10"] = round(float(np.mean(kept)) / 10, 4)
    return found | {"search_ms": round(search_time(codes.train), 2)}


def search_time(train: Floats) -> float:
    """Return the milliseconds of processor time for a query among a million codes; the least of three runs."""
    from wordvec.codecs import Bits
    from wordvec.search.codes import best_codes

    bits = Bits.encode(train)
    million = bits.take(np.arange(1_000_000) % len(bits))
    times = []
    for _ in range(4):
        begun = time.process_time()
        best_codes(bits.take(np.arange(QUERIES)), million, 10, threads=1)
        times.append(time.process_time() - begun)
    # The first call compiles.
    return min(times[1:]) * 1000 / QUERIES


def ranking(scores: Floats, labels: NDArray[np.str_], asked: NDArray[np.str_]) -> tuple[float, float, float]:
    """Return the mean average precision, the NDCG of the first ten and the precision of the first hundred.

    Means are over queries, the rows of `scores`.
    """
    discounts = 1 / np.log2(np.arange(2, 12))
    precisions, gains, hundred = [], [], []
    for row, label in zip(scores, asked, strict=True):
        right = labels[np.argsort(-row, kind="stable")] == label
        places = np.flatnonzero(right) + 1
        precisions.append(float((np.arange(1, len(places) + 1) / places).mean()))
        gains.append(float((right[:10] * discounts).sum() / discounts[: min(10, len(places))].sum()))
        hundred.append(float(right[:100].mean()))
    return float(np.mean(precisions)), float(np.mean(gains)), float(np.mean(hundred))


def print_table(results: list[dict[str, Any]]) -> None:
    """Print the results in Markdown: vectors, then codes."""
    vectors, codes = ([line for line in results if ("search_ms" in line) == of] for of in (False, True))
    names = ("accuracy", "trained", "map", "ndcg10", "precision100")
    if vectors:
        print("| method | accuracy | trained | MAP | NDCG@10 | precision@100 | words/s | infer |")
        print("|---|---|---|---|---|---|---|---|")
    for line in vectors:
        speed, seconds = line["words_per_second"], line["infer_seconds"]
        more = ["" if speed is None else f"{speed:,}", "" if seconds is None else f"{seconds:.1f} s"]
        print(f"| {' | '.join([line['name'], *cells(line, names), *more])} |")
    if codes:
        print("| codes | MAP | NDCG@10 | precision@100 | re-ranked NDCG@10 | recall of ten | search |")
        print("|---|---|---|---|---|---|---|")
    for line in codes:
        figures = cells(line, ("map", "ndcg10", "precision100", "reranked_ndcg10", "recall10"))
        print(f"| {' | '.join([line['name'], *figures, format(line['search_ms'], '.1f') + ' ms'])} |")


def cells(line: dict[str, Any], names: Sequence[str]) -> list[str]:
    """Return the figures of a line; nothing for those that it lacks."""
    return ["" if line.get(name) is None else f"{line[name]:.3f}" for name in names]


if __name__ == "__main__":
    main()
