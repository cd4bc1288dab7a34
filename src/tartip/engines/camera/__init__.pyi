from .errors import NoPicture as NoPicture
from .events import Event as Event, EventKind as EventKind, Minute as Minute, Watch as Watch
from .params import CameraParams as CameraParams, Line as Line, LinePair as LinePair, Point as Point
from .watching import Watcher as Watcher, watch as watch, watch_frames as watch_frames
