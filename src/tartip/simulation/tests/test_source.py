"""Reading a file: good rows in order, bad ones named, the rest goes on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tartip.simulation import mapping
from tartip.simulation.errors import BadSource
from tartip.simulation.source import read
from tartip.simulation.tests.files import HEADER, line, write


def test_rows_come_in_the_order_of_their_times_with_times_in_utc(tmp_path):
    file = write(tmp_path, line("B", "12:00:10"), line("A", "12:00:05", block="4700"))
    source = read(file, mapping.load())
    assert [row.number for row in source.rows] == ["A", "B"]
    # Los Angeles is eight hours behind in winter
    assert source.rows[0].at == datetime(2023, 1, 1, 20, 0, 5, tzinfo=UTC)
    assert source.rows[0].address == "4700 MAIN ST"


def test_each_bad_row_is_reported_with_its_line_field_and_rule_and_the_others_are_taken(tmp_path):
    file = write(
        tmp_path,
        line("A", "12:00:00"),
        line("B", "25:00:00"),
        line("", "12:00:00"),
        line("D", "12:00:00", priority="7"),
        '"E","never closed',
        line("A", "13:00:00"),
        '"F","too","few"',
        b'"G\xff' + line("", "12:00:00").encode()[1:],
        line("H", "2999-01-01 00:00:00"),
        line("I", "12:00:00", block="many"),
        line("J", "12:00:00", road="X" * 300),
        "",
        line("K", "14:00:00", type_="NEW", disposition="ODD"),
    )
    source = read(file, mapping.load())
    assert [row.number for row in source.rows] == ["A", "K"]
    said = {bad.line: (bad.field, bad.rule) for bad in source.bad}
    assert sorted(said) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert said[3] == ("date_time", "“2023-01-01 25:00:00” is not a time like %Y-%m-%d %H:%M:%S")
    assert said[4][0] == "incident_num"
    assert said[5] == ("priority", "“7” is none of 0, 1, 2, 3, 4, 9")
    assert said[6][1].startswith("is not CSV")
    assert said[7] == ("incident_num", "A stands on line 2 already")
    assert said[8] == ("line", "has 3 fields, the header has 14")
    assert said[9] == ("line", "is not UTF-8 at byte 2")
    assert "lies in the future" in said[10][1]
    assert said[11][0] == "address_number_primary"
    assert "longer than 200" in said[12][1]
    assert source.unknown == {"call_type NEW": 1, "disposition ODD": 1}


def test_a_limit_cuts_what_is_played_but_not_what_the_ground_is_laid_out_for(tmp_path):
    file = write(tmp_path, line("A", "12:00:00"), line("B", "11:00:00"), line("C", "10:00:00"))
    source = read(file, mapping.load(), limit=2)
    assert [row.number for row in source.rows] == ["B", "A"]
    assert [row.number for row in source.whole] == ["C", "B", "A"]


@pytest.mark.parametrize("header, said", [("", "is empty"), (HEADER.replace("beat", "bit"), "has no column beat")])
def test_a_file_without_the_columns_is_refused_whole(tmp_path, header, said):
    with pytest.raises(BadSource, match=said):
        read(write(tmp_path, header=header), mapping.load())


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadSource, match="No such file"):
        read(tmp_path / "none.csv", mapping.load())
