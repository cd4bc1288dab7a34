"""Queueing a text message, and what became of it."""

from __future__ import annotations

import uuid

from tartip.core.acts import Actor, act, doing
from tartip.core.acts.rights import is_system
from tartip.core.checks import check_length
from tartip.core.people.models import Person
from tartip.core.sms.models import Message

MOST_CHARACTERS = 300


@act(
    "sms.queue",
    names={"kk": "SMS жазу", "ru": "Подготовить СМС", "en": "Write a text message"},
    done={"kk": "SMS жазылды", "ru": "СМС подготовлено", "en": "A text message was written"},
    ground="order-706",
    creates=Message,
    may=is_system,
)
def queue_sms(
    actor: Actor, *, territory: str, person: Person, kind: str, about: uuid.UUID, language: str, text: str
) -> Message:
    """It leaves after this transaction is committed. The text must hold no personal data: it is in the journal."""
    check_length("text", text, MOST_CHARACTERS)
    return Message(
        territory_id=territory,
        person=person,
        kind=kind,
        about=about,
        language=language,
        text=text,
        queued_at=doing().at,
    )


@act(
    "sms.send",
    names={"kk": "SMS жіберу", "ru": "Отправить СМС", "en": "Send the text message"},
    done={"kk": "SMS жіберілді", "ru": "СМС отправлено", "en": "The text message was sent"},
    ground="order-706",
    of=Message,
    may=is_system,
    moves={"queued": "sent"},
)
def mark_sent(actor: Actor, message: Message) -> Message:
    """The port has taken it over."""
    message.ended_at = doing().at
    return message


@act(
    "sms.drop",
    names={"kk": "SMS-тен бас тарту", "ru": "Не отправлять СМС", "en": "Drop the text message"},
    done={"kk": "SMS жіберілмеді", "ru": "СМС не отправлено", "en": "The text message was not sent"},
    ground="order-706",
    of=Message,
    may=is_system,
    moves={"queued": "dropped"},
)
def drop(actor: Actor, message: Message) -> Message:
    """There is no number any more, it came too late to be of use, or it may not ring by now."""
    message.ended_at = doing().at
    return message
