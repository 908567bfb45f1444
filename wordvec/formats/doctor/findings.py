"""What was found in a vector file: every kind of defect, how often, and where first."""

from pathlib import Path
from typing import Any, NamedTuple

from wordvec.formats.doctor.defects import NOTES, SAYS, Defect, Effect, effect

PLACES = 5
"""Of each kind, so many places are kept."""


class Place(NamedTuple):
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
        self.places: list[Place] = []

    def add(self, place: Place) -> None:
        """Count one more, and keep its place if it is among the first."""
        self.count += 1
        if len(self.places) < PLACES:
            self.places.append(place)


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

    def add(self, defect: Defect, place: Place) -> None:
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
        """Give what a finding does to other programs, if that is known."""
        return effect(finding.defect, self.kind)

    @property
    def unit(self) -> str:
        """Give what places are numbers of."""
        return "line" if self.kind == "text" else "row"

    def as_json(self) -> dict[str, Any]:
        """Give all of it as JSON can hold it."""
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
        places = [{self.unit: place.number, "byte": place.byte, "detail": place.detail} for place in found.places]
        does = self.effect(found) or Effect()
        says = {"defect": found.defect.code, "says": SAYS[found.defect], "count": found.count}
        return says | {"places": places, "fails": list(does.fails), "reads_wrongly": list(does.wrong)}
