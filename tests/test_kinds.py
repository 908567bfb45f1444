"""Detection of files that are not running text: each kind is named, its text extracted; no running text is refused."""

import gzip
import io
import json
import os
import random
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from cli_helpers import SMALL, Call

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.readers import blocks, sources
from wordvec.corpora.settings import EncodingSettings
from wordvec.errors import InputError, SettingsError

CSV = 'id,text\n1,"a good day, she said"\n2,a bad one\n'
CONLLU = (
    "# sent_id = 1\n# text = The cat sat.\n"
    "1\tThe\tthe\tDET\tDT\t_\t2\tdet\t_\t_\n2-3\tcat's\t_\t_\t_\t_\t_\t_\t_\t_\n2\tcat\tcat\tNOUN\tNN\t_\t0\troot\t_\t_\n"
    "\n# sent_id = 2\n1\tDogs\tdog\tNOUN\tNNS\t_\t0\troot\t_\t_\n\n"
)
VRT = '<text id="1">\n<s>\nThe\tDET\tthe\ncat\tNOUN\tcat\n</s>\n<s>\nDogs\tNOUN\tdog\nbark\tVERB\tbark\n</s>\n</text>\n'
TEI = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0">\n<text><body>'
    "<p>Tea &amp; milk.</p>\n<p>Rum.</p></body></text></TEI>\n"
)
HTML = "<!DOCTYPE html>\n<html><head><style>p {}</style></head><body><p>Tea &amp; <b>milk</b>.</p></body></html>\n"
RECORDS = [{"id": 1, "text": "a good day"}, {"id": 2, "text": "a bad one"}]
SRT = "1\n00:00:01,000 --> 00:00:02,500\nHello there.\n\n2\n00:00:03,000 --> 00:00:04,000\nGood day.\n"
CONLL_2003 = "-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n. . O O\n\nPeter NNP B-NP B-PER\n"
TREES = "(S (NP (DT The) (NN cat)) (VP (VBD sat)))\n(S (NP (NNS Dogs)) (VP (VBP bark)))\n"
MAIL = "From a@b.org Sat Jan  3 01:05:34 1996\nFrom: a@b.org\nSubject: Tea\n\nTea with milk.\n\n"
EML = (
    "Return-Path: <a@b.org>\nReceived: from x\n\tby y\nSubject: Tea\nFrom: a@b.org\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nTea with caf=C3=A9.\n"
)
POST = "From: a@b.org\nSubject: Re: Tea\nOrganization: None\nLines: 1\n\nTea with milk: always.\n"
SQL = (
    "-- MySQL dump 10.13\n--\nDROP TABLE IF EXISTS `posts`;\nCREATE TABLE `posts` (\n  `id` int\n);\n"
    "INSERT INTO `posts` VALUES (1,'new','It''s a good day'),(2,'old','a bad\none');\n"
)
PSQL = (
    "--\n-- PostgreSQL database dump\n--\n\nCOPY public.posts (id, text) FROM stdin;\n"
    "1\ta good day\n2\ta bad one\n\\.\n"
)
LABELLED = "__label__pos a good day\n__label__neg __label__old a bad one\n"
SENTENCES = ("The cat sat on the mat.", "Dogs bark, loudly, at night.", "A good day: she said so.")


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(path: Path, **settings: str) -> str:
    with pytest.raises(InputError) as caught:
        list(blocks(*sources(path), EncodingSettings.of(**settings).reading))
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def read(path: Path, **settings: str) -> bytes:
    return b"".join(blocks(*sources(path), EncodingSettings.of(**settings).reading))


