"""Check that corpora were encoded with the same settings, and have the same phrases."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from wordvec.corpora.stopwords import stop_words_of
from wordvec.errors import InputError
from wordvec.wording import quantity, some

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus

WORDS = ("tokenizer", "normalize", "lowercase", "token", "phrases")
"""Settings that decide what a word is."""

DROPPED = ("stop_words", "drop_numbers", "keep_words", "dropped")
"""Settings that decide which words are dropped, and what becomes of their positions."""

SAME_TEXT = (*WORDS, *DROPPED, "sentence")
"""Settings that texts share whose models are compared."""

TOKENIZER_DIGEST = "tokenizer_digest"
"""Record of the tokenizer of a language model, which may have been read under another path."""

_RESTRICTIONS = ("max_words", "vocabulary", "stop_words", "drop_numbers")


def check_alike(corpora: "Mapping[str, EncodedCorpus]", names: Iterable[str]) -> None:
    """Raise an InputError if corpora differ in a setting.

    Parameters
    ----------
    corpora
        Corpora by the names that messages call them.
    names
        Names of the settings.

    Raises
    ------
    InputError
        If they do.
    """
    (first, like), *others = ((name, corpus.meta["settings"]) for name, corpus in corpora.items())
    names = tuple(names)
    for name, settings in others:
        check_settings_alike(name, settings, first, like, names)


def check_settings_alike(
    name: str, settings: Mapping[str, Any], like: str, expected: Mapping[str, Any], names: Iterable[str]
) -> None:
    """Raise an InputError if the recorded settings of a corpus differ from those of another.

    Parameters
    ----------
    name, settings
        Name of the corpus in the message, and its settings.
    like, expected
        Those of the other.
    names
        Names of the settings.

    Raises
    ------
    InputError
        If they do.
    """
    for setting in names:
        if setting in ("dropped", "keep_words") and not (_restricted(settings) and _restricted(expected)):
            continue
        of_model = setting == "tokenizer" and TOKENIZER_DIGEST in {*settings, *expected}
        compared = TOKENIZER_DIGEST if of_model else setting
        if _comparable(compared, settings.get(compared)) == _comparable(compared, expected.get(compared)):
            continue
        mine, theirs = (_shown(each.get(setting) or "none") for each in (settings, expected))
        if setting == "phrases":
            raise InputError(
                f"{name}: has other phrases joined than {like}; join those of one table in both (wordvec corpus "
                "phrases --table)"
            )
        raise InputError(
            f"{name}: was encoded with {setting} {mine}, {like} with {theirs}; encode both with the same "
            f"--{setting.replace('_', '-')}"
        )


def check_text_of(
    name: str,
    corpus: "EncodedCorpus",
    metadata: Mapping[str, Any],
    names: Iterable[str],
    like: str = "the training text",
) -> None:
    """Raise an InputError if a corpus has other settings than the text of a model, where its metadata have these.

    Parameters
    ----------
    name, corpus
        Name of the corpus in the message, and the corpus.
    metadata
        Metadata of the model.
    names
        Names of the settings.
    like
        Name of the other text in the message.

    Raises
    ------
    InputError
        If it has.
    """
    settings = recorded(metadata)
    if "tokenizer" in settings:
        check_settings_alike(name, corpus.meta["settings"], like, settings, names)


def recorded(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings of a model's text, or an empty mapping if its metadata have none."""
    corpus = metadata.get("corpus")
    settings = corpus.get("settings") if isinstance(corpus, Mapping) else None
    return settings if isinstance(settings, Mapping) else {}


def _comparable(setting: str, value: Any) -> Any:
    """Return a recorded value so that values of the same meaning are equal."""
    if setting == "stop_words" and (value == "english" or isinstance(value, list)):
        return {word.lower() for word in stop_words_of(value)}
    return value or None


def _shown(value: Any) -> str:
    """Return a value for a message; lists of words are compared by their words, and shown by the first."""
    return f"{quantity(len(value), 'word')} ({some(value)})" if isinstance(value, list) else str(value)


def _restricted(settings: Mapping[str, Any]) -> bool:
    return any(settings.get(name) for name in _RESTRICTIONS)
