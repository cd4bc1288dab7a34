from .catalogue import Band as Band, RuleCard as RuleCard
from .engine import EngineClosed as EngineClosed, Recovery as Recovery, TransferRules as TransferRules
from .judgements import Judgement as Judgement, Judgements as Judgements, Reason as Reason
from .layout import MAX_AMOUNT as MAX_AMOUNT, Status as Status
from .lint import Finding as Finding, lint_cards as lint_cards, lint_typology as lint_typology
from .log import BrokenLog as BrokenLog, LogFailed as LogFailed, LogInUse as LogInUse, SyncPolicy as SyncPolicy
from .outcomes import NUMBERS as NUMBERS, Outcome as Outcome
from .params import RuleParams as RuleParams
from .snapshot import BrokenSnapshot as BrokenSnapshot, OtherParams as OtherParams
from .transfer import (
    AmountOutOfRange as AmountOutOfRange,
    BadTransfer as BadTransfer,
    Transfer as Transfer,
    key_of as key_of,
)
from .typology import COMPLETE as COMPLETE, Advice as Advice, BadTypology as BadTypology, Typology as Typology
