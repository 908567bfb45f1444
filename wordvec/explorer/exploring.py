"""From vectors to a page: which words it has, in which spaces they are, and where they are on the map."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.alignment import guards
from wordvec.errors import InputError, SettingsError
from wordvec.explorer.coding import coded
from wordvec.explorer.contents import Contents, WordSet
from wordvec.explorer.layout import Floats, layout, rotated
from wordvec.explorer.page import Page
from wordvec.explorer.settings import ExploreSettings
from wordvec.rows import unit
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.changes import Change
from wordvec.vectors import Vectors
from wordvec.workers import Progress

LEAST_COMMON = 3
"""Words that two maps must have in common to be rotated onto each other."""
_CHANGES = 2_000
"""Words of a test of change that a page has."""


def explore(
    vectors: Vectors | Mapping[str, Vectors] | AlignedSlices,
    settings: ExploreSettings | None = None,
    *,
    title: str | None = None,
    one_space: bool | None = None,
    changes: Sequence[Change] = (),
    progress: Progress | None = None,
) -> Page:
    """Return a page to explore vectors in.

    Parameters
    ----------
    vectors
        One set of vectors, several by name, or slices of a compass.
    settings
        Settings of the page; default: `ExploreSettings()`.
    title
        Title of the page; default: the names of the sets.
    one_space
        Whether several sets are in one space, so that words of one are compared with those of another; default: if the
        history of one says that it was aligned.
    changes
        Tests of change between slices.
    progress
        Receiver of progress reports.

    Raises
    ------
    InputError
        If a set has fewer than three words with a vector, or sets of different dim are to be in one space.
    SettingsError
        If there are no vectors, or a setting makes no sense.
    """
    settings = settings or ExploreSettings()
    arguments.expect("settings", settings, ExploreSettings)
    progress = progress or Progress()
    if isinstance(vectors, AlignedSlices):
        chosen = _of_slices(vectors, settings.top)
        kind = "slices"
    else:
        named = {"vectors": vectors} if isinstance(vectors, Vectors) else dict(vectors)
        for name, one in named.items():
            arguments.expect(f"vectors[{name!r}]", one, Vectors)
        if not named:
            raise SettingsError("a page takes one or more sets of vectors")
        chosen = {name: one.subset(_present(one)[: settings.top]) for name, one in named.items()}
        kind = _kind(named, one_space)
    for name, one in chosen.items():
        if len(one) < 3:
            raise InputError(f"{name}: a map needs at least three words with a vector; found {len(one)}")
    places, described = _places(chosen, kind, settings, progress)
    whole = _all(vectors)
    sets = [_word_set(name, one, whole[name], places[name], settings.bits) for name, one in chosen.items()]
    shown = title if title is not None else ", ".join(chosen)
    return Page(
        Contents(title=shown, kind=kind, layout=described, sets=sets, changes=[_change(one, chosen) for one in changes])
    )


def _all(vectors: Vectors | Mapping[str, Vectors] | AlignedSlices) -> dict[str, Vectors]:
    if isinstance(vectors, AlignedSlices):
        return vectors.slices
    return {"vectors": vectors} if isinstance(vectors, Vectors) else dict(vectors)


def _present(vectors: Vectors) -> list[str]:
    """Return the words with a vector, in the order of the rows."""
    return [vectors.words[row] for row in np.flatnonzero(vectors.present)]


def _of_slices(aligned: AlignedSlices, top: int) -> dict[str, Vectors]:
    """Return the slices with the words that are most frequent in all of them together."""
    if not aligned.slices:
        raise SettingsError("the compass has no slices")
    frequent = set(aligned.vocabulary.words[:top])
    return {
        name: one.subset([word for word in _present(one) if word in frequent]) for name, one in aligned.slices.items()
    }


def _kind(named: Mapping[str, Vectors], one_space: bool | None) -> str:
    sets = list(named.values())
    if len(sets) == 1:
        return "set"
    same_dim = len({one.dim for one in sets}) == 1
    if one_space and not same_dim:
        raise InputError("sets in one space have the same dim; got " + ", ".join(str(one.dim) for one in sets))
    if one_space is None:
        pairs = [(a, b) for a in sets for b in sets if a is not b]
        aligned = same_dim and any(guards.last_alignment(one) is not None for one in sets)
        remarks = [guards.other_counterpart(a, b) for a, b in pairs] if aligned else []
        for remark in dict.fromkeys(filter(None, remarks)):
            warnings.warn(remark, stacklevel=3)
        one_space = aligned and not any(remarks)
    return "space" if one_space else "spaces"


def _places(
    chosen: Mapping[str, Vectors], kind: str, settings: ExploreSettings, progress: Progress
) -> tuple[dict[str, Floats], str]:
    """Return the places of the words of each set, and how they were computed."""
    if settings.layout == "tsne":
        progress.say("t-SNE: this takes a minute or more")
    if kind == "slices":
        return _places_of_slices(chosen, settings)
    if kind == "space":
        found = layout(np.concatenate([unit(one.matrix) for one in chosen.values()]), settings.layout, settings.seed)
        ends = np.cumsum([len(one) for one in chosen.values()])[:-1]
        return dict(zip(chosen, np.split(found.places, ends), strict=True)), found.described
    places: dict[str, Floats] = {}
    described = ""
    for name, one in chosen.items():
        found = layout(one.matrix, settings.layout, settings.seed)
        described = described or found.described
        places[name] = found.places
        if len(places) > 1:
            first, onto = next(iter(places.items()))
            common = _common(one, chosen[first])
            if len(common[0]) >= LEAST_COMMON:
                places[name] = rotated(found.places, onto, common)
    return places, described


def _places_of_slices(slices: Mapping[str, Vectors], settings: ExploreSettings) -> tuple[dict[str, Floats], str]:
    """Return one place of each word for all slices: that of the mean of its vectors, each of length 1."""
    words = list(dict.fromkeys(word for one in slices.values() for word in one.words))
    ids = {word: number for number, word in enumerate(words)}
    rows = {name: np.array([ids[word] for word in one.words], np.int64) for name, one in slices.items()}
    means: NDArray[np.float32] = np.zeros((len(words), next(iter(slices.values())).dim), np.float32)
    for name, one in slices.items():
        means[rows[name]] += unit(one.matrix)
    found = layout(means, settings.layout, settings.seed)
    return {name: found.places[own] for name, own in rows.items()}, f"{found.described}, of the mean over slices"


def _common(a: Vectors, b: Vectors) -> tuple[list[int], list[int]]:
    """Return the rows of the words that two sets have in common."""
    others = {word: row for row, word in enumerate(b.words)}
    pairs = [(row, others[word]) for row, word in enumerate(a.words) if word in others]
    return [row for row, _ in pairs], [row for _, row in pairs]


def _word_set(name: str, vectors: Vectors, whole: Vectors, places: Floats, bits: int) -> WordSet:
    """Return the set of the chosen words of a whole set."""
    return WordSet(
        name=name,
        words=list(vectors.words),
        counts=vectors.counts,
        tokens=_tokens(vectors.metadata),
        cut=int(whole.present.sum()) > len(vectors),
        places=places,
        rows=coded(vectors.matrix, bits),
        senses=_senses(vectors, whole),
    )


def _senses(vectors: Vectors, whole: Vectors) -> list[tuple[str, list[int], list[float] | None]]:
    """Return the words with several senses in the whole set, the rows of the chosen senses, and their shares."""
    inventory, found = whole.inventory, []
    if inventory is None:
        return []
    rows = {word: row for row, word in enumerate(vectors.words)}
    for word in np.array(inventory.words, object)[inventory.senses > 1].tolist():
        names, shares = inventory.names_of(word), inventory.shares_of(word)
        there = [number for number, sense in enumerate(names) if sense in rows]
        if there:
            own = None if shares is None else [round(float(shares[number]), 4) for number in there]
            found.append((word, [rows[names[number]] for number in there], own))
    return found


def _tokens(metadata: dict[str, Any]) -> int | None:
    """Return the number of tokens of the corpus; metadata of other programs may lack it."""
    corpus = metadata.get("corpus")
    found = corpus.get("tokens") if isinstance(corpus, dict) else metadata.get("tokens")
    return found if isinstance(found, int) and found > 0 else None


def _change(found: Change, slices: Mapping[str, Vectors]) -> dict[str, Any]:
    """Return a test of change, most changed words first."""
    known = set(slices[found.b].words) if found.b in slices else set()
    changed, rare, numbers = found.changed, found.rare, found.numbers
    value, usual, q = (getattr(each, found.by) for each in (found.measures, found.usual, found.q))
    rows = [row for row in found.order.tolist() if found.words[row] in known and q[row] == q[row]][:_CHANGES]
    return {
        "a": found.a,
        "b": found.b,
        "by": found.by,
        "tested": len(found.words),
        "changed": int(changed.sum()),
        "words": [
            {
                "word": found.words[row],
                "value": round(float(value[row]), 4),
                "usual": round(float(usual[row]), 4),
                "q": float(f"{q[row]:.3g}"),
                "changed": bool(changed[row]),
                "rare": bool(rare[row]),
                "number": bool(numbers[row]),
            }
            for row in rows
        ],
    }
