"""Columns of number texts to packed numbers, by the million: the rule of `numbers.pack` compiled over Arrow buffers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tartip.engines.errors import BadInput
from tartip.engines.screening.numbers import MALFORMED, WITHHELD, Nature, pack_or_malformed
from tartip.engines.screening.spelling import SEPARATORS

if TYPE_CHECKING:
    import pyarrow as pa

Int64s = NDArray[np.int64]
_SKIP = np.isin(np.arange(256), np.frombuffer(SEPARATORS.encode(), np.uint8))
MAX_KNOWN = 100_000  # spellings read one by one that are kept at a time
_MALFORMED, _WITHHELD = MALFORMED, WITHHELD
_OTHER = MALFORMED - 1  # no plain number: read one by one
_INTERNATIONAL, _UNKNOWN = int(Nature.INTERNATIONAL), int(Nature.UNKNOWN)
_NATIONAL, _ABROAD = int(Nature.NATIONAL), int(Nature.ABROAD)


def pack_column(
    texts: pa.Array | pa.ChunkedArray,
    nature: Nature | NDArray[np.uint8] = Nature.UNKNOWN,
    read: Callable[[str, Nature], int] = pack_or_malformed,
) -> Int64s:
    """Packed numbers (int64[n]) of an Arrow string column; null is withheld, garbage is MALFORMED.

    `nature` is that of all rows, or uint8[n]. What is more than digits and plain separators (URIs, words, marks) is
    read by `read`, each spelling once; it is `pack_called` for called numbers. Raises BadInput if it is not of text.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if isinstance(texts, pa.DictionaryArray):
        texts = texts.dictionary_decode()
    if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
        raise BadInput("number column", str(texts.type), "must be text")
    texts = pc.fill_null(texts.cast(pa.large_string()), "")
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int64, len(texts) + 1, texts.offset * 8)
    raw = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    natures = np.broadcast_to(np.asarray(nature, np.uint8), len(texts))
    out = np.asarray(_pack_all(raw, ends, np.ascontiguousarray(natures), _SKIP), np.int64)
    known: dict[tuple[str, int], int] = {}
    for row in np.flatnonzero(out == _OTHER).tolist():
        key = texts[row].as_py(), int(natures[row])
        if key not in known:
            if len(known) >= MAX_KNOWN:
                known.clear()
            known[key] = read(key[0], Nature(key[1]))
        out[row] = known[key]
    return out


@njit(cache=True)
def _pack_all(raw: NDArray[np.uint8], ends: Int64s, natures: NDArray[np.uint8], skip: NDArray[np.bool_]) -> Int64s:
    out = np.empty(ends.size - 1, np.int64)
    digits = np.empty(20, np.int64)
    for row in range(out.size):
        out[row] = _pack_one(raw, ends[row], ends[row + 1], natures[row], skip, digits)
    return out


@njit(cache=True)
def _pack_one(
    raw: NDArray[np.uint8], start: int, stop: int, nature: int, skip: NDArray[np.bool_], digits: Int64s
) -> int:
    size, plus = 0, False
    if stop - start > 2 and raw[stop - 1] == 48 and raw[stop - 2] == 46:
        return _OTHER  # ends in ".0": a number that a table took for a decimal one, perhaps
    for at in range(start, stop):
        byte = raw[at]
        if skip[byte]:
            continue
        if byte == 43 and size == 0 and not plus:
            plus = True
            continue
        if byte < 48 or byte > 57:
            return _OTHER
        if size == digits.size:
            return _OTHER  # too long for a number, or separators and marks hide what it is
        digits[size] = byte - 48
        size += 1
    if size == 0:
        return _OTHER if plus or stop - start > 0 else _WITHHELD
    if size <= 9:  # one of the spellings of an emergency number, perhaps
        return _OTHER
    kind, first = _INTERNATIONAL if plus else nature, 0
    if kind in (_UNKNOWN, _ABROAD):
        if size >= 13 and digits[0] == 8 and digits[1] == 1 and digits[2] == 0:
            kind, first = _INTERNATIONAL, 3
        elif size >= 10 and digits[0] == 0 and digits[1] == 0:
            kind, first = _INTERNATIONAL, 2
        elif kind == _ABROAD:
            at_home = (size == 11 and digits[0] == 8 and digits[1] == 7) or (size == 10 and digits[0] == 7)
            kind = _NATIONAL if at_home else _INTERNATIONAL
        elif size > 10 and (size != 11 or digits[0] != 8):
            kind = _INTERNATIONAL
    number = _joined(digits, first, size)
    if kind == _INTERNATIONAL or number == _MALFORMED:
        return number
    if size == 11 and digits[0] == 8:
        return number - 10_000_000_000  # 8 701 … is +7 701 …
    return 70_000_000_000 + number if size == 10 else _MALFORMED


@njit(cache=True)
def _joined(digits: Int64s, first: int, stop: int) -> int:
    if stop - first > 15 or digits[first] == 0:
        return _MALFORMED
    value = 0
    for at in range(first, stop):
        value = value * 10 + digits[at]
    return value
