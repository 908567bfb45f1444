"""Settings of encoding a text."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec import arguments
from wordvec.corpora.documents import Labelling
from wordvec.corpora.functions import name_of
from wordvec.corpora.reading import DOCUMENTS, FORMATS, Reading, names_of, reading_of
from wordvec.corpora.stopwords import GivenWords
from wordvec.corpora.subword_vocabulary import SubwordVocabulary, is_tokenizer_file
from wordvec.corpora.tokenizers import get_tokenizer, runs_code
from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.representation import short
from wordvec.settings import check_settings, setting

if TYPE_CHECKING:
    from wordvec.corpora.vocabulary import Vocabulary

LONGEST_SENTENCE = 1_000_000
"""Maximal tokens of a sentence: trainers stop, save and change the learning rate between sentences."""

BREAKS = {"line": 1, "paragraph": 2, "file": 0}
"""Number of line ends without a token between them that end a sentence."""

NORMAL_FORMS = ("nfc", "nfkc")

READ = ("field", "columns", "token", "xml_text", "encoding", "name_field", "keep_fields")
"""Settings of the readers of files, checked by `wordvec.corpora.reading`."""

LISTS = ("stop_words", "keep_words")
"""Settings that are lists of words."""

DROPPED = ("keep-places", "close-up")
"""What becomes of the positions of dropped tokens."""


@documented
@dataclass(frozen=True)
class EncodingSettings:
    """Settings of tokenisation, sentence splitting and the vocabulary.

    Parameters
    ----------
    tokenizer
        None: chosen from the beginning of the text (`wordvec.corpora.automatic`). Otherwise a name in
        `wordvec.corpora.tokenizers.TOKENIZERS`, the ``tokenizer.json`` or ``vocab.txt`` of a language model,
        ``module:function``, or a function from a string to a list of tokens.
        The function is called for one line or paragraph at a time (for one longer than some megabytes, with pieces cut
        at white space).
    normalize
        Unicode normalisation of each word: ``"nfc"``, ``"nfkc"`` or None.
    lowercase
        True for lower case, ``"turkish"`` for lower case with dotted and dotless i. None and False keep the case; None
        adds a hint if many words occur in several letter cases.
    sentence
        Unit of text that no window crosses: ``"line"``, ``"paragraph"`` (separated by blank lines) or ``"file"``
        (the whole document). None crosses documents.
    max_sentence
        Maximal tokens of a sentence; longer ones are split into pieces of this length.
    max_words
        Number of words to keep, the most frequent. All other tokens are dropped. Bounds the memory for counting.
    vocabulary
        Only words to keep: a `Vocabulary`, or a file of ``word count`` lines. All other tokens are dropped. Ids
        and counts are those of the text; words that it does not contain are omitted.
    stop_words
        Words to drop, in any letter case: ``"english"``, a file of words, or a collection of words.
    drop_numbers
        Whether tokens with digits and without letters are dropped.
    keep_words
        Words that are never dropped, although they are stop words, numbers, too rare for `max_words` or not in the
        given vocabulary, and that are trained whatever their count: a file of words, or a collection of words. They
        are normalised like those of the text.
    dropped
        ``"keep-places"``: dropped tokens get one unknown id, so that the others keep their positions. ``"close-up"``:
        they are removed, and sentences without another token with them.
    field
        Field of JSONL, or column of a table, that holds the text: a string, a list of tokens or a list of strings.
        ``a.b`` is the field b of the object in the field a. Several fields, separated by commas or in a list, are
        separate lines of one document.
    columns
        Columns of vertical text (one token on each line), separated by commas or in a list, such as
        ``"form,lemma,pos"``; ``_`` for a column that is not used. Those of CoNLL-U are known.
    token
        Token of vertical text, with columns in braces, such as ``"{lemma}_{pos}"``. None: the column ``form``; in
        CoNLL-U, the tokens of the text as written instead of its syntactic words.
    xml_text
        Elements of XML that hold the text, by their names without namespace, such as ``"p,l"``; each is a line.
    encoding
        Encoding of the text, such as ``"cp1252"``; None: UTF-8. A byte order mark has precedence.
    format
        ``"auto"``: detect MediaWiki dumps, CoNLL-U and JSONL, and refuse tables, markup and other files that are not
        running text. ``"plain"``: read every file as running text.
    documents
        Documents of running text: ``"auto"``: each file is one. ``"line"``: each line that is not blank is one.
    name_field
        Field of records that names the documents; None: a document of JSONL is named by its file and line.
    keep_fields
        Fields of records whose values are kept for each document: their names, or one string with commas.

    Raises
    ------
    SettingsError
        If a setting is out of range.
    TypeError
        If a setting has the wrong type.
    """

    tokenizer: str | Callable[[str], list[str]] | None = setting(  # noqa: RUF009 - returns a field
        None,
        "words: letters, marks and digits, without punctuation; whitespace: the text is tokenised already; the "
        "tokenizer.json or vocab.txt of a language model; or a Python function of an installed module or one in the "
        "current folder; default: automatic, words if the text begins with raw text",
    )
    normalize: str | None = setting(None, "Unicode normalisation of each word", choices=NORMAL_FORMS)
    lowercase: bool | str | None = setting(
        None, "lower-case all words; =turkish with dotted and dotless i; =no keeps the case, without a hint"
    )
    sentence: str = setting(
        "line", "unit of text that no window crosses; paragraphs end at blank lines", choices=tuple(BREAKS)
    )
    max_sentence: int = setting(
        10_000, "split longer sentences into pieces of this many tokens", at_least=2, at_most=LONGEST_SENTENCE
    )
    max_words: int | None = setting(
        None,
        "keep only this many words, the most frequent, which bounds the memory for counting",
        at_least=1,
    )
    vocabulary: "str | Path | Vocabulary | None" = setting(  # noqa: RUF009 - returns a field
        None, "keep only the words of this file of 'word count' lines"
    )
    stop_words: GivenWords = setting(  # noqa: RUF009 - returns a field
        None, "drop these words in any letter case: english, or a file of words"
    )
    drop_numbers: bool = setting(False, "drop tokens with digits and without letters, such as 3.5")
    keep_words: GivenWords = setting(  # noqa: RUF009 - returns a field
        None, "never drop the words of this file, and train them whatever their count"
    )
    dropped: str = setting(
        "keep-places",
        "positions of the tokens that --max-words, --vocabulary, --stop-words and --drop-numbers drop: keep-places, so "
        "that windows are as wide as in the text; close-up: their neighbours become adjacent",
        choices=DROPPED,
    )
    field: str | list[str] | tuple[str, ...] | None = setting(  # noqa: RUF009 - returns a field
        None,
        "field of JSONL, or column of a .csv, .tsv or .parquet table, that holds the text: a string, or a list of "
        "tokens or of strings; a.b for a field inside a; several separated by commas",
    )
    columns: str | list[str] | tuple[str, ...] | None = setting(  # noqa: RUF009 - returns a field
        None,
        "columns of vertical text (VRT, TreeTagger: a token on each line), such as form,pos,lemma; those of CoNLL-U "
        "are known",
    )
    token: str | None = setting(
        None, "token of vertical text, such as '{lemma}_{pos}'; default: the column form, as the text is written"
    )
    xml_text: str | list[str] | tuple[str, ...] | None = setting(  # noqa: RUF009 - returns a field
        None, "elements of XML that hold the text, such as p,l for TEI; each is a line"
    )
    encoding: str | None = setting(
        None, "encoding of the text, such as cp1252, gb18030 or utf-16; default: UTF-8, or that of a byte order mark"
    )
    format: str = setting(
        "auto",
        "auto: detect dumps, CoNLL-U and JSONL, refuse tables and markup; plain: read every file as running text",
        choices=FORMATS,
    )
    documents: str = setting(
        "auto",
        "auto: a file of running text is one document, and a record or a page is one; line: each line of running text",
        choices=DOCUMENTS,
    )
    name_field: str | None = setting(None, "field of records that names the documents; default: file and line")
    keep_fields: "str | Sequence[str] | None" = setting(  # noqa: RUF009 - returns a field
        None, "fields of records that are kept for each document, separated by commas, for corpus split"
    )

    def __post_init__(self) -> None:
        for name in ("normalize", "lowercase", "sentence", "name_field"):
            if not isinstance(value := getattr(self, name), str | bool | None):
                arguments.wrong(name, value, "a string")
        for name in ("token", "encoding"):
            arguments.expect(name, getattr(self, name), str, optional=True)
        arguments.whole("max_sentence", self.max_sentence)
        if self.max_words is not None:
            arguments.whole("max_words", self.max_words)
        if not (self.tokenizer is None or callable(self.tokenizer) or isinstance(self.tokenizer, str)):
            arguments.wrong("tokenizer", self.tokenizer, "a name or a function")
        if self.vocabulary is not None and not hasattr(self.vocabulary, "packed"):
            arguments.path("vocabulary", self.vocabulary, "Vocabulary.from_words(words, counts)")
        for name in LISTS:
            if isinstance(given := getattr(self, name), str | Path):
                arguments.path(name, given)
            elif given is not None:
                arguments.words(name, given)
        repeated = [name for name, count in Counter(self.labelling.keep_fields).items() if count > 1]
        if repeated:
            raise SettingsError(f"{repeated[0]}: is repeated", setting="keep_fields")
        if self.tokenizer is not None:
            get_tokenizer(self.tokenizer)
        for name in ("lowercase", "normalize"):
            if is_tokenizer_file(self.tokenizer) and getattr(self, name):
                raise SettingsError(": the tokenizer of a language model decides this; leave it out", setting=name)
        if self.lowercase not in (None, False, True, "turkish"):
            raise SettingsError(f"{self.lowercase!r}: choose True, False or 'turkish'", setting="lowercase")
        check_settings(self, leave=("tokenizer", "lowercase", "vocabulary", *LISTS, *READ))
        reading_of(self)

    def __repr__(self) -> str:
        return short(self)

    @classmethod
    def of(cls, **given: Any) -> "EncodingSettings":
        """Return settings from keywords, with a `SettingsError` for a name that does not exist."""
        known = [field.name for field in fields(cls)]
        for name in given:
            if name not in known:
                raise SettingsError(f"there is no setting {name!r}; choose from {', '.join(known)}")
        return cls(**given)

    @property
    def labelling(self) -> Labelling:
        """Fields that name documents and are kept."""
        given = self.keep_fields
        kept = () if isinstance(given, list | tuple) and not given else names_of("keep_fields", given)
        return Labelling(self.name_field, tuple(name.strip() for name in kept))

    @property
    def reading(self) -> Reading:
        """How files are read."""
        return reading_of(self)

    @property
    def one_thread(self) -> bool:
        """Whether the tokenizer is a Python function, which may not be thread-safe."""
        return not isinstance(self.tokenizer, str) or runs_code(self.tokenizer)

    @property
    def restricted(self) -> bool:
        """Whether some tokens may be dropped."""
        return (
            self.max_words is not None
            or self.vocabulary is not None
            or self.stop_words is not None
            or self.drop_numbers
        )

    @property
    def closes_up(self) -> bool:
        """Whether dropped tokens are removed; otherwise they get the unknown id."""
        return self.restricted and self.dropped == "close-up"

    def given_vocabulary(self) -> "Vocabulary | None":
        """Return the vocabulary to keep, loaded from its file, or None."""
        if not isinstance(self.vocabulary, str | Path):
            return self.vocabulary
        from wordvec.corpora.vocabulary import Vocabulary

        return Vocabulary.load(self.vocabulary)

    def record(self) -> dict[str, Any]:
        """Return the settings as recorded in ``meta.json``; functions by name, vocabularies by size.

        Lists of words are recorded as they are; see `wordvec.corpora.restrictions.with_words`.
        """
        shown = {field.name: getattr(self, field.name) for field in fields(self)}
        shown["lowercase"] = self.lowercase or None
        shown["keep_fields"] = list(self.labelling.keep_fields) or None
        if callable(self.tokenizer):
            shown["tokenizer"] = name_of(self.tokenizer)
        if isinstance(self.tokenizer, str) and is_tokenizer_file(self.tokenizer):
            shown["tokenizer_digest"] = SubwordVocabulary.load(self.tokenizer).digest
        if isinstance(self.vocabulary, str | Path):
            shown["vocabulary"] = str(self.vocabulary)
        elif self.vocabulary is not None:
            shown["vocabulary"] = f"{len(self.vocabulary):,} words"
        return shown
