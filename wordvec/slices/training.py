"""Training of a model's matrices on the text of one slice, or of several together."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import DivergedError, InputError
from wordvec.kernels import sampling, windows
from wordvec.settings import known
from wordvec.trainers import loop, rules
from wordvec.trainers.checkpoint import State
from wordvec.trainers.model import piece_trainer
from wordvec.trainers.negative_sampling import NegativeSampling
from wordvec.trainers.pieces import Pieces, Sentences
from wordvec.trainers.replicas import workers
from wordvec.trainers.stopping import Watch, mean_losses
from wordvec.trainers.updates import expected
from wordvec.workers import Progress, StopFlag

Matrix = NDArray[np.float32]


@dataclasses.dataclass(frozen=True)
class Matrices:
    """The matrices of a model, and what its kernel draws from.

    Attributes
    ----------
    words, contexts
        (words, padded dim) float32 arrays; `frozen` leaves `contexts` unchanged.
    counts
        (noise words,) int64 array of the words' counts.
    min_count
        Smallest count with which a word is trained; one for all, or (words,) for each word.
    shared
        For each row of `words` beyond the noise words, the word whose count and row of `contexts` it shares.
    """

    words: Matrix
    contexts: Matrix
    counts: NDArray[np.int64]
    min_count: int | NDArray[np.int64] = 1
    frozen: bool = False
    shared: NDArray[np.uint32] = dataclasses.field(default_factory=lambda: np.empty(0, np.uint32))


def train(
    settings: NegativeSampling,
    text: Sentences,
    name: str,
    matrices: Matrices,
    stop: StopFlag,
    *,
    threads: int = 1,
    progress: Progress | None = None,
) -> list[float]:
    """Train matrices on a text, and return the mean loss of each epoch.

    Raises
    ------
    InputError, DivergedError
        As `loop.run`, with the name of the text.
    Interrupted
        If `stop` was set.
    """
    counts = matrices.counts
    used = counts >= matrices.min_count
    keep = np.where(used, sampling.keep_thresholds(counts, settings.sample), 0).astype(np.uint32)
    sampler = windows.Sampler(
        np.concatenate([keep, keep[matrices.shared]]),
        sampling.noise_table(np.where(used, counts, 0), settings.noise_power),
        matrices.shared,
    )
    model = windows.EmbeddingMatrices(
        matrices.words.reshape(-1), matrices.contexts.reshape(-1), matrices.words.shape[1], matrices.frozen
    )
    settings = dataclasses.replace(settings, round_tokens=rules.round_tokens(len(text.ids)))
    pieces = Pieces(text, known(settings.epochs), settings.work(), settings.final_rate)
    train_piece = piece_trainer(settings, settings.kernel(), pieces, sampler)
    shared = counts[matrices.shared] / np.bincount(matrices.shared, minlength=len(counts))[matrices.shared]
    updates = expected(settings, sampler, np.concatenate([counts, shared]), len(text.ids))
    state = State()
    try:
        loop.run(
            pieces,
            workers(settings, pieces, train_piece, model, updates, threads),
            state,
            threads=threads,
            watch=Watch(progress or Progress()),
            stop=stop,
            # What was interrupted is not kept.
            save=lambda _: stop.check(),
            save_every=None,
        )
    except (DivergedError, InputError) as error:
        raise type(error)(f"{name}: {error}") from error
    return mean_losses(state)
