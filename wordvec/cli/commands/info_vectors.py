"""Descriptions of vectors, of the storage of their rows, and of their index."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.codecs import Coded
    from wordvec.subwords import Table


def of_vectors(path: Path) -> dict[str, Any]:
    """Describe a file or folder of vectors."""
    from wordvec.search.index_path import path_beside
    from wordvec.vectors import Vectors

    vectors = Vectors.load(path, contexts=False)
    words, dim = len(vectors), vectors.dim
    counted = None if vectors.counts is None else int(vectors.counts.sum())
    without = words - int(vectors.present.sum())
    numbers = {"words": words, "without_vector": without, "dim": dim, "tokens": counted}
    storage = {} if vectors.coded is None else _of_codes(vectors.coded)
    ngrams = {} if vectors.subwords is None else {"ngrams": _of_ngrams(vectors.subwords)}
    index = {"index": str(path_beside(path))} if path.is_dir() and path_beside(path).exists() else {}
    return {"kind": "vectors"} | numbers | storage | ngrams | index | vectors.metadata


def _of_codes(coded: "Coded") -> dict[str, Any]:
    """Describe coded rows: their codec, its settings, and the arrays, such as codes and codebooks."""
    settings, arrays = coded.written()
    size = {"bytes": coded.nbytes, "bytes_a_word": round(coded.nbytes / max(1, len(coded)), 2)}
    shapes = {name: f"{' x '.join(map(str, array.shape))} {array.dtype}" for name, array in arrays.items()}
    return {"storage": coded.storage, "codes": size | settings, "arrays": shapes}


def _of_ngrams(table: "Table") -> dict[str, Any]:
    """Describe a table of n-grams with the names of the settings of training."""
    from wordvec.codecs import coded_of
    from wordvec.subwords import Floret, Hashed

    settings: dict[str, Any] = {"min_n": table.shortest, "max_n": table.longest}
    if isinstance(table, Hashed):
        settings |= {"buckets": table.buckets}
    if isinstance(table, Floret):
        settings |= {"hash": "floret", "hashes": table.hashes}
    coded = coded_of(table.rows)
    storage = {} if coded is None else {"storage": coded.storage, "bytes": coded.nbytes}
    return settings | {"rows": len(table.rows)} | storage


def is_index(folder: Path) -> bool:
    """Return whether a folder has the name of an index and a record."""
    from wordvec.files import FOLDER_MARK
    from wordvec.search.index_path import ENDING

    return folder.name.endswith(ENDING) and (folder / FOLDER_MARK).is_file()


def of_index(folder: Path) -> dict[str, Any]:
    """Describe an index, and the vectors beside it."""
    from wordvec.search import index_files
    from wordvec.search.index_path import ENDING

    about = index_files.described(folder)
    vectors = folder.with_name(folder.name.removesuffix(ENDING))
    measured = about["metadata"].get("measured", {})
    return {
        "kind": "index",
        "vectors": str(vectors),
        "state": _state(vectors, about["source"]["files"]),
        "words": about["rows"],
        "dim": about["dim"],
        "lists": about["lists"],
        "codes": {"rows": about["codes"], "bits": about["bits"]},
        "bytes": sum(path.stat().st_size for path in folder.iterdir()),
        "recall": about["recall"],
        "effort": about["effort"],
        "measured_words": measured.get("words", {}),
        "measured_sums": measured.get("sums", {}),
    } | {name: value for name, value in about["metadata"].items() if name != "measured"}


def _state(vectors: Path, files: list[dict[str, Any]]) -> str:
    """Return whether vectors have the files of which an index was built."""
    from wordvec.search.index_files import files_of

    if not vectors.is_dir():
        return "the vectors are not beside it"
    if files_of(vectors) == files:
        return "up to date"
    return "the files of the vectors have other sizes or times; the next search compares their rows"
