"""Clocks of two machines differ: a later step is never before an earlier one, and no waiting time is negative."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tartip.core.checks import BadTime
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.time import now
from tartip.operations.calls import actions
from tartip.operations.calls.models import Call
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.tests.test_dispatch import ALMATY, incident_of, unit_on_duty


@pytest.fixture
def ringing(db, persona, api):
    """Field case 5: the switch's clock is 90 s ahead."""
    offered = datetime.now(UTC) + timedelta(seconds=90)
    send = api(persona("operator"))
    body = {"offered_at": offered.isoformat(), "place": {"lon": 76.92, "lat": 43.24}}
    answer = send("post", "/calls", body)
    assert answer.status_code == 201, answer.content
    return send, Call.objects.get(pk=answer.json()["id"])


def test_a_call_from_a_switch_that_is_ahead_is_answered_at_once(ringing):
    send, call = ringing
    assert send("post", f"/call/{call.pk}/acts/answer").status_code == 200
    call.refresh_from_db()
    assert call.answered_at == call.offered_at
    clock = Clock.objects.get(subject=call.pk, rule__startswith="ops-answer")
    assert (clock.started_at, clock.state) == (call.offered_at, "stopped")
    assert send("post", f"/call/{call.pk}/acts/release").status_code == 200
    call.refresh_from_db()
    assert call.released_at >= call.answered_at


def test_a_call_from_a_switch_that_is_ahead_is_abandoned_without_a_negative_wait(ringing):
    send, call = ringing
    assert send("post", f"/call/{call.pk}/acts/abandon").status_code == 200
    call.refresh_from_db()
    assert call.released_at == call.offered_at


def test_times_of_two_machines_in_one_request_are_put_in_order(db, persona, api):
    """The switch says when it rang, the desk when it was answered: its clock is 90 s behind that of the switch."""
    offered, desk = datetime.now(UTC) + timedelta(seconds=90), datetime.now(UTC)
    body = {"offered_at": offered.isoformat(), "answered_at": desk.isoformat(), "released_at": desk.isoformat()}
    answer = api(persona("operator"))("post", "/calls", body | {"place": {"lon": 76.92, "lat": 43.24}})
    assert answer.status_code == 201, answer.content
    call = Call.objects.get(pk=answer.json()["id"])
    assert call.offered_at == call.answered_at == call.released_at


def test_an_incident_of_a_call_that_is_ahead_is_sent_to_and_closed_without_a_negative_time(db, dispatcher, supervisor):
    incident = incident_of(dispatcher.saying(at=now() + timedelta(seconds=90)))
    sent = dispatch.send_unit(dispatcher, incident, unit_on_duty(supervisor))
    assert sent.sent_at >= incident.opened_at
    dispatch.release(dispatcher, sent)
    closed = dispatch.close(dispatcher, type(incident).objects.get(pk=incident.pk), outcome="settled")
    assert closed.closed_at >= incident.opened_at


def test_a_step_before_its_earlier_step_by_more_than_clocks_differ_is_refused(db, dispatcher):
    call = actions.receive_call(dispatcher, territory=ALMATY, offered_at=now())
    with pytest.raises(BadTime):
        actions.answer_call(dispatcher.saying(at=now() - timedelta(minutes=10)), call)
    actions.answer_call(dispatcher.saying(at=now() - timedelta(seconds=60)), call)
    with pytest.raises(BadTime):
        actions.release_call(dispatcher.saying(at=now() - timedelta(minutes=10)), call)
    with pytest.raises(BadTime):
        actions.release_call(dispatcher.saying(at=now() + timedelta(minutes=10)), call)


