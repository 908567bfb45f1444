"""Embedding layers of language models: rows of each mode, what is copied, and what a file holds."""

import json
from pathlib import Path

import numpy as np
import pytest
import subword_models
from hypothesis import given
from hypothesis import strategies as st

from wordvec import EncodedCorpus, SkipGram, Vectors
from wordvec.errors import InputError, OutputError, SettingsError
from wordvec.language_models import (
    Layer,
    LayerSettings,
    Source,
    SubwordVocabulary,
    embedding_layer,
    overlap,
    token_vectors,
)
from wordvec.language_models.composition import TokenVectors
from wordvec.language_models.matching import fitted_dim, gaussian_rows, placed
from wordvec.language_models.mixture import softmax_mixture
from wordvec.language_models.settings import MODES, OF_MODE

TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "tea", "##s", "milk", "Rum", "cold"]
DIM = 6


@pytest.fixture
def vocabulary(tmp_path: Path) -> SubwordVocabulary:
    return SubwordVocabulary.load(_written(tmp_path / "vocab.txt", TOKENS))


def _written(path: Path, tokens: list[str]) -> Path:
    path.write_text("\n".join(tokens) + "\n", encoding="utf-8")
    return path


def source_of(vocabulary: SubwordVocabulary, seed: int = 1, head: bool = False) -> Source:
    chance = np.random.default_rng(seed)
    rows = chance.normal(0.3, 0.5, (2, len(vocabulary), DIM)).astype(np.float32)
    return Source(vocabulary, rows[0], rows[1] if head else None)


def vectors_of(vocabulary: SubwordVocabulary, ids: list[int], dim: int = 4) -> Vectors:
    rows = np.random.default_rng(5).normal(size=(len(ids), dim))
    return Vectors([vocabulary.spellings[number] for number in ids], rows)


def test_settings_of_other_modes_are_refused() -> None:
    for mode in MODES:
        assert LayerSettings(mode=mode).record() == {"seed": 1} | {
            name: value for name, value in OF_MODE[mode].items() if value is not None
        }
    with pytest.raises(
        SettingsError, match=r"temperature: mode direct does not have this setting; these do: ofa, cw2v"
    ):
        LayerSettings(mode="direct", temperature=0.2)
    with pytest.raises(SettingsError, match="negatives 16: must be at most 15"):
        LayerSettings(mode="cw2v", negatives=16)


def test_what_a_mode_needs_and_does_not_use_is_said(vocabulary: SubwordVocabulary) -> None:
    with pytest.raises(SettingsError, match="vectors: mode compose needs it"):
        embedding_layer(LayerSettings(mode="compose"), vocabulary)
    with pytest.raises(SettingsError, match="source: mode mean needs it"):
        embedding_layer(LayerSettings(mode="mean"), vocabulary)
    given = {"source": source_of(vocabulary), "vectors": vectors_of(vocabulary, [5])}
    with pytest.raises(SettingsError, match="vectors: mode mean does not use it; leave it out"):
        embedding_layer(LayerSettings(mode="mean"), vocabulary, **given)  # type: ignore[arg-type]


