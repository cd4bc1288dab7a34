"""What the screens offer and show: only what the reader may do, each state as it is, everything with time and name."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from django.test import Client

from tartip.core.acts import ACTS, open_acts
from tartip.core.people.models import Account
from tartip.operations.console import view
from tartip.operations.console.pages import STEPS
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.incidents.actions import assess, hand_over_incident, merge, open_incident, take_hand_over
from tartip.operations.incidents.models import Incident
from tartip.operations.incidents.queries import asked_reason
from tartip.operations.units import actions as units

ALMATY, KOSTANAY = "750000000", "390000000"


def desk_of(username: str, language: str = "en") -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), "allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = language
    return client


@pytest.fixture
def incident(dispatcher: Any) -> Incident:
    return open_incident(dispatcher, territory=ALMATY, kind_code="fight", lon=76.92, lat=43.24, address="Абай 10")


@pytest.fixture
def crew(supervisor: Any) -> Any:
    return units.begin_duty(supervisor, units.enter_unit(supervisor, territory=ALMATY, callsign="Барс-01"))


def card(client: Client, incident: Incident) -> str:
    page: str = client.get(f"/console/{incident.pk}/card/").content.decode()
    return page


def press(client: Client, path: str, subject: Any, version: int, **form: Any) -> Any:
    headers = {"X-Requested-With": "fetch", "Idempotency-Key": uuid.uuid4().hex, "If-Match": f'"{version}"'}
    return client.post(path, {"subject": str(subject), **form}, headers=headers)


def test_the_operator_is_offered_only_what_she_may_do(persona, incident, crew):
    persona("operator")
    page = card(desk_of("operator"), incident)
    assert 'id="assign"' not in page
    assert "Whom to send" not in page
    for forbidden in ("assess", "close", "stand_down", "merge"):
        assert f"/console/{incident.pk}/{forbidden}/" not in page
    for allowed in ("correct_place", "remark", "hand_over"):
        assert f"/console/{incident.pk}/{allowed}/" in page
    assert 'data-open="new-call"' in desk_of("operator").get("/console/").content.decode()


def test_what_is_offered_to_the_duty_officer_is_not_refused(dispatcher, incident, crew):
    page = card(desk_of("dispatcher"), incident)
    for allowed in ("assign", "assess", "close", "stand_down", "correct_place", "remark", "hand_over"):
        assert f"/console/{incident.pk}/{allowed}/" in page


def test_a_place_is_corrected_and_the_history_says_who_did_it(dispatcher, incident):
    desk = desk_of("dispatcher")
    answer = press(
        desk,
        f"/console/{incident.pk}/correct_place/",
        incident.pk,
        incident.version,
        address="Абай 110",
        lon="",
        lat="",
    )
    assert answer.status_code == 200
    incident.refresh_from_db()
    assert (incident.address, incident.lon_e6) == ("Абай 110", None)
    page = card(desk, incident)
    assert "The place was corrected" in page.split('class="timeline')[1]
    assert "Қарлығаш Смағұлова" in page.split('class="timeline')[1]


def test_a_remark_stands_in_the_timeline_with_its_writer(dispatcher, incident):
    desk = desk_of("dispatcher")
    path = f"/console/{incident.pk}/remark/"
    assert press(desk, path, incident.pk, 1, text="Ушли во двор").status_code == 200
    line = card(desk, incident).split('class="timeline')[1].split("</li>")[0]
    assert "Ушли во двор" in line
    assert "Қарлығаш Смағұлова" in line
    assert press(desk, path, incident.pk, 1, text=" ").status_code == 422


def test_a_unit_is_shown_in_the_state_it_is_in(dispatcher, incident, crew):
    desk = desk_of("dispatcher")
    sent = dispatch.send_unit(dispatcher, incident, crew)
    steps = [
        (lambda: None, "assigned"),
        (lambda: dispatch.acknowledge(dispatcher, sent), "accepted"),
        (lambda: dispatch.en_route(dispatcher, sent), "on the way"),
        (lambda: dispatch.arrive(dispatcher, sent), "on scene"),
    ]
    for do, word in steps:
        do()
        section = card(desk, incident).split(">Units<")[1].split("</div>")[0]
        assert f"<span>{word}</span>" in section
    dispatch.clear(dispatcher, sent)
    section = card(desk, incident).split(">Units<")[1].split("</div>")[0]
    assert "<span>cleared</span>" in section.split("<details")[1]
    assert "Барс-01" not in section.split("<details")[0]
    done = card(desk, incident).split('class="timeline')[1]
    assert done.count("<b>Барс-01</b>") == 5, "sent, accepted, on the way, on scene, cleared"


def test_an_incident_whose_last_unit_is_clear_awaits_its_outcome(dispatcher, incident, crew):
    sent = dispatch.acknowledge(dispatcher, dispatch.send_unit(dispatcher, incident, crew))
    assert dict(view.board(dispatcher)["groups"])["working"][0]["id"] == incident.pk
    dispatch.clear(dispatcher, dispatch.arrive(dispatcher, sent))
    groups = dict(view.board(dispatcher)["groups"])
    assert [row["id"] for row in groups["outcome"]] == [incident.pk]
    assert groups["working"] == []
    assert "All units are clear" in card(desk_of("dispatcher"), incident)


def test_a_call_from_elsewhere_is_taken_and_handed_over(persona, dispatcher):
    desk, neighbour = desk_of("dispatcher"), persona("charlie")
    headers = {"X-Requested-With": "fetch", "Idempotency-Key": uuid.uuid4().hex}
    form = {"kind": "fight", "address": "Костанай, Абая 1", "lon": "63.6246", "lat": "53.2144"}
    assert desk.post("/console/calls/new/", form, headers=headers).status_code == 200
    incident = Incident.objects.get()
    assert incident.territory_id == ALMATY, "the desk that took it owns it until it is handed over"
    assert "The place lies elsewhere" in card(desk, incident)
    answer = press(
        desk, f"/console/{incident.pk}/hand_over/", incident.pk, incident.version, to=KOSTANAY, reason="не наш город"
    )
    assert answer.status_code == 200
    assert "It is yours until it is taken" in card(desk, incident)
    waiting = view.board(neighbour)["hand_overs"][0]
    assert (waiting["to_us"], waiting["may_take"]) == (True, True)
    path = f"/console/hand-overs/{waiting['id']}/take/"
    assert press(desk_of("charlie"), path, waiting["id"], waiting["version"]).status_code == 200
    incident.refresh_from_db()
    assert incident.territory_id == KOSTANAY
    assert [row["id"] for row in dict(view.board(neighbour)["groups"])["waiting"]] == [incident.pk]


def test_a_refusal_names_the_field_in_words_of_the_reader(dispatcher, incident):
    headers = {"X-Requested-With": "fetch", "Idempotency-Key": "k"}
    desk = desk_of("dispatcher", "ru")
    form = {"kind": "fight", "address": "x", "lon": "семьдесят", "lat": "43"}
    answer = desk.post("/console/calls/new/", form, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"]["lon"]


def test_who_takes_a_hand_over_has_it_without_a_unit_with_its_clock_and_the_whole_history(
    persona, dispatcher, supervisor, incident, crew
):
    """The crews of the sender are not ours: they are free at the taking, and the incident waits for a crew of ours."""
    charlie = persona("charlie")
    second = units.begin_duty(supervisor, units.enter_unit(supervisor, territory=ALMATY, callsign="Барс-02"))
    first_sent = dispatch.send_unit(dispatcher, incident, crew)
    there = dispatch.arrive(
        dispatcher, dispatch.acknowledge(dispatcher, dispatch.send_unit(dispatcher, incident, second))
    )
    dialog = card(desk_of("dispatcher"), incident).split('id="hand-over"')[1].split("</dialog>")[0]
    assert "these units are released" in dialog
    assert "Барс-01" in dialog
    assert "Барс-02" in dialog
    made = hand_over_incident(dispatcher, incident, to=KOSTANAY)
    take_hand_over(charlie, made)
    for sent, state in ((first_sent, "released"), (there, "cleared")):
        sent.refresh_from_db()
        assert sent.state == state
    (row,) = dict(view.board(charlie)["groups"])["waiting"]
    assert row["id"] == incident.pk
    assert row["clock"] is None  # a crew has come: the term to send one was met
    page = card(desk_of("charlie"), incident)
    assert "All units are clear" not in page
    assert "Барс-01" in page.split('class="timeline')[1]
    assert "Барс-02" in page.split('class="timeline')[1]
    assert dispatch.open_assignment(crew) is None


def test_every_step_that_is_offered_is_one_that_can_be_done(dispatcher, incident, crew):
    """A part of another act is nobody's button, and no line of the API's list of acts."""
    sent = dispatch.send_unit(dispatcher, incident, crew)
    for step in (
        lambda: None,
        lambda: dispatch.acknowledge(dispatcher, sent),
        lambda: dispatch.arrive(dispatcher, sent),
    ):
        step()
        sent.refresh_from_db()
        offered = [act.code for act in open_acts(dispatcher, sent)]
        assert {code.removeprefix("dispatch.") for code in offered} <= set(STEPS)
    inner = {"incident.assign", "incident.wait", "incident.inherit", "incident.move"}
    assert not inner & {act.code for act in open_acts(dispatcher, incident)}


# --- a call without a place


def new_call(client: Client, **form: str) -> Any:
    headers = {"X-Requested-With": "fetch", "Idempotency-Key": uuid.uuid4().hex}
    return client.post("/console/calls/new/", form, headers=headers)


def test_a_call_with_only_a_kind_asks_where_it_is(dispatcher):
    desk = desk_of("dispatcher")
    answer = new_call(desk, kind="shooting")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["address"])
    assert not Incident.objects.exists()
    assert new_call(desk, kind="shooting", no_address="1").status_code == 200
    incident = Incident.objects.get()
    assert "Nobody knows yet where it is" in card(desk, incident)
    assert "address unknown" in desk.get("/console/board/").content.decode()


def test_all_wrong_fields_of_a_call_are_named_at_once(dispatcher):
    answer = new_call(desk_of("dispatcher"), lon="far", lat="91", address="x")
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"lon", "lat", "kind"}
    for word in ("longitude", "latitude", "kind of event"):
        assert word in answer.json()["detail"]
    assert set(new_call(desk_of("dispatcher"), kind="noise", lon="76.9").json()["errors"]) == {"lat"}


def test_without_a_place_on_the_map_nobody_is_recommended(dispatcher, incident, crew):
    nowhere = open_incident(dispatcher, territory=ALMATY, kind_code="fight", address="Абай 10")
    page = card(desk_of("dispatcher"), nowhere)
    assert "the nearest crew was not counted" in page
    assert "recommended" not in page
    assert 'name="unit" value=""' in page
    assert page.count('data-code="KeyL"') == 1
    acts = page.split('class="acts"')[1]
    assert acts.index("KeyL") < acts.index("KeyA")
    assert card(desk_of("dispatcher"), incident).count('data-code="KeyL"') == 1


def test_a_merging_stands_in_the_history_of_the_incident_that_stays(dispatcher, incident):
    other = open_incident(dispatcher, territory=ALMATY, kind_code="fight", lon=76.92, lat=43.24)
    merge(dispatcher, other, into=incident)
    told = card(desk_of("dispatcher"), incident).split('class="timeline')[1]
    assert "Merged as a duplicate" in told
    assert other.code in told


# --- standing down


def test_the_second_person_sees_who_asked_and_why_and_confirms_that_reason(dispatcher, supervisor, incident):
    assess(dispatcher, incident, kind_code="fight", priority=1)
    assess(dispatcher, incident, kind_code="noise", priority=4)
    page = card(desk_of("dispatcher"), incident)
    assert "It was priority 1: a second person" in page
    assert "was priority 1" in page
    assert "was priority 1" in desk_of("dispatcher").get("/console/board/").content.decode()
    incident.refresh_from_db()
    path = f"/console/{incident.pk}/stand_down/"
    assert press(desk_of("dispatcher"), path, incident.pk, incident.version, reason="").status_code != 200
    assert press(desk_of("dispatcher"), path, incident.pk, incident.version, reason="false_call").status_code == 200
    incident.refresh_from_db()
    page = card(desk_of("supervisor"), incident)
    assert "Қарлығаш Смағұлова" in page.split("Standing down was asked")[1].split("</div>")[0]
    dialog = page.split('id="stand-down"')[1].split("</dialog>")[0]
    assert "selected" not in dialog
    assert "As it was asked" in dialog
    assert press(desk_of("supervisor"), path, incident.pk, incident.version, reason="").status_code == 200
    incident.refresh_from_db()
    assert (incident.state, incident.outcome) == ("closed", "false_call")


def test_who_takes_a_hand_over_is_led_to_the_incident(persona, dispatcher, incident):
    persona("charlie")
    made = hand_over_incident(dispatcher, incident, to=KOSTANAY)
    answer = press(desk_of("charlie"), f"/console/hand-overs/{made.pk}/take/", made.pk, made.version)
    assert answer.json()["show"] == str(incident.pk)


def test_who_handed_it_over_is_told_who_took_it_and_a_stranger_is_not(persona, dispatcher, incident):
    persona("charlie")
    made = hand_over_incident(dispatcher, incident, to=KOSTANAY)
    take_hand_over(persona("charlie"), made)
    for path in (f"/console/{incident.pk}/card/", f"/console/?incident={incident.pk}"):
        answer = desk_of("dispatcher").get(path)
        assert answer.status_code == 404
        assert f"{incident.code} was taken over: " in answer.content.decode()
    pressed = press(
        desk_of("dispatcher"), f"/console/{incident.pk}/assess/", incident.pk, 1, kind="noise", priority="2"
    )
    assert (pressed.status_code, pressed.json()["code"]) == (404, "incident.taken_over")
    # Ours that was never handed over is told to nobody else.
    other = open_incident(dispatcher, territory=ALMATY, kind_code="fight", lon=76.92, lat=43.24)
    assert "taken over" not in desk_of("charlie").get(f"/console/{other.pk}/card/").content.decode()


# --- nothing is offered that would be refused whatever is chosen


def test_closing_is_not_offered_while_a_unit_is_out(dispatcher, incident, crew):
    sent = dispatch.send_unit(dispatcher, incident, crew)
    page = card(desk_of("dispatcher"), incident)
    assert 'data-open="close" disabled' in " ".join(page.split())
    assert "clear or release first: Барс-01" in page
    assert 'id="close-outcome"' not in page
    dispatch.acknowledge(dispatcher, sent)
    dispatch.en_route(dispatcher, sent)
    dispatch.arrive(dispatcher, sent)
    dispatch.clear(dispatcher, sent)
    page = card(desk_of("dispatcher"), incident)
    assert 'id="close-outcome"' in page
    assert "disabled aria-describedby" not in page


def test_closing_that_takes_two_is_offered_to_the_second_only(dispatcher, supervisor, incident):
    assess(dispatcher, incident, kind_code="fight", priority=1)
    page = card(desk_of("dispatcher"), incident)
    assert 'data-open="close" disabled' in " ".join(page.split())
    assert "Priority 1 without a visit" in page
    incident.refresh_from_db()
    path = f"/console/{incident.pk}/stand_down/"
    assert press(desk_of("dispatcher"), path, incident.pk, incident.version, reason="false_call").status_code == 200
    incident.refresh_from_db()
    page = card(desk_of("dispatcher"), incident)
    assert 'data-open="stand-down"' not in page
    again = press(desk_of("dispatcher"), path, incident.pk, incident.version, reason="withdrawn")
    assert again.status_code == 403
    incident.refresh_from_db()
    assert asked_reason(incident) == "false_call"
    page = card(desk_of("supervisor"), incident)
    assert 'id="close-outcome"' in page
    assert 'data-open="stand-down"' in page


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_no_timeline_shows_the_words_of_a_button(dispatcher, incident, crew, language):
    """What happened stands in the past tense and in nobody's person, whoever entered it: card, feed and toast."""
    desk = desk_of("dispatcher", language)
    sent = dispatch.send_unit(dispatcher, incident, crew)
    dispatch.en_route(dispatcher, dispatch.acknowledge(dispatcher, sent))
    toast = press(desk, f"/console/assignments/{sent.pk}/arrive/", sent.pk, sent.version).json()["text"]
    assert toast == f"{crew.callsign}: {ACTS['dispatch.arrive'].done[language]}"
    page = card(desk, incident)
    told = page.split('class="timeline')[1].split("</ol>")[0]
    for code in ("incident.open", "dispatch.send", "dispatch.acknowledge", "dispatch.en_route", "dispatch.arrive"):
        act = ACTS[code]
        assert act.done[language] in told
        assert act.done[language] == act.names[language] or f"{act.names[language]} <" not in told
    assert f"<span>{ACTS['dispatch.clear'].names[language]}</span>" in page, "the button beside the crew"
    feed = re.search(r'<script id="act-names"[^>]*>(.*?)</script>', desk.get("/console/").content.decode())
    assert json.loads(feed[1])["incident.open"] == ACTS["incident.open"].done[language]
