"""What happened to my call: whoever holds the code sees the steps, and nobody sees more than that."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tartip.core.acts import Actor
from tartip.core.journal.erasure import erase_due
from tartip.core.journal.models import Entry
from tartip.core.people.actions import enter_person
from tartip.core.people.models import Account
from tartip.core.receipts import live
from tartip.core.sms import listeners as sms
from tartip.core.sms.models import Message
from tartip.core.time import clock, now
from tartip.operations.callers import listeners
from tartip.operations.callers.receipts import kept
from tartip.operations.calls.actions import fill_card, receive_call
from tartip.operations.calls.models import Call
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.incidents import actions as incidents
from tartip.operations.incidents.models import Incident
from tartip.operations.units import actions as units

ALMATY = "750000000"
PHONE = "+77015550102"


@pytest.fixture(autouse=True)
def fresh(django_db_setup: None, settings: Any) -> None:
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {"default": memory, "figures": {**memory, "LOCATION": "figures"}}
    cache.clear()
    kept.clear()


@pytest.fixture
def operator(persona: Any) -> Actor:
    actor: Actor = persona("operator")
    return actor


def ring(operator: Actor, kind: str = "noise", *, phone: str = PHONE, **facts: Any) -> Call:
    """A call of somebody who says where and what, answered at once."""
    caller = enter_person(operator, territory=ALMATY, name="Айгүл", phone=phone) if phone else None
    at = now()
    return receive_call(
        operator, territory=ALMATY, offered_at=at, answered_at=at, kind_code=kind, address="Абай 52, кв. 8",
        lon=76.92, lat=43.24, caller=caller, **facts,
    )  # fmt: skip


def opened(operator: Actor, call: Call, kind: str = "noise") -> Incident:
    return incidents.open_incident(
        operator, territory=ALMATY, kind_code=kind, call=call, address=call.address, lon=76.92, lat=43.24
    )


def stranger(language: str = "ru") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    return client


def steps(call: Call, language: str = "ru") -> str:
    kept.clear()
    answer = stranger(language).get(f"/c/{call.receipt}/")
    assert answer.status_code == 200
    return answer.content.decode()


def react(act: str) -> None:
    """Run the listeners of the newest entry of this act, twice: a job may run again after a crash."""
    entry = Entry.objects.filter(act=act).order_by("-recorded_at", "-id").first()
    assert entry is not None
    listen = {
        "incident.open": listeners.tell_the_first_caller,
        "call.join": listeners.tell_the_caller_who_joined,
        "sms.queue": sms.deliver,
    }[act]
    listen(entry.pk)
    listen(entry.pk)


def test_the_holder_follows_the_call_from_the_ringing_to_the_end(db: None, operator: Actor, persona: Any) -> None:
    dispatcher, patrol = persona("dispatcher"), persona("patrol")
    call = ring(operator)
    assert "Вызов принят" in steps(call)
    incident = opened(operator, call)
    assert "Сообщение зарегистрировано" in steps(call)
    account = Account.objects.get(pk=patrol.account)
    unit = units.enter_unit(dispatcher, territory=ALMATY, callsign="Барс-14", account=account)
    units.begin_duty(dispatcher, unit)
    sent = dispatch.send_unit(dispatcher, incident, unit)
    page = steps(call)
    assert "Наряд направлен" in page
    assert "Барс-14" not in page
    dispatch.acknowledge(patrol, sent)
    dispatch.en_route(patrol, sent)
    assert "Наряд в пути" in steps(call)
    dispatch.arrive(patrol, sent)
    assert "Наряд прибыл" in steps(call)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_says_no_name_no_address_no_kind_and_no_number(db: None, operator: Actor, language: str) -> None:
    call = ring(operator, note="Соседка Марат кричит")
    opened(operator, call)
    page = steps(call, language)
    for secret in ("Айгүл", "Абай", "5550102", "Шум", "Noise", "Марат", "76.92", str(call.pk)):
        assert secret not in page


def test_a_stranger_with_a_wrong_code_sees_the_one_answer_of_every_wrong_code(db: None, operator: Actor) -> None:
    call = ring(operator)
    right = call.receipt
    assert right is not None
    wrong = right[:-1] + ("2" if right[-1] != "2" else "3")
    for path in (f"/c/{wrong}/", f"/c/{wrong}/live/", f"/c/{call.pk}/"):
        answer = stranger().get(path)
        assert answer.status_code == 404
        assert "Вызов принят" not in answer.content.decode()


def test_who_guesses_is_slowed_down(db: None, operator: Actor) -> None:
    call, guesser = ring(operator), stranger()
    told = [guesser.get(f"/c/{'Z' * 9}{sign}/").status_code for sign in "23456789AB" * 6 + "C"]
    assert told[-2:] == [404, 429]
    assert guesser.get(f"/c/{call.receipt}/").status_code == 429
    assert stranger().get(f"/c/{call.receipt}/").status_code == 200


def test_the_code_may_be_typed_where_every_receipt_is_asked_for(db: None, operator: Actor) -> None:
    code = ring(operator).receipt or ""
    assert stranger().get("/r/", {"code": f" {code[:5].lower()}-{code[5:]}"}).url == f"/c/{code}/"


def test_a_page_that_polls_costs_no_query_and_gets_304_until_something_happens(
    db: None, operator: Actor, django_assert_num_queries: Any
) -> None:
    call = ring(operator)
    path, client = f"/c/{call.receipt}/live/", stranger()
    first = client.get(path)
    assert (first.status_code, first["Cache-Control"]) == (200, "private, no-cache")
    with django_assert_num_queries(0):
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    opened(operator, call)
    kept.clear()  # its few seconds are over
    changed = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "Сообщение зарегистрировано" in changed.content.decode()


def test_strangers_never_take_more_than_two_connections(
    db: None, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two look-ups run already: a known page is told as it was, an unknown one is asked to come again."""
    seen, other = ring(operator), ring(operator, phone="")
    assert stranger().get(f"/c/{seen.receipt}/").status_code == 200
    monkeypatch.setattr(live, "PATIENCE", 0.01)
    monkeypatch.setattr(live, "SECONDS", 0.0)
    for _ in range(live.AT_ONCE):
        assert live._lanes.acquire(timeout=1)
    try:
        assert stranger().get(f"/c/{seen.receipt}/").status_code == 200
        assert stranger().get(f"/c/{other.receipt}/").status_code == 503
    finally:
        for _ in range(live.AT_ONCE):
            live._lanes.release()