class TestDirect:
    """Rows that were trained on the tokens."""

    def test_without_a_source_numbers_have_the_deviation_and_padding_is_zero(
        self, vocabulary: SubwordVocabulary
    ) -> None:
        layer = embedding_layer(LayerSettings(std=0.1), vocabulary, vectors=vectors_of(vocabulary, [5, 6, 7, 9]))
        assert layer.counts() == {"random": 5, "trained": 4, "padding": 1}
        assert layer.matrix.shape == (10, 4)
        assert not layer.matrix[0].any()
        trained = layer.matrix[layer.of_kind("trained")]
        assert np.sqrt(np.mean(trained**2)) == pytest.approx(0.1, rel=1e-5)
        np.testing.assert_allclose(trained.mean(axis=0), 0, atol=1e-7)
        assert layer.manifest()["first_random"] == ["[UNK]", "[CLS]", "[SEP]", "[MASK]", "Rum"]

    def test_rows_get_the_mean_and_the_lengths_of_the_source(self, vocabulary: SubwordVocabulary) -> None:
        source = source_of(vocabulary)
        vectors = vectors_of(vocabulary, [5, 6, 7, 8, 9])
        layer = embedding_layer(LayerSettings(), vocabulary, source=source, vectors=vectors)
        own, mean = source.matrix[5:], source.matrix[5:].mean(axis=0)
        np.testing.assert_allclose(layer.matrix[1:5], source.matrix[1:5])
        assert layer.counts() == {"trained": 5, "special_copied": 4, "padding": 1}
        lengths = [np.linalg.norm(rows - mean, axis=1) for rows in (own, layer.matrix[5:])]
        np.testing.assert_allclose(*map(np.sort, lengths), rtol=0.35)
        np.testing.assert_allclose(lengths[0].mean(), lengths[1].mean(), rtol=0.05)
        # The direction of each row about the mean is that of its vector about theirs.
        centred = fitted_dim(vectors.matrix - vectors.matrix.mean(axis=0), DIM)
        for row, wanted in zip(layer.matrix[5:] - mean, centred, strict=True):
            assert row @ wanted == pytest.approx(np.linalg.norm(row) * np.linalg.norm(wanted), rel=1e-4)

    def test_the_head_has_the_context_vectors(self, vocabulary: SubwordVocabulary) -> None:
        ids = [5, 6, 7, 8, 9]
        vectors, contexts = vectors_of(vocabulary, ids), vectors_of(vocabulary, ids[::-1])
        both = Vectors(vectors.words, vectors.matrix, contexts=Vectors(vectors.words, contexts.matrix[::-1] + 2))
        source = source_of(vocabulary, head=True)
        layer = embedding_layer(LayerSettings(norms="rms"), vocabulary, source=source, vectors=both)
        assert layer.head is not None
        assert source.head is not None
        np.testing.assert_allclose(layer.head[5:].mean(axis=0), source.head[5:].mean(axis=0), atol=1e-6)
        np.testing.assert_allclose(layer.head[1:5], source.head[1:5])
        assert not np.allclose(layer.head[5:], layer.matrix[5:])
        alone = embedding_layer(LayerSettings(norms="rms"), vocabulary, source=source, vectors=vectors)
        assert alone.head is not None
        np.testing.assert_allclose(alone.head[5:].mean(axis=0), source.head[5:].mean(axis=0), atol=1e-6)

    def test_no_token_with_a_vector_is_an_error(self, vocabulary: SubwordVocabulary) -> None:
        with pytest.raises(InputError, match=r"no token of .* has a vector; the mode direct needs vectors"):
            embedding_layer(LayerSettings(), vocabulary, vectors=Vectors(["zebra"], [[1, 2]]))

    def test_vectors_of_another_tokenizer_are_refused(self, vocabulary: SubwordVocabulary) -> None:
        vectors = vectors_of(vocabulary, [5])
        vectors.metadata["corpus"] = {"settings": {"tokenizer_digest": "0"}}
        for mode in ("direct", "compose"):
            with pytest.raises(InputError, match="trained on the tokens of another tokenizer"):
                embedding_layer(LayerSettings(mode=mode), vocabulary, vectors=vectors)


