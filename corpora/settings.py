"""How a text becomes an encoded corpus: the choices, checked once."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec import arguments
from wordvec.corpora.tokenizers import get_tokenizer
from wordvec.errors import SettingsError

if TYPE_CHECKING:
    from wordvec.corpora.vocabulary import Vocabulary

LONGEST_SENTENCE = 1_000_000
"""Trainers stop, save and change the learning rate between whole sentences."""

BREAKS = {"line": 1, "paragraph": 2, "file": 0}
"""How many line ends with no token between them end a sentence."""

NORMAL_FORMS = ("nfc", "nfkc")

FORMATS = ("auto", "plain")
"""How files are read: by what they are, or as running text whatever they look like."""


@dataclass(frozen=True)
class EncodingSettings:
    """How text is cut into tokens and sentences, and which words are kept.

    Parameters
    ----------
    tokenizer
        A name of `wordvec.corpora.tokenizers.TOKENIZERS`, or a function from a string to a list of tokens, which is
        given a line or paragraph at a time (of one longer than some megabytes, pieces cut at white space).
    normalize
        ``"nfc"``, ``"nfkc"`` or None: Unicode's normal form of each word.
    lowercase
        True for lower case, ``"turkish"`` for a lower case with dotted and dotless i.
    sentence
        What a sentence is, that no window crosses: ``"line"``, ``"paragraph"`` (blank lines between) or ``"file"``.
    max_sentence
        Sentences of more tokens are cut into pieces of so many.
    max_words
        Keep so many words, the most frequent; all other tokens get one unknown id. Bounds the memory for counting.
    vocabulary
        Keep the words of this list only (a `Vocabulary`, or a file of ``word count`` lines); all other tokens get
        one unknown id. Ids and counts are those of the text; words it does not hold are left out.
    field
        The field of JSONL input that holds the text: a string, a list of tokens or a list of strings.
    format
        ``"auto"``: read MediaWiki dumps and JSONL by what they are, and refuse tables, markup and other files that are
        no running text; ``"plain"``: read every file as running text, whatever it looks like.

    Raises
    ------
    SettingsError
        If a choice does not exist or a number is too small.
    """

    tokenizer: str | Callable[[str], list[str]] = "whitespace"
    normalize: str | None = None
    lowercase: bool | str | None = None
    sentence: str = "line"
    max_sentence: int = 10_000
    max_words: int | None = None
    vocabulary: "str | Path | Vocabulary | None" = None
    field: str | None = None
    format: str = "auto"

    def __post_init__(self) -> None:
        for name in ("normalize", "lowercase", "sentence", "field"):
            if not isinstance(value := getattr(self, name), str | bool | None):
                arguments.wrong(name, value, "a string")
        arguments.whole("max_sentence", self.max_sentence)
        if self.max_words is not None:
            arguments.whole("max_words", self.max_words)
        if not (callable(self.tokenizer) or isinstance(self.tokenizer, str)):
            arguments.wrong("tokenizer", self.tokenizer, "a name or a function")
        if self.vocabulary is not None and not hasattr(self.vocabulary, "packed"):
            arguments.path("vocabulary", self.vocabulary, "Vocabulary.from_words(words, counts)")
        get_tokenizer(self.tokenizer)
        if self.normalize not in (None, *NORMAL_FORMS):
            raise SettingsError(f"normalize is {self.normalize!r}; it can be {' or '.join(NORMAL_FORMS)}")
        if self.lowercase not in (None, False, True, "turkish"):
            raise SettingsError(f"lowercase is {self.lowercase!r}; it can be True, False or 'turkish'")
        if self.format not in FORMATS:
            raise SettingsError(f"format is {self.format!r}; it can be {' or '.join(FORMATS)}")
        if self.format == "plain" and self.field is not None:
            raise SettingsError("format 'plain' reads JSONL as it is, field reads one of its fields: choose one")
        if self.sentence not in BREAKS:
            raise SettingsError(f"sentence is {self.sentence!r}; it can be {', '.join(BREAKS)}")
        if not 2 <= self.max_sentence <= LONGEST_SENTENCE:
            raise SettingsError(f"max_sentence is {self.max_sentence}; it can be from 2 to {LONGEST_SENTENCE:,} tokens")
        if self.max_words is not None and self.max_words < 1:
            raise SettingsError(f"max_words is {self.max_words}; at least 1 word must be kept")

    @classmethod
    def of(cls, **given: Any) -> "EncodingSettings":
        """Make settings of keywords, with an error of ours for a name that does not exist."""
        known = [field.name for field in fields(cls)]
        for name in given:
            if name not in known:
                raise SettingsError(f"there is no setting {name!r}; there are {', '.join(known)}")
        return cls(**given)

    @property
    def restricted(self) -> bool:
        """Whether some tokens may get the unknown id."""
        return self.max_words is not None or self.vocabulary is not None

    def given_vocabulary(self) -> "Vocabulary | None":
        """Load the words to keep, if they are given."""
        if not isinstance(self.vocabulary, str | Path):
            return self.vocabulary
        from wordvec.corpora.vocabulary import Vocabulary

        return Vocabulary.load(self.vocabulary)

    def record(self) -> dict[str, Any]:
        """Give the settings as they go into ``meta.json``; functions and vocabularies by their name or size."""
        shown = {field.name: getattr(self, field.name) for field in fields(self)}
        if callable(self.tokenizer):
            shown["tokenizer"] = getattr(self.tokenizer, "__qualname__", repr(self.tokenizer))
        if isinstance(self.vocabulary, str | Path):
            shown["vocabulary"] = str(self.vocabulary)
        elif self.vocabulary is not None:
            shown["vocabulary"] = f"{len(self.vocabulary):,} words"
        return shown
