"""Distillation: rows of single words, rows fitted to sentences, and a planted teacher that is recovered."""

import sys
import types
from pathlib import Path
from typing import Any

import naive_distillation as naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from wordvec import Vectors
from wordvec.errors import InputError, Interrupted, MemoryLimitError, SettingsError
from wordvec.language_models import Distillation, Encoder
from wordvec.language_models.distillation import bags, encoder, memory
from wordvec.language_models.distillation.methods_paragraph import methods_text
from wordvec.language_models.distillation.ridge import Ridge
from wordvec.provenance import is_folded
from wordvec.sentences import TokenLists, embed
from wordvec.workers import StopFlag

WORDS = [f"w{number}" for number in range(30)]
DIM = 5


def teacher_of(seed: int = 1, words: int = 30, counts: bool = True, dim: int = DIM) -> Vectors:
    chance = np.random.default_rng(seed)
    shares = 1000 // np.arange(1, words + 1) if counts else None
    return Vectors(WORDS[:words], chance.normal(0.3, 1, (words, dim)), shares)


def sentences_of(number: int, seed: int = 2, unknown: bool = True) -> list[list[str]]:
    chance = np.random.default_rng(seed)
    chosen = [*WORDS, "never", "seen"] if unknown else WORDS
    return [chance.choice(chosen, chance.integers(1, 9)).tolist() for _ in range(number)]


def without_vectors(words: Vectors, dim: int = DIM) -> Vectors:
    return Vectors(words.words, np.zeros((len(words), dim)), words.counts)


