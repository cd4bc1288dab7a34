"""What was said stays: corrections, remarks, every caller's words after a merging, and hand-overs to another region."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from tartip.core.acts import Denied
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry, Payload
from tartip.core.time import now
from tartip.operations.calls import actions as calls
from tartip.operations.calls.models import Call
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.dispatch.tests.test_dispatch import unit_on_duty
from tartip.operations.incidents import actions, queries
from tartip.operations.incidents.models import HandOver, Incident, Remark

ALMATY, KOSTANAY = "750000000", "390000000"


def called(actor, note, minutes_ago=0, **facts):
    at = now() - timedelta(minutes=minutes_ago)
    given = {"territory": ALMATY, "kind_code": "noise", "offered_at": at, "answered_at": at, "note": note} | facts
    return calls.receive_call(actor, **given)


def opened(actor, note, minutes_ago=0, **facts):
    call = called(actor, note, minutes_ago)
    return actions.open_incident(actor, **{"territory": ALMATY, "kind_code": "noise", "call": call} | facts)


# Nothing prefilled


def test_neither_kind_nor_place_is_made_up(db, dispatcher, api):
    call = api(dispatcher)("post", "/calls", {"territory": ALMATY, "offered_at": now().isoformat()})
    stored = Call.objects.get(pk=call.json()["id"])
    assert (stored.kind, stored.lon_e6, stored.lat_e6, stored.address) == ("", None, None, "")
    refused = api(dispatcher)("post", "/incidents", {"territory": ALMATY})
    assert (refused.status_code, refused.json()["code"]) == (422, "kind.unknown")
    incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    refused = api(dispatcher)("post", f"/incident/{incident.pk}/acts/close", {})
    assert refused.status_code == 422  # no outcome is taken for granted


# Corrections and remarks


def test_a_corrected_place_keeps_what_was_said_before(db, dispatcher, api):
    incident = opened(dispatcher, "шум", address="Абай 10", lon=76.92, lat=43.24)
    body = {"place": {"lon": 76.95, "lat": 43.25, "address": "Абай 120"}}
    answer = api(dispatcher)("post", f"/incident/{incident.pk}/acts/correct_place", body, if_match="1")
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    incident.refresh_from_db()
    assert (incident.lon_e6, incident.address) == (76_950_000, "Абай 120")
    entry = Entry.objects.get(subject=incident.pk, act="incident.correct_place")
    told = orjson.loads(Payload.objects.get(entry=entry.pk).body)["notes"]["before"]
    assert told == {"lon_e6": 76_920_000, "lat_e6": 43_240_000, "radius_m": 0, "address": "Абай 10"}
    stale = api(dispatcher)("post", f"/incident/{incident.pk}/acts/correct_place", body, if_match="1")
    assert stale.status_code == 409


def test_a_place_is_not_corrected_to_nothing(db, dispatcher, api):
    incident = opened(dispatcher, "шум", address="Абай 10")
    assert api(dispatcher)("post", f"/incident/{incident.pk}/acts/correct_place", {"place": {}}).status_code == 422


def test_a_program_removes_what_is_known_of_a_place_only_by_saying_so(db, dispatcher, api):
    incident = opened(dispatcher, "шум", address="Абай 10", lon=76.92, lat=43.24, radius_m=300)
    path, send = f"/incident/{incident.pk}/acts/correct_place", api(dispatcher)
    for lost in ({"lon": 76.95, "lat": 43.25}, {"lon": 76.95, "lat": 43.25, "address": "  "}, {"address": "Абай 10"}):
        assert send("post", path, {"place": lost}).status_code == 422, lost
    same = {"lon": 76.92, "lat": 43.24, "address": "Абай 10"}
    unchanged = send("post", path, {"place": same})
    assert (unchanged.status_code, unchanged.json()["code"]) == (409, "act.unchanged")
    # The radius is kept with its position until another one is given, and goes with the position.
    assert send("post", path, {"place": same | {"address": "Абай 12"}}).status_code == 200
    assert Incident.objects.get(pk=incident.pk).radius_m == 300
    assert send("post", path, {"place": same | {"address": "Абай 12", "radius_m": 0}}).status_code == 200
    assert Incident.objects.get(pk=incident.pk).radius_m == 0
    assert send("post", path, {"place": {"lon": 76.95, "lat": 43.25}, "no_address": True}).status_code == 200
    incident.refresh_from_db()
    assert (incident.address, incident.lon_e6) == ("", 76_950_000)
    assert not Entry.objects.filter(subject=incident.pk, act="incident.correct_place", version=5).exists()


def test_a_rating_keeps_the_note_where_a_blank_one_comes(db, dispatcher, api):
    incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise", note="Третий этаж")
    path = f"/incident/{incident.pk}/acts/assess"
    same = {"kind_code": incident.kind, "priority": incident.priority}
    for note in ("", "  ", "Третий этаж"):
        answer = api(dispatcher)("post", path, same | {"note": note})
        assert (answer.status_code, answer.json()["code"]) == (409, "act.unchanged"), note
    assert api(dispatcher)("post", path, same | {"note": "Четвёртый этаж"}).status_code == 200
    assert api(dispatcher)("post", path, same | {"priority": 1, "note": " "}).status_code == 200
    assert Incident.objects.get(pk=incident.pk).note == "Четвёртый этаж"


def test_a_question_card_that_says_the_same_again_is_refused(db, dispatcher, api):
    call = called(dispatcher, "шум")
    path = f"/call/{call.pk}/acts/question"
    body = {"kind_code": "noise", "card": {}}
    assert api(dispatcher)("post", path, body).status_code == 200, "the first one rates the call"
    again = api(dispatcher)("post", path, body | {"note": " "})
    assert (again.status_code, again.json()["code"]) == (409, "act.unchanged")
    assert api(dispatcher)("post", path, body | {"kind_code": "fight"}).status_code == 200
    assert Call.objects.get(pk=call.pk).note == "шум"


def test_spaces_are_no_address(db, dispatcher):
    assert opened(dispatcher, "шум", address="   ", lon=76.92, lat=43.24).address == ""


def test_remarks_are_timed_lines_and_are_made_once(db, dispatcher, supervisor, api):
    incident = opened(dispatcher, "шум")
    path, one = "/remark/acts/remark", {"incident": str(incident.pk)}
    first = api(dispatcher)("post", path, one | {"text": "  Перезвонили, не отвечает. "}, idempotency_key="r1")
    again = api(dispatcher)("post", path, one | {"text": "  Перезвонили, не отвечает. "}, idempotency_key="r1")
    assert (first.status_code, again.status_code) == (201, 200)
    api(supervisor)("post", path, one | {"text": "Выехал участковый."})
    lines = api(dispatcher)("get", f"/incidents/{incident.pk}").json()["remarks"]
    assert [(line["text"], line["role"]) for line in lines] == [
        ("Перезвонили, не отвечает.", "dispatcher"), ("Выехал участковый.", "supervisor"),
    ]  # fmt: skip
    assert api(dispatcher)("post", path, one | {"text": "   "}).status_code == 422


def test_a_crew_adds_remarks_only_where_it_was_sent(db, dispatcher, supervisor, patrol):
    theirs, other = opened(dispatcher, "шум"), opened(dispatcher, "другой")
    dispatch.send_unit(dispatcher, theirs, unit_on_duty(supervisor, tablet=patrol))
    actions.add_remark(patrol, theirs, text="Дверь не открывают.")
    with pytest.raises(Denied):
        actions.add_remark(patrol, other, text="Мимо.")
    assert Remark.objects.count() == 1


# Mergings


def test_a_merging_keeps_every_callers_words_and_undoing_it_restores(db, dispatcher, api):
    target = opened(dispatcher, "музыка", 9)
    actions.join_call(dispatcher, called(dispatcher, "громко", 8), target)
    source = opened(dispatcher, "крики", 7)
    actions.join_call(dispatcher, called(dispatcher, "дерутся", 6), source)
    actions.add_remark(dispatcher, source, text="Слышно детей.")
    actions.merge(dispatcher, source, into=target)

    shown = api(dispatcher)("get", f"/incidents/{target.pk}").json()
    assert [(call["note"], call["by"], call["code"]) for call in shown["calls"]] == [
        ("музыка", "first", target.code), ("громко", "joined", target.code),
        ("крики", "merged", source.code), ("дерутся", "merged", source.code),
    ]  # fmt: skip
    assert [line["text"] for line in shown["remarks"]] == ["Слышно детей."]
    row = next(row for row in queries.queue(dispatcher) if row["id"] == target.pk)
    assert (row["calls"], row["joined"]) == (4, 3)

    actions.unmerge(dispatcher, source)
    counts = {row["id"]: row["calls"] for row in queries.queue(dispatcher)}
    assert counts == {target.pk: 2, source.pk: 2}
    assert [call["note"] for call in queries.calls_of(source)] == ["крики", "дерутся"]
    assert queries.remarks_of(target) == []


def test_chains_of_mergings_keep_the_words_of_all(db, dispatcher):
    one, two, three = opened(dispatcher, "раз", 3), opened(dispatcher, "два", 2), opened(dispatcher, "три", 1)
    actions.merge(dispatcher, one, into=two)
    actions.merge(dispatcher, two, into=three)
    assert [call["note"] for call in queries.calls_of(three)] == ["раз", "два", "три"]
    assert queries.count_calls([three.pk]) == {three.pk: 3}


# Calls from elsewhere


@pytest.fixture
def far(db, dispatcher, api):
    """A call from Kostanay that rings in Almaty: it is taken."""
    body = {
        "call": {
            "offered_at": now().isoformat(), "answered_at": now().isoformat(), "kind": "noise",
            "place": {"lon": 63.62, "lat": 53.21, "address": "Қостанай, Әл-Фараби 90"},
        }
    }  # fmt: skip
    answer = api(dispatcher)("post", "/incidents", body)
    assert answer.status_code == 201, answer.content
    return Incident.objects.get(pk=answer.json()["id"])


def test_a_call_from_elsewhere_is_taken_and_stays_ours_until_the_other_side_takes_it(far, dispatcher, charlie, api):
    assert (far.territory_id, far.first_call.territory_id) == (ALMATY, ALMATY)
    ours, theirs = api(dispatcher), api(charlie)
    assert theirs("get", f"/incidents/{far.pk}").status_code == 404

    path, one = "/handover/acts/incident.hand_over", {"incident": str(far.pk), "to": KOSTANAY}
    assert ours("post", path, one | {"reason": "Қостанай"}).status_code == 201
    assert ours("post", path, one).status_code == 409  # once is enough
    shown = ours("get", f"/incidents/{far.pk}").json()
    assert (shown["owner"], shown["handed_over_to"]) == (ALMATY, KOSTANAY)
    waiting = theirs("get", "/incidents/hand_overs").json()
    assert [(row["sender_id"], row["state"]) for row in waiting] == [(ALMATY, "handed_over")]
    assert len(ours("get", "/incidents/hand_overs").json()) == 1  # the sender follows it

    clock = Clock.objects.get(subject=far.pk, state="running")
    joining = actions.join_call(dispatcher, called(dispatcher, "и мы видим"), far)
    taken = theirs("post", f"/handover/{waiting[0]['id']}/acts/take")
    assert (taken.status_code, taken.json()["state"]) == (200, "taken")
    far.refresh_from_db()
    assert (far.territory_id, far.first_call.territory_id) == (KOSTANAY, KOSTANAY)
    shown = theirs("get", f"/incidents/{far.pk}").json()
    assert (shown["owner"], shown["handed_over_to"]) == (KOSTANAY, None)
    assert [call["by"] for call in shown["calls"]] == ["first", "joined"]
    assert theirs("post", f"/joining/{joining.pk}/acts/part").status_code == 200
    moved = Clock.objects.get(subject=far.pk, state="running")
    assert (moved.territory_id, moved.started_at, moved.due_at) == (KOSTANAY, clock.started_at, clock.due_at)


def test_only_the_receiving_territory_takes_and_a_return_says_why(far, dispatcher, charlie, api):
    made = actions.hand_over_incident(dispatcher, far, to=KOSTANAY)
    with pytest.raises(Denied):
        actions.take_hand_over(dispatcher, made)
    assert api(charlie)("post", f"/handover/{made.pk}/acts/return", {"reason": ""}).status_code == 422
    answer = api(charlie)("post", f"/handover/{made.pk}/acts/return", {"reason": "Рудный, не мы"})
    assert (answer.status_code, answer.json()["state"]) == (200, "returned")
    far.refresh_from_db()
    assert far.territory_id == ALMATY


def test_who_handed_over_does_not_take_it_under_another_account(far, dispatcher, charlie, same_person, api):
    dispatcher, other = same_person(dispatcher, territory=KOSTANAY)
    made = actions.hand_over_incident(dispatcher, far, to=KOSTANAY)
    refused = api(other)("post", f"/handover/{made.pk}/acts/take")
    assert (refused.status_code, refused.json()["code"]) == (403, "act.denied")
    assert api(charlie)("post", f"/handover/{made.pk}/acts/take").status_code == 200


def test_what_the_sender_closed_meanwhile_waits_no_longer(far, dispatcher, charlie, api):
    made = actions.hand_over_incident(dispatcher, far, to=KOSTANAY)
    dispatch.close(dispatcher, Incident.objects.get(pk=far.pk), outcome="passed_on")
    assert queries.hand_overs(charlie) == []
    refused = api(charlie)("post", f"/handover/{made.pk}/acts/take")
    assert (refused.status_code, refused.json()["code"]) == (409, "act.not_open")


def test_nobody_hands_over_what_is_not_theirs(far, charlie):
    with pytest.raises(Denied):
        actions.hand_over_incident(charlie, far, to="710000000")
    assert not HandOver.objects.exists()


def test_a_call_without_an_incident_is_handed_over_by_itself(db, dispatcher, charlie):
    call = called(dispatcher, "не наш", lon=63.62, lat=53.21, territory=KOSTANAY)
    assert call.territory_id == ALMATY
    actions.take_hand_over(charlie, actions.hand_over_call(dispatcher, call, to=KOSTANAY))
    assert Call.objects.get(pk=call.pk).territory_id == KOSTANAY


def test_a_neighbouring_system_enters_no_calls_elsewhere(db, dispatcher):
    """Only a person at a desk hears a caller from anywhere; a gateway stays in its territories."""
    import dataclasses

    gateway = dataclasses.replace(dispatcher, role="gateway")
    with pytest.raises(Denied):
        called(gateway, "", territory=KOSTANAY)


# Ended assignments


def test_ended_assignments_keep_their_true_states(db, dispatcher, supervisor, patrol):
    """A unit that was released on its way and one that worked are not the same, and closing changes neither."""
    from tartip.operations.dispatch import queries as sent

    incident = opened(dispatcher, "шум")
    worked = dispatch.send_unit(dispatcher, incident, unit_on_duty(supervisor, "Барс-1", tablet=patrol))
    called_off = dispatch.send_unit(dispatcher, incident, unit_on_duty(supervisor, "Барс-2"))
    for step in (dispatch.acknowledge, dispatch.arrive):
        step(patrol, worked)
    dispatch.release(dispatcher, called_off)
    dispatch.clear(patrol, worked)
    dispatch.close(dispatcher, incident, outcome="settled")
    states = {row.unit.callsign: row.state for row in sent.of_incident(dispatcher, incident)}
    assert states == {"Барс-1": "cleared", "Барс-2": "released"}