def test_the_steps_of_a_crew_whose_tablet_is_behind_stay_in_order(db, dispatcher, supervisor):
    """The tablet's clock is 60 s behind the desk's: it acknowledges before it was sent."""
    sent = dispatch.send_unit(dispatcher, incident_of(dispatcher), unit_on_duty(supervisor))
    tablet = supervisor.saying(at=now() - timedelta(seconds=60))
    for step in (dispatch.acknowledge, dispatch.en_route, dispatch.arrive, dispatch.clear):
        step(tablet, sent)
    moments = [sent.sent_at, sent.acknowledged_at, sent.en_route_at, sent.on_scene_at, sent.ended_at]
    assert moments == sorted(moments)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_crew_does_not_arrive_long_before_it_was_sent_nor_in_the_future(db, dispatcher, supervisor, minutes):
    sent = dispatch.send_unit(dispatcher, incident_of(dispatcher), unit_on_duty(supervisor))
    dispatch.acknowledge(supervisor, sent)
    with pytest.raises(BadTime):
        dispatch.arrive(supervisor.saying(at=now() + timedelta(minutes=minutes)), sent)


@pytest.mark.parametrize(("ring", "missed"), [(10, 0), (300, 1)])
@pytest.mark.parametrize("over", [False, True])
def test_a_call_entered_when_it_was_answered_misses_its_term_all_the_same(committed, persona, api, ring, missed, over):
    """The term to answer is 15 s: entering the call afterwards does not skip the duty. Sent twice, it is one call."""
    offered = now() - timedelta(seconds=400)
    answered, released = offered + timedelta(seconds=ring), offered + timedelta(seconds=ring + 60)
    times = {"offered_at": offered, "answered_at": answered} | ({"released_at": released} if over else {})
    body = {name: moment.isoformat() for name, moment in times.items()} | {"place": {"lon": 76.92, "lat": 43.24}}
    send = api(persona("operator"))
    first, second = (send("post", "/calls", body, idempotency_key="once") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    call = Call.objects.get()
    assert (call.state, call.answered_at, call.released_at) == (
        "released" if over else "answered", answered, released if over else None,
    )  # fmt: skip
    breach_due()
    answers = Clock.objects.filter(subject=call.pk, rule="ops-answer")
    assert [clock.state for clock in answers] == ["stopped"] * missed
    assert [clock.breached_by is not None for clock in answers] == [True] * missed
    assert Entry.objects.filter(pk__in=[clock.breached_by for clock in answers], act="clock.breach").count() == missed
    other = body | {"answered_at": (answered + timedelta(seconds=1)).isoformat()}
    assert send("post", "/calls", other, idempotency_key="once").status_code == 422
    # The key of the test itself was given out by no act.
    assert [found for found in audit().findings if not found.startswith("account ")] == []


@pytest.mark.parametrize("wrong", ["before", "future"])
def test_a_call_answered_late_with_impossible_times_leaves_nothing(db, persona, wrong):
    offered = now() - timedelta(seconds=400)
    released = {"before": offered, "future": now() + timedelta(hours=1)}[wrong]
    with pytest.raises(BadTime):
        actions.receive_call(
            persona("operator"), territory=ALMATY, offered_at=offered,
            answered_at=offered + timedelta(seconds=300), released_at=released,
        )  # fmt: skip
    assert not Call.objects.exists()


@pytest.mark.parametrize(("seconds", "missed"), [(0, 0), (8, 0), (60, 1)])
def test_a_call_entered_with_its_end_and_no_answer_was_abandoned(db, persona, api, seconds, missed):
    """The term to answer is kept where the caller hung up within it (15 s), however the call comes in."""
    send, offered = api(persona("operator")), now() - timedelta(minutes=5)
    ended = offered + timedelta(seconds=seconds)
    body = {"offered_at": offered.isoformat(), "released_at": ended.isoformat(), "place": {"lon": 76.92, "lat": 43.24}}
    for _ in range(2):
        answer = send("post", "/calls", body, idempotency_key="k")
    assert answer.json()["state"] == "abandoned", answer.content
    call = Call.objects.get()
    assert (call.answered_at, call.released_at) == (None, ended)
    assert not Clock.objects.filter(subject=call.pk).exclude(state="stopped").exists()
    breach_due()
    assert Entry.objects.filter(act="clock.breach").count() == missed
    assert send("post", f"/call/{call.pk}/acts/answer").status_code == 409
    assert [line for line in audit().findings if not line.startswith("account")] == []  # the key of the test
