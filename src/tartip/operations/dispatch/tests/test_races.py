"""Two people at once, with real connections and commits: whatever the order, nothing is left half done."""

from __future__ import annotations

import itertools
import threading

import pytest
from django.db import connection

from tartip.core.acts import Busy, NotOpen
from tartip.core.clocks.models import Clock
from tartip.core.time import now
from tartip.errors import TartipError
from tartip.operations.calls import actions as calls
from tartip.operations.dispatch import actions
from tartip.operations.dispatch.models import OPEN_STATES, Assignment
from tartip.operations.dispatch.tests.test_dispatch import ALMATY, incident_of, unit_on_duty
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident
from tartip.operations.units import actions as units
from tartip.operations.units.models import Unit

ROUNDS = 6


def at_once(*works):
    """Run each in a thread of its own, at the same moment; what each gave or was refused with."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(number, work):
        try:
            barrier.wait()
            results[number] = work()
        except TartipError as refused:
            results[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert not any(isinstance(result, Busy) for result in results)
    return results


def refusals(results):
    return [result for result in results if isinstance(result, Exception)]


def test_two_releases_at_once_leave_the_incident_waiting_with_its_clock(committed, dispatcher, supervisor):
    for number in range(ROUNDS):
        incident = incident_of(dispatcher)
        pair = [
            actions.send_unit(dispatcher, incident, unit_on_duty(supervisor, f"Барс-{number}-{side}"))
            for side in range(2)
        ]
        results = at_once(*(lambda sent=sent: actions.release(dispatcher, sent) for sent in pair))
        assert refusals(results) == []
        incident.refresh_from_db()
        assert incident.state == "opened"
        assert Clock.objects.filter(subject=incident.pk, rule="ops-dispatch-2", state="running").count() == 1


def test_a_send_that_meets_a_close_never_leaves_a_unit_at_a_closed_incident(committed, dispatcher, supervisor):
    for number in range(ROUNDS):
        incident, unit = incident_of(dispatcher), unit_on_duty(supervisor, f"Барс-{number}")
        mine, other = Incident.objects.get(pk=incident.pk), Incident.objects.get(pk=incident.pk)
        results = at_once(
            lambda mine=mine, unit=unit: actions.send_unit(dispatcher, mine, unit),
            lambda other=other: actions.close(supervisor, other, outcome="settled"),
        )
        assert len(refusals(results)) == 1
        incident.refresh_from_db()
        assert Assignment.objects.filter(incident=incident).count() == (incident.state == "assigned")


def test_a_send_that_meets_an_end_of_duty_never_sends_a_unit_that_went_home(committed, dispatcher, supervisor):
    for number in range(ROUNDS):
        incident, unit = incident_of(dispatcher), unit_on_duty(supervisor, f"Барс-{number}")
        mine, other = Unit.objects.get(pk=unit.pk), Unit.objects.get(pk=unit.pk)
        results = at_once(
            lambda incident=incident, mine=mine: actions.send_unit(dispatcher, incident, mine),
            lambda other=other: actions.end_duty(supervisor, other),
        )
        assert len(refusals(results)) == 1
        unit.refresh_from_db()
        assert Assignment.objects.filter(unit=unit).count() == (unit.state == "on_duty")


def test_a_clear_that_meets_a_release_ends_the_assignment_once(committed, dispatcher, supervisor):
    for number in range(ROUNDS):
        sent = actions.send_unit(dispatcher, incident_of(dispatcher), unit_on_duty(supervisor, f"Барс-{number}"))
        for step in (actions.acknowledge, actions.arrive):
            step(supervisor, sent)
        copies = [Assignment.objects.get(pk=sent.pk) for _ in range(2)]
        results = at_once(
            lambda copies=copies: actions.clear(supervisor, copies[0]),
            lambda copies=copies: actions.release(dispatcher, copies[1]),
        )
        assert len(refusals(results)) == 1
        assert Assignment.objects.get(pk=sent.pk).state == "cleared"


def test_a_stand_down_that_meets_a_send_leaves_no_unit_on_its_way(committed, dispatcher, supervisor):
    for number in range(ROUNDS):
        incident, unit = incident_of(dispatcher, "noise"), unit_on_duty(supervisor, f"Барс-{number}")
        first = unit_on_duty(supervisor, f"Тигр-{number}")
        actions.send_unit(dispatcher, incident, first)
        copies = [Incident.objects.get(pk=incident.pk) for _ in range(2)]
        at_once(
            lambda copies=copies, unit=unit: actions.send_unit(dispatcher, copies[0], unit),
            lambda copies=copies: actions.stand_down(supervisor, copies[1], reason="withdrawn"),
        )
        incident.refresh_from_db()
        assert incident.state == "closed"
        assert not Assignment.objects.filter(incident=incident, state__in=OPEN_STATES).exists()


def test_two_mergings_crosswise_at_once_one_is_refused(committed, dispatcher, supervisor):
    """Field case 31: A into B while B goes into A. One of the two stays open."""
    for _ in range(ROUNDS):
        one, two = incident_of(dispatcher), incident_of(dispatcher)
        results = at_once(
            lambda one=one, two=two: incidents.merge(dispatcher, one, into=Incident.objects.get(pk=two.pk)),
            lambda one=one, two=two: incidents.merge(
                supervisor, Incident.objects.get(pk=two.pk), into=Incident.objects.get(pk=one.pk)
            ),
        )
        assert len(refusals(results)) == 1
        states = sorted(Incident.objects.filter(pk__in=[one.pk, two.pk]).values_list("state", flat=True))
        assert states == ["merged", "opened"]


def test_three_mergings_in_a_ring_at_once_leave_one_open(committed, dispatcher):
    for _ in range(ROUNDS):
        ring = [incident_of(dispatcher) for _ in range(3)]
        pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
        at_once(
            *(
                lambda one=one, two=two: incidents.merge(
                    dispatcher, Incident.objects.get(pk=one.pk), into=Incident.objects.get(pk=two.pk)
                )
                for one, two in pairs
            )
        )
        states = list(Incident.objects.filter(pk__in=[i.pk for i in ring]).values_list("state", flat=True))
        assert states.count("opened") >= 1
        for incident in Incident.objects.filter(pk__in=[i.pk for i in ring]):
            assert incidents.last_of(incident).state == "opened"  # nobody goes round


def test_a_circle_stored_from_before_is_refused_and_not_followed_for_ever(db, dispatcher):
    one, two, three = (incident_of(dispatcher) for _ in range(3))
    incidents.merge(dispatcher, one, into=two)
    # What an earlier version could store: two into one, while one is in two.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", (f"incident.merge:{two.pk}",))
        cursor.execute(
            "UPDATE incidents_incident SET state = 'merged', merged_into_id = %s WHERE id = %s", (one.pk, two.pk)
        )
    one.refresh_from_db()
    with pytest.raises(incidents.NotJoinable):
        incidents.merge(dispatcher, three, into=one)
    incidents.unmerge(dispatcher, one)  # the way out
    assert incidents.merge(dispatcher, three, into=Incident.objects.get(pk=two.pk)).merged_into_id == one.pk


@pytest.mark.parametrize("ended", ["closed", "merged"])
def test_a_unit_is_not_sent_to_an_incident_that_is_over(db, dispatcher, supervisor, ended):
    incident, unit = incident_of(dispatcher), unit_on_duty(supervisor)
    old = Incident.objects.get(pk=incident.pk)
    if ended == "closed":
        incidents.close_incident(dispatcher, incident, outcome="settled")
    else:
        incidents.merge(dispatcher, incident, into=incident_of(dispatcher))
    with pytest.raises(NotOpen):
        actions.send_unit(dispatcher, old, unit)
    assert not Assignment.objects.exists()


def test_two_dispatchers_send_one_unit_once(committed, dispatcher, supervisor):
    for number in range(ROUNDS):
        unit = unit_on_duty(supervisor, f"Барс-{number}")
        one, two = incident_of(dispatcher), incident_of(dispatcher)
        results = at_once(
            lambda one=one, unit=unit: actions.send_unit(dispatcher, one, Unit.objects.get(pk=unit.pk)),
            lambda two=two, unit=unit: actions.send_unit(supervisor, two, Unit.objects.get(pk=unit.pk)),
        )
        assert [type(refused) for refused in refusals(results)] == [actions.UnitBusy]
        states = sorted(Incident.objects.filter(pk__in=[one.pk, two.pk]).values_list("state", flat=True))
        assert states == ["assigned", "opened"]


def test_a_call_joined_by_two_at_once_is_joined_once(committed, dispatcher, supervisor):
    for _ in range(ROUNDS):
        call = calls.receive_call(dispatcher, territory=ALMATY, offered_at=now(), answered_at=now())
        one, two = incident_of(dispatcher), incident_of(dispatcher)
        results = at_once(
            lambda call=call, one=one: incidents.join_call(dispatcher, call, one),
            lambda call=call, two=two: incidents.join_call(supervisor, call, two),
        )
        assert [type(refused) for refused in refusals(results)] == [incidents.NotJoinable]


def test_a_hand_over_is_taken_once_and_not_of_an_incident_that_was_closed(committed, dispatcher, supervisor, charlie):
    for _ in range(ROUNDS):
        incident = incident_of(dispatcher)
        made = incidents.hand_over_incident(dispatcher, incident, to="390000000")
        copies = [type(made).objects.get(pk=made.pk) for _ in range(2)]
        taken = at_once(*(lambda copy=copy: incidents.take_hand_over(charlie, copy) for copy in copies))
        assert len(refusals(taken)) == 1
        incident.refresh_from_db()
        assert incident.territory_id == "390000000"

        other = incident_of(dispatcher)
        made = incidents.hand_over_incident(dispatcher, other, to="390000000")
        results = at_once(
            lambda made=made: incidents.take_hand_over(charlie, made),
            lambda other=other: actions.close(supervisor, other, outcome="settled"),
        )
        other.refresh_from_db()
        assert (other.state, len(refusals(results))) in {("closed", 1), ("opened", 1)}


def test_every_pair_of_acts_on_one_incident_at_once_leaves_a_lawful_state(committed, dispatcher, supervisor, patrol):
    """Any two acts meet: no deadlock is shown, and a unit is out exactly where the incident says so."""
    acts = {
        "send": lambda i, u, s: actions.send_unit(dispatcher, i, u),
        "release": lambda i, u, s: actions.release(dispatcher, s),
        "close": lambda i, u, s: actions.close(supervisor, i, outcome="settled"),
        "stand_down": lambda i, u, s: actions.stand_down(supervisor, i, reason="withdrawn"),
        "end": lambda i, u, s: actions.end_duty(supervisor, u),
        "alarm": lambda i, u, s: units.raise_alarm(dispatcher, u),
        "acknowledge": lambda i, u, s: actions.acknowledge(dispatcher, s),
        "assess": lambda i, u, s: incidents.assess(dispatcher, i, kind_code="noise", priority=3),
    }
    for number, (one, two) in enumerate(itertools.combinations(acts, 2)):
        incident = incident_of(dispatcher, "noise")
        sent = actions.send_unit(dispatcher, incident, unit_on_duty(supervisor, f"Тигр-{number}"))
        unit = unit_on_duty(supervisor, f"Барс-{number}")
        at_once(
            *(
                lambda name=name, i=incident, u=unit, s=sent: acts[name](
                    Incident.objects.get(pk=i.pk), Unit.objects.get(pk=u.pk), Assignment.objects.get(pk=s.pk)
                )
                for name in (one, two)
            )
        )
        incident.refresh_from_db()
        out = Assignment.objects.filter(incident=incident, state__in=OPEN_STATES).exists()
        assert out == (incident.state == "assigned"), (one, two, incident.state)
        if incident.state == "opened":
            assert (
                Clock.objects.filter(subject=incident.pk, rule__startswith="ops-dispatch", state="running").count() == 1
            )
