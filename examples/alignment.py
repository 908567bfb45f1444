"""Do aligned spaces translate? The tables of results.md: ``python examples/alignment.py [PART...] [-o FILE.json]``.

Texts and dictionaries are in the subfolders ``corpora`` and ``bilingual`` of the folder WORDVEC_DATA. Parts:

- ``halves``: two disjoint halves of the English Wikipedia text, trained separately. Every word's translation is itself;
  a dictionary of 5,000 words is given or none, and other words are tested, by frequency rank.
- ``multi30k``: German and English captions with MUSE's dictionaries, train and test pairs together, divided by
  source word into five folds; each word is tested with mappings fitted to the other four.
- ``languages``: Czech, French (multi30k), Swahili (New Testament), Marathi and Turkish (Tatoeba) against English. The
  dictionary is extracted from the parallel lines: words that are mutually best by Dice over lines, together in five
  lines at least. Evaluated as multi30k, but a word has one translation, and that may be wrong.
- ``spaces``: the pairs of languages above by four methods, once in the common space and once with the source in the
  target's own space, as ``wordvec align`` writes it; and the separation of the held-out pairs by which a warning about
  spaces that are not aligned is decided, also for mappings fitted to 30 and 150 pairs.
- ``few``: German to English with dictionaries of few words, the most frequent ones; other words are tested.
- ``matrices``: whether two published matrices are orthogonal.

In multi30k and ``languages`` both sides are translations of each other, so that words have similar contexts; corpora
that only share topics give lower scores.
"""

import argparse
import dataclasses
import itertools
import json
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from parallel import DATA, Pairs, by_dice, captions, parallel

from wordvec import EncodedCorpus, SkipGram, Vectors
from wordvec import alignment as al
from wordvec.alignment.both_ways import both_ways
from wordvec.alignment.guards import separation
from wordvec.corpora.readers import blocks, sources
from wordvec.evaluation import Table, intervals
from wordvec.evaluation.intrinsic.translation import Ranks, look_up, mrr, precision, ranks

Fit = Callable[[Vectors, Vectors, Any], al.Mapping]

SEED, FOLDS = 1, 5
HALF_WORDS, SEEDS, BANDS, ASKED = 20_000, 5_000, (0, 1_000, 5_000, 10_000, 20_000), 1_000
SMALL = SkipGram(dim=100, epochs=20, min_count=5, sample=1e-3, learning_rate=0.025, threads=1)
"""For captions and verses; `sample` was chosen on the first fold of English to German, with Procrustes."""
FEW, LEFT = (10, 25, 50, 100), 400
"""Sizes of small dictionaries, in words, and number of most frequent words that are not tested."""
LARGE = SkipGram(dim=100, epochs=5, min_count=5, learning_rate=0.025, threads=1)


def none(source: Vectors, target: Vectors, anchors: al.Anchors | None) -> al.Mapping:
    """Leave the source unchanged: the baseline."""
    return al.Mapping.of(np.eye(source.dim), "unit")


def validated(aligner: al.Refine | al.RCSLS) -> Fit:
    """Return a fit to nine tenths of the pairs that chooses its round by the other tenth."""

    def fit(source: Vectors, target: Vectors, anchors: al.Anchors) -> al.Mapping:
        tenth = np.arange(len(anchors)) % 10 == 0
        kept, left = (al.Anchors(anchors.source[of], anchors.target[of], anchors.record) for of in (~tenth, tenth))
        return aligner.fit(source, target, kept, validation=left)

    return fit


BY_DICTIONARY: dict[str, Fit] = {
    "not aligned": none,
    "procrustes": al.Procrustes().fit,
    "linear": al.Linear().fit,
    "refine": al.Refine().fit,
    "rcsls": al.RCSLS().fit,
    "rcsls, validated": validated(al.RCSLS()),
    "rcsls, spectral": al.RCSLS(spectral=True).fit,
    "vecmap": al.VecMap().fit,
}
LEARNING = al.VecMap(self_learning=True, cutoff=2_000)
"""Self-learning takes hundreds of rounds, each of which searches all these words of both sides twice."""


