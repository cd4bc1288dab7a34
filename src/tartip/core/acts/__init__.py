"""Act: the only way anything changes. Declare it with `@act`; everything else derives from the declaration."""

from tartip.core.acts.actor import Actor, system
from tartip.core.acts.declare import ACTS, Act, LegalDay, called_through
from tartip.core.acts.decorate import act
from tartip.core.acts.errors import Busy, Clash, Denied, KeyReused, NotFound, NotOpen, TermOver
from tartip.core.acts.fieldmarks import Attachment, Field
from tartip.core.acts.keys import request_hash
from tartip.core.acts.locks import lock
from tartip.core.acts.opened import open_acts
from tartip.core.acts.perform import doing, in_one_transaction, perform_together, together
from tartip.core.clocks.declared import Choice, Clocks, when
from tartip.core.journal.listeners import listens

__all__ = [
    "ACTS", "Act", "Actor", "Attachment", "Busy", "Choice", "Clash", "Clocks", "Denied", "Field", "KeyReused",
    "LegalDay", "NotFound", "NotOpen", "TermOver", "act", "called_through", "doing", "in_one_transaction", "listens",
    "lock", "open_acts", "perform_together", "request_hash", "system", "together", "when",
]  # fmt: skip
