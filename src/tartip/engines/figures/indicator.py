"""An indicator: what is counted, declared once and named by the hash of its definition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from tartip.engines.errors import EngineError
from tartip.engines.figures.checking import check_condition, check_measure
from tartip.engines.figures.errors import BadIndicator
from tartip.engines.figures.reading import read_condition, read_measure
from tartip.engines.figures.words import Measure, Node, columns_of
from tartip.engines.merkle import canonical_json
from tartip.engines.months import MonthSchema

LANGUAGES = ("kk", "ru", "en")
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


@dataclass(frozen=True, slots=True)
class Unit:
    """What a stored integer means when shown: `per` of them make one `code` (1,000,000 milligrams make a kg)."""

    code: str
    per: int = 1

    def __post_init__(self) -> None:
        if not isinstance(self.code, str) or not self.code or type(self.per) is not int or self.per < 1:
            raise BadIndicator("unit", str(self.code)[:60], "needs a code and a whole number of parts, at least 1")

    def shown(self, value: int) -> Decimal:
        """The value in this unit, exact."""
        return Decimal(value) / Decimal(self.per)


RECORDS = Unit("records")
PERSONS = Unit("persons")
KG = Unit("kg", 1_000_000)
TENGE = Unit("tenge", 100)


@dataclass(frozen=True, slots=True)
class Indicator:
    """`measure` over the records of `register` for which `where` holds, dated by the register's date that counts.

    `where` and `measure` are written with `_` of Ibis or of this package, or as text; what is kept are their words.
    `edition` rises when the definition changes, so that both can be published side by side. Raises BadIndicator.
    """

    code: str
    names: Mapping[str, str]
    register: str
    measure: Any
    where: Any = None
    unit: Unit = RECORDS
    dated_by: str = "date"
    passport: str = ""
    edition: int = 1

    def __post_init__(self) -> None:
        if not isinstance(self.code, str) or not _CODE.fullmatch(self.code):
            raise BadIndicator("code", type(self.code).__name__, "must be words of a-z, 0-9 and _ with dots between")
        for name in ("register", "dated_by", "passport"):
            if not isinstance(getattr(self, name), str):
                raise BadIndicator(name, self.code, "must be text")
        if not isinstance(self.unit, Unit):
            raise BadIndicator("unit", self.code, "must be a Unit")
        if not isinstance(self.names, Mapping) or set(self.names) != set(LANGUAGES):
            raise BadIndicator("names", self.code, f"must be given in {', '.join(LANGUAGES)}")
        if not all(isinstance(text, str) and text for text in self.names.values()):
            raise BadIndicator("names", self.code, f"must be given in {', '.join(LANGUAGES)}")
        if type(self.edition) is not int or self.edition < 1:
            raise BadIndicator("edition", self.code, "must be a whole number from 1")
        condition = None if self.where is None else read_condition(self.where, self.code)
        object.__setattr__(self, "where", condition)
        object.__setattr__(self, "measure", read_measure(self.measure, self.code))

    @property
    def condition(self) -> Node | None:
        node: Node | None = self.where
        return node

    @property
    def counted(self) -> Measure:
        measure: Measure = self.measure
        return measure

    @property
    def columns(self) -> frozenset[str]:
        """Names of the columns that its words speak of."""
        measure = self.counted
        return columns_of(self.condition) | columns_of(measure.of) | columns_of(measure.where)

    def check(self, schema: MonthSchema) -> None:
        """Raises BadIndicator if the sealed columns cannot answer it."""
        if self.condition is not None:
            check_condition(self.condition, schema, self.code)
        check_measure(self.counted, schema, self.code)

    def as_json(self) -> dict[str, Any]:
        """The definition as people and verifiers read it."""
        return {
            "code": self.code,
            "edition": self.edition,
            "names": dict(self.names),
            "register": self.register,
            "where": None if self.where is None else str(self.where),
            "measure": str(self.measure),
            "unit": {"code": self.unit.code, "per": self.unit.per},
            "dated_by": self.dated_by,
            "passport": self.passport,
        }

    @classmethod
    def from_json(cls, data: Any) -> Indicator:
        """Read a definition; nothing in it is executed. Raises BadIndicator."""
        try:
            indicator = cls(**{**data, "unit": Unit(**data["unit"])})
            if canonical_json(indicator.as_json()) != canonical_json(data):
                raise ValueError("not written as it must be")
        except (TypeError, KeyError, ValueError, AttributeError, EngineError) as error:
            raise BadIndicator("definition", "receipt", str(error)) from None
        return indicator

    @property
    def sha256(self) -> str:
        """Hash of the canonical JSON of the definition, hex."""
        return sha256(canonical_json(self.as_json())).hexdigest()
