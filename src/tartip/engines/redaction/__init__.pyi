from .errors import ChangedMedia as ChangedMedia, Flaw as Flaw, TooLarge as TooLarge, UnreadableMedia as UnreadableMedia
from .find import find_in_video as find_in_video
from .params import Audio as Audio, Method as Method, RedactionParams as RedactionParams, Region as Region
from .photo import Photo as Photo, redact_photo as redact_photo
from .plan import Plan as Plan
from .report import Cover as Cover, Kind as Kind, Report as Report
from .video import cover_video as cover_video, redact_video as redact_video
