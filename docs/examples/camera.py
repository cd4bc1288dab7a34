"""Count the cars of a clip and find a left bag in a made square: var/examples/camera.png."""

from pathlib import Path

import matplotlib.pyplot as plt

from tartip.engines.camera import CameraParams, EventKind, Line, Point, watch, watch_frames
from tartip.engines.camera.tests.made import box, scene

root = Path(__file__).parents[2]
clip = root.parent / "shared/data/video/bgslibrary_video.avi"  # a road from above; where it is absent, the made square
if clip.exists():
    line = Line("lane", Point(650, 1000), Point(650, 0))  # upwards: to the right is forward
    seen = watch(clip, CameraParams(lines=(line,)))
    print(f"{seen.frames} frames; forward, backward: {seen.counts()['lane']}")
    print(seen.as_arrow().select(["kind", "at_ms", "value"]).to_pylist())


def square(picture, at):
    box(picture, (at - 2_000) * 0.05, 85, 12, 34, 200)  # somebody walks by …
    if 5_000 <= at < 30_000:
        box(picture, 150, 95, 16, 14, 30)  # … and leaves a bag


frames = list(scene(square, 40))
events = watch_frames(frames).events
left = next(event for event in events if event.kind is EventKind.OBJECT_LEFT)
picture = dict(frames)[left.at_ms]
height, width = picture.shape
plt.imshow(picture, cmap="gray")
corner = (left.x * width / 1000, left.y * height / 1000)
plt.gca().add_patch(plt.Rectangle(corner, left.width * width / 1000, left.height * height / 1000, fill=False, ec="red"))
plt.title(" · ".join(f"{event.kind} {event.at_ms / 1000:.1f} s" for event in events))
(root / "var/examples").mkdir(parents=True, exist_ok=True)
plt.savefig(root / "var/examples/camera.png", dpi=120)
