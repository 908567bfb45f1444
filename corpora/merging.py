"""Several encoded corpora as one, without their text."""

import contextlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wordvec import arguments
from wordvec.corpora import assembly
from wordvec.corpora.alike import SAME_TEXT, check_alike
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError
from wordvec.workers import Progress, StopFlag

_ALIKE = (*SAME_TEXT, "max_sentence")
"""Settings that must be the same."""
_ADDED = (
    *("invalid_utf8_replaced", "nul_characters", "carriage_returns", "control_characters"),
    *("byte_order_marks_removed", "sentences_cut", "records_skipped"),
)
"""Numbers of `changed` that are added."""


def merge(
    corpora: Sequence[str | Path],
    folder: str | Path | None = None,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> EncodedCorpus:
    """Write the documents and sources of several encoded corpora, with one vocabulary.

    The result is that of encoding all texts together, if no words were left out of a corpus.

    Parameters
    ----------
    corpora
        Folders of encoded corpora, at least two.
    folder
        Output folder; None: a temporary folder that exists as long as the corpus.
    overwrite
        Whether an existing `folder` is replaced.
    progress, stop
        Receiver of reports, and flag that stops the work.

    Raises
    ------
    InputError
        If there are fewer than two corpora, one is damaged or given twice, or they were encoded with different
        settings.
    OutputError
        If the folder cannot be written.
    Interrupted
        If `stop` was set; no output remains.
    """
    paths = [arguments.path("corpora", path) for path in arguments.items("corpora", corpora, "a list of folders")]
    if len(paths) < 2:
        raise InputError("a merged corpus needs at least two encoded corpora")
    repeated = [path for path, count in Counter(path.resolve() for path in paths).items() if count > 1]
    if repeated:
        raise InputError(f"{repeated[0]}: is given twice, so that its tokens would be counted twice")
    progress, stop = progress or Progress(), StopFlag() if stop is None else stop
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(EncodedCorpus.open(path)) for path in paths]
        check_alike({str(corpus.folder): corpus for corpus in opened}, _ALIKE)

        def write(unfinished: Path) -> None:
            done = 0

            def copied(tokens: int) -> None:
                nonlocal done
                done += tokens
                progress.report(done)

            progress.begin("merging", sum(len(corpus.ids) for corpus in opened), " tokens")
            try:
                parts = [assembly.Part.whole(corpus) for corpus in opened]
                assembly.assemble(unfinished, parts, _settings(opened), _record(opened), copied, stop)
            finally:
                progress.end()

        return EncodedCorpus.make(folder, overwrite, write)


def _settings(corpora: Sequence[EncodedCorpus]) -> dict[str, Any]:
    """Return the settings that are the same in all corpora, and all their fields."""
    first, *others = (corpus.meta["settings"] for corpus in corpora)
    same = {name: value if all(one.get(name) == value for one in others) else None for name, value in first.items()}
    fields = dict.fromkeys(field for corpus in corpora for field in corpus.documents.fields)
    kept = sorted({word for corpus in corpora for word in corpus.keep_words})
    return same | {"keep_fields": list(fields) or None, "keep_words": kept or None}


def _record(corpora: Sequence[EncodedCorpus]) -> dict[str, Any]:
    metas = [corpus.meta for corpus in corpora]
    changed = {name: sum((meta["changed"] or {}).get(name, 0) for meta in metas) for name in _ADDED}
    merged = [{"folder": str(corpus.folder), "digest": corpus.digest} for corpus in corpora]
    return {"bytes": sum(meta.get("bytes") or 0 for meta in metas), "changed": changed, "merged": merged}
