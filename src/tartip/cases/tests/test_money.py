"""Money: the day of paying counts, parts add up, nothing is paid twice, what is too much goes back."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.formats import date_format

from tartip.cases import actions as cases
from tartip.cases.errors import AlreadyPosted, BadAmount, BadPayment, NothingToPay
from tartip.cases.models import Case, Payment
from tartip.cases.money import account, local_day
from tartip.cases.tests.made import browser, opened, stranger
from tartip.core.acts import NotOpen, system
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.terms.zones import TICK
from tartip.core.time import clock, now

# The fine of `fined`: 21 625 tenge; half, whole tenge, rounded down: 10 812.
FINE, HALF = 21_625, 10_812


def owed(case):
    case.refresh_from_db()
    found = account(case)
    return case.state, found.remaining, found.to_return


def at(days):
    return clock(now() + timedelta(days=days))


def test_half_within_its_term_pays_the_fine(fined, inspector):
    cases.pay(inspector, fined, amount_tenge=HALF, reference="1")
    assert owed(fined) == ("paid", 0, 0)


def test_paid_in_time_and_posted_later_the_discount_holds(fined, inspector):
    paid_at = now() + timedelta(days=1)
    with at(30):
        cases.pay(inspector, fined, amount_tenge=HALF, paid_at=paid_at, reference="1")
        assert owed(fined) == ("paid", 0, 0)


def test_half_paid_after_its_term_is_a_part_and_the_rest_is_named(fined, inspector):
    with at(30):
        cases.pay(inspector, fined, amount_tenge=HALF, reference="1")
        assert owed(fined) == ("in_force", FINE - HALF, 0)
        page = stranger().get(f"/r/{fined.receipt}/").content.decode().replace("\u00a0", " ")
        assert "10 813 ₸" in page
        cases.pay(inspector, fined, amount_tenge=FINE - HALF, reference="2")
        assert owed(fined) == ("paid", 0, 0)


def test_parts_add_up_within_the_term_and_after_it(fined, inspector):
    cases.pay(inspector, fined, amount_tenge=5_000, reference="1")
    assert owed(fined) == ("handed_over", FINE - 5_000, 0)
    assert Clock.objects.get(subject=fined.pk, rule="koap-811-discount").state == "running"
    cases.pay(inspector, fined, amount_tenge=5_812, reference="2")
    assert owed(fined) == ("paid", 0, 0)
    assert Clock.objects.get(subject=fined.pk, rule="koap-811-discount").state == "stopped"


def test_who_pays_the_whole_fine_at_once_has_paid_the_whole_fine(fined, inspector):
    cases.pay(inspector, fined, amount_tenge=FINE, reference="1")
    assert owed(fined) == ("paid", 0, 0)


def test_a_double_payment_is_recorded_and_the_surplus_is_to_be_returned(fined, inspector):
    for reference in ("1", "2"):
        cases.pay(inspector, fined, amount_tenge=HALF, reference=reference)
    assert owed(fined) == ("paid", 0, HALF)
    page = stranger().get(f"/r/{fined.receipt}/").content.decode().replace("\u00a0", " ")
    assert "10 812 ₸ подлежат возврату" in page


def test_one_reference_posted_twice_is_one_payment_whoever_posts_it(fined, inspector, supervisor):
    cases.pay(inspector, fined, amount_tenge=HALF, reference="1")
    version = Case.objects.get(pk=fined.pk).version
    again = cases.pay(supervisor, fined, amount_tenge=HALF, reference="1")
    assert again.repeated
    assert Case.objects.get(pk=fined.pk).version == version
    assert Payment.objects.count() == 1
    with pytest.raises(AlreadyPosted):
        cases.pay(supervisor, fined, amount_tenge=HALF + 1, reference="1")


def test_one_key_is_one_payment_where_the_caller_has_no_reference(fined, inspector):
    send = lambda amount: browser(inspector).post(  # noqa: E731
        f"/api/v1/case/{fined.pk}/acts/pay", {"amount_tenge": amount}, content_type="application/json",
        headers={"idempotency-key": "k1"},
    )  # fmt: skip
    assert [send(5_000).status_code for _ in range(2)] == [200, 200]
    assert Payment.objects.count() == 1
    assert send(6_000).status_code == 422  # the key stood for another sum


def test_a_surplus_goes_back_once_and_never_more_than_it_is(fined, inspector):
    for reference in ("1", "2"):
        cases.pay(inspector, fined, amount_tenge=HALF, reference=reference)
    with pytest.raises(BadAmount):
        cases.return_money(inspector, fined, amount_tenge=HALF + 1, reference="back")
    form = {"key": "r", "version": fined.version, "amount": "10 812", "reference": "back"}
    assert browser(inspector).post(f"/cases/{fined.pk}/return_money/", form).status_code == 302
    assert owed(fined) == ("paid", 0, 0)


def test_no_money_goes_back_before_it_came(fined, inspector):
    """Paid on day 20, 8 375 tenge too much. Banks may name the day alone: that day itself is not before it."""
    start = now()
    with at(20):
        cases.pay(inspector, fined, amount_tenge=30_000, reference="1")
        body = {"amount_tenge": 8_375, "reference": "back"}
        path = f"/api/v1/case/{fined.pk}/acts/return_money"
        for day, status in ((1, 422), (19, 422), (20, 200)):
            said = {**body, "returned_at": local_day(fined, start + timedelta(days=day)).isoformat()}
            answer = browser(inspector).post(path, said, content_type="application/json")
            assert answer.status_code == status, day
            if status == 422:
                assert answer.json()["fields"]["field"] == "returned_at"
    assert owed(fined) == ("paid", 0, 0)


def test_what_is_kept_covers_each_return_whatever_the_order_of_entering(fined, inspector):
    """10 000 came and went by day 6; 11 625 came on day 20. What of that is returned was not there before."""
    start = now()
    cases.cancel(system("cases"), cases.suspend(system("cases"), fined))
    with at(30):
        for day, amount in ((1, 10_000), (20, 11_625)):
            cases.pay(inspector, fined, amount_tenge=amount, paid_at=start + timedelta(days=day), reference=str(day))
        back = [(6, 10_001, False), (6, 10_000, True), (2, 1, False), (19, 1, False), (20, 11_625, True)]
        for number, (day, amount, right) in enumerate(back):
            with nullcontext() if right else pytest.raises(BadPayment):
                cases.return_money(
                    inspector,
                    fined,
                    amount_tenge=amount,
                    returned_at=start + timedelta(days=day),
                    reference=f"b{number}",
                )
    assert owed(fined) == ("cancelled", 0, 0)


@pytest.mark.parametrize("shift", [timedelta(days=-1), timedelta(days=1)], ids=["before the decision", "future"])
def test_a_payment_before_the_decision_or_in_the_future_is_refused(fined, inspector, shift):
    body = {"amount_tenge": HALF, "paid_at": (now() + shift).isoformat(), "reference": "1"}
    answer = browser(inspector).post(f"/api/v1/case/{fined.pk}/acts/pay", body, content_type="application/json")
    assert (answer.status_code, answer.json()["fields"]["field"]) == (422, "paid_at")
    assert Payment.objects.count() == 0


@pytest.mark.parametrize("amount", [0, -1, 2**31])
def test_nothing_is_paid_with_nothing(fined, inspector, amount):
    with pytest.raises(BadPayment):
        cases.pay(inspector, fined, amount_tenge=amount)
    body = {"amount_tenge": amount}
    address = f"/api/v1/case/{fined.pk}/acts/pay"
    assert browser(inspector).post(address, body, content_type="application/json").status_code == 422


def warned(persona):
    case = opened(persona("operator"))
    inspector = persona("inspector")
    cases.draw_protocol(inspector, case, article="koap-594-1", facts="…")
    cases.decide(inspector, case, kind="warning")
    return cases.hand_over(inspector, case)


def test_a_warning_ends_with_its_entry_into_force_and_is_never_paid(persona, inspector):
    case = warned(persona)
    for amount in (1, 10_000):
        with pytest.raises(NothingToPay):
            cases.pay(inspector, case, amount_tenge=amount)
    end = Clock.objects.get(subject=case.pk, rule="koap-826.2-complain").due_at
    cases.enter_into_force(system("cases"), case, at=end)
    case.refresh_from_db()
    assert (case.state, case.executed_at) == ("executed", end)
    with pytest.raises(NotOpen):
        cases.pay(inspector, case, amount_tenge=1)
    assert "Взыскание исполнено" in stranger().get(f"/r/{case.receipt}/").content.decode()


def test_a_cancelled_and_a_paid_case_are_titled_by_their_state(fined, inspector):
    cases.pay(inspector, fined, amount_tenge=HALF, reference="1")
    assert "<h1>Штраф уплачен</h1>" in stranger().get(f"/r/{fined.receipt}/").content.decode()


# --- after the term to complain


def in_force(case):
    """The system notices that the term to complain is over, and its listener runs."""
    from tartip.cases.listeners import enter_into_force_after_the_term

    breach_due()
    for entry in Entry.objects.filter(act="clock.lapse", subject=case.pk):
        enter_into_force_after_the_term(entry.pk)
        enter_into_force_after_the_term(entry.pk)  # a job may run twice
    case.refresh_from_db()
    return case


def test_an_unappealed_decision_is_in_force_from_the_end_of_the_term_however_late_it_is_noticed(fined):
    end = Clock.objects.get(subject=fined.pk, rule="koap-826.2-complain").due_at
    with at(25):
        in_force(fined)
        assert (fined.state, fined.in_force_at) == ("in_force", end + TICK)
        pay = Clock.objects.get(subject=fined.pk, rule="koap-893-pay")
        assert (pay.state, pay.started_at) == ("running", end + TICK)
        assert Clock.objects.filter(subject=fined.pk, rule="koap-890-execution", state="running").exists()
        assert Entry.objects.filter(subject=fined.pk, act="case.enter_into_force").count() == 1


def test_the_lapse_of_the_term_queues_the_entry_into_force(committed, fined):
    from procrastinate.contrib.django.models import ProcrastinateJob

    with at(25):
        breach_due()
    queued = [job.args["listener"] for job in ProcrastinateJob.objects.all()]
    assert "tartip.cases.listeners.enter_into_force_after_the_term" in queued


def test_a_paid_decision_enters_into_force_too_and_stays_paid(fined, inspector):
    cases.pay(inspector, fined, amount_tenge=HALF, reference="1")
    with at(25):
        in_force(fined)
        assert (fined.state, fined.in_force_at is not None) == ("paid", True)
        assert not Clock.objects.filter(subject=fined.pk, rule="koap-893-pay").exists()


def test_what_remains_goes_to_enforcement_only_after_the_term_to_pay(fined, inspector):
    with at(25):
        in_force(fined)
        form = {"key": "e", "version": fined.version}
        assert browser(inspector).post(f"/cases/{fined.pk}/enforce/", form).status_code == 409
    with at(70):
        form = {"key": "f", "version": fined.version}
        assert browser(inspector).post(f"/cases/{fined.pk}/enforce/", form).status_code == 302
        assert owed(fined) == ("enforcement", FINE, 0)
        cases.pay(inspector, fined, amount_tenge=FINE, reference="bailiff")
        assert owed(fined) == ("paid", 0, 0)


def test_nothing_is_enforced_after_the_limitation_of_execution(fined, inspector):
    with at(25):
        in_force(fined)
    with at(500):
        answer = browser(inspector).post(f"/api/v1/case/{fined.pk}/acts/enforce")
        assert (answer.status_code, answer.json()["code"]) == (409, "act.term_over")


@pytest.mark.parametrize(("relief", "longest"), [("postponed", 28), ("instalments", 85)])
def test_the_payment_is_postponed_or_split_within_the_laws_longest_term(fined, inspector, relief, longest):
    with at(25):
        client = browser(inspector)
        in_force(fined)
        today = local_day(fined, now())
        send = lambda until: client.post(  # noqa: E731
            f"/cases/{fined.pk}/relieve/",
            {"key": f"{until}", "version": fined.version, "relief": relief, "until": f"{until}", "reason": "Болезнь."},
        )
        assert send(today + timedelta(days=longest + 10)).status_code == 422
        assert send(today - timedelta(days=1)).status_code == 422
        assert send(today + timedelta(days=longest)).status_code == 302
        fined.refresh_from_db()
        rule = {"postponed": "koap-888-postpone", "instalments": "koap-888-instalments"}[relief]
        assert Clock.objects.filter(subject=fined.pk, rule=rule, state="running").exists()
        assert Clock.objects.get(subject=fined.pk, rule="koap-893-pay").state == "stopped"
    with at(25 + longest - 1):
        assert browser(inspector).post(f"/api/v1/case/{fined.pk}/acts/enforce").status_code == 409
    with at(25 + longest + 2):
        assert browser(inspector).post(f"/api/v1/case/{fined.pk}/acts/enforce").status_code == 200


def test_a_penalty_that_is_no_fine_is_sent_for_execution_and_carried_out(persona):
    judge, inspector = persona("judge"), persona("inspector")
    case = opened(persona("operator"))
    cases.draw_protocol(inspector, case, article="koap-608-1", facts="…")
    cases.send_to_court(inspector, case)
    cases.decide(judge, case, option=1)
    cases.hand_over(judge, case)
    assert Clock.objects.get(subject=case.pk, rule="koap-829.4-complain").state == "running"
    cases.enter_into_force(system("cases"), case, at=now())
    assert Clock.objects.get(subject=case.pk, rule="koap-885-send").state == "running"
    cases.send(judge, case)
    assert Clock.objects.get(subject=case.pk, rule="koap-885-send").state == "stopped"
    cases.execute(judge, case)
    assert case.state == "executed"
    assert Clock.objects.filter(subject=case.pk, rule="koap-61-punished", state="running").exists()


def test_a_person_asks_on_the_receipt_to_pay_later_and_reads_the_answer(fined, inspector):
    with at(25):
        in_force(fined)
        address, form = f"/r/{fined.receipt}/relief/", {"text": "Потерял работу.", "key": "p"}
        # Who is logged in does not ask in the person's name.
        by_staff = browser(inspector).post(address, form)
        assert by_staff.status_code == 403
        assert "Потерял работу." in by_staff.content.decode()
        fined.refresh_from_db()
        assert fined.petition_at is None
        assert stranger().post(address, {"text": " ", "key": "o"}).status_code == 422
        assert [stranger().post(address, form).status_code for _ in range(2)] == [302, 302]  # pressed twice: once
        assert stranger().post(address, {**form, "key": "q"}).status_code == 409
        term = Clock.objects.get(subject=fined.pk, rule="koap-887-decide")
        assert (term.state, term.started_at) == ("running", Case.objects.get(pk=fined.pk).petition_at)
        client, fined_now = browser(inspector), Case.objects.get(pk=fined.pk)
        assert "Потерял работу." in client.get(f"/cases/{fined.pk}/").content.decode()
        refusal = {"key": "n", "version": fined_now.version, "reason": "Доход есть."}
        assert client.post(f"/cases/{fined.pk}/refuse_relief/", refusal).status_code == 302
        assert Clock.objects.get(subject=fined.pk, rule="koap-887-decide").state == "stopped"
        assert Clock.objects.get(subject=fined.pk, rule="koap-893-pay").state == "running"
        assert "Доход есть." in stranger().get(f"/r/{fined.receipt}/").content.decode()
        assert client.post(f"/cases/{fined.pk}/refuse_relief/", {**refusal, "key": "m"}).status_code in (403, 409)


def test_a_petition_is_answered_by_allowing_it(fined, inspector):
    with at(25):
        in_force(fined)
        cases.ask_relief(inspector, fined, text="Болезнь.")
        until = local_day(fined, now()) + timedelta(days=20)
        cases.relieve(inspector, fined, relief="postponed", until=until, reason="Справка есть.")
        assert (fined.petition_at, fined.petition_answer) == (None, "Справка есть.")
        assert Clock.objects.get(subject=fined.pk, rule="koap-887-decide").state == "stopped"


def test_nobody_asks_for_another_case_by_a_wrong_code(fined):
    assert stranger().post("/r/ZZZZZZZZZZ/relief/", {"text": "Прошу."}).status_code == 404


ANSWERS = {
    "en": ("Refused.", "Postponed: to be paid until {}", "Allowed to pay in instalments until {}"),
    "ru": ("Отказано.", "Отсрочка разрешена: уплатить до {}", "Рассрочка разрешена: уплатить до {}"),
    "kk": ("Бас тартылды.", "Төлем кейінге қалдырылды: {}", "Бөліп төлеуге рұқсат етілді: {}"),
}


@pytest.mark.parametrize("language", ANSWERS)
@pytest.mark.parametrize("relief", ["", "postponed", "instalments"])
def test_the_answer_to_a_petition_says_what_was_decided_and_the_granted_day_is_the_last_one(
    fined, inspector, relief, language
):
    with at(25):
        in_force(fined)
        cases.ask_relief(inspector, fined, text="Болезнь.")
        until = local_day(fined, now()) + timedelta(days=20)
        if relief:
            cases.relieve(inspector, fined, relief=relief, until=until, reason="Справка есть.")
        else:
            cases.refuse_relief(inspector, fined, reason="Доход есть.")
        with translation.override(language):
            shown = date_format(until, "DATE_FORMAT").replace("\u00a0", " ")
        page = stranger(language).get(f"/r/{fined.receipt}/").content.decode().replace("\u00a0", " ")
        page = re.sub(r">\s+", ">", page)
        refused, postponed, parts = (text.format(shown) for text in ANSWERS[language])
        assert [f"<b>{text}" in page for text in (refused, postponed, parts)] == [
            not relief, relief == "postponed", relief == "instalments"
        ]  # fmt: skip
        told = stranger(language).get(f"/api/v1/receipts/{fined.receipt}").json()
        assert (told["petition"]["relief"], told["petition"]["until"]) == (
            relief,
            until.isoformat() if relief else None,
        )
    if not relief:
        return
    [row] = [row for row in told["clocks"] if row["rule"].startswith("koap-888")]
    assert (row["until"], told["next"]["until"]) == (until.isoformat(), until.isoformat())
    with at(25 + 21):
        later = stranger(language).get(f"/api/v1/receipts/{fined.receipt}").json()
        [row] = [row for row in later["clocks"] if row["rule"].startswith("koap-888")]
        assert row["left"] < 0
        card = browser(inspector, "en").get(f"/cases/{fined.pk}/").content.decode()
        assert ": at most" not in card.split("</main>")[0]
    # The duty itself keeps the longest term of the law: it is what the person's day was measured by.
    assert local_day(fined, Clock.objects.get(subject=fined.pk, rule__startswith="koap-888").due_at) > until
