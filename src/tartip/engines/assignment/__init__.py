"""Which unit goes to which incident, what that costs the others, and how a day goes by a rule. See README.md."""

import lazy_loader

from tartip.engines.assignment.unreachable import UNREACHABLE

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__all__ += ["UNREACHABLE"]