def grown(source: Vectors, target: Vectors, anchors: al.Anchors) -> al.Mapping:
    """Align by self-learning from the anchors that are among the first words."""
    among = (anchors.source < LEARNING.cutoff) & (anchors.target < LEARNING.cutoff)
    return LEARNING.fit(source, target, al.Anchors(anchors.source[among], anchors.target[among], anchors.record))


SELF_LEARNT: dict[str, Fit] = {"vecmap, self-learning": grown}
IDENTICAL: dict[str, Fit] = {
    "vecmap, identical words": lambda source, target, _: grown(source, target, al.identical(source, target))
}
UNSUPERVISED: dict[str, Fit] = {"vecmap, unsupervised": lambda source, target, _: LEARNING.fit(source, target, None)}


def mapped(fit: Fit, source: Vectors, target: Vectors, pairs: Pairs | None) -> tuple[Vectors, Vectors, dict[str, Any]]:
    """Align by some pairs, and return both sides and the record of the mapping."""
    begun = time.monotonic()
    mapping = fit(source, target, al.from_dictionary(pairs, source, target) if pairs else None)
    record = mapping.record | {"seconds": round(time.monotonic() - begun, 1)}
    return mapping.apply(source), mapping.apply_to_target(target), record


def folds(words: Iterable[str]) -> list[set[str]]:
    """Split words into random folds."""
    order = np.random.default_rng(SEED).permutation(sorted(words)).tolist()
    return [set(order[fold::FOLDS]) for fold in range(FOLDS)]


def cross_validated(fit: Fit, source: Vectors, target: Vectors, pairs: Pairs) -> tuple[dict[str, Ranks], list[Any]]:
    """Test each covered word with a mapping fitted without it; return ranks by retrieval, and records of the folds."""
    asked = look_up(source, target, pairs)
    covered = [word for word, known in zip(asked.words, asked.covered, strict=True) if known]
    found: dict[str, list[Ranks]] = {}
    records = []
    for fold in folds(covered):
        known = [pair for pair in pairs if pair[0] not in fold]
        *sides, record = mapped(fit, source, target, known)
        held_out = look_up(source, target, [pair for pair in pairs if pair[0] in fold])
        for retrieval, where in ranks(*sides, held_out).items():
            found.setdefault(retrieval, []).append(where)
        records.append(record)
    return {retrieval: np.concatenate(parts) for retrieval, parts in found.items()}, records


def judged(fit: Fit, source: Vectors, target: Vectors, pairs: Pairs) -> tuple[dict[str, Ranks], list[Any]]:
    """Test every covered word with an unsupervised mapping."""
    *sides, record = mapped(fit, source, target, None)
    asked = look_up(source, target, pairs)
    return {how: where[asked.covered] for how, where in ranks(*sides, asked).items()}, [record]


def row(found: dict[str, Ranks]) -> dict[str, Any]:
    """Return the scores of one method: P@1 with its interval over words for each retrieval, and more for CSLS."""
    figures: dict[str, Any] = {"words": len(found["csls"])}
    for retrieval, where in found.items():
        right = (where == 1).astype(np.float64)
        drawn = intervals.resampled(lambda items, right=right: right[items].mean(1), len(right), 1_000, SEED)
        low, high = intervals.interval(drawn)
        figures |= {retrieval: precision(where, 1), f"{retrieval}_interval": [low, high]}
    where = found["csls"]
    return figures | {"p@5": precision(where, 5), "p@10": precision(where, 10), "mrr": mrr(where)}


def trained(sentences: Iterable[list[str]], trainer: SkipGram, side: int) -> Vectors:
    """Train one side on its tokens.

    Initial rows are a function of seed and word: with one seed, words spelt alike would have equal initial rows.
    """
    trainer = dataclasses.replace(trainer, seed=SEED + side)
    with tempfile.TemporaryDirectory() as work, EncodedCorpus.from_sentences(sentences, Path(work, "c")) as corpus:
        return trainer.fit(corpus)


