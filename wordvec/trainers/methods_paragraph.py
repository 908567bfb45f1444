"""Paragraph on trained vectors for the methods section of a paper, from their metadata, with the works to cite."""

from collections.abc import Iterator, Mapping
from typing import Any

from wordvec.bibliography import with_works
from wordvec.corpora.subword_vocabulary import is_tokenizer_file
from wordvec.errors import InputError
from wordvec.files import records
from wordvec.trainers.later_steps import later_steps
from wordvec.trainers.method_descriptions import METHODS, MODELS, Settings
from wordvec.wording import listed, quantity

TOKENIZERS = {
    "whitespace": "split at white space",
    "words": "split into words of letters, marks and digits, without punctuation,",
}
SENTENCES = {"line": "lines", "paragraph": "paragraphs", "file": "whole files"}
_NEEDED = {
    "method": str,
    "settings": {"seed": int},
    "training": dict,
    "versions": {"wordvec": str, "numpy": str},
    "corpus": records.Optional(dict),
}


def methods_text(metadata: Mapping[str, Any], words: int, dim: int, name: str = "vectors") -> str:
    """Return a paragraph on the training of vectors and the later steps, and BibTeX of the works cited.

    Parameters
    ----------
    metadata
        Metadata of the vectors.
    words, dim
        Size of the vectors.
    name
        Name of the vectors, for errors.

    Raises
    ------
    InputError
        If the metadata do not describe a training run.
    """
    method = metadata.get("method")
    if not isinstance(method, str) or method not in METHODS or "slice" in metadata or _is_inferred(metadata):
        raise InputError(f"{name}: {_unknown(metadata)}")
    try:
        records.check(dict(metadata), _NEEDED, "")
        history = list(later_steps(metadata.get("history", [])))
        sentences, works = _training(metadata, dim, None if history else words)
        for sentence, cited in history:
            sentences.append(sentence)
            works += cited
        if history:
            sentences.append(f"The result has {quantity(words, 'word')} and {dim} dimensions.")
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InputError(f"{name}: its metadata are damaged ({type(error).__name__}: {error})") from error
    return with_works(" ".join(sentences), works)


def _unknown(metadata: Mapping[str, Any]) -> str:
    if "slice" in metadata:
        return "is a slice of a compass; use wordvec compass change --methods-text, or this option on its folder"
    if _is_inferred(metadata):
        return "was inferred by a model; this option describes its training on the folder OUT.model.vectors"
    if isinstance(method := metadata.get("method"), str):
        return f"there is no paragraph for the method {method}"
    return "has no record of its training (OUT.json, written beside vectors that wordvec trains)"


def _is_inferred(metadata: Mapping[str, Any]) -> bool:
    """Return whether vectors are those of documents that a model did not train."""
    return metadata.get("method") == "paragraphs" and "training" not in metadata


def text_preparation(text: Settings) -> str:
    """Return a sentence on tokenisation, from the settings of encoding."""
    name = str(text.get("tokenizer"))
    of_model = is_tokenizer_file(name)
    steps = [TOKENIZERS.get(name, f"tokenised by {'the tokenizer of a language model, ' * of_model}{name}")]
    if text.get("normalize"):
        steps.append(f"normalised to Unicode {str(text['normalize']).upper()}")
    turkish = " with dotted and dotless i" if text.get("lowercase") == "turkish" else ""
    steps += [f"lower-cased{turkish}" if text.get("lowercase") else "not lower-cased"] * (not of_model)
    unit = SENTENCES.get(str(text.get("sentence")), str(text.get("sentence")))
    most = text.get("max_words")
    limits = [f"the {most:,} most frequent words"] if most else []
    limits += ["words of a given vocabulary"] if text.get("vocabulary") else []
    kept = f" Only {' and '.join(limits)} were kept." if limits else ""
    omitted = ["stop words"] * bool(text.get("stop_words")) + ["numbers"] * bool(text.get("drop_numbers"))
    left_out = f" {' and '.join(omitted).capitalize()} were left out." if omitted else ""
    if text.get("keep_words"):
        number = len(text["keep_words"])
        left_out += f" {quantity(number, 'listed word was', 'listed words were')} never left out, however rare."
    if text.get("dropped") == "close-up":
        left_out += " Words that were not kept were removed from the sentences."
    return f"The text was {listed(steps)}; windows of context did not cross {unit}.{kept}{left_out}"