def test_a_merged_and_a_joined_call_follow_the_incident_they_belong_to(db: None, operator: Actor, persona: Any) -> None:
    dispatcher = persona("dispatcher")
    first, second, third = ring(operator), ring(operator), ring(operator)
    kept_one, duplicate = opened(operator, first), opened(operator, second)
    incidents.merge(dispatcher, duplicate, into=kept_one)
    incidents.join_call(operator, third, kept_one)
    incidents.close_incident(dispatcher, Incident.objects.get(pk=kept_one.pk), outcome="not_confirmed")
    for call in (first, second, third):
        assert "Работа на месте завершена" in steps(call)
    assert "Об этом сообщили и другие" in steps(second)
    assert "Об этом сообщили и другие" in steps(third)


def test_a_call_that_was_handed_over_is_followed_at_its_new_desk(db: None, operator: Actor, persona: Any) -> None:
    dispatcher, there = persona("dispatcher"), persona("charlie")
    call = ring(operator)
    incident = opened(operator, call)
    hand_over = incidents.hand_over_incident(dispatcher, incident, to=there.territory, reason="лежит там")
    incidents.take_hand_over(there, hand_over)
    incidents.close_incident(there, Incident.objects.get(pk=incident.pk), outcome="not_confirmed")
    assert "Работа на месте завершена" in steps(call)


def test_after_the_retention_the_receipt_still_tells_the_steps_and_the_message_is_erased(
    db: None, operator: Actor
) -> None:
    call = ring(operator)
    opened(operator, call)
    react("incident.open")
    react("sms.queue")
    with clock(now() + timedelta(days=4 * 366)):
        erase_due()
        call.refresh_from_db()
        assert (call.address, Message.objects.get().text) == ("", "")
        assert "Сообщение зарегистрировано" in steps(call)


def test_the_caller_is_told_once_in_the_own_language_and_without_personal_data(db: None, operator: Actor) -> None:
    call = ring(operator, language="ru")
    opened(operator, call)
    react("incident.open")
    (message,) = Message.objects.all()
    assert (message.language, message.state) == ("ru", "queued")
    assert message.text.startswith("102: ваш вызов принят.")
    assert f"/c/{call.receipt}/" in message.text
    react("sms.queue")
    message.refresh_from_db()
    assert message.state == "sent"
    for entry in Entry.objects.filter(register="message").select_related("content"):
        body = str(entry.content.body)
        assert "5550102" not in body
        assert "Абай" not in body


