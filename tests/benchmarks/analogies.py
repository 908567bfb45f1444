"""Google's 19,544 analogies on 70,000 × 100 vectors, the 30,000 first words: wordvec in turn with gensim.

The vectors are made so that all questions are covered and about half are solved: in each pair of words the second is
the first, moved by its section's way, and chance.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from wordvec import Vectors
from wordvec.evaluation.datasets import Questions, read_questions
from wordvec.evaluation.intrinsic.analogy import Convention, judge

Record = dict[str, Any]

WORDS, DIM, LIMIT = 70_000, 100, 30_000
CONVENTION = Convention(limit=LIMIT)


def run(repeats: int) -> list[Record]:
    """Return the seconds of each tool, and how many questions it counts as solved and asked."""
    from gensim.test.utils import datapath

    questions = read_questions("google")
    vectors = planted(questions)
    keyed = vectors.to_gensim()

    def ours() -> tuple[int, int]:
        total = judge(vectors, questions, CONVENTION).sums["total"]
        return total.correct, total.covered

    def gensim() -> tuple[int, int]:
        _, sections = keyed.evaluate_word_analogies(datapath("questions-words.txt"), restrict_vocab=LIMIT)
        right = len(sections[-1]["correct"])
        return right, right + len(sections[-1]["incorrect"])

    ours()
    tools: dict[str, Callable[[], tuple[int, int]]] = {"wordvec": ours, "gensim": gensim}
    seconds: dict[str, list[float]] = {name: [] for name in tools}
    counts = {}
    for _ in range(repeats):
        for name, tool in tools.items():
            begun = time.perf_counter()
            counts[name] = tool()
            seconds[name].append(time.perf_counter() - begun)
    theirs = statistics.median(seconds["gensim"])
    return [
        {
            "tool": name,
            "seconds": statistics.median(seconds[name]),
            "ratio": theirs / statistics.median(seconds[name]),
            "correct": counts[name][0],
            "covered": counts[name][1],
            "runs": repeats,
        }
        for name in tools
    ]


def planted(questions: Questions) -> Vectors:
    """Make vectors in which pairs of a section differ alike, with Google's words among the first `LIMIT`."""
    chance = np.random.default_rng(1)
    rows: dict[str, Any] = {}
    for section in questions.sections:
        way = chance.standard_normal(DIM)
        for a, b, c, d in section.questions:
            for first, second in ((a, b), (c, d)):
                rows.setdefault(first.lower(), chance.standard_normal(DIM))
                rows.setdefault(second.lower(), rows[first.lower()] + way + 0.7 * chance.standard_normal(DIM))
    others = [f"word{number}" for number in range(WORDS - len(rows))]
    matrix = np.concatenate([np.stack(list(rows.values())), chance.standard_normal((len(others), DIM))])
    order = np.concatenate([chance.permutation(LIMIT), np.arange(LIMIT, WORDS)])
    words = [*rows, *others]
    return Vectors([words[row] for row in order], matrix[order])
