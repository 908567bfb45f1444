"""Twin of word2phrase.c: counts by joined string, single precision, greedy joining.

Left out: words are not cut at 59 bytes, nothing is dropped at 350 million entries, and the table does not lose its last
entry with a min_count of 1, as the program's does.
"""

from collections import Counter

import numpy as np

Sentences = list[list[str]]


def join(sentences: Sentences, min_count: int, threshold: float, across_lines: bool) -> Sentences:
    """Return the sentences with phrases joined.

    `across_lines`: count the last word of a line and the first of the next as a pair, as the program does.
    """
    counts: Counter[str] = Counter()
    before = None
    for sentence in sentences:
        before = before if across_lines else None
        for word in sentence:
            counts[word] += 1
            if before is not None:
                counts[f"{before}_{word}"] += 1
            before = word
    tokens = np.float32(sum(map(len, sentences)))
    return [_joined(sentence, counts, tokens, min_count, np.float32(threshold)) for sentence in sentences]


def _joined(
    sentence: list[str], counts: Counter[str], tokens: np.float32, min_count: int, threshold: np.float32
) -> list[str]:
    joined: list[str] = []
    last = ""  # no first word: the beginning of a line, or the end of a phrase
    for word in sentence:
        together, first, second = (counts[key] for key in (f"{last}_{word}", last, word))
        known = last and min(together, first, second) >= min_count
        score = np.float32(together - min_count) / np.float32(first) / np.float32(second) * tokens if known else 0
        if score > threshold:
            joined[-1] += f"_{word}"
            last = ""
        else:
            joined.append(word)
            last = word
    return joined
