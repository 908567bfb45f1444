"""Input that makes alignment and translation wrong without an error: warnings, --swap, and the file to compare with."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call
from planted import Planted, planted
from scipy.stats import ortho_group

from wordvec import Vectors
from wordvec.alignment import (
    RCSLS,
    Anchors,
    Linear,
    Procrustes,
    Refine,
    VecMap,
    from_dictionary,
    guards,
    induce,
    read_dictionary,
)
from wordvec.alignment.methods import self_learning
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import translation

PAIR = ["s.vec", "t.vec", "--dictionary"]


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """Write two spaces with centres of their own, and dictionaries of both directions."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(self_learning, "INTERVAL", 3)
    copy = planted(200)
    copy.source.save("s.vec")
    copy.target.save("t.vec")
    pairs = [(f"s{row}", f"t{copy.order[row]}") for row in range(200)]
    Path("st.txt").write_text("".join(f"{one} {other}\n" for one, other in pairs))
    Path("ts.txt").write_text("".join(f"{other} {one}\n" for one, other in pairs))
    return copy


def named(vectors: Vectors, **metadata: Any) -> Vectors:
    return Vectors(vectors.words, vectors.matrix, None, metadata)


def trained(vectors: Vectors, seed: int = 1, digest: str = "a", **training: Any) -> Vectors:
    """Return vectors with the metadata of a training run."""
    settings = {"dim": vectors.dim, "seed": seed}
    return named(vectors, method="skipgram", settings=settings, corpus={"digest": digest}, training=training)


class TestSwappedDictionary:
    def test_both_numbers_and_the_option_are_named(self, wordvec: Call, pair: Planted) -> None:
        known = "".join(f"s{row} t{pair.order[row]}\n" for row in range(20))
        Path("mixed.txt").write_text(Path("ts.txt").read_text() + known)
        message = (
            "mixed.txt: 20 of its pairs are known as given, and 200 with its two sides swapped; if it is a dictionary "
            "of the other direction, use --swap (swap=True in Python)"
        )
        for command in (
            ["align", *PAIR, "mixed.txt", "-o", "o.vec"],
            ["evaluate", "translation", "o.vec", "t.vec", "mixed.txt"],
        ):
            with pytest.warns(UserWarning, match="swap=True in Python") as told:
                assert wordvec(*command).code == 0
            assert message in [str(one.message) for one in told]

    def test_without_a_known_pair_it_is_an_error(self, wordvec: Call, pair: Planted) -> None:
        done = wordvec("evaluate", "translation", "s.vec", "t.vec", "ts.txt")
        assert done.code == 1
        assert done.err.startswith("wordvec: s.vec: ts.txt: 0 of its pairs are known as given, and 200 with its two")

    def test_swap_reads_it_the_other_way(self, wordvec: Call, pair: Planted) -> None:
        assert wordvec("align", *PAIR, "ts.txt", "--swap", "-o", "o.vec").code == 0
        done = wordvec("evaluate", "translation", "o.vec", "t.vec", "ts.txt", "--swap", "--resamples", "100", "--csv")
        assert done.code == 0
        assert done.out.splitlines()[1].startswith("o.vec,nearest,200,200,1.0,")
        source, target = Vectors.load("o.vec"), Vectors.load("t.vec")
        table = translation(source, target, "ts.txt", swap=True, resamples=100)
        assert table.rows[0]["p@1"] == 1
        assert read_dictionary("ts.txt", swap=True) == read_dictionary("st.txt")

    def test_a_few_pairs_more_are_no_reason(self) -> None:
        for known, other_way in ((1, 3), (100, 150), (1_476, 90), (0, 0)):
            assert guards.swapped("d.txt", known, other_way) == ""
        for known, other_way in ((0, 1), (104, 4_900), (2, 40)):
            assert f"{other_way:,} with" in guards.swapped("d.txt", known, other_way)

    def test_words_to_translate_may_be_of_the_other_side(self, wordvec: Call, pair: Planted) -> None:
        assert wordvec("align", *PAIR, "st.txt", "-o", "o.vec").code == 0
        word = f"t{pair.order[0]}"
        done = wordvec("translate", "o.vec", "t.vec", word)
        assert done.code == 1
        assert done.err.splitlines()[0] == (
            "wordvec: of 1 word 0 known on this side and 1 on the other; use --swap to translate from TARGET to SOURCE"
        )
        assert wordvec("translate", "o.vec", "t.vec", word, "--swap").out.startswith(f"{word}\ts0\t")
        done = wordvec("translate", "o.vec", "t.vec", "s0", "--swap")
        assert "leave out --swap" in done.err.splitlines()[0]


