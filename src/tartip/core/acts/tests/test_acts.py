"""What derives from a declaration: permission, state, version, journal entry, clocks, idempotency, history."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import DatabaseError, connection

from tartip.core.acts import Clash, Denied, NotOpen, open_acts
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.operations.incidents import actions
from tartip.operations.incidents.models import Incident

ALMATY = "750000000"


@pytest.fixture
def incident(db, dispatcher):
    return actions.open_incident(dispatcher, territory=ALMATY, kind_code="fight", lon=76.92, lat=43.24)


def test_an_act_leaves_exactly_one_entry_that_says_who_what_where_and_on_what_ground(incident, dispatcher):
    entry = Entry.objects.get(subject=incident.pk)
    assert (entry.act, entry.actor, entry.role) == ("incident.open", dispatcher.name, "dispatcher")
    assert (entry.register, entry.version, entry.territory, entry.ground) == ("incident", 1, ALMATY, "order-706")
    assert '"priority":2' in entry.content.body  # a fight starts with priority 2


def test_an_act_moves_the_state_and_counts_the_version(incident, dispatcher):
    actions.mark_assigned(dispatcher, incident)
    assert (incident.state, incident.version) == ("assigned", 2)
    stored = Incident.objects.get(pk=incident.pk)
    assert (stored.state, stored.version) == ("assigned", 2)


def test_an_act_is_refused_in_a_state_it_does_not_lead_from(incident, dispatcher):
    actions.close_incident(dispatcher, incident, outcome="settled")
    with pytest.raises(NotOpen):
        actions.mark_assigned(dispatcher, incident)
    assert Entry.objects.filter(subject=incident.pk).count() == 2


def test_a_stranger_may_not_act(incident, charlie):
    with pytest.raises(Denied):
        actions.mark_assigned(charlie, incident)
    assert Entry.objects.filter(subject=incident.pk).count() == 1


def test_two_people_never_overwrite_each_other_silently(incident, dispatcher, supervisor):
    seen = incident.version
    actions.assess(supervisor, incident, kind_code="fight", priority=1)
    with pytest.raises(Clash) as clash:
        actions.assess(dispatcher.saying(seen=seen), incident, kind_code="noise", priority=4)
    assert "incident.assess · supervisor" in str(clash.value)
    assert Incident.objects.get(pk=incident.pk).priority == 1


def test_the_same_key_gives_the_same_record_once(db, dispatcher):
    keyed = dispatcher.saying(key="tap-1")
    first = actions.open_incident(keyed, territory=ALMATY, kind_code="noise")
    second = actions.open_incident(keyed, territory=ALMATY, kind_code="noise")
    assert second.pk == first.pk
    assert (first.repeated, second.repeated) == (False, True)
    assert Incident.objects.count() == 1


def test_another_actor_may_use_the_same_key(db, dispatcher, supervisor):
    one = actions.open_incident(dispatcher.saying(key="1"), territory=ALMATY, kind_code="noise")
    two = actions.open_incident(supervisor.saying(key="1"), territory=ALMATY, kind_code="noise")
    assert one.pk != two.pk


def test_a_failing_act_leaves_nothing(db, dispatcher):
    with pytest.raises(actions.BadPriority):
        actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise", priority=5)
    assert not Incident.objects.exists()
    assert not Entry.objects.filter(act="incident.open").exists()


def test_acts_start_and_stop_the_clocks_they_declare(incident, dispatcher):
    clock = Clock.objects.get(subject=incident.pk)
    assert (clock.rule, clock.state) == ("ops-dispatch-2", "running")
    actions.mark_assigned(dispatcher, incident)
    clock.refresh_from_db()
    assert clock.state == "stopped"
    assert clock.stopped_by == Entry.objects.get(subject=incident.pk, version=2).pk


def test_the_open_acts_follow_state_and_rights(incident, dispatcher, supervisor, charlie):
    def codes(actor):
        return {act.code for act in open_acts(actor, incident)}

    assert {"incident.assess", "incident.stand_down", "incident.merge"} <= codes(dispatcher)
    assert "incident.ask_stand_down" not in codes(dispatcher)  # priority 2 needs no second person
    assert codes(charlie) == set()
    actions.assess(supervisor, incident, kind_code="attack", priority=1)
    assert "incident.ask_stand_down" in codes(dispatcher)
    assert "incident.stand_down" not in codes(dispatcher)
    actions.ask_stand_down(supervisor, incident, reason="false_call")
    assert "incident.stand_down" in codes(dispatcher)
    assert "incident.stand_down" not in codes(supervisor)  # the second person must be another one


def test_the_database_refuses_a_change_outside_an_act(committed, dispatcher):
    incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    incident.priority = 1
    with pytest.raises(DatabaseError, match="only inside an act"):
        incident.save()
    with pytest.raises(DatabaseError, match="only inside an act"), connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_incident SET priority = 1")
    with pytest.raises(DatabaseError, match="only inside an act"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM incidents_incident")


def test_inside_an_act_nothing_disappears_either(committed, dispatcher):
    actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    with pytest.raises(DatabaseError, match="never disappears"), connection.cursor() as cursor:
        cursor.execute("BEGIN; SELECT set_config('tartip.act', 'incident.open', true); DELETE FROM incidents_incident")


def test_the_guard_closes_when_an_act_ends_inside_a_larger_transaction(db, dispatcher):
    incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    with pytest.raises(DatabaseError, match="only inside an act"):
        incident.save()


def test_an_actor_is_a_plain_value(dispatcher, db):
    assert dataclasses.replace(dispatcher, key="a").inside().key is None
