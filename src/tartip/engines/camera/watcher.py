"""Watch one camera: from looks to events, handed out as they happen and then dropped."""

from __future__ import annotations

from typing import Any

import numpy as np

from tartip.engines.camera.background import Background
from tartip.engines.camera.clock import StreamClock
from tartip.engines.camera.events import Flaw, FlawKind, Minute, Told
from tartip.engines.camera.params import CameraParams
from tartip.engines.camera.picture import Quality, Sample, Suddenness, same_place
from tartip.engines.camera.source import LEAST_BETWEEN_MS, Grey
from tartip.engines.camera.tracker import PERMILLE, Tracker
from tartip.engines.errors import BadInput, expect

SETTLE_MS = 1_500  # so long a switched light or an automatic exposure needs to come to rest
MOST_WINDOWS = 8  # then the new scene is taken as it is, however restless
RESTLESS = 0.1  # share of the picture that still changes


class Watcher:
    """Feed `look`; it returns what this look decided. Nothing that was returned is kept, so it can run for ever.

    Stages of a look: the clock, then whether the picture can be judged (`picture`), then what differs from the empty
    scene (`background`), then what became of the things in it (`tracker`).
    """

    def __init__(self, params: CameraParams = CameraParams()) -> None:
        expect("params", params, CameraParams)
        self.params = params
        self.clock = StreamClock(1000 // params.rate)
        self.looks = 0
        self.told: list[Told] = []
        self.told_flaws: dict[FlawKind, int] = {}
        self.minute = -1
        self.sums = np.zeros(3, np.int64)  # thousandths of area, looks with vehicles, looks: of the running minute
        self.start_anew((0, 0), 0)

    def start_anew(self, size: tuple[int, int], at: int) -> None:
        self.size, self.began = size, at
        self.quality, self.suddenness, self.sample = Quality(), Suddenness(), Sample()
        self.background: Background | None = None
        self.tracker = Tracker(self.params, size)
        self.unusable: tuple[FlawKind, int] | None = None  # since when nothing can be judged
        self.settling: tuple[int, int, float] | None = None  # (since, windows, share that changed)

    def look(self, at: int, grey: Grey) -> list[Told]:
        """One picture, (height, width) of 8-bit grey, `at` in milliseconds. Raises BadInput for anything else.

        Stamps that go back or jump by more than ten seconds re-anchor the clock and give CLOCK_JUMPED.
        """
        check_picture(at, grey)
        self.told = []
        at, jump = self.clock.place(int(at))
        if jump:
            self.tell_flaw(FlawKind.CLOCK_JUMPED, at, at, jump)
        self.looks += 1
        if grey.shape != self.size:
            if self.looks > 1:
                self.tell_flaw(FlawKind.SIZE_CHANGED, at, at)
            self.start_anew((grey.shape[0], grey.shape[1]), at)
        if self.usable(at, grey):
            self.judge(at, grey)
        return self.told

    def interrupt(self, passed_ms: int) -> None:
        """The stream was away for so long: time goes on, and what moved is no longer where it was."""
        self.clock.interrupt(passed_ms)
        self.suddenness.forget()

    def finish(self) -> list[Told]:
        """The end: the last, unfinished minute."""
        self.told = []
        self.close_minute()
        return self.told

    @property
    def last(self) -> int:
        return self.clock.last or 0

    def usable(self, at: int, grey: Grey) -> bool:
        """Names the begin and the end of pictures that show nothing."""
        why = self.quality.check(grey, at, self.background is None)
        if self.unusable and (why is None or why is not self.unusable[0]):
            self.tell_flaw(FlawKind.PICTURE_BACK, at, self.unusable[1], at - self.unusable[1])
            self.tracker.resume(at)
            self.suddenness.forget()
            self.unusable = None
        if why and not self.unusable:
            self.unusable = (why, at)
            self.tell_flaw(why, at, self.quality.changed_at if why is FlawKind.PICTURE_FROZEN else at)
        return why is None

    def judge(self, at: int, grey: Grey) -> None:
        if self.background is None:
            self.sample.add(grey)
            if at - self.began >= self.params.warm_up_ms:
                self.background = Background(self.sample.median(), self.params.threshold)
            return
        if self.settling:
            self.settle(at, grey)
            return
        mask, steady = self.background.differs(grey, max(3, self.size[1] // 45))
        changed = self.suddenness.jumped(mask, at)
        if changed:
            self.settling, self.sample = (at, 1, changed), Sample()
            self.sample.add(grey)
            return
        self.told += self.tracker.step(at, mask, steady, self.background)
        self.count_occupancy(at)

    def settle(self, at: int, grey: Grey) -> None:
        """After a sudden change: wait until the picture rests, then learn it and say what kind of change it was."""
        since, windows, changed = self.settling or (at, 0, 0.0)
        self.sample.add(grey)
        if self.background is None or at - since < windows * SETTLE_MS:
            return
        rested = self.sample.median()
        away = np.abs(rested.astype(np.int16) - grey) > self.params.threshold
        if away.mean() > RESTLESS and windows < MOST_WINDOWS:
            self.settling, self.sample = (since, windows + 1, changed), Sample()
            return
        same = same_place(np.asarray(self.background.reference, np.uint8), rested)
        kept = self.tracker.keep_standing(at) if same else self.tracker.drop_all()
        self.background.relearn(rested, kept)
        self.tell_flaw(FlawKind.LIGHT_CHANGED if same else FlawKind.SCENE_CHANGED, at, since, int(changed * PERMILLE))
        self.suddenness.forget()
        self.settling = None

    def count_occupancy(self, at: int) -> None:
        if at // 60_000 != self.minute:
            self.close_minute()
            self.minute = at // 60_000
        area = self.tracker.vehicle_area(at)
        self.sums += (area * PERMILLE // (self.size[0] * self.size[1]), area > 0, 1)

    def close_minute(self) -> None:
        area, some, looks = self.sums.tolist()
        if looks:
            self.told.append(Minute(self.minute, area // looks, some * PERMILLE // looks))
        self.sums[:] = 0

    def tell_flaw(self, kind: FlawKind, at: int, since: int, value: int = 0) -> None:
        """At most one flaw of a kind in ten seconds: a loose plug gives thousands."""
        if at - self.told_flaws.get(kind, -LEAST_BETWEEN_MS) >= LEAST_BETWEEN_MS:
            self.told_flaws[kind] = at
            self.told.append(Flaw(kind, at, since, value))


def check_picture(at: Any, grey: Any) -> None:
    if not isinstance(grey, np.ndarray) or grey.dtype != np.uint8 or grey.ndim != 2 or min(grey.shape) < 8:
        found = f"{grey.dtype} {grey.shape}" if isinstance(grey, np.ndarray) else type(grey).__name__
        raise BadInput("picture", found, "must be (height, width) of 8-bit grey, at least 8 x 8")
    if not isinstance(at, int | np.integer) or isinstance(at, bool):
        raise BadInput("at", at, "must be whole milliseconds")
