"""Whether two addresses are the same place, however they were typed: «ул. Абая, д. 10» and «Абай көшесі 10». Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from tartip.core.territory.spelling import fold, latin

# Words that name no place by themselves, in Kazakh, Russian and English; compared folded, as the address is.
GENERIC_WORDS: Final = """
көше көшесі көш к сі даңғыл даңғылы даң үй үйі қаласы қала ауданы аудан шағын ықшам ықшамаудан ықшамауданы шағынаудан
шағынауданы мен және қиылысы бұрышы
улица улицы улице ул проспект проспекта проспекте пр т кт просп дом дома д город города г микрорайон микрорайоне мкр
мкрн м н район района пересечение угол и на у в
street st avenue ave house and
"""
_GENERIC: Final = frozenset(fold(word) for word in GENERIC_WORDS.split())
# The flat says where inside the house; what happens is told of the house.
_FLAT: Final = re.compile(r"\b(?:кв|квартира|патер|офис|подъезд|кириберис|кабат|этаж|flat)\s*\d+\w?\b")
_WORD: Final = re.compile(r"\w+")
# A shorter word keeps its ending: it may be all it has.
_SHORTEST_STEM: Final = 4


@lru_cache(maxsize=65_536)
def address_key(address: str) -> str:
    """Equal for addresses that are the same place; empty where nothing in them names one.

    Spelling and alphabet are folded (`spelling.py`). Generic words, flats and the order of the words do not count.
    «10 а» is «10а», and a Russian case does not hide a name («Абая», «Абай»). Two different places may get one key,
    since names repeat: compare only within a town.
    """
    text = _FLAT.sub(" ", fold(re.sub(r"[.,/]", " ", address)))
    words: list[str] = []
    for word in _WORD.findall(text):
        if words and words[-1].isdigit() and len(word) == 1 and word.isalpha() and word not in "дкн":
            words[-1] += word
        elif word not in _GENERIC:
            words.append(word)
    return " ".join(sorted({_stem(latin(word)) for word in words}))


def names_a_house(key: str) -> bool:
    """Whether the key says more than a street: a number beside it, or the other street of a crossing."""
    return " " in key


def _stem(word: str) -> str:
    """The word without the vowels in which Russian cases differ."""
    return (word.rstrip("aeiou") or word) if len(word) >= _SHORTEST_STEM else word
