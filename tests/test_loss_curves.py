"""Loss curves: one line for each run, a panel for each quantity, early stopping marked, errors for other files."""

import json
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import Call

pytest.importorskip("matplotlib")

from wordvec import SkipGram, loss_curves
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError


def metadata(path: str, losses: Any, method: str = "skipgram", epochs: Any = 5, **training: Any) -> Path:
    record = {"method": method, "settings": {"epochs": epochs}, "training": {"loss": losses, **training}}
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(json.dumps(record))
    return Path(path)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def stopped(epoch: int, share: float) -> dict[str, Any]:
    return {"stopped": {"reason": "the loss rose in 1 epoch", "epoch": epoch, "share": share}}


def test_runs_of_one_quantity_share_a_panel() -> None:
    paths = [metadata("a.json", [0.5, 0.4]), metadata("b.json", [0.6], "cbow"), metadata("g.json", [2, 1], "glove")]
    runs = loss_curves.read_runs(paths)
    assert [(run.name, run.quantity) for run in runs] == [
        ("a", loss_curves.PAIR), ("b", loss_curves.PAIR), ("g", loss_curves.ENTRY)
    ]  # fmt: skip
    pairs, entries = loss_curves.draw(runs).axes
    assert [text.get_text() for text in pairs.get_legend().get_texts()] == ["a", "b"]
    assert pairs.lines[0].get_xydata().tolist() == [[1, 0.5], [2, 0.4]]
    assert pairs.get_ylabel() == "mean loss of a pair"
    assert entries.get_ylabel() == "mean cost of an entry"


def test_an_early_end_is_marked_where_it_happened() -> None:
    (run,) = loss_curves.read_runs([metadata("a.json", [0.5, 0.4], epochs=10, **stopped(2, 0.15))])
    assert run.positions == [1, 1.5]
    assert run.label == "a (stopped in epoch 2 of 10)"
    (axes,) = loss_curves.draw([run]).axes
    assert axes.lines[-1].get_marker() == "X"
    assert axes.lines[-1].get_xydata().tolist() == [[1.5, 0.4]]


def test_files_of_one_name_are_named_by_their_paths_and_repeated_ones_drawn_once() -> None:
    one, other = metadata("x/a.json", [1.0]), metadata("y/a.json", [2.0])
    assert [run.name for run in loss_curves.read_runs([one, other, Path("x") / "a.json"])] == ["x/a.json", "y/a.json"]


def test_vector_files_of_all_formats_lead_to_their_losses() -> None:
    with EncodedCorpus.from_sentences(["tea with milk", "tea with rum"] * 20) as corpus:
        vectors = SkipGram(dim=4, epochs=3, min_count=1, sample=0).fit(corpus)
    for name in ("a.vec", "b.npz", "c.vectors", "d.vec.gz"):
        vectors.save(name)
    runs = loss_curves.read_runs([Path(name) for name in ("a.vec", "a.json", "b.npz", "c.vectors", "d.vec.gz")])
    assert all(run.losses == vectors.metadata["training"]["loss"] for run in runs)
    assert [run.name for run in runs] == ["a.vec", "a.json", "b.npz", "c.vectors", "d"]


def test_the_command_writes_pictures(wordvec: Call) -> None:
    metadata("a.json", [0.5, 0.4])
    metadata("b.json", [0.7, 0.3, 0.2], **stopped(3, 0.6))
    for ending in ("svg", "png", "pdf"):
        assert wordvec("plot", "loss", "a.json", "b.json", "-o", f"loss.{ending}").code == 0
        assert Path(f"loss.{ending}").stat().st_size > 1000
    text = Path("loss.svg").read_text()
    assert "b (stopped in epoch 3 of 5)" in text
    again = wordvec("plot", "loss", "a.json", "-o", "loss.svg")
    assert again.code == 1
    assert "exists already" in again.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"method": "ppmi-svd", "training": {"seconds": 1}}', "has no losses (ppmi-svd records none)"),
        ('{"a": 1}', "has no losses (it has no record of a training run)"),
        ('{"training": {"loss": []}}', "has no losses"),
        ('{"training": {"loss": ["x"]}}', "its losses are not numbers"),
        ('{"training": {"loss": [1e999]}}', "a.json"),
        ('{"training": 3}', "has no losses"),
        ("[1]", "damaged"),
        ("{", "damaged"),
    ],
)
def test_files_without_losses_are_refused_in_one_line(content: str, message: str, wordvec: Call) -> None:
    Path("a.json").write_text(content)
    done = wordvec("plot", "loss", "a.json", "-o", "loss.svg")
    assert (done.code, done.out) == (1, "")
    assert message in done.err
    assert done.err.count("\n") == 1
    assert not Path("loss.svg").exists()


def test_missing_files_and_other_endings_are_refused(wordvec: Call) -> None:
    metadata("a.json", [1.0])
    assert "No such file" in wordvec("plot", "loss", "nowhere.json", "-o", "loss.svg").err
    assert "must end with .svg, .png, .pdf" in wordvec("plot", "loss", "a.json", "-o", "loss.gif").err
    assert wordvec("plot", "loss", "-o", "loss.svg").code == 2
    Path("out.partial").mkdir()
    said = "wordvec: out.partial: is a folder without vectors; name OUT.json or a vector file\n"
    assert wordvec("plot", "loss", "out.partial", "-o", "loss.svg").err == said
    with pytest.raises(InputError, match="nowhere"):
        loss_curves.read_runs([Path("nowhere.vec")])
