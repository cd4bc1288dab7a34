"""Incidents, by the day they were opened where they happened."""

from __future__ import annotations

from tartip.core.figures.indicators import indicator
from tartip.engines.figures import _

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
