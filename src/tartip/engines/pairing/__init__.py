"""Average speed: entry and exit reads of one plate on one certified section become pairs, or suspects with a reason."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
