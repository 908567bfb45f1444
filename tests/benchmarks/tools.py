"""The tools that are compared: whether each is here, its command, and how its training phase is timed.

The training phase is what each tool does between a counted vocabulary with initialised matrices and the last update:

- wordvec: ``training.seconds`` of the metadata beside its output; the text is encoded before.
- gensim: the seconds of ``Word2Vec.train(corpus_file=...)`` without ``build_vocab``; the text is parsed in it.
- fastText: its tokens (line ends counted) over the words a second that its last line gives, by its own wall clock;
  it parses the text again in every epoch. Each thread initialises a tenth of the input matrix, so that with fewer than
  ten threads the rest remains zeros: ``fastText-10`` is the program with ten threads whatever was asked for, for models
  with subwords.
- word2vec, pWord2Vec print after every 10,000 words how far they are: the wall time between the first and the last of
  these lines, divided by the progress between them (word2vec's own figure counts processor time, not wall time).
  word2vec parses the text again in every epoch, pWord2Vec reads it into memory before.
- koan: the wall time between its lines "Epoch 0" and "Took"; reading the text into memory is part of it.

Models with subwords are written with all rows of n-grams, as fastText's ``.bin``; fastText and gensim also write their
words as text. wordvec's file is converted to text for the quality, outside of all times.

What stays unequal: fastText draws negatives by count to the power 0.5 and word2vec, pWord2Vec and koan take no seed;
their runs differ by the races of their threads.
"""

import dataclasses
import hashlib
import importlib.metadata
import importlib.util
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.measure import Run, job
from tests.benchmarks.texts import Text
from wordvec.formats.common.sidecars import names

SUBWORD_MODELS = {"fasttext": "skipgram", "fasttext-cbow": "cbow"}
"""Architectures of the models with subwords."""
PLAIN_MODELS = ("skipgram", "cbow")
MODELS = (*PLAIN_MODELS, *SUBWORD_MODELS)
PROGRAM_THREADS = 10
"""Threads with which fastText initialises the whole input matrix."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """The hyperparameters that every tool gets alike."""

    model: str
    dim: int
    negatives: int
    threads: int
    rate: float
    epochs: int
    window: int = 5
    sample: float = 1e-4
    min_count: int = 5
    seed: int = 1
    min_n: int = 0
    max_n: int = 0
    buckets: int = 0

    @property
    def architecture(self) -> str:
        """``skipgram`` or ``cbow``."""
        return SUBWORD_MODELS.get(self.model, self.model)


@dataclasses.dataclass(frozen=True)
class Tool:
    """A program that makes a ``.vec`` of a text.

    It runs in the text's folder, with bare file names, since C programs keep names in 100 bytes; `inside_root` are
    the Python modules of the checkout.
    """

    name: str
    version: str
    command: Callable[[Settings, Path, Path], list[str]]
    training_seconds: Callable[["Trial"], float]
    models: tuple[str, ...] = PLAIN_MODELS
    inside_root: bool = False
    header: bool = True


@dataclasses.dataclass(frozen=True)
class Trial:
    """A finished run of a tool on a text."""

    settings: Settings
    text: Text
    output: Path
    run: Run


def binary(output: Path) -> Path:
    """Return the path of wordvec's model with subwords beside the ``.vec`` that is evaluated."""
    return output.with_suffix(".fasttext.bin")


def found() -> list[Tool]:
    """Return the tools that are on this machine."""
    tools = [
        Tool("wordvec", _version("wordvec"), _wordvec, _seconds_of_wordvec, MODELS, inside_root=True),
        Tool("gensim", _version("gensim"), _gensim, _seconds_of_job, MODELS, inside_root=True),
    ]
    if program := shutil.which("fasttext"):
        tools.append(Tool("fastText", _digest(program), _fasttext, _seconds_of_fasttext, MODELS))
        ten = Tool("fastText-10", _digest(program), _fasttext_with_ten, _seconds_with_ten, tuple(SUBWORD_MODELS))
        tools.append(ten)
    elif importlib.util.find_spec("fasttext"):
        module = Tool("fastText", "Python module", _fasttext_module, _seconds_of_fasttext, MODELS, inside_root=True)
        tools.append(module)
    if program := shutil.which("word2vec"):
        tools.append(Tool("word2vec", _digest(program), _word2vec, _seconds_by_progress))
    if program := shutil.which("pword2vec"):
        tools.append(Tool("pWord2Vec", _digest(program), _pword2vec, _seconds_by_progress, models=("skipgram",)))
    if program := shutil.which("koan"):
        tools.append(Tool("koan", _digest(program), _koan, _seconds_of_koan, header=False))
    return tools


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "checkout"


