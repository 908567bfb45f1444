"""What do compressed vectors keep, and how do other tools compare?

    python examples/compression.py words MODEL RESULTS.jsonl [--of N]
    python examples/compression.py peers MODEL.fasttext.bin RESULTS.jsonl [--datasets NAME ...]
    python examples/compression.py tables TEXT RESULTS.jsonl [--epochs N]
    python examples/compression.py learnt MODEL RESULTS.jsonl
    python examples/compression.py kmeans MODEL RESULTS.jsonl
    python examples/compression.py table RESULTS.jsonl
    python examples/compression.py curve RESULTS.jsonl OUT.svg

- *words*: each storage at several bytes a word, dimensions left out, both together, more bytes for frequent words, and
  fewer words, with and without stand-ins; the scores of `wordvec compress`.
- *peers*: a model of fastText, compressed by compress-fasttext (``pip install compress-fasttext``) with its own recipe
  (words by frequency, n-grams by count and length, product quantisation), and by wordvec to at most the same bytes.
  The difference of the mean ratios of scores has a paired interval.
- *tables*: one table of words and n-grams with 1 to 4 hashes (floret's) against separate ones, at equal bytes.
- *learnt*: additive quantisation, whose codes and codebooks are fitted to whole rows (Babenko and Lempitsky 2014),
  against product quantisation, at equal bytes a row.
- *kmeans*: time and error of our k-means, SciPy's and scikit-learn's, for the codebook of one part.
- *curve*: a picture of *tables*, of one text and number of epochs.

Results that are in RESULTS.jsonl are not computed again.
"""

import argparse
import dataclasses
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import FastText, Vectors
from wordvec.codecs import ProductQuantised
from wordvec.compression import Compression, choose, compress
from wordvec.compression.codebooks import SAMPLED, fit, sampled
from wordvec.compression.kmeans import KMeans
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.evaluation import Table
from wordvec.evaluation.reporting.compression import Stored, compression_table, file_size
from wordvec.evaluation.reporting.fidelity import Fidelity, Judged
from wordvec.evaluation.reporting.report import DATASETS
from wordvec.evaluation.reporting.scores import ScoreSettings, main_score, read
from wordvec.subwords import Ngram
from wordvec.subwords import Table as Ngrams
from wordvec.subwords.bags import Bags, Means
from wordvec.workers import Progress, StopFlag

Floats = NDArray[np.float32]
SCORES = ScoreSettings(limit=100_000)
"""Analogies are answered among so many words."""
RECIPES = ((20_000, 100_000, 2), (20_000, 50_000, 4))
"""compress-fasttext's words, n-grams, and dimensions of a part."""
SEPARATE_BUCKETS = (0, 25_000, 100_000, 400_000)


