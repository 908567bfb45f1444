"""README and guides: commands and programs run, options exist, links have targets."""

import bz2
import configparser
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import Call, write_text

import wordvec as package
from wordvec import SkipGram, Vectors
from wordvec.cli import root
from wordvec.cli.command import LazyGroup
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import Interrupted
from wordvec.evaluation.probes import logistic
from wordvec.files import remove
from wordvec.formats.common.safetensors import write_matrix
from wordvec.subwords import Subwords
from wordvec.trainers.checkpoint import Checkpoint
from wordvec.workers import StopFlag

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
GUIDES = sorted((ROOT / "examples/guides").glob("*.md"))
DOCUMENTS = [README, *GUIDES, ROOT / "examples/results.md", ROOT / "examples/data.md", ROOT / "CHANGELOG.md"]
DUMP = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" version="0.10">\n<page><title>River</title><ns>0</ns>'
    "<id>1</id><revision><id>1</id><text>A river flows into a lake.</text></revision></page>\n</mediawiki>\n"
)
WORDS = "river lake ocean france paris germany berlin tiger cat book paper old new hard easy hund fahrrad"
FRIENDS = ["anna", "bela", "cora", "dora", "emil", "finn", "gina", "hugo", "ines", "jana", "kurt", "lena"]
TAGGED = [("river", "NOUN"), ("old", "ADJ"), ("lake", "NOUN"), ("new", "ADJ")]

ON_TINY_TEXT = pytest.mark.filterwarnings(
    "ignore:.*do not seem to be aligned:UserWarning", "ignore:.*remain open:UserWarning", "ignore:both were trained"
)
"""Warnings that are right: vectors of tiny, random texts cannot be aligned."""

QUICK = {
    "evaluate probe": {"seeds": 1, "epochs": 2, "resamples": 100},
    "compass change": {"bootstraps": 2},
    "ground": {"permutations": 3, "resamples": 100},
    "compare": {"dim": 8, "epochs": 2, "resamples": 100},
    "evaluate report": {"resamples": 100},
}
"""Defaults of the commands that compute longest; what a document sets has precedence."""

NEEDED = {"embedding-layers.md": "tokenizers"}
"""Packages of extras that the commands and programs of a document need."""

name_of = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text(), re.MULTILINE | re.DOTALL)


def commands(document: Path) -> list[list[str]]:
    lines = "".join(blocks(document, "console")).splitlines()
    assert all(line.startswith("$ wordvec ") for line in lines)
    return [shlex.split(line)[2:] for line in lines]


