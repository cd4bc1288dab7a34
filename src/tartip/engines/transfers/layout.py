"""How transfers and their history lie in memory: one record per transfer, one row per event and per account.

Each account has two lists of events, paid (side 0) and received (side 1), linked backwards in the order of event time;
a late event is linked where it belongs. Rows hold what rules ask for without a walk: counts, sums, squares, digits.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, cast

import numpy as np

MAX_AMOUNT: Final = 10**15  # minor units; ten trillion tenge
MIN_AT: Final = 0
EARLIEST: Final = 946_684_800_000  # year 2000; what is older is LATE: seconds taken for ms lie in 1970
MAX_AT: Final = 4_102_444_800_000  # year 2100
LONG_AGO: Final = -(2**62)  # the newest time before the first transfer
NOTHING: Final = -1  # no event, no account
UNKNOWN: Final = -(2**31)  # no place, no date of birth
MAX_TEXT: Final = 140  # characters of a description, the limit of ISO 20022

# One transfer as it enters the log and the compiled rules; 80 bytes.
TRANSFER: Final = np.dtype(
    [
        ("id", "<i8"),
        ("at", "<i8"),
        ("amount", "<i8"),
        ("debtor", "<i8"),
        ("debtor_account", "<i8"),
        ("creditor", "<i8"),
        ("creditor_account", "<i8"),
        ("text", "<i4"),  # 0 none; in the log the place in the frame's own list, from 1
        ("adult_from", "<i4"),  # days since 1970 from which the payer is of age; never the date of birth
        ("lat", "<i4"),  # microdegrees
        ("lon", "<i4"),
        ("spare", "<u4"),
        ("kind", "u1"),
        ("succeeded", "u1"),
        ("status", "u1"),
        ("spare1", "u1"),
    ]
)


class Status(IntEnum):
    """What became of a transfer that was handed in."""

    JUDGED = 0
    LATE = 1  # older than the watermark: not judged, not remembered
    DUPLICATE = 2  # its id was seen before
    AHEAD = 3  # dated further ahead of the clock than clocks differ: not judged, not remembered


class Kind(IntEnum):
    """Type code of the message (rule 078)."""

    OTHER = 0
    MP2B = 1
    MP2P = 2
    CASH = 3


# Columns of an event (int64 each). PAID and RECEIVED links follow each other, so that `PREVIOUS + side` works.
E_AT, E_AMOUNT, E_LAT, E_LON, E_DEBTOR, E_CREDITOR = range(6)
E_PREVIOUS: Final = 6  # + side: event before, NOTHING at the beginning
E_RANK: Final = 8  # + side: which payment of its interval, from 1
E_TEXT, E_GREATER = 10, 11  # E_GREATER: the last earlier payment of the debtor that was at least as large
EVENT_WIDTH: Final = 12

# Columns of an account: FIRST_AT, then a block for each side.
A_FIRST_AT: Final = 0
S_TAIL, S_COUNT, S_SUM_HIGH, S_SUM_LOW, S_SQUARES_HIGH, S_SQUARES_LOW, S_INTERVAL_SQUARES, S_FIRST_INTERVAL = range(8)
S_DIGITS: Final = 8  # nine counts of leading digits
SIDE_WIDTH: Final = 17
ACCOUNT_WIDTH: Final = 1 + 2 * SIDE_WIDTH
# Not plain numbers: the compiler would make a version of each function for each plain value.
PAID: Final = cast(int, np.int64(0))
RECEIVED: Final = cast(int, np.int64(1))

# Links of a party with its accounts: account, event time of the first payment seen, next link.
L_ACCOUNT, L_FIRST_AT, L_NEXT = range(3)

# Counters of the state.
C_EVENTS, C_ACCOUNTS, C_PARTIES, C_LINKS, C_PAIRS, C_IDS, C_NEWEST, C_LATE, C_DUPLICATES, C_AHEAD = range(10)
COUNTERS: Final = 10