class Results:
    """Lines of JSON, each a result with its key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def missing(self, key: str) -> bool:
        """Return whether there is no result with a key."""
        return all(line["key"] != key for line in self.lines)

    def add(self, key: str, **values: Any) -> None:
        """Append a result."""
        self.lines.append({"key": key} | values)
        with self.path.open("a") as file:
            print(json.dumps(self.lines[-1]), file=file)
        print(key, {name: value for name, value in values.items() if not isinstance(value, dict | list)}, flush=True)


def combinations(dim: int, words: int) -> Iterator[Compression]:
    """Yield the steps of *words*."""
    yield Compression(method="float16")
    yield Compression(method="int8")
    yield Compression(method="bits")
    for part in (2, 3, 6, 12):
        yield Compression(method="pq", bytes=max(1, dim // part))
        yield Compression(method="opq", bytes=max(1, dim // part))
    for part in (2, 3, 6):
        yield Compression(method="int8", dim=max(1, dim // part))
    for part, share in ((2, 2), (3, 2), (3, 4)):
        yield Compression(method="opq", bytes=max(1, dim // part // share), dim=max(1, dim // part))
    for share in (20, 10):
        yield Compression(method="opq", bytes=max(1, dim // 6), frequent=words // share)
    for part in (3, 2):
        for stand_ins in (False, True):
            yield Compression(method="opq", bytes=max(1, dim // part), words=words // 2, stand_ins=stand_ins)


def words(model: Path, results: Results, of: int | None) -> None:
    """Measure each storage."""
    vectors = Vectors.load(model, limit=of, contexts=False)
    fidelity = Fidelity(vectors, read(DATASETS), SCORES, threads=1)
    with tempfile.TemporaryDirectory(dir=results.path.parent) as place:
        for settings in combinations(vectors.dim, len(vectors)):
            key = f"words {model.stem} {settings.described()}"
            if not results.missing(key):
                continue
            begun = time.process_time()
            made, path = compress(vectors, settings, threads=1), Path(place) / f"{len(results.lines)}.vectors"
            took = time.process_time() - begun
            made.save(path)
            stored = Stored(Vectors.load(path), path)
            row = compression_table(Stored(vectors), {settings.described(): stored}, fidelity).rows[1]
            results.add(key, seconds=took, **row)


@dataclasses.dataclass(frozen=True, eq=False)
class Theirs(Ngrams):
    """The n-grams of compress-fasttext's model."""

    model: Any = None

    def bags(self, words: Sequence[str]) -> Bags:
        """Return no numbers of rows."""
        return Bags.of([[] for _ in words])

    def ngrams(self, word: str) -> list[Ngram]:
        """Return no n-grams."""
        return []

    def means(self, words: Sequence[str]) -> Means:
        """Return the vectors of words by their model."""
        found = np.array([self.model.word_vec(word) for word in words], np.float32)
        return Means(found.reshape(len(words), -1), found.any(axis=1))

    def vector(self, word: str) -> Floats | None:
        """Return the vector of a word by their model."""
        found = np.asarray(self.model.word_vec(word), np.float32)
        return found if found.any() else None


def peers(model: Path, results: Results, datasets: Sequence[str]) -> None:
    """Compress a model by compress-fasttext and by wordvec to the same bytes."""
    import compress_fasttext
    from gensim.models.fasttext import load_facebook_vectors

    vectors = Vectors.load(model, contexts=False)
    vectors.metadata.clear()  # theirs keeps none
    fidelity = Fidelity(vectors, read(datasets), SCORES, threads=1)
    theirs_of = load_facebook_vectors(str(model))
    for recipe in RECIPES:
        key = f"peers {model.stem} {recipe}"
        if not results.missing(key):
            continue
        with tempfile.TemporaryDirectory(dir=results.path.parent) as place:
            kept, ngrams, part = recipe
            begun = time.process_time()
            small = compress_fasttext.prune_ft_freq(
                theirs_of, new_vocab_size=kept, new_ngrams_size=ngrams, pq=True, qdim=vectors.dim // part, centroids=255
            )
            small.save(str(Path(place) / "theirs"))
            their_seconds, their_bytes = time.process_time() - begun, file_size(Path(place))
            matrix = np.array([small.vectors[row] for row in range(len(small.index_to_key))], np.float32)
            table = Theirs(np.zeros((1, vectors.dim), np.float32), 3, 6, model=small)
            theirs = fidelity.judged(Vectors(small.index_to_key, matrix, subwords=table))

            begun = time.process_time()
            best = choose(
                vectors, their_bytes, lambda one: fidelity.ratio(fidelity.judged(one)), threads=1,
                progress=Progress(quiet=False),
            )  # fmt: skip
            our_seconds = time.process_time() - begun
            best.vectors.save(Path(place) / "ours.vectors")
            ours = fidelity.judged(Vectors.load(Path(place) / "ours.vectors"))
            low, high = fidelity.difference(ours, theirs)
            results.add(
                key, their_bytes=their_bytes, our_bytes=file_size(Path(place) / "ours.vectors"),
                their_ratio=fidelity.ratio(theirs), our_ratio=fidelity.ratio(ours), low=low, high=high,
                their_seconds=their_seconds, our_seconds=our_seconds, steps=best.tried[0].settings.described(),
                theirs=_scores(fidelity, theirs), ours=_scores(fidelity, ours),
                originally=_scores(fidelity, fidelity.reference),
            )  # fmt: skip


def _scores(fidelity: Fidelity, judged: Judged) -> dict[str, float]:
    return {one.name: one.score(judged[one.name]) for one in fidelity.measures}


def tables(text: Path, results: Results, epochs: int) -> None:
    """Train fastText with separate tables, and with one table of as many rows."""
    with EncodedCorpus.from_text(text) as corpus:
        _tables(corpus, text.stem, results, epochs)


