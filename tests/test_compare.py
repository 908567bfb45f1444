"""``wordvec compare``: fair settings, settings of one method, seeds, tables, interrupted comparisons, curves."""

import csv
import dataclasses
import io
import json
import re
import statistics
from pathlib import Path

import pytest
from cli_helpers import Call, files_in, write_text

from wordvec import EncodedCorpus, SkipGram, Vectors
from wordvec.errors import SettingsError
from wordvec.evaluation.reporting import comparison, curves, summary
from wordvec.trainers import METHODS, trainer

PAIRS = "w1 w2 5\nw3 w4 2\nw1 w5 3\nw2 w7 4\nw6 w9 1\n"
COMMON = ("--dim", 6, "--min-count", 2, "--dataset", "pairs.txt", "--threads", 1, "-o", "out")


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("pairs.txt").write_text(PAIRS)
    return write_text(tmp_path / "text.txt")


def settings(name: str) -> dict[str, object]:
    made = Vectors.load(f"out/{name}.vec").metadata["settings"]
    assert isinstance(made, dict)
    return made


class TestSettings:
    def test_each_method_has_its_own_automatic_ones_and_they_are_printed(self, wordvec: Call, text: Path) -> None:
        done = wordvec("compare", text, "--methods", "skipgram,cbow", *COMMON)
        assert done.code == 0
        assert (
            "skip-gram, 20 passes, rate 0.05: dim 6, window 5, min count 2 (automatic: epochs and learning rate)\n"
            in done.err
        )
        assert (
            "CBOW, 30 passes, rate 0.06: dim 6, window 5, min count 2 (automatic: epochs and learning rate)\n"
            in done.err
        )
        assert (settings("skipgram")["epochs"], settings("cbow")["epochs"]) == (20, 30)

    def test_epochs_are_those_of_every_method_with_passes(self, wordvec: Call, text: Path) -> None:
        done = wordvec("compare", text, "--methods", "cbow,glove,ppmi-svd", "--epochs", 2, *COMMON)
        assert done.code == 0
        assert (settings("cbow")["epochs"], settings("glove")["epochs"]) == (2, 2)
        assert "epochs" not in settings("ppmi-svd")

    def test_an_option_of_one_method_takes_precedence(self, wordvec: Call, text: Path) -> None:
        own = ("--skipgram.window", 3, "--cbow.dim=4", "--cbow.fixed-window", "--skipgram.epochs", 1)
        assert wordvec("compare", text, "--methods", "skipgram,cbow", "--epochs", 2, *own, *COMMON).code == 0
        skipgram, cbow = settings("skipgram"), settings("cbow")
        assert [skipgram[name] for name in ("window", "dim", "epochs", "fixed_window")] == [3, 6, 1, False]
        assert [cbow[name] for name in ("window", "dim", "epochs", "fixed_window")] == [5, 4, 2, True]

    def test_bits_of_a_cipher_replace_the_common_dim(self) -> None:
        chosen = comparison.settings_for(["bit-cipher"], {"bit-cipher": {"bits": 7}}, dim=100)
        assert chosen["bit-cipher"].settings()["dim"] == 7

    @pytest.mark.parametrize("method", METHODS)
    def test_every_setting_of_every_method_can_be_set(self, method: str, wordvec: Call) -> None:
        common = {"threads", "seed", "automatic"}
        for name in {field.name for field in dataclasses.fields(trainer(method))} - common:
            spelling = f"--{method}.{name.replace('_', '-')}"
            done = wordvec("compare", "missing.txt", "-o", "out", spelling)
            assert "no such option" not in done.err
            assert "no such setting" not in done.err

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--skipgram.windw", "3"], "--skipgram.windw: no such option; did you mean --skipgram.window?"),
            (["--skipgram.size=3"], "--skipgram.size: no such option; did you mean --skipgram.dim?"),
            (["--glove.x_max", "3"], "--glove.x_max: no such option; did you mean --glove.x-max?"),
            (["--skipgrm.window", "3"], "--skipgrm.window: skipgrm is not a method; did you mean --skipgram.window?"),
            (
                ["--lsa.window", "3"],
                "--lsa.window: lsa is not a method; the methods are skipgram, cbow, fasttext, glove, ",
            ),
            (["--ppmi-svd.negatives", "3"], "--ppmi-svd.negatives: ppmi-svd has no such setting; it has dim, "),
            (["--cbow.seed", "3"], "--cbow.seed: seed is the same for all methods; use --seed"),
            (["--skipgram.window", "0"], "--skipgram.window 0: must be at least 1"),
            (["--methods", "cbow", "--glove.window", "3"], "--glove.window: glove is not among the methods"),
            (["--methods", "ppmi-svd", "--epochs", "3"], "--epochs 3: no method makes passes: ppmi-svd"),
            (["--epochs", "3", "--seconds", "3"], "--seconds: does not go with --epochs"),
            (["--resume", "--seconds", "3"], "--seconds: does not go with --resume"),
            (["--seeds", "1,x"], "--seeds 1,x: expected whole numbers between commas, such as 1,2,3"),
            (["--seeds", "1,1"], "--seeds 1,1: a seed is named twice"),
            (["--seeds", "1", "--seed", "2"], "--seeds: does not go with --seed"),
            (["--latex", "nowhere/t.tex"], "nowhere/t.tex: the folder nowhere does not exist"),
            (["--latex", "out/report.html"], "out/report.html: is the name of two results"),
        ],
    )
    def test_a_mistake_is_found_before_the_work(
        self, wordvec: Call, text: Path, arguments: list[str], message: str
    ) -> None:
        done = wordvec("compare", text, *COMMON, *arguments)
        assert (done.code in (1, 2), done.out) == (True, "")
        assert done.err.startswith(f"wordvec: {message}")
        assert not Path("out").exists()

    def test_the_page_of_help_states_the_form(self, wordvec: Call) -> None:
        page = wordvec("compare", "--help").out
        assert "A setting of one method is --METHOD.OPTION" in " ".join(page.split())
        assert "--skipgram.dim" not in page


