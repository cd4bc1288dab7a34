"""What the background does, done at once: terms that are over end, and every listener of cases and appeals runs."""

from __future__ import annotations

import uuid

from django.utils.module_loading import import_string

from tartip.cases.models import Case
from tartip.core.clocks.breach import breach_due
from tartip.core.journal.listeners import LISTENERS
from tartip.core.journal.models import Entry

HERE = ("tartip.cases.", "tartip.appeals.")
# Jobs that are done: in the product nothing runs the listeners of an old entry again. Ids are unique over all tests.
_done: set[uuid.UUID] = set()


def background(case: Case) -> Case:
    """The jobs of every new entry, each twice at once, as a job that runs again after a crash; the case after that."""
    breach_due()
    while new := list(Entry.objects.exclude(pk__in=_done).order_by("id")):
        for entry in new:
            _done.add(entry.pk)
            for listener in 2 * [*LISTENERS.get(entry.act, ())]:
                if listener.startswith(HERE):
                    import_string(listener)(entry.pk)
    case.refresh_from_db()
    return case
