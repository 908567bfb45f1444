"""Lines or records of text as bags of word numbers, block by block.

Every line and every record is one text, also an empty one, so that rows of the result have the numbers of the lines.
Blocks are tokenised in parallel by the tokenizer of corpora; a block holds its distinct words once.
"""

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora import readers
from wordvec.corpora.alike import recorded
from wordvec.corpora.automatic import resolved
from wordvec.corpora.batches import Batch, TokenisedBatch, encode_batch, text_batches
from wordvec.corpora.documents import DocumentBlock, Labels
from wordvec.corpora.normalisation import normalised_words
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.subword_vocabulary import is_tokenizer_file
from wordvec.corpora.tokenizers import get_tokenizer
from wordvec.errors import InputError, SettingsError
from wordvec.letter_case import is_cased
from wordvec.vectors import Vectors
from wordvec.workers import StopFlag, ordered_map, thread_count


class Block(NamedTuple):
    """Some texts as numbers of words.

    Attributes
    ----------
    ids
        (tokens,) numbers of the tokens' words in `words`.
    starts
        (texts + 1,) tokens before each text, and all tokens.
    words
        Distinct words, normalised; two of them may be equal.
    labels
        Names of the texts.
    """

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    words: list[str]
    labels: Labels

    def __repr__(self) -> str:
        return f"Block({len(self.starts) - 1} texts, {len(self.ids)} tokens)"


class Texts:
    """Texts of files, one a line, or one a record of JSONL.

    Parameters
    ----------
    paths
        Files, folders and patterns, as `EncodedCorpus.from_text` takes them.
    settings
        Tokenizer, normalisation, letter case, field and format.

    Attributes
    ----------
    settings
        The settings; the tokenizer is known after the first pass.
    """

    def __init__(self, paths: str | Path | Sequence[str | Path], settings: EncodingSettings | None = None) -> None:
        self.sources = readers.sources(paths)
        self.settings = dataclasses.replace(settings or EncodingSettings(), documents="line", sentence="line")

    @classmethod
    def of(cls, paths: str | Path | Sequence[str | Path], vectors: Vectors, **given: Any) -> "Texts":
        """Return texts that are tokenised as the text of vectors was.

        Parameters
        ----------
        paths
            Files, folders and patterns.
        vectors
            Vectors, whose metadata name the tokenizer and the normalisation. If their words are all in lower case, so
            is the text. A Python function that metadata name is not run.
        **given
            Fields of `EncodingSettings`, which override the metadata.
        """
        return cls(paths, settings_for(vectors, **given))

    @property
    def can_repeat(self) -> bool:
        """Whether the texts can be read more than once: standard input cannot."""
        return all(source.path is not None for source in self.sources)

    def blocks(self, threads: int | None = None, stop: StopFlag | None = None) -> Iterator[Block]:
        """Yield all texts in order.

        Raises
        ------
        InputError
            If a file cannot be read or is not running text.
        """
        opened = ((source.name, self._opened(source)) for source in self.sources)
        batches, self.settings, _ = resolved(text_batches(opened), self.settings)
        work = partial(_block, settings=self.settings)
        workers = 1 if self.settings.one_thread else thread_count(threads)
        # The last text of a batch may end in the next one.
        rest: Block | None = None
        for block in ordered_map(work, (stop or StopFlag()).until(batches), workers):
            whole, rest = _split(block if rest is None else _joined(rest, block))
            yield whole

    def at(self, rows: Collection[int]) -> dict[int, str]:
        """Return the texts with some numbers (from 0) by number, on one line each; those that there are.

        Raises
        ------
        InputError
            If a file cannot be read or is not running text.
        """
        wanted, found, number = frozenset(rows), dict[int, str](), 0
        for source in self.sources:
            held = b""
            for block in self._opened(source):
                begin = 0
                for end in block.ends if isinstance(block, DocumentBlock) else ():
                    if number in wanted:
                        found[number] = " ".join((held + block[begin:end]).decode("utf-8", "replace").split())
                    number, begin, held = number + 1, end, b""
                    if len(found) == len(wanted):
                        return found
                held = held + block[begin:] if number in wanted else b""
        return found

    def _opened(self, source: readers.Source) -> Iterator[bytes]:
        reading = self.settings.reading
        labelling = reading.labelling._replace(keep_empty=True)
        return readers.blocks(source, dataclasses.replace(reading, labelling=labelling))


