"""Pictures: what is on them, the same file again, and one line for what cannot be drawn."""

import itertools
import re
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from cli_helpers import Call
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from test_cli_compass import TRAIN, write

from wordvec import Vectors, plots
from wordvec.errors import InputError, SettingsError
from wordvec.plots.placement import Box, placed
from wordvec.plots.word_path import laid_out


@pytest.fixture
def slices() -> dict[str, Vectors]:
    draw = np.random.default_rng(1)
    words = ["moved", *(f"w{number}" for number in range(40))]
    still = draw.standard_normal((41, 10))
    made = {}
    for number, name in enumerate(("1950", "1970", "1990")):
        rows = still + 0.1 * draw.standard_normal((41, 10))
        rows[0] = (2 - number) * still[1] + number * still[2]
        made[name] = Vectors(words, rows, np.arange(141, 100, -1))
    return made


def texts(path: Path) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text())


def test_a_path_goes_through_all_slices_that_have_the_word(slices: dict[str, Vectors], tmp_path: Path) -> None:
    slices["none"] = slices["1950"].subset(slices["1950"].words[1:])
    plots.save(plots.path(slices, "moved", 3), tmp_path / "path.svg")
    shown = texts(tmp_path / "path.svg")
    assert "moved" in shown
    assert {"1950", "1970", "1990", "w0", "w1"} <= set(shown)
    assert "none" not in shown
    with pytest.raises(InputError, match="w0: found in 1 of the slices; a path needs at least two"):
        plots.path({"1950": slices["1950"]}, "w0")


@pytest.mark.parametrize("size", ["paper", "slide", "4x3"])
def test_all_labels_of_a_path_are_inside_its_frame_and_apart(slices: dict[str, Vectors], size: str) -> None:
    figure = plots.path(slices, "moved", 5, size)
    (panel,) = figure.axes
    renderer = FigureCanvasAgg(figure).get_renderer()
    frame = panel.get_window_extent(renderer)
    labels = [text.get_window_extent(renderer) for text in panel.texts if text.get_text()]
    assert len(labels) >= 8
    for number, label in enumerate(labels):
        assert frame.x0 <= label.x0 <= label.x1 <= frame.x1
        assert frame.y0 <= label.y0 <= label.y1 <= frame.y1
        assert not any(label.overlaps(other) for other in labels[:number])
    assert "principal components" in figure.texts[-1].get_text()


def test_a_word_is_among_its_own_neighbours_in_every_slice(slices: dict[str, Vectors]) -> None:
    found = laid_out(slices, "moved", 3)
    for step, name in zip(found.steps, found.slices, strict=True):
        nearest = slices[name].nearest("moved", 1)[0][0]
        distances = np.linalg.norm(found.fixed - step, axis=1)
        assert found.neighbours.index(nearest) in np.argsort(distances)[:3]


def table(words: int, letters: int = 8) -> list[dict[str, str]]:
    """Return rows of a table of changes, with intervals."""
    row = {"count_a": "10", "count_b": "123456", "cosine": ".4", "cosine_low": ".3", "cosine_high": ".5"}
    row |= {"cosine_usual": ".7", "changed": "1", "rare": "0"}
    near = {f"neighbours_{side}": " ".join(f"{side}-neighbour{number}" for number in range(3)) for side in "ab"}
    return [{"word": f"${number}_{'w' * letters}", **row, **near} for number in range(words)]


