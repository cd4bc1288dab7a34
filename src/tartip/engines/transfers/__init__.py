"""Transfer rules: 33 answers and a score for one payment before it leaves, with a memory that survives a crash.

>>> from tartip.engines.transfers import Transfer, TransferRules
>>> rules = TransferRules()
>>> paid = rules.process(Transfer(1, at=1_790_000_000_000, amount=5_000_00, debtor=1, debtor_account=11, creditor=2,
...                               creditor_account=22))
>>> paid[0].outcomes["030"], paid[0].advice.name       # the first payment to this account
('.01', 'PASS')
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
