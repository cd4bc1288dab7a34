"""Small files of calls for tests, in the form of San Diego's."""

from __future__ import annotations

from pathlib import Path

COLUMNS = (
    "incident_num", "date_time", "day_of_week", "address_number_primary", "address_dir_primary",
    "address_road_primary", "address_sfx_primary", "address_dir_intersecting", "address_road_intersecting",
    "address_sfx_intersecting", "call_type", "disposition", "beat", "priority",
)  # fmt: skip
HEADER = ",".join(f'"{name}"' for name in COLUMNS)


def line(
    number: str, time: str, type_: str = "415", disposition: str = "K", beat: str = "-1", priority: str = "2",
    block: str = "0", road: str = "MAIN",
) -> str:  # fmt: skip
    """One row of 2023-01-01 unless the time says another day."""
    moment = time if len(time) > 8 else f"2023-01-01 {time}"
    cells = [number, moment, "1", block, "", road, "ST", "", "", "", type_, disposition, beat, priority]
    return ",".join(f'"{cell}"' for cell in cells)


def write(folder: Path, *lines: str | bytes, header: str = HEADER) -> Path:
    file = folder / "calls.csv"
    rows = [row if isinstance(row, bytes) else row.encode() for row in (header, *lines)]
    file.write_bytes(b"\n".join(rows) + b"\n")
    return file
