"""What an annotation may say of one argument of an act, and the file that is sent with one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "text", "long_text", "number", "money", "flag", "choice", "day", "moment", "day_or_moment", "territory", "record",
    "person", "account", "id", "place", "texts", "mapping", "file",
]  # fmt: skip
Choices = Sequence[tuple[str, Any]] | Callable[[], Sequence[tuple[str, Any]]]


@dataclass(frozen=True)
class Field:
    """What an annotation says of one argument, beside its type. Everything left out is worked out from the model."""

    label: Any = ""
    kind: Kind | None = None
    hint: Any = ""
    choices: Choices | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Attachment:
    """A file that was sent with an act: its name as sent, its type by its first bytes, and its bytes."""

    name: str
    content_type: str
    body: bytes