def _digest(program: str) -> str:
    return f"{program} (sha256 {hashlib.sha256(Path(program).read_bytes()).hexdigest()[:16]})"


def _wordvec(s: Settings, text: Path, output: Path) -> list[str]:
    method = s.model
    if s.max_n:
        output = binary(output)
        method = f"fasttext --model {s.architecture} --min-n {s.min_n} --max-n {s.max_n} --buckets {s.buckets}"
    command = f"""-m wordvec train {method} {text} -o {output} --dim {s.dim} --window {s.window} --epochs {s.epochs}
        --min-count {s.min_count} --negatives {s.negatives} --sample {s.sample} --learning-rate {s.rate}
        --threads {s.threads} --seed {s.seed} --force --quiet"""
    return [sys.executable, *command.split()]


def _gensim(s: Settings, text: Path, output: Path) -> list[str]:
    arguments = dataclasses.asdict(s) | {"text": text, "output": output, "sg": int(s.architecture == "skipgram")}
    del arguments["model"]
    return job("gensim", arguments)


def _fasttext_module(s: Settings, text: Path, output: Path) -> list[str]:
    arguments = dataclasses.asdict(s) | {"text": text, "output": output, "model": s.architecture}
    del arguments["seed"]
    return job("fasttext", arguments)


def _fasttext(s: Settings, text: Path, output: Path) -> list[str]:
    return f"""fasttext {s.architecture} -input {text.name} -output {output.stem} -dim {s.dim} -ws {s.window}
        -epoch {s.epochs} -minCount {s.min_count} -neg {s.negatives} -t {s.sample} -lr {s.rate} -thread {s.threads}
        -seed {s.seed} -minn {s.min_n} -maxn {s.max_n} -bucket {s.buckets}""".split()


def _fasttext_with_ten(s: Settings, text: Path, output: Path) -> list[str]:
    return _fasttext(dataclasses.replace(s, threads=PROGRAM_THREADS), text, output)


def _word2vec(s: Settings, text: Path, output: Path) -> list[str]:
    return f"""word2vec -train {text.name} -output {output.name} -cbow {int(s.model == "cbow")} -size {s.dim}
        -window {s.window} -iter {s.epochs} -min-count {s.min_count} -negative {s.negatives} -sample {s.sample}
        -alpha {s.rate} -threads {s.threads}""".split()


def _pword2vec(s: Settings, text: Path, output: Path) -> list[str]:
    return f"""pword2vec -train {text.name} -output {output.name} -size {s.dim} -window {s.window} -iter {s.epochs}
        -min-count {s.min_count} -negative {s.negatives} -sample {s.sample} -alpha {s.rate} -threads {s.threads}
        -batch-size {2 * s.window + 1}""".split()


def _koan(s: Settings, text: Path, output: Path) -> list[str]:
    return f"""koan -f {text.name} -p {output.name} -b {str(s.model == "cbow").lower()} -d {s.dim} -c {s.window}
        -e {s.epochs} -k {s.min_count} -n {s.negatives} -o {s.sample} -l {s.rate} -t {s.threads} -P""".split()


def _seconds_of_wordvec(trial: Trial) -> float:
    vectors = binary(trial.output) if trial.settings.max_n else trial.output
    return float(json.loads(names(vectors).metadata.read_text())["training"]["seconds"])


def _seconds_of_job(trial: Trial) -> float:
    return result(trial.run)["training"]


def _seconds_of_fasttext(trial: Trial) -> float:
    words_a_second = int(re.findall(r"words/sec/thread:\s*(\d+)", trial.run.text)[-1]) * trial.settings.threads
    return trial.settings.epochs * (trial.text.tokens + trial.text.lines) / words_a_second


def _seconds_with_ten(trial: Trial) -> float:
    settings = dataclasses.replace(trial.settings, threads=PROGRAM_THREADS)
    return _seconds_of_fasttext(dataclasses.replace(trial, settings=settings))


def _seconds_by_progress(trial: Trial) -> float:
    pattern = re.compile(r"Progress:\s*([\d.]+)%")
    reports = [(at, float(percent)) for at, piece in trial.run.output for percent in pattern.findall(piece)]
    (begun, first), (ended, last) = reports[0], reports[-1]
    return 100 * (ended - begun) / (last - first)


def _seconds_of_koan(trial: Trial) -> float:
    begun = next(at for at, piece in trial.run.output if "Epoch 0" in piece)
    return next(at for at, piece in trial.run.output if "Took" in piece) - begun


def result(run: Run) -> dict[str, float]:
    """Return the JSON object that a job printed last."""
    figures: dict[str, float] = json.loads(run.text.strip().splitlines()[-1])
    return figures
