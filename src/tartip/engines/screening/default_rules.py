"""The rules Tártip starts with. A deployment edits a copy of them; every change is a new version of the tables.

Order is law: calls for help first, then what people decided by hand, then the deterministic checks of a number that
cannot be where it claims to be, then counters. When a check lacks its data the call rings (fail open).
"""

from __future__ import annotations

from typing import Final

from tartip.engines.screening.facets import Called, Diverted, Ingress, Listed, Owner, Roaming
from tartip.engines.screening.plan import Kind
from tartip.engines.screening.rules import Action, Rule, rule

ABROAD = Ingress.INTERNATIONAL
HOME = (Kind.HOME_FIXED, Kind.HOME_MOBILE)

DEFAULT_RULES: Final[tuple[Rule, ...]] = (
    rule("emergency", Action.PASS, called=Called.EMERGENCY),
    rule("allowed", Action.PASS, listed=Listed.ALLOWED),
    rule("denied", Action.BLOCK, listed=Listed.DENIED),
    rule("never-calls", Action.BLOCK, listed=Listed.NEVER_CALLS),
    rule("unknown-trunk", Action.UNKNOWN, ingress=Ingress.UNKNOWN),
    rule("malformed", Action.UNKNOWN, caller=Kind.MALFORMED),
    rule("no-such-plan", Action.UNKNOWN, caller=Kind.NO_PLAN),
    rule("unallocated", Action.BLOCK, caller=(Kind.UNALLOCATED, Kind.RESERVED)),
    rule("impossible-abroad", Action.WARN, caller=Kind.IMPOSSIBLE, ingress=ABROAD),
    rule("impossible", Action.UNKNOWN, caller=Kind.IMPOSSIBLE),
    rule("short-code-abroad", Action.BLOCK, ingress=ABROAD, caller=Kind.SHORT),
    rule("inland-only-abroad", Action.BLOCK, ingress=ABROAD, caller=Kind.INLAND_ONLY),
    rule("forwarded-by-roamer", Action.PASS, ingress=ABROAD, caller=HOME, diverted=Diverted.BY_ROAMER),
    rule("roamer", Action.PASS, ingress=ABROAD, caller=Kind.HOME_MOBILE, roaming=Roaming.YES),
    rule("roaming-unknown", Action.WARN, ingress=ABROAD, caller=Kind.HOME_MOBILE, roaming=Roaming.UNKNOWN),
    rule("home-mobile-not-abroad", Action.BLOCK, ingress=ABROAD, caller=Kind.HOME_MOBILE),
    rule("home-fixed-abroad", Action.BLOCK, ingress=ABROAD, caller=Kind.HOME_FIXED),
    rule("flood-abroad", Action.BLOCK, ingress=ABROAD, per_minute=(100, None)),
    rule("wrong-operator", Action.WARN, ingress=Ingress.NATIONAL, caller=Kind.HOME_MOBILE, owner=Owner.OTHER),
    rule("burst", Action.WARN, per_minute=(30, None)),
    rule("many-an-hour", Action.WARN, per_minute=(0, 30), per_hour=(300, None)),
    rule("clear", Action.PASS),
)
