"""The words of the house in three languages, without GNU gettext.

    ./run python tools/messages.py extract [ROOM …]   add new messages to the catalogues of the rooms, drop unused ones
    ./run python tools/messages.py compile            write the .mo files (committed: a newcomer has no msgfmt)
    ./run python tools/messages.py check              fail when a word is missing in a language

Messages are English in the source. A room is a folder with apps.py; its catalogues are locale/{kk,ru}/LC_MESSAGES.
What belongs to no room (engines, errors.py) is translated in `web`, and so is what many rooms share. A note `#. from
Django` keeps a borrowed message that no file of ours contains. Texts of errors (a class with `code` and `text`) count,
so do their rules (`raise X(rule=…)`) and the names of rights (`@predicate("…")`, `@relation("…")`).
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import po

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "src" / "tartip"
COMMON = HOUSE / "web"
LANGUAGES = ("kk", "ru")
PLAIN = {"gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
BOTH = {"npgettext", "npgettext_lazy"}
IN_TEMPLATE = re.compile(r"\b(_|n?p?gettext)\(((?:\s*u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\s*,?)+)")
LITERAL = re.compile(r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
PLACE = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[sd]")


def key_of(function: str, words: list[str]) -> po.Key | None:
    if function in PLURAL and len(words) >= 2:
        return po.Key(words[0], plural=words[1])
    if function in CONTEXT and len(words) >= 2:
        return po.Key(words[1], context=words[0])
    if function in BOTH and len(words) >= 3:
        return po.Key(words[1], context=words[0], plural=words[2])
    return po.Key(words[0]) if function in PLAIN | {"_"} and words else None


def in_python(source: str) -> Iterator[tuple[int, po.Key]]:
    tree = ast.parse(source)
    names = {name: name for name in PLAIN | PLURAL | CONTEXT | BOTH} | {
        "predicate": "gettext_noop",
        "relation": "gettext_noop",
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names.update({item.asname: item.name for item in node.names if item.asname})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            words = []
            for argument in node.args:
                if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                    break
                words.append(argument.value)
            key = key_of(names.get(called, ""), words)
            if key:
                yield node.lineno, key
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for keyword in node.exc.keywords:
                rule = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
                if keyword.arg == "rule" and isinstance(rule, str):
                    yield node.lineno, po.Key(rule)
        elif isinstance(node, ast.ClassDef):
            fixed = dict(class_texts(node))
            if "code" in fixed and "text" in fixed:
                yield node.lineno, po.Key(fixed["text"])


def class_texts(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for line in node.body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        value = getattr(line, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield target.id, value.value


def in_template(source: str) -> Iterator[tuple[int, po.Key]]:
    from django.utils.translation.template import templatize

    for number, line in enumerate(templatize(source).splitlines(), 1):
        for function, arguments in IN_TEMPLATE.findall(line):
            key = key_of(function, [ast.literal_eval(word) for word in LITERAL.findall(arguments)])
            if key:
                yield number, key


def room_of(path: Path) -> Path:
    for folder in path.parents:
        if (folder / "apps.py").exists():
            return folder
        if folder == HOUSE:
            break
    return COMMON


def used() -> dict[Path, dict[po.Key, str]]:
    """Room → message → the first place that uses it."""
    found: dict[Path, dict[po.Key, str]] = {}
    for path in sorted([*HOUSE.rglob("*.py"), *HOUSE.rglob("templates/**/*.*")]):
        if "tests" in path.parts or "migrations" in path.parts or path.suffix not in {".py", ".html", ".txt", ".svg"}:
            continue
        source = path.read_text(encoding="utf-8")
        messages = in_python(source) if path.suffix == ".py" else in_template(source)
        for line, key in messages:
            found.setdefault(room_of(path), {}).setdefault(key, f"{path.relative_to(ROOT)}:{line}")
    return found


def catalogue(room: Path, language: str) -> Path:
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> dict[po.Key, po.Entry]:
    try:
        return po.parse(path.read_text(encoding="utf-8"), po.forms_of(language)) if path.exists() else {}
    except po.BadCatalogue as error:
        raise SystemExit(f"{path.relative_to(ROOT)}: {error}") from error


def rooms() -> list[Path]:
    return sorted(path.parent for path in HOUSE.rglob("locale") if path.is_dir())


def extract(only: list[str]) -> None:
    every = used()
    for room, wanted in every.items():
        name = room.relative_to(HOUSE).as_posix()
        if only and name not in only:
            continue
        for language in LANGUAGES:
            shared = set() if room == COMMON else set(read(catalogue(COMMON, language), language))
            have = read(catalogue(room, language), language)
            forms = po.forms_of(language)
            entries = {key: entry for key, entry in have.items() if key in wanted or entry.notes}
            for key in wanted:
                if key not in shared:
                    entries.setdefault(key, po.Entry(key, [""] * (forms if key.plural else 1)))
            path = catalogue(room, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(po.render(entries, language), encoding="utf-8")
            empty = sum(entry.empty for entry in entries.values())
            print(f"{name} {language}: {len(entries)} messages, {empty} to translate")


def compile_all() -> None:
    for room in rooms():
        for language in LANGUAGES:
            path = catalogue(room, language)
            if path.exists():
                path.with_suffix(".mo").write_bytes(po.compiled(read(path, language), language))


def problems() -> Iterator[str]:
    """Everything that would show an English word to somebody who asked for another language."""
    known: dict[str, set[po.Key]] = {language: set() for language in LANGUAGES}
    for room in rooms():
        for language in LANGUAGES:
            path = catalogue(room, language)
            place = path.relative_to(ROOT)
            if not path.exists():
                yield f"{place}: is absent"
                continue
            entries = read(path, language)
            known[language] |= set(entries)
            for entry in entries.values():
                if entry.empty or entry.fuzzy:
                    yield f"{place}: {'fuzzy' if entry.fuzzy else 'no text for'} {entry.key.msgid!r}"
                elif wrong := strange_places(entry):
                    yield f"{place}: {entry.key.msgid!r} has other places to fill: {wrong}"
            binary = path.with_suffix(".mo")
            if not binary.exists() or binary.read_bytes() != po.compiled(entries, language):
                yield f"{binary.relative_to(ROOT)}: is not compiled from its .po"
    for messages in used().values():
        for key, use in messages.items():
            for language in LANGUAGES:
                if key not in known[language]:
                    yield f"{use}: {key.msgid!r} is in no {language} catalogue"


def strange_places(entry: po.Entry) -> str:
    """Placeholders that were lost or made up. A plural form may leave out the number ("one minute")."""
    asked = set(PLACE.findall(entry.key.msgid + entry.key.plural))
    for text in entry.texts:
        given = set(PLACE.findall(text))
        if given - asked or (not entry.key.plural and asked - given):
            return ", ".join(sorted(given ^ asked))
    return ""


def main(arguments: list[str]) -> int:
    command, *rest = arguments or ["check"]
    if command == "extract":
        extract(rest)
    elif command == "compile":
        compile_all()
    elif command == "check":
        found = list(problems())
        print("\n".join(found) if found else "All messages are there in kk, ru and en.")
        return 1 if found else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tartip.server.settings")
    sys.exit(main(sys.argv[1:]))
