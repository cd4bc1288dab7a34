from __future__ import annotations

from umbrellas.models import Umbrella

from tartip.core.acts import Actor
from tartip.core.acts.access import visible
from tartip.core.people.menu import Count, Workplace


def kept(actor: Actor) -> Count | None:
    number = visible(actor, Umbrella.objects.filter(state="kept")).count()
    return Count(number, f"{number} kept") if number else None


WORKPLACES = [
    Workplace(
        "umbrellas:board", "Umbrellas", "What was handed in.", order=150, roles=frozenset({"supervisor"}), count=kept
    )
]
