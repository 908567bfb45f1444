"""The tagging task: encoded training and test tokens, and the score of predicted tags.

For tags that mark entities (`entities.is_bio`) the score is the F1 of entities, for others the accuracy of tokens. Both
are 2 correct / (predicted + true), of entities or of tokens. The bootstrap resamples sentences, since the tokens of a
sentence are not independent.
"""

import itertools
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.evaluation import intervals
from wordvec.evaluation.probes import entities
from wordvec.evaluation.probes.conll import Sentence, read_tagged
from wordvec.representation import short

OTHER = -1
"""Id of a tag that is not in the training file."""

Ids = NDArray[np.int64]


class Tokens(NamedTuple):
    """The encoded tokens of a file.

    Attributes
    ----------
    words
        (positions,) int64 array, word ids of all sentences, padded before, between and after them by the window.
    positions
        (tokens,) int64 array, the position of each token in `words`.
    tags
        (tokens,) int64 array, tag ids, or `OTHER`.
    sentences
        (sentences + 1,) int64 array, the first token of each sentence, and the number of tokens.
    """

    words: Ids
    positions: Ids
    tags: Ids
    sentences: Ids

    def __repr__(self) -> str:
        return short(self)


class Task(NamedTuple):
    """A tagging task, independent of the vectors.

    Attributes
    ----------
    words
        Distinct words by id; those of the training file first.
    seen
        Number of words that are in the training file.
    tags
        Tags of the training file by id.
    train, test
        Tokens of both files.
    true
        Tags of the test sentences if they mark entities, otherwise None.
    """

    words: list[str]
    seen: int
    tags: list[str]
    train: Tokens
    test: Tokens
    true: list[list[str]] | None

    def __repr__(self) -> str:
        return short(self)

    @classmethod
    def read(cls, train: str | Path, test: str | Path, column: str | int | None, window: int) -> "Task":
        """Read both files, sentences padded by `window`.

        Raises
        ------
        InputError, SettingsError
            As `read_tagged`; if all training tokens have the same tag.
        """
        learned, asked = read_tagged(train, column), read_tagged(test, column)
        tags = sorted({tag for sentence in learned for tag in sentence.tags})
        if len(tags) < 2:
            raise InputError(f"{train}: every token has the tag {tags[0]}; a tagger needs at least two tags")
        words: dict[str, int] = {}
        seen = _numbered(learned, words)
        _numbered(asked, words)
        tokens = [_tokens(sentences, words, tags, window) for sentences in (learned, asked)]
        if entities.is_iobes(tags):
            raise InputError(f"{train}: has tags with S- or E- (IOBES), which are not supported; convert them to IOB2")
        marked = entities.is_bio([*tags, *(tag for sentence in asked for tag in sentence.tags)])
        true = [sentence.tags for sentence in asked] if marked else None
        return cls(list(words), seen, tags, tokens[0], tokens[1], true)

    @property
    def new(self) -> NDArray[np.bool_]:
        """(test tokens,) bool array, whether a token's word is not in the training file."""
        return self.test.words[self.test.positions] >= self.seen

    @property
    def majority(self) -> Ids:
        """(test tokens,) int64 array, the most frequent tag of the training file for each token."""
        return np.full(len(self.test.positions), np.bincount(self.train.tags).argmax())


class Scored(NamedTuple):
    """Scores of several training runs on the test file.

    Attributes
    ----------
    values
        Scores by name, a value for each run.
    counts
        (runs, sentences, 3) int64 array, numbers of correct, predicted and true entities, or tokens.
    """

    values: dict[str, list[float]]
    counts: NDArray[np.int64]

    def __repr__(self) -> str:
        return short(self)


def score(task: Task, predictions: list[Ids]) -> Scored:
    """Score the predictions of several training runs, each the tag ids (test tokens,)."""
    right = np.array([predicted == task.test.tags for predicted in predictions])
    values: dict[str, list[float]] = {}
    if task.true is None:
        begins, lengths = task.test.sentences[:-1], np.diff(task.test.sentences)
        counts = np.stack([np.add.reduceat(one, begins, dtype=np.int64) for one in right])
        counts = np.stack([counts, *([np.broadcast_to(lengths, counts.shape)] * 2)], axis=-1)
    else:
        guesses = [_by_sentence(task, predicted) for predicted in predictions]
        counts = np.array([entities.counts(task.true, guess) for guess in guesses])
        found = [entities.Scores.of(*map(int, one.sum(0))) for one in counts]
        values |= {name: [getattr(one, name) for one in found] for name in ("f1", "precision", "recall")}
    values["accuracy"] = [float(share) for share in right.mean(1)]
    if task.new.any():
        values["accuracy_new"] = [float(share) for share in right[:, task.new].mean(1)]
    return Scored(values, counts)


def compare(scored: Scored, first: Scored, resamples: int, seed: int) -> intervals.Difference:
    """Return the difference of two mean scores, with its interval and p-value.

    The resamples draw test sentences, the same for both and for all training runs.
    """
    runs, sentences, _ = scored.counts.shape
    counts = np.concatenate([scored.counts, first.counts]).transpose(1, 0, 2).reshape(sentences, -1)

    def statistic(items: NDArray[np.int64]) -> NDArray[np.float64]:
        offsets = sentences * np.arange(len(items))[:, None]
        often = np.bincount((items + offsets).ravel(), minlength=items.size).reshape(items.shape)
        shares = _shares((often @ counts).reshape(len(items), 2 * runs, 3))
        differences: NDArray[np.float64] = shares[:, :runs].mean(1) - shares[:, runs:].mean(1)
        return differences

    observed = float(_shares(scored.counts.sum(1)).mean() - _shares(first.counts.sum(1)).mean())
    return intervals.difference(observed, intervals.resampled(statistic, sentences, resamples, seed))


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return 2 correct / (predicted + true) of counts (..., 3); 0 if the denominator is 0."""
    total = np.maximum(1, counts[..., 1] + counts[..., 2])
    shares: NDArray[np.float64] = np.divide(2 * counts[..., 0], total, dtype=np.float64)
    return shares


def _by_sentence(task: Task, predicted: Ids) -> list[list[str]]:
    tags = [task.tags[tag] for tag in predicted]
    return [tags[begin:end] for begin, end in itertools.pairwise(task.test.sentences)]


def _numbered(sentences: list[Sentence], words: dict[str, int]) -> int:
    """Add the words that have no id yet to `words`, and return the number of ids."""
    for sentence in sentences:
        for word in sentence.words:
            words.setdefault(word, len(words))
    return len(words)


def _tokens(sentences: list[Sentence], words: dict[str, int], tags: list[str], window: int) -> Tokens:
    ids, outside = {tag: number for number, tag in enumerate(tags)}, [len(words)] * window
    stream, positions = list(outside), list[int]()
    for sentence in sentences:
        positions += range(len(stream), len(stream) + len(sentence.words))
        stream += [words[word] for word in sentence.words] + outside
    numbers = [ids.get(tag, OTHER) for sentence in sentences for tag in sentence.tags]
    ends = np.cumsum([0] + [len(sentence.words) for sentence in sentences])
    return Tokens(np.array(stream), np.array(positions), np.array(numbers), ends)
