"""``wordvec train`` and ``wordvec corpus``: exact messages, files, and what goes together."""

import io
import json
import shlex
from pathlib import Path

import pytest
from cli_helpers import SMALL, Call, files_in, write_text

from wordvec import SkipGram, Vectors
from wordvec.corpora.encoded import EncodedCorpus


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    write_text(tmp_path / "corpus.txt")
    return "corpus.txt"


def test_train_writes_vectors_counts_and_metadata_and_nothing_else(wordvec: Call, text: str) -> None:
    done = wordvec("train", "skipgram", text, "-o", "out.vec", *SMALL)
    assert (done.code, done.out) == (0, "")
    assert files_in(Path()) == ["corpus.txt", "out.json", "out.vec", "out.vocab"]
    vectors = Vectors.load("out.vec")
    assert vectors.matrix.shape == (40, 8)
    assert vectors.metadata["method"] == "skipgram"


def test_train_says_what_it_wrote_and_how_to_encode_once(wordvec: Call, text: str) -> None:
    wordvec("train", "skipgram", text, "-o", "warm.vec", *SMALL)
    done = wordvec("train", "skipgram", text, "-o", "out.vec", *SMALL)
    assert done.err == (
        "corpus.txt: 3,600 tokens, 40 words seen at least 2 times; training skip-gram, 2 passes, rate 0.05 "
        "(automatic: --learning-rate)\n"
        "out.vec: 40 words, dim 8\n"
        "to train on this text again, encode it once: wordvec corpus encode corpus.txt -o FOLDER\n"
    )


def test_an_encoded_corpus_gives_the_same_bits_as_its_text(wordvec: Call, text: str) -> None:
    assert wordvec("corpus", "encode", text, "-o", "folder").code == 0
    assert wordvec("train", "skipgram", text, "-o", "a.vec", *SMALL).code == 0
    done = wordvec("train", "skipgram", "folder", "-o", "b.vec", *SMALL)
    assert (done.code, done.err.splitlines()[1:]) == (0, ["b.vec: 40 words, dim 8"])
    assert Path("a.vec").read_bytes() == Path("b.vec").read_bytes()


def test_the_command_gives_the_same_bits_as_the_library(wordvec: Call, text: str) -> None:
    assert wordvec("train", "skipgram", text, "-o", "a.vec", *SMALL).code == 0
    trainer = SkipGram(dim=8, epochs=2, min_count=2, threads=1)
    with EncodedCorpus.from_text(text) as corpus:
        trainer.fit(corpus).save("b.vec")
    assert Path("a.vec").read_bytes() == Path("b.vec").read_bytes()


def test_cbow_trains_too(wordvec: Call, text: str) -> None:
    assert wordvec("train", "cbow", text, "-o", "out.vec", *SMALL).code == 0
    assert json.loads(Path("out.json").read_text())["method"] == "cbow"