class TestSeeds:
    def test_scores_are_means_with_deviations(self, wordvec: Call, text: Path) -> None:
        methods = ("--methods", "skipgram,ppmi-svd", "--seeds", "3,1,2", "--epochs", 2, "--skipgram.learning-rate", 0.1)
        done = wordvec("compare", text, *COMMON, *methods, "--json", "--latex", "methods.tex")
        names = [f"{method}-{seed}" for method in ("skipgram", "ppmi-svd") for seed in (1, 2, 3)]
        assert {name.removesuffix(".vec") for name in files_in(Path("out")) if name.endswith(".vec")} == set(names)
        skipgram, ppmi = json.loads(done.out)["rows"]
        made = [wordvec("evaluate", "similarity", f"out/skipgram-{seed}.vec", "--dataset", "pairs.txt", "--json").out
                for seed in (1, 2, 3)]  # fmt: skip
        own = [json.loads(text)["rows"][0]["spearman"] for text in made]
        assert skipgram["pairs"] == pytest.approx(statistics.fmean(own))
        assert skipgram["pairs_sd"] == pytest.approx(statistics.stdev(own))
        assert (ppmi["pairs_sd"], ppmi["passes"], skipgram["passes"]) == (pytest.approx(0), None, 2)
        assert "mean ± standard deviation over seeds 3, 1, 2" in Path("out/report.md").read_text()
        assert Vectors.load("out/skipgram-3.vec").metadata["settings"]["seed"] == 3
        table = Path("methods.tex").read_text()
        assert re.search(r"skipgram & 2 & 0\.1 .*\$\\pm\$ \.\d{4} \\\\\n", table)
        assert table.count("{") == table.count("}")

    def test_one_seed_has_no_deviation_and_csv_has_numbers(self, wordvec: Call, text: Path) -> None:
        done = wordvec("compare", text, *COMMON, "--methods", "glove", "--epochs", 2, "--csv", "--quiet")
        (row,) = csv.DictReader(io.StringIO(done.out))
        assert list(row) == ["method", "passes", "rate", "min_count", "counting_seconds", "seconds", "pairs"]
        assert float(row["seconds"]) == Vectors.load("out/glove.vec").metadata["training"]["seconds"]
        assert wordvec("compare", text, *COMMON, "--methods", "cbow", "--epochs", 1, "--quiet").out == ""

    def test_a_score_that_one_seed_lacks_has_no_mean(self) -> None:
        runs = [summary.Run("a", seed, {}, {"seconds": 1.0}, {"d": score}) for seed, score in ((1, 0.5), (2, None))]
        (row,) = summary.summary(runs, {"d": "Spearman"}).rows
        assert row == {"method": "a", "seconds": 1.0, "seconds_sd": 0.0}
        runs += [summary.Run("b", seed, {}, {"seconds": 2.0}, {"d": 0.25}) for seed in (1, 2)]
        shown = summary.joined(summary.summary(runs, {"d": "Spearman"})).rows
        assert [row["d"] for row in shown] == ["-", ".2500 ± .0000"]


