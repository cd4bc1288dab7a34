from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from tartip.engines.errors import EngineError
from tartip.engines.months import (
    BadMonth,
    BadSchema,
    Column,
    ColumnsDiffer,
    Month,
    MonthSchema,
    OutsideMonth,
    RepeatedRecord,
    WrongType,
    WrongValue,
    seal_month,
)
from tartip.engines.months.canonical import arrow_type
from tartip.engines.months.tests.made import CASES, JANUARY, case, cases, many_cases


def refused(records, error, match, folder):
    with pytest.raises(error, match=match):
        seal_month(records, CASES, JANUARY, folder)
    assert [p.name for p in folder.iterdir()] == []


def test_a_shifted_column_names_column_and_row(tmp_path):
    # In row 1 territory holds what belongs to article, as after a lost separator.
    table = cases(case(1), case(2))
    shifted = table.set_column(3, "territory", pa.array([751_000_000, 188], pa.int32()))
    refused(shifted, WrongValue, "territory at row 1: 188 is outside 100000000 to 799999999", tmp_path)


def test_a_missing_or_an_unknown_column_is_named(tmp_path):
    table = cases(case(1))
    refused(table.drop(["amount"]), ColumnsDiffer, "amount at the columns: is missing", tmp_path)
    more = table.append_column("iin", pa.array(["030101500000"]))
    refused(more, ColumnsDiffer, "iin at the columns: is not in the schema of cases", tmp_path)
    refused(table.append_column("amount", table["amount"]), ColumnsDiffer, "amount.*stands twice", tmp_path)


@pytest.mark.parametrize(
    "column, values",
    [
        ("amount", pa.array([1.0])),
        ("amount", pa.array(["1"])),
        ("date", pa.array(["2025-01-01"])),
        ("date", pa.array([0], pa.timestamp("us", "UTC"))),
        ("state", pa.array([1])),
        ("territory", pa.array([True])),
        ("article", pa.nulls(1)),
    ],
)
def test_a_wrong_type_names_the_column(tmp_path, column, values):
    table = cases(case(1))
    wrong = table.set_column(table.column_names.index(column), column, values)
    refused(wrong, (WrongType, WrongValue), f"^{column} at", tmp_path)


def test_an_empty_value_names_column_and_row(tmp_path):
    table = cases(case(1), case(2))
    refused(
        table.set_column(5, "amount", pa.array([5, None])), WrongValue, "amount at row 1: must not be empty", tmp_path
    )


def test_a_wider_integer_is_taken_only_if_every_value_fits(tmp_path):
    table = cases(case(1), case(2))
    wide = table.set_column(4, "article", pa.array([188, 190], pa.uint64()))
    assert seal_month(wide, CASES, JANUARY, tmp_path / "a").sums["article"] == 378
    too_big = table.set_column(4, "article", pa.array([188, 2**63], pa.uint64()))
    (tmp_path / "b").mkdir()
    refused(too_big, WrongValue, f"article at row 1: {2**63} is outside 1 to 999", tmp_path / "b")


def test_a_row_of_another_month_is_named(tmp_path):
    table = cases(case(1), case(2), case(3, date(2025, 2, 1)))
    refused(table, OutsideMonth, "date at row 2: 2025-02-01 is not in 2025-01", tmp_path)


def test_the_same_id_twice_is_named_with_both_rows(tmp_path):
    table = cases(case(7), case(5), case(7))
    refused(table, RepeatedRecord, "id at row 2: id 7, version 1: the id stands in row 0 too", tmp_path)


def test_two_versions_of_one_record_do_not_share_a_file(tmp_path):
    refused(cases(case(7), case(7, version=2)), RepeatedRecord, "id 7, version 2", tmp_path)


def test_text_must_keep_its_bounds(tmp_path):
    refused(cases(case(1, state="")), WrongValue, "state at row 0: 0 bytes are outside 1 to 12", tmp_path)
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    refused(cases(case(1)).set_column(6, "state", broken), WrongValue, "state at some row: must be UTF-8", tmp_path)


def test_what_is_no_arrow_table_is_refused(tmp_path):
    with pytest.raises(WrongType):
        seal_month([{"id": 1}], CASES, JANUARY, tmp_path)


@pytest.mark.parametrize("text", ["2025-13", "2025-1", "25-01", "2025-01-01", "", "0000-01"])
def test_a_month_is_written_one_way(text):
    with pytest.raises(BadMonth):
        Month.parse(text)


@pytest.mark.parametrize(
    "columns, roles",
    [
        (CASES.columns[1:], {}),
        (CASES.columns, {"dated_by": "amount"}),
        ((*CASES.columns, Column("amount", "int8")), {}),
        ((*CASES.columns, Column("withdrawn", "int8")), {}),
        ((*CASES.columns[:3], Column("territory", "int32", optional=True)), {}),
    ],
)
def test_a_schema_without_its_roles_is_refused(columns, roles):
    with pytest.raises(BadSchema):
        MonthSchema("cases", columns, **roles)


@pytest.mark.parametrize("name, kind", [("Amount", "int8"), ("a b", "int8"), ("share", "float64"), ("", "int8")])
def test_a_column_has_a_plain_name_and_no_float(name, kind):
    with pytest.raises(BadSchema):
        Column(name, kind)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_exchange_of_two_columns_is_refused_or_seals_the_same(tmp_path_factory, data):
    """Fuzzing by shifts: columns whose values are exchanged never seal as if nothing had happened."""
    folder = tmp_path_factory.mktemp("m")
    table = many_cases(50)
    names = table.column_names
    a, b = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
    swapped = pa.table({n: table[b if n == a else a if n == b else n] for n in names})
    good = seal_month(table, CASES, JANUARY, folder / "good")
    try:
        manifest = seal_month(swapped, CASES, JANUARY, folder / "bad")
    except EngineError:
        return
    # Only where the bounds of both allow the values of the other does an exchange seal, under another root.
    assert a == b or (manifest.root != good.root and {a, b} in ({"id", "amount"}, {"version", "article"}))


def test_a_territory_as_text_is_sealed_in_one_form(tmp_path):
    """й of one character and of two look alike; a figure of the region with one would miss the records of the other."""
    columns = (Column("id", "int64"), Column("version", "int8"), Column("date", "date"), Column("territory", "string"))
    schema = MonthSchema("places", columns)
    rows = [{"id": n, "version": 1, "date": JANUARY.first, "territory": t} for n, t in enumerate(["а", "й", "и\u0306"])]
    fields = pa.schema([(one.name, arrow_type(one.kind)) for one in columns])
    with pytest.raises(WrongValue, match="territory at row 2: must be text in the form NFC"):
        seal_month(pa.Table.from_pylist(rows, schema=fields), schema, JANUARY, tmp_path)
    assert seal_month(pa.Table.from_pylist(rows[:2], schema=fields), schema, JANUARY, tmp_path).rows == 2
