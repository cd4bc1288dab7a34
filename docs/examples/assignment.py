"""What keeping units in reserve buys the urgent calls and costs the others, as the city gets busier."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from tartip.engines.assignment import Calls, ClosestIdle, DayParams, Fleet, LogNormal, Reserve, simulate

made = np.random.default_rng(102)
places = made.random((60, 2))  # a made city, 20 minutes wide; on real roads: Network.matrix
travel_ms = np.rint(np.hypot(*(places[:, None] - places).transpose(2, 0, 1)) * 1_200_000).astype(np.int64) + 30_000
posts, norms = made.choice(60, 20, replace=False), DayParams(norm_ms=(420_000, 900_000, 1_800_000))
loads = range(200, 721, 40)
_, plots = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
for label, policy, style in (("closest idle", ClosestIdle(), "o--"), ("reserve 0, 2, 4", Reserve((0, 2, 4)), "s-")):
    days = []
    for load in loads:
        day = np.random.default_rng(load)  # both rules meet the same five days
        calls = Calls(np.sort(day.integers(0, 5 * 86_400_000, 5 * load)), day.integers(0, 60, 5 * load), day.choice([1, 2, 3], 5 * load, p=[0.2, 0.3, 0.5]))  # fmt: skip
        days.append(simulate(calls, Fleet(posts), travel_ms, LogNormal(2_000_000), policy, day, norms).by_priority)
    plots[0].plot(loads, [day[1].late_permille / 10 for day in days], style, label=f"{label}, priority 1")
    for level, colour in ((1, "C3"), (3, "0.5")):
        plots[1].plot(loads, [day[level].mean_ms / 60_000 for day in days], style, color=colour, label=f"{label}, priority {level}")  # fmt: skip
    print(f"{label:>16}: late of priority 1 in permille", {load: day[1].late_permille for load, day in zip(loads, days, strict=True)})  # fmt: skip
plots[0].set(xlabel="calls a day, 20 units", ylabel="% late (7 minutes)", title="Urgent calls: late share")
plots[1].set(xlabel="calls a day, 20 units", ylabel="mean response, minutes", title="What it costs", yscale="log")
_ = [plot.legend() for plot in plots]
target = Path(__file__).parents[2] / "var/examples/assignment.png"
target.parent.mkdir(parents=True, exist_ok=True)
plt.savefig(target, dpi=110)
