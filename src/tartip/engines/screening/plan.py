"""The number plan of the world as one automaton, home country in detail, built from `phonenumbers` metadata.

Listed exceptions (`exceptions.csv`, with source and status) stand above the metadata: Baikonur, reserved ranges.
A prefix says which operator a range was given to (`operators.csv`), never who serves the number now: portability does.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput
from tartip.engines.screening.automaton import Automaton, build
from tartip.engines.screening.numbers import HOME_CODE

HOME_REGION: Final = "KZ"


class Kind(IntEnum):
    """What a number is by the plan. Where patterns overlap, the higher value wins."""

    NO_PLAN = 0  # no country has this code
    IMPOSSIBLE = 1  # the country exists, such a number does not
    FOREIGN = 2
    SPECIAL = 3  # satellite, international networks, universal free-phone
    UNALLOCATED = 4  # a home range given to nobody
    HOME_FIXED = 5
    HOME_MOBILE = 6
    SHARED = 7  # zone 7 service numbers (800, 808, 809) that several countries use
    INLAND_ONLY = 8  # home numbers that cannot be dialled from, or appear, abroad
    RESERVED = 9
    HOME_SOIL = 10  # another country's number in lawful use on home soil
    WITHHELD = 11
    MALFORMED = 12
    SHORT = 13


_HOME_TYPES: Final = {
    "fixed_line": Kind.HOME_FIXED,
    "mobile": Kind.HOME_MOBILE,
    "voip": Kind.INLAND_ONLY,
    "no_international_dialling": Kind.INLAND_ONLY,
    "toll_free": Kind.SHARED,
    "premium_rate": Kind.SHARED,
    "shared_cost": Kind.SHARED,
    "personal_number": Kind.SHARED,
    "uan": Kind.SHARED,
    "pager": Kind.SHARED,
    "voicemail": Kind.SHARED,
}
_FOREIGN_TYPES: Final = tuple(name for name in _HOME_TYPES if name != "no_international_dialling")


class BadPlan(BadInput):
    """A plan file with a row that cannot be used."""

    code = "screening.bad_plan"


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """Everything that is known of numbers without knowing subscribers.

    `operator_of_prefix`: uint8[1000] by the first three national digits, 0 where nobody holds the range.
    """

    automaton: Automaton
    operator_of_prefix: NDArray[np.uint8]
    operators: dict[int, str]
    metadata: str

    def kind(self, number: int) -> Kind:
        """Kind of one packed number; the slow, readable way."""
        from tartip.engines.screening.numbers import MALFORMED, WITHHELD

        if number == WITHHELD:
            return Kind.WITHHELD
        if number == MALFORMED:
            return Kind.MALFORMED
        return Kind.SHORT if number < 0 else Kind(self.automaton.classify(str(number)))


@lru_cache(maxsize=1)
def default_plan() -> NumberPlan:
    """The plan of Kazakhstan from the installed `phonenumbers`; built in about 0.2 s, once per process."""
    return build_plan(_rows("exceptions.csv"), _rows("operators.csv"))


def build_plan(exceptions: list[dict[str, str]], operators: list[dict[str, str]]) -> NumberPlan:
    """Join metadata, exceptions and operators; raises BadPlan (naming the row) or BadPattern."""
    import phonenumbers

    patterns = list(_world_patterns())
    for line, row in enumerate(exceptions, start=2):
        if row.get("kind") not in Kind.__members__:
            raise BadPlan("exceptions.csv kind", f"line {line}", f"must be one of {', '.join(Kind.__members__)}")
        patterns.append((row["pattern"], Kind[row["kind"]].value))
    of_prefix = np.zeros(1000, np.uint8)
    names: dict[int, str] = {}
    for line, row in enumerate(operators, start=2):
        operator = int(row["operator"]) if re.fullmatch("[0-9]{1,2}", row["operator"]) else 0
        if not 0 < operator < 32:
            raise BadPlan("operators.csv operator", f"line {line}", "must lie in 1..31")
        names[operator] = row["name"]
        for prefix in row["prefixes"].split():
            if not re.fullmatch("[0-9]{3}", prefix) or of_prefix[int(prefix)]:
                raise BadPlan("operators.csv prefixes", f"line {line}", f"{prefix} must be three digits, given once")
            of_prefix[int(prefix)] = operator
    return NumberPlan(build(patterns), of_prefix, names, f"phonenumbers {phonenumbers.__version__}")


def _world_patterns() -> Iterator[tuple[str, int]]:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, REGION_CODE_FOR_NON_GEO_ENTITY, PhoneMetadata

    yield HOME_CODE + r"7\d{9}", Kind.UNALLOCATED
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        yield f"{code}\\d{{1,14}}", Kind.IMPOSSIBLE
        for region in regions:
            if region == REGION_CODE_FOR_NON_GEO_ENTITY:
                data: Any = PhoneMetadata.metadata_for_nongeo_region(code)
                kinds = dict.fromkeys(_FOREIGN_TYPES, Kind.SPECIAL)
            else:
                data = PhoneMetadata.metadata_for_region(region)
                kinds = _HOME_TYPES if region == HOME_REGION else dict.fromkeys(_FOREIGN_TYPES, Kind.FOREIGN)
            for name, kind in kinds.items():
                description = getattr(data, name)
                if description is not None and description.national_number_pattern:
                    yield f"{code}(?:{description.national_number_pattern})", kind


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(resources.files(__package__).joinpath(name).read_text("utf-8").splitlines()))
