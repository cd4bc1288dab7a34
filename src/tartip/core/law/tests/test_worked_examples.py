"""Every row of deadlines.csv has a term counted by hand in worked_examples.csv; `why` says how it was counted."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tartip.core import law
from tartip.core.terms.arithmetic import due_at, earliest_at
from tartip.core.terms.errors import NotMeasurable
from tartip.core.terms.zones import zone_named

ALMATY = zone_named("Asia/Almaty")
with (Path(__file__).parent / "worked_examples.csv").open(encoding="utf-8") as file:
    EXAMPLES = list(csv.DictReader(file))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e['key']}@{e['edition']}")
def test_the_term_ends_where_a_person_counted_it(example):
    start = datetime.fromisoformat(example["start"]).replace(tzinfo=ALMATY)
    rule = law.deadline(example["key"], start.date())
    assert rule.valid_from.isoformat() == example["edition"]
    due = example["due"]
    if due == "not measured":
        with pytest.raises(NotMeasurable):
            due_at(rule, start, ALMATY)
    elif due.startswith("from "):
        assert earliest_at(rule, start, ALMATY).astimezone(ALMATY).isoformat()[:16] == f"{due[5:]}T00:00"
    elif "T" in due:
        assert due_at(rule, start, ALMATY) == datetime.fromisoformat(due).replace(tzinfo=ALMATY)
    else:
        # A term in days ends at 24:00 of its last day.
        midnight = due_at(rule, start, ALMATY) + timedelta(microseconds=1)
        assert (midnight.astimezone(ALMATY) - timedelta(days=1)).isoformat()[:16] == f"{due}T00:00"


def test_no_row_is_without_an_example():
    told = {(example["key"], example["edition"]) for example in EXAMPLES}
    rows = {(key, rule.valid_from.isoformat()) for key, group in law.deadlines().rows.items() for rule in group}
    assert told == rows


@pytest.mark.parametrize(
    ("key", "start", "amount", "decided", "last"),
    [
        # 15 working days from Mon 1 June 2026 end on Mon 22; one month more: Wed 22 July.
        ("koap-817-decide", "2026-06-01", 1, "2026-06-20", "2026-07-22"),
        # 10 working days end on Mon 15; ten more: 16–19, 22–26, Mon 29.
        ("koap-826.3-decide", "2026-06-01", 10, "2026-06-15", "2026-06-29"),
        ("koap-829-decide", "2026-06-01", 10, "2026-06-15", "2026-06-29"),
        # Mon 22 and fifteen more: 23–26 four, 29–3 nine, (6 July Capital Day), 7–10 thirteen, 13, 14 July.
        ("koap-829.5-decide", "2026-06-01", 15, "2026-06-22", "2026-07-14"),
        # Two months from the decision, not from the end of the term.
        ("appk-76-decide", "2026-06-01", 2, "2026-06-18", "2026-08-18"),
        ("appk-87-answer", "2026-06-01", 2, "2026-06-18", "2026-08-18"),
    ],
)
def test_each_extension_ends_where_a_person_counted_it(key, start, amount, decided, last):
    from tartip.core.terms.arithmetic import extend

    began, then = (datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=ALMATY) for day in (start, decided))
    rule = law.deadline(key, began.date())
    due = extend(rule, due_at(rule, began, ALMATY), amount, decided_at=then, zone=ALMATY)
    assert due.astimezone(ALMATY).date().isoformat() == last


def test_every_extension_has_an_example():
    known = {"koap-817-decide", "koap-826.3-decide", "koap-829-decide", "koap-829.5-decide"}
    known |= {"appk-76-decide", "appk-87-answer"}
    assert {key for key, group in law.deadlines().rows.items() for rule in group if rule.extendable_to} == known


def test_silence_is_refusal_for_applications_and_complaints():
    """АППК ст. 91 ч. 2: from the end of the term the body counts as having refused."""
    on = datetime(2026, 6, 1).date()
    deemed = {key for key in law.deadlines().rows if law.deadlines().rows[key][-1].deemed == "refusal"}
    assert deemed == {"appk-76-decide", "appk-99-decide"}
    assert law.deadline("koap-817-auto", on).deemed == "reviewed"


def test_operational_timers_are_given_by_priority():
    on = datetime(2026, 6, 1).date()
    for name in ("answer", "assess", "dispatch", "acknowledge", "arrive"):
        seconds = [law.deadline(f"ops-{name}", on, priority=p).amount for p in (1, 2, 3, 4)]
        assert seconds == sorted(seconds)
        assert law.deadline(f"ops-{name}", on).status == "unconfirmed"
    assert law.deadline("ops-arrive", on, priority=1).amount == 300


# The procedure clocks collected for the house, by norm, and the rows that carry them.
COLLECTED = {
    "АППК 76(1)": "appk-76-decide",
    "АППК 76, extension and its notice": "appk-76-decide appk-76-extend-notice",
    "АППК 65": "appk-65-forward",
    "АППК 91(2)": "appk-76-decide appk-99-decide",
    "АППК 91(3)-(4)": "appk-91-forward",
    "АППК 92": "appk-92-complain appk-92-complain-unnamed",
    "АППК 99, 100": "appk-99-decide",
    "АППК 63, 73": "appk-73-notice appk-73-object",
    "anonymous reports": "appk-88-forward",
    "КоАП 62": "koap-62-limitation koap-62-limitation-year koap-62-limitation-3-years koap-62-limitation-5-years "
    "koap-62-limitation-continuing koap-62-limitation-criminal koap-71-limitation-minor",
    "КоАП 804, 806": "koap-806-draw koap-806-clarify koap-806-expert koap-808-send koap-808-send-arrest",
    "КоАП 817, 829-5": "koap-817-decide koap-817-auto koap-817-detained koap-829.5-decide koap-829.5-arrest",
    "КоАП 810, 811": "koap-811-discount koap-811-discount-auto koap-811-discount-calendar",
    "КоАП 829-4": "koap-829.4-complain koap-829.4-complain-notice",
    "КоАП 826-1 … 829": "koap-826.2-forward koap-826.2-complain koap-826.2-complain-notice koap-826.3-decide "
    "koap-826.4-hand-over koap-826.4-court koap-827-forward koap-828-complain koap-829-decide koap-829-court",
    "КоАП 823": "koap-823-hand-over",
    "КоАП 893": "koap-893-pay",
    "КоАП 888": "koap-888-postpone koap-888-instalments",
    "КоАП 787–789": "koap-789-detain koap-789-detain-arrest koap-789-detain-48",
    "КоАП 61, 72": "koap-61-punished koap-72-punished-minor",
    "protective order": "dv-order dv-detain",
    "special requirements": "dv-requirements-min dv-requirements-max",
    "УПК 179, 181, 185, 186": "upk-179-prosecutor upk-179-forward upk-181-forward upk-185-accept upk-186-forward",
    "КУИ → ЕРДР": "order-89-register",
    "enforcement, art. 11": "enforcement-present-court enforcement-present-ruling enforcement-present-body",
    "enforcement, art. 68": "enforcement-appraiser",
    "enforcement, opening and complaint": "enforcement-open enforcement-complain",
    "АППК 75": "appk-75-access",
    "missing persons": "missing-search",
    "operations": "ops-answer ops-assess ops-dispatch ops-acknowledge ops-arrive",
}


@pytest.mark.parametrize(("norm", "keys"), COLLECTED.items())
def test_every_clock_of_the_collected_list_is_a_row(norm, keys):
    for key in keys.split():
        assert key in law.deadlines(), f"{norm}: {key}"
