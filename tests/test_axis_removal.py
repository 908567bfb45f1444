"""Removal of an axis: projections are 0, the association remains where neighbours have it, and what convert prints."""

from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from test_axis import PAIRS, A, B

from wordvec import Vectors
from wordvec.errors import InputError
from wordvec.evaluation import axis
from wordvec.evaluation.associations.removal import AxisRemoval
from wordvec.formats import Plain
from wordvec.transforms.conversion import convert
from wordvec.transforms.settings import Conversion

WORDS = [f"w{at}" for at in range(80)]


def gendered(second: float, seed: int = 1) -> Vectors:
    """Return vectors with the axis in dimension 0; words of either side also differ in dimension 1 by `second`."""
    chance = np.random.default_rng(seed)
    rows = 0.3 * chance.normal(size=(2 * PAIRS + len(WORDS), 10))
    rows[PAIRS : 2 * PAIRS, 1:] = rows[:PAIRS, 1:]  # pairs differ along the axis alone
    rows[:PAIRS, 0], rows[PAIRS : 2 * PAIRS, 0] = 1, -1
    side = np.where(np.arange(len(WORDS)) % 2 == 0, 1.0, -1.0)
    rows[2 * PAIRS :, 0] = 0.5 * side
    rows[2 * PAIRS :, 1] += second * side
    return Vectors([*A, *B, *WORDS], rows.astype(np.float32), np.arange(len(rows), 0, -1))


def removed(vectors: Vectors) -> tuple[Plain, AxisRemoval]:
    removal = AxisRemoval((A, B))
    plain = Plain(vectors.words, vectors.matrix, vectors.counts, vectors.metadata)
    return removal(plain, lambda _, rows, dim: np.empty((rows, dim), np.float32)), removal


def test_rows_keep_everything_but_their_part_along_the_axis() -> None:
    vectors = gendered(0)
    direction = axis(vectors, (A, B), WORDS).axis.direction()
    plain, _ = removed(vectors)
    exact = vectors.matrix.astype(np.float64)
    np.testing.assert_allclose(plain.matrix, exact - np.outer(exact @ direction, direction), atol=1e-6)
    np.testing.assert_allclose(plain.matrix @ direction, 0, atol=1e-6)
    assert plain.metadata["history"][-1]["a"] == A


def test_an_association_beside_the_axis_remains_and_one_along_it_does_not() -> None:
    remains = {row["measure"]: row for row in removed(gendered(1.0))[1].remaining.rows}
    gone = {row["measure"]: row for row in removed(gendered(0.0))[1].remaining.rows}
    for name in ("classified", "clustered"):
        assert remains[name]["before"] > 0.95
        assert remains[name]["after"] > 0.95
        assert gone[name]["after"] < 0.75
    assert remains["weat"]["before"] > 1.5
    assert gone["weat"]["after"] is None  # the words of each pair are equal now


def test_poles_that_cancel_out_or_are_unknown_are_an_error() -> None:
    vectors = gendered(0)
    plain = Plain(vectors.words, vectors.matrix, vectors.counts, vectors.metadata)
    for poles, message in (((["a0", "b0"], ["b0", "a0"]), "cancel out"), ((["x"], ["y"]), "A: 0 of 1 word known")):
        with pytest.raises(InputError, match=message):
            AxisRemoval(poles)(plain, lambda _, rows, dim: np.empty((rows, dim), np.float32))


def test_rows_of_subwords_lose_the_axis_too(tmp_path: Path) -> None:
    from wordvec import EncodedCorpus, FastText

    with EncodedCorpus.from_sentences([["tea", "milk", "rum", "gin"]] * 20) as corpus:
        FastText(dim=4, min_count=1, epochs=1, buckets=50, threads=1, sample=0).fit(corpus).save(tmp_path / "f.vectors")
    poles = (["tea", "gin"], ["milk", "rum"])
    convert(tmp_path / "f.vectors", tmp_path / "g.vectors", Conversion(), fold=AxisRemoval(poles))
    before, after = Vectors.load(tmp_path / "f.vectors"), Vectors.load(tmp_path / "g.vectors")
    direction = axis(before, poles, ["rum"]).axis.direction()
    composed = after.compose(["teamilk"])[0][0]
    np.testing.assert_allclose(composed @ direction, 0, atol=1e-6)
    whole = before.compose(["teamilk"])[0][0]
    np.testing.assert_allclose(composed, whole - (whole @ direction) * direction, atol=1e-6)


def test_convert_warns_and_prints_what_remains(tmp_path: Path, wordvec: Call) -> None:
    gendered(1.0).save(tmp_path / "a.vec")
    asked = ["--remove-axis", ",".join(A), ",".join(B)]
    done = wordvec("convert", tmp_path / "a.vec", tmp_path / "b.vec", *asked)
    assert done.code == 0
    assert done.out.splitlines()[0].split() == ["measure", "before", "after", "p"]
    assert "wordvec: warning: the axis is removed, not the association" in done.err
    quiet = wordvec("convert", tmp_path / "a.vec", tmp_path / "c.vec", *asked, "--axis-method", "pca", "--quiet")
    assert quiet == (0, "", "")
    for bad in ([*asked, "--for-sentences"], ["--axis-method", "pca"], ["--remove-axis", "a0,a1", "b0"]):
        found = wordvec("convert", tmp_path / "a.vec", tmp_path / "d.vec", *bad)
        assert found.code in (1, 2)
        assert found.err.count("\n") == 1
        assert not (tmp_path / "d.vec").exists()
