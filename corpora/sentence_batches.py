"""Batches of sentences and documents that a Python program gives one by one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wordvec.corpora import batches
from wordvec.corpora.batches import LINE_ENDS, Batch, check_tokens, encoded_text
from wordvec.corpora.documents import Labelling, Labels
from wordvec.errors import InputError

SENTENCES = "sentences"
"""Name of sentences that are given one by one."""
GIVEN = "documents"
"""Name of the source of documents that are given one by one."""


def sentence_batches(
    sentences: Iterable[list[str] | tuple[str, ...] | str | Labels], name: str | None = SENTENCES
) -> Iterator[Batch]:
    """Gather sentences, strings or lists of tokens, into batches of one kind each.

    Parameters
    ----------
    sentences
        The sentences; a `Labels` ends a document, of which it has the name and fields.
    name
        Name of the document that all sentences are; None: documents end with `Labels`.

    Raises
    ------
    InputError
        If one has another type, or a list contains anything but strings.
    """
    batch = Batch()
    for number, sentence in enumerate(sentences):
        if isinstance(sentence, Labels):
            batch.add(b"\n", [1], sentence)
            continue
        tokens = None if isinstance(sentence, str) else _as_tokens(sentence, number)
        if batch.text.pieces and (batch.size >= batches.BATCH_BYTES // 2 or (tokens is None) == batch.as_tokens):
            yield batch
            batch = Batch()
        if tokens is None:
            piece = encoded_text(LINE_ENDS.sub(" ", str(sentence)) + "\n")
        else:
            batch.as_tokens = True
            piece = encoded_text(" ".join(tokens) + "\n")
        batch.add(piece)
        batch.size += len(piece)
    batch.end_source(b"\n", name)
    yield batch


def document_sentences(
    documents: Iterable[tuple[Any, ...]], labelling: Labelling
) -> Iterator[list[str] | tuple[str, ...] | str | Labels]:
    """Yield the sentences of documents, and after each document its `Labels`.

    Raises
    ------
    InputError
        If one is not a name, a text and perhaps a mapping of fields.
    """
    for number, document in enumerate(documents):
        place = f"document {number:,}"
        parts = document if isinstance(document, list | tuple) else ()
        if not 2 <= len(parts) <= 3 or not isinstance(parts[0], str):
            raise InputError(f"{place} is {document!r:.60}: expected (name, text) or (name, text, fields)")
        name, text, record = (*parts, {})[:3]
        if not isinstance(record, Mapping):
            raise InputError(f"{place}: its fields are of type {type(record).__name__}: expected a mapping")
        if isinstance(text, str):
            yield from LINE_ENDS.split(text)
        elif isinstance(text, Iterable) and not isinstance(text, bytes | Mapping):
            yield from text
        else:
            raise InputError(f"{place}: its text is of type {type(text).__name__}: expected a string or sentences")
        _, kept = labelling.of(record, place)
        labels = Labels()
        labels.add(name or place, *kept.values())
        yield labels


def _as_tokens(sentence: object, number: int) -> list[str]:
    if not isinstance(sentence, list | tuple):
        raise InputError(f"sentence {number:,} is of type {type(sentence).__name__}: give strings or lists of tokens")
    for token in sentence:
        if not isinstance(token, str):
            raise InputError(f"sentence {number:,} holds {token!r:.60}, of type {type(token).__name__}: not a string")
    check_tokens(sentence)
    return list(sentence)
