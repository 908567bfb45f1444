"""How good vectors are, by gensim's own functions and the test sets in its package, for every tool alike."""

from pathlib import Path

FREQUENT_WORDS = 30_000

Scores = dict[str, float]


def scores(path: Path, header: bool) -> Scores:
    """Return the share of Google's analogies solved and Spearman's ρ of two word lists, with their coverage.

    Analogies count when all four words are among the `FREQUENT_WORDS` first of the file.
    """
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    vectors = KeyedVectors.load_word2vec_format(str(path), no_header=not header)
    solved, sections = vectors.evaluate_word_analogies(datapath("questions-words.txt"), restrict_vocab=FREQUENT_WORDS)
    total = sections[-1]
    figures = {"analogies": 100 * solved, "questions": len(total["correct"]) + len(total["incorrect"])}
    for name, file in (("wordsim", "wordsim353.tsv"), ("simlex", "simlex999.txt")):
        _, spearman, missing = vectors.evaluate_word_pairs(datapath(file))
        figures |= {name: float(spearman.statistic), f"{name}_coverage": 100 - missing}
    return figures
