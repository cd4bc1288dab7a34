"""camera: a made square with a left bag, empty squares, changes of light and two clips; OpenCV's MOG2 beside it."""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np

from bench.contract import Report
from tartip.engines.camera import CameraParams, EventKind, Watcher, watch, watch_frames
from tartip.engines.camera.tests.light import SCENES, play
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
        lit = sorted(SCENES)[:: 6 if quick else 1]
        for name in lit:
            seen = watch_frames(play(SCENES[name], 40 if quick else 75))
            false += sum(event.kind in ALARMS for event in seen.events)
        slope = memory_slope(36_000 if quick else 150_000)
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
    notes.append(f"false_alarms counts {len(lit)} changes of light and camera too; memory_slope is bytes per look")
    notes.append("12 s of found_after_s are the dwell time; mog2 is the mask alone, without any event")
    return Report(
        "camera",
        {
            "frames_per_s_core": statistics.median(speeds["tartip"]),
            "found_after_s": max(found),
            "false_alarms": false,
            "memory_slope": slope,
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


def memory_slope(looks: int) -> float:
    """Bytes a look adds: traced after two thirds, at least 30,000 looks, and at the end, events dropped.

    In the first 30,000 looks about 7 kB of small objects pile up inside NumPy, then hardly any: they are no growth.
    """
    rng = np.random.default_rng(3)
    empty = [np.clip(100 + rng.normal(0, 3, (32, 64)), 0, 255).astype(np.uint8) for _ in range(7)]
    watcher, before = Watcher(CameraParams(object_low=40, vehicle_low=100)), 0
    begin = max(30_000, looks * 2 // 3)
    tracemalloc.start()
    try:
        for n in range(looks):
            grey, x = empty[n % 7].copy(), n % 40 * 3 - 20
            grey[12:20, max(0, x) : max(0, x + 12)] = 230
            watcher.look(n * 100, grey)
            if n == begin:
                gc.collect()
                before = tracemalloc.get_traced_memory()[0]
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    return max(0, round(grown / (looks - begin)))


def look_at(frames: list[tuple[int, Any]]) -> None:
    watcher = Watcher(CameraParams())
    for at, grey in frames:
        watcher.look(at, grey)


def mog2(frames: list[tuple[int, Any]]) -> None:
    import cv2

    model = cv2.createBackgroundSubtractorMOG2(detectShadows=False)
    for _, grey in frames:
        model.apply(grey)
