"""What methods make of a rotated copy with noise, against the least that any method must err."""

import numpy as np
import pytest
from scipy.stats import ortho_group

from wordvec import Vectors
from wordvec.alignment import RCSLS, Aligner, Anchors, Linear, Mapping, Procrustes, Refine, VecMap

WORDS, DIM, NOISE = 2_000, 20, 0.1
ROTATION, MATRIX = DIM * (DIM - 1) / 2, DIM * DIM


@pytest.fixture(scope="module")
def spaces() -> tuple[Vectors, Vectors, Vectors]:
    """Give a space, its rotated copy with noise, and the same without."""
    draw = np.random.default_rng(6)
    names, clean = [f"w{row}" for row in range(WORDS)], draw.standard_normal((WORDS, DIM))
    turned = clean @ ortho_group.rvs(DIM, random_state=7)
    return (
        Vectors(names, clean),
        Vectors(names, turned + NOISE * draw.standard_normal(turned.shape)),
        Vectors(names, turned),
    )


def fitted(aligner: Aligner, spaces: tuple[Vectors, Vectors, Vectors]) -> tuple[Mapping, np.ndarray, np.ndarray]:
    """Align the noisy copy; give the mapping and unit rows of the source and of the copy without noise."""
    source, noisy, turned = spaces
    pairs = Anchors(np.arange(WORDS), np.arange(WORDS), {})
    mapping = aligner.fit(source, noisy, pairs)  # type: ignore[attr-defined]
    return mapping, mapping.apply(source).unit().matrix, mapping.apply_to_target(turned).unit().matrix


@pytest.mark.parametrize(
    ("aligner", "free"),
    [
        (Procrustes(steps=""), ROTATION),
        (Refine(steps=""), ROTATION),
        (VecMap(steps=""), ROTATION),
        (RCSLS(steps="", spectral=True), ROTATION),
        (Linear(steps=""), MATRIX),
    ],
    ids=lambda value: getattr(value, "method", None),
)
def test_the_error_is_within_twice_that_of_least_squares(
    aligner: Aligner, free: float, spaces: tuple[Vectors, Vectors, Vectors]
) -> None:
    # Least squares errs by √(free numbers / all numbers) of the noise; rows are about √DIM long.
    _, mapped, truth = fitted(aligner, spaces)
    bound = NOISE * np.sqrt(free / (WORDS * DIM))
    error = np.linalg.norm(mapped - truth) / np.sqrt(WORDS)
    assert 0.5 * bound < error < 2 * bound


def test_a_free_matrix_of_rcsls_bends_the_space_but_finds_every_word(
    spaces: tuple[Vectors, Vectors, Vectors],
) -> None:
    # Its loss has no least value, so that nothing holds it to the rotation.
    mapping, mapped, truth = fitted(RCSLS(steps=""), spaces)
    assert not mapping.orthogonal
    assert (np.argmax(mapped @ truth.T, axis=1) == np.arange(WORDS)).all()
