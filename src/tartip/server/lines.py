"""What the log says of requests that were refused."""

from __future__ import annotations

import logging


class RefusalsInOneLine(logging.Filter):
    """A request that its sender got wrong (4xx) is one line: anybody can send thousands, and no code is at fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and 400 <= getattr(record, "status_code", 0) < 500:
            kind = record.exc_info[0]
            record.msg = f"{record.msg} [{kind.__name__ if kind else '?'}]"
            record.exc_info = record.exc_text = None
        return True
