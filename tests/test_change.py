"""Change: measures as their slow twin, p-values from similar words, planted change found and no other."""

import dataclasses
import json

import numpy as np
import pytest
from scipy import stats
from test_compass import SMALL, cosine, sentences, three_slices

from wordvec import EncodedCorpus, Vectors
from wordvec.errors import InputError, SettingsError
from wordvec.slices import measures, permutation_test, significance
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.change_settings import MEASURES
from wordvec.slices.changes import Change
from wordvec.slices.methods_paragraph import methods_text
from wordvec.slices.texts import Ids, Slice, numbered


@pytest.fixture(scope="module")
def corpora() -> dict[str, EncodedCorpus]:
    return three_slices()


@pytest.fixture(scope="module")
def aligned(corpora: dict[str, EncodedCorpus]) -> AlignedSlices:
    return SMALL.fit(corpora)


def texts(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices, *names: str) -> list[Slice]:
    return [numbered(corpora[name], aligned.vocabulary, name) for name in names]


def changed(found: Change) -> set[str]:
    return {found.words[row] for row in np.flatnonzero(found.changed)}


@pytest.mark.parametrize("by", MEASURES)
def test_a_planted_change_is_found_and_comes_first(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices, by: str
) -> None:
    found = permutation_test.change(
        aligned, *texts(corpora, aligned, "1990", "2010"), by=by, bootstraps=3, min_count=10
    )
    assert by == "overlap" or {"t0w2", "t1w2"} <= changed(found)
    # With their neighbourhoods those of the words around them have changed, too; their own place has not.
    assert by != "cosine" or changed(found) == {"t0w2", "t1w2"}
    assert {found.words[row] for row in found.order[:2]} == {"t0w2", "t1w2"}
    assert all((wide > 0).all() for wide in found.margins[:2])
    assert found.restarted.shape == found.p.cosine.shape
    assert found.blocks == (12, 12, False)


def test_two_slices_alike_have_no_change(corpora: dict[str, EncodedCorpus], aligned: AlignedSlices) -> None:
    before = aligned.contexts.tobytes()
    found = permutation_test.change(aligned, *texts(corpora, aligned, "1990", "2000"), bootstraps=0, min_count=10)
    assert not found.changed.any()
    assert aligned.contexts.tobytes() == before
    assert np.isnan(found.margins.cosine).all()


@pytest.mark.parametrize("reference", ["first", "compass"])
def test_a_planted_change_is_found_in_slices_that_were_rotated(
    corpora: dict[str, EncodedCorpus], reference: str
) -> None:
    trained = dataclasses.replace(SMALL, method="procrustes", reference=reference, slice_epochs=8).fit(corpora)
    found = permutation_test.change(trained, *texts(corpora, trained, "1990", "2010"), bootstraps=0, min_count=10)
    assert changed(found) == {"t0w2", "t1w2"}


def test_a_word_that_became_rare_has_not_changed(corpora: dict[str, EncodedCorpus]) -> None:
    draw = np.random.default_rng(1)
    fewer = [[word for word in text if word != "t2w4" or draw.random() < 0.1] for text in sentences(9)]
    slices = {"1990": corpora["1990"], "2010": EncodedCorpus.from_sentences(fewer)}
    trained = SMALL.fit(slices)
    found = permutation_test.change(trained, *texts(slices, trained, "1990", "2010"), bootstraps=0, min_count=5)
    row = found.words.index("t2w4")
    assert found.counts_a[row] > 5 * found.counts_b[row]
    assert not found.changed[row]


def test_words_that_only_became_rare_have_uniform_p_values(corpora: dict[str, EncodedCorpus]) -> None:
    draw = np.random.default_rng(3)
    lost = {f"t{topic}w{word}" for topic in range(4) for word in (2, 3, 4, 5)}
    fewer = [[word for word in text if word not in lost or draw.random() < 0.15] for text in sentences(10, 1500)]
    slices = {"1990": corpora["1990"], "2010": EncodedCorpus.from_sentences(fewer)}
    trained = SMALL.fit(slices)
    found = permutation_test.change(trained, *texts(slices, trained, "1990", "2010"), bootstraps=0)
    rows = [found.words.index(word) for word in lost]
    assert (found.log_ratio[rows] < -1).all()
    assert not found.changed[rows].any()
    assert np.mean(found.p.cosine[rows] <= 0.2) <= 0.5
    assert np.mean(found.p.cosine[rows]) > 0.3