class TestMatching:
    """Rows of another space among those of a layer."""

    def test_dims_are_filled_with_zeros_or_cut_to_principal_components(self) -> None:
        rows = np.random.default_rng(1).normal(size=(30, 5)).astype(np.float32) * [5, 4, 3, 0.1, 0.1]
        rows = rows.astype(np.float32)
        np.testing.assert_array_equal(fitted_dim(rows, 7), np.pad(rows, ((0, 0), (0, 2))))
        cut = fitted_dim(rows, 3)
        distances = [np.linalg.norm(one[:, None] - one, axis=2) for one in (rows, cut)]
        np.testing.assert_allclose(*distances, atol=1)

    @given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["match", "rms"]))
    def test_lengths_and_mean_are_those_of_the_reference(self, rows: int, others: int, norms: str) -> None:
        chance = np.random.default_rng(rows + 50 * others)
        new, reference = (chance.normal(1, 2, (number, 3)).astype(np.float32) for number in (rows, others))
        made = placed(new, reference, norms, 0.02) - reference.mean(axis=0)
        centred = new - new.mean(axis=0)
        wanted = np.linalg.norm(reference - reference.mean(axis=0), axis=1)
        lengths = np.linalg.norm(made, axis=1)
        if rows == 1:
            np.testing.assert_allclose(made, 0, atol=1e-5)
        elif norms == "match":
            ranks = np.argsort(np.argsort(np.linalg.norm(centred, axis=1)))
            np.testing.assert_allclose(lengths, np.quantile(wanted, (ranks + 0.5) / rows), rtol=1e-3, atol=1e-5)
        else:
            assert np.sqrt(np.mean(lengths**2)) == pytest.approx(np.sqrt(np.mean(wanted**2)), rel=1e-3, abs=1e-5)

    def test_gaussian_rows_have_the_mean_and_the_covariance(self) -> None:
        chance = np.random.default_rng(2)
        reference = (chance.normal(size=(200, 2)) @ [[2, 1], [0, 0.5]] + 3).astype(np.float32)
        made = gaussian_rows(20_000, reference, 0.25, chance)
        np.testing.assert_allclose(made.mean(axis=0), reference.mean(axis=0), atol=0.05)
        np.testing.assert_allclose(np.cov(made.T), 0.25 * np.cov(reference.T), atol=0.05)


class TestOverlap:
    """Tokens that two vocabularies have in common."""

    def test_equal_tokens_and_those_that_differ_in_case_or_mark(self) -> None:
        usable = np.array([True, True, True, False])
        sources = ["\u2581Tea", "tea", "\u2581milk", "rum"]
        assert overlap.matches(["tea", "\u2581tea", "rum"], sources, usable).tolist() == [1, -1, -1]
        # A beginning of a word finds one, and an inner part another.
        assert overlap.fuzzy_matches(["##tea", "tea", "##milk", "rum"], sources, usable).tolist() == [1, 0, 2, -1]

    def test_byte_level_tokens_are_decoded(self) -> None:
        usable = np.ones(3, bool)
        assert overlap.fuzzy_matches(
            ["\u2581na\u00efve", "\u2581x"], ["\u0120na\u00c3\u00afve", "x", "\u00c3"], usable
        ).tolist() == [0, 1]
        assert overlap.spelling(["\u0120a"])("\u00c3") == ("\u00e3", False)  # part of a letter

    def test_bare_marks_and_special_tokens_match_nothing(self) -> None:
        assert overlap.fuzzy_matches(["\u2581", "##"], ["\u2581", "x"], np.ones(2, bool)).tolist() == [-1, -1]


class TestMixture:
    """Rows as means of the source's."""

    def test_weights_are_the_softmax_of_cosines(self) -> None:
        chance = np.random.default_rng(3)
        target, source = (chance.normal(size=(number, 4)).astype(np.float32) for number in (5, 9))
        usable = np.arange(9) != 4
        spaces = [TokenVectors(one, np.ones(len(one), bool), True) for one in (target, source)]
        found = softmax_mixture(np.arange(5), *spaces, usable, neighbours=3, temperature=0.2)
        rows = chance.normal(size=(9, 2)).astype(np.float32)
        for token in range(5):
            cosines = source @ target[token] / np.linalg.norm(source, axis=1) / np.linalg.norm(target[token])
            cosines[4] = -9
            nearest = np.argsort(-cosines)[:3]
            weights = np.exp(cosines[nearest] / 0.2) / np.exp(cosines[nearest] / 0.2).sum()
            np.testing.assert_allclose(found.of(rows)[token], weights @ rows[nearest], rtol=1e-4)

    def test_fewer_rows_than_neighbours_and_none_are_no_error(self) -> None:
        spaces = [TokenVectors(np.ones((2, 3), np.float32), np.ones(2, bool), True)] * 2
        found = softmax_mixture(np.arange(2), *spaces, np.array([True, False]), neighbours=9, temperature=0.1)
        np.testing.assert_allclose(found.weights, 1)
        none = softmax_mixture(np.arange(2), *spaces, np.zeros(2, bool), neighbours=9, temperature=0.1)
        assert none.of(np.ones((2, 3), np.float32)).shape == (0, 3)


