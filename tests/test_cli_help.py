"""What the command line says of itself: help, options, spellings of other tools, exit codes."""

import dataclasses
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

import wordvec
from wordvec.cli import root, run
from wordvec.cli.command import ELSEWHERE, LazyGroup
from wordvec.corpora.settings import EncodingSettings
from wordvec.trainers.base import Trainer
from wordvec.trainers.bit_cipher.trainer import BitCipher
from wordvec.trainers.cbow import CBOW
from wordvec.trainers.glove.trainer import GloVe
from wordvec.trainers.node2vec import Node2Vec
from wordvec.trainers.ppmi_svd.trainer import PPMISVD
from wordvec.trainers.skipgram import SkipGram

HEAVY = ("numpy", "numba", "scipy", "gensim", "tqdm", "llvmlite")


def commands(group: LazyGroup = root, name: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for own in group.list_commands(context):
        command = group.get_command(context, own)
        assert command is not None
        if isinstance(command, LazyGroup):
            yield from commands(command, f"{name} {own}".strip())
        else:
            yield f"{name} {own}".strip(), command


ALL = dict(commands())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"], ["corpus", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from wordvec.cli import run; code = run(sys.argv[1:]); "
        f"print([name for name in {HEAVY} if name in sys.modules], code, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stderr == "[] 0\n"


@pytest.mark.parametrize("command", ["train skipgram", "train cbow", "convert", "check", "info", "nearest"])
def test_help_of_a_command_computes_nothing(command: str) -> None:
    code = (
        "import sys; from wordvec.cli import run; code = run(sys.argv[1:]); "
        "print([name for name in ('numpy', 'numba', 'scipy', 'gensim') if name in sys.modules], code, file=sys.stderr)"
    )
    arguments = [sys.executable, "-c", code, *command.split(), "--help"]
    assert subprocess.run(arguments, capture_output=True, text=True, check=True).stderr == "[] 0\n"


def test_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"wordvec {wordvec.__version__}\n"


def test_help_of_the_root_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert capsys.readouterr().out == (
        "Usage: wordvec [OPTIONS] COMMAND [ARGS]...\n"
        "\n"
        "  Train, query and evaluate word vectors.\n"
        "\n"
        "Options:\n"
        "  --version  Show the version and exit.\n"
        "  --help     Show this message and exit.\n"
        "\n"
        "Commands:\n"
        "  train               Train word vectors on text.\n"
        "  corpus              Encode text once; print its vocabulary; count co-\n"
        "                      occurrences.\n"
        "  nearest             Print the words most similar to given words.\n"
        "  analogy             Print the words that are to C as B is to A.\n"
        "  index               Index large vectors for nearest and analogy.\n"
        "  explore             Write a page to explore vectors in: a map, search,\n"
        "                      neighbours.\n"
        "  explain             Print how n-grams make the vectors of words.\n"
        "  evaluate            Evaluate vectors on datasets, alone or side by side.\n"
        "  axis                Project words on an axis between two poles of words.\n"
        "  association         Test how near sets of words are to others, such as by\n"
        "                      WEAT.\n"
        "  context-regression  Regress the contexts of a word on fields of documents.\n"
        "  compare             Train several methods on the same text, and compare\n"
        "                      them.\n"
        "  align               Bring two sets of vectors into one space.\n"
        "  ground              Map vectors to a measured space, such as ratings.\n"
        "  map                 Apply a saved mapping to vectors.\n"
        "  translate           Induce a dictionary from two languages in one space.\n"
        "  sentences           Write the vector of each line or record of text.\n"
        "  similar             Print the lines of text nearest to given text.\n"
        "  senses              Print the senses of words, their shares and neighbours.\n"
        "  disambiguate        Write text whose words are marked by their senses.\n"
        "  retrofit            Move vectors towards their neighbours in a lexicon.\n"
        "  layer               Write the embedding layer of a language model.\n"
        "  distill             Distill a language model into static word vectors.\n"
        "  compass             Compare the use of words across slices of a corpus.\n"
        "  cipher              Inspect the codes of a bit-cipher.\n"
        "  plot                Plot the losses of training runs, or the senses of\n"
        "                      words.\n"
        "  infer               Infer the vectors of new documents.\n"
        "  check               Find the defects of a vector file, and repair it.\n"
        "  convert             Convert a vector file to another format, or reduce it.\n"
        "  compress            Compress vectors to a size, and report what they keep.\n"
        "  info                Describe vectors, corpora, counts and interrupted\n"
        "                      training runs.\n"
        "\n"
        "  Example:\n"
        "    wordvec train skipgram corpus.txt -o corpus.vec\n"
        "    wordvec nearest corpus.vec river\n"
    )


@pytest.mark.parametrize("name", ALL)
def test_help_of_a_command_begins_with_its_line_and_ends_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*name.split(), "--help"]) == 0
    page = capsys.readouterr().out
    assert f"\n  {ALL[name].short_help}\n\n" in page
    assert page.splitlines()[-2] == "  Example:"
    assert page.splitlines()[-1].startswith(f"    wordvec {name} ")


