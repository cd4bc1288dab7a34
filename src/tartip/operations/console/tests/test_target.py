"""An act is done to the record it was drawn for, in the state that was shown, once; or it is refused in words."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
import pytest
from django.test import Client

from tartip.core.journal.models import Entry
from tartip.core.people.models import Account
from tartip.core.time import now
from tartip.operations.dispatch.models import Assignment
from tartip.operations.incidents.actions import ask_stand_down, assess, correct_place, open_incident
from tartip.operations.incidents.models import Incident
from tartip.operations.units import actions as units
from tartip.operations.units.positions import put_positions

ALMATY = "750000000"


@pytest.fixture
def desk(client: Client, dispatcher: Any) -> Client:
    client.force_login(
        Account.objects.get(username="dispatcher"), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def incident(dispatcher: Any) -> Incident:
    return open_incident(dispatcher, territory=ALMATY, kind_code="fight", lon=76.92, lat=43.24, address="Абай 10")


@pytest.fixture
def crews(supervisor: Any) -> list[Any]:
    found = []
    for number in range(1, 4):
        unit = units.enter_unit(supervisor, territory=ALMATY, callsign=f"Барс-{number:02d}")
        found.append(units.begin_duty(supervisor, unit))
    put_positions((unit.pk, 76_900_000, 43_225_000, now()) for unit in found)
    return found


def press(
    desk: Client, incident: Incident, name: str, *, version: int | None = None, key: str = "", **form: Any
) -> Any:
    """What the page sends when a button of this incident's card is pressed."""
    return desk.post(
        f"/console/{incident.pk}/{name}/",
        {"subject": str(incident.pk), **form},
        headers={
            "X-Requested-With": "fetch",
            "Idempotency-Key": key or uuid.uuid4().hex,
            "If-Match": f'"{incident.version if version is None else version}"',
        },
    )


def test_an_act_without_version_or_key_is_refused_and_nothing_is_done(desk, incident, crews):
    headers = {"X-Requested-With": "fetch", "Idempotency-Key": "k"}
    form = {"subject": str(incident.pk), "unit": str(crews[0].pk)}
    assert desk.post(f"/console/{incident.pk}/assign/", form, headers=headers).status_code == 428
    headers = {"X-Requested-With": "fetch", "If-Match": "1"}
    assert desk.post(f"/console/{incident.pk}/assign/", form, headers=headers).status_code == 428
    assert not Assignment.objects.exists()


def test_a_form_of_another_card_is_refused_by_the_address_it_is_sent_to(desk, dispatcher, incident, crews):
    other = open_incident(dispatcher, territory=ALMATY, kind_code="noise", lon=76.93, lat=43.25)
    answer = press(desk, incident, "assign", subject=str(other.pk), unit=str(crews[0].pk))
    assert (answer.status_code, answer.json()["code"]) == (409, "form.wrong_target")
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("assign", {}),
        ("assess", {"kind": "noise", "priority": "4"}),
        ("close", {"outcome": "settled"}),
        ("stand_down", {"reason": "withdrawn"}),
    ],
)
def test_an_act_on_a_card_that_changed_meanwhile_is_refused_with_who_did_what(
    desk, dispatcher, incident, crews, name, form
):
    shown = incident.version
    assess(dispatcher, incident, kind_code="fight", priority=3)
    answer = press(desk, incident, name, version=shown, unit=str(crews[0].pk), **form)
    assert (answer.status_code, answer.json()["code"]) == (409, "act.clash")
    incident.refresh_from_db()
    assert (incident.state, incident.kind, incident.priority) == ("opened", "fight", 3)
    assert not Assignment.objects.exists()


def test_the_same_key_sends_one_unit_however_often_it_comes(desk, incident, crews):
    shown = incident.version
    for _ in range(3):
        answer = press(desk, incident, "assign", version=shown, key="one press", unit=str(crews[0].pk))
        assert answer.status_code == 200
    assert Assignment.objects.count() == 1


def test_a_second_unit_goes_only_when_asked_for(desk, incident, crews):
    assert press(desk, incident, "assign", unit=str(crews[0].pk)).status_code == 200
    incident.refresh_from_db()
    answer = press(desk, incident, "assign", unit=str(crews[1].pk))
    assert (answer.status_code, answer.json()["code"]) == (409, "incident.has_unit")
    assert press(desk, incident, "assign", unit=str(crews[1].pk), second="1").status_code == 200
    assert Assignment.objects.count() == 2