@pytest.mark.parametrize(
    ("name", "text", "what", "words"),
    [
        ("a.eml", EML, "an e-mail", "Tea with café."),
        ("post", POST, "an e-mail", "Tea with milk: always."),
        ("posts.sql", SQL, "an SQL dump", "It's a good day a bad one"),
        ("a.txt", "INSERT INTO t (a, b) VALUES (1, 'a good day');\n" * 2, "an SQL dump", "a good day a good day"),
        ("posts.sql", PSQL, "an SQL dump", "a good day a bad one"),
        ("train.txt", LABELLED, "a text with labels for fastText's classifier", "a good day a bad one"),
        ("posts.csv", CSV, "a CSV table", "a good day, she said a bad one"),
        ("posts.txt", CSV, "a CSV table", "a good day, she said a bad one"),
        ("posts.csv", "text\none, two\nthree\n", "a CSV table", "one, two three"),
        ("a.txt", CSV.replace('",', '";').replace("id,text", "id;text").replace("1,", "1;").replace("2,", "2;"),
         "a table with ; between its columns", "a good day, she said a bad one"),
        ("a", 'label,review\npos,"Great ""film"",\nreally"\nneg,Bad film\n', "a CSV table",
         'Great "film", really Bad film'),
        ("a.txt", "".join(f"{n},word {n},{n / 7:.3f}\n" for n in range(9)), "a CSV table",
         " ".join(f"word {n}" for n in range(9))),
        ("a.txt", "".join(f"{'pos' if n % 3 else 'neg'},film number {n}\n" for n in range(30)), "a CSV table",
         " ".join(f"film number {n}" for n in range(30))),
        ("a.txt", "".join(f"LJ-{n}|It is {n}, now|It is, now\n" for n in range(6)),
         "a table with | between its columns", " ".join(f"It is {n}, now" for n in range(6))),
        ("a.tsv", "id\ttext\n1\ta good day\n", "a table of tab-separated columns", "a good day"),
        ("a.txt", "".join(f"{n}\t{s}\n" for n, s in enumerate(SENTENCES)), "a table of tab-separated columns",
         " ".join(SENTENCES)),
        ("a.txt", "# made by hand\n1\ta good day\n2\ta bad one\n", "a table of tab-separated columns",
         "a good day a bad one"),
        ("a.txt", 'id\ttext\n1\t"a good\nday"\n2\tbad\n', "a table of tab-separated columns", "a good day bad"),
        ("a.txt", "".join(f"{s} ||| {s.upper()}\n" for s in SENTENCES), "a table of columns with |||",
         " ".join(SENTENCES)),
        ("a.txt", CONLL_2003, "a table with a token on each line", "-DOCSTART- EU rejects . Peter"),
        ("a.txt", CONLL_2003.replace(" ", "\t"), "a table with a token on each line",
         "-DOCSTART- EU rejects . Peter"),
        ("a.vrt", VRT, "a VRT file", "The cat Dogs bark"),
        ("a.txt", VRT, "a VRT file", "The cat Dogs bark"),
        ("a.txt", re.sub("\t.*", "", VRT), "a VRT file", "The cat Dogs bark"),
        ("a.txt", TREES, "a treebank in brackets", "The cat sat Dogs bark"),
        ("a.xml", TEI, "an XML document", "Tea & milk. Rum."),
        ("a.txt", TEI.partition("\n")[2], "an XML document", "Tea & milk. Rum."),
        ("a.txt", '<doc id="12" title="Tea">\nTea is a drink.\n</doc>\n', "an XML document", "Tea is a drink."),
        ("a.txt", "<CHAPTER ID=1>\nResumption\n<SPEAKER ID=1>\nI declare\n<P>\nit resumed.\n", "an XML document",
         "Resumption I declare it resumed."),
        ("a.txt", "<s>The cat</s>\n<s>sat</s>\n", "an XML document", "The cat sat"),
        ("a.txt", json.dumps(["a good day", "a bad\none"]), "a JSON array", "a good day a bad one"),
        ("a.txt", '["a","b"]\n["c"]\n', "JSON, a list on each line", "a b c"),
        ("a.json", json.dumps({"a": {"text": "a good day"}}, indent=2), "a JSON object", "a good day"),
        ("a.srt", SRT, "a file of subtitles", "Hello there. Good day."),
        ("a.txt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n", "a file of subtitles", "Hello."),
        ("inbox", MAIL * 2, "an mbox of e-mails", "Tea with milk. Tea with milk."),
    ],
)  # fmt: skip
def test_a_file_without_running_text_is_named_with_an_option_that_reads_it_or_a_command(
    name: str, text: str, what: str, words: str, tmp_path: Path
) -> None:
    for path in (written(tmp_path / name, text), written(tmp_path / f"{name}.gz", gzip.compress(text.encode()))):
        message = refused(path)
        assert message.startswith(f"is {what}")
        assert message.endswith("; or --format plain reads it as it is")
        command = message.partition("extract its text: ")[2].partition(" > OUT.txt")[0]
        if command:
            assert str(path) in command
            done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
            assert done.stdout.split() == words.split()
        if option := re.search(
            r"\((?:such as )?--(field|columns|xml-text) ([^;)\s]+)[;)]", message.replace("--field NAME", "")
        ):
            chosen = {option[1].replace("-", "_"): shlex.split(option[2])[0]}
            assert read(path, **chosen).decode().split() == words.split()
        assert command or option
        assert read(path, format="plain") == text.encode()