class TestOfSource:
    """Modes whose rows are means of the source's."""

    @pytest.fixture
    def larger(self, tmp_path: Path) -> SubwordVocabulary:
        """Tokens that are new, or differ in case."""
        return SubwordVocabulary.load(_written(tmp_path / "larger.txt", [*TOKENS, "rum", "hot", "[unused1]"]))

    def test_mean_copies_equal_tokens_and_has_the_mean_for_others(
        self, vocabulary: SubwordVocabulary, larger: SubwordVocabulary
    ) -> None:
        source = source_of(vocabulary, head=True)
        layer = embedding_layer(LayerSettings(mode="mean"), larger, source=source)
        assert layer.counts() == {"copied": 5, "mean": 3, "special_copied": 4, "padding": 1}
        np.testing.assert_array_equal(layer.matrix[1:10], source.matrix[1:])
        np.testing.assert_allclose(layer.matrix[10:], np.tile(source.matrix[5:].mean(axis=0), (3, 1)), rtol=1e-6)
        assert source.head is not None
        assert layer.head is not None
        np.testing.assert_allclose(layer.head[10], source.head[5:].mean(axis=0), rtol=1e-6)
        none = embedding_layer(LayerSettings(mode="mean", overlap="none"), larger, source=source)
        assert none.counts() == {"mean": 8, "special_copied": 4, "padding": 1}
        fuzzy = embedding_layer(LayerSettings(mode="gaussian", overlap="fuzzy"), larger, source=source)
        assert fuzzy.counts() == {"copied": 5, "copied_fuzzily": 1, "gaussian": 2, "special_copied": 4, "padding": 1}
        np.testing.assert_array_equal(fuzzy.matrix[10], source.matrix[8])

    def test_hidden_rows_are_not_used(self, vocabulary: SubwordVocabulary) -> None:
        source = source_of(vocabulary)
        hidden = source.hiding([5, 9])
        layer = embedding_layer(LayerSettings(mode="mean"), vocabulary, source=hidden)
        np.testing.assert_allclose(layer.matrix[9], source.matrix[6:9].mean(axis=0), rtol=1e-6)

    def test_ofa_interpolates_by_vectors_and_is_random_without(
        self, vocabulary: SubwordVocabulary, larger: SubwordVocabulary, tmp_path: Path
    ) -> None:
        pytest.importorskip("tokenizers")
        source = source_of(vocabulary)
        vectors = Vectors(["tea", "hot", "milk"], [[1, 0], [1, 0.2], [-1, 1]])
        settings = LayerSettings(mode="ofa", neighbours=1)
        layer = embedding_layer(settings, larger, source=source, vectors=vectors)
        kinds = {"random": 1, "copied": 5, "copied_fuzzily": 1, "interpolated": 1, "special_copied": 4, "padding": 1}
        assert layer.counts() == kinds
        np.testing.assert_allclose(layer.matrix[11], source.matrix[5], rtol=1e-6)
        other = Vectors(["tea"], [[1, 2, 3]])
        with pytest.raises(SettingsError, match="source_vectors: have dim 3, the vectors 2"):
            embedding_layer(settings, larger, source=source, vectors=vectors, source_vectors=other)

    def test_coordinates_and_primitives_multiply_to_the_rows(
        self, vocabulary: SubwordVocabulary, larger: SubwordVocabulary, tmp_path: Path
    ) -> None:
        pytest.importorskip("tokenizers")
        source, vectors = source_of(vocabulary), Vectors(["tea", "hot"], [[1, 0], [1, 0.2]])
        given = {"source": source, "vectors": vectors}
        whole = embedding_layer(LayerSettings(mode="ofa"), larger, **given)  # type: ignore[arg-type]
        made = embedding_layer(LayerSettings(mode="ofa", factors=DIM), larger, **given)  # type: ignore[arg-type]
        assert made.primitives is not None
        rows = np.setdiff1d(np.arange(len(larger)), [12])  # a random row
        np.testing.assert_allclose((made.matrix @ made.primitives)[rows], whole.matrix[rows], atol=1e-5)
        small = embedding_layer(LayerSettings(mode="ofa", factors=2), larger, **given)  # type: ignore[arg-type]
        assert [list(one.shape) for one in small.tensors().values()] == [[13, 2], [2, DIM]]
        with pytest.raises(SettingsError, match="factors 7: must be at most 6"):
            embedding_layer(LayerSettings(mode="ofa", factors=7), larger, **given)  # type: ignore[arg-type]
        headed = given | {"source": source_of(vocabulary, head=True)}
        with pytest.raises(SettingsError, match="factors: the source has a head of its own"):
            embedding_layer(LayerSettings(mode="ofa", factors=2), larger, **headed)  # type: ignore[arg-type]


