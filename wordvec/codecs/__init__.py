"""How the rows of vectors are stored: a table of codecs, one module for each.

Plain rows are float32 numbers. A codec stores them in fewer bytes: its class, a `Coded`, holds the codes, maps them
from the files of a ``.vectors`` folder, and decodes the rows that are asked for. A further codec is a module with such
a class and an entry in a table: readers, lookup, search and conversion need nothing else. `DIRECT` codecs encode any
rows; the others need codebooks or choices, which `wordvec.compression` makes.
"""

from wordvec import arguments
from wordvec.codecs.bits import Bits
from wordvec.codecs.coded import Coded, Direct, coded_of
from wordvec.codecs.composite import Shared, Tiered
from wordvec.codecs.float16 import Float16
from wordvec.codecs.int8 import Int8
from wordvec.codecs.nested import SIMPLE
from wordvec.codecs.product import Codebooks, ProductQuantised
from wordvec.errors import SettingsError

__all__ = [
    "CODECS",
    "DIRECT",
    "FLOAT32",
    "STORAGES",
    "Bits",
    "Codebooks",
    "Coded",
    "Float16",
    "Int8",
    "ProductQuantised",
    "Shared",
    "Tiered",
    "check_storage",
    "coded_of",
]

FLOAT32 = "float32"
DIRECT: dict[str, type[Direct]] = {codec.storage: codec for codec in (Float16, Int8, Bits)}
CODECS: dict[str, type[Coded]] = SIMPLE | {codec.storage: codec for codec in (Tiered, Shared)}
STORAGES = (FLOAT32, *DIRECT)


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
