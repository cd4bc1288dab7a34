"""A day of the republic's calls, drawn from a seed: the same seed and day give the same bytes. Knows no database."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import orjson

from tartip.core.territory.rows import TerritoryRow, read_rows
from tartip.operations.calls.kinds import kinds
from tartip.simulation.random_streams import RandomStreams, around, weighted

FILE = Path(__file__).parent / "data" / "city.toml"
ZONE = ZoneInfo("Asia/Almaty")
Street = tuple[float, float, float, float, int]
NORTH, EAST = 9, 12  # micro-degrees a metre; to the east at the latitude of Almaty


@dataclass(frozen=True, slots=True)
class City:
    """data/city.toml, which says where each number comes from."""

    fewest: int
    most: int
    hours: tuple[int, ...]
    kinds: Mapping[str, int]
    outcomes: Mapping[str, int]
    echo_kinds: frozenset[str]
    echo_percent: int
    home: str
    thin: int
    units: int
    units_elsewhere: int
    hands_off: int
    second_caller: int
    caller_radius: int
    streets: Mapping[str, Street]


@dataclass(frozen=True, slots=True)
class Planned:
    """One call that will be made. `event` is the number of the first call about the same thing, often its own."""

    number: str
    event: str
    at: datetime
    territory: str
    kind: str
    lon_e6: int
    lat_e6: int
    radius_m: int
    address: str
    ring: int
    talk: int
    outcome: str

    def as_bytes(self) -> bytes:
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)


@lru_cache(maxsize=1)
def city() -> City:
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return City(
        fewest=data["day"]["fewest"],
        most=data["day"]["most"],
        hours=tuple(data["day"]["hours"]),
        kinds=data["kinds"],
        outcomes=data["outcomes"],
        echo_kinds=frozenset(data["echo"]["kinds"]),
        echo_percent=data["echo"]["percent"],
        home=data["home"]["territory"],
        thin=data["home"]["thin"],
        units=data["home"]["units"],
        units_elsewhere=data["home"]["units_elsewhere"],
        streets={name: tuple(line) for name, line in data["streets"].items()},
        **data["model"],
    )


@lru_cache(maxsize=1)
def regions() -> tuple[TerritoryRow, ...]:
    """The 17 regions and 3 cities, with population and centre."""
    return tuple(sorted((row for row in read_rows() if row.level == 1), key=lambda row: row.code))


def national(seed: int, day: date) -> int:
    """How many call 102 in the whole republic that day."""
    return RandomStreams(seed).of("day", day).randint(city().fewest, city().most)


def plan_day(seed: int, day: date) -> list[Planned]:
    """The calls of one local day, in order: the home city's in full, a thin part of every other region's."""
    known, streams = city(), RandomStreams(seed)
    people = sum(row.population or 0 for row in regions())
    found: list[Planned] = []
    for region in regions():
        share = national(seed, day) * (region.population or 0)
        whole = people * (1 if region.code == known.home else known.thin)
        random = streams.of("region", day, region.code)
        # What is left of a whole call is one call with that chance.
        count = share // whole + (random.randrange(whole) < share % whole)
        for number in range(count):
            found += _event(streams, day, region, f"{day}/{region.iso}/{number:04}")
    return sorted(found, key=lambda call: (call.at, call.number))


def sample(seed: int, day: date, count: int) -> list[Planned]:
    """`count` events of a day over all regions by population, questions for information left out; one caller each."""
    streams = RandomStreams(seed)
    weights = {region: region.population or 0 for region in regions()}
    found: list[Planned] = []
    number = 0
    while len(found) < count:
        name = f"{day}/sample/{number:04}"
        first = _event(streams, day, weighted(streams.of("where", name), weights), name)[0]
        number += 1
        if first.kind != "information":
            found.append(first)
    return found


def _event(streams: RandomStreams, day: date, region: TerritoryRow, number: str) -> list[Planned]:
    """One thing that happens, and everybody who calls about it."""
    known, random = city(), streams.of("event", number)
    kind = weighted(random, known.kinds)
    hour = weighted(random, dict(enumerate(known.hours)))
    local = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE) + timedelta(seconds=random.randrange(3600))
    lon, lat, address = _place(random, region)
    outcome = _outcome(random, kind)
    first = Planned(
        number, number, local.astimezone(UTC), region.code, kind, lon, lat, 0, address,
        around(random, 5, 0.5), around(random, 70, 0.5, least=15), outcome,
    )  # fmt: skip
    calls = [first]
    if kind in known.echo_kinds and random.randrange(100) < known.echo_percent:
        for echo in range(random.randint(1, 2)):
            later = first.at + timedelta(seconds=20 + round(random.expovariate(1 / known.second_caller)))
            radius = known.caller_radius
            calls.append(
                Planned(
                    f"{number}-{echo + 2}", number, later, region.code, kind,
                    lon + random.randint(-radius, radius) * EAST, lat + random.randint(-radius, radius) * NORTH, radius,
                    address if random.random() < 0.6 else "", around(random, 5, 0.5),
                    around(random, 45, 0.5, least=15), outcome,
                )
            )  # fmt: skip
    return calls


def _place(random: Random, region: TerritoryRow) -> tuple[int, int, str]:
    """A point and its words: a house in a street of the home city; elsewhere near the centre, without a street."""
    if region.code == city().home:
        name = random.choice(list(city().streets))
        lon, lat, lon_end, lat_end, houses = city().streets[name]
        share = random.random()
        lon, lat = lon + (lon_end - lon) * share, lat + (lat_end - lat) * share
        house = 1 + int(houses * share)
        return round(lon * 1e6) + random.randint(-40, 40) * EAST, round(lat * 1e6), f"{name}, {house}"
    assert region.centre_lon_e6 is not None
    assert region.centre_lat_e6 is not None
    away_x, away_y = random.gauss(0, 1500), random.gauss(0, 1500)
    return region.centre_lon_e6 + round(away_x * EAST), region.centre_lat_e6 + round(away_y * NORTH), ""


def _outcome(random: Random, kind: str) -> str:
    if kind == "information":
        return "information"
    drawn = weighted(random, city().outcomes)
    return "crime" if drawn == "offence" and not kinds()[kind].article else drawn
