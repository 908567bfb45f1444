"""Sizes and memory of a distillation, before it is computed."""

from typing import NamedTuple

import numpy as np

from wordvec.language_models.distillation.bags import bags_of
from wordvec.language_models.distillation.encoder import Encoder
from wordvec.language_models.distillation.fitting import resolved
from wordvec.language_models.distillation.inputs import Inputs, listed, load
from wordvec.language_models.distillation.memory import Size, teacher_memory, working_memory
from wordvec.language_models.distillation.settings import Distillation
from wordvec.representation import short
from wordvec.sentences.texts import Texts
from wordvec.settings import known
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag


class Estimate(NamedTuple):
    """Numbers of words and of lines, those of lines and tokens with a known word, dimensions, and bytes of memory."""

    words: int
    teacher_dim: int
    dim: int
    lines: int
    sentences: int
    tokens: int
    memory: int

    def __repr__(self) -> str:
        return short(self)


def estimate(settings: Distillation, given: Inputs, stop: StopFlag) -> Estimate:
    """Return the sizes; texts are read, and nothing is computed by an encoder.

    Raises
    ------
    InputError, MemoryLimitError, SettingsError, Interrupted
        As `load` and `Distillation.fit`.
    """
    if given.model is not None:
        words, dim = listed(given), Encoder(given.model).dim
        lexicon = Vectors(words.words, np.zeros((len(words.words), 1), np.float32), words.counts, words.metadata)
    else:
        lexicon = load(given, Progress(), stop).teacher
        dim = lexicon.dim
    settings = resolved(settings, dim)
    size, sentences, tokens, bags = Size(len(lexicon), dim), 0, 0, 0
    if given.text is not None:
        found = bags_of(Texts.of(given.text, lexicon), lexicon, stop=stop)
        size, sentences, tokens = size._replace(sentences=found.total), len(found.lines), int(found.lengths.sum())
        bags = found.memory
    memory = teacher_memory(size) + working_memory(settings, size) + bags
    return Estimate(len(lexicon), dim, known(settings.dim), size.sentences, sentences, tokens, memory)
