"""Finds import circles among the modules of `src/tartip`: `python tools/circles.py`.

A circle is a chain of imports that comes back to its first module. Imports at the head of a module and imports inside
functions count alike: the second kind only hides the circle until the function runs. The lazy exports of an engine
(`__init__.pyi`) count as imports inside functions. Imports under `TYPE_CHECKING` never run; circles that need one of
them are printed apart and are not counted.

Of each import that lies on some circle the shortest circle through it is printed, each circle once, shortest first.
The number of circles is compared with `[tool.tartip] most_import_circles` of `pyproject.toml`: more is a failure.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tomllib
from collections import deque
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"
PACKAGE = "tartip"
LEFT_OUT = {"tests", "migrations"}


class Kind(IntEnum):
    """When an import runs."""

    HEAD = 0
    LAZY = 1
    TYPES = 2


Graph = dict[str, dict[str, Kind]]


def find_modules(sources: Path) -> dict[str, Path]:
    """Module name → file, without tests and migrations; `__init__.pyi` stands for the lazy exports beside it."""
    modules = {}
    for file in sorted((sources / PACKAGE).rglob("*.py")):
        parts = file.relative_to(sources).with_suffix("").parts
        if not LEFT_OUT & set(parts):
            modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return modules


def is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def walk_imports(node: ast.AST, kind: Kind) -> Iterator[tuple[ast.Import | ast.ImportFrom, Kind]]:
    """Every import statement below `node`, with the moment it runs."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, kind
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from walk_imports(child, max(kind, Kind.LAZY))
        elif isinstance(child, ast.If) and is_type_checking(child.test):
            for inner in child.body:
                yield from walk_imports(ast.Module([inner], []), Kind.TYPES)
            for inner in child.orelse:
                yield from walk_imports(ast.Module([inner], []), kind)
        else:
            yield from walk_imports(child, kind)


def name_targets(statement: ast.Import | ast.ImportFrom, package: str, modules: dict[str, Path]) -> Iterator[str]:
    """The modules of ours that one import statement reads; `package` is what a relative import starts from."""
    if isinstance(statement, ast.Import):
        names = [alias.name for alias in statement.names]
        yield from (name for name in names if name in modules)
        return
    base = statement.module or ""
    if statement.level:
        above = package.split(".")[: len(package.split(".")) - statement.level + 1]
        base = ".".join([*above, base] if base else above)
    for alias in statement.names:
        # `from package import module` reads the module; `from module import name` reads the module before it.
        inner = f"{base}.{alias.name}"
        if inner in modules:
            yield inner
        elif base in modules:
            yield base


def read_graph(sources: Path = SOURCES) -> Graph:
    """Importer → imported → the earliest kind of import between the two."""
    modules = find_modules(sources)
    graph: Graph = {name: {} for name in modules}
    for name, file in modules.items():
        package = name if file.stem == "__init__" else name.rpartition(".")[0]
        stub = file.with_name("__init__.pyi")
        readings = [(file, Kind.HEAD)]
        if file.stem == "__init__" and stub.exists():
            readings.append((stub, Kind.LAZY))
        for read, least in readings:
            for statement, kind in walk_imports(ast.parse(read.read_text()), least):
                for target in name_targets(statement, package, modules):
                    if target != name:
                        graph[name][target] = min(kind, graph[name].get(target, kind))
    return graph


def shortest_way(graph: Graph, start: str, end: str, most: Kind) -> list[str] | None:
    """The shortest chain of imports from `start` to `end` by imports up to kind `most`; breadth first."""
    before: dict[str, str] = {start: start}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        if here == end:
            way = [here]
            while way[-1] != start:
                way.append(before[way[-1]])
            return way[::-1]
        for there in sorted(graph[here]):
            if graph[here][there] <= most and there not in before:
                before[there] = here
                queue.append(there)
    return None


def find_circles(graph: Graph, most: Kind = Kind.LAZY) -> list[list[str]]:
    """The shortest circle through each import that lies on one; each once, beginning at its first name."""
    circles = set()
    for name, imported in graph.items():
        for target, kind in imported.items():
            way = shortest_way(graph, target, name, most) if kind <= most else None
            if way:
                first = way.index(min(way))
                circles.add(tuple(way[first:] + way[:first]))
    return [list(circle) for circle in sorted(circles, key=lambda circle: (len(circle), circle))]


def describe(graph: Graph, circle: list[str]) -> str:
    """`a → b ⇢ a`: the broken arrow marks an import inside a function, the dotted one (·>) an import for types."""
    arrows = {Kind.HEAD: "→", Kind.LAZY: "⇢", Kind.TYPES: "·>"}
    words = [circle[0]]
    for here, there in zip(circle, [*circle[1:], circle[0]], strict=True):
        words += [arrows[graph[here][there]], there]
    return " ".join(words).replace(f"{PACKAGE}.", "")


def main() -> int:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text()).get("tool", {}).get("tartip", {})
    parser = argparse.ArgumentParser(description="Finds import circles.")
    parser.add_argument("--most", type=int, default=settings.get("most_import_circles", 0), help="allowed number")
    parser.add_argument("--types", action="store_true", help="also print circles that need an import for types")
    options = parser.parse_args()
    graph = read_graph()
    circles = find_circles(graph)
    for circle in circles:
        print(describe(graph, circle))
    if options.types:
        print("── only for types:")
        for circle in find_circles(graph, Kind.TYPES):
            if any(graph[a][b] is Kind.TYPES for a, b in zip(circle, [*circle[1:], circle[0]], strict=True)):
                print(describe(graph, circle))
    print(f"import circles: {len(circles)}, allowed: {options.most}")
    return 1 if len(circles) > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
