"""Commands whose system calls fail, or that are killed there: old results intact or new ones whole, and a rerun works.

A sample by default, printed with its seed; everything with WORDVEC_SOAK=1 (``make soak``).
"""

import contextlib
import errno
import json
import os
import random
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cli_helpers import write_text
from faults.asking import HERE, Ask, driver
from faults.driver import KINDS

from wordvec import files
from wordvec.cli import run

SOAK = bool(os.environ.get("WORDVEC_SOAK"))
TRIALS = 4
"""For each command, if not all of them are tried."""

TINY = ["--dim", "4", "--epochs", "1", "--min-count", "1", "--threads", "1"]
Files = dict[str, Any]


class Job(NamedTuple):
    """A command that writes: its inputs, itself, and itself with other settings, whose results it then replaces."""

    inputs: tuple[str, ...]
    arguments: list[str]
    old: list[str]
    outputs: tuple[str, ...]
    force: tuple[str, ...] = ("--force",)
    kept: str | None = None
    """An output that is kept if it is new and the others cannot be written."""


TRAIN = ["train", "skipgram", "a.txt", "-o", "out.vec", "--contexts", "context.vec", *TINY]
SET = ("out.vec", "out.json", "out.vocab")
ALIGN = ["align", "a.vec", "b.vec", "--dictionary", "identical", "--method", "vecmap", "-o", "out.vec"]
VECTORS = ("a.vec", "a.json", "a.vocab")
PAIR = (*VECTORS, "b.vec", "b.json", "b.vocab")

