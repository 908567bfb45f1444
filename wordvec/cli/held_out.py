"""Further texts of commands, encoded as the training texts were."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec.corpora.reading import reading_of
from wordvec.corpora.settings import READ, EncodingSettings
from wordvec.errors import InputError
from wordvec.trainers.sources import is_encoded

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.workers import StopFlag


def reading_settings(settings: dict[str, Any], format: str) -> dict[str, Any]:
    """Return recorded settings of encoding as keywords for another text.

    Parameters
    ----------
    settings
        Record of the settings.
    format
        ``"plain"``: the text is running text, whatever the recorded texts were.
    """
    # Another text need not have the fields that were kept of the recorded one.
    usual = settings | {"keep_fields": None}
    return usual | dict.fromkeys(READ) | {"format": format} if format == "plain" else usual


@contextlib.contextmanager
def plain_text_advised(settings: dict[str, Any], like: str) -> Iterator[None]:
    """Name ``--format plain`` if a text is not of the kind that recorded settings name, from its first line on."""
    option = reading_of(EncodingSettings.of(**{name: settings[name] for name in READ if name in settings})).option
    try:
        yield
    except InputError as error:
        if not option or not re.search(r": line 1\b(?!,\d)", str(error)):
            raise
        raise InputError(
            f"{error}; {like} {'was' if like.endswith('text') else 'were'} read with {option}: if this is running "
            "text, use --format plain"
        ) from error


def encoded(path: str, settings: dict[str, Any], stop: "StopFlag", like: str = "the slices") -> "EncodedCorpus":
    """Return a text as a corpus encoded with the settings of others; an encoded corpus must have them.

    Raises
    ------
    InputError
        If an encoded corpus has other settings than `like`, the name of the others, or a text is not encoded and
        phrases were joined in the others.
    """
    from wordvec.corpora.encoded import EncodedCorpus

    if not is_encoded(path):
        settings = without_phrases(path, settings, like)
        with plain_text_advised(settings, like):
            return EncodedCorpus.from_text(path, stop=stop, **settings)
    corpus = EncodedCorpus.open(path)
    check_same_text(path, corpus, settings, like)
    return corpus


def check_same_text(path: str, corpus: "EncodedCorpus", settings: dict[str, Any], like: str) -> None:
    """Raise an InputError if an encoded corpus has other settings than `like`, or other phrases."""
    from wordvec.corpora.alike import SAME_TEXT, check_settings_alike

    check_settings_alike(path, corpus.meta["settings"], like, settings, SAME_TEXT)


def without_phrases(path: str | Path, settings: dict[str, Any], like: str) -> dict[str, Any]:
    """Return the settings of a text that has no phrases to be joined.

    Raises
    ------
    InputError
        If phrases were joined in the others, because text is not searched for them.
    """
    if settings.get("phrases"):
        raise InputError(
            f"{path}: phrases are joined in {like}: encode this text (wordvec corpus encode), join the same phrases "
            "(wordvec corpus phrases --table) and name the folder instead"
        )
    return {name: value for name, value in settings.items() if name != "phrases"}
