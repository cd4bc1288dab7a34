"""The slow, obvious screen: phonenumbers, sets, lists of times, rules read from top to bottom for every call."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from importlib import resources

import phonenumbers
from phonenumbers import PhoneNumberType

from tartip.engines.screening import (
    WITHHELD,
    Called,
    Diverted,
    Ingress,
    Kind,
    Listed,
    Listing,
    Lists,
    Owner,
    Roaming,
    Rule,
    Trunk,
)

FILES = resources.files("tartip.engines.screening")
EXCEPTIONS = list(csv.DictReader(FILES.joinpath("exceptions.csv").read_text("utf-8").splitlines()))
OPERATORS = list(csv.DictReader(FILES.joinpath("operators.csv").read_text("utf-8").splitlines()))
PREFIX_OPERATOR = {prefix: int(row["operator"]) for row in OPERATORS for prefix in row["prefixes"].split()}
SERVICES = {PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.PERSONAL_NUMBER}


def kind(number: int) -> Kind:
    if number == WITHHELD:
        return Kind.WITHHELD
    if -100_000 < number < 0:
        return Kind.SHORT
    if number < 0 or number >= 10**15:
        return Kind.MALFORMED
    digits = str(number)
    for row in EXCEPTIONS:
        if re.fullmatch(row["pattern"], digits):
            return Kind[row["kind"]]
    for size in (1, 2, 3):
        code, rest = int(digits[:size]), digits[size:]
        if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return _in_country(code, rest) if rest else Kind.NO_PLAN
    return Kind.NO_PLAN


def _in_country(code: int, rest: str) -> Kind:
    zeros = len(rest) - len(rest.lstrip("0"))
    if zeros == len(rest):
        return Kind.IMPOSSIBLE
    parsed = phonenumbers.PhoneNumber(
        country_code=code,
        national_number=int(rest),
        italian_leading_zero=zeros > 0 or None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )
    if not phonenumbers.is_valid_number(parsed):
        return Kind.UNALLOCATED if code == 7 and re.fullmatch(r"7\d{9}", rest) else Kind.IMPOSSIBLE
    if phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code] == ("001",):
        return Kind.SPECIAL
    if code != 7 or not phonenumbers.is_valid_number_for_region(parsed, "KZ"):
        if code == 7 and phonenumbers.number_type(parsed) in SERVICES and rest.startswith("80"):
            pattern = phonenumbers.PhoneMetadata.metadata_for_region("KZ")
            shared = (pattern.toll_free, pattern.premium_rate, pattern.personal_number)
            if any(re.fullmatch(one.national_number_pattern, rest) for one in shared):
                return Kind.SHARED
        return Kind.FOREIGN
    return {
        PhoneNumberType.FIXED_LINE: Kind.HOME_FIXED,
        PhoneNumberType.MOBILE: Kind.HOME_MOBILE,
        PhoneNumberType.VOIP: Kind.INLAND_ONLY,
    }.get(phonenumbers.number_type(parsed), Kind.SHARED)


class SlowScreen:
    def __init__(self, lists: Lists, trunks: Mapping[int, Trunk], rules: Sequence[Rule], stale_after_ms: int) -> None:
        self.lists, self.trunks, self.rules, self.stale = lists, trunks, rules, stale_after_ms
        self.calls: dict[int, list[int]] = {}

    def decide(self, caller: int, called: int, trunk: int, at: int, diverted_by: int = 0) -> str:
        facets, minute, hour = self.look(caller, called, trunk, at, diverted_by)
        for rule in self.rules:
            fits = all(facets[name] in values for name, values in rule.when.items())
            if fits and _inside(minute, rule.per_minute) and _inside(hour, rule.per_hour):
                return rule.name
        raise AssertionError("no rule fits")

    def look(
        self, caller: int, called: int, trunk: int, at: int, diverted_by: int
    ) -> tuple[dict[str, IntEnum], int, int]:
        entry = self.trunks.get(trunk, Trunk(Ingress.UNKNOWN))
        what = kind(caller)
        listed, roaming, owner = Listed.NO, Roaming.NO, Owner.UNKNOWN
        minute = hour = 0
        target = _called(called)
        if 0 < caller < 10**15:
            listed = self._listed(caller, at)
            if what is Kind.HOME_MOBILE:
                operator = self._operator(caller)
                roaming = self._roaming(caller, operator, at)
                if operator and entry.operator:
                    owner = Owner.SAME if operator == entry.operator else Owner.OTHER
            if target is not Called.EMERGENCY:
                minute, hour = self._count(caller, at)
        diverted = Diverted.NO
        if diverted_by:
            diverted = Diverted.BY_ROAMER if self._is_roamer(diverted_by) else Diverted.BY_OTHER
        facets: dict[str, IntEnum] = {
            "ingress": entry.ingress,
            "called": target,
            "caller": what,
            "listed": listed,
            "roaming": roaming,
            "diverted": diverted,
            "owner": owner,
        }
        return facets, minute, hour

    def _listed(self, caller: int, at: int) -> Listed:
        if _on(self.lists.allowed, caller, at):
            return Listed.ALLOWED
        if _on(self.lists.denied, caller, at):
            return Listed.DENIED
        return Listed.NEVER_CALLS if _on(self.lists.never_calls, caller, at) else Listed.NO

    def _operator(self, caller: int) -> int:
        for number, operator in zip(self.lists.ported.numbers, self.lists.ported.operators, strict=True):
            if number == caller:
                return int(operator)
        return PREFIX_OPERATOR.get(str(caller)[1:4], 0)

    def _is_roamer(self, number: int) -> bool:
        return any(number in register.numbers for register in self.lists.roamers.values())

    def _roaming(self, caller: int, operator: int, at: int) -> Roaming:
        if self._is_roamer(caller):
            return Roaming.YES
        register = self.lists.roamers.get(operator)
        return Roaming.NO if register and at - register.as_of <= self.stale else Roaming.UNKNOWN

    def _count(self, caller: int, at: int) -> tuple[int, int]:
        times = self.calls.setdefault(caller, [])
        newest = max([*times, at])
        totals = []
        for width, buckets in ((10_000, 6), (900_000, 4)):
            oldest_bucket = newest // width - buckets + 1
            counted = [t for t in times if t // width >= oldest_bucket and t // width <= at // width]
            totals.append(len(counted) + (at // width >= oldest_bucket))
        times.append(at)
        return totals[0], totals[1]


def _on(listing: Listing, number: int, at: int) -> bool:
    for row, listed in enumerate(listing.numbers):
        if listed == number:
            return listing.until is None or at < listing.until[row]
    return False


def _called(number: int) -> Called:
    if abs(number) in (101, 102, 103, 104, 112, 911) or re.fullmatch("77[0-9]{2}(10[1-4]|112|911)", str(number)):
        return Called.EMERGENCY
    if -100_000 < number < 0:
        return Called.SHORT
    if number <= 0 or number >= 10**15:
        return Called.UNCLEAR
    return Called.HOME if re.fullmatch(r"7[067]\d{9}", str(number)) else Called.FOREIGN


def _inside(count: int, band: tuple[int, int | None]) -> bool:
    return count >= band[0] and (band[1] is None or count < band[1])
