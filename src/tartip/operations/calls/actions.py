"""What may be done with a call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tartip.core.acts import Actor, Clocks, act
from tartip.core.acts.rights import has_role, in_territory
from tartip.core.people.models import Person
from tartip.core.places import place
from tartip.core.time import now
from tartip.errors import TartipError
from tartip.operations.calls.kinds import checked_card, kind
from tartip.operations.calls.models import Call

# Clocks of two machines are never quite the same.
CLOCK_TOLERANCE = timedelta(minutes=2)
MAX_NOTE = 4000

takes_calls = in_territory & has_role("operator", "dispatcher", "supervisor", "gateway")


class BadTime(TartipError):
    code = "time.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


class TooLong(TartipError):
    code = "text.too_long"
    text = "%(field)s: at most %(most)s characters, not %(length)s."
    http_status = 422


@act(
    "call.receive",
    names={"kk": "Қоңырауды тіркеу", "ru": "Принять вызов", "en": "Receive a call"},
    ground="order-706",
    creates=Call,
    may=takes_calls,
    moves={"offered": ("offered", "answered", "released")},
    clocks=Clocks(starts=[lambda call: None if call.answered_at else "ops-answer"]),
)
def receive_call(
    actor: Actor,
    *,
    territory: str,
    offered_at: datetime,
    answered_at: datetime | None = None,
    released_at: datetime | None = None,
    kind_code: str = "",
    lon: float | None = None,
    lat: float | None = None,
    radius_m: int = 0,
    address: str = "",
    card: Mapping[str, Any] | None = None,
    note: str = "",
    caller: Person | None = None,
    channel: str = "102",
    source_number: str = "",
) -> Call:
    """Enter a call, ringing still or already answered. Times go forward and none lies in the future."""
    check_times(offered_at=offered_at, answered_at=answered_at, released_at=released_at)
    check_length("note", note)
    if kind_code:
        kind(kind_code)
    return Call(
        territory_id=territory,
        state="released" if released_at and answered_at else "answered" if answered_at else "offered",
        offered_at=offered_at,
        answered_at=answered_at,
        released_at=released_at,
        kind=kind_code,
        card=checked_card(kind_code, card) if card and kind_code else {},
        note=note,
        caller=caller,
        channel=channel,
        source_number=source_number,
        **place(lon, lat, radius_m, address),
    )


@act(
    "call.answer",
    names={"kk": "Қоңырауға жауап беру", "ru": "Ответить на вызов", "en": "Answer the call"},
    ground="order-706",
    of=Call,
    may=takes_calls,
    moves={"offered": "answered"},
    clocks=Clocks(stops=["ops-answer"]),
)
def answer_call(actor: Actor, call: Call) -> Call:
    call.answered_at = actor.at or now()
    check_times(offered_at=call.offered_at, answered_at=call.answered_at)
    return call


@act(
    "call.question",
    names={"kk": "Сұрақтарды толтыру", "ru": "Заполнить карточку вопросов", "en": "Fill in the question card"},
    ground="order-706",
    of=Call,
    may=takes_calls,
    moves={"answered": None},
)
def fill_card(actor: Actor, call: Call, *, kind_code: str, card: Mapping[str, Any], note: str = "") -> Call:
    """Set the kind of event and the answers of its question card."""
    check_length("note", note)
    call.kind = kind(kind_code).code
    call.card = checked_card(kind_code, card)
    call.note = note or call.note
    return call


@act(
    "call.release",
    names={"kk": "Қоңырауды аяқтау", "ru": "Завершить разговор", "en": "Release the call"},
    ground="order-706",
    of=Call,
    may=takes_calls,
    moves={"answered": "released"},
)
def release_call(actor: Actor, call: Call) -> Call:
    call.released_at = actor.at or now()
    return call


@act(
    "call.abandon",
    names={"kk": "Қоңырау үзілді", "ru": "Звонивший не дождался", "en": "The caller hung up"},
    ground="order-706",
    of=Call,
    may=takes_calls,
    moves={"offered": "abandoned"},
    clocks=Clocks(stops=["ops-answer"]),
)
def abandon_call(actor: Actor, call: Call) -> Call:
    call.released_at = actor.at or now()
    return call


def check_times(**times: datetime | None) -> None:
    """Each is aware, none is in the future, and each is not before the one named ahead of it."""
    latest = now() + CLOCK_TOLERANCE
    previous: tuple[str, datetime] | None = None
    for field, value in times.items():
        if value is None:
            continue
        if value.tzinfo is None:
            raise BadTime(field=field, rule="must carry a time zone")
        if value > latest:
            raise BadTime(field=field, rule="lies in the future")
        if previous and value < previous[1]:
            raise BadTime(field=field, rule="is before %(earlier)s", earlier=previous[0])
        previous = (field, value)


def check_length(field: str, value: str, most: int = MAX_NOTE) -> None:
    if len(value) > most:
        raise TooLong(field=field, most=most, length=len(value))
