"""The report: what is in it, that it asks for nothing from elsewhere."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from wordvec import Vectors
from wordvec.errors import InputError, OutputError, SettingsError
from wordvec.evaluation.reporting import pages, scores
from wordvec.evaluation.reporting.report import Report, ReportSettings, report
from wordvec.tables import Table

VOID = {"meta"}


class Page(HTMLParser):
    """Checks that what is opened is closed, and keeps links and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.asked += [f"{tag} {name}={value}" for name, value in attrs if name in ("src", "href", "srcset", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.asked += [tag for name, _ in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def drawn(words: int = 60, dim: int = 8, seed: int = 1) -> Vectors:
    chance = np.random.default_rng(seed)
    names = [f"word{number}" for number in range(words - 1)] + ["<b>&amp;"]
    made = {
        "method": "skipgram",
        "settings": {"dim": dim, "window": 5, "sample": 1e-4, "fixed_window": False},
        "training": {"seconds": 2.5, "loss": [0.5, 0.25], "repeatable": False},
        "corpus": {"tokens": 12345, "digest": "0123456789abcdef"},
    }
    return Vectors(names, chance.standard_normal((words, dim)), metadata=made)


@pytest.fixture
def settings(tmp_path: Path) -> ReportSettings:
    chance = np.random.default_rng(4)
    pairs = [(f"word{a}", f"word{b}", score) for a, b, score in zip(*chance.integers(0, 50, (3, 60)), strict=True)]
    (tmp_path / "pairs.txt").write_text("".join(f"{a} {b} {score}\n" for a, b, score in pairs))
    questions = [" ".join(f"word{number}" for number in four) for four in chance.integers(0, 50, (30, 4))]
    (tmp_path / "questions.txt").write_text("\n".join([": one", *questions[:15], ": gram2", *questions[15:]]) + "\n")
    return ReportSettings(datasets=[tmp_path / "pairs.txt", tmp_path / "questions.txt"], words=["word3", "<b>&amp;"])


@pytest.fixture
def found(settings: ReportSettings) -> Report:
    return report({"a.vec": drawn(), "b & c.vec": drawn(40, 5, 2)}, settings)


def test_scores_have_every_measure_of_every_dataset(found: Report) -> None:
    measured = [(row["dataset"], row["measure"], row["vectors"]) for row in found.scores.rows]
    assert measured == [
        (dataset, measure, vectors)
        for dataset, measure in [
            ("pairs", "Spearman"),
            ("pairs", "Spearman, unknown at 0"),
            ("questions", "accuracy, semantic"),
            ("questions", "accuracy, syntactic"),
            ("questions", "accuracy, total"),
        ]
        for vectors in ("a.vec", "b & c.vec")
    ]


def test_the_gain_is_lai_s_ratio(found: Report) -> None:
    for row in found.scores.rows:
        assert set(row) >= {"score", "random", "gain"}
    scored = [{"score": 0.6, "random": 0.1}, {"score": 0.35, "random": 0.1}, {"score": 0.0, "random": 0.1}]
    assert [row["gain"] for row in scores._with_gain(scored)] == pytest.approx([1, 0.5, -0.2])
    assert scores._with_gain([{"score": 0.1, "random": 0.2}])[0]["gain"] is None
    assert scores._with_gain([{"score": 0.1, "random": None}])[0]["gain"] is None


def test_random_vectors_score_near_zero_on_pairs(found: Report) -> None:
    for row in found.scores.rows:
        if row["dataset"] == "pairs":
            assert abs(row["random"]) < 0.2


def test_the_page_is_whole_and_asks_for_nothing(found: Report) -> None:
    text = pages.html(found)
    page = Page(text)
    assert page.open == []
    assert page.asked == []
    assert not re.findall(r"https?://|@import|url\(|<script src", text.replace("http://www.w3.org/2000/svg", ""))
    assert "default-src 'none'" in text
    for part in ("Scores", "Nearest words", "Map", "Provenance", "a.vec", "b & c.vec", "<b>&amp;", "12,345"):
        assert part in page.text


def test_cells_know_their_columns_for_the_cards_of_a_narrow_screen(found: Report) -> None:
    text = pages.html(found)
    assert text.count("<td") == text.count("<td data-name=") + len(re.findall(r'<td class="[a-z ]+" data-name="', text))
    columns = found.scores.columns
    (first, *_) = re.findall(r'<tr><th scope="row">pairs</th>(.*?)</tr>', text)
    assert re.findall(r'data-name="([^"]*)"', first) == columns[1:]
    assert 'data-name="b &amp; c.vec"' in text
    assert "@media (max-width: 44rem)" in text


def test_a_missing_number_is_marked(settings: ReportSettings) -> None:
    methods = Table([{"method": "a", "seconds": 1.5}, {"method": "b", "seconds": None}])
    text = pages.html(report({"a": drawn()}, settings, methods=methods))
    assert '<td class="number missing" data-name="seconds">-</td>' in text


def test_methods_come_first_if_there_are_any(settings: ReportSettings) -> None:
    assert "<h2>Methods" not in pages.html(report({"a": drawn()}, settings))
    methods = Table([{"method": "<b>", "seconds": "1.5 ± 0.1"}], ["seeds 1, 2"])
    made = report({"a": drawn()}, settings, methods=methods)
    text = pages.html(made)
    assert text.index("<h2>Methods") < text.index("<h2>Scores")
    assert {"&lt;b&gt;", "1.5 ± 0.1", "seeds 1, 2"} <= set(re.findall(r">([^<>]+)<", text))
    assert "## Methods\n\n| method | seconds |" in pages.markdown(made)


def test_markdown_tells_the_same_without_maps(found: Report) -> None:
    text = pages.markdown(found)
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Word vectors compared",
        "## Scores",
        "## Nearest words",
        "## Provenance",
    ]
    rows = [line for line in text.splitlines() if line.startswith("| pairs | Spearman | a.vec |")]
    assert len(rows) == 1
    assert "| last" not in text
    assert "| training, last loss | 0.2500 | 0.2500 |" in text
    assert "| fixed window | no | no |" in text


def test_neighbours_of_a_word_that_one_does_not_know_say_so(found: Report) -> None:
    assert set(found.neighbours) == {"word3", "<b>&amp;"}
    own = report(
        {"a": drawn(), "b": drawn(40, 5, 2).subset(["word1", "word2", "word3", "word4"])},
        ReportSettings(datasets=[], words=["word9"]),
    )
    assert own.neighbours["word9"]["b"] is None
    assert "unknown" in pages.html(own)


def test_words_are_chosen_from_the_datasets_if_none_is_given(settings: ReportSettings) -> None:
    chosen = report({"a": drawn()}, ReportSettings(datasets=settings.datasets)).neighbours
    assert len(chosen) == 8
    assert all(word.startswith("word") for word in chosen)


def test_both_files_are_written_or_none(found: Report, tmp_path: Path) -> None:
    found.save(tmp_path / "report.html")
    assert (tmp_path / "report.md").read_text() == pages.markdown(found)
    with pytest.raises(OutputError, match=r"report.html: exists already"):
        found.save(tmp_path / "report.html")
    found.save(tmp_path / "report.html", overwrite=True)
    (tmp_path / "other.md").write_text("mine")
    with pytest.raises(OutputError, match=r"other.md: exists already"):
        found.save(tmp_path / "other.html")
    assert not (tmp_path / "other.html").exists()
    with pytest.raises(SettingsError, match=r"report.pdf: the name of a report must end in .html"):
        found.save(tmp_path / "report.pdf")


def test_an_unknown_word_and_no_vectors_are_errors() -> None:
    with pytest.raises(InputError, match="nosuch: unknown to all vectors"):
        report({"a": drawn()}, ReportSettings(datasets=[], words=["nosuch"]))
    with pytest.raises(SettingsError, match="a report takes one or more sets of vectors"):
        report({}, ReportSettings(datasets=[]))


def test_datasets_of_one_stem_are_called_by_their_paths(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pairs.txt").write_text("a b 1\n")
    first, second = (str(tmp_path / name / "pairs.txt") for name in ("one", "two"))
    assert [dataset.name for dataset in scores.read([first, second])] == [first, second]
    with pytest.raises(SettingsError, match=r"pairs\.txt: is given twice"):
        scores.read([first, first])


def test_settings_are_checked_before_any_work() -> None:
    for given, message in (
        ({"limit": 0}, "limit 0: must be"),
        ({"case": "any"}, "case any: choose one of"),
        ({"resamples": 5}, "resamples 5: must be"),
        ({"map": "globe"}, "map globe: choose one of"),
    ):
        with pytest.raises(SettingsError, match=message):
            ReportSettings(**given)  # type: ignore[arg-type]


def test_foreign_metadata_is_no_trouble() -> None:
    made: dict[str, object] = {
        "training": None, "corpus": {"tokens": "many"}, "settings": [1], "method": 5,
    }  # fmt: skip
    vectors = Vectors(["a", "b", "c"], np.eye(3), metadata=made)
    text = pages.html(report({"odd\udcff.vec": vectors}, ReportSettings(datasets=[])))
    assert "5" in text
    made["training"] = {"loss": [None], "seconds": "long"}
    pages.markdown(report({"odd": vectors}, ReportSettings(datasets=[])))