def test_a_larger_planted_change_is_a_larger_change(corpora: dict[str, EncodedCorpus]) -> None:
    shares = (0.0, 0.3, 0.6, 1.0)
    slices = {"base": corpora["1990"]} | {
        str(share): EncodedCorpus.from_sentences(sentences(7, 1500, swapped=share)) for share in shares
    }
    trained = SMALL.fit(slices)
    cosines = [
        measures.cosines(trained.slices["base"], trained.slices[str(share)], ["t0w2", "t1w2"]).mean()
        for share in shares
    ]
    assert cosines == sorted(cosines, reverse=True)
    assert cosines[0] - cosines[-1] > 0.3


def test_p_is_the_share_of_deviations_that_are_as_large_as_in_a_slow_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(significance, "LEAST_LIKE", 4)
    draw = np.random.default_rng(4)
    counts, permutations = np.array([100] * 6 + [10] * 5), 7
    null = draw.random((permutations, len(counts)))
    null[[0, 3], [2, 8]] = np.nan
    observed = draw.random(len(counts)) / 2
    found = significance.tested(observed, counts, null, np.tile(counts, (permutations, 1)))
    for word, count in enumerate(counts):
        alike = np.flatnonzero(counts == count)
        mean = np.nanmean(null[:, alike])
        beyond, number = 0, int((~np.isnan(null[:, alike])).sum())
        own = [value - mean for value in null[:, word] if not np.isnan(value)]
        expected = mean + sum(own) / (len(own) + significance.PRIOR)
        for other in alike:
            column = [value - mean for value in null[:, other] if not np.isnan(value)]
            levels = [(sum(column) - value) / (len(column) - 1 + significance.PRIOR) for value in column]
            beyond += sum(
                value - level <= observed[word] - expected for value, level in zip(column, levels, strict=True)
            )
        assert found.usual[word] == pytest.approx(expected)
        assert found.p[word] == pytest.approx((1 + beyond) / (1 + number))
        assert found.smallest[word] == pytest.approx(1 / (1 + number))
    assert not found.tails.any()


def test_a_word_of_many_uses_has_a_level_of_its_own() -> None:
    draw = np.random.default_rng(5)
    counts, level = np.full(1_000, 100), draw.normal(0.7, 0.1, 1_000)
    null = draw.normal(level, 0.02, (20, 1_000))
    observed = draw.normal(level, 0.02)
    observed[:20] -= 0.15
    found = significance.tested(observed, counts, null, np.tile(counts, (20, 1)))
    changed = significance.false_discovery_rates(found.p) <= significance.FALSE_DISCOVERIES
    assert changed[:20].all()
    assert changed[20:].sum() <= 4
    assert found.usual == pytest.approx(level, abs=0.08)


def test_p_values_of_the_null_distribution_are_uniform() -> None:
    draw = np.random.default_rng(2)
    counts = np.sort(draw.integers(5, 1000, 3000))[::-1]
    noise = draw.normal(1 - 3 / counts, 1 / counts, (21, 3000))
    p = significance.tested(noise[0], counts, noise[1:], np.tile(counts, (20, 1))).p
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert not (significance.false_discovery_rates(p) <= 0.05).any()


def test_false_discovery_rates_are_scipy_s() -> None:
    p = np.random.default_rng(1).random(200) ** 2
    assert significance.false_discovery_rates(p) == pytest.approx(stats.false_discovery_control(p))


def test_margins_are_student_s_and_nothing_for_words_that_few_draws_have() -> None:
    drawn = np.random.default_rng(1).normal(0.5, 0.1, (10, 3))
    drawn[2:, 1], drawn[0, 2] = np.nan, np.nan
    wide = significance.margins(drawn)
    low, high = stats.t.interval(0.95, 9, drawn[:, 0].mean(), drawn[:, 0].std(ddof=1))
    assert wide[0] == pytest.approx((high - low) / 2)
    assert np.isnan(wide[1])
    assert wide[2] == pytest.approx(stats.t.ppf(0.975, 8) * np.nanstd(drawn[:, 2], ddof=1))


