"""A sentence transformer as the teacher (extra ``sentence-transformers``): vectors of texts, from a folder on disk.

Nothing is downloaded: a name that is not a folder is refused.
"""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from wordvec import arguments
from wordvec.errors import InputError, MemoryLimitError, SettingsError
from wordvec.rows import Floats, first_not_finite
from wordvec.workers import Progress, StopFlag, available_memory

INSTALL = "pip install sentence-transformers"
_DESCRIPTIONS = ("modules.json", "config.json")
"""Files of which every model has one."""
_AT_ONCE = 64


class Encoder:
    """A sentence transformer in a folder.

    Parameters
    ----------
    folder
        Folder in the layout of sentence-transformers, or of a Transformer of Hugging Face.

    Attributes
    ----------
    about : dict
        Name of the folder and version of the package, for metadata.
    dim : int
        Number of dimensions of its vectors.

    Raises
    ------
    InputError
        If the folder is missing, or holds no model that the package reads.
    SettingsError
        If the package is missing.
    """

    def __init__(self, folder: str | Path) -> None:
        path = arguments.path("folder", folder)
        self._model = _loaded(path)
        self.about = {"name": path.resolve().name, "sentence-transformers": version("sentence-transformers")}
        self.dim = self._encode([""]).shape[1]

    def encode(
        self,
        texts: Sequence[str],
        label: str = "teacher",
        *,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
    ) -> Floats:
        """Return the vectors (texts, dim) of texts, as the model returns them.

        Raises
        ------
        InputError
            If a vector holds NaN or infinity.
        Interrupted
            If `stop` was set.
        MemoryLimitError
            If the vectors do not fit in memory.
        """
        progress, stop = progress or Progress(), stop or StopFlag()
        needed, free = 4 * len(texts) * self.dim, available_memory()
        if needed > free:
            raise MemoryLimitError(
                f"the vectors of {len(texts):,} texts take {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free; "
                "use fewer texts"
            )
        found = np.empty((len(texts), self.dim), np.float32)
        # Texts of like length together, so that little of a batch is padding.
        order = np.argsort([len(text) for text in texts], kind="stable")
        progress.begin(label, len(texts), " texts")
        try:
            for begin in stop.until(range(0, len(texts), _AT_ONCE)):
                rows = order[begin : begin + _AT_ONCE]
                found[rows] = self._encode([texts[row] for row in rows.tolist()])
                progress.report(begin + len(rows))
        finally:
            progress.end()
        if (row := first_not_finite(found)) is not None:
            raise InputError(f"{self.about['name']}: the vector of text {row + 1:,} holds NaN or infinity")
        return found

    def __repr__(self) -> str:
        return f"Encoder({self.about['name']!r}, dim {self.dim})"

    def _encode(self, texts: list[str]) -> Floats:
        made = self._model.encode(texts, batch_size=_AT_ONCE, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(made, np.float32)


def _loaded(path: Path) -> Any:
    """Return the model of the package."""
    if not path.is_dir():
        raise InputError(f"{path}: there is no such folder; name the folder of a model, nothing is downloaded")
    if not any((path / name).is_file() for name in _DESCRIPTIONS):
        raise InputError(f"{path}: is not the folder of a model (it has neither {' nor '.join(_DESCRIPTIONS)})")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise SettingsError(
            f"{path}: needs the package sentence-transformers; install it with {INSTALL}", setting="model"
        ) from error
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        return SentenceTransformer(str(path), local_files_only=True)
    except Exception as error:  # the package raises whatever its parts raise
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(f"{path}: not a model that sentence-transformers reads ({reason})") from error
    finally:
        if shown:
            logging.enable_progress_bar()
