"""Phrases of a text at several thresholds: how many there are, and those just above the threshold.

    python examples/phrase_thresholds.py wiki8.txt

The text is encoded into a temporary folder. For each score and threshold a row has the number of phrases, the share of
the text's tokens that are inside one, and the phrases with the lowest scores, from which to judge the threshold.
"""

import sys

from wordvec import EncodedCorpus
from wordvec.corpora.phrases import Phrases
from wordvec.tables import Table

THRESHOLDS = {"word2phrase": (50, 100, 200), "gensim": (10, 30, 100), "npmi": (0.3, 0.5, 0.7)}
SHOWN = 5


def main(path: str) -> None:
    rows = []
    with EncodedCorpus.from_text(path) as corpus:
        for score, thresholds in THRESHOLDS.items():
            for threshold in thresholds:
                found = Phrases.find(corpus, score=score, threshold=threshold)
                with found.apply(corpus) as joined:
                    inside = 2 * (len(corpus.ids) - len(joined.ids)) / len(corpus.ids)
                lowest = ", ".join(row.phrase for row in found.passes[0][-SHOWN:])
                rows.append(
                    {
                        "score": score,
                        "threshold": str(threshold),
                        "phrases": len(found),
                        "tokens inside": f"{100 * inside:.1f} %",
                        "lowest scores": lowest,
                    }
                )
    print(Table(rows).to_markdown())


if __name__ == "__main__":
    main(sys.argv[1])
