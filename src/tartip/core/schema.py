"""The base of every input of the API: a number is a number, a text a text, and nothing unknown is passed over.

JSON has no identifiers and no moments: these come as text, in their own types below.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Discriminator, Strict, Tag
from pydantic_core import PydanticCustomError

from tartip.core.inputs import YEARS, is_in_range

D = TypeVar("D", bound=date)


class Input(Schema):
    model_config = ConfigDict(extra="forbid", strict=True)


def _text(value: Any) -> Any:
    """A number would be read as seconds since 1970."""
    if not isinstance(value, str):
        raise PydanticCustomError("text", "Input should be text")
    return value


def _in_range(value: D) -> D:
    if not is_in_range(value):
        raise PydanticCustomError("years", "must lie in the years {years}", {"years": YEARS})
    return value


AnyMoment = Annotated[AwareDatetime, Strict(False), BeforeValidator(_text)]
Moment = Annotated[AwareDatetime, Strict(False), BeforeValidator(_text), AfterValidator(_in_range)]
Day = Annotated[date, Strict(False), BeforeValidator(_text), AfterValidator(_in_range)]
Id = Annotated[uuid.UUID, Strict(False), BeforeValidator(_text)]

DAY_LENGTH = len("2026-03-02")


def _which(value: Any) -> str:
    """Also asked of a value that was read already."""
    is_day = len(value) == DAY_LENGTH if isinstance(value, str) else not isinstance(value, datetime)
    return "day" if is_day else "moment"


# What a bank says: a moment, or the day alone.
MomentOrDay = Annotated[Annotated[Moment, Tag("moment")] | Annotated[Day, Tag("day")], Discriminator(_which)]
