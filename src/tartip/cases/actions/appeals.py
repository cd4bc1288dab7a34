"""What an appeal does to a case; part of the acts of the app `appeals`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tartip.cases import money, sanctions
from tartip.cases.actions.finishing import finish_if_done
from tartip.cases.actions.force import expire_if_over
from tartip.cases.imposed import least_of, sanctions_of
from tartip.cases.instances import TERMS, broken_off
from tartip.cases.models import Case
from tartip.cases.money import before_appeal
from tartip.cases.terms import SUSPENDED
from tartip.core.acts import Actor, Choice, Clocks, act, doing
from tartip.core.acts.rights import is_system

WHERE_IT_WAS = ("decided", "handed_over", "in_force", "enforcement", "paid", "executed", "expired")


@act(
    "case.suspend",
    names={"kk": "Жазаны тоқтата тұру", "ru": "Приостановить взыскание", "en": "Suspend the penalty"},
    # True of an appeal and of a protest, and of a penalty that was carried out before: nothing of that waits.
    done={
        "kk": "Қаулыны қайта қарау басталды; орындалмағаны тоқтатыла тұрды",
        "ru": "Начат пересмотр постановления; неисполненное приостановлено",
        "en": "A review of the decision began; what was not carried out waits",
    },
    ground="koap-826.2",
    of=Case,
    may=is_system,
    moves=dict.fromkeys(
        ("decided", "handed_over", "in_force", "enforcement", "paid", "executed", "expired"), "under_appeal"
    ),
    clocks=Clocks(stops=TERMS, pauses=SUSPENDED),
)
def suspend(actor: Actor, case: Case) -> Case:
    """Part of an appeal in time, or of one whose term was restored: the penalty waits until it is decided."""
    case.state_before_appeal = case.state
    return case


@act(
    "case.restore",
    names={"kk": "Қаулы өзгеріссіз қалды", "ru": "Постановление оставлено в силе", "en": "The decision stands"},
    done={"kk": "Қаулы өзгеріссіз қалды", "ru": "Постановление оставлено в силе", "en": "The decision was upheld"},
    ground="koap-826.3",
    of=Case,
    may=is_system,
    moves={"under_appeal": WHERE_IT_WAS},
    clocks=Clocks(resumes=SUSPENDED),
)
def _restore(actor: Actor, case: Case, *, heard_by: str) -> Case:
    return _back(case, heard_by)


@act(
    "case.lessen",
    names={"kk": "Жаза жеңілдетілді", "ru": "Взыскание смягчено", "en": "The penalty is lessened"},
    done={"kk": "Жаза жеңілдетілді", "ru": "Взыскание смягчено", "en": "The penalty was lessened"},
    ground="koap-826.5",
    of=Case,
    may=is_system,
    moves={"under_appeal": WHERE_IT_WAS},
    clocks=Clocks(resumes=SUSPENDED),
)
def _lessen(actor: Actor, case: Case, *, changed: list[dict[str, Any]], heard_by: str) -> Case:
    # Who has paid half in time owes half of the lesser fine too.
    kept = money.kept_discount(case)
    case.sanctions = changed
    case.amount_tenge = next((row["tenge"] for row in changed if row["kind"] == "fine"), None)
    if case.amount_tenge is not None:
        case.discount_used = kept or money.paid_with_discount(case)
    return _back(case, heard_by)


@act(
    "case.resume",
    names={"kk": "Жаза қайта орындалады", "ru": "Взыскание возобновлено", "en": "The penalty goes on"},
    done={
        "kk": "Қайта қарау аяқталды; орындалмағаны одан әрі орындалады",
        "ru": "Пересмотр окончен; неисполненное исполняется дальше",
        "en": "The review ended; what was not carried out goes on",
    },
    ground="koap-826.2",
    of=Case,
    may=is_system,
    moves={"under_appeal": WHERE_IT_WAS},
    clocks=Clocks(resumes=SUSPENDED),
)
def _resume(actor: Actor, case: Case) -> Case:
    return _back(case, case.heard_by)


def resume(actor: Actor, case: Case) -> Case:
    """Part of withdrawing an appeal: the case is where the appeal found it, and nobody was heard."""
    _resume(actor, case)
    return expire_if_over(actor, finish_if_done(actor, case))


def _back(case: Case, heard_by: str | None) -> Case:
    """Where the appeal found it."""
    case.pay_until = money.moved_on(case, doing().at)
    case.state, case.state_before_appeal = before_appeal(case), None
    case.heard_by = heard_by
    return case


def restore(
    actor: Actor,
    case: Case,
    *,
    amount_tenge: int | None = None,
    terms: Mapping[str, int] | None = None,
    heard_by: str = "higher_body",
) -> Case:
    """Part of deciding an appeal: the case is where the appeal found it, perhaps with a penalty less within the law."""
    if amount_tenge is None and not terms:
        _restore(actor, case, heard_by=heard_by)
    else:
        changed = sanctions.lessened(sanctions_of(case), least_of(case), tenge=amount_tenge, terms=terms or {})
        _lessen(actor, case, changed=changed, heard_by=heard_by)
    return expire_if_over(actor, finish_if_done(actor, case))


@act(
    "case.continue_term",
    names={
        "kk": "Шағым беру мерзімі жалғасады",
        "ru": "Срок обжалования продолжается",
        "en": "The term to appeal goes on",
    },
    done={
        "kk": "Шағым беру мерзімі жалғасты",
        "ru": "Срок обжалования продолжился",
        "en": "The term to appeal was continued",
    },
    ground="koap-826.2",
    of=Case,
    may=is_system,
    moves={"handed_over": None, "paid": None},
    clocks=Clocks(starts={Choice(TERMS, broken_off): "complaint_from"}),
)
def _continue_term(actor: Actor, case: Case) -> Case:
    case.complaint_from = case.complaint_from or case.handed_over_at
    return case


def continue_term(actor: Actor, case: Case) -> Case:
    """Part of what ends without the person being heard: the term that was stopped ends on its own day, or has ended."""
    return _continue_term(actor, case) if broken_off(case) else case


@act(
    "case.cancel",
    names={"kk": "Қаулының күші жойылды", "ru": "Постановление отменено", "en": "The decision is cancelled"},
    done={"kk": "Қаулының күші жойылды", "ru": "Постановление отменено", "en": "The decision was cancelled"},
    ground="koap-826.5",
    of=Case,
    may=is_system,
    moves={"under_appeal": "cancelled"},
    clocks=Clocks(stops=["koap"]),
)
def cancel(actor: Actor, case: Case, *, heard_by: str = "higher_body") -> Case:
    """Part of deciding an appeal: nothing is owed, what was paid goes back."""
    case.closed_at = doing().at
    case.state_before_appeal = None
    case.heard_by = heard_by
    return case