def products(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return inner products, which are the same whatever signs components have."""
    return rows.astype(float) @ rows.T.astype(float)


class TestWords:
    """Rows of single words."""

    @given(st.integers(0, 99), st.integers(2, 30), st.integers(1, DIM), st.booleans(), st.booleans())
    def test_rows_are_those_of_the_definition(
        self, seed: int, words: int, dim: int, counts: bool, centre: bool
    ) -> None:
        teacher = teacher_of(seed, words, counts)
        teacher.matrix[words // 2] = 0
        made = Distillation(dim=dim, a=0.01, centre=centre).fit(teacher)
        expected = naive.word_rows(teacher.matrix, teacher.counts, dim, 0.01, centre)
        np.testing.assert_allclose(products(made.matrix), products(expected), atol=1e-4)
        assert not made.matrix[words // 2].any()

    def test_weights_without_counts_are_model2vecs(self) -> None:
        teacher = Vectors(["a", "b", "c"], [[1, 0], [1, 0], [1, 0]])
        made = Distillation(centre=False, dim=1).fit(teacher).matrix[:, 0]
        shares = np.array([1 / 2, 1 / 3, 1 / 4]) / (1 / 2 + 1 / 3 + 1 / 4)
        np.testing.assert_allclose(made, 1e-3 / (1e-3 + shares), rtol=1e-5)

    def test_weighted_vectors_are_recorded_as_folded_for_sentences(self) -> None:
        teacher = teacher_of()
        assert is_folded(Distillation().fit(teacher).metadata)
        plain = Distillation(weighting="uniform", dim=DIM).fit(teacher)
        assert not is_folded(plain.metadata)
        centred = teacher.matrix - teacher.matrix.mean(axis=0)
        np.testing.assert_allclose(products(plain.matrix), products(centred), atol=1e-4)

    def test_metadata_name_the_teacher_the_method_and_the_text(self) -> None:
        corpus = {"settings": {"tokenizer": "words"}}
        teacher = Vectors(WORDS, teacher_of().matrix, None, {"teacher": {"name": "bert"}, "corpus": corpus})
        metadata = Distillation(dim=2).fit(teacher).metadata
        assert metadata["teacher"] == {"dim": DIM, "words": 30, "name": "bert"}
        assert metadata["settings"] == {"method": "words", "dim": 2, "centre": True, "weighting": "zipf", "a": 1e-3}
        assert (metadata["method"], metadata["corpus"]) == ("distillation", corpus)
        assert 0 < metadata["distillation"]["variance_kept"] < 1

    def test_the_automatic_dim_is_that_of_a_small_teacher(self) -> None:
        assert Distillation().fit(teacher_of()).dim == DIM
        assert Distillation().fit(Vectors(["a", "b"], np.eye(2, 300))).dim == 256


class TestSentences:
    """Rows fitted to sentences."""

    @given(st.integers(0, 99), st.integers(3, 40), st.sampled_from([0.1, 1.0, 30.0]))
    def test_rows_are_those_of_dense_least_squares(self, seed: int, number: int, strength: float) -> None:
        chance, teacher, lists = np.random.default_rng(seed), teacher_of(seed), sentences_of(number, seed)
        targets = chance.normal(0.5, 1, (number, DIM)).astype(np.float32)
        settings = Distillation(method="sentences", strength=strength, a=0.05, centre=False)
        matrix = naive.shares(lists, WORDS)
        known = [number for number, tokens in enumerate(lists) if set(tokens) & set(WORDS)]
        if not known:
            return
        made = settings.fit(teacher, TokenLists(lists), targets)
        weights = 0.05 / (0.05 + np.asarray(teacher.counts) / np.asarray(teacher.counts).sum())
        start, goals = teacher.matrix * weights[:, None], targets[known].astype(float)
        scale = max((start * (matrix.T @ goals)).sum() / ((matrix @ start) ** 2).sum(), 0)
        lengths = np.array([sum(token in WORDS for token in lists[number]) for number in known])
        unit = (1 / lengths).sum() / lengths.sum()
        expected = naive.ridge(matrix, goals, scale * start, strength * unit)
        np.testing.assert_allclose(products(made.matrix), products(expected), atol=2e-3)

    def test_a_teacher_that_is_a_mean_of_hidden_rows_is_recovered(self) -> None:
        hidden, lists = teacher_of(7), sentences_of(400)
        targets = embed(hidden, lists)
        made = Distillation(method="sentences", centre=False, strength=1e-7).fit(
            without_vectors(hidden), TokenLists(lists), targets
        )
        assert made.metadata["distillation"]["words_in_sentences"] == 30
        np.testing.assert_allclose(products(made.matrix), products(hidden.matrix), atol=1e-3)

    def test_a_strength_is_chosen_on_sentences_that_are_held_out(self) -> None:
        hidden, lists, chance = teacher_of(7), sentences_of(300, unknown=False), np.random.default_rng(3)
        noisy = embed(hidden, lists) + chance.normal(0, 1.5, (300, DIM))
        found = Distillation(method="sentences").fit(hidden, TokenLists(lists), noisy).metadata["distillation"]
        held = found["held_out"]
        assert (held["sentences"], found["sentences"], found["lines"]) == (30, 300, 300)
        assert held["cosines"][f"{found['strength']:g}"] == held["cosine"] == max(held["cosines"].values())
        assert found["strength"] > 0.1
        clean = Distillation(method="sentences").fit(hidden, TokenLists(lists), embed(hidden, lists))
        assert clean.metadata["distillation"]["held_out"]["cosine"] > 0.999

    def test_words_without_a_sentence_stay_at_their_scaled_start(self) -> None:
        hidden, lists = teacher_of(7), sentences_of(100, unknown=False)
        lists = [[token for token in tokens if token != "w3"] or ["w1"] for tokens in lists]
        settings = Distillation(method="sentences", weighting="uniform", centre=False, strength=1)
        made = settings.fit(hidden, TokenLists(lists), embed(hidden, lists))
        assert is_folded(made.metadata)
        scale = made.metadata["distillation"]["scale_of_start"]
        assert scale == pytest.approx(1, abs=1e-4)
        assert np.linalg.norm(made.matrix[3]) == pytest.approx(np.linalg.norm(hidden.matrix[3]) * scale, rel=1e-4)
        alone = settings.fit(without_vectors(hidden), TokenLists(lists), embed(hidden, lists))
        assert not alone.matrix[3].any()

    def test_a_constant_of_the_teacher_is_in_its_mean(self) -> None:
        hidden, lists = teacher_of(7), sentences_of(200, unknown=False)
        targets = embed(hidden, lists)
        settings = Distillation(method="sentences", strength=1e-6)
        made = [settings.fit(without_vectors(hidden), TokenLists(lists), each) for each in (targets, targets + 9)]
        np.testing.assert_allclose(*(products(one.matrix) for one in made), atol=5e-3)

    def test_sentences_without_a_known_word_or_a_target_are_left_out(self) -> None:
        hidden, lists = teacher_of(7), sentences_of(100, unknown=False)
        targets = embed(hidden, lists)
        settings = Distillation(method="sentences", strength=1)
        alone = settings.fit(hidden, TokenLists(lists), targets)
        more = np.vstack([targets, np.zeros(DIM, np.float32)])
        with_zeros = settings.fit(hidden, TokenLists([*lists, ["w1"]]), more)
        with_unknown = settings.fit(hidden, TokenLists([*lists, ["never"], []]), np.vstack([more, more[-1:]]))
        for other in (with_zeros, with_unknown):
            np.testing.assert_array_equal(other.matrix, alone.matrix)
            assert other.metadata["distillation"]["sentences"] == 100

    def test_conjugate_gradients_solve_a_badly_scaled_system(self) -> None:
        chance = np.random.default_rng(1)
        matrix = sparse.random_array((200, 30), density=0.2, rng=chance, format="csr")
        matrix = sparse.csr_array(matrix @ sparse.diags_array(np.geomspace(1e-3, 1, 30)))
        goals, start = chance.normal(size=(200, 4)), chance.normal(size=(30, 4))
        found = Ridge(matrix).solve(matrix.T @ goals, start, 1e-4)
        np.testing.assert_allclose(found.rows, naive.ridge(matrix.toarray(), goals, start, 1e-4), rtol=1e-3, atol=1e-3)
        assert found.residual <= 1e-7
        again = Ridge(matrix).solve(matrix.T @ goals, start, 1e-4, found.rows)
        assert again.steps <= 1


TWO = Vectors(["tea", "milk"], [[1.0, 2], [3, 5]])
PAIR = TokenLists([["tea"], ["milk", "tea"]])


@pytest.mark.parametrize(
    ("settings", "given", "error", "message"),
    [
        ({}, {"texts": PAIR}, SettingsError, "texts: method words does not use them"),
        ({"method": "sentences"}, {"texts": PAIR}, SettingsError, "targets: method sentences needs them"),
        ({"method": "sentences"}, {"targets": np.eye(2)}, SettingsError, "texts: method sentences needs them"),
        ({"method": "sentences"}, {"targets": np.eye(3, 2)}, InputError, "2 sentences, but 3 vectors of sentences"),
        ({"method": "sentences"}, {"targets": np.eye(2, 3)}, InputError, r"shape \(2, 3\), and those of words dim 2"),
        ({"method": "sentences"}, {"targets": np.zeros((2, 2))}, InputError, "with a known word are zeros"),
        ({"method": "sentences"}, {"targets": [[1, 2], [1, np.nan]]}, InputError, "sentence 2 holds NaN or infinity"),
        ({"method": "sentences"}, {"targets": np.eye(2)}, SettingsError, "strength: 2 sentences are too few"),
        ({"dim": 3}, {}, SettingsError, "dim 3: must be at most the dim of the vectors, 2"),
        ({"dim": 0}, {}, SettingsError, "dim 0: must be at least 1"),
        ({"strength": 1.0}, {}, SettingsError, "strength: method words does not have this setting"),
        ({"weighting": "idf"}, {}, SettingsError, "weighting idf: choose one of sif, zipf, uniform"),
        ({}, {"teacher": Vectors([], np.zeros((0, 2)))}, InputError, "the teacher has no words"),
        ({}, {"teacher": Vectors(["tea", ""], np.eye(2))}, InputError, "word 2 of the teacher is empty"),
        ({}, {"teacher": Vectors(["tea"], [[np.inf, 0]])}, InputError, r"of 'tea' \(row 1\) holds NaN or infinity"),
        ({}, {"teacher": Vectors(["tea"], [[0, 0]])}, InputError, "the teacher has no vector of any word"),
        ({}, {"teacher": Distillation().fit(TWO)}, InputError, "folded for sentences, so that they have weights"),
    ],
)
def test_bad_input_is_refused(
    settings: dict[str, Any], given: dict[str, Any], error: type[Exception], message: str
) -> None:
    given = {"teacher": TWO} | given
    if "targets" in given and message.startswith("texts") is False and "texts" not in given:
        given["texts"] = PAIR
    with pytest.raises(error, match=message):
        Distillation(**settings).fit(**given)


def test_sentences_without_any_known_word_are_refused() -> None:
    with pytest.raises(InputError, match="none of 1 sentences has a word of the vocabulary"):
        Distillation(method="sentences").fit(TWO, TokenLists([["rum"]]), np.ones((1, 2)))


def test_what_does_not_fit_in_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bags, "available_memory", lambda: 100)
    settings = Distillation(method="sentences", strength=1)
    with pytest.raises(MemoryLimitError, match=r"the first 2 sentences take .* use fewer sentences, words or dim"):
        settings.fit(TWO, PAIR, np.eye(2))
    monkeypatch.setattr(memory, "available_memory", lambda: 100)
    with pytest.raises(MemoryLimitError, match=r"2 words of dim 2 take 0\.0 GB to compute"):
        settings.fit(TWO, PAIR, np.eye(2))


def test_a_stop_is_obeyed() -> None:
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        Distillation(method="sentences", strength=1).fit(TWO, PAIR, np.eye(2), stop=stop)


def test_damaged_metadata_have_no_methods_paragraph() -> None:
    whole = Distillation(weighting="uniform").fit(TWO).metadata
    assert "weighted" not in methods_text(whole, 2, 2)
    for name in ("settings", "teacher", "distillation", "versions"):
        with pytest.raises(InputError, match=r"a\.vec: its metadata are damaged"):
            methods_text({key: value for key, value in whole.items() if key != name}, 2, 2, "a.vec")


class FakeTransformer:
    """A model of sentence-transformers: the vector of a text is its length and its number of vowels."""

    def __init__(self, folder: str, *, local_files_only: bool) -> None:
        assert local_files_only
        if Path(folder).name == "broken":
            raise OSError("no weights\nfound")

    def encode(self, texts: list[str], **_settings: Any) -> np.ndarray[Any, Any]:
        return np.array([[len(text), sum(text.count(vowel) for vowel in "aeiou")] for text in texts], np.float64)


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a package in the place of sentence-transformers."""
    fake: Any = types.ModuleType("sentence_transformers")
    fake.SentenceTransformer = FakeTransformer
    bars: Any = types.ModuleType("transformers.utils")
    bars.logging = types.SimpleNamespace(
        is_progress_bar_enabled=lambda: True, disable_progress_bar=lambda: None, enable_progress_bar=lambda: None
    )
    monkeypatch.setitem(sys.modules, "sentence_transformers", fake)
    monkeypatch.setitem(sys.modules, "transformers", types.ModuleType("transformers"))
    monkeypatch.setitem(sys.modules, "transformers.utils", bars)
    monkeypatch.setattr(encoder, "version", lambda _name: "9.9")


def model_in(folder: Path) -> Path:
    folder.mkdir()
    (folder / "modules.json").write_text("[]")
    return folder


class TestEncoder:
    """Vectors that a sentence transformer computes."""

    @pytest.mark.usefixtures("package")
    def test_rows_are_in_the_order_of_the_texts_in_whatever_batches(self, tmp_path: Path) -> None:
        model = Encoder(model_in(tmp_path / "model"))
        texts = ["a" * (number * 7 % 200) for number in range(300)]
        found = model.encode(texts)
        np.testing.assert_array_equal(found[:, 0], [len(text) for text in texts])
        assert (found.dtype, model.dim, repr(model)) == (np.float32, 2, "Encoder('model', dim 2)")
        assert model.about == {"name": "model", "sentence-transformers": "9.9"}
        assert model.encode([]).shape == (0, 2)

    @pytest.mark.usefixtures("package")
    def test_a_stop_is_obeyed_between_batches(self, tmp_path: Path) -> None:
        stop = StopFlag()
        stop.set()
        with pytest.raises(Interrupted):
            Encoder(model_in(tmp_path / "model")).encode(["tea"], stop=stop)

    @pytest.mark.usefixtures("package")
    def test_folders_without_a_model_are_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(InputError, match="there is no such folder; name the folder of a model, nothing is down"):
            Encoder(tmp_path / "sentence-transformers" / "all-MiniLM-L6-v2")
        with pytest.raises(InputError, match="is not the folder of a model"):
            Encoder(tmp_path)
        with pytest.raises(InputError, match=r"not a model that sentence-transformers reads \(no weights found\)"):
            Encoder(model_in(tmp_path / "broken"))
        model = Encoder(model_in(tmp_path / "model"))
        monkeypatch.setattr(FakeTransformer, "encode", lambda _self, texts, **_: np.full((len(texts), 2), np.nan))
        with pytest.raises(InputError, match="model: the vector of text 1 holds NaN or infinity"):
            model.encode(["tea"])
        monkeypatch.setattr(encoder, "available_memory", lambda: 1)
        with pytest.raises(MemoryLimitError, match="the vectors of 1 texts take"):
            model.encode(["tea"])

    def test_without_the_package_the_message_says_how_to_install_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "sentence_transformers", None)
        with pytest.raises(SettingsError, match="install it with pip install sentence-transformers"):
            Encoder(model_in(tmp_path / "model"))
