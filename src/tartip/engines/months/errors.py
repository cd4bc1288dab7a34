"""What sealing and reading sealed months refuse; each names the column, the row or the file at fault.

Rows are counted from 0 in the order of the input.
"""

from __future__ import annotations

from typing import ClassVar

from tartip.engines.errors import BadInput, EngineError


def shorten(value: object) -> str:
    """A name for a message: the beginning of a text, the type of anything else."""
    return value[:80] if isinstance(value, str) else f"a value of type {type(value).__name__}"


class BadSchema(BadInput):
    """A month schema that cannot be sealed: unknown kind, repeated name, a role without its column."""

    code: ClassVar[str] = "months.bad_schema"


class BadMonth(BadInput):
    """Text that is not a month such as `2025-03`."""

    code: ClassVar[str] = "months.bad_month"


class ColumnsDiffer(BadInput):
    """A column is missing, or one is there that the schema does not know; nothing is dropped in silence."""

    code: ClassVar[str] = "months.columns_differ"


class WrongType(BadInput):
    """A column of another Arrow type than its kind allows."""

    code: ClassVar[str] = "months.wrong_type"


class WrongValue(BadInput):
    """An empty value or one outside the bounds of its column, as after a shift of columns."""

    code: ClassVar[str] = "months.wrong_value"


class OutsideMonth(BadInput):
    """A row whose date that counts lies in another month."""

    code: ClassVar[str] = "months.outside_month"


class RepeatedRecord(BadInput):
    """A record id that stands twice in one file; only its newest version belongs there."""

    code: ClassVar[str] = "months.repeated_record"


class NotNewer(BadInput):
    """A supplement row whose version is not above the sealed one, or that withdraws what was never sealed."""

    code: ClassVar[str] = "months.not_newer"


class AlreadySealed(EngineError):
    """The month or supplement exists; a sealed file never changes, a later supplement may follow."""

    code: ClassVar[str] = "months.already_sealed"
    text: ClassVar[str] = "%(name)s is sealed already; what came later belongs into the next supplement"
    http_status: ClassVar[int] = 409

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class NotSealed(EngineError):
    """A month, or an earlier part of it, is not sealed (yet)."""

    code: ClassVar[str] = "months.not_sealed"
    text: ClassVar[str] = "%(name)s is not sealed"
    again: ClassVar[bool] = True

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class BadManifest(BadInput):
    """A manifest that is not of format tartip-month/2 or /1, or one that contradicts itself."""

    code: ClassVar[str] = "months.bad_manifest"


class FileChanged(EngineError):
    """A sealed file is missing, or its bytes are not the sealed ones."""

    code: ClassVar[str] = "months.file_changed"
    text: ClassVar[str] = "%(file)s: %(why)s"

    def __init__(self, file: str, why: str) -> None:
        super().__init__(file=file, why=why)


class FileUnread(FileChanged):
    """A sealed file is missing or cannot be read: that shows neither that it is the sealed one nor that it is not."""


class NoSuchRecord(EngineError):
    """No sealed file of the month holds a record with this id."""

    code: ClassVar[str] = "months.no_such_record"
    text: ClassVar[str] = "No record %(id)s in %(name)s"
    http_status: ClassVar[int] = 404

    def __init__(self, id: str, name: str) -> None:
        super().__init__(id=id, name=name)
