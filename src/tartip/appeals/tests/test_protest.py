"""The person's appeal is the person's: staff neither hold its code nor use it up; a prosecutor protests by name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.instances import last_moment
from tartip.cases.tests.made import browser, opened, stranger
from tartip.core.acts import Denied, system
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.people.actors import make_token
from tartip.core.people.models import Appointment
from tartip.core.time import clock, now

TEXT = "Музыка играла до 22:30, есть видео."


def sent(client, path, body, **headers):
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers or None)


@pytest.fixture
def prosecutor(persona):
    return persona("prosecutor")


@pytest.mark.parametrize("who", ["inspector", "supervisor", "prosecutor", "judge"])
def test_staff_get_no_code_of_a_case_or_an_appeal(persona, fined, who):
    appeal = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    staff = browser(persona(who), "en")
    for path in (
        "/api/v1/cases?state=all", f"/api/v1/cases/{fined.pk}", f"/api/v1/appeals/{appeal.pk}", "/api/v1/appeals",
        f"/cases/{fined.pk}/", "/cases/?state=all", "/appeals/", f"/appeals/{appeal.pk}/",
    ):  # fmt: skip
        page = staff.get(path).content.decode()
        for code in (fined.receipt, appeal.receipt):
            assert code not in page, path
            assert f"{code[:5]}-{code[5:]}" not in page, path


def test_who_hands_over_gets_the_code_for_the_paper(persona, inspector, prosecutor):
    case = opened(persona("operator"))
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="x")
    cases.decide(inspector, case, kind="fine")
    path = f"/api/v1/cases/{case.pk}"
    assert browser(inspector).get(path).json()["receipt"] == case.receipt
    assert case.receipt in browser(inspector).get(f"/cases/{case.pk}/").content.decode()
    assert browser(prosecutor).get(path).json()["receipt"] is None
    assert (
        sent(browser(inspector), f"/api/v1/case/{case.pk}/acts/hand_over", {}).json()["record"]["receipt"]
        == case.receipt
    )
    assert browser(inspector).get(path).json()["receipt"] is None


@pytest.mark.parametrize("who", ["inspector", "prosecutor"])
def test_by_the_code_only_the_person_appeals(persona, fined, who):
    actor = persona(who)
    path = f"/api/v1/appeals/by-receipt/{fined.receipt}"
    answer = sent(browser(actor, "en"), path, {"text": TEXT})
    assert (answer.status_code, answer.json()["code"]) == (403, "appeal.only_the_person")
    token = make_token(Appointment.objects.get(account=actor.account), "x")
    assert sent(stranger("en"), path, {"text": TEXT}, Authorization=f"Bearer {token}").status_code == 403
    assert browser(actor, "en").post(f"/r/{fined.receipt}/appeal/", {"text": TEXT, "key": "k"}).status_code == 403
    assert not Appeal.objects.exists()
    assert sent(stranger("en"), path, {"text": TEXT}).status_code == 201


def test_a_protest_is_filed_and_entered_under_the_prosecutors_name(fined, prosecutor, inspector):
    path, body = "/api/v1/appeal/acts/file", {"case": str(fined.pk), "text": TEXT}
    assert sent(browser(inspector, "en"), path, body).status_code == 403
    assert sent(browser(prosecutor, "en"), path, body).status_code == 201
    assert Entry.objects.get(act="appeal.file").actor == prosecutor.name
    appeal = Appeal.objects.get()
    assert appeal.filed_by == "prosecutor"
    with pytest.raises(Denied):
        decide(prosecutor, appeal, result="cancelled", reasons="x")


def test_a_prosecutor_decides_no_protest_of_his_own_under_another_account_but_withdraws_it(
    fined, prosecutor, supervisor, same_person
):
    """A protest is the prosecutor's, whichever log-in filed it; as another role the person withdraws nothing."""
    prosecutor, other = same_person(prosecutor)
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    with pytest.raises(Denied):
        decide(other, protest, result="cancelled", reasons="x")
    for who in (supervisor, replace(other, role="supervisor"), replace(other, also=())):
        with pytest.raises(Denied):
            appeals.withdraw(who, protest)
    assert appeals.withdraw(other, protest).state == "withdrawn"


def test_a_protest_is_filed_from_the_page_of_the_case(fined, prosecutor):
    client = browser(prosecutor, "en")
    assert f"/appeals/of/{fined.pk}/protest/" in client.get(f"/cases/{fined.pk}/").content.decode()
    form = {"key": "k", "version": fined.version, "text": TEXT}
    answer = client.post(f"/appeals/of/{fined.pk}/protest/", form)
    assert answer.url == f"/appeals/{Appeal.objects.get().pk}/"


