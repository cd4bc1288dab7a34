"""`tools/circles.py` on a small tree: which imports make a circle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.circles import Kind, describe, find_circles, read_graph


@pytest.fixture
def tree(tmp_path: Path):
    def write(**files: str):
        (tmp_path / "tartip").mkdir()
        (tmp_path / "tartip/__init__.py").touch()
        for name, text in files.items():
            (tmp_path / f"tartip/{name}.py").write_text(text)
        return read_graph(tmp_path)

    return write


def test_a_chain_without_return_is_no_circle(tree):
    assert find_circles(tree(a="from tartip import b\n", b="import tartip.c\n", c="from . import missing\n")) == []


def test_an_import_inside_a_function_closes_a_circle(tree):
    graph = tree(a="from tartip.b import thing\n", b="def f():\n    from .a import other\n")
    assert [describe(graph, circle) for circle in find_circles(graph)] == ["a → b ⇢ a"]


def test_an_import_for_types_is_found_only_when_asked_for(tree):
    guarded = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tartip.a import A\n"
    graph = tree(a="import tartip.b\n", b=guarded)
    assert find_circles(graph) == []
    assert [describe(graph, circle) for circle in find_circles(graph, Kind.TYPES)] == ["a → b ·> a"]


def test_two_circles_through_one_module_are_both_found_shortest_first(tree):
    back = "import tartip.a\n"
    graph = tree(a="from tartip import b, d\n", b="from tartip import c\n", c=back, d=back)
    assert find_circles(graph) == [["tartip.a", "tartip.d"], ["tartip.a", "tartip.b", "tartip.c"]]
