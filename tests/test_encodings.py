"""Vector files whose words are not UTF-8, or whose numbers have decimal commas; and suggested commands."""

import random
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call

from wordvec import Vectors
from wordvec.encodings import candidates
from wordvec.errors import InputError, SettingsError
from wordvec.formats import doctor
from wordvec.formats.doctor.policy import Policy
from wordvec.formats.doctor.source import BLOCK

GERMAN = ["mädchen", "haus", "größe", "straße", "fünf"]
LANGUAGES = {
    "cp1252": GERMAN,
    "iso8859-2": ["nő", "erdő", "ház", "fű", "könyv"],
    "cp1250": ["żółty", "łódź", "dom", "ręka"],
    "cp1251": ["мама", "дом", "Москва", "и", "собака"],
    "koi8-r": ["мама", "дом", "Москва", "и", "собака"],
    "cp1253": ["μάνα", "σπίτι", "και", "Ελλάδα"],
    "gb18030": ["我们", "中国", "北京", "大学", "学生"],
    "shift_jis": ["日本語", "とうきょう", "学生"],
}


def file(folder: Path, words: list[str], encoding: str, *, header: bool = True, comma: bool = False) -> Path:
    """Write vectors of dim 3 whose second number is -0.25."""
    rows = [f"{word} 0.5 -0.25 {number}.125\n" for number, word in enumerate(words)]
    if comma:
        rows = [row.replace(".", ",") for row in rows]
    path = folder / ("a.vec" if header else "a.txt")
    path.write_bytes(f"{len(words)} 3\n".encode() * header + "".join(rows).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", LANGUAGES)
def test_the_encoding_of_words_is_among_the_plausible_ones(encoding: str) -> None:
    words = LANGUAGES[encoding]
    found = candidates([word.encode(encoding) for word in words])
    beyond = [word for word in words if not word.isascii()]
    assert any(each.word in beyond for each in found)


def test_some_damaged_words_are_no_other_encoding() -> None:
    words = [word.encode() for word in GERMAN]
    assert candidates([*words, "größe".encode()[:-2]]) == []
    assert candidates(words) == []
    assert candidates([b"plain", b"words"]) == []
    assert candidates(["fünf".encode("latin-1"), "größe".encode("latin-1")]) == []


@pytest.mark.parametrize("header", [True, False])
def test_a_file_in_another_encoding_is_named_and_decoded(header: bool, tmp_path: Path) -> None:
    path = file(tmp_path, GERMAN, "latin-1", header=header)
    with pytest.raises(InputError) as caught:
        Vectors.load(path)
    assert "the words look like cp1252 (mädchen), not UTF-8; `wordvec convert" in str(caught.value)
    assert "OUT.vec --encoding cp1252` decodes them" in str(caught.value)
    assert Vectors.load(path, encoding="latin-1").words == GERMAN


def test_binary_files_are_decoded_too(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"5 2\n" + b"".join(w.encode("latin-1") + b" " + np.ones(2, "<f4").tobytes() for w in GERMAN))
    with pytest.raises(InputError, match="look like cp1252"):
        Vectors.load(path)
    assert Vectors.load(path, encoding="cp1252").words == GERMAN


def test_ambiguous_bytes_name_several_encodings_with_a_word_in_each(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        Vectors.load(file(tmp_path, LANGUAGES["iso8859-2"], "iso8859-2"))
    assert "cp1252 (fû) or cp1250 (fű)" in str(caught.value)


def test_utf8_is_not_decoded_again(tmp_path: Path) -> None:
    path = file(tmp_path, GERMAN, "utf-8")
    with pytest.raises(SettingsError, match=r"are UTF-8 \(mädchen\)"):
        Vectors.load(path, encoding="cp1252")
    with pytest.raises(SettingsError, match="are UTF-8"):
        doctor.repair(path, tmp_path / "out.vec", Policy(encoding="cp1252"))


@pytest.mark.parametrize("name", ["utf-16", "nonsense", "", "a\0b", "rot13", "hex"])
def test_an_encoding_that_no_vector_file_has_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not an encoding of vector files"):
        Vectors.load(file(tmp_path, GERMAN, "latin-1"), encoding=name)


def test_bytes_that_an_encoding_lacks_are_named(tmp_path: Path) -> None:
    path = file(tmp_path, LANGUAGES["shift_jis"], "shift_jis")
    with pytest.raises(InputError, match="is not in cp1252: byte 0x90"):
        Vectors.load(path, encoding="cp1252")
    with pytest.raises(InputError, match="is not in cp1252: byte 0x90"):
        doctor.repair(path, tmp_path / "out.vec", Policy(encoding="cp1252"))


def test_check_offers_decoding_and_repair_does_not_replace_letters_unasked(wordvec: Call, tmp_path: Path) -> None:
    path, out = file(tmp_path, GERMAN, "latin-1"), tmp_path / "out.vec"
    assert (
        "the words look like cp1252 (mädchen), not UTF-8; --repair OUT --encoding cp1252" in wordvec("check", path).out
    )
    done = wordvec("check", path, "--repair", out)
    assert done.code == 1
    assert "decode them (--encoding cp1252), or choose --invalid-utf8 replace or drop" in done.err
    assert not out.exists()
    assert wordvec("check", path, "--repair", out, "--encoding", "cp1252").code == 0
    assert Vectors.load(out).words == GERMAN
    assert "decoded from cp1252" in out.with_name("out.vec.changes.tsv").read_text()
    assert wordvec("check", path, "--repair", out, "--invalid-utf8", "replace", "--force").code == 0
    assert Vectors.load(out).words[0] == "m\ufffddchen"
    done = wordvec("convert", path, out, "--encoding", "latin1", "--force")
    assert done.code == 0
    assert Vectors.load(out).words == GERMAN


@pytest.mark.parametrize("header", [True, False])
def test_decimal_commas_are_named_and_repaired(header: bool, tmp_path: Path) -> None:
    path = file(tmp_path, ["1,5", "größe", "a"], "utf-8", header=header, comma=True)
    with pytest.raises(InputError, match=r"decimal comma.*--repair OUT` writes a sound copy"):
        Vectors.load(path)
    (found,) = doctor.check(path).defects
    assert found.defect.code == "decimal-comma"
    done = doctor.repair(path, tmp_path / "out.vec")
    assert done.counts["points in all numbers", "decimal-comma"] == 1
    repaired = Vectors.load(tmp_path / "out.vec")
    assert repaired.words == ["1,5", "größe", "a"]
    assert repaired.matrix.tolist() == [[0.5, -0.25, number + 0.125] for number in range(3)]


def test_decimal_commas_beyond_the_first_block_are_repaired(tmp_path: Path) -> None:
    chance, words = random.Random(1), [f"w{number}" for number in range(9_000)]
    rows = [[chance.randrange(-999_999, 999_999) for _ in range(20)] for _ in words]
    path = tmp_path / "a.vec"
    lines = [
        " ".join([word, *(f"{n // 1000},{n % 1000:03d}" for n in row)]) for word, row in zip(words, rows, strict=True)
    ]
    path.write_text(f"{len(words)} 20\n" + "\n".join(lines) + "\n")
    assert path.stat().st_size > BLOCK
    doctor.repair(path, tmp_path / "out.vec")
    expected = [[float(f"{n // 1000}.{n % 1000:03d}") for n in row] for row in rows]
    assert np.array_equal(Vectors.load(tmp_path / "out.vec").matrix, np.array(expected, np.float32))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["skip-gram"], "did you mean wordvec train skipgram? (see wordvec --help)"),
        (["train", "skip-gram"], "did you mean wordvec train skipgram? (see wordvec train --help)"),
        (["cosine"], "did you mean wordvec nearest?"),
        (["similarity"], "did you mean wordvec evaluate similarity or wordvec similar?"),
        (["convrt"], "did you mean wordvec convert?"),
        (["xyzzy"], "xyzzy: no such command (see wordvec --help)"),
    ],
)
def test_an_unknown_command_names_the_one_that_was_meant(written: list[str], meant: str, wordvec: Call) -> None:
    done = wordvec(*written)
    assert done.code == 2
    assert meant in done.err
    assert done.err.count("\n") == 1