def test_a_step_on_an_assignment_that_moved_on_is_refused(desk, incident, crews):
    press(desk, incident, "assign", unit=str(crews[0].pk))
    sent = Assignment.objects.get()

    def step(name: str) -> Any:
        headers = {"X-Requested-With": "fetch", "Idempotency-Key": uuid.uuid4().hex, "If-Match": f'"{sent.version}"'}
        form = {"subject": str(sent.pk)}
        return desk.post(f"/console/assignments/{sent.pk}/{name}/", form, headers=headers)

    assert step("acknowledge").status_code == 200
    assert step("release").json()["code"] == "act.clash"


def test_the_undo_of_an_act_names_what_it_takes_back(desk, incident, crews):
    undo = press(desk, incident, "assign", unit=str(crews[0].pk)).json()["undo"]
    sent = Assignment.objects.get()
    assert undo == {"url": f"/console/assignments/{sent.pk}/release/", "version": sent.version}


def test_a_browser_without_scripts_is_led_back_to_the_card(desk, incident, crews):
    form = {"subject": str(incident.pk), "version": "1", "key": "plain", "unit": str(crews[0].pk)}
    answer = desk.post(f"/console/{incident.pk}/assign/", form)
    assert (answer.status_code, answer["Location"]) == (302, f"/console/?incident={incident.pk}")


def test_every_form_of_the_card_carries_record_version_and_key(desk, incident, crews):
    press(desk, incident, "assign", unit=str(crews[0].pk))
    page = desk.get(f"/console/{incident.pk}/card/").content.decode()
    forms = page.split("<form")[1:]
    assert len(forms) >= 4
    for form in forms:
        assert all(f'name="{field}"' in form for field in ("subject", "version", "key"))


# --- a call by hand


def call(desk: Client, **form: Any) -> Any:
    return desk.post(
        "/console/calls/new/", form, headers={"X-Requested-With": "fetch", "Idempotency-Key": uuid.uuid4().hex}
    )


def test_the_form_of_a_call_holds_nothing_that_nobody_said(desk):
    page = desk.get("/console/").content.decode()
    form = page[page.index('id="new-call-form"') :].split("</form>")[0]
    select = form[form.index("<select") :].split("</select>")[0]
    assert "selected" not in select
    assert '<option value="">' in select
    for field in ("address", "lon", "lat"):
        tag = form[form.index(f'name="{field}"') - 200 : form.index(f'name="{field}"') + 100]
        assert "value=" not in tag.split(f'id="new-{field}"')[1].split(">")[0]


def test_the_forms_of_the_card_choose_no_outcome_and_no_reason(desk, incident):
    page = desk.get(f"/console/{incident.pk}/card/").content.decode()
    for field in ("close-outcome", "down-reason"):
        select = page[page.index(f'id="{field}"') :].split("</select>")[0]
        assert "selected" not in select
        assert '<option value="">' in select


def test_an_address_alone_opens_an_incident_in_the_takers_own_territory(desk):
    assert call(desk, kind="noise", address="Абай 52").status_code == 200
    incident = Incident.objects.get()
    assert (incident.territory_id, incident.address, incident.lon_e6) == (ALMATY, "Абай 52", None)


def test_a_call_sent_again_with_its_key_is_one_call_and_another_one_is_refused(desk):
    """An answer was lost and the form is sent again: the moment the server notes must not make it another call."""

    def send(address: str) -> Any:
        form = {"kind": "noise", "address": address}
        return desk.post("/console/calls/new/", form, headers={"X-Requested-With": "fetch", "Idempotency-Key": "k-1"})

    first, again, other = send("Абай 52"), send("Абай 52"), send("Абай 54")
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 422)
    assert first.json()["text"] == again.json()["text"]
    assert other.json()["code"] == "key.other_body"
    assert Incident.objects.count() == 1


def test_a_call_without_a_kind_is_refused_with_the_field_in_words(desk):
    answer = call(desk, address="Абай 52")
    assert answer.status_code == 422
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("name", "form", "field"),
    [
        ("assess", {"kind": "fight", "priority": "7"}, "priority"),
        ("assess", {"kind": "no such", "priority": "2"}, "kind"),
        ("remark", {"text": " "}, "text"),
        ("close", {"outcome": "no such"}, "outcome"),
        ("correct_place", {"lon": "x", "lat": "43"}, "lon"),
        ("correct_place", {"lon": "", "lat": "", "address": ""}, "address"),
        ("hand_over", {"to": ""}, "to"),
        ("hand_over", {"to": "750000000"}, "to"),
        ("assign", {"unit": "x"}, "unit"),
    ],
)
def test_a_refusal_names_its_field_for_the_form(desk, incident, name, form, field):
    """The page marks that field; the field's own name is not repeated beside it."""
    answer = press(desk, incident, name, **form)
    assert answer.status_code in (409, 422)
    (found,) = answer.json()["errors"].items()
    assert found[0] == field
    assert not found[1][0].islower()


