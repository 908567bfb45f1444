"""The encoded corpus: any text, cut anywhere, by any number of threads, against the slow twin."""

import functools
import gc
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from naive import count_words, cut_sentences, split_sentences

from wordvec.corpora import batches, checked_blocks, renumbering
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.readers import blocks
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import InputError, Interrupted, OutputError, SettingsError
from wordvec.workers import Progress, StopFlag

SENTENCES = ["line", "paragraph", "file"]
FILES = ("ids.npy", "offsets.npy", "documents.npy", "labels.npy", "label_starts.npy", "vocabulary.txt", "meta.json")


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_BYTES", 50)
    monkeypatch.setattr(checked_blocks, "blocks", functools.partial(blocks, size=37))


def write(folder: Path, *contents: str | bytes) -> list[Path]:
    paths = [folder / f"text{number}.txt" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return paths


def sentences_of(corpus: EncodedCorpus) -> list[list[str]]:
    words = [*corpus.vocabulary.words, "<unknown>"]
    return [[words[k] for k in corpus.ids[a:b]] for a, b in itertools.pairwise(corpus.offsets.tolist())]


def encode(place: Path, *contents: str | bytes, **keywords: Any) -> EncodedCorpus:
    return EncodedCorpus.from_text(write(place, *contents), **keywords)


class Heard(Progress):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def say(self, message: str) -> None:
        self.said.append(message)


PIECES = st.sampled_from(
    ["a", "b ", "Größe ", "a-long-word-of-thirty-letters- ", "\n", "\n", "\r", "\r\n", " ", "\u3000", "\ufeff"]
)
TEXTS = st.lists(st.lists(PIECES, max_size=60).map("".join), min_size=1, max_size=4)


@given(TEXTS, st.sampled_from(SENTENCES), st.integers(2, 9), st.integers(1, 3), st.integers(1, 60))
@settings(max_examples=60)
@example(["a\r\n\r\nb", "\n\nc"], "paragraph", 9, 1, 3)
@example(["a b\r", "\nc"], "paragraph", 9, 2, 1)
@example(["a b c d e", "", "f"], "file", 2, 2, 1)
def test_any_text_cut_into_any_blocks_is_encoded_as_the_slow_twin_does(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], sentence: str, longest: int, threads: int, size: int
) -> None:
    folder = tmp_path_factory.mktemp("texts")
    whole = [split_sentences(text, sentence) for text in texts]
    expected = cut_sentences([tokens for sentences in whole for tokens in sentences], longest)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "BATCH_BYTES", size)
        patch.setattr(checked_blocks, "blocks", functools.partial(blocks, size=max(size, 4)))
        if not expected:
            with pytest.raises(InputError, match="no token"):
                encode(folder, *texts, sentence=sentence, format="plain")
            return
        corpus = encode(folder, *texts, sentence=sentence, max_sentence=longest, threads=threads, format="plain")
    with corpus:
        assert sentences_of(corpus) == expected
        counted = count_words(expected)
        assert list(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True)) == counted
        tokens = [sum(map(len, sentences)) for sentences in whole]
        pieces = [len(cut_sentences(sentences, longest)) for sentences in whole]
        sources = corpus.meta["sources"]
        assert sources["first_tokens"] == [0, *itertools.accumulate(tokens[:-1])]
        assert sources["first_sentences"] == [0, *itertools.accumulate(pieces[:-1])]
        assert corpus.meta["bytes"] == sum(len(text.encode()) for text in texts)


@pytest.mark.usefixtures("small_batches")
def test_the_folder_is_the_same_for_any_number_of_threads(tmp_path: Path) -> None:
    texts = ["".join(f"w{n * n % 97} {'é' * (n % 5)}\n" for n in range(k, 400)) for k in range(3)]
    paths = write(tmp_path, *texts)
    for threads in (1, 2, 5):
        EncodedCorpus.from_text(paths, tmp_path / f"corpus{threads}", threads=threads, max_words=60).close()
    for threads in (2, 5):
        for name in FILES[:-1]:
            assert (tmp_path / f"corpus{threads}" / name).read_bytes() == (tmp_path / "corpus1" / name).read_bytes()
        one, many = (json.loads((tmp_path / f"corpus{n}/meta.json").read_text()) for n in (1, threads))
        timeless = {"seconds": 0, "checksum": ""}
        assert one | timeless == many | timeless


