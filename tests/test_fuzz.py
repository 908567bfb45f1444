"""Files of every kind, damaged at random: a command gives a result or one line, in bounded memory and time.

A few of each by default, with the seed printed; hundreds with WORDVEC_SOAK=1 (``make soak``).
"""

import bz2
import contextlib
import gzip
import itertools
import json
import lzma
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import write_text
from faults.asking import Ask, driver

from wordvec import SkipGram
from wordvec.cli import run
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import Interrupted
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.workers import StopFlag

EACH = 300 if os.environ.get("WORDVEC_SOAK") else 2
NAMESPACE = "http://www.mediawiki.org/xml/export-0.10/"
SECONDS, MEMORY = 60, 1 << 30

TINY = ["--dim", "4", "--epochs", "1", "--min-count", "1", "--threads", "1", "--quiet", "--force"]
NEAREST = ["convert", "{}", "out.vec", "--force"]
COMPASS = ["compass", "trace", "compass", "w1"]
CHANGE = ["compass", "change", "compass", "a", "b", "--permutations", "20", "--bootstraps", "2", "--quiet"]
ALIGN = ["align", "a.vec", "b.vec", "--dictionary", "{}", "-o", "out.vec", "--quiet", "--force"]
GLOVE = ["corpus", "import-glove", "glove.bin", "glove.txt", "-o", "out.counts", "--quiet", "--force"]
RESUME = ["train", "skipgram", "--resume", "-o", "kept.vec", "--quiet", "--force"]
TRAIN = ["train", "skipgram", "{}", "-o", "out.vec", *TINY]
ENCODE = ["corpus", "encode", "{}", "-o", "out.corpus", "--quiet", "--force"]

