"""Average speed of a made half-day on twelve sections: what is proven, and why the other reads made no pair."""

from pathlib import Path

import matplotlib.pyplot as plt
import pyarrow.compute as pc

from tartip.engines.pairing import explain, pair_passes
from tartip.engines.plates import unpack
from tartip.simulation.generators.passes import PassParams, innocents, make_passes

root = Path(__file__).resolve().parents[2]
world = make_passes(PassParams(cars=20_000, sections=12), seed=592)  # real passes name people, so the day is made
found = pair_passes(world.passes, world.sections)
print(f"{world.passes.num_rows} reads, {found.pairs.num_rows} pairs, {found.offences.num_rows} offences")
print(innocents(world.truth, found.offences))

worst = found.pairs.sort_by([("low_m_per_h", "descending")]).slice(0, 1).to_pylist()[0]
shown = explain(worst, world.sections)
print(f"{unpack(worst['plate']).text}: band {shown.band}, certificate {shown.certificate}\n{shown.proof}")

_, (left, right) = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
for band in range(5):
    speeds = found.pairs.filter(pc.equal(found.pairs["band"], band))["low_m_per_h"].to_numpy() / 1000
    left.hist(speeds, bins=range(40, 220, 2), label=f"band {band}")
left.set(title="Proven average speed, article 592", xlabel="km/h", ylabel="pairs", yscale="log")
left.legend()
reasons = pc.value_counts(found.suspects["reason"].combine_chunks()).to_pylist()
right.barh([r["values"] for r in reasons], [r["counts"] for r in reasons])
right.set(title="Reads that made no pair", xlabel="reads")
(root / "var/examples").mkdir(parents=True, exist_ok=True)
plt.savefig(root / "var/examples/pairing.png", dpi=110)
