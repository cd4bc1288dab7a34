"""In which order the states are contracted: nested dissection by inertial flow (RoutingKit through pyroutingkit)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tartip.engines.routing.graph.states import States


def contraction_order(states: States) -> npt.NDArray[np.int64]:
    """Rank of every state, int64 [states]: 0 is contracted first, the last separator last. Deterministic."""
    from pyroutingkit import CCHTopology

    topology = CCHTopology()
    topology.build(
        states.src.astype(np.uint32),
        states.dst.astype(np.uint32),
        (states.lat_e7 / 1e7).astype(np.float32),
        (states.lon_e7 / 1e7).astype(np.float32),
        len(states.node),
    )
    with tempfile.TemporaryDirectory() as folder:
        topology.save(folder)  # the binding shows the order nowhere else
        order = np.fromfile(Path(folder) / "order", np.uint32)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank
