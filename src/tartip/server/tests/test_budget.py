"""The processes of the system never ask the server for more connections than it allows."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks

from tartip.server import budget, keeper

pytestmark = pytest.mark.django_db


def test_all_processes_together_fit_the_server():
    budget.check()
    assert run_checks(databases=["default"], tags=["database"]) == []
    # The agreed bound of one machine: a page server, the background process, the worker, the city and the commands.
    assert sum(budget.needs().values()) <= 40


def test_every_duty_of_the_background_process_is_counted():
    """One connection per duty, and one that reports."""
    assert budget.needs()["background process"] == len(keeper.duties()) + 1


def test_too_many_page_servers_are_refused_at_start_and_the_setting_is_named(settings):
    settings.PAGE_SERVERS = 99
    with pytest.raises(budget.TooFewConnections, match="TARTIP_DB_POOL or TARTIP_PAGE_SERVERS") as caught:
        budget.check()
    duties = budget.needs()["background process"]
    # 99 servers of (10 + 1) connections, the duties, 6 of the worker, the city's one, 5 to spare; 200 - 3 are allowed.
    assert caught.value.fields["needed"] == 99 * 11 + duties + 6 + 1 + 5
    assert caught.value.fields["missing"] == 99 * 11 + duties + 6 + 1 + 5 - 197
    assert [error.id for error in run_checks(databases=["default"], tags=["database"])] == ["tartip.E001"]
