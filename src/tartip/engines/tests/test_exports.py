"""What an engine exports is what its stub names, and naming it loads nothing heavy."""

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import tartip.engines

LAZY = [
    "assignment",
    "camera",
    "figures",
    "months",
    "pairing",
    "patrol",
    "plates",
    "redaction",
    "routing",
    "transfers",
    "screening",
]
HEAVY = ("av", "cv2", "duckdb", "ibis", "numba", "numpy", "onnxruntime", "polars", "pyarrow", "scipy")


def test_every_engine_is_known_here():
    found = {module.name for module in pkgutil.iter_modules(tartip.engines.__path__) if module.ispkg}
    assert found - {"tests"} == {*LAZY, "merkle"}


@pytest.mark.parametrize("name", LAZY)
def test_every_exported_name_exists(name):
    engine = importlib.import_module(f"tartip.engines.{name}")
    assert len(engine.__all__) > 5
    assert [public for public in engine.__all__ if getattr(engine, public, None) is None] == []


@pytest.mark.parametrize("name", [*LAZY, "merkle"])
def test_every_exported_class_and_function_says_what_it_is(name):
    """A dataclass without a docstring gets its signature as one, an enumeration that of its base: neither helps."""
    engine = importlib.import_module(f"tartip.engines.{name}")
    silent = []
    for public in engine.__all__:
        thing = getattr(engine, public)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            told = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
            if not told or told.startswith(f"{public}("):
                silent.append(public)
    assert silent == []


def test_importing_an_engine_loads_nothing_heavy():
    """A page of the application may import any engine; a second of start-up for numba is paid by who uses it."""
    imports = "; ".join(f"import tartip.engines.{name}" for name in LAZY)
    code = f"import sys; {imports}; print([m for m in {HEAVY} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