@pytest.mark.parametrize("change", ["settings", "sources"])
def test_a_description_that_was_changed_is_damaged(change: str, tmp_path: Path) -> None:
    (path,) = write(tmp_path, "the cat sat\non the mat\n")
    EncodedCorpus.from_text(path, tmp_path / "corpus", tokenizer="words").close()
    meta = tmp_path / "corpus/meta.json"
    content = meta.read_text()
    old, new = {"settings": ('"words",', '"wordt",'), "sources": ("0.txt", "8.txt")}[change]
    meta.write_text(content.replace(old, new))
    assert content != meta.read_text()
    with pytest.raises(InputError, match="checksum"):
        EncodedCorpus.open(tmp_path / "corpus")
    record = json.loads(content)
    del record["checksum"]  # as written by older versions
    meta.write_text(json.dumps(record))
    EncodedCorpus.open(tmp_path / "corpus").close()


@pytest.mark.parametrize(
    ("text", "tokenizer", "named"),
    [
        ("Tom &amp; Jerry said &quot;hi&quot;\n", "whitespace", "&amp;"),
        ("Tom &amp; Jerry &amp; Spike\n", "words", "amp"),
        ("caf&#233; and caf&#xE9; and tea\n", "whitespace", "caf&#233;"),
    ],
)
def test_character_references_are_a_warning(text: str, tokenizer: str, named: str, tmp_path: Path) -> None:
    (path,) = write(tmp_path, text * 50)
    with EncodedCorpus.from_text(path, tokenizer=tokenizer) as corpus:
        (warning,) = [line for line in corpus.meta["warnings"] if "character references" in line]
    assert f"such as {named}, " in warning


def test_a_few_ampersands_are_no_warning(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "Tom & Jerry; AT&T; a guitar and an amplifier&more\n" * 400 + "an amp\n")
    with EncodedCorpus.from_text(path, tokenizer="whitespace") as corpus:
        assert not [line for line in corpus.meta["warnings"] if "character references" in line]


def test_the_folder_is_the_same_from_any_reader(tmp_path: Path) -> None:
    import bz2
    import gzip

    text = "the cat sat\non the mat\n" * 50
    (plain, packed, twice) = write(tmp_path, text, gzip.compress(text.encode()), bz2.compress(text.encode()))
    digests = {EncodedCorpus.from_text(path).digest for path in (plain, packed, twice)}
    digests.add(EncodedCorpus.from_sentences(text.splitlines()).digest)
    digests.add(EncodedCorpus.from_sentences(line.split() for line in text.splitlines()).digest)
    assert len(digests) == 1


def test_a_folder_is_opened_as_it_was_made(tmp_path: Path) -> None:
    made = encode(tmp_path, "b a b\na\n", folder=tmp_path / "corpus")
    opened = EncodedCorpus.open(tmp_path / "corpus")
    assert sentences_of(opened) == sentences_of(made) == [["b", "a", "b"], ["a"]]
    assert opened.meta == made.meta
    assert (opened.ids.dtype, opened.offsets.dtype) == (np.uint32, np.int64)
    assert not opened.ids.flags.writeable
    assert np.load(tmp_path / "corpus/ids.npy").tolist() == [1, 0, 1, 0]
    assert sorted(path.name for path in (tmp_path / "corpus").iterdir()) == sorted(FILES)


def test_a_temporary_corpus_is_removed_when_closed_or_forgotten(tmp_path: Path) -> None:
    with encode(tmp_path, "a b") as corpus:
        folder = corpus.folder
        assert folder.exists()
    assert not folder.parent.exists()
    corpus = encode(tmp_path, "a b")
    folder = corpus.folder
    del corpus
    gc.collect()
    assert not folder.parent.exists()


