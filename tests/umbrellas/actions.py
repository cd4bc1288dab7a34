from __future__ import annotations

from datetime import datetime

from umbrellas.models import Umbrella

from tartip.core.acts import Actor, act
from tartip.core.acts.rights import has_role, in_territory

keeps = in_territory & has_role("supervisor")


@act(
    "umbrella.take_in",
    names={"kk": "Қолшатырды қабылдау", "ru": "Принять зонт", "en": "Take in an umbrella"},
    done={"kk": "Қолшатыр қабылданды", "ru": "Зонт принят", "en": "An umbrella was taken in"},
    ground="order-706",
    creates=Umbrella,
    may=keeps,
)
def take_in(actor: Actor, *, territory: str, colour: str, found_at: datetime) -> Umbrella:
    """Enter an umbrella that somebody handed in."""
    return Umbrella(territory_id=territory, colour=colour, found_at=found_at)


@act(
    "umbrella.give_back",
    names={"kk": "Иесіне қайтару", "ru": "Вернуть владельцу", "en": "Return it to the owner"},
    done={"kk": "Иесіне қайтарылды", "ru": "Возвращён владельцу", "en": "It was returned to the owner"},
    ground="order-706",
    of=Umbrella,
    may=keeps,
    moves={"kept": "returned"},
    grave=True,
)
def give_back(actor: Actor, umbrella: Umbrella) -> Umbrella:
    """The state, the version, the entry and the history follow from the declaration."""
    return umbrella
