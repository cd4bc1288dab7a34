"""Which ten patrols reach the caller first, and how many minutes each part of the city is away from the caller."""

from pathlib import Path

import h3
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection, PolyCollection

from bench.parts.routing_city import made_city
from tartip.engines.routing import Network, UnitIndex, read_osm

root = Path(__file__).resolve().parents[2]
extract = root.parent / "shared/data/roads/porto_alegre.osm.pbf"  # any extract of OpenStreetMap; else a made grid
network = Network.build(read_osm(extract) if extract.exists() else made_city(90))

places = np.column_stack((network.roads.lon_e7, network.roads.lat_e7)) / 1e7
caller = np.median(places, axis=0).tolist()
patrols = np.random.default_rng(102).choice(places, 60)
units = UnitIndex(network)
units.update_many([f"P-{i:02}" for i in range(60)], *patrols.T.copy())
nearest = units.nearest(*caller, k=10)
routes = [network.route(units.position(near.unit_id), network.snap(*caller)) for near in nearest]
for near in nearest:
    print(f"{near.unit_id}  {near.seconds:4} s  {near.metres:5} m")
print(*(f"{leg.manoeuvre:>12}  {leg.metres:5} m  {leg.street}" for leg in routes[0].legs), sep="\n")

reach = network.isochrone(network.snap(*caller), seconds=600, resolution=9, towards=True)
cells = [[(x, y) for y, x in h3.cell_to_boundary(h3.int_to_str(cell))] for cell in reach.cells.tolist()]
_, plot = plt.subplots(figsize=(9, 8), layout="constrained")
plot.add_collection(PolyCollection(cells, array=reach.ms / 60_000, cmap="viridis_r", alpha=0.6))
plt.colorbar(plot.collections[0], label="minutes to the caller")
roads = [network.line(edge) for edge in range(len(network.roads.tail))]
plot.add_collection(LineCollection(roads, color="0.6", lw=0.3))
plot.plot(*patrols.T, ".", color="0.2", label="patrols")
for route in routes:
    plot.plot(*route.line.T, color="crimson", lw=1.5)
plot.plot(*caller, "*", color="crimson", ms=16, label="caller")
plot.set(
    title=f"The ten nearest patrols by road. {network.roads.attribution}", aspect=1 / np.cos(np.radians(caller[1]))
)
plot.legend()
(root / "var/examples").mkdir(parents=True, exist_ok=True)
plt.savefig(root / "var/examples/routing.png", dpi=110)
