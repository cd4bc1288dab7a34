"""From the answer on somebody has 75 seconds to say what it is and how urgent (rule `ops-assess`)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tartip.cases.tests.made import browser
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.time import clock, now
from tartip.operations.calls import actions
from tartip.operations.calls.models import Call
from tartip.operations.dispatch.tests.test_dispatch import ALMATY, incident_of
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident

KOSTANAY = "390000000"


def ago(seconds):
    return now() - timedelta(seconds=seconds)


def answered(actor, seconds_ago=0, **facts):
    at = ago(seconds_ago)
    return actions.receive_call(actor, territory=ALMATY, offered_at=at, answered_at=at, kind_code="noise", **facts)


def rating(call):
    return Clock.objects.filter(subject=call.pk, rule="ops-assess").first()


@pytest.mark.parametrize("known", ["answered by an act", "received as answered"])
def test_the_term_runs_from_the_answer(db, dispatcher, api, known):
    rang = ago(8)
    body = {"territory": ALMATY, "offered_at": rang.isoformat()}
    if known == "received as answered":
        body["answered_at"] = ago(3).isoformat()
    call = Call.objects.get(pk=api(dispatcher)("post", "/calls", body).json()["id"])
    if known == "answered by an act":
        assert rating(call) is None  # it rings: nobody can rate it
        assert api(dispatcher)("post", f"/call/{call.pk}/acts/answer").status_code == 200
    call.refresh_from_db()
    running = rating(call)
    assert (running.state, running.started_at) == ("running", call.answered_at)
    assert running.due_at == call.answered_at + timedelta(seconds=75)


@pytest.mark.parametrize(("seconds", "missed"), [(60, []), (90, ["ops-assess"])])
@pytest.mark.parametrize("how", ["joined", "opened"])
def test_the_first_rating_ends_it_and_one_too_late_is_shown(db, dispatcher, api, settings, seconds, missed, how):
    call = answered(dispatcher, seconds)
    session = api(dispatcher)
    if how == "joined":
        incident = incident_of(dispatcher)
        body = {"call": str(call.pk), "incident": str(incident.pk)}
        assert session("post", "/joining/acts/join", body).status_code == 201
    else:
        incident = incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", call=call)
    call.refresh_from_db()
    assert rating(call).state == "stopped"
    assert ago(5) < call.rated_at <= now()
    assert Entry.objects.filter(act="clock.breach", subject=call.pk).count() == len(missed)
    (told,) = session("get", f"/incidents/{incident.pk}").json()["calls"]
    assert told["missed"] == missed
    settings.DEMO = True
    page = browser(dispatcher, "en").get(f"/console/{incident.pk}/card/").content.decode()
    assert ("A deadline was missed: Assess the incident" in page) == bool(missed)


@pytest.mark.parametrize(("seconds", "late"), [(22, False), (90, True)])
def test_a_call_that_comes_with_its_incident_needs_no_clock_where_it_was_in_time(db, dispatcher, api, seconds, late):
    body = {
        "kind": "noise", "territory": ALMATY,
        "call": {"territory": ALMATY, "offered_at": ago(99).isoformat(), "answered_at": ago(seconds).isoformat()},
    }  # fmt: skip
    answer = api(dispatcher)("post", "/incidents", body)
    assert answer.status_code == 201, answer.content
    call = Incident.objects.get(pk=answer.json()["id"]).first_call
    assert call.rated_at is not None
    found = rating(call)
    if not late:
        assert found is None
        return
    assert (found.state, found.breached_by is not None) == ("stopped", True)
    assert found.stopped_at >= found.due_at


def test_the_question_card_rates_it_and_a_question_of_two_minutes_is_nobodys_fault(db, dispatcher, api):
    """A kind has its priority: whoever asks for the way is told it, and no incident is opened."""
    call = answered(dispatcher, 60)
    answer = api(dispatcher)("post", f"/call/{call.pk}/acts/question", {"kind_code": "information", "card": {}})
    assert answer.status_code == 200, answer.content
    call.refresh_from_db()
    assert (rating(call).state, call.rated_at is not None) == ("stopped", True)
    assert breach_due(now() + timedelta(minutes=2)) == 0
    version = call.version
    incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", call=call)
    assert Call.objects.get(pk=call.pk).version == version  # rated already


def test_a_talk_without_an_incident_has_nothing_to_rate_after_its_end(db, dispatcher):
    call = actions.release_call(dispatcher, answered(dispatcher, 30))
    assert rating(call).state == "stopped"
    assert breach_due(now() + timedelta(hours=1)) == 0
    assert rating(answered(dispatcher, 30, released_at=ago(5))) is None


def test_a_call_rated_while_it_rang_is_not_rated_again(db, dispatcher):
    call = actions.receive_call(dispatcher, territory=ALMATY, offered_at=ago(5))
    incidents.open_incident(dispatcher, territory=ALMATY, kind_code="noise", call=call)
    assert rating(actions.answer_call(dispatcher, call)) is None


def test_the_term_goes_along_to_another_territory(db, dispatcher, charlie, api):
    call = answered(dispatcher, 20)
    before = rating(call)
    hand_over = incidents.hand_over_call(dispatcher, call, to=KOSTANAY)
    assert api(charlie)("post", f"/handover/{hand_over.pk}/acts/take").status_code == 200
    moved = Clock.objects.get(subject=call.pk, rule="ops-assess", state="running")
    assert (moved.territory_id, moved.started_at, moved.due_at) == (KOSTANAY, before.started_at, before.due_at)


def test_the_audit_follows_the_term(committed, dispatcher):
    incident = incident_of(dispatcher)
    with clock(ago(120)):
        late, in_time = answered(dispatcher), answered(dispatcher)
        incidents.join_call(dispatcher, in_time, incident)
    breach_due(ago(30))
    incidents.join_call(dispatcher, late, incident)
    assert [finding for finding in audit().findings if "clock" in finding] == []
