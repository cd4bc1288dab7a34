"""Sending units: one open incident a unit, whatever happens at once; the life of an incident end to end."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.people.models import Account
from tartip.core.registers.unique import NotUnique
from tartip.operations.dispatch import actions, queries
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents import actions as incidents
from tartip.operations.units import actions as units
from tartip.operations.units.positions import put_positions

ALMATY = "750000000"


def unit_on_duty(supervisor, callsign="Барс-14", crew=2, tablet=None):
    """A unit on duty; `tablet` is the crew that acts for it."""
    account = Account.objects.get(pk=tablet.account) if tablet else None
    unit = units.enter_unit(supervisor, territory=ALMATY, callsign=callsign, crew=crew, account=account)
    return units.begin_duty(supervisor, unit)


def incident_of(dispatcher, kind="fight", lon=76.92):
    return incidents.open_incident(dispatcher, territory=ALMATY, kind_code=kind, lon=lon, lat=43.24)


def test_one_incident_lives_from_the_call_to_its_outcome(db, dispatcher, supervisor, patrol):
    unit, incident = unit_on_duty(supervisor, tablet=patrol), incident_of(dispatcher)
    sent = actions.send_unit(dispatcher, incident, unit)
    incident.refresh_from_db()
    assert incident.state == "assigned"
    for step in (actions.acknowledge, actions.en_route, actions.arrive):
        step(patrol, sent)
    with pytest.raises(actions.StillOut):
        actions.close(dispatcher, incident, outcome="settled")
    actions.clear(patrol, sent)
    actions.close(dispatcher, incident, outcome="settled")
    assert (incident.state, incident.outcome) == ("closed", "settled")
    # dispatch (2), acknowledge and arrive clocks, all stopped by their acts
    assert set(Clock.objects.values_list("state", flat=True)) == {"stopped"}
    assert Clock.objects.count() == 3
    sending = Entry.objects.get(act="dispatch.send")
    assert Entry.objects.get(act="incident.assign").cause == sending.pk


def test_a_busy_unit_is_refused_with_what_it_is_busy_with(db, dispatcher, supervisor):
    unit, first, second = unit_on_duty(supervisor), incident_of(dispatcher), incident_of(dispatcher)
    actions.send_unit(dispatcher, first, unit)
    with pytest.raises(actions.UnitBusy, match=first.code):
        actions.send_unit(dispatcher, second, unit)


def test_eight_dispatchers_at_once_send_a_unit_exactly_once(committed, dispatcher, supervisor):
    unit = unit_on_duty(supervisor)
    wanted = [incident_of(dispatcher) for _ in range(8)]
    results, barrier = [], threading.Barrier(8)

    def send(incident):
        try:
            barrier.wait()
            actions.send_unit(dispatcher, incident, unit)
            results.append("sent")
        except (actions.UnitBusy, NotUnique) as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(incident,)) for incident in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["UnitBusy"] * 7 + ["sent"]
    assert Assignment.objects.count() == 1
    assert Entry.objects.filter(act="incident.assign").count() == 1  # the losers left nothing behind


def test_releasing_the_last_unit_puts_the_incident_back_into_the_queue_with_a_new_clock(db, dispatcher, supervisor):
    unit, incident = unit_on_duty(supervisor), incident_of(dispatcher)
    sent = actions.send_unit(dispatcher, incident, unit)
    actions.release(dispatcher, sent, reason="nearer unit")
    incident.refresh_from_db()
    assert incident.state == "opened"
    assert Clock.objects.filter(subject=incident.pk, rule="ops-dispatch-2", state="running").count() == 1


def test_standing_down_frees_the_units_on_their_way(db, dispatcher, supervisor):
    unit, incident = unit_on_duty(supervisor), incident_of(dispatcher, "noise")
    sent = actions.send_unit(dispatcher, incident, unit)
    actions.stand_down(dispatcher, incident, reason="withdrawn")
    sent.refresh_from_db()
    assert (incident.state, sent.state) == ("closed", "released")


def test_a_unit_still_out_cannot_go_off_duty(db, dispatcher, supervisor):
    unit, incident = unit_on_duty(supervisor), incident_of(dispatcher)
    actions.send_unit(dispatcher, incident, unit)
    with pytest.raises(actions.UnitBusy):
        actions.end_duty(supervisor, unit)


def test_the_nearest_free_unit_is_recommended_and_the_busy_one_explained(db, dispatcher, supervisor):
    from tartip.core.time import now

    near, far, busy = (unit_on_duty(supervisor, name) for name in ("Барс-1", "Барс-2", "Барс-3"))
    incident = incident_of(dispatcher)
    # 0.01 degree of longitude at 43.24 N is 810 m
    put_positions([(near.pk, 76_930_000, 43_240_000, now()), (far.pk, 76_960_000, 43_240_000, now()),
                   (busy.pk, 76_921_000, 43_240_000, now())])  # fmt: skip
    actions.send_unit(dispatcher, incident_of(dispatcher), busy)
    advice = queries.recommend(dispatcher, incident)
    assert [row["callsign"] for row in advice["offered"]] == ["Барс-1", "Барс-2"]
    # 810 m in a straight line, with the usual detour 1.35: about 1 094 m
    assert 1_080 < advice["offered"][0]["metres"] < 1_100
    assert [row["callsign"] for row in advice["not_offered"]] == ["Барс-3"]


def test_a_stranger_sees_neither_units_nor_incidents(db, dispatcher, supervisor, charlie):
    unit_on_duty(supervisor)
    incident_of(dispatcher)
    from tartip.operations.incidents.queries import queue

    assert queries.unit_states(charlie) == []
    assert queue(charlie) == []
