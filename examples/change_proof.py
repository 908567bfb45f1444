"""Validation of the measures of change: calibration of p-values, planted changes, words expected to change.

    python examples/change_proof.py splits YEARS 2017        random halves of one slice: p should be uniform
    python examples/change_proof.py rarer YEARS 2017        words that lose four fifths of their uses in one half
    python examples/change_proof.py planted YEARS 2017       words exchanged in a share of one half: power by frequency
    python examples/change_proof.py alike YEARS 2017         the same text twice, shuffled, from other seeds
    python examples/change_proof.py expected YEARS A B FILE [METHOD]  words chosen beforehand, by each method
    python examples/change_proof.py labels YEARS 2017        random halves again: the test of temporal referencing

YEARS is a folder of texts, one for each slice; FILE has lines ``word<TAB>1`` for words that should have changed and
``word<TAB>0`` for others.
"""

import dataclasses
import itertools
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from wordvec import EncodedCorpus
from wordvec.corpora.readers import natural
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.change_settings import MEASURES
from wordvec.slices.changes import Change
from wordvec.slices.compass import Compass
from wordvec.slices.measures import common, cosines
from wordvec.slices.permutation_test import change
from wordvec.slices.significance import FALSE_DISCOVERIES
from wordvec.slices.texts import Ids, Part, Slice, from_blocks, numbered
from wordvec.workers import Progress, StopFlag

SPLITS, ROUNDS, PAIRS = 20, 2, 10
REFERENCED = 25
BANDS = ((10, 20), (20, 50), (50, 200), (200, 2_000))
LOST, FEWEST, RARER = 0.8, 40, 250
LEVELS = (0.01, 0.05, 0.1, 0.5)
SHARES = (0.25, 0.5, 0.75, 1.0)


def main(part: str, folder: str, *rest: str) -> None:
    settings = {"tokenizer": "words", "lowercase": True, "sentence": "paragraph"}
    texts = {
        path.stem: EncodedCorpus.from_text(path, **settings) for path in sorted(Path(folder).iterdir(), key=natural)
    }
    if part == "expected":
        expected(texts, *rest)
        return
    aligned = Compass().fit(texts)
    whole = numbered(texts[rest[0]], aligned.vocabulary, rest[0])
    {"splits": splits, "rarer": rarer, "planted": planted, "alike": alike, "labels": labels}[part](aligned, whole)


def splits(aligned: AlignedSlices, whole: Slice) -> None:
    """Split one slice at random, repeatedly: all changes found are false positives."""
    tests = [of_halves(aligned, *halves(whole, seed), seed) for seed in range(SPLITS)]
    print(f"{SPLITS} random halves of {whole.name}, about {len(tests[-1].words):,} words each")
    for measure in MEASURES:
        print(f"{measure}:")
        every = [getattr(found.p, measure) for found in tests]
        for level in (0.0001, 0.001, 0.01, 0.05, 0.1, 0.5):
            share = 100 * np.array([np.mean(p <= level) for p in every])
            print(f"  p up to {level}: {share.mean():.3f} % of words (from {share.min():.3f} to {share.max():.3f})")
        apart = [float(stats.kstest(p, "uniform").statistic) for p in every]
        print(f"  largest distance from a uniform p: mean {np.mean(apart):.3f}, most {max(apart):.3f}")
        called = [int((getattr(found.q, measure) <= FALSE_DISCOVERIES).sum()) for found in tests]
        print(f"  words called changed: {sum(called)} in {sum(n > 0 for n in called)} of {SPLITS} halves; {called}")


def rarer(aligned: AlignedSlices, whole: Slice) -> None:
    """Drop most uses of some words from one half: their frequency changes, and their use does not."""
    first, second = halves(whole, 0)
    draw = np.random.default_rng(1)
    often = np.flatnonzero(np.minimum(first.counts, second.counts) >= FEWEST)
    chosen = draw.choice(often, RARER, replace=False)
    ids = second.ids[0 : len(second.ids)]
    ids = np.where(np.isin(ids, chosen) & (draw.random(len(ids)) < LOST), second.words, ids).astype(np.uint32)
    found = of_halves(aligned, first, of_ids(ids, second.offsets, second.words, second.name), 0)
    lost = np.isin(found.words, [aligned.vocabulary.words[number] for number in chosen])
    for measure, p, q in zip(found.p._fields, found.p, found.q, strict=True):
        shares = [
            f"{name}: {', '.join(f'{100 * np.mean(p[rows] <= level):.1f} %' for level in (0.01, 0.05, 0.1, 0.5))}, "
            f"{int((q[rows] <= 0.05).sum())} of {int(rows.sum()):,} called changed"
            for name, rows in (("rarer", lost), ("others", ~lost))
        ]
        print(f"{measure}: p up to .01, .05, .1, .5: {'; '.join(shares)}", flush=True)


