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
from tartip.cases.models import Case
from tartip.cases.tests.made import ALMATY, browser, decided, opened, stranger
from tartip.core.acts import Denied, system
from tartip.core.clocks.models import Clock
from tartip.core.journal.models import Entry
from tartip.core.people.actors import make_token
from tartip.core.people.models import Appointment
from tartip.core.people.personas import Persona, make
from tartip.core.registers.store import guard_setting
from tartip.core.time import clock, now
from tartip.web.numbers import tenge

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
    assert sent(browser(inspector), f"{path}/hand_over", {}).json()["receipt"] == case.receipt
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
    path = f"/api/v1/appeals/by-case/{fined.pk}"
    assert sent(browser(inspector, "en"), path, {"text": TEXT}).status_code == 403
    assert sent(browser(prosecutor, "en"), path, {"text": TEXT}).status_code == 201
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


# --- a protest that went to the court


@pytest.fixture
def in_court(fined, prosecutor, supervisor):
    """A protest that the higher body left, and that is in the court now."""
    decide(supervisor, appeals.file_appeal(prosecutor, fined, text=TEXT), result="left", reasons="x")
    fined.refresh_from_db()
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    assert protest.instance == "court"
    fined.refresh_from_db()
    return protest


def another(role):
    return make(Persona(f"other-{role}", "Қайрат", role, ALMATY))


def test_while_a_protest_is_in_the_court_the_person_goes_there_too(fined, in_court, persona):
    """Otherwise the higher body could cancel what the court has upheld meanwhile."""
    form = stranger().get(f"/r/{fined.receipt}/appeal/").content.decode()
    assert 'name="instance" value="court"' in form
    own = sent(stranger("en"), f"/api/v1/appeals/by-receipt/{fined.receipt}", {"text": TEXT}).json()
    assert (own["instance"], own["late"]) == ("court", False)
    decide(persona("judge"), in_court, result="left", reasons="x")
    own = Appeal.objects.get(filed_by="citizen")
    for who in (persona("supervisor"), another("prosecutor")):
        with pytest.raises(Denied):
            decide(who, own, result="cancelled", reasons="x")
    fined.refresh_from_db()
    assert (fined.state, fined.heard_by) == ("under_appeal", "court")
    decide(another("judge"), own, result="left", reasons="x")
    fined.refresh_from_db()
    assert (fined.state, fined.heard_by) == ("in_force", "court")


def test_an_appeal_the_court_has_overtaken_is_passed_to_the_court(fined, in_court, persona, supervisor):
    """In older records the higher body may still have one: it decides nothing after the court."""
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    at_higher_body(own)
    decide(persona("judge"), in_court, result="left", reasons="x")
    own = Appeal.objects.get(pk=own.pk)
    client = browser(supervisor)
    answer = client.post(f"/appeals/{own.pk}/decide/", {"result": "cancelled", "reasons": "x"})
    assert answer.status_code == 403
    client.post(f"/appeals/{own.pk}/forward/", {"version": own.version})
    own.refresh_from_db()
    assert (own.state, own.instance) == ("forwarded", "court")
    running = Clock.objects.filter(subject=own.pk, state="running")
    assert [term.rule for term in running] == ["koap-829.5-decide"]
    fined.refresh_from_db()
    assert (fined.state, fined.heard_by) == ("under_appeal", "court")
    decide(another("judge"), own, result="left", reasons="x")


# --- one of two open appeals comes to the court


def goes_to_the_court(case, persona, filer):
    """Both are at the higher body; the one of `filer` is left and taken to the court. Gives that, and the other."""
    who = {"citizen": holder_of(case), "prosecutor": persona("prosecutor")}
    both = {role: appeals.file_appeal(who[role], case, text=TEXT) for role in ("citizen", "prosecutor")}
    decide(persona("supervisor"), both.pop(filer), result="left", reasons="x")
    appeals.hand_over(persona("inspector"), Appeal.objects.get(filed_by=filer))
    case.refresh_from_db()
    in_court = appeals.file_appeal(who[filer], case, text=TEXT)
    assert (in_court.instance, in_court.late) == ("court", False)
    return in_court, Appeal.objects.get(pk=both.popitem()[1].pk)


