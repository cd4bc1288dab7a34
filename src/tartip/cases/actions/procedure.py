"""From the opening of a case to its decision, or to its end without one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from tartip.cases import sanctions
from tartip.cases.errors import BadReason, OffenceTooOld
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.powers import check_charged, check_power, is_for_the_court, may_bring, penalty_of, police_may_impose
from tartip.cases.repetition import check_not_judged, earlier_of
from tartip.cases.rights import decides, draws, has_something_for_the_court, is_where_the_case_is
from tartip.cases.terms import (
    COURT_TERMS,
    FROM_OFFENCE,
    LIMITATIONS,
    check_limitation,
    check_offence,
    limitation_from,
    limitation_refusal,
)
from tartip.cases.waiting import court_term, court_until, may_end_by_limitation, waits_in_court
from tartip.core import law
from tartip.core.acts import Actor, Choice, Clocks, act, doing, when
from tartip.core.acts.rights import is_system
from tartip.core.checks import check_length, check_times
from tartip.core.codes import RECEIPT_LENGTH, new_code
from tartip.core.people.models import Person
from tartip.operations.incidents.models import Incident

CLOSE_REASONS = ("limitation", "no_offence", "other")


@act(
    "case.open",
    names={"kk": "Істі қозғау", "ru": "Возбудить дело", "en": "Open a case"},
    done={"kk": "Іс қозғалды", "ru": "Дело возбуждено", "en": "A case was opened"},
    ground="koap-803",
    creates=Case,
    may=draws | is_system,
    clocks=Clocks(starts={"koap-62-limitation": "offence_at"}),
    locks=["incident"],
)
def open_case(actor: Actor, *, incident: Incident, article: str = "", offence_at: datetime | None = None) -> Case:
    """Open a case from an incident. The limitation runs from the offence, not from the paper."""
    check_times(offence_at=offence_at)
    if incident.state == "merged":
        raise BadReason(field="incident", rule="is merged into another: the case is opened there")
    check_offence(offence_at, incident, incident.opened_at)
    return Case(
        territory_id=incident.territory_id,
        incident=incident,
        receipt=new_code(RECEIPT_LENGTH),
        offence_at=offence_at or incident.opened_at,
        offence_said=offence_at is not None,
        opened_at=doing().at,
        detected_at=incident.opened_at,
        article=article,
    )


@act(
    "case.protocol",
    names={"kk": "Хаттама толтыру", "ru": "Составить протокол", "en": "Draw the protocol"},
    done={"kk": "Хаттама толтырылды", "ru": "Протокол составлен", "en": "The protocol was drawn"},
    ground="koap-804",
    of=Case,
    may=draws,
    moves={"opened": "protocol"},
    clocks=Clocks(
        # The general limitation, running since the case was opened, gives way to the one that fits the article.
        stops=LIMITATIONS,
        starts={
            Choice(FROM_OFFENCE, lambda case: limitation_from(case, "occurred_at")): "offence_at",
            Choice(
                ("koap-62-limitation-continuing",), lambda case: limitation_from(case, "detected_at")
            ): "detected_at",
            when(lambda case: not is_for_the_court(case), "koap-817-decide"): "protocol_at",
            when(lambda case: is_for_the_court(case) and not may_bring(case, "arrest"), "koap-808-send"): "protocol_at",
        },
    ),
)
def draw_protocol(
    actor: Actor,
    case: Case,
    *,
    article: str,
    facts: str,
    person: Person | None = None,
    subject: str = "person",
    continuing: bool = False,
    offence_at: datetime | None = None,
) -> Case:
    """Name the article, the facts and when it was. The article must be in force on the day of the offence.

    Without `offence_at` the moment the offence became known stands, and the case says that it was not named.
    """
    check_length("facts", facts)
    if offence_at is not None:
        check_times(offence_at=offence_at)
        if offence_at > doing().at:
            raise BadReason(field="offence_at", rule="is after the protocol")
        check_offence(offence_at, case.incident, case.detected_at or case.opened_at)
        case.offence_at, case.offence_said = offence_at, True
    law.resolve(article, local_day(case, case.offence_at))
    check_charged(article, subject, local_day(case, case.offence_at))
    case.article = article
    case.facts = facts
    case.person = person
    case.penalty_subject = subject
    case.continuing = continuing
    case.detected_at = case.detected_at or case.opened_at
    # Whatever limitation ran until now: the one that fits the named article, subject and moment decides.
    if over := limitation_refusal(case, subject, doing().at, "case.protocol"):
        raise OffenceTooOld(**over.fields) if offence_at is not None else over
    case.protocol_at = doing().at
    return case


@act(
    "case.send_to_court",
    names={"kk": "Істі сотқа жіберу", "ru": "Направить дело судье", "en": "Send the case to the judge"},
    done={"kk": "Іс сотқа жіберілді", "ru": "Дело направлено судье", "en": "The case was sent to the judge"},
    ground="koap-808",
    of=Case,
    may=draws & has_something_for_the_court,
    moves={"protocol": "in_court"},
    clocks=Clocks(
        stops=["koap-817-decide", "koap-808-send"],
        starts={
            Choice(COURT_TERMS, court_term): "received_at",
        },
        pauses={when(partial(waits_in_court, key=key), key): partial(court_until, key=key) for key in LIMITATIONS},
    ),
    within=LIMITATIONS,
)
def send_to_court(actor: Actor, case: Case) -> Case:
    """What only the court may impose goes to the judge; the court's own term runs from its receipt.

    The limitation waits meanwhile, where and as long as the table of pauses says so; not for what the police may impose
    whole, nor for a repetition of which no earlier decision is known.
    """
    case.received_at = doing().at
    return case


@act(
    "case.decide",
    names={"kk": "Қаулы шығару", "ru": "Вынести постановление", "en": "Decide"},
    done={"kk": "Қаулы шығарылды", "ru": "Постановление вынесено", "en": "The decision was made"},
    ground="koap-821",
    of=Case,
    may=decides & is_where_the_case_is,
    moves={"protocol": "decided", "in_court": "decided"},
    clocks=Clocks(
        stops=["koap-817-decide", "koap-829.5-decide", "koap-829.5-arrest", "koap-808-send", *LIMITATIONS],
        starts={"koap-823-hand-over": "decided_at"},
    ),
    within=LIMITATIONS,
    # Two cases of one incident decided at once: the second one must see the first.
    locks=["case.incident"],
    appealable=True,
    grave=True,
)
def decide(
    actor: Actor,
    case: Case,
    *,
    kind: str = "",
    option: int | None = None,
    repeat: bool = False,
    subject: str | None = None,
    terms: Mapping[str, int] | None = None,
    item: str = "",
    earlier: str = "",
    another_person: bool = False,
    another_offence: bool = False,
) -> Case:
    """Set the penalty out of those the law allows on the day of the offence; a fine is worked out from its table.

    `option` is the number of the whole alternative, `kind` names one that consists of a single sanction. `terms` are
    the durations by kind, where the law leaves a choice; `item` says what is confiscated. The subject is the one of
    the protocol. A repetition, whether `repeat` or the article of the protocol says so, stands on an earlier decision:
    ours, where the person is known, or the one `earlier` names. What the police may impose themselves is imposed within
    the limitation as it runs with them, in court as well.
    """
    if case.penalty_subject and subject not in (None, case.penalty_subject):
        raise BadReason(field="subject", rule="must be the one of the protocol: %(named)s", named=case.penalty_subject)
    subject = subject or case.penalty_subject or "person"
    check_not_judged(case, another_person=another_person, another_offence=another_offence)
    check_limitation(case, subject)
    penalty = penalty_of(case, repeat=repeat, subject=subject)
    chosen = sanctions.choose(penalty, kind=kind, option=option)
    check_power(actor, case, penalty, chosen)
    if police_may_impose(case, penalty, chosen):
        check_limitation(case, subject, waited=False)
    fines = any(sanction.kind.value == "fine" for sanction in chosen)
    fine = penalty.fine_on(local_day(case, case.opened_at)) if fines else None
    case.earlier_decision = earlier_of(case, penalty, earlier, repeat=repeat)
    case.sanctions = sanctions.imposed(chosen, fine, terms=terms or {}, item=item)
    case.penalty_key = penalty.key
    case.penalty_kind = sanctions.gravest(case.sanctions)
    case.penalty_subject = subject
    if fine is not None:
        case.mci_tenths, case.base_rate, case.amount_tenge = fine.mci_tenths, fine.rate_used.tenge, fine.tenge
    case.decided_at = doing().at
    case.decided_by = actor.name
    case.decided_by_role = actor.role
    return case


@act(
    "case.close",
    names={"kk": "Істі тоқтату", "ru": "Прекратить дело", "en": "End the case"},
    done={"kk": "Іс тоқтатылды", "ru": "Дело прекращено", "en": "The case was ended"},
    ground="koap-741",
    of=Case,
    may=decides & is_where_the_case_is,
    moves={"opened": "closed", "protocol": "closed", "in_court": "closed"},
    clocks=Clocks(stops=["koap"]),
    locks=["case.incident"],
    grave=True,
)
def close_case(actor: Actor, case: Case, *, reason: str, closed_for: str = "other") -> Case:
    """End the case without a penalty; by limitation only when the limitation is over."""
    over = may_end_by_limitation(case, doing().at)
    if closed_for not in CLOSE_REASONS:
        allowed = ", ".join(code for code in CLOSE_REASONS if over or code != "limitation")
        raise BadReason(field="closed_for", rule="must be one of %(allowed)s", allowed=allowed)
    if closed_for == "limitation" and not over:
        raise BadReason(field="closed_for", rule="the limitation is not over yet")
    if not reason.strip() and closed_for == "other":
        raise BadReason(field="reason", rule="must not be empty")
    check_length("reason", reason)
    doing().note(reason=reason)
    case.closed_for = closed_for
    case.closed_at = doing().at
    return case
