"""Months close by themselves whatever happened before, and what is compared and summed is alike."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tartip.cases.tests.made import seal_all, stranger
from tartip.core.checks import BadTime
from tartip.core.figures.indicators import INDICATORS, Declared
from tartip.core.figures.sources import sources
from tartip.core.journal.models import State
from tartip.core.journal.sealing import signing_key
from tartip.core.time import clock
from tartip.engines.figures import Indicator, Period, _
from tartip.engines.months import Column, Manifest, Month, SealedMonths
from tartip.operations.calls import actions
from tartip.server.prepare import empty_tables
from tartip.statistics import queries, sealing
from tartip.statistics.command import command
from tartip.statistics.export import JournalBehind
from tartip.statistics.sealing import FilesGone, MonthsFailed, catch_up, folder, is_over, seal_month
from tartip.statistics.tasks import close_months
from tartip.statistics.tests.made import AFTER, ALMATY, GATEWAY, KOSTANAY, OCTOBER, call, lone_call, october
from tartip.verify import verify_file

AUEZOV = "751310000"  # a district of Almaty


def sealed(register="calls"):
    return [one.name for one in SealedMonths.read(folder(), register).manifests]


def test_a_month_with_an_empty_register_can_be_looked_at_again(persona):
    lone_call(october(2026, 5))
    assert len(seal_month(OCTOBER)) == 2
    assert seal_month(OCTOBER) == []
    assert queries.figure("incidents.opened", "KZ", queries.period_of("2026-10")).value == 0
    with clock(datetime(2026, 12, 5, tzinfo=UTC)):
        close_months(0)
    assert sealed("incidents") == ["incidents-2026-10", "incidents-2026-11"]


@pytest.mark.parametrize("at", [AFTER, datetime(2027, 1, 15, tzinfo=UTC)], ids=["a night missed", "months missed"])
def test_months_missed_while_the_worker_was_down_are_sealed_oldest_first(persona, at):
    for month in (8, 10):
        call(datetime(2026, month, 5, 9, tzinfo=UTC))
    with clock(at):
        close_months(0)
        assert close_months(0) == 0
    last = Month(2026, 12) if at > AFTER else OCTOBER
    names = [str(month) for month in Month(2026, 8).through(last)]
    for register in ("calls", "incidents"):
        manifests = sorted(SealedMonths.read(folder(), register).manifests, key=lambda one: one.number)
        assert [str(one.month) for one in manifests] == names
    assert queries.late_months() == []


def test_a_month_that_fails_stops_no_other_and_is_sealed_when_it_can_be(persona, monkeypatch):
    for month in (8, 9, 10):
        call(datetime(2026, month, 5, 9, tzinfo=UTC))
    real = sealing.around

    def broken(source, month):
        if (source.schema.register, month) == ("calls", Month(2026, 9)):
            raise OSError("no space left on device")
        return real(source, month)

    with monkeypatch.context() as trouble:
        trouble.setattr(sealing, "around", broken)
        with pytest.raises(MonthsFailed, match=r"calls 2026-09.*no space left"):
            close_months(0)
    assert sealed() == ["calls-2026-08", "calls-2026-10"]
    assert sealed("incidents") == ["incidents-2026-08", "incidents-2026-09", "incidents-2026-10"]
    assert [(late.month, late.registers) for late in queries.late_months()] == [("2026-09", ("calls",))]
    assert close_months(0) == 1
    assert queries.late_months() == []


def test_a_month_not_sealed_by_the_third_is_an_alarm(persona):
    call(october(2026, 5))
    with clock(datetime(2026, 11, 2, 18, 59, tzinfo=UTC)):  # 23:59 of the second in Astana
        assert queries.late_months() == []
    with clock(datetime(2026, 11, 2, 19, 1, tzinfo=UTC)):
        (late,) = queries.late_months()
        assert (late.month, late.registers, late.due.isoformat()) == ("2026-10", ("calls", "incidents"), "2026-11-03")


def test_a_month_ends_with_the_civil_day_of_its_territories_not_of_utc(persona):
    with clock(datetime(2026, 10, 31, 18, 59, tzinfo=UTC)):
        assert not is_over(OCTOBER)
    with clock(datetime(2026, 10, 31, 19, 1, tzinfo=UTC)):  # 00:01 of 1 November in Almaty and in Aqtobe
        assert is_over(OCTOBER)
        assert sealing.last_over() == OCTOBER


def test_a_correction_older_than_a_year_counts_with_the_next_month(persona):
    call(october(2025, 3))
    catch_up()
    call(october(2025, 4))
    with clock(datetime(2026, 12, 5, tzinfo=UTC)):
        close_months(0)
    assert "calls-2025-10-s01" in sealed()
    assert queries.figure("calls.received", "KZ", queries.period_of("2025-10")).value == 2


def test_a_month_whose_files_are_gone_is_not_sealed_a_second_time(persona):
    call(october(2026, 5))
    seal_month(OCTOBER)
    for path in folder().glob("calls-2026-10.*"):
        path.unlink()
    with pytest.raises(FilesGone, match="calls"):
        seal_month(OCTOBER)
    assert sealed() == []


def test_files_of_a_future_that_was_lost_are_not_entered(persona):
    """An older dump is restored beside a newer folder: whether its log is still shorter, or has grown past the file."""
    for day in (5, 6, 7):
        lone_call(october(2026, day))
    catch_up().check()
    empty_tables()
    for day in range(20, 24):
        lone_call(october(2026, day))
        closed = catch_up()
        assert [one for one in closed.sealed if one.counted == "calls"] == []
        assert "restore.md" in str(closed.failed[0].error)
    assert "2026-10" in [late.month for late in queries.late_months()]
    for path in folder().glob("*-2026-*"):
        path.unlink()
    assert sealed() == []


def test_a_file_left_by_a_crash_is_entered(persona, monkeypatch):
    lone_call(october(2026, 5))
    with monkeypatch.context() as trouble:
        trouble.setattr(sealing, "seal_file", lambda *_, **__: 1 / 0)
        assert catch_up().failed
    catch_up().check()
    assert queries.late_months() == []


def test_months_begin_where_the_operator_says(persona, settings):
    """A device with a wrong clock makes no months; nor do older calls once a later month is named."""
    lone_call(datetime(2026, 3, 5, tzinfo=UTC))
    for wrong in (datetime(1970, 1, 1, tzinfo=UTC), datetime(2019, 12, 31, 17, tzinfo=UTC)):
        with pytest.raises(BadTime, match="2020-01"):
            lone_call(wrong)
    settings.CALLS_SINCE = "2026-09"
    with pytest.raises(BadTime, match="2026-09"):
        lone_call(datetime(2026, 8, 31, 18, 59, tzinfo=UTC))
    lone_call(datetime(2026, 8, 31, 19, 1, tzinfo=UTC))  # 1 September in Almaty
    catch_up().check()
    assert sealed() == ["calls-2026-09", "calls-2026-10"]


def test_a_pass_reads_each_manifest_once(persona, monkeypatch):
    for month in range(1, 11):
        lone_call(datetime(2026, month, 5, 9, tzinfo=UTC))
    read = []
    real = Manifest.from_json

    def once(data):
        read.append(data["file"])
        return real(data)

    monkeypatch.setattr(Manifest, "from_json", staticmethod(once))
    catch_up().check()
    catch_up().check()
    assert len(read) == len(set(read)) == 20


@pytest.fixture
def grown(persona, monkeypatch):
    """October is sealed; then calls get the column `channel`, an indicator asks for it, and November is sealed."""
    call(october(2026, 5))
    seal_month(OCTOBER)
    more = (Column("channel", "string", high=32), Column("radius_m", "int32", low=0))
    monkeypatch.setitem(sources(), "calls", replace(sources()["calls"], columns=more))
    names = {"kk": "102 арнасы", "ru": "По каналу 102", "en": "By channel 102"}
    made = Indicator("calls.by_channel", names, "calls", _.count(), _.channel == "102")
    monkeypatch.setitem(INDICATORS, made.code, Declared(made, names, names))
    with clock(datetime(2026, 12, 5, tzinfo=UTC)):
        call(datetime(2026, 11, 5, 9, tzinfo=UTC))
        call(october(2026, 6))
        catch_up().check()


def test_a_month_names_the_journal_up_to_which_its_records_were_counted_and_how_many(persona):
    call(october(2026, 5))
    seal_month(OCTOBER)
    size = State.objects.get().size
    call(october(2026, 6))
    call(october(2026, 7))
    catch_up().check()
    base, late = SealedMonths.read(folder(), "calls").parts(OCTOBER)
    # The last act before the first sealing was the sealing of the definitions, which is not sealed itself yet.
    assert (base.as_of, base.records) == (size, 1)
    assert (late.rows, late.records, late.as_of) == (2, 3, State.objects.get().size)
    seal_all()
    found = queries.figure("calls.received", "KZ", queries.period_of("2026-10"))
    assert found.as_of == late.as_of == json.loads(found.receipt)["as_of"]


def test_a_month_is_not_sealed_while_the_journal_lags_behind_its_records(persona):
    """Sealing of the journal stands still: the month would lack a record and call itself complete."""
    lone_call(october(2026, 5))
    actor = GATEWAY.saying(at=october(2026, 6))
    actions.receive_call(actor, territory=ALMATY, offered_at=october(2026, 6), answered_at=october(2026, 6))
    with pytest.raises(JournalBehind, match="calls"):
        seal_month(OCTOBER)
    assert sealed() == []
    seal_all()
    seal_month(OCTOBER)
    assert queries.figure("calls.received", "KZ", queries.period_of("2026-10")).value == 2


def test_a_new_column_does_not_break_the_months_before_it(grown):
    assert sealed() == ["calls-2026-10", "calls-2026-10-s01", "calls-2026-11"]
    assert queries.figure("calls.received", "KZ", queries.period_of("2026-10..2026-11")).value == 3
    assert queries.figure("calls.by_channel", "KZ", queries.period_of("2026-11")).value == 1
    assert queries.monthly("calls.by_channel", "KZ", 2026)[8:11] == [None, None, 1]
    assert queries.monthly("calls.received", "KZ", 2026)[8:11] == [None, 2, 1]


def test_a_figure_over_months_before_and_after_a_new_column_verifies_from_its_files(grown):
    """Two calls of October were sealed without `channel` and `radius_m`, one of November with them."""
    seal_all()
    found = queries.figure("calls.received", "KZ", queries.period_of("2026-10..2026-11"))
    path = folder() / "figure.json"
    path.write_bytes(found.receipt)
    verdict = verify_file(path, [str(signing_key().verifier)])
    assert (verdict.exit_code, found.value) == (0, 3)
    old, _late, new = SealedMonths.read(folder(), "calls").manifests
    assert new.schema.names == (*old.schema.names, "channel", "radius_m")


def test_an_indicator_that_needs_the_new_column_says_it_was_not_counted_then(grown):
    for query in ({"period": "2026-10"}, {"period": "2026-10..2026-11"}):
        answer = stranger().get("/api/v1/statistics/figures/calls.by_channel", query)
        assert (answer.status_code, answer.json()["code"]) == (404, "statistics.not_counted")
        page = stranger().get("/statistics/", {"indicator": "calls.by_channel", **query})
        assert page.status_code == 200
        assert "В этот период не считалось." in page.content.decode()
    assert stranger().get("/statistics/").status_code == 200


def test_the_parts_of_a_territory_always_sum_to_the_whole(persona):
    """Two calls are held by a district, one by the city itself, one by the republic itself."""
    for territory in (AUEZOV, AUEZOV, ALMATY, KOSTANAY, "KZ"):
        lone_call(october(2026, 5), territory)
    seal_month(OCTOBER)
    for place, whole, rest in ((ALMATY, 3, 1), ("KZ", 5, 1), (KOSTANAY, 1, 1)):
        query = {"period": "2026-10", "territory": place}
        told = stranger().get("/api/v1/statistics/figures/calls.received/parts", query).json()
        assert (told["value"], sum(part["value"] for part in told["parts"])) == (whole, whole)
        assert [part["value"] for part in told["parts"] if part["territory"] is None] == [rest]
        page = stranger().get("/statistics/", query).content.decode()
        assert ("Не отнесено к региону" if place == "KZ" else "Не отнесено к району") in page


def test_a_year_is_not_compared_with_one_that_was_counted_in_part(persona):
    """Counting began on 3 October 2025: that October is no base, November is one."""
    lone_call(october(2025, 3))
    lone_call(october(2026, 3))
    catch_up().check()
    both = queries.year_on_year("calls.received", "KZ", queries.period_of("2026-10"))
    assert (both.now, both.before, both.why) == (1, None, "began")
    told = stranger().get("/api/v1/statistics/figures/calls.received", {"period": "2026-10"}).json()
    assert (told["before"], told["percent"], told["why_no_before"]) == (None, None, "began")
    page = stranger().get("/statistics/", {"period": "2026-10"}).content.decode()
    assert "счёт начат в том сроке" in page
    with clock(datetime(2026, 12, 5, tzinfo=UTC)):
        catch_up().check()
        assert queries.year_on_year("calls.received", "KZ", queries.period_of("2026-11")).before == 0


def test_a_region_made_in_2022_is_not_compared_with_the_year_before_it(persona):
    """The regions Abai, Zhetisu and Ulytau exist since 8 June 2022; East Kazakhstan lost its south that day."""
    abai, east, republic = "100000000", "630000000", "KZ"
    july = Period.of_months(Month(2022, 7))
    for place, same in ((abai, False), (east, False), (KOSTANAY, True), (republic, True)):
        assert queries.same_borders(place, july, july.year_before) is same
    assert queries.same_borders(abai, Period.of_months(Month(2023, 7)), july)
    june = Period.of_months(Month(2022, 6))
    assert not queries.same_borders(abai, Period.of_months(Month(2023, 6)), june), "it was made within that June"


def test_the_command_seals_whatever_is_due_and_names_what_could_not_be(persona, monkeypatch, capsys):
    call(october(2026, 5))
    options = Namespace(seal="due", indicator=None, territory="KZ", period=None, out=None)
    with monkeypatch.context() as trouble:
        trouble.setattr(sealing, "around", lambda *_: 1 / 0)
        assert command(options) == 1
    assert "calls 2026-10: division by zero" in capsys.readouterr().out
    assert command(options) == 0
    assert "sealed calls-2026-10.parquet: 1 rows" in capsys.readouterr().out