@pytest.mark.parametrize("name", ["a.conllu", "a.txt", "a.gz"])
def test_a_treebank_in_conllu_is_read(name: str, tmp_path: Path) -> None:
    text = gzip.compress(CONLLU.encode()) if name.endswith("gz") else CONLLU
    assert read(written(tmp_path / name, text)).split(b"\n") == [b"The cat's", b"Dogs", b"", b"", b""]


@pytest.mark.parametrize(
    "text", [HTML, "Tea\n" + "<p>Tea with <i>milk</i> is a drink.</p>\n" * 12], ids=["page", "fragment"]
)
def test_a_page_is_left_to_programs_that_are_named(text: str, tmp_path: Path) -> None:
    for ending in (".html", ".txt"):
        path = written(tmp_path / f"a{ending}", text)
        assert refused(path).startswith(
            f"is an HTML page, not running text; extract its text: cat {path} | pandoc -f html"
        )
        assert "trafilatura" in refused(path)
        if text == HTML:
            assert refused(path, xml_text="p") == refused(path)


@pytest.mark.parametrize("data", [RECORDS, {"posts": RECORDS}])
def test_json_of_records_becomes_jsonl_with_a_field(data: object, tmp_path: Path) -> None:
    for indent in (None, 2):
        path = written(tmp_path / "a.json", json.dumps(data, indent=indent))
        message = refused(path)
        if "extract" not in message:  # one object on one line has the form of JSONL
            continue
        command, _, rest = message.partition("extract its text: ")[2].partition(" > OUT.jsonl")
        assert rest.startswith(" and read that with --field text")
        done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
        assert list(map(json.loads, done.stdout.splitlines())) == RECORDS


def test_jsonl_names_the_field_that_seems_to_hold_the_text(tmp_path: Path) -> None:
    for name, field, records in (
        ("a.txt", "text", RECORDS),
        ("a.jsonl", "text", RECORDS[:1]),
        ("a.ndjson", "words", [{"id": "17", "words": ["a", "good", "day"]}]),
        ("a.txt", "body", [{"title": "a title that is long", "body": "short"}] * 3),
        ("a.txt", "text", [{"n": 1}, {"n": 2}]),
    ):
        path = written(tmp_path / name, "".join(f"{json.dumps(record)}\n" for record in records))
        assert refused(path).startswith(f"is JSONL; name the field that holds the text (--field {field})")


