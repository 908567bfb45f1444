"""Corpora with different settings or phrases are not merged or compared; slices of one keep them."""

from pathlib import Path

import pytest

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.keywords import keywords
from wordvec.corpora.merging import merge
from wordvec.corpora.phrases import Phrases
from wordvec.corpora.phrases.table import Phrase
from wordvec.corpora.splitting import split
from wordvec.errors import InputError
from wordvec.slices.compass import Compass

NEW_YORK = Phrases([[Phrase("new_york", ("new", "york"))]])
OLD_YORK = Phrases([[Phrase("old_york", ("old", "york"))]])
TEXT = [("a", "new york is not old york", {"year": 1}), ("b", "old york is not new york", {"year": 2})]


@pytest.fixture
def corpora(tmp_path: Path) -> list[Path]:
    """Return folders of the same text: without phrases, with some, and twice with others."""
    with EncodedCorpus.from_documents(TEXT, tmp_path / "plain", keep_fields=["year"]) as plain:
        for name, phrases in (("new", NEW_YORK), ("old", OLD_YORK), ("old-2", OLD_YORK)):
            phrases.apply(plain, tmp_path / name).close()
    return [tmp_path / name for name in ("plain", "new", "old", "old-2")]


def test_corpora_with_other_phrases_are_neither_merged_nor_compared(corpora: list[Path]) -> None:
    plain, new, old, _ = corpora
    for first, second in ((plain, old), (new, old), (old, plain)):
        with EncodedCorpus.open(first) as a, EncodedCorpus.open(second) as b:
            for attempt in (
                lambda: merge([first, second]),  # noqa: B023 - is called at once
                lambda: keywords(a, b, min_count=1),
                lambda: Compass(dim=4, epochs=1).fit({"a": a, "b": b}),
            ):
                with pytest.raises(InputError, match=r"has other phrases joined than .*corpus phrases --table"):
                    attempt()


def test_slices_and_merged_corpora_keep_the_record_of_their_phrases(corpora: list[Path], tmp_path: Path) -> None:
    _, new, *old = corpora
    with merge(old) as merged:
        assert "old_york" in merged.vocabulary
        split(merged, tmp_path / "slices", field="year")
    with pytest.raises(InputError, match="has other phrases joined"):
        merge([new, tmp_path / "slices/1.corpus"])
    merge([old[0], tmp_path / "slices/1.corpus"]).close()


def test_phrases_joined_in_turn_are_other_phrases_than_those_of_the_last_table(corpora: list[Path]) -> None:
    _, new, old, _ = corpora
    with EncodedCorpus.open(new) as corpus, OLD_YORK.apply(corpus) as both, EncodedCorpus.open(old) as once:
        recorded = [one.meta["settings"]["phrases"] for one in (both, once)]
        assert len(set(recorded)) == 2
        with Phrases([[]]).apply(once) as unchanged:
            assert unchanged.meta["settings"]["phrases"] == recorded[1]


def test_corpora_that_drop_nothing_may_say_what_becomes_of_dropped_tokens(tmp_path: Path) -> None:
    for name, options in (("one", {}), ("two", {"dropped": "close-up"}), ("three", {"dropped": "close-up"})):
        restricted = {"max_words": 3} if name != "two" else {}
        EncodedCorpus.from_documents([("x", "a a b c d", {})], tmp_path / name, **options, **restricted).close()
    merge([tmp_path / "one", tmp_path / "two"]).close()
    with pytest.raises(InputError, match="with the same --dropped"):
        merge([tmp_path / "one", tmp_path / "three"])


def test_a_tokens_template_decides_what_a_word_is(tmp_path: Path) -> None:
    for name, token in (("form", "{form}"), ("lemma", "{lemma}")):
        path = tmp_path / f"{name}.vrt"
        path.write_text("<s>\ndogs\tdog\nran\trun\n</s>\n")
        EncodedCorpus.from_text(path, tmp_path / name, columns="form,lemma", token=token).close()
    with pytest.raises(InputError, match="with the same --token"):
        merge([tmp_path / "form", tmp_path / "lemma"])
