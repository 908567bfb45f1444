"""``wordvec evaluate`` and ``wordvec compare``: exact tables, forms, options, errors."""

import csv
import io
import json
from pathlib import Path

import pytest
from cli_helpers import Call, files_in, write_text

from wordvec import EncodedCorpus, Vectors

VECTORS = """\
6 2
north 1 0
south -1 0.125
east 0 1
west 0.25 -1
northeast 1 1
Up 0.5 -0.25
"""
PAIRS = "north\tnortheast\t9\nnorth\tEast\t5\nsouth\tnorth\t1\nup\twest\t6\nnorth\tnowhere\t3\n"
QUESTIONS = ": turns\nnorth east south west\nnorth south east west\nnorth east nowhere up\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.vec").write_text(VECTORS)
    Path("b.vec").write_text(VECTORS.replace("northeast 1 1", "northeast 1 -2"))
    Path("pairs.tsv").write_text(PAIRS)
    Path("turns.txt").write_text(QUESTIONS)
    return tmp_path


def test_similarity_prints_its_table_and_its_conventions(wordvec: Call, place: Path) -> None:
    done = wordvec("evaluate", "similarity", "a.vec", "b.vec", "--dataset", "pairs.tsv", "--resamples", 100)
    assert (done.code, done.err) == (0, "")
    head, a, b, *notes = done.out.splitlines()
    assert head.split() == [
        "dataset", "vectors", "pairs", "covered", "spearman", "low", "high", "pearson", "pearson_low", "pearson_high",
        "spearman_zero", "pearson_zero", "difference", "difference_low", "difference_high", "p",
    ]  # fmt: skip
    assert a.split()[:5] == ["pairs", "a.vec", "5", "4", "1.0000"]
    assert b.split()[:4] == ["pairs", "b.vec", "5", "4"]
    assert notes[0] == "case: ignore; low and high: 95 % of 100 bootstrap resamples of the pairs, seed 1"


def test_analogy_prints_counts_and_takes_conventions(wordvec: Call, place: Path) -> None:
    done = wordvec("evaluate", "analogy", "a.vec", "--dataset", "turns.txt", "--sections")
    assert done == (
        0,
        "dataset  vectors  section  questions  covered  correct  accuracy    low   high  accuracy_all  mrr@10\n"
        "turns    a.vec    turns            3        2        0     .0000  .0000  .6576         .0000   .5000\n"
        "turns    a.vec    total            3        2        0     .0000  .0000  .6576         .0000   .5000\n"
        "3cosadd among the first 300,000 words; case: ignore; excluded as answers: forms\n"
        "oov: skip: accuracy is of the covered questions, whose four words are known\n"
        "accuracy_all: of all questions, those not covered wrong; low and high: Wilson's 95 % of accuracy, too narrow, "
        "as questions share words\n",
        "",
    )
    kept = wordvec("evaluate", "analogy", "a.vec", "--dataset", "turns.txt", "--convention", "word2vec", "--exclude",
                   "nothing", "--method", "3cosmul", "--limit", 0).out  # fmt: skip
    assert "3cosmul among all words; case: ignore; excluded as answers: nothing" in kept


def test_tables_come_as_json_and_csv(wordvec: Call, place: Path) -> None:
    asked = ("evaluate", "analogy", "a.vec", "--dataset", "turns.txt")
    (row,) = json.loads(wordvec(*asked, "--json").out)["rows"]
    done = wordvec(*asked, "--csv")
    (line,) = csv.DictReader(io.StringIO(done.out))
    assert {name: str(value) for name, value in row.items()} == line
    assert done.err.startswith("3cosadd among")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["similarity", "a.vec", "--dataset", "none.tsv"],
            1,
            "none.tsv: no such file, and no dataset in gensim; those are wordsim353, simlex999",
        ),
        (["similarity", "a.vec", "a.vec"], 2, "a.vec: is given twice"),
        (
            ["similarity", "a.vec", "--dataset", "wordsim353"],
            1,
            "a.vec: wordsim353: 0 of 353 pairs have both words among the 6 of the vectors (case: ignore), "
            "too few for a correlation; check language and case",
        ),
        (
            ["similarity", "a.vec", "--dataset", "turns.txt"],
            1,
            "turns.txt, line 1: no score; it takes word, word, score",
        ),
        (
            ["analogy", "a.vec", "--dataset", "pairs.tsv"],
            1,
            "pairs.tsv, line 1: 3 words; a question has four: a b c d",
        ),
        (["analogy", "missing.vec"], 1, "missing.vec: cannot be read (No such file or directory)"),
        (
            ["analogy", "a.vec"],
            1,
            "a.vec: google: none of its 19,544 questions has its four words among the 6 words asked (case: ignore); "
            "check language and case",
        ),
        (
            ["report", "a.vec", "-o", "a.md"],
            2,
            "a.md: the name of a report must end in .html; the Markdown file is written beside it",
        ),
    ],
)
def test_a_mistake_is_one_line(wordvec: Call, place: Path, arguments: list[str], code: int, message: str) -> None:
    assert wordvec("evaluate", *arguments) == (code, "", f"wordvec: {message}\n")