def test_who_joined_is_told_too_and_kazakh_is_spoken_where_nobody_said(db: None, operator: Actor) -> None:
    incident = opened(operator, ring(operator, phone=""))
    call = ring(operator)
    incidents.join_call(operator, call, incident)
    react("call.join")
    (message,) = Message.objects.all()
    assert (message.about, message.language) == (call.pk, "kk")


@pytest.mark.parametrize("kind", ["domestic", "child", "threat", "self_harm", "attack", "burglary"])
def test_no_phone_rings_where_the_caller_may_have_somebody_to_fear(db: None, operator: Actor, kind: str) -> None:
    opened(operator, ring(operator, kind), kind)
    react("incident.open")
    assert not Message.objects.exists()


def test_no_phone_rings_where_only_the_incident_turned_out_to_be_of_a_quiet_kind(db: None, operator: Actor) -> None:
    opened(operator, ring(operator, "noise"), "domestic")
    react("incident.open")
    incident = opened(operator, ring(operator, "domestic", phone=""), "domestic")
    incidents.join_call(operator, ring(operator, "noise"), incident)
    react("call.join")
    assert not Message.objects.exists()


def test_no_phone_rings_while_there_is_danger_or_a_weapon(db: None, operator: Actor) -> None:
    for answer in ("danger_now", "weapon"):
        opened(operator, ring(operator, "fight", card={answer: True}), "fight")
        react("incident.open")
    assert not Message.objects.exists()


def test_who_has_no_phone_or_never_spoke_gets_no_message(db: None, operator: Actor) -> None:
    opened(operator, ring(operator, phone=""))
    react("incident.open")
    at = now()
    caller = enter_person(operator, territory=ALMATY, phone=PHONE)
    silent = receive_call(
        operator, territory=ALMATY, offered_at=at - timedelta(seconds=5), released_at=at, kind_code="noise",
        caller=caller,
    )  # fmt: skip
    opened(operator, silent)
    react("incident.open")
    assert not Message.objects.exists()


def test_a_call_that_turned_out_dangerous_while_the_message_waited_does_not_ring(db: None, operator: Actor) -> None:
    call = ring(operator)
    opened(operator, call)
    react("incident.open")
    fill_card(operator, call, kind_code="domestic", card={})
    react("sms.queue")
    assert Message.objects.get().state == "dropped"


def test_a_message_that_waited_for_an_hour_is_dropped(db: None, operator: Actor) -> None:
    opened(operator, ring(operator))
    react("incident.open")
    with clock(now() + timedelta(hours=2)):
        react("sms.queue")
    assert Message.objects.get().state == "dropped"


def test_the_telephone_system_hands_over_number_and_language_and_gets_the_code(db: None, persona: Any) -> None:
    from tartip.cases.tests.made import browser

    operator = persona("operator")
    moment = now().isoformat()
    body = {
        "call": {"offered_at": moment, "answered_at": moment, "phone": "8 701 555 01 02", "language": "en"},
        "territory": ALMATY, "kind": "noise",
    }  # fmt: skip
    client, key = browser(operator), {"Idempotency-Key": str(uuid.uuid4())}
    answer = client.post("/api/v1/incidents", body, content_type="application/json", headers=key)
    assert answer.status_code == 201, answer.content
    again = client.post("/api/v1/incidents", body, content_type="application/json", headers=key)
    assert again.json()["receipt"] == answer.json()["receipt"]
    call = Call.objects.get(pk=answer.json()["call"])
    assert (call.receipt, call.language) == (answer.json()["receipt"], "en")
    assert call.caller is not None
    react("incident.open")
    assert Message.objects.get().text.startswith("102: your call was received.")


def test_the_caught_messages_are_for_the_administrator_alone(db: None, operator: Actor, persona: Any) -> None:
    from tartip.cases.tests.made import browser

    opened(operator, ring(operator))
    react("incident.open")
    page = browser(persona("administrator")).get("/sms/")
    assert page.status_code == 200
    assert "/c/" in page.content.decode()
    assert "5550102" not in page.content.decode()
    assert browser(operator).get("/sms/").status_code == 403
    assert stranger().get("/sms/").status_code in (302, 401, 403)
