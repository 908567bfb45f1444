"""How the rows of vectors are stored: a table of codecs, one module for each.

Plain rows are float32 numbers. A codec stores them in fewer bytes: its class, a `Coded`, holds the codes, maps them
from the files of a ``.vectors`` folder, and decodes the rows that are asked for. A further codec (rows of int8, product
quantisation) is a module with such a class and an entry in `CODECS`; readers, lookup, search and conversion need
nothing else.
"""

from wordvec import arguments
from wordvec.codecs.bits import Bits
from wordvec.codecs.coded import Coded
from wordvec.errors import SettingsError

__all__ = ["CODECS", "FLOAT32", "STORAGES", "Bits", "Coded", "check_storage"]

FLOAT32 = "float32"
CODECS: dict[str, type[Coded]] = {Bits.storage: Bits}
STORAGES = (FLOAT32, *CODECS)


def check_storage(storage: str) -> str:
    """Return the name of a storage.

    Raises
    ------
    SettingsError
        If there is no such storage.
    """
    if arguments.word("storage", storage) not in STORAGES:
        raise SettingsError(f"{storage}: choose one of {', '.join(STORAGES)}", setting="storage")
    return storage