def test_meta_counts_what_was_changed(tmp_path: Path) -> None:
    content = "\ufeffa\x00b\r\nc\x07d ".encode() + b"x\xff\xfe \xed\xa0\x80" + "\ufffd\n".encode() + b"e " * 5
    corpus = encode(tmp_path, content, max_sentence=3)
    assert corpus.meta["changed"] == {
        "invalid_utf8_replaced": 5,
        "nul_characters": 1,
        "carriage_returns": 1,
        "control_characters": 1,
        "byte_order_marks_removed": 1,
        "sentences_cut": 2,
        "records_skipped": 0,
    }
    assert sentences_of(corpus) == [
        ["a", "b"],
        ["c", "d", "x\ufffd\ufffd"],
        ["\ufffd" * 4],
        ["e", "e", "e"],
        ["e", "e"],
    ]
    assert corpus.meta["tokens"] == 11
    assert corpus.meta["sentences"] == 5


def test_few_tokens_per_sentence_give_a_warning(tmp_path: Path) -> None:
    progress = Heard()
    corpus = encode(tmp_path, "a b c\n" * 5, progress=progress)
    assert corpus.meta["tokens_per_sentence"] == 3.0
    assert [f"warning: {tmp_path / 'text0.txt'}: {text}" for text in corpus.meta["warnings"]] == progress.said
    assert "3.0 tokens" in progress.said[0]
    assert encode(tmp_path, "a b c d e f g h i j\n" * 5).meta["warnings"] == []


CHINESE = "我们今天去公园散步然后回家吃饭，天气很好所以大家都非常高兴。孩子们在草地上踢足球，老人坐在树下聊天。"
JAPANESE = "今日は天気がいいので公園へ散歩に行きました。子供たちはサッカーをして遊んでいます。"
THAI = "วันนี้อากาศดีมากเราไปเดินเล่นที่สวนสาธารณะ เด็กเล่นฟุตบอลบนสนามหญ้า"
KHMER = "ថ្ងៃនេះអាកាសធាតុល្អណាស់ យើងទៅដើរលេងនៅសួនច្បារ"
BURMESE = "ယနေ့ရာသီဥတုကောင်းသည် ကျွန်ုပ်တို့ပန်းခြံသို့သွားကြသည်"
LAO = "ມື້ນີ້ອາກາດດີຫຼາຍພວກເຮົາໄປຍ່າງຫຼິ້ນຢູ່ສວນສາທາລະນະ"
TIBETAN = "དེརིངགནམགཤིསཡགཔོའདུག ངཚོསྐྱེདཚལལསོང"


@pytest.mark.parametrize(
    ("text", "tokenizer", "script"),
    [
        (CHINESE, "words", "Han"),
        (CHINESE + "2020 5 kg, Beijing 3", "words", "Han"),
        (CHINESE, "whitespace", "Han"),
        (JAPANESE, "words", "Japanese"),
        (THAI, "words", "Thai"),
        (KHMER, "whitespace", "Khmer"),
        (BURMESE, "words", "Burmese"),
        (LAO, "words", "Lao"),
        (TIBETAN, "words", "Tibetan"),
    ],
)
def test_a_script_without_spaces_gives_a_warning(tmp_path: Path, text: str, tokenizer: str, script: str) -> None:
    progress = Heard()
    corpus = encode(tmp_path, text + "\n", tokenizer=tokenizer, progress=progress)
    (warning,) = (line for line in corpus.meta["warnings"] if "most letters" in line)
    assert f"warning: {tmp_path / 'text0.txt'}: {warning}" in progress.said
    assert warning.startswith(f"most letters are {script}, written without spaces, and tokens have")
    assert "tokenizer=function" in warning


