"""A sound copy of a vector file, in the same format, and a record of every change.

The file is looked through once as for a check; then it is known of each row whether it is copied, mended or dropped,
and how many remain. Where rows with the same word give their last row or their mean to the first one, their numbers
are gathered in a second reading. The next reading writes, and the copy is checked before it gets its name.
"""

import contextlib
import dataclasses
import json
from pathlib import Path
from typing import Any, NamedTuple

from wordvec import formats
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
    """What a repair did.

    Attributes
    ----------
    report
        What was wrong.
    rows
        How many rows the copy has.
    counts
        How often each change was made: (what, defect's code).
    changes
        The file that lists them all.
    """

    report: Report
    rows: int
    counts: dict[tuple[str, str], int]
    changes: Path


def repair(path: Path, out: Path, policy: Policy, overwrite: bool, progress: Progress) -> Repaired:
    """Write a sound copy of a text or a binary file, its metadata, and the list of changes.

    Raises
    ------
    InputError
        If the file cannot be read, is a fastText model, or so damaged that no row or no sound copy would be left.
    OutputError
        If `out`, or what goes beside it, cannot be written, or is there and `overwrite` is false.
    SettingsError
        If `out` is named as another format.
    """
    beside, record = sidecars.names(out), changes_file(out)
    for target in (out, record, *beside):
        check_output(target, overwrite)
    source = Source(path)
    if source.shape.kind == "fasttext":
        raise InputError(
            f"{path}: a model of fastText is not repaired; "
            f"`wordvec convert {path} OUT.vec --bad-words replace` writes its vectors"
        )
    file = File(source)
    _check_name(out, file.is_binary)
    survey = Survey(file, progress)
    if survey.uncertain:
        raise InputError(
            f"{path}: words seem to hold blanks, and rows do not end where the file does, so that nothing confirms "
            "where numbers begin; not repaired; write the file again, with _ for blanks"
        )
    plan = Plan(survey, policy)
    plan.gather(progress)
    if not plan.rows:
        raise InputError(f"{path}: no row is fit to be kept, so that nothing was written")
    with together(out) as commit, contextlib.ExitStack() as stack:
        if beside.counts.exists():
            commit.drop(beside.counts)
        temporary, listing, metadata = (
            stack.enter_context(replacing(target, overwrite)) for target in (out, record, beside.metadata)
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
        metadata.write_text(history + "\n", encoding="utf-8", errors="backslashreplace")
    return Repaired(survey.report, plan.rows, counts, record)


def _check_copy(path: Path, copy: Path, binary: bool, policy: Policy, progress: Progress) -> None:
    """Fail if the copy is not sound, so that a repair keeps its promise whatever the damage.

    Raises
    ------
    InputError
        If so, with the first defect.
    """
    allowed = Defect.ZERO_ROW if policy.zero_rows == "keep" else Defect(0)
    try:
        defects = Survey(File(Source(copy)), progress).report.defects
    except InputError as error:
        left = str(error).removeprefix(f"{copy}: ")
    else:
        left = next((DESCRIPTIONS[found.defect] for found in defects if found.defect not in allowed), "")
        if formats.detect(copy) != ("word2vec-binary" if binary else "word2vec"):
            left = "it could be taken for another format"
    if left:
        raise InputError(f"{path}: too damaged to be repaired: the copy would still have this defect: {left}")


def _check_name(out: Path, is_binary: bool) -> None:
    bare = compressed.without_extension(out.name)
    if is_binary and not bare.endswith(".bin"):
        raise SettingsError(f"{out}: the copy of a binary file is binary, too; let its name end in .bin")
    if not is_binary and not bare.endswith((".vec", ".txt")):
        raise SettingsError(f"{out}: the copy of a text is a text, with a header; let its name end in .vec or .txt")


def _history(path: Path, policy: Policy, counts: dict[tuple[str, str], int]) -> dict[str, Any]:
    """Return the metadata beside the file with this step added."""
    metadata = sidecars.load_metadata(path)
    changed = {f"{defect}: {change}": count for (change, defect), count in counts.items()}
    policy_used = dataclasses.asdict(policy)
    return with_step(metadata, "repair", file=str(path), policy=policy_used, changes=changed)
