"""Settings of the compression of vectors."""

import dataclasses
from typing import Any

from wordvec.codecs import DIRECT, Bits
from wordvec.errors import SettingsError
from wordvec.settings import check_settings, setting
from wordvec.transforms.settings import USED

PQ, OPQ = "pq", "opq"
METHODS = (*DIRECT, PQ, OPQ)
"""Ways to store the numbers."""


@dataclasses.dataclass(frozen=True)
class Compression:
    """Steps by which vectors become smaller, in the order of the fields.

    Parameters
    ----------
    words
        Number of words that keep a row, from the first; None for all.
    stand_ins
        Whether the other words share the row of the nearest kept one; otherwise they are left out. A model with n-grams
        composes them.
    ngrams
        Number of the most useful rows of n-grams that are kept, by count and length; ``"used"``, the default, for all
        that the words use.
    buckets
        Number of buckets into which the n-grams are hashed again, instead of leaving some out.
    dim
        Number of dimensions that are kept after a rotation by which the first ones matter most.
    method
        Storage of the numbers: ``float16``, ``int8``, ``bits``, ``pq`` (product quantisation) or ``opq`` (optimised
        product quantisation, with a rotation).
    bytes
        Bytes of a code of product quantisation; default: a quarter of the dimensions.
    frequent
        Number of words, from the first, that are stored as int8 whatever the method.
    seed
        Seed of the codebooks.

    Raises
    ------
    SettingsError
        If a value is out of range, or does not go with another.
    """

    words: int | None = setting(None, "words that keep a row, from the first; default: all", at_least=1)
    stand_ins: bool = setting(False, "with --words: let the other words share the row of the nearest kept word")
    ngrams: int | str | None = None
    buckets: int | None = setting(None, "hash the n-grams again into this number of buckets", at_least=1)
    dim: int | None = setting(None, "dimensions to keep after a rotation", at_least=1)
    method: str = setting("opq", "storage of the numbers", choices=METHODS)
    bytes: int | None = setting(
        None, "bytes of a word's code with pq and opq; default: a quarter of the dimensions", at_least=1
    )
    frequent: int | None = setting(None, "words, from the first, to store as int8 whatever the method", at_least=1)
    seed: int = setting(1, "seed of the codebooks", at_least=0)

    def __post_init__(self) -> None:
        check_settings(self)
        counted = isinstance(self.ngrams, int) and not isinstance(self.ngrams, bool) and self.ngrams > 0
        if self.ngrams not in (None, USED) and not counted:
            raise SettingsError(f"{self.ngrams}: expected used, or a number of rows", setting="ngrams")
        if self.stand_ins and self.words is None:
            raise SettingsError(": needs words, the number of words that keep a row", setting="stand_ins")
        if self.buckets is not None and self.ngrams is not None:
            raise SettingsError(": n-grams are pruned or hashed again, not both", setting="buckets")
        for name in ("ngrams", "buckets"):
            if self.method == Bits.storage and getattr(self, name) is not None:
                raise SettingsError(": codes of bits have no n-grams; choose another method", setting=name)
        if self.bytes is not None and not self.trained:
            raise SettingsError(f": {self.method} has a fixed size; choose pq or opq", setting="bytes")
        if self.frequent is not None and self.method in ("int8", "float16"):
            raise SettingsError(f": {self.method} has no fewer bytes than int8", setting="frequent")

    @property
    def trained(self) -> bool:
        """Whether codebooks are fitted."""
        return self.method in (PQ, OPQ)

    def parts(self, dim: int) -> int:
        """Return the number of bytes of a code for a dim."""
        return self.bytes if self.bytes is not None else max(1, dim // 4)

    def check_fit(self, rows: int, dim: int) -> None:
        """Check the settings against the numbers of rows and dimensions of vectors.

        Raises
        ------
        SettingsError
            If one of them is too large.
        """
        if self.dim is not None and self.dim > dim:
            raise SettingsError(f"{self.dim}: must be at most the dim of the vectors, {dim}", setting="dim")
        kept = dim if self.dim is None else self.dim
        if self.trained and self.parts(kept) > kept:
            raise SettingsError(f"{self.bytes}: must be at most the number of dimensions, {kept}", setting="bytes")
        if self.frequent is not None and self.frequent >= min(self.words or rows, rows):
            raise SettingsError(f"{self.frequent}: must be below the number of rows", setting="frequent")

    def given(self) -> dict[str, Any]:
        """Return the settings that differ from their defaults, and the method, for the metadata."""
        found = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        usual = {field.name: field.default for field in dataclasses.fields(self)}
        return {name: value for name, value in found.items() if name == "method" or value != usual[name]}

    def described(self) -> str:
        """Return the settings as options.

        >>> Compression(words=1000, stand_ins=True, method="pq", bytes=25).described()
        '--words 1000 --stand-ins --method pq --bytes 25'
        """
        parts = []
        for name, value in self.given().items():
            option = f"--{name.replace('_', '-')}"
            parts.append(option if value is True else f"{option} {value}")
        return " ".join(parts)
