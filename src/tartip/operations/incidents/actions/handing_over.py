"""From one territory to another: handed over, taken, returned."""

from __future__ import annotations

from django.db.models import Q

from tartip.core.acts import Actor, Clocks, act, doing, when
from tartip.core.acts.rights import in_territory, on_duty, predicate
from tartip.core.checks import EmptyText
from tartip.core.territory import tree
from tartip.operations.calls.actions import ANSWER, ASSESS
from tartip.operations.calls.models import Call
from tartip.operations.incidents.errors import BadTarget
from tartip.operations.incidents.hooks import (
    AFTER_MOVE,
    ATTENDED_BY_CREW,
    TAKEN_ON,
)
from tartip.operations.incidents.models import HandOver, Incident, Joining
from tartip.operations.incidents.priority import by_priority


@predicate("in the sender's territory")
def is_sender(actor: Actor, hand_over: HandOver | None = None) -> bool:
    """What is handed over lies in the actor's territories until the other side takes it."""
    return hand_over is None or tree.contains(actor.territory, hand_over.sender_id)


@predicate("handed over to own territory")
def is_handed_over(actor: Actor, record: Incident | Joining | Call | None = None) -> bool:
    """A hand-over to one of the actor's territories waits for this call, or for the incident it belongs to."""
    if record is None:
        return True
    waiting = HandOver.objects.filter(state="handed_over")
    if isinstance(record, Call):
        joined = Q(incident__joinings__call=record, incident__joinings__state="joined")
        mine = Q(call=record) | Q(incident__first_call=record) | joined
    else:
        mine = Q(incident=record.incident_id if isinstance(record, Joining) else record.pk)
    return any(tree.contains(actor.territory, to) for to in waiting.filter(mine).values_list("territory", flat=True))


@predicate("handed over by another person")
def was_handed_by_another(actor: Actor, hand_over: HandOver | None = None) -> bool:
    return hand_over is None or not actor.is_self(hand_over.handed_by)


def _hand_over(actor: Actor, to: str, reason: str, record: Incident | Call) -> HandOver:
    tree.zone(to)  # raises UnknownTerritory
    if to == record.territory_id:
        raise BadTarget(rule="give another territory of the country")
    if record.hand_overs.filter(state="handed_over").exists():
        raise BadTarget(rule="is handed over already and waits for the other side")
    return HandOver(
        territory_id=to,
        sender_id=record.territory_id,
        call=record if isinstance(record, Call) else None,
        incident=record if isinstance(record, Incident) else None,
        reason=reason[:200],
        handed_at=doing().at,
        handed_by=actor.name,
    )


@act(
    "incident.hand_over",
    names={"kk": "Басқа аумаққа беру", "ru": "Передать другой территории", "en": "Hand over to another territory"},
    done={"kk": "Басқа аумаққа берілді", "ru": "Передано другой территории", "en": "Handed over to another territory"},
    ground="order-706",
    creates=HandOver,
    may=is_sender & on_duty("operator", "dispatcher", "supervisor"),
    locks=["incident"],
    grave=True,
)
def hand_over_incident(actor: Actor, incident: Incident, *, to: str, reason: str = "") -> HandOver:
    """It belongs to another territory. Ours stays its owner, and its clocks run, until the other side takes it.

    Our units stay with it just as long: the taking frees them.
    """
    if incident.state not in ("opened", "assigned"):
        raise BadTarget(rule="is closed or merged")
    return _hand_over(actor, to, reason, incident)


@act(
    "call.hand_over",
    names={"kk": "Қоңырауды басқа аумаққа беру", "ru": "Передать вызов другой территории", "en": "Hand the call over"},
    done={
        "kk": "Қоңырау басқа аумаққа берілді",
        "ru": "Вызов передан другой территории",
        "en": "The call was handed over",
    },
    ground="order-706",
    creates=HandOver,
    may=is_sender & on_duty("operator", "dispatcher", "supervisor"),
    locks=["call"],
)
def hand_over_call(actor: Actor, call: Call, *, to: str, reason: str = "") -> HandOver:
    """A call without an incident yet: the other side opens it. One with an incident goes along with the incident."""
    if Incident.objects.filter(first_call=call).exists():
        raise BadTarget(rule="has an incident: hand that over, the call goes with it")
    return _hand_over(actor, to, reason, call)


@act(
    "hand_over.take",
    names={"kk": "Берілгенді қабылдау", "ru": "Принять переданное", "en": "Take what was handed over"},
    done={"kk": "Берілген оқиға қабылданды", "ru": "Переданное принято", "en": "What was handed over was taken"},
    ground="order-706",
    of=HandOver,
    may=in_territory & on_duty("operator", "dispatcher", "supervisor") & was_handed_by_another,
    moves={"handed_over": "taken"},
    locks=["hand_over.call", "hand_over.incident"],
)
def take_hand_over(actor: Actor, hand_over: HandOver) -> HandOver:
    """From this moment it is ours: the incident with its calls, and the clock of the dispatch.

    It takes two: who hands over to a part of his own territory and takes that himself would only begin the term anew.
    """
    hand_over.answered_at, hand_over.answered_by = doing().at, actor.name
    if hand_over.incident is not None:
        if hand_over.incident.first_call is not None:
            move_call(actor, hand_over.incident.first_call, to=hand_over.territory_id)
        for joining in hand_over.incident.joinings.filter(state="joined").select_related("call").order_by("call"):
            move_call(actor, joining.call, to=hand_over.territory_id)
            move_joining(actor, joining, to=hand_over.territory_id)
        incident = hand_over.incident
        attended = incident.state == "assigned" and any(look(actor, incident) for look in ATTENDED_BY_CREW)
        (move_attended if attended else move_incident)(actor, hand_over.incident, to=hand_over.territory_id)
        for follow in AFTER_MOVE:
            follow(actor, hand_over.incident)
    if hand_over.call is not None:
        move_call(actor, hand_over.call, to=hand_over.territory_id)
    return hand_over


