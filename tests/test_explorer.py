"""The explorer: coded vectors, maps, the kinds of pages, and files that are whole or not there."""

import base64
import hashlib
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call, write_text

from wordvec import Compass, EncodedCorpus, Vectors
from wordvec.errors import InputError, OutputError, SettingsError
from wordvec.evaluation.reporting import pages
from wordvec.evaluation.reporting.report import ReportSettings, report
from wordvec.explorer import ExploreSettings, explore, layout
from wordvec.explorer.coding import coded
from wordvec.rows import unit
from wordvec.slices.aligned import AlignedSlices

HOSTILE = ["</script><b>", "<!--<script>", "a&amp;b", '"', "\\", "\u2028", "new york", "שלום"]


def drawn(words: int = 40, dim: int = 8, seed: int = 1, **metadata: Any) -> Vectors:
    names = [f"word{number}" for number in range(words)]
    rows = np.random.default_rng(seed).standard_normal((words, dim))
    return Vectors(names, rows, list(range(words, 0, -1)), metadata)


def head_of(html: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        html.split('<script id="explorer-head"')[1].split(">", 1)[1].split("</script>")[0]
    )
    return found


@pytest.fixture(scope="module")
def aligned(tmp_path_factory: pytest.TempPathFactory) -> AlignedSlices:
    folder = tmp_path_factory.mktemp("slices")
    texts = {
        name: EncodedCorpus.from_text(write_text(folder / f"{name}.txt", seed=seed))
        for seed, name in enumerate(("1990", "2016"))
    }
    try:
        return Compass(dim=8, epochs=1, min_count=2, threads=1).fit(texts)
    finally:
        for corpus in texts.values():
            corpus.close()


