"""Near spellings, against the plain recursion."""

import functools

from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.spelling import Spellings
from wordvec.vectors import Vectors


def edits(a: str, b: str) -> int:
    """Return the edit distance of two words; a swap of neighbours counts as one."""

    @functools.cache
    def count(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        best = min(count(i - 1, j) + 1, count(i, j - 1) + 1, count(i - 1, j - 1) + (a[i - 1] != b[j - 1]))
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            best = min(best, count(i - 2, j - 2) + 1)
        return best

    return count(len(a), len(b))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("abAé𝒳", min_size=0, max_size=9), min_size=1, max_size=40),
    st.text("abAé𝒳", max_size=9),
    st.integers(1, 5),
)
def test_near_words_are_those_of_the_plain_definition(words: list[str], word: str, n: int) -> None:
    most = min(2, len(word.lower()) // 3)
    apart = [(edits(word.lower(), other.lower()), row) for row, other in enumerate(words) if other != word]
    expected = [words[row] for count, row in sorted(apart) if count <= most] if word else []
    got = Spellings(words).near(word, n)
    # What is spelled as asked takes no place, but duplicates of it may.
    assert got == expected[: len(got)]
    assert len(got) == min(n, len(expected)) or words.count(word) > 1


def test_case_and_small_slips_are_found_the_more_frequent_first() -> None:
    words = ["the", "king", "kings", "ring", "King", "Straße", "definitely"]
    near = Spellings(words).near
    assert near("kingg") == ["king", "kings", "King"]
    assert near("kign") == ["king", "King"]
    assert near("KING") == ["king", "King", "kings"]
    assert near("strasse") == ["Straße"]
    assert near("definately") == ["definitely"]
    assert near("teh") == ["the"]
    assert near("xyzzy") == near("") == near("a" * 1000) == near("\ud800") == []
    assert Spellings([]).near("king") == []


def test_joined_phrases_and_words_with_a_part_are_found() -> None:
    words = ["new_york", "New-York", "newyork", "new__york", "as_well_as", "york_is", "brand-new", "newer", "n.e.w"]
    spellings = Spellings(words)
    assert [word for _, word in spellings.joined("in new york")] == ["new_york", "New-York"]
    assert spellings.joined("As well as") == [(["As", "well", "as"], "as_well_as")]
    assert (
        spellings.joined("york") == spellings.joined("") == spellings.with_part("") == spellings.with_part("x.*") == []
    )
    assert spellings.with_part("NEW", 9) == ["new_york", "New-York", "new__york", "brand-new"]
    assert spellings.hint(["as well as"]) == "; did you mean as_well_as?"
    assert Spellings(["a", "b"]).hint(["a b"]) == Spellings([]).hint(["a b"]) == ""


def test_words_after_the_first_block_are_found() -> None:
    words = [f"w{number:06}" for number in range(70_000)] + ["definitely"]
    assert Spellings(words).near("definatly") == ["definitely"]


def test_an_error_names_them() -> None:
    vectors = Vectors(["king", "kings", "tea"], [[1], [2], [3]])
    assert str(vectors.unknown("kingg")) == "kingg: not among the 3 words; did you mean king, kings?"
    assert str(vectors.unknown("coffee")) == "coffee: not among the 3 words"
