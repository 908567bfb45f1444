"""The command line: thin commands over the library.

This module does not import numpy, numba, scipy or gensim. A command's module is imported when the command is called,
its numerical libraries when it runs. Data goes to standard output, messages to standard error.
"""

import contextlib
import gc
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn

import click

import wordvec
from wordvec import signals
from wordvec.cli import streams
from wordvec.cli.command import LazyGroup, RootGroup
from wordvec.cli.exit_codes import INTERRUPTED, exit_code
from wordvec.cli.output import note

train = LazyGroup(
    "train",
    {
        "skipgram": (
            "wordvec.cli.commands.train:skipgram",
            "Train skip-gram: predict each word from every word near it.",
        ),
        "cbow": ("wordvec.cli.commands.train:cbow", "Train CBOW: predict each word from the mean of those near it."),
        "fasttext": (
            "wordvec.cli.commands.train:fasttext",
            "Train fastText: words as bags of their character n-grams.",
        ),
        "glove": ("wordvec.cli.commands.train_counts:glove", "Train GloVe: fit the logarithm of co-occurrence counts."),
        "ppmi-svd": (
            "wordvec.cli.commands.train_counts:ppmi_svd",
            "Factorise pointwise mutual information, without training.",
        ),
        "bit-cipher": ("wordvec.cli.commands.cipher:bit_cipher", "Add up codes of context words, without training."),
        "clusters": (
            "wordvec.cli.commands.clusters:clusters",
            "Cluster the contexts of words into senses, over word vectors.",
        ),
        "node2vec": ("wordvec.cli.commands.graphs:node2vec", "Train node2vec: a vector for each node of a graph."),
        "paragraphs": (
            "wordvec.cli.commands.paragraphs:paragraphs",
            "Train paragraph vectors: a vector for each document.",
        ),
        "senses": (
            "wordvec.cli.commands.senses_training:senses",
            "Train Disambiguated Skip-gram: several vectors for each word.",
        ),
        "adagram": (
            "wordvec.cli.commands.adagram:adagram",
            "Train AdaGram: as many vectors for a word as it has senses.",
        ),
    },
    help="Train word vectors on text or an encoded corpus, and write them to a .vec file.",
)
corpus = LazyGroup(
    "corpus",
    {
        "encode": ("wordvec.cli.commands.corpus:encode", "Encode text once, to train on it many times."),
        "info": ("wordvec.cli.commands.corpus:info", "Describe an encoded corpus, or counts."),
        "phrases": ("wordvec.cli.commands.phrases:phrases", "Join words that belong together, such as new_york."),
        "concordance": (
            "wordvec.cli.commands.concordance:concordance",
            "Print the occurrences of a word in their contexts.",
        ),
        "keywords": (
            "wordvec.cli.commands.keywords:keywords",
            "Print the words that are more frequent in one corpus than in another.",
        ),
        "cooccur": ("wordvec.cli.commands.cooccurrence:cooccur", "Count co-occurrences of words within a window."),
        "export-glove": (
            "wordvec.cli.commands.cooccurrence:export_glove",
            "Write counts in the format of Stanford's GloVe.",
        ),
        "import-glove": (
            "wordvec.cli.commands.cooccurrence:import_glove",
            "Read counts in the format of Stanford's GloVe.",
        ),
        "merge": ("wordvec.cli.commands.corpus_parts:merge", "Join encoded corpora."),
        "split": ("wordvec.cli.commands.corpus_parts:split", "Cut an encoded corpus into slices, by a field or file."),
        "vocabulary": ("wordvec.cli.commands.corpus:vocabulary", "Print words and their counts, most frequent first."),
        "hold-out": ("wordvec.cli.commands.graphs:hold_out", "Hold out edges of a graph, to judge vectors by them."),
        "walks": ("wordvec.cli.commands.graphs:walks", "Write random walks on a graph, for every method to train on."),
    },
    help="Encode text as token ids on disk, once for all methods and settings.",
)
cipher = LazyGroup(
    "cipher",
    {
        "codes": ("wordvec.cli.commands.cipher:codes", "Write the code of each word."),
        "explain": ("wordvec.cli.commands.cipher:explain", "Explain a dimension of a bit-cipher's vectors."),
    },
    help="Inspect the codes of a bit-cipher, which its vectors are sums of.",
)
plot = LazyGroup(
    "plot",
    {
        "path": ("wordvec.cli.commands.plot:path", "Plot a word's path through all slices."),
        "changes": ("wordvec.cli.commands.plot:changes", "Plot changed words against the null distribution."),
        "slices": ("wordvec.cli.commands.plot:slices", "Plot the similarity of all slices."),
    },
    help="Plot compared slices; needs Matplotlib (pip install matplotlib).",
)
compass = LazyGroup(
    "compass",
    {
        "train": ("wordvec.cli.commands.compass:train", "Train the slices of a corpus into one space with a compass."),
        "add": ("wordvec.cli.commands.compass:add", "Train one more slice with a compass."),
        "change": (
            "wordvec.cli.commands.change:change",
            "Measure the change of words between two slices, with p-values.",
        ),
        "evidence": (
            "wordvec.cli.commands.evidence:evidence",
            "Print the lines that speak most for a word's change.",
        ),
        "nearest": (
            "wordvec.cli.commands.compass:nearest",
            "Print the words of one slice nearest to a word of another.",
        ),
        "trace": ("wordvec.cli.commands.compass:trace", "Print a word's path through all slices."),
        "plot": (plot, "Plot a word's path, changed words, or the similarity of slices."),
    },
    help="Compare the use of words across years, newspapers or regions, in one space (CADE).",
)
plots_of_training = LazyGroup(
    "plot",
    {
        "loss": ("wordvec.cli.commands.plot_loss:loss", "Plot the losses of training runs."),
        "senses": ("wordvec.cli.commands.plot_senses:senses", "Plot the senses of words among their neighbours."),
    },
    help="Plot training runs and senses; needs Matplotlib (pip install matplotlib).",
)
evaluate = LazyGroup(
    "evaluate",
    {
        "similarity": (
            "wordvec.cli.commands.evaluate:similarity",
            "Correlate cosines with human scores of word pairs.",
        ),
        "analogy": ("wordvec.cli.commands.evaluate:analogy", "Answer analogies: which word is to C as B is to A."),
        "sts": (
            "wordvec.cli.commands.sts:sts",
            "Correlate cosines of sentence vectors with human scores of sentence pairs.",
        ),
        "senses": (
            "wordvec.cli.commands.evaluate_senses:senses",
            "Compare senses chosen in contexts with gold senses; similarity in context.",
        ),
        "outliers": (
            "wordvec.cli.commands.judge_words:outliers",
            "Find the word that does not belong to a group.",
        ),
        "categorise": (
            "wordvec.cli.commands.judge_words:categorise",
            "Compare clusters of words with their categories.",
        ),
        "definitions": (
            "wordvec.cli.commands.definitions:definitions",
            "Find the word that a definition defines.",
        ),
        "norms": (
            "wordvec.cli.commands.judge_words:norms",
            "Predict ratings of words, such as concreteness, from their vectors.",
        ),
        "translation": (
            "wordvec.cli.commands.translate:translation",
            "Measure the precision of word translation in one space.",
        ),
        "probe": ("wordvec.cli.commands.probe:probe", "Tag parts of speech or entities from vectors alone."),
        "classify": ("wordvec.cli.commands.probe:classify", "Classify sentences by the mean of their vectors."),
        "nodes": ("wordvec.cli.commands.judge_graphs:nodes", "Classify the nodes of a graph by their vectors."),
        "links": ("wordvec.cli.commands.judge_graphs:links", "Predict edges of a graph that were held out."),
        "change": ("wordvec.cli.commands.judge_slices:change", "Compare change scores with human judgements."),
        "temporal-analogy": (
            "wordvec.cli.commands.judge_slices:temporal_analogy",
            "Find the equivalents of words in other slices.",
        ),
        "likelihood": (
            "wordvec.cli.commands.judge_slices:likelihood",
            "Compute the likelihood of held-out text under each slice.",
        ),
        "perplexity": (
            "wordvec.cli.commands.perplexity:perplexity",
            "Compute the exact perplexity of held-out text under hierarchical softmax.",
        ),
        "report": ("wordvec.cli.commands.evaluate:report", "Write one page that compares vectors."),
    },
    help="Evaluate vectors on datasets, with the conventions stated.",
)
root = RootGroup(
    "wordvec",
    {
        "train": (train, "Train word vectors on text."),
        "corpus": (corpus, "Encode text once; print its vocabulary; count co-occurrences."),
        "nearest": ("wordvec.cli.commands.query:nearest", "Print the words most similar to given words."),
        "analogy": ("wordvec.cli.commands.query:analogy", "Print the words that are to C as B is to A."),
        "index": ("wordvec.cli.commands.index:index", "Index large vectors for nearest and analogy."),
        "explore": (
            "wordvec.cli.commands.explore:explore",
            "Write a page to explore vectors in: a map, search, neighbours.",
        ),
        "explain": ("wordvec.cli.commands.explain:explain", "Print how n-grams make the vectors of words."),
        "evaluate": (evaluate, "Evaluate vectors on datasets, alone or side by side."),
        "axis": (
            "wordvec.cli.commands.axis:axis",
            "Project words on an axis between two poles of words.",
        ),
        "association": (
            "wordvec.cli.commands.association:association",
            "Test how near sets of words are to others, such as by WEAT.",
        ),
        "context-regression": (
            "wordvec.cli.commands.context_regression:context_regression",
            "Regress the contexts of a word on fields of documents.",
        ),
        "compare": (
            "wordvec.cli.commands.compare:compare",
            "Train several methods on the same text, and compare them.",
        ),
        "align": ("wordvec.cli.commands.align:align", "Bring two sets of vectors into one space."),
        "ground": (
            "wordvec.cli.commands.ground:ground",
            "Map vectors to a measured space, such as ratings.",
        ),
        "map": ("wordvec.cli.commands.mapping:map_", "Apply a saved mapping to vectors."),
        "translate": (
            "wordvec.cli.commands.translate:translate",
            "Induce a dictionary from two languages in one space.",
        ),
        "sentences": (
            "wordvec.cli.commands.sentences:sentences",
            "Write the vector of each line or record of text.",
        ),
        "similar": ("wordvec.cli.commands.sentences:similar", "Print the lines of text nearest to given text."),
        "senses": ("wordvec.cli.commands.senses:senses", "Print the senses of words, their shares and neighbours."),
        "disambiguate": (
            "wordvec.cli.commands.senses:disambiguate",
            "Write text whose words are marked by their senses.",
        ),
        "retrofit": ("wordvec.cli.commands.retrofit:retrofit", "Move vectors towards their neighbours in a lexicon."),
        "layer": ("wordvec.cli.commands.layer:layer", "Write the embedding layer of a language model."),
        "distill": ("wordvec.cli.commands.distill:distill", "Distill a language model into static word vectors."),
        "compass": (compass, "Compare the use of words across slices of a corpus."),
        "cipher": (cipher, "Inspect the codes of a bit-cipher."),
        "plot": (plots_of_training, "Plot the losses of training runs, or the senses of words."),
        "infer": ("wordvec.cli.commands.paragraphs:infer", "Infer the vectors of new documents."),
        "check": ("wordvec.cli.commands.check:check", "Find the defects of a vector file, and repair it."),
        "convert": (
            "wordvec.cli.commands.convert:convert",
            "Convert a vector file to another format, or reduce it.",
        ),
        "compress": (
            "wordvec.cli.commands.compress:compress",
            "Compress vectors to a size, and report what they keep.",
        ),
        "info": (
            "wordvec.cli.commands.info:info",
            "Describe vectors, corpora, counts and interrupted training runs.",
        ),
    },
    help="Train, query and evaluate word vectors.",
    epilog="\b\nExample:\n  wordvec train skipgram corpus.txt -o corpus.vec\n  wordvec nearest corpus.vec river",
)
click.version_option(wordvec.__version__, prog_name="wordvec", message="%(prog)s %(version)s")(root)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; errors that a user can fix become one line on standard error."""
    return exit_code(lambda: root.main(arguments, "wordvec", standalone_mode=False))


def main() -> NoReturn:
    """Run the command of the process's arguments, and exit."""
    streams.prepare()
    signals.install()
    warnings.showwarning = _show_warning
    code = run(sys.argv[1:])
    if code == INTERRUPTED:
        # A shell loop stops only if the process dies of the signal; Python does that (and exits with 130).
        signals.say_nothing_more()
        raise KeyboardInterrupt
    signals.finish()
    # What is left is not searched for garbage at the end, which took a seventh of the processor time of a query.
    gc.freeze()
    sys.exit(code)


def _show_warning(message: Warning | str, category: type[Warning], *_: object, **_where: object) -> None:
    kind = "" if category is UserWarning else f"{category.__name__}: "
    with contextlib.suppress(OSError):
        note(f"warning: {kind}{message}")
