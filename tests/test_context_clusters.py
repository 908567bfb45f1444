"""Senses as clusters of contexts."""

from pathlib import Path

import numpy as np
import pytest
from conftest import Call

from wordvec import ContextClusters, EncodedCorpus, Vectors
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.evaluation.partitions import adjusted_rand
from wordvec.kernels.spherical_kmeans import iterate
from wordvec.senses.cosines import CosineDisambiguator
from wordvec.senses.files import read_senses
from wordvec.trainers.methods_paragraph import methods_text
from wordvec.trainers.senses.contexts import ContextVectors, sample_tokens
from wordvec.trainers.senses.kmeans import centroids, spherical_kmeans
from wordvec.workers import StopFlag

TOPICS = {"fruit": ["sweet", "ripe", "peel", "yellow"], "house": ["open", "lock", "wood", "handle"]}


def planted_text(lines: int = 240) -> list[str]:
    """Return lines about two topics, three quarters about the first; the word ``bado`` is in all of them."""
    rng = np.random.default_rng(5)
    made = []
    for number in range(lines):
        topic = "house" if number % 4 == 3 else "fruit"
        words = rng.choice(TOPICS[topic], 4).tolist()
        made.append(" ".join([*words[:2], "bado", *words[2:]]))
    return made


def planted_vectors() -> Vectors:
    rng = np.random.default_rng(6)
    words = ["bado", *TOPICS["fruit"], *TOPICS["house"], "unused"]
    topics = np.array([[1, 1, 0]] + [[1, 0, 0]] * 4 + [[0, 1, 0]] * 4 + [[0, 0, 1]], float)
    return Vectors(words, topics + 0.1 * rng.normal(size=topics.shape), [240, *[100] * 8, 1])


@pytest.fixture
def corpus(tmp_path: Path):  # type: ignore[no-untyped-def]
    with EncodedCorpus.from_sentences(planted_text()) as corpus:
        yield corpus


def test_text_that_was_encoded_otherwise_than_that_of_the_vectors_is_refused(corpus: EncodedCorpus) -> None:
    vectors = planted_vectors()
    vectors.metadata["corpus"] = {"settings": corpus.meta["settings"] | {"lowercase": True}}
    with pytest.raises(InputError, match="lowercase none, the text of the vectors with True"):
        ContextClusters(senses=2).fit(corpus, vectors)


def test_planted_senses_are_found_with_their_shares(corpus: EncodedCorpus) -> None:
    made = ContextClusters(senses=2).fit(corpus, planted_vectors())
    senses = made.senses("bado")
    assert [sense.name for sense in senses] == ["bado#1", "bado#2"]
    assert [sense.share for sense in senses] == pytest.approx([0.75, 0.25], abs=0.01)
    near = made.nearest("bado", 3)
    assert {word.partition("#")[0] for word, _ in near.senses["bado#1"]} <= set(TOPICS["fruit"])  # type: ignore[attr-defined]
    assert {word.partition("#")[0] for word, _ in near.senses["bado#2"]} <= set(TOPICS["house"])  # type: ignore[attr-defined]
    judge = CosineDisambiguator(made)
    ids = {word: number for number, word in enumerate(judge.words)}
    contexts = [[ids[word] for word in line.split() if word != "bado"] for line in planted_text()]
    offsets = np.cumsum([0, *map(len, contexts)])
    chosen = judge.probabilities(np.full(240, ids["bado"]), np.concatenate(contexts), offsets).argmax(axis=1)
    assert adjusted_rand([number % 4 == 3 for number in range(240)], chosen) == 1


def test_the_mean_of_senses_is_the_vector_of_the_word(corpus: EncodedCorpus) -> None:
    vectors = planted_vectors()
    made = ContextClusters(senses=3, contexts=100).fit(corpus, vectors)
    assert made.inventory is not None
    for word in vectors.words:
        senses = made.senses(word)
        mean = sum(share * sense.vector for share, sense in zip(made.inventory.shares_of(word), senses, strict=True))  # type: ignore[arg-type]
        np.testing.assert_allclose(mean, vectors[word], atol=0.02)  # shares are rounded to tokens
    counts = [int(made.inventory.counts_of(word).sum()) for word in vectors.words]  # type: ignore[union-attr]
    assert counts == vectors.counts.tolist()  # type: ignore[union-attr]
    assert made.senses("unused")[0].name == "unused"


