"""One payment document is one payment, however its number is spelled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from tartip.cases import actions as cases
from tartip.cases.errors import AlreadyPosted, BadPayment
from tartip.cases.models import Payment
from tartip.cases.money import local_day
from tartip.cases.references import ALPHABET, BECOME, BETWEEN, KEPT, SIGNS, tidied, tidy
from tartip.cases.tests.made import browser, handed_over
from tartip.core.acts import Denied
from tartip.core.terms.zones import end_of_day
from tartip.core.territory import tree
from tartip.core.time import clock, now
from tartip.server.database_roles import as_owner

pytestmark = pytest.mark.fixed_days

HALF = 10_812
SPELLINGS = ["ПД 77", "пд-77", "ПД—77", "пд77", "№ ПД-77", " ПД -77"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_is_the_same_payment_and_the_typed_one_is_kept(fined, inspector, supervisor, spelling):
    cases.pay(inspector, fined, amount_tenge=HALF, reference="ПД-77")
    again = cases.pay(supervisor, fined, amount_tenge=HALF, reference=spelling)
    assert again.repeated
    assert [row.reference for row in Payment.objects.all()] == ["ПД-77"]


def test_the_page_says_that_it_is_known_and_names_it_as_it_was_entered(fined, inspector):
    day = f"{local_day(fined, now())}"
    send = lambda key, **form: browser(inspector, "en").post(  # noqa: E731
        f"/cases/{fined.pk}/pay/", {"key": key, "version": fined.version, "paid_on": day, **form}, follow=True
    )
    send("1", amount="5000", reference="Q-1")
    fined.refresh_from_db()
    assert "is known already" in send("2", amount="5000", reference="q 1").content.decode()
    refused = send("3", amount="5001", reference="q 1")
    assert refused.status_code == 409
    said = refused.content.decode().replace("\u00a0", " ")
    assert "The payment document Q-1 is posted already: with the sum of 5,000 tenge." in said
    assert Payment.objects.count() == 1


def test_a_letter_of_the_other_keyboard_that_looks_the_same_is_the_same(fined, inspector):
    cases.pay(inspector, fined, amount_tenge=5_000, reference="KOM-5")  # Latin
    assert cases.pay(inspector, fined, amount_tenge=5_000, reference="ком 5").repeated  # Cyrillic
    assert tidy("І-7") == tidy("i 7")
    cases.pay(inspector, fined, amount_tenge=5_000, reference="KON-5")
    assert Payment.objects.count() == 2


def test_a_return_is_compared_the_same_way_and_apart_from_the_payments(fined, inspector):
    cases.pay(inspector, fined, amount_tenge=30_000, reference="ПД-77")
    with clock(now() + timedelta(days=1)):
        cases.return_money(inspector, fined, amount_tenge=1_000, reference="ПД-77")
        for spelling in SPELLINGS:
            assert cases.return_money(inspector, fined, amount_tenge=1_000, reference=spelling).repeated
    assert Payment.objects.count() == 2


@pytest.mark.parametrize("one, other", [("1-12", "11-2"), ("1 12", "11 2"), ("ПД 1-12", "ПД 11-2"), ("1-12", "112")])
def test_what_stands_between_two_digits_is_a_part_of_the_number(fined, inspector, one, other):
    """Equal instalments by documents of one list are two payments; the same document in another spelling is one."""
    cases.pay(inspector, fined, amount_tenge=5_000, reference=one)
    cases.pay(inspector, fined, amount_tenge=5_000, reference=other)
    assert cases.pay(inspector, fined, amount_tenge=5_000, reference=one.replace("-", " — ")).repeated
    assert [row.reference for row in Payment.objects.order_by("id")] == [one, other]


KNOWN = {
    "ru": "Этот платёжный документ уже известен: он записан один раз, сейчас ничего не добавлено.",
    "kk": "Бұл төлем құжаты бұрыннан белгілі: ол бір рет тіркелген, енді ештеңе қосылған жоқ.",
    "en": "This payment document is known already: it was recorded once, and nothing was added now.",
}


def give_back(client, case, reference, amount="1000"):
    case.refresh_from_db()
    form = {"key": f"{reference}.{now()}", "version": case.version, "amount": amount, "reference": reference}
    return client.post(f"/cases/{case.pk}/return_money/", form, follow=True)


@pytest.mark.parametrize("language", KNOWN)
@pytest.mark.parametrize("surplus", [1_000, 5_000], ids=["nothing more goes back", "more goes back"])
def test_a_return_that_is_entered_again_is_known(fined, inspector, surplus, language):
    cases.pay(inspector, fined, amount_tenge=21_625 + surplus, reference="1")
    client = browser(inspector, language)
    assert KNOWN[language] not in give_back(client, fined, "В-1").content.decode()
    for spelling in ("В-1", "в 1"):
        answer = give_back(client, fined, spelling)
        assert answer.status_code == 200
        assert KNOWN[language] in answer.content.decode()
    fined.refresh_from_db()
    assert (fined.returned_tenge, Payment.objects.filter(kind="return").count()) == (1_000, 1)


DIFFERENT = {
    "sum": {
        "ru": "Платёжный документ В-1 уже проведён: на сумму 1 000 тенге.",
        "kk": "В-1 төлем құжаты тіркелген: сомасы 1 000 теңге.",
        "en": "The payment document В-1 is posted already: with the sum of 1,000 tenge.",
    },
    "case": {
        "ru": "Платёжный документ В-1 уже проведён: по другому делу.",
        "kk": "В-1 төлем құжаты тіркелген: басқа іс бойынша.",
        "en": "The payment document В-1 is posted already: for another case.",
    },
}


@pytest.mark.parametrize("language", KNOWN)
def test_a_refused_document_says_what_differs(fined, inspector, persona, language):
    other = handed_over(persona("operator"), inspector)
    for number, one in enumerate((fined, other)):
        cases.pay(inspector, one, amount_tenge=30_000, reference=f"{number}")
    client = browser(inspector, language)
    assert give_back(client, fined, "В-1").status_code == 200
    for what, answer in (
        ("sum", give_back(client, fined, "в 1", "2000")),
        ("case", give_back(client, other, "в 1")),
        ("case", give_back(client, other, "в 1", "2000")),
    ):
        assert answer.status_code == 409
        assert DIFFERENT[what][language] in answer.content.decode().replace("\u00a0", " ")
    # The same of a payment.
    fined.refresh_from_db()
    with pytest.raises(AlreadyPosted) as refused:
        cases.pay(inspector, fined, amount_tenge=1, reference="1")
    assert refused.value.fields["rule"] == "for another case"
    with pytest.raises(AlreadyPosted) as refused:
        cases.pay(inspector, fined, amount_tenge=1, reference="0")
    assert (refused.value.fields["rule"], refused.value.fields["posted"]) == (
        "with the sum of %(posted)s tenge",
        30_000,
    )


def test_a_return_of_another_day_says_so(fined, inspector):
    cases.pay(inspector, fined, amount_tenge=30_000, reference="1")
    with clock(now() + timedelta(days=3)):
        today, said = local_day(fined, now()), {"amount_tenge": 1_000, "reference": "В-1"}
        cases.return_money(inspector, fined, **said, returned_at=today)
        fined.refresh_from_db()
        assert cases.return_money(inspector, fined, **said, returned_at=now()).repeated
        with pytest.raises(AlreadyPosted) as refused:
            cases.return_money(inspector, fined, **said, returned_at=today - timedelta(days=1))
        assert (refused.value.fields["rule"], refused.value.fields["on"]) == ("with another day, %(on)s", today)
    with clock(now() + timedelta(days=5)):
        assert cases.return_money(inspector, fined, **said).repeated  # nothing that was said differs


def test_who_may_not_return_money_is_not_told_of_a_return(fined, inspector, persona):
    cases.pay(inspector, fined, amount_tenge=30_000, reference="1")
    cases.return_money(inspector, fined, amount_tenge=1_000, reference="В-1")
    with pytest.raises(Denied):
        cases.return_money(persona("prosecutor"), fined, amount_tenge=1_000, reference="В-1")


@pytest.mark.parametrize("sent", ["В-1\n", "\tВ-1", "\u00a0В-1", "В-1\u3000"])
def test_white_space_at_an_edge_makes_no_other_document(fined, inspector, api, sent):
    cases.pay(inspector, fined, amount_tenge=30_000, reference="1")
    path, body = f"/case/{fined.pk}/acts/return_money", {"amount_tenge": 1_000, "reference": "В-1"}
    for reference in ("В-1", sent):
        answer = api(inspector)("post", path, body | {"reference": reference})
        assert answer.status_code == 200, answer.content
    assert Payment.objects.filter(kind="return").count() == 1


def test_a_payment_of_another_day_is_not_said_to_be_known(fined, inspector):
    """Entered with a wrong day, and again with the true one: whoever enters it learns which day stands."""
    with clock(now() + timedelta(days=20)):
        today, said = local_day(fined, now()), {"amount_tenge": HALF, "reference": "ПД-9"}
        cases.pay(inspector, fined, **said, paid_at=today)
        for other in (today - timedelta(days=17), now() - timedelta(days=17), date(1900, 1, 1)):
            with pytest.raises(AlreadyPosted) as refused:
                cases.pay(inspector, fined, **said, paid_at=other)
            assert (refused.value.fields["rule"], refused.value.fields["on"]) == ("with another day, %(on)s", today)
        for far in (date(9999, 12, 31), datetime(9999, 12, 31, 23, tzinfo=UTC), date(1, 1, 1)):
            with pytest.raises(BadPayment):
                cases.pay(inspector, fined, **said, paid_at=far)
        for same in (today, now(), None):
            assert cases.pay(inspector, fined, **said, paid_at=same).repeated
    with clock(now() + timedelta(days=25)):
        assert cases.pay(inspector, fined, **said).repeated


@pytest.mark.parametrize("wrong", [date(9999, 12, 31), datetime(9999, 12, 31, 23, tzinfo=UTC), datetime(2026, 12, 1)])
def test_a_moment_that_no_calendar_holds_is_refused_also_of_a_document_that_is_known(fined, inspector, wrong):
    cases.pay(inspector, fined, amount_tenge=30_000, reference="1")
    cases.return_money(inspector, fined, amount_tenge=1_000, reference="В-1")
    for act, said in ((cases.pay, {"paid_at": wrong}), (cases.return_money, {"returned_at": wrong})):
        with pytest.raises(BadPayment):
            act(inspector, fined, amount_tenge=1_000, reference="В-1", **said)


def test_a_bank_whose_clock_is_ahead_at_midnight_sends_the_same_payment_again(fined, inspector):
    midnight = end_of_day(local_day(fined, now()), tree.zone(fined.territory_id))
    ahead = midnight + timedelta(seconds=30)
    for _ in range(2):
        with clock(midnight - timedelta(seconds=10)):
            cases.pay(inspector, fined, amount_tenge=HALF, reference="ПД-9", paid_at=ahead)
    assert Payment.objects.count() == 1


def test_a_return_of_a_bank_whose_clock_is_ahead_at_midnight_is_known_when_it_is_sent_again(fined, inspector):
    cases.pay(inspector, fined, amount_tenge=30_000, reference="1")
    midnight = end_of_day(local_day(fined, now() + timedelta(days=1)), tree.zone(fined.territory_id))
    said = {"amount_tenge": 1_000, "reference": "R1", "returned_at": midnight + timedelta(seconds=30)}
    with clock(midnight - timedelta(seconds=10)):
        cases.return_money(inspector, fined, **said)
    for later in (timedelta(seconds=-5), timedelta(minutes=2)):
        with clock(midnight + later):
            fined.refresh_from_db()
            assert cases.return_money(inspector, fined, **said).repeated


@pytest.mark.parametrize("reference", ["№ -", "/", "—", "..."])
def test_a_number_without_letter_or_digit_is_none(fined, inspector, reference):
    with pytest.raises(BadPayment):
        cases.pay(inspector, fined, amount_tenge=5_000, reference=reference)


def test_the_database_compares_as_the_program_does(fined, inspector):
    every = [
        ALPHABET[:60],
        ALPHABET[60:],
        "x" + ALPHABET.lower()[:60],
        "0123 456-789/«Ω»№_.",
        "ПД 1-2/3",
        "1 -2—3№4",
        "1-a-2",
    ]
    for number, reference in enumerate(every):
        cases.pay(inspector, fined, amount_tenge=100 + number, reference=reference)
    rows = Payment.objects.annotate(tidied=tidied())
    assert {row.reference: row.tidied for row in rows} == {one: tidy(one) for one in every}


def respell(payment, reference):
    """As if it had been entered before the rule: past the acts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", (f"test:{payment.pk}",))
        cursor.execute("UPDATE cases_payment SET reference = %s WHERE id = %s", (reference, payment.pk))


