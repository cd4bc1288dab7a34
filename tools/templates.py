"""Formats and checks the templates: `python tools/templates.py` checks, with `--fix` it formats them first.

djangofmt (settings in `pyproject.toml`) lays the elements out and refuses tags that do not close in their own block.
It never adds or removes white space that a reader would see. Checked here is what it leaves alone: lines that cannot be
broken, two elements on one line, and what the Content-Security-Policy refuses.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 120
BLOCKS = (
    "address|article|aside|blockquote|body|caption|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]"
    "|head|header|hr|li|main|nav|ol|optgroup|option|p|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)

# What is wrong with one line, and the words for it. Django's own tags and the values of attributes are hidden first.
RULES = {
    "a tab": re.compile(r"\t"),
    "two block elements on one line": re.compile(rf"</?(?:{BLOCKS})\b[^>]*>.*<(?:{BLOCKS})\b", re.IGNORECASE),
    "a style attribute: the policy refuses it": re.compile(r"<[^>]*\sstyle\s*=|^\s*style\s*=", re.IGNORECASE),
    "a style element: the policy refuses it": re.compile(r"<style\b", re.IGNORECASE),
    "a script without src: the policy refuses it": re.compile(r"<script\b(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "an event attribute: the policy refuses it": re.compile(r"(?:<[^>]*\s|^\s*)on[a-z]+\s*=", re.IGNORECASE),
    "a comment {# that does not end on its line": re.compile(r"\{#(?!.*#\})"),
}
DJANGO = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}")


def find_templates() -> list[Path]:
    return sorted(path for path in (ROOT / "src").rglob("*.html") if "templates" in path.parts)


def find_faults(text: str) -> Iterator[tuple[int, str]]:
    """The number of each line at fault, and what is wrong with it."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > WIDTH:
            yield number, f"{len(line)} columns, {WIDTH} are allowed"
        bare = DJANGO.sub("", line)
        for words, rule in RULES.items():
            if rule.search(bare):
                yield number, words


def main() -> int:
    parser = argparse.ArgumentParser(description="Check the templates.")
    parser.add_argument("--fix", action="store_true", help="format them first")
    templates = find_templates()
    command = ["djangofmt", "--quiet", *([] if parser.parse_args().fix else ["--check"]), *map(str, templates)]
    failed = subprocess.run(command, cwd=ROOT, check=False).returncode != 0
    if failed:
        print("templates: some are not formatted, or a tag does not close: python tools/templates.py --fix")
    for template in templates:
        for number, words in find_faults(template.read_text(encoding="utf-8")):
            failed = True
            print(f"{template.relative_to(ROOT)}:{number}: {words}")
    print(f"templates: {len(templates)}, {'not clean' if failed else 'clean'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
