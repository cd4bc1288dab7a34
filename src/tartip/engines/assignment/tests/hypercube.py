"""The hypercube queueing model (Larson, Computers & Operations Research 1, 1974), exact: all 2^N states.

Calls come by Poisson, service is exponential and does not depend on who serves; a call takes the first free unit in
its area's order of preference and waits, first come first served, if all are busy.
"""

from __future__ import annotations

import numpy as np


def workloads(rates, preference, clear_rate: float, waits: bool = True) -> np.ndarray:
    """Share of time each unit is busy. rates: (areas,) calls per time; preference: (areas, N) units, best first.

    State s: bit i set, unit i busy. Solves the balance equations of the loss system; with a queue the states below
    "all busy" keep their proportions, and the queue's states follow as p * r, p * r**2, … with r = rate / (N * clear).
    """
    preference = np.asarray(preference)
    units = preference.shape[1]
    full = 2**units - 1
    flow = np.zeros((full + 1, full + 1))
    for state in range(full + 1):
        for unit in range(units):
            if state >> unit & 1:
                flow[state, state ^ 1 << unit] += clear_rate
        for rate, order in zip(rates, preference, strict=True):
            free = [unit for unit in order if not state >> unit & 1]
            if free:
                flow[state, state | 1 << free[0]] += rate
    balance = (flow - np.diag(flow.sum(axis=1))).T
    balance[0] = 1
    share = np.linalg.solve(balance, np.eye(full + 1)[0])
    queued = 0.0
    if waits:
        ratio = sum(rates) / (units * clear_rate)
        queued = share[full] * ratio / (1 - ratio)
    busy = np.array([sum(share[s] for s in range(full + 1) if s >> unit & 1) for unit in range(units)])
    return (busy + queued) / (share.sum() + queued)
