"""Paragraph vectors: documents and words in one space, the same bits with any threads, inference, commands."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call

from wordvec import EncodedCorpus, ParagraphInference, ParagraphVectors, Session, Vectors
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.kernels import rng, sampling, windows
from wordvec.kernels.documents import DocumentRows
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.paragraphs import rows
from wordvec.trainers.paragraphs.pieces import DocumentPieces
from wordvec.trainers.paragraphs.result import DocumentVectors
from wordvec.workers import StopFlag

TOPICS, DOCUMENTS = 3, 60
SMALL: dict[str, Any] = {"dim": 12, "epochs": 4, "min_count": 1, "sample": 0.0, "round_tokens": 400, "window": 3}
MODELS: list[dict[str, Any]] = [{}, {"train_words": False}, {"model": "dm"}]
names_of_models = ["dbow", "alone", "dm"]


def text_of(number: int) -> str:
    """Return a text of a topic; every ninth is empty."""
    draw = np.random.default_rng(number)
    words = draw.integers(0, 30, (3, 12)) + 30 * (number % TOPICS)
    return "" if number % 9 == 4 else "\n".join(" ".join(f"w{word}" for word in line) for line in words)


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_documents([(f"d{n}", text_of(n)) for n in range(DOCUMENTS)]) as made:
        yield made


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("wordvec.trainers.pieces", "wordvec.trainers.paragraphs.pieces"):
        monkeypatch.setattr(f"{module}.piece_tokens", lambda work: 150)


@pytest.fixture(scope="module")
def trained(corpus: EncodedCorpus) -> DocumentVectors:
    return ParagraphVectors(**SMALL | {"epochs": 30}).fit(corpus)


def bits(found: DocumentVectors) -> tuple[bytes, ...]:
    assert found.model is not None
    assert found.model.words.contexts is not None
    matrices = found.matrix, found.model.words.matrix, found.model.words.contexts.matrix
    return tuple(np.ascontiguousarray(matrix).tobytes() for matrix in matrices)


@pytest.mark.parametrize("model", MODELS, ids=names_of_models)
def test_one_seed_gives_one_result_with_any_number_of_threads(corpus: EncodedCorpus, model: dict[str, Any]) -> None:
    first = bits(ParagraphVectors(**SMALL, **model, threads=1).fit(corpus))
    for threads in (2, 3):
        assert bits(ParagraphVectors(**SMALL, **model, threads=threads).fit(corpus)) == first
    assert bits(ParagraphVectors(**SMALL, **model, seed=2).fit(corpus)) != first


@pytest.mark.parametrize("model", MODELS, ids=names_of_models)
def test_rows_on_disk_give_the_bits_of_rows_in_memory(
    corpus: EncodedCorpus, model: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = ParagraphVectors(**SMALL, **model)
    in_memory = bits(trainer.fit(corpus))
    monkeypatch.setattr(rows, "IN_MEMORY", 0)
    assert bits(trainer.fit(corpus)) == in_memory
    assert not [path for path in corpus.folder.iterdir() if path.name.startswith("tmp")]


def test_documents_are_nearest_to_documents_and_words_of_their_topic(trained: DocumentVectors) -> None:
    assert trained.words == [f"d{number}" for number in range(DOCUMENTS)]
    assert trained.model is not None
    unit = trained.matrix / np.maximum(np.linalg.norm(trained.matrix, axis=1, keepdims=True), 1e-9)
    full = [n for n in range(DOCUMENTS) if n % 9 != 4]
    scores = unit[full] @ unit[full].T
    np.fill_diagonal(scores, -2)
    assert all(full[best] % TOPICS == n % TOPICS for n, best in zip(full, scores.argmax(1), strict=True))
    words = trained.model.words
    nearest = [words.words[int((words.matrix @ unit[n]).argmax())] for n in full]
    assert np.mean([int(word[1:]) // 30 == n % TOPICS for n, word in zip(full, nearest, strict=True)]) > 0.9


def test_documents_without_words_have_rows_of_zeros(trained: DocumentVectors) -> None:
    empty = [number for number in range(DOCUMENTS) if number % 9 == 4]
    assert np.flatnonzero(~trained.matrix.any(axis=1)).tolist() == empty
    assert trained.metadata["documents"] == {"number": DOCUMENTS, "without_known_words": len(empty)}


@pytest.mark.parametrize("model", MODELS, ids=names_of_models)
def test_inference_is_the_same_in_any_company_and_changes_no_other_row(
    corpus: EncodedCorpus, model: dict[str, Any]
) -> None:
    found = ParagraphVectors(**SMALL, **model).fit(corpus).model
    assert found is not None
    assert found.words.contexts is not None
    before = found.words.matrix.tobytes(), found.words.contexts.matrix.tobytes()
    texts = [text_of(number) for number in range(DOCUMENTS)]
    together = found.infer(texts, threads=1).matrix
    for threads in (2, 3):
        assert found.infer(corpus, threads=threads).matrix.tobytes() == together.tobytes()
    assert found.infer([texts[7], "of unknown words", texts[2]]).matrix.tobytes() == (
        together[[7]].tobytes() + bytes(together[:1].nbytes) + together[[2]].tobytes()
    )
    assert (found.words.matrix.tobytes(), found.words.contexts.matrix.tobytes()) == before


@pytest.mark.parametrize("model", MODELS, ids=names_of_models)
def test_inference_trains_the_row_of_a_document_with_frozen_matrices(
    corpus: EncodedCorpus, model: dict[str, Any]
) -> None:
    found = ParagraphVectors(**SMALL, **model).fit(corpus).model
    assert found is not None
    trainer, words = found.trainer, found.words
    assert words.contexts is not None
    assert words.counts is not None
    numbers = {word: row for row, word in enumerate(words.words)}
    sentences = [[numbers[word] for word in line.split()] for line in text_of(1).split("\n")]
    ids = np.array([word for sentence in sentences for word in sentence], np.uint32)
    offsets = np.cumsum([0] + [len(sentence) for sentence in sentences])
    stride = 16
    matrices = np.zeros((2, len(words) + 1, stride), np.float32)
    matrices[0, :-1, :12], matrices[1, :-1, :12] = words.matrix, words.contexts.matrix
    frozen = windows.EmbeddingMatrices(matrices[0].ravel(), matrices[1].ravel(), stride, True)
    digest = rows.digest(ids)
    row = np.zeros((1, stride), np.float32)
    packed = np.frombuffer(digest, np.uint8)
    from wordvec.kernels.initial_rows import start_rows

    start_rows(packed, np.array([0, len(packed)]), trainer.seed, 12, row.reshape(-1), stride)
    key = np.frombuffer(digest[:8], "<u8").astype(np.uint64)
    shape = trainer.window_shape()
    room = windows.allocate_workspace(len(ids), 3, shape._replace(window=9), stride)
    sampler = windows.Sampler(
        sampling.keep_thresholds(words.counts, 0.0), sampling.noise_table(words.counts, trainer.noise_power)
    )
    for epoch in range(4):
        rate = np.float32(trainer.learning_rate * (1 - (1 - trainer.final_rate) * epoch / 4))
        document = DocumentRows(row.reshape(-1), 0, np.array([0, 3]), key)
        state = np.uint64(rng.piece_stream(trainer.seed, epoch, 0))
        trainer.inference_kernel()(frozen, sampler, shape, room, ids, offsets, document, rate, state)
    assert row[0, :12].tobytes() == found.infer([text_of(1)]).matrix[0].tobytes()


def test_a_long_document_is_trained_in_parts_and_inferred_alike_anywhere(trained: DocumentVectors) -> None:
    assert trained.model is not None
    long = "\n".join(text_of(number) for number in range(0, 60, 3) if number % 9 != 4)
    alone = trained.model.infer([long]).matrix[0]
    assert trained.model.infer([text_of(1), text_of(2), long, text_of(3)]).matrix[2].tobytes() == alone.tobytes()


def test_pieces_are_whole_documents_and_parts_cover_every_sentence_once() -> None:
    generator = np.random.default_rng(3)
    for _ in range(30):
        lengths = [generator.integers(0, 40, generator.choice([0, 1, 3, 40])).tolist() for _ in range(12)]
        texts = [(str(n), [["w"] * length for length in of] or [[]]) for n, of in enumerate(lengths)]
        with EncodedCorpus.from_documents([*texts, ("end", [["w", "w"]])]) as made:
            found = DocumentPieces(made, 1, 1, 0.1)
            seen: dict[int, int] = {}
            for index in range(len(found)):
                for part in found[index].parts():
                    assert len(part.ids) <= found.most_tokens
                    assert len(part.offsets) - 1 <= found.most_sentences
                    for k in range(len(part.bounds) - 1):
                        begin, end = part.offsets[part.bounds[[k, k + 1]]]
                        seen[part.first + k] = seen.get(part.first + k, 0) + int(end - begin)
            bounds = made.offsets[made.documents.offsets]
            assert [seen[n] for n in range(len(made.documents))] == np.diff(bounds).tolist()


def test_an_interrupted_run_is_resumed_with_the_same_bits(corpus: EncodedCorpus, tmp_path: Path) -> None:
    trainer, stop = ParagraphVectors(**SMALL), StopFlag()
    checkpoint = Checkpoint(tmp_path / "run.partial")
    checkpoint.folder.mkdir()

    def interrupt(report: Any) -> None:
        if report.epoch == 2:
            stop.set()

    with pytest.raises(Interrupted):
        trainer.fit(corpus, checkpoint=checkpoint, stop=stop, on_report=interrupt)
    resumed = trainer.fit(corpus, checkpoint=Checkpoint.open(checkpoint.folder))
    assert bits(resumed) == bits(trainer.fit(corpus))
    assert resumed.metadata["training"]["interruptions"] == 1


def test_without_words_there_are_no_word_vectors(corpus: EncodedCorpus) -> None:
    found = ParagraphVectors(**SMALL, train_words=False).fit(corpus).model
    assert found is not None
    assert not found.words.matrix.any()


def test_the_estimate_counts_documents_and_words(corpus: EncodedCorpus) -> None:
    estimate = ParagraphVectors(**SMALL).estimate(corpus)
    assert (estimate.documents, estimate.words, estimate.epochs) == (DOCUMENTS, 90, 4)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"model": "dm", "train_words": False}, "train_words: dm predicts from word vectors"),
        ({"model": "pv"}, "model pv: choose one of dbow, dm"),
        ({"learning_rate": 0}, "learning_rate 0: must be above 0"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        ParagraphVectors(**settings)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([("a", "one two\none two")], "a single document.*documents line"),
        ([("a", "one two"), ("b", "two"), ("a", "one")], "documents 1 and 3 are both called 'a'"),
    ],
)
def test_one_document_and_repeated_names_are_refused(texts: list[tuple[str, str]], message: str) -> None:
    with EncodedCorpus.from_documents(texts) as made, pytest.raises(InputError, match=message):
        ParagraphVectors(min_count=1).fit(made)


def test_word_vectors_are_no_model_for_inference(trained: DocumentVectors, tmp_path: Path) -> None:
    Vectors(["a"], [[1.0, 2.0]]).save(tmp_path / "a.vec")
    with pytest.raises(InputError, match=r"a\.vec: not a model of paragraph vectors"):
        ParagraphInference.load(tmp_path / "a.vec")


def test_starting_vectors_are_refused(tmp_path: Path) -> None:
    Vectors(["a"], [[1.0, 2.0]]).save(tmp_path / "a.vec")
    (tmp_path / "text.txt").write_text("a b\nb a\n")
    with pytest.raises(SettingsError, match="paragraphs does not start from other vectors"):
        Session(output=tmp_path / "b.vec", init=tmp_path / "a.vec").train(ParagraphVectors(), [tmp_path / "text.txt"])


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    named = [{"id": f"d{n}", "text": text_of(n) or "w1", "kind": "k"} for n in range(30)]
    path.write_text("".join(json.dumps(record) + "\n" for record in named))
    return path


TEXT = ["--field", "text", "--name-field", "id"]
QUICK = ["--dim", "12", "--epochs", "2", "--min-count", "1", "--quiet"]


def test_commands_write_documents_words_and_a_model_and_infer_with_it(
    wordvec: Call, records: Path, tmp_path: Path
) -> None:
    out, words, again = tmp_path / "news.vec", tmp_path / "words.npz", tmp_path / "again.npz"
    assert wordvec("train", "paragraphs", records, *TEXT, *QUICK, "-o", out, "--words", words).code == 0
    assert Vectors.load(out).words == [f"d{n}" for n in range(30)]
    assert Vectors.load(words).words == Vectors.load(tmp_path / "news.model.vectors").words
    assert wordvec("infer", tmp_path / "news.model.vectors", records, *TEXT, "-o", again, "--quiet").code == 0
    inferred = ParagraphInference.load(tmp_path / "news.model.vectors").infer([text_of(3)]).matrix[0]
    assert Vectors.load(again)["d3"].tobytes() == inferred.tobytes()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (["--name-field", "kind"], "both called 'k'; use a --name-field"),
        (["--contexts", "c.vec"], "--contexts"),
        (["--init", "c.vec"], "--init"),
        (["--workers", "2"], "--workers"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_one_line(
    wordvec: Call, records: Path, tmp_path: Path, changed: list[str], message: str
) -> None:
    done = wordvec("train", "paragraphs", records, *TEXT, *QUICK, "-o", tmp_path / "a.vec", *changed)
    assert done.code != 0
    assert message in done.err
    assert done.err.count("\n") == 1


def test_names_and_files_that_do_not_fit_are_refused_with_advice(wordvec: Call, records: Path, tmp_path: Path) -> None:
    (tmp_path / "a b.txt").write_text("tea with milk\n" * 50)
    (tmp_path / "c.txt").write_text("tea with lemon\n" * 50)
    texts = [tmp_path / "a b.txt", tmp_path / "c.txt"]
    done = wordvec("train", "paragraphs", *texts, *QUICK, "-o", tmp_path / "a.vec")
    assert done.code == 1
    assert "use a format that holds it, such as .npz or .parquet, or another --name-field" in done.err
    assert wordvec("train", "paragraphs", *texts, *QUICK, "--sample", "0", "-o", tmp_path / "a.npz").code == 0
    model, out = tmp_path / "a.model.vectors", tmp_path / "b.npz"
    assert "not a model of paragraph vectors" in wordvec("infer", tmp_path / "a.npz", texts[1], "-o", out).err
    done = wordvec("infer", model, records, "--field", "text", "--name-field", "kind", "-o", out, "--quiet")
    assert "both called 'k'" in done.err
    assert not out.exists()


def test_inference_reads_text_as_training_did(wordvec: Call, records: Path, tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("".join(f"{' '.join(text_of(n).split()) or 'w1'}\n" for n in range(30)))
    out = tmp_path / "a.npz"
    assert wordvec("train", "paragraphs", lines, *QUICK, "--documents", "line", "-o", out).code == 0
    model = tmp_path / "a.model.vectors"
    assert wordvec("infer", model, lines, "-o", tmp_path / "b.npz", "--quiet").code == 0
    assert len(Vectors.load(tmp_path / "b.npz")) == 30
    assert wordvec("infer", model, lines, "--documents", "auto", "-o", tmp_path / "c.npz", "--quiet").code == 0
    assert len(Vectors.load(tmp_path / "c.npz")) == 1
    assert wordvec("infer", model, records, *TEXT, "-o", tmp_path / "d.npz", "--quiet").code == 0
    assert Vectors.load(tmp_path / "d.npz").words[3] == "d3"
    assert wordvec("train", "paragraphs", records, *TEXT, *QUICK, "-o", tmp_path / "e.vec").code == 0
    model = tmp_path / "e.model.vectors"
    assert wordvec("infer", model, records, "-o", tmp_path / "f.vec", "--quiet").code == 0
    assert Vectors.load(tmp_path / "f.vec").words[3] == "d3"
    refused = wordvec("infer", model, lines, "-o", tmp_path / "g.vec", "--quiet")
    assert refused.code == 1
    assert "the training text was read with --field: if this is running text, use --format plain" in refused.err
    assert wordvec("infer", model, lines, "--format", "plain", "-o", tmp_path / "g.npz", "--quiet").code == 0


def test_inference_refuses_a_corpus_with_other_words(tmp_path: Path) -> None:
    texts = [(f"d{n}", text_of(n) or "w1") for n in range(30)]
    with EncodedCorpus.from_documents(texts, stop_words=["w2"]) as corpus:
        model = ParagraphVectors(dim=8, min_count=1, epochs=1).fit(corpus).model
        assert model is not None
        assert len(model.infer(corpus)) == 30
    with (
        EncodedCorpus.from_documents(texts, lowercase=True) as corpus,
        pytest.raises(InputError, match="was encoded with lowercase True, the training text with none"),
    ):
        model.infer(corpus)


def test_one_file_of_running_text_is_one_document(wordvec: Call, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("tea with milk\n" * 9)
    done = wordvec("train", "paragraphs", tmp_path / "text.txt", "-o", tmp_path / "a.vec", "--quiet")
    assert done.code == 1
    assert "a single document" in done.err
    assert "--documents line" in done.err
    done = wordvec(
        "train", "paragraphs", tmp_path / "text.txt", "-o", tmp_path / "a.vec", "--quiet", "--documents=line"
    )
    assert done.code == 0
