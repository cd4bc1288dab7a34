"""Which unit goes to which incident, what that costs the others, and how a day goes by a rule. See README.md."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

UNREACHABLE = 1_073_741_823  # as in engines.routing: from here on there is no way
__all__ += ["UNREACHABLE"]