class TestResuming:
    def test_finished_runs_are_kept(self, wordvec: Call, text: Path) -> None:
        words = ("--methods", "skipgram,ppmi-svd", "--epochs", 2)
        failing = wordvec("compare", text, *COMMON, *words, "--ppmi-svd.dim", 40)
        assert failing.code == 2
        assert failing.err.splitlines()[-1].endswith(
            "; kept: skipgram.vec; the same command with --resume trains the others"
        )
        before = Path("out/skipgram.vec").stat().st_mtime_ns
        done = wordvec("compare", text, *COMMON, *words, "--resume", "--threads", 2)
        assert done.code == 0
        assert "skip-gram, seed 1: trained already\n" in done.err
        assert Path("out/skipgram.vec").stat().st_mtime_ns == before
        assert "2 methods compared" in done.err
        assert Path("out/report.html").is_file()
        assert wordvec("compare", text, *COMMON, *words, "--resume").code == 0

    def test_runs_with_other_settings_or_texts_are_not_kept(self, wordvec: Call, text: Path) -> None:
        assert wordvec("compare", text, *COMMON, "--methods", "cbow", "--epochs", 1).code == 0
        again = (*COMMON, "--methods", "glove,cbow", "--resume")
        done = wordvec("compare", text, *again, "--epochs", 2)
        assert (done.code, done.err) == (2, "wordvec: out/cbow.vec: was trained with epochs 1, not 2, so it cannot be "
                                            "kept; remove the file, or choose another folder\n")  # fmt: skip
        assert not Path("out/glove.vec").exists()
        write_text(text, seed=2)
        assert "out/cbow.vec: was trained on another text, so" in wordvec("compare", text, *again, "--epochs", 1).err
        Path("out/cbow.vec").write_text("1 2\nw1 1 2\n")
        Path("out/cbow.json").unlink()
        Path("out/cbow.vocab").unlink()
        assert "is not the result of a run of CBOW" in wordvec("compare", text, *again, "--epochs", 1).err


def test_counts_are_made_once_unless_they_depend_on_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    from wordvec import GloVe

    counted: list[int] = []
    count = GloVe.count

    def counting(self: GloVe, corpus: EncodedCorpus, *others: object, **named: object) -> object:
        counted.append(self.seed)
        return count(self, corpus, *others, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(GloVe, "count", counting)
    with EncodedCorpus.from_sentences(["a b c a c", "b c a a"] * 20) as corpus:
        for sample, seeds in ((0.0, [1]), (0.5, [1, 2])):
            counted.clear()
            chosen = comparison.settings_for(["glove"], {"glove": {"sample": sample}}, dim=3, epochs=1)
            assert [one.seed for one in comparison.train_methods(corpus, chosen, seeds=[1, 2])] == [1, 2]
            assert counted == seeds


def test_settings_of_one_method_are_checked() -> None:
    with pytest.raises(SettingsError, match=r"skipgram\.window 0: must be at least 1"):
        comparison.settings_for(["skipgram"], {"skipgram": {"window": 0}})
    with pytest.raises(SettingsError, match=r"^dim 1: must be at least 2"):
        comparison.settings_for(["skipgram"], {"skipgram": {"window": 2}}, dim=1)


class TestCurves:
    def test_losses_that_are_no_curve_are_left_out(self) -> None:
        for made in ({}, {"training": None}, {"training": {"loss": [1.0]}}, {"training": {"loss": [1.0, None]}}):
            assert curves.losses(made) == []
        assert curves.losses({"training": {"loss": [3, 2.5]}}) == [3.0, 2.5]

    def test_points_are_inside_and_fall_with_the_loss(self) -> None:
        for values in ([4.0, 2.0, 1.0], [1.0, 1.0]):
            drawn = curves.drawing("<a>", values)
            points = [tuple(map(float, one.split(","))) for one in re.findall(r'points="([^"]*)', drawn)[0].split()]
            assert len(points) == len(values)
            assert all(0 < x < curves.WIDTH and 0 < y < curves.HEIGHT for x, y in points)
            assert [y for _, y in points] == sorted(y for _, y in points)
            assert "&lt;a&gt;" in drawn

    def test_the_report_has_a_curve_for_each_method_with_epochs(self, wordvec: Call, text: Path) -> None:
        assert wordvec("compare", text, *COMMON, "--methods", "cbow,ppmi-svd", "--epochs", 3).code == 0
        page = Path("out/report.html").read_text()
        assert page.count('<svg class="curve"') == 1
        assert page.count("<title>epoch ") == 3


def test_a_trainer_is_described_by_what_affects_its_result() -> None:
    with EncodedCorpus.from_sentences(["a b a b"]) as corpus:
        line = comparison.described(SkipGram(window=9).resolved(corpus))
    expected = (
        "skip-gram, 20 passes, rate 0.05: dim 100, window 9, min count 2 "
        "(automatic: epochs, min count and learning rate)"
    )
    assert line == expected
