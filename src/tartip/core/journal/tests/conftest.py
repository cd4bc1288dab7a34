"""A small history to look into."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tartip.core.clocks.breach import breach_due
from tartip.core.journal.sealing import seal
from tartip.core.time import now
from tartip.operations.dispatch import actions as dispatch
from tartip.operations.incidents import actions
from tartip.operations.units import actions as units

ALMATY = "750000000"


@pytest.fixture
def incident(committed, dispatcher, supervisor):
    """A small history: clocks started, stopped, breached; an act inside an act; everything sealed."""
    first = actions.open_incident(dispatcher, territory=ALMATY, kind_code="fight")
    unit = units.begin_duty(supervisor, units.enter_unit(supervisor, territory=ALMATY, callsign="A-1", crew=2))
    dispatch.release(dispatcher, dispatch.send_unit(dispatcher, first, unit), reason="nearer")
    seal()
    for _ in range(3):
        actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
    breach_due(now() + timedelta(minutes=4))
    while seal().count:
        pass
    return first
