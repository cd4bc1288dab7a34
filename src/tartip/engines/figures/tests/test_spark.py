from __future__ import annotations

import importlib.util
import shutil
import subprocess

import pytest

from tartip.engines.figures import EVERYWHERE, Period, Territory, _
from tartip.engines.figures.question import Question
from tartip.engines.figures.recounting import recount
from tartip.engines.figures.tests.made import ALMATY, AUEZOV, BOSTANDYK, FEBRUARY, JANUARY, MONTHS, indicator, seal

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def session():
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: the extra `spark` has it")
    if shutil.which("java") is None or subprocess.run(["java", "-version"], capture_output=True).returncode:
        pytest.skip("no Java: Spark needs version 17 or newer")
    from tartip.engines.figures.spark import local_session

    session = local_session()
    yield session
    session.stop()


QUESTIONS = [
    (_.count(), None),
    (_.mass_mg.sum(), _.state.isin(["seized", "confirmed"])),
    ((_.mass_mg * 2 - _.kind).sum(), _.decided.isnull() & ~(_.kind == 2)),
    (_.state.nunique(), None),
    (_.count(where=_.date.between(JANUARY.first, JANUARY.last)), _.mass_mg.notnull() | (_.kind >= 2)),
]


@pytest.mark.parametrize("measure, where", QUESTIONS)
def test_spark_gives_the_same_integers(session, tmp_path, measure, where):
    from tartip.engines.figures.spark import figure_on_spark

    sealed = seal(tmp_path, MONTHS)
    for territory in (EVERYWHERE, Territory.of(ALMATY, [AUEZOV, BOSTANDYK])):
        for period in (Period.of_months(JANUARY, FEBRUARY), Period(JANUARY.first, FEBRUARY.first)):
            question = Question.ask(indicator(measure, where), territory, period, sealed)
            assert figure_on_spark(question, session) == recount(question)
