"""The living city of the demo: `run_city` lets it live, `seed_demo` gives it people, units and a past."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error, connection

from tartip.core.acts import perform_together
from tartip.core.people.personas import make_all
from tartip.core.time import now
from tartip.simulation.city import fleet as cityfleet
from tartip.simulation.city.callers import Callers, end_lost_talks
from tartip.simulation.city.crews import Crews
from tartip.simulation.city.desks import fill_desks
from tartip.simulation.city.officer import Officer
from tartip.simulation.city.past import closed_months, last_hours
from tartip.simulation.city.people import role
from tartip.simulation.city.plan import city

log = logging.getLogger("tartip.city")

TICK = 1.0
AFTER_TROUBLE = 2.0
SLOWEST, FASTEST = 0.1, 100.0


class LivingCity:
    """Callers, the system's duty officer and crews over one database. What they do is in the journal like any act."""

    def __init__(self, seed: int, speed: float, hands_off: timedelta, began: datetime) -> None:
        speed = min(FASTEST, max(SLOWEST, speed))
        self._callers = Callers(seed, speed, began)
        self._officer = Officer(seed, hands_off)
        self._crews = Crews(seed, speed, hands_off)

    def tick(self, moment: datetime) -> None:
        """Let everything happen that is due at this moment."""
        self._callers.tick(moment)
        self._crews.tick(moment)
        self._officer.tick(moment)


def run_city(
    seed: int = 1,
    speed: float = 1.0,
    stop: threading.Event | None = None,
    hands_off: int | None = None,
) -> None:
    """Live until told to stop (or SIGINT, SIGTERM). `hands_off` seconds of every incident belong to people."""
    stop = stop or _stop_on_signal()
    left_to_people = timedelta(seconds=city().hands_off if hands_off is None else hands_off)
    living = LivingCity(seed, speed, left_to_people, now())
    _guarded(lambda: end_lost_talks(now()), stop)
    while not stop.is_set():
        _guarded(lambda: living.tick(now()), stop)
        stop.wait(TICK)
    connection.close()


def _guarded(work: Callable[[], None], stop: threading.Event) -> None:
    """A lost database is waited for; nothing else ends the city."""
    try:
        work()
    except Error as error:
        log.warning("waiting for the database: %s", error)
        connection.close()
        stop.wait(AFTER_TROUBLE)


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def seed_demo(seed: int = 1, *, a_month: int = 12, hours: int = 3) -> None:
    """Log-ins, units, `hours` of history and `a_month` calls in each closed month: once. What is there is kept."""
    people = make_all()
    if cityfleet.entered():
        return
    cityfleet.enter(role("head_of_shift"), seed)
    closed_months(seed, now(), a_month)
    last_hours(seed, now(), hours)
    perform_together(lambda: fill_desks(people, now()))
