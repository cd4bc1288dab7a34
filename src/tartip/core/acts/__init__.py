"""Act: the only way anything changes. Declare it with `@act`; everything else derives from the declaration."""

from tartip.core.acts.actor import Actor, system
from tartip.core.acts.declare import ACTS, Act, listens
from tartip.core.acts.decorate import act
from tartip.core.acts.errors import Clash, Denied, NotFound, NotOpen
from tartip.core.acts.opened import open_acts
from tartip.core.acts.perform import doing, together
from tartip.core.clocks.declared import Clocks

__all__ = [
    "ACTS", "Act", "Actor", "Clash", "Clocks", "Denied", "NotFound", "NotOpen",
    "act", "doing", "listens", "open_acts", "system", "together",
]  # fmt: skip
