"""Call screening: one call to a verdict with its reason in microseconds, batches by the million.

>>> from tartip.engines.screening import Lists, Screen, Trunk, Ingress, build_tables
>>> screen = Screen(build_tables(Lists(), {1: Trunk(Ingress.INTERNATIONAL)}))
>>> screen.decide("+77172123456", "+77011234567", trunk=1, at=1_700_000_000_000).rule
'home-fixed-abroad'
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
