"""A rotated copy with noise is recovered about as well as least squares could, by every method for which that is fair.

Fitting f free numbers to n rows of dim numbers with noise σ, least squares errs by σ √(f / (n dim)). A rotation has
dim (dim − 1) / 2 free numbers, any matrix dim². Refinement and self-learning find all words from some, so that theirs
is the bound of all words. RCSLS fits CSLS, not distances: held to stretch nothing, it stays within the bound of a
matrix; free, its loss falls for ever as W grows, along the directions unequally, so that there is no bound to hold it
to, and only the words it finds count (`test_rcsls`).
"""

import numpy as np
import pytest
from scipy.stats import ortho_group

from wordvec import Vectors
from wordvec.alignment import RCSLS, Aligner, Anchors, Linear, Procrustes, Refine, VecMap
from wordvec.alignment.methods import self_learning

WORDS, DIM, PAIRS = 600, 12, 300
ROTATION, MATRIX = DIM * (DIM - 1) / 2, DIM**2


@pytest.mark.parametrize("noise", [0.02, 0.1])
@pytest.mark.parametrize(
    ("aligner", "pairs", "used", "free"),
    [
        (Procrustes(steps=""), PAIRS, PAIRS, ROTATION),
        (Linear(steps=""), PAIRS, PAIRS, MATRIX),
        (Refine(steps=""), PAIRS, WORDS, ROTATION),
        (RCSLS(steps="", spectral=True), PAIRS, PAIRS, MATRIX),
        (VecMap(steps=""), PAIRS, PAIRS, ROTATION),
        (VecMap(steps="", self_learning=True), 40, WORDS, ROTATION),
        (VecMap(steps=""), 0, WORDS, ROTATION),
    ],
)
def test_with_noise_the_error_is_within_twice_that_of_least_squares(
    monkeypatch: pytest.MonkeyPatch, aligner: Aligner, pairs: int, used: int, free: float, noise: float
) -> None:
    monkeypatch.setattr(self_learning, "INTERVAL", 5)
    draw = np.random.default_rng(1)
    clean, turn = draw.standard_normal((WORDS, DIM)), ortho_group.rvs(DIM, random_state=2)
    source = Vectors([f"s{row}" for row in range(WORDS)], clean)
    target = Vectors([f"t{row}" for row in range(WORDS)], clean @ turn + noise * draw.standard_normal((WORDS, DIM)))
    anchors = Anchors(np.arange(pairs), np.arange(pairs), {}) if pairs else None
    found = aligner.fit(source, target, anchors).matrix
    error = np.linalg.norm(clean @ (found - turn)) / np.sqrt(WORDS * DIM)
    bound = noise * np.sqrt(free / (used * DIM))
    assert 0.5 * bound < error < 2 * bound
