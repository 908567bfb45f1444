r"""Vocabularies of language models: the tokens of Hugging Face's ``tokenizer.json`` or BERT's ``vocab.txt``, by id.

A token is a word of corpora and vectors by its *spelling*, which has no white space: the token itself, with white
space, control characters and byte order marks written as ``\u`` and four hexadecimal digits. No two tokens of a
vocabulary have one spelling: where one would repeat another, backslashes are appended.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec import arguments
from wordvec.errors import InputError
from wordvec.files import records
from wordvec.wording import quantity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOKENIZER_ENDINGS = (".json", ".txt")
"""Endings of the names of tokenizer files."""

_ESCAPED = re.compile("[\x00-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\ud800-\udfff]")
_OF_BERT = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_PADDING = re.compile(r"[<\[|]+pad(ding)?[>\]|]+", re.IGNORECASE)
_RESERVED = re.compile(r"[<\[|]+(unused|reserved|extra_id|madeupword)[^>\]|]*[>\]|]+", re.IGNORECASE)


@dataclass(frozen=True)
class SubwordVocabulary:
    """The tokens of a language model, in the order of their ids.

    Attributes
    ----------
    path
        File that was read.
    tokens
        Token of each id.
    special
        Ids of special tokens, such as ``[CLS]``, rising.
    padding
        Id of the token that fills short sequences; None if there is none.
    digest
        SHA-256 of the file.
    """

    path: Path
    tokens: tuple[str, ...]
    special: tuple[int, ...]
    padding: int | None
    digest: str

    @classmethod
    def load(cls, path: str | Path) -> "SubwordVocabulary":
        """Read a ``tokenizer.json`` or ``vocab.txt``.

        Raises
        ------
        InputError
            If the file cannot be read or is of another kind, or its ids have holes or are used twice.
        """
        path = arguments.path("path", path)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error
        digest = hashlib.sha256(content).hexdigest()
        tokens, special, pad = _of_lines(path, content) if path.suffix == ".txt" else _of_json(path, content)
        return cls(path, tuple(tokens), tuple(special), _padding(tokens, special, pad), digest)

    @cached_property
    def spellings(self) -> list[str]:
        """Word of each token in corpora and vectors."""
        return spellings(self.tokens)

    @cached_property
    def ordinary(self) -> "NDArray[np.bool_]":
        """Which tokens are of text: neither special nor reserved, such as ``[unused1]``, (tokens,) bool."""
        import numpy as np  # not for help pages

        found = np.array([_RESERVED.fullmatch(token) is None for token in self.tokens])
        found[list(self.special)] = False
        return found

    @cached_property
    def ids(self) -> dict[str, int]:
        """Id of each token."""
        return {token: number for number, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def __repr__(self) -> str:
        return f"<SubwordVocabulary of {len(self):,} tokens in {self.path}>"


def is_tokenizer_file(name: object) -> bool:
    """Return whether the name of a tokenizer is that of a file.

    Examples
    --------
    >>> is_tokenizer_file("model/tokenizer.json"), is_tokenizer_file("words"), is_tokenizer_file("mine:split")
    (True, False, False)
    """
    return isinstance(name, str) and name.endswith(TOKENIZER_ENDINGS)


def spellings(tokens: Sequence[str]) -> list[str]:
    r"""Return the word of each token: see the module.

    Examples
    --------
    >>> spellings(["Ġtea", "\n", "", "\\u000a"])
    ['Ġtea', '\\u000a\\', '\\', '\\u000a']
    """
    changed = [number for number, token in enumerate(tokens) if not token or _ESCAPED.search(token)]
    spelled = list(tokens)
    taken = set(tokens) if changed else set()
    for number in changed:
        word = _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", tokens[number]) or "\\"
        while word in taken:
            word += "\\"
        taken.add(word)
        spelled[number] = word
    return spelled


def _of_lines(path: Path, content: bytes) -> tuple[list[str], list[int], str | None]:
    """Return the tokens of ``vocab.txt``, a token on each line, the ids of special ones, and the padding token."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start:,} is not UTF-8") from error
    tokens = text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []
    lines: dict[str, int] = {}
    for number, token in enumerate(tokens, start=1):
        if (first := lines.setdefault(token, number)) != number:
            raise InputError(f"{path}: line {number:,} repeats the token {token!r} of line {first:,}")
    if not tokens:
        raise InputError(f"{path}: is empty; expected a token on each line")
    return tokens, [number for number, token in enumerate(tokens) if token in _OF_BERT], None


def _of_json(path: Path, content: bytes) -> tuple[list[str], list[int], str | None]:
    """Return the tokens of ``tokenizer.json``, the ids of special ones, and the padding token."""
    try:
        about = records.parsed(content)
    except ValueError as error:
        raise InputError(f"{path}: is not a tokenizer.json ({error})") from error
    model = about.get("model")
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    if not isinstance(vocabulary, dict | list):
        raise InputError(f"{path}: has no vocabulary (model.vocab), which a tokenizer.json of Hugging Face has")
    by_id: dict[int, str] = {}
    special = []
    try:
        for token, number in _entries(vocabulary):
            _put(path, by_id, number, token)
        for added in about.get("added_tokens") or []:
            _put(path, by_id, added["id"], added["content"])
            special += [added["id"]] if added.get("special") else []
        padding = about.get("padding")
        pad = padding.get("pad_token") if isinstance(padding, dict) else None
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: a damaged vocabulary ({type(error).__name__}: {error})") from error
    return _without_holes(path, by_id), sorted(set(special)), pad


def _entries(vocabulary: dict[str, Any] | list[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the tokens with their ids; a list is of Unigram: tokens with their scores."""
    if isinstance(vocabulary, dict):
        yield from vocabulary.items()
    else:
        for number, (token, _) in enumerate(vocabulary):
            yield token, number


def _put(path: Path, by_id: dict[int, str], number: Any, token: Any) -> None:
    if type(number) is not int or number < 0 or not isinstance(token, str):
        raise InputError(f"{path}: the token {token!r:.60} has the id {number!r:.40}; expected a number from 0")
    if by_id.setdefault(number, token) != token:
        raise InputError(f"{path}: the tokens {by_id[number]!r} and {token!r} have the same id {number}")


def _without_holes(path: Path, by_id: dict[int, str]) -> list[str]:
    """Return the tokens in the order of their ids, which must be all numbers from 0 and belong to different tokens."""
    if not by_id:
        raise InputError(f"{path}: its vocabulary is empty")
    if (last := max(by_id)) != len(by_id) - 1:
        first = next(number for number in range(len(by_id)) if number not in by_id)
        missing = quantity(last + 1 - len(by_id), "id")
        raise InputError(f"{path}: its ids have holes: of 0 to {last}, {missing} have no token, the first {first}")
    tokens = [by_id[number] for number in range(len(by_id))]
    if len(set(tokens)) < len(tokens):
        seen: dict[str, int] = {}
        for number, token in enumerate(tokens):
            if (first := seen.setdefault(token, number)) != number:
                raise InputError(f"{path}: the token {token!r} has two ids, {first} and {number}")
    return tokens


def _padding(tokens: Sequence[str], special: Sequence[int], named: str | None) -> int | None:
    """Return the id of the padding token.

    Models without a padding token often pad with their end of text, which is no padding: its row is needed.
    """
    if isinstance(named, str) and _PADDING.fullmatch(named) and named in tokens:
        return tokens.index(named)
    return next((number for number in special if _PADDING.fullmatch(tokens[number])), None)
