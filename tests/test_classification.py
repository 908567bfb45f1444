import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from naive_sentences import components, sentence
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_score

from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.evaluation.intervals import wilson
from wordvec.evaluation.probes import logistic
from wordvec.evaluation.probes.classification import classify
from wordvec.evaluation.probes.features import Frozen
from wordvec.evaluation.probes.logistic import STRENGTHS, Chooser
from wordvec.evaluation.probes.texts import Bags, Texts, read_labelled, split_texts
from wordvec.vectors import Vectors
from wordvec.workers import StopFlag

needs_data = pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA names no folder of real data")

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


@pytest.fixture
def few_strengths(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose between two strengths of regularisation instead of six."""
    monkeypatch.setattr(logistic, "STRENGTHS", (1, 100))


def lines(prefix: str, count: int, seed: int = 1) -> str:
    """Texts of two labels, the first at 60 %; each of their words has a number of the label's parity."""
    chance = np.random.default_rng(seed)
    labels = (chance.random(count) > 0.6).astype(int)
    words = [[f"{prefix}{label + 2 * n}" for n in chance.integers(0, 20, 1 + chance.integers(6))] for label in labels]
    return "".join(f"{label} {' '.join(text)}\n" for label, text in zip(labels, words, strict=True))


def planted(prefixes: str) -> Vectors:
    words = [f"{prefix}{number}" for prefix in prefixes for number in range(40)]
    noise = np.random.default_rng(1).normal(0, 0.1, (len(words), 3))
    noise[:, 0] += [5 * (-1) ** int(word[1:]) for word in words]
    return Vectors(words, noise, np.arange(len(words))[::-1])


def small() -> tuple[Bags, Vectors]:
    train = Texts(["x", "y", "x"], [["a", "b", "a", "?"], ["B", "c"], ["?", "?"]])
    test = Texts(["x", "y"], [["?"], ["c", "c", "d"]])
    matrix = np.random.default_rng(2).standard_normal((5, 4))
    return Bags(train, test), Vectors(["a", "b", "c", "d", "never"], matrix, [50, 30, 15, 4, 1])


def naive_means(vectors: Vectors, texts: Texts, shares: dict[str, float] | None) -> list[list[float]]:
    rows = []
    for tokens in texts.tokens:
        known = [token.lower() for token in tokens if token.lower() in vectors]
        total = [0.0] * vectors.dim
        for word in known:
            weight = 1.0 if shares is None else 1e-3 / (1e-3 + shares.get(word, 0.0))
            for k in range(vectors.dim):
                total[k] += weight * float(vectors[word][k]) / len(known)
        rows.append(total)
    return rows


class TestReading:
    def test_the_label_is_first_and_empty_lines_are_left_out(self, write: Write) -> None:
        texts = read_labelled(write("texts", "x  a b\n\n \ny\tc\r\n"))
        assert texts == Texts(["x", "y"], [["a", "b"], ["c"]])

    def test_what_is_no_utf8_is_latin_1(self, tmp_path: Path) -> None:
        (tmp_path / "texts").write_bytes("x crème".encode("latin-1"))
        assert read_labelled(tmp_path / "texts").tokens == [["crème"]]

    def test_bad_files_are_named_with_the_line(self, write: Write, tmp_path: Path) -> None:
        path = write("texts", "x a\n\ny \n")
        with pytest.raises(InputError) as caught:
            read_labelled(path)
        assert str(caught.value) == f"{path}, line 3: the label 'y' has no text; expected a label and its text"
        with pytest.raises(InputError, match="empty: holds no text; expected lines of a label and its text"):
            read_labelled(write("empty", "\n\n"))
        with pytest.raises(InputError, match="none: cannot be read"):
            read_labelled(tmp_path / "none")


class TestFeatures:
    def test_a_text_is_the_mean_of_its_known_words(self) -> None:
        bags, vectors = small()
        got = bags.mean(Frozen.of(vectors, bags.words, "fallback"))
        wanted = [np.array(naive_means(vectors, texts, None)) for texts in bags.texts]
        factor = 1 / np.sqrt((wanted[0] ** 2).mean())
        for ours, theirs in zip(got, wanted, strict=True):
            np.testing.assert_allclose(ours, factor * theirs, rtol=1e-5)
        assert not got[0][2].any()
        assert bags.known(Frozen.of(vectors, bags.words, "fallback")) == {"coverage": 0.75, "no_word": 1}

    @pytest.mark.parametrize("own", [True, False])
    def test_sif_is_that_of_the_paper(self, own: bool) -> None:
        bags, vectors = small()
        counts = Counter(token.lower() for tokens in bags.texts[0].tokens for token in tokens)
        shares = {"a": 0.5, "b": 0.3, "c": 0.15, "d": 0.04} if own else {w: n / 8 for w, n in counts.items()}
        found = dict(bags.sif(Frozen.of(vectors, bags.words, "fallback"), 100 if own else None))
        train, test = (np.array(naive_means(vectors, texts, shares)) for texts in bags.texts)
        for ours, theirs in zip(found["sif"], (train, test), strict=True):
            np.testing.assert_allclose(ours, theirs / np.sqrt((train**2).mean()), rtol=1e-5)
        u = np.linalg.svd(train)[2][0]
        train, test = train - train @ np.outer(u, u), test - test @ np.outer(u, u)
        for ours, theirs in zip(found["sif, first removed"], (train, test), strict=True):
            np.testing.assert_allclose(ours, theirs / np.sqrt((train**2).mean()), rtol=1e-5, atol=1e-9)

    def test_usif_is_that_of_the_paper(self) -> None:
        bags, vectors = small()
        weights = dict.fromkeys(vectors.words, 2.0)  # none is frequent among five words
        rows = {word: vectors[word] for word in vectors.words}
        texts = [[[token.lower() for token in one] for one in some.tokens] for some in bags.texts]
        train, test = (np.array([sentence(one, rows, weights) for one in some]) for some in texts)
        directions, squares = components(train, 4)
        removed = np.eye(4) - (directions.T * squares / squares.sum()) @ directions
        found = bags.usif(Frozen.of(vectors, bags.words, "fallback"), vectors.counts)
        factor = 1 / np.sqrt(((train @ removed) ** 2).mean())
        for ours, theirs in zip(found, (train, test), strict=True):
            np.testing.assert_allclose(ours, factor * theirs @ removed, rtol=1e-4, atol=1e-6)

    def test_bags_keep_the_tokens_as_they_are_but_for_case(self) -> None:
        bags, _ = small()
        (train, test), _ = (split for _, split in bags.plain())
        assert train.toarray().tolist() == [[1, 2, 1, 0], [0, 0, 1, 1], [2, 0, 0, 0]]
        assert test.toarray().tolist() == [[1, 0, 0, 0], [0, 0, 0, 2]]


class TestChoosing:
    def test_c_is_the_best_of_cross_validation(self) -> None:
        chance = np.random.default_rng(7)
        features = chance.standard_normal((120, 5))
        labels = [str(int(label)) for label in features[:, 0] + 2 * chance.standard_normal(120) > 0]
        answer = Chooser("some", labels, 3, StopFlag()).answer((features, features))
        folds = StratifiedKFold(5, shuffle=True, random_state=3)
        means = [
            cross_val_score(LogisticRegression(C=c, max_iter=1000), features, np.array(labels), cv=folds).mean()
            for c in STRENGTHS
        ]
        assert answer.folds == pytest.approx(max(means))
        assert answer.c == STRENGTHS[int(np.argmax(means))]
        model = LogisticRegression(C=answer.c, max_iter=1000).fit(features, labels)
        assert answer.labels == model.predict(features).tolist()

    def test_rare_labels_are_learned_and_make_no_warning(self) -> None:
        features = np.repeat(np.eye(3), [20, 20, 1], axis=0)
        labels = ["x"] * 20 + ["y"] * 20 + ["z"]
        assert Chooser("some", labels, 1, StopFlag()).answer((features, np.eye(3)[:2])).labels == ["x", "y"]

    @pytest.mark.parametrize("labels", [["x", "x", "x"], ["x", "x", "y"], ["x"]])
    def test_too_few_texts_to_choose_are_an_error(self, labels: list[str]) -> None:
        with pytest.raises(
            InputError, match=r"some: . texts? with . labels?; to choose C by cross-validation, at least"
        ):
            Chooser("some", labels, 1, StopFlag())


@pytest.mark.usefixtures("few_strengths")
class TestTable:
    def test_vectors_that_encode_the_label_reach_one_and_bags_know_no_new_word(self, write: Write) -> None:
        train, test = write("train", lines("a", 120)), write("test", lines("b", 60, seed=2))
        rows = {(row["vectors"], row["method"]): row for row in classify({"p": planted("ab")}, train, test).rows}
        true = read_labelled(test).labels
        for method in ("mean", "sif"):
            row = rows["p", method]
            assert (row["accuracy"], row["macro_f1"], row["coverage"], row["no_word"]) == (1.0, 1.0, 1.0, 0)
            assert (row["low"], row["high"]) == wilson(60, 60)
        # The label is the direction that is taken away.
        assert rows["p", "sif, first removed"]["accuracy"] < 0.9
        guess = ["0"] * len(true)
        share = accuracy_score(true, guess)
        assert rows["-", "majority"]["accuracy"] == share
        assert rows["-", "majority"]["macro_f1"] == f1_score(true, guess, average="macro", zero_division=0)
        # Bags of nothing are all alike, and get one label.
        for method in ("bag of words", "tf-idf"):
            assert rows["-", method]["accuracy"] in (share, pytest.approx(1 - share))
        assert abs(rows["random, dim 3", "mean"]["accuracy"] - rows["-", "majority"]["accuracy"]) < 0.2
        assert rows["p", "sif"]["p_of"] == "its counts"

    def test_bags_of_words_reach_one_where_words_tell(self, write: Write) -> None:
        train, test = write("train", lines("a", 200)), write("test", lines("A", 60, seed=2))
        rows = {row["method"]: row for row in classify({}, train, test).rows}
        assert list(rows) == ["bag of words", "tf-idf", "majority"]
        assert rows["bag of words"]["accuracy"] == rows["tf-idf"]["accuracy"] == 1.0
        assert rows["bag of words"]["folds"] == pytest.approx(1.0)
        assert rows["bag of words"]["c"] in STRENGTHS

    def test_texts_without_a_known_word_are_counted(self, write: Write) -> None:
        train, test = write("train", lines("a", 60)), write("test", lines("b", 30))
        row = classify(Vectors(["a0", "a1"], [[1.0], [2.0]]), train, test).rows[0]
        assert (row["coverage"], row["no_word"]) == (0.0, 30)
        row = classify(Vectors(["other"], [[1.0]]), train, test).rows[1]
        assert (row["coverage"], row["no_word"], row["p_of"]) == (0.0, 30, "training file")

    def test_labels_that_training_does_not_have_are_counted_and_wrong(self, write: Write) -> None:
        train, test = write("train", lines("a", 120)), write("test", lines("a", 18, seed=2) + "z a0\nz a1\n")
        table = classify(planted("a"), train, test)
        assert table.rows[0]["accuracy"] == 0.9
        assert "2 test texts have a label that is not in the training file" in table.notes

    def test_differences_are_from_the_mean_of_the_same_vectors(self, write: Write) -> None:
        train, test = write("train", lines("a", 120)), write("test", lines("b", 60, seed=2))
        table = classify({"p": planted("ab"), "q": planted("ab")}, train, test, resamples=100).rows
        rows = {(row["vectors"], row["method"]): row for row in table}
        assert "difference" not in rows["p", "mean"]
        assert rows["q", "mean"]["difference"] == rows["q", "sif"]["difference"] == 0
        for name in "pq":
            row = rows[name, "sif, first removed"]
            assert row["difference"] == pytest.approx(row["accuracy"] - 1)
            assert row["difference_low"] <= row["difference"] <= row["difference_high"] < 0
        assert rows["-", "majority"]["difference"] == pytest.approx(rows["-", "majority"]["accuracy"] - 1)

    def test_without_a_test_file_a_fifth_of_each_label_is_the_test(self, write: Write) -> None:
        path = write("train", lines("a", 100) + "z a0\n")
        texts = read_labelled(path)
        train, test = split_texts(path, texts, 1)
        assert Counter(test.labels) == {label: n // 5 for label, n in Counter(texts.labels).items() if n >= 5}
        assert Counter(train.labels) + Counter(test.labels) == Counter(texts.labels)
        assert split_texts(path, texts, 1) == (train, test) != split_texts(path, texts, 2)
        table = classify(planted("a"), path, resamples=100)
        assert any("a fifth of the texts of each label is the test" in note for note in table.notes)
        with pytest.raises(InputError, match="no label has 5 texts"):
            split_texts(path, Texts(["x", "y"], [["a"], ["b"]]), 1)

    def test_the_same_seed_gives_the_same_table(self, write: Write) -> None:
        train, test = write("train", lines("a", 60)), write("test", lines("b", 30))
        one, two = (classify(planted("ab"), train, test, seed=4).to_json() for _ in range(2))
        assert one == two

    def test_a_stop_is_heeded(self, write: Write) -> None:
        train, stop = write("train", lines("a", 60)), StopFlag()
        stop.set()
        with pytest.raises(Interrupted):
            classify(planted("a"), train, train, stop=stop)

    def test_what_is_wrong_with_vectors_names_them(self, write: Write) -> None:
        train, broken = write("train", lines("a", 60)), planted("a")
        broken.matrix[0] = np.nan
        with pytest.raises(InputError, match=r"mine: 'a0' \(row 1\): its vector holds NaN or infinity"):
            classify({"mine": broken}, train, train)
        with pytest.raises(SettingsError, match="case any: choose one of"):
            classify(planted("a"), train, train, case="any")

    def test_a_missing_scikit_learn_names_the_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "sklearn", None)
        with pytest.raises(SettingsError, match=r"pip install scikit-learn$"):
            classify(planted("a"), "nothing", "nothing")


@needs_data
@pytest.mark.usefixtures("few_strengths")
class TestRealFiles:
    def test_bags_of_words_tell_the_questions_of_trec_apart(self, write: Write) -> None:
        folder = Path(os.environ["WORDVEC_DATA"]) / "text_classification"
        texts = read_labelled(folder / "TREC.train.all")
        assert (len(texts.labels), len(read_labelled(folder / "TREC.test.all").labels)) == (5452, 500)
        some = "".join(f"{label} {' '.join(tokens)}\n" for label, tokens in zip(*texts[:2], strict=True))
        train = write("train", "".join(some.splitlines(keepends=True)[:1000]))
        rows = {row["method"]: row for row in classify({}, train, folder / "TREC.test.all").rows}
        assert rows["majority"]["accuracy"] < 0.3
        assert rows["bag of words"]["accuracy"] > 0.7
