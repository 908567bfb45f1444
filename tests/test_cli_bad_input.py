"""Bad input: one clear line on standard error, exit code 1 or 2, nothing left behind."""

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli_helpers import SMALL, Call, files_in, write_text


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_text(tmp_path / "corpus.txt")
    return tmp_path


def refused(wordvec: Call, *arguments: object, code: int = 1) -> str:
    """Run a command that must fail with one line and leave every file and folder as it was."""
    before = files_in(Path())
    done = wordvec(*arguments)
    assert (done.code, done.out) == (code, "")
    *progress, line = done.err.splitlines()
    assert line.startswith("wordvec: ")
    assert [said for said in progress if "; training " not in said] in ([], ["compiling kernels (first run only)"])
    assert files_in(Path()) == before
    return line.removeprefix("wordvec: ")


def train(*arguments: object) -> list[object]:
    return ["train", "skipgram", *SMALL, "-o", "out.vec", *arguments]


def encode(*arguments: object) -> list[object]:
    return ["corpus", "encode", "-o", "folder", *arguments]


BOTH = pytest.mark.parametrize("command", [train, encode])


@BOTH
def test_a_missing_file(wordvec: Call, command: type[list[object]]) -> None:
    assert refused(wordvec, *command("missing.txt")) == "missing.txt: No such file or directory"


@BOTH
def test_an_empty_file(wordvec: Call, command: type[list[object]]) -> None:
    Path("empty.txt").touch()
    assert refused(wordvec, *command("empty.txt")).startswith("empty.txt: ")
    Path("empty.txt").write_text(" \n\n\t\n")
    assert refused(wordvec, *command("empty.txt")).startswith("empty.txt: ")


@BOTH
@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(wordvec: Call, command: type[list[object]]) -> None:
    Path("corpus.txt").chmod(0)
    assert refused(wordvec, *command("corpus.txt")) == "corpus.txt: no permission to read it"


@BOTH
def test_a_folder_without_text(wordvec: Call, command: type[list[object]]) -> None:
    Path("nothing").mkdir()
    assert refused(wordvec, *command("nothing")).startswith("nothing: ")


@BOTH
def test_a_pattern_that_matches_nothing(wordvec: Call, command: type[list[object]]) -> None:
    assert refused(wordvec, *command("*.text")) == "*.text: no file matches this pattern"


@BOTH
def test_a_binary_file(wordvec: Call, command: type[list[object]]) -> None:
    shutil.copy(sys.executable, "program.txt")
    assert refused(wordvec, *command("program.txt")).startswith("program.txt: is a binary file, not text")


@BOTH
def test_text_in_another_encoding(wordvec: Call, command: type[list[object]]) -> None:
    Path("german.txt").write_text("Übergröße für Ämter öde übt\n" * 50, encoding="cp1252")
    said = refused(wordvec, *command("german.txt"))
    assert said.startswith("german.txt: is not UTF-8 text: the words look like cp1252 (Übergröße); name its encoding")
    wrong = refused(wordvec, *command("corpus.txt", "--encoding", "nonsense"), code=2)
    assert wrong.startswith("--encoding nonsense: is not an encoding of text")
    Path("utf8.txt").write_text("Übergröße\n" * 50)
    other = refused(wordvec, *command("utf8.txt", "--encoding", "latin-1"))
    assert other == "utf8.txt: is UTF-8, not iso8859-1; leave out --encoding"


def test_nothing_above_min_count_says_which_would_do(wordvec: Call) -> None:
    line = refused(wordvec, *train("corpus.txt", "--min-count", 100_000))
    seconds = [int(line.split()[1]) for line in wordvec("corpus", "vocabulary", vocabulary()).out.splitlines()][1]
    assert f"use a --min-count of at most {seconds}" in line
    assert wordvec(*train("corpus.txt", "--min-count", seconds, "--sample", 0)).code == 0


def vocabulary() -> str:
    counts: dict[str, int] = {}
    for word in Path("corpus.txt").read_text().split():
        counts[word] = counts.get(word, 0) + 1
    Path("words.txt").write_text("".join(f"{word} {count}\n" for word, count in counts.items()))
    return "words.txt"


@pytest.mark.parametrize(
    ("option", "value", "line"),
    [
        ("--dim", "0", "--dim 0: must be at least 2"),
        ("--dim", "-5", "--dim -5: must be at least 2"),
        ("--window", "0", "--window 0: must be at least 1"),
        ("--threads", "0", "--threads 0: must be at least 1"),
        ("--epochs", "0", "--epochs 0: must be at least 1"),
        ("--negatives", "0", "--negatives 0: must be at least 1"),
        ("--learning-rate", "nan", "--learning-rate nan: must be finite"),
        ("--learning-rate", "inf", "--learning-rate inf: must be finite"),
        ("--learning-rate", "0", "--learning-rate 0.0: must be above 0"),
        ("--sample", "-1", "--sample -1.0: must be at least 0"),
    ],
)
def test_a_hyperparameter_out_of_range(wordvec: Call, option: str, value: str, line: str) -> None:
    assert refused(wordvec, *train("corpus.txt", option, value), code=2) == line


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--dim", "many"),
        ("--tokenizer", "none"),
        ("--lowercase=greek", ""),
        ("--normalize", "nfd"),
        ("--sentence", "x"),
    ],
)
def test_an_option_of_another_kind(wordvec: Call, option: str, value: str) -> None:
    line = refused(wordvec, *train("corpus.txt", *filter(None, (option, value))), code=2)
    assert option.partition("=")[0] in line


