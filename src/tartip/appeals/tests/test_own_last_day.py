"""In every state, on every way to it: the last day that the receipt names for an appeal is the one filing obeys."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import translation

from tartip.appeals import actions as appeals
from tartip.appeals.models import Appeal
from tartip.appeals.tests.background import background
from tartip.appeals.tests.made import decide
from tartip.cases import actions as cases
from tartip.cases.access import holder_of
from tartip.cases.instances import TERMS
from tartip.cases.models import Case
from tartip.cases.tests.made import ALMATY, browser, decided, opened, stranger
from tartip.core.clocks.recount import recount
from tartip.core.clocks.tests.test_recount import decree
from tartip.core.terms.zones import end_of_day
from tartip.core.territory import tree
from tartip.core.time import clock
from tartip.errors import TartipError
from tartip.web.dates import day

pytestmark = pytest.mark.fixed_days

TEXT = "Музыка играла до 22:30, есть видео."
# A Friday, in Almaty in the morning.
START = datetime(2026, 11, 27, 5, tzinfo=UTC)


class Way:
    """One case and what is done to it, an hour after the other."""

    def __init__(self, persona):
        self.persona, self.at = persona, START
        with clock(self.at):
            self.case = decided(persona("operator"), persona("inspector"))

    def does(self, step):
        self.at += timedelta(hours=1)
        with clock(self.at):
            getattr(self, step)()
            background(self.case)

    def copy(self):
        cases.hand_over(self.persona("inspector"), self.case)

    def pay(self):
        cases.pay(self.persona("inspector"), self.case, amount_tenge=10_812, reference="1")

    def enforce(self):
        cases.enforce(self.persona("inspector"), self.case)

    def warning(self):
        with clock(self.at):
            self.case = opened(self.persona("operator"))
            cases.draw_protocol(self.persona("inspector"), self.case, article="koap-594-1", facts="…")
            cases.decide(self.persona("inspector"), self.case, kind="warning")
            self.copy()

    def month(self):
        self.at += timedelta(days=30)

    def year(self):
        self.at += timedelta(days=400)

    def own(self):
        self.last = appeals.file_appeal(holder_of(self.case), self.case, text=TEXT)

    def protest(self):
        self.last = appeals.file_appeal(self.persona("prosecutor"), self.case, text=TEXT)

    def result(self, result, **facts):
        self.last = Appeal.objects.select_related("case").get(pk=self.last.pk)
        by = self.persona("judge" if self.last.instance == "court" else "supervisor")
        decide(by, self.last, result=result, reasons="Замеры верны.", **facts)

    def left(self):
        self.result("left")

    def changed(self):
        self.result("changed", amount_tenge=17_300)

    def cancelled(self):
        self.result("cancelled")

    def given(self):
        appeals.hand_over(self.persona("supervisor"), Appeal.objects.select_related("case").get(pk=self.last.pk))

    def withdrawn(self):
        by = self.persona("prosecutor") if self.last.filed_by == "prosecutor" else holder_of(self.case)
        appeals.withdraw(by, Appeal.objects.select_related("case").get(pk=self.last.pk))


OWN_LEFT = "copy own left given"
# What was done, and whether a day of the own term must be named after it.
WAYS = [
    ("", False), ("copy", True), ("copy pay", True), ("warning", True), ("copy month", False),
    ("copy month month enforce", False), ("warning month", False), ("copy month year", False),
    ("protest", False), ("protest withdrawn copy", True), ("copy protest", True), ("copy protest month", False),
    ("copy pay protest", True), ("copy protest left", True), ("copy protest left given", True),
    ("copy protest changed", True), ("copy protest withdrawn", True), ("copy protest cancelled", False),
    ("copy protest left protest", True), ("copy protest left protest left", True),
    ("copy protest left protest changed", True), ("copy protest left protest left pay", True),
    ("copy pay protest left protest left", True), ("copy protest left protest cancelled", False),
    ("copy protest left protest left month", False), ("copy protest left protest withdrawn", True),
    ("copy protest left protest left own", False), ("copy protest left protest left own withdrawn", True),
    ("protest left protest left copy", True),
    ("copy own", False), ("copy own withdrawn", True), ("copy own left", False), (OWN_LEFT, True),
    (f"{OWN_LEFT} pay", True), (f"{OWN_LEFT} month", False), (f"{OWN_LEFT} protest", True),
    (f"{OWN_LEFT} protest left", True), (f"{OWN_LEFT} protest left pay", True), (f"{OWN_LEFT} pay protest left", True),
    (f"{OWN_LEFT} protest left own", False), (f"{OWN_LEFT} own left", False), ("copy own protest left", False),
    ("own left copy given", True), ("copy month own", False), ("warning protest left protest left", True),
]  # fmt: skip


def files(way, at):
    """Whether an appeal filed at that moment is late; None where it is refused. Nothing of it stays."""
    try:
        with clock(at), transaction.atomic():
            case = Case.objects.get(pk=way.case.pk)
            late = appeals.file_appeal(holder_of(case), case, text=TEXT).late
            transaction.set_rollback(True)
            return late
    except TartipError:
        return None


def page(answer):
    assert answer.status_code in (200, 302, 409), answer.status_code
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


@pytest.mark.parametrize(("done", "named"), WAYS)
def test_the_day_the_receipt_names_is_the_day_that_filing_obeys(persona, done, named):
    way = Way(persona)
    for step in done.split():
        way.does(step)
    way.at += timedelta(hours=1)
    with clock(way.at):
        path = f"/r/{way.case.receipt}/"
        told = stranger("en").get(f"/api/v1/receipts/{way.case.receipt}").json()
        until = (told["next"] or {}).get("appeal_until")
        assert (until is not None) == named, told["next"]
        receipt, form = page(stranger("en").get(path)), page(stranger("en").get(f"{path}appeal/"))
        card = page(browser(persona("supervisor"), "en").get(f"/cases/{way.case.pk}/"))
        staff = browser(persona("supervisor")).get(f"/api/v1/cases/{way.case.pk}").json()["told"]
        shown = {row["until"] for row in told["clocks"] if row["rule"] in TERMS and not row["over"]}
        assert (staff["next"] or {}).get("appeal_until") == until
    if until is None:
        assert "An appeal can be filed until" not in receipt
        assert "In time until" not in form
        assert shown == set()
        if files(way, way.at) is False:  # in time, for no term has begun
            with clock(way.at), translation.override("en"):
                assert not any(row["state"] == "running" for row in told["clocks"] if row["rule"] in TERMS)
        return
    last = date.fromisoformat(until)
    with translation.override("en"):
        text = day(last).replace("\u00a0", " ")
    assert f"An appeal can be filed until {text} inclusive." in receipt
    assert f"In time until {text} inclusive." in form
    assert f"until {text} inclusive" in card
    assert shown == {until}
    end = end_of_day(last, tree.zone(ALMATY))
    assert (files(way, way.at), files(way, end), files(way, end + timedelta(microseconds=1))) == (False, False, True)
    with clock(end + timedelta(minutes=1)):
        later = stranger("en").get(f"/api/v1/receipts/{way.case.receipt}").json()
        assert (later["next"] or {}).get("appeal_until") is None


def test_a_decree_after_the_term_lapsed_is_told_to_staff_as_to_the_person(persona, monkeypatch):
    """The clock of the term has ended; the term itself goes on until Monday, and the card must not be silent of it."""
    way = Way(persona)
    for step in OWN_LEFT.split():
        way.does(step)
    with clock(datetime(2026, 12, 12, 5, tzinfo=UTC)):
        background(way.case)
        decree(monkeypatch, off="2026-12-11", work="2026-12-26")
        recount()
        until = stranger("en").get(f"/api/v1/receipts/{way.case.receipt}").json()["next"]["appeal_until"]
        assert until == "2026-12-14"
        card = browser(persona("inspector"), "en").get(f"/cases/{way.case.pk}/").content.decode()
        assert "14 December 2026" in card.replace("\u00a0", " ")
