"""Training with hierarchical softmax: its results, files, probabilities of held-out text, and command line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import naive_softmax as naive
import numpy as np
import pytest
from cli_helpers import SMALL as FEW
from cli_helpers import Call, write_text
from test_trainers import SMALL, StopAfter, text

from wordvec import CBOW, EncodedCorpus, FastText, Session, SkipGram, Vectors
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.evaluation import perplexity
from wordvec.softmax import HierarchicalSoftmax
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.replicas import Replicas

HIERARCHICAL = {"loss": "hierarchical-softmax"}
TRAINERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "skipgram": (SkipGram, {}),
    "cbow": (CBOW, {}),
    "fasttext": (FastText, {"buckets": 1_000}),
    "fasttext cbow": (FastText, {"buckets": 1_000, "model": "cbow"}),
}
REPLICAS = {"replicas": 3, "round_tokens": 2_000}


def trainer(name: str, **settings: Any) -> Any:
    kind, own = TRAINERS[name]
    return kind(**SMALL | HIERARCHICAL | own | settings)


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_sentences(text(sentences=1_000)) as encoded:
        yield encoded


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordvec.trainers.pieces.PIECE_TOKENS", 1_000)


@pytest.fixture(scope="module")
def trained(corpus: EncodedCorpus) -> dict[str, Vectors]:
    return {name: trainer(name, epochs=3, window=2, sample=0, replicas=1).fit(corpus) for name in TRAINERS}


def layer_of(vectors: Vectors) -> HierarchicalSoftmax:
    assert vectors.softmax is not None
    return vectors.softmax


def same_bits(a: Vectors, b: Vectors) -> bool:
    both = layer_of(a), layer_of(b)
    return a.matrix.tobytes() == b.matrix.tobytes() and both[0].nodes.tobytes() == both[1].nodes.tobytes()


@pytest.mark.parametrize("name", TRAINERS)
def test_a_result_has_inner_nodes_in_place_of_context_words(name: str, trained: dict[str, Vectors]) -> None:
    vectors = trained[name]
    layer, losses = layer_of(vectors), vectors.metadata["training"]["loss"]
    assert vectors.contexts is None
    assert (layer.words, layer.nodes.shape) == (vectors.words, (len(vectors) - 1, vectors.dim))
    assert vectors.counts is not None
    assert layer.counts.tolist() == vectors.counts.tolist()
    assert layer.metadata["settings"]["loss"] == "hierarchical-softmax"
    np.testing.assert_allclose(np.exp(layer.log_probabilities(vectors.matrix[:5])).sum(axis=1), 1)
    assert losses[-1] < losses[0] < (layer.tree.lengths * layer.counts).sum() / layer.counts.sum()


@pytest.mark.parametrize("name", TRAINERS)
def test_the_number_of_threads_changes_no_bit(name: str, corpus: EncodedCorpus) -> None:
    results = [trainer(name, **REPLICAS, threads=threads).fit(corpus) for threads in (1, 3)]
    assert same_bits(*results)
    assert not same_bits(results[0], trainer(name, **REPLICAS | {"replicas": 2}).fit(corpus))


@pytest.mark.parametrize("name", ["skipgram", "fasttext cbow"])
def test_resumed_training_has_the_bits_of_an_uninterrupted_one(
    name: str, corpus: EncodedCorpus, tmp_path: Path
) -> None:
    whole, folder = trainer(name, **REPLICAS).fit(corpus), tmp_path / "out.partial"
    with pytest.raises(Interrupted):
        trainer(name, **REPLICAS).fit(corpus, checkpoint=Checkpoint(folder), stop=StopAfter(3))
    assert same_bits(whole, trainer(name, **REPLICAS).fit(corpus, checkpoint=Checkpoint.open(folder)))
    kind, own = TRAINERS[name]
    with pytest.raises(InputError, match=r"was trained with other values of (learning_rate, )?loss, negatives"):
        kind(**SMALL | REPLICAS | own).fit(corpus, checkpoint=Checkpoint.open(folder))


@pytest.mark.parametrize("name", ["skipgram", "cbow", "fasttext"])
def test_expected_updates_of_nodes_are_those_of_training(name: str, corpus: EncodedCorpus) -> None:
    settings = trainer(name, sample=1e-2, window=2)
    model = settings.model_of(corpus)
    found = model.updates()
    counts = corpus.vocabulary.counts[: model.size]
    kept = (counts / len(corpus.ids)) * model.layer.source.keep / 2**32
    paths = naive.word2vec_paths(counts.tolist())
    expected = np.zeros(model.size - 1)
    for word, path in enumerate(paths):
        for node, _ in path:
            expected[node] += (1 if name == "cbow" else 3) * kept[word]
    np.testing.assert_allclose(found.contexts, expected, rtol=1e-9)
    assert found.contexts.argmax() == 0
    mean = (kept * [len(path) for path in paths]).sum() / kept.sum()
    if name != "fasttext":
        np.testing.assert_allclose(found.words, 3 * mean * kept, rtol=1e-9)


@pytest.mark.parametrize("name", ["skipgram", "cbow"])
def test_replicas_and_threads_learn_as_well_as_one_model(
    name: str, corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordvec.trainers.replicas.PRIVATE_ROUND", 2_000)
    alone, together, sharing = (
        trainer(name, epochs=6, **settings).fit(corpus).metadata["training"]["loss"][-1]
        for settings in ({}, {"replicas": 4, "round_tokens": 2_000}, {"threads": 2})
    )
    # A text of 16,000 tokens is short for replicas; CBOW with noise words loses as much.
    assert together < (1.03 if name == "skipgram" else 1.1) * alone
    assert sharing < 1.03 * alone


def test_private_nodes_of_threads_are_the_most_frequent_ones(corpus: EncodedCorpus) -> None:
    from wordvec.trainers.pieces import Pieces

    settings = trainer("skipgram", threads=2).resolved(corpus)
    model = settings.model_of(corpus)
    assert model.embedding.private == model.embedding.shift == len(model.contexts) == model.size - 1
    assert isinstance(model.workers(Pieces(corpus, 2, settings.work(), 0.1)), Replicas)
    assert (np.diff(model.layer.tree.counts) <= 0).all()


class TestSettings:
    @pytest.mark.parametrize("name", ["negatives", "noise_power", "negatives_per"])
    def test_settings_of_noise_words_are_refused_with_hierarchical_softmax(self, name: str) -> None:
        value = "window" if name == "negatives_per" else 5
        with pytest.raises(SettingsError, match="hierarchical softmax draws no noise words") as caught:
            SkipGram(**HIERARCHICAL, **{name: value})
        assert caught.value.setting == name
        assert getattr(SkipGram(**HIERARCHICAL), name) is None

    def test_settings_of_noise_words_have_defaults_with_negative_sampling(self) -> None:
        trainer = SkipGram()
        assert (trainer.loss, trainer.negatives, trainer.noise_power, trainer.negatives_per) == (
            "negative-sampling",
            5,
            0.75,
            "window",
        )
        assert [FastText(model=model).noise_power for model in ("skipgram", "cbow")] == [0.5, 0.75]

    def test_a_trainer_of_the_recorded_settings_repeats_the_run(self, corpus: EncodedCorpus) -> None:
        vectors = trainer("cbow", epochs=1).fit(corpus)
        settings = json.loads(json.dumps(vectors.metadata["settings"]))
        assert same_bits(CBOW(**settings).fit(corpus), vectors)


class TestContinuing:
    def test_words_of_the_starting_vectors_are_kept_and_nodes_begin_anew(self, corpus: EncodedCorpus) -> None:
        words, rows = ["w1a", "other"], np.ones((2, 20))
        start = Vectors(words, rows, [5, 3], contexts=Vectors(words, rows))
        vectors = trainer("skipgram", learning_rate=1e-9).fit(corpus, init=start)
        assert "other" in vectors
        assert "other" not in layer_of(vectors).words
        np.testing.assert_allclose(vectors.matrix[vectors.words.index("w1a")], 1, atol=1e-3)
        assert np.abs(layer_of(vectors).nodes).max() < 1e-3
        assert perplexity(vectors, {"text": corpus}, resamples=100).rows[0]["predictions"] > 0

    def test_rows_of_context_words_are_refused(self, corpus: EncodedCorpus) -> None:
        start = Vectors(["w1a"], np.ones((1, 20)))
        for name in ("skipgram", "fasttext"):
            with pytest.raises(SettingsError, match="has rows of inner nodes") as caught:
                trainer(name).fit(corpus, init=start, init_contexts=start)
            assert caught.value.setting == "init_contexts"


def naive_likelihood(vectors: Vectors, sentences: list[list[str]], bags: dict[str, int], pairs: bool) -> list[float]:
    """Return the log-probability of each prediction, with windows of two words on either side."""
    layer = layer_of(vectors)
    paths, found = naive.word2vec_paths(layer.counts.tolist()), []
    for sentence in sentences:
        known = [word for word in sentence if word in layer.words]
        for at, word in enumerate(known):
            near = known[max(0, at - 2) : at] + known[at + 1 : at + 3]
            rows = [vectors.matrix[vectors.words.index(other)].astype(np.float64) for other in near]
            sizes = [bags[other] for other in near]
            inputs = rows if pairs else [np.average(rows, axis=0, weights=sizes)] if rows else []
            path = paths[layer.words.index(word)]
            found += [naive.log_probability(h, layer.nodes.astype(np.float64), path) for h in inputs]
    return found


@pytest.mark.parametrize("name", TRAINERS)
def test_perplexity_equals_its_slow_twin(name: str, trained: dict[str, Vectors]) -> None:
    vectors = trained[name]
    sentences = [[*line.split()[:9], "unheard", *line.split()[9:]] for line in text(seed=7, sentences=12)]
    sentences += [["w1a"], ["unheard", "w2a"]]
    bags = dict(zip(vectors.words, layer_of(vectors).sizes.tolist(), strict=True))
    assert (max(bags.values()) > 1) == name.startswith("fasttext")
    expected = naive_likelihood(vectors, sentences, bags, "cbow" not in name)
    with EncodedCorpus.from_sentences(sentences) as held_out:
        (row,) = perplexity(vectors, {"held out": held_out}, resamples=100).rows
    unknown = sum(word not in vectors for sentence in sentences for word in sentence)
    assert (row["text"], row["predictions"], row["unknown"]) == ("held out", len(expected), unknown)
    assert row["log_probability"] == pytest.approx(np.mean(expected), rel=1e-4)
    assert row["perplexity"] == pytest.approx(np.exp(-np.mean(expected)), rel=1e-3)
    assert row["low"] < row["log_probability"] < row["high"]
    assert row["perplexity"] < row["unigram_perplexity"]


def test_held_out_likelihood_and_similarity_are_in_the_range_of_gensims() -> None:
    """On news texts in gensim's package; codes differ by the order of equal counts, and so do initial rows."""
    from gensim.models import Word2Vec
    from gensim.test.utils import datapath

    lines = [line.split() for line in Path(datapath("lee_background.cor")).read_text().lower().splitlines()]
    learnt, held_out = lines[:-30], lines[-30:]
    settings = {"window": 5, "min_count": 3, "sample": 0, "epochs": 5, "seed": 1}
    model = Word2Vec(learnt, sg=1, hs=1, negative=0, vector_size=32, alpha=0.05, min_alpha=5e-6, workers=1, **settings)
    with EncodedCorpus.from_sentences(learnt) as corpus, EncodedCorpus.from_sentences(held_out) as other:
        ours = SkipGram(dim=32, learning_rate=0.05, replicas=1, threads=1, **HIERARCHICAL, **settings).fit(corpus)
        (row,) = perplexity(ours, {"held out": other}, resamples=100).rows
    theirs = float(model.score(held_out, total_sentences=len(held_out)).sum()) / row["predictions"]
    assert row["log_probability"] == pytest.approx(theirs, abs=0.15)
    # The lengths of codes are optimal in both.
    lengths = {word: len(model.wv.get_vecattr(word, "code")) for word in model.wv.index_to_key}
    counts, layer = {word: model.wv.get_vecattr(word, "count") for word in lengths}, layer_of(ours)
    bits = sum(counts[word] * length for word, length in lengths.items())
    assert bits == (layer.tree.lengths * layer.counts).sum()


