"""Public receipts: a code opens one record without a log-in. An app declares its kind in `receipts.py`."""
