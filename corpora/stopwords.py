"""Words to drop or to keep: those of English, of a file or of a collection."""

from collections.abc import Collection
from pathlib import Path

from wordvec import arguments
from wordvec.corpora.wordlists import read_words

GivenWords = str | Path | Collection[str] | None
"""A file of words, a collection, or None; for stop words also ``"english"``."""

ENGLISH = frozenset(
    """
    a an the this that these those
    i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its itself
    we us our ours ourselves they them their theirs themselves one who whom whose which what
    am is are was were be been being have has had having do does did doing done
    will would shall should can could may might must ought
    and or but nor so yet if because as until while although though since unless than whether
    of at by for with without about against between among into through during before after above below to from up
    down in out on off over under upon within toward towards
    again further then once here there when where why how all any both each few more most other another some such no
    not only own same too very just also even still now ever never
    don doesn didn isn aren wasn weren hasn haven hadn won wouldn shouldn couldn
    don't doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't won't wouldn't shouldn't couldn't can't
    cannot i'm i've i'd i'll you're you've you'd you'll he's he'd he'll she's she'd she'll it's we're we've we'd we'll
    they're they've they'd they'll that's there's what's who's let's
    """.split()  # noqa: SIM905 - a list of words
)
"""English function words: articles, pronouns, auxiliaries, conjunctions, prepositions, common adverbs, contractions."""


def stop_words_of(wanted: GivenWords) -> frozenset[str]:
    """Return the stop words that a setting names: ``"english"``, a file of words, a collection, or None.

    Raises
    ------
    InputError
        If a file cannot be read, or holds no word.
    """
    return ENGLISH if wanted == "english" else words_of("stop_words", wanted)


def words_of(name: str, given: GivenWords) -> frozenset[str]:
    """Return the words of a setting: those of a file or of a collection; none for None.

    Raises
    ------
    InputError
        If a file cannot be read, or holds no word.
    """
    if given is None:
        return frozenset()
    return frozenset(read_words(given) if isinstance(given, str | Path) else arguments.words(name, list(given)))