def test_threads_change_no_bit(corpus: EncodedCorpus) -> None:
    vectors = planted_vectors()
    one, three = (ContextClusters(contexts=50, threads=threads).fit(corpus, vectors) for threads in (1, 3))
    assert one.words == three.words
    np.testing.assert_array_equal(one.matrix, three.matrix)
    assert one.contexts_of == three.contexts_of
    other = ContextClusters(contexts=50, seed=2).fit(corpus, vectors)
    assert not np.array_equal(one.matrix, other.matrix)


def test_typical_contexts_are_of_the_sense(corpus: EncodedCorpus) -> None:
    contexts_of = ContextClusters(senses=2).fit(corpus, planted_vectors()).contexts_of
    for name, topic in (("bado#1", "fruit"), ("bado#2", "house")):
        assert contexts_of[name]
        for text in contexts_of[name]:
            assert set(text.replace("[bado]", "").split()) <= set(TOPICS[topic])


def test_a_sample_is_of_about_the_wanted_size_and_in_order() -> None:
    with EncodedCorpus.from_sentences(["a b c a"] * 3000) as corpus:
        words = np.arange(2)
        sample = sample_tokens(corpus, words, 1000, 1)
        sizes = np.diff(sample.offsets)
        assert (np.abs(sizes - 1000) < 120).all()
        for word in words:
            at = sample.at[sample.offsets[word] : sample.offsets[word + 1]]
            assert (np.diff(at) > 0).all()
            assert (corpus.ids[at] == word).all()
        everything = sample_tokens(corpus, words, 10**6, 1)
        assert np.diff(everything.offsets).tolist() == corpus.vocabulary.counts[:2].tolist()


def test_contexts_do_not_leave_sentences() -> None:
    rng = np.random.default_rng(2)
    lists = [[f"w{number}" for number in rng.integers(0, 8, rng.integers(1, 9))] for _ in range(20)]
    with EncodedCorpus.from_sentences(lists) as corpus:
        rows = rng.normal(size=(len(corpus.vocabulary), 5)).astype(np.float32)
        rows[3] = 0
        found = ContextVectors(corpus, rows, 2).of(np.arange(len(corpus.ids)))
        at = 0
        for tokens in lists:
            ids = [corpus.vocabulary.id(word) for word in tokens]
            for place in range(len(tokens)):
                around = ids[max(0, place - 2) : place] + ids[place + 1 : place + 3]
                total = rows[around].sum(axis=0)
                length = np.linalg.norm(total)
                np.testing.assert_allclose(found[at], total / length if length else total, atol=1e-5)
                at += 1


