"""A text message leaves once, after its act is committed, and only while it may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tartip.core.acts import system
from tartip.core.acts.errors import Denied
from tartip.core.ids import new_id
from tartip.core.journal.models import Entry
from tartip.core.people.actions import enter_person
from tartip.core.sms import listeners, port
from tartip.core.sms.actions import queue_sms
from tartip.core.sms.models import Message
from tartip.core.time import clock, now

PHONE = "+77015550102"


class Sent(list[tuple[str, str, str]]):
    """A port that remembers what it was handed: phone, text, key."""

    def send(self, phone: str, text: str, key: str) -> None:
        self.append((phone, text, key))


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Sent:
    sent = Sent()
    monkeypatch.setattr(listeners, "port", lambda: sent)
    return sent


def queued(phone: str = PHONE) -> Message:
    person = enter_person(system("test"), territory="751110000", name="А", phone=phone)
    facts = {"kind": "test.kind", "about": new_id(), "language": "kk", "text": "102"}
    return queue_sms(system("test"), territory="751110000", person=person, **facts)


def deliver(message: Message) -> str:
    listeners.deliver(Entry.objects.get(act="sms.queue", subject=message.pk).pk)
    message.refresh_from_db()
    return message.state


def test_a_message_goes_to_the_phone_once_though_the_job_runs_twice(db: None, out: Sent) -> None:
    message = queued()
    assert (deliver(message), deliver(message)) == ("sent", "sent")
    assert out == [(PHONE, "102", str(message.pk))]


def test_what_is_not_allowed_any_more_when_it_leaves_is_dropped(
    db: None, out: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that was rated as dangerous since the message was written must not ring."""
    message = queued()
    monkeypatch.setitem(port.MAY_LEAVE, "test.kind", lambda about: about != message.about)
    assert deliver(message) == "dropped"
    assert out == []


def test_a_message_without_a_number_or_an_hour_old_is_dropped(db: None, out: Sent) -> None:
    assert deliver(queued(phone="")) == "dropped"
    late = queued()
    with clock(now() + timedelta(minutes=61)):
        assert deliver(late) == "dropped"
    assert out == []


def test_a_port_that_fails_leaves_the_message_in_the_queue(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def send(self, phone: str, text: str, key: str) -> None:
            raise ConnectionError

    monkeypatch.setattr(listeners, "port", Broken)
    message = queued()
    with pytest.raises(ConnectionError):
        deliver(message)
    message.refresh_from_db()
    assert message.state == "queued"


def test_no_person_writes_a_message_by_hand(db: None, supervisor: Any) -> None:
    message = queued()
    with pytest.raises(Denied):
        queue_sms(
            supervisor, territory="751110000", person=message.person, kind="x", about=new_id(), language="kk", text="x"
        )