def test_a_protest_takes_nothing_from_the_persons_appeal(fined, prosecutor, supervisor):
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    assert (own.instance, own.late) == ("higher_body", False)
    decide(supervisor, protest, result="left", reasons="x")
    fined.refresh_from_db()
    assert fined.state == "under_appeal"


def test_after_a_protest_was_decided_the_person_still_appeals(fined, prosecutor, supervisor):
    decide(supervisor, appeals.file_appeal(prosecutor, fined, text=TEXT), result="left", reasons="x")
    answer = sent(stranger("en"), f"/api/v1/appeals/by-receipt/{fined.receipt}", {"text": TEXT})
    assert (answer.status_code, answer.json()["instance"]) == (201, "higher_body")


def test_what_is_cancelled_on_one_appeal_stays_so_on_the_other(fined, prosecutor, supervisor):
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    decide(supervisor, protest, result="cancelled", reasons="x")
    own.refresh_from_db()
    fined.refresh_from_db()
    assert (own.state, fined.state) == ("ended", "cancelled")


@pytest.mark.parametrize("first", ["person", "prosecutor"])
def test_both_are_open_at_once_whoever_came_first(fined, prosecutor, first):
    """To the same instance, both in time, and each of them once."""
    page = lambda: browser(prosecutor, "en").get(f"/cases/{fined.pk}/").content.decode()  # noqa: E731
    offer = f"/appeals/of/{fined.pk}/protest/"
    for who in ("person", "prosecutor") if first == "person" else ("prosecutor", "person"):
        if who == "person":
            code = stranger("en").post(f"/r/{fined.receipt}/appeal/", {"text": TEXT, "key": "k"}).url
            assert code.startswith("/a/")
        else:
            fined.refresh_from_db()
            assert offer in page()
            answer = browser(prosecutor).post(offer, {"key": "k", "version": fined.version, "text": TEXT})
            assert answer.status_code == 302
    assert offer not in page()
    found = list(Appeal.objects.order_by("filed_by").values_list("filed_by", "instance", "late", "state"))
    assert found == [("citizen", "higher_body", False, "filed"), ("prosecutor", "higher_body", False, "filed")]


def test_a_protest_beside_an_appeal_that_is_taken_back_is_in_time(fined, prosecutor, supervisor):
    """The person appeals in time, the prosecutor as well; the person takes it back after the term."""
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    fined.refresh_from_db()
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    with clock(now() + timedelta(days=30)):
        appeals.withdraw(holder_of(fined), Appeal.objects.get(pk=own.pk))
        fined.refresh_from_db()
        assert (protest.late, fined.state) == (False, "under_appeal")
        decide(supervisor, Appeal.objects.get(pk=protest.pk), result="left", reasons="x")
        fined.refresh_from_db()
        assert background(fined).state == "in_force"


def test_beside_an_appeal_in_the_court_the_protest_goes_there(fined, prosecutor, supervisor):
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    decide(supervisor, own, result="left", reasons="x")
    appeals.hand_over(supervisor, own)
    fined.refresh_from_db()
    assert appeals.file_appeal(holder_of(fined), fined, text=TEXT).instance == "court"
    fined.refresh_from_db()
    assert appeals.file_appeal(prosecutor, fined, text=TEXT).instance == "court"


def test_the_result_of_a_protest_that_comes_after_the_force_opens_no_court(fined, prosecutor, supervisor, inspector):
    """Decided on the second day, in force after the person's ten working days; handed over after that."""
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    decide(supervisor, protest, result="left", reasons="x")
    with clock(now() + timedelta(days=30)):
        fined.refresh_from_db()
        assert background(fined).state == "in_force"
        late = appeals.file_appeal(prosecutor, fined, text=TEXT)
        assert (late.instance, late.late) == ("court", True)
        appeals.hand_over(inspector, Appeal.objects.get(pk=protest.pk))
        assert not Clock.objects.filter(subject=protest.pk, rule="koap-826.4-court").exists()
        assert last_moment(fined, "court", "prosecutor") == fined.in_force_at - timedelta(microseconds=1)
        fined.refresh_from_db()
        assert fined.state == "in_force"


def test_a_restored_protest_against_a_decision_in_force_has_its_term_to_the_court(fined, prosecutor, supervisor):
    with clock(now() + timedelta(days=30)):
        background(fined)
        protest = appeals.pass_on(system("test"), appeals.file_appeal(prosecutor, fined, text=TEXT))
        appeals.restore_term(supervisor, protest, reason="x")
        decide(supervisor, Appeal.objects.get(pk=protest.pk), result="left", reasons="x")
        appeals.hand_over(supervisor, Appeal.objects.get(pk=protest.pk))
        assert Clock.objects.filter(subject=protest.pk, rule="koap-826.4-court", state="running").exists()
