"""What the assignment refuses to answer rather than answer wrongly."""

from __future__ import annotations

from tartip.engines.errors import EngineError


class TooLarge(EngineError):
    """The weights of one priority would leave the whole numbers that a float64 holds exactly (see optimal.py)."""

    code = "assignment.too_large"
    text = (
        "priority %(priority)s: %(seats)s seats among %(all)s with costs up to %(longest)s pass the exact bound 2**52"
    )


class TooMany(EngineError):
    """More seats and units compete at once than memory should hold: split the incidents by district."""

    code = "assignment.too_many"
    text = "%(seats)s seats among %(units)s units are too many to match at once"


class ListsTooShort(EngineError):
    """An incident's best unit may lie outside its list, and there is no way to ask for a longer one."""

    code = "assignment.lists_too_short"
    text = (
        "incident %(incident)s: its list of %(length)s units does not prove the optimum; give a longer one or `wider`"
    )
