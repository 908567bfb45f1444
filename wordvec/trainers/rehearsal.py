"""A training run on made-up words, by which a second process compiles its kernels (`wordvec.precompilation`)."""

import dataclasses
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec.trainers.base import Trainer

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.vectors import Vectors

_WORDS, _SENTENCE = 40, 20
"""Number of words, and tokens of a sentence."""


def parts(trainer: Trainer, output: Path | None) -> list[Callable[[], object]]:
    """Return the parts of a training run after the encoding, that which takes longest to compile first.

    Parameters
    ----------
    trainer
        Trainer of the run.
    output
        File of the vectors, of which the format matters; None: none is written.
    """
    from wordvec.trainers.negative_sampling import NegativeSampling

    saving = [] if output is None else [partial(save, trainer, output.name)]
    if isinstance(trainer, NegativeSampling) and trainer.rows_are == "word":
        return [partial(train_piece, trainer), partial(combine, trainer), *saving]
    return [partial(fit, trainer), *saving]


def train_piece(trainer: Any) -> None:
    """Train a model on one piece."""
    run, corpus = _resolved(trainer)
    model, pieces = run.model_of(corpus), run.pieces_of(corpus)
    model.piece_trainer(pieces)(model.embedding, pieces[0])


def combine(trainer: Any) -> None:
    """Combine replicas of a model."""
    run, corpus = _resolved(trainer)
    model = run.model_of(corpus)
    workers = model.workers(run.pieces_of(corpus))
    workers.finish(1)


def fit(trainer: Any) -> None:
    """Train, and count before if the trainer takes counts."""
    from wordvec.trainers.count_based import CountBased

    run: Any
    run, corpus = _resolved(trainer)
    with run.count(corpus) if isinstance(run, CountBased) else corpus as source:
        run.fit(source)


def save(trainer: Any, name: str) -> None:
    """Write vectors in the format of a file with this name."""
    with tempfile.TemporaryDirectory() as folder:
        _vectors(trainer).save(Path(folder, name))


def _vectors(trainer: Any) -> "Vectors":
    """Return vectors whose matrix is like that of the trained ones."""
    import numpy as np

    from wordvec.trainers.negative_sampling import NegativeSampling
    from wordvec.vectors import Vectors

    run, corpus = _resolved(trainer)
    if isinstance(run, NegativeSampling) and run.rows_are != "sense":
        return run.model_of(corpus).vectors({})
    return Vectors(corpus.vocabulary.words, np.ones((_WORDS, run.dim), np.float32), corpus.vocabulary.counts)


def _resolved(trainer: Any) -> tuple[Any, "EncodedCorpus"]:
    """Return a trainer with settings for made-up words, and these."""
    fixed: dict[str, Any] = {"min_count": 1, "epochs": 1, "shared_epochs": 0, "round_tokens": 1}
    fixed["pull"] = None  # a graph has other words
    if getattr(trainer, "replicas", 1) is None:
        fixed["replicas"] = 2
    names = {field.name for field in dataclasses.fields(trainer)}
    run = dataclasses.replace(trainer, **{name: value for name, value in fixed.items() if name in names})
    corpus = made_up(2 * _tokens(run))
    return run.resolved(corpus), corpus


def _tokens(run: Any) -> int:
    """Return the tokens of a piece; replicas need several."""
    from wordvec.trainers.pieces import piece_tokens

    return piece_tokens(run.work()) if hasattr(run, "work") else _WORDS


def made_up(tokens: int = 0) -> "EncodedCorpus":
    """Return a corpus of made-up words, encoded without any kernel; its arrays are like those of a file."""
    import numpy as np

    from wordvec.corpora.document_table import of_sources
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.corpora.vocabulary import Vocabulary, pack

    sentences = max(2, tokens // _SENTENCE + 1)
    ids = np.arange(sentences * _SENTENCE, dtype=np.uint32) % _WORDS
    offsets = np.arange(0, len(ids) + 1, _SENTENCE, dtype=np.int64)
    for array in (ids, offsets):
        array.flags.writeable = False
    corpus = EncodedCorpus.__new__(EncodedCorpus)
    corpus.folder, corpus._temporary = Path(), None
    packed, starts = pack(f"word{number:02}" for number in range(_WORDS))
    corpus.vocabulary = Vocabulary(packed, starts, np.full(_WORDS, len(ids) // _WORDS, np.int64))
    corpus.ids, corpus.offsets = ids, offsets
    corpus.meta = {"tokens": len(ids), "sentences": sentences, "settings": {}, "digest": ""}
    corpus.documents = of_sources(["made up"], [0], sentences)
    return corpus
