"""Outputs of ``wordvec align``: files, the lines about rounds and precision, and the figures of a trial."""

import contextlib
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from wordvec import files, formats
from wordvec.alignment import Aligner, Anchors, Mapping, trial
from wordvec.alignment.dictionary import IDENTICAL, NONE
from wordvec.alignment.mapping_files import check_name
from wordvec.cli.apart import check_apart
from wordvec.cli.output import echo
from wordvec.errors import WordvecError
from wordvec.formats.common import compressed
from wordvec.vectors import Vectors
from wordvec.wording import quantity


def path_beside(output: Path) -> Path:
    """Return the path for the target: ``a.target.vec.gz`` for ``a.vec.gz``."""
    bare, ending = compressed.without_extension(output.name), formats.FORMATS[formats.output_format(output)].extension
    return output.with_name(f"{bare.removesuffix(ending)}.target{ending}{output.name.removeprefix(bare)}")


def check_outputs(run: SimpleNamespace, beside: Path | None, moves_target: bool) -> None:
    """Raise an error before the work if a result cannot be written or would overwrite an input."""
    written = [run.log]
    for path in filter(None, (run.output, beside)):
        formats.check_output(path, run.force)
        written += formats.outputs(path)
    if run.mapping:
        check_name(run.mapping, moves_target)
        files.check_output(run.mapping, run.force)
        written.append(run.mapping)
    read = [run.source, run.target, run.validation]
    check_apart(written, [*read, None if run.dictionary in (NONE, IDENTICAL) else Path(run.dictionary)])


def save(run: SimpleNamespace, found: Mapping, source: Vectors, target: Vectors, beside: Path | None) -> None:
    """Write all results or none; if the vectors cannot be written, save the mapping under a free name."""
    try:
        with files.together(run.output):
            if run.mapping:
                found.save(run.mapping, overwrite=run.force)
            if beside:
                found.apply_to_target(target).save(beside, overwrite=run.force, spaces=run.spaces)
            found.apply(source).save(run.output, overwrite=run.force, spaces=run.spaces)
    except WordvecError as error:
        kept = _kept(found, run.mapping, run.output)
        if kept is None:
            raise
        command = shlex.join(["wordvec", "map", str(kept), str(run.source), "-o", "OUT.vec"])
        raise type(error)(f"{error}; the mapping is saved in {kept}; map the vectors with: {command}") from error


def _kept(found: Mapping, wanted: Path | None, output: Path) -> Path | None:
    """Save a mapping whose vectors could not be written, and return its path; None if it cannot be saved either."""
    beside = output.with_name(f"{compressed.without_extension(output.name)}.mapping.npz")
    for path in (wanted, beside):
        with contextlib.suppress(WordvecError):
            if path is not None:
                found.save(path)
                return path
    return None


def outcome(record: dict[str, Any]) -> list[str]:
    """Return lines about the rounds of a method, and its precision both ways."""
    return [*_rounds(record), *_both(record)]


def _both(record: dict[str, Any]) -> list[str]:
    if (found := record.get("precision")) is None:
        return []
    fitted = found["pairs"] == "dictionary"
    of = "that the mapping was fitted to" if fitted else "of the validation"
    elsewhere = "; for its quality use other pairs: wordvec evaluate translation" if fitted else ""
    return [
        f"p@1 (CSLS) of {quantity(found['words'], 'word')} {of}: {found['target']:.3f} in the target's own space, "
        f"{found['common']:.3f} in a common one{elsewhere}"
    ]


def _rounds(record: dict[str, Any]) -> list[str]:
    if "losses" in record:
        losses = record["losses"]
        steps = f"{len(losses) - 1} steps, the last at rate {record['last_rate']:g}"
        return [f"loss {losses[0]:.4f} to {losses[-1]:.4f} in {steps}; round {record['best_round']} was the best"]
    if "objective" in record:
        curve = record["objective"]
        return [
            f"self-learning: {record['rounds']} rounds, objective {curve[0]:.4f} to {curve[-1]:.4f}, "
            f"{record['pairs']:,} pairs"
        ]
    return [f"round {record['best_round']} was the best"] if "criteria" in record else []


def print_trial(aligner: Aligner, source: Vectors, target: Vectors, anchors: Anchors, **more: Any) -> None:
    """Print pairs, time and memory of an alignment, as measured by a trial."""
    found, rounds = trial.run(aligner, source, target, anchors, **more), aligner.rounds_text(len(anchors))
    for name, words in (("source", source), ("target", target)):
        echo(f"{name}   {len(words):,} words, dim {words.dim}")
    echo(f"pairs    {len(anchors):,}")
    if found.seconds is None:
        time = f"more than {trial.LIMIT:.0f} s" + f" until the end of the first round; {rounds}" * bool(rounds)
    else:
        seconds = f"{found.seconds:,.{1 if found.seconds < 10 else 0}f} s"
        time = f"one round takes about {seconds}; {rounds}" if rounds else f"about {seconds} to find the mapping"
    echo(f"time     {time}")
    least = "at least" if found.seconds is None else "about"
    echo(f"memory   {least} {found.memory / 1e6:,.0f} MB, beside Python and its libraries")
