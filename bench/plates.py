"""plates: drawn and worn Kazakh and foreign plates with known text; what the gate lets through, and how exact it is."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.contract import Report, percentile
from tartip.engines.plates import Decision, Frame, Kind, Reader, decide
from tartip.engines.plates.tests.render import Wear, draw_text, render

SEED = 20_261_123
FRAMES = 3  # pictures of one car
# Seven of eleven persons of 2012, the rest companies, both series of 1993 and Russian plates.
KINDS = [Kind.KZ_2012_PERSON] * 7 + [Kind.KZ_2012_ENTITY, Kind.KZ_1993_PERSON, Kind.KZ_1993_ENTITY, Kind.RU]
BAD = Wear(height_px=(15, 30), tilt_deg=6, slant=0.2, blur=1.3, noise=24, shade=0.6, dirt=5)


@dataclass
class Count:
    """Cars, of these answered, of these exactly."""

    cars: int = 0
    read: int = 0
    exact: int = 0

    def add(self, decision: Decision, text: str) -> None:
        self.cars += 1
        self.read += decision.plate is not None
        self.exact += decision.plate is not None and decision.plate.text == text

    def __str__(self) -> str:
        wrong = self.read - self.exact
        return f"{self.read / self.cars:.3f} read, {self.exact / max(1, self.read):.4f} of these exact ({wrong} wrong)"


def run(quick: bool) -> Report:
    """exact_share: cars whose plate came out of vote and gate exactly, of all cars; a refusal counts against it."""
    reader = Reader(threads=1)
    rng = np.random.default_rng(SEED)
    cars = 66 if quick else 660
    reader.read(render("123ABC02", Kind.KZ_2012_PERSON, rng))
    ms: list[float] = []
    voted, single, raw = measure(reader, rng, cars, Wear(), ms)
    bad_voted, bad_single, bad_raw = measure(reader, rng, cars // 3, BAD, [])
    figures = {"exact_share": voted.exact / voted.cars, "crop_ms": statistics.median(ms)}
    notes = [
        f"{FRAMES} frames, vote and gate: {voted}",
        f"one frame and gate: {single}; the network's text alone is exact in {raw:.3f}",
        f"crops of 15 to 30 pixels, blurred and dirty: {FRAMES} frames {bad_voted}; one frame {bad_single}; "
        f"network alone {bad_raw:.3f}",
        f"one crop takes {percentile(ms, 0.95):.0f} ms at the 95th percentile, one thread",
        "drawn plates (DejaVu Sans Bold), wear independent from frame to frame: no free photographs exist",
    ]
    return Report("plates", figures, runs=cars * FRAMES, input=f"seed {SEED}, {cars} drawn cars", notes=notes)


def measure(
    reader: Any, rng: np.random.Generator, cars: int, wear: Wear, ms: list[float]
) -> tuple[Count, Count, float]:
    """Decisions by vote, decisions on the first frame alone, and how often its bare text was right."""
    voted, single, raw = Count(), Count(), 0
    for n in range(cars):
        kind = KINDS[n % len(KINDS)]
        text = draw_text(kind, rng)
        frames: list[Frame] = []
        for _ in range(FRAMES):
            crop = render(text, kind, rng, wear)
            begin = time.perf_counter()
            frames.append(reader.read(crop))
            ms.append(1000 * (time.perf_counter() - begin))
        voted.add(decide(frames), text)
        single.add(decide(frames[:1]), text)
        raw += frames[0].text == text
    return voted, single, raw / cars