@pytest.mark.parametrize(
    "text",
    [
        "我们 今天 去 公园 散步 然后 回家 吃饭 ， 天气 很 好",
        "今日 は 天気 が いい ので サッカー を し ます",
        "วันนี้ อากาศ ดี มาก เรา ไป เดินเล่น ที่ สวนสาธารณะ",
        "དེ་ རིང་ གནམ་ གཤིས་ ཡག་ པོ་ འདུག",
        "An English text that quotes one long clause: 我们今天去公园散步然后回家吃饭 and goes on in English",
        "Donaudampfschifffahrtsgesellschaft Rechtsschutzversicherungsgesellschaften",
        "오늘은 날씨가 좋아서 공원에 산책하러 갔습니다",
        "1 2 3 , .",
    ],
)
def test_words_between_spaces_give_no_warning(tmp_path: Path, text: str) -> None:
    warnings = encode(tmp_path, text + "\n").meta["warnings"]
    assert not [line for line in warnings if "most letters" in line]


def jsonl(*records: object) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in records)


@pytest.mark.usefixtures("small_batches")
def test_lists_of_tokens_in_jsonl_are_not_tokenised_again(tmp_path: Path) -> None:
    records: list[object] = [
        {"t": ["state-of-the-art", "don't", "!"]},
        {"t": "state-of-the-art!"},
        {"t": ["One-off sentence.", "Another."]},
        {"t": [["e-mail", "."], ["x"]]},
    ]
    for times in (1, 20):
        corpus = encode(tmp_path, jsonl(*records * times), tokenizer="words", field="t")
        assert sentences_of(corpus) == [
            ["state-of-the-art", "don't", "!"],
            ["state", "of", "the", "art"],
            ["One", "off", "sentence"],
            ["Another"],
            ["e-mail", "."],
            ["x"],
        ] * times  # fmt: skip


def test_records_without_text_are_counted_over_all_files(tmp_path: Path) -> None:
    progress = Heard()
    paths = write(
        tmp_path, jsonl({"t": "a b"}, {"t": None}, {}), jsonl({"t": ""}), jsonl({"t": "c"}, {"s": "d"}, {"t": " "})
    )
    corpus = EncodedCorpus.from_text(paths, field="t", progress=progress)
    assert corpus.meta["changed"]["records_skipped"] == 5
    skipped = "of 7 records, 2 without the field 't' and 3 without text in it were skipped"
    assert f"warning: {paths[0]} and 2 more: {skipped}" in progress.said
    with pytest.raises(InputError, match=r"text0\.txt: holds no text in its records"):
        encode(tmp_path, jsonl({"t": None}, {"t": ""}), field="t")
    with pytest.raises(InputError, match=r"text1\.txt: its only record lacks the field 't'"):
        encode(tmp_path, jsonl({"t": "a"}), jsonl({"s": "a"}), field="t")


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_tokenizer_in_python_gives_what_the_kernel_gives(tmp_path: Path, sentence: str) -> None:
    text = "a\u3000b c\r\nd\re \n \n\n f g\nh\n\n\nlast line without end " * 4
    fast = encode(tmp_path, text, text, sentence=sentence)
    slow = encode(tmp_path, text, text, sentence=sentence, tokenizer=lambda line: line.replace("\ufeff", "").split())
    assert sentences_of(slow) == sentences_of(fast)
    assert slow.digest == fast.digest
    assert slow.meta["changed"] == {**fast.meta["changed"], "carriage_returns": 0}


@pytest.mark.usefixtures("small_batches")
def test_the_words_tokenizer_drops_punctuation_and_keeps_sentences(tmp_path: Path) -> None:
    text = "Don't stop, now!\n***\nनमस्ते दुनिया।\n\n* * *\n\nend.\n"
    corpus = encode(tmp_path, text, tokenizer="words")
    assert sentences_of(corpus) == [["Don't", "stop", "now"], ["नमस्ते", "दुनिया"], ["end"]]
    assert corpus.meta["settings"]["tokenizer"] == "words"
    corpus = encode(tmp_path, text, tokenizer="words", sentence="paragraph")
    assert sentences_of(corpus) == [["Don't", "stop", "now", "नमस्ते", "दुनिया"], ["end"]]