class TestPerplexityErrors:
    def test_vectors_without_output_layer_are_refused(self, corpus: EncodedCorpus, trained: dict[str, Vectors]) -> None:
        plain = Vectors(trained["cbow"].words, trained["cbow"].matrix)
        with pytest.raises(SettingsError, match="have no output layer"):
            perplexity(plain, {"text": corpus})

    def test_nodes_of_another_run_are_refused(self, corpus: EncodedCorpus, trained: dict[str, Vectors]) -> None:
        with pytest.raises(InputError, match="nodes are of another training run"):
            perplexity(trained["cbow"], {"text": corpus}, softmax=trained["skipgram"].softmax)

    def test_text_without_two_trained_words_is_refused(self, trained: dict[str, Vectors]) -> None:
        with (
            EncodedCorpus.from_sentences(["unheard words", "w1a"]) as other,
            pytest.raises(InputError, match="text: no sentence of the text has two trained words"),
        ):
            perplexity(trained["cbow"], {"text": other})

    def test_text_that_was_encoded_otherwise_is_refused(self, trained: dict[str, Vectors]) -> None:
        lines = ["w1a w1b w1a"]
        for option, settings in {"lowercase": {"lowercase": True}, "stop_words": {"stop_words": ["w1b"]}}.items():
            with (
                EncodedCorpus.from_sentences(lines, **settings) as other,
                pytest.raises(InputError, match=f"^text: was encoded with {option} .* the training text with none"),
            ):
                perplexity(trained["cbow"], {"text": other})

    def test_inputs_and_words_of_another_shape_are_refused(self, trained: dict[str, Vectors]) -> None:
        layer = layer_of(trained["cbow"])
        with pytest.raises(SettingsError, match=r"inputs: expected rows of dim 20; got shape \(2, 3\)"):
            layer.log_probabilities(np.ones((2, 3)))
        for words in ([0], [0, 10**6], [-1, 0]):
            with pytest.raises(SettingsError, match="words: expected 2 numbers of words below"):
                layer.log_probability(np.ones((2, 20)), words)