def with_blocks(language: str) -> list[Path]:
    return [document for document in DOCUMENTS if blocks(document, language)]


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files that the documents name, all tiny, into one folder."""
    folder = tmp_path_factory.mktemp("texts")
    text = write_text(folder / "corpus.txt", sentences=900, words=150).read_text() + f"{WORDS}\n" * 20
    pairs = [(word, other) for word in WORDS.split() for other in (word, "river")]
    tags = [f"{number}\t{word}\t_\t{tag}" + "\t_" * 6 for number, (word, tag) in enumerate(TAGGED, 1)]
    contents = {
        **dict.fromkeys(("corpus.txt", "medical.txt", "turkish.txt", "novels/one.txt", "held-out.txt"), text),
        **dict.fromkeys(("years/1990.txt", "years/2016.txt"), text),
        "posts.jsonl": "".join(
            json.dumps({"id": number, "text": line, "year": 1990 + number % 20}) + "\n"
            for number, line in enumerate(text.splitlines())
        ),
        **dict.fromkeys(("de-en.txt", "de-en.test.txt", "synonyms.txt"), "".join(f"{a} {b}\n" for a, b in pairs)),
        **dict.fromkeys(("train.conllu", "test.conllu"), "\n".join([*tags, "", ""]) * 20),
        **dict.fromkeys(("train.txt", "test.txt"), "".join(f"{tag} {word}\n" for word, tag in TAGGED) * 5),
        "treebank.conllu": "\n".join([*tags, "", ""]) * 20,
        "news.vrt": "<doc id='a' year='2016'>\n<s>\n" + "river\tNN\triver\n" * 30 + "</s>\n</doc>\n",
        "speeches.csv": "id,year,title,text\n" + "".join(f"{n},1990,tea,{WORDS}\n" for n in range(20)),
        "poems.xml": f"<TEI><text><p>{WORDS}</p><l>{WORDS}</l></text></TEI>",
        "chinese.txt": "我们 北京\n" * 50,
        "segmenter.py": "def lcut(text):\n    return [part for part in text.replace(' ', '| |').split('|') if part]\n",
        "ask.txt": "river\nlake\n",
        "candidates.txt": "ocean\nparis\nriver\n",
        "truth.tsv": "river\t1\nlake\t0\nocean\t0\n",
        "questions.csv": "river-1990,lake-2016\n",
        "questions.txt": ": capital-common-countries\nparis france berlin germany\n",
        "pairs.tsv": "river\tlake\t7\nriver\tparis\t1\nocean\tlake\t6\n",
        "targets.txt": "river\nlake\n",
        "datasets/pairs.tsv": "river\tlake\t7\nriver\tparis\t1\nocean\tlake\t6\n",
        "sts.tsv": "4\tThe river.\tA lake\n1\tnew paper\told book\n3\tparis, france\tberlin\n",
        "raters.tsv": "word1\tword2\ta\tb\tc\nriver\tlake\t7\t8\t6\nriver\tparis\t1\t0\t1\nocean\tlake\t6\t7\t5\n",
        "semeval-2010/dataset.txt": "river.n 2\nlake\tocean\nparis\tfrance\npaper.n 2\nbook\t\n\told\n",
        "semeval-2010/key.txt": "".join(f"{w}.n {w}.n.{n} {w}.n.{n}\n" for w in ("river", "paper") for n in (1, 2)),
        "scws.txt": "".join(
            f"{n}\t{a}\tn\t{b}\tn\tnew <b>{a}</b> lake\told <b>{b}</b>\t{n}.0\n"
            for n, (a, b) in enumerate([("river", "lake"), ("paper", "book"), ("paper", "river")])
        ),
        "friends.edges": "".join(
            f"{a}\t{b}\n" for at, a in enumerate(FRIENDS) for b in (FRIENDS + FRIENDS)[at + 1 : at + 4]
        ),
        "groups.tsv": "".join(f"{name}\t{at % 2}\n" for at, name in enumerate(FRIENDS)),
        "masculine.txt": "# men\nriver, old, tiger\n",
        "feminine.txt": "lake, new, cat\n",
        "career.txt": "paper, book, hard",
        "family.txt": "france, paris, berlin",
        "male.txt": "river, old, tiger",
        "female.txt": "lake, new, cat",
        "topics/water.txt": "river\nlake\nocean\n\nparis\nbook\n",
        "categories.tsv": "river\twater\nlake\twater\nparis\ttown\nberlin\ttown\n",
        "concreteness.tsv": "word\tscore\n" + "".join(f"w{n}\t{n % 7}\n" for n in range(40)),
        "sensorimotor.csv": "Word,Visual,Auditory,Haptic,Gustatory\n"
        + "".join(f"w{n},{n % 7},{n % 5},{n % 3},{n % 4}\n" for n in range(40)),
        "features.txt": "".join(f"w{n}\n" for n in range(40)),
        "definitions.tsv": "".join(f"w{n}\tw{n + 1} of w{2 * n % 41}\n" for n in range(60)),
        "relations.tsv": "river\tsynonym\tocean\nold\tantonym\tnew\n",
        "english.jsonl": "".join(
            json.dumps({"word": a, "lang_code": "en", "translations": [{"lang_code": "de", "word": b}]}) + "\n"
            for a, b in pairs
        ),
        "downloaded.txt": "\ufeff9 2\r\nthe 1 2\r\nnew york 1 nan\r\nthe 3 2\r\n",
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, newline="")
    np.save(folder / "features.npy", np.random.default_rng(2).standard_normal((40, 5)))
    (folder / "regeny.txt").write_text("árvíztűrő tükörfúrógép\n" * 50, encoding="cp1250")
    phrases = zip((b"Leonardo da Vinci", b"river", b"New York"), np.full((3, 50), 0.5, np.float32), strict=True)
    (folder / "phrases.bin").write_bytes(
        b"3 50\n" + b"".join(b"%s %s\n" % (word, row.tobytes()) for word, row in phrases)
    )
    (folder / "enwiki-latest-pages-articles.xml.bz2").write_bytes(bz2.compress(DUMP.encode()))
    made = {(8, 1): ("one", "de", "more-german"), (8, 2): ("two", "en"), (50, 1): ("corpus",)}
    with EncodedCorpus.from_text(folder / "corpus.txt") as corpus:
        for (dim, seed), names in made.items():
            vectors = SkipGram(dim=dim, epochs=1, seed=seed, threads=1).fit(corpus)
            for name in names:
                vectors.save(folder / f"{name}.vec")
    (folder / "vocabulary.txt").write_text("".join(f"{word}\n" for word in WORDS.split()))
    chance, lines = np.random.default_rng(2), text.count("\n")
    np.save(folder / "word-rows.npy", chance.standard_normal((len(WORDS.split()), 24), np.float32))
    np.save(folder / "line-rows.npy", chance.standard_normal((lines, 24), np.float32))
    for folder_of, tokens in (("model", WORDS.split()), ("new", ["water", *WORDS.split()[:9]])):
        (folder / folder_of).mkdir()
        usual = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False) | {"special": True}
        special = [{"id": at, "content": token} | usual for at, token in enumerate(("[PAD]", "[UNK]"))]
        every = {token: at for at, token in enumerate(["[PAD]", "[UNK]", *tokens])}
        about = {
            "added_tokens": special,
            "pre_tokenizer": {"type": "WhitespaceSplit"},
            "model": {"type": "WordLevel", "vocab": every, "unk_token": "[UNK]"},
        }
        (folder / folder_of / "tokenizer.json").write_text(json.dumps(about))
        rows = np.random.default_rng(3).standard_normal((len(every), 64)).astype(np.float32)
        write_matrix(folder / folder_of / "model.safetensors", "wte.weight", rows)
    names = [f"{word}#{number}" for word in WORDS.split() for number in (1, 2)]
    for seed, name in enumerate(("senses", "adagram")):
        rows = np.random.default_rng(seed).standard_normal((len(names), 8))
        Vectors(names, rows, [20] * len(names)).with_senses().save(folder / f"{name}.vec")
    table = Subwords(np.random.default_rng(1).standard_normal((500, 8)).astype(np.float32), 3, 6)
    composed = Vectors(WORDS.split(), table.means(WORDS.split()).vectors, subwords=table)
    composed.save(folder / "model.bin", format="fasttext")
    return folder


@pytest.fixture
def beside_texts(texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(texts, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)


def output(arguments: list[str]) -> str | None:
    option = {"-o", "--repair"} & set(arguments)
    return arguments[arguments.index(option.pop()) + 1] if option else None


def leave_interrupted(name: str) -> None:
    """Leave the state of a training run that Ctrl-C interrupted."""
    for path in Path().glob(f"{name}.*"):
        remove(path)
    partial, stop = Path(f"{name}.partial"), StopFlag()
    partial.mkdir()
    stop.set()
    with EncodedCorpus.from_text("corpus.txt", partial / "corpus") as corpus, pytest.raises(Interrupted):
        SkipGram(dim=8, epochs=1).fit(corpus, checkpoint=Checkpoint(partial), stop=stop)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults: dict[str, Any] = {}
    for command, values in QUICK.items():
        group, _, name = command.rpartition(" ")
        (defaults.setdefault(group, {}) if group else defaults)[name] = values
    monkeypatch.setitem(root.context_settings, "default_map", defaults)
    monkeypatch.setattr(logistic, "STRENGTHS", (1,))


@ON_TINY_TEXT
@pytest.mark.parametrize("document", with_blocks("console"), ids=lambda path: path.name)
@pytest.mark.usefixtures("beside_texts", "quick")
def test_every_command_runs(document: Path, wordvec: Call) -> None:
    pytest.importorskip(NEEDED.get(document.name, "numpy"))
    lines = commands(document)
    for name in filter(None, map(output, lines)):
        for path in Path(name), *(Path(name).with_suffix(ending) for ending in (".vocab", ".json")):
            remove(path)
    for arguments in lines:
        if "--resume" in arguments:
            leave_interrupted("long")
        done = wordvec(*arguments)
        assert done.code == 0, f"{shlex.join(arguments)}: {done.err}"
        if (made := output(arguments)) and "--dry-run" not in arguments:
            assert Path(made).exists()


@ON_TINY_TEXT
@pytest.mark.parametrize("document", with_blocks("python"), ids=lambda path: path.name)
@pytest.mark.usefixtures("beside_texts")
def test_every_program_runs(document: Path) -> None:
    pytest.importorskip(NEEDED.get(document.name, "numpy"))
    for program in blocks(document, "python"):
        exec(program, {})


@pytest.mark.usefixtures("beside_texts")
def test_the_readmes_program_has_eight_lines_and_prints_what_it_should(capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = blocks(README, "python")
    assert len([line for line in program.splitlines() if line]) == 8
    exec(program, {})
    assert capsys.readouterr().out.endswith(f"True {150 + len(WORDS.split())}\n")


def leaves(group: LazyGroup = root) -> Iterator[tuple[str, set[str]]]:
    """Yield each command and its options."""
    for name in group.table:
        command = group.get_command(None, name)  # type: ignore[arg-type]
        if isinstance(command, LazyGroup):
            yield from ((f"{name} {rest}", options) for rest, options in leaves(command))
        elif command is not None:
            spelled = (option for each in command.params for option in (*each.opts, *each.secondary_opts))
            yield name, {"--help", *spelled}


OPTIONS = dict(leaves())
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]+(?:\.[a-z][a-z0-9-]+)?")


def test_defaults_that_make_commands_quick_are_of_options_that_exist() -> None:
    for command, values in QUICK.items():
        assert {f"--{option}" for option in values} <= OPTIONS[command]


@name_of
def test_every_option_that_is_named_exists(document: Path) -> None:
    text = re.sub(r"^```sh\n.*?^```$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert set(OPTION.findall(text)) <= set.union(*OPTIONS.values())


@name_of
def test_every_command_in_a_sentence_exists_and_has_its_options(document: Path) -> None:
    for line in re.findall(r"`wordvec ([^`\n]+)`", document.read_text()):
        group = [words for name, words in OPTIONS.items() if f"{name} ".startswith(f"{line.split()[0]} ")]
        command = [words for name, words in OPTIONS.items() if f"{line} ".startswith(f"{name} ")]
        assert command or group, line
        assert set(OPTION.findall(line)) <= set.union(*(command or group)), line


def anchors(document: Path) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@name_of
def test_every_link_into_the_project_leads_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", document.read_text()):
        name, _, anchor = link.partition("#")
        target = document.parent / name if name else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@name_of
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"`make ([a-z-]+)`", document.read_text()):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@name_of
def test_nothing_is_promised_of_a_package_index(document: Path) -> None:
    assert not re.search(r"(pip|pipx|uv|conda) [a-z ]*(install|run|add) ['\"]?wordvec\b", document.read_text())


def test_readme_can_be_read_in_five_minutes() -> None:
    assert len(README.read_text().splitlines()) <= 180
    first = README.read_text().split("\n\n")[1].partition(". ")[0]
    assert len(first.split()) < 20


def test_readme_leads_to_every_guide() -> None:
    linked = {(ROOT / link).resolve() for link in re.findall(r"\]\(([^)#:]+)", README.read_text())}
    assert linked >= set(GUIDES)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_a_guide_begins_with_two_sentences_and_ends_with_its_papers(guide: Path) -> None:
    paragraphs = guide.read_text().split("\n\n")
    assert len(re.findall(r"[.:](?=\s|$)", re.sub(r"\]\([^)]*\)", "]", paragraphs[1]))) == 2
    assert re.findall(r"^## (.+)$", guide.read_text(), re.MULTILINE)[-1] == "Papers"


def test_the_pictures_are_small() -> None:
    pictures = list((ROOT / "examples").glob("*.svg"))
    assert pictures
    assert all(picture.stat().st_size < 150_000 for picture in pictures)


def test_citation_and_changelog_are_of_this_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {package.__version__}\n" in citation
    assert f"\n## [{package.__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_the_extra_all_holds_every_optional_runtime_dependency_without_pytorch() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    extras = {name: set(needs.split("\n")) - {""} for name, needs in setup["options.extras_require"].items()}
    small = extras.keys() - {"all", "test", "sentence-transformers"}
    assert extras["all"] == set.union(*(extras[name] for name in small))