KINDS: dict[str, list[str]] = {
    "a.vec": NEAREST, "a.vec.gz": NEAREST, "a.vec.bz2": NEAREST, "a.vec.xz": NEAREST, "a.bin": NEAREST,
    "a.txt": NEAREST, "a.fasttext.bin": NEAREST, "a.npz": NEAREST, "a-w.npy": NEAREST,
    "a-vocab.pkl": ["convert", "a-w.npy", "out.vec", "--force"],
    "a.kv": ["convert", "a.kv", "out.vec", "--force"],
    "a.parquet": NEAREST,
    "a.vectors/wordvec.json": ["convert", "a.vectors", "out.vec", "--force"],
    "a.vectors/matrix.npy": ["convert", "a.vectors", "out.vec", "--force"],
    "a.vectors/counts.npy": ["convert", "a.vectors", "out.vec", "--force"],
    "a.vectors/words.txt": ["convert", "a.vectors", "out.vec", "--force"],
    "a.hub/tokenizer.json": ["convert", "a.hub", "out.vec", "--force"],
    "a.hub/wordvec.json": ["convert", "a.hub", "out.vec", "--force"],
    "a.projector/vectors.tsv": ["convert", "a.projector", "out.vec", "--force"],
    "a.projector/metadata.tsv": ["convert", "a.projector", "out.vec", "--force"],
    "a.json": ["convert", "a.vec", "out.vec", "--force"],
    "a.vocab": ["info", "a.vec"],
    "b.vec": ["check", "b.vec", "--repair", "out.vec", "--force"],
    "b.bin": ["check", "b.bin", "--repair", "out.bin", "--force"],
    "text.txt": TRAIN, "text.jsonl": [*TRAIN, "--field", "text"], "text.txt.gz": ENCODE, "dump.xml": ENCODE,
    "a.corpus/meta.json": ["train", "skipgram", "a.corpus", "-o", "out.vec", *TINY],
    "a.corpus/ids.npy": ["train", "skipgram", "a.corpus", "-o", "out.vec", *TINY],
    "a.corpus/offsets.npy": ["corpus", "info", "a.corpus"],
    "a.corpus/labels.npy": ["corpus", "split", "a.corpus", "--by", "file", "-o", "slices", "--quiet", "--force"],
    "a.corpus/vocabulary.txt": ["corpus", "info", "a.corpus"],
    "a.counts/meta.json": ["train", "ppmi-svd", "a.counts", "-o", "out.vec", "--dim", "4", "--quiet", "--force"],
    "a.counts/begins.npy": ["info", "a.counts"], "a.counts/columns.npy": ["info", "a.counts"],
    "words.txt": ["convert", "a.vec", "out.vec", "--words", "{}", "--force"],
    "vocabulary.txt": ["corpus", "encode", "text.txt", "--vocabulary", "{}", "-o", "out.corpus", "--quiet", "--force"],
    "lists.txt": ["corpus", "vocabulary", "{}"],
    "glove.bin": GLOVE, "glove.txt": GLOVE,
    "compass/meta.json": COMPASS, "compass/contexts.vec": CHANGE, "compass/vocabulary.txt": CHANGE,
    "compass/slices/a.json": COMPASS, "compass/texts/a/meta.json": CHANGE,
    "mapping.npz": ["map", "{}", "a.vec", "-o", "out.vec", "--force"],
    "mapping.txt": ["map", "{}", "a.vec", "-o", "out.vec", "--force"],
    "dictionary.txt": ALIGN,
    "translations.txt": ["evaluate", "translation", "a.vec", "b.vec", "{}"],
    "pairs.tsv": ["evaluate", "similarity", "a.vec", "--dataset", "{}"],
    "questions.txt": ["evaluate", "analogy", "a.vec", "--dataset", "{}"],
    "lexicon.txt": ["retrofit", "a.vec", "{}", "-o", "out.vec", "--force"],
    "kept.partial/state.json": RESUME, "kept.partial/words-0.npy": RESUME, "kept.partial/corpus/meta.json": RESUME,
}  # fmt: skip
"""The damaged file, and the command that reads it."""


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a sound file of each kind."""
    folder = tmp_path_factory.mktemp("material")
    with contextlib.chdir(folder):
        write_text(Path("text.txt"), 60, 20)
        text = Path("text.txt").read_text()
        Path("text.txt.gz").write_bytes(gzip.compress(text.encode()))
        Path("text.jsonl").write_text("".join(json.dumps({"id": 1, "text": line}) + "\n" for line in text.split("\n")))
        page = f"<page><title>A</title><ns>0</ns><id>1</id><revision><id>2</id><text>{text}</text></revision></page>"
        Path("dump.xml").write_text(f'<mediawiki xmlns="{NAMESPACE}" version="0.10">\n{page}\n</mediawiki>\n')
        for name, seed in (("a", 1), ("b", 2)):
            call("train", "skipgram", "text.txt", "-o", f"{name}.vec", "--seed", seed, *TINY)
        write_vectors()
        write_lists()
        call("corpus", "encode", "text.txt", "-o", "a.corpus", "--quiet")
        call("corpus", "cooccur", "a.corpus", "--min-count", "1", "-o", "a.counts", "--quiet")
        call("corpus", "export-glove", "a.counts", "-o", "glove.bin", "--vocab", "glove.txt")
        for seed, name in enumerate(("a", "b"), 1):
            Path(name).mkdir()
            write_text(Path(name, f"{name}.txt"), 1000, 20, seed)
        call("compass", "train", "a/a.txt", "b/b.txt", "-o", "compass", "--dim", 4, "--threads", 1, "--quiet")
        align = ("align", "a.vec", "b.vec", "--dictionary", "identical", "--quiet", "--force", "-o", "out.vec")
        call(*align, "--mapping", "mapping.npz")
        call(*align, "--mapping", "mapping.txt", "--steps", "unit")
        keep_training()
    return folder


def call(*arguments: object) -> None:
    assert run([str(argument) for argument in arguments]) == 0


def write_vectors() -> None:
    for ending in (".vec.gz", ".vec.bz2", ".vec.xz"):
        pack = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[ending.rpartition(".")[2]]
        Path(f"a{ending}").write_bytes(pack(Path("a.vec").read_bytes()))
    for ending in (
        ".bin",
        ".txt",
        ".fasttext.bin",
        ".npz",
        "-w.npy",
        ".kv",
        ".parquet",
        ".vectors",
        ".hub",
        ".projector",
    ):
        call("convert", "a.vec", f"a{ending}")
    shutil.copy("a.bin", "b.bin")


def write_lists() -> None:
    words = [f"w{number}" for number in range(12)]
    pairs = list(itertools.pairwise(words))
    Path("words.txt").write_text("".join(f"{word}\n" for word in words))
    Path("vocabulary.txt").write_text("".join(f"{word} {100 - at}\n" for at, word in enumerate(words)))
    shutil.copy("vocabulary.txt", "lists.txt")
    for name in ("dictionary.txt", "translations.txt", "lexicon.txt"):
        Path(name).write_text("".join(f"{one} {other}\n" for one, other in pairs))
    Path("pairs.tsv").write_text("".join(f"{one}\t{other}\t{at}.5\n" for at, (one, other) in enumerate(pairs)))
    quads = [" ".join(words[at : at + 4]) for at in range(8)]
    Path("questions.txt").write_text(": section\n" + "\n".join(quads) + "\n")


def keep_training() -> None:
    Path("kept.partial").mkdir()
    stop = StopFlag()
    stop.set()
    trainer = SkipGram(dim=4, epochs=1, min_count=1, threads=1)
    with EncodedCorpus.from_text("text.txt", "kept.partial/corpus") as corpus, pytest.raises(Interrupted):
        trainer.fit(corpus, checkpoint=Checkpoint(Path("kept.partial")), stop=stop)


@pytest.fixture(scope="module")
def ask(material: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Start the process that runs commands; each has read a sound file there, so that its children have all modules."""
    folder = tmp_path_factory.mktemp("sound")
    with driver() as asked:
        for name, command in KINDS.items():
            shutil.copytree(material, folder, dirs_exist_ok=True)
            done = asked({"folder": str(folder), "arguments": [argument.format(name) for argument in command]})
            assert done["code"] == (1 if name == "a.kv" else 0), f"{name}: {done}"  # a pickle, which is refused
        yield asked