def test_a_model_of_subsampled_text_has_a_remark(corpus: EncodedCorpus, trained: dict[str, Vectors]) -> None:
    subsampled = trainer("cbow", epochs=1).fit(corpus)
    remarks = [perplexity(vectors, {"text": corpus}, resamples=100).notes for vectors in (trained["cbow"], subsampled)]
    assert [any("subsampled frequent words (sample 0.01)" in note for note in notes) for notes in remarks] == [
        False,
        True,
    ]


def test_losses_are_plotted_apart_from_those_of_negative_sampling(corpus: EncodedCorpus, tmp_path: Path) -> None:
    from wordvec import loss_curves

    for name, settings in (("tree", HIERARCHICAL), ("noise", {})):
        vectors = CBOW(**SMALL | {"epochs": 1} | settings).fit(corpus)
        vectors.save(tmp_path / f"{name}.vec")
    read = [loss_curves._read(tmp_path / f"{name}.json", name) for name in ("tree", "noise")]
    assert [run.quantity for run in read] == [loss_curves.PREDICTION, loss_curves.PAIR]


class TestFiles:
    def test_fasttexts_format_is_written_without_output_matrix(
        self, trained: dict[str, Vectors], tmp_path: Path
    ) -> None:
        trained["fasttext"].save(tmp_path / "parts.fasttext.bin")
        read = Vectors.load(tmp_path / "parts.fasttext.bin")
        assert (read.words, read.contexts, read.softmax) == (trained["fasttext"].words, None, None)
        np.testing.assert_allclose(read.matrix, trained["fasttext"].matrix, atol=1e-5)

    def test_a_file_of_nodes_is_read_as_it_was_written(self, trained: dict[str, Vectors], tmp_path: Path) -> None:
        layer = layer_of(trained["fasttext cbow"])
        layer.save(tmp_path / "nodes.npz")
        layer.save(tmp_path / "again.npz")
        assert (tmp_path / "nodes.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()
        read = HierarchicalSoftmax.load(tmp_path / "nodes.npz")
        assert (read.words, read.metadata["method"]) == (layer.words, "fasttext")
        for name in ("counts", "nodes", "sizes"):
            np.testing.assert_array_equal(getattr(read, name), getattr(layer, name))
        with pytest.raises(SettingsError, match="use such a name"):
            layer.save(tmp_path / "nodes.vec")

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"nodes": None}, "is not a file of the inner nodes"),
            ({"nodes": np.zeros((9, 20), np.float32)}, "damaged"),
            ({"nodes": np.zeros((9, 20))}, "damaged"),
            ({"counts": np.arange(9)}, "damaged"),
            ({"sizes": "zeros"}, "damaged"),
            ({"starts": np.zeros(3, np.int64)}, "its words do not fit its counts"),
            ({"metadata": np.frombuffer(b"[1]", np.uint8)}, "its metadata are damaged"),
        ],
    )
    def test_a_damaged_file_is_one_clear_line(
        self, change: dict[str, Any], message: str, trained: dict[str, Vectors], tmp_path: Path
    ) -> None:
        path = tmp_path / "nodes.npz"
        layer_of(trained["cbow"]).save(path)
        with np.load(path) as stored:
            arrays = {**stored}
        for name, value in change.items():
            arrays[name] = np.zeros_like(arrays[name]) if isinstance(value, str) else value
        np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
        with pytest.raises(InputError, match=message) as caught:
            HierarchicalSoftmax.load(path)
        assert str(caught.value).startswith(f"{path}: ")

    def test_a_missing_or_cut_file_is_one_clear_line(self, trained: dict[str, Vectors], tmp_path: Path) -> None:
        path = tmp_path / "nodes.npz"
        with pytest.raises(InputError, match="No such file"):
            HierarchicalSoftmax.load(path)
        path.write_text("1 2\nword 0.1 0.2\n")
        with pytest.raises(InputError, match="is not a file of the inner nodes"):
            HierarchicalSoftmax.load(path)
        layer_of(trained["cbow"]).save(path, overwrite=True)
        path.write_bytes(path.read_bytes()[:-100])
        with pytest.raises(InputError, match="damaged"):
            HierarchicalSoftmax.load(path)


