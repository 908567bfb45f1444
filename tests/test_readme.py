"""What the README says stays true: its commands and its program run, its options exist."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_helpers import Call, write_text
from gensim.test.utils import datapath

from wordvec import SkipGram
from wordvec.cli import root
from wordvec.cli.command import LazyGroup
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import Interrupted
from wordvec.files import remove
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.workers import StopFlag

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
DUMP = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
WORDS = "river lake ocean france paris germany berlin tiger cat book paper old new hard easy"
TAGGED = [("river", "NOUN"), ("old", "ADJ"), ("lake", "NOUN"), ("new", "ADJ")]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the files that the README speaks of, all tiny."""
    monkeypatch.chdir(tmp_path)
    text = write_text(tmp_path / "corpus.txt", sentences=2000, words=200).read_text() + f"{WORDS}\n" * 20
    for name in ("corpus.txt", "medical.txt", "turkish.txt", "novels/one.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text)
    Path("posts.jsonl").write_text("".join(json.dumps({"text": line}) + "\n" for line in text.splitlines()))
    with EncodedCorpus.from_text("corpus.txt") as corpus:
        for number, name in enumerate(("one.vec", "two.vec"), 1):
            SkipGram(dim=8, epochs=1, seed=number).fit(corpus).save(name)
    for name in ("de.vec", "more-german.vec"):
        Path(name).write_bytes(Path("one.vec").read_bytes())
    Path("en.vec").write_bytes(Path("two.vec").read_bytes())
    for name in ("de-en.txt", "de-en.test.txt", "synonyms.txt"):
        Path(name).write_text("".join(f"{word} {other}\n" for word in WORDS.split() for other in (word, "river")))
    rest = "\t_" * 6
    for name in ("train", "test"):
        tagged = [f"{number}\t{word}\t_\t{tag}{rest}" for number, (word, tag) in enumerate(TAGGED, 1)]
        Path(f"{name}.conllu").write_text("\n".join([*tagged, "", ""]) * 20)
        Path(f"{name}.txt").write_text("".join(f"{tag} {word}\n" for word, tag in TAGGED) * 5)
    Path("years").mkdir()
    for year in (1990, 2016):
        Path(f"years/{year}.txt").write_text(text)
    Path("ask.txt").write_text("river\nlake\n")
    Path("truth.tsv").write_text("river\t1\nlake\t0\nocean\t0\n")
    Path("questions.csv").write_text("river-1990,lake-2016\n")
    Path("held-out.txt").write_text(text)
    Path("downloaded.txt").write_bytes(b"\xef\xbb\xbf9 2\r\nthe 1 2\r\nnew york 1 nan\r\nthe 3 2\r\n")
    Path("pairs.tsv").write_text("river\tlake\t7\nriver\tparis\t1\nocean\tlake\t6\n")
    Path("enwiki-latest-pages-articles.xml.bz2").symlink_to(datapath(DUMP))


def leave_interrupted(name: str) -> None:
    """Leave what Ctrl-C leaves of a training."""
    partial, stop = Path(f"{name}.partial"), StopFlag()
    partial.mkdir()
    stop.set()
    with EncodedCorpus.from_text("corpus.txt", partial / "corpus") as corpus, pytest.raises(Interrupted):
        SkipGram(dim=8, epochs=1).fit(corpus, checkpoint=Checkpoint(partial), stop=stop)


@pytest.mark.usefixtures("texts")
def test_every_command_runs(wordvec: Call) -> None:
    lines = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    assert len(lines) > 15
    for line in lines:
        name, *arguments = shlex.split(line)
        assert name == "wordvec"
        if "--resume" in arguments:
            for path in Path().glob("long.*"):
                remove(path)
            leave_interrupted("long")
        done = wordvec(*arguments)
        assert done.code == 0, f"{line}: {done.err}"


@pytest.mark.usefixtures("texts")
def test_the_programs_run_and_the_first_has_eight_lines(capsys: pytest.CaptureFixture[str]) -> None:
    program, judging, comparing = blocks("python")
    assert len([line for line in program.splitlines() if line]) == 8
    exec(program, {})
    assert capsys.readouterr().out.endswith("True 215\n")
    exec(judging, {})
    out = capsys.readouterr().out
    assert out.startswith("dataset")
    assert "google,two,total,19544," in out
    exec(comparing, {})
    near, changed = capsys.readouterr().out.splitlines()
    assert len(near.split("), (")) == len(changed.split("), (")) == 5


def options(group: LazyGroup = root) -> Iterator[str]:
    for name in group.table:
        command = group.get_command(None, name)  # type: ignore[arg-type]
        if isinstance(command, LazyGroup):
            yield from options(command)
        elif command is not None:
            yield from (option for parameter in command.params for option in parameter.opts)


def test_every_option_that_is_named_exists() -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", README))
    assert named <= {*options(), "--help"}


def test_every_link_into_the_project_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert all((ROOT / link).exists() for link in links)


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"`make ([a-z-]+)`", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
