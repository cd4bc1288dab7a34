"""camera: a made square with a left bag, made empty roads and two real clips; OpenCV's MOG2 beside it, same frames."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.contract import Report
from tartip.engines.camera import CameraParams, EventKind, Watcher, watch, watch_frames
from tartip.engines.camera.tests.made import box, scene

CLIPS = ("car-detection.mp4", "bgslibrary_video.avi")
VIDEO = Path(__file__).parents[2] / "shared" / "data" / "video"
DROPPED = 10_000
ALARMS = (EventKind.OBJECT_LEFT, EventKind.VEHICLE_STOPPED, EventKind.WRONG_WAY)


def busy_square(picture: np.ndarray[Any, Any], at: int) -> None:
    """Eight passers-by a minute; one of them leaves a bag ten seconds in."""
    if at >= DROPPED:
        box(picture, 150, 90, 16, 14, 30)
    for start in range(2_000, 120_000, 7_500):
        box(picture, (at - start) * 0.03, 40 + start // 500 % 90, 12, 34, 200)


def passers_only(picture: np.ndarray[Any, Any], at: int) -> None:
    for start in range(2_000, 600_000, 7_500):
        box(picture, (at - start) * 0.03, 40 + start // 500 % 90, 12, 34, 200)


def run(quick: bool) -> Report:
    """Speed: processor seconds per frame worked on, one thread, at 320 x 180; decoding is reported apart."""
    import cv2

    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        frames = list(scene(busy_square, 30 if quick else 60))
        speeds: dict[str, list[float]] = {"tartip": [], "mog2": []}
        for _ in range(3):
            for name, work in (("tartip", look_at), ("mog2", mog2)):
                start = time.process_time()
                work(frames)
                speeds[name].append(len(frames) / (time.process_time() - start))
        found = [waited(seed, quick) for seed in range(1 if quick else 3)]
        false = 0
        for seed in range(1 if quick else 4):
            still = scene(passers_only, 30 if quick else 180, seed=10 + seed, drift=0.1 * seed)
            false += sum(event.kind in ALARMS for event in watch_frames(still).events)
        clips = [VIDEO / name for name in CLIPS if (VIDEO / name).exists()]
        decoded, cpu = 0, 0.0
        for clip in clips:
            start = time.process_time()
            seen = watch(clip, CameraParams(rate=60))
            cpu += time.process_time() - start
            decoded += seen.frames
            false += sum(event.kind in ALARMS for event in watch(clip).events)
    finally:
        cv2.setNumThreads(threads)
    notes = [f"with decoding of both clips, every frame worked on: {decoded / cpu:.0f} frames/s/core"] if clips else []
    notes.append("12 s of found_after_s are the dwell time; mog2 is the mask alone, without any event")
    return Report(
        "camera",
        {
            "frames_per_s_core": statistics.median(speeds["tartip"]),
            "found_after_s": max(found),
            "false_alarms": false,
        },
        {"mog2": {"frames_per_s_core": statistics.median(speeds["mog2"])}},
        input="made scenes" + (" and two clips of ../shared/data/video" if clips else "; the clips are absent"),
        notes=notes,
    )


def waited(seed: int, quick: bool) -> float:
    """Seconds from the drop to the event; the whole length where it is never found."""
    length = 30 if quick else 60
    left = watch_frames(scene(busy_square, length, seed=seed)).of(EventKind.OBJECT_LEFT)
    return (left[0].at_ms - DROPPED) / 1000 if left else float(length)


def look_at(frames: list[tuple[int, Any]]) -> None:
    watcher = Watcher(CameraParams())
    for at, grey in frames:
        watcher.look(at, grey)


def mog2(frames: list[tuple[int, Any]]) -> None:
    import cv2

    model = cv2.createBackgroundSubtractorMOG2(detectShadows=False)
    for _, grey in frames:
        model.apply(grey)
