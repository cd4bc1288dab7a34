"""Small tables for tests: minutes after a fixed moment are easier to check by eye than milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import strategies as st

from tartip.engines.pairing import PASSES, PairingParams, Pairs, Place, Section, Sections
from tartip.engines.pairing.tests.reference_pairing import Read, Verdicts

START = datetime(2026, 3, 1, tzinfo=UTC)
START_MS = int(START.timestamp() * 1000)
MINUTE = 60_000


def table(reads: list[Read]) -> pa.Table:
    columns = list(zip(*reads, strict=True)) if reads else [[], [], [], []]
    return pa.table([pa.array(c, t) for c, t in zip(columns, PASSES.types, strict=True)], schema=PASSES)


def entry(minute: float, plate: int = 7, section: int = 1) -> Read:
    return Read(plate, section, START_MS + round(minute * MINUTE), 0)


def exit_(minute: float, plate: int = 7, section: int = 1) -> Read:
    return Read(plate, section, START_MS + round(minute * MINUTE), 1)


def section(id: int = 1, **changes) -> Section:
    """Ten kilometres, limit 100, no uncertainty at all unless asked for."""
    plain = {"length_mm": 10_000_000, "tolerance_mm": 0, "limit_kmh": 100, "clock_ms": 0}
    return Section(id=id, **(plain | changes))


def verdicts(found: Pairs) -> Verdicts:
    """A result as plain dictionaries, so that it compares with the reference."""
    rows = found.pairs.to_pylist()
    pairs = {(r["entry"], r["exit"]): (r["low_m_per_h"], r["band"]) for r in rows}
    suspects = {r["read"]: r["reason"] for r in found.suspects.to_pylist()}
    assert len(pairs) == len(rows)
    assert len(suspects) == found.suspects.num_rows
    return Verdicts(pairs, suspects)


def at_place(east_km: float) -> Place:
    """A place on the 51st parallel, where a degree of longitude is about 70 km."""
    return Place(71_000_000 + round(east_km / 70 * 1_000_000), 51_000_000)


# Section 2 lies 40 km east of section 1; of the third, 300 km east, only the entry device has a stated place.
SECTIONS = Sections.of(
    [
        section(
            1,
            entry_place=at_place(0),
            exit_place=at_place(9),
            limit_changes=((START.replace(hour=2), 60), (START.replace(hour=4), 90)),
        ),
        section(
            2,
            tolerance_mm=5_000,
            clock_ms=150,
            clock_lost=((START.replace(hour=2), START.replace(hour=3)),),
            entry_place=at_place(40),
            exit_place=at_place(49),
        ),
        section(
            900_000_000,
            certified_from=START.replace(hour=1),
            certified_until=START.replace(hour=6),
            entry_place=at_place(300),
        ),
    ]
)

# Few plates and few moments, so that duplicates, ties and crowds are the rule and not the exception.
reads = st.lists(
    st.builds(
        Read,
        plate=st.sampled_from([7, 7, 2**63 - 1, 0, -3]),
        section=st.sampled_from([1, 2, 900_000_000]),
        at=st.one_of(
            st.integers(0, 60).map(lambda m: START_MS + m * 5 * MINUTE),
            st.integers(START_MS, START_MS + 480 * MINUTE),
        ),
        side=st.integers(0, 1),
    ),
    max_size=30,
)

params = st.one_of(
    st.just(PairingParams()),
    st.builds(
        PairingParams,
        max_gap=st.sampled_from([20, 180]).map(lambda m: timedelta(minutes=m)),
        alone_within=st.sampled_from([10, 60]).map(lambda m: timedelta(minutes=m)),
        journey_within=st.sampled_from([5, 60]).map(lambda m: timedelta(minutes=m)),
        copied_within=st.sampled_from([5, 60, 240]).map(lambda m: timedelta(minutes=m)),
        journey_kmh=st.sampled_from([60, 200]),
    ),
)
