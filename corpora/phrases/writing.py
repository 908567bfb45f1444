"""An encoded corpus with phrases joined, in the format and order of any other."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.document_table import copy_documents
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.encoding import IDS, OFFSETS, digests
from wordvec.corpora.folder import VOCABULARY
from wordvec.corpora.phrases.joining import write_joined
from wordvec.corpora.phrases.table import Phrase
from wordvec.corpora.phrases.text import PassText
from wordvec.corpora.renumbering import renumbered
from wordvec.corpora.vocabulary import Vocabulary, frequency_order, pack
from wordvec.files.commits import remove
from wordvec.workers import Progress, StopFlag

_PASS = "pass-{}.{}"


def write_corpus(
    folder: Path,
    corpus: EncodedCorpus,
    passes: Sequence[Sequence[Phrase]],
    threads: int,
    progress: Progress,
    stop: StopFlag,
) -> dict[str, Any]:
    """Write the files of an encoded corpus with phrases joined; return the changed fields of ``meta.json``.

    Parameters
    ----------
    folder
        Folder to write.
    corpus, passes
        Corpus, and the phrases of each pass.
    threads, progress, stop
        Number of threads, progress reports, and the flag that stops the work.
    """
    text = PassText.of(corpus)
    for number, phrases in enumerate(passes, 1):
        last = number == len(passes)
        names = (IDS, OFFSETS) if last else (_PASS.format(number, IDS), _PASS.format(number, OFFSETS))
        text = write_joined(text, phrases, (folder / names[0], folder / names[1]), threads, progress, stop)
    words, counts, tokens, sentences = text.words, text.counts, len(text.ids), len(text.offsets) - 1
    firsts = text.offsets[corpus.meta["sources"]["first_sentences"]].tolist()
    del text  # Windows removes no file that is mapped
    for path in folder.glob(_PASS.format("*", "*")):
        remove(path)
    vocabulary, names_of = _vocabulary(corpus.vocabulary, words, counts)
    ids = renumbered(folder / IDS, tokens, names_of, threads, stop)
    vocabulary.write(folder / VOCABULARY)
    old = corpus.meta
    return {
        "tokens": tokens,
        "words": len(vocabulary),
        "tokens_per_sentence": round(tokens / sentences, 2),
        "unknown_id": None if old.get("unknown_id") is None else len(vocabulary),
        "sources": old["sources"] | {"first_tokens": firsts},
        **copy_documents(corpus.documents, corpus.documents.offsets, folder),
        **digests(folder, ids, threads),
    }


def _vocabulary(
    before: Vocabulary, words: list[str], counts: NDArray[np.int64]
) -> tuple[Vocabulary, NDArray[np.uint32]]:
    """Return the vocabulary of the words that still occur, and the final id of each number.

    `words` are those of the vocabulary `before`, and new ones.
    """
    new, starts = pack(words[len(before) :])
    packed = np.concatenate([before.packed, new])
    starts = np.concatenate([before.starts, before.starts[-1] + starts[1:]])
    order = frequency_order(packed, starts, counts)
    order = order[counts[order] > 0]
    names = np.full(len(words) + 1, len(order), np.uint32)
    names[order] = np.arange(len(order))
    return Vocabulary.of(packed, starts, counts, order), names
