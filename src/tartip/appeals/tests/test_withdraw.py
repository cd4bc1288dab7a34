"""Who filed an appeal may take it back before it is decided; that takes nothing from the person but the waiting."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide, passed_on
from tartip.appeals.tests.test_force import TEXT, delivered, left_by_higher_body, march, on, undelivered
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.instances import last_moment
from tartip.cases.models import Case
from tartip.cases.money import account
from tartip.cases.tests.made import ALMATY, browser, stranger
from tartip.core.acts import Denied, NotOpen
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.clocks.recount import recount
from tartip.core.clocks.tests.test_recount import decree
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.people.personas import Persona, make
from tartip.core.terms.zones import TICK

__all__ = ["delivered", "undelivered"]


def filed(case, day):
    with on(day):
        return appeals.file_appeal(holder_of(case), case, text=TEXT)


def withdrawn(appeal, day):
    with on(day):
        appeals.withdraw(holder_of(appeal.case), Appeal.objects.get(pk=appeal.pk))
    appeal.refresh_from_db()
    return Case.objects.get(pk=appeal.case_id)


def running(record):
    return set(Clock.objects.filter(subject=record.pk, state="running").values_list("rule", flat=True))


def test_the_person_takes_it_back_on_the_receipt(fined):
    code = stranger().post(f"/r/{fined.receipt}/appeal/", {"text": TEXT, "key": "k"}).url
    page = stranger("en").get(code).content.decode()
    assert f'action="{code}withdraw/"' in page
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    answers = [stranger("en").post(f"{code}withdraw/", {"key": key}) for _ in range(2)]
    assert [answer.url for answer in answers] == [code, code]
    assert Entry.objects.filter(act="appeal.withdraw").count() == 1
    page = stranger("en").get(code).content.decode()
    assert "The appeal is withdrawn" in page
    assert "Appeal again" in page
    assert "withdraw/" not in page
    fined.refresh_from_db()
    assert (fined.state, fined.state_before_appeal, fined.heard_by) == ("handed_over", None, None)


def test_by_the_api_with_the_code_of_the_appeal(fined, inspector):
    appeal = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    path = f"/api/v1/appeals/by-receipt/{appeal.receipt}/withdraw"
    send = lambda client: client.post(path, "{}", content_type="application/json")  # noqa: E731
    assert send(browser(inspector)).status_code == 403
    assert send(stranger()).json()["state"] == "withdrawn"
    assert send(stranger()).status_code == 409
    wrong = f"/api/v1/appeals/by-receipt/{fined.receipt}/withdraw"  # the code of the case is no code of the appeal
    assert stranger().post(wrong, "{}", content_type="application/json").status_code == 404


def test_the_terms_run_on_from_where_they_were(delivered):
    """Handed over on the 2nd, appealed on the 3rd, withdrawn on the 10th: the term to complain ends with the 17th."""
    appeal = filed(delivered, 3)
    before = last_moment(delivered, "higher_body")
    case = withdrawn(appeal, 10)
    assert running(appeal) == set()
    assert running(case) == {"koap-826.2-complain", "koap-811-discount"}
    term = Clock.objects.get(subject=case.pk, rule="koap-826.2-complain", state="running")
    assert (term.started_at, term.due_at) == (march(2), before)
    with on(18):
        case = background(case)
    assert (case.state, case.in_force_at) == ("in_force", before + TICK)
    assert audit().findings == []


def test_within_the_term_the_person_appeals_again_and_later_is_late(delivered):
    case = withdrawn(filed(delivered, 3), 4)
    second = filed(case, 17)
    assert (second.instance, second.late) == ("higher_body", False)
    case = withdrawn(second, 17)
    third = filed(case, 18)
    assert (third.late, Case.objects.get().state) == (True, "handed_over")


def test_withdrawn_after_the_term_the_decision_is_in_force_from_the_withdrawal(delivered):
    appeal = filed(delivered, 3)
    case = withdrawn(appeal, 27)
    with on(28):
        breach_due()
        case = background(case)
    assert (case.state, case.in_force_at) == ("in_force", appeal.withdrawn_at)
    assert running(case) == {"koap-893-pay", "koap-890-execution", "koap-811-discount"}


def test_the_term_to_the_court_stays_what_it_was(delivered, persona, inspector):
    own = left_by_higher_body(delivered, persona, 3)
    with on(4):
        appeals.hand_over(inspector, own)
    end = Clock.objects.get(subject=own.pk, rule="koap-826.4-court").due_at
    case = withdrawn(filed(delivered, 5), 6)
    assert case.heard_by == "higher_body"
    again = filed(case, 7)
    assert (again.instance, again.late) == ("court", False)
    case = withdrawn(again, 8)
    with on(40):
        case = background(case)
    assert (case.state, case.in_force_at) == ("in_force", end + TICK)


def test_before_the_copy_and_after_a_payment_the_case_is_where_it_was(undelivered, inspector):
    case = withdrawn(filed(undelivered, 3), 4)
    assert case.state == "decided"
    with on(5):
        cases.hand_over(inspector, case)
        cases.pay(inspector, case, amount_tenge=10_812, reference="1")
    case = withdrawn(filed(case, 6), 9)
    assert (case.state, account(case).remaining) == ("paid", 0)


def test_another_open_appeal_keeps_the_penalty_waiting(delivered, persona):
    with on(3):
        protest = appeals.file_appeal(persona("prosecutor"), delivered, text=TEXT)
    appeal = filed(delivered, 4)
    case = withdrawn(appeal, 5)
    assert case.state == "under_appeal"
    with on(6):
        decide(persona("supervisor"), protest, result="left", reasons="Так.")
    assert "koap-826.2-complain" in running(case)


def test_nobody_takes_back_what_another_filed(fined, persona, supervisor):
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    for who in (persona("prosecutor"), supervisor, persona("judge")):
        with pytest.raises(Denied):
            appeals.withdraw(who, own)


def test_a_protest_is_taken_back_by_who_filed_it(fined, persona):
    prosecutor = persona("prosecutor")
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    other = make(Persona("other-prosecutor", "Қайрат", "prosecutor", ALMATY))
    assert 'data-open="withdraw"' not in browser(other).get(f"/appeals/{protest.pk}/").content.decode()
    assert browser(other).post(f"/appeals/{protest.pk}/withdraw/", {"version": 1}).status_code == 403
    with pytest.raises(Denied):
        appeals.withdraw(holder_of(fined), protest)
    client = browser(prosecutor)
    assert 'data-open="withdraw"' in client.get(f"/appeals/{protest.pk}/").content.decode()
    assert client.post(f"/appeals/{protest.pk}/withdraw/", {"version": 1, "key": "k"}).status_code == 302
    fined.refresh_from_db()
    assert (Appeal.objects.get().state, fined.state) == ("withdrawn", "handed_over")
    assert client.get("/appeals/?state=withdrawn").status_code == 200


def test_a_protest_is_taken_back_by_the_api(fined, persona):
    prosecutor = persona("prosecutor")
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    path = f"/api/v1/appeal/{protest.pk}/acts/withdraw"
    assert browser(prosecutor).post(path, "{}", content_type="application/json").json()["state"] == "withdrawn"


def test_what_is_decided_is_not_withdrawn(fined, persona):
    appeal = passed_on(appeals.file_appeal(holder_of(fined), fined, text=TEXT))
    decide(persona("prosecutor"), appeal, result="left", reasons="Так.")
    with pytest.raises(NotOpen):
        appeals.withdraw(holder_of(fined), appeal)
    assert stranger("en").post(f"/a/{appeal.receipt}/withdraw/", {"key": "k"}).status_code == 409


def test_the_term_goes_on_to_the_day_the_person_was_told(delivered, monkeypatch):
    """It ends with Tuesday, 17 March. A Saturday before that becomes a working day while the appeal is open."""
    told = last_moment(delivered, "higher_body")
    appeal = filed(delivered, 3)
    decree(monkeypatch, off="2026-04-20", work="2026-03-14")
    case = withdrawn(appeal, 4)
    (term,) = Clock.objects.filter(subject=case.pk, rule="koap-826.2-complain", state="running")
    assert term.due_at == told == march(17, 19) - timedelta(microseconds=1)
    with on(17):
        assert background(case).in_force_at is None
        recount()
        assert filed(case, 17).late is False
    case = withdrawn(Appeal.objects.latest("id"), 17)
    with on(18):
        assert (background(case).in_force_at, audit().findings) == (told + TICK, [])
