"""OR-Tools' answer to one district, in a process of its own: ortools and highspy cannot share one.

Input: an .npz with travel, prize, dwell, location, begins, ends, length; the seconds. Prints the prize collected.
"""

from __future__ import annotations

import sys

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2


def main(file: str, seconds: int) -> int:
    data = np.load(file)
    location, prize, travel = data["location"].tolist(), data["prize"].tolist(), data["travel"]
    stay = np.zeros(len(travel), dtype=np.int64)
    stay[data["location"]] = data["dwell"]
    cost = (travel + stay[:, None]).tolist()
    crews = len(data["begins"])
    manager = pywrapcp.RoutingIndexManager(len(travel), crews, data["begins"].tolist(), data["ends"].tolist())
    routing = pywrapcp.RoutingModel(manager)
    step = routing.RegisterTransitMatrix(cost)  # read in C++; a callback into Python would be many times slower
    routing.SetArcCostEvaluatorOfAllVehicles(step)
    routing.AddDimension(step, 0, int(data["length"]), True, "time")
    for node, weight in zip(location, prize, strict=True):
        routing.AddDisjunction([manager.NodeToIndex(node)], weight * 20_000)
    ends = set(data["begins"].tolist()) | set(data["ends"].tolist())
    for node in set(range(len(travel))) - set(location) - ends:
        routing.AddDisjunction([manager.NodeToIndex(node)], 0)
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.time_limit.seconds = seconds
    answer = routing.SolveWithParameters(search)
    if answer is None:
        return 0
    nodes = [manager.NodeToIndex(node) for node in location]
    return sum(w for i, w in zip(nodes, prize, strict=True) if answer.Value(routing.NextVar(i)) != i)


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2])))
