"""A refusal speaks of what the person asked for: never of a part of it that the system does by itself."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import transaction

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.made import as_before, decide, passed_on
from tartip.appeals.tests.test_every_act import ACTS as TRIED, STATES, TEXT, in_state, tried
from tartip.appeals.tests.test_states import case_in, filed
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.instances import ATTACKABLE
from tartip.cases.models import Case
from tartip.cases.tests.made import ALMATY, browser
from tartip.core.acts import ACTS
from tartip.core.acts.rights import is_system
from tartip.core.people.personas import Persona, make
from tartip.core.time import clock, now

__all__ = ["case_in", "in_state"]

INNER = {code for code, act in ACTS.items() if act.inner or act.may is is_system} | {"payment.record"}
PUBLIC = {name: do for name, do in TRIED.items() if f"case.{name}" not in INNER} | {
    "refuse": lambda actor, case: cases.refuse_relief(actor, case, reason="…"),
    "ask": lambda actor, case: cases.ask_relief(holder_of(case), case, text="Прошу в рассрочку."),
    "protest": lambda actor, case: appeals.file_appeal(actor, case, text=TEXT),
}
for name in ("force", "suspend", "restore", "lessen", "cancel"):
    PUBLIC.pop(name, None)
ON_APPEAL = {
    "pass on": lambda actor, appeal: appeals.pass_on(actor, appeal),
    "restore the term": lambda actor, appeal: appeals.restore_term(actor, appeal, reason="Болел."),
    "hand over": lambda actor, appeal: appeals.hand_over(actor, appeal),
    "withdraw": lambda actor, appeal: appeals.withdraw(actor, appeal),
    "withdraw own": lambda actor, appeal: appeals.withdraw(holder_of(appeal.case), appeal),
    **{
        result: lambda actor, appeal, result=result: appeals.decide(
            actor, appeal, result=result, reasons="Так.", amount_tenge=16_000 if result == "changed" else None
        )
        for result in ("left", "changed", "cancelled", "not_reviewed")
    },
}


def check_words(refused, name):
    assert refused is None or not INNER & set(map(str, refused.fields.values())), (name, refused)


@pytest.mark.parametrize("state", STATES)
def test_no_refusal_names_an_act_that_is_a_part_of_another(in_state, persona, state):
    case, moment = in_state(state)
    people = {role: persona(role) for role in ("inspector", "prosecutor", "judge")}
    for later in (timedelta(seconds=1), timedelta(days=800)):
        for role, actor in people.items():
            for name, do in PUBLIC.items():
                with clock(moment + later), transaction.atomic():
                    check_words(tried(do, actor, case), (role, name, later))
                    transaction.set_rollback(True)


@pytest.mark.parametrize("passed", [False, True], ids=["filed", "passed on"])
@pytest.mark.parametrize("state", [*(state for state in ATTACKABLE if state != "expired"), "cancelled"])
def test_nor_does_a_refusal_on_an_appeal(in_state, persona, state, passed):
    """Late appeals of both, and the person's in time, whatever has become of the case since."""
    prosecutor, head = persona("prosecutor"), make(Persona("head-2", "Қайрат", "supervisor", ALMATY))
    case, moment = in_state("under_appeal" if state == "cancelled" else state)
    with clock(moment + timedelta(days=60)):
        appeals.file_appeal(prosecutor, case, text=TEXT)
        case.refresh_from_db()
        if not case.appeals.exclude(filed_by="prosecutor").exists():
            filed(case)
        if state == "cancelled":
            own = case.appeals.exclude(filed_by="prosecutor").get()
            decide(persona("supervisor"), own, result="cancelled", reasons="Так.")
        if passed:
            for one in Appeal.objects.filter(state="filed"):
                passed_on(one)
    for one in Appeal.objects.all():
        for actor in (prosecutor, head, persona("judge")):
            for name, do in ON_APPEAL.items():
                with clock(moment + timedelta(days=61)), transaction.atomic():
                    check_words(refusal(do, actor, one), (one.filed_by, actor.role, name))
                    transaction.set_rollback(True)


def refusal(do, actor, appeal):
    return tried(lambda actor, _case: do(actor, Appeal.objects.get(pk=appeal.pk)), actor, appeal.case)


# --- a late appeal, and a decision that was cancelled meanwhile


@pytest.fixture
def late_on_cancelled(fined, persona):
    """A late protest that the higher body has; the person's appeal in time was granted beside it."""
    own = filed(fined)
    with clock(now() + timedelta(days=30)):
        protest = passed_on(appeals.file_appeal(persona("prosecutor"), Case.objects.get(pk=fined.pk), text=TEXT))
        decide(persona("supervisor"), own, result="cancelled", reasons="Так.")
    assert protest.late is True
    return as_before(protest)


SAID = {
    "en": "The decision was cancelled: there is nothing left to suspend or to decide.",
    "ru": "Постановление отменено: приостанавливать и решать больше нечего.",
    "kk": "Қаулының күші жойылған: тоқтата тұратын да, шешетін де ештеңе қалмады.",
}


@pytest.mark.parametrize("language", SAID)
def test_the_term_is_not_restored_where_the_decision_was_cancelled(late_on_cancelled, language):
    client = browser(make(Persona("head-2", "Қайрат", "supervisor", ALMATY)), language)
    path = f"/appeals/{late_on_cancelled.pk}/"
    page = client.get(path).content.decode()
    assert SAID[language] in page
    assert 'data-open="restore-term"' not in page
    answer = client.post(f"{path}restore_term/", {"reason": "Болел."})
    assert answer.status_code == 409
    assert SAID[language] in answer.content.decode()
    answer = client.post(
        f"/api/v1/appeal/{late_on_cancelled.pk}/acts/restore_term",
        json.dumps({"reason": "Болел."}),
        content_type="application/json",
        headers={"Accept-Language": language},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "appeal.nothing_left")
    assert SAID[language] in answer.json()["detail"]
    late_on_cancelled.refresh_from_db()
    assert (late_on_cancelled.state, late_on_cancelled.term_restored_at) == ("forwarded", None)


def test_what_came_in_time_after_all_is_ended_without_review_too(late_on_cancelled, monkeypatch):
    """A decree has moved the end of its term; restoring it is refused, so that it needs no restoring."""
    late = lambda: Appeal.objects.get(pk=late_on_cancelled.pk)  # noqa: E731
    monkeypatch.setattr("tartip.appeals.instances.last_moment", lambda *which: late().filed_at)
    head = make(Persona("head-2", "Қайрат", "supervisor", ALMATY))
    assert "Restore the term" not in browser(head, "en").get(f"/appeals/{late().pk}/").content.decode()
    assert appeals.decide(head, late(), result="nothing_left", reasons="Отменено.").state == "decided"
