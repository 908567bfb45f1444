"""Explanations of why a word is not called changed, and of what its test could have found."""

import numpy as np

from wordvec.slices.changes import Change
from wordvec.slices.measures import Numbers
from wordvec.slices.significance import FALSE_DISCOVERIES
from wordvec.spelling import Spellings
from wordvec.wording import quantity


def needed_p(p: Numbers, row: int) -> float:
    """Return the largest p-value at which a word would be called changed, if the others keep theirs."""
    others = np.sort(np.delete(p, row))
    ranks = np.arange(1, len(p) + 1)
    limits = FALSE_DISCOVERIES * ranks / len(p)
    reached = np.searchsorted(others, limits, side="right") >= ranks - 1
    return float(limits[reached].max())


def explanation(found: Change, word: str) -> str:
    """Return a line on a word: called changed or why not, or why it was not compared."""
    row = found.row_of(word)
    if row is None:
        return (
            f"{word}: not compared; a word must occur at least {quantity(found.settings.min_count, 'time')} in each "
            f"slice (--min-count){Spellings(found.words).hint([word])}"
        )
    p, q = (float(getattr(numbers, found.by)[row]) for numbers in (found.p, found.q))
    needed, smallest = needed_p(getattr(found.p, found.by), row), float(found.smallest_p[row])
    if found.changed[row]:
        return f"{word}: called changed: p {p:.2g}, q {q:.2g}"
    value, usual = (float(getattr(numbers, found.by)[row]) for numbers in (found.measures, found.usual))
    said = [
        f"{word}: not called changed: q {q:.2g} is above {FALSE_DISCOVERIES:g}",
        f"p is {p:.2g}, and among {len(found.words):,} words compared it would have to be at most {needed:.2g}",
    ]
    if smallest > needed:
        said.append(f"permutations resolve no p below {smallest:.2g}: more of them are needed (--permutations)")
    count = int(min(found.counts_a[row], found.counts_b[row]))
    said.append(
        f"its {found.by} is {value:.2f}, and without change about {usual:.2f} with its count of {count:,} in the slice "
        "where it is rarer"
    )
    if p <= FALSE_DISCOVERIES:
        said.append("as the only word of a study, chosen beforehand, it would count as changed")
    return "; ".join(said)


def resolution(found: Change) -> str:
    """Return a sentence on the smallest attainable p-value, and on what it means for the false discovery rate."""
    smallest = float(np.median(found.smallest_p))
    said = f"smallest attainable p {smallest:.1g}"
    together = int(np.ceil(smallest * len(found.words) / FALSE_DISCOVERIES))
    if together <= 1:
        return said
    return (
        f"warning: {said}, so that q reaches {FALSE_DISCOVERIES:g} only if at least {together:,} of "
        f"{len(found.words):,} words differ as much as that; use more --permutations"
    )
