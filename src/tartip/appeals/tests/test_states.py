"""An appeal takes effect from every state of the case: the whole table state × result, by two instances."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.errors import AlreadyAppealed, HeardBefore, NotReviewable, NotYet
from tartip.appeals.models import Appeal
from tartip.appeals.tests.made import decide, passed_on
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.listeners import enter_into_force_after_the_term
from tartip.cases.models import Case
from tartip.cases.money import account, before_appeal
from tartip.cases.sanctions import BadReduction
from tartip.cases.tests.made import browser, handed_over, opened, stranger
from tartip.core.acts import Denied, NotOpen
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Entry
from tartip.core.terms.zones import TICK
from tartip.core.time import clock, now

TEXT = "Музыка играла до 22:30, есть видео."
FINE, HALF = 21_625, 10_812
STATES = ("decided", "handed_over", "paid", "in_force", "enforcement", "executed")


def at(days):
    return clock(now() + timedelta(days=days))


def put_in_force(case):
    breach_due()
    for entry in Entry.objects.filter(act="clock.lapse", subject=case.pk):
        enter_into_force_after_the_term(entry.pk)
    case.refresh_from_db()
    return case


@pytest.fixture
def case_in(persona):
    """A case in a state, and how many days after the hand-over it got there."""
    inspector = persona("inspector")

    def make(state):
        if state == "executed":
            case = opened(persona("operator"))
            cases.draw_protocol(inspector, case, article="koap-594-1", facts="…")
            cases.decide(inspector, case, kind="warning")
            cases.hand_over(inspector, case)
            with at(25):
                return put_in_force(case), 25
        if state == "decided":
            case = opened(persona("operator"))
            cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
            return cases.decide(inspector, case, kind="fine"), 0
        case = handed_over(persona("operator"), inspector)
        if state == "paid":
            cases.pay(inspector, case, amount_tenge=HALF, reference="1")
        if state in ("in_force", "enforcement"):
            with at(25):
                put_in_force(case)
        if state == "enforcement":
            with at(70):
                cases.enforce(inspector, case)
        assert case.state == state
        return case, {"in_force": 25, "enforcement": 70}.get(state, 0)

    return make


def filed(case):
    return appeals.file_appeal(holder_of(case), case, text=TEXT)


@pytest.mark.parametrize("result", ["left", "changed", "cancelled"])
@pytest.mark.parametrize("state", STATES)
def test_whatever_is_decided_takes_effect_from_every_state(case_in, persona, state, result):
    case, days = case_in(state)
    prosecutor = persona("prosecutor")
    with at(days):
        appeal = filed(case)
        case.refresh_from_db()
        late = state in ("in_force", "enforcement", "executed")  # the term to complain is over there
        assert (appeal.late, case.state) == (late, state if late else "under_appeal")
        if late:
            appeals.restore_term(prosecutor, appeal, reason="Болел, справка есть.")
            case.refresh_from_db()
            assert case.state == "under_appeal"
        assert case.state_before_appeal == state
        if state == "executed" and result == "changed":
            # A warning is the least: only a cancellation makes it less.
            with pytest.raises(BadReduction):
                decide(prosecutor, appeal, result=result, reasons="…", amount_tenge=1_000)
            return
        amount = 16_000 if result == "changed" else None
        decide(prosecutor, appeal, result=result, reasons="Так.", amount_tenge=amount)
        case.refresh_from_db()
        found = account(case)
        if result == "cancelled":
            assert case.state == "cancelled"
            assert (found.remaining, found.to_return) == (0, HALF if state == "paid" else 0)
            assert not Clock.objects.filter(subject=case.pk).exclude(state="stopped").exists()
            return
        assert (case.state, case.state_before_appeal) == (state, None)
        if state == "paid":
            # Half was paid in time, so half of the changed fine is owed: 8 000, and the rest goes back.
            assert (found.remaining, found.to_return) == (0, HALF - 8_000 if result == "changed" else 0)
        elif state != "executed":
            assert found.remaining == (16_000 if result == "changed" else FINE)


def test_a_paid_case_whose_appeal_is_lost_is_paid_and_says_so(fined, inspector, persona):
    """Field case 3: a fine of 21 625, 10 812 paid within the discount, the appeal left without effect."""
    client, reviewer = browser(inspector), browser(persona("prosecutor"))
    pay = {"amount_tenge": HALF, "reference": "1"}
    assert (
        client.post(f"/api/v1/case/{fined.pk}/acts/pay", pay, content_type="application/json").json()["state"] == "paid"
    )
    stranger().post(f"/r/{fined.receipt}/appeal/", {"text": TEXT, "key": "k"})
    appeal = Appeal.objects.get()
    passed_on(appeal)
    reviewer.post(f"/appeals/{appeal.pk}/decide/", {"result": "left", "reasons": "Доказано."})
    shown = client.get(f"/api/v1/cases/{fined.pk}").json()
    assert (shown["state"], shown["paid_tenge"], shown["remaining_tenge"]) == ("paid", HALF, 0)
    assert "<h1>Штраф уплачен</h1>" in stranger().get(f"/r/{fined.receipt}/").content.decode()
    again = client.post(f"/api/v1/case/{fined.pk}/acts/pay", pay, content_type="application/json").json()["record"]
    assert (again["paid_tenge"], again["to_return_tenge"]) == (HALF, 0)  # the same payment is no second one
    second = client.post(
        f"/api/v1/case/{fined.pk}/acts/pay", {**pay, "reference": "2"}, content_type="application/json"
    ).json()["record"]
    assert (second["state"], second["to_return_tenge"]) == ("paid", HALF)  # recorded, and to be returned


def test_a_fine_reduced_below_what_was_paid_names_the_excess(fined, inspector, persona):
    cases.pay(inspector, fined, amount_tenge=FINE, reference="1")
    appeal = filed(fined)
    form = {"result": "changed", "reasons": "Первый раз.", "amount": "16 000"}
    passed_on(appeal)
    assert browser(persona("prosecutor")).post(f"/appeals/{appeal.pk}/decide/", form).status_code == 302
    page = stranger().get(f"/r/{fined.receipt}/").content.decode().replace("\u00a0", " ")
    assert "5 625 ₸ подлежат возврату" in page


def test_a_cancelled_paid_fine_goes_back_whole(fined, inspector, persona):
    cases.pay(inspector, fined, amount_tenge=HALF, reference="1")
    appeal = filed(fined)
    passed_on(appeal)
    browser(persona("prosecutor")).post(f"/appeals/{appeal.pk}/decide/", {"result": "cancelled", "reasons": "Нет."})
    page = stranger().get(f"/r/{fined.receipt}/").content.decode().replace("\u00a0", " ")
    assert "<h1>Постановление отменено, платить ничего не нужно</h1>" in page
    assert "10 812 ₸ подлежат возврату" in page


def test_a_part_that_was_paid_covers_the_reduced_fine(fined, inspector, persona):
    cases.pay(inspector, fined, amount_tenge=9_000, reference="1")
    appeal = filed(fined)
    # Half of 18 000 is 9 000, paid within the term of the discount.
    decide(persona("prosecutor"), appeal, result="changed", reasons="Так.", amount_tenge=18_000)
    fined.refresh_from_db()
    assert (fined.state, account(fined).remaining) == ("paid", 0)


@pytest.mark.parametrize("amount", [0, FINE, FINE + 1])
def test_an_appeal_never_makes_it_worse_and_never_leaves_a_fine_of_nothing(fined, persona, amount):
    appeal = filed(fined)
    with pytest.raises(BadReduction):
        decide(persona("prosecutor"), appeal, result="changed", reasons="Так.", amount_tenge=amount)
    assert Case.objects.get().state == "under_appeal"
    assert Appeal.objects.get().state == "forwarded"


def test_the_discount_waits_during_the_appeal_and_runs_on_after_it(fined, persona):
    due = Clock.objects.get(subject=fined.pk, rule="koap-811-discount").due_at
    appeal = filed(fined)
    with at(5):
        decide(persona("prosecutor"), appeal, result="left", reasons="Так.")
    term = Clock.objects.get(subject=fined.pk, rule="koap-811-discount")
    assert (term.state, term.due_at > due) == ("running", True)


# --- suspension only as the law says


def test_a_late_appeal_is_taken_and_marked_but_suspends_nothing_until_the_term_is_restored(fined, persona):
    with at(25):
        put_in_force(fined)
        code = stranger().post(f"/r/{fined.receipt}/appeal/", {"text": TEXT, "key": "k"}).url
        assert "взыскания не приостанавливает" in stranger().get(code).content.decode()
        appeal = Appeal.objects.get()
        assert (appeal.late, Case.objects.get().state) == (True, "in_force")
        assert Clock.objects.get(subject=fined.pk, rule="koap-893-pay").state == "running"
        reviewer = browser(persona("prosecutor"))
        assert reviewer.post(f"/appeals/{appeal.pk}/restore_term/", {"reason": " "}).status_code == 422
        passed_on(appeal)
        assert reviewer.post(f"/appeals/{appeal.pk}/decide/", {"result": "left", "reasons": "x"}).status_code == 409
        assert reviewer.post(f"/appeals/{appeal.pk}/restore_term/", {"reason": "Болел."}).status_code == 302
        assert Case.objects.get().state == "under_appeal"
        assert Clock.objects.get(subject=fined.pk, rule="koap-893-pay").state == "paused"
        assert Entry.objects.filter(act="appeal.restore_term", subject=appeal.pk).count() == 1
        assert "Болел." in stranger().get(code).content.decode()


def test_without_a_restored_term_a_late_appeal_is_only_left_without_review(fined, persona):
    prosecutor = persona("prosecutor")
    with at(25):
        put_in_force(fined)
        appeal = filed(fined)
        for result in ("left", "changed", "cancelled"):
            with pytest.raises(NotReviewable):
                decide(prosecutor, appeal, result=result, reasons="…", amount_tenge=1_000)
        decide(prosecutor, appeal, result="not_reviewed", reasons="Срок пропущен без причины.")
        fined.refresh_from_db()
        assert (fined.state, fined.heard_by) == ("in_force", None)


def test_who_decided_the_case_restores_no_term(fined, supervisor, persona):
    case = handed_over(persona("operator"), supervisor)
    with at(25):
        put_in_force(case)
        appeal = filed(case)
        with pytest.raises(Denied):
            appeals.restore_term(supervisor, appeal, reason="Сам себе.")


def test_an_appeal_in_time_is_decided_in_substance(fined, persona):
    appeal = filed(fined)
    passed_on(appeal)
    answer = browser(persona("prosecutor")).post(
        f"/appeals/{appeal.pk}/decide/", {"result": "not_reviewed", "reasons": "x"}
    )
    assert answer.status_code == 422


# --- one appeal per instance


def through_higher_body(case, persona, result="left"):
    appeal = filed(case)
    decide(persona("prosecutor"), appeal, result=result, reasons="Так.")
    case.refresh_from_db()
    return appeal


def test_after_the_higher_body_the_court_is_offered_with_its_term(fined, inspector, persona):
    appeal = through_higher_body(fined, persona)
    assert Clock.objects.get(subject=appeal.pk, rule="koap-826.4-hand-over").state == "running"
    browser(inspector).post(f"/appeals/{appeal.pk}/hand_over/", {})  # the one who decided sees no appeal
    assert Appeal.objects.get(pk=appeal.pk).state == "decided"
    assert browser(persona("supervisor")).post(f"/appeals/{appeal.pk}/hand_over/", {}).status_code == 302
    assert Clock.objects.get(subject=appeal.pk, rule="koap-826.4-court").state == "running"
    assert "Обратиться в суд можно до" in stranger().get(f"/a/{appeal.receipt}/").content.decode()
    form = stranger().get(f"/r/{fined.receipt}/appeal/").content.decode()
    assert 'name="instance" value="court"' in form
    answer = stranger().post(f"/r/{fined.receipt}/appeal/", {"text": TEXT, "key": "c", "instance": "court"})
    second = Appeal.objects.get(instance="court")
    assert answer.url == f"/a/{second.receipt}/"
    assert (second.late, Case.objects.get().state) == (False, "under_appeal")
    assert Clock.objects.get(subject=second.pk).rule == "koap-829.3-forward"


def test_the_same_instance_takes_no_second_appeal(fined, persona):
    through_higher_body(fined, persona)
    answer = stranger().post(f"/r/{fined.receipt}/appeal/", {"text": TEXT, "key": "x", "instance": "higher_body"})
    assert answer.status_code == 409
    assert "уже есть жалоба или протест" in answer.content.decode()
    with pytest.raises(HeardBefore):
        appeals.file_appeal(holder_of(fined), fined, text=TEXT, instance="higher_body")
    assert Appeal.objects.count() == 1


def test_the_court_does_not_come_before_the_higher_body(fined):
    with pytest.raises(NotYet):
        appeals.file_appeal(holder_of(fined), fined, text=TEXT, instance="court")


def test_who_filed_an_appeal_does_not_decide_it(fined, persona):
    prosecutor = persona("prosecutor")
    appeal = appeals.file_appeal(prosecutor, fined, text=TEXT)
    with pytest.raises(Denied):
        decide(prosecutor, appeal, result="cancelled", reasons="Сам себе.")
    decide(persona("supervisor"), appeal, result="left", reasons="Так.")


def test_the_judge_decides_what_is_at_the_court_and_nothing_else(fined, persona):
    judge, prosecutor = persona("judge"), persona("prosecutor")
    first = filed(fined)
    with pytest.raises(Denied):
        decide(judge, first, result="left", reasons="x")
    decide(prosecutor, first, result="left", reasons="Так.")
    second = filed(fined)
    for who in (prosecutor, persona("supervisor")):
        with pytest.raises(Denied):
            appeals.decide(who, second, result="left", reasons="x")
    # Filed with the court directly, it is the court that takes it.
    assert browser(judge).post(f"/appeals/{second.pk}/forward/", {}).status_code == 302
    assert Clock.objects.get(subject=second.pk, state="running").rule == "koap-829.5-decide"
    assert (
        browser(judge).post(f"/appeals/{second.pk}/decide/", {"result": "left", "reasons": "Так."}).status_code == 302
    )
    fined.refresh_from_db()
    assert (fined.state, fined.heard_by) == ("in_force", "court")  # the court's word is in force at once
    assert Clock.objects.get(subject=fined.pk, rule="koap-893-pay").state == "running"
    with pytest.raises(HeardBefore):
        filed(fined)
    assert "appeal/" not in stranger().get(f"/r/{fined.receipt}/").content.decode()


def test_the_decision_is_in_force_when_the_term_to_go_to_the_court_lapses(fined, persona):
    from tartip.appeals.listeners import enter_into_force_after_the_appeal

    appeal = through_higher_body(fined, persona)
    appeals.hand_over(persona("supervisor"), appeal)
    end = Clock.objects.get(subject=appeal.pk, rule="koap-826.4-court").due_at
    with at(30):
        breach_due()
        for entry in Entry.objects.filter(act="clock.lapse", subject=appeal.pk):
            enter_into_force_after_the_appeal(entry.pk)
    fined.refresh_from_db()
    assert (fined.state, fined.in_force_at) == ("in_force", end + TICK)


def test_a_judges_decision_is_appealed_to_the_court_alone(persona):
    judge, inspector = persona("judge"), persona("inspector")
    case = opened(persona("operator"))
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
    cases.send_to_court(inspector, case)
    cases.decide(judge, case, kind="fine")
    cases.hand_over(judge, case)
    assert Clock.objects.get(subject=case.pk, rule="koap-829.4-complain").state == "running"
    appeal = filed(case)
    assert appeal.instance == "court"
    with pytest.raises(Denied):
        decide(judge, appeal, result="left", reasons="Сам себе.")


def test_the_copy_handed_over_after_the_appeal_opens_only_the_court(case_in, persona, inspector):
    case, _days = case_in("decided")
    appeals.hand_over(inspector, through_higher_body(case, persona))
    assert case.state == "decided"
    cases.hand_over(inspector, case)
    rules = set(Clock.objects.filter(subject=case.pk, state="running").values_list("rule", flat=True))
    assert rules == {"koap-826.4-court", "koap-811-discount"}


def test_older_rows_without_the_new_fields_are_restored_as_what_they_were(fined, inspector, persona):
    """An appeal filed before the state was kept: paid if money came, else handed over."""
    cases.pay(inspector, fined, amount_tenge=HALF, reference="1")
    filed(fined)
    case = Case.objects.get()
    case.state_before_appeal = case.discount_used = None
    assert before_appeal(case) == "paid"
    assert account(case).remaining == 0


def test_two_appeals_at_once_are_one_and_the_audit_is_clean(committed, fined):
    results: list[object] = []

    def file():
        from django.db import connection

        try:
            results.append(filed(Case.objects.get(pk=fined.pk)).pk)
        except (AlreadyAppealed, NotOpen) as error:
            results.append(type(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=file) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert Appeal.objects.count() == 1
    assert audit().findings == []
