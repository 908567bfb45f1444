"""Speed of the readers: the text as each kind of file, read in one process without tokenisation."""

import csv
import json
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import escape

from tests.benchmarks.measure import ROOT, Run, job, measure, peaks
from tests.benchmarks.texts import Text
from tests.benchmarks.tools import result

Record = dict[str, Any]
Lines = Iterator[list[str]]

BYTES = 20_000_000
"""Bytes of the text that are written as each kind of file."""
TAGS = ("DET", "NOUN", "VERB", "ADP")


def run(text: Text, repeats: int) -> list[Record]:
    """Return MB and tokens a second of each reader; the median over repeats."""
    rows = []
    for kind, (ending, write, settings) in KINDS.items():
        path = text.path.with_name(f"read{ending}")
        tokens = write(path, text.path)
        runs: list[tuple[float, Run]] = []
        for _ in range(repeats):
            measured = measure(job("read", {"text": path, "settings": json.dumps(settings)}), ROOT)
            runs.append((result(measured)["seconds"], measured))
        seconds = statistics.median(second for second, _ in runs)
        rows.append(
            {
                "kind": kind,
                "mbytes_per_second": path.stat().st_size / seconds / 1e6,
                "tokens_per_second": tokens / seconds,
                "seconds": [second for second, _ in runs],
            }
            | peaks(measured for _, measured in runs)
        )
        path.unlink()
    return rows


def _lines(source: Path) -> Lines:
    size = 0
    with source.open(encoding="utf-8") as file:
        for line in file:
            size += len(line)
            if size > BYTES:
                return
            if words := line.split():
                yield words


def _written(write: Callable[[TextIO, Lines], None], encoding: str = "utf-8") -> Callable[[Path, Path], int]:
    """Return a function that writes a kind of file and returns the number of its tokens."""

    def written(path: Path, source: Path) -> int:
        with path.open("w", encoding=encoding, newline="") as file:
            write(file, _lines(source))
        return sum(map(len, _lines(source)))

    return written


def _plain(file: TextIO, lines: Lines) -> None:
    file.writelines(" ".join(words) + "\n" for words in lines)


def _jsonl(file: TextIO, lines: Lines) -> None:
    file.writelines(json.dumps({"id": number, "text": " ".join(words)}) + "\n" for number, words in enumerate(lines))


def _table(file: TextIO, lines: Lines) -> None:
    writer = csv.writer(file)
    writer.writerow(["id", "text"])
    writer.writerows([number, " ".join(words)] for number, words in enumerate(lines))


def _parquet(path: Path, source: Path) -> int:
    import pyarrow
    import pyarrow.parquet

    texts = [" ".join(words) for words in _lines(source)]
    pyarrow.parquet.write_table(pyarrow.table({"id": range(len(texts)), "text": texts}), path)
    return sum(map(len, _lines(source)))


def _vrt(file: TextIO, lines: Lines) -> None:
    for words in lines:
        rows = (f"{escape(word)}\t{TAGS[len(word) % 4]}\t{escape(word)}\n" for word in words)
        file.write(f"<s>\n{''.join(rows)}</s>\n")


def _conllu(file: TextIO, lines: Lines) -> None:
    for words in lines:
        rows = (
            f"{number}\t{word}\t{word}\t{TAGS[len(word) % 4]}\tX\t_\t0\tdep\t_\t_\n"
            for number, word in enumerate(words, 1)
        )
        file.write("".join(rows) + "\n")


def _tei(file: TextIO, lines: Lines) -> None:
    file.write("<TEI><text><body>\n")
    file.writelines(f"<p>{escape(' '.join(words))}</p>\n" for words in lines)
    file.write("</body></text></TEI>\n")


KINDS: dict[str, tuple[str, Callable[[Path, Path], int], dict[str, str]]] = {
    "plain text": (".txt", _written(_plain), {}),
    "UTF-16": (".txt", _written(_plain, "utf-16"), {}),
    "cp1252": (".txt", _written(_plain, "cp1252"), {"encoding": "cp1252", "format": "plain"}),
    "JSONL": (".jsonl", _written(_jsonl), {"field": "text"}),
    "CSV": (".csv", _written(_table), {"field": "text"}),
    "Parquet": (".parquet", _parquet, {"field": "text"}),
    "CoNLL-U": (".conllu", _written(_conllu), {}),
    "VRT": (".vrt", _written(_vrt), {"columns": "form,pos,lemma"}),
    "VRT, lemma_pos": (".vrt", _written(_vrt), {"columns": "form,pos,lemma", "token": "{lemma}_{pos}"}),
    "TEI": (".xml", _written(_tei), {"xml_text": "p"}),
}
"""Ending, writer and settings of each kind of file."""
