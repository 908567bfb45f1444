"""The kernel of rows in a convex hull against its naive twin and numerical slopes."""

import naive_hull
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec.kernels import hull
from wordvec.kernels.sampling import keep_thresholds, noise_table
from wordvec.kernels.windows import Sampler

WORDS, DIM, STRIDE = 7, 20, 32


class Trial:
    """Random rows and text, of which some rows are free."""

    def __init__(self, seed: int, tied: bool, sentences: int = 3) -> None:
        chance = np.random.default_rng(seed)
        self.words = self._rows(chance)
        self.contexts = self.words if tied else self._rows(chance)
        self.free = sorted(chance.permutation(WORDS)[: chance.integers(0, WORDS)].tolist())
        self.sentences = [chance.integers(0, WORDS, chance.integers(1, 9)).tolist() for _ in range(sentences)]
        self.table = noise_table(chance.integers(1, 50, WORDS), 0.75)
        self.window, self.negatives = int(chance.integers(1, 4)), int(chance.integers(1, 6))
        self.state = seed + 3

    @staticmethod
    def _rows(chance: np.random.Generator) -> np.ndarray:
        rows = np.zeros((WORDS, STRIDE), np.float32)
        rows[:, :DIM] = chance.normal(0, 0.5, (WORDS, DIM))
        return rows

    def run(self) -> tuple[np.ndarray, np.ndarray, float, int]:
        """Return both gradients, the loss and the number of pairs."""
        tied, numbers = self.words is self.contexts, np.full(WORDS, -1, np.int64)
        numbers[self.free] = np.arange(len(self.free))
        inputs = np.zeros((max(1, len(self.free)), STRIDE), np.float32)
        outputs = inputs if tied else np.zeros_like(inputs)
        model = hull.HullModel(
            self.words.ravel(), self.contexts.ravel(), STRIDE, inputs.reshape(-1), outputs.reshape(-1), numbers
        )
        if tied:
            model = model._replace(contexts=model.words)
        sampler = Sampler(keep_thresholds(np.ones(WORDS, np.int64), 0), self.table)
        ids = np.array([word for sentence in self.sentences for word in sentence], np.uint32)
        offsets = np.cumsum([0, *map(len, self.sentences)]).astype(np.int64)
        work = hull.allocate_workspace(len(ids), len(self.sentences))
        with np.errstate(over="ignore"):
            state = np.uint64(self.state)
            loss, pairs = hull.add_gradients(model, sampler, self.window, self.negatives, work, ids, offsets, state)
        return inputs, outputs, loss, pairs

    def seen(self) -> list[naive_hull.Window]:
        return naive_hull.windows(self.sentences, self.table, self.window, self.negatives, self.state)


@pytest.mark.parametrize("tied", [True, False])
@given(seed=st.integers(0, 2**31))
def test_gradients_are_the_naive_twin_s(seed: int, tied: bool) -> None:
    trial = Trial(seed, tied)
    inputs, outputs, loss, pairs = trial.run()
    free, words, contexts = trial.free, trial.words.astype(float), trial.contexts.astype(float)
    wanted_in, wanted_out = naive_hull.gradients(words, contexts, set(free), trial.seen())
    if tied:
        wanted_in = wanted_out = wanted_in + wanted_out
    np.testing.assert_allclose(inputs[: len(free)], wanted_in[free], rtol=1e-5, atol=3e-5)
    np.testing.assert_allclose(outputs[: len(free)], wanted_out[free], rtol=1e-5, atol=3e-5)
    wanted, number = naive_hull.loss(words, contexts, set(free), trial.seen())
    assert pairs == number
    assert loss == pytest.approx(wanted, abs=1e-3)


@pytest.mark.parametrize("tied", [True, False])
def test_gradients_are_the_slopes_of_the_loss(tied: bool) -> None:
    trial = Trial(8, tied, sentences=4)
    trial.free = [1, 4]
    inputs, seen, free = trial.run()[0], trial.seen(), set(trial.free)
    words = trial.words.astype(float)
    for number, row in enumerate(trial.free):
        for column in (0, DIM - 1):
            losses = []
            for step in (1e-4, -1e-4):
                moved = words.copy()
                moved[row, column] += step
                contexts = moved if tied else trial.contexts.astype(float)
                losses.append(naive_hull.loss(moved, contexts, free, seen)[0])
            assert -inputs[number, column] == pytest.approx((losses[0] - losses[1]) / 2e-4, abs=2e-3)