class TestTokens:
    """Vectors, layers and ciphers of text in the tokens of a language model."""

    @pytest.fixture(autouse=True)
    def package(self) -> None:
        pytest.importorskip("tokenizers")

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return subword_models.wordpiece(tmp_path / "vocab.txt")

    def test_a_token_is_the_mean_of_the_words_that_contain_it(self, path: Path) -> None:
        vocabulary = SubwordVocabulary.load(path)
        words = ["tea", "teacup", "teapots", "milk", "\u2603"]
        vectors = Vectors(words, np.arange(10.0).reshape(5, 2), [8, 4, 2, 1, 3])
        found = token_vectors(vectors, vocabulary)
        rows, ids = vectors.matrix, vocabulary.ids
        np.testing.assert_allclose(found.matrix[ids["tea"]], (8 * rows[0] + 4 * rows[1] + 2 * rows[2]) / 14, rtol=1e-6)
        np.testing.assert_allclose(found.matrix[ids["##s"]], rows[2])
        assert (found.there.sum(), found.there[ids["[UNK]"]], found.trained) == (5, False, False)
        alike = token_vectors(vectors, vocabulary, weighting="uniform")
        np.testing.assert_allclose(alike.matrix[ids["tea"]], rows[:3].mean(axis=0), rtol=1e-6)

    def test_words_are_tokenised_at_the_beginning_and_within_a_text(self, tmp_path: Path) -> None:
        path = subword_models.byte_level(tmp_path / "tokenizer.json")
        vocabulary = SubwordVocabulary.load(path)
        found = token_vectors(Vectors(["tea"], [[1.0, 2.0]]), vocabulary)
        assert {vocabulary.tokens[number] for number in np.flatnonzero(found.there)} >= {"\u0120tea", "T", "ea"}

    def test_weights_trained_on_text_stay_in_the_hull_and_lower_the_loss(self, path: Path, tmp_path: Path) -> None:
        vocabulary = SubwordVocabulary.load(path)
        with EncodedCorpus.from_sentences(subword_models.TEXT * 5, tokenizer=str(path)) as corpus:
            vectors = SkipGram(dim=8, epochs=2, threads=1, min_count=1).fit(corpus)
            source = source_of(vocabulary, head=True).hiding([vocabulary.ids["rum"], vocabulary.ids["hot"]])
            given = {"source": source, "vectors": vectors, "corpus": corpus}
            how = {"mode": "cw2v", "overlap": "exact", "neighbours": 4, "sample": 0.0}
            first, second, untied = (
                embedding_layer(LayerSettings(**how, epochs=epochs), vocabulary, **given)  # type: ignore[arg-type]
                for epochs in (0, 6, 6)
            )
        assert first.metadata["loss"] == []
        losses = second.metadata["loss"]
        assert losses[-1] < losses[0]
        np.testing.assert_array_equal(second.matrix, untied.matrix)  # repeatable
        changed = np.flatnonzero((first.matrix != second.matrix).any(axis=1))
        assert changed.tolist() == sorted([vocabulary.ids["rum"], vocabulary.ids["hot"]])
        assert second.head is not None
        assert (first.matrix[changed] != second.matrix[changed]).all()
        for matrix, rows in ((source.matrix, second.matrix), (source.head, second.head)):
            assert matrix is not None
            assert (rows[changed] <= matrix.max(axis=0) + 1e-6).all()
            assert (rows[changed] >= matrix.min(axis=0) - 1e-6).all()

    @pytest.mark.parametrize("kind", ["sum", "cat", "codes"])
    def test_ciphers_are_by_rank(self, kind: str, path: Path) -> None:
        vocabulary = SubwordVocabulary.load(path)
        with EncodedCorpus.from_sentences(subword_models.TEXT, tokenizer=str(path)) as corpus:
            settings = LayerSettings(mode="cipher", cipher=kind, dim=16, norms="keep")
            layer = embedding_layer(settings, vocabulary, corpus=corpus)
            counts = dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts, strict=True))
            most = vocabulary.ids[corpus.vocabulary.words[0]]
        occurring = sum(word in counts for word in vocabulary.spellings)
        assert layer.matrix.shape == (len(vocabulary), 16)
        assert not layer.matrix[vocabulary.padding].any()
        if kind == "codes":
            assert layer.counts() == {"cipher": len(vocabulary) - 1, "padding": 1}
            code = layer.matrix[most] - layer.matrix[most].min()
            assert code.argmax() == 0
        else:
            assert layer.counts()["cipher"] == occurring

    def test_a_corpus_of_another_tokenizer_is_refused(self, path: Path, tmp_path: Path) -> None:
        vocabulary = SubwordVocabulary.load(path)
        settings = LayerSettings(mode="cipher")
        with (
            EncodedCorpus.from_sentences([["tea", "milk"]] * 3) as corpus,
            pytest.raises(InputError, match=r"was not encoded with the tokenizer .*vocab\.txt"),
        ):
            embedding_layer(settings, vocabulary, corpus=corpus)


