"""Bit-ciphers of the tokens of a language model (Zhao and Williams 2023), in the order of the tokenizer's ids.

Tokens are ranked by their counts in a text; tokens that do not occur, and special ones, come last, in the order of
their ids. Vectors are sums of the codes of context tokens, or the codes themselves.
"""

import numpy as np

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.subword_vocabulary import SubwordVocabulary
from wordvec.errors import SettingsError
from wordvec.language_models.composition import TokenVectors, looked_up
from wordvec.language_models.settings import LayerSettings
from wordvec.rows import present
from wordvec.trainers.bit_cipher.cipher import Cipher
from wordvec.trainers.bit_cipher.trainer import BitCipher
from wordvec.workers import Progress, StopFlag

_BLOCKS = 2
"""Blocks of the mode cat: left and right."""


def cipher_vectors(
    settings: LayerSettings,
    corpus: EncodedCorpus,
    vocabulary: SubwordVocabulary,
    dim: int,
    progress: Progress,
    stop: StopFlag,
) -> TokenVectors:
    """Return vectors of tokens by a bit-cipher; those of sums only for tokens that occur.

    Raises
    ------
    SettingsError
        If there are more tokens than codes.
    Interrupted
        If `stop` was set.
    """
    if settings.cipher == "codes":
        return ranked_codes(corpus, vocabulary, dim)
    mode = str(settings.cipher)
    bits = dim // (_BLOCKS if mode == "cat" else 1)
    if not bits:
        raise SettingsError(f"{dim}: left and right need at least {_BLOCKS} dimensions", setting="dim")
    trainer = BitCipher(bits=bits, mode=mode, min_count=1, threads=settings.threads, seed=settings.seed)
    return looked_up(trainer.fit(corpus, progress=progress, stop=stop), vocabulary)


def ranked_codes(corpus: EncodedCorpus, vocabulary: SubwordVocabulary, dim: int) -> TokenVectors:
    """Return the code of each token, of `dim` bits that sum to 1.

    Raises
    ------
    SettingsError
        If there are more tokens than codes.
    """
    known = dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True))
    counts = np.array([known.get(word, 0) for word in vocabulary.spellings], np.int64)
    counts[list(vocabulary.special)] = 0
    order = np.argsort(-counts, kind="stable")
    matrix = np.zeros((len(vocabulary), dim), np.float32)
    matrix[order] = Cipher(np.maximum(counts[order], 1), dim).matrix()
    return TokenVectors(matrix, present(matrix), True)
