"""How good vectors are, by gensim's own functions and the test sets in its package, for every tool alike."""

from pathlib import Path
from typing import Any

FREQUENT_WORDS = 30_000

Scores = dict[str, float]


def scores(path: Path, header: bool) -> Scores:
    """Return the shares of Google's analogies solved and Spearman's ρ of two word lists, with their coverage.

    Analogies count when all four words are among the `FREQUENT_WORDS` first of the file.
    """
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    vectors = KeyedVectors.load_word2vec_format(str(path), no_header=not header)
    _, sections = vectors.evaluate_word_analogies(datapath("questions-words.txt"), restrict_vocab=FREQUENT_WORDS)
    *parts, total = sections
    syntactic = [part for part in parts if part["section"].startswith("gram")]
    semantic = [part for part in parts if part not in syntactic]
    figures = {"analogies": _solved([total]), "semantic": _solved(semantic), "syntactic": _solved(syntactic)}
    figures["questions"] = len(total["correct"]) + len(total["incorrect"])
    for name, file in (("wordsim", "wordsim353.tsv"), ("simlex", "simlex999.txt")):
        _, spearman, missing = vectors.evaluate_word_pairs(datapath(file))
        figures |= {name: float(spearman.statistic), f"{name}_coverage": 100 - missing}
    return figures


def _solved(sections: list[dict[str, Any]]) -> float:
    """Return the percentage of the questions of some sections that are solved."""
    correct, wrong = (sum(len(section[name]) for section in sections) for name in ("correct", "incorrect"))
    return 100 * correct / max(1, correct + wrong)