@pytest.mark.parametrize("dim", [3, 16, 21])
def test_the_kernel_iterates_as_its_twin(dim: int) -> None:
    rng = np.random.default_rng(dim)
    stride = -(-dim // 16) * 16
    vectors = rng.normal(size=(40, dim))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    expected_centres = vectors[:4].copy()
    expected, iterations = np.full(40, -1), 0
    for step in range(1, 8):
        iterations = step
        cosines = vectors @ expected_centres.T
        before, expected = expected, cosines.argmax(axis=1)
        if (before == expected).all():
            break
        for k in range(4):
            total = vectors[expected == k].sum(axis=0)
            expected_centres[k] = total / (np.linalg.norm(total) or 1)
    units = np.zeros((40, stride), np.float32)
    units[:, :dim] = vectors
    centres, labels, found = units[:4].copy(), np.full(40, -1), np.empty(40, np.float32)
    sums = np.empty(4 * stride, np.float32)
    assert iterate(units.reshape(-1), stride, centres.reshape(-1), labels, found, sums, 7) == iterations
    np.testing.assert_array_equal(labels, expected)
    np.testing.assert_allclose(found, cosines.max(axis=1), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(centres[:, :dim], expected_centres, atol=1e-5)


def test_kmeans_separates_planted_clusters_and_skips_copies() -> None:
    rng = np.random.default_rng(0)
    vectors = np.repeat(np.eye(3), 20, axis=0) + 0.05 * rng.normal(size=(60, 3))
    units = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    labels = spherical_kmeans(units, 3, (1, 2))
    assert adjusted_rand(np.repeat(np.arange(3), 20), labels) == 1
    same = np.tile(np.float32([1, 0]), (7, 1))
    assert len(set(spherical_kmeans(same, 4, (1,)).tolist())) == 1
    np.testing.assert_array_equal(centroids(same, np.zeros(7, np.int64), 2), [[1, 0], [0, 0]])


def test_unsuitable_input_is_one_line(corpus: EncodedCorpus) -> None:
    with pytest.raises(InputError, match=r"no word of the vectors occurs 20 times .* language and case"):
        ContextClusters().fit(corpus, Vectors(["Bado"], [[1.0]]))
    marked = Vectors(["a#1", "a#2"], np.eye(2)).with_senses()
    with pytest.raises(InputError, match="have senses already"):
        ContextClusters().fit(corpus, marked)
    with pytest.raises(SettingsError, match="senses"):
        ContextClusters(senses=1)
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        ContextClusters().fit(corpus, planted_vectors(), stop=stop)


def test_the_methods_paragraph_names_the_clusters(corpus: EncodedCorpus) -> None:
    from wordvec import SkipGram

    vectors = SkipGram(dim=4, epochs=1, min_count=1).fit(corpus)
    made = ContextClusters(senses=2).fit(corpus, vectors)
    text = methods_text(made.metadata, len(made), made.dim)
    assert "clustered into up to 2 senses by spherical k-means" in text
    assert "schuetze1998" in text


def test_the_command_writes_vectors_and_their_list(tmp_path: Path, wordvec: Call) -> None:
    text, vectors, out = tmp_path / "t.txt", tmp_path / "v.vec", tmp_path / "s.vec"
    text.write_text("\n".join(planted_text()))
    planted_vectors().save(vectors)
    command = ["train", "clusters", str(text), "--vectors", str(vectors), "--senses", "2", "-o", str(out)]
    assert "several senses" in wordvec(*command, "--dry-run").out
    assert not out.exists()
    done = wordvec(*command)
    assert done.code == 0, done.err
    assert [sense.name for sense in Vectors.load(out).senses("bado")] == ["bado#1", "bado#2"]
    assert next(row for row in read_senses(tmp_path / "s.senses.tsv") if row.name == "bado#2").contexts
    assert "exists already" in wordvec(*command).err
    assert wordvec(*command, "--force", "--quiet").err == ""
    corpus = tmp_path / "corpus"
    assert wordvec("corpus", "encode", str(text), "-o", str(corpus)).code == 0
    encoded = wordvec(
        "train", "clusters", str(corpus), str(text), "--vectors", str(vectors), "-o", str(tmp_path / "e.vec")
    )
    assert "is an encoded corpus; use it alone" in encoded.err
    assert wordvec("train", "clusters", str(corpus), "--vectors", str(vectors), "-o", str(tmp_path / "e.vec")).code == 0


def test_text_is_not_lowercased_where_that_of_the_vectors_was_not(tmp_path: Path, wordvec: Call) -> None:
    text, vectors, out = tmp_path / "t.txt", tmp_path / "v.vec", tmp_path / "s.vec"
    text.write_text("\n".join(planted_text()))
    made = planted_vectors()
    settings = {"tokenizer": "whitespace", "lowercase": None}
    Vectors(made.words, made.matrix, metadata={"corpus": {"settings": settings}}).save(vectors)
    command = ["train", "clusters", str(text), "--vectors", str(vectors), "--senses", "2", "-o", str(out)]
    done = wordvec(*command)
    assert done.code == 0, done.err
    assert "encode both with the same --lowercase" in wordvec(*command, "--force", "--lowercase").err
