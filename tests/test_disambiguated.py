"""Disambiguated Skip-gram: planted senses, shares, the same bits with any threads, the model, commands."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call

from wordvec import ContextModel, EncodedCorpus, Senses, Vectors
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.senses import read_senses
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.trainers.senses.result import SenseVectors, kept_senses, names_of_senses, tokens_of_senses
from wordvec.trainers.senses.stages import StagedPieces
from wordvec.workers import StopFlag

TOPICS = [[f"fruit{number}" for number in range(30)], [f"house{number}" for number in range(30)]]
PSEUDO = "banana/door"
"""Two words joined into one: in texts of either topic it stands for the word of that topic."""
SHARES = (0.7, 0.3)
TRAINED: dict[str, Any] = {"dim": 16, "senses": 3, "sample": 0.0, "epochs": 8, "sense_min_count": 1_000}
SMALL: dict[str, Any] = {"dim": 8, "senses": 3, "epochs": 3, "sample": 0.0, "round_tokens": 2_000, "replicas": 3}


def texts() -> list[list[str]]:
    """Return sentences of one topic each, every other one with the pseudo-word."""
    draw, made = np.random.default_rng(1), []
    for number in range(3_000):
        topic = TOPICS[int(draw.random() > SHARES[0])]
        sentence = [topic[place] for place in draw.integers(0, 30, 8)]
        if number % 2:
            sentence[draw.integers(0, 8)] = PSEUDO
        made.append(sentence)
    return made


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_sentences([" ".join(text) for text in texts()]) as made:
        yield made


@pytest.fixture(scope="module")
def vectors(corpus: EncodedCorpus) -> SenseVectors:
    return Senses(**TRAINED).fit(corpus)


def model_of(vectors: SenseVectors) -> ContextModel:
    assert isinstance(vectors.model, ContextModel)
    return vectors.model


def bits(found: SenseVectors) -> tuple[Any, ...]:
    model = model_of(found)
    return found.words, found.matrix.tobytes(), model.keys.tobytes(), np.asarray(found.counts).tolist()


def test_a_pseudo_word_is_separated_into_its_two_words(vectors: SenseVectors) -> None:
    senses = vectors.senses(PSEUDO)
    assert [sense.name for sense in senses] == [f"{PSEUDO}#1", f"{PSEUDO}#2"]
    assert [sense.share for sense in senses] == pytest.approx(SHARES, abs=0.05)
    for sense, topic in zip(senses, TOPICS, strict=True):
        assert {word for word, _ in vectors.nearest(sense.name, 10)} <= set(topic)


def test_tokens_of_a_pseudo_word_are_disambiguated_by_their_contexts(vectors: SenseVectors) -> None:
    model, right = model_of(vectors), []
    numbers = {word: number for number, word in enumerate(model.words)}
    for text in texts():
        if PSEUDO in text:
            near = np.array([numbers[word] for word in text if word != PSEUDO], np.int64)
            found = model.probabilities(np.array([numbers[PSEUDO]]), near, np.array([0, len(near)]))
            right.append(
                found.argmax() == TOPICS.index(next(topic for topic in TOPICS if text[0] in topic or text[1] in topic))
            )
            np.testing.assert_allclose(found.sum(), 1, rtol=1e-6)
    assert len(right) == 1_500
    assert np.mean(right) > 0.98


def test_typical_contexts_are_of_the_topic_of_the_sense(vectors: SenseVectors) -> None:
    assert set(vectors.contexts_of) == {f"{PSEUDO}#1", f"{PSEUDO}#2"}
    for name, topic in zip(sorted(vectors.contexts_of), TOPICS, strict=True):
        assert len(vectors.contexts_of[name]) == 2
        for text in vectors.contexts_of[name]:
            assert f"[{PSEUDO}]" in text
            assert set(text.split()) - {f"[{PSEUDO}]"} <= set(topic)


def test_words_below_the_bound_have_one_sense_and_tokens_add_up(vectors: SenseVectors, corpus: EncodedCorpus) -> None:
    inventory = vectors.inventory
    assert inventory is not None
    assert inventory.several == vectors.metadata["senses"]["words"] == 1
    for word, count in zip(corpus.vocabulary.words, corpus.vocabulary.counts, strict=True):
        assert np.sum(inventory.counts_of(word)) == count
    assert len(vectors) == len(corpus.vocabulary) + 1


@pytest.mark.parametrize("further", [{}, {"keys": "shared"}, {"shared_epochs": 0}])
def test_one_seed_gives_one_result_with_any_number_of_threads(corpus: EncodedCorpus, further: dict[str, Any]) -> None:
    first = bits(Senses(**SMALL, **further, threads=1).fit(corpus))
    assert bits(Senses(**SMALL, **further, threads=3).fit(corpus)) == first
    assert bits(Senses(**SMALL, **further, threads=3, seed=2).fit(corpus)) != first


@pytest.mark.parametrize("reports", [4, 100])
def test_an_interrupted_run_is_resumed_with_the_same_bits(
    corpus: EncodedCorpus, tmp_path: Path, reports: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # After 4 reports, training is interrupted; after the last, the counting of senses.
    monkeypatch.setattr("wordvec.trainers.pieces.piece_tokens", lambda work: 1_000)
    monkeypatch.setattr("wordvec.trainers.loop.SECONDS_BETWEEN_REPORTS", 0)
    trainer, stop, seen = Senses(**SMALL), StopFlag(), []

    def interrupt(report: Any) -> None:
        seen.append(report)
        if len(seen) == reports or report.done == report.total:
            stop.set()

    with pytest.raises(Interrupted):
        trainer.fit(corpus, checkpoint=Checkpoint(tmp_path / "state"), stop=stop, on_report=interrupt)
    checkpoint = Checkpoint.open(tmp_path / "state")
    assert bits(trainer.fit(corpus, checkpoint=checkpoint)) == bits(trainer.fit(corpus))


def test_a_run_that_stops_in_the_first_stage_has_a_result(corpus: EncodedCorpus) -> None:
    found = Senses(**SMALL).fit(corpus, on_report=lambda report: report.done < report.total / 4)
    assert found.metadata["training"]["stopped"]
    assert np.isfinite(found.matrix).all()


def test_the_learning_rate_falls_in_both_stages_and_the_temperature_in_the_first_pass_of_the_second(
    corpus: EncodedCorpus,
) -> None:
    pieces = StagedPieces(corpus, 4, 10_000_000, 0.1, 1)
    per, all_of = pieces.per_epoch, [pieces[index] for index in range(len(pieces))]
    assert [piece.second for piece in all_of] == [False] * per + [True] * 3 * per
    assert all_of[0].rate == all_of[per].rate == 1
    for stage in (all_of[:per], all_of[per:]):
        assert (np.diff([piece.rate for piece in stage]) < 0).all()
        assert 0.1 < stage[-1].rate < 0.3
    cooled = [piece.cooled for piece in all_of]
    assert cooled[: per + 1] == [0] * (per + 1)
    assert 0 < cooled[per + 1] < cooled[2 * per - 1] < 1
    assert cooled[2 * per :] == [1] * 2 * per
    trainer = Senses(final_temperature=0.4)
    assert [float(trainer.stage(all_of[index]).temperature) for index in (0, per, 3 * per)] == pytest.approx(
        [1, 1, 0.4]
    )


@pytest.mark.parametrize("extension", ["vec", "bin", "npz", "vectors"])
def test_vectors_and_model_are_read_as_they_were_written(vectors: SenseVectors, tmp_path: Path, extension: str) -> None:
    vectors.save(tmp_path / f"s.{extension}")
    read = Vectors.load(tmp_path / f"s.{extension}")
    assert [sense[:2] for sense in read.senses(PSEUDO)] == [sense[:2] for sense in vectors.senses(PSEUDO)]
    model = model_of(vectors)
    model.save(tmp_path / "s.model.vectors")
    loaded = ContextModel.load(tmp_path / "s.model.vectors")
    near = np.arange(2, 8)
    arguments = np.arange(3), near, np.array([0, 3, 6, 6])
    np.testing.assert_array_equal(loaded.probabilities(*arguments), model.probabilities(*arguments))
    assert Vectors.load(tmp_path / "s.model.vectors").words == model.words


def test_other_folders_are_not_models(vectors: SenseVectors, tmp_path: Path) -> None:
    vectors.save(tmp_path / "s.vectors")
    with pytest.raises(InputError, match=r"not a model of senses; use the OUT\.model\.vectors"):
        ContextModel.load(tmp_path / "s.vectors")
    model_of(vectors).save(tmp_path / "m.vectors")
    np.save(tmp_path / "m.vectors" / "senses.npy", np.ones(3, np.int64))
    with pytest.raises(InputError, match="damaged"):
        ContextModel.load(tmp_path / "m.vectors")
    (tmp_path / "m.vectors" / "senses.npy").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        ContextModel.load(tmp_path / "m.vectors")


def test_senses_are_kept_by_share_and_their_tokens_add_up() -> None:
    kept = kept_senses(np.array([[0.5, 0.01, 0.49], [0, 0, 0], [1, 0, 0], [0.2, 0.3, 0.5]]), 5, 0.05)
    assert kept.numbers.tolist() == [2, 1, 1, 3, 1]
    assert kept.senses.tolist() == [0, 2, 0, 0, 2, 1, 0, 0]
    counts = np.array([7, 3, 4, 11, 1])
    tokens = tokens_of_senses(kept, counts)
    assert np.add.reduceat(tokens, kept.starts[:-1]).tolist() == counts.tolist()
    assert np.abs(tokens - kept.shares * counts[kept.words]).max() < 1
    names = names_of_senses(["a", "b", "c", "d", "e"], kept, "##")
    assert names == ["a##1", "a##2", "b", "c", "d##1", "d##2", "d##3", "e"]


def test_a_word_that_looks_like_a_sense_is_not_taken_for_one() -> None:
    sentences = [f"{word} bank#2 {word}" for word in ("river", "bank", "money")] * 30
    with EncodedCorpus.from_sentences(sentences) as corpus:
        found = Senses(**SMALL | {"min_share": 0, "sense_min_count": 60}).fit(corpus)
    assert found.metadata["senses"]["mark"] == "##"
    assert {sense.name for sense in found.senses("bank#2")} == {"bank#2##1", "bank#2##2", "bank#2##3"}
    assert [sense.name for sense in found.senses("river")] == ["river##1", "river##2", "river##3"]


def test_the_first_stage_must_leave_passes_for_the_second(corpus: EncodedCorpus) -> None:
    with pytest.raises(SettingsError, match="must be below the number of all passes, 2"):
        Senses(epochs=2, shared_epochs=2).fit(corpus)


def test_workers_of_other_machines_do_not_train_senses() -> None:
    training = pytest.importorskip("wordvec.distributed.training")
    with pytest.raises(SettingsError, match="senses is not trained on workers"):
        training.check_replicas(Senses())


def test_an_estimate_counts_senses_and_keys(corpus: EncodedCorpus) -> None:
    trainer = Senses(**SMALL)
    own, shared = (Senses(**SMALL | {"keys": keys}).estimate(corpus) for keys in ("own", "shared"))
    assert own.words == len(corpus.vocabulary)
    rows = trainer.senses * len(corpus.vocabulary)
    assert own.memory - shared.memory >= 4 * 16 * rows


def test_the_command_writes_vectors_their_list_and_the_model(wordvec: Call, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("\n".join(" ".join(sentence) for sentence in texts()[:600]) + "\n")
    options = ["--dim", "8", "--epochs", "3", "--senses", "3", "--sense-min-count", "200", "--threads", "1"]
    planned = wordvec("train", "senses", text, *options, "-o", tmp_path / "s.vec", "--dry-run")
    assert planned.code == 0
    assert "read 3 times" in planned.out
    done = wordvec("train", "senses", text, *options, "-o", tmp_path / "s.vec")
    assert done.code == 0, done.err
    assert "tells senses apart in context" in done.err
    found = Vectors.load(tmp_path / "s.vec")
    assert found.inventory is not None
    listed = list(read_senses(tmp_path / "s.senses.tsv"))
    assert {row.word for row in listed} == {PSEUDO}
    for row in listed:
        assert row.neighbours
        assert all(f"[{PSEUDO}]" in text for text in row.contexts)
    assert ContextModel.load(tmp_path / "s.model.vectors").words
    assert json.loads((tmp_path / "s.json").read_text())["method"] == "senses"
    told = wordvec("info", tmp_path / "s.vec", "--methods-text")
    assert "Disambiguated Skip-gram (Grzegorczyk and Kurdziel, 2018)" in told.out
    assert "@inproceedings{grzegorczyk2018" in told.out
    refused = wordvec("train", "senses", text, *options, "-o", tmp_path / "s.vec")
    assert refused.code != 0
    assert "--force" in refused.err
    wrong = wordvec("train", "senses", text, "--senses", "17", "-o", tmp_path / "t.vec")
    assert wrong.code != 0
    assert wrong.err == "wordvec: --senses 17: must be at most 16\n"