class TestFiles:
    """Matrices in, matrices out."""

    def test_a_layer_is_read_by_the_package_safetensors(self, vocabulary: SubwordVocabulary, tmp_path: Path) -> None:
        numpy = pytest.importorskip("safetensors.numpy")
        layer = embedding_layer(LayerSettings(mode="mean"), vocabulary, source=source_of(vocabulary, head=True))
        layer.save(tmp_path / "layer.safetensors")
        read = numpy.load_file(tmp_path / "layer.safetensors")
        np.testing.assert_array_equal(read["embedding.weight"], layer.matrix)
        np.testing.assert_array_equal(read["lm_head.weight"], layer.head)
        manifest = json.loads((tmp_path / "layer.safetensors.json").read_text())
        assert manifest["kinds"] == {"copied": 5, "special_copied": 4, "padding": 1}
        assert manifest["tensors"] == {"embedding.weight": [10, 6], "lm_head.weight": [10, 6]}
        with pytest.raises(OutputError, match="exists already"):
            layer.save(tmp_path / "layer.safetensors")

    @pytest.mark.parametrize("kind", ["float32", "float16", "bfloat16", "float64"])
    def test_tensors_of_the_package_are_read(self, kind: str, vocabulary: SubwordVocabulary, tmp_path: Path) -> None:
        numpy = pytest.importorskip("safetensors.numpy")
        wanted = source_of(vocabulary).matrix.astype(np.float16 if kind != "bfloat16" else np.float32)
        path = tmp_path / "model.safetensors"
        if kind == "bfloat16":
            bits = (wanted.view(np.uint32) >> 16).astype(np.uint16)
            wanted = (bits.astype(np.uint32) << 16).view(np.float32)
            _write_brain(path, bits)
        else:
            more = {"position_ids": np.arange(9), "wte.weight": wanted.astype(kind)}
            numpy.save_file(more, path)
        source = Source.load(path, vocabulary)
        assert source.name == "embedding.weight"
        np.testing.assert_array_equal(source.matrix, wanted.astype(np.float32))
        assert Source.load(f"{path}:wte.weight", vocabulary, f"{path}:wte.weight").head_name == "wte.weight"

    def test_npy_holds_one_matrix(self, vocabulary: SubwordVocabulary, tmp_path: Path) -> None:
        rows = np.concatenate([source_of(vocabulary).matrix, np.zeros((6, DIM), np.float32)])  # padded
        np.save(tmp_path / "rows.npy", rows)
        source = Source.load(tmp_path / "rows.npy", vocabulary)
        layer = embedding_layer(LayerSettings(mode="mean"), vocabulary, source=source)
        layer.save(tmp_path / "layer.npy")
        np.testing.assert_array_equal(np.load(tmp_path / "layer.npy"), layer.matrix)
        with pytest.raises(SettingsError, match="holds one matrix"):
            _headed(layer).save(tmp_path / "other.npy")
        with pytest.raises(SettingsError, match=r"expected a name that ends with .safetensors or .npy"):
            layer.save(tmp_path / "layer.pt")

    def test_matrices_that_do_not_fit_are_refused(self, vocabulary: SubwordVocabulary, tmp_path: Path) -> None:
        rows = source_of(vocabulary).matrix
        with pytest.raises(InputError, match=r"has shape \(9, 6\), and its tokenizer 10 tokens"):
            Source(vocabulary, rows[:9])
        with pytest.raises(InputError, match="the head has dim 5, the embedding layer 6"):
            Source(vocabulary, rows, rows[:, :5])
        with pytest.raises(InputError, match="row 3 holds NaN or infinity"):
            Source(vocabulary, np.where(np.arange(10)[:, None] == 3, np.nan, rows))
        np.save(tmp_path / "a.npy", rows[0])
        with pytest.raises(InputError, match="is not a matrix of vectors"):
            Source.load(tmp_path / "a.npy", vocabulary)
        embedding = embedding_layer(LayerSettings(mode="mean"), vocabulary, source=Source(vocabulary, rows))
        embedding.save(tmp_path / "b.safetensors")
        with pytest.raises(InputError, match=r"b.safetensors: holds embedding.weight, not wte"):
            Source.load(f"{tmp_path / 'b.safetensors'}:wte", vocabulary)
        with pytest.raises(SettingsError, match=r"expected FILE\.safetensors:TENSOR or FILE\.npy"):
            Source.load(tmp_path / "model.bin", vocabulary)
        given = {"source": Source(vocabulary, rows), "vectors": vectors_of(vocabulary, [5])}
        with pytest.raises(SettingsError, match="dim 7: the source has dim 6; leave this out"):
            embedding_layer(LayerSettings(dim=7), vocabulary, **given)  # type: ignore[arg-type]


def _headed(layer: Layer) -> Layer:
    return Layer(layer.vocabulary, layer.matrix, layer.kinds, layer.matrix)


def _write_brain(path: Path, bits: np.ndarray) -> None:
    """Write a tensor of bfloat16, which NumPy does not have."""
    about = {"wte.weight": {"dtype": "BF16", "shape": list(bits.shape), "data_offsets": [0, bits.nbytes]}}
    header = json.dumps(about).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + bits.tobytes())
