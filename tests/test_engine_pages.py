"""What is written about the engines holds: promises come first, names exist, and the code of the pages runs."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tartip.engines import errors
from tests import engine_pages
from tests.engine_pages import PREPARED, prepare

ROOT = Path(__file__).parents[1]
ENGINES = sorted(path.parent.name for path in (ROOT / "src/tartip/engines").glob("*/README.md"))
EXAMPLES = sorted((ROOT / "docs/examples").glob("*.py"))
CODE = re.compile(r"```python\n(.*?)```|^\n((?:    \S[^\n]*\n)+)", re.S | re.M)  # fenced, or an indented paragraph
FENCE = re.compile(r"```python\n(.*?)```", re.S)
# Libraries and their classes; `months` is what `figures` stands on, so both may name its classes.
NO_CLASSES = {"CenterFace", "DuckDB", "PuLP", "PyVRP", "RecordBatchReader"}


def readme(name: str) -> str:
    return (ROOT / "src/tartip/engines" / name / "README.md").read_text()


@pytest.mark.parametrize("name", ENGINES)
def test_a_readme_begins_with_its_promise_and_its_limits(name):
    """Within ten lines of text, whoever chooses a library knows what it guarantees and what it does not."""
    begin = "\n".join([line for line in readme(name).splitlines() if line][:10])
    assert "**Promise" in begin
    assert "**Limits" in begin
    assert re.search(r"refuse|BadInput|Unreadable", begin, re.I), "what it refuses, by name"


@pytest.mark.parametrize("name", ENGINES)
def test_what_a_readme_calls_a_class_can_be_imported(name):
    """Else nobody can catch the error that the README promises."""
    engines = [importlib.import_module(f"tartip.engines.{one}") for one in (name, "months")]
    named = set(re.findall(r"\b[A-Z][a-z]+[A-Z]\w+\b", readme(name))) - NO_CLASSES
    assert {word for word in named if not any(hasattr(module, word) for module in (*engines, errors))} == set()


def test_every_engine_has_its_page():
    assert set(ENGINES) == set(PREPARED) == {path.stem for path in (ROOT / "docs/engines").glob("*.md")}


@pytest.mark.parametrize("name", ENGINES)
def test_the_code_of_an_engines_page_runs(name, tmp_path, monkeypatch):
    """As a reader would run it: everything from the engine, the data at hand, the files beside."""
    monkeypatch.chdir(tmp_path)
    engine = importlib.import_module(f"tartip.engines.{name}")
    known: dict[str, Any] = {public: getattr(engine, public) for public in engine.__all__} | prepare(name, tmp_path)
    (code,) = FENCE.findall((ROOT / f"docs/engines/{name}.md").read_text())
    exec(compile(code, f"docs/engines/{name}.md", "exec"), known)  # our own pages


@pytest.mark.parametrize("name", [name for name in ENGINES if CODE.search(readme(name))])
def test_the_code_of_a_readme_runs(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    engine = importlib.import_module(f"tartip.engines.{name}")
    known: dict[str, Any] = {public: getattr(engine, public) for public in engine.__all__}
    known |= engine_pages.README_GIVEN[name](tmp_path)
    for found in CODE.finditer(readme(name)):
        exec(compile(textwrap.dedent(found[1] or found[2]), f"{name}/README.md", "exec"), known)  # our own pages


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_what_an_example_imports_exists(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("tartip", "bench"):
            module = importlib.import_module(str(node.module))
            assert [name.name for name in node.names if not hasattr(module, name.name)] == []


@pytest.mark.slow
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_runs_and_says_something(file, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("PYTHONPATH", f"{ROOT / 'src'}:{ROOT}")
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", str(file)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
