"""How long each duty may go without a good end before it is late."""

from __future__ import annotations

from datetime import timedelta

# After how long without a good end a duty is late. Every duty of the background process is named here, or it does not
# start (`keeper.Duty`).
PATIENCE = {
    "seal": timedelta(seconds=20),
    "clocks": timedelta(minutes=2),
    "alarms": timedelta(minutes=1),
    "jobs": timedelta(minutes=1),
    "roles": timedelta(minutes=2),
    "law": timedelta(hours=50),
    "tidy": timedelta(hours=50),
    "retention": timedelta(hours=50),
    "stream": timedelta(minutes=1),
}
# The duties of the background process; the stream reports too, and is no part of it.
BACKGROUND = PATIENCE.keys() - {"stream"}
