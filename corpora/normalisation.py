"""Unicode normalisation and lower case, applied once to each word of the vocabulary instead of each token."""

import unicodedata

from wordvec.corpora.batches import SEPARATORS
from wordvec.corpora.settings import EncodingSettings

_TURKISH = str.maketrans({"I": "ı", "İ": "i"})
_DOTTED = "I\u0307"


def normalised_word(word: str, settings: EncodingSettings) -> str:
    """Return the normalised word, which can be empty or contain white space (``¨`` in NFKC).

    Turkish lower case maps ``I`` to ``ı`` and ``İ`` to ``i``, also where the dot is a combining character.
    """
    word = _unicode_normalised(word, settings)
    if settings.lowercase == "turkish":
        word = word.replace(_DOTTED, "i").translate(_TURKISH)
    # Normalisation comes first, since NFKC produces capitals (``™`` is ``TM``), and last, since lower case can undo it.
    return _unicode_normalised(word.lower(), settings) if settings.lowercase else word


def _unicode_normalised(word: str, settings: EncodingSettings) -> str:
    if settings.normalize == "nfc":
        return unicodedata.normalize("NFC", word)
    return unicodedata.normalize("NFKC", word) if settings.normalize == "nfkc" else word


def normalised_words(words: list[str], settings: EncodingSettings) -> tuple[list[str], int]:
    """Return the normalised words, and the number of words left unchanged because the result would not be a word."""
    unchanged = 0
    results = []
    for word in words:
        result = normalised_word(word, settings)
        if not result or SEPARATORS.search(result) or result.startswith("\ufeff"):
            result = word
            unchanged += 1
        results.append(result)
    return results, unchanged
