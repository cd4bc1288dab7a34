"""The night's patrol plan: which crew is where when, and where posts stand. See README.md."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
