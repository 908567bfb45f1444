"""VecMap's mapping of both sides, step by step as it is published."""

import naive
import numpy as np
import pytest
from planted import planted

from wordvec.alignment import Anchors, VecMap
from wordvec.alignment.methods.vecmap import advanced
from wordvec.errors import InputError, SettingsError


@pytest.mark.parametrize("seed", range(5))
def test_both_sides_are_the_published_steps_one_after_another(seed: int) -> None:
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((60, 7)) @ draw.standard_normal((7, 7))
    y = x @ draw.standard_normal((7, 7)) + 0.3 * draw.standard_normal((60, 7))
    a, b = advanced(x, y)
    mapped, other = naive.vecmap(x, y)
    assert (x @ a) @ (y @ b).T == pytest.approx(mapped @ other.T, abs=1e-6)
    assert np.linalg.norm(x @ a, axis=1) == pytest.approx(np.linalg.norm(mapped, axis=1))


def test_a_rotated_copy_is_recovered() -> None:
    copy = planted()
    mapping = VecMap().fit(copy.source, copy.target, copy.anchors(150))
    assert copy.error(mapping) < 1e-6
    assert copy.error(mapping.inverted().inverted()) < 1e-6
    assert VecMap().moves_target


def test_pairs_that_do_not_span_the_space_are_an_error() -> None:
    copy = planted()
    with pytest.raises(InputError, match="singular: the 8 pairs span 8 of the 12 dimensions of the source"):
        VecMap().fit(copy.source, copy.target, copy.anchors(8))
    one_sided = Anchors(np.arange(100), np.zeros(100, np.int64), {})
    with pytest.raises(InputError, match="span 1 of the 12 dimensions of the target"):
        VecMap().fit(copy.source, copy.target, one_sided)


def test_settings_out_of_range_are_an_error() -> None:
    with pytest.raises(SettingsError, match="neighbours 0: must be at least 1"):
        VecMap(neighbours=0)