WAS = {"address": "Абай 10", "lon": "76.920000", "lat": "43.240000"}  # as the form of the fixture's incident shows it


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"address": "   "}, "address"),
        ({"address": ""}, "address"),
        ({"address": "", "no_position": "1"}, "address"),
        ({"lon": "", "lat": ""}, "lon"),
        ({"address": "  абай  10", "lon": " ", "lat": " "}, "lon"),  # the same address in another spelling
        ({"address": "Абай, 10.", "lon": "", "lat": ""}, "lon"),
        ({"lon": "", "lat": "", "no_address": "1"}, "lon"),
        ({"address": "Абай 12", "no_address": "1"}, "address"),
        ({"lon": "76.95", "no_position": "1"}, "lon"),
        ({}, "address"),
        ({"address": " Абай 10 "}, "address"),
    ],
)
def test_a_place_is_not_lost_and_not_corrected_by_accident(desk, incident, supervisor, form, field):
    """Left blank, contradicting or unchanged: nothing is recorded, and what was asked meanwhile is still asked."""
    assess(supervisor, incident, kind_code="fight", priority=1)
    ask_stand_down(supervisor, incident, reason="false_call")
    answer = press(desk, incident, "correct_place", **WAS | form)
    assert answer.status_code in (409, 422)
    assert list(answer.json()["errors"]) == [field]
    stored = Incident.objects.get(pk=incident.pk)
    assert (stored.address, stored.lon_e6, stored.version) == ("Абай 10", 76_920_000, incident.version)
    assert stored.stand_down_by == supervisor.name


def test_a_first_address_takes_no_position_away(desk, incident, dispatcher):
    """Where no address was known, nothing contradicts the position; both ways to say the whole place are open."""
    correct_place(dispatcher, incident, lon=76.92, lat=43.24, radius_m=50, no_address=True)
    address = f"/api/v1/incident/{incident.pk}/acts/correct_place"
    place = {"address": "Абай 10"}
    refused = desk.post(address, {"place": place}, content_type="application/json")
    assert (refused.status_code, refused.json()["fields"]["field"]) == (422, "lon")
    said = desk.post(address, {"place": {**place, "lon": 76.92, "lat": 43.24}}, content_type="application/json")
    assert said.status_code == 200
    stored = Incident.objects.get(pk=incident.pk)
    assert (stored.address, stored.lon_e6, stored.radius_m) == ("Абай 10", 76_920_000, 50)


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ({"no_address": "1"}, ("", 76_920_000)),
        ({"address": " ", "no_address": "1"}, ("", 76_920_000)),
        ({"no_position": "1"}, ("Абай 10", None)),
        ({"lon": "", "lat": "", "no_position": "1"}, ("Абай 10", None)),
        ({"no_address": "1", "no_position": "1"}, ("", None)),
        ({"address": "Абай 110", "lon": "", "lat": ""}, ("Абай 110", None)),
        ({"address": "Абай, 10"}, ("Абай, 10", 76_920_000)),
    ],
)
def test_what_is_known_of_a_place_is_removed_where_this_is_said(desk, incident, form, found):
    assert press(desk, incident, "correct_place", **WAS | form).status_code == 200
    stored = Incident.objects.get(pk=incident.pk)
    assert (stored.address, stored.lon_e6) == found


NOWHERE = {  # lon, lat → whether they would lie in the country the other way round
    "Paris": ("2.35", "48.85", False),
    "Almaty, swapped": ("43.25", "76.93", True),
}
SWAPPED = {
    "kk": "бойлық пен ендік орындары ауысқан сияқты",
    "ru": "похоже, долгота и широта перепутаны",
    "en": "longitude and latitude look swapped",
}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("where", NOWHERE)
def test_a_place_outside_the_country_is_refused_alike_for_a_call_and_a_correction(desk, incident, where, language):
    lon, lat, swapped = NOWHERE[where]
    desk.cookies["django_language"] = language
    refused = [
        call(desk, kind="fight", address="Абай 10", lon=lon, lat=lat),
        press(desk, incident, "correct_place", **WAS | {"lon": lon, "lat": lat}),
    ]
    said = {(answer.status_code, answer.json()["code"], *answer.json()["errors"].items()) for answer in refused}
    ((status, code, (field, words)),) = said
    assert (status, code) == (422, "territory.looks_swapped" if swapped else "territory.outside_country")
    assert field == "lon"
    assert [word for word in SWAPPED.values() if word in words] == ([SWAPPED[language]] if swapped else [])
    assert Incident.objects.get().version == incident.version


