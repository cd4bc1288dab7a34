"""Territories against the reference data of the project: what a person may see and do hangs on the tree of them."""

from __future__ import annotations

from tartip.core.journal.audit.result import Audit, Progress
from tartip.core.territory.load import may_have_another_centre, model_of, with_outlines
from tartip.core.territory.models import Territory
from tartip.core.territory.rows import read_rows

CENTRE = {"centre_lon_e6", "centre_lat_e6"}


def check(result: Audit, progress: Progress) -> None:
    """Only the loading of the file changes them; one that the file knows no longer is kept and not looked at."""
    columns = {field.attname for field in Territory._meta.concrete_fields}
    present = Territory.objects.in_bulk()
    outlined = with_outlines()
    for row in read_rows():
        wanted, there = model_of(row), present.get(row.code)
        if there is None:
            result.add(f"territory {row.code}: gone, though the reference data has it")
            continue
        for name in sorted(columns - CENTRE if may_have_another_centre(row, outlined) else columns):
            if getattr(there, name) != getattr(wanted, name):
                result.add(f"territory {row.code}: {name} is not that of the reference data (tartip migrate loads it)")
    progress("territories", len(present), len(present))
