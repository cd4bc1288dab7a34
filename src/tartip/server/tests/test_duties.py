"""The duties of the background process stand apart, and the duty engineer sees which of them is not done."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from tartip.core.journal import queries
from tartip.core.time import now
from tartip.server import health, keeper, stream
from tartip.server.keeper import Duty
from tartip.server.models import Duty as Report
from tartip.server.patience import PATIENCE
from tartip.server.tests.running import wait_until


@pytest.fixture
def background() -> Any:
    """Runs duties until the test ends."""
    stop, threads = threading.Event(), []

    def start(*work: Duty) -> None:
        def run() -> None:
            keeper.keep(stop, work)
            connections.close_all()

        threads.append(threading.Thread(target=run))
        threads[-1].start()

    yield start
    stop.set()
    for one in threads:
        one.join(60)


def test_a_duty_the_board_does_not_watch_is_refused():
    """What the board watches and what the background process does are one list, in both directions."""
    with pytest.raises(LookupError, match="sweeping"):
        Duty("sweeping", lambda: False, 1.0)
    assert {duty.name for duty in keeper.duties()} == set(PATIENCE) - {"stream"}
    assert set(PATIENCE) <= set(health.NAMES)


class Personal(Exception):
    """An error whose text quotes a person."""


def broken() -> bool:
    raise Personal("Иванов Иван, 770101300123")


@pytest.mark.parametrize("fault", [ValueError, KeyError, OverflowError, RecursionError])
def test_a_failure_of_any_kind_in_one_duty_slows_no_other(committed, background, monkeypatch, fault):
    """The clocks crash at each pass and wait longer each time; the journal is still sealed every 50 ms or so."""
    sealed: list[int] = []
    crashes: list[int] = []

    def crash() -> bool:
        crashes.append(len(sealed))
        raise fault("whatever")

    clocks = Duty("clocks", crash, 0.05)
    background(clocks, Duty("seal", lambda: bool(sealed.append(1)), 0.05))
    wait_until(lambda: len(crashes) > 3)
    assert crashes[3] - crashes[2] > 3, "sealing waited with the clocks"
    assert clocks.failures > 2


def test_a_duty_that_takes_long_holds_up_no_other(committed, background):
    held, done = threading.Event(), []
    background(Duty("clocks", lambda: held.wait(60), 1.0), Duty("seal", lambda: bool(done.append(1)), 0.05))
    wait_until(lambda: len(done) > 10)
    held.set()


def test_a_duty_that_failed_goes_on_by_itself(committed, background):
    tried = []

    def work() -> bool:
        tried.append(1)
        if len(tried) < 3:
            raise RuntimeError("not yet")
        return False

    duty = Duty("seal", work, 0.05)
    background(duty)
    wait_until(lambda: len(tried) > 5)
    assert (duty.failures, duty.error) == (0, "")


def test_the_report_names_kind_and_place_of_an_error_and_never_its_text(committed, background):
    background(Duty("clocks", broken, 0.05))
    wait_until(lambda: Report.objects.filter(name="clocks", failures__gt=0).exists())
    found = Report.objects.get(name="clocks")
    assert found.error.startswith("Personal in server.tests.test_duties:")
    assert "Иванов" not in found.error


def test_page_servers_report_under_numbers_of_their_own(committed, settings, monkeypatch):
    """Two at once have two numbers; the one that is left, or comes again, takes what is free."""
    settings.PAGE_SERVERS = 1

    async def serve() -> None:
        one, other = [await stream.hub._connect() for _ in range(2)]
        assert [await stream._numbered(one, 0), await stream._numbered(other, 0)] == [1, 2]
        assert await stream._numbered(other, 2) == 2
        await one.close()
        moved = 2
        for _ in range(100):  # the server notices the end of a connection a moment later
            moved = await stream._numbered(other, moved)
            if moved == 1:
                break
            await asyncio.sleep(0.05)
        assert moved == 1
        monkeypatch.setattr(stream, "_reporter", [])
        third = await stream.hub._connect()
        await third.execute("SET ROLE tartip_app")  # the log-in of page servers
        await stream.report(third)
        await third.close()
        await other.close()

    asyncio.run(serve())
    assert set(Report.objects.values_list("name", flat=True)) == {"stream-2"}


@pytest.mark.django_db
class TestHealth:
    def state(self, key: str) -> str:
        return next(part.state for part in health.look() if part.key == key)

    def test_a_duty_nobody_reports_of_is_late(self):
        assert self.state("seal") == health.LATE

    def test_a_duty_done_just_now_is_well_and_one_that_is_silent_is_late(self):
        health.report({"seal": (now(), 0, "")})
        assert self.state("seal") == health.OK
        Report.objects.update(reported_at=now() - timedelta(minutes=2))
        assert self.state("seal") == health.LATE

    @pytest.mark.parametrize("duty", keeper.duties(), ids=lambda duty: duty.name)
    def test_each_duty_that_fails_is_on_the_board_with_its_reason(self, duty):
        health.report({duty.name: (None, 57, "KeyError in operations.units.actions:209")})
        part = next(part for part in health.look() if part.key == duty.name)
        assert (part.state, part.count, part.error[:8]) == (health.FAILED, 57, "KeyError")
        assert str(part.name) != duty.name, "the board says it in words"

    def test_a_failing_duty_keeps_the_moment_it_was_last_done(self):
        done = now()
        health.report({"clocks": (done, 0, "")})
        health.report({"clocks": (None, 3, "KeyError in core.clocks.breach:40")})
        part = next(part for part in health.look() if part.key == "clocks")
        assert (part.state, part.since, part.count) == (health.FAILED, done, 3)

    def test_an_entry_that_waits_too_long_for_its_seal_is_an_alarm(self, dispatcher, monkeypatch):
        from tartip.operations.incidents.actions import open_incident

        open_incident(dispatcher, territory="750000000", kind_code="noise", lon=76.92, lat=43.24)
        assert self.state("unsealed") == health.OK
        later = now() + queries.SEAL_WITHIN + timedelta(seconds=1)
        monkeypatch.setattr(queries, "now", lambda: later)
        assert self.state("unsealed") == health.LATE

    def test_a_stream_that_is_well_hides_no_other_that_stands_still(self, settings):
        settings.PAGE_SERVERS = 2
        health.report({"stream": (now(), 0, "")})
        assert (self.state("stream"), self.state("stream-2")) == (health.OK, health.LATE)
        health.report({"stream-2": (now(), 0, "")})
        assert self.state("stream-2") == health.OK
        Report.objects.filter(name="stream").update(done_at=now() - timedelta(hours=1))
        assert (self.state("stream"), self.state("stream-2")) == (health.LATE, health.OK)

    def test_a_page_server_too_many_is_an_alarm_while_it_runs(self):
        health.report({"stream-2": (now(), 0, "")})
        assert self.state("stream-2") == health.FAILED
        Report.objects.update(reported_at=now() - timedelta(hours=1))
        assert "stream-2" not in {part.key for part in health.look()}

    def test_a_part_that_cannot_be_looked_at_has_failed_and_hides_no_other(self, monkeypatch):
        monkeypatch.setattr(health, "_unsealed", broken)
        assert self.state("unsealed") == health.FAILED
        assert self.state("connections") == health.OK

    def test_an_alarm_is_logged_once_and_its_end_too(self, caplog, monkeypatch):
        health.report({"clocks": (None, 1, "KeyError")})
        alarms = health.Alarms()
        alarms.look()
        alarms.look()
        assert caplog.text.count("ALARM: clocks is failed") == 1
        health.report({"clocks": (now(), 0, "")})
        alarms.look()
        assert "clocks is well again" in caplog.text
