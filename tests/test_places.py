"""No act records a position in no territory: nobody can be sent there."""

from __future__ import annotations

from typing import Any

import pytest

from tartip.core.acts import ACTS
from tartip.core.territory.errors import OutsideCountry
from tartip.core.time import now
from tartip.operations.calls import actions as calls
from tartip.operations.calls.models import Call
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident

ALMATY = "750000000"
PARIS, SWAPPED, ALMATY_POINT = {"lon": 2.35, "lat": 48.85}, {"lon": 43.25, "lat": 76.93}, {"lon": 76.93, "lat": 43.25}


def correct(actor: Any, **where: float) -> Incident:
    incident = incidents.open_incident(actor, territory=ALMATY, kind_code="noise")
    return incidents.correct_place(actor, incident, **where)


PLACING: dict[str, Any] = {
    "call.receive": lambda actor, **where: calls.enter_call(actor, territory=ALMATY, offered_at=now(), **where),
    "incident.open": lambda actor, **where: incidents.open_incident(
        actor, territory=ALMATY, kind_code="noise", **where
    ),
    "incident.correct_place": correct,
}


def test_every_act_that_takes_a_position_is_tried_here():
    placing = {code for code, act in ACTS.items() if {"lon", "lat"} & {one.name for one in act.arguments}}
    assert placing == set(PLACING)


@pytest.mark.parametrize("act", PLACING)
def test_an_act_takes_no_position_outside_the_country(dispatcher, act):
    for where in (PARIS, SWAPPED):
        with pytest.raises(OutsideCountry):
            PLACING[act](dispatcher, **where)
    assert not Call.objects.exists()
    assert not Incident.objects.filter(lon_e6__isnull=False).exists()
    assert PLACING[act](dispatcher, **ALMATY_POINT).lon_e6 == 76_930_000


def test_the_api_refuses_it_whether_or_not_a_territory_is_named(dispatcher, api):
    incident = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", address="Абай 10")
    call = {"offered_at": now().isoformat(), "kind": "noise", "place": SWAPPED}
    for path, body in (
        ("/calls", call),
        ("/calls", call | {"territory": ALMATY}),
        ("/incidents", {"kind": "noise", "place": SWAPPED}),
        ("/incidents", {"kind": "noise", "place": SWAPPED, "territory": ALMATY}),
        ("/incidents", {"kind": "noise", "territory": ALMATY, "call": call}),
        (f"/incidents/{incident.pk}/place", {"place": SWAPPED | {"address": "Абай 10"}}),
    ):
        answer = api(dispatcher)("post", path, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "territory.looks_swapped"), (path, body)
        assert "longitude and latitude look swapped" in answer.json()["detail"]
