"""Appeals for tests that are about what follows from a decision."""

from __future__ import annotations

from typing import Any

from tartip.appeals import actions
from tartip.appeals.models import Appeal
from tartip.core.acts import Actor, system


def passed_on(appeal: Appeal) -> Appeal:
    """The appeal as its instance has it."""
    return actions.pass_on(system("test"), appeal) if appeal.state == "filed" else appeal


def decide(actor: Actor, appeal: Appeal, **facts: Any) -> Appeal:
    return actions.decide(actor, passed_on(appeal), **facts)
