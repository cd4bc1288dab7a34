"""From the receipt to the decision on the appeal: one click, one appeal, terms that run and are seen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.made import decide, passed_on
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.models import Case
from tartip.cases.money import local_day
from tartip.cases.tests.made import browser, handed_over, opened, stranger
from tartip.core.acts import Denied, KeyReused
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
    assert "Направление жалобы, протеста в вышестоящий орган" in page
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
    assert client.get("/api/v1/appeals").status_code == 403  # a duty officer works on no appeals anywhere
    assert client.get(f"/api/v1/appeals/{appeal.pk}").status_code == 404


def test_without_a_log_in_the_board_leads_to_it(appeal):
    for address in ("/appeals/", f"/appeals/{appeal.pk}/"):
        assert stranger().get(address).status_code == 302


def test_the_board_shows_it_to_the_prosecutor_and_not_to_who_decided_nor_to_a_crew(appeal, persona):
    shown = lambda name: f'/appeals/{appeal.pk}/"' in browser(persona(name)).get("/appeals/").content.decode()  # noqa: E731
    assert shown("prosecutor")
    assert not shown("inspector")  # this one decided the case
    assert not shown("patrol")


def test_who_decided_the_case_cannot_decide_the_appeal(appeal, inspector):
    client = browser(inspector)
    assert client.get(f"/appeals/{appeal.pk}/").status_code == 404
    assert client.post(f"/appeals/{appeal.pk}/decide/", {"result": "left", "reasons": "x"}).status_code == 404
    assert Appeal.objects.get().state == "filed"


def test_who_decided_the_case_sees_that_it_is_appealed_and_passes_it_on_but_never_reads_it(appeal, inspector):
    page = browser(inspector, "en").get("/appeals/").content.decode()
    assert "Against your own decisions" in page
    assert f'/appeals/{appeal.pk}/forward/"' in page
    assert TEXT not in page
    assert appeal.receipt not in page
    form = {"version": appeal.version, "key": "k"}
    assert browser(inspector).post(f"/appeals/{appeal.pk}/forward/", form).url == "/appeals/"
    assert Appeal.objects.get().state == "forwarded"
    page = browser(inspector, "en").get("/appeals/").content.decode()
    assert "with the higher body" in page
    assert "/forward/" not in page


def test_who_reviews_is_offered_the_decision_after_the_appeal_was_passed_on(appeal, persona):
    client = browser(persona("prosecutor"))
    card = lambda: client.get(f"/appeals/{appeal.pk}/").content.decode()  # noqa: E731
    assert 'data-open="decide"' not in card()
    client.post(f"/appeals/{appeal.pk}/forward/", {"version": appeal.version})
    assert 'data-open="decide"' in card()


def test_nobody_decides_an_appeal_that_was_not_passed_on(appeal, persona, api):
    """It goes to the body whose decision is attacked, which passes it on with the case (КоАП ст. 826.2)."""
    prosecutor = persona("prosecutor")
    decision = {"result": "left", "reasons": "Обоснованно."}
    session = api(prosecutor)
    refused = session("post", f"/appeal/{appeal.pk}/acts/decide", decision)
    assert (refused.status_code, refused.json()["code"]) == (409, "act.not_open")
    assert browser(prosecutor).post(f"/appeals/{appeal.pk}/decide/", decision).status_code == 409
    assert "appeal.decide" not in session("get", f"/appeals/{appeal.pk}").json()["acts"]
    # Filed with the reviewer directly, it is the reviewer who takes it; the term to decide runs from then.
    assert session("post", f"/appeal/{appeal.pk}/acts/forward").json()["state"] == "forwarded"
    assert session("post", f"/appeal/{appeal.pk}/acts/decide", decision).status_code == 200


def test_who_decided_the_case_passes_the_appeal_on_by_api_too_and_never_reads_it(appeal, inspector, charlie, api):
    assert api(charlie)("post", f"/appeal/{appeal.pk}/acts/forward").status_code == 404
    session = api(inspector)
    answer = session("post", f"/appeal/{appeal.pk}/acts/forward")
    assert (answer.status_code, answer.json()["state"]) == (200, "forwarded")
    assert TEXT not in answer.content.decode()
    assert session("get", f"/appeals/{appeal.pk}").status_code == 404
    assert session("post", f"/appeal/{appeal.pk}/acts/decide", {"result": "left", "reasons": "x"}).status_code == 404


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
    passed_on(appeal)
    assert decider.post(f"/appeals/{appeal.pk}/decide/", form).status_code == 422
    assert decider.post(f"/appeals/{appeal.pk}/decide/", {**form, "amount": "16 000"}).status_code == 302
    page = stranger().get(f"/r/{appeal.case.receipt}/").content.decode()
    assert "16\u00a0000\u00a0₸" in page
    assert "= 21\u00a0625" not in page
    assert "Взыскание смягчено" in page
    assert "оставлено в силе" not in page


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


@pytest.mark.parametrize("noticed", [True, False])
def test_a_result_handed_over_in_time_is_no_missed_term_however_late_it_is_recorded(fined, persona, inspector, noticed):
    appeal = appeals.pass_on(inspector, appeals.file_appeal(holder_of(fined), fined, text=TEXT))
    appeals.decide(persona("prosecutor"), appeal, result="left", reasons="x")
    with clock(now() + timedelta(days=10)):
        if noticed:
            breach_due()
        appeals.hand_over(inspector, appeal, at=appeal.decided_at + timedelta(days=1))
    assert not Clock.objects.filter(subject=appeal.pk, rule="koap-826.4-hand-over", breached_by__isnull=False).exists()


@pytest.mark.parametrize(("days", "status"), [(0, 200), (1, 200), (2, 422), (-1, 422)])
def test_by_the_api_a_result_is_handed_over_on_a_day_as_a_copy_is(fined, persona, supervisor, days, status):
    """The day of the decision, the next one; not a day to come, nor one before the decision."""
    appeal = appeals.pass_on(supervisor, appeals.file_appeal(holder_of(fined), fined, text=TEXT))
    appeals.decide(persona("prosecutor"), appeal, result="left", reasons="x")
    day = local_day(fined, appeal.decided_at) + timedelta(days=days)
    with clock(now() + timedelta(days=1)):
        answer = browser(supervisor).post(
            f"/api/v1/appeal/{appeal.pk}/acts/hand_over", {"at": day.isoformat()}, content_type="application/json"
        )
        assert answer.status_code == status, answer.content
        appeal.refresh_from_db()
        if status == 200:
            assert local_day(fined, appeal.handed_over_at) == day
            assert appeal.decided_at <= appeal.handed_over_at <= now()
        else:
            assert appeal.handed_over_at is None


def test_the_api_files_once_for_one_key(fined):
    send = lambda: stranger().post(  # noqa: E731
        f"/api/v1/appeals/by-receipt/{fined.receipt}", {"text": TEXT}, content_type="application/json",
        headers={"idempotency-key": "k1"},
    )  # fmt: skip
    first, again = send(), send()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["code"] == again.json()["code"]
    assert stranger().get(f"/api/v1/appeals/by-receipt/{first.json()['code']}").json()["state"] == "filed"


def test_nobody_reviews_what_stands_on_his_own_protocol(persona, inspector, supervisor):
    case = opened(persona("operator"))
    cases.draw_protocol(supervisor, case, article="koap-437-1", facts="x")
    cases.decide(inspector, case, kind="fine")
    cases.hand_over(inspector, case)
    appeal = appeals.file_appeal(holder_of(case), case, text="Музыка играла до 22:30.")
    with pytest.raises(Denied):
        decide(supervisor, appeal, result="left", reasons="x")


def test_nobody_reviews_under_another_account_what_stands_on_his_own_decision(fined, inspector, same_person, persona):
    inspector, other = same_person(inspector, role="supervisor")
    appeal = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    page = browser(other, "en")
    assert page.get(f"/appeals/{appeal.pk}/").status_code == 404, "what is said about him is not his to read"
    board = page.get("/appeals/").content.decode()
    assert "Against your own decisions" in board, "that it exists, and is to be passed on, is"
    assert TEXT not in board
    passed_on(appeal)
    with pytest.raises(Denied):
        decide(other, appeal, result="left", reasons="x")
    decide(persona("supervisor"), appeal, result="left", reasons="x")


def test_nobody_reviews_under_another_account_what_stands_on_his_own_protocol(
    persona, inspector, supervisor, same_person
):
    supervisor, other = same_person(supervisor, role="prosecutor")
    case = opened(persona("operator"))
    cases.draw_protocol(supervisor, case, article="koap-437-1", facts="x")
    cases.decide(inspector, case, kind="fine")
    cases.hand_over(inspector, case)
    appeal = appeals.file_appeal(holder_of(case), case, text=TEXT)
    with pytest.raises(Denied):
        decide(other, appeal, result="left", reasons="x")


def test_one_key_files_to_one_instance(fined):
    holder = holder_of(fined).saying(key="k")
    first = appeals.file_appeal(holder, fined, text="Музыка играла до 22:30.", instance="higher_body")
    again = appeals.file_appeal(holder, fined, text="Музыка играла до 22:30.", instance="higher_body")
    assert again.pk == first.pk
    with pytest.raises(KeyReused):
        appeals.file_appeal(holder, fined, text="Музыка играла до 22:30.", instance="court")


BAD_KEYS = ["", "k" * 101, "k" * 10_000, "a\tb", "\xa0"]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_cannot_be_kept_is_refused_and_nothing_is_filed_or_withdrawn(fined, key):
    """Whoever sends a key relies on it: dropped without a word, the second try would be another appeal."""

    def sent(path, body=None):
        headers = {"idempotency-key": key, "accept-language": "en"}
        return stranger().post(f"/api/v1/appeals/by-receipt/{path}", body, "application/json", headers=headers)

    answer = sent(fined.receipt, {"text": TEXT})
    assert (answer.status_code, answer.json()["code"]) == (422, "header.bad")
    assert "Idempotency-Key" in answer.json()["detail"]
    assert not Appeal.objects.exists()
    if key:
        assert file(fined, key=key).status_code == 422
        assert not Appeal.objects.exists()
    file(fined)
    appeal = Appeal.objects.get()
    assert sent(f"{appeal.receipt}/withdraw").status_code == 422
    assert stranger().post(f"/a/{appeal.receipt}/withdraw/", {"key": key}).status_code == 422
    appeal.refresh_from_db()
    assert appeal.state == "filed"


def test_a_form_that_is_drawn_again_after_a_bad_key_can_be_sent(fined):
    page = file(fined, key="k" * 101).content.decode()
    assert TEXT in page
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    assert file(fined, key=key).status_code == 302
    assert Appeal.objects.count() == 1


def test_a_key_of_a_hundred_characters_files_and_withdraws_once(fined):
    """The longest that the API takes: a form takes it too."""
    key = "k" * 100
    assert {file(fined, key=key).status_code for _ in range(2)} == {302}
    appeal = Appeal.objects.get()
    path = f"/api/v1/appeals/by-receipt/{appeal.receipt}/withdraw"
    answers = [stranger().post(path, headers={"idempotency-key": "w" * 100}).status_code for _ in range(2)]
    assert answers == [200, 200]


def test_an_empty_authorization_is_none(fined):
    """Filing and withdrawing ask the same question."""
    headers = {"authorization": ""}
    path = f"/api/v1/appeals/by-receipt/{fined.receipt}"
    filed = stranger().post(path, {"text": TEXT}, "application/json", headers=headers)
    assert filed.status_code == 201
    code = filed.json()["code"]
    assert stranger().post(f"/api/v1/appeals/by-receipt/{code}/withdraw", headers=headers).status_code == 200


def test_whoever_comes_with_a_key_of_staff_is_not_the_person_by_page_or_by_api(fined):
    headers = {"authorization": "Bearer tartip_nobody"}
    filed = stranger().post(f"/r/{fined.receipt}/appeal/", {"text": TEXT}, headers=headers)
    assert filed.status_code == 403
    file(fined)
    code = Appeal.objects.get().receipt
    assert stranger().post(f"/a/{code}/withdraw/", headers=headers).status_code == 403
    assert stranger().post(f"/api/v1/appeals/by-receipt/{code}/withdraw", headers=headers).status_code == 403
