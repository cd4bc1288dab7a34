"""What is read about cases: the list, what the law allows, and what the holder of a receipt sees."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from tartip.cases import instances, money, reviews, words
from tartip.cases.actions import CLOSE_REASONS
from tartip.cases.imposed import sanctions_of
from tartip.cases.models import Case
from tartip.cases.money import discounted, local_day
from tartip.cases.next_step import next_step, penalty_done, penalty_kept, state_name, title
from tartip.cases.terms import (
    EXECUTION,
    RELIEFS,
    SUSPENDED,
    execution_end,
    execution_over,
    limitation_over,
    some_limitation_runs,
)
from tartip.cases.waiting import may_end_by_limitation
from tartip.core import law
from tartip.core.acts import Act, Actor, open_acts
from tartip.core.acts.access import visible
from tartip.core.acts.legal_day import legal_days
from tartip.core.clocks.declared import matches
from tartip.core.clocks.models import Clock
from tartip.core.clocks.queries import next_clocks
from tartip.core.inputs import whole
from tartip.core.journal.models import Entry
from tartip.core.journal.queries import history
from tartip.core.time import now
from tartip.core.words import act_name

STATES = (
    "opened", "protocol", "in_court", "decided", "handed_over", "in_force", "enforcement", "under_appeal", "paid",
    "executed", "expired", "cancelled", "closed",
)  # fmt: skip
ENDED = ("paid", "executed", "expired", "cancelled", "closed")
ARTICLES_SHOWN = 20


def listed(actor: Actor, state: str = "") -> QuerySet[Case]:
    """Cases the actor may read. Cases in work: the clock that runs out first in front; all others: newest first.

    Only the cases in work are ordered by their clocks: they are as many as people can work on, the rest is history.
    """
    cases = visible(actor, Case.objects.prefetch_related("territory", "incident"))
    if state == "open":
        cases = cases.filter(state__in=sorted(Case.states() - set(ENDED)))
    elif state in STATES:
        cases = cases.filter(state=state)
    if state != "open" and (state not in STATES or state in ENDED):
        return cases.order_by("-opened_at")
    clock = Clock.objects.filter(subject=OuterRef("pk"), state="running").order_by("due_at")
    return cases.annotate(due=Subquery(clock.values("due_at")[:1])).order_by(
        F("due").asc(nulls_last=True), "-opened_at"
    )


def clocks_of(subject: uuid.UUID) -> list[dict[str, Any]]:
    """Clocks of a record that have not been stopped, the one that runs out first in front."""
    return [
        words.clock_words(clock)
        for clock in Clock.objects.filter(subject=subject).exclude(state="stopped").order_by("due_at")
    ]


def terms_of_case(case: Case, *, beside_appeals: bool = False) -> list[dict[str, Any]]:
    """The clocks of the case and the person's own term to appeal, the first to run out in front.

    `beside_appeals`: where the terms of the appeals stand beside them, those are not told twice.
    """
    clocks, kept = list(Clock.objects.filter(subject=case.pk).exclude(state="stopped")), instances.kept_term(case)
    told = beside_appeals and kept is not None and kept.subject != case.pk
    if kept is not None and not (told and Clock.objects.filter(pk=kept.pk).exclude(state="stopped").exists()):
        clocks.append(kept)
    granted = money.pay_end(case) if case.pay_until is not None else None
    binds = []
    if granted is not None and granted != money.FOREVER:
        binds = [one for one in clocks if one.rule in RELIEFS.values()]
        for one in binds:  # the granted day, not the longest that the law gives
            one.due_at = granted
    clocks.sort(key=lambda one: one.due_at)
    return [words.granted_words(one) if one in binds else words.clock_words(one) for one in clocks]


def next_terms(subjects: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """For each record, in words, its running clock that runs out first."""
    return {subject: words.clock_words(clock) for subject, clock in next_clocks(subjects).items()}


def articles(case: Case, typed: str = "", limit: int = ARTICLES_SHOWN) -> list[dict[str, Any]]:
    """Parts of articles that punish something on the day of the offence: by number or by words, in any language."""
    on, wanted = local_day(case, case.offence_at), typed.casefold().split()
    found = []
    for key in _punishing():
        edition, subjects = law.articles().find(key, on), law.subjects_of(key, on)
        if edition is None or not subjects:
            continue
        number = f"{edition.article}-{edition.part} {edition.article} {key}"
        text = f"{number} {edition.kk} {edition.ru} {edition.en}".casefold()
        if all(word in text for word in wanted):
            exact = 0 if typed and key.removeprefix("koap-").startswith(typed.strip()) else 1
            found.append((exact, key, subjects))
    usual = case.article if case.state == "opened" else ""
    found.sort(key=lambda row: (row[1] != usual, row[0], law_order(row[1])))
    return [
        {
            **words.cited(key, on),
            "usual": key == usual,
            "subjects": subjects,
            # Said where the reader would not expect it: not persons but their parents, officials, businesses.
            "whom": "" if "person" in subjects else ", ".join(map(words.subject_name, subjects)),
        }
        for _exact, key, subjects in found[:limit]
    ]


def is_named(case: Case) -> bool:
    """Whether a protocol has named the article; until then it is only the usual one of the incident's kind."""
    return bool(case.article) and (case.protocol_at is not None or case.state not in ("opened", "closed"))