JOBS = {
    "train": Job(("a.txt",), TRAIN, [*TRAIN, "--seed", "2"], (*SET, *(f"context{end[3:]}" for end in SET))),
    "encode": Job(
        ("a.txt",), ["corpus", "encode", "a.txt", "-o", "out"],
        ["corpus", "encode", "a.txt", "--lowercase", "-o", "out"], ("out",)
    ),
    "merge": Job(
        ("a.corpus", "b.corpus"), ["corpus", "merge", "a.corpus", "b.corpus", "-o", "out"],
        ["corpus", "merge", "b.corpus", "a.corpus", "-o", "out"], ("out",)
    ),
    "split": Job(
        ("a.corpus", "b.corpus"), ["corpus", "split", "a.corpus", "--by", "file", "-o", "out"],
        ["corpus", "split", "b.corpus", "--by", "file", "-o", "out"], ("out",)
    ),
    "count": Job(
        ("a.corpus",), ["corpus", "cooccur", "a.corpus", "--min-count", "1", "-o", "out"],
        ["corpus", "cooccur", "a.corpus", "--window", "2", "--min-count", "1", "-o", "out"], ("out",)
    ),
    "phrases": Job(
        ("a.corpus",), ["corpus", "phrases", "a.corpus", "--min-count", "2", "--threshold", "0", "-o", "out.corpus"],
        ["corpus", "phrases", "a.corpus", "--min-count", "3", "--threshold", "0", "-o", "out.corpus"],
        ("out.corpus", "out.phrases.tsv")
    ),
    "closed": Job(
        ("a.txt",), ["corpus", "encode", "a.txt", "--max-words", "9", "--dropped", "close-up", "-o", "out"],
        ["corpus", "encode", "a.txt", "--max-words", "8", "--dropped", "close-up", "-o", "out"], ("out",)
    ),
    "export": Job(
        ("a.counts",), ["corpus", "export-glove", "a.counts", "-o", "out.bin", "--vocab", "words"],
        ["corpus", "export-glove", "a.counts", "-o", "out.bin", "--vocab", "words"], ("out.bin", "words")
    ),
    "walks": Job(
        ("a.edges",), ["corpus", "walks", "a.edges", "--walks", "1", "--length", "5", "-o", "out"],
        ["corpus", "walks", "a.edges", "--walks", "1", "--length", "6", "-o", "out"], ("out",)
    ),
    "hold-out": Job(
        ("a.edges",), ["corpus", "hold-out", "a.edges", "-o", "out.edges", "--pairs", "out.pairs"],
        ["corpus", "hold-out", "a.edges", "--seed", "2", "-o", "out.edges", "--pairs", "out.pairs"],
        ("out.edges", "out.pairs")
    ),
    "align": Job(
        PAIR, [*ALIGN, "--mapping", "m.npz"], [*ALIGN, "--mapping", "m.npz", "--cutoff", "20"],
        (*SET, *(f"out.target{end[3:]}" for end in SET), "m.npz"), kept="m.npz"
    ),
    "convert": Job(VECTORS, ["convert", "a.vec", "out.vec"], ["convert", "a.vec", "out.vec", "--top", "5"], SET),
    "folder": Job(
        VECTORS, ["convert", "a.vec", "out.vectors"],
        ["convert", "a.vec", "out.vectors", "--top", "5"], ("out.vectors",)
    ),
    "histwords": Job(
        VECTORS, ["convert", "a.vec", "out-w.npy"], ["convert", "a.vec", "out-w.npy", "--top", "5"],
        ("out-w.npy", "out-w.npy.json", "out-w.npy.vocab", "out-vocab.pkl")
    ),
    "repair": Job(
        VECTORS, ["check", "a.vec", "--repair", "out.vec"], ["check", "b.vec", "--repair", "out.vec"],
        ("out.vec", "out.json", "out.vec.changes.tsv")
    ),
    "add": Job(
        ("compass", "c.txt"), ["compass", "add", "compass", "c.txt"], [],
        ("compass/meta.json", "compass/texts/c", *(f"compass/slices/c{end[3:]}" for end in SET)), ()
    ),
    "compass": Job(
        ("a.txt", "b.txt"), ["compass", "train", "a.txt", "b.txt", "-o", "out", "--dim", "4", "--threads", "1"],
        ["compass", "train", "a.txt", "b.txt", "-o", "out", "--dim", "5", "--threads", "1"], ("out",)
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the inputs of all commands."""
    folder = tmp_path_factory.mktemp("material")
    with contextlib.chdir(folder):
        for seed, name in enumerate(("a", "b", "c"), 1):
            write_text(Path(f"{name}.txt"), 60, 20, seed)
        Path("a.edges").write_text("".join(f"{at} {(at + step) % 20}\n" for at in range(20) for step in (1, 2, 5)))
        for name in ("a", "b"):
            assert run(["train", "skipgram", f"{name}.txt", "-o", f"{name}.vec", *TINY, "--quiet"]) == 0
            assert run(["corpus", "encode", f"{name}.txt", "-o", f"{name}.corpus", "--quiet"]) == 0
        assert run(["corpus", "cooccur", "a.corpus", "--min-count", "1", "-o", "a.counts", "--quiet"]) == 0
        assert (
            run(["compass", "train", "a.txt", "b.txt", "-o", "compass", "--dim", "4", "--threads", "1", "--quiet"]) == 0
        )
    return folder


@pytest.fixture(scope="module", params=["preloaded", "patched"])
def ask(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    library, compiler = None, shutil.which("cc") or shutil.which("gcc")
    if request.param == "patched" and compiler and not SOAK:
        pytest.skip("the compiled library sees more")
    if request.param == "preloaded":
        if not compiler:
            pytest.skip("needs a C compiler")
        library = tmp_path_factory.mktemp("library") / "preload.so"
        source = str(HERE / "preload.c")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), source, "-ldl"], check=True)
    with driver(library) as asked:
        yield asked


class Bench:
    """A command, tried again and again in folders of its own."""

    def __init__(self, job: Job, ask: Ask, material: Path, folder: Path) -> None:
        self.job, self.ask, self.material, self.place = job, ask, material, folder
        self.number = 0
        fresh = self.folder()
        ask({"folder": str(fresh), "arguments": job.arguments})
        self.new = self.outputs(fresh)
        assert self.new
        fresh = self.folder()
        self.inputs = contents(fresh)
        self.replaced: Files = {}
        self.before = fresh
        if job.old:
            self.before = self.folder()
            ask({"folder": str(self.before), "arguments": job.old})
            self.replaced = self.outputs(self.before)
        else:
            self.replaced = self.outputs(fresh)

    def folder(self) -> Path:
        self.number += 1
        folder = self.place / str(self.number)
        folder.mkdir()
        for name in self.job.inputs:
            copy(self.material / name, folder / name)
        return folder

    def outputs(self, folder: Path) -> Files:
        inside = contents(folder)
        return {
            name: inside[name] for name in inside if any(Path(name).is_relative_to(one) for one in self.job.outputs)
        }

    def run(self, folder: Path, force: bool, kind: str = "rename", at: int = 0, action: int = 0) -> dict[str, Any]:
        arguments = [*self.job.arguments, *self.job.force * force]
        request = {"folder": str(folder), "arguments": arguments, "output": str(self.place / "printed")}
        lasting = action == errno.ENOSPC
        return self.ask(request | {"kind": kind, "at": at, "action": action, "lasting": lasting})

    def trials(self, replace: bool) -> list[tuple[bool, str, int, int]]:
        folder = self.start(replace)
        done = self.run(folder, replace)
        assert done["code"] == 0, done["printed"]
        shutil.rmtree(folder)
        errors, found = {"fsync": errno.EIO, "unlink": errno.EACCES}, []
        for kind, seen in zip(KINDS, done["seen"], strict=True):
            for at in range(1, seen + 1):
                found += [(replace, kind, at, 0), (replace, kind, at, errors.get(kind, errno.ENOSPC))]
        return found

    def start(self, replace: bool) -> Path:
        folder = self.folder()
        if replace:
            for name in self.job.outputs:
                if not os.path.lexists(folder / name) and os.path.lexists(self.before / name):
                    copy(self.before / name, folder / name)
        return folder

    def check(self, replace: bool, kind: str, at: int, action: int) -> None:
        """Let one call fail or kill, and look at what is there, then run the command again."""
        folder = self.start(replace)
        old = self.replaced if replace or not self.job.old else {}
        sound = [old, self.new]
        if self.job.kept is not None and self.job.kept not in old:
            sound.append({**old, self.job.kept: self.new[self.job.kept]})
        done = self.run(folder, replace, kind, at, action)
        label = f"{kind} {at} {errno.errorcode.get(action, 'killed')}: {done}"
        now = self.outputs(folder)
        for name, content in now.items():
            whole = (old.get(name), self.new.get(name))
            assert content in whole, f"{label}: {name} is half"
        if action:
            assert "Traceback" not in done["printed"], label
            assert done["code"] in (0, 1), label
            if done["code"]:
                assert done["printed"].splitlines()[-1].startswith("wordvec: "), label
                # Where no rename succeeds any more, the next command undoes those before.
                assert kind == "rename" or now in sound, label
            if kind not in ("unlink", "rename"):
                assert hidden(folder) == [], label
        elif "out.vec" in old and now["out.vec"] == old["out.vec"] != self.new["out.vec"]:
            assert now["out.json"] == old["out.json"], label
        for inner in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
            files.recover(inner)
        now = self.outputs(folder)
        assert now in sound, f"{label}: {sorted(now)}"
        inputs = {name: content for name, content in contents(folder).items() if name in self.inputs}
        assert {name: inputs.get(name) for name in self.inputs if name not in now} == {
            name: content for name, content in self.inputs.items() if name not in now
        }, label
        if self.job.force or now != self.new:
            kept = (folder / "out.partial/state.json").exists()
            again = self.run(folder, bool(now) or kept)
            assert again["code"] == 0, f"{label}; again: {again}"
            assert self.outputs(folder) == self.new, label
            assert hidden(folder) == [], label
        shutil.rmtree(folder)


def copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def contents(folder: Path) -> Files:
    """Return all files that are not hidden, by name, with their comparable contents."""
    names = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        str(name): comparable(folder / name)
        for name in names
        if not str(name).startswith(".") and "/." not in str(name)
    }


def comparable(path: Path) -> Any:
    """Return a file's content without times; an unreadable file differs from every other."""
    content = path.read_bytes()
    try:
        if path.suffix == ".json":
            return timeless(json.loads(content))
        if path.suffix == ".npz":
            with zipfile.ZipFile(BytesIO(content)) as archive:
                assert archive.testzip() is None
                return [archive.read(name) for name in archive.namelist() if name != "json.npy"]
    except (ValueError, zipfile.BadZipFile, AssertionError):
        return f"damaged: {content!r}"
    return content


def timeless(value: Any) -> Any:
    if isinstance(value, dict):
        changing = ("interruptions", "checksum")
        return {key: timeless(inner) for key, inner in value.items() if "seconds" not in key and key not in changing}
    return [timeless(inner) for inner in value] if isinstance(value, list) else value


def hidden(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob(".*") if path.name != ".wordvec-training"]


@pytest.mark.parametrize("name", JOBS)
def test_results_are_old_or_new_and_a_rerun_works(name: str, ask: Ask, material: Path, tmp_path: Path) -> None:
    bench = Bench(JOBS[name], ask, material, tmp_path)
    trials = [trial for replace in (False, *[True] * bool(bench.job.old)) for trial in bench.trials(replace)]
    seed = random.SystemRandom().randrange(2**32)
    print(f"{len(trials)} trials, random seed {seed}")
    for trial in trials if SOAK else random.Random(seed).sample(trials, TRIALS):
        bench.check(*trial)