def texts_outside(figure: Any) -> list[str]:
    """Return the texts of a figure that are not wholly inside it."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    # Ticks beyond an axis have texts that are never drawn.
    with patch.object(Text, "draw", autospec=True, side_effect=Text.draw) as drawn:
        figure.draw(renderer)
    shown = [text for (text, *_), _ in drawn.call_args_list if text.get_text() and text.get_visible()]
    assert len(shown) > 5
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in shown]
    frame = figure.bbox
    return [
        name
        for name, box in boxes
        if not (box.x0 >= frame.x0 and box.x1 <= frame.x1 and box.y0 >= frame.y0 and box.y1 <= frame.y1)
    ]


@pytest.mark.parametrize("size", [None, "paper", "slide", "3.3x4", "3.3x2.2"])
@pytest.mark.parametrize("letters", [3, 60])
def test_all_texts_of_the_changes_are_inside_the_picture(size: str | None, letters: int) -> None:
    figure = plots.changes(table(6, letters), size=size, title="A title that is longer than a narrow picture is wide")
    assert not texts_outside(figure)


def test_a_size_that_is_too_small_for_the_words_is_one_line_with_the_height_needed() -> None:
    with pytest.raises(SettingsError, match=r"20 words need a height of 2\.\d inches; use fewer words or a larger"):
        plots.changes(table(20), size="6x2")
    assert not texts_outside(plots.changes(table(20), size="6x2.9"))
    with pytest.raises(SettingsError, match="too long for this width; use a larger size"):
        plots.changes(table(3, letters=40), size="2x3")


@pytest.mark.parametrize("size", [None, "slide", "3.3x3", "3.3x6", "2x2"])
@pytest.mark.parametrize("name", ["{}", "{} House of Lords"])
def test_all_texts_of_the_similarity_are_inside_the_picture(
    slices: dict[str, Vectors], size: str | None, name: str
) -> None:
    named = {name.format(year): vectors for year, vectors in slices.items()}
    figure = plots.heat_map(named, size=size, title="Similarity of the slices of one corpus")
    assert not texts_outside(figure)


def test_a_similarity_that_cannot_be_drawn_is_one_line(slices: dict[str, Vectors]) -> None:
    with pytest.raises(SettingsError, match="names of the slices are too long for this size; use a larger one"):
        plots.heat_map({f"{year}{'W' * 30}": vectors for year, vectors in slices.items()}, size="2x2")
    with pytest.raises(InputError, match="a comparison needs at least two slices; got 1"):
        plots.heat_map({"1950": slices["1950"]})


def test_names_of_many_slices_in_a_small_picture_do_not_overlap(slices: dict[str, Vectors]) -> None:
    figure = plots.heat_map({str(year): slices["1950"] for year in range(1940, 1980)}, size="3.3x3")
    assert not texts_outside(figure)
    renderer = FigureCanvasAgg(figure).get_renderer()
    names = [name for name in figure.axes[0].get_yticklabels() if name.get_text()]
    assert 10 < len(names) < 40
    boxes = [name.get_window_extent(renderer) for name in names]
    assert not any(one.overlaps(other) for one, other in itertools.pairwise(boxes))


def test_the_colours_of_a_similarity_end_at_one(slices: dict[str, Vectors]) -> None:
    (image,) = plots.heat_map({"1950": slices["1950"], "same": slices["1950"]}).axes[0].images
    assert image.norm.vmax == 1


def test_the_header_of_the_neighbours_is_between_title_and_first_row() -> None:
    figure = plots.changes(table(1), size="3.3x4", title="A title of many words " * 5)
    renderer = FigureCanvasAgg(figure).get_renderer()
    row, header = (text.get_window_extent(renderer) for text in figure.axes[0].texts)
    assert row.y1 < header.y0
    assert header.y1 < figure.texts[0].get_window_extent(renderer).y0


def test_labels_avoid_lines_where_there_is_room() -> None:
    anchor, frame, line = np.array([[50.0, 50.0]]), Box(0, 0, 100, 100), np.linspace((50, 50), (100, 50), 50)
    (free,) = placed(anchor, [(20, 8)], frame, 2, np.empty((0, 2)))
    (moved,) = placed(anchor, [(20, 8)], frame, 2, line)
    assert free.left > 50
    assert free.bottom < 50 < free.top
    assert moved.bottom >= 50 or moved.top <= 50 or moved.right <= 50


def test_a_size_that_is_too_small_for_the_panels_is_one_line_with_the_height_needed(slices: dict[str, Vectors]) -> None:
    words = slices["1950"].words[:12]
    with pytest.raises(SettingsError, match=r"need a height of 4\.5 inches; use fewer words or a larger size"):
        plots.path(slices, words, 3, "3.3x3")
    assert not texts_outside(plots.path(slices, words, 3, "3.3x4.5"))
    with pytest.raises(SettingsError, match=r"need a height of \d\.\d inches; use a larger size"):
        plots.path(slices, "moved", 3, "2x2", "A title of many words " * 15)


@pytest.mark.parametrize("size", ["slide", "3.3x3"])
def test_several_paths_share_one_font_with_which_no_label_covers_another(slices: dict[str, Vectors], size: str) -> None:
    figure = plots.path(slices, ["moved", "w1", "w2", "w3"], 4, size)
    assert not texts_outside(figure)
    renderer = FigureCanvasAgg(figure).get_renderer()
    labels = [[text for text in panel.texts if text.get_text()] for panel in figure.axes]
    assert len({text.get_size() for panel in labels for text in panel}) == 1
    for panel in labels:
        boxes = [text.get_window_extent(renderer) for text in panel]
        assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def test_the_same_picture_is_the_same_file(slices: dict[str, Vectors], tmp_path: Path) -> None:
    for ending in plots.ENDINGS:
        for name in ("one", "two"):
            plots.save(plots.heat_map(slices), tmp_path / f"{name}{ending}")
        assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"two{ending}").read_bytes()


def test_slices_are_as_alike_as_their_frequent_words(slices: dict[str, Vectors]) -> None:
    alike = plots.self_similarity(slices)
    assert np.diag(alike) == pytest.approx(np.ones(3))
    assert alike[0, 1] > alike[0, 2]
    a, b = (slices[name].unit().matrix for name in ("1950", "1990"))
    assert alike[0, 2] == pytest.approx(np.einsum("ij,ij->i", a, b).mean(), abs=1e-6)
    rare = Vectors(["moved"], [[1.0] * 10], [3])
    with pytest.raises(InputError, match="no word has frequency 50 or more in every slice"):
        plots.self_similarity(slices | {"rare": rare})


def test_pictures_come_from_a_folder_and_a_table(
    wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("2.txt"), 1)
    write(Path("10.txt"), 2, swapped=1.0)
    assert wordvec("compass", "train", "2.txt", "10.txt", *TRAIN, "-o", "out", "--quiet").code == 0
    assert wordvec("compass", "change", "out", 2, 10, "--bootstraps", 2, "-o", "change.csv", "--quiet").code == 0
    for arguments in (["path", "out", "t0w2"], ["changes", "change.csv", "-n", "5"], ["slices", "out"]):
        done = wordvec("compass", "plot", *arguments, "-o", f"{arguments[0]}.svg")
        assert (done.code, done.out, done.err) == (0, "", "")
    shown = texts(Path("changes.svg"))
    assert sum(text.startswith(("t0w2  ", "t1w2  ")) for text in shown) == 2
    assert any("95 % intervals" in text for text in shown)
    assert sum("\u2192" in text for text in shown) == 6
    assert wordvec("compass", "change", "out", 2, 10, "--bootstraps", 0, "-o", "none.csv", "--quiet").code == 0
    assert wordvec("compass", "plot", "changes", "none.csv", "-o", "none.svg").code == 0
    assert not any("interval" in text for text in texts(Path("none.svg")))
    asked = ["--words", "t0w2,t1w2", "--size", "slide", "--title", "Two words"]
    assert wordvec("compass", "plot", "path", "out", *asked, "-o", "two.svg").code == 0
    assert {"t0w2", "t1w2", "Two words"} <= set(texts(Path("two.svg")))
    assert any(text.startswith("Orange: changed; blue: changed, but rare") for text in shown)
    assert {"2", "10"} <= set(texts(Path("slices.svg")))
    before = Path("slices.svg").read_bytes()
    assert wordvec("compass", "plot", "slices", "out", "-o", "slices.svg").code == 1
    assert Path("slices.svg").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["slices", "out", "-o", "x.jpg"], "x.jpg: the name of a plot must end with .svg, .png, .pdf"),
        (["slices", "out", "--size", "A4", "-o", "x.svg"], "--size A4: expected paper, slide or WxH in inches"),
        (["slices", "out", "--size", "1x5", "-o", "x.svg"], "--size 1x5: must be 2 to 40 inches each"),
        (["path", "out", "-o", "x.svg"], "expected a WORD or --words LIST, one of them"),
        (["slices", "out", "-o", "x.svg"], "out: holds no compass"),
        (["changes", "none.csv", "-o", "x.svg"], "none.csv: cannot be read: No such file or directory"),
        (["changes", "odd.csv", "-o", "x.svg"], "odd.csv: is not a table written by wordvec compass change -o"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(
    wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("odd.csv").write_text("a,b\n1,2\n")
    said = wordvec("compass", "plot", *arguments).err
    assert said.startswith(f"wordvec: {message}")
    assert said.count("\n") == 1
    assert not Path("x.svg").exists()


def test_without_matplotlib_the_extra_is_named(wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    said = wordvec("compass", "plot", "slices", "out", "-o", "x.svg").err
    assert said == "wordvec: plots need Matplotlib: pip install matplotlib\n"
