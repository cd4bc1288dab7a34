"""Watch a road or square camera: left objects, stopped and wrong-way vehicles, counts, speeds. Nothing about people."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
