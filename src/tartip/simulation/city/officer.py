"""The system's duty officer: acts where no person has acted for a while, so that the city never stands still."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db.models import Max

from tartip.core.acts import Actor
from tartip.core.territory import tree
from tartip.operations.calls.kinds import kind
from tartip.operations.dispatch import actions as dispatch, queries
from tartip.operations.dispatch.models import OPEN_STATES
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident
from tartip.operations.units import actions as units
from tartip.operations.units.models import Unit
from tartip.simulation.city.people import attempt, role
from tartip.simulation.city.plan import city
from tartip.simulation.random_streams import RandomStreams, weighted

AT_ONCE = 20
SAFE_AFTER = timedelta(minutes=2)


class Officer:
    """Sends, closes and answers alarms after `hands_off`: until then the incident is left to people."""

    def __init__(self, seed: int, hands_off: timedelta) -> None:
        self._streams, self._hands_off = RandomStreams(seed), hands_off
        self._alarms: dict[uuid.UUID, datetime] = {}

    def tick(self, moment: datetime) -> None:
        self._send(moment)
        self._close(moment)
        self._answer_alarms(moment)

    def _send(self, moment: datetime) -> None:
        waiting = Incident.objects.filter(state="opened", opened_at__lte=moment - self._hands_off)
        for incident in waiting.select_related("territory").order_by("priority", "opened_at")[:AT_ONCE]:
            officer = _officer_of(incident).saying(at=moment)
            for offered in queries.recommend(officer, incident)["offered"]:
                if attempt(dispatch.send_unit, officer, incident, Unit.objects.get(pk=offered["unit"])) is not None:
                    break

    def _close(self, moment: datetime) -> None:
        """Incidents whose units are all back for a while."""
        idle = (
            Incident.objects.filter(state="assigned")
            .exclude(assignments__state__in=OPEN_STATES)
            .annotate(back_at=Max("assignments__ended_at"))
            .filter(back_at__lte=moment - self._hands_off)
        )
        for incident in idle[:AT_ONCE]:
            officer = _officer_of(incident).saying(at=moment)
            outcome = outcome_of(incident, self._streams)
            if incidents.needs_two(officer, incident, outcome):
                head = role("head_of_shift", _region(incident.territory_id)).saying(at=moment)
                attempt(incidents.ask_stand_down, head, incident, reason=outcome)
            attempt(dispatch.close, officer, incident, outcome=outcome)

    def _answer_alarms(self, moment: datetime) -> None:
        raised = {unit.pk: unit for unit in Unit.objects.filter(state="alarm")}
        self._alarms = {key: at for key, at in self._alarms.items() if key in raised}
        for key, unit in raised.items():
            since = self._alarms.setdefault(key, moment)
            officer = role("duty_officer", _region(unit.territory_id)).saying(at=moment)
            if not unit.alarm_taken_by and moment - since >= self._hands_off:
                attempt(units.take_alarm, officer, unit)
            elif moment - since >= self._hands_off + SAFE_AFTER:
                attempt(units.end_alarm, officer, unit)


def outcome_of(incident: Incident, streams: RandomStreams) -> str:
    drawn = weighted(streams.of("outcome", incident.pk), city().outcomes)
    return "crime" if drawn == "offence" and not kind(incident.kind).article else drawn


def _officer_of(incident: Incident) -> Actor:
    """Of the incident's region: units of another one are not offered."""
    return role("duty_officer", _region(incident.territory_id))


def _region(territory: str) -> str:
    return tree.region(territory) or territory
