"""A protest that went to the court, and one of two open appeals that comes there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide
from tartip.appeals.tests.test_protest import TEXT, sent
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.instances import last_moment
from tartip.cases.models import Case
from tartip.cases.tests.made import ALMATY, browser, decided, stranger
from tartip.core.acts import Denied, system
from tartip.core.clocks.models import Clock
from tartip.core.people.personas import Persona, make
from tartip.core.registers.store import guard_setting
from tartip.core.time import clock, now
from tartip.web.numbers import tenge


@pytest.fixture
def prosecutor(persona):
    return persona("prosecutor")


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
    client, path = browser(head, "en"), f"/api/v1/appeal/{other.pk}/acts"
    body = {"result": "cancelled", "reasons": "x"}
    assert sent(client, f"{path}/decide", body).status_code in (403, 409)
    assert sent(client, f"{path}/forward", {}).json()["record"]["instance"] == "court"
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
