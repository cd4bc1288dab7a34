"""What keeping units in reserve buys the urgent calls and costs the others, as the city gets busier."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from tartip.engines.assignment import Calls, ClosestIdle, DayParams, Fleet, LogNormal, Reserve, simulate

made = np.random.default_rng(102)
places = made.random((60, 2))  # a made city, 20 minutes wide; on real roads: Network.matrix
travel_ms = np.rint(np.hypot(*(places[:, None] - places).transpose(2, 0, 1)) * 1_200_000).astype(np.int64) + 30_000
posts, norms = made.choice(60, 20, replace=False), DayParams(norm_ms=(420_000, 900_000, 1_800_000))
loads, days, share = range(200, 561, 40), 5, [0.2, 0.3, 0.5]
_, plots = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
for label, policy, style in (("closest idle", ClosestIdle(), "o--"), ("reserve 0, 2, 4", Reserve((0, 2, 4)), "s-")):
    results = []
    for load in loads:
        rng, count = np.random.default_rng(load), days * load  # one seed a load: both rules meet the same calls
        at, area = np.sort(rng.integers(0, days * 86_400_000, count)), rng.integers(0, 60, count)
        calls = Calls(at, area, rng.choice([1, 2, 3], count, p=share))
        results.append(simulate(calls, Fleet(posts), travel_ms, LogNormal(2_000_000), policy, rng, norms).by_priority)
    late = [result[1].late_permille for result in results]
    print(f"{label:>16}: late of priority 1 in permille", dict(zip(loads, late, strict=True)))
    plots[0].plot(loads, [permille / 10 for permille in late], style, label=f"{label}, priority 1")
    for level, colour in ((1, "C3"), (3, "0.5")):
        means = [(result[level].mean_ms or 0) / 60_000 for result in results]
        plots[1].plot(loads, means, style, color=colour, label=f"{label}, priority {level}")
plots[0].set(xlabel="calls a day, 20 units", ylabel="% late (7 minutes)", title="Urgent calls: late share")
plots[1].set(xlabel="calls a day, 20 units", ylabel="mean response, minutes", title="What it costs", yscale="log")
for plot in plots:
    plot.legend()
target = Path(__file__).parents[2] / "var/examples/assignment.png"
target.parent.mkdir(parents=True, exist_ok=True)
plt.savefig(target, dpi=110)
