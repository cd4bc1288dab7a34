"""From the telephone to the queue, by HTTP: what is accepted, what is refused and how it is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tartip.core.journal.models import Entry
from tartip.core.people.actors import make_token
from tartip.core.people.models import Appointment
from tartip.operations.calls.models import Call
from tartip.operations.incidents.models import Incident


@pytest.fixture
def operator(persona, client):
    """A client that calls the API with the operator's token."""
    token = make_token(Appointment.objects.get(account=persona("operator").account), "switch")

    def send(path, body=None, method="post", **headers):
        extra = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_ACCEPT_LANGUAGE": "ru"}
        extra |= {"HTTP_" + name.upper(): value for name, value in headers.items()}
        return getattr(client, method)("/api/v1" + path, body, content_type="application/json", **extra)

    return send


def a_call(**changes):
    now = datetime.now(UTC)
    return {
        "offered_at": (now - timedelta(seconds=40)).isoformat(),
        "answered_at": (now - timedelta(seconds=33)).isoformat(),
        "kind": "fight",
        "place": {"lon": 76.92, "lat": 43.24, "radius_m": 30, "address": "Абай 10"},
        "card": {"danger_now": True, "injured": 1},
        **changes,
    }


def test_one_request_brings_a_call_into_the_queue(operator):
    answer = operator("/incidents", {"call": a_call()})
    assert answer.status_code == 201, answer.content
    incident = Incident.objects.get(pk=answer.json()["id"])
    assert incident.first_call.card == {"danger_now": True, "injured": 1}
    assert incident.territory_id.startswith("75")  # Almaty, found from the place
    assert [row["id"] for row in operator("/incidents", method="get").json()] == [str(incident.pk)]
    assert list(
        Entry.objects.filter(subject__in=[incident.pk, incident.first_call_id])
        .order_by("id")
        .values_list("act", flat=True)
    ) == ["call.receive", "incident.open"]


def test_a_double_submit_makes_one_call_and_one_incident(operator):
    body = {"call": a_call()}
    first = operator("/incidents", body, idempotency_key="tap-7")
    second = operator("/incidents", body, idempotency_key="tap-7")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert (Call.objects.count(), Incident.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"kind": "ufo"}, "kind.unknown", "ufo"),
        ({"place": {"lon": 200, "lat": 43}}, None, "lon"),
        ({"place": {"lon": 76.9}}, None, "lon"),
        ({"place": {"lon": 2.35, "lat": 48.85}}, None, "48.85"),  # Paris
        ({"offered_at": "2099-01-01T00:00:00Z"}, "time.bad", "offered_at"),
        ({"offered_at": "2999-01-01T00:00:00Z"}, "input.bad", "offered_at"),
        ({"offered_at": "2023-01-01T00:00:00"}, "input.bad", "offered_at"),  # no zone
        ({"offered_at": "yesterday"}, "input.bad", "offered_at"),
        ({"answered_at": "2001-01-01T00:00:00Z"}, "time.bad", "answered_at"),
        ({"card": {"weather": True}}, "card.bad", "weather"),
        ({"card": {"injured": -1}}, "card.bad", "injured"),
        ({"note": "x" * 5000}, "text.too_long", "note"),
    ],
)
def test_bad_input_names_the_field_and_leaves_nothing(operator, changes, code, named):
    answer = operator("/incidents", {"call": a_call(**changes)})
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert named in answer.content.decode()
    if code:
        assert answer.json()["code"] == code
    assert not Call.objects.exists()
    assert not Incident.objects.exists()
    assert not Entry.objects.filter(act="call.receive").exists()


def test_a_wrong_token_is_told_so(client, db):
    answer = client.get("/api/v1/incidents", HTTP_AUTHORIZATION="Bearer tartip_wrong")
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")


def test_an_oversized_body_is_refused(operator):
    answer = operator("/incidents", {"call": a_call(note="x" * 400_000)})
    assert answer.status_code in (400, 413)
    assert not Call.objects.exists()


def test_broken_json_is_told_so(operator):
    assert operator("/incidents", "{no").status_code == 400


def test_a_stranger_sees_no_such_incident(operator, client, persona):
    """Charlie works in another region: the answer must not even say that the incident exists."""
    made = operator("/incidents", {"call": a_call()}).json()
    token = make_token(Appointment.objects.get(account=persona("charlie").account), "x")
    for incident in (made["id"], "00000000-0000-7000-8000-000000000000"):
        answer = client.get(f"/api/v1/incidents/{incident}", HTTP_AUTHORIZATION=f"Bearer {token}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_same_key_with_another_body_is_refused_and_said_so(operator):
    """Field case 30: the second request says another address, which must not be lost in the answer of the first."""
    first, other = a_call(), a_call(place={"lon": 76.95, "lat": 43.25, "address": "Абай 120"})
    for path in ("/incidents", "/calls"):
        wrap = (lambda call: {"call": call}) if path == "/incidents" else (lambda call: call)
        assert operator(path, wrap(first), idempotency_key="tap" + path).status_code == 201
        refused = operator(path, wrap(other), idempotency_key="tap" + path)
        assert (refused.status_code, refused.json()["code"]) == (422, "key.other_body")
    assert (Call.objects.count(), Incident.objects.count()) == (2, 1)


def test_one_key_at_calls_and_at_incidents_is_two_requests(operator):
    body = a_call()
    assert operator("/calls", body, idempotency_key="tap-9").status_code == 201
    refused = operator("/incidents", {"call": body}, idempotency_key="tap-9")
    assert (refused.status_code, refused.json()["code"]) == (422, "key.other_body")
    assert operator("/incidents", {"call": body}, idempotency_key="tap-10").status_code == 201
    refused = operator("/calls", body, idempotency_key="tap-10")
    assert (refused.status_code, refused.json()["code"]) == (422, "key.other_body")
    assert (Call.objects.count(), Incident.objects.count()) == (2, 1)


def test_an_incident_without_a_call_is_opened_once_for_its_key(operator):
    body = {"kind": "fight", "place": {"lon": 76.92, "lat": 43.24}}
    first = operator("/incidents", body, idempotency_key="tap-11")
    second = operator("/incidents", body, idempotency_key="tap-11")
    assert (first.status_code, second.status_code) == (201, 200)
    assert (second.json()["id"], second.json()["repeated"]) == (first.json()["id"], True)
