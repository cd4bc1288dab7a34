"""What the pages offer: nothing that would be refused, and nothing said by nobody."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from tartip.appeals import actions as appeals
from tartip.appeals.tests.made import decide
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.money import local_day, pay_end
from tartip.cases.tests.made import browser, stranger
from tartip.cases.tests.test_money import in_force
from tartip.core.codes import tidy
from tartip.core.terms.zones import TICK
from tartip.core.time import clock, now
from tartip.web.tests.forms import Page


def card(actor, case, language="en"):
    return browser(actor, language).get(f"/cases/{case.pk}/").content.decode()


def send(actor, case, name, **form):
    return browser(actor, "en").post(f"/cases/{case.pk}/{name}/", {"key": name, "version": case.version, **form})


def test_where_the_inspector_may_impose_nothing_only_the_way_to_the_judge_is_offered(case, inspector):
    cases.draw_protocol(inspector, case, article="koap-434-1", facts="…")
    page = card(inspector, case)
    assert 'data-open="decide"' not in page
    assert 'name="penalty"' not in page
    assert re.search(r't-btn--primary"\s+type="submit">\s*<span>Send the case to the judge', page)


def test_a_refused_decision_keeps_its_dialog_open_with_the_reason_in_it(case, inspector):
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
    answer = send(inspector, case, "decide", penalty="person.again.1")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'data-reopen="decide"' in page
    assert re.search(r'value="person.again.1"\s+required\s+checked', page)
    assert 'data-choice="penalty"' in page


def typed_into(page, name):
    """What a field of the page holds."""
    found = re.search(rf'name="{re.escape(name)}"[^>]*', page)
    assert found, name
    value = re.search(r' value="([^"]*)"', found[0])
    return value[1] if value else ""


def test_a_refused_decision_keeps_the_lengths_and_all_that_was_typed(case, persona):
    """Arrest from 5 to 15 days; again within a year it needs the earlier decision."""
    cases.draw_protocol(persona("inspector"), case, article="koap-434-1", facts="…")
    cases.send_to_court(persona("inspector"), case)
    form = {"penalty": "person.first.2", "term.person.first.2.arrest": "16"}
    page = send(persona("judge"), case, "decide", **form)
    assert page.status_code == 422
    assert typed_into(page.content.decode(), "term.person.first.2.arrest") == "16"
    fresh = card(persona("judge"), case)
    assert typed_into(fresh, "term.person.first.2.arrest") == ""


def test_a_refused_confiscation_keeps_what_is_confiscated_and_the_earlier_decision(case, persona):
    inspector = persona("inspector")
    cases.draw_protocol(inspector, case, article="koap-436-2", facts="…")
    cases.send_to_court(inspector, case)
    page = card(persona("judge"), case)
    names = re.findall(r'name="((?:item|term|earlier)\.[^"]+)"', page)
    assert any(name.startswith("item.") for name in names)
    form = {name: ("7" if name.startswith("term.") else f"<{name}>") for name in names}
    refused = send(persona("judge"), case, "decide", penalty="person.first.99", **form)
    assert refused.status_code == 422
    for name, value in form.items():
        assert html.unescape(typed_into(refused.content.decode(), name)) == value


def test_a_refused_relief_and_a_refused_payment_keep_their_own_fields(fined, inspector):
    """`reason` and `amount` are names of more than one form: each keeps its own."""
    with clock(now() + timedelta(days=25)):
        in_force(fined)
        form = {"relief": "postponed", "until": "2099-01-01", "reason": "Нет работы"}
        refused = send(inspector, fined, "relieve", **form)
        page = refused.content.decode()
        assert refused.status_code == 422
        assert typed_into(page, "until") == "2099-01-01"
        assert page.count("Нет работы") == 1
        today = f"{local_day(fined, now())}"
        refused = send(inspector, fined, "pay", amount="-5", paid_on=today, reference="№ 7")
        page = refused.content.decode()
        assert refused.status_code == 422
        assert (typed_into(page, "amount"), typed_into(page, "reference")) == ("-5", "№ 7")


def test_the_protocol_has_nobody_and_no_article_chosen_and_marks_the_usual_one(case, inspector):
    page = card(inspector, case)
    form = page[page.index('id="h-protocol"') : page.index("</form>", page.index('id="h-protocol"'))]
    assert "checked" not in form
    assert "selected" not in form
    assert form.count("usual for this kind") == 1
    assert send(inspector, case, "protocol", article="koap-437-1", facts="…", subject="").status_code == 422


def test_the_article_is_shown_from_the_protocol_on(case, inspector):
    receipt = lambda: stranger("en").get(f"/r/{case.receipt}/").content.decode()  # noqa: E731
    assert "<dt>Article</dt>" not in card(inspector, case)
    assert "<dt>Article</dt>" not in receipt()
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
    assert "<dt>Article</dt>" in card(inspector, case)
    assert "<dt>Article</dt>" in receipt()


@pytest.mark.parametrize("cancelled", [False, True])
def test_where_nothing_is_owed_money_is_taken_under_its_own_heading_and_confirmed(fined, persona, inspector, cancelled):
    day = f"{local_day(fined, now())}"
    if cancelled:
        appeal = appeals.file_appeal(holder_of(fined), fined, text="Было не так, есть видео.")
        decide(persona("prosecutor"), appeal, result="cancelled", reasons="…")
    else:
        cases.pay(inspector, fined, amount_tenge=21_625, reference="1")
    fined.refresh_from_db()
    page = card(inspector, fined)
    assert "half while its term runs" not in page
    assert ("Money that came after the cancellation" if cancelled else "Money that came though nothing is owed") in page
    money = {"amount": "100", "paid_on": day, "reference": "late"}
    refused = send(inspector, fined, "pay", **money)
    assert refused.status_code == 422
    assert re.search(r'name="came"\s+value="100"', refused.content.decode())
    assert send(inspector, fined, "pay", **{**money, "amount": "10000"}, came="100").status_code == 422
    assert send(inspector, fined, "pay", **money, came="100").status_code == 302


def test_more_than_is_owed_is_taken_only_with_a_word_that_so_much_came(fined, inspector):
    """A lost comma would close the case and owe the person what never came."""
    money = {"amount": "2162500", "paid_on": f"{local_day(fined, now())}", "reference": "7"}
    answer = send(inspector, fined, "pay", **money)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="2162500"' in page
    assert re.search(r'name="came"\s+value="2162500"', page)
    assert "came; what is over goes back" in page
    form = {"key": "ru", "version": fined.version, **money}
    assert "больше, чем причитается" in browser(inspector).post(f"/cases/{fined.pk}/pay/", form).content.decode()
    assert fined.payments.count() == 0
    assert 'name="came"' not in card(inspector, fined)
    assert send(inspector, fined, "pay", **money, came="2162500").status_code == 302
    fined.refresh_from_db()
    assert fined.state == "paid"


def test_the_word_that_so_much_came_is_valid_for_the_sum_it_was_shown_with(fined, inspector):
    """Ticked for 30 000 and typed anew as 3 000 000: that sum nobody has confirmed."""
    money = {"paid_on": f"{local_day(fined, now())}", "reference": "7"}
    assert send(inspector, fined, "pay", amount="30000", **money).status_code == 422
    again = send(inspector, fined, "pay", amount="3000000", came="30000", **money)
    page = again.content.decode()
    assert again.status_code == 422
    assert 'id="amount-error"' in page
    tick = re.search(r'<input\s+type="checkbox"\s+name="came"[^>]*>', page)[0]
    assert 'value="3000000"' in tick
    assert "checked" not in tick
    # Refused for something else, the confirmed sum stays confirmed.
    other = send(inspector, fined, "pay", amount="30 000", came="30000", **{**money, "paid_on": "2099-01-01"})
    assert "checked" in re.search(r'<input\s+type="checkbox"\s+name="came"[^>]*>', other.content.decode())[0]
    assert fined.payments.count() == 0
    assert send(inspector, fined, "pay", amount="30 000", came="30000", **money).status_code == 302
    assert fined.payments.get().amount_tenge == 30_000


def test_the_card_leads_to_the_appeals_and_shows_their_terms(fined, persona, inspector):
    assert "Appeal to the higher body" not in card(inspector, fined)
    appeal = appeals.file_appeal(holder_of(fined), fined, text="Было не так, есть видео.")
    page = card(persona("prosecutor"), fined)
    assert f'href="/appeals/{appeal.pk}/"' in page
    assert "Pass an appeal or a protest to the higher body" in page  # its clock
    # Whoever decided learns that there is an appeal and its terms, and cannot open it.
    own = card(inspector, fined)
    assert "Appeal to the higher body" in own
    assert f'href="/appeals/{appeal.pk}/"' not in own


def test_the_receipt_names_its_dates_and_what_was_changed_since(fined, persona):
    def page():
        return stranger("en").get(f"/r/{fined.receipt}/").content.decode()

    assert "Decided on" in page()
    assert "as it was taken" not in page()
    appeal = appeals.file_appeal(holder_of(fined), fined, text="Было не так, есть видео.")
    decide(persona("prosecutor"), appeal, result="cancelled", reasons="…")
    appeal.refresh_from_db()
    assert "as it was taken" in page()
    assert f"/a/{appeal.receipt}/" in page()
    assert "Filed on" in stranger("en").get(f"/a/{appeal.receipt}/").content.decode()


def test_a_paid_case_under_appeal_says_both(fined, inspector):
    cases.pay(inspector, fined, amount_tenge=21_625, reference="1")
    appeals.file_appeal(holder_of(fined), fined, text="Было не так, есть видео.")
    page = stranger("en").get(f"/r/{fined.receipt}/").content.decode()
    assert "The fine is paid, the decision is being reviewed" in page


def test_the_address_of_an_act_leads_to_the_card(case, fined, inspector):
    assert browser(inspector).get(f"/cases/{case.pk}/decide/").url == f"/cases/{case.pk}/"
    assert stranger().get(f"/r/{fined.receipt}/relief/").url == f"/r/{fined.receipt}/"


def test_a_code_typed_on_a_cyrillic_keyboard_opens_the_same_receipt():
    assert tidy("т7ваl-7sтсх") == "T7BAL7STCX"


@pytest.mark.parametrize("field", ["term.person.first.2.arrest", "item.person.first.2", "earlier.minor"])
def test_what_was_typed_beside_another_option_is_not_left_out_in_silence(case, persona, field):
    """Days of arrest were typed, then the fine was chosen: nobody is fined before that is cleared up."""
    cases.draw_protocol(persona("inspector"), case, article="koap-434-1", facts="…")
    cases.send_to_court(persona("inspector"), case)
    refused = send(persona("judge"), case, "decide", penalty="person.first.1", **{field: " 7"})
    assert refused.status_code == 422
    case.refresh_from_db()
    assert case.state == "in_court"
    if field.startswith("term"):
        page = Page(refused.content.decode())
        assert page.said_at_its_field("an option that is not chosen", f"/cases/{case.pk}/decide/", field)
        assert "Length of the arrest: belongs to" in refused.content.decode()
    assert send(persona("judge"), case, "decide", penalty="person.first.1", **{field: " "}).status_code == 302


def test_the_api_leaves_nothing_out_in_silence(case, persona):
    cases.draw_protocol(persona("inspector"), case, article="koap-434-1", facts="…")
    cases.send_to_court(persona("inspector"), case)
    client, address = browser(persona("judge"), "en"), f"/api/v1/case/{case.pk}/acts/decide"
    for field, said in ({"item": "knife"}, "item"), ({"earlier": "№ 17-2026 of 1 March, Almaty"}, "earlier decision"):
        answer = client.post(address, {"option": 1, **field}, "application/json")
        assert (answer.status_code, answer.json()["detail"].partition(":")[0]) == (422, said)


def test_enforcement_is_offered_only_after_the_term_to_pay(fined, inspector):
    def offered():
        codes = browser(inspector).get(f"/api/v1/cases/{fined.pk}").json()["acts"]
        page = browser(inspector).get(f"/cases/{fined.pk}/").content.decode()
        assert ("case.enforce" in codes) == (f"/cases/{fined.pk}/enforce/" in page)
        return "case.enforce" in codes

    with clock(now() + timedelta(days=25)):
        in_force(fined)
        assert not offered()
    end = pay_end(fined)
    with clock(end - timedelta(minutes=1)):
        assert not offered()
    with clock(end + TICK):
        assert offered()
