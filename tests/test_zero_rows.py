"""A row of zeros is no vector: everything does with it what it would do if the row were missing."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call
from numpy.typing import NDArray
from scipy.stats import ortho_group

from wordvec import Vectors
from wordvec.alignment import METHODS, Anchors, Mapping, from_dictionary, identical
from wordvec.alignment.induction import induce
from wordvec.alignment.methods.procrustes import aligned, aligned_in_turn
from wordvec.alignment.normalise import Normalisation
from wordvec.alignment.retrieval import RETRIEVALS
from wordvec.alignment.retrofitting import retrofit
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.datasets import Pairs, Questions, Section
from wordvec.evaluation.intrinsic import analogy, pair_scores, translation
from wordvec.evaluation.lookup import MISSING, Lookup
from wordvec.evaluation.probes.features import Frozen
from wordvec.evaluation.reporting import scores
from wordvec.evaluation.reporting.report import ReportSettings, report
from wordvec.evaluation.slices import temporal_analogies
from wordvec.formats import Plain
from wordvec.formats.common.reading import in_memory
from wordvec.lexicons.lexicon import Lexicon
from wordvec.plots import self_similarity
from wordvec.rows import present
from wordvec.slices import store
from wordvec.slices.aligned import rotated
from wordvec.slices.measures import common, cosines, measure
from wordvec.subwords import Subwords
from wordvec.trainers.matrices import copy_known
from wordvec.transforms import numbers, selection
from wordvec.vectors import NoVectorError, UnknownWordError
from wordvec.workers import Progress, StopFlag

WORDS, DIM = 240, 8
ABSENT = np.arange(3, WORDS, 5)


def slices(seed: int = 1) -> tuple[Vectors, Vectors]:
    """Two spaces of the same words, the second a rotation of the first with some noise and another mean."""
    draw = np.random.default_rng(seed)
    matrix = draw.standard_normal((WORDS, DIM)) + np.linspace(0, 2, DIM)
    turned = matrix @ ortho_group.rvs(DIM, random_state=seed) + 0.05 * draw.standard_normal((WORDS, DIM))
    words = [f"w{row}" for row in range(WORDS)]
    counts = np.arange(WORDS, 0, -1) + 100
    return Vectors(words, matrix, counts), Vectors(words, turned, counts)


def emptied(vectors: Vectors, rows: NDArray[np.int64] = ABSENT) -> Vectors:
    matrix = vectors.matrix.copy()
    matrix[rows] = 0
    return Vectors(vectors.words, matrix, vectors.counts)


def without(vectors: Vectors, rows: NDArray[np.int64] = ABSENT) -> Vectors:
    return vectors.subset([word for row, word in enumerate(vectors.words) if row not in set(rows.tolist())])


@pytest.fixture
def decades() -> tuple[Vectors, Vectors]:
    """Two decades, of which each lacks words that the other has, and both some."""
    one, other = slices()
    return emptied(one), emptied(other, ABSENT + 1 - (ABSENT % 2))


def smaller(decades: tuple[Vectors, Vectors]) -> tuple[Vectors, Vectors]:
    one, other = (without(side, np.flatnonzero(~side.present)) for side in decades)
    return one, other


class TestPresence:
    @pytest.mark.parametrize("dim", [0, 1, 3])
    def test_only_rows_that_are_all_zeros_are_absent(self, dim: int) -> None:
        matrix = np.zeros((20_000, dim), np.float32)
        assert not present(matrix).any()
        if dim:
            matrix[7, -1], matrix[9_000, 0], matrix[12, -1] = 1e-45, np.nan, -0.0
            assert np.flatnonzero(present(matrix)).tolist() == [7, 9_000]


class TestVectors:
    def test_an_absent_word_is_nobodys_neighbour(self) -> None:
        vectors = emptied(slices()[0])
        found = vectors.nearest("w0", WORDS)
        assert len(found) == WORDS - len(ABSENT) - 1
        assert found == without(vectors).nearest("w0", WORDS)

    def test_many_queries_and_vectors_find_none_either(self) -> None:
        vectors = emptied(slices()[0])
        others = vectors.nearest(vectors.matrix[:2], WORDS)
        assert {len(one) for one in others} == {WORDS - len(ABSENT)}
        assert {f"w{row}" for row in ABSENT}.isdisjoint(word for one in others for word, _ in one)

    @pytest.mark.parametrize("ask", [lambda v: v.nearest("w3"), lambda v: v.nearest(["w0", "w3"])])
    def test_asking_for_one_is_an_error(self, ask: Any) -> None:
        with pytest.raises(NoVectorError, match="w3: has no vector, its row is all zeros"):
            ask(emptied(slices()[0]))

    def test_an_analogy_with_one_is_an_error(self) -> None:
        with pytest.raises(NoVectorError, match="w8: has no vector"):
            emptied(slices()[0]).analogy("w0", "w8", "w1")

    def test_an_analogy_is_not_answered_by_one(self) -> None:
        vectors = emptied(slices()[0])
        assert vectors.analogy("w0", "w1", "w2", 300) == without(vectors).analogy("w0", "w1", "w2", 300)

    @pytest.mark.parametrize(("query", "row"), [(np.zeros(2), ""), ([[1, 0], [0, 0]], r" \(row 1 of the queries\)")])
    def test_a_query_of_zeros_is_an_error(self, query: Any, row: str) -> None:
        with pytest.raises(SettingsError, match=f"a vector of zeros has no neighbours{row}"):
            Vectors(["a"], [[1, 0]]).nearest(np.array(query, np.float32))

    def test_a_word_whose_ngrams_are_zeros_is_an_error(self) -> None:
        vectors = Vectors(["abc"], [[1, 0]], subwords=Subwords(np.zeros((4, 2), np.float32), 3, 3))
        with pytest.raises(NoVectorError, match="j: has no vector, the rows of its n-grams are all zeros"):
            vectors.nearest("j")

    def test_a_word_without_ngrams_is_unknown(self) -> None:
        vectors = Vectors(["abc"], [[1, 0]], subwords=Subwords(np.ones((4, 2), np.float32), 4, 4))
        with pytest.raises(NoVectorError, match="j: not among the 1 words, and has no n-grams"):
            vectors.nearest("j")
        with pytest.raises(UnknownWordError):
            vectors["j"]

    def test_it_is_known_but_not_covered(self) -> None:
        vectors = emptied(slices()[0])
        assert "w3" in vectors
        assert not vectors.covers("w3")
        assert vectors.covers("w2")
        assert not vectors.covers("nowhere")


class TestNormalisation:
    @pytest.mark.parametrize("steps", ["unit,center,unit", "center", "unit,center", "unit"])
    def test_it_is_learnt_from_the_others_and_leaves_rows_of_zeros(self, steps: str) -> None:
        whole = emptied(slices()[0])
        some = without(whole)
        learnt, expected = Normalisation.of(whole.matrix, steps), Normalisation.of(some.matrix, steps)
        np.testing.assert_allclose(learnt.means, expected.means, rtol=0, atol=1e-15)
        moved = learnt.apply(whole.matrix)
        assert not moved[ABSENT].any()
        np.testing.assert_allclose(moved[whole.present], expected.apply(some.matrix), atol=1e-14)

    def test_a_mapping_does_not_move_them(self, decades: tuple[Vectors, Vectors], tmp_path: Path) -> None:
        found = METHODS["procrustes"]().fit(*decades, identical(*decades))
        found.save(tmp_path / "m.npz")
        for mapping in (found, Mapping.load(tmp_path / "m.npz")):
            assert (mapping.apply(decades[0]).present == decades[0].present).all()
            assert (mapping.apply_to_target(decades[1]).present == decades[1].present).all()


class TestAlignment:
    def test_it_is_no_anchor(self, decades: tuple[Vectors, Vectors]) -> None:
        anchors = identical(*decades)
        assert decades[0].present[anchors.source].all()
        assert decades[1].present[anchors.target].all()
        assert len(anchors) == (decades[0].present & decades[1].present).sum()

    def test_a_dictionary_does_not_cover_it(self, decades: tuple[Vectors, Vectors]) -> None:
        anchors = from_dictionary([("w0", "w0"), ("w3", "w3"), ("w0", "w9")], *decades)
        assert (anchors.source.tolist(), anchors.record["missing_in_source"]) == ([0], 1)

    def test_no_anchor_left_is_told(self) -> None:
        one, other = slices()
        with pytest.raises(InputError, match=r"of 240 and 240 \(120 and 120 have a vector; the others are rows of"):
            identical(emptied(one, np.arange(0, WORDS, 2)), emptied(other, np.arange(1, WORDS, 2)))

    def test_no_vector_at_all_is_told(self) -> None:
        one, other = slices()
        nothing = emptied(other, np.arange(WORDS))
        anchors = Anchors(np.arange(9), np.arange(9), {})
        with pytest.raises(InputError, match="no word of the target has a vector: all its rows are zeros"):
            METHODS["procrustes"]().fit(one, nothing, anchors)

    def test_anchors_that_have_none_are_left_out(self, decades: tuple[Vectors, Vectors]) -> None:
        rows = np.arange(WORDS)
        found = METHODS["procrustes"]().fit(*decades, Anchors(rows, rows, {"dictionary": "mine"}))
        expected = METHODS["procrustes"]().fit(*decades, identical(*decades))
        assert found.source.matrix.tobytes() == expected.source.matrix.tobytes()
        assert found.record["anchors"]["without_vector"] == WORDS - len(identical(*decades))

    def test_anchors_of_which_none_has_one_are_refused(self, decades: tuple[Vectors, Vectors]) -> None:
        with pytest.raises(InputError, match="none of the 1 pairs has a vector on both sides"):
            METHODS["linear"]().fit(*decades, Anchors(ABSENT[:1], ABSENT[:1], {}))

    @pytest.mark.parametrize("method", [*METHODS, "vecmap, from nothing"])
    def test_every_method_finds_what_it_finds_without_them(self, method: str, decades: tuple[Vectors, Vectors]) -> None:
        few = smaller(decades)
        aligner = METHODS[method.partition(",")[0]]()
        nothing = method.endswith("nothing")
        found, expected = (aligner.fit(*pair, None if nothing else identical(*pair)) for pair in (decades, few))
        for mine, theirs in zip(_sides(found), _sides(expected), strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-5)

    @pytest.mark.parametrize("method", ["refine", "rcsls"])
    def test_pairs_for_validation_are_numbered_alike(self, method: str, decades: tuple[Vectors, Vectors]) -> None:
        few = smaller(decades)
        aligner = METHODS[method]()
        found, expected = (aligner.fit(*pair, identical(*pair), validation=identical(*pair)) for pair in (decades, few))
        for mine, theirs in zip(_sides(found), _sides(expected), strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-5)

    def test_slices_in_turn_are_rotated_by_the_others(self, decades: tuple[Vectors, Vectors]) -> None:
        found, expected = aligned_in_turn(decades, "center"), aligned_in_turn(smaller(decades), "center")
        np.testing.assert_allclose(found[1].matrix[decades[1].present], expected[1].matrix, atol=1e-6)
        everything = aligned(decades[1], decades[0], decades[0].words, "center")
        np.testing.assert_allclose(everything.matrix, found[1].matrix, atol=1e-6)

    def test_slices_of_a_compass_are_rotated_by_the_others(self, decades: tuple[Vectors, Vectors]) -> None:
        found, expected = rotated(*decades[::-1]), rotated(*smaller(decades)[::-1])
        np.testing.assert_allclose(found.matrix[decades[1].present], expected.matrix, atol=1e-6)

    def test_two_decades_of_histwords(self, decades: tuple[Vectors, Vectors], tmp_path: Path, wordvec: Call) -> None:
        for name, vectors in zip(("1900", "1910"), decades, strict=True):
            np.save(tmp_path / f"{name}-w.npy", vectors.matrix.astype(np.float64))
            (tmp_path / f"{name}-vocab.pkl").write_bytes(pickle.dumps(vectors.words))
        arguments = [str(tmp_path / "1900-w.npy"), str(tmp_path / "1910-w.npy"), "--dictionary", "identical"]
        done = wordvec("align", *arguments, "-o", str(tmp_path / "a.vec"))
        assert done.code == 0
        both = int((decades[0].present & decades[1].present).sum())
        assert f"{both} words are spelt alike; {WORDS - both} more have no vector in one of both\n" in done.err
        assert (
            wordvec("nearest", str(tmp_path / "a.vec"), "w3").err
            == "wordvec: w3: has no vector, its row is all zeros\n"
        )
        moved = Vectors.load(tmp_path / "a.vec")
        assert (moved.present == decades[0].present).all()
        info = json.loads(wordvec("info", str(tmp_path / "1900-w.npy"), "--json").out)
        assert (info["words"], info["without_vector"]) == (WORDS, len(ABSENT))


def _sides(mapping: Mapping) -> list[NDArray[np.float64]]:
    return [mapping.source.matrix, mapping.target.matrix]


class TestChange:
    def test_measures_are_those_of_the_others(self, decades: tuple[Vectors, Vectors]) -> None:
        few = smaller(decades)
        words = common(*decades)
        assert words == common(*few)
        found, expected = measure(*decades, decades[0].words), measure(*few, words)
        for mine, theirs in zip(found, expected, strict=True):
            np.testing.assert_array_equal(mine[~np.isnan(mine)], theirs)
        assert np.isnan(cosines(*decades, ["w3"])).all()

    def test_slices_are_compared_by_the_others(self, decades: tuple[Vectors, Vectors]) -> None:
        assert np.isfinite(self_similarity(dict(zip("ab", decades, strict=True)))).all()

    def test_a_words_path_goes_by_the_slices_that_have_its_vector(
        self, decades: tuple[Vectors, Vectors], tmp_path: Path, wordvec: Call
    ) -> None:
        (tmp_path / store.SLICES).mkdir()
        for name, one in zip(("1900", "1910"), decades, strict=True):
            one.save(tmp_path / store.SLICES / f"{name}.vec")
        store.KIND.write_meta(tmp_path, {"settings": {}, "slices": ["1900", "1910"]})
        assert wordvec("compass", "trace", tmp_path, "w3").err == (
            "wordvec: w3: is in none of the slices, or has no vector there\n"
        )
        assert wordvec("compass", "trace", tmp_path, "w8", "-n", "2").out.startswith("1900\t0\t-\t\n1910\t")
        told = wordvec("compass", "nearest", tmp_path, "1900:w8", "--in", "1910").err
        assert told == "wordvec: w8: has no vector, its row is all zeros\n"
        found = wordvec("compass", "nearest", tmp_path, "1910:w8", "--in", "1900", "-n", "240").out
        assert found.count("\n") == decades[0].present.sum()


@pytest.mark.filterwarnings("ignore:the cosines of:UserWarning")
class TestTranslation:
    @pytest.mark.parametrize("mutual", [False, True])
    @pytest.mark.parametrize("retrieval", RETRIEVALS)
    def test_it_is_neither_translated_nor_a_translation(
        self, retrieval: str, mutual: bool, decades: tuple[Vectors, Vectors]
    ) -> None:
        found = induce(*decades, number=200, retrieval=retrieval, mutual=mutual)
        expected = induce(*smaller(decades), number=200, retrieval=retrieval, mutual=mutual)
        assert [(one.source, one.target) for one in found] == [(one.source, one.target) for one in expected]
        scores = [[pair.score for pair in pairs] for pairs in (found, expected)]
        np.testing.assert_allclose(*scores, atol=1e-5)

    def test_asking_for_one_is_an_error(self, decades: tuple[Vectors, Vectors]) -> None:
        with pytest.raises(NoVectorError, match="w3: has no vector"):
            induce(*decades, ["w0", "w3"])

    def test_it_is_not_covered_and_no_answer(self, decades: tuple[Vectors, Vectors]) -> None:
        pairs, few = [(word, word) for word in decades[0].words], smaller(decades)
        asked, expected = translation.look_up(*decades, pairs), translation.look_up(*few, pairs)
        assert asked.pairs == expected.pairs
        found = translation.ranks(*decades, asked)
        for retrieval, places in translation.ranks(*few, expected).items():
            assert found[retrieval].tolist() == places.tolist()


class TestEvaluation:
    def test_another_spelling_stands_in_for_it(self) -> None:
        vectors = Vectors(["The", "the", "THE"], [[0, 0], [1, 0], [0, 1]])
        assert Lookup.of(vectors).row("The") == 1
        assert Lookup.of(vectors).variants("the") == [1, 2]
        assert Lookup.of(vectors, "fallback").row("The") == 1
        assert Lookup.of(vectors, "exact").row("The") == MISSING
        assert Lookup(vectors.words, "exact").row("The") == 0

    def test_similarity_does_not_cover_it(self) -> None:
        vectors = emptied(slices()[0])
        pairs = Pairs("p", [f"w{row}" for row in range(20)], [f"w{row}" for row in range(1, 21)], list(np.arange(20.0)))
        assert pair_scores.judge(vectors, pairs) == pair_scores.judge(without(vectors), pairs)

    @pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
    def test_analogies_are_neither_asked_nor_answered_with_it(self, method: str) -> None:
        draw = np.random.default_rng(3)
        vectors = emptied(slices()[0])
        questions = [tuple(f"w{row}" for row in draw.choice(WORDS, 4, replace=False)) for _ in range(300)]
        convention = analogy.Convention(method=method, limit=None)
        found = analogy.ranks(vectors, questions, convention)  # type: ignore[arg-type]
        expected = analogy.ranks(without(vectors), questions, convention)  # type: ignore[arg-type]
        assert found.tolist() == expected.tolist()
        assert np.count_nonzero(found == 0) > 100

    def test_temporal_analogies_neither(self, decades: tuple[Vectors, Vectors]) -> None:
        words = decades[0].words
        questions = [temporal_analogies.Question(one, "a", other, "b") for one in words[::3] for other in words[::7]]
        named = [dict(zip("ab", pair, strict=True)) for pair in (decades, smaller(decades))]
        found, expected = (temporal_analogies.ranks(pair, questions) for pair in named)
        assert found.tolist() == expected.tolist()

    def test_a_probe_takes_it_for_unknown(self) -> None:
        frozen = Frozen.of(emptied(slices()[0]), ["w3", "w4"], "exact")
        assert frozen.rows.tolist() == [MISSING, 0]

    def test_the_baseline_of_random_vectors_covers_no_more(self) -> None:
        one = slices()[0]
        questions = Questions(
            "q", [Section("s", [(f"w{n}", f"w{n + 1}", f"w{n + 2}", f"w{n + 3}") for n in range(90)])]
        )
        settings = scores.ScoreSettings(resamples=100)
        named = {"whole": one, "some": emptied(one), "fewer": without(one)}
        table = scores.scores(named, [questions], settings, Progress(quiet=True), StopFlag())
        rows = {row["vectors"]: row for row in table.rows if row["measure"] == table.rows[0]["measure"]}
        assert rows["some"] == rows["fewer"] | {"vectors": "some"}
        assert rows["whole"]["covered"] > rows["some"]["covered"]

    def test_a_report_shows_and_maps_only_what_all_cover(self) -> None:
        one = slices()[0]
        pairs = Pairs("p", [f"w{row}" for row in range(20)], [f"w{row}" for row in range(1, 21)], list(np.arange(20.0)))
        settings = ReportSettings(datasets=(), resamples=100)
        made = report({"a": one, "b": emptied(one)}, settings, read_already=[pairs], progress=Progress(quiet=True))
        assert made.map is not None
        labels = set(made.map.sets[0].words)
        assert {"w2", "w4"} <= labels
        assert not {"w3", "w8"} & (labels | made.neighbours.keys())
        with pytest.raises(InputError, match="w3: unknown to all vectors, or its rows are all zeros"):
            report({"b": emptied(one)}, ReportSettings(datasets=(), words=["w3"], resamples=100), read_already=[])


class TestConversion:
    def test_principal_components_are_those_of_the_others(self) -> None:
        whole = emptied(slices()[0])
        some = without(whole)
        (found, kept), (expected, share) = (
            numbers.reduced(Plain(one.words, one.matrix, None, {}), 3, in_memory) for one in (whole, some)
        )
        assert kept == pytest.approx(share)
        assert not found.matrix[ABSENT].any()
        np.testing.assert_allclose(found.matrix[whole.present], expected.matrix, atol=1e-5)

    @pytest.mark.parametrize("merge", ["first", "mean"])
    def test_words_that_become_one_take_the_vectors_there_are(self, merge: str) -> None:
        plain = Plain(["The", "the", "A", "a"], np.array([[0, 0], [3, 4], [0, 0], [0, 0]], np.float32), None, {})
        lower = selection.lowercased(plain, True, merge, in_memory)
        assert (lower.words, lower.matrix.tolist()) == (["the", "a"], [[3, 4], [0, 0]])

    def test_a_word_whose_ngrams_are_zeros_is_not_made(self) -> None:
        table = Subwords(np.zeros((4, 2), np.float32), 3, 3)
        chosen, unknown = selection.chosen(
            Plain(["abc"], np.ones((1, 2), np.float32), None, {}, table), ["abc", "other"], in_memory
        )
        assert (chosen.words, unknown) == (["abc"], ["other"])


class TestRetrofitting:
    def test_it_neither_moves_nor_draws(self) -> None:
        vectors = emptied(slices()[0])
        near = {"w0": {"w1": 1.0, "w3": 1.0}, "w3": {"w0": 1.0, "w1": 1.0}, "w1": {"w0": 1.0}}
        lexicon = Lexicon.of(near, name="l")
        found, expected = retrofit(vectors, lexicon), retrofit(without(vectors), lexicon)
        assert not found.matrix[ABSENT].any()
        np.testing.assert_array_equal(found.matrix[vectors.present], expected.matrix)


class TestTraining:
    def test_a_training_does_not_start_from_it(self) -> None:
        matrix, known = np.ones((2, 16), np.float32), Vectors(["a", "b"], [[0, 0], [5, 6]])
        assert copy_known(matrix, 2, ["a", "b"], known).rows_copied == 1
        assert matrix[:, :2].tolist() == [[1, 1], [5, 6]]
