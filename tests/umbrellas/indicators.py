from __future__ import annotations

from tartip.core.figures.indicators import indicator
from tartip.engines.figures import _

WORDS = {"kk": "Қара қолшатырлар", "ru": "Чёрные зонты", "en": "Black umbrellas"}

black_umbrellas = indicator(
    "umbrellas.black", names=WORDS, of="umbrellas", measure=_.count(), where=_.colour == "black", units=WORDS,
    passport=WORDS,
)  # fmt: skip
