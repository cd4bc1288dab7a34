"""The slow, obvious engine: the whole history in a list, every rule worked out from it anew with exact fractions.

Bands and exits are those of the published facts and not of the catalogue under test. Where a deployment sets another
silence (003, 004) than theirs, that bound alone is replaced.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from tartip.engines.transfers.layout import MAX_AT
from tartip.engines.transfers.outcomes import NUMBERS
from tartip.engines.transfers.params import RuleParams
from tartip.engines.transfers.transfer import Transfer

FACTS = Path(__file__).parents[6] / "shared" / "data" / "antifraud" / "tazama_rules.json"


@cache
def facts() -> dict[str, Any]:
    """Rule number -> its facts. Raises FileNotFoundError where they are not on this machine."""
    return {rule["number"]: rule for rule in json.loads(FACTS.read_text("utf-8"))["rules"]}


class SlowRules:
    def __init__(self, params: RuleParams = RuleParams()) -> None:
        self.p = params
        self.facts = facts()
        self.known: list[Transfer] = []  # successful, in the order they came
        self.ids: dict[int, int] = {}  # id -> event time
        self.newest = -(10**18)

    def process(self, t: Transfer, now: int = MAX_AT) -> tuple[str, dict[str, str]]:
        answer = self.judge(t, now)
        if answer[0] == "JUDGED":
            self.ids[t.id] = t.at
            self.newest = max(self.newest, t.at)
            if t.succeeded:
                self.known.append(t)
        return answer

    def judge(self, t: Transfer, now: int = MAX_AT) -> tuple[str, dict[str, str]]:
        if t.id in self.ids and self.ids[t.id] >= self.newest - self.p.repeated_ms:
            return "DUPLICATE", {}
        if t.at > now + self.p.ahead_ms:
            return "AHEAD", {}
        if t.at < self.newest - self.p.lateness_ms:
            return "LATE", {}
        # sorted() is stable: of equal times the one that came first is the earlier
        self.past = sorted((one for one in self.known if one.at <= t.at), key=lambda one: one.at)
        self.t = t
        rules: dict[str, Callable[[], str]] = {number: getattr(self, f"r{number}") for number in NUMBERS}
        return "JUDGED", {number: self._answer(number, rule) for number, rule in rules.items()}

    def _answer(self, number: str, rule: Callable[[], str]) -> str:
        if not self.t.succeeded and ".x00" in [way_out["ref"] for way_out in self.facts[number]["exits"]]:
            return ".x00"
        return rule()

    def band(self, number: str, value: int | Fraction | None) -> str:
        if value is None:
            return ".x01"
        for band in self.facts[number]["bands"]:
            low, high = (self._bound(number, band[side]) for side in ("lower_inclusive", "upper_exclusive"))
            if (low is None or value >= low) and (high is None or value < high):
                return str(band["ref"])
        return ".err"

    def _bound(self, number: str, published: float | None) -> Fraction | None:
        if number in ("003", "004") and published is not None:
            return Fraction(self.p.dormant_ms)
        return None if published is None else Fraction(str(published))

    # What is known of an account, newest first.
    def paid(self, account: int, window: int | None = None) -> list[Transfer]:
        return self._list("debtor_account", account, window)

    def got(self, account: int, window: int | None = None) -> list[Transfer]:
        return self._list("creditor_account", account, window)

    def _list(self, field: str, account: int, window: int | None) -> list[Transfer]:
        found = [one for one in reversed(self.past) if getattr(one, field) == account]
        return [one for one in found if window is None or self.t.at - one.at <= window]

    def active(self, account: int) -> list[int]:
        return [one.at for one in self.past if account in (one.debtor_account, one.creditor_account)]

    @property
    def new(self) -> int:
        return 1 if self.t.succeeded else 0

    @property
    def d(self) -> int:
        return self.t.debtor_account

    @property
    def c(self) -> int:
        return self.t.creditor_account

    def alike(self, value: int, amount: int) -> bool:
        return abs(Fraction(value, amount) - 1) <= Fraction(self.p.tolerance_percent, 100)

    def r001(self) -> str:
        times = self.active(self.c)
        return self.band("001", self.t.at - min(times) if times else None)

    def r003(self) -> str:
        times = self.active(self.c)
        return self.band("003", self.t.at - max(times) if times else None)

    def r004(self) -> str:
        times = self.active(self.d)
        return self.band("004", self.t.at - max(times) if times else None)

    def r002(self) -> str:
        return self.band("002", len(self.got(self.d, self.p.convergence_ms)))

    def r016(self) -> str:
        return self.band("016", len(self.got(self.c, self.p.convergence_ms)) + self.new)

    def r017(self) -> str:
        return self.band("017", len(self.paid(self.d, self.p.divergence_ms)) + self.new)

    def r006(self) -> str:
        last = self.paid(self.d)[: self.p.recent - 1]
        return self.band("006", 1 + sum(self.alike(one.amount, self.t.amount) for one in last) if last else None)

    def r008(self) -> str:
        last = self.paid(self.d)[: self.p.recent - 1]
        return self.band("008", 1 + sum(one.creditor_account == self.c for one in last) if last else None)

    def r007(self) -> str:
        last = self.paid(self.d)[:1]
        if not last or not last[0].text or not self.t.text:
            return ".x01"
        return self.band("007", levenshtein(self.t.text, last[0].text))

    def deviation(self, number: str, history: list[int], value: int) -> str:
        if not history:
            return ".x01"
        n = len(history)
        mean = Fraction(sum(history), n)
        variance = sum((one - mean) ** 2 for one in history) / n
        if variance == 0:
            return ".x03" if value > mean else ".x04"
        bound = self.p.deviations
        reached = value > mean and (value - mean) ** 2 >= bound**2 * variance
        return self.band(number, bound if reached else bound - 1)

    def volume(self, number: str, times: list[int]) -> str:
        width = self.p.interval_ms
        now = self.t.at // width
        counts = Counter(at // width for at in times)
        if not counts:
            return ".x01"
        return self.deviation(number, [counts[k] for k in range(min(counts), now)], counts[now] + 1)

    def r010(self) -> str:
        return self.volume("010", [one.at for one in self.paid(self.d)])

    def r011(self) -> str:
        return self.volume("011", [one.at for one in self.got(self.c)])

    def r020(self) -> str:
        return self.deviation("020", [one.amount for one in self.got(self.c)], self.t.amount)

    def r048(self) -> str:
        return self.deviation("048", [one.amount for one in self.paid(self.d)], self.t.amount)

    def r018(self) -> str:
        amounts = [one.amount for one in self.paid(self.d, self.p.largest_ms)]
        return self.band("018", Fraction(self.t.amount, max(amounts)) if amounts else None)

    def r021(self) -> str:
        earlier = self.got(self.c, self.p.similar_ms)
        near = [one for one in earlier[: self.p.scan] if self.alike(one.amount, self.t.amount)]
        return self.band("021", 1 + len(near) if earlier else None)

    def mirror(self, number: str, amount: int, receipts: list[int], commission: int) -> str:
        """`receipts`: what came in inside the window, newest first."""
        if not receipts:
            return ".x01"
        tolerance = Fraction(self.p.tolerance_percent, 100)
        keep = 1 - Fraction(commission, 100)

        def passes(received: int) -> bool:
            expected = received * keep
            return abs(amount - expected) <= tolerance * expected

        receipts = receipts[: self.p.scan]
        if any(passes(one) for one in receipts):
            return self.band(number, 1)
        for steps in range(2, len(receipts) + 1):
            if passes(sum(receipts[:steps])):
                return self.band(number, steps)
        return ".x03"

    def by_payer(self, number: str, commission: int) -> str:
        return self.mirror(
            number, self.t.amount, [one.amount for one in self.got(self.d, self.p.mirror_ms)], commission
        )

    def by_receiver(self, number: str, commission: int) -> str:
        own = self.paid(self.c, self.p.mirror_ms)
        if not own:
            return ".x01"
        then = own[0].at
        receipts = [one.amount for one in self.got(self.c) if 0 <= then - one.at <= self.p.mirror_ms]
        return self.mirror(number, own[0].amount, receipts, commission)

    def r024(self) -> str:
        return self.by_receiver("024", 0)

    def r025(self) -> str:
        return self.by_payer("025", 0)

    def r026(self) -> str:
        return self.by_receiver("026", self.p.commission_percent)

    def r027(self) -> str:
        return self.by_payer("027", self.p.commission_percent)

    def r028(self) -> str:
        born = self.t.born
        day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=self.t.at, hours=5)).date()
        if born is None or born > day:
            return ".err"
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        return self.band("028", age)

    def r030(self) -> str:
        return self.band("030", sum(one.creditor_account == self.c for one in self.paid(self.d)) + self.new)

    def r044(self) -> str:
        return self.band("044", len(self.paid(self.d)) + self.new)

    def r045(self) -> str:
        return self.band("045", len(self.got(self.c)) + self.new)

    def benford(self, number: str, amounts: list[int]) -> str:
        amounts = [*amounts, self.t.amount]
        if len(amounts) < self.p.benford_minimum:
            return ".x01"
        counts = Counter(str(amount)[0] for amount in amounts)
        chi_square = 0.0
        for digit in range(1, 10):
            expected = len(amounts) * math.log10(1 + 1 / digit)
            chi_square += (counts[str(digit)] - expected) * (counts[str(digit)] - expected) / expected
        return self.band(number, Fraction(chi_square))

    def r054(self) -> str:
        return self.benford("054", [one.amount for one in self.paid(self.d)])

    def r063(self) -> str:
        return self.benford("063", [one.amount for one in self.got(self.c)])

    def r074(self) -> str:
        placed = [one for one in self.paid(self.d, self.p.speed_ms)[: self.p.scan] if one.lat is not None]
        if self.t.lat is None or not placed:
            return ".x01"
        way, time = metres(self.t, placed[0]), self.t.at - placed[0].at
        if way == 0:
            return self.band("074", 0)
        return self.band("074", Fraction(way * 3600, time) if time else 10**9)

    def r075(self) -> str:
        placed = [one for one in self.paid(self.d, self.p.nearby_ms)[: self.p.scan] if one.lat is not None]
        if self.t.lat is None or not placed:
            return ".x01"
        return self.band("075", sum(metres(self.t, one) <= self.p.radius_m for one in placed))

    def r076(self) -> str:
        last = self.paid(self.d)[:1]
        return self.band("076", self.t.at - last[0].at if last else None)

    def r078(self) -> str:
        return {"MP2B": ".01", "MP2P": ".02", "CASH": ".03"}.get(self.t.kind, ".00")

    def accounts(self, party: int, account: int) -> int:
        found = {one.debtor_account for one in self.past if one.debtor == party}
        return len(found | {one.creditor_account for one in self.past if one.creditor == party} | {account})

    def r083(self) -> str:
        return self.band("083", self.accounts(self.t.debtor, self.d))

    def r084(self) -> str:
        return self.band("084", self.accounts(self.t.creditor, self.c))

    def r090(self) -> str:
        fans = []
        for feed in self.got(self.d, self.p.upstream_ms)[: self.p.feeders]:
            spread = self.paid(feed.debtor_account, self.p.downstream_ms)[: self.p.fan]
            fans.append(sum(one.creditor_account != self.d for one in spread))
        return self.band("090", max(fans, default=0))

    def r091(self) -> str:
        return self.band("091", Fraction(self.t.amount, self.p.minor_per_unit))


def levenshtein(a: str, b: str) -> int:
    line = list(range(len(b) + 1))
    for row, one in enumerate(a, 1):
        above, line = line, [row]
        for column, other in enumerate(b, 1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (one != other)))
    return line[-1]


def metres(a: Transfer, b: Transfer) -> int:
    north = math.sin((b.lat - a.lat) * (math.pi / 180e6) / 2)
    east = math.sin((b.lon - a.lon) * (math.pi / 180e6) / 2)
    cosines = math.cos(a.lat * (math.pi / 180e6)) * math.cos(b.lat * (math.pi / 180e6))
    chord = north * north + cosines * east * east
    return int(2 * 6_371_008.8 * math.asin(min(1.0, math.sqrt(chord))) + 0.5)