@pytest.mark.parametrize("second_sum", [5_001, 5_000])
def test_documents_posted_in_two_spellings_before_the_rule_outlive_the_migration(
    committed, fined, inspector, capsys, second_sum
):
    migration = import_module("tartip.cases.migrations.0010_payment_numbers")
    # What the migration wrote and what the program compares with are the same table.
    known = (migration.SIGNS, migration.BECOME, migration.BETWEEN, migration.KEPT)
    assert known == (SIGNS, BECOME, BETWEEN, KEPT)
    cases.pay(inspector, fined, amount_tenge=5_000, reference="Q-1")
    cases.pay(inspector, fined, amount_tenge=second_sum, reference="Z-1")
    second = Payment.objects.get(reference="Z-1")
    with as_owner(), connection.schema_editor() as editor:
        migration.drop_index(None, editor)
    try:
        respell(second, "q 1")
        with as_owner():
            migration.make_index(None, SimpleNamespace(connection=connection))
        assert f"payment q 1 ({second.pk})" in capsys.readouterr().out
        assert {row.reference for row in Payment.objects.all()} == {"Q-1", "q 1"}
        # Both are compared with what comes now, each as its own case has it.
        assert cases.pay(inspector, fined, amount_tenge=second_sum, reference="q 1").repeated
        assert cases.pay(inspector, fined, amount_tenge=5_000, reference="q1").repeated
        assert Payment.objects.count() == 2
    finally:
        respell(second, "Z-1")
        with as_owner(), connection.schema_editor() as editor:
            migration.drop_index(None, editor)
            migration.make_index(None, editor)


@pytest.mark.parametrize("reference", ["Q-1", "Q-2"])
def test_who_may_record_no_payment_is_refused_alike_whether_its_document_is_known(fined, inspector, persona, reference):
    cases.pay(inspector, fined, amount_tenge=5_000, reference="Q-1")
    path, body = f"/api/v1/case/{fined.pk}/acts/pay", {"amount_tenge": 5_000, "reference": reference}
    answer = browser(persona("prosecutor")).post(path, body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "act.denied")
