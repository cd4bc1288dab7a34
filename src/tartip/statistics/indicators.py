"""Calls and incidents, by the day they came in where they happened."""

from __future__ import annotations

from tartip.engines.figures import _
from tartip.statistics.registry import indicator

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

incidents_opened = indicator(
    "incidents.opened",
    names={"kk": "Тіркелген оқиғалар", "ru": "Зарегистрировано происшествий", "en": "Incidents opened"},
    of="incidents",
    measure=_.count(),
    where=_.state != "merged",
    units={"kk": "оқиға", "ru": "происшествий", "en": "incidents"},
    passport={
        "kk": "Ашылған әрбір оқиға; басқасына біріктірілген қайталанған хабарлама саналмайды. Күні: ашылған күн.",
        "ru": "Каждое заведённое происшествие; дубль, присоединённый к другому, не считается. Дата: день заведения.",
        "en": "Every incident opened; a duplicate merged into another is not counted. Date: the day it was opened.",
    },
)
