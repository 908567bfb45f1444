"""From one vector file to another: words, spelling, numbers, memory; and the command's exact output."""

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call, files_in
from hypothesis import given
from hypothesis import strategies as st

from wordvec import Vectors, formats
from wordvec.errors import SettingsError
from wordvec.formats import Plain
from wordvec.formats.common import reading
from wordvec.formats.common.reading import in_memory
from wordvec.transforms import numbers, selection
from wordvec.transforms.conversion import convert
from wordvec.transforms.settings import Conversion

WORDS = ["The", "the", "River", "ISPARTA", "THE", "river", "tea"]
COUNTS = np.array([60, 50, 40, 30, 20, 15, 10])


@pytest.fixture
def vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vectors:
    """Seven words, written to in.vec of the working directory."""
    monkeypatch.chdir(tmp_path)
    matrix = np.random.default_rng(5).normal(size=(len(WORDS), 6)).astype(np.float32)
    made = Vectors(WORDS, matrix, COUNTS, {"method": "none"})
    made.save("in.vec")
    return made


class TestWords:
    def test_top_keeps_the_first_and_reads_no_more(self, vectors: Vectors, wordvec: Call) -> None:
        assert wordvec("convert", "in.vec", "out.vec", "--top", 3) == (0, "", "out.vec: 3 words, dim 6\n")
        got = Vectors.load("out.vec")
        assert got.words == ["The", "the", "River"]
        assert got.counts is not None
        assert got.counts.tolist() == [60, 50, 40]
        np.testing.assert_array_equal(got.matrix, vectors.matrix[:3])

    def test_a_list_keeps_its_words_in_the_order_there_is(self, vectors: Vectors, wordvec: Call) -> None:
        Path("list.txt").write_text("tea 10\r\nnothing\nThe\n\ntea\n")
        done = wordvec("convert", "in.vec", "out.bin", "--words", "list.txt")
        assert done == (0, "", "list.txt: 1 of 3 words are unknown: nothing\nout.bin: 2 words, dim 6\n")
        got = Vectors.load("out.bin")
        assert got.words == ["The", "tea"]
        np.testing.assert_array_equal(got.matrix, vectors.matrix[[0, 6]])

    def test_a_list_without_a_known_word_is_an_error(self, vectors: Vectors, wordvec: Call) -> None:
        Path("list.txt").write_text("nothing\n")
        before = files_in(Path())
        done = wordvec("convert", "in.vec", "out.vec", "--words", "list.txt")
        assert done == (1, "", "wordvec: list.txt: none of its 1 words is among the vectors\n")
        assert files_in(Path()) == before

    def test_a_list_can_hold_white_space_of_unicode(self, tmp_path: Path) -> None:
        words = tmp_path / "list.txt"
        words.write_text("\ufeffnew\u00a0york 12\r\n\n  a\u2028b\tx\n", encoding="utf-8")
        assert selection.word_list(words) == ["new\u00a0york", "a\u2028b"]

    def test_a_long_list_of_unknown_words_is_told_whole(self, vectors: Vectors) -> None:
        plain = Plain(vectors.words, vectors.matrix, None, {})
        wanted = [f"unknown{number}" for number in range(200_000)]
        got, unknown = selection.chosen(plain, [*wanted, "tea"], in_memory)
        assert (got.words, unknown) == (["tea"], wanted)

    def test_lower_case_adds_counts_and_sorts_by_them(self, vectors: Vectors, wordvec: Call) -> None:
        done = wordvec("convert", "in.vec", "out.vec", "--lowercase")
        assert done.err == "lower case: 3 of 7 words merged with another\nout.vec: 4 words, dim 6\n"
        got = Vectors.load("out.vec")
        assert got.counts is not None
        assert dict(zip(got.words, got.counts.tolist(), strict=True)) == {
            "the": 130, "river": 55, "isparta": 30, "tea": 10
        }  # fmt: skip
        np.testing.assert_array_equal(got["the"], vectors["The"])

    def test_the_mean_is_weighted_by_counts(self, vectors: Vectors) -> None:
        convert(Path("in.vec"), Path("out.vec"), Conversion(lowercase=True, merge="mean"))
        expected = (60 * vectors["The"] + 50 * vectors["the"] + 20 * vectors["THE"]) / 130
        np.testing.assert_allclose(Vectors.load("out.vec")["the"], expected, rtol=1e-6)
        np.testing.assert_array_equal(Vectors.load("out.vec")["tea"], vectors["tea"])

    def test_turkish_lower_case_has_a_dotless_i(self, vectors: Vectors) -> None:
        convert(Path("in.vec"), Path("out.vec"), Conversion(lowercase="turkish"))
        assert "ısparta" in Vectors.load("out.vec")

    @given(st.lists(st.text("aAbB", min_size=1, max_size=3), min_size=1, unique=True), st.booleans())
    def test_merging_is_what_a_dictionary_would_do(self, words: list[str], counted: bool) -> None:
        matrix = np.random.default_rng(1).normal(size=(len(words), 2)).astype(np.float32)
        counts = np.arange(len(words), 0, -1) if counted else None
        got = selection.lowercased(Plain(words, matrix, counts, {}), True, "mean", in_memory)
        rows: dict[str, list[int]] = {}
        for row, word in enumerate(words):
            rows.setdefault(word.lower(), []).append(row)
        assert set(got.words) == set(rows)
        for word, vector in zip(got.words, got.matrix, strict=True):
            weights = [1 if counts is None else counts[row] for row in rows[word]]
            expected = sum(w * matrix[row].astype(float) for w, row in zip(weights, rows[word], strict=True))
            np.testing.assert_allclose(vector, expected / sum(weights), rtol=1e-5, atol=1e-6)


