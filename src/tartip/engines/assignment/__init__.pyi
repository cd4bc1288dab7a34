from .costs import Dense as Dense, Lists as Lists, padded as padded
from .coverage import Coverage as Coverage, coverage_loss as coverage_loss
from .day import Calls as Calls, DayParams as DayParams, Fleet as Fleet, simulate as simulate
from .errors import ListsTooShort as ListsTooShort, TooLarge as TooLarge, TooMany as TooMany
from .figures import DayResult as DayResult, PriorityFigures as PriorityFigures
from .optimal import AssignParams as AssignParams, assign as assign
from .policies import (
    ClosestIdle as ClosestIdle,
    Optimal as Optimal,
    Policy as Policy,
    Reserve as Reserve,
    Situation as Situation,
)
from .problem import Incidents as Incidents, Units as Units
from .result import Assignment as Assignment, Reason as Reason
from .service import Exponential as Exponential, LogNormal as LogNormal, ServiceTimes as ServiceTimes

UNREACHABLE: int
