"""Reading a file: good rows in order, bad ones named, the rest goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tartip.simulation.errors import BadMapping, BadSource
from tartip.simulation.replay import mapping
from tartip.simulation.replay.source import read
from tartip.simulation.replay.tests.files import HEADER, line, write


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


def test_a_row_with_a_nul_is_a_bad_row(tmp_path):
    """PostgreSQL stores no NUL: the row must be named here, not stop the whole replay there."""
    file = write(tmp_path, line("A", "12:00:00", road="MA\0IN"), line("B\0", "12:00:00"), line("C", "13:00:00"))
    source = read(file, mapping.load())
    assert [row.number for row in source.rows] == ["C"]
    assert [(bad.line, "NUL" in bad.rule) for bad in source.bad] == [(2, True), (3, True)]


def test_a_limit_cuts_what_is_played_but_not_what_the_ground_is_laid_out_for(tmp_path):
    file = write(tmp_path, line("A", "12:00:00"), line("B", "11:00:00"), line("C", "10:00:00"))
    source = read(file, mapping.load(), limit=2)
    assert [row.number for row in source.rows] == ["B", "A"]
    assert [row.number for row in source.whole] == ["C", "B", "A"]


def cp1251():
    return replace(mapping.load(), encoding="cp1251")


def test_rows_are_read_in_the_encoding_that_the_mapping_names(tmp_path):
    """«Абая» in cp1251 is four bytes that are no UTF-8."""
    file = write(tmp_path, line("A", "12:00:00", road="Абая").encode("cp1251"))
    source = read(file, cp1251())
    assert [row.road for row in source.rows] == ["Абая ST"]
    assert source.bad == []
    assert [bad.rule for bad in read(file, mapping.load()).bad] == ["is not UTF-8 at byte 38"]


@pytest.mark.parametrize("name", ["utf-16", "klingon"])
def test_an_encoding_in_which_lines_cannot_be_told_apart_is_refused(tmp_path, name):
    text = mapping.SAN_DIEGO.read_text(encoding="utf-8").replace('encoding = "utf-8-sig"', f'encoding = "{name}"')
    (tmp_path / "wrong.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadMapping, match=r"file\.encoding"):
        mapping.load(tmp_path / "wrong.toml")


def test_a_local_time_that_does_not_exist_is_a_bad_row(tmp_path):
    """San Diego put its clocks forward on 2023-03-12 at 02:00: 02:30 was not, 03:10 was 10:10 UTC."""
    file = write(tmp_path, line("A", "2023-03-12 02:30:00"), line("B", "2023-03-12 03:10:00"))
    source = read(file, mapping.load())
    assert [(row.number, row.at) for row in source.rows] == [("B", datetime(2023, 3, 12, 10, 10, tzinfo=UTC))]
    assert "did not exist" in source.bad[0].rule


def test_a_local_time_that_comes_twice_is_noted_and_the_order_of_the_file_kept(tmp_path):
    """San Diego put its clocks back on 2023-11-05 at 02:00 (UTC-7 to UTC-8): the file goes through 01:xx twice."""
    times = ["00:59", "01:30", "01:50", "01:10", "01:30", "02:00"]
    source = read(write(tmp_path, *[line(str(n), f"2023-11-05 {t}:00") for n, t in enumerate(times)]), mapping.load())
    assert [row.number for row in source.rows] == ["0", "1", "2", "3", "4", "5"]
    assert [f"{row.at:%H:%M}" for row in source.rows] == ["07:59", "08:30", "08:50", "09:10", "09:30", "10:00"]
    assert source.notes == {"date_time 2023-11-05: in the hour that comes twice": 4}
    assert source.bad == []


def test_the_same_time_twice_in_that_hour_is_noted_and_stays_in_order(tmp_path):
    both = [line(number, "2023-11-05 01:30:00") for number in "AB"]
    source = read(write(tmp_path, *both), mapping.load())
    assert [row.number for row in source.rows] == ["A", "B"]
    assert sum(source.notes.values()) == 2


def test_the_hour_that_came_twice_in_almaty_is_noted(tmp_path):
    """At midnight after 2024-02-29 Almaty went from UTC+6 to UTC+5: 23:30 was at 17:30 and at 18:30 UTC."""
    almaty = replace(mapping.load(), zone=ZoneInfo("Asia/Almaty"))
    source = read(write(tmp_path, line("A", "2024-02-29 23:30:00"), line("B", "2024-02-29 22:30:00")), almaty)
    assert [row.number for row in source.rows] == ["B", "A"]
    assert source.rows[1].at == datetime(2024, 2, 29, 17, 30, tzinfo=UTC)
    assert source.notes == {"date_time 2024-02-29: in the hour that comes twice": 1}


def test_a_line_break_inside_a_quoted_cell_is_one_record_and_said(tmp_path):
    broken = line("A", "12:00:00", road="MAIN\nNORTH")
    source = read(
        write(tmp_path, broken, line("B", "12:00:01"), '"C","never closed', line("D", "12:00:02")), mapping.load()
    )
    assert [(row.number, row.line, row.road) for row in source.rows] == [
        ("A", 2, "MAIN NORTH ST"), ("B", 4, "MAIN ST"), ("D", 6, "MAIN ST"),
    ]  # fmt: skip
    assert [(bad.line, bad.field) for bad in source.bad] == [(5, "line")]
    assert source.notes == {"a line break inside a cell": 1}


def test_a_limit_counts_records_not_lines(tmp_path):
    broken = line("A", "12:00:00", road="MAIN\nNORTH")
    source = read(write(tmp_path, broken, line("B", "12:00:01"), line("C", "12:00:02")), mapping.load(), limit=2)
    assert [row.number for row in source.rows] == ["A", "B"]


def test_a_file_whose_lines_end_with_cr_alone_is_named_as_such(tmp_path):
    file = write(tmp_path, line("A", "12:00:00"), line("B", "12:00:01"))
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r"))
    with pytest.raises(BadSource, match="end with CR alone"):
        read(file, mapping.load())
    file.write_bytes(file.read_bytes().replace(b"\r", b"\r\n"))
    assert [row.number for row in read(file, mapping.load()).rows] == ["A", "B"]


@pytest.mark.parametrize("header, said", [("", "is empty"), (HEADER.replace("beat", "bit"), "has no column beat")])
def test_a_file_without_the_columns_is_refused_whole(tmp_path, header, said):
    with pytest.raises(BadSource, match=said):
        read(write(tmp_path, header=header), mapping.load())


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadSource, match="No such file"):
        read(tmp_path / "none.csv", mapping.load())
