"""Words that a format cannot hold are refused before the work, or replaced; a trained model is kept."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call, files_in, write_text

from wordvec import Vectors, formats
from wordvec.alignment import METHODS, Mapping
from wordvec.alignment.mapped_files import map_file
from wordvec.errors import InputError, OutputError, SettingsError
from wordvec.formats import floret
from wordvec.formats.common.words import without_spaces
from wordvec.transforms import conversion

SPACED = ["New\u00a0York", "New_York", "tab\there", "wide\u3000blank"]
RESPELT = ["New_York_", "New_York", "tab_here", "wide_blank"]


def vectors(words: list[str] | None = None, dim: int = 4, seed: int = 1) -> Vectors:
    matrix = np.random.default_rng(seed).standard_normal((40 + len(words or []), dim))
    return Vectors([f"w{row}" for row in range(40)] + (words or []), matrix)


@pytest.fixture
def spaced(tmp_path: Path) -> Path:
    """A file of a format that holds any word, some with white space."""
    path = tmp_path / "spaced.vectors"
    vectors([word for word in SPACED if "\n" not in word]).save(path)
    return path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.vec"
    vectors(seed=2).save(path)
    return path


def refuse(*_: Any, **__: Any) -> Any:
    raise AssertionError("the work began")


class TestRespelling:
    def test_each_run_of_white_space_becomes_one_underscore(self) -> None:
        assert without_spaces(["a \u00a0\tb", "\x1fc", "d\x85", "é", ""]) == (["a_b", "_c", "d_", "é", ""], 3)

    def test_no_two_words_become_one(self) -> None:
        assert without_spaces(["a b", "a_b", "a\u00a0b", "a_b_"]) == (["a_b__", "a_b", "a_b___", "a_b_"], 2)

    def test_saving_replaces_in_any_format_and_says_so_in_the_history(self, tmp_path: Path) -> None:
        for name in ("a.vec", "a.vectors", "a.bin", "a.npz"):
            vectors(SPACED).save(tmp_path / name, spaces="replace")
            read = Vectors.load(tmp_path / name)
            assert read.words[-4:] == RESPELT
            assert read.metadata["history"][-1] == {"step": "replace_spaces", "words": 3}

    def test_saving_refuses_by_default_and_names_the_way_out(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"'New\\xa0York'.*\(2 more do\); --spaces replace \(spaces='replace'\)"):
            vectors(SPACED).save(tmp_path / "a.vec")
        assert files_in(tmp_path) == []

    def test_an_unknown_choice_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="spaces drop: choose one of refuse, replace"):
            vectors().save(tmp_path / "a.vec", spaces="drop")
        with pytest.raises(SettingsError, match="spaces drop"):
            conversion.Conversion(spaces="drop")


class TestCheckedBefore:
    @pytest.mark.parametrize("format", ["word2vec", "word2vec-binary", "glove", "fasttext", "hub", "projector"])
    def test_formats_of_single_words_refuse_white_space(self, format: str) -> None:
        with pytest.raises(InputError, match=r"out: 'a b': a word of"):
            formats.check_words(["a b"], Path("out"), format)
        assert formats.check_words(["a b"], Path("out"), format, spaces="replace") == 1

    @pytest.mark.parametrize("format", ["npz", "gensim", "histwords", "vectors", "parquet"])
    def test_others_hold_it(self, format: str) -> None:
        if format == "parquet":
            pytest.importorskip("pyarrow")
        assert formats.check_words(["a b"], Path("out"), format) == 0

    @pytest.mark.parametrize(
        ("format", "word"),
        [
            ("npz", "a\0"),
            ("vectors", "a\nb"),
            ("hub", "[UNK]"),
            ("glove", "\ufeffa"),
            ("histwords", ""),
            ("npz", "\udc80"),
        ],
    )
    def test_each_format_has_its_own_rule(self, format: str, word: str) -> None:
        with pytest.raises(InputError):
            formats.check_words([word, "b"], Path("out"), format)

    def test_words_cannot_become_a_table_of_ngrams(self) -> None:
        with pytest.raises(SettingsError, match="cannot be converted to floret's table"):
            formats.check_words(["a"], Path("a.floret"))
        floret.check_fit([], Path("a.floret"))

    @pytest.mark.parametrize("method", METHODS)
    def test_align(
        self, method: str, spaced: Path, plain: Path, tmp_path: Path, wordvec: Call, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = files_in(tmp_path)
        monkeypatch.setattr(METHODS[method], "fit", refuse)
        for pair in ((spaced, plain), (plain, spaced)):
            arguments = ("align", *pair, "--dictionary", "identical", "--method", method)
            done = wordvec(*arguments, "-o", tmp_path / "o.vec", "--mapping", tmp_path / "m.npz")
            assert done.code == 1
            assert "'New\\xa0York'" in done.err.splitlines()[-1]
            assert "--spaces replace" in done.err.splitlines()[-1]
            assert files_in(tmp_path) == before

    def test_align_replaces_and_counts(self, spaced: Path, plain: Path, tmp_path: Path, wordvec: Call) -> None:
        arguments = ("align", spaced, plain, "--dictionary", "identical", "--spaces", "replace")
        done = wordvec(*arguments, "-o", tmp_path / "o.vec")
        assert done.code == 0
        assert f"{tmp_path}/o.vec: white space or control characters in 3 words become _" in done.err
        assert "o.target.vec: white" not in done.err
        assert Vectors.load(tmp_path / "o.vec").words[-4:] == RESPELT

    def test_map(self, spaced: Path, tmp_path: Path, wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        Mapping.of(np.eye(4)).save(tmp_path / "m.npz")
        done = wordvec("map", tmp_path / "m.npz", spaced, "-o", tmp_path / "o.vec", "--spaces", "replace")
        assert (done.code, done.err) == (
            0,
            f"{tmp_path}/o.vec: white space or control characters in 3 words became _\n",
        )
        assert Vectors.load(tmp_path / "o.vec").words[-4:] == RESPELT
        monkeypatch.setattr("wordvec.alignment.side.Side.change", refuse)
        with pytest.raises(InputError, match=r"b.vec: 'New\\xa0York'"):
            map_file(Mapping.of(np.eye(4)), spaced, tmp_path / "b.vec")

    def test_retrofit(self, spaced: Path, tmp_path: Path, wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "l.txt").write_text("w1 w2\n")
        done = wordvec("retrofit", spaced, tmp_path / "l.txt", "-o", tmp_path / "o.vec", "--spaces", "replace")
        assert done.code == 0
        assert "in 3 words become _" in done.err
        monkeypatch.setattr("wordvec.alignment.retrofitting.retrofit", refuse)
        done = wordvec("retrofit", spaced, tmp_path / "l.txt", "-o", tmp_path / "b.vec")
        assert done.code == 1
        assert "--spaces replace" in done.err

    def test_convert(self, spaced: Path, tmp_path: Path, wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        done = wordvec("convert", spaced, tmp_path / "o.txt", "--spaces", "replace")
        assert done.code == 0
        assert "white space or control characters in 3 words became _" in done.err
        monkeypatch.setattr("wordvec.transforms.numbers.reduced", refuse)
        done = wordvec("convert", spaced, tmp_path / "b.txt", "--dim", "2")
        assert done.code == 1
        assert "--spaces replace" in done.err

    def test_convert_refuses_no_word_that_is_not_wanted(self, spaced: Path, tmp_path: Path, wordvec: Call) -> None:
        assert wordvec("convert", spaced, tmp_path / "o.vec", "--top", "40").code == 0

    def test_train(self, tmp_path: Path, wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        text = write_text(tmp_path / "t.txt")
        text.write_text(text.read_text() + "[UNK] [UNK] w1\n" * 5)
        monkeypatch.setattr("wordvec.trainers.skipgram.SkipGram.fit", refuse)
        for output, told, code in (("o.hub", "[UNK]", 1), ("o.floret", "floret's table", 2)):
            done = wordvec("train", "skipgram", text, "-o", tmp_path / output)
            assert done.code == code
            assert told in done.err.splitlines()[-1]


class TestKept:
    """The mapping is kept when the vectors cannot be written."""

    @pytest.fixture(autouse=True)
    def full(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def save(self: Vectors, path: Path, *_: Any, **__: Any) -> None:
            raise OutputError(f"{path}: No space left on device; nothing was written")

        self.saved = Vectors.save
        monkeypatch.setattr(Vectors, "save", save)

    @pytest.fixture
    def pair(self, tmp_path: Path) -> list[Path]:
        paths = [tmp_path / name for name in ("s.vec", "t.vec")]
        for seed, path in enumerate(paths):
            self.saved(vectors(seed=seed), path)
        return paths

    def test_where_it_was_asked_for(self, pair: list[Path], tmp_path: Path, wordvec: Call) -> None:
        mapping = tmp_path / "m.npz"
        done = wordvec("align", *pair, "--dictionary", "identical", "-o", tmp_path / "o.vec", "--mapping", mapping)
        assert done.code == 1
        assert done.err.splitlines()[-1].endswith(
            f"the mapping is saved in {mapping}; map the vectors with: wordvec map {mapping} {pair[0]} -o OUT.vec"
        )
        assert Mapping.load(mapping).record["method"] == "procrustes"

    def test_beside_the_output_otherwise(self, pair: list[Path], tmp_path: Path, wordvec: Call) -> None:
        done = wordvec("align", *pair, "--dictionary", "identical", "-o", tmp_path / "o.vec")
        assert f"the mapping is saved in {tmp_path}/o.vec.mapping.npz" in done.err
        assert Mapping.load(tmp_path / "o.vec.mapping.npz").source.dim == 4

    def test_never_over_what_is_there(self, pair: list[Path], tmp_path: Path, wordvec: Call) -> None:
        (tmp_path / "o.vec.mapping.npz").write_text("mine")
        done = wordvec("align", *pair, "--dictionary", "identical", "-o", tmp_path / "o.vec")
        assert done.err.splitlines()[-1].endswith("nothing was written")
        assert (tmp_path / "o.vec.mapping.npz").read_text() == "mine"


class TestFaultyFiles:
    """Messages about a faulty vector file name the command that repairs it."""

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.vec", b"2 2\na 1 2\nb 1\n"),
            ("a.vec", b"3 2\na 1 2\nb 1 3\n"),
            ("a.vec", b"2 2\na 1 2\nb 1 nan\n"),
            ("a.vec", b"2 2\na 1 2\n\xff 1 2\n"),
            ("a.vec", b"\xef\xbb\xbf2 2\na 1 2\nb 1 2\n"),
            ("a b.txt", b"a 1 2 3\nb 1 2\n"),
            ("a.bin", b"2 2\na " + np.ones(2, "<f4").tobytes() + b"\nb " + np.ones(1, "<f4").tobytes()),
            ("a.bin", b"1 2\na " + np.full(2, np.inf, "<f4").tobytes() + b"\n"),
            ("a.bin", b"9999 2\na " + np.full(2, np.inf, "<f4").tobytes() + b"\n"),
            ("a.tsv", b"a\t1\t2\t3\nb\t1\t2\t3\n"),
        ],
    )
    def test_of_reading(self, name: str, content: bytes, tmp_path: Path, wordvec: Call) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        quoted = f"'{path}'" if " " in name else str(path)
        done = wordvec("info", path)
        assert done.code == 1
        assert f"`wordvec check {quoted} --repair OUT`" in done.err
        assert done.err.count("\n") == 1

    def test_a_file_with_tabs_is_not_said_to_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "a.tsv").write_text("a\t1\t2\t3\nb\t1\t2\t3\n")
        with pytest.raises(InputError, match="no header, and tabs between") as caught:
            Vectors.load(tmp_path / "a.tsv")
        assert "GloVe" not in str(caught.value)

    def test_what_it_advises_works(self, tmp_path: Path, wordvec: Call) -> None:
        (tmp_path / "a.tsv").write_text("a\t1\t2\t3\nb\t1\t2\t3\n")
        assert "wordvec check" in wordvec("nearest", tmp_path / "a.tsv", "a").err
        wordvec("check", tmp_path / "a.tsv", "--repair", tmp_path / "b.vec")
        assert Vectors.load(tmp_path / "b.vec").words == ["a", "b"]

    def test_not_where_the_file_is_missing_or_check_cannot_read_it(self, tmp_path: Path, wordvec: Call) -> None:
        assert "wordvec check" not in wordvec("info", tmp_path / "none.vec").err
        np.savez(tmp_path / "a.npz", IDs=np.array(["a"]), data=np.full((1, 2), np.nan))
        assert "wordvec check" not in wordvec("info", tmp_path / "a.npz").err

    def test_history_of_a_conversion_that_replaces_spaces_names_no_default(self, spaced: Path, tmp_path: Path) -> None:
        conversion.convert(spaced, tmp_path / "o.vec", conversion.Conversion(spaces="replace"))
        steps = json.loads((tmp_path / "o.json").read_text())["history"]
        assert [step["step"] for step in steps] == ["convert", "replace_spaces"]
        assert "spaces" not in steps[0]
