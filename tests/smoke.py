"""Try an installed wordvec: ``python -I smoke.py`` in an empty folder, without the checkout (``make dist`` runs it)."""

import importlib.metadata
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np

import wordvec
from wordvec import EncodedCorpus, SkipGram, Vectors

TOPICS = ("rain sky storm wind sun snow", "bread butter oven soup salt onion")
SETTINGS = ["--dim", "16", "--epochs", "30", "--sample", "0", "--threads", "1"]


def command(*arguments: str) -> str:
    """Run the installed command and return what it prints."""
    program = shutil.which("wordvec", path=str(Path(sys.executable).parent))
    assert program, "the command is not installed"
    return subprocess.run([program, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    """Import, train, ask, judge, and convert."""
    home = Path(wordvec.__file__).parent
    assert home.is_relative_to(sys.prefix), f"{home} is not in the environment {sys.prefix}"
    assert wordvec.__version__ == importlib.metadata.version("wordvec")
    for name, file in (("wordvec", "py.typed"), ("wordvec.evaluation.reporting", "page.html")):
        assert resources.files(name).joinpath(file).is_file(), file
    words = [topic.split() for topic in TOPICS]
    chance = np.random.default_rng(1)
    text = "".join(" ".join(chance.choice(words[line % 2], 8)) + "\n" for line in range(2000))
    Path("corpus.txt").write_text(text, encoding="utf-8")
    Path("pairs.tsv").write_text("rain\tstorm\t9\nbread\tbutter\t9\nrain\tbutter\t1\nsnow\toven\t1\n", encoding="utf-8")
    command("train", "skipgram", "corpus.txt", "-o", "corpus.vec", *SETTINGS, "--quiet")
    near = {line.split("\t")[-2] for line in command("nearest", "corpus.vec", "rain", "-n", "5").splitlines()}
    assert near == set(words[0]) - {"rain"}, near
    with EncodedCorpus.from_text("corpus.txt") as corpus:
        trained = SkipGram(dim=16, epochs=30, sample=0, threads=1).fit(corpus)
    assert np.array_equal(trained.matrix, Vectors.load("corpus.vec").matrix)
    command("convert", "corpus.vec", "corpus.bin", "--quiet")
    assert "sound" in command("check", "corpus.bin")
    command("evaluate", "report", "corpus.vec", "-o", "report.html", "--dataset", "pairs.tsv", "--quiet")
    assert "corpus" in Path("report.html").read_text(encoding="utf-8")
    print(f"wordvec {wordvec.__version__} works with Python {sys.version.split()[0]} from {home.parent.name}")


if __name__ == "__main__":
    main()
