"""Calls, by the day they came in where they were made."""

from __future__ import annotations

from tartip.core.figures.indicators import indicator
from tartip.engines.figures import _

calls_received = indicator(
    "calls.received",
    names={"kk": "102-ге түскен қоңыраулар", "ru": "Поступило вызовов на 102", "en": "Calls received by 102"},
    of="calls",
    measure=_.count(),
    units={"kk": "қоңырау", "ru": "вызовов", "en": "calls"},
    passport={
        "kk": "102-ге түскен әрбір қоңырау, жауап берілмегендері де. Күні: қоңырау түскен күн, аумақтың уақытымен.",
        "ru": "Каждый звонок на 102, и оставшийся без ответа. Дата: день звонка по времени территории.",
        "en": "Every call to 102, unanswered ones too. Date: the day of the call by the time of the territory.",
    },
)