def receipt_of(case: Case) -> dict[str, Any]:
    """What the holder of the receipt sees: plain values with words in the reader's language, nobody's name."""
    on = local_day(case, case.offence_at)
    decision = Entry.objects.filter(subject=case.pk, act="case.decide").order_by("-version").first()
    acts = told(case.pk)
    return {
        "code": case.receipt,
        "state": case.state,
        "state_name": state_name(case),
        "offence_at": case.offence_at,
        "offence_said": case.offence_said is not False,
        "facts": case.facts,
        "article": words.cited(case.article, on) if is_named(case) else None,
        "title": title(case),
        "next": next_step(case),
        "penalty_done": penalty_done(case),
        "penalty_kept": penalty_kept(case),
        "decision": _decision(case, decision, acts) if decision else None,
        "money": money_of(case) if decision else None,
        "petition": _petition(case),
        "clocks": _terms(case),
        "acts": acts,
        "appeals": reviews.told(case),
        "change": reviews.change(case),
    }


def _petition(case: Case) -> dict[str, Any]:
    """What the person asked for and the answer: `relief` is what was allowed, empty where it was refused."""
    answered = case.petition_answer if case.petition_at is None else None
    relief = case.relief or ""
    return {
        "text": case.petition,
        "waits": case.petition_at is not None,
        "answer": answered,
        "relief": relief,
        "until": case.pay_until if relief else None,
        "result": words.relief_answer(relief, case.pay_until) if answered else "",
    }


def _terms(case: Case) -> list[dict[str, Any]]:
    """The terms of the receipt: after the limitation of execution nobody is told any more until when to pay."""
    found = terms_of_case(case)
    if money.expired_at(case) is None:
        return found
    return [row for row in found if row["rule"] in EXECUTION or not matches(row["rule"], SUSPENDED)]


def told(subject: uuid.UUID, wording: str = "") -> list[dict[str, Any]]:
    """The history of a record in words, oldest first; `wording` is the record's.

    `legal_day` is there where what was done counts from another day than that of its entry.
    """
    rows = history(subject)
    days = legal_days(rows)
    return [{**_told(row, wording), "legal_day": days.get(row["id"])} for row in rows]


def law_order(key: str) -> list[tuple[int, str]]:
    """koap-73 before koap-434 and koap-434 before koap-434.2."""
    parts = key.replace(".", "-").split("-")
    return [(number, "") if (number := whole(part)) is not None else (0, part) for part in parts]


def _punishing() -> list[str]:
    from tartip.core.law.penalties import book

    return sorted(book().keys)


def timed(case: Case) -> list[dict[str, Any]]:
    """The sanctions of the case that have a length."""
    return [
        {**row, "name": words.kind_name(row["kind"]), "unit": words.unit_name(row["unit"])}
        for row in sanctions_of(case)
        if "amount" in row
    ]


def _decision(case: Case, entry: Entry, acts: list[dict[str, Any]]) -> dict[str, Any]:
    recorded_later = (row["at"] for row in acts if row["code"] == "case.hand_over" and row["legal_day"])
    seal = getattr(entry, "seal", None)
    reduced, reduced_until = None, None
    if case.state != "decided" and money.reduced_rest(case, now()) is not None:
        reduced, end = discounted(case, now()), money.discount_end(case)
        reduced_until = local_day(case, end) if end is not None and end != money.FOREVER else None
    rows = sanctions_of(case)
    return {
        "entry": entry.pk,
        "at": case.decided_at,
        "part": words.cited(case.penalty_key, local_day(case, case.offence_at)) if case.penalty_key else None,
        "kind": case.penalty_kind,
        "kind_name": " + ".join(words.kind_name(row["kind"]) for row in rows) or words.kind_name(case.penalty_kind),
        "sanctions": [{**row, "text": words.sanction_text(row)} for row in rows],
        "sum": _sum(case),
        "amount_tenge": case.amount_tenge,
        "reduced_tenge": reduced,
        "reduced_until": reduced_until,
        "paid_tenge": case.paid_tenge,
        "handed_over_at": case.handed_over_at,
        # Where the copy was handed over on another day than the entry says: when that was entered.
        "handed_over_recorded_at": next(recorded_later, None),
        "in_force_on": local_day(case, case.in_force_at) if case.in_force_at else None,
        "earlier": case.earlier_decision or "",
        "index": seal.index if seal else None,
        "hash": bytes(entry.leaf).hex(),
    }


