"""Rules of the automatic settings: functions of the number of tokens, and of whether training starts from vectors.

They were chosen with examples/defaults.py and examples/continue.py; examples/results.md has the measurements.
"""

import math

from wordvec.settings import Rule

MIN_COUNT = (
    "ignore words with fewer occurrences; default: automatic, 2 below 100,000 tokens, 3 below a million, 5 from there"
)
"""Help of `min_count`, which every trainer has."""
PASSES = "passes over the corpus; default: automatic, from {} for {:,} tokens to 5 for 16 million"
"""Help of `epochs` of skip-gram and CBOW."""
LEARNING_RATE = (
    "initial learning rate, which decreases linearly; default: automatic, {:g}, and {:g} if training starts from "
    "other vectors; half as much with hierarchical-softmax"
)
"""Help of `learning_rate` of skip-gram and CBOW."""

REPLICAS = (
    "copies of the matrices that are trained side by side and combined after each round, so that the result is the "
    "same with any number of threads; 1: threads share one model, and results vary slightly; default: automatic, {} "
    "and fewer if they took more than {:.0f} GB"
)
"""Help of `replicas` of skip-gram, CBOW and fastText."""
ROUND_TOKENS = (
    "about how many tokens each replica trains before they are combined; default: automatic, from {:,} to {:,} for "
    "{:,} tokens or more"
)
"""Help of `round_tokens` of skip-gram, CBOW and fastText."""

RATE_OF_PATHS = 0.5
"""Learning rate of hierarchical softmax, as a share of that of negative sampling.

A window has about fourteen inner nodes, all of which change its words, where most noise words change little.
"""

MOST_REPLICAS, MEMORY_OF_REPLICAS = 4, 8_000_000_000
SHORTEST_ROUND, LONGEST_ROUND, _ROUNDS = 20_000, 100_000, 16
MOST_PIECES = 5
"""Pieces of a replica in a round of automatic length."""
_LEAST_PASSES, _TOKENS_OF_LEAST = 5, 16_000_000


def skipgram_passes(tokens: int, _started: bool = False) -> int:
    """Return the number of passes of skip-gram.

    >>> [skipgram_passes(tokens) for tokens in (1_000, 100_000, 1_000_000, 16_000_000, 1_000_000_000)]
    [20, 18, 10, 5, 5]
    """
    return _passes(tokens, 20, 1 / 4)


def cbow_passes(tokens: int, _started: bool = False) -> int:
    """Return the number of passes of CBOW, which makes fewer steps in a pass than skip-gram.

    >>> [cbow_passes(tokens) for tokens in (1_000, 100_000, 1_000_000, 16_000_000, 1_000_000_000)]
    [30, 30, 14, 5, 5]
    """
    return _passes(tokens, 30, 3 / 8)


def _passes(tokens: int, most: int, power: float) -> int:
    """Return a number of passes that falls with a power of the tokens, between `most` and `_LEAST_PASSES`."""
    wanted = _LEAST_PASSES * math.pow(_TOKENS_OF_LEAST / max(tokens, 1), power)
    return max(_LEAST_PASSES, min(most, round(wanted)))


def learning_rate(usual: float, started: float) -> Rule:
    """Return the rule of a learning rate: `usual`, and `started` if training starts from other vectors.

    >>> rule = learning_rate(0.05, 0.005)
    >>> rule(1_000, False), rule(1_000, True)
    (0.05, 0.005)
    """
    return lambda _, continued: started if continued else usual


def min_count(tokens: int, _started: bool = False) -> int:
    """Return the smallest count of a word that is trained.

    >>> [min_count(tokens) for tokens in (1_000, 100_000, 1_000_000)]
    [2, 3, 5]
    """
    return 2 if tokens < 100_000 else 3 if tokens < 1_000_000 else 5


def replicas(most: int) -> Rule:
    """Return the rule of the number of replicas of matrices of any size, which does not depend on the machine."""
    return lambda *_: most


def replicas_that_fit(size: int, most: int) -> int:
    """Return the largest number of replicas, up to `most`, of matrices of `size` bytes.

    >>> [replicas_that_fit(size, 4) for size in (60_000_000, 2_400_000_000, 9_600_000_000)]
    [4, 2, 1]
    """
    return max(1, min(most, MEMORY_OF_REPLICAS // size - 1))


def round_tokens(tokens: int, _started: bool = False) -> int:
    """Return the tokens of a replica in a round: texts with few rounds in an epoch have shorter ones.

    >>> [round_tokens(tokens) for tokens in (1_000, 500_000, 16_000_000)]
    [20000, 31250, 100000]
    """
    return max(SHORTEST_ROUND, min(LONGEST_ROUND, tokens // _ROUNDS))
