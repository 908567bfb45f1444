"""Training with a graph: what moves, the bits, resumed runs, settings and their errors, and the command."""

import dataclasses
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import SMALL, Call, write_text

from wordvec import CBOW, EncodedCorpus, FastText, GloVe, Session, SkipGram, Vectors
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.kernels.retrofit import Neighbourhoods
from wordvec.lexicons.lexicon import Lexicon
from wordvec.trainers import pull
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.methods_paragraph import methods_text
from wordvec.workers import Progress, StopFlag

PAIR = Lexicon.of({"w20": {"w30": 1.0}, "w30": {"w20": 1.0}}, name="pair")
OPPOSITES = Lexicon.of({}, {"w3": {"w4": 1.0}, "w4": {"w3": 1.0}}, name="opposites")
USUAL: dict[str, Any] = {"dim": 8, "epochs": 4, "min_count": 1}
STRONG = {"skipgram": 1.0, "cbow": 1.0, "fasttext": 1.0, "glove": 5.0}
METHODS = [
    SkipGram(**USUAL, replicas=2),
    SkipGram(**USUAL, loss="hierarchical-softmax"),
    CBOW(**USUAL, replicas=2),
    FastText(**USUAL, max_n=3),
    GloVe(**USUAL | {"epochs": 4}),
]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_text(tmp_path_factory.mktemp("pull") / "text.txt", sentences=1_500)


@pytest.fixture(scope="module")
def corpus(text: Path) -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_text([text]) as made:
        yield made


def distance(vectors: Vectors, word: str, other: str) -> float:
    return float(np.linalg.norm(vectors[word] - vectors[other]))


def cosine(vectors: Vectors, word: str, other: str) -> float:
    x, y = vectors[word], vectors[other]
    return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))


@pytest.mark.parametrize("trainer", METHODS, ids=lambda trainer: f"{trainer.method}-{getattr(trainer, 'loss', '')}")
def test_connected_words_are_drawn_together_with_the_same_bits_on_any_number_of_threads(
    corpus: EncodedCorpus, trainer: Any
) -> None:
    without = dataclasses.replace(trainer, threads=1).fit(corpus)
    strong = dataclasses.replace(trainer, pull=STRONG[trainer.method])
    one, two = (dataclasses.replace(strong, threads=threads).fit(corpus, graph=PAIR) for threads in (1, 2))
    assert one.matrix.tobytes() == two.matrix.tobytes()
    assert distance(one, "w20", "w30") < 0.7 * distance(without, "w20", "w30")
    assert one.metadata["settings"]["pull"] == strong.pull
    assert (one.metadata["graph"]["words"], one.metadata["graph"]["edges"]) == (2, 2)
    assert "graph" not in without.metadata


def test_fasttext_without_rows_of_words_takes_no_graph(corpus: EncodedCorpus) -> None:
    with pytest.raises(SettingsError, match="floret's hash has none"):
        FastText(hash="floret", pull=0.1)
    with pytest.raises(SettingsError, match="floret's hash has none"):
        FastText(**USUAL, hash="floret").fit(corpus, graph=PAIR)


@pytest.mark.parametrize("trainer", [METHODS[0], METHODS[4]], ids=["skipgram", "glove"])
def test_opposites_are_pushed_apart(corpus: EncodedCorpus, trainer: Any) -> None:
    without, pushed = (
        trainer.fit(corpus),
        dataclasses.replace(trainer, pull=STRONG[trainer.method]).fit(corpus, graph=OPPOSITES),
    )
    assert cosine(pushed, "w3", "w4") < cosine(without, "w3", "w4")
    assert pushed.metadata["graph"]["opposites"] == 2


class _Interrupting(Progress):
    """Stops a run at the first report of its training."""

    def __init__(self, flag: StopFlag) -> None:
        super().__init__()
        self._flag, self._training = flag, False

    def begin(self, name: str, *_: Any, **__: Any) -> None:
        self._training = name == "training"

    def report(self, *_: Any, **__: Any) -> None:
        if self._training:
            self._flag.set()


@pytest.mark.parametrize("trainer", [METHODS[0], METHODS[4]], ids=["skipgram", "glove"])
def test_a_resumed_run_has_the_bits_of_an_uninterrupted_one_and_refuses_another_graph(
    corpus: EncodedCorpus, tmp_path: Path, trainer: Any
) -> None:
    trainer = dataclasses.replace(trainer, pull=0.5, epochs=6)
    stop = StopFlag()
    with pytest.raises(Interrupted):
        trainer.fit(corpus, graph=PAIR, checkpoint=Checkpoint(tmp_path), progress=_Interrupting(stop), stop=stop)
    changed = Lexicon.of({"w20": {"w31": 1.0}}, name="changed")
    with pytest.raises(InputError, match="changed: has other edges between the trained words than pair had"):
        trainer.fit(corpus, graph=changed, checkpoint=Checkpoint.open(tmp_path))
    with pytest.raises(SettingsError, match="needs a graph"):
        trainer.fit(corpus, checkpoint=Checkpoint.open(tmp_path))
    resumed = trainer.fit(corpus, graph=PAIR, checkpoint=Checkpoint.open(tmp_path))
    assert resumed.matrix.tobytes() == trainer.fit(corpus, graph=PAIR).matrix.tobytes()
    assert resumed.metadata["training"]["interruptions"] == 1


def test_a_graph_that_cannot_be_used_is_an_error(corpus: EncodedCorpus) -> None:
    far = Lexicon.of({"x": {"w1": 1.0}}, name="far")
    with pytest.raises(InputError, match=r"far: of its 1 words with neighbours, none is known .* corpus has 40 words"):
        SkipGram(**USUAL).fit(corpus, graph=far)
    with pytest.raises(SettingsError, match="needs a graph"):
        SkipGram(**USUAL, pull=0.1).fit(corpus)
    with pytest.raises(TypeError, match="graph: expected"):
        SkipGram(**USUAL).fit(corpus, graph=3)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="must be above 0"):
        SkipGram(pull=0.0)


