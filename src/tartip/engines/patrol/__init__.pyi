from .checker import Fault as Fault, check as check, faults as faults
from .districts import CityPlan as CityPlan, District as District, plan_districts as plan_districts
from .errors import (
    BadPlan as BadPlan,
    NoPlan as NoPlan,
    PlanImpossible as PlanImpossible,
    UnreachablePlace as UnreachablePlace,
)
from .greedy import greedy_plan as greedy_plan
from .params import Balance as Balance, SolveParams as SolveParams
from .plan import Plan as Plan, Route as Route, Visit as Visit
from .posts import NoPosts as NoPosts, Posts as Posts, greedy_posts as greedy_posts, place_posts as place_posts
from .problem import UNREACHABLE as UNREACHABLE, Place as Place, Problem as Problem, Shift as Shift
from .searching import solve as solve
