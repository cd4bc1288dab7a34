"""Measure and draw time against size of every engine: `./run python tools/plot_engines.py [NAME …] [--redraw]`.

Writes docs/plots/scaling.json and docs/plots/NAME.png. With names only these are measured; --redraw measures none.
"""

from __future__ import annotations

import json
import os
import sys
import time
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.parts.scaling import CURVES, Curve  # noqa: E402

PLOTS = ROOT / "docs" / "plots"
FILE = PLOTS / "scaling.json"
INK, RIVAL = "#0b5cad", "#6b7280"
Numbers = dict[str, Any]


def measure(name: str, curve: Curve) -> Numbers:
    begun, pairs = time.perf_counter(), [curve.measure(size) for size in curve.sizes]
    print(f"{name:>12}  {time.perf_counter() - begun:5.1f} s  ", *(f"{a:.3g} / {b:.3g}" for a, b in pairs))
    ours, peer = ([float(f"{pair[side]:.3g}") for pair in pairs] for side in (0, 1))
    told: Numbers = {"unit": curve.unit, "work": curve.work, "peer": curve.peer, "sizes": list(curve.sizes)}
    return told | {"tartip_s": ours, "peer_s": peer, "load": round(os.getloadavg()[0], 1)}


def draw(name: str, told: Numbers) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4.2), dpi=100, layout="constrained")
    pixel = 72 / 100  # in points
    last, ends = told["sizes"][-1], (told["tartip_s"][-1], told["peer_s"][-1])
    both = told["tartip_s"] + told["peer_s"]
    low, high = (
        floor(log10(min(both) * 0.8)),
        ceil(log10(max(both) * 1.25)),
    )  # whole decades, so that the axis is marked
    near = abs(log10(ends[0] / ends[1])) < 0.08 * (high - low)  # labels would lie on one another
    lines: tuple[tuple[str, list[float], dict[str, Any]], ...] = (
        ("Tártip", told["tartip_s"], {"color": INK, "lw": 3 * pixel, "ls": "-", "marker": "o"}),
        (told["peer"], told["peer_s"], {"color": RIVAL, "lw": 2 * pixel, "ls": "--", "marker": "s"}),
    )
    for (label, seconds, style), other in zip(lines, reversed(ends), strict=True):
        axes.plot(told["sizes"], seconds, ms=4, **style)
        shift = 0 if not near else 8 if seconds[-1] >= other else -8
        axes.annotate(
            label, (last, seconds[-1]), (8, shift), textcoords="offset points", va="center", color=style["color"]
        )
    axes.set(xscale="log", yscale="log", xlabel=told["unit"], ylabel="seconds", title=f"{name}: {told['work']}")
    axes.set_xticks(told["sizes"], [f"{size:,}" for size in told["sizes"]])
    axes.minorticks_off()
    axes.set_xlim(told["sizes"][0] / 1.5, last * 6)
    axes.set_ylim(10.0**low, 10.0**high)
    axes.grid(color="#e5e7eb")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(PLOTS / f"{name}.png")
    plt.close(figure)


def main(words: list[str]) -> int:
    unknown = set(words) - set(CURVES) - {"--redraw"}
    if unknown:
        print(f"no such engine: {', '.join(sorted(unknown))}; there are {', '.join(CURVES)}", file=sys.stderr)
        return 2
    PLOTS.mkdir(parents=True, exist_ok=True)
    told: dict[str, Numbers] = json.loads(FILE.read_text()) if FILE.exists() else {}
    wanted = [] if "--redraw" in words else words or list(CURVES)
    for name in wanted:
        told[name] = measure(name, CURVES[name])
        FILE.write_text(json.dumps({key: told[key] for key in CURVES if key in told}, indent=1) + "\n")
    for name, numbers in told.items():
        draw(name, numbers)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
