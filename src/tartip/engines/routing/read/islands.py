"""Leave out parts of a network that are cut off: a fenced car park, a footbridge tagged as a road."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput
from tartip.engines.routing.errors import EmptyNetwork
from tartip.engines.routing.graph.roads import CLOSED, Ints, Roads


def without_small_islands(roads: Roads, smallest: int) -> Roads:
    """Keep nodes from which and to which one can drive among at least `smallest` nodes (strongly connected parts).

    The largest part always stays. Adds to `notes` how many roads went. Raises BadInput for a negative size.
    """
    if smallest < 0:
        raise BadInput("smallest", "without_small_islands", f"{smallest} is negative")
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    is_open = roads.times != CLOSED
    tail, head = roads.arc_tail[is_open], roads.arc_head[is_open]
    if not len(tail):
        raise EmptyNetwork(roads.source or "The road network", "open roads")
    nodes = len(roads.lon_e7)
    graph = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(nodes, nodes))
    _, part = connected_components(graph, directed=True, connection="strong")
    size = np.bincount(part)
    stays = (size >= min(smallest, int(size.max())))[part]
    return kept(roads, stays[roads.tail] & stays[roads.head])


def kept(roads: Roads, stays: npt.NDArray[np.bool_]) -> Roads:
    """The network of the roads that stay, with nodes, bends and restrictions renumbered."""
    if bool(stays.all()):
        return roads
    new_edge = np.cumsum(stays) - 1
    nodes, ends = np.unique(np.concatenate((roads.tail[stays], roads.head[stays])), return_inverse=True)
    bends = np.diff(roads.shape_first)
    bend_stays = np.repeat(stays, bends)
    bans = tuple(
        tuple(int(2 * new_edge[arc >> 1] + (arc & 1)) for arc in ban)
        for ban in roads.bans
        if all(stays[arc >> 1] for arc in ban)
    )
    half = int(stays.sum())

    def of(values: Ints) -> Ints:
        return values[stays]

    return replace(
        roads,
        lon_e7=roads.lon_e7[nodes],
        lat_e7=roads.lat_e7[nodes],
        tail=ends[:half].astype(np.int32),
        head=ends[half:].astype(np.int32),
        ahead_ms=of(roads.ahead_ms),
        back_ms=of(roads.back_ms),
        length_dm=of(roads.length_dm),
        name=of(roads.name),
        kind=roads.kind[stays],
        shape_first=np.concatenate(([0], np.cumsum(bends[stays]))).astype(np.int32),
        shape_lon_e7=roads.shape_lon_e7[bend_stays],
        shape_lat_e7=roads.shape_lat_e7[bend_stays],
        bans=bans,
        notes=roads.notes | {"roads on islands left out": len(stays) - half},
    )
