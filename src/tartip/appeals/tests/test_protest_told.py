"""The person reads on the receipt what a prosecutor's protest did to the penalty: what, by whom, why, and its proof."""

from __future__ import annotations

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.made import decide, passed_on
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, seal_all, stranger
from tartip.core.journal.models import Entry
from tartip.core.journal.sealing import signing_key
from tartip.verify import verify_file

TEXT = "Музыка играла до 22:30, есть видео."
REASONS = "Замеры шума проведены не тем прибором."


def words(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def receipt(case, language="en"):
    return words(stranger(language).get(f"/r/{case.receipt}/"))


@pytest.fixture
def prosecutor(persona):
    return persona("prosecutor")


def protested(prosecutor, case):
    found = appeals.file_appeal(prosecutor, case, text=TEXT)
    case.refresh_from_db()
    return found


def another(appeal):
    """The same appeal as another request loads it."""
    return Appeal.objects.select_related("case").get(pk=appeal.pk)


@pytest.mark.parametrize(
    ("language", "said", "not_said"),
    [
        ("en", ("Protest of the prosecutor", "The protest of the prosecutor is being decided"), "The appeal is being"),
        ("ru", ("Протест прокурора", "Протест прокурора рассматривается"), "Жалоба рассматривается"),
        ("kk", ("Прокурордың наразылығы", "Прокурордың наразылығы қаралуда"), "Шағым қаралуда"),
    ],
)
def test_an_open_protest_is_named_and_is_no_appeal(fined, prosecutor, language, said, not_said):
    protest = protested(prosecutor, fined)
    page = receipt(fined, language)
    for sentence in said:
        assert sentence in page
    assert not_said not in page
    assert f"/r/{fined.receipt}/appeal/" in page  # the person may appeal beside it
    assert protest.receipt not in page
    assert prosecutor.name not in page
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    page = receipt(fined)
    assert "The appeal and the protest of the prosecutor are being decided" in page
    assert own.receipt in page


@pytest.mark.parametrize(
    ("result", "facts", "headline"),
    [
        ("cancelled", {}, "The decision is cancelled"),
        ("changed", {"amount_tenge": 17_300}, "The decision is changed"),
        ("left", {}, "The decision stands"),
    ],
)
def test_its_result_and_reasons_reach_the_person(fined, prosecutor, supervisor, result, facts, headline):
    protest = protested(prosecutor, fined)
    decide(supervisor, protest, result=result, reasons=REASONS, **facts)
    page = receipt(fined)
    assert headline.lower() in page.lower()
    assert REASONS in page
    assert "Changed on appeal" not in page
    assert ("Changed on the protest of the prosecutor" in page) == (result == "changed")
    assert protest.receipt not in page
    assert f"/r/{fined.receipt}/change.json" in page or result == "left"
    told = stranger("en").get(f"/api/v1/receipts/{fined.receipt}").json()["appeals"]
    assert [(row["protest"], row["code"], row["result"], row["reasons"]) for row in told] == [
        (True, None, result, REASONS)
    ]


@pytest.mark.parametrize(
    ("by", "result", "act"), [("protest", "cancelled", "case.cancel"), ("appeal", "changed", "case.lessen")]
)
def test_what_changed_the_decision_is_proven_by_its_own_entry(
    committed, tmp_path, fined, prosecutor, supervisor, by, result, act
):
    filed = appeals.file_appeal(prosecutor if by == "protest" else holder_of(fined), fined, text=TEXT)
    facts = {"amount_tenge": 17_300} if result == "changed" else {}
    decide(supervisor, filed, result=result, reasons=REASONS, **facts)
    seal_all()
    answer = stranger("en").get(f"/r/{fined.receipt}/change.json")
    assert answer.status_code == 200, words(answer)[-3000:]
    assert answer.json()["entry"]["act"] == act
    assert answer.json()["index"] == Entry.objects.get(act=act).seal.index
    path = tmp_path / "change.json"
    path.write_bytes(answer.content)
    assert verify_file(path, keys=[str(signing_key().verifier)]).ok
    assert f"№ {Entry.objects.get(act=act).seal.index}" in receipt(fined)


def test_nothing_proves_a_change_where_nothing_changed(fined, prosecutor, supervisor):
    assert stranger("en").get(f"/r/{fined.receipt}/change.json").status_code == 404
    decide(supervisor, protested(prosecutor, fined), result="left", reasons=REASONS)
    assert stranger("en").get(f"/r/{fined.receipt}/change.json").status_code == 404


def test_two_decided_appeals_name_their_instance_and_result(fined, supervisor, persona):
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    decide(supervisor, own, result="left", reasons=REASONS)
    appeals.hand_over(supervisor, another(own))
    second = appeals.file_appeal(holder_of(fined), Case.objects.get(pk=fined.pk), text=TEXT)
    decide(persona("judge"), another(second), result="changed", reasons=REASONS, amount_tenge=17_300)
    page = receipt(fined)
    assert "to the higher body: the decision stands" in page
    assert "to the court: the decision is changed" in page


def test_staff_who_read_the_case_get_no_reasons_of_an_appeal(fined, prosecutor, supervisor, inspector):
    """Who decided the case sees that it is attacked, not what is said about it."""
    decide(supervisor, protested(prosecutor, fined), result="left", reasons=REASONS)
    assert REASONS not in words(browser(inspector, "en").get(f"/api/v1/cases/{fined.pk}"))
    assert REASONS not in words(browser(inspector, "en").get(f"/cases/{fined.pk}/"))


def test_a_protest_that_is_late_or_taken_back_says_so(fined, prosecutor):
    protest = passed_on(protested(prosecutor, fined))
    appeals.withdraw(prosecutor, another(protest))
    page = receipt(fined)
    assert "protest withdrawn" in page
    assert "is being decided" not in page
