"""Filing, forwarding and deciding an appeal (КоАП ст. 826.1 – 826.4)."""

from __future__ import annotations

import uuid

from tartip.appeals.models import Appeal
from tartip.cases import actions as cases
from tartip.cases.models import Case
from tartip.core.acts import ACTS, Actor, Clocks, act, doing
from tartip.core.acts.rights import has_role, in_territory, is_system, predicate
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.errors import TartipError
from tartip.operations.calls.actions import check_length
from tartip.operations.incidents.codes import new_code

RESULTS = ("left", "changed", "cancelled")
SHORTEST_TEXT = 10


class NotAppealable(TartipError):
    code = "appeal.not_appealable"
    text = "This act cannot be appealed here: %(act)s."
    http_status = 409


class AlreadyAppealed(TartipError):
    code = "appeal.already"
    text = "An appeal against this act is open already."
    http_status = 409


class BadAppeal(TartipError):
    code = "appeal.bad"
    text = "%(field)s: %(rule)s."
    http_status = 422


@predicate("not the one who decided the case")
def is_another_official(actor: Actor, appeal: Appeal | None = None) -> bool:
    return appeal is None or appeal.case.decided_by != actor.name


reviews = in_territory & has_role("supervisor", "prosecutor", "judge") & is_another_official


@act(
    "appeal.file",
    names={"kk": "Шағым беру", "ru": "Подать жалобу", "en": "Appeal"},
    ground="koap-826.2",
    creates=Appeal,
    may=has_role("citizen", "prosecutor"),
    clocks=Clocks(starts=["koap-826.2-forward"]),
)
def file_appeal(actor: Actor, case: Case, *, text: str, attacked: uuid.UUID | None = None) -> Appeal:
    """Appeal against an act of the case, its decision unless another entry is named. The penalty waits meanwhile.

    A late appeal is accepted all the same and marked: restoring the term is for the one who reviews it.
    """
    text = text.strip()
    if len(text) < SHORTEST_TEXT:
        raise BadAppeal(field="text", rule="say in at least %(least)s characters what is wrong", least=SHORTEST_TEXT)
    check_length("text", text)
    entry = _attacked(case, attacked)
    if Appeal.objects.filter(attacked=entry.pk).exclude(state="decided").exists():
        raise AlreadyAppealed
    term = Clock.objects.filter(subject=case.pk, rule="koap-826.2-complain").order_by("-started_at").first()
    if case.state in ("handed_over", "paid"):
        cases.suspend(actor, case)
    return Appeal(
        territory_id=case.territory_id,
        case=case,
        attacked=entry.pk,
        attacked_act=entry.act,
        receipt=new_code(cases.RECEIPT_LENGTH),
        text=text,
        filed_at=doing().at,
        late=term is not None and doing().at > term.due_at,
    )


@act(
    "appeal.forward",
    names={"kk": "Жоғары органға жіберу", "ru": "Направить в вышестоящий орган", "en": "Pass to the higher body"},
    ground="koap-826.2",
    of=Appeal,
    may=(in_territory & has_role("inspector", "supervisor", "prosecutor")) | is_system,
    moves={"filed": "forwarded"},
    clocks=Clocks(stops=["koap-826.2-forward"], starts=["koap-826.3-decide"]),
)
def forward(actor: Actor, appeal: Appeal) -> Appeal:
    appeal.forwarded_at = doing().at
    return appeal


@act(
    "appeal.decide",
    names={"kk": "Шағымды шешу", "ru": "Решить жалобу", "en": "Decide the appeal"},
    ground="koap-826.3",
    of=Appeal,
    may=reviews,
    moves={"filed": "decided", "forwarded": "decided"},
    clocks=Clocks(stops=["koap-826.2-forward", "koap-826.3-decide"]),
    appealable=True,
    grave=True,
)
def decide(actor: Actor, appeal: Appeal, *, result: str, reasons: str, amount_tenge: int | None = None) -> Appeal:
    """Leave, change or cancel the decision, with reasons. Never by the one who made it."""
    if result not in RESULTS:
        raise BadAppeal(field="result", rule="must be one of %(allowed)s", allowed=", ".join(RESULTS))
    if not reasons.strip():
        raise BadAppeal(field="reasons", rule="must not be empty: the person has a right to them")
    check_length("reasons", reasons)
    if result == "changed" and amount_tenge is None:
        raise BadAppeal(field="amount_tenge", rule="a changed decision needs the new fine")
    case = Case.objects.get(pk=appeal.case_id)
    if case.state == "under_appeal":
        if result == "cancelled":
            cases.cancel(actor, case)
        else:
            cases.restore(actor, case, amount_tenge=amount_tenge if result == "changed" else None)
    appeal.result, appeal.reasons, appeal.decided_at = result, reasons.strip(), doing().at
    return appeal


def _attacked(case: Case, entry_id: uuid.UUID | None) -> Entry:
    """The entry under attack: the case's decision, or one of its own appealable acts."""
    entries = Entry.objects.filter(subject=case.pk)
    entry = (
        entries.filter(pk=entry_id).first()
        if entry_id
        else entries.filter(act="case.decide").order_by("-version").first()
    )
    declared = ACTS.get(entry.act) if entry else None
    if entry is None or declared is None or not declared.appealable:
        raise NotAppealable(act=entry.act if entry else "—")
    return entry
