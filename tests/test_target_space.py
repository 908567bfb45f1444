"""Mapped rows in the target's own space: exact where nothing is centred, close to the common space elsewhere."""

import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from numpy.typing import NDArray
from planted import Planted, planted

from wordvec import Vectors
from wordvec.alignment import Anchors, Mapping, Procrustes, VecMap
from wordvec.alignment import both_ways as module
from wordvec.alignment.both_ways import BothWays, both_ways
from wordvec.alignment.mapping import PLACEMENT
from wordvec.errors import InputError, SettingsError

STEPS = ["", "unit", "center", "center,unit", "unit,center", "unit,center,unit"]


def spaces(noise: float = 0.0, scale: float = 1.0) -> Planted:
    """Return two spaces with a common direction each, and rows of other lengths in the source."""
    copy = planted(400, noise=noise)
    draw = np.random.default_rng(5)
    shifted = [side.matrix + draw.standard_normal(12) * 1.5 for side in (copy.source, copy.target)]
    source = Vectors(copy.source.words, scale * shifted[0])
    return Planted(source, Vectors(copy.target.words, shifted[1]), copy.order)


def cosines(mapping: Mapping, copy: Planted) -> NDArray[np.float32]:
    source, target = mapping.apply(copy.source).unit().matrix, mapping.apply_to_target(copy.target).unit().matrix
    found: NDArray[np.float32] = source @ target.T
    return found


def found(mapping: Mapping, copy: Planted) -> float:
    return float(np.mean(cosines(mapping, copy).argmax(axis=1) == copy.order))


@pytest.mark.parametrize("steps", ["", "unit"])
def test_cosines_are_exact_if_nothing_is_centred(steps: str) -> None:
    copy = spaces(noise=0.2)
    mapping = Procrustes(steps=steps).fit(copy.source, copy.target, copy.anchors(100))
    assert cosines(mapping.in_space("target"), copy) == pytest.approx(cosines(mapping, copy), abs=1e-6)
    again = mapping.in_space("target").apply_to_target(copy.target)
    assert np.array_equal(again.matrix, copy.target.matrix)


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_translations_are_found_in_both_spaces_for_each_normalisation(steps: str, scale: float) -> None:
    copy = spaces(noise=0.05, scale=scale)
    mapping = Procrustes(steps=steps).fit(copy.source, copy.target, copy.anchors(200))
    own, common = found(mapping.in_space("target"), copy), found(mapping, copy)
    assert own > common - 0.03
    if steps.startswith("unit,center"):
        assert common > 0.9
        naive = mapping.apply(copy.source).unit().matrix @ copy.target.unit().matrix.T
        assert np.mean(naive.argmax(axis=1) == copy.order) < own


def test_a_row_is_placed_around_the_targets_mean() -> None:
    copy = spaces(noise=0.2)
    mapping = Procrustes().fit(copy.source, copy.target, copy.anchors(100))
    mean_s, mean_t = mapping.source.normalisation.means[0], mapping.target.normalisation.means[0]
    rows = copy.source.matrix.astype(float)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True) - mean_s
    lengths = np.linalg.norm(unit, axis=1, keepdims=True)
    factor = mapping.record[PLACEMENT][0]
    expected = factor * lengths * ((unit / lengths) @ mapping.source.matrix) + mean_t
    assert mapping.in_space("target").apply(copy.source).matrix == pytest.approx(expected, abs=1e-6)


def test_the_factor_is_that_of_the_anchors_lengths_and_cosine() -> None:
    copy = spaces(noise=0.4)
    anchors = copy.anchors(150)
    mapping = Procrustes().fit(copy.source, copy.target, anchors)
    x, y = mapping.source.rows(copy.source.matrix[:150]), mapping.target.rows(copy.target.matrix[copy.order[:150]])
    lengths = []
    sides = (mapping.source, copy.source.matrix[:150]), (mapping.target, copy.target.matrix[copy.order[:150]])
    for side, rows in sides:
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True) - side.normalisation.means[0]
        lengths.append(np.linalg.norm(unit, axis=1).mean())
    factors = mapping.record[PLACEMENT]
    cosine = np.mean(np.sum(x * y, axis=1))
    assert factors == pytest.approx([lengths[1] / lengths[0] / cosine, lengths[0] / lengths[1] / cosine], rel=1e-4)
    assert mapping.inverted().record[PLACEMENT] == factors[::-1]
    assert VecMap(steps="unit", self_learning=True).fit(copy.source, copy.target, anchors).record[PLACEMENT][0] > 0


def test_vecmap_ranks_by_the_product_of_the_common_space() -> None:
    copy = spaces(noise=0.4)
    mapping = VecMap(steps="unit").fit(copy.source, copy.target, copy.anchors(200))
    moved = mapping.in_space("target").apply(copy.source).matrix
    common = mapping.source.rows(copy.source.matrix) @ mapping.target.rows(copy.target.matrix).T
    own = moved @ copy.target.unit().matrix.T
    assert own == pytest.approx(common, abs=1e-4)


def test_rows_of_zeros_stay() -> None:
    copy = spaces()
    copy.source.matrix[[3, 200]] = 0
    moved = Procrustes().fit(copy.source, copy.target, copy.anchors(100)).in_space("target").apply(copy.source)
    assert np.flatnonzero(~moved.present).tolist() == [3, 200]