def test_documents_without_a_command_of_python_or_awk_name_another(tmp_path: Path) -> None:
    latex = "% a paper\n\\documentclass{article}\n\\begin{document}\nTea.\n\\end{document}\n"
    assert "is a LaTeX document" in refused(written(tmp_path / "a.txt", latex))
    assert "pandoc -f latex" in refused(written(tmp_path / "a.tex", "\\section{Tea}\nTea.\n"))
    assert "is an RTF document" in refused(written(tmp_path / "a.txt", "{\\rtf1\\ansi Tea.}"))
    vectors = "2 6\ntea 0.1 0.2 0.3 0.4 0.5 0.6\nmilk .1 .2 .3 .4 .5 -6e-2\n"
    assert refused(written(tmp_path / "a.vec", vectors)).startswith("is a table of numbers, as of word vectors")


def test_a_long_file_is_detected_from_its_first_megabyte(tmp_path: Path) -> None:
    cells = [" ".join(random.Random(n).choices(["tea,", "milk", "rum"], k=30_000)) for n in range(4)]
    assert "CSV" in refused(written(tmp_path / "a", "id,text\n" + "".join(f'{n},"{c}"\n' for n, c in enumerate(cells))))
    assert "JSONL" in refused(written(tmp_path / "b", "".join(f'{{"text": "{cell}"}}\n' for cell in cells)))
    assert "JSON array" in refused(written(tmp_path / "c", json.dumps([{"text": cell * 9} for cell in cells])))
    assert "XML" in refused(written(tmp_path / "d", f"<?xml version='1.0'?><corpus>{'<w>tea</w>' * 300_000}</corpus>"))


def test_a_command_for_standard_input_has_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"1,tea\n" * 9)))
    with pytest.raises(InputError, match=r"^standard input: is a CSV table.*its text: python3 -c"):
        list(blocks(*sources("-")))


def test_a_file_that_is_no_jsonl_is_named_where_a_field_is_asked_for(tmp_path: Path) -> None:
    assert "its first row names no column 'body'; it has 'id', 'text'" in refused(
        written(tmp_path / "a.txt", CSV), field="body"
    )
    assert refused(written(tmp_path / "a.json", json.dumps(RECORDS)), field="text").startswith("is a JSON array")
    dump = written(tmp_path / "a.xml", "<mediawiki></mediawiki>")
    assert refused(dump, field="text") == "is a MediaWiki dump; read it without --field"


POEM = (
    """\
Bright star, would I were steadfast as thou art,
Not in lone splendour hung aloft the night,
And watching, with eternal lids apart,
Like nature's patient, sleepless Eremite,
"""
    * 6
)

CODE = """\
#include <vector>
int main(int argc, char **argv) {
\tstd::vector<int> v;
\tfor (int i = 0; i < 10; i++) {
\t\tv.push_back(i);
\t}
\tconst char *page = "<html><body>no</body></html>";
}
"""


