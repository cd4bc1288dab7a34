"""One answer from one or more frames of the same plate, or a refusal: the gate never guesses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from tartip.engines.errors import BadInput, expect
from tartip.engines.plates.cheapest import cheapest_two
from tartip.engines.plates.confusion import NEVER, SIGNS
from tartip.engines.plates.fit import fit
from tartip.engines.plates.frame import Frame
from tartip.engines.plates.grammar import LONGEST, READABLE, UNREADABLE, Pattern, Plate, parse

MISS = 60  # a frame that shows no such pattern speaks against it, but one bad frame must not silence the others


class Refusal(Enum):
    """Why a plate goes to a person instead."""

    NOTHING_READ = "nothing_read"
    OUT_OF_GRAMMAR = "out_of_grammar"  # no known series fits, whatever is repaired
    UNSURE = "unsure"  # the best plate costs too much: bad picture, or not a plate
    AMBIGUOUS = "ambiguous"  # another plate is nearly as likely
    UNCONFIRMED = "unconfirmed"  # the form of a series that is not confirmed, or of a plate with a sign missed


@dataclass(frozen=True, slots=True)
class Gate:
    """What is sure enough. Tenths of a power of ten: margin 20 means a hundred times likelier than the runner-up."""

    margin: int = 14
    cost: int = 18  # per frame

    def __post_init__(self) -> None:
        for name in ("margin", "cost"):
            if getattr(self, name) < 0:
                raise BadInput(name, getattr(self, name), "must not be negative")


@dataclass(frozen=True, slots=True)
class Decision:
    """A plate, or a refusal with the best guess beside it for the person who decides."""

    plate: Plate | None
    refusal: Refusal | None
    guess: str  # best text of a known series, else what was read
    cost: int  # of the guess, per frame that shows it
    margin: int  # to the next best text; NEVER if nothing else fits
    shown: int  # frames that show it
    frames: int
    also: str = ""  # a text of an unconfirmed series nearly as likely: a trailer's 12OAB02 for a firm's 120AB02

    @property
    def repaired(self) -> bool:
        return self.plate is not None and self.cost > 0


def decide(frames: Sequence[Frame], gate: Gate = Gate()) -> Decision:
    """Add the costs of all frames place by place and take the cheapest plate, if it is cheap and alone enough.

    At least half of the frames with any text must show it; the others count as MISS against every plate they deny.
    """
    expect("frames", frames, list, tuple)
    for frame in frames:
        expect("frame", frame, Frame)
    seen = [frame for frame in frames if frame.text]
    if not seen:
        return Decision(None, Refusal.NOTHING_READ, "", 0, 0, 0, len(frames))
    if unconfirmed := unconfirmed_series(seen):
        return Decision(None, Refusal.UNCONFIRMED, unconfirmed, 0, NEVER, len(seen), len(frames))
    ranked = sorted(choice for pattern in READABLE for choice in _best_two(seen, pattern))
    if not ranked:
        return Decision(None, Refusal.OUT_OF_GRAMMAR, max((f.text for f in seen), key=len), 0, 0, 0, len(frames))
    cost, _, text, missed = ranked[0]
    margin = min((other[0] - cost for other in ranked if other[1] or other[2] != text), default=NEVER)
    shown = len(seen) - missed
    per_frame = -(-(cost - missed * MISS) // shown)
    refusal = None
    if per_frame > gate.cost or 2 * shown < len(seen):
        refusal = Refusal.UNSURE
    elif margin < gate.margin:
        refusal = Refusal.AMBIGUOUS
    plate = None if refusal else parse(text)
    also = unconfirmed_rival(seen, len(text), cost + gate.margin) if plate else ""
    return Decision(plate, refusal, text, per_frame, margin, shown, len(frames), also)


def unconfirmed_rival(frames: Sequence[Frame], signs: int, below: int) -> str:
    """The cheapest text of an unconfirmed series with as many signs, if it costs less than this."""
    patterns = [pattern for pattern in UNREADABLE if len(pattern.classes) == signs]
    choices = (choice for pattern in patterns for choice in _best_two(frames, pattern) if choice[2])
    cost, _, text, _ = min(choices, default=(below, False, "", 0))
    return text if cost < below else ""


def unconfirmed_series(frames: Sequence[Frame]) -> str:
    """The text of a frame that has the form of an unconfirmed Kazakh series, else nothing; the most frequent one.

    One frame is enough for a person to look: the others may have read a trailer's B as the 8 of a car's plate.
    """
    for text, _ in Counter(frame.text for frame in frames).most_common():
        if 0 < len(text) <= LONGEST:
            plate = parse(text)
            if plate.kind.kazakh and not plate.confirmed:
                return plate.text
    return ""


def repair(text: str, gate: Gate = Gate()) -> Decision:
    """The plate a text was meant to be: signs of the wrong class become their twins, 0 for O. Raises BadPlate."""
    return decide([Frame.of_text(text)], gate)


def _best_two(frames: Sequence[Frame], pattern: Pattern) -> list[tuple[int, bool, str, int]]:
    """(cost, elsewhere, text, frames that do not show it) of the two cheapest texts of a pattern over all frames.

    A third entry, marked `elsewhere`, stands for the best other plate laid over other signs of the frames.
    """
    total: npt.NDArray[np.int64] = np.zeros((len(pattern.classes), len(SIGNS)), np.int64)
    extra = missed = lead = 0
    for frame in frames:
        found = fit(frame, pattern)
        if found is None or found.cost > MISS:
            missed += 1
        else:
            extra += found.extra
            lead += min(MISS, found.lead)
            total += found.costs
    if missed == len(frames):
        return []
    texts = [(extra + missed * MISS + cost, False, text, missed) for cost, text in cheapest_two(total, pattern)]
    return [*texts, *((cost + lead, True, "", missed) for cost, *_ in texts[:1])]
