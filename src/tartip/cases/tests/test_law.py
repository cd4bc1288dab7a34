"""Limitation and power: from which moment nobody may be punished, and who may impose what."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from tartip.cases import actions as cases, instances
from tartip.cases.errors import BadReason, NoPower
from tartip.cases.models import Case
from tartip.cases.sanctions import BadTerm, NoPenalty
from tartip.cases.tests.made import ALMATY, browser, stranger
from tartip.cases.words import clock_words
from tartip.core import law
from tartip.core.acts import ACTS, Denied, TermOver, system
from tartip.core.clocks.breach import breach_due
from tartip.core.clocks.models import Clock
from tartip.core.time import clock, now
from tartip.operations.incidents import actions as incidents

ALMATY_TIME = ZoneInfo("Asia/Almaty")


def opened(operator, *, offence_at=None, article="koap-437-1"):
    incident = incidents.open_incident(operator, territory=ALMATY, kind_code="noise", lon=76.92, lat=43.24)
    return cases.open_case(system("cases"), incident=incident, article=article, offence_at=offence_at)


def protocol(persona, article, **more):
    case = opened(persona("operator"), offence_at=now() - timedelta(hours=2))
    return cases.draw_protocol(persona("inspector"), case, article=article, facts="…", **more)


def in_court(persona, article):
    return cases.send_to_court(persona("inspector"), protocol(persona, article))


def last_day(case, rule):
    due = Clock.objects.filter(subject=case.pk, rule=rule).order_by("-id").first().due_at
    return (due - timedelta(microseconds=1)).astimezone(ALMATY_TIME).date()


# --- limitation


@pytest.mark.parametrize("opened_at", [datetime(2026, 4, 1, 0, 30), datetime(2026, 5, 10, 12, 0)])
def test_the_limitation_runs_from_the_offence_however_late_the_case_is_opened(persona, opened_at):
    """Offence 2026-03-31 23:50: two months end with 2026-05-31, whether recorded after midnight or 40 days later."""
    offence = datetime(2026, 3, 31, 23, 50, tzinfo=ALMATY_TIME)
    with clock(opened_at.replace(tzinfo=ALMATY_TIME).astimezone(UTC)):
        case = opened(persona("operator"), offence_at=offence.astimezone(UTC))
        assert last_day(case, "koap-62-limitation") == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("article", "more", "rules"),
    [
        ("koap-437-1", {}, {"koap-62-limitation"}),
        ("koap-437-1", {"subject": "minor"}, {"koap-71-limitation-minor"}),
        ("koap-437-1", {"continuing": True}, {"koap-62-limitation-continuing"}),
    ],
)
def test_the_protocol_starts_the_limitation_that_fits(persona, article, more, rules):
    case = protocol(persona, article, **more)
    running = Clock.objects.filter(subject=case.pk, state="running", rule__regex="limitation")
    assert {row.rule for row in running} == rules


@pytest.mark.parametrize("who", ["inspector", "supervisor", "judge"])
@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "not noticed yet"])
def test_nobody_decides_after_the_limitation_by_page_nor_by_api(persona, who, noticed):
    case = (in_court if who == "judge" else protocol)(persona, "koap-437-1")
    state = case.state
    # Two months; for the court they waited fifteen working days more, forty days in a row at the very most.
    with clock(now() + timedelta(days=62 + 40 if who == "judge" else 62)):
        client = browser(persona(who))
        if noticed:
            breach_due()
        form = {"key": "a", "version": case.version, "penalty": "person.first.1"}
        assert client.post(f"/cases/{case.pk}/decide/", form).status_code == 409
        address = f"/api/v1/case/{case.pk}/acts/decide"
        answer = client.post(address, {"kind": "fine"}, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "act.term_over")
        with pytest.raises(TermOver):
            cases.decide(persona(who), case, kind="fine")
    assert Case.objects.get(pk=case.pk).state == state


def test_after_the_limitation_the_case_is_ended_by_limitation_and_by_nothing_before_it(persona, inspector):
    case = protocol(persona, "koap-437-1")
    with pytest.raises(BadReason):
        cases.close_case(inspector, case, reason="", closed_for="limitation")
    with clock(now() + timedelta(days=70)):
        client = browser(inspector)
        card = client.get(f"/cases/{case.pk}/").content.decode()
        assert 'value="limitation"' in card
        assert 'data-open="decide"' not in card
        form = {"key": "b", "version": case.version, "closed_for": "limitation", "reason": "Срок прошёл."}
        assert client.post(f"/cases/{case.pk}/close/", form).status_code == 302
        case.refresh_from_db()
        assert (case.state, case.closed_for) == ("closed", "limitation")
        assert "Дело прекращено без взыскания" in stranger().get(f"/r/{case.receipt}/").content.decode()


def test_a_minor_has_the_shorter_limitation(persona, inspector):
    case = opened(persona("operator"))
    cases.draw_protocol(inspector, case, article="koap-437-1", facts="x", subject="minor")
    with clock(now() + timedelta(days=40)), pytest.raises(TermOver):
        cases.decide(inspector, case, kind="fine")


# --- who may impose what


@pytest.mark.parametrize(
    ("article", "option"),
    [("koap-461-1", 1), ("koap-596-3", 1), ("koap-608-1", 1), ("koap-436-2", 1)],
    ids=["arrest", "deprivation", "arrest and deprivation", "fine and confiscation"],
)
@pytest.mark.parametrize("who", ["inspector", "supervisor"])
def test_the_police_impose_nothing_that_is_the_courts(persona, article, option, who):
    case = protocol(persona, article)
    with pytest.raises(NoPower):
        cases.decide(persona(who), case, option=option, item="петарды")
    case.refresh_from_db()
    assert case.state == "protocol"


def test_a_case_of_the_court_goes_to_the_judge_with_the_courts_own_term(persona, inspector):
    case = protocol(persona, "koap-596-3")  # deprivation only: the protocol is sent within three working days
    running = set(Clock.objects.filter(subject=case.pk, state="running").values_list("rule", flat=True))
    assert running == {"koap-62-limitation", "koap-808-send"}
    client = browser(inspector)
    assert client.post(f"/cases/{case.pk}/send_to_court/", {"version": case.version}).status_code == 302
    running = set(Clock.objects.filter(subject=case.pk, state="running").values_list("rule", flat=True))
    assert running == {"koap-62-limitation", "koap-829.5-decide"}
    answer = client.post(f"/api/v1/case/{case.pk}/acts/decide", {"option": 1}, content_type="application/json")
    assert answer.status_code == 403
    judged = browser(persona("judge")).post(
        f"/api/v1/case/{case.pk}/acts/decide", {"option": 1}, content_type="application/json"
    )
    assert judged.status_code == 200
    assert judged.json()["record"]["sanctions"] == [{"kind": "deprivation", "amount": 6, "unit": "months"}]


def test_a_case_that_may_bring_arrest_is_heard_on_the_day_the_court_receives_it(persona, inspector):
    case = protocol(persona, "koap-461-1")
    cases.send_to_court(inspector, case)
    hearing = Clock.objects.get(subject=case.pk, rule="koap-829.5-arrest", state="running")
    with override("en"):
        last = clock_words(hearing, hearing.due_at - timedelta(minutes=59))
    assert (last["days"], last["shape"]) == ("59 minutes", "soon"), "not 0 hours, and not as calm as at noon"


@pytest.mark.parametrize("drawn", [False, True])
def test_a_judge_neither_decides_nor_ends_a_case_that_nobody_sent(persona, inspector, drawn):
    """Decided by a judge, it could be attacked in court alone: the person would lose the higher body."""
    case = protocol(persona, "koap-437-1") if drawn else opened(persona("operator"))
    client, state = browser(persona("judge")), case.state
    for act, body in (("decide", {"kind": "fine"}), ("close", {"reason": "…", "closed_for": "no_offence"})):
        answer = client.post(f"/api/v1/case/{case.pk}/acts/{act}", body, content_type="application/json")
        assert answer.status_code == (403 if drawn else 404)
    with pytest.raises(Denied):
        cases.close_case(persona("judge"), case, reason="…", closed_for="no_offence")
    assert Case.objects.get(pk=case.pk).state == state
    if drawn:
        cases.decide(inspector, case, kind="fine")
        assert instances.path(case) == ("higher_body", "court")


def test_the_police_neither_decide_nor_end_what_is_in_court(persona, inspector):
    case = in_court(persona, "koap-437-1")
    with pytest.raises(Denied):
        cases.decide(inspector, case, kind="fine")
    with pytest.raises(Denied):
        cases.close_case(inspector, case, reason="…", closed_for="no_offence")


# --- penalties stay whole


def test_a_compound_penalty_is_one_option_with_every_amount_stored_and_shown(persona):
    case = in_court(persona, "koap-608-1")
    judge = persona("judge")
    # 608 part 1: arrest of 15 days and deprivation for 7 years, together.
    cases.decide(judge, case, option=1)
    assert case.sanctions == [
        {"kind": "arrest", "amount": 15, "unit": "days"},
        {"kind": "deprivation", "amount": 7, "unit": "years"},
    ]
    assert case.penalty_kind == "arrest"
    page = stranger().get(f"/r/{case.receipt}/").content.decode()
    assert "15" in page
    assert "7" in page
    with pytest.raises(NoPenalty):
        cases.decide(judge, in_court(persona, "koap-608-1"), kind="arrest")  # half of it is no option


def test_a_fine_with_confiscation_says_what_is_confiscated(persona):
    judge = persona("judge")
    case = in_court(persona, "koap-436-2")
    with pytest.raises(BadTerm, match="item"):
        cases.decide(judge, case, option=1)
    cases.decide(judge, case, option=1, item="12 петард")
    # 436 part 2: 20 МРП of 4 325 tenge
    assert case.sanctions == [
        {"kind": "fine", "mci_tenths": 200, "rate": 4325, "tenge": 86_500},
        {"kind": "confiscation", "item": "12 петард"},
    ]
    assert "12 петард" in stranger().get(f"/r/{case.receipt}/").content.decode()


@pytest.mark.parametrize(("days", "status"), [("4", 422), ("5", 302), ("15", 302), ("16", 422), ("", 422)])
def test_a_term_outside_of_the_laws_bounds_is_refused_and_names_the_field(persona, days, status):
    case = in_court(persona, "koap-434-1")  # a fine, or arrest from 5 to 15 days
    form = {"key": "k", "version": case.version, "penalty": "person.first.2", "term.person.first.2.arrest": days}
    answer = browser(persona("judge")).post(f"/cases/{case.pk}/decide/", form)
    assert answer.status_code == status
    if status == 422:
        assert "Срок ареста: должно быть целое число от 5 до 15" in answer.content.decode()
        body = {"option": 2, "terms": {"arrest": int(days)} if days else {}}
        judge = browser(persona("judge"))
        refused = judge.post(f"/api/v1/case/{case.pk}/acts/decide", body, content_type="application/json")
        assert (refused.status_code, refused.json()["fields"]["field"]) == (422, "term_arrest")


@pytest.mark.parametrize(("kind", "option", "status"), [
    ("fine", 2, 422), ("arrest", 1, 422), ("warning", 2, 422), ("arrest", 2, 200), ("", 2, 200),
])  # fmt: skip
def test_a_kind_beside_an_option_that_is_another_penalty_is_refused_not_left_out(persona, kind, option, status):
    case = in_court(persona, "koap-434-1")  # a fine, or arrest from 5 to 15 days
    body = {"kind": kind, "option": option, "terms": {"arrest": 5} if option == 2 else {}}
    judge = browser(persona("judge"))
    answer = judge.post(f"/api/v1/case/{case.pk}/acts/decide", body, content_type="application/json")
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["fields"]["field"] == "kind"


def test_the_form_offers_the_inspector_only_what_is_his(persona, inspector):
    case = protocol(persona, "koap-434-1")
    card = browser(inspector).get(f"/cases/{case.pk}/").content.decode()
    assert 'name="penalty"' not in card
    assert "дело направляется судье" in card


# --- every term of the Code is started, or the README says why not


def test_every_term_of_the_code_is_started_by_an_act_or_listed_as_not_started():
    starting = {
        key
        for declared in ACTS.values()
        if declared.code.split(".")[0] in ("case", "appeal")
        for rule in declared.clocks.starts
        for key in ((rule,) if isinstance(rule, str) else rule.keys)
    }
    readme = (Path(cases.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`(koap-[\w.-]+)`", readme.split("no act of `cases` or `appeals` starts")[1]))
    listed.discard("koap-811-discount")  # named there as the one that runs
    table = {key for key in law.deadlines().rows if key.startswith("koap-")}
    assert starting & listed == set()
    assert starting | listed == table