class TestCoding:
    @pytest.mark.parametrize(("bits", "margin"), [(8, 1 / 254), (16, 1 / 65024)])
    def test_each_number_is_off_by_half_a_step_at_most(self, bits: int, margin: float) -> None:
        matrix = np.random.default_rng(1).standard_normal((50, 20)).astype(np.float32) * 1e-20
        matrix[3] = np.eye(20)[3] * 1e30
        rows = unit(matrix)
        found = coded(matrix, bits)
        assert [plane.dtype for plane in found.planes] == [np.int8] * (bits // 8)
        steps = np.abs(rows).max(axis=1, keepdims=True)
        assert (np.abs(found.decoded() - rows) <= steps * margin * 1.01).all()

    def test_both_ends_of_the_range_fit(self) -> None:
        found = coded(np.array([[1, -1, 0.5]], np.float32), 16)
        assert found.planes[0].tolist() == [[127, -127, 64]]
        assert found.planes[1].tolist() == [[0, 0, -128]]


class TestLayout:
    def test_pca_keeps_the_distances_of_a_plane(self) -> None:
        flat = np.random.default_rng(2).standard_normal((30, 2))
        flat /= np.linalg.norm(flat, axis=1, keepdims=True)
        turn, _ = np.linalg.qr(np.random.default_rng(3).standard_normal((6, 6)))
        places = layout.layout((flat @ turn[:2]).astype(np.float32)).places
        apart, own = (np.linalg.norm(one[:, None] - one, axis=2) for one in (flat, places))
        assert own * apart.max() / own.max() == pytest.approx(apart, abs=1e-4)
        assert np.abs(places).max() == pytest.approx(1)

    def test_one_dimension_makes_a_line_and_equal_rows_a_point(self) -> None:
        assert not layout.layout(np.array([[1], [2], [-1]], np.float32)).places[:, 1].any()
        assert not layout.layout(np.ones((4, 3), np.float32)).places.any()

    def test_maps_are_rotated_onto_the_first_by_common_words(self) -> None:
        points = layout.scaled(np.random.default_rng(5).standard_normal((20, 2)))
        turned = points @ np.array([[0, -1], [1, 0]], np.float32)
        common = list(range(20)), list(range(20))
        assert layout.rotated(turned, points, common) == pytest.approx(points, abs=1e-6)

    def test_tsne_keeps_groups_together_and_repeats(self) -> None:
        pytest.importorskip("openTSNE", reason="openTSNE is not installed")
        rows = np.repeat(np.eye(3, 10) * 5, 15, 0) + np.random.default_rng(6).normal(0, 0.2, (45, 10))
        places = layout.layout(rows.astype(np.float32), "tsne").places
        assert np.array_equal(places, layout.layout(rows.astype(np.float32), "tsne").places)
        apart = np.linalg.norm(places[:, None] - places, axis=2)
        np.fill_diagonal(apart, np.inf)
        assert all(near // 15 == number // 15 for number, near in enumerate(apart.argmin(1)))

    def test_a_map_that_cannot_be_made_is_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(SettingsError, match="layout globe: choose one of pca, tsne"):
            ExploreSettings(layout="globe")
        with pytest.raises(SettingsError, match="at least three words; got 2"):
            layout.layout(np.eye(2, dtype=np.float32))
        monkeypatch.setitem(__import__("sys").modules, "openTSNE", None)
        with pytest.raises(SettingsError, match="tsne: openTSNE is not installed; install it with pip"):
            ExploreSettings(layout="tsne")


class TestPage:
    def test_words_end_no_element_and_the_policy_allows_one_program(self) -> None:
        vectors = Vectors(HOSTILE, np.random.default_rng(1).standard_normal((len(HOSTILE), 4)))
        html = explore({"</title><script>alert(1)</script>": vectors}).html()
        assert head_of(html)["words"] == HOSTILE
        opened, closed = (len(re.findall(pattern, html)) for pattern in ("<script[ >]", "</script>"))
        assert opened == closed == 4  # head, map, program, rows
        assert "<title>&lt;/title&gt;" in html
        (program,) = re.findall("<script>(.*?)</script>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
        (policy,) = re.findall('Content-Security-Policy" content="([^"]*)"', html)
        assert unescape(policy) == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"

    def test_nothing_is_asked_for_from_elsewhere(self) -> None:
        html = explore(drawn()).html().replace("http://www.w3.org/2000/svg", "")
        assert not re.findall(r"https?:|@import|url\(|\bsrc=|fetch\(|XMLHttpRequest|WebSocket|import\(", html)

    def test_words_without_a_vector_and_beyond_top_are_left_out(self) -> None:
        rows = np.random.default_rng(1).standard_normal((9, 4))
        rows[2] = 0
        page = explore(Vectors([f"w{row}" for row in range(9)], rows), ExploreSettings(top=5))
        (one,) = page.contents.sets
        assert one.words == ["w0", "w1", "w3", "w4", "w5"]
        assert one.cut
        assert not explore(Vectors([f"w{row}" for row in range(9)], rows)).contents.sets[0].cut
        with pytest.raises(InputError, match="vectors: a map needs at least three words with a vector; found 1"):
            explore(Vectors(["a", "b"], [[0.0, 0], [1, 2]]))

    def test_it_is_written_whole_and_only_over_a_page_that_may_be_replaced(self, tmp_path: Path) -> None:
        page = explore({"odd\udcff.vec": drawn()})
        size = page.save(tmp_path / "page.html")
        assert (tmp_path / "page.html").stat().st_size == size
        assert head_of((tmp_path / "page.html").read_text())["title"] == "odd\udcff.vec"
        with pytest.raises(OutputError, match=r"page.html: exists already"):
            page.save(tmp_path / "page.html")
        with pytest.raises(SettingsError, match=r"page.txt: the name of a page must end in .html"):
            page.save(tmp_path / "page.txt")

    def test_eight_bits_halve_the_rows(self) -> None:
        sizes = [len(explore(drawn(200, 64), ExploreSettings(bits=bits)).html()) for bits in (8, 16)]
        assert sizes[1] - sizes[0] == pytest.approx(200 * 64 * 4 / 3, abs=4)
        with pytest.raises(SettingsError, match="bits 12: must be 8 or 16"):
            ExploreSettings(bits=12)


class TestKinds:
    def test_sets_are_in_one_space_if_one_was_aligned(self) -> None:
        step = {"step": "align", "side": "source"}
        moved, fixed = drawn(history=[step]), drawn(30, seed=2)
        assert explore({"a": moved, "b": fixed}).contents.kind == "space"
        assert explore({"a": moved, "b": fixed}, one_space=False).contents.kind == "spaces"
        assert explore({"a": fixed, "b": drawn(seed=3)}).contents.kind == "spaces"
        assert explore({"a": fixed, "b": drawn(seed=3)}, one_space=True).contents.kind == "space"
        assert explore({"a": moved, "b": drawn(dim=5)}).contents.kind == "spaces"
        with pytest.raises(InputError, match="sets in one space have the same dim; got 8, 5"):
            explore({"a": moved, "b": drawn(dim=5)}, one_space=True)
        with pytest.raises(SettingsError, match="one or more sets"):
            explore({})

    def test_a_target_that_was_not_moved_with_its_source_is_in_another_space(self) -> None:
        step = {"step": "align", "side": "source", "moves_target": True}
        with pytest.warns(UserWarning, match="aligned in a common space, and the target is not in it"):
            page = explore({"a": drawn(history=[step]), "b": drawn(30, seed=2)})
        assert page.contents.kind == "spaces"

    def test_slices_have_one_place_for_a_word(self, aligned: AlignedSlices) -> None:
        first, second = explore(aligned).contents.sets
        assert (first.name, second.name) == ("1990", "2016")
        at = [dict(zip(one.words, one.places.tolist(), strict=True)) for one in (first, second)]
        assert at[0]["w3"] == at[1]["w3"]
        assert len(explore(aligned, ExploreSettings(top=3)).contents.sets[0].words) == 3

    def test_shares_of_senses_are_those_of_all_senses(self) -> None:
        names, counts = ["a", "bank#1", "bank#2", "b", "bank#3"], [50, 40, 30, 20, 10]
        vectors = Vectors(names, np.random.default_rng(1).standard_normal((5, 4)), counts).with_senses()
        (one,) = explore(vectors, ExploreSettings(top=4)).contents.sets
        assert one.senses == [("bank", [1, 2], [0.5, 0.375])]


class TestCommand:
    def test_it_writes_a_page_and_says_how_large_it_is(self, wordvec: Call, tmp_path: Path) -> None:
        drawn(30).save(tmp_path / "a.vec")
        drawn(20, 5).save(tmp_path / "b.vec")
        done = wordvec("explore", tmp_path / "a.vec", tmp_path / "b.vec", "-o", tmp_path / "p.html", "--top", 25)
        assert done.code == 0
        assert re.search(r"p.html: 45 vectors, 0.\d MB; --top and --bits 8 make it smaller", done.err)
        head = head_of((tmp_path / "p.html").read_text())
        assert [(one["name"], one["size"], one["cut"]) for one in head["sets"]] == [
            ("a.vec", 25, True),
            ("b.vec", 20, False),
        ]
        assert head["title"] == "a.vec, b.vec"

    def test_a_compass_has_its_slices_and_tests_of_change(
        self, wordvec: Call, aligned: AlignedSlices, tmp_path: Path
    ) -> None:
        aligned.save(tmp_path / "years")
        assert wordvec("explore", tmp_path / "years", "-o", tmp_path / "p.html", "--quiet").code == 0
        head = head_of((tmp_path / "p.html").read_text())
        assert (head["kind"], head["title"], head["changes"]) == ("slices", "years", [])
        for wrong in ([tmp_path / "years"] * 2, [tmp_path / "years", "--one-space"]):
            done = wordvec("explore", *wrong, "-o", tmp_path / "q.html")
            assert done.code == 2
            assert "years: " in done.err
        assert not (tmp_path / "q.html").exists()

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["a.vec", "-o", "p.txt"], "p.txt: the name of a page must end in .html"),
            (["a.vec", "a.vec", "-o", "p.html"], "a.vec: is named twice"),
            (["a.vec", "-o", "p.html", "--top", "2"], "--top 2: must be at least 3"),
            (["a.vec", "-o", "p.html", "--bits", "9"], "--bits 9: must be 8 or 16"),
            (["a.vec", "-o", "p.html", "--mark", "#"], "no word has several senses"),
            (["none.vec", "-o", "p.html"], "none.vec: "),
            (["-o", "p.html"], "Missing argument"),
        ],
    )
    def test_bad_input_is_one_line(
        self, wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        drawn().save("a.vec")
        done = wordvec("explore", *arguments)
        assert done.code in (1, 2)
        assert message in done.err
        assert done.err.count("\n") == 1
        assert not Path("p.html").exists()


class TestReport:
    def test_it_has_the_explorer_of_the_words_that_all_know(self) -> None:
        made = report({"a": drawn(), "b": drawn(30, seed=2)}, ReportSettings(datasets=[]))
        html = pages.html(made)
        head = head_of(html)
        assert [one["size"] for one in head["sets"]] == [30, 30]
        (program,) = re.findall("<script>(.*?)</script>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
        assert f"script-src 'sha256-{digest}'" in html

    def test_without_common_words_it_has_no_program(self) -> None:
        other = Vectors(["x", "y", "z"], np.eye(3))
        html = pages.html(report({"a": drawn(), "b": other}, ReportSettings(datasets=[])))
        assert "<script" not in html
        assert "script-src 'none'" in html
