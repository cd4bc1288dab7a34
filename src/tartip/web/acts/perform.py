"""Doing an act that came from outside: one transaction from the reading of its arguments to its entry."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, cast

from tartip.core.acts import Act, Actor, perform_together, request_hash
from tartip.core.acts.declare import CALLERS, PERFORMED
from tartip.core.acts.keys import first_done
from tartip.core.registers.models import Record
from tartip.web.acts.values import arguments, record_of


def perform_given(act: Act, actor: Actor, given: Mapping[str, Any], record_id: uuid.UUID | None = None) -> Record:
    """Perform the act with plain values, as the API and forms have them. Returns the act's record.

    A key stands for the act, the record and the values: the same again gives the record of the first call, whose
    `repeated` is true; other values raise KeyReused.
    """
    if actor.key is not None and actor.request is None:
        actor = actor.saying(request=request_hash(act.code, record_id, dict(given)))

    def work() -> Record:
        # What the first call did may be what the arguments are refused for now: a person entered, a record closed.
        if (done := first_done(actor, act.model)) is not None:
            return done
        function = CALLERS.get(act.code) or PERFORMED[act.code]
        if record_id is None:
            return cast("Record", function(actor, **arguments(act, actor, given)))
        record = record_of(act, actor, record_id)
        result = function(actor, record, **arguments(act, actor, given))
        return result if isinstance(result, Record) else record

    record = perform_together(work, actor)
    record.just_done = act.code
    return record
