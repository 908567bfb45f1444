"""Normal forms and lower case, once for each word of the vocabulary instead of each token of the text."""

import unicodedata

from wordvec.corpora.batches import SEPARATORS
from wordvec.corpora.settings import EncodingSettings

_TURKISH = str.maketrans({"I": "ı", "İ": "i"})
_DOTTED = "I\u0307"


def normal_form(word: str, settings: EncodingSettings) -> str:
    """Give a word's form by the settings, which can be empty or hold white space (``¨`` in NFKC).

    Turkish lower case has ``ı`` for ``I`` and ``i`` for ``İ``, also where its dot is a character of its own.
    """
    word = _normalized(word, settings)
    if settings.lowercase == "turkish":
        word = word.replace(_DOTTED, "i").translate(_TURKISH)
    # Normal forms come first, as NFKC makes capitals (``™`` is ``TM``), and last, as lower case can undo them.
    return _normalized(word.lower(), settings) if settings.lowercase else word


def _normalized(word: str, settings: EncodingSettings) -> str:
    if settings.normalize == "nfc":
        return unicodedata.normalize("NFC", word)
    return unicodedata.normalize("NFKC", word) if settings.normalize == "nfkc" else word


def safe_forms(words: list[str], settings: EncodingSettings) -> tuple[list[str], int]:
    """Give each word's form, or its own spelling where the form is no word; give also how often that was."""
    kept = 0
    forms = []
    for word in words:
        form = normal_form(word, settings)
        if not form or SEPARATORS.search(form) or form.startswith("\ufeff"):
            form = word
            kept += 1
        forms.append(form)
    return forms, kept
