"""`_`: writes an indicator's words in Python without loading Ibis, so that a declaration costs nothing at start-up.

    from tartip.engines.figures import _
    where=_.state.isin(["confirmed", "destroyed"]) & (_.mass_mg > 0), measure=_.mass_mg.sum()

Ibis's own `_` may be used as well; both are read from their text.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from tartip.engines.figures.words import Constant


class Written:
    """A piece of text that grows as Python evaluates the expression; whether it makes sense is seen when read."""

    __slots__ = ("_text",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text

    def __getattr__(self, name: str) -> Written:
        if name.startswith("__"):
            raise AttributeError(name)
        return Written(f"{self._text}.{name}")

    def __call__(self, *args: Any, **options: Any) -> Written:
        parts = [_shown(arg) for arg in args] + [f"{name}={_shown(value)}" for name, value in options.items()]
        return Written(f"{self._text}({', '.join(parts)})")

    def __bool__(self) -> bool:
        raise TypeError("combine conditions with & and |, not with `and`, `or` or a chained comparison")

    def __eq__(self, other: object) -> Written:  # type: ignore[override]
        return self._with("==", other)

    def __ne__(self, other: object) -> Written:  # type: ignore[override]
        return self._with("!=", other)

    def __lt__(self, other: object) -> Written:
        return self._with("<", other)

    def __le__(self, other: object) -> Written:
        return self._with("<=", other)

    def __gt__(self, other: object) -> Written:
        return self._with(">", other)

    def __ge__(self, other: object) -> Written:
        return self._with(">=", other)

    def __and__(self, other: object) -> Written:
        return self._with("&", other)

    def __or__(self, other: object) -> Written:
        return self._with("|", other)

    def __add__(self, other: object) -> Written:
        return self._with("+", other)

    def __sub__(self, other: object) -> Written:
        return self._with("-", other)

    def __mul__(self, other: object) -> Written:
        return self._with("*", other)

    def __invert__(self) -> Written:
        return Written(f"~{self._text}")

    def _with(self, sign: str, other: object) -> Written:
        return Written(f"({self._text} {sign} {_shown(other)})")


def _shown(value: Any) -> str:
    if isinstance(value, Written):
        return repr(value)
    if isinstance(value, int | str | date):
        return str(Constant(value))
    if isinstance(value, Iterable):
        return f"[{', '.join(_shown(item) for item in value)}]"
    return repr(value)


_ = Written("_")
