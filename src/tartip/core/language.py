"""The language of the page, and names given in the three languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from django.utils.translation import get_language

Language = Literal["kk", "ru", "en"]


def language() -> Language:
    found = (get_language() or "kk")[:2]
    return "ru" if found == "ru" else "en" if found == "en" else "kk"


def named(names: Mapping[str, str]) -> str:
    return names[language()]
