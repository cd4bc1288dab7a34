"""What routing raises: each error names what is wrong and where."""

from __future__ import annotations

from tartip.engines.errors import BadInput, EngineError


class RoutingError(EngineError):
    """Base of the routing errors."""

    code = "routing.error"


class EmptyNetwork(RoutingError):
    """Nothing to route on: no nodes, no roads, or no road open to this kind of vehicle."""

    code = "routing.empty_network"
    text = "%(source)s holds no %(missing)s."

    def __init__(self, source: object, missing: str) -> None:
        super().__init__(source=str(source), missing=missing)


class UnknownNode(RoutingError):
    """A road names a node that is not in the node list (a dangling road)."""

    code = "routing.unknown_node"
    text = "%(where)s names node %(node)s, which does not exist."

    def __init__(self, node: object, where: object) -> None:
        super().__init__(node=node, where=where)


class BadWeight(BadInput):
    """A travel time or length that is zero, negative or too large."""

    code = "routing.bad_weight"


class BadFile(RoutingError):
    """A file that is cut off, damaged or of another kind."""

    code = "routing.bad_file"
    text = "%(path)s, %(where)s: %(rule)s"

    def __init__(self, path: object, where: object, rule: str) -> None:
        super().__init__(path=str(path), where=where, rule=rule)


class OffNetwork(RoutingError):
    """A place too far from every road."""

    code = "routing.off_network"
    text = "No road within %(within_m)s m of longitude %(lon)s, latitude %(lat)s."

    def __init__(self, lon: float, lat: float, within_m: float) -> None:
        super().__init__(lon=lon, lat=lat, within_m=round(within_m))


class SwappedPlace(OffNetwork):
    """A place without a road that has one if its two numbers are exchanged."""

    code = "routing.swapped_place"
    text = "No road near longitude %(lon)s, latitude %(lat)s. Exchange the two: longitude comes first."


class Unreachable(RoutingError):
    """No permitted way leads from one place to the other."""

    code = "routing.unreachable"
    text = "No permitted way leads from %(origin)s to %(target)s."

    def __init__(self, origin: object, target: object) -> None:
        super().__init__(origin=origin, target=target)


class UnknownUnit(RoutingError):
    """A unit that was never placed, or was removed."""

    code = "routing.unknown_unit"
    text = "Unit %(unit_id)s has no place in the index."
    http_status = 404

    def __init__(self, unit_id: object) -> None:
        super().__init__(unit_id=unit_id)
