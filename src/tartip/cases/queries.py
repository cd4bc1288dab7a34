"""What is read about cases: the list, what the law allows, and what the holder of a receipt sees."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Case as When
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models import When as Is

from tartip.cases import words
from tartip.cases.actions import discounted, local_day
from tartip.cases.models import Case
from tartip.core import law
from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.journal.queries import history
from tartip.core.time import now
from tartip.core.words import act_name

STATES = ("opened", "protocol", "decided", "handed_over", "under_appeal", "paid", "cancelled", "closed")
ENDED = ("paid", "cancelled", "closed")
ARTICLES_SHOWN = 20


def listed(actor: Actor, state: str = "") -> QuerySet[Case]:
    """Cases in the actor's territories: those whose clock runs out first, then the rest, newest first."""
    clock = Clock.objects.filter(subject=OuterRef("pk"), state="running").order_by("due_at")
    cases = visible(actor, Case.objects.select_related("territory", "incident"))
    if state == "open":
        cases = cases.exclude(state__in=ENDED)
    elif state in STATES:
        cases = cases.filter(state=state)
    ended = When(Is(state__in=ENDED, then=Value(1)), default=Value(0))
    return cases.annotate(due=Subquery(clock.values("due_at")[:1]), ended=ended).order_by(
        "ended", F("due").asc(nulls_last=True), "-opened_at"
    )


def clocks_of(subject: uuid.UUID) -> list[dict[str, Any]]:
    """Clocks of a record that have not been stopped, the one that runs out first in front."""
    return [
        words.clock_words(clock)
        for clock in Clock.objects.filter(subject=subject).exclude(state="stopped").order_by("due_at")
    ]


