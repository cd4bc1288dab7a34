"""Fifty seeded pictures and clips with known faces and plates, for the recall of redaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tartip.engines.redaction.tests import made

SIZE = (1280, 720)
KINDS = ("plain", "small", "turned", "hidden", "night", "motion", "edge", "perspective")
FACES = (18, 28, 44, 70, 110)  # heights in pixels
PLATES = (60, 80, 110, 160, 230)  # widths
STILLS, CLIPS, LENGTH = 40, 10, 24
Box = tuple[int, int, int, int]

SERIES: tuple[tuple[str, str, tuple[int, int, int], tuple[int, int, int]], ...] = (
    # first part, second part or line, ground and ink in blue-green-red
    ("123 ABC", "02", (245, 245, 245), (15, 15, 15)),
    ("456 KT", "10", (245, 245, 245), (15, 15, 15)),
    ("A 123 BCD", "", (240, 240, 240), (20, 20, 20)),
    ("H 1234", "01", (40, 200, 240), (15, 15, 15)),
    ("12 ABC", "05", (245, 245, 245), (15, 15, 15)),
    ("D 001 002", "", (40, 40, 190), (245, 245, 245)),
)


class Scene(NamedTuple):
    """Frames of one clip (one frame: a photo) and what must be covered on each."""

    kind: str
    frames: list[Any]
    faces: list[list[Box]]
    plates: list[list[Box]]


class Thing(NamedTuple):
    """picture: (h, w, 4), blue-green-red and how much of it is there; box: what must be covered, in its pixels."""

    picture: Any
    box: Box


def draw_plate(series: int, width: int, two_lines: bool = False) -> Any:
    """A plate of one of the Kazakh series, drawn large and scaled down; the square one has two lines."""
    import cv2

    first, second, ground, ink = SERIES[series % len(SERIES)]
    height, lines = (200, [first, second]) if two_lines and second else (112, [f"{first} {second}".strip()])
    wide = 280 if len(lines) == 2 else 520
    picture = np.full((height, wide, 3), ground, np.uint8)
    cv2.rectangle(picture, (3, 3), (wide - 4, height - 4), ink, 4)
    row = height // len(lines)
    for n, line in enumerate(lines):
        (w, h), _ = cv2.getTextSize(line, cv2.FONT_HERSHEY_DUPLEX, 1.0, 2)
        size = min((wide - 40) / w, row * 0.62 / h)
        at = (round((wide - w * size) / 2), round(row * n + (row + h * size) / 2))
        cv2.putText(picture, line, at, cv2.FONT_HERSHEY_DUPLEX, size, ink, 6, cv2.LINE_AA)
    return cv2.resize(picture, (width, round(width * height / wide)), interpolation=cv2.INTER_AREA)


def turned_thing(thing: Thing, rng: np.random.Generator, kind: str) -> Thing:
    """Turned by up to 20 degrees, or seen from the side; the box is what surrounds the turned one."""
    import cv2

    h, w = thing.picture.shape[:2]
    pad = max(h, w) // 3
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    if kind == "turned":
        angle = np.deg2rad(rng.uniform(8, 20) * rng.choice([-1, 1]))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        target = (corners - (w / 2, h / 2)) @ turn.T + (w / 2, h / 2)
    else:
        squeeze, lean = rng.uniform(0.7, 0.9), rng.uniform(-0.12, 0.12)
        target = corners * (squeeze, 1) + np.array([[0, 0], [0, lean * w], [0, lean * w * 0.6], [0, 0]])
    matrix = cv2.getPerspectiveTransform(corners, (target + pad).astype(np.float32))
    picture = cv2.warpPerspective(thing.picture, matrix, (w + 2 * pad, h + 2 * pad))
    x0, y0, x1, y1 = thing.box
    moved = cv2.perspectiveTransform(np.array([[[x0, y0], [x1, y0], [x1, y1], [x0, y1]]], np.float32), matrix)[0]
    low, high = moved.min(axis=0), moved.max(axis=0)
    return Thing(picture, (round(low[0]), round(low[1]), round(high[0]), round(high[1])))


def solid(picture: Any, box: Box) -> Thing:
    there = np.full((*picture.shape[:2], 1), 255, np.uint8)
    return Thing(np.concatenate([picture, there], axis=2), box)


def lay(frame: Any, thing: Thing, x: int, y: int) -> Box:
    """Blend onto the frame, also half outside; gives the box in the frame."""
    h, w = thing.picture.shape[:2]
    x0, y0, x1, y1 = max(0, x), max(0, y), min(frame.shape[1], x + w), min(frame.shape[0], y + h)
    if x1 > x0 and y1 > y0:
        part = thing.picture[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.float32)
        there = part[:, :, 3:] / 255
        place = frame[y0:y1, x0:x1]
        place[:] = (part[:, :, :3] * there + place * (1 - there)).astype(np.uint8)
    a, b, c, d = thing.box
    return (x + a, y + b, x + c, y + d)


def spoil(frame: Any, kind: str, seed: int) -> Any:
    """Darkness with noise of the sensor, or the blur of a moving camera."""
    import cv2

    rng = np.random.default_rng(seed)
    if kind == "night":
        dark = frame.astype(np.float32) * 0.35 + rng.normal(0, 6, frame.shape)
        return np.clip(dark, 0, 255).astype(np.uint8)
    if kind == "motion":
        return cv2.blur(frame, (5, 1))
    return frame


def make_scene(seed: int, grounds: list[Any], length: int) -> Scene:
    """Two faces and two plates on a road; they move by up to 4 pixels per frame where there are several frames."""
    rng = np.random.default_rng(seed)
    kind = KINDS[seed % len(KINDS)]
    things: list[tuple[bool, Thing, int, int, int, int]] = []
    for column in range(4):
        is_face = column % 2 == 0
        size = int(
            rng.choice((FACES if is_face else PLATES)[:2] if kind == "small" else (FACES if is_face else PLATES))
        )
        if is_face:
            picture, box = made.head(size)
            if rng.random() < 0.5:
                w = picture.shape[1]
                picture, box = np.ascontiguousarray(picture[:, ::-1]), (w - box[2], box[1], w - box[0], box[3])
        else:
            picture = draw_plate(int(rng.integers(len(SERIES))), size, two_lines=rng.random() < 0.2)
            box = (0, 0, picture.shape[1], picture.shape[0])
        if kind == "hidden":  # the lower third of a face (a mask), the left sixth of a plate (a branch)
            picture = picture.copy()
            w = picture.shape[1]
            if is_face:
                picture[box[3] - (box[3] - box[1]) // 3 :] = (120, 110, 100)
            else:
                picture[:, : w // 6] = (60, 80, 60)
        thing = solid(picture, box)
        if kind in ("turned", "perspective"):
            thing = turned_thing(thing, rng, kind)
        x, y = 30 + 310 * column + int(rng.integers(0, 40)), int(rng.integers(60, 380))
        if kind == "edge" and column in (0, 3):  # a quarter of it is outside
            a, _, c, _ = thing.box
            x = -a - (c - a) // 4 if column == 0 else SIZE[0] - c + (c - a) // 4
        things.append((is_face, thing, x, y, int(rng.integers(-4, 5)), int(rng.integers(-2, 3))))
    frames, faces, plates = [], [], []
    for n in range(length):
        frame = grounds[(seed * 7 + n) % len(grounds)].copy()
        boxes = [(face, lay(frame, thing, x + n * dx, y + n * dy)) for face, thing, x, y, dx, dy in things]
        frames.append(spoil(frame, kind, seed * 1000 + n))
        faces.append([box for face, box in boxes if face])
        plates.append([box for face, box in boxes if not face])
    return Scene(kind, frames, faces, plates)


class Score:
    """What was covered of what had to be, and how much of the picture was covered for nothing."""

    def __init__(self) -> None:
        self.found = {"faces": 0, "plates": 0}
        self.all = {"faces": 0, "plates": 0}
        self.missed: list[str] = []
        self.needless: list[float] = []

    def add(self, name: str, truth: dict[str, list[Box]], covers: list[Box]) -> None:
        """Nine tenths of the visible part of a thing must be covered on the frame."""
        width, height = SIZE
        mask = np.zeros((height, width), bool)
        for x0, y0, x1, y1 in covers:
            mask[max(0, y0) : y1, max(0, x0) : x1] = True
        right = np.zeros_like(mask)
        for what, boxes in truth.items():
            for x0, y0, x1, y1 in boxes:
                place = np.s_[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]
                if not mask[place].size:
                    continue
                hit = bool(mask[place].mean() >= 0.9)
                self.all[what] += 1
                self.found[what] += hit
                if not hit:
                    self.missed.append(f"{name} {what} {x1 - x0}x{y1 - y0}")
                wide, high = (x1 - x0) // 2, (y1 - y0) // 2  # a margin around a thing is needed
                right[max(0, y0 - high) : max(0, y1 + high), max(0, x0 - wide) : max(0, x1 + wide)] = True
        self.needless.append(float((mask & ~right).mean()))

    def recall(self, what: str) -> float:
        return self.found[what] / max(1, self.all[what])

    def needless_pct(self) -> float:
        return 100 * float(np.mean(self.needless))


def measure(grounds: list[Any], folder: Path, stills: int = STILLS, clips: int = CLIPS) -> Score:
    """Photos as JPEG through the photo's own way, clips as H.264 through the video's."""
    import cv2

    from tartip.engines.redaction import RedactionParams, find_in_video, redact_photo

    score = Score()
    for seed in range(stills):
        scene = make_scene(seed, grounds, 1)
        photo = cv2.imencode(".jpg", scene.frames[0])[1].tobytes()
        covers = redact_photo(photo, RedactionParams()).report.covers
        boxes = [(c.x, c.y, c.x + c.width, c.y + c.height) for c in covers]
        score.add(f"photo {scene.kind}", {"faces": scene.faces[0], "plates": scene.plates[0]}, boxes)
    for seed in range(stills, stills + clips):
        scene = make_scene(seed, grounds, LENGTH)
        plan = find_in_video(made.save(scene.frames, folder / f"{seed}.mp4"))
        for n in range(LENGTH):
            boxes = [(c.x, c.y, c.x + c.width, c.y + c.height) for c in plan.covers if c.frame == n]
            score.add(f"clip {scene.kind}", {"faces": scene.faces[n], "plates": scene.plates[n]}, boxes)
    return score
