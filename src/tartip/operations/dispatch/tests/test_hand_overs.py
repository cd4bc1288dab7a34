"""Which clock an incident has after another territory has taken it: a term that was met stays met."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.time import clock, now
from tartip.operations.calls import actions as calls
from tartip.operations.console import view
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.tests.test_dispatch import ALMATY, incident_of, unit_on_duty
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident

KOSTANAY = "390000000"
DISTRICT = "751110000"  # of Almaty


def taken(api, dispatcher, charlie, incident):
    hand_over = incidents.hand_over_incident(dispatcher, Incident.objects.get(pk=incident.pk), to=KOSTANAY)
    with clock(now() + timedelta(minutes=20)):
        answer = api(charlie)("post", f"/handover/{hand_over.pk}/acts/take")
        assert answer.status_code == 200, answer.content
        return now()


def dispatch_clocks(incident):
    return list(Clock.objects.filter(subject=incident.pk, rule__startswith="ops-dispatch").order_by("id"))


@pytest.mark.parametrize("cleared", [False, True])
def test_where_a_crew_has_come_no_new_term_to_send_one_begins(db, dispatcher, supervisor, charlie, api, cleared):
    unit, incident = unit_on_duty(supervisor), incident_of(dispatcher)
    there = dispatch.arrive(
        dispatcher, dispatch.acknowledge(dispatcher, dispatch.send_unit(dispatcher, incident, unit))
    )
    if cleared:
        dispatch.clear(dispatcher, there)
    taken(api, dispatcher, charlie, incident)
    incident.refresh_from_db()
    assert (incident.state, incident.territory_id) == ("opened", KOSTANAY)
    (met,) = dispatch_clocks(incident)
    assert (met.state, met.breached_by) == ("stopped", None)
    breach_due(now() + timedelta(days=1))
    assert not Entry.objects.filter(act="clock.breach", subject=incident.pk).exists()


def test_where_a_crew_was_coming_who_takes_it_has_a_term_of_its_own(db, dispatcher, supervisor, charlie, api):
    """The sender kept its term; its crew is released on the way, and the caller still waits for one."""
    unit, incident = unit_on_duty(supervisor), incident_of(dispatcher)
    dispatch.acknowledge(dispatcher, dispatch.send_unit(dispatcher, incident, unit))
    moment = taken(api, dispatcher, charlie, incident)
    met, new = dispatch_clocks(incident)
    assert (met.state, met.breached_by) == ("stopped", None)
    assert (new.state, new.territory_id, new.breached_by) == ("running", KOSTANAY, None)
    assert timedelta(0) <= moment - new.started_at < timedelta(seconds=30)


def test_where_no_crew_had_answered_the_caller_waits_since_the_call(db, dispatcher, supervisor, charlie, api):
    """A unit that was only written down is nobody who comes: handing the incident over gives no more time."""
    unit, incident = unit_on_duty(supervisor), incident_of(dispatcher)
    dispatch.send_unit(dispatcher, incident, unit)
    taken(api, dispatcher, charlie, incident)
    old, new = dispatch_clocks(incident)
    assert (old.state, new.state, new.started_at, new.due_at) == ("stopped", "running", old.started_at, old.due_at)


@pytest.mark.parametrize("what", ["incident", "call"])
def test_nobody_takes_what_he_handed_over_to_a_part_of_his_own_territory(db, dispatcher, supervisor, api, what):
    """Sent, handed over below and taken by oneself again and again, the term would never be over."""
    if what == "incident":
        record = incident_of(dispatcher)
        dispatch.send_unit(dispatcher, record, unit_on_duty(supervisor))
        made = incidents.hand_over_incident(dispatcher, Incident.objects.get(pk=record.pk), to=DISTRICT)
    else:
        record = calls.receive_call(dispatcher, territory=ALMATY, offered_at=now(), answered_at=now())
        made = incidents.hand_over_call(dispatcher, record, to=DISTRICT)
    refused = api(dispatcher)("post", f"/handover/{made.pk}/acts/take")
    assert (refused.status_code, refused.json()["code"]) == (403, "act.denied")
    (row,) = view.hand_overs(dispatcher)
    assert (row["to_us"], row["may_take"], row["may_return"]) == (True, False, True)
    assert api(supervisor)("post", f"/handover/{made.pk}/acts/take").status_code == 200
    record.refresh_from_db()
    assert record.territory_id == DISTRICT


def test_one_that_waited_goes_on_waiting_from_the_same_moment(db, dispatcher, charlie, api):
    incident = incident_of(dispatcher)
    taken(api, dispatcher, charlie, incident)
    old, new = dispatch_clocks(incident)
    assert (old.state, new.state, new.started_at, new.due_at) == ("stopped", "running", old.started_at, old.due_at)


def test_what_a_crew_has_come_to_makes_nobody_late_when_it_is_merged_and_parted(
    db, persona, dispatcher, supervisor, charlie, api
):
    """Priority 1, a crew came in time; then it is merged into one of priority 4 whose term still runs."""
    noise = partial(incidents.open_incident, dispatcher, territory=ALMATY, kind_code="noise", lon=76.92, lat=43.24)
    unit = unit_on_duty(supervisor)
    attended = incidents.open_incident(
        dispatcher, territory=ALMATY, kind_code="noise", lon=76.92, lat=43.24, priority=1
    )
    dispatch.clear(
        dispatcher,
        dispatch.arrive(supervisor, dispatch.acknowledge(supervisor, dispatch.send_unit(dispatcher, attended, unit))),
    )
    waiting = noise(priority=4)
    (term,) = dispatch_clocks(waiting)
    taken(api, dispatcher, charlie, attended)
    taken(api, dispatcher, charlie, waiting)
    with clock(now() + timedelta(minutes=21)):
        breach_due()
        missed = Entry.objects.filter(act="clock.breach").count()
        incidents.merge(charlie, Incident.objects.get(pk=attended.pk), into=Incident.objects.get(pk=waiting.pk))
        waiting.refresh_from_db()
        assert (waiting.priority, waiting.highest_priority) == (4, 1)
        last = dispatch_clocks(waiting)[-1]
        assert (last.rule, last.started_at, last.state) == ("ops-dispatch-4", term.started_at, "running")
        incidents.unmerge(charlie, Incident.objects.get(pk=attended.pk))
        (met,) = dispatch_clocks(attended)
        assert (met.state, met.breached_by) == ("stopped", None)
        breach_due()
        assert Entry.objects.filter(act="clock.breach").count() == missed
