"""The demo's units: Almaty's crews by name, two in every other region."""

from __future__ import annotations

from dataclasses import dataclass

from tartip.core.acts import Actor
from tartip.core.people.models import Account
from tartip.core.time import now
from tartip.operations.units import actions
from tartip.operations.units.models import Unit
from tartip.operations.units.positions import put_positions
from tartip.simulation.city.plan import EAST, NORTH, city, regions
from tartip.simulation.random_streams import RandomStreams

# Call signs by what the crew is; the persona of the patrol drives one of them.
NAMES = ("Барс", "Сұңқар", "Қыран", "Арлан")
PATROL_CALLSIGN, PATROL_LOGIN = "Барс-14", "patrol"


@dataclass(frozen=True, slots=True)
class Planned:
    territory: str
    callsign: str
    officers: int
    lon_e6: int
    lat_e6: int


def fleet(seed: int) -> list[Planned]:
    """Every unit of the demo with where it begins."""
    found = []
    for region in regions():
        home = region.code == city().home
        for number in range(city().units if home else city().units_elsewhere):
            random = RandomStreams(seed).of("unit", region.code, number)
            if home:
                lon, lat, lon_end, lat_end, _ = random.choice(list(city().streets.values()))
                share = random.random()
                where = round((lon + (lon_end - lon) * share) * 1e6), round((lat + (lat_end - lat) * share) * 1e6)
                callsign = f"{NAMES[number % len(NAMES)]}-{11 + number // len(NAMES)}"
            else:
                assert region.centre_lon_e6 is not None
                assert region.centre_lat_e6 is not None
                where = (
                    region.centre_lon_e6 + random.randint(-2000, 2000) * EAST,
                    region.centre_lat_e6 + random.randint(-2000, 2000) * NORTH,
                )
                callsign = f"{region.plate_code}-{number + 1}"
            officers = 1 if random.random() < 0.2 else 2
            found.append(Planned(region.code, callsign, officers, *where))
    return found


def entered() -> bool:
    """Whether the demo's units are there already."""
    return Unit.objects.filter(territory=city().home, callsign=PATROL_CALLSIGN).exists()


def enter(actor: Actor, seed: int) -> None:
    """Enter every unit, put it on duty and on the map."""
    positions = []
    moment = now()
    for planned in fleet(seed):
        tablet = Account.objects.filter(username=PATROL_LOGIN).first() if planned.callsign == PATROL_CALLSIGN else None
        unit = actions.enter_unit(
            actor, territory=planned.territory, callsign=planned.callsign, crew=planned.officers, account=tablet
        )
        actions.begin_duty(actor, unit)
        positions.append((unit.pk, planned.lon_e6, planned.lat_e6, moment))
    put_positions(positions)
