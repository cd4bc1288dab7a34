"""A replay from the file to the table: six rows worked out by hand, stopped anywhere, and real ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import OperationalError
from psycopg.errors import DeadlockDetected

from tartip.simulation.errors import OtherReplay
from tartip.simulation.replay import run as module
from tartip.simulation.replay.board import Board
from tartip.simulation.replay.model import Model
from tartip.simulation.replay.run import Options, replay
from tartip.simulation.replay.tests.files import line, write
from tartip.simulation.replay.tests.test_mapping import DATA, needs_data

# Everything takes exactly its median; two crews, two operators, nobody held back.
STILL = Model(
    operators=2, pick_up=5, pick_up_spread=0, talk=100, talk_spread=0, wrap_up=10, assess_percent=60,
    decide=(10, 20, 30, 40), office_spread=0, acknowledge=10, turn_out=40, crew_spread=0, travel_spread=0,
    no_place=480, immediate_percent=75, service_spread=0, stand_down=420, units=2, fewest=1, reserve=0,
)  # fmt: skip

# No row has a place (beat -1), so a way takes 480 s, and 360 s at priority 1. Times of 12:00:00 onwards:
#  A  answered 0:05, opened 1:05, sent 1:25, there 1:25 + 50 + 480 = 10:15, 22 min → free 32:15
#  B  priority 1: answered 0:25, opened 1:25, sent 1:35, there 1:35 + 50 + 360 = 8:25, an arrest 35 × 3 min → 1:53:25
#  C  rings 0:30 while both operators are busy until 1:55 (A: 5 + 100 + 10): answered after 85 s; no incident
#  D  rings 5:00, opened 6:05, wants a crew 6:35, gets A's at 32:15: 1 635 s; there 530 s later = 41:05, free 1:03:05
#  E  by radio at 1:00:00: both crews are out, D's is free at 1:03:05; at once on the spot, 12 min
#  F  marked as a duplicate, nothing like it is open: opened 2:01:05, called off 420 s later
ROWS = (
    line("A", "12:00:00", "415", "K", priority="1"),
    line("B", "12:00:20", "242", "A", priority="0"),
    line("C", "12:00:30", "INFO", "K"),
    line("D", "12:05:00", "415", "K"),
    line("X", "12:61:00"),
    line("E", "13:00:00", "T", "K"),
    line("F", "14:00:00", "415", "DUP"),
)
# A, B, D have twelve acts each (receive, answer, release, open + rate, send + assign, acknowledge, en route, arrive,
# clear, close), C four (with the question card), E eight (no answering, no way), F six; each of two units is entered,
# begins and ends: six. B is priority 1, and the desk alone entered that its crew arrived: a second person confirms it.
ENTRIES = 3 * 12 + 4 + 8 + 6 + 6 + 1


def options(file: Path, **others) -> Options:
    return replace(Options(file, workers=0, model=STILL), **others)


def checked(report) -> None:
    """The table of ROWS, line by line."""
    data = report.data
    assert report.whole, data["lost"]
    assert data["source"]["bad"] == [
        {"line": 6, "field": "date_time", "rule": "“2023-01-01 12:61:00” is not a time like %Y-%m-%d %H:%M:%S"}
    ]
    assert data["totals"]["calls"] == 6
    assert data["totals"]["entries"] == ENTRIES
    # Waits of A, B, C, D, F: 5, 5, 85, 5, 5; E was never on the telephone
    assert data["answer"] == {
        "calls": 5, "within_10_permille": 800, "within_15_permille": 800, "within_20_permille": 800, "median_s": 5,
        "p90_s": 85,
    }  # fmt: skip
    stretches = {
        priority: [row[name]["median_s"] for name in ("received_assigned", "assigned_arrived", "received_arrived")]
        for priority, row in data["response"].items()
    }
    assert stretches == {"1": [75, 410, 485], "2": [85, 530, 615], "3": [1635, 530, 2165]}
    breached = {rule: (row["started"], row["breached"]) for rule, row in data["clocks"].items()}
    # C waited longer than 15 s, B's crew drove longer than 5 min, D waited longer than 10 min
    assert breached == {
        "ops-answer": (5, 1), "ops-assess": (5, 0),
        "ops-dispatch-1": (1, 0), "ops-dispatch-2": (1, 0), "ops-dispatch-3": (3, 1),
        "ops-acknowledge-1": (1, 0), "ops-acknowledge-2": (1, 0), "ops-acknowledge-3": (2, 0),
        "ops-arrive-1": (1, 1), "ops-arrive-2": (1, 0), "ops-arrive-3": (2, 0),
    }  # fmt: skip
    assert data["duplicates"]["marked_in_source"] == 1


def test_six_rows_give_the_table_worked_out_by_hand_and_leave_a_clean_journal(committed, tmp_path):
    from tartip.core.journal.audit import audit
    from tartip.operations.incidents.models import Incident

    said = []
    report = replay(options(write(tmp_path, *ROWS)), said.append)
    assert report is not None
    checked(report)
    assert said[0].startswith("line 6: date_time")
    outcomes = dict(Incident.objects.values_list("first_call__source_number", "outcome"))
    assert outcomes == {"A": "settled", "B": "crime", "D": "settled", "E": "settled", "F": "duplicate"}
    found = audit()
    assert found.clean, found.findings
    assert found.sealed == found.entries > ENTRIES  # with the three breaches of the system


class Stops(Board):
    """A board on which somebody presses Ctrl-C after so many looks."""

    looks = 0

    def stopping(self) -> bool:
        type(self).looks -= 1
        return super().stopping() or self.looks < 0


@pytest.mark.parametrize("looks", [3, 20, 33])
def test_a_replay_that_was_stopped_leaves_nothing_half_and_goes_on_where_it_ended(
    committed, tmp_path, monkeypatch, looks
):
    from tartip.core.journal.audit import audit

    file = write(tmp_path, *ROWS)
    Stops.looks = looks
    monkeypatch.setattr(module, "Board", Stops)
    assert replay(options(file)) is None
    module.seal_all()
    assert audit().clean
    monkeypatch.undo()
    report = replay(options(file))
    assert report is not None
    checked(report)


def test_a_replay_whose_batch_the_database_broke_off_goes_on_after_the_last_one_it_kept(
    committed, tmp_path, monkeypatch
):
    from tartip.core.journal import entries
    from tartip.core.journal.audit import audit

    count, write_entry = [0], entries.write

    def writing(*args, **kwargs):
        count[0] += 1
        if count[0] == 30:  # in the second batch
            raise OperationalError from DeadlockDetected("broken off")
        return write_entry(*args, **kwargs)

    monkeypatch.setattr(entries, "write", writing)
    report = replay(options(write(tmp_path, *ROWS)))
    assert report is not None
    checked(report)
    assert count[0] > 30
    assert audit().clean


def test_a_finished_replay_played_again_adds_nothing(committed, tmp_path):
    file = write(tmp_path, *ROWS)
    replay(options(file))
    again = replay(options(file))
    assert again is not None
    checked(again)
    assert again.data["run"]["acts"] == 0


def test_another_seed_is_refused_where_the_calls_are_already(committed, tmp_path):
    file = write(tmp_path, *ROWS)
    replay(options(file))
    with pytest.raises(OtherReplay, match="entered twice"):
        replay(options(file, seed=2))


def test_a_second_caller_at_the_address_joins_and_one_far_away_does_not(committed, tmp_path):
    from tartip.operations.incidents.models import Incident, Joining

    file = write(
        tmp_path,
        line("A", "12:00:00", beat="511", block="4700"),
        line("B", "12:01:00", beat="511", block="4700", disposition="DUP"),
        line("C", "12:01:00", beat="611", block="4700"),
    )
    report = replay(options(file))
    assert report is not None
    joining = Joining.objects.get()
    assert joining.call.source_number == "B"
    assert joining.incident.first_call.source_number == "A"
    assert Incident.objects.count() == 2
    found = report.data["duplicates"]
    assert (found["marked_asked_about"], found["joined"], found["joined_marked"]) == (1, 1, 1)
    assert found["by_score"][0]["precision_permille"] == found["by_score"][0]["recall_permille"] == 1000


@needs_data
@pytest.mark.long
def test_real_rows_give_the_same_records_in_one_process_and_in_two(committed, tmp_path):
    from tartip.server.prepare import empty_tables

    first = (DATA / "san_diego_2023_01.csv").read_bytes().splitlines()[:21]
    file = write(tmp_path, *first[1:], header=first[0].decode())

    def told(workers: int) -> dict:
        report = replay(Options(file, workers=workers))
        assert report is not None
        assert report.whole
        return {name: part for name, part in report.data.items() if name not in ("run", "totals")}

    alone = told(0)
    empty_tables()
    assert told(2) == alone


@pytest.mark.slow
@needs_data
def test_three_hundred_real_rows_are_all_there_and_the_audit_is_clean(committed):
    from tartip.core.journal.audit import audit

    report = replay(Options(DATA / "san_diego_2023_01.csv", limit=300, workers=2))
    assert report is not None
    assert report.whole
    assert report.data["totals"]["calls"] == 300
    assert audit().clean
