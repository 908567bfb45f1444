"""Repair of a vector file: a sound copy in the same format, and a record of every change.

A first pass checks the file and decides whether each row is copied, mended or dropped. If rows with the same word are
combined, a second pass collects their numbers. The last pass writes the copy, which is checked before it is renamed to
its final name.
"""

import contextlib
import dataclasses
import json
from pathlib import Path
from typing import Any, NamedTuple

from wordvec import formats
from wordvec.encodings import advice
from wordvec.errors import InputError, SettingsError
from wordvec.files import check_output, replacing, together
from wordvec.formats.common import compressed, sidecars
from wordvec.formats.doctor.changes import Changes, changes_file
from wordvec.formats.doctor.copying import Copy
from wordvec.formats.doctor.defects import DESCRIPTIONS, Defect
from wordvec.formats.doctor.file import File
from wordvec.formats.doctor.findings import Report
from wordvec.formats.doctor.plan import Plan
from wordvec.formats.doctor.policy import Policy
from wordvec.formats.doctor.source import Source
from wordvec.formats.doctor.survey import Survey
from wordvec.provenance import with_step
from wordvec.workers import Progress


class Repaired(NamedTuple):
    """Result of a repair.

    Attributes
    ----------
    report
        Defects of the original.
    rows
        Number of rows of the copy.
    counts
        Number of changes of each kind: (change, code of the defect).
    changes
        Path of the record of all changes.
    """

    report: Report
    rows: int
    counts: dict[tuple[str, str], int]
    changes: Path


def repair(path: Path, out: Path, policy: Policy, overwrite: bool, progress: Progress) -> Repaired:
    """Write a sound copy of a text or binary file, its metadata, and the record of changes.

    Raises
    ------
    InputError
        If the file cannot be read, is a fastText model, or is too damaged for a sound copy.
    OutputError
        If a file cannot be written, or exists and `overwrite` is false.
    SettingsError
        If the extension of `out` does not fit the kind of file.
    """
    sidecar_paths, record = sidecars.names(out), changes_file(out)
    for target in (out, record, *sidecar_paths):
        check_output(target, overwrite)
    source = Source(path, policy.encoding)
    if source.shape.kind == "fasttext":
        raise InputError(
            f"{path}: a fastText model cannot be repaired; "
            f"`wordvec convert {path} OUT.vec --bad-words replace` writes its vectors"
        )
    file = File(source)
    _check_name(out, file.is_binary)
    survey = Survey(file, progress)
    if survey.report.encodings and policy.invalid_utf8 is None:
        first = survey.report.encodings[0].encoding
        way = f"--encoding {first}" if not file.is_binary else f"wordvec convert {path} OUT.bin --encoding {first}"
        raise InputError(
            f"{path}: {advice(survey.report.encodings)}: decode them ({way}), or choose --invalid-utf8 replace or drop"
        )
    if survey.uncertain:
        raise InputError(
            f"{path}: cannot be repaired: words seem to contain blanks, and the last row does not end at the end of "
            "the file, so that the beginning of the numbers is uncertain; write the file again, with _ for blanks"
        )
    plan = Plan(survey, policy)
    plan.gather(progress)
    if not plan.rows:
        raise InputError(f"{path}: no row can be kept; nothing was written")
    with together(out) as commit, contextlib.ExitStack() as stack:
        # Counts beside the input are its own: they are read again where the words are still the same.
        if sidecar_paths.counts.exists() and sidecar_paths.counts.resolve() != sidecars.names(path).counts.resolve():
            commit.drop(sidecar_paths.counts)
        temporary, listing, metadata = (
            stack.enter_context(replacing(target, overwrite)) for target in (out, record, sidecar_paths.metadata)
        )
        with listing.open("w", encoding="utf-8", newline="\n") as lines:
            changes = Changes(lines, survey.report.unit)
            with compressed.writing(temporary, out.suffix) as copy:
                Copy(survey, plan, changes).write(copy, progress)
            changes.flush()
        _check_copy(path, temporary, file.is_binary, policy, progress)
        counts = dict(changes.counts)
        history = json.dumps(_history(path, policy, counts), ensure_ascii=False, indent=2)
        # A path that is not UTF-8 reaches Python as lone surrogates, which JSON can hold as escapes.
        metadata.write_text(history + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")
    return Repaired(survey.report, plan.rows, counts, record)


def _check_copy(path: Path, copy: Path, binary: bool, policy: Policy, progress: Progress) -> None:
    """Fail if the copy is not sound.

    Raises
    ------
    InputError
        If the copy has a defect; the message names the first one.
    """
    allowed = Defect.ZERO_ROW if policy.zero_rows == "keep" else Defect(0)
    try:
        defects = Survey(File(Source(copy)), progress).report.defects
    except InputError as error:
        left = str(error).removeprefix(f"{copy}: ")
    else:
        left = next((DESCRIPTIONS[found.defect] for found in defects if found.defect not in allowed), "")
        if formats.detect(copy) != ("word2vec-binary" if binary else "word2vec"):
            left = "it would be detected as another format"
    if left:
        raise InputError(f"{path}: too damaged to be repaired: the copy would still have this defect: {left}")


def _check_name(out: Path, is_binary: bool) -> None:
    bare = compressed.without_extension(out.name)
    if is_binary and not bare.endswith(".bin"):
        raise SettingsError(f"{out}: the copy of a binary file is binary; choose a name in .bin")
    if not is_binary and not bare.endswith((".vec", ".txt")):
        raise SettingsError(f"{out}: the copy of a text is a text with a header; choose a name in .vec or .txt")


def _history(path: Path, policy: Policy, counts: dict[tuple[str, str], int]) -> dict[str, Any]:
    """Return the metadata of the file with the repair added to its history."""
    metadata = sidecars.load_metadata(path)
    changed = {f"{defect}: {change}": count for (change, defect), count in counts.items()}
    policy_used = dataclasses.asdict(policy)
    return with_step(metadata, "repair", file=str(path), policy=policy_used, changes=changed)
