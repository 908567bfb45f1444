"""The command line: thin commands over the library, and the one place where errors become messages.

Nothing here imports numpy, numba, scipy or gensim: a command's module is imported when the command is called, and
what it computes with when it runs. Data goes to standard output, everything said to people to standard error.
"""

import contextlib
import errno
import os
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn

import click

import wordvec
from wordvec import signals
from wordvec.cli import streams
from wordvec.cli.command import LazyGroup, RootGroup
from wordvec.cli.output import note
from wordvec.errors import Interrupted, SettingsError, WordvecError

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130

train = LazyGroup(
    "train",
    {
        "skipgram": (
            "wordvec.cli.commands.train:skipgram",
            "Train skip-gram: predict each word from every word near it.",
        ),
        "cbow": ("wordvec.cli.commands.train:cbow", "Train CBOW: predict each word from the mean of those near it."),
        "glove": ("wordvec.cli.commands.train_counts:glove", "Train GloVe: fit the logarithm of co-occurrence counts."),
        "ppmi-svd": (
            "wordvec.cli.commands.train_counts:ppmi_svd",
            "Factorise pointwise mutual information, without training.",
        ),
        "bit-cipher": ("wordvec.cli.commands.cipher:bit_cipher", "Sum the codes of context words, without training."),
    },
    help="Text, or a corpus encoded before, becomes word vectors in a .vec file.",
)
corpus = LazyGroup(
    "corpus",
    {
        "encode": ("wordvec.cli.commands.corpus:encode", "Encode text once, to train on it many times."),
        "info": ("wordvec.cli.commands.corpus:info", "Describe an encoded corpus, or counts."),
        "cooccur": ("wordvec.cli.commands.cooccurrence:cooccur", "Count how often words stand near each other."),
        "export-glove": (
            "wordvec.cli.commands.cooccurrence:export_glove",
            "Write counts as files of Stanford's GloVe.",
        ),
        "import-glove": (
            "wordvec.cli.commands.cooccurrence:import_glove",
            "Read counts from files of Stanford's GloVe.",
        ),
        "vocabulary": ("wordvec.cli.commands.corpus:vocabulary", "Print words and their counts, most frequent first."),
    },
    help="Text becomes numbered tokens on disk, once for all methods and settings.",
)
cipher = LazyGroup(
    "cipher",
    {
        "codes": ("wordvec.cli.commands.cipher:codes", "Write the code of each word."),
        "explain": ("wordvec.cli.commands.cipher:explain", "Say what a dimension of a bit-cipher's vectors means."),
    },
    help="The codes that a bit-cipher adds up.",
)
plot = LazyGroup(
    "plot",
    {
        "path": ("wordvec.cli.commands.plot:path", "Draw a word's path through all slices."),
        "changes": ("wordvec.cli.commands.plot:changes", "Draw the words that changed, against chance."),
        "slices": ("wordvec.cli.commands.plot:slices", "Draw how alike all slices are."),
    },
    help="Pictures of compared slices; they need the extra plot (Matplotlib).",
)
compass = LazyGroup(
    "compass",
    {
        "train": ("wordvec.cli.commands.compass:train", "Train slices of a corpus into one space, by a compass."),
        "add": ("wordvec.cli.commands.compass:add", "Train one more slice by a compass."),
        "change": (
            "wordvec.cli.commands.change:change",
            "Say which words changed between two slices, and whether by chance.",
        ),
        "nearest": ("wordvec.cli.commands.compass:nearest", "Print what is in one slice where a word is in another."),
        "trace": ("wordvec.cli.commands.compass:trace", "Print a word's path through all slices."),
        "plot": (plot, "Draw a word's path, changed words, or how alike slices are."),
    },
    help="How words are used in years, papers or regions, compared in one space (CADE).",
)
evaluate = LazyGroup(
    "evaluate",
    {
        "similarity": (
            "wordvec.cli.commands.evaluate:similarity",
            "Compare cosines with people's scores of pairs of words.",
        ),
        "analogy": ("wordvec.cli.commands.evaluate:analogy", "Ask which word is to C as B is to A, many times."),
        "translation": (
            "wordvec.cli.commands.translate:translation",
            "Ask how often a word's translation is nearest to it.",
        ),
        "probe": ("wordvec.cli.commands.probe:probe", "Tag parts of speech or entities from vectors alone."),
        "classify": ("wordvec.cli.commands.probe:classify", "Classify sentences by the mean of their vectors."),
        "change": ("wordvec.cli.commands.judge_slices:change", "Compare scores of change with what people say."),
        "temporal-analogy": (
            "wordvec.cli.commands.judge_slices:temporal_analogy",
            "Ask which word took another's place.",
        ),
        "likelihood": ("wordvec.cli.commands.judge_slices:likelihood", "Say how well slices foretell other text."),
        "report": ("wordvec.cli.commands.evaluate:report", "Write one page that compares vectors."),
    },
    help="Vectors are judged by datasets, with the conventions stated.",
)
root = RootGroup(
    "wordvec",
    {
        "train": (train, "Train word vectors on text."),
        "corpus": (corpus, "Encode text once; look at its words."),
        "nearest": ("wordvec.cli.commands.query:nearest", "Print the words most similar to some words."),
        "analogy": ("wordvec.cli.commands.query:analogy", "Print the words that are to C as B is to A."),
        "evaluate": (evaluate, "Judge vectors by datasets, alone or side by side."),
        "compare": (
            "wordvec.cli.commands.compare:compare",
            "Train several methods on the same text, and compare them.",
        ),
        "align": ("wordvec.cli.commands.align:align", "Bring two sets of vectors into one space."),
        "map": ("wordvec.cli.commands.mapping:map_", "Bring vectors into a space by a mapping made before."),
        "translate": (
            "wordvec.cli.commands.translate:translate",
            "Write a dictionary out of two languages in one space.",
        ),
        "retrofit": ("wordvec.cli.commands.retrofit:retrofit", "Draw vectors towards their neighbours in a lexicon."),
        "compass": (compass, "Compare how words are used across corpora."),
        "cipher": (cipher, "Look into the codes of a bit-cipher."),
        "check": ("wordvec.cli.commands.check:check", "Find what is wrong with a vector file, and repair it."),
        "convert": (
            "wordvec.cli.commands.convert:convert",
            "Turn a vector file into one of another format, or a smaller one.",
        ),
        "info": ("wordvec.cli.commands.info:info", "Describe vectors, a corpus, counts or an interrupted training."),
    },
    help="Word vectors from text: train them, ask them, judge them.",
    epilog="\b\nExample:\n  wordvec train skipgram corpus.txt -o corpus.vec\n  wordvec nearest corpus.vec river",
)
click.version_option(wordvec.__version__, prog_name="wordvec", message="%(prog)s %(version)s")(root)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; errors that a user can mend become one line on standard error."""
    try:
        code = root.main(arguments, "wordvec", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return MISUSED
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "wordvec"
        return _complain(f"{error.format_message()} (see {path} --help)", MISUSED)
    except SettingsError as error:
        return _complain(error.for_command_line(), MISUSED)
    except Interrupted as error:
        return _complain(str(error), INTERRUPTED)
    except (click.Abort, KeyboardInterrupt):
        return _complain(signals.MESSAGE, INTERRUPTED)
    except (WordvecError, click.ClickException) as error:
        return _complain(str(error), FAILED)
    except MemoryError as error:
        return _complain(_out_of_memory(str(error)))
    except BrokenPipeError:
        streams.discard_output()  # whoever read it has gone
        return FAILED
    except OSError as error:
        if error.errno is None:  # raised by code, not by the system
            raise
        if error.filename is None:
            streams.discard_output()
        if error.errno == errno.ENOMEM:
            return _complain(_out_of_memory(str(error.filename or "")))
        return _complain(_system_error(error))
    return code if isinstance(code, int) else DONE


def main() -> NoReturn:
    """Run the command that the process was started with, and end the process."""
    streams.prepare()
    signals.install()
    warnings.showwarning = _show_warning
    code = run(sys.argv[1:])
    if code == INTERRUPTED:
        # A shell that runs us in a loop stops it only if we die of the signal; Python sees to that (and to 130).
        signals.say_nothing_more()
        raise KeyboardInterrupt
    signals.finish()
    sys.exit(code)


def _complain(message: str, code: int = FAILED) -> int:
    with contextlib.suppress(OSError):  # nobody may be there to be told
        note(message)
    return code


def _out_of_memory(what: str) -> str:
    """Return the line for memory that the system refused."""
    return f"not enough memory: {what or 'the system refused more'}; --dry-run says what a training needs"


def _system_error(error: OSError) -> str:
    """Return the line for an error of the system that no command has explained."""
    reason = os.strerror(error.errno or 0)
    if error.errno in (errno.EMFILE, errno.ENFILE):
        reason += "; raise the limit (ulimit -n)"
    at_fault = "standard output or log" if error.errno in _OF_STREAMS else "the system"
    return f"{error.filename or at_fault}: {reason}"


_OF_STREAMS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""Errors of writing, which name no file where it was open before."""


def _show_warning(message: Warning | str, category: type[Warning], *_: object, **_where: object) -> None:
    kind = "" if category is UserWarning else f"{category.__name__}: "
    with contextlib.suppress(OSError):
        note(f"warning: {kind}{message}")
