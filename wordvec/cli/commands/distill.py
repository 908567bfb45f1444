"""``wordvec distill``: static vectors out of a language model."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordvec.cli import options
from wordvec.cli.apart import check_apart
from wordvec.cli.command import Command, Option
from wordvec.cli.output import echo
from wordvec.cli.running import check_words, reporting
from wordvec.language_models.distillation.settings import Distillation
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.language_models.distillation.inputs import Inputs
    from wordvec.vectors import Vectors
    from wordvec.workers import Progress, StopFlag


@click.command(
    cls=Command,
    help="The teacher is a model that computes vectors of text; its vectors of the words of a vocabulary, and of "
    "sentences, are files or computed by --model, a sentence transformer in a folder (extra sentence-transformers; "
    "nothing is downloaded)."
    "\n\nMethod words (Model2Vec): the teacher's vectors of single words on their principal components, times weights. "
    "Method sentences (tokenlearn): from these, rows are fitted so that the plain mean of the words of each line of "
    "--text is near the teacher's vector of the line, by ridge regression. Method contexts (X2Static): the loss of "
    "CBOW, with the teacher's vector of the line in the place of the context words, and then the same weights."
    "\n\nThe plain mean of the result is the vector of a sentence, here and in programs that read .hub folders "
    "(Model2Vec, sentence-transformers).",
    params=[
        Option(
            ["--corpus"],
            heading="Vocabulary",
            type=options.FILE,
            metavar="FOLDER",
            help="encoded corpus, whose words and counts are used",
        ),
        Option(
            ["--words"],
            heading="Vocabulary",
            type=options.FILE,
            metavar="FILE",
            help="list of words, one a line, most frequent first, each with its count or none",
        ),
        Option(
            ["--top"], heading="Vocabulary", type=click.IntRange(min=1), metavar="N", help="use the first N words only"
        ),
        Option(
            ["--model"],
            heading="Teacher",
            type=options.FILE,
            metavar="FOLDER",
            help="sentence transformer that computes the vectors",
        ),
        Option(
            ["--teacher"],
            heading="Teacher",
            type=options.FILE,
            metavar="VECTORS",
            help="its vectors of words: a vector file, or .npy with a row for each word of the vocabulary",
        ),
        Option(["--text"], heading="Teacher", type=options.FILE, metavar="FILE", help="sentences, one a line"),
        Option(
            ["--targets"],
            heading="Teacher",
            type=options.FILE,
            metavar="FILE.npy",
            help="its vectors of sentences, a row for each line of --text",
        ),
        *options.derived(Distillation, "Method"),
        Option(["--dry-run"], heading="Method", is_flag=True, help="print sizes and memory; compute nothing"),
        options.output("OUT", "the vectors (.hub, .vec or another format)"),
        *options.reports(),
    ],
    epilog="\b\nExample:\n  wordvec distill --model MODEL --corpus text.corpus --top 30000 -o static.hub",
)
def distill(dry_run: bool, output: Path, force: bool, quiet: bool, log: Path | None, **given: Any) -> None:
    """Write static vectors distilled from a teacher."""
    from wordvec import formats
    from wordvec.language_models.distillation.inputs import Inputs
    from wordvec.workers import stop_on_signals

    inputs = Inputs(**{name: given.pop(name) for name in Inputs._fields})
    settings = Distillation(**given)
    inputs.check(settings.method)
    check_apart([*formats.outputs(output), log], [path for path in inputs if isinstance(path, Path)])
    formats.check_output(output, force)
    with reporting(quiet, log, force) as progress, stop_on_signals() as stop:
        if dry_run:
            _print_estimate(settings, inputs, stop)
            return
        made = _made(settings, inputs, output, progress, stop)
        made.save(output, force)
        for line in _report(made):
            progress.say(line)
        progress.say(f"{output}: {quantity(len(made), 'word')}, dim {made.dim}")


def _made(settings: Distillation, inputs: "Inputs", output: Path, progress: "Progress", stop: "StopFlag") -> "Vectors":
    from wordvec.language_models.distillation.inputs import load
    from wordvec.sentences.texts import Texts

    teacher, targets = load(inputs, progress, stop)
    check_words(teacher.words, [output], "refuse", progress)
    texts = None if inputs.text is None else Texts.of(inputs.text, teacher)
    return settings.fit(teacher, texts, targets, progress=progress, stop=stop)


def _print_estimate(settings: Distillation, inputs: "Inputs", stop: "StopFlag") -> None:
    from wordvec.language_models.distillation.estimate import estimate

    found = estimate(settings, inputs, stop)
    echo(f"words      {found.words:,}, dim {found.dim} from {found.teacher_dim}")
    if inputs.text is not None:
        echo(
            f"sentences  {found.lines:,}, {found.sentences:,} of them with a known word; {found.tokens:,} known tokens"
        )
    echo(f"memory     {found.memory / 1e6:,.0f} MB, without that of a model")


def _report(made: "Vectors") -> list[str]:
    """Return the lines on how well the teacher is reproduced."""
    about, teacher = made.metadata["distillation"], made.metadata["teacher"]
    lines = [
        f"teacher: vectors of {quantity(teacher['words'], 'word')}, dim {teacher['dim']}; {made.dim} components keep "
        f"{100 * about['variance_kept']:.1f} %"
    ]
    if "sentences" in about:
        lines.append(
            f"fitted: {quantity(about['sentences'], 'sentence')} of {quantity(about['lines'], 'line')}, with "
            f"{about['words_in_sentences']:,} of the words; strength {about['strength']:g}"
        )
    held = about.get("held_out", {})
    if "loss" in held:
        lines.append(
            f"mean loss of a token on {quantity(held['sentences'], 'held-out sentence')}: {held['loss']:.3f} "
            f"(start: {held['loss_of_start']:.3f})"
        )
    if "cosine" in held:
        lines.append(
            f"mean cosine with the teacher on {quantity(held['sentences'], 'held-out sentence')}: {held['cosine']:.3f} "
            f"(rows of single words: {held['cosine_of_start']:.3f})"
        )
    return lines
