"""Transfers for the tests: every field has a plain default, times are milliseconds after one Tuesday midnight UTC."""

from __future__ import annotations

import itertools
from typing import Any

from tartip.engines.transfers import RuleParams, Transfer, TransferRules
from tartip.engines.transfers.layout import MAX_AT

START = 1_790_035_200_000  # 2026-09-22 00:00 UTC, 05:00 in Kazakhstan
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
QUARTER = 7_889_229_000
_ids = itertools.count(1)


def pay(at: int = 0, amount: int = 100, d: int = 1, c: int = 2, **changes: Any) -> Transfer:
    """Account `d` pays account `c`; the party of account 7 is 107."""
    fields: dict[str, Any] = {"id": next(_ids), "debtor": 100 + d, "creditor": 100 + c, **changes}
    return Transfer(at=START + at, amount=amount, debtor_account=d, creditor_account=c, **fields)


def far_rules(*path: Any, **settings: Any) -> TransferRules:
    """Rules whose clock stands at the end of all times that are taken: nothing made here lies in the future."""
    return TransferRules(*path, clock=lambda: MAX_AT, **settings)


def answers(*transfers: Transfer, params: RuleParams = RuleParams()) -> dict[str, str]:
    """What the rules say about the last of these transfers."""
    judgements = far_rules(params=params).process(transfers)
    return judgements[len(transfers) - 1].outcomes
