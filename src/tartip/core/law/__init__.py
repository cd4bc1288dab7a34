"""Law as data: articles, penalties, base rates, deadlines, working days, discounts and retention, by key and day.

The tables are CSV files in `data/`, read once. Nothing here is guessed: a key without a row for the day raises
MissingEdition; a row that is not confirmed works and says so in `status`.
"""

from __future__ import annotations

from tartip.core.law.articles import articles, citation, laws
from tartip.core.law.counting import how_counted
from tartip.core.law.deadlines import bases, deadline, deadlines
from tartip.core.law.discounts import Discount, discount
from tartip.core.law.edition import Edition
from tartip.core.law.errors import (
    BadTable,
    LawError,
    MissingBaseRate,
    MissingEdition,
    NoFine,
    NoPenaltyFor,
    NoRepeatRule,
    NotWholeTenge,
    UnknownWorkYear,
)
from tartip.core.law.jurisdiction import COURT_ALONE, Imposes, may_impose
from tartip.core.law.limitation import Limitation, Nature, limitation, limitation_rules
from tartip.core.law.pauses import Pause, pause
from tartip.core.law.penalties import (
    SUBJECTS,
    chargeable,
    is_one_offence,
    is_repetition,
    penalty,
    repeated_by,
    subjects_of,
)
from tartip.core.law.rates import BaseRate, base_rate
from tartip.core.law.registry import all_editions, counts, edition_text, is_known, resolve
from tartip.core.law.retention import Retention, retention
from tartip.core.law.sanctions import Fine, Kind, Option, Penalty, Sanction
from tartip.core.law.workdays import free_days, national, swaps

__all__ = [
    "COURT_ALONE",
    "SUBJECTS",
    "BadTable",
    "BaseRate",
    "Discount",
    "Edition",
    "Fine",
    "Imposes",
    "Kind",
    "LawError",
    "Limitation",
    "MissingBaseRate",
    "MissingEdition",
    "Nature",
    "NoFine",
    "NoPenaltyFor",
    "NoRepeatRule",
    "NotWholeTenge",
    "Option",
    "Pause",
    "Penalty",
    "Retention",
    "Sanction",
    "UnknownWorkYear",
    "all_editions",
    "articles",
    "base_rate",
    "bases",
    "chargeable",
    "citation",
    "counts",
    "deadline",
    "deadlines",
    "discount",
    "edition_text",
    "free_days",
    "how_counted",
    "is_known",
    "is_one_offence",
    "is_repetition",
    "laws",
    "limitation",
    "limitation_rules",
    "may_impose",
    "national",
    "pause",
    "penalty",
    "repeated_by",
    "resolve",
    "retention",
    "subjects_of",
    "swaps",
]
