"""The explorer's program: under node, its answers beside Python's; in Chromium, what people do with the page."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from cli_helpers import write_text

from wordvec import Compass, EncodedCorpus, Vectors
from wordvec.explorer import ExploreSettings, explore
from wordvec.rows import unit
from wordvec.slices.aligned import AlignedSlices
from wordvec.vectors import Neighbours

SOURCE = Path(__file__).parents[1] / "wordvec/explorer/page"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")
needs_modules = pytest.mark.skipif(
    NODE is None or not (SOURCE / "node_modules").is_dir(),
    reason="node_modules are not installed (npm install in wordvec/explorer/page)",
)


def grouped(words: int = 400, dim: int = 30, seed: int = 1, start: str = "w") -> Vectors:
    """Return vectors in groups, with some equal rows, so that there are ties."""
    chance = np.random.default_rng(seed)
    rows = chance.standard_normal((20, dim))[np.arange(words) % 20] + 0.7 * chance.standard_normal((words, dim))
    rows[7], rows[11] = rows[3], 2 * rows[3]
    return Vectors([f"{start}{number}" for number in range(words)], rows, list(range(words + 9, 9, -1)))


def asked(
    page: Path, queries: list[dict[str, Any]], words: Sequence[str] = (), complete: Sequence[str] = ()
) -> dict[str, Any]:
    """Return what the page's modules answer under node."""
    assert NODE is not None
    given = {
        "page": str(page),
        "source": str(SOURCE / "src"),
        "queries": queries,
        "words": list(words),
        "complete": list(complete),
    }
    script = Path(__file__).with_name("explorer_answers.mjs")
    done = subprocess.run([NODE, script], input=json.dumps(given), capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def assert_same(found: list[list[Any]], expected: Neighbours, margin: float) -> None:
    """Compare neighbours, which may differ in the order of words whose cosines differ by less than the margin."""
    scores = dict(expected)
    assert len(found) == 10
    assert [score for _, score in found] == pytest.approx([score for _, score in expected[:10]], abs=margin)
    for word, score in found:
        assert score == pytest.approx(scores[word], abs=margin)
    certain = [word for word, score in expected if score > expected[9][1] + 2 * margin]
    assert set(certain) <= {word for word, _ in found}


@needs_node
class TestAnswers:
    @pytest.mark.parametrize(("bits", "margin"), [(16, 5e-5), (8, 0.01)])
    def test_words_nearest_to_a_word_or_a_sum_are_python_s(self, tmp_path: Path, bits: int, margin: float) -> None:
        vectors = grouped()
        explore(vectors, ExploreSettings(bits=bits)).save(tmp_path / "page.html")
        words = ["w0", "w3", "w7", "w399"]
        sums = ["w1 - w2 + w3", "w1 + w5", "- w4", "w3 + w7 - w11"]
        queries = [{"query": query, "set": 0, "n": 10} for query in [*words, *sums]]
        found = asked(tmp_path / "page.html", queries, complete=["W1", "39"])
        for word, (section,) in zip(words, found["found"], strict=False):
            assert_same(section["neighbours"], vectors.nearest(word, 40), margin)
        for query, (section,) in zip(sums, found["found"][len(words) :], strict=True):
            terms = re.findall(r"(?:^|([+-]) )(\w+)", query)
            parts = {sign: [word for own, word in terms if (own or "+") == sign] for sign in "+-"}
            assert_same(section["neighbours"], vectors.nearest(n=40, positive=parts["+"], negative=parts["-"]), margin)
        assert found["completed"] == [["w1", "w10", "w11", "w12", "w13"], ["w39", "w139", "w239", "w339", "w390"]]

    def test_senses_of_a_word_are_no_neighbours_of_each_other(self, tmp_path: Path) -> None:
        plain = grouped(100)
        names = ["w0#1", "w0#2", "w0#3", *plain.words[3:]]
        vectors = Vectors(names, plain.matrix, plain.counts).with_senses()
        explore(vectors).save(tmp_path / "page.html")
        queries = [{"query": query, "set": 0, "n": 10} for query in ("w0", "w0#2", "w0 + w5")]
        whole, one, total = asked(tmp_path / "page.html", queries)["found"]
        assert [section["name"] for section in whole] == ["w0#1", "w0#2", "w0#3"]
        assert [section["share"] for section in whole] == pytest.approx(vectors.inventory.shares_of("w0"), abs=1e-4)  # type: ignore[union-attr]
        for section in whole:
            assert_same(section["neighbours"], vectors.nearest(section["name"], 40), 5e-5)
        assert one[0]["neighbours"] == whole[1]["neighbours"]
        assert total[0]["problem"] == "w0 has several senses: w0#1, w0#2, w0#3."

    def test_words_of_one_language_find_those_of_the_other(self, tmp_path: Path) -> None:
        first, second = grouped(300), grouped(200, seed=2, start="v")
        explore({"a": first, "b": second}, one_space=True).save(tmp_path / "page.html")
        queries = [
            {"query": query, "set": number, "n": 10}
            for query, number in [("w5", 0), ("v6", 1), ("w5 - v6", 0), ("x", 0)]
        ]
        found = asked(tmp_path / "page.html", queries)["found"]
        assert_same(found[0][0]["neighbours"], first.nearest("w5", 40), 5e-5)
        assert_same(found[0][1]["neighbours"], second.nearest(first["w5"], 40), 5e-5)
        assert_same(found[1][0]["neighbours"], first.nearest(second["v6"], 40), 5e-5)
        total = unit(first[["w5"]]) - unit(second[["v6"]])
        assert_same(found[2][0]["neighbours"], [pair for pair in first.nearest(total[0], 41) if pair[0] != "w5"], 5e-5)
        assert {section["problem"] for section in found[3]} == {"x is in none of the sets."}

    def test_separate_sets_answer_for_themselves(self, tmp_path: Path) -> None:
        first, second = grouped(300), grouped(200, 12, seed=2)
        explore({"a": first, "b": second}).save(tmp_path / "page.html")
        (known, unknown) = asked(
            tmp_path / "page.html", [{"query": query, "set": 1, "n": 10} for query in ("w5", "w250")]
        )["found"]
        assert_same(known[0]["neighbours"], first.nearest("w5", 40), 5e-5)
        assert_same(known[1]["neighbours"], second.nearest("w5", 40), 5e-5)
        assert unknown[1]["problem"] == "w250 is not among these words."

    def test_a_path_is_that_of_trace(self, slices: AlignedSlices, tmp_path: Path) -> None:
        explore(slices).save(tmp_path / "page.html")
        (steps,) = asked(tmp_path / "page.html", [], ["w3"])["paths"]
        expected = slices.trace("w3", 5).rows
        for step, row in zip(steps, expected, strict=True):
            assert (step["slice"], step["count"]) == (row["slice"], row["count"])
            assert step["cosine"] == pytest.approx(row["cosine"], abs=5e-5)
            assert len(set(step["nearest"]) & set(row["neighbours"].split())) >= 4


@pytest.fixture(scope="module")
def slices(tmp_path_factory: pytest.TempPathFactory) -> AlignedSlices:
    folder = tmp_path_factory.mktemp("slices")
    texts = {
        name: EncodedCorpus.from_text(write_text(folder / f"{name}.txt", seed=seed))
        for seed, name in enumerate(("1990", "2003", "2016"))
    }
    try:
        return Compass(dim=8, epochs=1, min_count=2, threads=1).fit(texts)
    finally:
        for corpus in texts.values():
            corpus.close()


@needs_modules
def test_the_built_program_is_that_of_the_modules(tmp_path: Path) -> None:
    script = json.loads((SOURCE / "package.json").read_text())["scripts"]["build"]
    command = script.replace("built.js", str(tmp_path / "built.js")).split()
    subprocess.run([SOURCE / "node_modules/.bin" / command[0], *command[1:]], cwd=SOURCE, check=True)
    assert (tmp_path / "built.js").read_text() == (SOURCE / "built.js").read_text()


@needs_modules
def test_types_of_the_modules_are_right() -> None:
    done = subprocess.run([SOURCE / "node_modules/.bin/tsc"], cwd=SOURCE, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if chromium() is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


class Opened:
    """A page in Chromium, whose messages and requests are kept."""

    def __init__(self, browser: Any, file: Path, fragment: str = "", **context: Any) -> None:
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.heard: list[str] = []
        self.page.on("console", lambda message: self.heard.append(message.text))
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on(
            "request", lambda request: request.url.startswith(("file:", "blob:")) or self.heard.append(request.url)
        )
        self.page.goto(f"{file.as_uri()}{fragment}")
        self.page.wait_for_selector(".explorer[data-ready]", timeout=60_000)

    def neighbours(self, section: int = 0) -> list[tuple[str, float]]:
        rows = self.page.locator(".neighbours").nth(section).locator("li")
        cells = rows.evaluate_all("rows => rows.map(row => [row.children[0].innerText, row.children[2].innerText])")
        return [(word, float(score.replace("−", "-"))) for word, score in cells]

    def __enter__(self) -> "Opened":
        return self

    def __exit__(self, *error: object) -> None:
        self.context.close()
        if error[0] is None:
            assert self.heard == []


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "words.html"
    explore({"words.vec": grouped()}).save(path)
    return path


def test_people_search_with_keys_and_get_python_s_answers(browser: Any, file: Path) -> None:
    vectors = grouped()
    with Opened(browser, file) as opened:
        page = opened.page
        page.keyboard.press("/")
        page.keyboard.type("W12")
        assert page.locator("[role=option]").all_inner_texts()[:3] == ["w12", "w120", "w121"]
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert page.locator("[role=option][aria-selected=true]").inner_text() == "w120"
        page.keyboard.press("Enter")
        assert page.locator(".panel h2").inner_text() == "w120"
        expected = vectors.nearest("w120", 10)
        assert opened.neighbours() == [(word, pytest.approx(score, abs=6e-4)) for word, score in expected]
        assert page.url.endswith("#q=w120")
        assert page.locator("[aria-live]").inner_text().startswith("w120. ")
        assert "289 times" in page.locator(".facts").first.inner_text()

        page.locator(".neighbours li").nth(0).locator(".sign").nth(1).click()
        word = expected[0][0]
        expected = vectors.nearest(positive=["w120"], negative=[word], n=10)
        assert opened.neighbours() == [(word, pytest.approx(score, abs=6e-4)) for word, score in expected]
        page.locator(".more").click()
        assert len(opened.neighbours()) == 25
        page.go_back()
        page.wait_for_function("document.querySelector('.panel h2').innerText === 'w120'")

        page.locator("#explorer-search").fill("nothing like it")
        page.keyboard.press("Enter")
        assert "is not among these words" in page.locator(".problem").inner_text()


VIEW = "() => { const { x, y, zoom } = document.querySelector('.explorer').explorer.map.view; return [x, y, zoom]; }"


def test_a_click_on_the_map_chooses_a_word_and_keys_move_it(browser: Any, file: Path) -> None:
    with Opened(browser, file, viewport={"width": 900, "height": 700}) as opened:
        page = opened.page
        x, y = page.evaluate(
            """() => {
              const { map, page } = document.querySelector('.explorer').explorer, { places } = page.sets[0];
              const { left, top, width, height } = map.element.getBoundingClientRect();
              const far = [...Array(400).keys()].sort((a, b) => places[2 * b] - places[2 * a])[0];
              const unit = 0.94 * Math.min(width, height) / 2;
              const [across, down] = [width / height, height / width].map((one) => Math.min(1.5, Math.max(1, one)));
              window.expected = page.sets[0].words[far];
              const x = places[2 * far] * unit * across, y = places[2 * far + 1] * unit * down;
              return [left + width / 2 + x, top + height / 2 - y];
            }"""
        )
        page.mouse.click(x, y)
        assert page.locator(".panel h2").inner_text() == page.evaluate("window.expected")
        page.locator(".map").focus()
        for key in ("+", "+", "ArrowLeft"):
            page.keyboard.press(key)
        x, y, zoom = view = page.evaluate(VIEW)
        assert zoom > 1.9
        address = page.url
        assert address.endswith(f"view={x:.4f}%2C{y:.4f}%2C{zoom:.2f}")
    with Opened(browser, file, f"#{address.partition('#')[2]}") as opened:  # the address alone makes the same view
        assert opened.page.evaluate(VIEW) == pytest.approx(view, abs=0.01)
        opened.page.locator(".tools button").nth(2).click()
        assert "view" not in opened.page.url


def test_a_view_is_saved_as_svg_and_csv(browser: Any, file: Path, tmp_path: Path) -> None:
    with Opened(browser, file, "#q=w5") as opened:
        for button, name in (("SVG", "w5.svg"), ("CSV", "w5.csv")):
            with opened.page.expect_download() as download:
                opened.page.get_by_text(button, exact=True).click()
            assert download.value.suggested_filename == name
            download.value.save_as(tmp_path / name)
    texts = {one.text for one in ElementTree.parse(tmp_path / "w5.svg").iter("{http://www.w3.org/2000/svg}text")}
    expected = grouped().nearest("w5", 10)
    assert "w5" in texts
    assert len({word for word, _ in expected} & texts) >= 3
    rows = list(csv.DictReader(io.StringIO((tmp_path / "w5.csv").read_text())))
    assert [(row["word"], float(row["similarity"])) for row in rows] == [
        (word, pytest.approx(score, abs=5e-5)) for word, score in expected
    ]
    assert rows[0].keys() == {"query", "set", "rank", "word", "similarity", "count"}


def test_slices_have_a_slider_and_small_maps_on_a_phone_in_the_dark(
    browser: Any, slices: AlignedSlices, tmp_path: Path
) -> None:
    explore(slices).save(tmp_path / "page.html")
    phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "color_scheme": "dark"}
    with Opened(browser, tmp_path / "page.html", "#q=w3", **phone) as opened:
        page = opened.page
        assert page.locator("output").inner_text() == "2016"
        assert opened.neighbours()[0][0] == slices.slices["2016"].nearest("w3", 1)[0][0]
        page.locator("input[type=range]").focus()
        page.keyboard.press("ArrowLeft")
        assert page.locator("output").inner_text() == "2003"
        page.locator(".multiples button").nth(0).click()
        assert opened.neighbours()[0][0] == slices.slices["1990"].nearest("w3", 1)[0][0]
        assert page.url.endswith("#q=w3&set=0")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_hostile_words_are_text(browser: Any, tmp_path: Path) -> None:
    words = ["<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "a & b", "شاي"]
    explore(Vectors(words, np.eye(4) + 0.1)).save(tmp_path / "page.html")
    with Opened(browser, tmp_path / "page.html", "#q=شاي") as opened:
        assert {word for word, _ in opened.neighbours()} == set(words[:3])
        assert opened.page.locator("img").count() == 0
