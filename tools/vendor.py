"""Copy the browser files that Tártip ships out of their npm packages.

    ./run python tools/vendor.py

Needs Node and a package registry; nobody else does, because the copies are committed. Versions are pinned in
tools/npm/package.json and package-lock.json. Each copy is recorded with its SHA-256 in MANIFEST.json, and a test
compares the hashes. `sourceMappingURL` lines are cut: the hashed static storage would look for the maps.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "tools" / "npm"
STATIC = ROOT / "src" / "tartip" / "web" / "static" / "vendor"
FOR_TESTS = ROOT / "tests" / "e2e" / "vendor"

INTER = "@fontsource-variable/inter"
MONO = "@fontsource-variable/jetbrains-mono"


@dataclass(frozen=True, slots=True)
class Copy:
    package: str
    source: str
    target: str
    append: str = ""  # one line that turns a script into a module


SHIPPED = [
    Copy("htmx.org", "dist/htmx.min.js", "htmx/htmx.min.js"),
    Copy("htmx.org", "dist/ext/hx-sse.min.js", "htmx/hx-sse.min.js"),
    Copy("maplibre-gl", "dist/maplibre-gl.mjs", "maplibre-gl/maplibre-gl.mjs"),
    Copy("maplibre-gl", "dist/maplibre-gl-worker.mjs", "maplibre-gl/maplibre-gl-worker.mjs"),
    Copy("maplibre-gl", "dist/maplibre-gl.css", "maplibre-gl/maplibre-gl.css"),
    Copy("pmtiles", "dist/pmtiles.js", "pmtiles/pmtiles.mjs", append="export const { Protocol, PMTiles } = pmtiles;\n"),
    Copy("swagger-ui-dist", "swagger-ui-bundle.js", "swagger-ui/swagger-ui-bundle.js"),
    Copy("swagger-ui-dist", "swagger-ui.css", "swagger-ui/swagger-ui.css"),
    Copy("uplot", "dist/uPlot.iife.min.js", "uplot/uPlot.iife.min.js"),
    Copy("uplot", "dist/uPlot.min.css", "uplot/uPlot.min.css"),
    *(
        Copy(INTER, f"files/inter-{part}-wght-normal.woff2", f"fonts/inter-{part}-wght-normal.woff2")
        for part in ("cyrillic-ext", "cyrillic", "latin-ext", "latin")
    ),
    *(
        Copy(MONO, f"files/jetbrains-mono-{part}-wght-normal.woff2", f"fonts/jetbrains-mono-{part}-wght-normal.woff2")
        for part in ("cyrillic", "latin")
    ),
]
TEST_ONLY = [Copy("axe-core", "axe.min.js", "axe.min.js")]
MAP_LINE = re.compile(rb"^(//|/\*)# sourceMappingURL=.*$\n?", re.MULTILINE)


@contextmanager
def node_modules() -> Iterator[Path]:
    """A throw-away folder with exactly the locked packages; no package runs a script of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PINS / name, folder)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
        yield Path(folder) / "node_modules"


def copy_all(modules: Path, copies: list[Copy], target: Path) -> None:
    """Empty the target, copy, and write the manifest beside the copies."""
    shutil.rmtree(target, ignore_errors=True)
    files = {}
    for copy in copies:
        content = (modules / copy.package / copy.source).read_bytes()
        if not copy.target.endswith(".woff2"):
            content = MAP_LINE.sub(b"", content) + copy.append.encode()
        path = target / copy.target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        files[copy.target] = {
            "package": copy.package,
            "version": json.loads((modules / copy.package / "package.json").read_text())["version"],
            "source": copy.source,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    (target / "MANIFEST.json").write_text(json.dumps(files, indent=1, sort_keys=True) + "\n")


def licences(modules: Path, copies: list[Copy]) -> str:
    """The licence text of every package that is copied."""
    parts = [
        "# Licences of the files in this folder\n\nWritten by tools/vendor.py. The base map in ../tartip/map is made "
        "from Natural Earth (public domain) by way of world-atlas (ISC, below).\n"
    ]
    for package in sorted({copy.package for copy in copies} | {"world-atlas"}):
        about = json.loads((modules / package / "package.json").read_text())
        found = sorted((modules / package).glob("LICENSE*")) or [PINS / "licences" / f"{package}.txt"]
        text = found[0].read_text().strip()
        parts.append(f"## {package} {about['version']} ({about['license']})\n\n```\n{text}\n```\n")
    return "\n".join(parts)


def main() -> None:
    with node_modules() as modules:
        copy_all(modules, SHIPPED, STATIC)
        copy_all(modules, TEST_ONLY, FOR_TESTS)
        (STATIC / "LICENCES.md").write_text(licences(modules, SHIPPED))
        (FOR_TESTS / "LICENCES.md").write_text(licences(modules, TEST_ONLY))
    size = sum(path.stat().st_size for path in STATIC.rglob("*") if path.is_file())
    print(f"{len(SHIPPED)} files, {size / 1e6:.1f} MB in {STATIC.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