def test_a_place_outside_the_country_that_is_stored_already_is_shown_and_can_be_removed(desk, incident, monkeypatch):
    desk.cookies["django_language"] = "en"
    with monkeypatch.context() as before:  # a record of the time before
        before.setattr("tartip.operations.incidents.actions.course.near", lambda where, *, typed=False: None)
        assert press(desk, incident, "correct_place", **WAS | {"lon": "43.25", "lat": "76.93"}).status_code == 200
    now = Incident.objects.get()
    assert (
        "The place on the map lies in no region of Kazakhstan" in desk.get(f"/console/{now.pk}/card/").content.decode()
    )
    form = {"address": "Абай 10", "lon": "43.250000", "lat": "76.930000", "no_position": "1"}
    assert press(desk, now, "correct_place", **form).status_code == 200
    assert Incident.objects.get().lon_e6 is None


def test_a_place_corrected_to_another_territory_is_said_to_lie_there(desk, incident):
    """As with a new call: it stays ours until it is handed over, the answer and the card say where it belongs."""
    desk.cookies["django_language"] = "en"
    form = {"address": "Қостанай, Абай 1", "lon": "63.6246", "lat": "53.2144"}
    answer = press(desk, incident, "correct_place", **form)
    assert answer.status_code == 200
    assert "It lies elsewhere: Kostanay" in answer.json()["text"]
    assert Incident.objects.get().territory_id == ALMATY
    assert "The place lies elsewhere" in desk.get(f"/console/{incident.pk}/card/").content.decode()
    entry = Entry.objects.get(subject=incident.pk, act="incident.correct_place")
    assert orjson.loads(entry.content.body)["notes"]["belongs_to"] == "390000000"


def test_the_form_of_the_place_asks_only_about_what_is_known(desk, incident, dispatcher):
    boxes = ('name="no_address"', 'name="no_position"')
    for where in ({"address": "Абай 10"}, {"lon": 76.92, "lat": 43.24}, {}):
        one = open_incident(dispatcher, territory=ALMATY, kind_code="fight", **where)
        page = desk.get(f"/console/{one.pk}/card/").content.decode()
        assert [box in page for box in boxes] == ["address" in where, "lon" in where]


def test_a_rating_that_changes_nothing_is_refused(desk, incident, supervisor):
    assess(supervisor, incident, kind_code="fight", priority=1)
    ask_stand_down(supervisor, incident, reason="false_call")
    answer = press(desk, incident, "assess", kind="fight", priority="1")
    assert (answer.status_code, answer.json()["code"]) == (409, "act.unchanged")
    assert list(answer.json()["errors"]) == ["priority"]
    assert Incident.objects.get(pk=incident.pk).stand_down_by == supervisor.name
    assert press(desk, incident, "assess", kind="attack", priority="1").status_code == 200


def test_a_refusal_about_no_field_names_none(desk, incident):
    answer = press(desk, incident, "assess", kind="fight", priority="2", version=99)
    assert answer.json()["errors"] == {}


def test_the_session_that_ended_is_said_as_such_and_not_led_to_another_page(client, db):
    for answer in (client.get("/console/board/", headers={"X-Requested-With": "fetch"}), call(client, kind="noise")):
        assert answer.status_code == 401


def test_a_stale_form_token_is_said_in_a_way_a_script_understands(dispatcher):
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        Account.objects.get(username="dispatcher"), "allauth.account.auth_backends.AuthenticationBackend"
    )
    answer = call(client, kind="noise")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


@pytest.mark.parametrize("priority", ["\u00b2", "9" * 5000, "\u0663", "-1", "1.0", " ", "0", "5"])
def test_a_priority_that_is_none_of_the_four_is_refused(desk, incident, priority):
    answer = press(desk, incident, "assess", kind="fight", priority=priority)
    assert answer.status_code == 422, answer.content
