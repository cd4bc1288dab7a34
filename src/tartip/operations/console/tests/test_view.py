"""What the console shows is what happened: the territory's day, every caller's words, the states as they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tartip.core.time import clock, now
from tartip.operations.calls.actions import receive_call
from tartip.operations.console import view
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.incidents import actions as incidents
from tartip.operations.units import actions as units

ALMATY = "750000000"


def opened(actor: Any, note: str = "", kind: str = "fight") -> Any:
    moment = now()
    call = receive_call(
        actor, territory=ALMATY, offered_at=moment, answered_at=moment, kind_code=kind, lon=76.92, lat=43.24, note=note
    )
    return incidents.open_incident(
        actor, territory=ALMATY, kind_code=kind, call=call, lon=76.92, lat=43.24, note=note, address="Абай 10"
    )


@pytest.fixture
def crew(supervisor: Any) -> Any:
    return units.begin_duty(supervisor, units.enter_unit(supervisor, territory=ALMATY, callsign="Барс-01"))


def test_the_median_of_today_begins_at_the_midnight_of_the_territory(dispatcher, crew):
    """It is 09:00 of 26 November in Almaty. 01:00 there is today, though in Greenwich it is still the 25th; 23:00 of
    the 25th is yesterday."""
    night = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)  # 23:00 of the 25th
    for began, seconds in ((night, 100), (night + timedelta(hours=2), 300)):
        with clock(began):
            sent = dispatch.acknowledge(dispatcher, dispatch.send_unit(dispatcher, opened(dispatcher), crew))
        with clock(began + timedelta(seconds=seconds)):
            dispatch.clear(dispatcher, dispatch.arrive(dispatcher, sent))
    with clock(datetime(2026, 11, 26, 4, 0, tzinfo=UTC)):
        assert view.arrival_median(dispatcher) == 300
    with clock(datetime(2026, 11, 25, 18, 30, tzinfo=UTC)):
        assert view.arrival_median(dispatcher) == 100
    with clock(datetime(2026, 11, 26, 20, 0, tzinfo=UTC)):
        assert view.arrival_median(dispatcher) is None


def test_a_merged_incident_brings_all_its_callers_words_along(dispatcher):
    first, second, third = (opened(dispatcher, words) for words in ("Драка", "Двое с ножом", "Кричат"))
    incidents.merge(dispatcher, third, into=second)
    incidents.merge(dispatcher, second, into=first)
    row = next(row for row in view.board(dispatcher)["groups"][0][1] if row["id"] == first.pk)
    assert row["calls"] == 3
    card = view.card(dispatcher, first)
    assert [item["note"] for item in card["calls"]] == ["Драка", "Двое с ножом", "Кричат"]


def test_a_call_that_was_parted_is_not_counted(dispatcher):
    first = opened(dispatcher)
    moment = now()
    other = receive_call(dispatcher, territory=ALMATY, offered_at=moment, answered_at=moment, kind_code="fight")
    joining = incidents.join_call(dispatcher, other, first)
    assert view.board(dispatcher)["groups"][0][1][0]["calls"] == 2
    incidents.part_call(dispatcher, joining)
    assert view.board(dispatcher)["groups"][0][1][0]["calls"] == 1
