"""The disambiguator of a file of sense vectors: its trained model if there is one, otherwise cosines."""

from importlib import import_module
from pathlib import Path

from wordvec import formats
from wordvec.errors import InputError
from wordvec.formats.common import sidecars
from wordvec.senses.cosines import CosineDisambiguator
from wordvec.senses.disambiguator import Disambiguator
from wordvec.vectors import Vectors

_MODELS = {
    "senses": "wordvec.trainers.senses.context_model:ContextModel",
    "adagram": "wordvec.trainers.senses.posterior:SensePosterior",
}
"""Module and class of the model of each method, which has a function ``load(path)``."""


def model_path(vectors: Path) -> Path:
    """Return the folder of the model beside a file of vectors, ``OUT.model.vectors``."""
    name = sidecars.names(vectors).metadata.stem
    ending = max((e.extension for e in formats.FORMATS.values() if name.endswith(e.extension)), key=len, default="")
    return vectors.with_name(name.removesuffix(ending) + ".model.vectors")


def load_model(path: Path) -> Disambiguator:
    """Read a model that disambiguates words in context.

    Raises
    ------
    InputError
        If it is missing, damaged, or no such model.
    """
    method = Vectors.load(path, contexts=False, limit=1).metadata.get("method")
    if not isinstance(method, str) or method not in _MODELS:
        raise InputError(
            f"{path}: is not a model of senses; use the OUT.model.vectors of wordvec train senses or adagram"
        )
    module, _, name = _MODELS[method].partition(":")
    model: Disambiguator = getattr(import_module(module), name).load(path)
    return model


def disambiguator(
    vectors: Vectors, path: Path | None = None, model: Path | None = None, by: str | None = None
) -> tuple[Disambiguator, str]:
    """Return what disambiguates words with vectors of senses, and its description.

    Parameters
    ----------
    vectors
        Vectors with senses.
    path
        Their file; a model of the same method beside it is used.
    model
        Folder of a trained model.
    by
        ``"cosine"`` for the cosines of the vectors alone, ``"model"`` for a trained model; default: the model if there
        is one.

    Raises
    ------
    InputError
        If a model is missing, damaged or of other vectors, or the vectors have no senses.
    """
    if model is None and by != "cosine" and path is not None:
        beside = model_path(path)
        about = vectors.metadata.get("method")
        if about in _MODELS and (beside.is_dir() or by == "model"):
            model = beside
    if model is None:
        if by == "model":
            raise InputError(
                f"{path}: its method, {vectors.metadata.get('method', 'unknown')}, has no model of contexts"
            )
        return CosineDisambiguator(vectors), "cosine"
    return load_model(model), "model"
