"""Average speed: entry and exit reads of one plate on one certified section become pairs, or suspects with a reason."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.pairing.arithmetic import Arithmetic, explain
    from tartip.engines.pairing.batch import pair_passes
    from tartip.engines.pairing.params import PairingParams
    from tartip.engines.pairing.parquet import pair_parquet
    from tartip.engines.pairing.reads import PASSES, BadPasses
    from tartip.engines.pairing.reasons import Reason
    from tartip.engines.pairing.result import Pairs
    from tartip.engines.pairing.sections import MissingLength, Section, Sections, UnknownSection, UnsortedSections
    from tartip.engines.pairing.stream import PairingStream, Pushed

_HOME = {
    "pair_passes": "batch",
    "Arithmetic": "arithmetic",
    "explain": "arithmetic",
    "PairingParams": "params",
    "pair_parquet": "parquet",
    "PASSES": "reads",
    "BadPasses": "reads",
    "Reason": "reasons",
    "Pairs": "result",
    "MissingLength": "sections",
    "Section": "sections",
    "Sections": "sections",
    "UnknownSection": "sections",
    "UnsortedSections": "sections",
    "PairingStream": "stream",
    "Pushed": "stream",
}

__all__ = [
    "PASSES",
    "Arithmetic",
    "BadPasses",
    "MissingLength",
    "PairingParams",
    "PairingStream",
    "Pairs",
    "Pushed",
    "Reason",
    "Section",
    "Sections",
    "UnknownSection",
    "UnsortedSections",
    "explain",
    "pair_parquet",
    "pair_passes",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
