"""Nearest units, travel times, routes and reach on real roads. See README.md for the words and traps."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

UNREACHABLE = CLOSED = 1_073_741_823
__all__ += ["CLOSED", "UNREACHABLE"]
