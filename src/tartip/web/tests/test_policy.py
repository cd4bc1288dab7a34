"""The strict content-security policy holds in every template of the house, not only here."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from tartip.web.tests.browser import AXE, ROOT

HOUSE = ROOT / "src" / "tartip"
TEMPLATES = sorted(path for path in HOUSE.rglob("templates/**/*") if path.suffix in {".html", ".svg"})
VENDOR = HOUSE / "web" / "static" / "vendor"
RULES = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "an inline handler of htmx": re.compile(r"hx-on[:\-]|js:", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
}
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
OUTSIDE = re.compile(r"https?://(?!www\.w3\.org/)", re.IGNORECASE)


def broken_rules(source: str) -> list[str]:
    found = [name for name, rule in RULES.items() if rule.search(source)]
    for attributes in SCRIPT.findall(source):
        if "src=" not in attributes and 'type="application/json"' not in attributes:
            found.append("an inline script")
    if OUTSIDE.search(re.sub(r"\{#.*?#\}", "", source)):
        found.append("an outside address")
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_template_has_nothing_the_policy_refuses(path: Path) -> None:
    assert broken_rules(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ('<p style="color:red">', "a style attribute"),
        ("<style>p{}</style>", "a style element"),
        ('<a onclick="go()">', "a handler in an attribute"),
        ("<script>alert(1)</script>", "an inline script"),
        ('<img src="https://example.org/a.png">', "an outside address"),
        ('<b hx-on:click="x">', "an inline handler of htmx"),
    ],
)
def test_the_scan_finds_what_it_looks_for(source: str, rule: str) -> None:
    assert broken_rules(source) == [rule]


def test_the_scan_lets_good_templates_through() -> None:
    good = (
        '<svg xmlns="http://www.w3.org/2000/svg"></svg><script type="application/json">{}</script><script src="/a.js">'
    )
    assert broken_rules(good) == []


@pytest.mark.parametrize("folder", [VENDOR, AXE.parent], ids=["shipped", "for tests"])
def test_vendored_files_are_the_ones_in_the_manifest(folder: Path) -> None:
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    present = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"MANIFEST.json", "LICENCES.md"}
    }
    assert present == {name: entry["sha256"] for name, entry in manifest.items()}
    assert all("sourceMappingURL" not in p.read_text() for p in folder.rglob("*js"))


def test_every_vendored_package_has_its_licence_beside_it() -> None:
    licences = (VENDOR / "LICENCES.md").read_text()
    packages = {entry["package"] for entry in json.loads((VENDOR / "MANIFEST.json").read_text()).values()}
    assert all(f"## {package} " in licences for package in packages)


def test_styles_and_scripts_name_no_outside_address() -> None:
    own = HOUSE / "web" / "static" / "tartip"
    for path in own.rglob("*.*"):
        if path.suffix in {".css", ".js", ".mjs", ".svg"}:
            assert not OUTSIDE.search(path.read_text(encoding="utf-8")), path.name
            assert "eval(" not in path.read_text(encoding="utf-8"), path.name