class TestOpenDirections:
    @pytest.mark.parametrize(
        ("method", "advice"),
        [
            (Procrustes(), "the rotation is arbitrary in them"),
            (Refine(), "the rounds have to find them"),
            (RCSLS(), "the descent starts from a rotation that is arbitrary in them"),
            (VecMap(self_learning=True), "self-learning has to find them"),
        ],
    )
    def test_fewer_pairs_than_dimensions_are_reported(self, pair: Planted, method: Any, advice: str) -> None:
        with pytest.warns(UserWarning, match=f"8 pairs determine 8 of 12 directions, and 4 remain open: .*{advice}"):
            method.fit(pair.source, pair.target, pair.anchors(8))
        method.fit(pair.source, pair.target, pair.anchors(40))

    def test_pairs_of_one_word_determine_one_direction(self, pair: Planted) -> None:
        anchors = Anchors(np.repeat(np.arange(3), 10), pair.order[np.arange(30)], {})
        with pytest.warns(UserWarning, match="30 pairs determine 3 of 12 directions"):
            Procrustes().fit(pair.source, pair.target, anchors)

    def test_directions_that_the_spaces_do_not_have_are_not_open(self, pair: Planted) -> None:
        flat = [Vectors(side.words, side.matrix * (np.arange(12) < 9)) for side in (pair.source, pair.target)]
        Procrustes().fit(*flat, Anchors(np.arange(100), np.arange(100), {}))

    def test_methods_that_refuse_do_not_warn(self, pair: Planted) -> None:
        for method in (Linear(), VecMap()):
            with pytest.raises(InputError, match="singular: the 8 pairs span 8 of the 12 dimensions"):
                method.fit(pair.source, pair.target, pair.anchors(8))


class TestSeeds:
    def test_one_seed_of_two_corpora_is_reported(self, pair: Planted) -> None:
        one, other = trained(pair.source, 5), trained(pair.target, 5, "b")
        with pytest.warns(UserWarning, match="both were trained with seed 5, .* train one of the two with --seed 6"):
            Procrustes().fit(one, other, pair.anchors(40))
        for fine in (trained(pair.target, 6, "b"), trained(pair.target, 5, "a"), pair.target):
            Procrustes().fit(one, fine, pair.anchors(40))

    def test_metadata_of_any_kind_are_read(self, pair: Planted) -> None:
        for metadata in ({"settings": 3}, {"method": "skipgram"}, {"method": [], "settings": {}}, {"history": [7]}):
            assert guards.same_seed(named(pair.source, **metadata), named(pair.target, **metadata)) == ""
            assert not guards.trained_apart(named(pair.source, **metadata), trained(pair.target))


class TestSpacesThatAreNotAligned:
    def test_metadata_show_it(self, pair: Planted) -> None:
        one, other = trained(pair.source, 1), trained(pair.target, 2, "b")
        with pytest.warns(UserWarning, match="trained separately and never aligned"):
            induce(one, other, ["s0"])
        with pytest.warns(UserWarning, match="vectors: the two were trained separately"):
            translation(one, other, [("s0", "t0")], resamples=100)
        mapping = Procrustes().fit(one, other, pair.anchors(40)).in_space("target")
        induce(mapping.apply(one), other, ["s0"])
        copied = trained(pair.target, 2, "b", rows_copied=9)
        induce(one, copied, ["s0"])
        induce(one, one, ["s0"])

    def test_cosines_of_corresponding_words_show_it_without_metadata(self) -> None:
        space = planted(300).target
        turned = space.matrix @ ortho_group.rvs(12, random_state=3).astype(np.float32)
        pairs = [(word, word) for word in space.words]
        with pytest.warns(UserWarning, match="the cosines of 300 corresponding words are hardly higher"):
            translation(Vectors(space.words, turned), space, pairs, resamples=100)
        with pytest.warns(UserWarning, match="the cosines of 300 corresponding words are hardly higher"):
            induce(Vectors(space.words, turned), space, space.words[:1])
        noisy = space.matrix + 2 * np.random.default_rng(1).standard_normal(space.matrix.shape)
        translation(Vectors(space.words, noisy), space, pairs, resamples=100)

    def test_separation_is_that_of_all_pairs_computed_one_by_one(self) -> None:
        draw = np.random.default_rng(2)
        x = draw.standard_normal((30, 5)) + 1
        y = x + draw.standard_normal((30, 5))
        sides = []
        for rows in (x, y):
            unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
            unit -= unit.mean(axis=0)
            sides.append(unit / np.linalg.norm(unit, axis=1, keepdims=True))
        cosines = sides[0] @ sides[1].T
        assert guards.separation(x, y) == pytest.approx(np.diag(cosines).mean() / np.sqrt((cosines**2).mean()))
        assert guards.separation(np.ones((4, 2)), np.ones((4, 2))) == 0