def money_of(case: Case) -> dict[str, Any] | None:
    """What was owed, paid, what remains and what goes back; None where no fine was imposed."""
    if not case.amount_tenge:
        return None
    found = money.account(case)
    return {
        "owed": found.owed,
        "paid": found.paid,
        "returned": found.returned,
        "remaining_tenge": found.remaining,
        "to_return_tenge": found.to_return,
        "returned_after_copy": found.to_return > 0 and money.returned_after_copy(case),
        "discount_used": money.kept_discount(case),
        "payments": [
            {
                "kind": row.kind,
                "amount_tenge": row.amount_tenge,
                "paid_at": row.paid_at,
                "posted_at": row.posted_at,
                "reference": row.reference,
            }
            for row in case.payments.order_by("paid_at", "id")
        ],
    }


def appeals_of(actor: Actor, case: Case) -> list[dict[str, Any]]:
    """The appeals against the case with their terms, for its card; `may_read` where the actor may open one."""
    found = list(case.appeals.order_by("filed_at", "id"))
    readable = set(visible(actor, case.appeals.all()).values_list("pk", flat=True)) if found else set()
    recorded = reviews.recorded_later(found)
    return [
        {
            "pk": one.pk,
            "filed_at": one.filed_at,
            "protest": reviews.is_protest(one),
            "to_court": one.instance == instances.COURT,
            "outcome": reviews.outcome(one),
            "handed_over_at": one.handed_over_at,
            "handed_over_recorded_at": recorded.get(one.pk),
            "may_read": one.pk in readable,
            "clocks": reviews.terms_of(one, clocks_of(one.pk)),
        }
        for one in found
    ]


def may_appeal(case: Case) -> bool:
    """Whether an appeal can be filed now: a decision, none open, and an instance that has not heard it."""
    return instances.own_turn(case) is not None


def may_protest(case: Case) -> bool:
    """Whether a prosecutor can file a protest now; an open appeal of the person's does not stand in the way."""
    if case.state not in instances.ATTACKABLE or instances.left(case, instances.PROSECUTOR) is None:
        return False
    return not case.appeals.filter(state__in=instances.OPEN, filed_by=instances.PROSECUTOR).exists()


def may_ask(case: Case) -> bool:
    """Whether the person can ask to pay later or in parts: owing, no petition open, and nothing granted before."""
    waiting = case.petition_at is not None or case.relief_at is not None
    if case.state != "in_force" or waiting or execution_over(case, now()):
        return False
    return money.account(case).remaining > 0


def close_reasons(case: Case) -> list[tuple[str, str]]:
    """The reasons that fit now: limitation only when it is over."""
    over = may_end_by_limitation(case, now())
    return [(code, words.close_reason(code)) for code in CLOSE_REASONS if over or code != "limitation"]


def offered_acts(actor: Actor, case: Case) -> list[Act]:
    """The acts open to the actor; no protocol where every limitation it could name is over, no enforcement while the
    term to pay runs.
    """
    closed = set()
    if limitation_over(case, now()) and not some_limitation_runs(case, now()):
        closed.add("case.protocol")
    end = money.pay_end(case) if case.state == "in_force" else None
    if end is not None and now() <= end:
        closed.add("case.enforce")
    return [found for found in open_acts(actor, case) if found.code not in closed]


def last_day_of_execution(case: Case) -> date | None:
    """Where the limitation of execution is over: its last day there. None while the decision may be carried out."""
    due = execution_end(case)
    return local_day(case, due) if due is not None and now() > due else None


def _sum(case: Case) -> str:
    """The arithmetic, while the fine is the counted one; a fine changed on appeal stands by itself."""
    if case.amount_tenge is None or case.mci_tenths is None or case.base_rate is None:
        return ""
    if case.mci_tenths * case.base_rate != case.amount_tenge * 10:
        return ""
    return words.arithmetic(case.mci_tenths, case.base_rate, case.amount_tenge)


def _told(row: dict[str, Any], wording: str = "") -> dict[str, Any]:
    return {
        "id": row["id"], "code": row["act"], "name": act_name(row["act"], wording), "at": row["occurred_at"],
        "role": words.role_name(row["role"]), "ground": words.ground_of(row["ground"], row["edition"]),
        "index": row["index"],
    }  # fmt: skip
