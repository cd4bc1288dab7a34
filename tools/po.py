"""Read and write gettext catalogues (.po) and compile them (.mo) without GNU gettext."""

from __future__ import annotations

import ast
import re
import struct
from dataclasses import dataclass, field

HEADERS = {
    "kk": "nplurals=2; plural=(n!=1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
}
KEYWORD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+(".*")$')
CONTEXT_MARK = "\x04"
MAGIC = 0x950412DE


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What a message is found by."""

    msgid: str
    context: str = ""
    plural: str = ""


@dataclass(slots=True)
class Entry:
    key: Key
    texts: list[str]
    notes: list[str] = field(default_factory=list)  # lines that begin with "#.": where the message comes from
    fuzzy: bool = False

    @property
    def empty(self) -> bool:
        return not all(self.texts)


class BadCatalogue(ValueError):
    """A line of a .po file that cannot be read."""


def parse(text: str, forms: int) -> dict[Key, Entry]:
    """Entries by key, without the header. `forms` is the number of plural forms; missing ones come out empty."""
    found: dict[Key, Entry] = {}
    parts: dict[str, str] = {}
    notes: list[str] = []
    fuzzy = False
    last = ""

    def finish() -> None:
        nonlocal parts, notes, fuzzy, last
        if "msgid" in parts and (parts["msgid"] or "msgctxt" in parts):
            key = Key(parts["msgid"], parts.get("msgctxt", ""), parts.get("msgid_plural", ""))
            names = [f"msgstr{n}" for n in range(forms)] if key.plural else ["msgstr"]
            if key in found:
                raise BadCatalogue(f"{key.msgid!r} stands twice")
            found[key] = Entry(key, [parts.get(name, "") for name in names], notes, fuzzy)
        parts, notes, fuzzy, last = {}, [], False, ""

    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        match = KEYWORD.match(line)
        if match:
            word, form, value = match.groups()
            if word in ("msgctxt", "msgid") and ("msgstr" in parts or "msgstr0" in parts):
                finish()
            last = word + (form or "")
            parts[last] = ast.literal_eval(value)
        elif line.startswith('"') and last:
            parts[last] += ast.literal_eval(line)
        elif line.startswith("#"):
            if "msgstr" in parts or "msgstr0" in parts:
                finish()
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            if line.startswith("#."):
                notes.append(line[2:].strip())
        elif line:
            raise BadCatalogue(f"line {number}: {line!r}")
    finish()
    return found


def quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def header(language: str) -> str:
    return (
        f"Language: {language}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
        f"Content-Transfer-Encoding: 8bit\nPlural-Forms: {HEADERS[language]}\n"
    )


def render(entries: dict[Key, Entry], language: str) -> str:
    """Own messages first, borrowed ones (with a note) behind, each by msgid: a merge stays small."""
    lines = ['msgid ""', 'msgstr ""', *(quote(line + "\n") for line in header(language).splitlines()), ""]
    for entry in sorted(entries.values(), key=lambda one: (one.notes, one.key)):
        lines += [f"#. {note}" for note in entry.notes]
        if entry.fuzzy:
            lines.append("#, fuzzy")
        if entry.key.context:
            lines.append(f"msgctxt {quote(entry.key.context)}")
        lines.append(f"msgid {quote(entry.key.msgid)}")
        if entry.key.plural:
            lines.append(f"msgid_plural {quote(entry.key.plural)}")
            lines += [f"msgstr[{n}] {quote(text)}" for n, text in enumerate(entry.texts)]
        else:
            lines.append(f"msgstr {quote(entry.texts[0])}")
        lines.append("")
    return "\n".join(lines)


def compiled(entries: dict[Key, Entry], language: str) -> bytes:
    """The .mo file: two tables of (length, offset), sorted by message. Empty and fuzzy entries are left out."""
    messages = {b"": header(language).encode()}
    for entry in entries.values():
        if entry.empty or entry.fuzzy:
            continue
        name = f"{entry.key.context}{CONTEXT_MARK}" if entry.key.context else ""
        name += f"{entry.key.msgid}\0{entry.key.plural}" if entry.key.plural else entry.key.msgid
        messages[name.encode()] = "\0".join(entry.texts).encode()
    names = sorted(messages)
    count, tables, strings = len(names), b"", b""
    start = 28 + 16 * count
    for group in (names, [messages[name] for name in names]):
        for item in group:
            tables += struct.pack("<II", len(item), start + len(strings))
            strings += item + b"\0"
    return struct.pack("<7I", MAGIC, 0, count, 28, 28 + 8 * count, 0, start) + tables + strings


def forms_of(language: str) -> int:
    return int(HEADERS[language].split("nplurals=")[1][0])
