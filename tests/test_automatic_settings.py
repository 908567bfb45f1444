"""Automatic settings follow the number of tokens; explicit values stay; results and checkpoints hold the values."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import Call, write_text
from hypothesis import given
from hypothesis import strategies as st

from wordvec import CBOW, PPMISVD, BitCipher, EncodedCorpus, GloVe, Session, SkipGram, Vectors
from wordvec.corpora.cooccurrence import Cooccurrence
from wordvec.errors import Interrupted, SettingsError
from wordvec.settings import check_settings, setting, unresolved
from wordvec.trainers import METHODS, rules, trainer
from wordvec.trainers.announcement import announcement, idle_threads
from wordvec.trainers.base import Trainer
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.workers import StopFlag

TOKENS = st.integers(1, 10**12)
SENTENCES = [f"{a} {b} {c}" for a in ("tea", "rum") for b in ("with", "without") for c in ("milk", "ice")] * 20
QUICK = {"dim": 4, "threads": 1}
OF_REPLICAS = ["replicas", "round_tokens"]


@pytest.fixture(scope="module")
def corpus() -> EncodedCorpus:
    return EncodedCorpus.from_sentences(SENTENCES)


def rules_of(kind: type[Trainer]) -> dict[str, Any]:
    return unresolved(kind())


@pytest.mark.parametrize("method", METHODS)
@given(tokens=TOKENS, started=st.booleans())
def test_every_rule_gives_a_value_in_the_range_of_its_setting(method: str, tokens: int, started: bool) -> None:
    kind = trainer(method)
    values = {name: rule(tokens, started) for name, rule in rules_of(kind).items()}
    assert values
    check_settings(kind(**values))


@given(one=TOKENS, other=TOKENS)
def test_more_tokens_never_have_more_passes_or_a_smaller_least_count(one: int, other: int) -> None:
    few, many = sorted((one, other))
    for passes in (rules.skipgram_passes, rules.cbow_passes):
        assert passes(few) >= passes(many) >= 5
    assert rules.min_count(few) <= rules.min_count(many) <= 5


@pytest.mark.parametrize("passes", [rules.skipgram_passes, rules.cbow_passes])
def test_more_tokens_are_read_in_all_of_a_larger_corpus(passes: Callable[[int], int]) -> None:
    sizes = [10**power for power in range(3, 11)]
    read = [tokens * passes(tokens) for tokens in sizes]
    assert read == sorted(read)


@pytest.mark.parametrize("method", METHODS)
def test_help_says_which_settings_are_automatic(method: str) -> None:
    for field in dataclasses.fields(trainer(method)):
        assert ("default: automatic, " in field.metadata.get("help", "")) == (field.metadata.get("rule") is not None)


def test_explicit_values_stay(corpus: EncodedCorpus) -> None:
    resolved = SkipGram(epochs=3, min_count=1).resolved(corpus)
    assert (resolved.epochs, resolved.min_count) == (3, 1)
    assert set(resolved.automatic) == {"learning_rate", *OF_REPLICAS}
    assert CBOW(epochs=3).resolved(corpus) == CBOW(
        epochs=3, min_count=2, learning_rate=0.06, replicas=4, round_tokens=20_000
    )


@pytest.mark.parametrize("kind", [SkipGram, CBOW])
def test_training_that_starts_from_vectors_has_a_smaller_rate(kind: Any, corpus: EncodedCorpus) -> None:
    usual, started = (kind().resolved(corpus, started=started).learning_rate for started in (False, True))
    assert started < usual / 2
    explicit = kind(learning_rate=usual).resolved(corpus, started=True)
    assert (explicit.learning_rate, set(explicit.automatic)) == (usual, {"epochs", "min_count", *OF_REPLICAS})


@pytest.mark.parametrize("kind", [SkipGram, CBOW])
@pytest.mark.parametrize("started", [False, True])
def test_hierarchical_softmax_has_half_the_rate(kind: Any, started: bool, corpus: EncodedCorpus) -> None:
    usual = kind().resolved(corpus, started=started).learning_rate
    half = kind(loss="hierarchical-softmax").resolved(corpus, started=started)
    assert half.learning_rate == usual / 2
    assert "learning_rate" in half.automatic
    explicit = kind(loss="hierarchical-softmax", learning_rate=usual).resolved(corpus, started=started)
    assert explicit.learning_rate == usual


def test_a_resolved_trainer_is_resolved_once(corpus: EncodedCorpus) -> None:
    resolved = SkipGram().resolved(corpus)
    assert resolved.resolved(corpus) is resolved
    assert set(resolved.automatic) == {"epochs", "min_count", "learning_rate", *OF_REPLICAS}


@pytest.mark.parametrize("kind", [SkipGram, CBOW, GloVe, PPMISVD, BitCipher])
def test_the_metadata_holds_the_values_and_which_were_automatic(kind: Any, corpus: EncodedCorpus) -> None:
    some = {"bits": 4, "threads": 1} if kind is BitCipher else QUICK
    settings = kind(**some).fit(corpus).metadata["settings"]
    assert settings["min_count"] == 2
    assert "min_count" in settings["automatic"]
    if kind in (SkipGram, CBOW):
        assert settings["epochs"] == {SkipGram: 20, CBOW: 30}[kind]
        assert "epochs" in settings["automatic"]
    explicit = kind(**some, min_count=1).fit(corpus).metadata["settings"]
    assert "min_count" not in explicit["automatic"]
    assert len(json.dumps(settings)) > 0


def test_the_metadata_repeats_the_run(corpus: EncodedCorpus) -> None:
    first = SkipGram(**QUICK).fit(corpus)
    again = SkipGram(**json.loads(json.dumps(first.metadata["settings"]))).fit(corpus)
    assert again.matrix.tobytes() == first.matrix.tobytes()
    assert again.metadata["settings"] == first.metadata["settings"]


def test_counts_keep_their_least_count_and_its_origin(corpus: EncodedCorpus) -> None:
    with Cooccurrence.count(corpus, min_count=7) as counts:
        resolved = GloVe(**QUICK).resolved(counts)
        assert (resolved.min_count, resolved.automatic) == (7, ())
        assert GloVe(**QUICK, epochs=1).fit(counts).metadata["settings"]["min_count"] == 7


def test_counting_uses_the_automatic_least_count(corpus: EncodedCorpus) -> None:
    with GloVe(**QUICK).count(corpus) as counts:
        assert counts.meta["settings"]["min_count"] == 2


def test_an_estimate_is_for_the_automatic_passes(corpus: EncodedCorpus) -> None:
    assert SkipGram(**QUICK).estimate(corpus).steps == 20 * len(corpus.ids)


def test_only_automatic_settings_can_be_named_automatic() -> None:
    with pytest.raises(SettingsError, match="automatic"):
        SkipGram(automatic=("dim",))


def test_a_setting_without_rule_is_not_resolved() -> None:
    @dataclasses.dataclass
    class Sample:
        one: int | None = setting(None, "a number; default: automatic, the tokens", at_least=1, rule=lambda n, _: n)
        two: int | None = setting(None, "a number", at_least=1)

    assert list(unresolved(Sample())) == ["one"]
    assert not unresolved(Sample(one=3))


def test_rounds_of_slow_training_are_short_and_large_matrices_have_fewer_replicas(corpus: EncodedCorpus) -> None:
    slow = SkipGram(dim=1_000, window=50, negatives=50).resolved(corpus)
    assert (slow.replicas, slow.round_tokens) == (4, 5_000)
    explicit = SkipGram(dim=1_000, window=50, negatives=50, round_tokens=30_000).resolved(corpus)
    assert explicit.round_tokens == 30_000
    rows = 2 * len(corpus.vocabulary.words)
    assert SkipGram(dim=2_000_000_000 // (4 * rows), min_count=1).resolved(corpus).replicas == 3


class StopAfterReports(StopFlag):
    """Stops training at once."""

    @property
    def requested(self) -> bool:
        return True


@pytest.mark.parametrize("explicit", [{}, {"epochs": 20, "min_count": 2}])
def test_a_checkpoint_holds_the_values_and_is_resumed(
    explicit: dict[str, Any], corpus: EncodedCorpus, tmp_path: Path
) -> None:
    with pytest.raises(Interrupted):
        SkipGram(**QUICK).fit(corpus, checkpoint=Checkpoint(tmp_path / "run"), stop=StopAfterReports())
    opened = Checkpoint.open(tmp_path / "run")
    assert (opened.settings["epochs"], opened.settings["min_count"]) == (20, 2)
    assert sorted(opened.settings["automatic"]) == ["epochs", "learning_rate", "min_count", *OF_REPLICAS]
    resumed = SkipGram(**QUICK, **explicit).fit(corpus, checkpoint=opened)
    assert resumed.matrix.tobytes() == SkipGram(**QUICK).fit(corpus).matrix.tobytes()


@pytest.mark.parametrize(
    ("settings", "end"),
    [
        (
            {},
            "12 words seen at least 2 times; training skip-gram, 20 passes, rate 0.05 "
            "(automatic: epochs, min_count and learning_rate)",
        ),
        (
            {"epochs": 1},
            "12 words seen at least 2 times; training skip-gram, 1 pass, rate 0.05 "
            "(automatic: min_count and learning_rate)",
        ),
        (
            {"epochs": 1, "learning_rate": 0.1},
            "12 words seen at least 2 times; training skip-gram, 1 pass, rate 0.1 (automatic: min_count)",
        ),
        ({"epochs": 2, "min_count": 1, "learning_rate": 0.05}, "13 words; training skip-gram, 2 passes, rate 0.05"),
    ],
)
def test_the_first_line_says_what_is_done(settings: dict[str, Any], end: str) -> None:
    words = " ".join(f"w{number}" for number in range(12))
    with EncodedCorpus.from_sentences([words, words, "once"]) as corpus:
        line = announcement(SkipGram(**settings).resolved(corpus), corpus, ["a.txt"])
    assert line == f"a.txt: 25 tokens, {end}"


@pytest.mark.parametrize(("threads", "replicas", "said"), [(6, 4, "2 threads of 6"), (5, 4, "1 thread of 5")])
def test_threads_without_a_replica_are_announced(threads: int, replicas: int, said: str) -> None:
    line = idle_threads(SkipGram(threads=threads, replicas=replicas))
    assert line is not None
    assert line.startswith(f"{said} will be idle")
    assert f"replicas {threads} uses all" in line


@pytest.mark.parametrize(
    "trainer", [SkipGram(threads=4, replicas=4), SkipGram(threads=8, replicas=1), GloVe(threads=8)]
)
def test_threads_that_all_work_are_not_announced(trainer: Any) -> None:
    assert idle_threads(trainer) is None


def test_the_command_says_which_options_change_it(
    wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = write_text(Path("corpus.txt"), sentences=20)
    done = wordvec("train", "cbow", str(text), "-o", "out.vec", "--dim", "4")
    line = next(line for line in done.err.splitlines() if line.startswith("corpus.txt:"))
    assert line.startswith("corpus.txt: 240 tokens, ")
    assert line.endswith(" (automatic: --epochs, --min-count and --learning-rate)")
    settings = Vectors.load("out.vec").metadata["settings"]
    assert (settings["epochs"], sorted(settings["automatic"])) == (
        30,
        ["epochs", "learning_rate", "min_count", *OF_REPLICAS],
    )
    assert "automatic epochs min_count learning_rate replicas round_tokens" in " ".join(
        wordvec("info", "out.vec").out.split()
    )


def test_a_session_records_what_was_automatic_in_counting(tmp_path: Path) -> None:
    text = write_text(tmp_path / "corpus.txt", sentences=20)
    vectors = Session(output=tmp_path / "out.vec").train(GloVe(**QUICK, epochs=1), [text])
    assert vectors.metadata["settings"]["automatic"] == ("min_count",)


def test_help_of_the_command_has_no_option_for_what_was_automatic(wordvec: Call) -> None:
    page = wordvec("train", "skipgram", "--help").out
    assert "--automatic" not in page
    assert "default: automatic, from 20" in " ".join(page.split())