class TestCounterpart:
    def test_the_target_beside_aligned_vectors_is_used(self, wordvec: Call, pair: Planted) -> None:
        options = ("--method", "vecmap", "--space", "common")
        assert wordvec("align", *PAIR, "st.txt", *options, "-o", "o.vec").code == 0
        right = wordvec("translate", "o.vec", "o.target.vec", "s0", "s1")
        done = wordvec("translate", "o.vec", "t.vec", "s0", "s1")
        assert done.out == right.out
        assert done.err == (
            "wordvec: o.vec: was aligned in a common space; o.target.vec, which is t.vec in that space, is used "
            "instead of it\n"
        )
        table = wordvec("evaluate", "translation", "o.vec", "t.vec", "st.txt", "--csv", "--resamples", "100")
        assert table.out == wordvec(
            "evaluate", "translation", "o.vec", "o.target.vec", "st.txt", "--csv", "--resamples", "100"
        ).out  # fmt: skip

    def test_sources_of_two_spaces_are_each_compared_with_their_own(self, wordvec: Call, pair: Planted) -> None:
        for method in ("vecmap", "procrustes"):
            options = ("--method", method, "--space", "common", "-o", f"{method}.vec")
            assert wordvec("align", *PAIR, "st.txt", *options).code == 0
        done = wordvec("evaluate", "translation", "vecmap.vec", "procrustes.vec", "t.vec", "st.txt", "--csv")
        assert [line.split(",")[4] for line in done.out.splitlines()[1:]] == ["1.0"] * 6
        assert "procrustes.target.vec, which is t.vec" in done.err

    def test_a_missing_file_is_named(self, wordvec: Call, pair: Planted) -> None:
        assert wordvec("align", *PAIR, "st.txt", "--space", "common", "-o", "o.vec").code == 0
        Path("o.target.vec").unlink()
        advice = r"compare with the target mapped into that space \(o.target.vec\), or align with --space target"
        for options in ((), ("--swap",)):
            with pytest.warns(UserWarning, match=advice):
                wordvec("translate", "o.vec", "t.vec", *options)

    def test_a_stale_file_of_an_earlier_alignment_is_reported(self, wordvec: Call, pair: Planted) -> None:
        for space in ("common", "target"):
            assert wordvec("align", *PAIR, "st.txt", "--space", space, "-o", "o.vec", "--force").code == 0
        with pytest.warns(UserWarning, match="compare with the target as it was before it was aligned"):
            wordvec("translate", "o.vec", "o.target.vec", "s0")
        assert wordvec("translate", "o.vec", "t.vec", "s0").err == ""

    def test_python_warns(self, pair: Planted) -> None:
        mapping = Procrustes().fit(pair.source, pair.target, pair.anchors(40))
        with pytest.warns(UserWarning, match="compare with the target mapped into that space"):
            induce(mapping.apply(pair.source), pair.target, ["s0"])
        induce(mapping.apply(pair.source), mapping.apply_to_target(pair.target), ["s0"])
        plain = Procrustes(steps="unit").fit(pair.source, pair.target, pair.anchors(40))
        induce(plain.apply(pair.source), pair.target, ["s0"])

    def test_several_targets_have_the_names_of_the_sources(self, pair: Planted) -> None:
        with pytest.raises(SettingsError, match="one for each source under the same name"):
            translation({"a": pair.source}, {"b": pair.target}, [("s0", "t0")])


def test_a_sound_alignment_warns_of_nothing(pair: Planted) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pairs = read_dictionary("st.txt")
        mapping = Procrustes().fit(pair.source, pair.target, from_dictionary(pairs, pair.source, pair.target))
        translation(mapping.in_space("target").apply(pair.source), pair.target, pairs, resamples=100)