@act(
    "hand_over.return",
    names={"kk": "Берілгенді қайтару", "ru": "Вернуть переданное", "en": "Return what was handed over"},
    done={"kk": "Берілген оқиға қайтарылды", "ru": "Переданное возвращено", "en": "What was handed over was returned"},
    ground="order-706",
    of=HandOver,
    may=in_territory & on_duty("operator", "dispatcher", "supervisor"),
    moves={"handed_over": "returned"},
)
def return_hand_over(actor: Actor, hand_over: HandOver, *, reason: str) -> HandOver:
    """It is not ours either; the sender stays the owner and sees why."""
    if not reason.strip():
        raise EmptyText(field="reason", rule="must not be empty")
    doing().note(reason=reason[:200])
    hand_over.answered_at, hand_over.answered_by = doing().at, actor.name
    return hand_over


@act(
    "incident.move",
    names={"kk": "Аумағын ауыстыру", "ru": "Сменить территорию", "en": "Move to another territory"},
    done={"kk": "Аумағы ауыстырылды", "ru": "Территория сменена", "en": "Moved to another territory"},
    ground="order-706",
    of=Incident,
    may=on_duty("operator", "dispatcher", "supervisor") & is_handed_over,
    # It arrives without a unit, whatever the sender had sent: the crews of another territory do not stay with it.
    moves={"opened": None, "assigned": "opened"},
    # The clock of a waiting incident goes on in the new territory, from the same moment.
    clocks=Clocks(stops=["ops-dispatch"], starts={by_priority("ops-dispatch"): "waiting_since"}),
    inner=True,
)
def move_incident(actor: Actor, incident: Incident, *, to: str) -> Incident:
    """Part of taking a hand-over. One whose units had not come is left without them.

    It waits from this moment where a crew had taken it on. Where none had, nobody was coming: its waiting goes on.
    """
    if incident.state == "assigned" and any(look(actor, incident) for look in TAKEN_ON):
        incident.waiting_since = doing().at
    return _moved(incident, to)


@act(
    "incident.move_attended",
    names={
        "kk": "Жасақ барған оқиғаның аумағын ауыстыру",
        "ru": "Сменить территорию происшествия, на котором был наряд",
        "en": "Move to another territory after a crew had come",
    },
    done={
        "kk": "Жасақ барған оқиғаның аумағы ауыстырылды",
        "ru": "Сменена территория происшествия, на котором был наряд",
        "en": "Moved to another territory after a crew had come",
    },
    ground="order-706",
    of=Incident,
    may=on_duty("operator", "dispatcher", "supervisor") & is_handed_over,
    moves={"assigned": "opened"},
    inner=True,
)
def move_attended(actor: Actor, incident: Incident, *, to: str) -> Incident:
    """Part of taking a hand-over where a crew has come: the term to send one was met and stays so, no other begins."""
    return _moved(incident, to)


def _moved(incident: Incident, to: str) -> Incident:
    incident.territory_id = to
    incident.stand_down_by = ""
    return incident


@act(
    "joining.move",
    names={
        "kk": "Қосылған қоңыраудың аумағын ауыстыру",
        "ru": "Сменить территорию присоединения",
        "en": "Move it along",
    },
    done={
        "kk": "Қосылған қоңыраудың аумағы ауыстырылды",
        "ru": "Территория присоединения сменена",
        "en": "It was moved along",
    },
    ground="order-706",
    of=Joining,
    may=on_duty("operator", "dispatcher", "supervisor") & is_handed_over,
    moves={"joined": None},
    inner=True,
)
def move_joining(actor: Actor, joining: Joining, *, to: str) -> Joining:
    """Part of taking a hand-over."""
    joining.territory_id = to
    return joining


@act(
    "call.move",
    names={"kk": "Қоңырау аумағын ауыстыру", "ru": "Сменить территорию вызова", "en": "Move the call"},
    done={"kk": "Қоңыраудың аумағы ауыстырылды", "ru": "Территория вызова сменена", "en": "The call was moved"},
    ground="order-706",
    of=Call,
    may=on_duty("operator", "dispatcher", "supervisor") & is_handed_over,
    moves={"offered": None, "answered": None, "released": None, "abandoned": None},
    # What runs for the call goes on in the new territory, from the same moment.
    clocks=Clocks(
        stops=[ANSWER, ASSESS],
        starts={
            when(lambda call: call.state == "offered", ANSWER): "offered_at",
            when(lambda call: call.state == "answered" and call.rated_at is None, ASSESS): "answered_at",
        },
    ),
    inner=True,
)
def move_call(actor: Actor, call: Call, *, to: str) -> Call:
    """Part of taking a hand-over."""
    call.territory_id = to
    return call
