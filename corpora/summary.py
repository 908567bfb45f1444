"""What an encoded text is described by in ``meta.json``: sizes, what was changed, warnings and hints."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.advice import case_hint, punctuation_warning
from wordvec.corpora.entities import reference_warning
from wordvec.corpora.records import RecordCounts
from wordvec.corpora.renumbering import FinalVocabulary
from wordvec.corpora.scripts import unspaced_warning
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.subword_vocabulary import is_tokenizer_file
from wordvec.errors import InputError
from wordvec.kernels.separators import CONTROLS, COUNTERS, MARKS, NULS, RETURNS
from wordvec.wording import quantity

_FEW_TOKENS = 10
"""Mean tokens of a sentence below which a window of five lacks context."""


def title(names: list[str]) -> str:
    """Return the sources of a text for messages."""
    first, *others = names
    return f"{first} and {len(others):,} more" if others else first


@dataclass
class Tally:
    """Numbers that are added up while a text is read.

    Parameters
    ----------
    bytes, replaced
        Bytes of text, and sequences of invalid UTF-8 that were replaced.
    counters
        Counters of the kernel, see `wordvec.kernels.separators`.
    records
        Numbers of JSONL records.
    """

    bytes: int = 0
    replaced: int = 0
    counters: NDArray[np.int64] = field(default_factory=lambda: np.zeros(COUNTERS, np.int64))
    records: RecordCounts = field(default_factory=RecordCounts)

    def add(self, other: "Tally") -> None:
        """Add the numbers of another part of the text."""
        self.bytes += other.bytes
        self.replaced += other.replaced
        self.counters += other.counters
        self.records.add(other.records)


@dataclass
class Layout:
    """The sizes of an encoded text, and where its sources begin.

    Parameters
    ----------
    tokens, sentences, cut
        Numbers of tokens, sentences, and sentences that were split.
    documents, label_bytes
        Number of documents, and bytes of their names and fields.
    first_tokens, first_sentences, first_documents
        First token, sentence and document of each source.
    """

    tokens: int = 0
    sentences: int = 0
    cut: int = 0
    documents: int = 0
    label_bytes: int = 0
    first_tokens: list[int] = field(default_factory=lambda: [0])
    first_sentences: list[int] = field(default_factory=lambda: [0])
    first_documents: list[int] = field(default_factory=lambda: [0])


def check_tokens(names: list[str], tally: Tally, tokens: int) -> None:
    """Check that a text has tokens.

    Raises
    ------
    InputError
        If it has none.
    """
    if not tokens:
        what = "no text in its records" if tally.records.read else "no token, only white space"
        raise InputError(f"{title(names)}: holds {what}")


def of_vocabulary(final: FinalVocabulary, settings: EncodingSettings, wanted: EncodingSettings) -> dict[str, Any]:
    """Return what ``meta.json`` says about the vocabulary, in parts that `described` puts together."""
    vocabulary, of_model = final.vocabulary, is_tokenizer_file(settings.tokenizer)
    advice = [*unspaced_warning(vocabulary), *reference_warning(vocabulary), *punctuation_warning(vocabulary, wanted)]
    return {
        "words": len(vocabulary),
        "known": vocabulary.total,
        "changed": final.changed,
        "warnings": final.warnings,
        "later_warnings": [] if of_model else advice,
        "hints": [] if of_model else case_hint(vocabulary, wanted),
        "unknown_id": len(vocabulary) if settings.restricted and not settings.closes_up else None,
    }


def described(
    settings: dict[str, Any], names: list[str], tally: Tally, layout: Layout, words: dict[str, Any], seconds: float
) -> dict[str, Any]:
    """Return the contents of ``meta.json`` without the digest.

    Parameters
    ----------
    settings
        Record of the settings, with the tokenizer that was used.
    names
        Names of the sources.
    tally, layout
        Numbers of the text.
    words
        Result of `of_vocabulary`.
    seconds
        Duration of the encoding.
    """
    mean = round(layout.tokens / layout.sentences, 2)
    counters, records = tally.counters, tally.records
    changed = {
        "invalid_utf8_replaced": tally.replaced,
        "nul_characters": int(counters[NULS]),
        "carriage_returns": int(counters[RETURNS]),
        "control_characters": int(counters[CONTROLS]),
        "byte_order_marks_removed": int(counters[MARKS]),
        "sentences_cut": layout.cut,
        "records_skipped": records.skipped,
    }
    return {
        "settings": settings,
        "bytes": tally.bytes,
        "tokens": layout.tokens,
        "words": words["words"],
        "sentences": layout.sentences,
        "documents": layout.documents,
        "fields": settings["keep_fields"] or [],
        "tokens_per_sentence": mean,
        "unknown_tokens": layout.tokens - words["known"],
        "unknown_id": words["unknown_id"],
        "changed": changed | words["changed"],
        "warnings": [
            *words["warnings"],
            *_invalid_warning(tally.replaced),
            *_records_warning(records, settings),
            *words["later_warnings"],
            *_sentence_warning(mean, settings),
        ],
        "hints": words["hints"],
        "seconds": round(seconds, 3),
        "label_bytes": layout.label_bytes,
        "sources": {
            "names": names,
            "first_tokens": layout.first_tokens[:-1],
            "first_sentences": layout.first_sentences[:-1],
            "first_documents": layout.first_documents[:-1],
        },
    }


def _invalid_warning(replaced: int) -> list[str]:
    return [f"{quantity(replaced, 'sequence')} of invalid UTF-8 became U+FFFD"] if replaced else []


def _records_warning(records: RecordCounts, settings: dict[str, Any]) -> list[str]:
    if not records.skipped:
        return []
    return [
        f"of {quantity(records.read, 'record')}, {records.without_field:,} without the field {settings['field']!r} and "
        f"{records.empty:,} without text in it were skipped"
    ]


def _sentence_warning(mean: float, settings: dict[str, Any]) -> list[str]:
    if mean >= _FEW_TOKENS:
        return []
    advice = "; if lines are wrapped, try --sentence paragraph" if settings["sentence"] == "line" else ""
    return [f"sentences have {mean} tokens on average, so that windows find little context{advice}"]
