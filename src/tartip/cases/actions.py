"""What may be done with an administrative case. The law's tables give the penalty; a person decides."""

from __future__ import annotations

from datetime import datetime

from tartip.cases.models import Case
from tartip.core import law
from tartip.core.acts import Actor, Clocks, act, doing
from tartip.core.acts.rights import has_role, in_territory, is_system, predicate
from tartip.core.clocks.zones import day_of
from tartip.core.people.models import Person
from tartip.core.territory import tree
from tartip.errors import TartipError
from tartip.operations.calls.actions import check_length, check_times
from tartip.operations.incidents.codes import new_code
from tartip.operations.incidents.models import Incident

draws = in_territory & has_role("inspector", "patrol", "supervisor")
decides = in_territory & has_role("inspector", "supervisor", "judge")
RECEIPT_LENGTH = 10


class NoPenalty(TartipError):
    code = "case.no_penalty"
    text = "penalty: %(article)s allows %(allowed)s, not “%(kind)s”."
    http_status = 422


class BadAmount(TartipError):
    code = "case.bad_amount"
    text = "amount: %(paid)s tenge were paid, due are %(due)s (%(discounted)s with the discount)."
    http_status = 422


@predicate("not the one who decided")
def is_not_the_decider(actor: Actor, case: Case | None = None) -> bool:
    return case is None or case.decided_by != actor.name


@act(
    "case.open",
    names={"kk": "Істі қозғау", "ru": "Возбудить дело", "en": "Open a case"},
    ground="koap-803",
    creates=Case,
    may=draws | is_system,
    clocks=Clocks(starts=["koap-62-limitation"]),
)
def open_case(actor: Actor, *, incident: Incident, article: str = "", offence_at: datetime | None = None) -> Case:
    """Open a case from an incident. The limitation runs from the offence, not from the paper."""
    return Case(
        territory_id=incident.territory_id,
        incident=incident,
        receipt=new_code(RECEIPT_LENGTH),
        offence_at=offence_at or incident.opened_at,
        opened_at=doing().at,
        article=article,
    )


@act(
    "case.protocol",
    names={"kk": "Хаттама толтыру", "ru": "Составить протокол", "en": "Draw the protocol"},
    ground="koap-804",
    of=Case,
    may=draws,
    moves={"opened": "protocol"},
    clocks=Clocks(starts=["koap-817-decide"]),
    appealable=True,
)
def draw_protocol(actor: Actor, case: Case, *, article: str, facts: str, person: Person | None = None) -> Case:
    """Name the article and the facts. The article must be in force on the day of the offence."""
    check_length("facts", facts)
    law.resolve(article, local_day(case, case.offence_at))
    case.article = article
    case.facts = facts
    case.person = person
    case.protocol_at = doing().at
    return case


@act(
    "case.decide",
    names={"kk": "Қаулы шығару", "ru": "Вынести постановление", "en": "Decide"},
    ground="koap-821",
    of=Case,
    may=decides,
    moves={"protocol": "decided"},
    clocks=Clocks(stops=["koap-817-decide", "koap-62-limitation"]),
    appealable=True,
    grave=True,
)
def decide(actor: Actor, case: Case, *, kind: str, repeat: bool = False, subject: str = "person") -> Case:
    """Set the penalty out of those the law allows on the day of the offence; a fine is worked out from its table."""
    penalty = penalty_of(case, repeat=repeat, subject=subject)
    allowed = [sanction.kind.value for option in penalty.options for sanction in option]
    if kind not in allowed:
        raise NoPenalty(article=case.article, allowed=", ".join(allowed), kind=kind)
    case.penalty_key = penalty.key
    case.penalty_kind = kind
    if kind == "fine":
        fine = penalty.fine_on(local_day(case, case.opened_at))
        case.mci_tenths, case.base_rate, case.amount_tenge = fine.mci_tenths, fine.rate_used.tenge, fine.tenge
    case.decided_at = doing().at
    case.decided_by = actor.name
    return case


@act(
    "case.close",
    names={"kk": "Істі тоқтату", "ru": "Прекратить дело", "en": "End the case"},
    ground="koap-741",
    of=Case,
    may=decides,
    moves={"opened": "closed", "protocol": "closed"},
    clocks=Clocks(stops=["koap"]),
    appealable=True,
    grave=True,
)
def close_case(actor: Actor, case: Case, *, reason: str) -> Case:
    check_length("reason", reason)
    doing().note(reason=reason)
    case.closed_at = doing().at
    return case


