"""The terms of dispatch follow the priority: raised, from the moment they should have run; lowered, never longer than
one that is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.time import clock as time_is, now
from tartip.operations.dispatch import actions
from tartip.operations.dispatch.models import Assignment
from tartip.operations.dispatch.tests.test_dispatch import ALMATY, unit_on_duty
from tartip.operations.incidents import actions as incidents


def running(subject, prefix):
    clock = Clock.objects.get(subject=subject.pk, state="running", rule__startswith=prefix)
    return clock.rule, clock.due_at - clock.started_at, clock.started_at


def opened(dispatcher, priority, ago):
    at = now() - timedelta(seconds=ago)
    return incidents.open_incident(dispatcher.saying(at=at), territory=ALMATY, kind_code="fight", priority=priority)


def test_raising_the_priority_starts_the_shorter_term_from_the_opening(db, dispatcher):
    """Priority 3 has 600 s, priority 1 has 60 s: raised after 90 s it is over since 30 s, and that is a breach."""
    incident = opened(dispatcher, 3, ago=90)
    assert running(incident, "ops-dispatch") == ("ops-dispatch-3", timedelta(seconds=600), incident.opened_at)
    incidents.assess(dispatcher, incident, kind_code="attack", priority=1)
    assert running(incident, "ops-dispatch") == ("ops-dispatch-1", timedelta(seconds=60), incident.opened_at)
    breach_due()
    assert Clock.objects.get(subject=incident.pk, state="running").breached_by is not None


def test_lowering_the_priority_gives_the_longer_term_from_the_opening(db, dispatcher):
    incident = opened(dispatcher, 1, ago=30)
    incidents.assess(dispatcher, incident, kind_code="noise", priority=3)
    assert running(incident, "ops-dispatch") == ("ops-dispatch-3", timedelta(seconds=600), incident.opened_at)


def test_lowering_the_priority_never_lengthens_a_term_that_is_over(db, dispatcher):
    """Over by the clock, whether the background process has said so yet or not."""
    for breached in (False, True):
        incident = opened(dispatcher, 1, ago=90)
        if breached:
            breach_due()
        incidents.assess(dispatcher, incident, kind_code="noise", priority=4)
        assert running(incident, "ops-dispatch")[0] == "ops-dispatch-1"


def test_assessing_without_another_priority_leaves_the_clock_alone(db, dispatcher):
    incident = opened(dispatcher, 2, ago=10)
    before = Clock.objects.get(subject=incident.pk).pk
    incidents.assess(dispatcher, incident, kind_code="noise", priority=2)
    assert Clock.objects.get(subject=incident.pk, state="running").pk == before


def test_the_clocks_of_a_unit_on_its_way_follow_from_the_moment_it_was_sent(db, dispatcher, supervisor):
    """Arrival: priority 3 has 1 200 s, priority 1 has 300 s; acknowledging 120 s and 30 s."""
    incident = opened(dispatcher, 3, ago=600)
    at = now() - timedelta(seconds=200)
    sent = actions.send_unit(dispatcher.saying(at=at), incident, unit_on_duty(supervisor))
    incidents.assess(dispatcher, incident, kind_code="attack", priority=1)
    sent.refresh_from_db()
    assert sent.priority == 1
    assert running(sent, "ops-arrive") == ("ops-arrive-1", timedelta(seconds=300), sent.sent_at)
    # acknowledging was over after 120 s already, and the shorter term is over still more
    assert running(sent, "ops-acknowledge") == ("ops-acknowledge-1", timedelta(seconds=30), sent.sent_at)
    incidents.assess(dispatcher, incident, kind_code="noise", priority=4)
    assert running(sent, "ops-acknowledge")[0] == "ops-acknowledge-1"
    assert running(sent, "ops-arrive")[0] == "ops-arrive-4"


def test_an_urgent_incident_merged_into_a_calm_one_hurries_it(db, dispatcher):
    calm, urgent = opened(dispatcher, 4, ago=300), opened(dispatcher, 1, ago=20)
    incidents.merge(dispatcher, urgent, into=calm)
    assert running(calm, "ops-dispatch") == ("ops-dispatch-1", timedelta(seconds=60), calm.opened_at)


def test_what_is_merged_takes_its_waiting_along(db, dispatcher):
    """It waited 50 s: merged into one of this moment, the minute is over in 10 s, not in 60."""
    urgent = opened(dispatcher, 1, ago=50)
    calm = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", priority=4)
    incidents.merge(dispatcher, urgent, into=calm)
    assert running(calm, "ops-dispatch") == ("ops-dispatch-1", timedelta(seconds=60), urgent.opened_at)


def test_merging_into_one_of_the_same_priority_does_not_renew_the_term(db, dispatcher):
    first, second = opened(dispatcher, 1, ago=50), opened(dispatcher, 1, ago=5)
    incidents.merge(dispatcher, first, into=second)
    assert running(second, "ops-dispatch") == ("ops-dispatch-1", timedelta(seconds=60), first.opened_at)
    third = opened(dispatcher, 1, ago=2)
    incidents.merge(dispatcher, third, into=second)
    assert running(second, "ops-dispatch")[2] == first.opened_at


def test_a_wait_that_nobody_noticed_is_missed_though_it_is_merged(db, dispatcher):
    urgent = opened(dispatcher, 1, ago=600)
    calm = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", priority=4)
    incidents.merge(dispatcher, urgent, into=calm)
    breach_due()
    assert Clock.objects.get(subject=calm.pk, state="running").breached_by is not None


def breaches(incident):
    return Entry.objects.filter(act="clock.breach", subject=incident.pk).count()


def test_merging_and_parting_again_and_again_gives_no_more_time(committed, dispatcher):
    urgent, calm = opened(dispatcher, 1, ago=0), opened(dispatcher, 4, ago=0)
    for seconds in range(50, 300, 50):
        with time_is(urgent.opened_at + timedelta(seconds=seconds)):
            incidents.merge(dispatcher, urgent, into=calm)
            incidents.unmerge(dispatcher, urgent)
            assert running(urgent, "ops-dispatch") == ("ops-dispatch-1", timedelta(seconds=60), urgent.opened_at)
            breach_due()
    assert breaches(urgent) == 1  # one duty that goes on is missed once
    assert Clock.objects.get(subject=urgent.pk, state="running").breached_by is not None
    assert audit().findings == []


def test_sending_and_releasing_again_and_again_gives_no_more_time(db, dispatcher, supervisor):
    """No crew had taken it on, so nobody was coming."""
    urgent, unit = opened(dispatcher, 1, ago=0), unit_on_duty(supervisor)
    for seconds in range(25, 200, 25):
        with time_is(urgent.opened_at + timedelta(seconds=seconds)):
            actions.release(dispatcher, actions.send_unit(dispatcher, urgent, unit))
            assert running(urgent, "ops-dispatch") == ("ops-dispatch-1", timedelta(seconds=60), urgent.opened_at)
            breach_due()
    assert breaches(urgent) == 1


@pytest.mark.parametrize("who", ["crew", "colleague", "self"])
def test_a_release_starts_the_term_anew_only_where_a_crew_had_taken_it_on(db, dispatcher, supervisor, patrol, who):
    """What the one who releases has entered alone says nothing of the crew."""
    urgent, unit = opened(dispatcher, 1, ago=0), unit_on_duty(supervisor, tablet=patrol)
    with time_is(urgent.opened_at + timedelta(seconds=25)):
        sent = actions.send_unit(dispatcher, urgent, unit)
        actions.acknowledge({"crew": patrol, "colleague": supervisor, "self": dispatcher}[who], sent)
        actions.release(dispatcher, sent, reason="nearer")
        ended = Assignment.objects.get(pk=sent.pk).ended_at
    expected = urgent.opened_at if who == "self" else ended
    assert running(urgent, "ops-dispatch")[2] == expected


def served(dispatcher, patrol, supervisor, arrived_by=None):
    """Sent after 30 s, there after 5 minutes, gone after 20."""
    incident, unit = opened(dispatcher, 2, ago=0), unit_on_duty(supervisor, tablet=patrol)
    steps = ((30, actions.acknowledge), (300, actions.arrive), (1200, actions.clear))
    with time_is(incident.opened_at + timedelta(seconds=30)):
        sent = actions.send_unit(dispatcher, incident, unit)
    for seconds, step in steps:
        with time_is(incident.opened_at + timedelta(seconds=seconds)):
            step(arrived_by or patrol, sent)
    return incident


def test_a_second_unit_released_after_a_crew_had_come_blames_nobody(db, dispatcher, supervisor, patrol):
    """Sent after 21 minutes and released at once: it waits since it was sent, not since the call."""
    incident, second = served(dispatcher, patrol, supervisor), unit_on_duty(supervisor, "Барс-77")
    for number, seconds in enumerate(range(1260, 1500, 60)):
        with time_is(incident.opened_at + timedelta(seconds=seconds)):
            sent = actions.send_unit(dispatcher, incident, second)
        with time_is(incident.opened_at + timedelta(seconds=seconds + 50)):
            actions.release(dispatcher, sent)
            breach_due()
        # Priority 2 has 180 s: sending and releasing again and again gives no more time.
        first = incident.opened_at + timedelta(seconds=1260)
        assert running(incident, "ops-dispatch") == ("ops-dispatch-2", timedelta(seconds=180), first)
        assert breaches(incident) == (number == 3)  # at 1490 s; it was due at 1440 s


def test_a_crew_that_came_by_the_word_of_one_person_gives_that_person_no_time(db, dispatcher, supervisor, patrol):
    incident = served(dispatcher, patrol, supervisor, arrived_by=dispatcher)
    with time_is(incident.opened_at + timedelta(seconds=1300)):
        actions.release(dispatcher, actions.send_unit(dispatcher, incident, unit_on_duty(supervisor, "Барс-77")))
    assert running(incident, "ops-dispatch")[2] == incident.opened_at


@pytest.mark.parametrize("noticed", [True, False])
def test_one_wait_that_became_urgent_is_missed_once(committed, dispatcher, noticed):
    """Priority 2 has 180 s. Raised after 200 s the shorter term is over too: it is one delay, not two."""
    incident = opened(dispatcher, 2, ago=0)
    if noticed:
        with time_is(incident.opened_at + timedelta(seconds=190)):
            breach_due()
    with time_is(incident.opened_at + timedelta(seconds=200)):
        incidents.assess(dispatcher, incident, kind_code="fight", priority=1)
        breach_due()
        assert breaches(incident) == 1
        assert running(incident, "ops-dispatch")[0] == "ops-dispatch-1"
        urgent = Clock.objects.get(subject=incident.pk, state="running")
        assert urgent.breached_by == Entry.objects.get(act="clock.breach", subject=incident.pk).pk
        assert audit().findings == []
