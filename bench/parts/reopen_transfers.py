"""Opens a log of transfers, asks once, and prints how many were read from the log and the answers."""

from __future__ import annotations

import json
import sys

from tartip.engines.transfers import Judgement, Transfer, TransferRules
from tartip.engines.transfers.layout import MAX_AT


def ask(rules: TransferRules) -> Judgement:
    """A payment between two accounts that are long known, a moment after the watermark."""
    at = (rules.watermark or 0) + 1
    return rules.judge(Transfer(-1, at, 100, debtor=1, debtor_account=1, creditor=2, creditor_account=2))[0]


if __name__ == "__main__":
    with TransferRules(sys.argv[1], clock=lambda: MAX_AT) as opened:
        print(json.dumps([opened.recovery.transfers, ask(opened).outcomes]))
