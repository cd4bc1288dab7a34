"""Who may be sent: a set of unit ids that any index can turn into a mask over its slots of the moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput

Mask = npt.NDArray[np.bool_]


class Chosen(NamedTuple):
    """mask: bool [slots]; size: how many are chosen. Holds for the index and the membership it was made for."""

    mask: Mask
    size: int
    owner: object = None
    membership: int = -1


class Eligible:
    """Unit ids, reusable. It names units, not slots: who leaves drops out, who comes back (or comes later) is in again,
    and whoever gets the slot of one who left is not."""

    __slots__ = ("_chosen", "unit_ids")

    def __init__(self, unit_ids: Iterable[Any]) -> None:
        self.unit_ids = as_ids(unit_ids)
        self._chosen = Chosen(np.zeros(0, np.bool_), 0)

    def chosen(self, owner: object, membership: int, slot_of: Mapping[Any, int], slots: int) -> Chosen:
        """The mask over the slots of now. `membership` is another number after every coming and going."""
        made = self._chosen
        if made.owner is not owner or made.membership != membership:
            mask = np.zeros(slots, np.bool_)
            found = [slot for slot in map(slot_of.get, self.unit_ids) if slot is not None]
            mask[found] = True
            made = self._chosen = Chosen(mask, len(found), owner, membership)
        return made


def as_ids(unit_ids: Iterable[Any]) -> frozenset[Any]:
    """Raises BadInput for what is no collection of unit ids: a text is not, nor an array of truth values."""
    rule = "unit ids, or what `mask` gave"
    if isinstance(unit_ids, str | bytes) or (isinstance(unit_ids, np.ndarray) and unit_ids.dtype == np.bool_):
        raise BadInput("eligible", "nearest", rule)
    try:
        return frozenset(unit_ids.tolist() if isinstance(unit_ids, np.ndarray) else unit_ids)
    except TypeError as error:
        raise BadInput("eligible", "nearest", f"{rule}: {error}") from error


def check_id(unit_id: Any, where: object) -> Any:
    """Raises BadInput for what cannot name a unit: None, what has no hash, what is not equal to itself (NaN)."""
    try:
        hash(unit_id)
        right = unit_id is not None and bool(unit_id == unit_id)
    except (TypeError, ValueError):
        right = False
    if not right:
        raise BadInput("unit_id", where, f"{unit_id!r} cannot name a unit")
    return unit_id
