from .errors import NoPicture as NoPicture
from .events import (
    Event as Event,
    EventKind as EventKind,
    Flaw as Flaw,
    FlawKind as FlawKind,
    Minute as Minute,
    Watch as Watch,
)
from .params import CameraParams as CameraParams, Line as Line, LinePair as LinePair, Point as Point
from .stream import Reconnect as Reconnect, watch_stream as watch_stream
from .watcher import Watcher as Watcher
from .watching import watch as watch, watch_frames as watch_frames
