"""Tokenizers of language models (extra ``layers``: Hugging Face's ``tokenizers``): text to the spellings of tokens.

``tokenizer.json`` says everything. ``vocab.txt`` has only BERT's tokens: text is split as BERT does, and lower-cased if
no token has a capital.
"""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wordvec.corpora.subword_vocabulary import SubwordVocabulary
from wordvec.errors import InputError, SettingsError

_UNKNOWN = "[UNK]"
_AT_ONCE = 4_096


class SubwordTokenizer:
    """A tokenizer of a language model.

    Parameters
    ----------
    path
        ``tokenizer.json`` or ``vocab.txt``.

    Attributes
    ----------
    vocabulary : SubwordVocabulary
        Its tokens.

    Raises
    ------
    InputError
        If the file cannot be read or is damaged.
    SettingsError
        If the package ``tokenizers`` is missing.
    """

    def __init__(self, path: str | Path) -> None:
        self.vocabulary = SubwordVocabulary.load(path)
        self._tokenizer = _loaded(self.vocabulary)

    def __call__(self, text: str) -> list[str]:
        """Return the spellings of the tokens of a text, without special tokens that the model adds."""
        spelled = self.vocabulary.spellings
        return [spelled[number] for number in self._tokenizer.encode(text, add_special_tokens=False).ids]

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of the tokens of each text."""
        found: list[list[int]] = []
        for begin in range(0, len(texts), _AT_ONCE):
            part = list(texts[begin : begin + _AT_ONCE])
            found += [one.ids for one in self._tokenizer.encode_batch(part, add_special_tokens=False)]
        return found

    def __repr__(self) -> str:
        return f"SubwordTokenizer({str(self.vocabulary.path)!r})"


def subword_tokenizer(path: str) -> SubwordTokenizer:
    """Return the tokenizer in a file, which is read again only after it has changed.

    Raises
    ------
    InputError
        If the file cannot be read or is damaged.
    SettingsError
        If the package ``tokenizers`` is missing.
    """
    try:
        status = Path(path).stat()
    except OSError as error:
        raise InputError(f"{path}: the tokenizer cannot be read ({error.strerror})") from error
    return _cached(path, str(Path.cwd()), status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=8)
def _cached(path: str, folder: str, time: int, size: int) -> SubwordTokenizer:
    return SubwordTokenizer(path)


def _loaded(vocabulary: SubwordVocabulary) -> Any:
    """Return the tokenizer of the package, which neither truncates nor pads."""
    try:
        from tokenizers import Tokenizer
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"{vocabulary.path}: tokenizers of language models need the package tokenizers: pip install tokenizers",
            setting="tokenizer",
        ) from error
    path = vocabulary.path
    try:
        made = _of_bert(vocabulary) if path.suffix == ".txt" else Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except InputError:
        raise
    except Exception as error:  # the package raises Exception itself
        raise InputError(f"{path}: not a tokenizer that the package tokenizers reads ({error})") from error
    made.no_truncation()
    made.no_padding()
    return made


def _of_bert(vocabulary: SubwordVocabulary) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    if _UNKNOWN not in vocabulary.ids:
        raise InputError(f"{vocabulary.path}: has no token {_UNKNOWN}, so it is not the vocab.txt of a BERT")
    ordinary = (token for number, token in enumerate(vocabulary.tokens) if number not in vocabulary.special)
    lower = all(token == token.lower() for token in ordinary)
    made = Tokenizer(models.WordPiece(vocabulary.ids, unk_token=_UNKNOWN))
    made.normalizer = normalizers.BertNormalizer(lowercase=lower)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.add_special_tokens([vocabulary.tokens[number] for number in vocabulary.special])
    return made