@pytest.mark.parametrize(("option", "value"), [("--max-words", "0"), ("--max-sentence", "1"), ("--threads", "0")])
def test_an_encoding_setting_out_of_range(wordvec: Call, option: str, value: str) -> None:
    refused(wordvec, *encode("corpus.txt", option, value), code=2)


def test_no_corpus(wordvec: Call) -> None:
    assert refused(wordvec, *train(), code=2).startswith("no CORPUS: ")


def test_a_missing_vocabulary(wordvec: Call) -> None:
    assert refused(wordvec, *encode("corpus.txt", "--vocabulary", "none.txt")).startswith("none.txt: ")


@BOTH
def test_a_missing_output_folder(wordvec: Call, command: type[list[object]]) -> None:
    line = refused(wordvec, *command("corpus.txt", "-o", "missing/out.vec"))
    assert line == "missing/out.vec: the folder missing does not exist; create it first"


@BOTH
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_folder_that_is_not_writable(wordvec: Call, command: type[list[object]]) -> None:
    Path("fixed").mkdir(mode=0o500)
    line = refused(wordvec, *command("corpus.txt", "-o", "fixed/out.vec"))
    assert line == "fixed/out.vec: no permission to write in the folder fixed"


def test_an_ending_that_names_no_format_is_refused_before_the_work(wordvec: Call) -> None:
    assert refused(wordvec, *train("corpus.txt", "-o", "out.xyz"), code=2).startswith("out.xyz: ")


@BOTH
def test_an_output_that_exists(wordvec: Call, command: type[list[object]]) -> None:
    Path("out.vec").touch()
    assert "out.vec: exists already" in refused(wordvec, *command("corpus.txt", "-o", "out.vec"))


def test_a_log_that_cannot_be_written(wordvec: Call) -> None:
    assert refused(wordvec, *train("corpus.txt", "--log", "missing/log")).startswith("missing/log: ")
    Path("log").mkdir()
    assert (
        refused(wordvec, *train("corpus.txt", "--log", "log", "--force"))
        == "log: is a folder, and cannot be replaced; choose another name"
    )


def test_a_log_can_go_to_a_device(wordvec: Call) -> None:
    assert wordvec("corpus", "encode", "corpus.txt", "-o", "folder", "--log", "/dev/null").code == 0
    assert Path("/dev/null").exists()


def test_something_else_where_an_unfinished_training_would_be_kept(wordvec: Call) -> None:
    Path("out.partial").mkdir()
    Path("out.partial/mine.txt").touch()
    for force in ([], ["--force"]):
        line = refused(wordvec, *train("corpus.txt", *force))
        assert line.startswith("out.partial: in the way")


def damage(name: str, how: str) -> None:
    path = Path("folder", name)
    content = path.read_bytes()
    if how == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif how == "changed":
        path.write_bytes(content[:-3] + bytes([content[-3] ^ 1]) + content[-2:])
    else:
        path.unlink()


@pytest.mark.parametrize("name", ["ids.npy", "offsets.npy", "vocabulary.txt"])
@pytest.mark.parametrize("how", ["truncated", "changed", "missing"])
def test_a_damaged_corpus_folder(wordvec: Call, name: str, how: str) -> None:
    wordvec(*encode("corpus.txt"))
    damage(name, how)
    for command in (train("folder"), ["corpus", "info", "folder"]):
        line = refused(wordvec, *command)
        assert line.startswith("folder: damaged (")
        assert line.endswith("): encode the text again")


def test_a_corpus_folder_of_another_version(wordvec: Call) -> None:
    wordvec(*encode("corpus.txt"))
    meta = json.loads(Path("folder/meta.json").read_text())
    Path("folder/meta.json").write_text(json.dumps(meta | {"version": 999}))
    assert "was written in version 999 of the format" in refused(wordvec, *train("folder"))


def test_a_folder_that_info_does_not_know(wordvec: Call) -> None:
    Path("nothing").mkdir()
    line = refused(wordvec, "info", "nothing")
    assert line == "nothing: is no encoded corpus, no co-occurrence counts and no interrupted training run"