@pytest.mark.parametrize("name", ALL)
def test_every_option_has_a_help_text(name: str) -> None:
    without = [p.name for p in ALL[name].params if isinstance(p, click.Option) and not p.help]
    assert without == []


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("train skipgram", SkipGram),
        ("train cbow", CBOW),
        ("train glove", GloVe),
        ("train node2vec", Node2Vec),
        ("train ppmi-svd", PPMISVD),
        ("train bit-cipher", BitCipher),
    ],
)
def test_every_hyperparameter_is_an_option_with_its_default(name: str, method: type[Trainer]) -> None:
    options = {p.name: p for p in ALL[name].params}
    for field in dataclasses.fields(method):
        if not field.init or field.name == "automatic":
            assert field.name not in options
            continue
        assert options[field.name].default == field.default
        assert field.metadata["help"] in (getattr(options[field.name], "help", None) or "")


@pytest.mark.parametrize("name", ["train skipgram", "train cbow", "corpus encode"])
def test_every_encoding_setting_is_an_option_with_its_default(name: str) -> None:
    options = {p.name: p for p in ALL[name].params}
    for field in dataclasses.fields(EncodingSettings):
        assert options[field.name].default == field.default


def test_the_page_of_train_says_when_threads_race(capsys: pytest.CaptureFixture[str]) -> None:
    run(["train", "skipgram", "--help"])
    page = " ".join(capsys.readouterr().out.split())
    assert "The same text, settings and seed give the same bits with any number of threads." in page
    assert "With --replicas 1, several threads update the same matrices without locks (Hogwild)" in page


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("--vector-size", "--dim"),
        ("--vector_size", "--dim"),
        ("--vector-size=100", "--dim"),
        ("--size", "--dim"),
        ("-size", "--dim"),
        ("-dim", "--dim"),
        ("--ws", "--window"),
        ("-ws", "--window"),
        ("-window", "--window"),
        ("--min_count", "--min-count"),
        ("-minCount", "--min-count"),
        ("-min-count", "--min-count"),
        ("--negative", "--negatives"),
        ("-negative", "--negatives"),
        ("-neg", "--negatives"),
        ("-thread", "--threads"),
        ("-threads", "--threads"),
        ("--alpha", "--learning-rate"),
        ("-alpha", "--learning-rate"),
        ("-lr", "--learning-rate"),
        ("--iter", "--epochs"),
        ("--epoch", "--epochs"),
        ("-epoch", "--epochs"),
        ("-sample", "--sample"),
        ("-t", "--sample"),
        ("--ns_exponent", "--noise-power"),
        ("-output", "--output"),
        ("-read-vocab", "--vocabulary"),
        ("-pretrainedVectors", "--init"),
        ("-input", "CORPUS, without an option"),
        ("-train", "CORPUS, without an option"),
        ("--corpus-file", "CORPUS, without an option"),
        ("-hs", "--loss hierarchical-softmax"),
        ("-cbow", "the command: wordvec train skipgram or wordvec train cbow"),
    ],
)
def test_the_spelling_of_another_tool_ends_with_ours(
    written: str, ours: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", "skipgram", "text.txt", "-o", "out.vec", written, "5"]) == 2
    name = written.partition("=")[0]
    expected = f"wordvec: {name}: no such option; use {ours} (see wordvec train skipgram --help)\n"
    assert capsys.readouterr() == ("", expected)


def test_no_hint_names_an_option_that_does_not_exist() -> None:
    ours = {name for command in ALL.values() for parameter in command.params for name in parameter.opts}
    assert {hint.partition(" ")[0] for hint in ELSEWHERE.values() if hint.startswith("-")} <= ours


def test_a_wrong_command_or_option_is_one_line_and_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trian"]) == 2
    assert run(["nearest", "a.vec", "word", "--numbr", "3"]) == 2
    assert run(["nearest", "a.vec"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("wordvec: ") and line.endswith("--help)") for line in lines)


def test_a_group_alone_shows_its_help_on_standard_error_and_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert run(["train"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.count("Usage: ") == 2


def test_completion_offers_commands_and_options() -> None:
    def completions(*words: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "wordvec"],
            env={
                "PATH": "",
                "PYTHONPATH": ":".join(sys.path),
                "_WORDVEC_COMPLETE": "bash_complete",
                "COMP_WORDS": " ".join(words),
                "COMP_CWORD": str(len(words) - 1),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert completions("wordvec", "t") == ["train", "translate"]
    assert completions("wordvec", "train", "s") == ["skipgram", "senses"]
    assert completions("wordvec", "train", "skipgram", "--min") == ["--min-count"]


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordvec.vectors.Vectors.load", lambda path, **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(["nearest", "a.vec", "word"])


def test_too_little_memory_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def load(path: object, **_: object) -> None:
        raise MemoryError("Unable to allocate 3.5 TiB")

    monkeypatch.setattr("wordvec.vectors.Vectors.load", load)
    assert run(["nearest", "a.vec", "word"]) == 1
    assert capsys.readouterr().err == (
        "wordvec: not enough memory: Unable to allocate 3.5 TiB; --dry-run prints what training needs\n"
    )
