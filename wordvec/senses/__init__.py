"""Sense vectors after training: the inventory of senses, their names and files, and disambiguation in context."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordvec.senses.cosines import CosineDisambiguator as CosineDisambiguator
    from wordvec.senses.disambiguator import Disambiguator as Disambiguator
    from wordvec.senses.files import SenseRow as SenseRow
    from wordvec.senses.files import read_senses as read_senses
    from wordvec.senses.files import write_senses as write_senses
    from wordvec.senses.inventory import Sense as Sense
    from wordvec.senses.inventory import SenseInventory as SenseInventory

_MODULES = {
    "CosineDisambiguator": "cosines",
    "Disambiguator": "disambiguator",
    "Sense": "inventory",
    "SenseInventory": "inventory",
    "SenseRow": "files",
    "read_senses": "files",
    "write_senses": "files",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
