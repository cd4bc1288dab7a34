"""Cover faces and other cars' plates in videos and photos, and say what was covered where. Nobody is identified."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