ODD = [3, -1, 2**70, 1e308, "", "../../x", [], [[]], {}, None, True, "\x00", {"a": {"a": 1}}, float("nan")]


def odd_value(content: bytes, chance: random.Random) -> bytes:
    """Replace a value of JSON, or take a field away."""
    value = json.loads(content)
    inner: Any = value
    while True:
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        key = chance.choice(keys)
        if isinstance(inner[key], dict | list) and inner[key] and chance.random() < 0.7:
            inner = inner[key]
            continue
        if chance.random() < 0.2:
            del inner[key]
        else:
            inner[key] = chance.choice(ODD)
        return json.dumps(value).encode()


def damaged(name: str, content: bytes, chance: random.Random) -> bytes:
    """Damage the content of a file in one of many ways."""
    if name.endswith(".json") and chance.random() < 0.6:
        return odd_value(content, chance)
    at, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    end = min(end, at + 300)
    some = chance.choice(
        [b"\0", b"\n", b"\xff", b" ", b"\t", b"9" * 30, b"-1", b"nan", b'"', b"\xc3", b"{", b"\r", b"1e999"]
    )
    byte = content[at : at + 1] or b"a"
    return chance.choice(
        [
            content[:at],
            content[:at] + content[end:],
            content[:at] + some + content[at:],
            content[:at] + some * (end - at) + content[end:],
            content[:end] + content[at:end] + content[end:],
            content[:at] + bytes([byte[0] ^ 1 << chance.randrange(8)]) + content[at + 1 :],
            content + some * chance.randrange(1, 50),
            content[:at] + chance.randbytes(end - at) + content[end:],
            b"",
            content[: chance.randrange(64)] + chance.randbytes(20) + content[chance.randrange(64) :],
        ]
    )


@pytest.mark.parametrize("name", KINDS)
def test_damaged_files_give_a_result_or_one_line(name: str, ask: Ask, material: Path, tmp_path: Path) -> None:
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow")
    sound = (material / name).read_bytes()
    arguments = [argument.format(name) for argument in KINDS[name]]
    seed = random.SystemRandom().randrange(2**32)
    folder = tmp_path / "files"
    shutil.copytree(material, folder)
    for number in range(EACH):
        chance = random.Random(f"{seed} {number}")
        (folder / name).write_bytes(damaged(name, sound, chance))
        request = {"folder": str(folder), "arguments": arguments, "output": str(tmp_path / "printed")}
        done = ask(request | {"seconds": SECONDS, "memory": MEMORY})
        label = f"seed {seed}, file {number} ({folder / name}): {done}"
        assert done["code"] in (0, 1, 2), label
        assert "Traceback" not in done["printed"], label
        if done["code"]:
            lines = [line for line in done["printed"].splitlines() if not line.startswith("wordvec: warning: ")]
            assert lines[-1].startswith("wordvec: "), label
        if not (folder / "kept.partial").exists():  # a training that was resumed in spite of the damage
            shutil.copytree(material / "kept.partial", folder / "kept.partial")
