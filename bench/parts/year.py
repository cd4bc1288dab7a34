"""Sealed years for the benches, made once from a seed and kept under var/bench."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

from tartip.engines.months import Month, SealedMonths, seal_months
from tartip.simulation.generators import year

BASE = Path(__file__).parents[2] / "var" / "bench"


def sealed_years(records: int, *years: int) -> SealedMonths:
    """`records` records in each of the years; a folder of another generator or schema is not used."""
    made_by = sha256(Path(year.__file__).read_bytes() + year.YEAR.sha256.encode()).hexdigest()[:12]
    folder = BASE / f"year-{records}-{made_by}"
    for number in years:
        there = [month for month in _months(folder) if month.year == number]
        if len(there) != 12:
            if there:  # a run was stopped in the middle
                shutil.rmtree(folder)
                return sealed_years(records, *years)
            seal_months(year.months(year.YearParams(number, records, seed=number)), year.YEAR, folder)
    return SealedMonths.read(folder, year.YEAR.register)


def _months(folder: Path) -> tuple[Month, ...]:
    return SealedMonths.read(folder, year.YEAR.register).months if folder.is_dir() else ()
