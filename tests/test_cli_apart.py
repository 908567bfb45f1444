"""No output is written over an input or another output, and no folder is replaced that has files of the user."""

import shlex
from pathlib import Path

import pytest
from cli_helpers import write_text

from wordvec.cli import run


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("material")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_text(Path("a.txt"), 60, 20)
        write_text(Path("b.txt"), 60, 20, 2)
        for command in (
            "train skipgram a.txt -o a.vec --dim 4 --epochs 1 --min-count 1 --threads 1 --quiet",
            "corpus encode a.txt -o a.corpus --quiet",
            "corpus cooccur a.corpus -o a.counts --min-count 1 --quiet",
            "convert a.vec a.vectors",
            "compass train a.txt b.txt -o compass --dim 4 --threads 1 --quiet",
        ):
            assert run(shlex.split(command)) == 0
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "command",
    [
        "check a.vec --log a.vec",
        "check a.vec --repair out.vec --log a.vec",
        "check a.vec --repair out.vec --log out.vec",
        "check a.vec --repair out.vec --log out.json",
        "corpus encode a.txt -o out --log a.txt",
        "corpus encode b.txt a.txt -o out --log a.txt",
        "corpus encode a.txt -o out --vocabulary a.vocab --log a.vocab",
        "corpus cooccur a.txt -o out --log ./a.txt",
        "corpus cooccur a.corpus -o out --log out",
        "corpus export-glove a.counts -o out.bin --vocab out.bin",
        "corpus export-glove a.counts -o vocab.txt",
        "corpus import-glove a.txt a.vocab -o out --log a.vocab",
        "corpus vocabulary a.vocab -o a.vocab",
        "compass train a.txt b.txt -o out --log b.txt",
        "compare a.txt -o out --latex a.txt",
        "convert a.vec a.txt --words a.txt",
        "retrofit a.vec a.txt -o out.vec --log a.txt",
        "train skipgram a.txt -o out.vec --log out.vec",
        "train bit-cipher a.txt -o out.vec --log out.json",
        "train glove a.txt -o out.vec --contexts a.txt",
    ],
)
def test_an_output_is_not_written_over_an_input_or_another_output(
    command: str, material: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(material)
    before = files(material)
    assert run([*shlex.split(command), "--force"]) == 2
    assert files(material) == before
    said = capsys.readouterr().err
    assert any(text in said for text in ("would be written over", "is the name of two results")), said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("folder", "command"),
    [
        ("a.corpus", "corpus encode b.txt -o a.corpus"),
        ("a.counts", "corpus cooccur b.txt -o a.counts --min-count 1"),
        ("a.vectors", "convert a.vec a.vectors"),
        ("compass", "compass train a.txt b.txt -o compass --dim 4"),
        ("compass/slices", "compass train a.txt b.txt -o compass --dim 4"),
        ("compass/texts/a", "compass train a.txt b.txt -o compass --dim 4"),
    ],
)
def test_a_folder_with_a_file_of_the_user_is_not_replaced(
    folder: str, command: str, material: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(material)
    note = Path(folder, "change.csv")
    note.write_text("precious")
    before = files(material)
    assert run([*shlex.split(command), "--force", "--quiet"]) == 1
    assert files(material) == before
    said = capsys.readouterr().err
    assert "contains files not written by wordvec (" in said
    assert "change.csv), and is not replaced" in said
    note.unlink()
    assert run([*shlex.split(command), "--force", "--quiet"]) == 0