class TestCommands:
    @pytest.fixture
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        return write_text(tmp_path / "text.txt")

    def test_a_session_writes_the_nodes_and_the_command_scores_text(self, here: Path, wordvec: Call) -> None:
        loss = ["--loss", "hierarchical-softmax"]
        done = wordvec("train", "cbow", "text.txt", "-o", "out.vec", "--contexts", "nodes.npz", *loss, *FEW, "--quiet")
        assert (done.code, done.err) == (0, "")
        write_text(here.with_name("held-out.txt"), 30, seed=2)
        done = wordvec("evaluate", "perplexity", "out.vec", "held-out.txt", "--nodes", "nodes.npz", "--json")
        assert done.code == 0, done.err
        (row,) = json.loads(done.out)["rows"]
        layer = HierarchicalSoftmax.load("nodes.npz")
        with EncodedCorpus.from_text("held-out.txt", tokenizer="whitespace") as corpus:
            (expected,) = perplexity(Vectors.load("out.vec"), {"held-out.txt": corpus}, softmax=layer).rows
        assert row == expected
        shown = wordvec("info", "out.vec", "--methods-text")
        assert "CBOW with hierarchical softmax over a Huffman tree of the words (8 dimensions" in shown.out
        assert "noise" not in shown.out
        done = wordvec("evaluate", "perplexity", "out.vec", "held-out.txt", "held-out.txt", "--nodes", "nodes.npz")
        assert (done.code, done.out) == (2, "")
        assert done.err == "wordvec: TEXT: a text is given twice\n"

    def test_an_interrupted_session_is_resumed_with_its_nodes(self, here: Path) -> None:
        settings = SMALL | HIERARCHICAL
        whole = Session(output=Path("whole.vec"), contexts=Path("whole.npz")).train(SkipGram(**settings), ["text.txt"])
        nodes = HierarchicalSoftmax.load("whole.npz").nodes
        assert nodes.tobytes() == np.ascontiguousarray(layer_of(whole).nodes).tobytes()

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["-hs", "1"], "-hs: no such option; use --loss hierarchical-softmax"),
            (["--hs", "1"], "--hs: no such option; use --loss hierarchical-softmax"),
            (["--hs=1"], "--hs: no such option; use --loss hierarchical-softmax"),
            (["-loss", "hs"], "-loss: no such option; use --loss"),
            (["--loss", "hs"], "--loss hs: no such value; use --loss hierarchical-softmax"),
            (["--loss=ns"], "--loss ns: no such value; use --loss negative-sampling"),
        ],
    )
    def test_other_tools_spellings_end_with_ours(
        self, arguments: list[str], message: str, here: Path, wordvec: Call
    ) -> None:
        for method in ("skipgram", "cbow", "fasttext"):
            done = wordvec("train", method, "text.txt", "-o", "out.vec", *arguments)
            assert done == (2, "", f"wordvec: {message} (see wordvec train {method} --help)\n")

    def test_hints_follow_the_options_of_one_method(self, here: Path, wordvec: Call) -> None:
        done = wordvec("compare", "text.txt", "-o", "out", "--methods", "skipgram", "--skipgram.hs", "1")
        assert "did you mean --skipgram.loss hierarchical-softmax?" in done.err
        done = wordvec("compare", "text.txt", "-o", "out", "--methods", "skipgram", "--skipgram.loss", "hs")
        assert "--skipgram.loss hs: no such value; use --skipgram.loss hierarchical-softmax" in done.err

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--negatives", "5"], "--negatives: hierarchical softmax draws no noise words; leave this out"),
            (["--noise-power", "0.75"], "--noise-power: hierarchical softmax draws no noise words; leave this out"),
            (["--contexts", "out.npz.vec"], "use such a name"),
            (
                ["--init", "a.vec", "--init-contexts", "a.vec"],
                "--init-contexts: hierarchical softmax has rows of inner",
            ),
        ],
    )
    def test_what_means_nothing_with_hierarchical_softmax_is_one_line(
        self, arguments: list[str], message: str, here: Path, wordvec: Call
    ) -> None:
        Vectors(["w1"], np.ones((1, 8))).save("a.vec")
        loss = ["--loss", "hierarchical-softmax"]
        done = wordvec("train", "skipgram", "text.txt", "-o", "out.vec", *loss, *FEW, *arguments)
        assert (done.code, done.out) == (2, "")
        assert done.err.count("\n") == 1
        assert message in done.err
        assert not here.with_name("out.vec").exists()
