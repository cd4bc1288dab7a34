"""The arithmetic of one pair as a driver or a judge would redo it on paper: whole numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tartip.engines.errors import BadInput, expect
from tartip.engines.pairing.checks import is_moment
from tartip.engines.pairing.params import PairingParams
from tartip.engines.pairing.sections import Sections


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Every number that enters the lower-bound speed of one pair, and what follows from it."""

    certificate: str
    length_mm: int
    tolerance_mm: int
    low_mm: int  # length less tolerance
    duration_ms: int  # between the two stamps
    clock_ms: int  # both clocks' error bound
    cut_ms: int  # stamps are cut to whole milliseconds
    high_ms: int  # the longest the drive can have taken
    limit_kmh: int  # the highest in force during the drive
    measured_m_per_h: int  # without any allowance, cut to whole metres per hour
    low_m_per_h: int  # the proven speed, cut
    band: int
    edge_kmh: int  # limit plus the highest edge the proven speed lies above; in band 0 plus the lowest, not reached

    @property
    def proof(self) -> str:
        """The comparison that decided, true as printed."""
        left, right, sign = self.low_mm * 3600, self.edge_kmh * 1000 * self.high_ms, ">" if self.band else "<="
        return f"{self.low_mm} mm * 3600 = {left} {sign} {right} = {self.edge_kmh} km/h * 1000 * {self.high_ms} ms"


def explain(pair: dict[str, Any], sections: Sections, params: PairingParams = PairingParams()) -> Arithmetic:
    """Rebuild the arithmetic of one row of `Pairs.pairs` (as from `to_pylist`) from the stored stamps.

    Written apart from the compiled rule, so that agreement of the two is a check and not a tautology.
    Raises BadInput for a row that is no pair (a stamp or the section is missing, the exit is not after the entry), and
    UnknownSection.
    """
    _check_row(pair)
    expect("sections", sections, Sections)
    section = sections[pair["section"]]
    low_mm = section.length_mm - section.tolerance_mm
    duration = _passed(pair) // timedelta(milliseconds=1)
    high = duration + section.clock_ms + 1
    limit = section.highest_limit(pair["entered_at"], pair["exited_at"])
    edges = [limit + over for over in params.bands_kmh]
    passed = [edge for edge in edges if low_mm * 3600 > edge * 1000 * high]
    return Arithmetic(
        certificate=section.certificate,
        length_mm=section.length_mm,
        tolerance_mm=section.tolerance_mm,
        low_mm=low_mm,
        duration_ms=duration,
        clock_ms=section.clock_ms,
        cut_ms=1,
        high_ms=high,
        limit_kmh=limit,
        measured_m_per_h=section.length_mm * 3600 // duration,
        low_m_per_h=low_mm * 3600 // high,
        band=len(passed),
        edge_kmh=passed[-1] if passed else edges[0],
    )


def _check_row(pair: dict[str, Any]) -> None:
    """A row may come from a database or a file: say which column is not what a pair has."""
    expect("pair", pair, dict)
    if not isinstance(pair.get("section"), int):
        raise BadInput("pair", "section", "must be a whole number")
    for name in ("entered_at", "exited_at"):
        if not is_moment(pair.get(name)):
            raise BadInput("pair", name, "must be a moment with a time zone")
    if _passed(pair) < timedelta(milliseconds=1):
        raise BadInput("pair", "exited_at", "must be after entered_at")


def _passed(pair: dict[str, Any]) -> timedelta:
    """In UTC: Python subtracts moments of one zone by their wall clocks, which may be set back on the way."""
    exited: datetime = pair["exited_at"].astimezone(UTC)
    entered: datetime = pair["entered_at"].astimezone(UTC)
    return exited - entered
