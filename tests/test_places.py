"""A place abroad: refused where a person says it, taken and shown where it came with a call."""

from __future__ import annotations

from typing import Any

import pytest

from tartip.cases.tests.made import browser
from tartip.core.acts import ACTS
from tartip.core.territory.errors import LooksSwapped, OutsideCountry
from tartip.core.territory.locate import near
from tartip.core.time import now
from tartip.operations.calls import actions as calls
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident

ALMATY = "750000000"
ABROAD = "lies in no region of Kazakhstan"
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


@pytest.mark.parametrize("where", [PARIS, SWAPPED], ids=["Paris", "swapped"])
def test_a_person_who_says_a_place_abroad_is_refused_at_once(dispatcher, where):
    with pytest.raises(OutsideCountry):
        correct(dispatcher, **where)
    assert correct(dispatcher, **ALMATY_POINT).lon_e6 == 76_930_000


@pytest.mark.parametrize("where", [PARIS, SWAPPED], ids=["Paris", "swapped"])
@pytest.mark.parametrize("act", ["call.receive", "incident.open"])
def test_no_call_is_lost_for_its_position_and_the_card_says_that_it_lies_abroad(dispatcher, act, where):
    """It rings at the border, or the network's position is wrong; the territory is known by who sent it."""
    record = PLACING[act](dispatcher, **where)
    assert (record.lon_e6, record.territory_id) == (round(where["lon"] * 1e6), ALMATY)
    if act == "incident.open":
        assert ABROAD in browser(dispatcher, "en").get(f"/console/{record.pk}/card/").content.decode()


def test_the_api_refuses_it_where_no_call_brought_it_and_in_a_correction(dispatcher, api):
    incident = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", address="Абай 10")
    call = {"offered_at": now().isoformat(), "kind": "noise", "place": SWAPPED}
    for path, body in (
        ("/incidents", {"kind": "noise", "place": SWAPPED}),
        (f"/incident/{incident.pk}/acts/correct_place", {"place": SWAPPED | {"address": "Абай 10"}}),
    ):
        answer = api(dispatcher)("post", path, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "territory.looks_swapped"), (path, body)
        assert "longitude and latitude look swapped" in answer.json()["detail"]
    for path, body in (
        ("/calls", call),
        ("/calls", call | {"territory": ALMATY}),
        ("/incidents", {"kind": "noise", "place": SWAPPED, "territory": ALMATY}),
    ):
        assert api(dispatcher)("post", path, body).status_code == 201


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(51.68, 46.38), (50.05, 44.95), (50.3, 44.85), (51.2, 45.5), (74.59, 42.87)],
    ids=["Kashagan", "Kulaly", "Tuleniy", "Kalamkas-sea", "over the border"],
)
def test_a_place_at_sea_or_just_over_the_border_can_be_said(dispatcher, lon, lat):
    incident = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", address="Абай 10")
    incidents.correct_place(dispatcher, incident, lon=lon, lat=lat, address="Абай 10")
    incidents.correct_place(dispatcher, incident, lon=lon, lat=lat, address="another")
    assert incident.lon_e6 == round(lon * 1e6)
    assert ABROAD in browser(dispatcher, "en").get(f"/console/{incident.pk}/card/").content.decode()


@pytest.mark.parametrize(("lon", "lat"), [(51.914, 47.107), (51.2, 47.2)], ids=["Atyrau", "the lower Ural"])
def test_swapped_numbers_are_refused_also_where_they_lie_near_the_country(dispatcher, lon, lat):
    incident = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", lon=lon, lat=lat)
    with pytest.raises(LooksSwapped):
        incidents.correct_place(dispatcher, incident, lon=lat, lat=lon)


def test_a_place_over_the_western_border_keeps_its_position_when_its_address_is_corrected(dispatcher):
    """There both orders of the numbers lie near the country: what is known already is not asked about again."""
    incident = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", lon=49.73, lat=51.19)
    incidents.correct_place(dispatcher, incident, lon=49.73, lat=51.19, address="пост, трасса А-30")
    assert (incident.lon_e6, incident.address) == (49_730_000, "пост, трасса А-30")
    assert near({"lon_e6": 49_730_000, "lat_e6": 51_190_000}) is None
