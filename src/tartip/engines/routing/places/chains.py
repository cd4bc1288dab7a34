"""Units attached to the states they reach next: linked chains, two entries (2 * slot + direction) a unit."""

from __future__ import annotations

import numpy as np

from tartip.engines.routing.graph.roads import Ints
from tartip.engines.routing.jit import Scalar, kernel


@kernel
def detach(chain: Ints, following: Ints, before: Ints, arc_end: Ints, unit_edge: Ints, slot: Scalar) -> None:
    """Take both entries of a unit out; its edge becomes -1."""
    edge = unit_edge[slot]
    if edge < 0:
        return
    for way in range(2):
        end = arc_end[2 * edge + way]
        if end < 0:
            continue
        entry = 2 * slot + way
        ahead, behind = following[entry], before[entry]
        if behind >= 0:
            following[behind] = ahead
        else:
            chain[end] = ahead
        if ahead >= 0:
            before[ahead] = behind
    unit_edge[slot] = -1


@kernel
def attach(
    chain: Ints, following: Ints, before: Ints, arc_end: Ints, unit_edge: Ints, unit_share: Ints, unit_extra: Ints,
    slots: Ints, edge: Ints, share: Ints, against: Ints, turn_around_ms: int,
) -> None:  # fmt: skip
    """Move each unit of `slots` to its new place; a row whose edge is -1 leaves its unit where it was."""
    for i in range(slots.shape[0]):
        if edge[i] < 0:
            continue
        slot = np.int64(slots[i])
        detach(chain, following, before, arc_end, unit_edge, slot)
        unit_edge[slot], unit_share[slot] = edge[i], share[i]
        for way in range(2):
            unit_extra[slot, way] = turn_around_ms if against[i] == way else 0
            end = arc_end[2 * edge[i] + way]
            if end < 0:
                continue
            entry = 2 * slot + way
            first = chain[end]
            following[entry], before[entry] = first, -1
            if first >= 0:
                before[first] = entry
            chain[end] = entry