class TokenLists(Texts):
    """Texts in memory, as lists of tokens to which no normalisation is applied.

    Parameters
    ----------
    sentences
        Tokens of each text.
    """

    def __init__(self, sentences: Sequence[Sequence[str]]) -> None:
        self.sources, self.settings = [], EncodingSettings(tokenizer="whitespace")
        self._block = bags(sentences)

    def blocks(self, threads: int | None = None, stop: StopFlag | None = None) -> Iterator[Block]:
        """Yield all texts as one block."""
        yield self._block


def settings_for(vectors: Vectors, **given: Any) -> EncodingSettings:
    """Return the settings by which text is tokenised as that of vectors; see `Texts.of`.

    Raises
    ------
    SettingsError
        If the metadata name a Python function as tokenizer, and `given` names none.
    """
    stored = recorded(vectors.metadata)
    found = {name: stored.get(name) for name in ("tokenizer", "normalize", "lowercase")}
    found |= {name: value for name, value in given.items() if value is not None}
    tokenizer = found["tokenizer"]
    if "tokenizer" not in given and isinstance(tokenizer, str) and ":" in tokenizer:
        raise SettingsError(
            f"the vectors' text was tokenised by the Python function {tokenizer}; name it if you trust it",
            setting="tokenizer",
        )
    splits = is_tokenizer_file(found["tokenizer"])
    if found["lowercase"] is None and not splits and vectors.words and not is_cased(vectors.words):
        found["lowercase"] = True
    return EncodingSettings.of(**found)


def bags(sentences: Sequence[Sequence[str]]) -> Block:
    """Return lists of tokens as one block.

    Raises
    ------
    InputError
        If one is a string.
    """
    numbers: dict[str, int] = {}
    for number, tokens in enumerate(sentences):
        if isinstance(tokens, str):
            raise InputError(f"sentence {number:,} is a string; expected a list of tokens")
    ids = [numbers.setdefault(token, len(numbers)) for tokens in sentences for token in tokens]
    starts = np.cumsum([0, *map(len, sentences)], dtype=np.int64)
    labels = Labels()
    for number in range(len(sentences)):
        labels.add(str(number + 1))
    return Block(np.array(ids, np.int64), starts, list(numbers), labels)


def line_block(lines: Sequence[str], settings: EncodingSettings) -> Block:
    """Return lines of text, tokenised with settings, as one block."""
    tokenizer = get_tokenizer(settings.tokenizer or "words")
    found = bags([tokenizer(line) for line in lines])
    words, _ = normalised_words(found.words, settings)
    return found._replace(words=words)


def _split(block: Block) -> tuple[Block, Block | None]:
    """Return the texts that end in a block, and the tokens after them, None without any."""
    end = int(block.starts[-1])
    if end == len(block.ids):
        return block, None
    rest = Block(block.ids[end:], np.zeros(1, np.int64), block.words, Labels())
    return block._replace(ids=block.ids[:end]), rest


def _joined(rest: Block, block: Block) -> Block:
    """Return a block whose first text begins with the tokens of the one before."""
    ids = np.concatenate([rest.ids, block.ids + len(rest.words)])
    starts = np.append(0, block.starts[1:] + len(rest.ids))
    return Block(ids, starts, rest.words + block.words, block.labels)


def _block(batch: Batch, settings: EncodingSettings) -> Block:
    encoded: TokenisedBatch = encode_batch(batch, settings)
    text, spans = encoded.data.tobytes(), encoded.tokens.words
    ends = (spans.starts + spans.lengths).tolist()
    words = [text[begin:end].decode() for begin, end in zip(spans.starts.tolist(), ends, strict=True)]
    words, _ = normalised_words(words, settings)
    starts = np.concatenate([[0], encoded.document_ends]).astype(np.int64)
    return Block(encoded.tokens.ids.astype(np.int64), starts, words, encoded.labels)