def _training(metadata: Mapping[str, Any], dim: int, words: int | None) -> tuple[list[str], list[str]]:
    """Return sentences and works on the training run itself; `words` is None if later steps changed their number."""
    settings, training, corpus = metadata["settings"], metadata["training"], metadata.get("corpus") or {}
    encoding = corpus.get("settings")
    walks = encoding.get("walks") if isinstance(encoding, dict) else None
    sentences, walked = [], list[str]()
    if walks:
        sentence, walked = _walks(walks)
        sentences.append(sentence)
    elif isinstance(encoding, dict):
        sentences.append(text_preparation(encoding))
    size, noun = "", "node" if walks else "word"
    if "tokens" in corpus:
        size = f" on a corpus of {corpus['tokens']:,} tokens and {corpus['words']:,} different {noun}s"
    least = settings.get("min_count", 1)
    rows = "sense" if "senses" in metadata else noun
    trained = f"{rows}s" if words is None else f"the {quantity(words - (training.get('rows_kept') or 0), rows)}"
    trained += " of words" if rows == "sense" else ""
    which = f" that occur at least {least} times" if least > 1 else ""
    description, works = METHODS[metadata["method"]](settings | {"dim": settings.get("dim") or dim})
    works = [*walked, *works]
    if documents := metadata.get("documents"):
        trained = quantity(documents["number"], "document")
        which = f" (of words that occur at least {least} times)" if least > 1 else ""
    sentences.append(f"Vectors of {trained}{which} were trained{size} by {description}.")
    sentences += _course(settings, training)
    if started := metadata.get("started_from"):
        sentences.append(_start(started, training))
    if graph := metadata.get("graph"):
        drawn, cited = _graph(graph, settings["pull"])
        sentences.append(drawn)
        works += cited
    threads, versions = training.get("threads", settings.get("threads")), metadata["versions"]
    if (replicas := training.get("replicas") or 1) > 1:
        sentences.append(
            f"{replicas} copies of the model were trained side by side and combined after rounds of about "
            f"{settings['round_tokens']:,} tokens for each (local SGD; Stich, 2019)."
        )
        works.append("stich2019")
    if training.get("repeatable"):
        repeatable = "the result is reproducible bit by bit on the same kind of processor"
    else:
        repeatable = (
            "threads update the same matrices without locks (Recht et al., 2011), so that results vary slightly"
        )
        works.append("recht2011")
    run = f", {quantity(threads, 'thread')}" if threads else ""
    program = f"wordvec {versions['wordvec']}, numpy {versions['numpy']}"
    sentences.append(f"The seed was {settings['seed']}{run}; {repeatable} ({program}).")
    return sentences, works


def _walks(walks: Settings) -> tuple[str, list[str]]:
    """Return a sentence on random walks, from their record in the settings of a corpus, and the works cited."""
    graph, p, q = walks["graph"], walks["p"], walks["q"]
    kinds = ["directed" if graph["directed"] else "undirected", "weighted" if graph["weighted"] else "unweighted"]
    article = "a" if graph["directed"] else "an"
    of_graph = f"{article} {', '.join(kinds)} graph of {graph['nodes']:,} nodes and {graph['edges']:,} edges"
    which, works = "random walks of the first order (DeepWalk; Perozzi et al., 2014)", ["perozzi2014"]
    if not p == q == 1:
        which, works = (
            f"biased random walks (node2vec; Grover and Leskovec, 2016; p = {p:g}, q = {q:g})",
            ["grover2016"],
        )
        if walks["plus"] and graph["weighted"]:
            which = f"biased random walks (node2vec+; Liu et al., 2023; p = {p:g}, q = {q:g})"
            works = ["grover2016", "liu2023"]
    size = f"{quantity(walks['walks'], 'walk')} of {walks['length']} nodes from each node"
    return f"The corpus consists of {which} on {of_graph}: {size}, seed {walks['seed']}.", works


def _course(settings: Settings, training: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence on the epochs of a run, if it had any."""
    if "epochs" not in settings:
        return
    rate = f"the initial learning rate was {settings['learning_rate']:g}"
    if (fraction := settings.get("final_rate", 1)) != 1:
        rate += f", decreasing linearly to {settings['learning_rate'] * fraction:.3g}"
    if stopped := training.get("stopped"):
        epochs = f"Training stopped in epoch {stopped['epoch']} of {settings['epochs']}, because {stopped['reason']}"
    else:
        epochs = f"Training took {quantity(settings['epochs'], 'epoch')}"
    yield f"{epochs}; {rate}."


def _start(started: Mapping[str, Any], training: Mapping[str, Any]) -> str:
    """Return a sentence on starting vectors."""
    method, corpus = started.get("method"), started.get("corpus") or {}
    earlier = f", trained by {MODELS.get(method, method)}" if method else ""
    earlier += f" on {corpus['tokens']:,} tokens" if "tokens" in corpus else ""
    kept = training.get("rows_kept")
    others = "" if kept is None else f"; {kept:,} other words of theirs were kept unchanged"
    return (
        f"Training started from existing vectors of {quantity(started['words'], 'word')}{earlier}, which gave "
        f"{quantity(training['rows_copied'], 'word')} their first rows{others}."
    )


def _graph(graph: Mapping[str, Any], strength: float) -> tuple[str, list[str]]:
    """Return a sentence on the graph whose words are drawn together, with the works to cite."""
    edges, opposites = graph["edges"] - graph["opposites"], graph["opposites"]
    drawn, works = f"{quantity(graph['words'], 'word')} of the graph {graph['lexicon']} were moved during training", []
    moved = []
    if edges:
        moved.append(f"{quantity(edges, 'edge')} drew connected words together (Alawad et al., 2021)")
        works.append("alawad2021")
    if opposites:
        moved.append(f"{quantity(opposites, 'edge')} between opposites pushed words apart (Mrkšić et al., 2016)")
        works.append("mrksic2016")
    return f"{drawn}, with strength {strength:g}: {listed(moved)}.", works