@act(
    "case.hand_over",
    names={"kk": "Қаулыны тапсыру", "ru": "Вручить постановление", "en": "Hand over the decision"},
    ground="koap-822",
    of=Case,
    may=decides | draws,
    moves={"decided": "handed_over"},
    clocks=Clocks(starts=["koap-826.2-complain", lambda case: "koap-811-discount" if case.amount_tenge else None]),
)
def hand_over(actor: Actor, case: Case, *, at: datetime | None = None) -> Case:
    """The person has the copy: the terms to appeal and to pay less begin."""
    check_times(decided_at=case.decided_at, handed_over_at=at)
    case.handed_over_at = at or doing().at
    return case


@act(
    "case.pay",
    names={"kk": "Айыппұлды төлеу", "ru": "Принять оплату", "en": "Record the payment"},
    ground="koap-893",
    of=Case,
    may=decides | has_role("gateway") | is_system,
    moves={"handed_over": "paid"},
    clocks=Clocks(stops=["koap-811-discount", "koap-826.2-complain"]),
)
def pay(actor: Actor, case: Case, *, amount_tenge: int) -> Case:
    """A payment closes the case when it is the whole fine, or the reduced one within the discount's term."""
    due, reduced = case.amount_tenge or 0, discounted(case, doing().at)
    if amount_tenge not in {due, reduced if reduced is not None else due}:
        raise BadAmount(paid=amount_tenge, due=due, discounted=reduced if reduced is not None else "—")
    case.paid_tenge = amount_tenge
    case.closed_at = doing().at
    return case


@act(
    "case.suspend",
    names={"kk": "Жазаны тоқтата тұру", "ru": "Приостановить взыскание", "en": "Suspend the penalty"},
    ground="koap-826.2",
    of=Case,
    may=is_system | has_role("citizen", "prosecutor"),
    moves={"handed_over": "under_appeal", "paid": "under_appeal"},
    clocks=Clocks(stops=["koap-826.2-complain"], pauses=["koap-811-discount"]),
)
def suspend(actor: Actor, case: Case) -> Case:
    """Part of filing an appeal: the penalty waits until it is decided."""
    return case


@act(
    "case.restore",
    names={"kk": "Қаулы өзгеріссіз қалды", "ru": "Постановление оставлено в силе", "en": "The decision stands"},
    ground="koap-826.3",
    of=Case,
    may=(in_territory & has_role("supervisor", "prosecutor", "judge") & is_not_the_decider) | is_system,
    moves={"under_appeal": "handed_over"},
    clocks=Clocks(resumes=["koap-811-discount"]),
)
def restore(actor: Actor, case: Case, *, amount_tenge: int | None = None) -> Case:
    """Part of deciding an appeal: the decision stands, perhaps with a smaller fine."""
    if amount_tenge is not None:
        if not 0 <= amount_tenge <= (case.amount_tenge or 0):
            raise BadAmount(paid=amount_tenge, due=case.amount_tenge or 0, discounted="—")
        case.amount_tenge = amount_tenge
    return case


@act(
    "case.cancel",
    names={"kk": "Қаулының күші жойылды", "ru": "Постановление отменено", "en": "The decision is cancelled"},
    ground="koap-826.3",
    of=Case,
    may=(in_territory & has_role("supervisor", "prosecutor", "judge") & is_not_the_decider) | is_system,
    moves={"under_appeal": "cancelled"},
    clocks=Clocks(stops=["koap"]),
)
def cancel(actor: Actor, case: Case) -> Case:
    """Part of deciding an appeal: nothing is owed, what was paid goes back."""
    case.closed_at = doing().at
    return case


def penalty_of(case: Case, *, repeat: bool = False, subject: str = "person") -> law.Penalty:
    """What the law allows for the case's article on the day of the offence."""
    return law.penalty(case.article, local_day(case, case.offence_at), subject=subject, repeat=repeat)


def discounted(case: Case, at: datetime) -> int | None:
    """The reduced fine in whole tenge while its term runs, else None."""
    from tartip.core.clocks.models import Clock

    clock = Clock.objects.filter(subject=case.pk, rule="koap-811-discount").order_by("-started_at").first()
    if clock is None or case.amount_tenge is None or at > clock.due_at:
        return None
    return case.amount_tenge * 50 // 100


def local_day(case: Case, moment: datetime):  # type: ignore[no-untyped-def]
    """The day a moment falls on where the case is."""
    return day_of(moment, tree.zone(case.territory_id))
