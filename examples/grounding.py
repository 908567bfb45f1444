"""Word vectors mapped to measured spaces, and words found from WordNet's definitions.

    python examples/grounding.py measure VECTORS RESULTS.jsonl [--words 20000] [--norms SENSORIMOTOR.csv]
        [--concreteness CONCRETENESS.csv] [--model MODEL] [--wordnet FOLDER]
    python examples/grounding.py table RESULTS.jsonl

The measured spaces are the six senses of the Lancaster norms (columns 2 to 7), ratings of concreteness by Brysbaert et
al., and the input rows of all-MiniLM-L6-v2 for its tokens that are whole words (see examples/data.md); the definitions
are those of WordNet's four data files. Only the most frequent words of VECTORS are used, as measured words and as
candidates. A line is appended to RESULTS.jsonl after each measurement, so that a stopped run can be continued. Each is
what one command prints, with the same settings:

    wordvec ground VECTORS --space SENSORIMOTOR.csv --columns Word,2-7 [--method cca] -o OUT.vec
    wordvec ground VECTORS --space CONCRETENESS.csv --columns Word,Brysbaert -o OUT.vec
    wordvec ground VECTORS --space ROWS.npy --space-words TOKENS.txt [--method cca] -o OUT.vec
    wordvec evaluate definitions VECTORS --dataset FOLDER
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from wordvec import Vectors
from wordvec.alignment import Grounding, MeasuredSpace
from wordvec.evaluation import Table, definitions, grounding
from wordvec.evaluation.datasets.measured import read_measured
from wordvec.language_models import Source, SubwordVocabulary

TENSOR = "embeddings.word_embeddings.weight"
TOKENS = 5_000
"""Number of whole-word tokens, those that are most frequent in the vectors."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    one = parts.add_parser("measure")
    one.add_argument("vectors", type=Path)
    one.add_argument("results", type=Path)
    one.add_argument("--words", type=int, default=20_000)
    for name in ("norms", "concreteness", "model", "wordnet"):
        one.add_argument(f"--{name}", type=Path)
    parts.add_parser("table").add_argument("results", type=Path)
    given = parser.parse_args()
    if given.part == "table":
        for line in given.results.read_text().splitlines():
            read = json.loads(line)
            print(f"\n{read['name']}\n{Table(read['rows'], read['notes'])}")
        return
    measure(given)


def measure(given: argparse.Namespace) -> None:
    """Run the measurements whose files are given and whose results are not there yet."""
    vectors = Vectors.load(given.vectors, limit=given.words, contexts=False)
    wanted: dict[str, Callable[[], Table]] = {}
    for method in ("ridge", "cca"):
        settings = Grounding(method=method)
        if given.norms:
            wanted[f"sensorimotor norms, {method}"] = lambda settings=settings: grounding(  # type: ignore[misc]
                vectors, read_measured(given.norms, columns="Word,2-7"), settings
            )
        if given.model:
            wanted[f"rows of MiniLM, {method}"] = lambda settings=settings: grounding(  # type: ignore[misc]
                vectors, rows_of_tokens(given.model, vectors), settings
            )
    if given.concreteness:
        wanted["concreteness, ridge"] = lambda: grounding(
            vectors, read_measured(given.concreteness, columns="Word,Brysbaert")
        )
    if given.wordnet:
        wanted["definitions of WordNet"] = lambda: definitions(vectors, given.wordnet)
    there = given.results.read_text().splitlines() if given.results.exists() else []
    done = {json.loads(line)["name"] for line in there}
    for name, work in wanted.items():
        if name not in done:
            table = work()
            with given.results.open("a") as file:
                file.write(json.dumps({"name": name, "rows": table.rows, "notes": table.notes}) + "\n")
            print(f"\n{name}\n{table}", flush=True)


def rows_of_tokens(model: Path, vectors: Vectors) -> MeasuredSpace:
    """Return the input rows of a model for the most frequent words that are tokens of it."""
    vocabulary = SubwordVocabulary.load(model / "tokenizer.json")
    matrix = Source.load(f"{model / 'model.safetensors'}:{TENSOR}", vocabulary).matrix
    number = {token: row for row, token in enumerate(vocabulary.tokens)}
    words = [word for word in vectors.words if word in number][:TOKENS]
    return MeasuredSpace(words, np.array([matrix[number[word]] for word in words], np.float64), name="tokens of MiniLM")


if __name__ == "__main__":
    main()
