"""Transfer rules: 33 answers and a score for one payment before it leaves, with a memory that survives a crash.

>>> from tartip.engines.rules import Transfer, TransferRules
>>> rules = TransferRules()
>>> paid = rules.process(Transfer(1, at=1_790_000_000_000, amount=5_000_00, debtor=1, debtor_account=11, creditor=2,
...                               creditor_account=22))
>>> paid[0].outcomes["030"], paid[0].advice.name       # the first payment to this account
('.01', 'PASS')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.rules.catalogue import Band, RuleCard
    from tartip.engines.rules.engine import EngineClosed, Judgement, Judgements, Reason, Recovery, TransferRules
    from tartip.engines.rules.layout import MAX_AMOUNT, Status
    from tartip.engines.rules.lint import Finding, lint_cards, lint_typology
    from tartip.engines.rules.log import BrokenLog, LogFailed, LogInUse, SyncPolicy
    from tartip.engines.rules.outcomes import NUMBERS, Outcome
    from tartip.engines.rules.params import RuleParams
    from tartip.engines.rules.transfer import AmountOutOfRange, BadTransfer, Transfer, key_of
    from tartip.engines.rules.typology import COMPLETE, Advice, BadTypology, Typology

_HOMES = {
    "catalogue": ("Band", "RuleCard"),
    "engine": ("EngineClosed", "Judgement", "Judgements", "Reason", "Recovery", "TransferRules"),
    "layout": ("MAX_AMOUNT", "Status"),
    "lint": ("Finding", "lint_cards", "lint_typology"),
    "log": ("BrokenLog", "LogFailed", "LogInUse", "SyncPolicy"),
    "outcomes": ("NUMBERS", "Outcome"),
    "params": ("RuleParams",),
    "transfer": ("AmountOutOfRange", "BadTransfer", "Transfer", "key_of"),
    "typology": ("COMPLETE", "Advice", "BadTypology", "Typology"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
__all__ = [
    "COMPLETE",
    "MAX_AMOUNT",
    "NUMBERS",
    "Advice",
    "AmountOutOfRange",
    "BadTransfer",
    "BadTypology",
    "Band",
    "BrokenLog",
    "EngineClosed",
    "Finding",
    "Judgement",
    "Judgements",
    "LogFailed",
    "LogInUse",
    "Outcome",
    "Reason",
    "Recovery",
    "RuleCard",
    "RuleParams",
    "Status",
    "SyncPolicy",
    "Transfer",
    "TransferRules",
    "Typology",
    "key_of",
    "lint_cards",
    "lint_typology",
]


def __getattr__(name: str) -> Any:
    """Public names load their module on first use: an import of the package stays light."""
    import importlib

    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)
