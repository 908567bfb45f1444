"""Sentence vectors: weights, common components, folding, and texts as rows."""

import json

import naive_sentences as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec import Vectors
from wordvec.corpora.settings import EncodingSettings
from wordvec.errors import InputError, SettingsError
from wordvec.formats import Plain
from wordvec.formats.common.reading import in_memory
from wordvec.provenance import is_folded
from wordvec.sentences import Sentences, Texts, duplicates, embed, embed_texts, similar
from wordvec.subwords.hashed import Subwords as Buckets
from wordvec.transforms.numbers import rotated

WORDS = ["the", "of", "tea", "milk", "water", "river", "bank", "cup"]
COUNTS = np.array([500, 300, 40, 30, 20, 10, 5, 2])


def vectors(seed=0, dim=6, **more):
    return Vectors(WORDS, np.random.default_rng(seed).normal(size=(len(WORDS), dim)), COUNTS, **more)


def some_sentences(seed=1, number=60):
    generator = np.random.default_rng(seed)
    p = COUNTS / COUNTS.sum()
    return [
        generator.choice([*WORDS, "ice"], generator.integers(1, 9), p=[*(0.9 * p), 0.1]).tolist() for _ in range(number)
    ]


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_text("".join(" ".join(tokens) + "\n" for tokens in some_sentences()))
    return path


def unfolded(model, plain, sentences):
    weights = dict(zip(WORDS, model.weights, strict=True))
    rows = {word: plain[word] for word in WORDS}
    return np.array([naive.sentence(s, rows, weights, model.components.T, model.strengths) for s in sentences])


def test_sif_is_that_of_the_paper(text):
    plain, sentences = vectors(), some_sentences()
    model = Sentences(a=0.01, remove=2).fit(plain, Texts(text))
    weights = naive.sif_weights(dict(zip(WORDS, COUNTS.tolist(), strict=True)), 0.01)
    assert model.weights == pytest.approx(list(weights.values()))
    assert model.unseen == 1
    rows = {word: plain[word] for word in WORDS}
    means = [naive.sentence(tokens, rows, weights) for tokens in sentences]
    directions, _ = naive.components(means, 2)
    assert np.abs(np.sum(model.components.T * directions, axis=1)) == pytest.approx([1, 1], abs=1e-6)
    expected = [naive.sentence(tokens, rows, weights, directions, [1, 1]) for tokens in sentences]
    assert embed(model.vectors(plain), sentences) == pytest.approx(np.array(expected), abs=1e-6)


def test_usif_is_that_of_the_published_code(text):
    plain = vectors()
    model = Sentences(weighting="usif", remove=3, length=2).fit(plain, Texts(text))
    weights = naive.usif_weights(dict(zip(WORDS, COUNTS.tolist(), strict=True)), 2)
    assert model.weights == pytest.approx(list(weights.values()))
    rows = {word: plain[word] for word in WORDS}
    _, squares = naive.components([naive.sentence(s, rows, weights) for s in some_sentences()], 3)
    assert model.strengths == pytest.approx(squares / squares.sum(), rel=1e-5)


def test_usif_without_a_frequent_word_weighs_all_words_alike():
    even = Vectors(WORDS, vectors().matrix, [1] * len(WORDS))
    assert set(Sentences(weighting="usif", remove=0).fit(even).weights) == {2}


def test_tfidf_counts_the_lines_with_a_word(text):
    model = Sentences(weighting="tfidf").fit(vectors(), Texts(text))
    lines = [sum(word in tokens for tokens in some_sentences()) for word in WORDS]
    assert model.weights == pytest.approx(np.log(61 / (1 + np.array(lines))) + 1)
    assert model.unseen == pytest.approx(np.log(61) + 1)


def test_frequencies_are_those_of_the_text_if_the_vectors_have_none(text):
    plain = Vectors(WORDS, vectors().matrix)
    model = Sentences(remove=0).fit(plain, Texts(text))
    tokens = [token for one in some_sentences() for token in one]
    shares = np.array([tokens.count(word) for word in WORDS]) / len(tokens)
    assert model.weights == pytest.approx(1e-3 / (1e-3 + shares))
    with pytest.raises(InputError, match="no counts"):
        Sentences().fit(plain)


def test_components_without_text_are_those_of_random_sentences():
    plain = vectors()
    model = Sentences(length=7, a=0.05).fit(plain)
    folded = Sentences(remove=0, a=0.05).fit(plain).vectors(plain)
    drawn = np.random.default_rng(3).choice(len(WORDS), (20_000, 7), p=COUNTS / COUNTS.sum())
    directions, _ = naive.components(folded.matrix[drawn].mean(axis=1), 1)
    assert abs(model.components[:, 0] @ directions[0]) > 0.995


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 1000),
    st.sampled_from(["sif", "usif", "tfidf", "uniform"]),
    st.integers(0, 4),
    st.lists(st.lists(st.sampled_from([*WORDS, "ice"]), max_size=6), min_size=1, max_size=6),
)
def test_folded_rows_give_the_vectors_of_the_definition(seed, weighting, remove, sentences):
    plain = vectors(seed)
    model = Sentences(weighting=weighting, remove=remove).fit(plain)
    assert embed(model.vectors(plain), sentences) == pytest.approx(unfolded(model, plain, sentences), abs=1e-4)


def test_the_removed_component_is_gone(text):
    plain = vectors()
    model = Sentences(remove=2).fit(plain, Texts(text))
    left = embed(model.vectors(plain), some_sentences())
    assert np.abs(left @ model.components).max() < 1e-6
    assert np.abs(left).max() > 1e-3


