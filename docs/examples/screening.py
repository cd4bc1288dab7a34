"""Screen one day of a made telephone network before its phones ring: var/examples/screening.png."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pyarrow.compute as pc

from tartip.engines.screening import Screen, build_tables, lint_rules
from tartip.simulation.generators.cdr import NetworkParams, Origin, build_world, make_day

world = build_world(NetworkParams(persons=50_000, days=1), seed=2026)
day = make_day(world, 0)
is_call = pc.equal(day.calls["kind"], 0)
calls, origin = day.calls.filter(is_call), day.truth.filter(is_call)["origin"].to_numpy()

screen = Screen(build_tables(world.lists(0), world.trunks()))
print("faults in the rules:", lint_rules(screen.tables.policy.rules))
verdict = screen.decide("+7 717 212 34 56", "+7 701 123 45 67", trunk=1, at=world.params.first_day_ms)
print(f"A landline of Astana calls from abroad: {verdict.action.name}, {verdict.rule}, because {dict(verdict.why)}")

verdicts = screen.decide_batch(calls)
print({rule: count for rule, count in verdicts.counts().items() if count})
blocked = verdicts.action == 2
print(f"genuine calls blocked: {int((blocked & (origin == Origin.GENUINE)).sum())} of {int((origin == 0).sum()):,}")

abroad = calls["trunk"].to_numpy() < 10
hour = (calls["at"].cast("int64").to_numpy() - world.params.first_day_ms) // 3_600_000
for label, chosen in (("rings", abroad & ~blocked), ("stopped", abroad & blocked)):
    plt.step(range(24), np.bincount(hour[chosen], minlength=24), where="mid", label=label)
plt.gca().set(xlabel="hour in Kazakhstan", ylabel="calls from abroad", title="One day at the international trunks")
plt.legend()
target = Path(__file__).parents[2] / "var/examples/screening.png"
target.parent.mkdir(parents=True, exist_ok=True)
plt.savefig(target, dpi=120)
