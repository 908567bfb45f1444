"""Phrases: tables and texts against gensim's and word2phrase's, files, and the command."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import word2phrase
from cli_helpers import Call
from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS
from gensim.models.phrases import Phrases as Gensim
from gensim.test.utils import datapath
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wordvec import EncodedCorpus
from wordvec.corpora import counting
from wordvec.corpora.phrases import Phrases, text
from wordvec.corpora.phrases.connectors import ENGLISH
from wordvec.corpora.phrases.table import Phrase
from wordvec.errors import InputError, Interrupted, MemoryLimitError, OutputError, SettingsError
from wordvec.workers import StopFlag

Sentences = list[list[str]]
PLAIN = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "of", "the"]), min_size=1, max_size=9), min_size=1, max_size=9
)
JOINED = st.lists(
    st.lists(
        st.sampled_from(["a", "b", "a_b", "b_a", "of", "the", "of_b", "a_of", "a_of_b", "_", "a_"]),
        min_size=1,
        max_size=9,
    ),
    min_size=1,
    max_size=9,
)


def sentences_of(corpus: EncodedCorpus) -> Sentences:
    words = [*corpus.vocabulary.words, "?"]
    return [[words[number] for number in corpus.ids[a:b]] for a, b in itertools.pairwise(corpus.offsets)]


def check_against_gensim(sentences: Sentences, passes: int, connectors: list[str], score: str, min_count: int) -> int:
    """Compare each pass; return the number of phrases."""
    threshold = {"gensim": 0.3, "npmi": 0.2}[score]
    chosen = {"score": score, "min_count": min_count, "threshold": threshold, "connectors": connectors or None}
    with EncodedCorpus.from_sentences(sentences) as corpus:
        ours = Phrases.find(corpus, passes=passes, **chosen)
        scoring = {"gensim": "default"}.get(score, score)
        expected = sentences
        for rows in ours.passes:
            theirs = Gensim(
                expected,
                min_count=min_count,
                threshold=threshold,
                scoring=scoring,
                connector_words=frozenset(connectors),
            )
            table = {(*row.words,): (row.phrase_count, row.first_count, row.last_count, row.score) for row in rows}
            for words, numbers in table.items():
                phrase, score_of = theirs.score_candidate(words[0], words[-1], list(words[1:-1]))
                counts = theirs.vocab[phrase], theirs.vocab[words[0]], theirs.vocab[words[-1]]
                assert (*counts, score_of) == numbers
            found = theirs.find_phrases(expected)
            assert found.keys() <= {row.phrase for row in rows}
            expected = [theirs[sentence] for sentence in expected]
        assert [ours.join(sentence) for sentence in sentences] == expected
        with ours.apply(corpus) as joined, EncodedCorpus.from_sentences(expected) as again:
            assert sentences_of(joined) == expected
            assert joined.digest == again.digest
        return len(ours)


@pytest.fixture(scope="module")
def news() -> Sentences:
    """Sentences of the Australian news that gensim has for its tests."""
    lines = Path(datapath("lee_background.cor")).read_text().lower().split(".")
    return [words for line in lines if (words := line.split())]


@pytest.fixture(scope="module")
def corpus(news: Sentences) -> Iterator[EncodedCorpus]:
    with EncodedCorpus.from_sentences(news) as encoded:
        yield encoded


class TestGensim:
    @settings(max_examples=12, deadline=None)
    @given(
        sentences=PLAIN | JOINED,
        passes=st.integers(1, 3),
        connectors=st.sampled_from([[], ["of"], ["of", "the"], ["of", "a_of"]]),
        score=st.sampled_from(["gensim", "npmi"]),
        min_count=st.integers(1, 2),
    )
    @example([["a", "b_a", "a_b", "a", "a_b_a"]] * 3, 1, [], "gensim", 1)
    @example([["a", "of", "b"], ["a_of", "b"], ["a", "of_b"], ["a_of_b"]] * 3, 2, ["of"], "gensim", 2)
    def test_tables_and_texts_are_gensims(
        self, sentences: Sentences, passes: int, connectors: list[str], score: str, min_count: int
    ) -> None:
        check_against_gensim(sentences, passes, connectors, score, min_count)

    @pytest.mark.parametrize(("score", "connectors"), [("gensim", ENGLISH), ("npmi", ())])
    def test_real_news_in_two_passes_are_gensims(
        self, news: Sentences, score: str, connectors: tuple[str, ...]
    ) -> None:
        assert check_against_gensim(news, 2, list(connectors), score, 5) > 100

    def test_a_frozen_model_joins_the_same(self, news: Sentences, corpus: EncodedCorpus) -> None:
        theirs = Gensim(news, connector_words=ENGLISH_CONNECTOR_WORDS).freeze()
        ours = Phrases.find(corpus, score="gensim", connectors="english")
        with ours.apply(corpus) as joined:
            assert sentences_of(joined) == [theirs[sentence] for sentence in news]

    def test_english_connectors_are_gensims(self) -> None:
        assert set(ENGLISH) == ENGLISH_CONNECTOR_WORDS


class TestWord2phrase:
    @pytest.mark.parametrize("threshold", [10, 100])
    def test_texts_are_those_of_the_program_without_pairs_across_lines(
        self, news: Sentences, corpus: EncodedCorpus, threshold: float
    ) -> None:
        expected = word2phrase.join(news, 5, threshold, across_lines=False)
        assert expected != news
        with Phrases.find(corpus, threshold=threshold).apply(corpus) as joined:
            assert sentences_of(joined) == expected
        twice = word2phrase.join(expected, 5, threshold, across_lines=False)
        ours = Phrases.find(corpus, threshold=threshold, passes=2)
        assert [*map(ours.join, news)] == twice

    def test_a_text_of_one_line_is_the_programs(self, news: Sentences) -> None:
        line = [[word for sentence in news for word in sentence][:9000]]
        with EncodedCorpus.from_sentences(line) as encoded:
            assert Phrases.find(encoded).join(line[0]) == word2phrase.join(line, 5, 100, across_lines=True)[0]

    @settings(max_examples=10, deadline=None)
    @given(sentences=PLAIN | JOINED, min_count=st.integers(1, 3))
    def test_any_text_is_the_programs(self, sentences: Sentences, min_count: int) -> None:
        with EncodedCorpus.from_sentences(sentences) as encoded:
            ours = Phrases.find(encoded, min_count=min_count, threshold=0.4)
        assert [*map(ours.join, sentences)] == word2phrase.join(sentences, min_count, 0.4, across_lines=False)


class TestCorpora:
    def test_two_passes_are_two_runs(self, corpus: EncodedCorpus, tmp_path: Path) -> None:
        both = Phrases.find(corpus, passes=2)
        with (
            Phrases.find(corpus).apply(corpus) as once,
            Phrases.find(once).apply(once) as twice,
            both.apply(corpus, tmp_path / "joined") as joined,
        ):
            assert joined.digest == twice.digest
        assert max(len(word.split("_")) for word in joined.vocabulary.words) == 4
        names = {path.name for path in (tmp_path / "joined").iterdir()}
        assert names == {path.name for path in corpus.folder.iterdir()}

    def test_documents_keep_their_names_fields_and_sentences(self) -> None:
        given_documents = [("one", "x y\nx y z"), ("empty", ""), ("three", "z x y")]
        table = Phrases([[Phrase("x_y", ("x", "y"))]])
        with EncodedCorpus.from_documents(given_documents) as encoded, table.apply(encoded) as joined:
            assert list(joined.documents.names) == ["one", "empty", "three"]
            assert joined.documents.offsets.tolist() == encoded.documents.offsets.tolist()
            with EncodedCorpus.open(joined.folder) as checked:  # checks both digests
                assert checked.documents.fields == encoded.documents.fields

    @pytest.mark.parametrize("connectors", [None, "english"])
    def test_pieces_parts_and_threads_change_nothing(
        self, corpus: EncodedCorpus, monkeypatch: pytest.MonkeyPatch, connectors: str | None
    ) -> None:
        chosen = {"score": "npmi", "passes": 2, "connectors": connectors}
        whole = Phrases.find(corpus, threads=1, **chosen)
        monkeypatch.setattr(text, "TOKENS_AT_ONCE", 5000)
        monkeypatch.setattr(counting, "_sizes", lambda words, *_: (words, 7000))
        pieces = Phrases.find(corpus, threads=3, **chosen)
        assert pieces.passes == whole.passes
        with whole.apply(corpus) as first, pieces.apply(corpus, threads=3) as second:
            assert first.digest == second.digest

    def test_unknown_words_are_in_no_phrase_and_separate_others(self, news: Sentences) -> None:
        with EncodedCorpus.from_sentences(news, max_words=300) as encoded:
            known = set(encoded.vocabulary.words)
            runs = [list(run) for line in news for inside, run in itertools.groupby(line, known.__contains__) if inside]
            theirs = Gensim(runs, min_count=5, threshold=3)
            ours = Phrases.find(encoded, score="gensim", threshold=3)
            assert {row.phrase: row.score for row in ours.passes[0]} == theirs.export_phrases()
            with ours.apply(encoded) as joined:
                assert sentences_of(joined) == [
                    ours.join([word if word in known else "?" for word in line]) for line in news
                ]
                assert joined.meta["unknown_id"] == len(joined.vocabulary)
                assert joined.meta["unknown_tokens"] == encoded.meta["unknown_tokens"]

    def test_words_that_are_only_inside_phrases_leave_the_vocabulary(self) -> None:
        lines = ["new york is big", "new york"] * 3 + ["is it big"] * 3
        with EncodedCorpus.from_sentences(lines) as encoded:
            table = Phrases([[Phrase("new_york", ("new", "york")), Phrase("it", ("is", "it"))]])
            with table.apply(encoded) as joined:
                assert joined.vocabulary.words == ["big", "new_york", "is", "it"]
                assert joined.meta["phrases"] == {"corpus": encoded.digest, "phrases": [2], "tokens_joined": 9}

    def test_sources_begin_where_they_began(self, tmp_path: Path) -> None:
        for name, lines in (("a", "x y\nx y z\n"), ("b", ""), ("c", "x y\n")):
            (tmp_path / name).write_text(lines)
        table = Phrases([[Phrase("x_y", ("x", "y"))]])
        with EncodedCorpus.from_text([tmp_path / name for name in "abc"]) as encoded, table.apply(encoded) as joined:
            assert joined.meta["sources"] == encoded.meta["sources"] | {"first_tokens": [0, 3, 3]}
            assert joined.offsets.tolist() == [0, 1, 3, 4]

    def test_without_a_phrase_the_corpus_is_the_same(self, corpus: EncodedCorpus) -> None:
        with Phrases([]).apply(corpus) as same, Phrases([[], []]).apply(corpus) as also:
            assert same.digest == also.digest == corpus.digest

    def test_too_little_memory_is_said(self, corpus: EncodedCorpus) -> None:
        with pytest.raises(MemoryLimitError, match="MB may be used"):
            Phrases.find(corpus, memory=1e-6)

    def test_work_stops_and_leaves_nothing(self, corpus: EncodedCorpus, tmp_path: Path) -> None:
        stop = StopFlag()
        stop.set()
        with pytest.raises(Interrupted):
            Phrases.find(corpus, stop=stop, workspace=tmp_path)
        with pytest.raises(Interrupted):
            Phrases([[Phrase("a", ("the", "of"))]]).apply(corpus, tmp_path / "out", stop=stop)
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize(
        ("chosen", "message"),
        [
            ({"score": "pmi"}, "choose one of word2phrase, gensim, npmi"),
            ({"score": "npmi", "threshold": 2}, "must be from -1 to 1"),
            ({"threshold": -1}, "must be 0 or more"),
            ({"delimiter": "__"}, "must be one sign"),
            ({"delimiter": " "}, "must be one sign"),
            ({"min_count": 0}, "must be at least 1"),
            ({"window": 5}, "has no setting window"),
        ],
    )
    def test_settings_out_of_range_are_refused(
        self, corpus: EncodedCorpus, chosen: dict[str, object], message: str
    ) -> None:
        with pytest.raises(SettingsError, match=message):
            Phrases.find(corpus, **chosen)


class TestTables:
    def test_a_table_is_read_as_it_was_written(self, corpus: EncodedCorpus, tmp_path: Path) -> None:
        found = Phrases.find(corpus, connectors="english", passes=2)
        found.save(tmp_path / "table.tsv")
        with pytest.raises(OutputError):
            found.save(tmp_path / "table.tsv")
        again = Phrases.load(tmp_path / "table.tsv")
        assert [[row[:5] for row in rows] for rows in again.passes] == [
            [row[:5] for row in rows] for rows in found.passes
        ]
        assert len(found.table().rows) == len(found) == sum(map(len, again.passes))

    def test_an_edited_table_needs_two_columns_only(self, tmp_path: Path) -> None:
        (tmp_path / "table.tsv").write_text("words\tphrase\nnew york\tNY\n\nbank of america\tboa\n")
        table = Phrases.load(tmp_path / "table.tsv")
        assert table.join(["new", "york", "bank", "of", "america", "of", "new"]) == ["NY", "boa", "of", "new"]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("", "line 1: expected tab-separated columns"),
            ("phrase,words\na,b c\n", "line 1: expected tab-separated columns"),
            ("phrase\twords\na\n", "line 2: expected 2 columns, found 1"),
            ("phrase\twords\na_b\tb\n", "line 2: 'words' must be two or more words"),
            ("phrase\twords\na b\ta b\n", "line 2: 'phrase' must be one word"),
            ("phrase\twords\tpass\na\ta b\tx\n", "line 2: 'pass' must be a whole number, found 'x'"),
            ("phrase\twords\tscore\na\ta b\tx\n", "line 2: 'score' must be a number, found 'x'"),
            ("phrase\twords\na\ta of b\nb\tof course\n", "of course: begins or ends with 'of'"),
            ("phrase\twords\na\ta b\nb\ta b\n", "a b: two different phrases"),
        ],
    )
    def test_a_faulty_line_is_named(self, tmp_path: Path, content: str, message: str) -> None:
        (tmp_path / "table.tsv").write_text(content)
        with pytest.raises(InputError) as error:
            Phrases.load(tmp_path / "table.tsv")
        assert message in str(error.value)


class TestCommand:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        lines = ["new york is big", "in new york", "a new car", "york is old", "bank of england"] * 5
        with EncodedCorpus.from_sentences(lines, "a.corpus"):
            pass

    def test_phrases_are_looked_at_then_joined_then_joined_elsewhere(self, wordvec: Call) -> None:
        arguments = ["corpus", "phrases", "a.corpus", "--score", "npmi", "--threshold", "0.4", "--min-count", "3"]
        arguments += ["--connectors", "english"]
        shown = wordvec(*arguments, "--dry-run", "-n", "1")
        assert shown.out.splitlines() == [
            "phrase           words            pass  phrase_count  first_count  last_count   score",
            "bank_of_england  bank of england     1             5            5           5  1.0000",
            "pass 1: 6 phrases",
        ]
        assert json.loads(wordvec(*arguments, "--dry-run", "--json").out)["rows"][0]["words"] == "bank of england"
        assert sorted(path.name for path in Path().iterdir()) == ["a.corpus"]
        done = wordvec(*arguments, "-o", "b.corpus")
        assert (done.code, done.out) == (0, "")
        assert done.err.endswith("b.corpus: 45 tokens, 8 words, 25 sentences; b.phrases.tsv: 6 phrases\n")
        again = wordvec("corpus", "phrases", "a.corpus", "--table", "b.phrases.tsv", "-o", "c.corpus")
        assert again.code == 0
        with EncodedCorpus.open("b.corpus") as first, EncodedCorpus.open("c.corpus") as second:
            assert first.digest == second.digest
        assert "phrases 6" in wordvec("corpus", "info", "b.corpus").out

    def test_words_with_the_delimiter_are_reported(self, wordvec: Call) -> None:
        with EncodedCorpus.from_sentences(["a_b c", "d"], "b.corpus"):
            done = wordvec("corpus", "phrases", "b.corpus", "--dry-run")
        assert done.err.startswith("warning: 1 word of the text contains '_' already (a_b): ")
        assert done.out == "\npass 1: 0 phrases\n"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ([], "choose --output for the joined corpus, or --dry-run to print phrases"),
            (["--dry-run", "-o", "b.corpus"], "choose --output for the joined corpus, or --dry-run to print phrases"),
            (["-o", "b.corpus", "-n", "3"], "--number: goes with --dry-run only"),
            (["-o", "b.corpus", "--table", "t", "--passes", "2"], "--passes: for finding phrases; the phrases of"),
            (["-o", "b.corpus", "--connectors", "none"], "none: cannot read the words: No such file or directory"),
            (["-o", "a.corpus"], "a.corpus: would be written over an input"),
            (["-o", "b.corpus", "--threshold", "-2"], "--threshold -2.0: must be 0 or more for the score word2phrase"),
        ],
    )
    def test_options_that_do_not_fit_are_one_line(self, wordvec: Call, arguments: list[str], message: str) -> None:
        done = wordvec("corpus", "phrases", "a.corpus", *arguments)
        assert done.code != 0
        assert done.err.startswith(f"wordvec: {message}")
        assert done.err.count("\n") == 1
        assert not Path("b.corpus").exists()