def test_all_but_the_top_centres_words_and_removes_their_first_components():
    plain = vectors()
    folded = Sentences(weighting="uniform", all_but_the_top=2).fit(plain).vectors(plain)
    centred = plain.matrix - plain.matrix.mean(axis=0)
    directions, _ = naive.components(centred, 2)
    assert folded.matrix == pytest.approx(centred - centred @ directions.T @ directions, abs=1e-5)


def test_composed_words_get_the_projection_and_the_weight_of_an_unseen_word():
    rows = np.random.default_rng(5).normal(size=(50, 6)).astype(np.float32)
    plain = vectors(subwords=Buckets(rows, 3, 4))
    model = Sentences(remove=1).fit(plain)
    (found,) = embed(model.vectors(plain), [["kettle"]])
    (raw,) = plain.compose(["kettle"]).vectors
    assert found == pytest.approx(model.unseen * (raw @ model.projection), abs=1e-6)


def test_rows_of_zeros_stay_and_are_unknown():
    matrix = vectors().matrix.copy()
    matrix[3] = 0
    plain = Vectors(WORDS, matrix, COUNTS)
    folded = Sentences(all_but_the_top=1).fit(plain).vectors(plain)
    assert not folded.matrix[3].any()
    assert embed(folded, [["milk", "tea"]]) == pytest.approx(embed(folded, [["tea"]]))
    assert is_folded(folded.metadata)
    assert not is_folded(plain.metadata)


def test_every_line_is_a_row_and_those_without_a_known_word_are_counted(tmp_path):
    path = tmp_path / "t.txt"
    path.write_bytes(b"the tea\n\n  \r\nice ice\rriver bank")
    found = embed_texts(vectors(), Texts(path, EncodingSettings(tokenizer="whitespace")), threads=2)
    lines = [["the", "tea"], [], [], ["ice", "ice"], ["river", "bank"]]
    assert found.matrix == pytest.approx(embed(vectors(), lines))
    assert (found.empty, found.unknown, found.tokens, found.known) == (2, 1, 6, 4)
    assert found.names == ["1", "2", "3", "4", "5"]


def test_every_record_is_a_row_with_its_name(tmp_path):
    path = tmp_path / "t.jsonl"
    records = [{"id": "a", "t": "the tea"}, {"id": "b", "t": ""}, {"id": "c"}, {"id": "d", "t": "Tea\nmilk"}]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    texts = Texts.of(path, vectors(), tokenizer="words", field="t", name_field="id")
    found = embed_texts(vectors(), texts)
    assert found.names == ["a", "b", "c", "d"]
    assert found.matrix == pytest.approx(embed(vectors(), [["the", "tea"], [], [], ["tea", "milk"]]))


def test_text_is_tokenised_as_that_of_the_vectors(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("The tea, of milk.\n")
    about = {"corpus": {"settings": {"tokenizer": "words", "normalize": None, "lowercase": None}}}
    found = embed_texts(vectors(), Texts.of(path, vectors(metadata=about)))
    assert found.matrix == pytest.approx(embed(vectors(), [["the", "tea", "of", "milk"]]))
    unsafe = vectors(metadata={"corpus": {"settings": {"tokenizer": "os:getcwd"}}})
    with pytest.raises(SettingsError, match="os:getcwd"):
        Texts.of(path, unsafe)


def test_a_matrix_on_disk_is_that_in_memory(text, tmp_path):
    there = embed_texts(vectors(), Texts(text), scratch=tmp_path / "rows")
    assert np.array_equal(there.matrix, embed_texts(vectors(), Texts(text), threads=1).matrix)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"remove": 7}, "at most the dim"),
        ({"all_but_the_top": 7}, "at most the dim"),
        ({"frequencies": "text"}, "text"),
    ],
)
def test_what_cannot_be_fitted_is_an_error(wrong, message):
    with pytest.raises((SettingsError, InputError), match=message):
        Sentences(**wrong).fit(vectors())


def test_text_of_another_language_is_an_error(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("egy tea nincs\nitt\n".replace("tea", "kancsó"))
    for frequencies in ("counts", "text"):
        with pytest.raises(InputError, match="check language and case"):
            Sentences(frequencies=frequencies).fit(vectors(), Texts(path))


def test_nearest_texts_and_duplicates_leave_out_zeros():
    matrix = np.array([[1, 0], [2, 0.1], [0, 0], [0, 1], [0, 3]], np.float32)
    found = similar(np.array([[1, 0], [0, 0]], np.float32), matrix, 5)
    assert found.rows.tolist() == [[0, 1, 3, 4, -1], [-1] * 5]
    assert [pair[:2] for pair in duplicates(matrix)] == [(0, 1), (3, 4)]
    assert [pair[:2] for pair in duplicates(matrix, 0.9999)] == [(3, 4)]
    with pytest.raises(SettingsError, match="between"):
        duplicates(matrix, 2)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 6))
def test_rotation_keeps_products_and_no_projection_of_the_same_size_has_a_smaller_error(seed, dim):
    generator = np.random.default_rng(seed)
    plain = Plain(WORDS, (generator.normal(size=(len(WORDS), 6)) + 1).astype(np.float32), None, {})
    whole, _ = rotated(plain, None, in_memory)
    assert whole.matrix @ whole.matrix.T == pytest.approx(plain.matrix @ plain.matrix.T, abs=1e-4)
    short, kept = rotated(plain, dim, in_memory)
    assert np.array_equal(short.matrix, whole.matrix[:, :dim])
    basis = np.linalg.qr(generator.normal(size=(6, dim)))[0]
    total = (plain.matrix**2).sum()
    assert kept == pytest.approx((short.matrix**2).sum() / total, rel=1e-4)
    assert kept >= ((plain.matrix @ basis) ** 2).sum() / total - 1e-5
