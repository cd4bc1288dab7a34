from .columns import pack_column as pack_column
from .default_rules import DEFAULT_RULES as DEFAULT_RULES
from .facets import (
    Called as Called,
    Diverted as Diverted,
    Ingress as Ingress,
    Listed as Listed,
    Owner as Owner,
    Roaming as Roaming,
)
from .lint import Finding as Finding, lint_rules as lint_rules
from .lists import Listing as Listing, Lists as Lists, Ported as Ported, Register as Register, Trunk as Trunk
from .numbers import (
    MALFORMED as MALFORMED,
    WITHHELD as WITHHELD,
    BadNumber as BadNumber,
    Nature as Nature,
    mask as mask,
    pack as pack,
    show as show,
)
from .plan import Kind as Kind, NumberPlan as NumberPlan, build_plan as build_plan, default_plan as default_plan
from .rules import (
    Action as Action,
    BadRule as BadRule,
    Policy as Policy,
    Rule as Rule,
    compile_rules as compile_rules,
    read_rules as read_rules,
    rule as rule,
)
from .screen import Screen as Screen, Verdict as Verdict, Verdicts as Verdicts
from .store import load_tables as load_tables, save_tables as save_tables
from .tables import BadTables as BadTables, Tables as Tables, build_tables as build_tables
from .windows import CallWindows as CallWindows