@pytest.mark.parametrize("passed", [False, True])
@pytest.mark.parametrize("filer", ["citizen", "prosecutor"])
def test_while_one_is_in_the_court_the_higher_body_decides_nothing_on_the_other(fined, persona, filer, passed):
    judge, head = persona("judge"), another("supervisor")
    in_court, other = goes_to_the_court(fined, persona, filer)
    if passed:
        appeals.pass_on(system("test"), in_court)
    client, path = browser(head, "en"), f"/api/v1/appeals/{other.pk}"
    body = {"result": "cancelled", "reasons": "x"}
    assert sent(client, f"{path}/decide", body).status_code in (403, 409)
    assert sent(client, f"{path}/forward", {}).json()["instance"] == "court"
    assert sent(client, f"{path}/decide", body).status_code == 403
    assert "/decide/" not in client.get(f"/appeals/{other.pk}/").content.decode()
    assert [term.rule for term in Clock.objects.filter(subject=other.pk, state="running")] == ["koap-829.5-decide"]
    decide(judge, Appeal.objects.get(pk=in_court.pk), result="left", reasons="x")
    decide(another("judge"), Appeal.objects.get(pk=other.pk), result="left", reasons="x")
    fined.refresh_from_db()
    assert (fined.state, fined.heard_by) == ("in_force", "court")


def test_what_the_higher_body_has_before_it_waits_for_the_court_as_well(fined, persona):
    """It was passed on to the higher body before the other one went to the court."""
    who, head = persona("prosecutor"), another("supervisor")
    protest = appeals.pass_on(system("test"), appeals.file_appeal(who, fined, text=TEXT))
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    decide(persona("supervisor"), own, result="left", reasons="x")
    appeals.hand_over(persona("inspector"), own)
    fined.refresh_from_db()
    in_court = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    with pytest.raises(Denied):
        decide(head, Appeal.objects.get(pk=protest.pk), result="cancelled", reasons="x")
    appeals.withdraw(holder_of(fined), in_court)  # nobody is in the court any more
    decide(head, Appeal.objects.get(pk=protest.pk), result="left", reasons="x")


def test_a_late_protest_in_the_court_takes_the_higher_body_from_nobody(fined, persona, prosecutor, supervisor):
    """Until its term is restored the court can only leave it without review."""
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    decide(supervisor, protest, result="left", reasons="x")
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    appeals.hand_over(supervisor, protest)
    with clock(now() + timedelta(days=60)):
        late = appeals.file_appeal(prosecutor, Case.objects.get(pk=fined.pk), text=TEXT)
        assert (late.instance, late.late) == ("court", True)
        own = appeals.pass_on(system("test"), Appeal.objects.get(pk=own.pk))
        assert own.instance == "higher_body"
        appeals.restore_term(persona("judge"), appeals.pass_on(system("test"), late), reason="x")
        with pytest.raises(Denied):
            decide(another("supervisor"), Appeal.objects.get(pk=own.pk), result="left", reasons="x")


def at_higher_body(appeal):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", (guard_setting("appeal.file", appeal.pk),))
        cursor.execute("UPDATE appeals_appeal SET instance = 'higher_body' WHERE id = %s", (appeal.pk,))


def test_what_the_court_decides_on_a_protest_gives_the_person_no_endless_term(fined, persona, supervisor, prosecutor):
    """The person's term to the court ended long ago: an appeal after 300 days is late and suspends nothing."""
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    decide(supervisor, own, result="left", reasons="x")
    appeals.hand_over(supervisor, own)
    own_term = Clock.objects.get(subject=own.pk, rule="koap-826.4-court").due_at
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    decide(persona("judge"), protest, result="left", reasons="x")
    assert last_moment(fined, "court") == own_term
    with clock(now() + timedelta(days=300)):
        background(fined)
        late = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
        fined.refresh_from_db()
        assert (late.instance, late.late, fined.state) == ("court", True, "in_force")


