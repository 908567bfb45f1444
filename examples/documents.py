"""Paragraph vectors on 20 Newsgroups: quality and speed beside gensim's Doc2Vec, TF-IDF and LSA.

    python examples/documents.py measure MESSAGES.jsonl RESULTS.jsonl [--threads 2] [--only NAME ...]
    python examples/documents.py table RESULTS.jsonl

MESSAGES.jsonl has records with `id`, `label` and `text`. Every third message with text is held out. All methods see
the same lower-cased words, and a message as one sentence. Vectors of both sides are inferred after training; the
column `trained` has the accuracy with the trained rows of the training messages in place of the inferred ones.

accuracy: logistic regression of the label (C chosen by three folds of the training messages). MAP, NDCG@10: every
held-out message asks for the training messages of its label, by cosine. words/s: tokens of the training messages times
epochs, by the seconds of training, without compilation. infer: seconds for the vectors of all messages; gensim's with
its loop of `infer_vector`. A line is appended to RESULTS.jsonl after each method, and methods with a line are skipped.
"""

import argparse
import json
import time
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import EncodedCorpus, ParagraphVectors
from wordvec.corpora.tokenizers import get_tokenizer

DIM, EPOCHS, WINDOW, NEGATIVES, SAMPLE, MIN_COUNT, HELD_OUT = 100, 10, 5, 5, 1e-4, 5, 3
STRENGTHS, FOLDS, STEPS = (0.1, 1, 10, 100), 3, 200
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
    """Rows of the training messages and the held-out ones, and of paragraph vectors the trained rows and the speed."""

    train: Any
    test: Any
    trained: Any = None
    words_per_second: float | None = None
    infer_seconds: float | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    one = parts.add_parser("measure")
    one.add_argument("messages", type=Path)
    one.add_argument("results", type=Path)
    one.add_argument("--threads", type=int, default=2)
    one.add_argument("--only", nargs="*", choices=list(METHODS), default=list(METHODS))
    parts.add_parser("table").add_argument("results", type=Path)
    given = parser.parse_args()
    if given.part == "table":
        print_table(lines(given.results))
        return
    messages, done = read(given.messages), {line["name"] for line in lines(given.results)}
    for name in given.only:
        if name not in done:
            vectors = METHODS[name](messages, given.threads)
            line = {"name": name, "threads": given.threads} | judged(vectors, messages)
            with given.results.open("a", encoding="utf-8") as out:
                print(json.dumps(line), file=out)
            print(line, flush=True)


def lines(results: Path) -> list[dict[str, Any]]:
    """Return the lines of earlier runs."""
    return [json.loads(line) for line in results.read_text("utf-8").splitlines()] if results.exists() else []


def read(path: Path) -> Messages:
    """Return the messages with text."""
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    records = [record for record in records if record["text"].strip()]
    split = get_tokenizer("words")
    words = [[word.lower() for word in split(record["text"])] for record in records]
    kept = [number for number, text in enumerate(words) if text]
    labels = np.array([records[number]["label"] for number in kept])
    held_out = np.arange(len(kept)) % HELD_OUT == 0
    return Messages([records[number]["id"] for number in kept], [words[number] for number in kept], labels, held_out)


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
        return Vectors(rows[~held_out], rows[held_out], found.matrix, training["tokens"] / training["seconds"], seconds)

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


METHODS = {
    "TF-IDF": tfidf,
    "LSA": lsa,
    "DBOW": paragraphs(),
    "DBOW, gensim": gensim_vectors(dm=0, dbow_words=1),
    "DM": paragraphs(model="dm"),
    "DM, gensim": gensim_vectors(dm=1, dm_mean=1, alpha=0.05),
    "DBOW without words": paragraphs(train_words=False),
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
    precision, ndcg = ranking(np.asarray(scores.todense() if hasattr(scores, "todense") else scores), mine, asked)
    return {
        "accuracy": round(float(chosen.score(test, asked)), 4),
        "trained": trained,
        "C": chosen.best_params_["C"],
        "map": round(precision, 4),
        "ndcg10": round(ndcg, 4),
        "words_per_second": None if vectors.words_per_second is None else round(vectors.words_per_second),
        "infer_seconds": None if vectors.infer_seconds is None else round(vectors.infer_seconds, 2),
    }


def ranking(scores: Floats, labels: NDArray[np.str_], asked: NDArray[np.str_]) -> tuple[float, float]:
    """Return the mean average precision and the NDCG of the first ten, over queries (rows of `scores`)."""
    discounts = 1 / np.log2(np.arange(2, 12))
    precisions, gains = [], []
    for row, label in zip(scores, asked, strict=True):
        right = labels[np.argsort(-row, kind="stable")] == label
        places = np.flatnonzero(right) + 1
        precisions.append(float((np.arange(1, len(places) + 1) / places).mean()))
        gains.append(float((right[:10] * discounts).sum() / discounts[: min(10, len(places))].sum()))
    return float(np.mean(precisions)), float(np.mean(gains))


def print_table(results: list[dict[str, Any]]) -> None:
    """Print the results in Markdown."""
    print("| method | accuracy | trained | MAP | NDCG@10 | words/s | infer |\n|---|---|---|---|---|---|---|")
    for line in results:
        figures = (line[name] for name in ("accuracy", "trained", "map", "ndcg10"))
        cells = [line["name"], *("" if figure is None else f"{figure:.3f}" for figure in figures)]
        speed, seconds = line["words_per_second"], line["infer_seconds"]
        cells += ["" if speed is None else f"{speed:,}", "" if seconds is None else f"{seconds:.1f} s"]
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
