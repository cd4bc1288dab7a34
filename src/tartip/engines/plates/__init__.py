"""Kazakh number plates: grammar, repair by position, vote over frames, a gate that refuses, reading, a 64-bit code."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