def test_an_unknown_option_names_the_one_that_was_meant(wordvec: Call) -> None:
    said = wordvec("train", "skipgram", "a.txt", "--windw", "5", "-o", "a.vec").err
    assert said.startswith("wordvec: --windw: no such option; did you mean --window?")
    said = wordvec("train", "skipgram", "a.txt", "--lowercaes", "-o", "a.vec").err
    assert (
        said == "wordvec: --lowercaes: no such option; did you mean --lowercase? (see wordvec train skipgram --help)\n"
    )
    assert wordvec("--halp").err == "wordvec: --halp: no such option; did you mean --help? (see wordvec --help)\n"
    assert wordvec("info", "--zzz").err == "wordvec: --zzz: no such option (see wordvec info --help)\n"


def test_a_list_of_words_in_another_encoding_names_it(wordvec: Call, tmp_path: Path) -> None:
    Vectors(["fünf", "two"], np.eye(2, dtype=np.float32)).save(tmp_path / "v.vec")
    Path(tmp_path / "words.txt").write_bytes("\n".join(GERMAN).encode("cp1252"))
    said = wordvec("nearest", tmp_path / "v.vec", "--words", tmp_path / "words.txt").err
    assert "line 1: is not UTF-8; the words look like cp1252 (mädchen)" in said
    assert "(such as iconv -f CP1252 -t UTF-8)" in said


def test_every_suggested_command_exists() -> None:
    from wordvec.cli import root
    from wordvec.cli.command import COMMANDS_ELSEWHERE

    assert set(COMMANDS_ELSEWHERE.values()) <= set(root.paths())
