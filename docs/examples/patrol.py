"""A night of eight crews among 120 places of a made town, and the posts that reach most of them in two minutes."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from tartip.engines.patrol import Place, Problem, Shift, SolveParams, check, place_posts, solve

root = Path(__file__).resolve().parents[2]
rng = np.random.default_rng(102)
points = np.vstack([[5000, 5000], rng.normal(5000, 2200, (120, 2))])  # metres; the station first
travel = np.rint(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) * 0.162).astype(int)  # 30 km/h, detour
evening = rng.integers(1, 20, 120)
weights = [tuple(int(w) if hour >= 20 else int(w) // 3 for hour in range(24)) for w in evening]
places = tuple(Place(k + 1, weights[k], dwell=600, visits=1 + (k < 5), gap=3600, mandatory=k < 5) for k in range(120))
problem = Problem(places, tuple(Shift(18 * 3600, 22 * 3600, 0, 0) for _ in range(8)), travel)
plan = check(problem, solve(problem, SolveParams(seconds=2)))
print(f"{plan.visits} visits earn {plan.prize}; longest route {plan.longest // 60} min")
posts = place_posts(travel[1:, 1:] <= 120, evening, 6)
print(f"posts at {posts.sites} cover {posts.covered} of {evening.sum()}, no choice covers more than {posts.bound}")

plt.figure(figsize=(8, 8), layout="constrained")
plt.scatter(*points[1:].T, s=evening * 8, c="lightgrey", label="places by weight")
for route in plan.routes:
    way = points[[0, *(places[visit.place].location for visit in route.visits), 0]]
    plt.plot(*way.T, marker=".", label=f"crew {route.shift + 1}: {len(route.visits)} visits")
plt.scatter(*points[1:][list(posts.sites)].T, marker="^", s=160, c="black", label="posts")
plt.title("Eight crews, 18-22 h; five mandatory places twice, an hour apart")
plt.legend(fontsize="small")
(root / "var/examples").mkdir(parents=True, exist_ok=True)
plt.savefig(root / "var/examples/patrol.png", dpi=110)
