"""What an engine raises when its input cannot be right: names what is wrong and where."""

from __future__ import annotations

from typing import ClassVar

from tartip.errors import TartipError


class EngineError(TartipError):
    """Base of all engine errors; subclasses set `code` and `text`."""

    code: ClassVar[str] = "engine.error"
    http_status: ClassVar[int] = 422


class BadInput(EngineError):
    """A value outside its rule: `what` names the argument or column, `where` the row or key, `rule` the rule."""

    code = "engine.bad_input"
    text = "%(what)s at %(where)s: %(rule)s"

    def __init__(self, what: str, where: object, rule: str) -> None:
        super().__init__(what=what, where=where, rule=rule)


def expect(what: str, value: object, *kinds: type) -> None:
    """Refuse a value of another kind by name: what is a mistake of the caller must not surface as an AttributeError."""
    if not isinstance(value, kinds):
        raise BadInput(what, type(value).__name__, f"must be {' or '.join(kind.__name__ for kind in kinds)}")
