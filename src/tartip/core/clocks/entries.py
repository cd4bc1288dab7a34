"""Entries of the system about a clock: missed (and taken back), ended by itself, moved by the calendar, set aside."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from tartip.core.clocks.editions import rule_of
from tartip.core.clocks.models import Clock
from tartip.core.journal import entries
from tartip.core.journal.models import Entry
from tartip.core.registers.store import Rows
from tartip.core.time import now

BREACH, LAPSE, MOVE, WITHDRAW = "clock.breach", "clock.lapse", "clock.move", "clock.withdraw"
SET_ASIDE, TAKE_BACK = "clock.set_aside", "clock.take_back"
NAMES = {
    BREACH: {"kk": "Мерзім бұзылды", "ru": "Срок нарушен", "en": "A deadline was missed"},
    LAPSE: {"kk": "Мерзім аяқталды", "ru": "Срок истёк", "en": "A term ended"},
    MOVE: {"kk": "Мерзім жылжытылды", "ru": "Срок перенесён", "en": "A deadline was moved"},
    WITHDRAW: {
        "kk": "Мерзім бұзылмаған: кеш жазылған",
        "ru": "Нарушение срока снято: сделано в срок, записано позже",
        "en": "No deadline was missed: done in time, recorded later",
    },
    SET_ASIDE: {
        "kk": "Мерзімді тексеру мүмкін болмады",
        "ru": "Срок не удалось проверить",
        "en": "A term could not be judged",
    },
    TAKE_BACK: {
        "kk": "Мерзім қайтадан тексеріледі",
        "ru": "Срок снова проверяется",
        "en": "A term is judged again",
    },
}


def write(clock: Clock, entry: uuid.UUID, code: str, moment: datetime, told: dict[str, Any], *, beside: Rows) -> None:
    """The entry hangs on the record whose clock it is, with version 0: no field of the record changed.

    Where the table no longer has the clock's edition, the payload names the one that was followed instead.
    """
    header = entries.Header(
        id=entry,
        origin=settings.NODE,
        recorded_at=now(),
        occurred_at=moment,
        act=code,
        actor="system:clocks",
        role="system",
        on_behalf="",
        territory=clock.territory_id,
        register=clock.register,
        subject=clock.subject,
        version=0,
        cause=clock.started_by,
        ground=clock.rule,
        edition=clock.edition.isoformat(),
        purpose="",
    )
    if code not in (SET_ASIDE, TAKE_BACK):  # the rule of a bad clock may be what is wrong with it
        followed = rule_of(clock)
        if not followed.exact:
            told = {**told, "edition_followed": followed.rule.valid_from.isoformat()}
    if code not in (BREACH, LAPSE):  # it has no version of its own, and the audit must know between which acts it came
        told = {
            **told,
            "after": Entry.objects.filter(subject=clock.subject).aggregate(last=Max("version"))["last"] or 0,
        }
    entries.write(header, {"clock": {"id": str(clock.pk), "rule": clock.rule, **told}}, beside=[beside])