def test_report_writes_both_files(wordvec: Call, place: Path) -> None:
    done = wordvec("evaluate", "report", "a.vec", "b.vec", "--dataset", "pairs.tsv", "--dataset", "turns.txt",
                   "--word", "north", "-o", "report.html")  # fmt: skip
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines()[-1] == "report.html, report.md: 2 vectors compared"
    assert Path("report.html").read_text().startswith("<!doctype html>")
    assert "| pairs | Spearman | a.vec | 1.0000 |" in Path("report.md").read_text()
    again = wordvec("evaluate", "report", "a.vec", "-o", "report.html")
    assert (again.code, again.err.count("\n")) == (1, 1)


@pytest.fixture
def tagged(place: Path) -> Path:
    """Words that go up are tagged U, others D; labels likewise."""
    ups, downs = ("north", "northeast", "up"), ("south", "west")
    lines = [f"{word}\t{tag}\n" for word, tag in [*((w, "U") for w in ups), *((w, "D") for w in downs)]]
    (place / "tagged.txt").write_text("\n".join(["".join(lines)] * 20))
    (place / "labelled.txt").write_text("".join(f"u {' '.join(ups)}\nd {' '.join(downs)} or\n" for _ in range(20)))
    (place / "broken.txt").write_text("north\tU\nsouth\n")
    return place


def test_probe_prints_scores_beside_floors(wordvec: Call, tagged: Path) -> None:
    files = ("--train", "tagged.txt", "--test", "tagged.txt")
    done = wordvec("evaluate", "probe", "a.vec", "b.vec", *files, "--seeds", 2, "--epochs", 30, "--window", 0, "--json")
    assert done.code == 0
    rows = {row["vectors"]: row for row in json.loads(done.out)["rows"]}
    assert list(rows) == ["a.vec", "b.vec", "majority", "random, dim 2"]
    assert len(rows["a.vec"]["accuracy_scores"]) == 2
    assert (rows["majority"]["accuracy"], rows["a.vec"]["coverage"]) == (0.6, 0.8)


def test_classify_prints_scores_beside_bags_of_words(wordvec: Call, tagged: Path) -> None:
    done = wordvec("evaluate", "classify", "a.vec", "--train", "labelled.txt", "--test", "labelled.txt", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["vectors"], row["method"]) for row in rows] == [
        ("a.vec", "mean"),
        ("a.vec", "sif"),
        ("a.vec", "sif, first removed"),
        ("a.vec", "usif"),
        ("-", "bag of words"),
        ("-", "tf-idf"),
        ("random, dim 2", "mean"),
        ("-", "majority"),
    ]
    assert {row["method"]: row["accuracy"] for row in rows}["bag of words"] == "1.0"


def test_a_line_without_its_tag_is_named(wordvec: Call, tagged: Path) -> None:
    done = wordvec("evaluate", "probe", "a.vec", "--train", "broken.txt", "--test", "tagged.txt")
    assert done == (1, "", "wordvec: broken.txt, line 2: one column, no tag; expected a word and its tag\n")
    done = wordvec("evaluate", "probe", "a.vec", "--train", "tagged.txt", "--test", "tagged.txt", "--seeds", 0)
    assert done == (2, "", "wordvec: --seeds 0: must be at least 1\n")


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("pairs.txt").write_text("w1 w2 5\nw3 w4 2\nw1 w5 3\nw2 w7 4\n")
    return write_text(tmp_path / "text.txt")


COMPARE = ("--dim", 6, "--min-count", 2, "--dataset", "pairs.txt", "--threads", 1, "-o", "out")


