"""Two officials at once, with real connections and commits."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.db import connection

from tartip.cases import actions as cases
from tartip.cases.errors import JudgedBefore
from tartip.cases.models import Case
from tartip.cases.tests.made import noise, opened
from tartip.core.acts import system
from tartip.errors import TartipError
from tartip.operations.incidents import actions as incidents

ROUNDS = 5


def at_once(*works):
    """Run each in a thread of its own, at the same moment; what each gave or was refused with."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(number, work):
        try:
            barrier.wait()
            results[number] = work()
        except TartipError as refused:
            results[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return results


@pytest.mark.parametrize("merged", [False, True])
def test_two_cases_of_one_incident_are_not_both_decided_at_once(committed, persona, inspector, dispatcher, merged):
    """Nobody has said that it is another person: whoever comes second is refused."""
    for _ in range(ROUNDS):
        one = opened(persona("operator"))
        incident = noise(dispatcher) if merged else one.incident
        two = cases.open_case(system("cases"), incident=incident, article="koap-437-1", offence_at=one.offence_at)
        if merged:
            incidents.merge(dispatcher, incident, into=one.incident)
        for case in (one, two):
            cases.draw_protocol(inspector, case, article="koap-437-1", facts="…")
        works = [partial(cases.decide, inspector, Case.objects.get(pk=case.pk), kind="fine") for case in (one, two)]
        refused = [type(result) for result in at_once(*works) if isinstance(result, Exception)]
        assert refused == [JudgedBefore]
