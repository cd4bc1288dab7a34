"""What the start page says of cases: the late ones; where none is late, those in which a term ends soon."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import override

from tartip.cases.workplaces import urgent_cases
from tartip.core.clocks.models import Clock
from tartip.core.time import clock


def test_a_case_is_counted_when_its_term_ends_within_three_days_and_when_it_is_over(case, inspector, charlie):
    """The first term of the case: four days before its end nothing is said, two days before soon, after it late."""
    due = min(Clock.objects.filter(subject=case.pk, state="running").values_list("due_at", flat=True))
    with override("en"):
        with clock(due - timedelta(days=4)):
            assert urgent_cases(inspector) is None
        with clock(due - timedelta(days=2)):
            soon = urgent_cases(inspector)
            assert (soon.text, soon.soon, soon.late) == ("in 1 case a term ends within 3 days", True, False)
        with clock(due + timedelta(hours=1)):
            late = urgent_cases(inspector)
            assert (late.text, late.late) == ("1 case is late", True)
            assert urgent_cases(charlie) is None, "a stranger's page counts nothing of Almaty"
