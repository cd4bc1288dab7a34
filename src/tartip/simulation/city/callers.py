"""Those who call 102 in the living city, and the operator who answers them."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

from tartip.core.territory import tree
from tartip.core.territory.errors import TerritoryError
from tartip.core.territory.locate import locate_e6
from tartip.operations.calls import actions as calls
from tartip.operations.calls.models import Call
from tartip.operations.incidents import actions as incidents, queries
from tartip.operations.incidents.models import Incident
from tartip.simulation.city.people import attempt, role
from tartip.simulation.city.plan import ZONE, Planned, plan_day
from tartip.simulation.random_streams import RandomStreams

LOST_AFTER = timedelta(minutes=5)


class Callers:
    """Plays the plan of one day after the other. `speed` lets the city's day pass faster; records keep real time."""

    def __init__(self, seed: int, speed: float, began: datetime) -> None:
        self._seed, self._speed, self._began = seed, speed, began
        self._day = began.astimezone(ZONE).date()
        self._plan = [call for call in plan_day(seed, self._day) if call.at >= began]
        self._next = 0
        self._talks: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._count = 0

    def tick(self, moment: datetime) -> None:
        """Let everything happen that is due."""
        for planned in self._due(moment):
            self._ring(planned, moment)
        while self._talks and self._talks[0][0] <= moment:
            at, _, happen = heapq.heappop(self._talks)
            happen(max(at, moment))

    def _due(self, moment: datetime) -> list[Planned]:
        """Calls whose time in the city's own day has come."""
        city_time = self._began + (moment - self._began) * self._speed
        found = []
        while True:
            while self._next < len(self._plan) and self._plan[self._next].at <= city_time:
                found.append(self._plan[self._next])
                self._next += 1
            if self._next < len(self._plan) or city_time.astimezone(ZONE).date() <= self._day:
                return found
            self._day += timedelta(days=1)
            self._plan, self._next = plan_day(self._seed, self._day), 0

    def _ring(self, planned: Planned, moment: datetime) -> None:
        operator = role("operator").saying(at=moment)
        call = attempt(
            calls.receive_call, operator, territory=territory_of(planned), offered_at=moment, lon=planned.lon_e6 / 1e6,
            lat=planned.lat_e6 / 1e6, radius_m=planned.radius_m, address=planned.address,
            source_number=planned.number,
        )  # fmt: skip
        if call is None:
            return
        answered = moment + timedelta(seconds=planned.ring / self._speed)
        understood = answered + timedelta(seconds=planned.talk * 0.6 / self._speed)
        over = answered + timedelta(seconds=planned.talk / self._speed)
        self._plan_talk(answered, lambda at: attempt(calls.answer_call, role("operator").saying(at=at), call))
        self._plan_talk(understood, lambda at: understand(planned, call, at))
        self._plan_talk(over, lambda at: attempt(calls.release_call, role("operator").saying(at=at), call))

    def _plan_talk(self, at: datetime, happen: Callable[[datetime], object]) -> None:
        self._count += 1
        heapq.heappush(self._talks, (at, self._count, lambda moment: (happen(moment), None)[1]))


def understand(planned: Planned, call: Call, at: datetime) -> Incident | None:
    """Fill in the card; open an incident, or join the one that is likely the same. Questions get no incident."""
    operator = role("operator").saying(at=at)
    random = RandomStreams(0).of("card", planned.number)
    card = {"danger_now": random.random() < 0.15, "weapon": random.random() < 0.04, "injured": 0}
    if planned.kind == "crash_injured":
        card["injured"] = random.randint(1, 4)
    if attempt(calls.fill_card, operator, call, kind_code=planned.kind, card=card) is None:
        return None
    if planned.kind == "information":
        return None
    found = queries.lookalikes(
        operator, kind=planned.kind, at=at, lon_e6=call.lon_e6, lat_e6=call.lat_e6, cell=call.cell,
        radius_m=call.radius_m, address=call.address, territory=call.territory_id,
    )  # fmt: skip
    likely = found[0] if found and found[0]["score"] >= queries.LIKELY else None
    if likely and attempt(incidents.join_call, operator, call, Incident.objects.get(pk=likely["id"])) is not None:
        return None
    opened: Incident | None = attempt(
        incidents.open_incident, operator, territory=call.territory_id, kind_code=planned.kind, call=call,
        lon=planned.lon_e6 / 1e6, lat=planned.lat_e6 / 1e6, radius_m=planned.radius_m, address=planned.address,
    )  # fmt: skip
    return opened


def territory_of(planned: Planned) -> str:
    """The finest territory known at the place, if it lies in the planned region."""
    try:
        code = locate_e6(planned.lon_e6, planned.lat_e6).code
    except TerritoryError:
        return planned.territory
    return code if tree.contains(planned.territory, code) else planned.territory


def end_lost_talks(moment: datetime) -> None:
    """Calls that a city which was switched off left ringing or talking."""
    operator = role("operator").saying(at=moment)
    mine = Call.objects.filter(source_number__contains="/KZ-", offered_at__lt=moment - LOST_AFTER)
    for call in mine.filter(state__in=("offered", "answered"))[:200]:
        attempt(calls.abandon_call if call.state == "offered" else calls.release_call, operator, call)
