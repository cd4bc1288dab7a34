"""Call screening: one call to a verdict with its reason in microseconds, batches by the million.

>>> from tartip.engines.screening import Lists, Screen, Trunk, Ingress, build_tables
>>> screen = Screen(build_tables(Lists(), {1: Trunk(Ingress.INTERNATIONAL)}))
>>> screen.decide("+77172123456", "+77011234567", trunk=1, at=1_700_000_000_000).rule
'home-fixed-abroad'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.screening.columns import pack_column
    from tartip.engines.screening.default_rules import DEFAULT_RULES
    from tartip.engines.screening.facets import Called, Diverted, Ingress, Listed, Owner, Roaming
    from tartip.engines.screening.lint import Finding, lint_rules
    from tartip.engines.screening.lists import Listing, Lists, Ported, Register, Trunk
    from tartip.engines.screening.numbers import MALFORMED, WITHHELD, BadNumber, Nature, mask, pack, show
    from tartip.engines.screening.plan import Kind, NumberPlan, build_plan, default_plan
    from tartip.engines.screening.rules import Action, BadRule, Policy, Rule, compile_rules, read_rules, rule
    from tartip.engines.screening.screen import Screen, Verdict, Verdicts
    from tartip.engines.screening.store import load_tables, save_tables
    from tartip.engines.screening.tables import BadTables, Tables, build_tables
    from tartip.engines.screening.windows import CallWindows

_HOMES = {
    "columns": ("pack_column",),
    "default_rules": ("DEFAULT_RULES",),
    "facets": ("Called", "Diverted", "Ingress", "Listed", "Owner", "Roaming"),
    "lint": ("Finding", "lint_rules"),
    "lists": ("Listing", "Lists", "Ported", "Register", "Trunk"),
    "numbers": ("MALFORMED", "WITHHELD", "BadNumber", "Nature", "mask", "pack", "show"),
    "plan": ("Kind", "NumberPlan", "build_plan", "default_plan"),
    "rules": ("Action", "BadRule", "Policy", "Rule", "compile_rules", "read_rules", "rule"),
    "screen": ("Screen", "Verdict", "Verdicts"),
    "store": ("load_tables", "save_tables"),
    "tables": ("BadTables", "Tables", "build_tables"),
    "windows": ("CallWindows",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
__all__ = [
    "DEFAULT_RULES",
    "MALFORMED",
    "WITHHELD",
    "Action",
    "BadNumber",
    "BadRule",
    "BadTables",
    "CallWindows",
    "Called",
    "Diverted",
    "Finding",
    "Ingress",
    "Kind",
    "Listed",
    "Listing",
    "Lists",
    "Nature",
    "NumberPlan",
    "Owner",
    "Policy",
    "Ported",
    "Register",
    "Roaming",
    "Rule",
    "Screen",
    "Tables",
    "Trunk",
    "Verdict",
    "Verdicts",
    "build_plan",
    "build_tables",
    "compile_rules",
    "default_plan",
    "lint_rules",
    "load_tables",
    "mask",
    "pack",
    "pack_column",
    "read_rules",
    "rule",
    "save_tables",
    "show",
]


def __getattr__(name: str) -> Any:
    """Public names load their module on first use: an import of the package stays light."""
    import importlib

    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)