@pytest.mark.parametrize(
    "text",
    [
        "One sentence.\n",
        "Hello, world\nGoodbye, world\n" * 3,
        "Red, green\nBlue, white\n" * 20,
        "".join(f"Line {n}, with a comma\n" for n in range(40)),
        POEM,
        CODE,
        "\tAn indented line\n" * 30,
        "\tA list\n\t\tof things\n\tto buy\n",
        "1\tone line with a tab is no table\n",
        "the\tcat\tsat\non\tthe\tmat\ttoday\na\tdog\n",
        "<s> the cat sat </s>\n<s> on the <unk> mat </s>\n",
        "<unk> <unk> said <num> things\n = Heading = \n",
        "<bos> a b <eos>\n<bos> c <eos>\n",
        "I <3 you, and x < y > z\n",
        "This film was great.<br /><br />Really great. <br /> I saw it twice, on 12,000 screens.\n" * 5,
        "{a, b} is a set\n{c} too\n",
        "[1] A reference, 1999\n[2] Another, 2000\n",
        '["Hello," he said, "is it me?"]\n',
        '"Hello," he said, "how are you?"\n"Fine," she said, "and you?"\n',
        "( a remark ) in brackets\n(another one)\n",
        "1 2 3 4 5\n2 3 4 5 6\n" * 20,
        "n1 n7 n3 n2 n9 n4 n8\n" * 30,
        "1.5 percent of all, 2.5 of these\n",
        "床前明月光,疑是地上霜\n举头望明月,低头思故乡\n" * 10,
        "int a;\nint b;\nreturn a;\n" * 9,
        "dharma | artha |\nkama | moksha |\n",
        "token\nper\nline\n\nand\nsentences\n",
        "THE CAT SAT\nTHE DOG RAN\n" * 15,
        "From here to there is 12:30 far\nand From: here\n",
        "the cat|NN sat|VB\non|IN the|DT mat|NN today|RB\n",
        "The/DT cat/NN sat/VBD\nA_DET dog_NOUN\n",
        "fastText reads lines with __label__ as labelled.\nOthers are text.\n",
        "From: me\nTo: you\nDear friend, this letter has no blank line.\n",
        "Subject: tea\n\nA note with one heading.\n",
        "To insert a row, write\nINSERT INTO t VALUES (1, 'a good day');\nand look at it.\n",
        "Insert into the oven what you value\nand create table settings (four).\nDrop table manners if exists doubt.\n",
        "Speaker A: hello; goodbye\nSpeaker B: well; now\n" * 12,
    ],
)  # fmt: skip
def test_running_text_is_read_whatever_it_contains(text: str, tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.txt", text)) == text.encode()


def test_real_texts_are_read_and_real_tables_refused() -> None:
    folder = os.environ.get("WORDVEC_DATA")
    if not folder:
        pytest.skip("WORDVEC_DATA does not name the folder of real texts")
    data = Path(folder)
    texts = [
        *sources([data / "corpora", data / "diachronic"]),
        *sources(str(data / "bilingual" / "multi30k" / "*")),
    ]
    assert len(texts) > 270
    for source in texts:
        assert next(iter(blocks(source)))
    for pattern, what in (
        ("sts/*.tsv", "table"),
        ("documents/*.jsonl*", "JSONL"),
    ):
        tables = sources(str(data / pattern))
        for source in tables:
            with pytest.raises(InputError, match=what):
                next(iter(blocks(source)))


def test_a_corpus_is_forced_to_read_a_table_and_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", CSV)
    with pytest.raises(InputError, match="CSV"):
        EncodedCorpus.from_text(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with EncodedCorpus.from_text(path, format="plain", tokenizer="whitespace") as corpus:
        assert "id,text" in corpus.vocabulary
        assert corpus.meta["settings"]["format"] == "plain"
    for settings, message in (
        ({"format": "csv"}, "format csv: choose one of auto, plain"),
        ({"format": "plain", "field": "x"}, "choose this or field"),
    ):
        with pytest.raises(SettingsError, match=message):
            EncodedCorpus.from_text(path, **settings)


@pytest.mark.parametrize(
    "command",
    [
        ["train", "skipgram", "a.csv", *SMALL, "-o", "a.vec"],
        ["train", "glove", "a.csv", *SMALL, "-o", "b.vec"],
        ["corpus", "encode", "a.csv", "-o", "a.corpus"],
        ["corpus", "cooccur", "a.csv", "--min-count", "2", "-o", "a.counts"],
    ],
)
def test_commands_refuse_a_table_in_one_line_and_read_it_when_forced(
    wordvec: Call, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(Path("a.csv"), CSV * 50)
    refused = wordvec(*command, "--quiet")
    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert refused.err.startswith(
        "wordvec: a.csv: is a CSV table; name the column that holds the text (--field text); or"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert wordvec(*command, "--quiet", "--format", "plain").code == 0


def test_one_sentence_is_one_sentence(wordvec: Call, tmp_path: Path) -> None:
    text = written(tmp_path / "a.txt", "one word and a few more words to fill a sentence\n")
    done = wordvec("corpus", "encode", text, "-o", tmp_path / "out")
    assert done.err.endswith("out: 11 tokens, 10 words, 1 sentence\n")
