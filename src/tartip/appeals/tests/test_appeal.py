"""From the receipt to the decision on the appeal: one click, one appeal, terms that run and are seen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tartip.appeals.models import Appeal
from tartip.cases.models import Case
from tartip.cases.tests.made import browser, handed_over, stranger
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.time import clock, now

TEXT = "Музыка играла до 22:30, есть видео."


def file(fined, text=TEXT, key="first", client=None):
    return (client or stranger()).post(f"/r/{fined.receipt}/appeal/", {"text": text, "key": key})


@pytest.fixture
def appeal(fined):
    file(fined)
    return Appeal.objects.get(case=fined)


def test_an_appeal_from_the_receipt_stops_the_penalty_and_starts_the_terms(fined):
    form = stranger().get(f"/r/{fined.receipt}/appeal/").content.decode()
    key = re.search(r'name="key" value="(\w+)"', form)[1]
    answer = file(fined, key=key)
    appeal = Appeal.objects.get()
    assert answer.url == f"/a/{appeal.receipt}/"
    assert Case.objects.get(pk=fined.pk).state == "under_appeal"
    assert Clock.objects.get(subject=appeal.pk).rule == "koap-826.2-forward"
    page = stranger().get(answer.url).content.decode()
    assert "Направление жалобы в вышестоящий орган" in page
    assert TEXT in page


def test_a_double_press_and_a_second_form_are_one_appeal(fined):
    answers = [file(fined), file(fined), file(fined, key="another")]
    assert {answer.url for answer in answers} == {f"/a/{Appeal.objects.get().receipt}/"}


def test_an_empty_appeal_is_refused_with_what_was_typed(fined):
    answer = file(fined, text="нет")
    assert (answer.status_code, Appeal.objects.count()) == (422, 0)
    assert ">нет</textarea>" in answer.content.decode()


def test_codes_that_open_nothing_file_nothing(fined):
    assert stranger().post("/r/ZZZZZZZZZZ/appeal/", {"text": TEXT}).status_code == 404
    assert stranger().get("/a/ZZZZZZZZZZ/").status_code == 404
    assert stranger().get(f"/a/{fined.receipt}/").status_code == 404  # the code of a case opens no appeal


def test_charlie_sees_no_appeal_of_almaty(appeal, charlie):
    client = browser(charlie)
    assert client.get("/appeals/").status_code == 403  # a duty officer reviews nothing
    assert client.get(f"/appeals/{appeal.pk}/").status_code == 404
    for name in ("forward", "decide"):
        assert client.post(f"/appeals/{appeal.pk}/{name}/").status_code == 404
    assert client.get("/api/v1/appeals").json() == []
    assert client.get(f"/api/v1/appeals/{appeal.pk}").status_code == 404


def test_without_a_log_in_the_board_leads_to_it(appeal):
    for address in ("/appeals/", f"/appeals/{appeal.pk}/"):
        assert stranger().get(address).status_code == 302


def test_the_board_shows_it_to_the_prosecutor_and_not_to_who_decided_nor_to_a_crew(appeal, persona):
    shown = lambda name: str(appeal.pk) in browser(persona(name)).get("/appeals/").content.decode()  # noqa: E731
    assert shown("prosecutor")
    assert not shown("inspector")  # this one decided the case
    assert not shown("patrol")


def test_who_decided_the_case_cannot_decide_the_appeal(appeal, inspector):
    client = browser(inspector)
    assert client.get(f"/appeals/{appeal.pk}/").status_code == 404
    assert client.post(f"/appeals/{appeal.pk}/decide/", {"result": "left", "reasons": "x"}).status_code == 404
    assert Appeal.objects.get().state == "filed"


def test_it_is_passed_on_and_cancelled_with_reasons_the_person_reads(appeal, supervisor, persona):
    client = browser(supervisor)
    assert client.post(f"/appeals/{appeal.pk}/forward/", {"version": appeal.version}).status_code == 302
    running = Clock.objects.get(subject=appeal.pk, state="running")
    assert running.rule == "koap-826.3-decide"
    decider = browser(persona("prosecutor"))
    assert decider.post(f"/appeals/{appeal.pk}/decide/", {"result": "cancelled", "reasons": ""}).status_code == 422
    decider.post(f"/appeals/{appeal.pk}/decide/", {"result": "cancelled", "reasons": "Доказательств нет."})
    assert "Доказательств нет." in stranger().get(f"/a/{appeal.receipt}/").content.decode()
    assert Case.objects.get().state == "cancelled"


def test_a_changed_fine_needs_its_sum_and_shows_no_false_arithmetic(appeal, persona):
    decider = browser(persona("prosecutor"))
    form = {"result": "changed", "reasons": "Первый раз, раскаяние."}
    assert decider.post(f"/appeals/{appeal.pk}/decide/", form).status_code == 422
    assert decider.post(f"/appeals/{appeal.pk}/decide/", {**form, "amount": "10 000"}).status_code == 302
    page = stranger().get(f"/r/{appeal.case.receipt}/").content.decode()
    assert "10\u00a0000\u00a0₸" in page
    assert "= 21\u00a0625" not in page


def test_an_overdue_appeal_stands_first_and_says_so(appeal, persona):
    with clock(now() + timedelta(days=6)):
        fresh = handed_over(persona("operator"), persona("inspector"))
        file(fresh, key="fresh")
        breach_due()
        page = browser(persona("prosecutor")).get("/appeals/").content.decode()
        young = Appeal.objects.get(case=fresh)
        assert page.index(str(appeal.pk)) < page.index(str(young.pk))
        assert Clock.objects.get(subject=appeal.pk).breached_by is not None
        assert "Срок нарушен" in stranger().get(f"/a/{appeal.receipt}/").content.decode()


def test_the_api_files_once_for_one_key(fined):
    send = lambda: stranger().post(  # noqa: E731
        f"/api/v1/appeals/by-receipt/{fined.receipt}", {"text": TEXT}, content_type="application/json",
        headers={"idempotency-key": "k1"},
    )  # fmt: skip
    first, again = send(), send()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["code"] == again.json()["code"]
    assert stranger().get(f"/api/v1/appeals/by-receipt/{first.json()['code']}").json()["state"] == "filed"