def test_measures_are_those_of_a_slow_twin() -> None:
    draw = np.random.default_rng(3)
    words = [f"w{number}" for number in range(40)]
    a = Vectors(words, draw.standard_normal((40, 5)), np.arange(80, 40, -1))
    b = Vectors(words[5:], draw.standard_normal((35, 5)), np.arange(75, 40, -1))
    both = measures.common(a, b)
    assert both == words[5:]
    found = measures.measure(a, b, words, nearest=6)
    for row, word in enumerate(words[:5]):
        assert all(np.isnan(column[row]) for column in found), word
    for row, word in enumerate(both, 5):
        near = []
        for space in (a, b):
            others = sorted((other for other in both if other != word), key=lambda w: -cosine(space[word], space[w]))
            near.append(set(others[:6]))
        either = sorted(near[0] | near[1])
        second = [np.array([cosine(space[word], space[other]) for other in either]) for space in (a, b)]
        assert found.cosine[row] == pytest.approx(cosine(a[word], b[word]), abs=1e-6)
        assert found.overlap[row] == pytest.approx(len(near[0] & near[1]) / 6)
        assert found.local[row] == pytest.approx(cosine(*second), abs=1e-5)
    assert found.mix[5:] == pytest.approx((found.cosine + found.local)[5:] / 2)


def test_the_paragraph_for_a_paper_says_what_was_done(
    corpora: dict[str, EncodedCorpus], aligned: AlignedSlices
) -> None:
    found = permutation_test.change(aligned, *texts(corpora, aligned, "1990", "2010"), bootstraps=2, min_count=10)
    said = methods_text(aligned, found)
    assert "skip-gram with negative sampling (16 dimensions, window 5, 3 negatives, subsampling 0.001" in said
    assert "with the output matrix frozen (3 epochs, first learning rate 0.025" in said
    assert "blocks of about 1,000 tokens of both slices (12 and 12) were pooled" in said
    assert f"Of {len(found.words)} words, 2 changed, 2 of which occur at least 50 times in both slices." in said
    assert said.count("@") == 5 + ("knijnenburg2009" in said)
    assert ("knijnenburg2009" in said) == ("generalised Pareto" in said) == found.tails.any()
    assert ("(Hamilton et al., 2016)" in said) == ("@inproceedings{hamilton2016," in said)
    by_overlap = dataclasses.replace(found, settings=dataclasses.replace(found.settings, by="overlap"))
    assert "amilton" not in methods_text(aligned, by_overlap)
    rotated = dataclasses.replace(aligned.settings, method="procrustes", reference="previous")
    alone = methods_text(AlignedSlices(rotated, aligned.vocabulary, None, None, aligned.slices), found)
    assert "rotated to the slice before it, which had been rotated in the same way, by orthogonal Procrustes" in alone
    assert "dicarlo2019" not in alone
    assert json.dumps(said)


def test_what_cannot_be_compared_is_an_error(aligned: AlignedSlices) -> None:
    with pytest.raises(InputError, match="no word in common that occurs 1 times in both"):
        measures.common(Vectors(["a"], [[1.0]], [5]), Vectors(["b"], [[1.0]], [5]))
    with pytest.raises(InputError, match=r"counts of a slice's words are unknown: its \.vocab file is missing"):
        measures.common(Vectors(["a"], [[1.0]]), Vectors(["a"], [[1.0]]))
    broken = Vectors(["a", "b"], [[1.0, np.nan], [0, 1]], [5, 5])
    with pytest.raises(InputError, match="hold NaN or infinity"):
        measures.measure(broken, broken, ["a", "b"])
    short, other = (
        Slice(name, Ids([]), np.zeros(1, np.int64), np.zeros(1, np.int64), len(aligned.vocabulary)) for name in "ab"
    )
    with pytest.raises(InputError, match="a: 0 tokens in 0 blocks of text are too few"):
        permutation_test.change(aligned, short, other)
    with pytest.raises(SettingsError, match="permutations 5: must be at least 20"):
        permutation_test.change(aligned, short, other, permutations=5)
    with pytest.raises(SettingsError, match="a: a comparison needs two different slices"):
        permutation_test.change(aligned, short, short)
    with pytest.raises(SettingsError, match="by angle: choose one of cosine, local, overlap, mix"):
        permutation_test.change(aligned, short, other, by="angle")
    with pytest.raises(SettingsError, match="there is no setting 'least'; choose from by, permutations, bootstraps"):
        permutation_test.change(aligned, short, other, least=5)
