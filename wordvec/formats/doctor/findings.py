"""The findings on a vector file: the kinds of defects, with counts and first locations."""

from pathlib import Path
from typing import Any, NamedTuple

from wordvec.encodings import Candidate
from wordvec.formats.doctor.defects import DESCRIPTIONS, NOTES, Defect, Effect, effect

LOCATIONS_KEPT = 5
"""Number of locations kept for each kind of defect."""


class Location(NamedTuple):
    """Location of a defect. Defects of the whole file have no number.

    Attributes
    ----------
    number
        Line of a text or row of a binary file, counted from 1, or None.
    byte
        Offset of the line or row in bytes, or None.
    detail
        Details of the defect.
    """

    number: int | None
    byte: int | None
    detail: str


class Finding:
    """A kind of defect, with its count and first locations."""

    def __init__(self, defect: Defect) -> None:
        self.defect = defect
        self.count = 0
        self.locations: list[Location] = []

    def add(self, location: Location) -> None:
        """Count one defect, and keep its location if it is among the first."""
        self.count += 1
        if len(self.locations) < LOCATIONS_KEPT:
            self.locations.append(location)


class Report:
    """The findings on a file.

    Parameters
    ----------
    path
        The file.
    kind
        ``text``, ``binary``, ``fasttext`` or ``vectors``.
    format
        Description of the format.

    Attributes
    ----------
    rows, dim
        Size of the matrix.
    encodings
        Plausible encodings of the words, if these are not UTF-8.
    """

    def __init__(self, path: Path, kind: str, format: str) -> None:
        self.path, self.kind, self.format = path, kind, format
        self.rows = self.dim = 0
        self.encodings: list[Candidate] = []
        self._findings: dict[Defect, Finding] = {}

    def add(self, defect: Defect, location: Location) -> None:
        """Add one defect."""
        self._findings.setdefault(defect, Finding(defect)).add(location)

    @property
    def defects(self) -> list[Finding]:
        """Defects, in the order of `Defect`."""
        return [found for defect, found in sorted(self._findings.items()) if not defect & NOTES]

    @property
    def notes(self) -> list[Finding]:
        """Findings that are not defects."""
        return [found for defect, found in sorted(self._findings.items()) if defect & NOTES]

    @property
    def sound(self) -> bool:
        """Whether there are no defects."""
        return not self.defects

    def effect(self, finding: Finding) -> Effect | None:
        """Return the effect of a finding on other programs, or None if it is unknown."""
        return effect(finding.defect, self.kind)

    @property
    def unit(self) -> str:
        """Unit of the numbers of locations: ``"line"`` or ``"row"``."""
        return "line" if self.kind == "text" else "row"

    def as_json(self) -> dict[str, Any]:
        """Return the report as a dict for JSON."""
        return {
            "file": str(self.path),
            "format": self.format,
            "rows": self.rows,
            "dim": self.dim,
            "sound": self.sound,
            "plausible_encodings": {each.encoding: each.word for each in self.encodings},
            "defects": [self._finding_as_json(found) for found in self.defects],
            "notes": [self._finding_as_json(found) for found in self.notes],
        }

    def _finding_as_json(self, found: Finding) -> dict[str, Any]:
        locations = [{self.unit: number, "byte": byte, "detail": detail} for number, byte, detail in found.locations]
        effect = self.effect(found) or Effect()
        return {
            "defect": found.defect.code,
            "description": DESCRIPTIONS[found.defect],
            "count": found.count,
            "locations": locations,
            "fails": list(effect.fails),
            "reads_wrongly": list(effect.wrong),
        }
