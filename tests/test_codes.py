"""Paragraph vectors with codes: the same bits with any threads, inference, the files of the commands."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call
from test_paragraphs import DOCUMENTS, TOPICS, text_of

from wordvec import EncodedCorpus, ParagraphInference, ParagraphVectors, Session, Vectors
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.paragraphs import codes
from wordvec.trainers.paragraphs.result import DocumentVectors
from wordvec.workers import StopFlag

SMALL: dict[str, Any] = {"bits": 32, "epochs": 6, "min_count": 1, "sample": 0.0, "round_tokens": 400}
MODELS: list[dict[str, Any]] = [{}, {"dim": 20}]
names_of_models = ["binary", "real-binary"]


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_documents([(f"d{n}", text_of(n)) for n in range(DOCUMENTS)]) as made:
        yield made


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("wordvec.trainers.pieces", "wordvec.trainers.paragraphs.pieces"):
        monkeypatch.setattr(f"{module}.piece_tokens", lambda work: 150)


def bits(found: DocumentVectors) -> tuple[bytes, ...]:
    assert found.model is not None
    assert found.model.words.contexts is not None
    projection = found.model.words.projection
    arrays = [found.matrix, found.model.words.contexts.matrix]
    arrays += [] if found.codes is None else [found.codes.matrix]
    arrays += [] if projection is None else [projection]
    return tuple(np.ascontiguousarray(array).tobytes() for array in arrays)


def codes_of(found: DocumentVectors) -> Vectors:
    return found if found.codes is None else found.codes


@pytest.mark.parametrize("model", MODELS, ids=names_of_models)
def test_one_seed_gives_one_result_with_any_number_of_threads(corpus: EncodedCorpus, model: dict[str, Any]) -> None:
    trainers = [ParagraphVectors(**SMALL, **model, replicas=3, threads=threads) for threads in (1, 2, 3)]
    first = bits(trainers[0].fit(corpus))
    for trainer in trainers[1:]:
        assert bits(trainer.fit(corpus)) == first
    assert bits(ParagraphVectors(**SMALL, **model, seed=2).fit(corpus)) != first


@pytest.mark.parametrize("model", MODELS, ids=names_of_models)
def test_codes_of_a_topic_are_near_and_inferred_alike_in_any_company(
    corpus: EncodedCorpus, model: dict[str, Any]
) -> None:
    found = ParagraphVectors(**SMALL | {"epochs": 30}, **model).fit(corpus)
    coded = codes_of(found)
    assert coded.coded is not None
    assert coded.dim == 32
    assert found.words == coded.words
    full = [n for n in range(DOCUMENTS) if n % 9 != 4]
    assert np.flatnonzero(~coded.present).tolist() == [n for n in range(DOCUMENTS) if n % 9 == 4]
    nearest = coded.nearest([f"d{n}" for n in full], 3)
    same = [int(near[1:]) % TOPICS == n % TOPICS for n, of in zip(full, nearest, strict=True) for near, _ in of]
    assert np.mean(same) > 0.9
    assert found.model is not None
    texts = [text_of(number) for number in range(DOCUMENTS)]
    together = found.model.infer(texts, threads=1)
    for threads in (2, 3):
        again = found.model.infer(corpus, threads=threads)
        assert again.matrix.tobytes() == together.matrix.tobytes()
        assert codes_of(again).matrix.tobytes() == codes_of(together).matrix.tobytes()
    some = found.model.infer([texts[7], "of unknown words", texts[2]])
    assert (codes_of(some).matrix == [codes_of(together).matrix[7], np.zeros(32), codes_of(together).matrix[2]]).all()
    assert not found.model.infer(["", " "]).matrix.any()
    if model:
        assert (found.dim, found.coded) == (20, None)
        projection = found.model.words.projection
        assert projection is not None
        scores = found.matrix @ projection
        clear = np.abs(scores) > 1e-4
        assert (np.sign(scores)[clear] == coded.matrix[clear]).all()


@pytest.mark.parametrize("model", MODELS, ids=names_of_models)
def test_a_model_is_read_back_and_infers_the_same_codes(
    corpus: EncodedCorpus, model: dict[str, Any], tmp_path: Path
) -> None:
    found = ParagraphVectors(**SMALL, **model).fit(corpus)
    assert found.model is not None
    found.model.save(tmp_path / "a.model.vectors")
    read = ParagraphInference.load(tmp_path / "a.model.vectors")
    assert read.trainer == found.model.trainer
    mine, theirs = (one.infer([text_of(1), text_of(2)]) for one in (found.model, read))
    assert mine.matrix.tobytes() == theirs.matrix.tobytes()
    assert codes_of(mine).matrix.tobytes() == codes_of(theirs).matrix.tobytes()
    about = json.loads((tmp_path / "a.model.vectors" / "wordvec.json").read_text())
    about["metadata"]["settings"]["bits"] = 48
    (tmp_path / "a.model.vectors" / "wordvec.json").write_text(json.dumps(about))
    with pytest.raises(InputError, match="do not fit its settings"):
        ParagraphInference.load(tmp_path / "a.model.vectors")


@pytest.mark.parametrize("model", MODELS, ids=names_of_models)
def test_an_interrupted_run_is_resumed_with_the_bits_of_an_uninterrupted_one(
    corpus: EncodedCorpus, model: dict[str, Any], tmp_path: Path
) -> None:
    trainer, stop = ParagraphVectors(**SMALL, **model), StopFlag()
    checkpoint = Checkpoint(tmp_path / "run.partial")
    checkpoint.folder.mkdir()

    def interrupt(report: Any) -> None:
        if report.epoch == 2:
            stop.set()

    with pytest.raises(Interrupted):
        trainer.fit(corpus, checkpoint=checkpoint, stop=stop, on_report=interrupt)
    resumed = trainer.fit(corpus, checkpoint=Checkpoint.open(checkpoint.folder))
    assert bits(resumed) == bits(trainer.fit(corpus))


def test_first_biases_are_those_of_words_that_codes_say_nothing_about(corpus: EncodedCorpus) -> None:
    settings = ParagraphVectors(**SMALL).resolved(corpus)
    model = settings.model_of(corpus)
    biases = codes.first_biases(model.layer.source, corpus.vocabulary.counts, 5)
    share = corpus.vocabulary.counts / corpus.vocabulary.counts.sum()
    noise = corpus.vocabulary.counts**0.75 / (corpus.vocabulary.counts**0.75).sum()
    np.testing.assert_allclose(biases, np.log(share / (5 * noise)), atol=1e-5)
    np.testing.assert_allclose(model.contexts[:, 32], biases)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"bits": 20}, "multiple of 16"),
        ({"bits": 8}, "at least 16"),
        ({"bits": 32, "model": "dm"}, "trained by dbow"),
        ({"bits": 32, "dim": 1}, "at least 2"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises((SettingsError, TypeError), match=message):
        ParagraphVectors(**settings)


def test_bits_without_dim_have_no_real_vectors_and_no_words() -> None:
    settings = ParagraphVectors(bits=64)
    assert (settings.dim, settings.has_projection, settings.train_words) == (64, False, False)
    assert ParagraphVectors(bits=64, dim=100).has_projection
    assert ParagraphVectors().dim == 100


def test_codes_are_trained_by_one_replica_unless_the_user_asks_for_more(corpus: EncodedCorpus) -> None:
    run = ParagraphVectors(bits=64).resolved(corpus)
    assert (run.replicas, "replicas" in run.automatic) == (1, True)
    assert ParagraphVectors(bits=64, replicas=3).resolved(corpus).replicas == 3


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    lines = [{"id": f"d{n}", "text": text_of(n) or "w1"} for n in range(20)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


TEXT = ["--field", "text", "--name-field", "id", "--quiet"]
QUICK = ["--min-count", "1", "--epochs", "2", "--sample", "0"]


def test_commands_write_codes_and_search_them(wordvec: Call, records: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.vectors"
    assert wordvec("train", "paragraphs", records, *TEXT, *QUICK, "--bits", "32", "-o", out).code == 0
    trained = Vectors.load(out)
    assert trained.coded is not None
    assert trained.coded.storage == "bits"
    assert (out / "codes.npy").stat().st_size < 128 + 20 * 4 + 1
    assert len(wordvec("nearest", out, "d0", "-n", "4").out.splitlines()) == 4
    for name in ("b.vectors", "c.vec"):
        done = wordvec("infer", tmp_path / "a.model.vectors", records, *TEXT, "-o", tmp_path / name)
        assert done.code == 0, done.err
    assert (Vectors.load(tmp_path / "b.vectors").matrix == Vectors.load(tmp_path / "c.vec").matrix).all()


def test_commands_write_real_vectors_with_codes_beside(wordvec: Call, records: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.vec"
    options = ["--bits", "32", "--dim", "20", "-o", out]
    dry = wordvec("train", "paragraphs", records, *TEXT, *QUICK, *options, "--dry-run")
    assert dry.code == 0
    assert "documents 20" in dry.out
    assert wordvec("train", "paragraphs", records, *TEXT, *QUICK, *options).code == 0
    assert Vectors.load(out).dim == 20
    assert Vectors.load(tmp_path / "a.codes.vectors").dim == 32
    done = wordvec("nearest", out, "d0", "-n", "4", "--codes", tmp_path / "a.codes.vectors")
    assert len(done.out.splitlines()) == 4
    again = wordvec("train", "paragraphs", records, *TEXT, *QUICK, *options)
    assert again.code != 0
    assert "exists" in again.err
    model = tmp_path / "a.model.vectors"
    assert wordvec("infer", model, records, *TEXT, "-o", tmp_path / "b.npz").code == 0
    assert Vectors.load(tmp_path / "b.codes.vectors").words == Vectors.load(tmp_path / "b.npz").words
    assert "exists" in wordvec("infer", model, records, *TEXT, "-o", tmp_path / "b.vec").err


def test_a_session_writes_codes(records: Path, tmp_path: Path) -> None:
    trainer = ParagraphVectors(bits=16, dim=8, min_count=1, epochs=1)
    Session(output=tmp_path / "a.npz").train(trainer, [records], {"field": "text", "name_field": "id"})
    assert Vectors.load(tmp_path / "a.codes.vectors").dim == 16
