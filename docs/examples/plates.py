"""Three pictures of one car: what the network reads, what the grammar makes of it, and what the gate lets through."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from tartip.engines.plates import Kind, Reader, decide, pack, repair, unpack
from tartip.engines.plates.tests.render import Wear, render

root = Path(__file__).resolve().parents[2]
print(repair("I23ABCO2"))  # typed with letters where digits belong
print(pack("123 ABC 02"), unpack(pack("123 ABC 02")))

reader, rng = Reader(), np.random.default_rng(18)
cars = {"861OBS18": Kind.KZ_2012_PERSON, "407IQ20": Kind.KZ_2012_ENTITY, "W508GOD": Kind.KZ_1993_PERSON}
bad = Wear(height_px=(16, 30), blur=1.2, noise=22, dirt=4)  # drawn: photographs of real plates name people
_, plots = plt.subplots(len(cars), 3, figsize=(13, 2 * len(cars)), layout="constrained")
for row, (text, kind) in zip(plots, cars.items(), strict=True):
    crops = [render(text, kind, rng, bad) for _ in row]
    frames = [reader.read(crop) for crop in crops]
    decision = decide(frames)
    for plot, crop, frame in zip(row, crops, frames, strict=True):
        plot.imshow(crop)
        plot.set(title=f"network: {frame.text or '-'}", xticks=[], yticks=[])
    answer = decision.plate.text if decision.plate else f"{decision.refusal.value}, perhaps {decision.guess}"
    row[0].set_ylabel(f"{text}\n→ {answer}", rotation=0, ha="right", va="center")
    print(f"{text} → {answer}  cost {decision.cost}, margin {decision.margin}")
(root / "var/examples").mkdir(parents=True, exist_ok=True)
plt.savefig(root / "var/examples/plates.png", dpi=110)