def next_clocks(subjects: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """For each record, its running clock that runs out first."""
    rows = Clock.objects.filter(subject__in=subjects, state="running").order_by("-due_at")
    return {clock.subject: words.clock_words(clock) for clock in rows}


def articles(case: Case, typed: str = "", limit: int = ARTICLES_SHOWN) -> list[dict[str, Any]]:
    """Parts of articles that punish something on the day of the offence: by number or by words, in any language."""
    on, wanted = local_day(case, case.offence_at), typed.casefold().split()
    found = []
    for key in _punishing():
        edition = law.articles().find(key, on)
        if edition is None or not law.subjects_of(key, on):
            continue
        number = f"{edition.article}-{edition.part} {edition.article} {key}"
        text = f"{number} {edition.kk} {edition.ru} {edition.en}".casefold()
        if all(word in text for word in wanted):
            exact = 0 if typed and key.removeprefix("koap-").startswith(typed.strip()) else 1
            found.append((exact, key, edition))
    found.sort(key=lambda row: (row[0], law_order(row[1])))
    return [words.cited(key, on) for _exact, key, _edition in found[:limit]]


def penalties(case: Case, article: str = "") -> list[dict[str, Any]]:
    """Every penalty the law allows for the case's article: for whom, the first time or again, which, and how much."""
    key, on = article or case.article, local_day(case, case.offence_at)
    rows = []
    for subject in law.subjects_of(key, on):
        for repeat in (False, True):
            try:
                penalty = law.penalty(key, on, subject=subject, repeat=repeat)
            except (law.NoRepeatRule, law.NoPenaltyFor, law.MissingEdition):
                continue
            kinds = dict.fromkeys(sanction.kind.value for option in penalty.options for sanction in option)
            rows.append(
                {
                    "subject": subject,
                    "subject_name": words.subject_name(subject),
                    "repeat": repeat,
                    "part": words.cited(penalty.key, on),
                    "status": penalty.status,
                    "kinds": [_priced(case, penalty, kind) for kind in kinds],
                }
            )
    return _folded(rows)


def _folded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mark where the page folds: most cases are of persons, the other subjects are opened when needed."""
    others = [row for row in rows if row["subject"] != "person"]
    folds = len(others) < len(rows)
    for row in rows:
        row["first_folded"] = folds and bool(others) and row is others[0]
        row["last_folded"] = folds and bool(others) and row is others[-1]
    return rows


def receipt_of(case: Case) -> dict[str, Any]:
    """What the holder of the receipt sees: plain values with words in the reader's language, nobody's name."""
    on = local_day(case, case.offence_at)
    decision = Entry.objects.filter(subject=case.pk, act="case.decide").order_by("-version").first()
    return {
        "code": case.receipt,
        "state": case.state,
        "state_name": words.state_name(case.state),
        "offence_at": case.offence_at,
        "facts": case.facts,
        "article": words.cited(case.article, on) if case.article else None,
        "decision": _decision(case, decision) if decision else None,
        "clocks": clocks_of(case.pk),
        "acts": [_told(row) for row in history(case.pk)],
        "appeals": [
            {"code": a.receipt, "state": a.state, "filed_at": a.filed_at, "result": a.result}
            for a in case.appeals.order_by("filed_at")
        ],
    }


def told(subject: uuid.UUID) -> list[dict[str, Any]]:
    """The history of a record in words, oldest first."""
    return [_told(row) for row in history(subject)]


def law_order(key: str) -> list[tuple[int, str]]:
    """koap-73 before koap-434 and koap-434 before koap-434.2."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in key.replace(".", "-").split("-")]


def _punishing() -> list[str]:
    from tartip.core.law.penalties import book

    return sorted(book().keys)


def _priced(case: Case, penalty: law.Penalty, kind: str) -> dict[str, Any]:
    priced: dict[str, Any] = {"kind": kind, "name": words.kind_name(kind), "sum": "", "tenge": None}
    if kind == "fine":
        fine = penalty.fine_on(local_day(case, case.opened_at))
        priced |= {"sum": words.arithmetic(fine.mci_tenths, fine.rate_used.tenge, fine.tenge), "tenge": fine.tenge}
        return priced
    sanction = next(s for option in penalty.options for s in option if s.kind.value == kind)
    if sanction.high is not None:
        bounds = [str(n) for n in dict.fromkeys([sanction.low, sanction.high]) if n is not None]
        priced["sum"] = f"{'–'.join(bounds)} {unit_name(sanction.unit)}"
    return priced


def unit_name(unit: str) -> str:
    from django.utils.translation import gettext as _

    return {
        "days": _("days of term"),
        "months": _("months of term"),
        "years": _("years of term"),
        "hours": _("hours of term"),
    }.get(unit, unit)


def _decision(case: Case, entry: Entry) -> dict[str, Any]:
    seal = getattr(entry, "seal", None)
    reduced = discounted(case, now()) if case.state in ("handed_over", "under_appeal") else None
    return {
        "entry": entry.pk,
        "at": case.decided_at,
        "part": words.cited(case.penalty_key, local_day(case, case.offence_at)) if case.penalty_key else None,
        "kind": case.penalty_kind,
        "kind_name": words.kind_name(case.penalty_kind),
        "sum": _sum(case),
        "amount_tenge": case.amount_tenge,
        "reduced_tenge": reduced,
        "paid_tenge": case.paid_tenge,
        "index": seal.index if seal else None,
        "hash": bytes(entry.leaf).hex(),
    }


def _sum(case: Case) -> str:
    """The arithmetic, while the fine is the counted one; a fine changed on appeal stands by itself."""
    if case.amount_tenge is None or case.mci_tenths is None or case.base_rate is None:
        return ""
    if case.mci_tenths * case.base_rate != case.amount_tenge * 10:
        return ""
    return words.arithmetic(case.mci_tenths, case.base_rate, case.amount_tenge)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"], "code": row["act"], "name": act_name(row["act"]), "role": words.role_name(row["role"]),
        "at": row["occurred_at"], "ground": words.ground_of(row["ground"], row["edition"]), "index": row["index"],
    }  # fmt: skip
