"""A unit with its crew, and another crew of the same town."""

from __future__ import annotations

import pytest

from tartip.core.acts import system
from tartip.core.people.actions import appoint, begin_shift
from tartip.core.people.actors import appointment_actor
from tartip.core.people.models import Account
from tartip.operations.dispatch.tests.test_dispatch import ALMATY, unit_on_duty


@pytest.fixture
def other_crew(db):
    """Another crew of the same town."""
    account = Account.objects.create_user("barys-15", "x", display_name="Барс-15", demo=True)
    appointment = appoint(system("test"), account=account, role="patrol", territory=ALMATY)
    begin_shift(appointment_actor(appointment), appointment=appointment)
    return appointment_actor(appointment)


@pytest.fixture
def unit(supervisor, patrol):
    return unit_on_duty(supervisor, tablet=patrol)