class TestNumbers:
    @pytest.mark.parametrize("digits", range(1, 10))
    def test_precision_is_what_python_would_print(self, vectors: Vectors, digits: int) -> None:
        convert(Path("in.vec"), Path("out.vec"), Conversion(precision=digits))
        lines = Path("out.vec").read_text().splitlines()[1:]
        for line, row in zip(lines, vectors.matrix, strict=True):
            got = [float(field) for field in line.split()[1:]]
            expected = [float(np.float32(f"{number:.{digits - 1}e}")) for number in row.astype(float)]
            np.testing.assert_allclose(got, expected, rtol=1e-7)
            shown = [len(field.strip("-").replace(".", "").lstrip("0").rstrip("0")) for field in line.split()[1:]]
            assert max(shown) <= digits

    def test_numbers_at_the_ends_stay_finite(self) -> None:
        largest, least = np.finfo(np.float32).max, np.float32(1e-45)
        plain = Plain(["a"], np.array([[largest, -largest, least, 0]], np.float32), None, {})
        got = numbers.rounded(plain, 4, in_memory).matrix
        assert np.isfinite(got).all()
        assert got[0, 2:].tolist() == [least, 0]

    def test_unit_rows_have_length_one(self, vectors: Vectors) -> None:
        convert(Path("in.vec"), Path("out.vec"), Conversion(unit=True))
        np.testing.assert_allclose(Vectors.load("out.vec").matrix, vectors.unit().matrix, rtol=1e-6)

    def test_principal_components_are_those_of_the_singular_value_decomposition(self) -> None:
        matrix = (np.random.default_rng(7).normal(size=(3000, 8)) * np.arange(8, 0, -1)).astype(np.float32)
        words = [f"w{row}" for row in range(3000)]
        got, kept = numbers.reduced(Plain(words, matrix, None, {}), 3, in_memory)
        centred = matrix.astype(float) - matrix.astype(float).mean(0)
        _, values, directions = np.linalg.svd(centred, full_matrices=False)
        np.testing.assert_allclose(np.abs(got.matrix), np.abs(centred @ directions[:3].T), atol=1e-3)
        assert kept == pytest.approx((values[:3] ** 2).sum() / (values**2).sum())

    def test_all_components_keep_every_distance(self, vectors: Vectors) -> None:
        convert(Path("in.vec"), Path("out.vec"), Conversion(dim=6))
        got = Vectors.load("out.vec").matrix
        np.testing.assert_allclose(
            np.linalg.norm(got[:1] - got, axis=1),
            np.linalg.norm(vectors.matrix[:1] - vectors.matrix, axis=1),
            atol=1e-5,
        )

    @pytest.mark.usefixtures("vectors")
    def test_more_components_than_numbers_are_one_line(self, wordvec: Call) -> None:
        done = wordvec("convert", "in.vec", "out.vec", "--dim", 7)
        assert done == (2, "", "wordvec: --dim 7: must be at most the dim of the vectors, 6\n")