def labels(aligned: AlignedSlices, whole: Slice) -> None:
    """Split one slice at random, repeatedly, with temporal referencing of words of every frequency."""
    shares, flagged = [], []
    draw = np.random.default_rng(1)
    for seed in range(SPLITS // 2):
        texts = halves(whole, seed)
        counts = np.minimum(*(text.counts for text in texts))
        chosen = [
            int(word)
            for low, high in BANDS
            for word in draw.choice(np.flatnonzero((counts >= low) & (counts < high)), REFERENCED, replace=False)
        ]
        words = tuple(aligned.vocabulary.words[word] for word in chosen)
        settings = Compass(method="temporal-referencing", words=words)
        joint = AlignedSlices(settings, aligned.vocabulary, None, None, {})
        joint.train_jointly(texts, Progress(), NEVER)
        found = change(joint, *texts, bootstraps=0, seed=seed)
        shares.append([np.mean(found.p.cosine <= level) for level in LEVELS])
        flagged.append(int(found.changed.sum()))
        print(f"{seed}: {100 * shares[-1][1]:.0f} % with p up to .05, {flagged[-1]} called changed", flush=True)
    for level, share in zip(LEVELS, np.array(shares).T, strict=True):
        print(f"p up to {level}: {100 * share.mean():.2f} % of {REFERENCED * len(BANDS)} words")
    print(f"words called changed: {sum(flagged)}")


def planted(aligned: AlignedSlices, whole: Slice) -> None:
    """Swap words of equal frequency in a share of their uses in one half, and print the share that is found."""
    print("band  share  cosine  found  of")
    draw = np.random.default_rng(1)
    rows = {}
    for seed, share in itertools.product(range(ROUNDS), SHARES):
        first, second = halves(whole, seed)
        counts = np.minimum(first.counts, second.counts)
        pairs = {band: pairs_of(counts, band, draw) for band in BANDS}
        swapped = swap(second, [pair for some in pairs.values() for pair in some], share, draw)
        found = of_halves(aligned, first, swapped, seed)
        row_of = {word: row for row, word in enumerate(found.words)}
        for band, some in pairs.items():
            words = [aligned.vocabulary.words[number] for pair in some for number in pair]
            at = [row_of[word] for word in words if word in row_of]
            rows.setdefault((band, share), []).extend(zip(found.measures.cosine[at], found.changed[at], strict=True))
    for (band, share), tried in sorted(rows.items()):
        values = np.array(tried, np.float64)
        print(
            f"{band[0]}-{band[1]}  {share}  {values[:, 0].mean():.3f}  {100 * values[:, 1].mean():.0f} %  {len(values)}"
        )


def alike(aligned: AlignedSlices, whole: Slice) -> None:
    """Train one text twice, with its sentences in another order and another seed."""
    order = np.random.default_rng(1).permutation(len(whole.offsets) - 1)
    ids = whole.ids[0 : len(whole.ids)]
    sentences = [ids[whole.offsets[row] : whole.offsets[row + 1]] for row in order]
    shuffled = of_ids(np.concatenate(sentences), np.cumsum([0, *map(len, sentences)]), whole.words, "shuffled")
    # 20 epochs suffice for both to converge.
    for epochs in (5, 20):
        settings = dataclasses.replace(aligned.settings, slice_epochs=epochs)
        one, other = (
            AlignedSlices(s, aligned.vocabulary, aligned.words, aligned.contexts, {})
            for s in (settings, dataclasses.replace(settings, seed=2))
        )
        one.train([whole])
        other.train([shuffled])
        words = common(one.slices[whole.name], other.slices["shuffled"], 5)
        same = cosines(one.slices[whole.name], other.slices["shuffled"], words)
        counts = dict(zip(one.slices[whole.name].words, one.slices[whole.name].counts.tolist(), strict=True))
        often = np.array([counts[word] >= 50 for word in words])
        print(
            f"{epochs} epochs: mean cosine {same.mean():.3f}; of words seen 50 times {same[often].mean():.3f}, "
            f"the least {same[often].min():.3f}"
        )
        one.slices["shuffled"] = other.slices["shuffled"]
        found = change(one, whole, shuffled, bootstraps=0)
        print(f"  called changed: {int(found.changed.sum())} of {len(found.words):,}")


def expected(texts: dict[str, EncodedCorpus], a: str, b: str, file: str, only: str = "") -> None:
    """Print the cosines of the words that were chosen beforehand, by each method."""
    from sklearn.metrics import roc_auc_score

    truth = dict(line.split("\t") for line in Path(file).read_text(encoding="utf-8").splitlines())
    for settings in (
        Compass(),
        Compass(method="procrustes", reference="first"),
        Compass(method="temporal-referencing", words=known_words(texts, truth)),
    ):
        begun, method = time.perf_counter(), settings.method
        if only not in ("", method):
            continue
        aligned = settings.fit(texts)
        trained = time.perf_counter() - begun
        of = {name: numbered(corpus, aligned.vocabulary, name) for name, corpus in texts.items()}
        others = [text for name, text in of.items() if name not in (a, b)]
        found = change(aligned, of[a], of[b], others=others, bootstraps=0)
        row_of = {word: row for row, word in enumerate(found.words)}
        judged = [word for word in truth if word in row_of]
        rows, labels = [row_of[word] for word in judged], [truth[word] == "1" for word in judged]
        often = ~found.rare
        print(
            f"{method}: {trained:.0f} s; "
            f"{int(found.changed.sum())} of {len(found.words):,} words changed, "
            f"{int((found.changed & often).sum())} of {int(often.sum())} not rare; mean cosine of these "
            f"{found.measures.cosine[often].mean():.3f}"
        )
        for measure, values in zip(found.measures._fields, found.measures, strict=True):
            print(f"  {measure}: AUC {roc_auc_score(labels, -values[rows]):.3f}")
        for kind in (True, False):
            words = [
                f"{word}{'*' if found.changed[row] else ''} {found.measures.cosine[row]:.2f}"
                for word, row, label in zip(judged, rows, labels, strict=True)
                if label == kind
            ]
            print(f"  {'should change' if kind else 'should stay'}: {', '.join(words)}")
        print(f"  not in both: {', '.join(word for word in truth if word not in row_of)}", flush=True)


def known_words(texts: dict[str, EncodedCorpus], words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that can be referenced: frequent enough, and in two slices or more."""
    counts = {name: dict(zip(one.vocabulary.words, one.vocabulary.counts, strict=True)) for name, one in texts.items()}
    of_word = {word: [one[word] for one in counts.values() if word in one] for word in words}
    return tuple(word for word, some in of_word.items() if len(some) > 1 and sum(some) >= Compass().min_count)


def of_halves(aligned: AlignedSlices, first: Slice, second: Slice, seed: int) -> Change:
    aligned.slices.update({text.name: aligned.trained(text, NEVER) for text in (first, second)})
    return change(aligned, first, second, bootstraps=0, seed=seed)


def halves(whole: Slice, seed: int) -> tuple[Slice, Slice]:
    blocks = whole.blocks(by_document=False)
    mixed = [blocks[at] for at in np.random.default_rng(1_000 + seed).permutation(len(blocks))]
    return from_blocks(mixed[: len(mixed) // 2], "first"), from_blocks(mixed[len(mixed) // 2 :], "second")


def pairs_of(counts: NDArray[np.int64], band: tuple[int, int], draw: np.random.Generator) -> list[tuple[int, int]]:
    """Return pairs of words of adjacent frequency ranks."""
    words = np.flatnonzero((counts >= band[0]) & (counts < band[1]))
    words = words[np.argsort(-counts[words], kind="stable")]
    return [(int(words[at]), int(words[at + 1])) for at in 2 * draw.choice(len(words) // 2, PAIRS, replace=False)]


def swap(text: Slice, pairs: list[tuple[int, int]], share: float, draw: np.random.Generator) -> Slice:
    """Return a slice in which a share of the tokens of two words are exchanged."""
    ids, before = text.ids[0 : len(text.ids)], text.ids[0 : len(text.ids)]
    for one, other in pairs:
        for old, new in ((one, other), (other, one)):
            where = np.flatnonzero(before == old)
            ids[where[draw.random(len(where)) < share]] = new
    return of_ids(ids, text.offsets, text.words, text.name)


def of_ids(ids: NDArray[np.uint32], offsets: NDArray[np.int64], words: int, name: str) -> Slice:
    return Slice(name, Ids([Part(ids, np.arange(words + 1, dtype=np.uint32))]), offsets, np.zeros(1, np.int64), words)


if __name__ == "__main__":
    NEVER = StopFlag()
    if len(sys.argv) < 4 or sys.argv[1] not in ("splits", "rarer", "planted", "alike", "expected", "labels"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
