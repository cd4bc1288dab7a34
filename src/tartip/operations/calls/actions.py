"""What may be done with a call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings

from tartip.core.acts import Actor, Clocks, act, doing, perform_together, when
from tartip.core.acts.errors import Unchanged
from tartip.core.acts.rights import has_role, in_territory, is_system, on_duty
from tartip.core.checks import BadText, BadTime, check_length, check_times, not_before
from tartip.core.clocks.models import Clock
from tartip.core.clocks.running import term, zone_of
from tartip.core.codes import RECEIPT_LENGTH, new_code
from tartip.core.inputs import is_in_range
from tartip.core.people.models import Person
from tartip.core.places import place
from tartip.core.terms.arithmetic import is_over
from tartip.core.territory import tree
from tartip.core.territory.days import civil_day
from tartip.core.time import now, utc
from tartip.operations.calls.kinds import checked_card, kind
from tartip.operations.calls.models import Call

# Who hears a caller from anywhere: the call stays with the desk that took it until it is handed over.
DESK = ("operator", "dispatcher", "supervisor")

ANSWER, ASSESS = "ops-answer", "ops-assess"
takes_calls = in_territory & (on_duty("operator", "dispatcher", "supervisor") | has_role("gateway"))


@act(
    "call.receive",
    names={"kk": "Қоңырауды тіркеу", "ru": "Принять вызов", "en": "Receive a call"},
    done={"kk": "Қоңырау тіркелді", "ru": "Вызов принят", "en": "The call was received"},
    ground="order-706",
    creates=Call,
    may=takes_calls,
    moves={"offered": ("offered", "answered", "released", "abandoned")},
    clocks=Clocks(
        starts={
            when(lambda call: call.state == "offered", ANSWER): "offered_at",
            when(
                lambda call: call.state == "answered" and (call.rated_at is None or _is_late(call)), ASSESS
            ): "answered_at",
        }
    ),
)
def enter_call(
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
    language: str = "",
    channel: str = "102",
    source_number: str = "",
    rated: bool = False,
    in_steps: bool = False,
    unusable: str = "",
) -> Call:
    """Enter a call, ringing still or already answered. Times go forward and none lies in the future.

    One that ended without an answer was abandoned: the caller hung up.

    A call from before the first month of calls (TARTIP_CALLS_SINCE) comes from a wrong clock. Whoever imports older
    ones names their month there first.

    Where the territory is known the call is taken with any position, also with one abroad: it may ring from the border,
    or the position may be wrong. The console says so, and a person corrects it.

    `rated` says that its incident is opened in the same transaction: the term to assess needs no clock if it was kept.
    `in_steps` says that its answer and its end follow as acts of their own, in the same transaction.
    `unusable` is the position as a system sent it, where it is none: the entry keeps it, and the call is taken.
    """
    if answered_at is not None:
        answered_at = not_before(answered_at, offered_at)
    if released_at is not None:
        released_at = not_before(released_at, answered_at or offered_at)
    check_times(offered_at=offered_at, answered_at=answered_at, released_at=released_at)
    if _is_too_old(offered_at):
        raise BadTime(
            field="offered_at", rule="is before %(first)s, the first month of calls", first=settings.CALLS_SINCE
        )
    owner = owner_of(actor, territory)
    if owner != territory:
        doing().note(belongs_to=territory)
    if unusable:
        doing().note(unusable_place=unusable)
    check_length("note", note)
    if language and language not in dict(settings.LANGUAGES):
        raise BadText(field="language", rule="must be kk, ru or en")
    if kind_code:
        kind(kind_code)
    where = place(lon, lat, radius_m, address)
    rated_at = not_before(doing().at, answered_at or offered_at) if rated else None
    if in_steps:
        answered_at = released_at = None
    return Call(
        territory_id=owner,
        state=_state(answered_at, released_at),
        offered_at=offered_at,
        answered_at=answered_at,
        released_at=released_at,
        kind=kind_code,
        card=checked_card(kind_code, card) if card and kind_code else {},
        note=note,
        caller=caller,
        channel=channel,
        source_number=source_number,
        rated_at=rated_at,
        receipt=new_code(RECEIPT_LENGTH),
        language=language,
        **where,
    )


def receive_call(
    actor: Actor,
    *,
    territory: str,
    offered_at: datetime,
    answered_at: datetime | None = None,
    released_at: datetime | None = None,
    **facts: Any,
) -> Call:
    """Enter a call, see `enter_call`. However it is entered, one that rang for too long is a missed term.

    So it is entered as it went: it rang, was answered or not, and ended; the term to answer starts and is over.
    """
    rang_until = answered_at or released_at
    late = rang_until is not None and _rang_too_long(territory, offered_at, rang_until)

    def work() -> Call:
        call = enter_call(
            actor,
            territory=territory,
            offered_at=offered_at,
            answered_at=answered_at,
            released_at=released_at,
            in_steps=late,
            **facts,
        )
        # The second time with the same key it is answered or abandoned already.
        if late and call.state == "offered":
            if answered_at is None:
                abandon_call(actor.inside().saying(at=released_at), call)
                return call
            answer_call(actor.inside().saying(at=answered_at), call)
            if released_at is not None:
                release_call(actor.inside().saying(at=released_at), call)
        return call

    return perform_together(work) if late else work()


def _state(answered_at: datetime | None, released_at: datetime | None) -> str:
    if answered_at is None:
        return "abandoned" if released_at else "offered"
    return "released" if released_at else "answered"


def _is_too_old(offered_at: datetime) -> bool:
    day: date = civil_day(tree.ROOT, offered_at)
    return f"{day.year:04}-{day.month:02}" < settings.CALLS_SINCE


def _rang_too_long(territory: str, offered_at: datetime, until: datetime) -> bool:
    if offered_at.tzinfo is None or until.tzinfo is None:
        return False  # refused where it is entered
    if not (is_in_range(offered_at) and is_in_range(until)) or _is_too_old(offered_at):
        return False
    return is_over(term(ANSWER, utc(offered_at), tree.zone(territory))[1], utc(until))


@act(
    "call.answer",
    names={"kk": "Қоңырауға жауап беру", "ru": "Ответить на вызов", "en": "Answer the call"},
    done={"kk": "Қоңырауға жауап берілді", "ru": "На вызов ответили", "en": "The call was answered"},
    ground="order-706",
    of=Call,
    may=takes_calls,
    moves={"offered": "answered"},
    clocks=Clocks(
        stops=[ANSWER],
        starts={when(lambda call: call.rated_at is None or _is_late(call), ASSESS): "answered_at"},
    ),
)
def answer_call(actor: Actor, call: Call) -> Call:
    """An operator took it. Where the clock of the switch is ahead, that is the moment it rang."""
    call.answered_at = not_before(actor.at or now(), call.offered_at)
    check_times(offered_at=call.offered_at, answered_at=call.answered_at)
    return call


@act(
    "call.question",
    names={"kk": "Сұрақтарды толтыру", "ru": "Заполнить карточку вопросов", "en": "Fill in the question card"},
    done={"kk": "Сұрақтар толтырылды", "ru": "Карточка вопросов заполнена", "en": "The question card was filled in"},
    ground="order-706",
    of=Call,
    may=takes_calls,
    moves={"answered": None},
    clocks=Clocks(stops=[ASSESS]),
)
def fill_card(actor: Actor, call: Call, *, kind_code: str, card: Mapping[str, Any], note: str = "") -> Call:
    """Set the kind of event and the answers of its question card. So it is rated: a kind has its priority."""
    check_length("note", note)
    answers = checked_card(kind_code, card)
    said = note if note.strip() else call.note
    rated = call.rated_at is not None and not is_to_be_rated(call)
    if rated and (kind_code, answers, said) == (call.kind, call.card, call.note):
        raise Unchanged(field="kind")
    call.kind, call.card, call.note = kind(kind_code).code, answers, said
    call.rated_at = call.rated_at or doing().at
    return call


@act(
    "call.release",
    names={"kk": "Қоңырауды аяқтау", "ru": "Завершить разговор", "en": "Release the call"},
    done={"kk": "Қоңырау аяқталды", "ru": "Разговор завершён", "en": "The call was released"},
    ground="order-706",
    of=Call,
    may=takes_calls,
    moves={"answered": "released"},
    clocks=Clocks(stops=[ASSESS]),
)
def release_call(actor: Actor, call: Call) -> Call:
    """The talk is over. Where nothing was opened by then there is nothing to rate: a question, a wrong number."""
    call.released_at = not_before(actor.at or now(), call.answered_at)
    check_times(answered_at=call.answered_at, released_at=call.released_at)
    return call


@act(
    "call.rate",
    names={"kk": "Қоңырау бағаланды", "ru": "Вызов оценён", "en": "The call was rated"},
    ground="order-706",
    of=Call,
    may=on_duty(*DESK) | has_role("gateway") | is_system,
    moves={"offered": None, "answered": None},
    clocks=Clocks(stops=[ASSESS]),
    inner=True,
)
def rate_call(actor: Actor, call: Call) -> Call:
    """Part of opening an incident by the call, or of joining it to one: what it is and how urgent is said."""
    call.rated_at = call.rated_at or doing().at
    return call


def is_to_be_rated(call: Call) -> bool:
    """Whether opening or joining an incident has to tell the call: nothing was said yet, or too late for no trace."""
    if call.state not in ("offered", "answered"):
        return False
    return call.rated_at is None or (_is_late(call) and _is_assessed_now(call))


def _is_late(call: Call) -> bool:
    """Whether it was rated after the end of its term."""
    if call.rated_at is None or call.answered_at is None:
        return False
    return is_over(term(ASSESS, utc(call.answered_at), zone_of(call))[1], utc(call.rated_at))


def _is_assessed_now(call: Call) -> bool:
    return Clock.objects.filter(subject=call.pk, rule=ASSESS, state=Clock.State.RUNNING).exists()


@act(
    "call.abandon",
    names={"kk": "Қоңырау үзілді", "ru": "Звонивший не дождался", "en": "The caller hung up"},
    ground="order-706",
    of=Call,
    may=takes_calls,
    moves={"offered": "abandoned"},
    clocks=Clocks(stops=[ANSWER]),
)
def abandon_call(actor: Actor, call: Call) -> Call:
    call.released_at = not_before(actor.at or now(), call.offered_at)
    check_times(offered_at=call.offered_at, released_at=call.released_at)
    return call


def owner_of(actor: Actor, territory: str) -> str:
    """Whose a call or incident of this territory is: of another's, the desk that took it, until it is handed over."""
    if actor.role in DESK and not tree.contains(actor.territory, territory):
        return actor.territory
    return territory