class TestSettings:
    @pytest.mark.parametrize(
        "settings", [{"top": 0}, {"dim": 0}, {"precision": 0}, {"precision": 10}, {"merge": "mean"}, {"merge": "sum"}]
    )
    def test_values_out_of_range_are_refused(self, settings: dict[str, object]) -> None:
        with pytest.raises(SettingsError, match=next(iter(settings))):
            Conversion(**settings)  # type: ignore[arg-type]

    @pytest.mark.usefixtures("vectors")
    def test_history_gets_a_step_with_what_was_asked_for(self, wordvec: Call) -> None:
        wordvec("convert", "in.vec", "out.vec", "--top", 5, "--unit", "--precision", 5)
        step = {"step": "convert", "source": "in.vec", "from": "word2vec", "to": "word2vec"}
        metadata = json.loads(Path("out.json").read_text())
        assert metadata == {"method": "none", "history": [step | {"top": 5, "unit": True, "precision": 5}]}

    @pytest.mark.usefixtures("vectors")
    def test_nothing_is_overwritten_unless_asked_for(self, wordvec: Call) -> None:
        Path("out.bin.json").write_text("precious")
        done = wordvec("convert", "in.vec", "out.bin")
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert done.err.startswith("wordvec: out.bin.json: exists already")
        assert wordvec("convert", "in.vec", "out.bin", "--force", "--quiet") == (0, "", "")

    @pytest.mark.usefixtures("vectors")
    @pytest.mark.usefixtures("vectors")
    def test_a_pipe_is_no_input(self, wordvec: Call) -> None:
        os.mkfifo("pipe")
        line = "wordvec: pipe: a pipe or a device cannot be read twice; save its contents to a file first\n"
        assert wordvec("convert", "pipe", "out.vec") == (1, "", line)
        assert wordvec("convert", "pipe", "out.vec", "--from", "glove") == (1, "", line)
        assert wordvec("check", "pipe") == (1, "", line)

    def test_a_pipe_whose_format_is_known_is_read_once(self, vectors: Vectors) -> None:
        os.mkfifo("pipe")
        writer = threading.Thread(target=lambda: Path("pipe").write_bytes(Path("in.vec").read_bytes()))
        writer.start()
        assert formats.load("pipe", format="word2vec").words == vectors.words
        writer.join()

    @pytest.mark.parametrize("name", ["in.vec", "in.vectors"])
    def test_a_file_can_become_itself(self, vectors: Vectors, wordvec: Call, name: str) -> None:
        vectors.save(name, overwrite=True)
        before = files_in(Path())
        assert wordvec("convert", name, name, "--top", 3, "--force", "--memory", "0").code == 0
        got = Vectors.load(name)
        assert got.words == ["The", "the", "River"]
        np.testing.assert_array_equal(got.matrix, vectors.matrix[:3])
        assert files_in(Path()) == before

    def test_an_unknown_extension_lists_the_formats(self, wordvec: Call) -> None:
        done = wordvec("convert", "in.vec", "out.doc")
        assert done.code == 2
        expected = "wordvec: out.doc: the extension selects no vector format; choose one of word2vec (.vec), "
        assert done.err.startswith(expected)

    @pytest.mark.usefixtures("vectors")
    def test_info_describes_a_folder_of_vectors(self, wordvec: Call) -> None:
        wordvec("convert", "in.vec", "out.vectors")
        assert "\ndim      6\n" in wordvec("info", "out.vectors").out


class TestMemory:
    @pytest.mark.usefixtures("vectors")
    @pytest.mark.parametrize("settings", [{}, {"top": 4}, {"lowercase": True, "merge": "mean"}, {"dim": 3}])
    def test_with_little_memory_the_bytes_are_the_same(self, settings: dict[str, object]) -> None:
        conversion = Conversion(**settings)  # type: ignore[arg-type]
        convert(Path("in.vec"), Path("large.vec"), conversion)
        convert(Path("in.vec"), Path("small.vec"), conversion, memory=10)
        assert Path("large.vec").read_bytes() == Path("small.vec").read_bytes()
        assert not [name for name in files_in(Path()) if name.startswith(".")]

    @pytest.mark.usefixtures("vectors")
    def test_a_disk_too_small_for_the_matrix_is_one_line(self, wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        free = shutil.disk_usage(".")._replace(free=100)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
        before = files_in(Path())
        done = wordvec("convert", "in.vec", "out.bin", "--memory", "0")
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert "in.vec: 7 rows of 6 numbers take 0.0 GB temporarily" in done.err
        assert files_in(Path()) == before

    @pytest.mark.usefixtures("vectors")
    def test_a_disk_that_fills_up_meanwhile_is_one_line(self, wordvec: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(path: Path, size: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(reading, "reserve", full)
        done = wordvec("convert", "in.vec", "out.bin", "--memory", "0")
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert "matrix1.f32: No space left on device" in done.err

    def test_a_file_larger_than_memory_is_converted(self, tmp_path: Path) -> None:
        """88 MB of numbers go through where 60 MB more may be taken."""
        rows, dim = 220_000, 100
        matrix = np.zeros((rows, dim), np.float32)
        matrix[:, 0] = np.arange(rows)
        formats.save(Plain([f"w{row}" for row in range(rows)], matrix, None, {}), tmp_path / "in.bin")
        code = (
            "import resource, sys\n"
            "from pathlib import Path\n"
            "from wordvec.transforms.conversion import convert\n"
            "from wordvec.transforms.settings import Conversion\n"
            "from wordvec.vectors import Vectors\n"
            "import wordvec.formats.word2vec_binary, numpy as np\n"
            "Vectors(['a'], np.ones((1, 100))).save(sys.argv[2] + '.warm.bin')\n"
            "Vectors.load(sys.argv[2] + '.warm.bin')\n"
            "line = next(line for line in open('/proc/self/status') if line.startswith('VmData'))\n"
            "limit = 1024 * int(line.split()[1]) + 60_000_000\n"
            "resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))\n"
            "convert(Path(sys.argv[1]), Path(sys.argv[2]), Conversion(), memory=1_000_000)\n"
        )
        command = [sys.executable, "-c", code, str(tmp_path / "in.bin"), str(tmp_path / "out.bin")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert (tmp_path / "in.bin").read_bytes() == (tmp_path / "out.bin").read_bytes()
