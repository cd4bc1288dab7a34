"""Mend the points of ways before roads are cut from them: nodes named twice running, two nodes at one place."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tartip.engines.routing.read.osm import Extract

Longs = npt.NDArray[np.int64]


def mend_points(extract: Extract) -> None:
    """Change the extract in place: neighbours in a way at one place become one node, repeats and empty ways go.

    A node that stops a car stays for itself. Ends of ways at one place without a common node stay apart, as on the
    map, and are counted.
    """
    node = np.array(extract.node, np.int64)
    lon, lat = np.array(extract.lon_e7, np.int32), np.array(extract.lat_e7, np.int32)
    sizes = np.diff([way.first for way in extract.ways] + [len(node)])
    way = np.repeat(np.arange(len(sizes)), sizes)
    running = way[1:] == way[:-1]
    one_place = running & (lon[1:] == lon[:-1]) & (lat[1:] == lat[:-1]) & (node[1:] != node[:-1])
    stops = np.fromiter(extract.blocked, np.int64, len(extract.blocked))
    one_place &= ~np.isin(node[1:], stops) & ~np.isin(node[:-1], stops)
    if one_place.any():
        node = merge(extract, node, np.flatnonzero(one_place))
        extract.add_note("neighbouring nodes of a way at one place, taken as one", int(one_place.sum()))
    repeated = np.append(False, running & (node[1:] == node[:-1])) if len(node) else np.zeros(0, bool)
    extract.add_note("nodes named twice running by one way", int(repeated.sum() - one_place.sum()))
    left = np.bincount(way[~repeated], minlength=len(sizes))
    keep = ~repeated & (left >= 2)[way]
    extract.add_note("ways with one point or a changing direction", int((left < 2).sum()))
    extract.ways = [way for way, size in zip(extract.ways, left.tolist(), strict=True) if size >= 2]
    first = np.append(0, np.cumsum(left[left >= 2]))
    for kept, begin in zip(extract.ways, first.tolist(), strict=False):
        kept.first = begin
    extract.node, extract.lon_e7, extract.lat_e7 = array("q", node[keep]), array("i", lon[keep]), array("i", lat[keep])
    if len(extract.ways):
        ends = np.concatenate((first[:-1], first[1:] - 1))
        apart = np.unique(np.column_stack((lon[keep][ends], lat[keep][ends], node[keep][ends])), axis=0)
        beside = (apart[1:, :2] == apart[:-1, :2]).all(axis=1)
        extract.add_note("ends of ways at one place without a common node", int(beside.sum()))


def merge(extract: Extract, node: Longs, rows: Longs) -> Longs:
    """Give every node of a group at one place the number of one of them, in restrictions and lights as well."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    numbers, ends = np.unique(np.concatenate((node[rows], node[rows + 1])), return_inverse=True)
    half = len(rows)
    graph = coo_array((np.ones(half, np.int8), (ends[:half], ends[half:])), shape=(len(numbers), len(numbers)))
    _, group = connected_components(graph, directed=False)
    one = np.zeros(int(group.max()) + 1, np.int64)
    one[group[::-1]] = numbers[::-1]  # the lowest number of the group is written last
    alias = dict(zip(numbers.tolist(), one[group].tolist(), strict=True))
    extract.signals = {alias.get(number, number) for number in extract.signals}
    for turn in extract.turns:
        turn.via_node = alias.get(turn.via_node, turn.via_node)
    here = np.isin(node, numbers)
    changed = node.copy()
    changed[here] = one[group][np.searchsorted(numbers, node[here])]
    return changed