def test_rows_centred_twice_have_no_place_there() -> None:
    copy = spaces()
    mapping = Procrustes(steps="center,unit,center").fit(copy.source, copy.target, copy.anchors(100))
    assert not mapping.reaches_target
    with pytest.raises(SettingsError, match="centred more than once"):
        mapping.in_space("target")
    with pytest.raises(SettingsError, match="space: own; choose from common, target"):
        mapping.in_space("own")


def test_a_saved_mapping_keeps_its_space(tmp_path: Path) -> None:
    copy = spaces(noise=0.1)
    mapping = Procrustes().fit(copy.source, copy.target, copy.anchors(100)).in_space("target")
    mapping.save(tmp_path / "m.npz")
    again = Mapping.load(tmp_path / "m.npz")
    assert again.space == "target"
    assert np.array_equal(again.apply(copy.source).matrix, mapping.apply(copy.source).matrix)
    assert again.inverted().space == "target"
    assert found(again, copy) > 0.9
    back = again.inverted()
    sides = back.apply(copy.target).unit().matrix, copy.source.unit().matrix
    assert np.mean((sides[0] @ sides[1].T).argmax(axis=1)[copy.order] == np.arange(400)) > 0.9


def test_factors_of_a_damaged_record_are_ignored() -> None:
    copy = spaces()
    mapping = Procrustes().fit(copy.source, copy.target, copy.anchors(100))
    for bad in (None, [1.0], ["a", "b"], [0.0, 1.0], [float("inf"), 1.0]):
        damaged = Mapping(mapping.source, mapping.target, {PLACEMENT: bad}, "target")
        assert np.isfinite(damaged.apply(copy.source).matrix).all()


def test_precision_both_ways_is_of_the_pairs_among_the_first_words(monkeypatch: pytest.MonkeyPatch) -> None:
    copy = spaces(noise=0.5)
    mapping = Procrustes().fit(copy.source, copy.target, copy.anchors(100))
    monkeypatch.setattr(module, "CANDIDATES", 250)
    monkeypatch.setattr(module, "ASKED", 60)
    measured = both_ways(mapping, copy.source, copy.target, copy.anchors(100))
    assert measured is not None
    assert measured.words == 60
    assert 0 < measured.target < 1
    assert both_ways(mapping, copy.source, copy.target, _last(copy)) is None


def _last(copy: Planted) -> Anchors:
    return Anchors(np.array([399]), copy.order[399:400], {})


def test_the_common_space_is_kept_where_more_than_a_point_is_lost() -> None:
    assert BothWays(100, 0.5, 0.48).better == "common"
    assert BothWays(100, 0.5, 0.495).better == "target"
    assert BothWays(100, 0.4, 0.5).better == "target"


class TestCommand:
    @pytest.fixture(autouse=True)
    def pair(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
        monkeypatch.chdir(tmp_path)
        copy = spaces(noise=0.05)
        copy.source.save("s.vec")
        copy.target.save("t.vec")
        Path("st.txt").write_text("".join(f"s{row} t{copy.order[row]}\n" for row in range(300)))
        return copy

    def align(self, wordvec: Call, *options: str) -> list[str]:
        done = wordvec("align", "s.vec", "t.vec", "--dictionary", "st.txt", *options, "-o", "o.vec", "--force")
        assert done.code == 0, done.err
        return done.err.splitlines()

    def test_one_output_is_written_where_nothing_is_lost(self, wordvec: Call) -> None:
        lines = self.align(wordvec, "--mapping", "m.npz")
        assert lines[1].startswith("p@1 (CSLS) of 300 words that the mapping was fitted to: ")
        assert lines[1].endswith("; for its quality use other pairs: wordvec evaluate translation")
        assert lines[-1] == "o.vec: 400 words, dim 12; compare with t.vec"
        assert not Path("o.target.vec").exists()
        assert wordvec("map", "m.npz", "s.vec", "-o", "again.vec").code == 0
        assert np.array_equal(Vectors.load("again.vec").matrix, Vectors.load("o.vec").matrix)

    def test_two_are_written_where_the_own_space_loses(self, wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("wordvec.cli.commands.align.both_ways", lambda *_: BothWays(300, 0.9, 0.88))
        assert self.align(wordvec)[-3:] == [
            "p@1 (CSLS) of 300 words that the mapping was fitted to: 0.880 in the target's own space, 0.900 in a "
            "common one; for its quality use other pairs: wordvec evaluate translation",
            "o.vec: 400 words, dim 12; compare with o.target.vec",
            "translate with: wordvec translate o.vec o.target.vec",
        ]
        step = json.loads(Path("o.json").read_text())["history"][-1]
        assert (step["space"], step["precision"]["target"]) == ("common", 0.88)

    def test_the_choice_can_be_made_beforehand(self, wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("wordvec.cli.commands.align.both_ways", lambda *_: BothWays(300, 0.9, 0.1))
        assert self.align(wordvec, "--space", "target")[-1].endswith("compare with t.vec")
        assert not Path("o.target.vec").exists()
        assert self.align(wordvec, "--steps", "unit")[-1].endswith("compare with t.vec")
        assert self.align(wordvec, "--steps", "center,unit,center")[-2].endswith("compare with o.target.vec")


def test_a_mapping_file_with_an_impossible_space_is_refused(tmp_path: Path) -> None:
    copy = spaces()
    twice = Procrustes(steps="center,unit,center").fit(copy.source, copy.target, copy.anchors(100))
    Mapping(twice.source, twice.target, twice.record, "target").save(tmp_path / "m.npz")
    with pytest.raises(InputError, match="not a mapping"):
        Mapping.load(tmp_path / "m.npz")
