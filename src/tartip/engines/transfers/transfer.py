"""A transfer as it is handed in, and its way into records: checked, descriptions interned, nothing half-taken.

Accounts and parties are int64 keys chosen by the caller (a register's number, or `key_of` where names must not be
stored). The date of birth is used to find the day of coming of age and is then dropped.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tartip.engines.errors import BadInput
from tartip.engines.transfers.layout import MAX_AMOUNT, MAX_AT, MAX_TEXT, MIN_AT, TRANSFER, UNKNOWN, Kind

DAY_MS: Final = 86_400_000
LOCAL_MS: Final = 18_000_000
KEYS: Final = ("id", "debtor", "debtor_account", "creditor", "creditor_account")


class BadTransfer(BadInput):
    """A transfer, or a column of transfers, that cannot be right."""

    code = "transfers.bad_transfer"


class AmountOutOfRange(BadTransfer):
    """An amount that is not positive, or so large that sums could overflow."""

    code = "transfers.amount_out_of_range"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment. `amount` in minor units (tiyn), `at` in ms (UTC), `lat`/`lon` in microdegrees.

    `succeeded`: the payment is made, or about to be made and judged as if it were; False: it was refused.
    """

    id: int
    at: int
    amount: int
    debtor: int
    debtor_account: int
    creditor: int
    creditor_account: int
    text: str = ""
    kind: str = "OTHER"
    lat: int | None = None
    lon: int | None = None
    born: date | None = None
    succeeded: bool = True


def key_of(name: str, secret: bytes) -> int:
    """A key for an account or party that cannot be turned back without the secret (keyed BLAKE2b, 63 bits).

    secret: 16 to 64 random bytes. Account numbers are few, so whoever has the secret, or guesses a short one, finds
    the account by trying all of them. Raises BadInput for another secret, or a name that is no text.
    """
    if not isinstance(secret, bytes) or not 16 <= len(secret) <= 64:
        raise BadInput("secret", type(secret).__name__, "must be 16 to 64 bytes")
    if not isinstance(name, str):
        raise BadInput("name", type(name).__name__, "must be text")
    return int.from_bytes(hashlib.blake2b(name.encode(), key=secret, digest_size=8).digest(), "little") >> 1


def record_of(transfer: Transfer, text: int, age: int = 18) -> NDArray[np.void]:
    """One TRANSFER record in an array of one; raises BadTransfer or AmountOutOfRange."""
    whole = {name: getattr(transfer, name) for name in (*KEYS, "at", "amount")}
    for name, value in whole.items():
        if type(value) is not int or not -(2**63) <= value < 2**63:
            raise (AmountOutOfRange if name == "amount" else BadTransfer)(name, repr(value), "must be a 64-bit integer")
    check("amount", transfer.amount, transfer.id, 1, MAX_AMOUNT)
    check("at", transfer.at, transfer.id, MIN_AT, MAX_AT)
    if type(transfer.kind) is not str or transfer.kind not in Kind.__members__:
        raise BadTransfer("kind", transfer.id, f"must be one of {', '.join(Kind.__members__)}")
    if type(transfer.succeeded) is not bool:
        raise BadTransfer("succeeded", transfer.id, "must be true or false")
    lat, lon = UNKNOWN, UNKNOWN
    if transfer.lat is not None or transfer.lon is not None:
        lat, lon = _degree("lat", transfer.lat, transfer.id, 90), _degree("lon", transfer.lon, transfer.id, 180)
    record = np.zeros(1, TRANSFER)
    record[0] = (
        transfer.id, transfer.at, transfer.amount, transfer.debtor, transfer.debtor_account, transfer.creditor,
        transfer.creditor_account, text, adult_from(transfer.born, transfer.at, age), lat, lon, 0,
        Kind[transfer.kind], transfer.succeeded, 0, 0,
    )  # fmt: skip
    return record


def _degree(name: str, value: Any, where: int, most: int) -> int:
    if type(value) is not int or abs(value) > most * 1_000_000:
        raise BadTransfer(name, where, f"must be whole microdegrees within {most}, given with its sister")
    return value


def check(name: str, value: int, where: object, low: int, high: int) -> None:
    if not low <= value <= high:
        kind = AmountOutOfRange if name == "amount" else BadTransfer
        raise kind(name, where, f"must lie in {low:,}..{high:,}")


def check_text(text: Any, where: object) -> str:
    """A description as it may be stored."""
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise BadTransfer("text", where, f"must be text of at most {MAX_TEXT} characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadTransfer("text", where, "has half a character (a lone surrogate)") from error
    return text


def adult_from(born: date | None, at: int, age: int = 18) -> int:
    """Days since 1970 of the birthday `age`; UNKNOWN without a date of birth or with one after the transfer's day."""
    if born is None:
        return UNKNOWN
    if type(born) is not date:
        raise BadTransfer("born", repr(born), "must be a date")
    epoch = date(1970, 1, 1).toordinal()
    if born.toordinal() - epoch > (at + LOCAL_MS) // DAY_MS:
        return UNKNOWN
    try:
        birthday = born.replace(year=born.year + age)
    except ValueError:  # born on 29 February: of age on 1 March
        birthday = date(born.year + age, 3, 1)
    return birthday.toordinal() - epoch