def test_text_comes_from_standard_input(wordvec: Call, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = Path(text).read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    first, *others = wordvec("train", "skipgram", "-", "-o", "a.vec", *SMALL).err.splitlines()
    assert first.startswith("standard input: 3,600 tokens")
    assert others == ["a.vec: 40 words, dim 8"]
    assert wordvec("train", "skipgram", text, "-o", "b.vec", *SMALL).code == 0
    assert Path("a.vec").read_bytes() == Path("b.vec").read_bytes()


def test_quiet_says_nothing(wordvec: Call, text: str) -> None:
    assert wordvec("train", "skipgram", text, "-o", "out.vec", "--quiet", *SMALL) == (0, "", "")
    assert wordvec("corpus", "encode", text, "-o", "folder", "--quiet") == (0, "", "")


def test_log_holds_one_json_object_a_report(wordvec: Call, text: str) -> None:
    assert wordvec("train", "skipgram", text, "-o", "out.vec", "--log", "log.jsonl", *SMALL).code == 0
    records = [json.loads(line) for line in Path("log.jsonl").read_text().splitlines()]
    assert {record["task"] for record in records} == {"encoding", "training"}
    assert all("loss" in record for record in records if record["task"] == "training")


def test_contexts_are_saved_where_asked(wordvec: Call, text: str) -> None:
    assert wordvec("train", "skipgram", text, "-o", "out.vec", "--contexts", "contexts.vec", *SMALL).code == 0
    words, contexts = Vectors.load("out.vec"), Vectors.load("contexts.vec")
    assert words.words == contexts.words
    assert (words.matrix != contexts.matrix).any()


def test_init_starts_known_words_from_given_vectors_and_counts_them(wordvec: Call, text: str) -> None:
    assert wordvec("train", "skipgram", text, "-o", "a.vec", "--contexts", "a-contexts.vec", *SMALL).code == 0
    write_text(Path("domain.txt"), words=60, seed=2)
    start = ["--init", "a.vec", "--init-contexts", "a-contexts.vec"]
    done = wordvec("train", "skipgram", "domain.txt", "-o", "b.vec", *start, *SMALL)
    assert done.code == 0
    assert "starting rows: 0 kept, 40 updated, 20 new\n" in done.err


def test_a_dry_run_prints_its_estimate_and_writes_nothing(wordvec: Call, text: str) -> None:
    done = wordvec("train", "skipgram", text, "-o", "out.vec", "--dry-run", *SMALL)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[:2] == ["words    40", "tokens   3,600, read 2 times"]
    assert [line.split()[0] for line in lines] == ["words", "tokens", "memory", "time"]
    assert files_in(Path()) == ["corpus.txt"]


def test_nothing_is_overwritten_without_force(wordvec: Call, text: str) -> None:
    for name in ("out.vec", "out.json", "out.vocab", "log", "contexts.vec"):
        Path(name).write_text("mine")
        done = wordvec("train", "skipgram", text, "-o", "out.vec", "--log", "log", "--contexts", "contexts.vec", *SMALL)
        assert (done.code, done.out) == (1, "")
        assert done.err == (
            f"wordvec: {name}: exists already; choose another name, or --force (overwrite=True) to replace it\n"
        )
        assert files_in(Path()) == sorted(["corpus.txt", name])
        Path(name).unlink()


def test_force_replaces_what_is_there(wordvec: Call, text: str) -> None:
    Path("out.vec").write_text("mine")
    assert wordvec("train", "skipgram", text, "-o", "out.vec", "--force", *SMALL).code == 0
    assert len(Vectors.load("out.vec")) == 40
    Path("folder").mkdir()
    assert wordvec("corpus", "encode", text, "-o", "folder", "--force").code == 0


def test_contexts_must_not_share_a_name_with_the_vectors(wordvec: Call, text: str) -> None:
    done = wordvec("train", "skipgram", text, "-o", "out.vec", "--contexts", "out.vec.gz", *SMALL)
    assert (done.code, files_in(Path())) == (2, ["corpus.txt"])
    assert done.err == "wordvec: --contexts out.vec.gz: has a name that out.vec needs; choose another\n"


def test_text_options_do_not_go_with_an_encoded_corpus(wordvec: Call, text: str) -> None:
    wordvec("corpus", "encode", text, "-o", "folder")
    done = wordvec("train", "skipgram", "folder", "--lowercase", "-o", "out.vec", *SMALL)
    assert done == (2, "", "wordvec: --lowercase: folder is already encoded; this setting is for text\n")
    done = wordvec("train", "skipgram", "folder", text, "-o", "out.vec", *SMALL)
    assert done == (2, "", "wordvec: folder: is an encoded corpus; use it alone, or use texts only\n")


def test_lowercase_does_not_take_the_next_argument_for_its_value(wordvec: Call, text: str) -> None:
    Path("upper.txt").write_text("Iris IRIS iris\n" * 20)
    wordvec("corpus", "encode", "--lowercase", "upper.txt", "-o", "plain")
    wordvec("corpus", "encode", "--lowercase=turkish", "upper.txt", "-o", "turkish")
    assert wordvec("corpus", "vocabulary", "plain").out == "iris 60\n"
    assert wordvec("corpus", "vocabulary", "turkish").out == "iris 20\nıris 20\nırıs 20\n"


def test_encode_says_how_much_it_encoded(wordvec: Call, text: str) -> None:
    wordvec("corpus", "encode", text, "-o", "warm")
    done = wordvec("corpus", "encode", text, "-o", "folder")
    assert done == (0, "", "folder: 3,600 tokens, 40 words, 300 sentences\n")


def test_vocabulary_prints_words_and_counts_and_adds_several(wordvec: Call, text: str) -> None:
    for name, content in (("a", "x y x\n"), ("b", "y y z\n")):
        Path(f"{name}.txt").write_text(content)
        wordvec("corpus", "encode", f"{name}.txt", "-o", name)
    assert wordvec("corpus", "vocabulary", "a") == (0, "x 2\ny 1\n", "")
    assert wordvec("corpus", "vocabulary", "a", "b", "-o", "both.txt") == (0, "", "")
    assert Path("both.txt").read_text() == "y 3\nx 2\nz 1\n"
    assert wordvec("corpus", "vocabulary", "both.txt", "a").out == "x 4\ny 4\nz 1\n"
    assert wordvec("corpus", "vocabulary", "a", "-o", "both.txt").code == 1


def test_corpus_info_tells_sizes_for_people_and_as_json(wordvec: Call, text: str) -> None:
    wordvec("corpus", "encode", text, "-o", "folder")
    done = wordvec("corpus", "info", "folder")
    assert done.code == 0
    lines = dict(line.split(maxsplit=1) for line in done.out.splitlines())
    assert (lines["kind"], lines["tokens"], lines["words"]) == ("encoded corpus", "3,600", "40")
    assert json.loads(wordvec("corpus", "info", "folder", "--json").out)["tokens"] == 3600
    assert wordvec("info", "folder").out == done.out


def test_info_tells_how_vectors_were_made(wordvec: Call, text: str) -> None:
    wordvec("train", "skipgram", text, "-o", "out.vec", *SMALL)
    lines = dict(line.split(maxsplit=1) for line in wordvec("info", "out.vec", "--all").out.splitlines())
    assert (lines["kind"], lines["words"], lines["dim"]) == ("vectors", "40", "8")
    assert (lines["method"], lines["settings.epochs"]) == ("skipgram", "2")
    assert json.loads(wordvec("info", "out.vec", "--json").out)["settings"]["dim"] == 8


def test_info_is_ten_lines_for_people(wordvec: Call, text: str) -> None:
    wordvec("train", "skipgram", text, "-o", "out.vec", *SMALL, "--learning-rate", "0.05")
    lines = wordvec("info", "out.vec").out.splitlines()
    assert len(lines) <= 13
    assert max(map(len, lines)) <= 100
    assert lines[:6] == [
        "kind      vectors",
        "words     40",
        "dim       8",
        "tokens    3,600",
        "method    skipgram",
        "settings  threads 1, seed 1, automatic replicas round_tokens, dim 8, window 5, fixed_window no,",
    ]
    assert "corpus    tokens 3,600, sentences 300, words 40" in lines
    assert lines[-1] == "matrix    words"


def test_what_is_zero_or_absent_is_in_all_only(wordvec: Call, text: str) -> None:
    wordvec("corpus", "encode", text, "-o", "folder")
    short, everything = (wordvec("info", "folder", *option).out for option in ([], ["--all"]))
    assert "changed" not in short
    assert "warnings" not in short
    assert "changed.nul_characters            0\n" in everything
    Path("text.txt").write_bytes(b"a\0b c\n" * 9)
    wordvec("corpus", "encode", "text.txt", "-o", "odd")
    assert "nul_characters 9" in wordvec("info", "odd").out


def test_the_command_in_the_hint_can_be_run_again(wordvec: Call, text: str) -> None:
    Path("with space.txt").write_text(Path(text).read_text())
    done = wordvec("train", "skipgram", "with space.txt", "-o", "out.vec", *SMALL)
    command = shlex.split(done.err.splitlines()[-1].partition("once: ")[2])
    assert wordvec(*command[1:]).code == 0