def test_after_a_protest_in_court_the_copy_begins_the_persons_term(persona, inspector, prosecutor, supervisor):
    """Nobody has heard the person: the term to go to the court begins with the copy, and it ends."""
    case = decided(persona("operator"), inspector)
    decide(supervisor, appeals.file_appeal(prosecutor, case, text=TEXT), result="left", reasons="x")
    case.refresh_from_db()
    decide(persona("judge"), appeals.file_appeal(prosecutor, case, text=TEXT), result="left", reasons="x")
    case.refresh_from_db()
    cases.hand_over(inspector, case)
    background(case)
    end = last_moment(case, "court")
    assert end is not None
    with clock(end + timedelta(seconds=1)):
        assert appeals.file_appeal(holder_of(case), case, text=TEXT).late is True


def test_a_refused_protest_is_drawn_on_the_case_with_its_words(fined, prosecutor):
    client, address = browser(prosecutor, "en"), f"/appeals/of/{fined.pk}/protest/"
    answer = client.post(address, {"key": "k", "version": fined.version, "text": "краткое"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "краткое</textarea>" in page
    assert 'id="h-protest"' in page
    assert client.get(address).headers["Location"] == f"/cases/{fined.pk}/"


def test_a_refused_decision_opens_its_dialog_with_what_was_typed(fined, persona, prosecutor):
    appeal = appeals.pass_on(system("test"), appeals.file_appeal(holder_of(fined), fined, text=TEXT))
    client = browser(persona("supervisor"), "en")
    form = {"key": "k", "version": appeal.version, "result": "changed", "amount": "99999999", "reasons": "Тише."}
    answer = client.post(f"/appeals/{appeal.pk}/decide/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'data-reopen="decide"' in page
    assert 'value="99999999"' in page
    assert page.count("Тише.") == 1


def test_the_reviewers_card_names_who_speaks_and_the_sum_that_is_owed(fined, persona, prosecutor):
    appeal = appeals.file_appeal(prosecutor, fined, text=TEXT)
    page = browser(persona("supervisor"), "en").get(f"/appeals/{appeal.pk}/").content.decode()
    assert "What the prosecutor says" in page
    assert "What the person says" not in page
    decide(persona("supervisor"), appeal, result="changed", reasons="Мягче.", amount_tenge=16_000)
    page = browser(persona("supervisor"), "en").get(f"/appeals/{appeal.pk}/").content.decode()
    assert tenge(16_000) in page


@pytest.mark.parametrize("paid", [False, True])
@pytest.mark.parametrize("ends", ["decided", "withdrawn"])
def test_what_the_court_decides_on_a_protest_is_not_in_force_while_the_persons_appeal_waits(
    fined, persona, supervisor, prosecutor, inspector, ends, paid
):
    """An appeal in time suspends the decision; a repetition cannot stand on one that is suspended."""
    judge, other = persona("judge"), make(Persona("other-judge", "Қайрат", "judge", ALMATY))
    if paid:
        cases.pay(inspector, fined, amount_tenge=21_625, reference="1")
    appeal = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    decide(supervisor, appeal, result="left", reasons="Так.")
    appeals.hand_over(inspector, appeal)
    protest = appeals.file_appeal(prosecutor, fined, text=TEXT)
    own = appeals.file_appeal(holder_of(fined), fined, text=TEXT)
    assert (protest.instance, own.instance, own.late) == ("court", "court", False)
    decide(judge, protest, result="left", reasons="Так.")
    background(fined)
    assert (fined.state, fined.in_force_at) == ("under_appeal", None)
    with clock(now() + timedelta(days=7)):
        if ends == "decided":
            own = decide(other, own, result="left", reasons="Так.")
        else:
            own = appeals.withdraw(holder_of(fined), own)
        background(fined)
    assert fined.state == ("paid" if paid else "in_force")
    assert fined.in_force_at == (own.decided_at or own.withdrawn_at)
