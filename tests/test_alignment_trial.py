"""A trial of an alignment measures what a round takes, and the memory that a fit takes."""

import time

import pytest
from planted import planted

from wordvec.alignment import METHODS, RCSLS, Aligner, Refine, VecMap, trial
from wordvec.alignment.methods import rcsls
from wordvec.errors import Interrupted
from wordvec.workers import StopFlag


@pytest.mark.parametrize("aligner", [Refine(), RCSLS(), VecMap(self_learning=True), Refine(rounds=1)])
def test_a_fit_ends_after_as_many_rounds_as_it_may_run(aligner: Aligner) -> None:
    copy = planted(200)
    record = aligner.fit(copy.source, copy.target, copy.anchors(50), most_rounds=2).record
    rounds = {"refine": "criteria", "rcsls": "losses", "vecmap": "objective"}[aligner.method]
    first = 0 if aligner.method == "vecmap" else 1
    assert len(record[rounds]) == first + min(2, getattr(aligner, "rounds", 2))


@pytest.mark.parametrize("method", list(METHODS))
def test_a_trial_measures_every_method(method: str) -> None:
    copy = planted(200)
    found = trial.run(METHODS[method](), copy.source, copy.target, copy.anchors(100))
    assert found.seconds is not None
    assert 0 < found.seconds < 60
    assert found.memory > 2 * copy.source.matrix.nbytes


def test_the_last_round_is_timed_and_no_search_inside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(100))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(now) ** 2))
    timer = trial._RoundTimer()
    timer.begin("searching", 10, " queries")
    timer.report(10)
    assert timer.seconds is None
    timer.begin("refine", 2, " rounds")
    timer.report(0)
    assert timer.seconds is None
    timer.report(1)
    timer.report(2)
    assert timer.seconds is not None
    assert timer.seconds % 2 == 1


def test_a_trial_that_reaches_the_time_limit_has_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LIMIT", 0.0)
    copy = planted(200)
    assert trial.run(Refine(), copy.source, copy.target, copy.anchors(100)).seconds is None


def test_a_trial_that_the_user_stops_is_interrupted() -> None:
    copy, stop = planted(200), StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        trial.run(Refine(), copy.source, copy.target, copy.anchors(100), stop=stop)


def test_memory_is_the_peak_of_the_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    copy = planted(200)
    least = trial.run(RCSLS(), copy.source, copy.target, copy.anchors(100)).memory
    evaluated = rcsls.evaluated

    def larger(*arguments: object) -> rcsls.Point:
        assert bytearray(50_000_000)
        return evaluated(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(rcsls, "evaluated", larger)
    assert trial.run(RCSLS(), copy.source, copy.target, copy.anchors(100)).memory > least + 40_000_000