def test_compare_trains_every_method_on_the_same_corpus(wordvec: Call, text: Path) -> None:
    done = wordvec("compare", text, *COMPARE)
    assert done.code == 0
    assert done.out.startswith(
        "method               passes  rate  min count  counting  seconds   pairs\nskipgram                 20  0.05  "
    )
    assert "\nfasttext (subwords)      20  0.05  " in done.out
    names = ["bit-cipher", "cbow", "glove", "ppmi-svd", "skipgram"]
    assert {name for name in files_in(Path("out")) if not name.startswith("fasttext.vectors")} == {
        *(f"{name}{ending}" for name in names for ending in (".json", ".vec", ".vocab")),
        *("report.html", "report.md"),
    }
    made = {name: Vectors.load(f"out/{name}.vec") for name in names} | {
        "fasttext": Vectors.load("out/fasttext.vectors")
    }
    assert made["fasttext"].can_compose("w1w1")
    assert {vectors.metadata["corpus"]["digest"] for vectors in made.values()} == {EncodedCorpus.from_text(text).digest}
    assert {vectors.dim for vectors in made.values()} == {6}
    assert wordvec("compare", text, *COMPARE).err == (
        "wordvec: out/skipgram.vec: exists already; choose another name, or --force (overwrite=True) to replace it\n"
    )


def test_compare_leaves_out_a_dataset_that_knows_too_few_words(wordvec: Call, text: Path) -> None:
    lacking = "google: has too few of the 40 words (case: ignore); give a --dataset of the text's language"
    done = wordvec("compare", text, *COMPARE, "--methods", "cbow", "--dataset", "google")
    assert done.code == 0
    assert lacking in done.err
    assert "cbow: google: none of its 19,544 questions" in Path("out/report.md").read_text()
    options = ("--dim", 6, "--min-count", 2, "--methods", "cbow", "--dataset", "google", "-o", "other")
    done = wordvec("compare", text, *options)
    assert (done.code, lacking in done.err) == (1, True)


def test_compare_sets_the_epochs_from_a_measured_one_and_says_them(wordvec: Call, text: Path) -> None:
    done = wordvec("compare", text, "--methods", "skipgram,ppmi-svd", "--seconds", 0.2, *COMPARE)
    assert done.code == 0
    (line,) = (line for line in done.err.splitlines() if "--epochs" in line)
    epochs = int(line.rpartition(" ")[2])
    assert line.startswith("skipgram: an epoch takes ")
    assert Vectors.load("out/skipgram.vec").metadata["settings"]["epochs"] == epochs >= 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--methods", "lsa"],
            "lsa: unknown method; choose one of skipgram, cbow, fasttext, glove, ppmi-svd, bit-cipher",
        ),
        (["--methods", "cbow,cbow"], "--methods cbow, cbow: a method is named twice"),
        (
            ["--methods", ","],
            "--methods: none is named; choose from skipgram, cbow, fasttext, glove, ppmi-svd, bit-cipher",
        ),
        (["--methods", "cbow", "--dataset", "nothing.txt"], "nothing.txt: no such file"),
        (["--methods", "cbow", "--word", "nosuch"], "nosuch: is not among the 40 words of the text"),
        (["--methods", "cbow", "--seconds", "nan"], "--seconds nan: must be above 0"),
        (["--methods", "cbow", "--limit", "-1"], "--limit -1: must be at least 1"),
        (["--methods", "cbow", "--log", "nowhere/log"], "nowhere/log: the folder nowhere does not exist"),
    ],
)
def test_compare_finds_a_mistake_before_it_trains(
    wordvec: Call, text: Path, arguments: list[str], message: str
) -> None:
    done = wordvec("compare", text, *COMPARE, *arguments)
    assert done.code in (1, 2)
    said = [line for line in done.err.splitlines() if line.startswith("wordvec:")]
    assert len(said) == 1
    assert said[0].startswith(f"wordvec: {message}")
    assert not Path("out").exists()


def test_compare_leaves_a_folder_of_the_user_alone(wordvec: Call, text: Path) -> None:
    Path("out").mkdir()
    assert wordvec("compare", "missing.txt", *COMPARE).code == 1
    assert Path("out").is_dir()


def test_compare_without_datasets_shows_neighbours_and_maps(wordvec: Call, text: Path) -> None:
    options = [option for option in COMPARE if option not in ("--dataset", "pairs.txt")]
    assert wordvec("compare", text, "--methods", "ppmi-svd", "--dataset", "none", *options).code == 0
    assert "None requested" in Path("out/report.html").read_text()