def test_an_encoded_corpus_is_not_encoded_again(wordvec: Call) -> None:
    wordvec(*encode("corpus.txt"))
    line = refused(wordvec, "corpus", "encode", "folder", "-o", "again")
    assert line == "folder: is already an encoded corpus; expected text"


def in_a_process(*arguments: str, limit: int | None = None, **keywords: object) -> "subprocess.CompletedProcess[str]":
    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "wordvec", *arguments],
        capture_output=True,
        text=True,
        preexec_fn=limited,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )


@pytest.mark.parametrize("limit", [5_000, 40_000])
def test_a_file_size_limit_ends_encoding_with_one_line(wordvec: Call, limit: int) -> None:
    write_text(Path("longer.txt"), sentences=3000)
    wordvec(*encode("corpus.txt", "-o", "warm"))
    before = files_in(Path())
    done = in_a_process(*map(str, encode("longer.txt")), limit=limit)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "wordvec: folder: File too large; nothing was written\n"
    assert files_in(Path()) == before


def test_a_file_size_limit_ends_counting_with_one_line(wordvec: Call) -> None:
    write_text(Path("longer.txt"), sentences=3000, words=200)
    wordvec(*encode("longer.txt"))
    count = ["corpus", "cooccur", "folder", "-o"]
    wordvec(*count, "warm")
    before = files_in(Path())
    done = in_a_process(*count, "counts", limit=20_000)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "wordvec: counts: File too large; nothing was written\n"
    assert files_in(Path()) == before


def test_a_file_size_limit_ends_writing_with_one_line(wordvec: Call) -> None:
    wordvec(*encode("corpus.txt"))
    wordvec(*train("folder", "-o", "warm.vec"))
    before = files_in(Path())
    done = in_a_process(*map(str, train("folder", "--dim", "50")), limit=7_000)
    assert (done.returncode, done.stdout) == (1, "")
    *_, announced, error = done.stderr.splitlines()
    assert announced.startswith("folder: 3,600 tokens, ")
    assert error == "wordvec: out.vec: File too large; nothing was written"
    assert files_in(Path()) == before


def test_a_training_that_cannot_be_written_is_kept_and_written_later(wordvec: Call) -> None:
    """The matrices fit under the limit, the longer text does not."""
    wordvec(*encode("corpus.txt"))
    wordvec(*train("folder", "--dim", "50", "-o", "whole.vec"))
    done = in_a_process(*map(str, train("folder", "--dim", "50")), limit=10_000)
    assert done.returncode == 1
    resume = "wordvec train skipgram -o out.vec --resume"
    assert done.stderr.endswith(
        f"nothing was written; the trained vectors are kept in out.partial; write them with: {resume}\n"
    )
    assert not Path("out.vec").exists()
    assert wordvec(*resume.split()[1:]).code == 0
    assert Path("out.vec").read_bytes() == Path("whole.vec").read_bytes()
    assert not Path("out.partial").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A folder with room for 1 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a small disk: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_ends_with_one_line_and_leaves_nothing(wordvec: Call, small_disk: Path) -> None:
    write_text(Path("longer.txt"), sentences=30_000)
    for command in (encode("longer.txt", "-o", small_disk / "folder"), train("longer.txt", "-o", small_disk / "a.vec")):
        line = refused(wordvec, *command)
        assert line.startswith(str(small_disk))
        assert line.endswith(": No space left on device; nothing was written")
    line = refused(wordvec, *train("corpus.txt", "-o", small_disk / "a.vec", "--dim", 4000))
    assert line.startswith(f"{small_disk}/a.vec: needs about 2 MB of disk, and ")


def test_a_pipe_that_is_closed_early_is_no_error_message(wordvec: Call) -> None:
    Path("words.txt").write_text("".join(f"word{number} 1\n" for number in range(100_000)))
    command = f"'{sys.executable}' -m wordvec corpus vocabulary words.txt | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("word0 1\n", "")


@pytest.mark.parametrize("name", ["out.json", "out.vocab", "contexts.json"])
def test_a_result_is_never_written_over_what_is_read(wordvec: Call, tmp_path: Path, name: str) -> None:
    text = write_text(tmp_path / name)
    before = text.read_bytes()
    output, contexts = tmp_path / "out.vec", tmp_path / "contexts.vec"
    done = wordvec("train", "skipgram", text, "-o", output, "--contexts", contexts, "--force", *SMALL)
    assert done.code == 2
    assert "would be written over" in done.err
    assert text.read_bytes() == before


def test_a_result_that_would_not_fit_on_the_disk_stops_the_training_before_it_begins(
    wordvec: Call, tmp_path: Path
) -> None:
    numbers = shutil.disk_usage(tmp_path).free // 10
    text = write_text(tmp_path / "corpus.txt")
    message = refused(wordvec, "train", "skipgram", text, "-o", "out.vec", *SMALL[2:], "--dim", numbers // 40)
    assert "of disk, and" in message