def test_phrases_of_a_lexicon_are_words_of_a_phrased_corpus() -> None:
    lexicon = Lexicon.of({"New York": {"bank_of_america": 1.0}}, name="places")
    sentences = ["new_york bank_of_america tea", "tea new_york"] * 30
    with EncodedCorpus.from_sentences(sentences) as corpus:
        vectors = SkipGram(dim=4, epochs=2, sample=0).fit(corpus, graph=lexicon)
    assert (vectors.metadata["graph"]["words"], vectors.metadata["graph"]["edges"]) == (1, 1)


def test_an_estimate_includes_the_edges(corpus: EncodedCorpus) -> None:
    for trainer in (METHODS[0], METHODS[4]):
        without, having = trainer.estimate(corpus), trainer.estimate(corpus, graph=PAIR)
        assert having.memory > without.memory


def test_limits_of_edges_do_not_depend_on_blocks_and_follow_the_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    begins = np.append(0, np.cumsum(chance.integers(1, 9, 50)))
    weights = chance.uniform(0.1, 1, begins[-1]).astype(np.float32)
    near = Neighbourhoods(np.arange(50), begins, np.zeros(begins[-1], np.int64), weights)
    whole = pull.edges_of(near, np.ones(50)).limits
    for at_once in (1, 7, 100):
        monkeypatch.setattr(pull, "_EDGES_AT_ONCE", at_once)
        assert pull.edges_of(near, np.ones(50)).limits.tobytes() == whole.tobytes()
    for begin, end in itertools.pairwise(begins):
        shares = np.cumsum(weights[begin:end]) / weights[begin:end].sum()
        np.testing.assert_allclose(whole[begin:end] / 2**32, shares, rtol=1e-5)


def test_methods_paragraphs_cite_the_pull_and_the_push(corpus: EncodedCorpus) -> None:
    text = methods_text(SkipGram(**USUAL).fit(corpus, graph=PAIR).metadata, 40, 8)
    assert (
        "2 words of the graph pair were moved during training, with strength 0.1: 2 edges drew connected words "
        "together (Alawad et al., 2021)."
    ) in text
    assert "@misc{alawad2021" in text
    assert "mrksic2016" not in text
    pushed = methods_text(SkipGram(**USUAL).fit(corpus, graph=OPPOSITES).metadata, 40, 8)
    assert "2 edges between opposites pushed words apart (Mrkšić et al., 2016)" in pushed
    assert "mrksic2016" in pushed


def test_the_command_trains_with_a_graph_and_resumes_with_the_same_file(
    wordvec: Call, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("graph.tsv").write_text("w20\tsynonym\tw30\nw3\tantonym\tw4\n")
    train = ["train", "skipgram", text, *SMALL, "--graph", "graph.tsv"]
    done = wordvec(*train, "--pull", 0.5, "-o", "a.vec")
    assert done.code == 0, done.err
    assert "graph.tsv, read as relations: 4 words drawn together by 4 edges, 2 of these to opposites\n" in done.err
    metadata = json.loads(Path("a.json").read_text())
    assert metadata["settings"]["pull"] == 0.5
    assert metadata["graph"]["lexicon"] == "graph.tsv"
    dry = wordvec(*train, "--dry-run", "-o", "b.vec")
    assert (dry.code, "memory" in dry.out) == (0, True)
    weights = wordvec(*train, "--relations", "antonym=0", "-o", "b.vec")
    assert "graph.tsv, read as relations: 2 words drawn together by 2 edges\n" in weights.err
    for arguments, message in [
        (["--pull", "0.1"], "--pull: needs a graph, the lexicon whose words are drawn together"),
        (["--relations", "antonym=0"], "--relations: needs a graph, the lexicon with these relations"),
        (["--graph", "none.tsv"], "none.tsv: cannot be read (No such file or directory)"),
        (["--graph", "graph.tsv", "--relations", "antonym"], "--relations 'antonym': expected the name of a relation"),
        (["--graph", "-"], "--graph -: is read again when the run is resumed; name a file"),
        (["--graph", "graph.tsv", "--pull", "0"], "--pull 0.0: must be above 0"),
    ]:
        failed = wordvec("train", "skipgram", text, *SMALL, *arguments, "-o", "c.vec")
        assert failed.code in (1, 2)
        assert failed.err.startswith(f"wordvec: {message}"), failed.err
    over = wordvec(*train, "-o", "graph.tsv", "--force")
    assert "would be written over an input" in over.err


def test_a_session_resumes_with_its_graph_and_refuses_a_changed_file(text: Path, tmp_path: Path) -> None:
    path = tmp_path / "graph.txt"
    path.write_text("w20 w30\n")
    trainer = SkipGram(**USUAL, threads=1, pull=0.5)
    whole = Session(output=tmp_path / "whole.vec", graph=path).train(trainer, [text])
    folder = tmp_path / "part.partial"
    folder.mkdir()
    with EncodedCorpus.from_text([text], folder / "corpus") as corpus:
        flag = StopFlag()
        with pytest.raises(Interrupted):
            trainer.fit(corpus, graph=path, checkpoint=Checkpoint(folder), progress=_Interrupting(flag), stop=flag)
    part = Session(output=tmp_path / "part.vec")
    path.write_text("w20 w31\n")
    with pytest.raises(InputError, match="has other edges"):
        part.resume()
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        part.resume()
    path.write_text("w20 w30\n")
    assert part.resume().matrix.tobytes() == whole.matrix.tobytes()
