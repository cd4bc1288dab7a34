"""Appeals for tests that are about what follows from a decision."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tartip.appeals import actions
from tartip.appeals.models import Appeal
from tartip.core.acts import Actor, system
from tartip.core.registers.store import guard_setting


def passed_on(appeal: Appeal) -> Appeal:
    """The appeal as its instance has it."""
    return actions.pass_on(system("test"), appeal) if appeal.state == "filed" else appeal


def as_before(appeal: Appeal) -> Appeal:
    """The appeal as in rows from before it ended by itself with the cancelled decision: it is open still."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tartip.act', %s, true)", (guard_setting("appeal.end", appeal.pk),))
        cursor.execute(
            "UPDATE appeals_appeal SET state = 'forwarded', result = '', decided_at = NULL WHERE id = %s", (appeal.pk,)
        )
    return Appeal.objects.get(pk=appeal.pk)


def decide(actor: Actor, appeal: Appeal, **facts: Any) -> Appeal:
    return actions.decide(actor, passed_on(appeal), **facts)
