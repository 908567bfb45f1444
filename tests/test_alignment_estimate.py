"""What a dry run says of an alignment: operations as they are counted, memory as it is traced, a speed of each kind."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from planted import planted

from wordvec import search
from wordvec.alignment import METHODS, RCSLS, Aligner, Linear, Procrustes, Refine, VecMap
from wordvec.alignment import estimate as estimating
from wordvec.alignment.estimate import estimate
from wordvec.alignment.methods import self_learning, vecmap
from wordvec.alignment.work import Size, Work


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the operations of every search."""
    noted: list[float] = []
    run: Callable[..., Any] = search._Search.run

    def counted(self: search._Search, *arguments: Any) -> Any:
        noted.append(search.operations(len(self.queries), len(self.rows), self.rows.shape[1]))
        return run(self, *arguments)

    monkeypatch.setattr(search._Search, "run", counted)
    return noted


@pytest.mark.parametrize("aligner", [Refine(max_rank=150), Refine(rounds=2, cutoff=300), RCSLS(), RCSLS(cutoff=250)])
@pytest.mark.parametrize("validates", [False, True])
def test_searches_are_as_many_as_are_made(searched: list[float], aligner: Aligner, validates: bool) -> None:
    copy = planted(400)
    anchors = copy.anchors(100)
    aligner.fit(copy.source, copy.target, anchors, validation=anchors if validates else None)
    looked_at = min(400, aligner.cutoff)
    told = aligner.work(Size(looked_at, looked_at, 12, 100, 100 * validates)).searched
    # To see what validation pairs find is a search of these alone, which refinement has not apart.
    slack = 6 * search.operations(100, looked_at, 12) if validates and isinstance(aligner, Refine) else 0
    assert told <= sum(searched) <= told + slack


def test_self_learning_is_told_at_the_least(searched: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_learning, "INTERVAL", 3)
    monkeypatch.setattr(vecmap, "LEAST_ROUNDS", 5 * 4)
    copy = planted(400)
    for pairs in (100, 0):
        searched.clear()
        aligner = VecMap(self_learning=True)
        record = aligner.fit(copy.source, copy.target, copy.anchors(pairs) if pairs else None).record
        told = aligner.work(Size(400, 400, 12, pairs))
        assert told.open
        assert record["rounds"] >= 20
        # What is drawn is searched once chance admits all.
        assert told.searched <= sum(searched) <= (told.searched + told.drawn) * record["rounds"] / 20
    assert not VecMap().work(Size(400, 400, 12, 100)).open


@pytest.mark.parametrize(
    ("aligner", "pairs"),
    [
        (Procrustes(), 1_500),
        (Linear(), 1_500),
        (Refine(rounds=1), 1_500),
        (RCSLS(rounds=2), 1_500),
        (RCSLS(rounds=2, spectral=True), 100),
        (VecMap(), 1_500),
        (VecMap(self_learning=True), 1_500),
        (VecMap(), 0),
    ],
)
def test_memory_is_what_is_traced_or_somewhat_more(
    monkeypatch: pytest.MonkeyPatch, aligner: Aligner, pairs: int
) -> None:
    monkeypatch.setattr(self_learning, "INTERVAL", 1)
    copy = planted(2_000, 40)
    anchors = copy.anchors(pairs) if pairs else None
    sides = copy.source, copy.target
    told = estimate(aligner, *sides, pairs).memory - sum(
        side.matrix.nbytes + estimating._bytes_of_words(side) for side in sides
    )
    aligner.fit(*sides, anchors)  # compiles
    tracemalloc.start()
    mapping = aligner.fit(*sides, anchors)
    mapping.apply(copy.source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.05 * told
    assert told < 2 * peak


def test_each_kind_of_work_takes_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    copy = planted(400)
    monkeypatch.setattr(estimating, "_timed", lambda _: 3.0)
    of_one = {
        "searched": search.operations(400, 400, 12),
        "drawn": search.operations(400, 400, 12),
        "multiplied": 2.0 * 4_096 * 12**2,
        "decomposed": 20.0 * 12**3,
        "factored": 6.0 * 4_096 * 12**2,
    }
    for kind, flops in of_one.items():
        work = Work(**{kind: 2 * flops})
        assert work.flops == 2 * flops
        assert estimating._seconds_of(work, copy.source, copy.target) == pytest.approx(6)
    # Both are learnt from and, as the mean is taken away, moved; refinement makes rows of both once more.
    rows = {Procrustes(): 800 + 800 + 800, Procrustes(steps="unit"): 800 + 400 + 800}
    for aligner, many in rows.items():
        work = aligner.work(Size(400, 400, 12, 50))
        seconds = estimating._seconds_of(work, copy.source, copy.target) + 3.0 * many / 400
        assert estimate(aligner, copy.source, copy.target, 50).seconds == pytest.approx(seconds)


@pytest.mark.parametrize("method", list(METHODS))
def test_more_pairs_or_a_larger_dim_are_more_work(method: str) -> None:
    aligner = METHODS[method]()
    small = aligner.work(Size(1_000, 1_000, 50, 500))
    for other in (Size(1_000, 1_000, 50, 900), Size(1_000, 1_000, 100, 500)):
        larger = aligner.work(other)
        assert larger.flops > small.flops
        assert larger.memory >= small.memory
    assert small.decomposed >= 20.0 * 50**3
