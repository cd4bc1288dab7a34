from .auditing import audit as audit
from .dates import civil_dates as civil_dates
from .errors import (
    AlreadySealed as AlreadySealed,
    BadManifest as BadManifest,
    BadMonth as BadMonth,
    BadSchema as BadSchema,
    ColumnsDiffer as ColumnsDiffer,
    FileChanged as FileChanged,
    NoSuchRecord as NoSuchRecord,
    NotNewer as NotNewer,
    NotSealed as NotSealed,
    OutsideMonth as OutsideMonth,
    RepeatedRecord as RepeatedRecord,
    WrongType as WrongType,
    WrongValue as WrongValue,
)
from .folder import SealedMonths as SealedMonths
from .manifest import Manifest as Manifest
from .month import Month as Month
from .proof import RecordProof as RecordProof, prove_record as prove_record, verify_record as verify_record
from .schema import Column as Column, MonthSchema as MonthSchema
from .seal import seal_month as seal_month, seal_months as seal_months
from .supplements import rows_to_withdraw as rows_to_withdraw
