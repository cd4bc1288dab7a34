"""Positions: a crew sends its own alone; one of no time or no place is refused alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from tartip.core.people.actions import end_shift
from tartip.core.people.models import Shift
from tartip.core.people.personas import Persona, make
from tartip.core.time import now
from tartip.operations.dispatch.tests.test_dispatch import ALMATY
from tartip.operations.units.models import Position
from tartip.operations.units.positions import put_positions
from tartip.operations.units.tests.test_crews import at


def test_a_crew_sends_its_own_position_only(unit, supervisor, patrol, other_crew, api):
    body = [{"unit": str(unit.pk), "lon": 76.9, "lat": 43.2, "at": at()}]
    refused = api(other_crew)("post", "/units/positions", body)
    assert refused.json()["kept"] == 0
    assert [row["code"] for row in refused.json()["reasons"]] == ["position.not_yours"]
    assert api(patrol)("post", "/units/positions", body).json() == {"kept": 1, "older": 0, "refused": 0, "reasons": []}


def position_of(unit, moment=None, lon=76.9):
    return {"unit": str(unit.pk), "lon": lon, "lat": 43.2, "at": moment or at()}


@pytest.mark.parametrize("who", ["inspector", "judge", "analyst", "operator", "prosecutor", "administrator"])
def test_a_role_that_reports_no_positions_is_refused(unit, persona, api, who):
    refused = api(persona(who))("post", "/units/positions", [position_of(unit)])
    assert (refused.status_code, refused.json()["code"]) == (403, "position.denied")
    assert not Position.objects.exists()


def test_the_floor_of_another_region_moves_no_unit(unit, persona, api):
    assert api(persona("charlie"))("post", "/units/positions", [position_of(unit)]).json()["kept"] == 0
    assert not Position.objects.exists()


@pytest.mark.parametrize("who", ["patrol", "dispatcher", "supervisor"])
def test_nobody_sends_positions_off_shift(unit, persona, api, who):
    actor = persona(who)
    end_shift(actor, Shift.objects.get(appointment__account=actor.account))
    refused = api(actor)("post", "/units/positions", [position_of(unit)])
    assert (refused.status_code, refused.json()["code"]) == (403, "shift.needed")
    assert not Position.objects.exists()


def test_a_system_that_tracks_the_cars_has_no_shift(unit, api):
    gateway = make(Persona("tracker", "Tracker", "gateway", ALMATY))
    end_shift(gateway, Shift.objects.get(appointment__account=gateway.account))
    assert api(gateway)("post", "/units/positions", [position_of(unit)]).json()["kept"] == 1


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("0001-01-01T00:00:00+14:00", "position.too_old"),
        ("1970-01-01T00:00:00Z", "position.too_old"),
        ("1999-12-31T23:59:59Z", "position.too_old"),
        ("9999-12-31T23:59:59-14:00", "position.from_the_future"),
    ],
)
def test_a_position_that_is_of_no_time_is_refused_alone(unit, patrol, api, moment, code):
    answer = api(patrol)("post", "/units/positions", [position_of(unit, moment), position_of(unit)])
    assert answer.status_code == 200
    assert [row["code"] for row in answer.json()["reasons"]] == [code]
    assert (answer.json()["kept"], Position.objects.count()) == (1, 1)


@pytest.mark.parametrize(("lon", "lat", "code"), [(2.35, 48.85, "outside_country"), (43.2, 76.9, "looks_swapped")])
def test_a_position_outside_the_country_is_refused_alone(unit, patrol, api, lon, lat, code):
    answer = api(patrol)("post", "/units/positions", [position_of(unit) | {"lon": lon, "lat": lat}, position_of(unit)])
    assert answer.status_code == 200
    assert [row["code"] for row in answer.json()["reasons"]] == [f"territory.{code}"]
    assert (answer.json()["kept"], Position.objects.get().lon_e6) == (1, 76_900_000)


NOTHING = {  # what a tracker sends without a fix, or with a fault
    "no fix": ({"lon": 181.0, "lat": 91.0}, "place.bad"),
    "beyond every number": ({"lon": 1e300}, "place.bad"),
    "null": ({"lon": None, "lat": None}, "position.unreadable"),
    "text": ({"lon": "76.9"}, "position.unreadable"),
    "no time": ({"at": "garbage"}, "position.unreadable"),
    "no zone": ({"at": "2026-11-28T03:00:00"}, "position.unreadable"),
    "no unit": ({"unit": "x"}, "position.unreadable"),
    "another field": ({"speed": 5}, "position.unreadable"),
}


@pytest.mark.parametrize("what", NOTHING)
def test_one_tracker_without_a_position_takes_no_other_crew_off_the_map(unit, patrol, api, what):
    fault, code = NOTHING[what]
    good = position_of(unit)
    answer = api(patrol)("post", "/units/positions", [good | fault, good])
    assert answer.status_code == 200, answer.content
    [reason] = answer.json()["reasons"]
    assert (reason["row"], reason["code"]) == (0, code)
    assert reason["unit"] == (None if what == "no unit" else str(unit.pk))
    assert (reason["at"] is None) == (what in ("no time", "no zone"))
    assert (answer.json()["kept"], Position.objects.get().lon_e6) == (1, 76_900_000)


@pytest.mark.parametrize("row", [None, 5, "x", [], [[]], {}])
def test_a_row_that_is_no_position_at_all_is_refused_alone(unit, patrol, api, row):
    answer = api(patrol)("post", "/units/positions", [row, position_of(unit)])
    assert (answer.status_code, answer.json()["kept"]) == (200, 1)
    assert answer.json()["reasons"] == [{"row": 0, "unit": None, "at": None, "code": "position.unreadable"}]


@pytest.mark.parametrize(("lon", "lat"), [(51.68, 46.38), (50.05, 44.95), (74.59, 42.87)])
def test_a_crew_at_sea_or_just_over_the_border_is_seen_there(unit, patrol, api, lon, lat):
    answer = api(patrol)("post", "/units/positions", [position_of(unit) | {"lon": lon, "lat": lat}])
    assert (answer.json()["kept"], Position.objects.get().lat_e6) == (1, round(lat * 1e6))


@pytest.mark.parametrize("offset", ["+23:59", "-23:59", "+05:00"])
def test_a_position_of_any_offset_is_kept_in_utc(unit, patrol, api, offset):
    answer = api(patrol)("post", "/units/positions", [position_of(unit, f"2020-01-02T00:00:00{offset}")])
    assert (answer.status_code, answer.json()["kept"]) == (200, 1)
    assert Position.objects.get().at == datetime.fromisoformat(f"2020-01-02T00:00:00{offset}")


def test_the_answer_counts_what_was_really_written(unit, patrol, api):
    send = api(patrol)
    both = send("post", "/units/positions", [position_of(unit, at(-60), 76.0), position_of(unit)]).json()
    assert both == {"kept": 1, "older": 1, "refused": 0, "reasons": []}
    late = send("post", "/units/positions", [position_of(unit, at(-3600), 75.0)]).json()
    assert late == {"kept": 0, "older": 1, "refused": 0, "reasons": []}
    assert Position.objects.get().lon_e6 == 76_900_000


def test_a_position_from_the_future_is_refused_and_named(unit, patrol, api):
    body = [
        {"unit": str(unit.pk), "lon": 76.90, "lat": 43.2, "at": at(seconds=90)},  # two clocks may differ so much
        {"unit": str(unit.pk), "lon": 77.00, "lat": 43.2, "at": "2099-01-01T00:00:00Z"},
    ]
    answer = api(patrol)("post", "/units/positions", body).json()
    assert (answer["kept"], answer["refused"]) == (1, 1)
    assert [(row["unit"], row["code"]) for row in answer["reasons"]] == [(str(unit.pk), "position.from_the_future")]
    assert Position.objects.get(unit=unit).lon_e6 == 76_900_000


def test_a_position_of_2099_that_is_stored_already_does_not_freeze_the_unit(unit):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO units_position (unit_id, lon_e6, lat_e6, at) VALUES (%s, 1, 1, '2099-01-01')", (unit.pk,)
        )
    put_positions([(unit.pk, 76_900_000, 43_200_000, now())])
    assert Position.objects.get(unit=unit).lon_e6 == 76_900_000
    put_positions([(unit.pk, 77_000_000, 43_200_000, now() - timedelta(minutes=5))])  # late ones are late again
    assert Position.objects.get(unit=unit).lon_e6 == 76_900_000