def halves() -> Iterator[dict[str, Any]]:
    """Yield figures for two halves of one text: alternate blocks of a thousand lines."""
    (source,) = sources(DATA / "corpora/wiki8.txt.xz")
    lines = b"".join(blocks(source)).decode().splitlines()
    parts = [[line.split() for at, line in enumerate(lines) if at // 1_000 % 2 == half] for half in (0, 1)]
    one, other = (trained(part, LARGE, half) for half, part in enumerate(parts))
    one, other = (each.subset(each.words[:HALF_WORDS]) for each in (one, other))
    shared = [word for word in one.words if word in other]
    chance = np.random.default_rng(SEED)
    seeds = set(chance.choice(shared, SEEDS, replace=False).tolist())
    bands = {}
    for low, high in itertools.pairwise(BANDS):
        band = [word for word in one.words[low:high] if word in other and word not in seeds]
        bands[f"{low + 1:,} to {high:,}"] = chance.permutation(band)[:ASKED].tolist()
    pairs = [(word, word) for word in sorted(seeds)]
    for name, fit in (BY_DICTIONARY | UNSUPERVISED).items():
        *sides, record = mapped(fit, one, other, None if name in UNSUPERVISED else pairs)
        asked = look_up(*sides, [(word, word) for band in bands.values() for word in band])
        found = ranks(*sides, asked, ["nearest", "csls"])
        ends = np.cumsum([len(band) for band in bands.values()])[:-1]
        cut = {how: np.split(where, ends) for how, where in found.items()}
        by_band = {band: precision(cut["csls"][number], 1) for number, band in enumerate(bands)}
        yield {"method": name} | by_band | row(found) | {"records": [record]}


def compared(
    languages: str,
    one: Vectors,
    other: Vectors,
    pairs: Pairs,
    by_dictionary: Mapping[str, Fit],
    alone: Mapping[str, Fit],
) -> Iterator[dict[str, Any]]:
    """Yield figures of methods from one language to another."""
    for name, fit in by_dictionary.items():
        found, records = cross_validated(fit, one, other, pairs)
        yield {"languages": languages, "method": name} | row(found) | {"records": records}
    for name, fit in alone.items():
        found, records = judged(fit, one, other, pairs)
        yield {"languages": languages, "method": name} | row(found) | {"records": records}


def multi30k() -> Iterator[dict[str, Any]]:
    """Yield figures for German and English, by MUSE's dictionaries."""
    vectors = {language: trained(captions(language), SMALL, side) for side, language in enumerate(("de", "en"))}
    for one, other in (("en", "de"), ("de", "en")):
        files = [DATA / f"bilingual/muse/{one}-{other}.{part}.txt" for part in ("0-5000", "5000-6500")]
        pairs = [pair for file in files for pair in al.read_dictionary(file)]
        methods = BY_DICTIONARY | SELF_LEARNT, IDENTICAL | UNSUPERVISED
        yield from compared(f"{one}-{other}", vectors[one], vectors[other], pairs, *methods)


def languages() -> Iterator[dict[str, Any]]:
    """Yield figures for five languages against English, by dictionaries extracted from parallel lines."""
    for language in ("cs", "fr", "sw", "mr", "tr"):
        lines = parallel(language)
        english, other = (trained([line[side] for line in lines], SMALL, side) for side in (0, 1))
        pairs = [pair for pair in by_dice(lines) if pair[0] in english and pair[1] in other]
        yield from compared(f"en-{language}", english, other, pairs, BY_DICTIONARY, UNSUPERVISED)


def pairs_of_languages() -> Iterator[tuple[str, Vectors, Vectors, Pairs]]:
    """Yield the names of two languages, both sides, and a dictionary."""
    german, english = (trained(captions(language), SMALL, side) for side, language in enumerate(("de", "en")))
    for one, other in (("en", "de"), ("de", "en")):
        files = [DATA / f"bilingual/muse/{one}-{other}.{part}.txt" for part in ("0-5000", "5000-6500")]
        sides = (english, german) if one == "en" else (german, english)
        yield f"{one}-{other}", *sides, [pair for file in files for pair in al.read_dictionary(file)]
    for language in ("cs", "fr", "sw", "mr", "tr"):
        lines = parallel(language)
        english, other = (trained([line[side] for line in lines], SMALL, side) for side in (0, 1))
        pairs = [pair for pair in by_dice(lines) if pair[0] in english and pair[1] in other]
        yield f"en-{language}", english, other, pairs


def apart(source: Vectors, target: Vectors, pairs: Pairs) -> float:
    """Return the separation of pairs."""
    rows = [[side[pair[number]] for pair in pairs] for number, side in enumerate((source, target))]
    return separation(np.array(rows[0]), np.array(rows[1]))


def spaces() -> Iterator[dict[str, Any]]:
    """Yield precision at 1 in the common space and in the target's own, and separations."""
    for names, source, target, pairs in pairs_of_languages():
        known = [pair for pair in pairs if pair[0] in source and pair[1] in target]
        words = list(dict.fromkeys(word for word, _ in known))
        yield {"languages": names, "method": "not aligned", "common separation": apart(source, target, known)}
        for number in (30, 150):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # directions remain open, as is to be measured
                mapping = al.Procrustes().fit(source, target, al.from_dictionary(known[:number], source, target))
            sides = mapping.apply(source), mapping.apply_to_target(target)
            figures = {"languages": names, "method": f"procrustes, {number} pairs"}
            yield figures | {"common separation": apart(*sides, known[number:])}
        for name in ("procrustes", "refine", "rcsls", "vecmap"):
            found: dict[str, list[Any]] = {}
            for fold in folds(words):
                fitted = al.from_dictionary([pair for pair in pairs if pair[0] not in fold], source, target)
                mapping = BY_DICTIONARY[name](source, target, fitted)
                held_out = [pair for pair in known if pair[0] in fold]
                for space in ("common", "target"):
                    moved = mapping.in_space(space)
                    sides = moved.apply(source), moved.apply_to_target(target)
                    found.setdefault(f"{space} separation", []).append(apart(*sides, held_out))
                    for how, where in ranks(*sides, look_up(*sides, held_out), ["nearest", "csls"]).items():
                        found.setdefault(f"{space} {how}", []).extend(where == 1)
                fit = both_ways(mapping, source, target, fitted)
                for space, share in (("common", fit.common), ("target", fit.target)):
                    found.setdefault(f"{space} fitted", []).append(share)
            yield {"languages": names, "method": name} | {key: float(np.mean(some)) for key, some in found.items()}


def few() -> Iterator[dict[str, Any]]:
    """Yield precision at 1 with small dictionaries, and the separation of the words that are tested."""
    for names, source, target, pairs in itertools.islice(pairs_of_languages(), 1, 2):
        known = [pair for pair in pairs if pair[0] in source and pair[1] in target]
        words = sorted(dict.fromkeys(word for word, _ in known), key=source.words.index)
        tested = set(words[LEFT:])
        held_out = [pair for pair in known if pair[0] in tested]
        for number in FEW:
            given = set(words[:number])
            for name, fit in ({name: BY_DICTIONARY[name] for name in ("procrustes", "refine")} | SELF_LEARNT).items():
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # directions remain open, as is to be measured
                    *sides, record = mapped(fit, source, target, [pair for pair in known if pair[0] in given])
                where = ranks(*sides, look_up(*sides, held_out), ["csls"])["csls"]
                figures = {"languages": names, "method": name, "given": number, "csls": precision(where, 1)}
                yield figures | {"separation": apart(sides[0], sides[1], held_out), "records": [record]}


def matrices() -> Iterator[dict[str, Any]]:
    """Yield the extreme singular values of two published matrices."""
    for path in sorted((DATA / "bilingual/alignment_matrices").iterdir()):
        mapping = al.Mapping.load(path)
        values = np.linalg.svd(mapping.matrix, compute_uv=False)
        yield {"file": path.name, "orthogonal": str(mapping.orthogonal), "least": values[-1], "greatest": values[0]}


PARTS: Mapping[str, Callable[[], Iterator[dict[str, Any]]]] = {
    "halves": halves,
    "multi30k": multi30k,
    "languages": languages,
    "spaces": spaces,
    "few": few,
    "matrices": matrices,
}


def main() -> None:
    """Run the parts and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("-o", "--output", type=Path, default=Path("alignment.json"), help="every figure, as JSON")
    options = parser.parse_args()
    made: dict[str, list[dict[str, Any]]] = {}
    for part in options.parts:
        made[part] = []
        for figures in PARTS[part]():
            made[part].append(figures)
            print(part, figures.get("languages", ""), figures.get("method", ""), figures.get("csls", ""), flush=True)
            options.output.write_text(json.dumps(made, indent=1, ensure_ascii=False))
        print(Table([{key: value for key, value in one.items() if key != "records"} for one in made[part]]), flush=True)


if __name__ == "__main__":
    main()
