"""The first line of a training run: what it trains on, and with which settings."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.settings import known
from wordvec.trainers.base import Trainer, tokens_of, trained_vocabulary
from wordvec.wording import listed, quantity

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence


def automatic(trainer: Trainer, spelling: Callable[[str], str] = str) -> str:
    """Return which of the settings in a line about a trainer are automatic, as in `` (automatic: epochs)``."""
    names = [spelling(name) for name in trainer.automatic if name in ("epochs", "min_count", "learning_rate")]
    return f" (automatic: {listed(names)})" if names else ""


def announcement(
    trainer: Trainer,
    source: "EncodedCorpus | Cooccurrence",
    paths: Sequence[str],
    spelling: Callable[[str], str] = str,
    init: Path | None = None,
) -> str:
    """Return a line about a run.

    Parameters
    ----------
    trainer
        Trainer whose settings are resolved.
    source
        Corpus or counts that it trains on.
    paths
        Where these come from.
    spelling
        How the names of settings are spelled.
    init
        File of the starting vectors.
    """
    least: int = known(getattr(trainer, "min_count", None))
    vocabulary = trained_vocabulary(source, least)
    words = quantity(len(vocabulary), "word")
    rare = len(vocabulary) - vocabulary.cut(least)
    kept = f" or kept ({rare:,})" if rare else ""
    seen = f"{words} seen at least {quantity(least, 'time')}{kept}" if least > 1 else words
    text = "standard input" if list(paths) == ["-"] else paths[0] if len(paths) == 1 else quantity(len(paths), "text")
    doing = "training" if init is None else f"continuing {init} with"
    counted = "" if isinstance(source, EncodedCorpus) else "counts of "
    said = f"{text}: {counted}{quantity(tokens_of(source), 'token')}, {seen}; {doing} {schedule(trainer)}"
    return said + automatic(trainer, spelling)


def idle_threads(trainer: Trainer, spelling: Callable[[str], str] = str) -> str | None:
    """Return a line about threads that have no replica to train; None if there are none."""
    replicas, threads = getattr(trainer, "replicas", None) or 1, trainer.thread_count
    if not 1 < replicas < threads:
        return None
    return (
        f"{quantity(threads - replicas, 'thread')} of {threads} will be idle, since {replicas} replicas are trained; "
        f"{spelling('replicas')} {threads} uses all, with more memory and perhaps lower quality"
    )


def schedule(trainer: Trainer) -> str:
    """Return the method, its passes and its learning rate, such as ``CBOW, 5 passes, rate 0.06``.

    >>> from wordvec import PPMISVD, SkipGram
    >>> schedule(SkipGram(epochs=1, learning_rate=0.05)), schedule(PPMISVD())
    ('skip-gram, 1 pass, rate 0.05', 'PPMI-SVD')
    """
    epochs, rate = (getattr(trainer, name, None) for name in ("epochs", "learning_rate"))
    passes = [] if epochs is None else [quantity(epochs, "pass", "passes")]
    return ", ".join([trainer.title, *passes, *([] if rate is None else [f"rate {rate:g}"])])
