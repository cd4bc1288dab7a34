"""From the telephone to the queue, by HTTP: what is accepted, what is refused and how it is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from tartip.core.journal.models import Entry
from tartip.core.people.actors import make_token
from tartip.core.people.models import Appointment
from tartip.operations.calls.models import Call
from tartip.operations.incidents.models import Incident

ALMATY = "750000000"
POINT, OTHER = {"lon": 76.92, "lat": 43.24}, {"lon": 76.93, "lat": 43.25}


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


NO_PLACES = [
    ({"lon": 181.0, "lat": 91.0}, "lon"),  # a receiver without a fix
    ({"lon": 76.9, "lat": 1e300}, "lat"),
    ({"lon": 76.9}, "lat"),
    ({"lat": 43.2}, "lon"),
    ({"lon": 76.9, "lat": 43.2, "radius_m": 250_000}, "radius_m"),
    ({"lon": 76.9, "lat": 43.2, "radius_m": -1}, "radius_m"),
]


@pytest.mark.parametrize("path", ["/calls", "/incidents"])
@pytest.mark.parametrize(("where", "field"), NO_PLACES)
def test_no_call_is_lost_for_a_position_that_is_none(operator, path, where, field):
    """The address and the number are kept, the answer names the field, and the entry holds what was sent."""
    call = a_call(place={**where, "address": "Абая 10"}, source_number="+77010000001")
    answer = operator(path, call if path == "/calls" else {"call": call})
    assert (answer.status_code, answer.json()["place_refused"]) == (201, field), answer.content
    [kept] = Call.objects.all()
    assert (kept.lon_e6, kept.address, kept.source_number) == (None, "Абая 10", "+77010000001")
    [entry] = Entry.objects.filter(act="call.receive")
    sent = orjson.loads(orjson.loads(entry.content.body)["notes"]["unusable_place"])
    assert {name: sent[name] for name in where} == where
    assert {one.address for one in Incident.objects.all()} <= {"Абая 10"}


@pytest.mark.parametrize(
    ("where", "territory"),
    [
        ({}, ALMATY),
        ({"address": "Абая 10"}, ALMATY),
        ({"lon": 2.35, "lat": 48.85}, ALMATY),  # Paris
        ({"lon": 43.24, "lat": 76.92}, ALMATY),  # exchanged
        ({"lon": 181.0, "lat": 91.0}, ALMATY),
        ({"lon": 51.68, "lat": 46.38}, "230000000"),  # Kashagan, off Atyrau
        ({"lon": 74.59, "lat": 42.87}, "310000000"),  # Bishkek, 25 km from Zhambyl
    ],
)
def test_a_call_whose_territory_is_not_named_is_taken_wherever_it_rings(operator, where, territory):
    answer = operator("/calls", a_call(place=where))
    assert answer.status_code == 201, answer.content
    # Who may take a call of another territory keeps it until it is handed over; the entry says where it belongs.
    [entry] = Entry.objects.filter(act="call.receive")
    said = orjson.loads(entry.content.body).get("notes", {}).get("belongs_to", Call.objects.get().territory_id)
    assert said == territory


@pytest.mark.parametrize(
    ("called", "said", "kept"),
    [
        (POINT, {"address": "Абая 10"}, (76_920_000, "Абая 10")),
        ({}, {"address": "Абая 10"}, (None, "Абая 10")),
        ({"address": "Сатпаева"}, {"address": "Абая 10"}, (None, "Абая 10")),
        (POINT | {"address": "Сатпаева"}, OTHER, (76_930_000, "Сатпаева")),
        (POINT | {"address": "Сатпаева"}, {"address": "Абая 10"}, (None, "Абая 10")),
        (POINT | {"address": "Абая, 10"}, {"address": "абая 10"}, (76_920_000, "абая 10")),
        (POINT, OTHER | {"address": "Абая 10"}, (76_930_000, "Абая 10")),
        (POINT | {"address": "Сатпаева"}, {}, (76_920_000, "Сатпаева")),
        (POINT, {"lon": 181.0, "lat": 91.0, "address": "Абая 10"}, (76_920_000, "Абая 10")),
    ],
)
def test_what_is_said_of_an_incident_is_kept_and_its_call_fills_what_is_left_open(operator, called, said, kept):
    answer = operator("/incidents", {"call": a_call(place=called), "place": said})
    assert answer.status_code == 201, answer.content
    incident = Incident.objects.get()
    assert (incident.lon_e6, incident.address) == kept


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
