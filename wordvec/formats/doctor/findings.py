"""What was found in a vector file: every kind of defect, how often, and where first."""

from pathlib import Path
from typing import Any, NamedTuple

from wordvec.formats.doctor.defects import DESCRIPTIONS, NOTES, Defect, Effect, effect

LOCATIONS_KEPT = 5
"""Of each kind, so many places are kept."""


class Location(NamedTuple):
    """Where a defect is: the line of a text or the row of a binary file, from 1, and where that begins.

    What concerns the whole file has a byte only, or neither.
    """

    number: int | None
    byte: int | None
    detail: str


class Finding:
    """A kind of defect, its number and its first places."""

    def __init__(self, defect: Defect) -> None:
        self.defect = defect
        self.count = 0
        self.locations: list[Location] = []

    def add(self, place: Location) -> None:
        """Count one more, and keep its place if it is among the first."""
        self.count += 1
        if len(self.locations) < LOCATIONS_KEPT:
            self.locations.append(place)


class Report:
    """The findings on a file.

    Parameters
    ----------
    path
        The file.
    kind
        ``text``, ``binary`` or ``fasttext``.
    format
        What it is, in words.
    """

    def __init__(self, path: Path, kind: str, format: str) -> None:
        self.path, self.kind, self.format = path, kind, format
        self.rows = self.dim = 0
        self._findings: dict[Defect, Finding] = {}

    def add(self, defect: Defect, place: Location) -> None:
        """Note one defect."""
        self._findings.setdefault(defect, Finding(defect)).add(place)

    @property
    def defects(self) -> list[Finding]:
        """What is wrong, in the order of `Defect`."""
        return [found for defect, found in sorted(self._findings.items()) if not defect & NOTES]

    @property
    def notes(self) -> list[Finding]:
        """What is no defect but worth knowing."""
        return [found for defect, found in sorted(self._findings.items()) if defect & NOTES]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.defects

    def effect(self, finding: Finding) -> Effect | None:
        """Return what a finding does to other programs, if that is known."""
        return effect(finding.defect, self.kind)

    @property
    def unit(self) -> str:
        """Return what places are numbers of."""
        return "line" if self.kind == "text" else "row"

    def as_json(self) -> dict[str, Any]:
        """Return all of it as JSON can hold it."""
        return {
            "file": str(self.path),
            "format": self.format,
            "rows": self.rows,
            "dim": self.dim,
            "sound": self.sound,
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
