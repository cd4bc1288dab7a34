"""Sealed months: records → canonical monthly Parquet with a manifest anyone can check."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tartip.engines.months.auditing import audit
    from tartip.engines.months.dates import civil_dates
    from tartip.engines.months.errors import (
        AlreadySealed,
        BadManifest,
        BadMonth,
        BadSchema,
        ColumnsDiffer,
        FileChanged,
        NoSuchRecord,
        NotNewer,
        NotSealed,
        OutsideMonth,
        RepeatedRecord,
        WrongType,
        WrongValue,
    )
    from tartip.engines.months.folder import SealedMonths
    from tartip.engines.months.manifest import Manifest
    from tartip.engines.months.month import Month
    from tartip.engines.months.proof import RecordProof, prove_record, verify_record
    from tartip.engines.months.schema import Column, MonthSchema
    from tartip.engines.months.seal import seal_month, seal_months
    from tartip.engines.months.supplements import rows_to_withdraw

_HOMES = {
    "auditing": ["audit"],
    "dates": ["civil_dates"],
    "errors": [
        *("AlreadySealed", "BadManifest", "BadMonth", "BadSchema", "ColumnsDiffer", "FileChanged", "NoSuchRecord"),
        *("NotNewer", "NotSealed", "OutsideMonth", "RepeatedRecord", "WrongType", "WrongValue"),
    ],
    "folder": ["SealedMonths"],
    "manifest": ["Manifest"],
    "month": ["Month"],
    "proof": ["RecordProof", "prove_record", "verify_record"],
    "schema": ["Column", "MonthSchema"],
    "seal": ["seal_month", "seal_months"],
    "supplements": ["rows_to_withdraw"],
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AlreadySealed",
    "BadManifest",
    "BadMonth",
    "BadSchema",
    "Column",
    "ColumnsDiffer",
    "FileChanged",
    "Manifest",
    "Month",
    "MonthSchema",
    "NoSuchRecord",
    "NotNewer",
    "NotSealed",
    "OutsideMonth",
    "RecordProof",
    "RepeatedRecord",
    "SealedMonths",
    "WrongType",
    "WrongValue",
    "audit",
    "civil_dates",
    "prove_record",
    "rows_to_withdraw",
    "seal_month",
    "seal_months",
    "verify_record",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