@pytest.mark.parametrize("token", ["New York", "", "a\u3000b", "x\x00y", "\ufeff"])
def test_a_token_with_white_space_is_refused_by_name(tmp_path: Path, token: str) -> None:
    with pytest.raises(InputError, match="_") as failure:
        EncodedCorpus.from_sentences([["fine"], ["so", token]])
    assert repr(token) in str(failure.value)
    with pytest.raises(InputError) as failure:
        encode(tmp_path, "some text\n", tokenizer=lambda line: [*line.split(), token])
    assert repr(token) in str(failure.value)


@pytest.mark.usefixtures("small_batches")
def test_sentences_come_as_strings_or_lists_from_any_iterable(tmp_path: Path) -> None:
    def sentences() -> Iterator[str | list[str]]:
        for number in range(60):
            yield ["the", f"number-{number}"] if number % 3 else f"the  number\n{number} "
            yield []

    with EncodedCorpus.from_sentences(sentences(), tmp_path / "corpus") as corpus:
        expected = [["the", f"number-{n}"] if n % 3 else ["the", "number", str(n)] for n in range(60)]
        assert sentences_of(corpus) == expected
        first = {key: [0] for key in ("first_tokens", "first_sentences", "first_documents")}
        assert corpus.meta["sources"] == {"names": ["sentences"]} | first


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([b"bytes"], "sentence 0 is of type bytes"),
        ([["a"], [1]], "sentence 1 holds 1, of type int"),
        ("one string", "not one string"),
        ([], "no token"),
        ([[], "  "], "no token"),
    ],
)
def test_an_argument_that_is_no_iterable_of_sentences_is_refused(sentences: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        EncodedCorpus.from_sentences(sentences)


def test_half_a_surrogate_pair_is_replaced_and_counted() -> None:
    corpus = EncodedCorpus.from_sentences([["a\ud800", "b"]])
    assert corpus.vocabulary.words == ["a\ufffd\ufffd\ufffd", "b"]
    assert corpus.meta["changed"]["invalid_utf8_replaced"] == 3


def test_words_that_normalise_alike_are_merged_and_one_that_would_vanish_is_unchanged(tmp_path: Path) -> None:
    text = "The the THE Cafe\u0301 caf\u00e9 \u00a8 x x"
    corpus = encode(tmp_path, text, lowercase=True, normalize="nfkc")
    assert sentences_of(corpus) == [["the", "the", "the", "café", "café", "\u00a8", "x", "x"]]
    assert corpus.vocabulary.counts.tolist() == [3, 2, 2, 1]
    assert corpus.meta["changed"]["words_merged"] == 3
    assert corpus.meta["changed"]["words_kept_as_spelt"] == 1


def test_turkish_has_its_own_lower_case(tmp_path: Path) -> None:
    text = "ISI \u0130stanbul I\u0307yi iyi ısı"
    assert sentences_of(encode(tmp_path, text, lowercase="turkish")) == [["ısı", "istanbul", "iyi", "iyi", "ısı"]]
    assert sentences_of(encode(tmp_path, "ISI", lowercase=True)) == [["isi"]]


@pytest.mark.usefixtures("small_batches")
def test_with_max_words_all_other_tokens_keep_their_positions(tmp_path: Path) -> None:
    text = "".join(f"often rare{number} often often\nseldom often " for number in range(300))
    progress = Heard()
    corpus = encode(tmp_path, text, max_words=2, progress=progress)
    assert corpus.vocabulary.words == ["often", "seldom"]
    assert corpus.vocabulary.counts.tolist() == [1200, 300]
    assert corpus.meta["unknown_id"] == 2
    assert corpus.meta["unknown_tokens"] == 300
    lines = text.split("\n")
    found = [" ".join(tokens) for tokens in sentences_of(corpus)]
    assert found == [" ".join("<unknown>" if w.startswith("rare") else w for w in line.split()) for line in lines]
    changed = corpus.meta["changed"]
    assert changed["words_left_out"] + changed["words_dropped_while_counting"] == 300
    assert changed["words_dropped_while_counting"] > 100
    assert "max_words" in corpus.meta["warnings"][0]


def test_without_a_word_dropped_max_words_changes_nothing(tmp_path: Path) -> None:
    corpus = encode(tmp_path, "a b a c", max_words=10)
    assert corpus.digest == encode(tmp_path, "a b a c").digest
    assert corpus.meta["unknown_tokens"] == 0


def test_a_given_vocabulary_keeps_its_words_only(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("cat 9\nthe 5\nabsent 2\n")
    for vocabulary in (file, str(file), Vocabulary.load(file)):
        corpus = encode(tmp_path, "The cat and the dog", vocabulary=vocabulary, lowercase=True)
        assert corpus.vocabulary.words == ["the", "cat"]
        assert corpus.vocabulary.counts.tolist() == [2, 1]
        assert corpus.ids.tolist() == [0, 1, 2, 0, 2]
        assert corpus.meta["unknown_tokens"] == 2
        assert corpus.meta["changed"]["given_words_not_in_the_text"] == 1
    with pytest.raises(InputError, match="no word of the given vocabulary"):
        encode(tmp_path, "something else", vocabulary=file)
    with pytest.raises(InputError, match="missing"):
        encode(tmp_path, "something", vocabulary=tmp_path / "missing", folder=tmp_path / "corpus")
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize("content", ["", " \n\t\u3000\n", "\ufeff"])
def test_a_text_without_a_token_is_an_input_error_and_leaves_nothing(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match=r"text0\.txt.*no token"):
        encode(tmp_path, content, folder=tmp_path / "corpus")
    with pytest.raises(InputError, match="and 1 more"):
        encode(tmp_path, content, content, folder=tmp_path / "corpus")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["text0.txt", "text1.txt"]


def test_another_encoding_is_named_and_stray_bytes_are_not(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"text0\.txt: is not UTF-8.*--encoding cp1252"):
        encode(tmp_path, "Übergröße für Ämter öde übt\n".encode("latin-1") * 20)
    hungarian = "„Király”, szólt – és az ősz erdő fölött hűvös köd ült; jött egy nő, s így felelt: …\n".encode("cp1250")
    with pytest.raises(InputError, match=r"words look like .*cp1250 \(.*[őű].*\).*--encoding cp125"):
        encode(tmp_path, hungarian * 20)
    with pytest.raises(InputError, match=r"text0\.txt: is not UTF-8 text: name its encoding \(--encoding NAME"):
        encode(tmp_path, bytes(range(0x80, 0x100)) * 40)
    mostly_ascii = (b"a stray \xff byte\n" + b"plain ascii text\n" * 30) * 20
    assert len(encode(tmp_path, mostly_ascii).ids) == 20 * (4 + 30 * 3)


@pytest.mark.parametrize(
    "keywords",
    [
        {"tokenizer": "none"},
        {"normalize": "nfd"},
        {"lowercase": "german"},
        {"sentence": "page"},
        {"max_sentence": 1},
        {"max_words": 0},
        {"threads": 0},
        {"colour": "blue"},
    ],
)
def test_invalid_settings_are_refused_before_the_work(tmp_path: Path, keywords: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        encode(tmp_path, "a b", folder=tmp_path / "corpus", **keywords)
    assert not (tmp_path / "corpus").exists()


def test_an_existing_folder_is_replaced_only_if_asked(tmp_path: Path) -> None:
    encode(tmp_path, "old", folder=tmp_path / "corpus")
    with pytest.raises(OutputError, match="exists"):
        encode(tmp_path, "new", folder=tmp_path / "corpus")
    assert encode(tmp_path, "new", folder=tmp_path / "corpus", overwrite=True).vocabulary.words == ["new"]


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("blocks_before", [0, 1, 5])
def test_a_stop_leaves_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocks_before: int) -> None:
    stop = StopFlag()

    class Stopping(Progress):
        def report(self, done: int, **figures: float) -> None:
            if done > 37 * blocks_before:
                stop.set()

    with pytest.raises(Interrupted):
        encode(tmp_path, "a b c d\n" * 500, folder=tmp_path / "corpus", stop=stop, progress=Stopping(), threads=2)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with pytest.raises(Interrupted):
        encode(tmp_path, "a b c d\n" * 500, stop=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["text0.txt"]


def damaged(folder: Path, how: str) -> None:
    ids, meta = folder / "ids.npy", folder / "meta.json"
    if how == "cut":
        ids.write_bytes(ids.read_bytes()[:-4])
    elif how == "shorter":
        np.save(ids, np.load(ids)[:-1])
    elif how == "changed":
        np.save(ids, np.load(ids)[::-1])
    elif how == "other type":
        np.save(ids, np.load(ids).astype(np.int64))
    elif how == "word":
        (folder / "vocabulary.txt").write_text("c 2\nb 1\n")
    elif how == "version":
        meta.write_text(meta.read_text().replace('"version": 2', '"version": 99'))
    elif how == "no numbers":
        meta.write_text(json.dumps({"format": "wordvec encoded corpus", "version": 1}))
    elif how == "other json":
        meta.write_text("[]")
    elif how == "half json":
        meta.write_text(meta.read_text()[:50])
    else:
        (folder / how).unlink()


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("cut", "damaged"),
        ("shorter", "holds"),
        ("changed", "digest"),
        ("other type", "int64"),
        ("word", "digest"),
        ("version", "version 99"),
        ("no numbers", "has no digest, sentences"),
        ("other json", "no encoded corpus"),
        ("half json", "damaged"),
        *((name, "No such file") for name in FILES),
    ],
)
def test_a_damaged_folder_is_refused_in_one_line(tmp_path: Path, how: str, message: str) -> None:
    folder = tmp_path / "corpus"
    encode(tmp_path, "a b b", folder=folder).close()
    damaged(folder, how)
    with pytest.raises(InputError, match=message) as failure:
        EncodedCorpus.open(folder)
    assert str(folder) in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_folder_without_a_corpus_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", write(tmp_path, "a")[0]):
        with pytest.raises(InputError, match="holds no encoded corpus"):
            EncodedCorpus.open(path)


def test_a_corpus_of_many_chunks_has_the_digest_that_opening_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordvec.corpora.folder.HASHED_ELEMENTS", 64)
    monkeypatch.setattr(renumbering, "HASHED_ELEMENTS", 64)
    monkeypatch.setattr("wordvec.corpora.arrayfile._STEP", 10)
    text = "".join(f"w{number % 150} " for number in range(1000))
    corpus = encode(tmp_path, text, folder=tmp_path / "corpus", threads=2)
    assert EncodedCorpus.open(tmp_path / "corpus").digest == corpus.digest
    assert sentences_of(corpus) == [text.split()]


def test_real_text_is_the_same_as_the_slow_twin_has_it() -> None:
    folder = os.environ.get("WORDVEC_DATA")
    if not folder:
        pytest.skip("WORDVEC_DATA does not name the folder of real texts")
    paths = sorted(Path(folder, "corpora/eltec_hun").rglob("*"), key=lambda path: path.stat().st_size)
    paths = [path for path in paths if path.is_file()][:2]
    texts = [path.read_bytes().decode("utf-8", "replace") for path in paths]
    expected = cut_sentences([tokens for text in texts for tokens in split_sentences(text, "paragraph")], 10_000)
    corpus = EncodedCorpus.from_text(paths, sentence="paragraph", tokenizer="whitespace")
    assert sentences_of(corpus) == expected
    counted = count_words(expected)
    assert list(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True)) == counted


FULL_DISK = """
import resource, sys
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import OutputError

text, folder = sys.argv[1:]
EncodedCorpus.from_sentences(["compile the kernels first, their cache is a file too"]).close()
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    EncodedCorpus.from_text(text, folder, threads=2)
except OutputError as error:
    print(error)
"""


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    (text,) = write(tmp_path, "a few words again and again\n" * 10_000)
    command = [sys.executable, "-c", FULL_DISK, text, tmp_path / "corpus"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == f"{tmp_path / 'corpus'}: File too large; nothing was written\n"
    assert list(tmp_path.iterdir()) == [text]
