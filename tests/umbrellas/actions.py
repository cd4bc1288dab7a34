from __future__ import annotations

from datetime import datetime

from umbrellas.models import Umbrella

from tartip.core.acts import Actor, act
from tartip.core.acts.rights import has_role, in_territory


@act(
    "umbrella.take_in",
    names={"kk": "Қолшатырды қабылдау", "ru": "Принять зонт", "en": "Take in an umbrella"},
    ground="order-706",
    creates=Umbrella,
    may=in_territory & has_role("supervisor"),
)
def take_in(actor: Actor, *, territory: str, colour: str, found_at: datetime) -> Umbrella:
    return Umbrella(territory_id=territory, colour=colour, found_at=found_at)