def _tables(corpus: EncodedCorpus, name: str, results: Results, epochs: int) -> None:
    datasets, stop = read(DATASETS), StopFlag()
    separate: dict[int, int] = {}
    for buckets in SEPARATE_BUCKETS:
        for hashes in range(5):
            key = f"tables {name} buckets={buckets} hashes={hashes} epochs={epochs}"
            known = next((line for line in results.lines if line["key"] == key), None)
            if known is not None:
                separate.setdefault(buckets, known["rows"])
                continue
            common = {"dim": 100, "epochs": epochs, "min_count": 5, "threads": 2}
            if hashes:
                trainer = FastText(hash="floret", hashes=hashes, buckets=separate[buckets], **common)
            elif buckets:
                trainer = FastText(buckets=buckets, **common)
            else:
                trainer = FastText(max_n=0, **common)
            made = trainer.fit(corpus)
            separate.setdefault(buckets, len(made) + buckets)
            scored = {one.name: main_score(made, one, SCORES, stop) for one in datasets}
            results.add(key, rows=separate[buckets], megabytes=separate[buckets] * 400 / 1e6, **scored)


def learnt(model: Path, results: Results) -> None:
    """Compare additive quantisation with product quantisation on the most frequent rows."""
    rows = sampled(Vectors.load(model, limit=30_000, contexts=False).matrix, 1, 30_000)
    for parts in (8, 16):
        for name, run in _learnt_methods().items():
            key = f"learnt {model.stem} {name} {parts}"
            if results.missing(key):
                begun = time.process_time()
                decoded = run(rows, parts)
                error = float(np.square(rows - decoded).sum() / np.square(rows).sum())
                cosine = float(
                    ((rows * decoded).sum(axis=1) / np.maximum(np.linalg.norm(decoded, axis=1), 1e-9)).mean()
                )
                tables = 1 if "pq" in name else parts  # a centroid of additive quantisation is a whole row
                results.add(key, parts=parts, error=error, cosine=cosine, codebook_bytes=tables * 1024 * rows.shape[1],
                            seconds=time.process_time() - begun)  # fmt: skip


def _learnt_methods() -> dict[str, Callable[[Floats, int], Floats]]:
    def product(rotate: bool) -> Callable[[Floats, int], Floats]:
        return lambda rows, parts: ProductQuantised.encode(rows, fit(rows, parts, rotate=rotate, threads=1))[:]

    return {
        "pq": product(False),
        "opq": product(True),
        "residual": lambda rows, parts: additive(rows, parts, 0),
        "additive": lambda rows, parts: additive(rows, parts, 6),
    }


def additive(rows: Floats, parts: int, rounds: int) -> Floats:
    """Return rows decoded from additive quantisation: the sum of one centroid (dim,) of each codebook.

    Codebooks begin as those of residual quantisation. A round fits all of them by least squares to the codes, and then
    improves each code while the others are fixed (iterated conditional modes).
    """
    books, codes = [], np.empty((len(rows), parts), np.int64)
    rest = rows.copy()
    for part in range(parts):
        means = KMeans(rest, 256, part)
        means.iterate(rest, 10)
        codes[:, part] = means.assigned(rest)[0]
        books.append(means.centroids)
        rest -= means.centroids[codes[:, part]]
    centroids = np.stack(books)
    for _ in range(rounds):
        centroids = _least_squares(rows, codes, centroids.shape)
        for part in list(range(parts)) * 2:
            others = sum(centroids[other][codes[:, other]] for other in range(parts) if other != part)
            target = rows - others
            scores = target @ centroids[part].T - np.square(centroids[part]).sum(axis=1) / 2
            codes[:, part] = scores.argmax(axis=1)
    return np.asarray(sum(centroids[part][codes[:, part]] for part in range(parts)), np.float32)


def _least_squares(rows: Floats, codes: NDArray[np.int64], shape: tuple[int, ...]) -> Floats:
    """Return the codebooks of least squared error for given codes, with a small penalty."""
    parts, number, dim = shape
    columns = codes + np.arange(parts) * number
    gram, products = np.zeros((parts * number, parts * number)), np.zeros((parts * number, dim))
    for first in range(parts):
        np.add.at(products, columns[:, first], rows)
        for second in range(parts):
            np.add.at(gram, (columns[:, first], columns[:, second]), 1)
    gram[np.diag_indices_from(gram)] += 1e-2
    return np.linalg.solve(gram, products).reshape(shape).astype(np.float32)


