"""Whether two calls speak of one thing: points for kind, place and time, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tartip.cases.tests.made import browser
from tartip.core.places import cell_of
from tartip.operations.calls import actions as calls
from tartip.operations.incidents import actions, queries
from tartip.operations.incidents.queries import LIKELY, Seen, likeness

NOON = datetime(2026, 3, 2, 7, tzinfo=UTC)
ALMATY, KOSTANAY = "750000000", "390000000"


def seen(kind="fight", seconds=0, east=0, radius=0, address=""):
    """A report, metres to the east of a point in Almaty (0.001 degree of longitude at 43.24 N is 81 m)."""
    return Seen(
        kind, NOON + timedelta(seconds=seconds), 76_920_000 + round(east * 1000 / 81), 43_240_000, radius, address
    )


@pytest.mark.parametrize(
    "one, other, points",
    [
        # the same in everything: 30 + 40 + 30
        (seen(), seen(), 100),
        # eight minutes later half of the time's 30 points are gone
        (seen(), seen(seconds=480), 85),
        # one family (22), then no family and nothing vague (not alike at all)
        (seen("fight"), seen("attack"), 92),
        (seen("fight"), seen("fire"), 0),
        # vague beside anything: 16
        (seen("other"), seen("fire"), 86),
        # 60 m are nothing; 160 m leave 100 beyond: 40 × (500 − 100) / (500 + 200) = 22
        (seen(), seen(east=59), 100),
        (seen(), seen(east=160), 82),
        # 560 m away is the edge, where the place gives nothing; beyond it nothing is alike
        (seen(), seen(east=559), 60),
        (seen(), seen(east=640), 0),
        # whoever knows his place to 300 m may be 300 m farther away: 280 beyond, 40 × (500 − 280) / (500 + 560) = 8
        (seen(), seen(east=640, radius=300), 68),
        # the same words are the same place, whatever the map says
        (seen(address="Абай 10"), seen(east=300, address="абай  10"), 100),
        (seen(address=" "), seen(east=160, address=" "), 82),
    ],
)
def test_likeness_is_the_sum_of_kind_place_and_time(one, other, points):
    score, _, _ = likeness(one, other)
    assert abs(score - points) <= (0 if points in (0, 100) else 1)
    assert likeness(other, one)[0] == score


def test_only_open_incidents_near_enough_are_suggested_likeliest_first(db, dispatcher):
    def opened(lon, kind="fight", **given):
        return actions.open_incident(
            dispatcher.saying(at=NOON), territory=ALMATY, kind_code=kind, lon=lon, lat=43.24, **given
        )

    here, near, closed, far = opened(76.92), opened(76.922, "attack"), opened(76.92), opened(77.0)
    actions.close_incident(dispatcher, closed, outcome="settled")
    call = calls.receive_call(
        dispatcher, territory=ALMATY, offered_at=NOON, kind_code="fight", lon=76.92, lat=43.24, address="Абай 10"
    )
    found = queries.lookalikes(
        dispatcher, kind="fight", at=NOON, lon_e6=call.lon_e6, lat_e6=call.lat_e6, cell=call.cell, address=call.address
    )
    assert [row["id"] for row in found] == [here.pk, near.pk]
    assert far.pk not in {row["id"] for row in found}
    assert found[0]["score"] == 100 >= LIKELY
    assert found[0]["same_kind"]
    assert not found[0]["same_address"]


def unplaced(dispatcher, address, **given):
    """What is suggested for an address without coordinates."""
    facts = {"kind": "fight", "at": NOON, "territory": ALMATY, "address": address} | given
    return queries.lookalikes(dispatcher, lon_e6=None, lat_e6=None, cell=None, **facts)


@pytest.mark.parametrize("lon", [None, 76.92], ids=["neither is on the map", "one is on the map"])
def test_without_coordinates_the_address_tells(db, dispatcher, lon, api, settings):
    """Two calls about one fight, taken by two operators who typed the address their own way."""
    known = actions.open_incident(
        dispatcher.saying(at=NOON), territory=ALMATY, kind_code="fight", address="ул. Абая, д. 10", lon=lon,
        lat=None if lon is None else 43.24,
    )  # fmt: skip
    (found,) = unplaced(dispatcher, "Абай даңғылы 10, кв. 5")
    assert (found["id"], found["same_address"], found["metres"]) == (known.pk, True, None)
    assert found["score"] == 100 >= LIKELY  # 30 + 40 + 30
    assert unplaced(dispatcher, "Абай 12") == unplaced(dispatcher, "Гоголь 10") == unplaced(dispatcher, " ") == []
    second = actions.open_incident(
        dispatcher.saying(at=NOON), territory=ALMATY, kind_code="fight", address="Абай даңғылы 10"
    )
    answer = api(dispatcher)("get", f"/incidents/{second.pk}/lookalikes").json()
    assert [row["id"] for row in answer] == [str(known.pk)]
    settings.DEMO = True
    page = browser(dispatcher, "en").get(f"/console/{second.pk}/card/").content.decode()
    assert known.code in page
    assert "the same address" in page


def test_one_on_the_map_finds_one_that_has_only_its_address(db, dispatcher):
    known = actions.open_incident(dispatcher.saying(at=NOON), territory=ALMATY, kind_code="fight", address="Абай 10")
    cell = cell_of(76.92, 43.24)
    found = queries.lookalikes(
        dispatcher, kind="fight", at=NOON, lon_e6=76_920_000, lat_e6=43_240_000, cell=cell, address="Абая, 10"
    )
    assert [row["id"] for row in found] == [known.pk]


def test_a_street_without_a_house_is_half_a_place(db, dispatcher):
    actions.open_incident(dispatcher.saying(at=NOON), territory=ALMATY, kind_code="fight", address="улица Абая")
    (found,) = unplaced(dispatcher, "Абай")
    assert found["score"] == 80  # 30 + 20 + 30
    assert unplaced(dispatcher, "Абай", at=NOON + timedelta(minutes=61)) == []


def test_the_same_street_of_another_town_is_another_place(db, persona, dispatcher, charlie):
    """A reader of the whole republic sees both; the street is in each town."""
    everywhere = dispatcher.__class__(name="x", role="supervisor", territory="KZ", on_shift=True)
    far = actions.open_incident(charlie.saying(at=NOON), territory=KOSTANAY, kind_code="fight", address="Абай 10")
    assert unplaced(everywhere, "Абая 10", territory=ALMATY) == []
    assert [row["id"] for row in unplaced(everywhere, "Абая 10", territory=KOSTANAY)] == [far.pk]


def test_a_call_without_a_place_has_no_lookalikes(db, dispatcher):
    actions.open_incident(dispatcher.saying(at=NOON), territory=ALMATY, kind_code="fight")
    assert unplaced(dispatcher, "") == []


def test_a_stranger_is_shown_no_incident_of_another_region(db, dispatcher, charlie):
    actions.open_incident(dispatcher.saying(at=NOON), territory=ALMATY, kind_code="fight", lon=76.92, lat=43.24)
    cell = cell_of(76.92, 43.24)
    found = queries.lookalikes(charlie, kind="fight", at=NOON, lon_e6=76_920_000, lat_e6=43_240_000, cell=cell)
    assert found == []