def kmeans(model: Path, results: Results) -> None:
    """Compare implementations of k-means on one part of the rows."""
    from scipy.cluster.vq import kmeans2

    rows = sampled(Vectors.load(model, contexts=False).matrix, 1)

    def ours(points: Floats) -> Floats:
        found = KMeans(points, 256, 1)
        found.iterate(points, 20)
        return found.centroids

    def scipys(points: Floats) -> Floats:
        return np.asarray(kmeans2(points, 256, iter=20, minit="points", seed=1)[0], np.float32)

    def scikits(points: Floats) -> Floats:
        from sklearn.cluster import KMeans as Theirs

        fitted = Theirs(256, init="random", n_init=1, max_iter=20, random_state=1).fit(points)
        return np.asarray(fitted.cluster_centers_, np.float32)

    for width in (2, 6):
        points = np.ascontiguousarray(rows[:, :width])
        ours(points[:1_000])  # compiles
        for name, run in {"ours": ours, "scipy": scipys, "scikit-learn": scikits}.items():
            key = f"kmeans {model.stem} {name} {width}"
            if results.missing(key):
                begun = time.process_time()
                centroids = run(points)
                took = time.process_time() - begun
                judged = KMeans(points[:1], 1, 1)
                judged.centroids = centroids
                results.add(key, width=width, points=min(SAMPLED, len(points)), seconds=took,
                            error=float(judged.assigned(points)[1].mean()))  # fmt: skip


def table(results: Results) -> None:
    """Print the results of each kind."""
    for kind in dict.fromkeys(line["key"].split()[0] for line in results.lines):
        rows = [
            {name: value for name, value in line.items() if not isinstance(value, dict | list)}
            for line in results.lines
            if line["key"].split()[0] == kind
        ]
        print(Table(rows).to_markdown(), end="\n\n")


def curve(results: Results, output: Path) -> None:
    """Draw the scores of *tables* by the size of the tables."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "curve"
    import matplotlib.pyplot as plt

    lines = [line for line in results.lines if line["key"].startswith("tables ")]
    scores = {"google": "analogies", "wordsim353": "WordSim-353", "simlex999": "SimLex-999"}
    figure, panels = plt.subplots(1, len(scores), figsize=(9, 3.2), layout="constrained")
    for axes, (name, title) in zip(panels, scores.items(), strict=True):
        for hashes in range(5):
            same = [line for line in lines if f" hashes={hashes} " in line["key"]]
            label = f"one table, {hashes} hash{'es' * (hashes > 1)}" if hashes else "separate tables"
            axes.plot(
                [line["megabytes"] for line in same], [line[name] for line in same], label=label,
                color=plt.get_cmap("viridis")(hashes / 5) if hashes else "#d1495b", marker="o", markersize=3,
            )  # fmt: skip
        axes.set(title=title, xlabel="MB of rows", xscale="log")
        sizes = sorted({line["megabytes"] for line in lines})
        axes.set_xticks(sizes, labels=[f"{size:.0f}" for size in sizes])
        axes.minorticks_off()
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].legend(frameon=False, fontsize="small")
    figure.savefig(output, metadata={"Date": None})


def main() -> None:
    """Run a measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["words", "peers", "tables", "learnt", "kmeans", "table", "curve"])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--of", type=int, help="words to read")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--datasets", nargs="*", default=DATASETS)
    given = parser.parse_args()
    source, results = given.files[0], Results(given.files[0 if given.what == "curve" else -1])
    if given.what == "words":
        words(source, results, given.of)
    elif given.what == "peers":
        peers(source, results, given.datasets)
    elif given.what == "tables":
        tables(source, results, given.epochs)
    elif given.what == "learnt":
        learnt(source, results)
    elif given.what == "kmeans":
        kmeans(source, results)
    elif given.what == "curve":
        curve(results, given.files[-1])
    else:
        table(results)


if __name__ == "__main__":
    main()
