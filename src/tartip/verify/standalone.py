#!/usr/bin/env python3
"""Verify a Tártip receipt without Tártip: this one file, Python 3.11 or later and `pip install cryptography`.

    python standalone.py receipt.json --key "tartip.example/log+1a2b3c4d+AbCd…" [--lang kk|ru|en]

Take the key from where the log publishes it, never from the receipt: with the receipt's own key nothing is proven.

The journal is a list that can only grow. Each entry is hashed; the hashes are hashed in pairs up to one root; the log
signs its length and root (the checkpoint). A receipt holds one entry, the neighbouring hashes on the way up and the
checkpoint. The program also checks a checkpoint alone, and a monthly file by its manifest and the journal's receipt of
it (NAME.receipt.json). Every rule, byte by byte: docs/formats.md. Time stamps cannot be checked here.
It shares no code with Tártip, canonical JSON neither: a second reading of the rules; tests hold both to one verdict.
Exit code: 0 verified, 1 refuted, 2 no such document, 3 agrees with itself, but something is missing for a proof.
"""

import argparse
import base64
import datetime
import hashlib
import json
import os
import pathlib
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ANSWERS = {
    "en": {"ok": "YES", "failed": "NO", "unproven": "NOT PROVEN"},
    "kk": {"ok": "ИӘ", "failed": "ЖОҚ", "unproven": "ДӘЛЕЛДЕНБЕДІ"},
    "ru": {"ok": "ДА", "failed": "НЕТ", "unproven": "НЕ ДОКАЗАНО"},
}
CONCLUSIONS = {  # by exit code
    0: "Verified.|Тексерілді.|Проверено.",
    1: "REFUTED.|ТЕРІСКЕ ШЫҒАРЫЛДЫ.|ОПРОВЕРГНУТО.",
    2: "This document cannot be verified.|Бұл құжатты тексеру мүмкін емес.|Этот документ нельзя проверить.",
    3: "NOT PROVEN. Missing|ДӘЛЕЛДЕНБЕГЕН. Жетіспейді|НЕ ДОКАЗАНО. Не хватает",
}
MISSING = {  # what an unproven step lacks
    "content": "the content|мазмұны|содержания",
    "key": "a key you trust (--key)|сіз сенетін кілт (--key)|ключа, которому вы доверяете (--key)",
    "witness": "a witness's key or signature|куәгердің кілті не қолтаңбасы|ключа или подписи свидетеля",
    "stamp": "a checked time stamp|тексерілген уақыт белгісі|проверенной метки времени",
    "file": "the sealed file|мөрленген файл|запечатанного файла",
    "manifest": "the journal's receipt of it|журналдың түбіртегі|квитанции журнала о нём",
}
Step = tuple[str, str, object]  # name of the step, ok | failed | unproven, detail
STATEMENTS = {  # of each step, in English, Kazakh, Russian
    "read": "this is a document that can be verified|бұл тексеруге болатын құжат|это документ, который можно проверить",
    "content": "the content is what was sealed|мазмұны мөрленген мазмұнның өзі|содержание то, что запечатано",
    "key": "the key comes from a source you trust|кілт сіз сенетін көзден алынған|ключ взят из надёжного источника",
    "signature": "the log signed the checkpoint|журнал бақылау нүктесіне қол қойған|журнал подписал контрольную точку",
    "inclusion": "the entry is in the signed log|жазба қол қойылған журналда бар|запись есть в подписанном журнале",
    "witness": "a witness confirmed the log|куәгер журналды растаған|свидетель подтвердил журнал",
    "stamp": "the time stamp holds|уақыт белгісі дұрыс|метка времени верна",
    "file": "the file is the one that was sealed|файл мөрленген файлдың өзі|файл тот, что запечатан",
    "manifest": "the journal holds this manifest|бұл манифест журналда бар|этот манифест есть в журнале",
}
NAME = r"([^\s+\x00-\x1f\x7f-\x9f]+)"  # of a key


class Wrong(Exception):
    """A key, signature or proof that does not hold: its step fails. (ValueError: this is no document of the format.)"""


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def read_json(data: str) -> Any:
    """JSON without floats, no key twice in one object: one text, one meaning."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a key stands twice in one object")
        return dict(pairs)

    def number(text: str) -> int:
        return int(text[:18])  # a float or NaN is a ValueError here, a number too long is refused by `canonical`

    return json.loads(data, object_pairs_hook=unique, parse_int=number, parse_float=number, parse_constant=number)


def read(path: pathlib.Path) -> str:
    """The text of a document, however long the file is."""
    with path.open("rb") as file:
        data = file.read(2**24 + 1)
    if len(data) > 2**24:
        raise ValueError("longer than 16 MiB")
    return data.decode()


def regular(path: pathlib.Path) -> pathlib.Path:
    if os.path.isfile(path):
        return path
    raise FileNotFoundError(f"{path.name} is not there, or no file")


def canonical(value: Any, depth: int = 64) -> bytes:
    """The one spelling of a value that is hashed (RFC 8785): keys in UTF-16 order, no spaces, integers only."""
    if isinstance(value, dict | list) and depth == 0:
        raise ValueError("nested deeper than 64")
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return b"{" + b",".join(canonical(key) + b":" + canonical(value[key], depth - 1) for key in keys) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(canonical(item, depth - 1) for item in value) + b"]"
    if isinstance(value, int) and abs(value) > 2**53 - 1:
        raise ValueError("a number is outside ±(2^53 - 1)")
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def decode(text: Any, size: int | None = None) -> bytes:
    """Base64 in its one canonical spelling, of `size` bytes."""
    data = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    if not data or base64.b64encode(data).decode() != text or size not in (None, len(data)):
        raise ValueError(f"{text!r} is not base64 of {size or 'some'} bytes")
    return data


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Hash upwards from the leaf (RFC 6962): at every level the neighbour stands left or right, as the index says."""
    node, last, total = index, size - 1, leaf
    for neighbour in path:
        if last == 0:
            raise Wrong("too many hashes")
        if node % 2 == 1 or node == last:
            total = sha256(b"\x01" + neighbour + total)
            while node % 2 == 0 and node > 0:  # a node without a right neighbour rises unchanged
                node, last = node // 2, last // 2
        else:
            total = sha256(b"\x01" + total + neighbour)
        node, last = node // 2, last // 2
    if last or not 0 <= index < size:
        raise Wrong("too few hashes, or an index outside the tree")
    return total


def parse_key(text: Any) -> dict[str, Any]:
    """name+hash+base64(type ‖ public key); hash = SHA-256(name ‖ newline ‖ type ‖ key)[:4]; type 1 log, 4 witness."""
    try:
        name, printed, encoded = text.split("+", 2)
        data = decode(encoded, 33)
        key_id = sha256(name.encode() + b"\n" + data)[:4]
    except (AttributeError, ValueError):
        raise Wrong("a key is name+hash+base64") from None
    if not re.fullmatch(NAME, name) or data[0] not in (1, 4) or key_id.hex() != printed:
        raise Wrong("a key with a bad name, type or hash")
    return {"text": text, "name": name, "id": key_id, "witness": data[0] == 4, "public": data[1:]}


def parse_checkpoint(note: str) -> dict[str, Any]:
    """C2SP checkpoint: three signed lines (log, number of entries, root), a blank line, then signature lines."""
    body, _, tail = note.rpartition("\n\n")
    lines, signatures = body.split("\n"), []
    if any(c < " " and c != "\n" for c in note) or len(note.encode()) > 2**18 or tail.count("\n") > 64:
        raise ValueError("checkpoint: control characters, or too long")
    if len(lines) < 3 or not all(lines) or not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]) or not tail.endswith("\n"):
        raise ValueError("checkpoint: log, number, root, a blank line and signature lines are expected")
    for line in tail[:-1].split("\n"):
        match = re.fullmatch(f"\u2014 {NAME} ([A-Za-z0-9+/=]+)", line)
        if not match or len(data := decode(match[2])) < 5:
            raise ValueError("checkpoint: a signature line is an em dash, a name and base64")
        signatures.append((match[1], data[:4], data[4:]))
    signed = {"text": body + "\n", "log": lines[0], "size": int(lines[1]), "root": decode(lines[2], 32)}
    return {**signed, "lines": signatures}


def check_signatures(checkpoint: dict[str, Any], keys: list[dict[str, Any]], own: Any) -> Iterator[Step]:
    """The log and nobody unknown must have signed (Ed25519). `own`: keys the document names; they prove nothing."""
    try:
        used = keys or [parse_key(text) for text in own or ()]
        logs = ", ".join(key["text"] for key in used if not key["witness"])
        if not logs:
            raise Wrong("no key of a log")
    except Wrong as error:
        yield "key", "unproven", error
        return
    try:
        signed = open_signatures(checkpoint, used)
    except Wrong as error:
        yield "key", "ok" if keys else "unproven", logs
        yield "signature", "failed", error
        return
    signers = sorted(
        key["text"] for key, _ in signed.values() if key["name"] == checkpoint["log"] and not key["witness"]
    )
    named = own is None or sorted(str(text) for text in own) == signers
    yield "key", "ok" if keys and named else "unproven", logs
    yield "signature", "ok", f"{checkpoint['log']}: {checkpoint['size']}"
    for key, time in signed.values():
        if key["witness"]:
            yield "witness", "ok", f"{key['name']}: {datetime.datetime.fromtimestamp(min(time, 2**37), datetime.UTC)}"
    for key in used:
        if key["witness"] and (key["name"], key["id"]) not in signed:
            yield "witness", "unproven", f"{key['name']} has not signed"
    unknown = [name for name, key_id, _ in checkpoint["lines"] if (name, key_id) not in signed]
    if unknown:
        yield "witness", "unproven", f"signed by keys that were not given: {', '.join(unknown)}"


def open_signatures(checkpoint: dict[str, Any], keys: list[dict[str, Any]]) -> dict[Any, tuple[dict[str, Any], int]]:
    """The keys that have signed, with the time a witness states; every line of a known key must hold."""
    known = {(key["name"], key["id"]): key for key in keys}
    signed: dict[Any, tuple[dict[str, Any], int]] = {}
    if len({line[:2] for line in checkpoint["lines"]}) < len(checkpoint["lines"]):
        raise Wrong("one key stands under the checkpoint twice")
    for name, key_id, signature in [line for line in checkpoint["lines"] if line[:2] in known]:
        key = known[name, key_id]
        message, raw, time = checkpoint["text"], signature, 0
        if key["witness"]:
            time, raw = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {time}\n{message}"
        try:
            if time >= 2**63:
                raise ValueError
            Ed25519PublicKey.from_public_bytes(key["public"]).verify(raw, message.encode())
        except (InvalidSignature, ValueError):
            raise Wrong(f"the signature of {name} does not hold") from None
        signed[name, key_id] = key, time
    if not any(key["name"] == checkpoint["log"] and not key["witness"] for key, _ in signed.values()):
        raise Wrong(f"no trusted key of the log {checkpoint['log']} has signed")
    if checkpoint["size"] == 0 and checkpoint["root"] != sha256(b""):
        raise Wrong("a log of no entries has the root SHA-256 of nothing")
    return signed


def check_receipt(receipt: dict[str, Any], keys: list[dict[str, Any]]) -> Iterator[Step]:
    """Yield (step, outcome, detail) for each thing that was checked."""
    if receipt.get("format") != "tartip-receipt/1":
        raise ValueError("a receipt is expected")
    kinds = {"format": str, "entry": dict, "index": int, "inclusion": list, "checkpoint": str, "keys": list}
    if receipt.keys() - {"timestamp"} != kinds.keys() | {"payload", "salt", "payload_hash"}:
        raise ValueError("fields are missing or unknown")
    wrong = [name for name, kind in kinds.items() if type(receipt[name]) is not kind]
    if wrong or max(len(receipt["inclusion"]), len(receipt["keys"])) > 64:
        raise ValueError(f"fields of a wrong kind or too long: {wrong}")
    hashed, path = decode(receipt["payload_hash"], 32), [decode(text, 32) for text in receipt["inclusion"]]
    checkpoint = parse_checkpoint(receipt["checkpoint"])
    if receipt["payload"] is None and receipt["salt"] is None:
        yield "content", "unproven", "not in the document: erased or withheld"
    elif type(receipt["payload"]) is not dict:
        raise ValueError("content and salt go together")
    else:
        same = sha256(decode(receipt["salt"], 16) + canonical(receipt["payload"])) == hashed
        yield "content", "ok" if same else "failed", ""

    yield from check_signatures(checkpoint, keys, receipt["keys"])
    try:
        leaf = sha256(b"\x00" + canonical(receipt["entry"]) + hashed)
        if root_of(leaf, receipt["index"], checkpoint["size"], path) != checkpoint["root"]:
            raise Wrong("the computed root is another one")
        yield "inclusion", "ok", f"{receipt['index']} (0, 1, …)"
    except Wrong as error:
        yield "inclusion", "failed", error

    if receipt.get("timestamp") is not None and decode(receipt["timestamp"]):
        yield "stamp", "unproven", "openssl ts -verify can do it"


def check_month(manifest: dict[str, Any], keys: list[dict[str, Any]], path: pathlib.Path) -> Iterator[Step]:
    """The file is the one of the manifest, and the journal's receipt is of the act that sealed this manifest."""
    name, digest = manifest.get("file"), sha256(canonical(manifest)).hex()
    if not isinstance(name, str) or name != pathlib.Path(name).name or name in ("", ".", "..") or "\0" in name:
        raise ValueError("file: must be a plain file name")
    beside = path.with_name(name.removesuffix(".parquet") + ".receipt.json")
    if max(len(name.encode()), len(beside.name.encode())) > 255:
        raise ValueError("file: is longer than the name of a file can be")
    if not isinstance(manifest.get("file_sha256"), str) or type(manifest.get("file_bytes")) is not int:
        raise ValueError("file_bytes and file_sha256: must be a number and a text")
    try:
        with regular(path.with_name(name)).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            same = (file.tell(), found) == (manifest["file_bytes"], manifest["file_sha256"])
        yield "file", "ok" if same else "failed", name
    except OSError:  # absent, or it cannot be read: neither shown to be the file nor not to be it
        yield "file", "unproven", name
    try:
        receipt = read_json(read(regular(beside)))
        canonical(receipt)
        if (receipt["entry"]["act"], receipt["payload"]["after"]["sha256"]) != ("month.seal", digest):
            raise ValueError("its receipt is of another act or another hash")
        if type(manifest.get("as_of", 0)) is not int or manifest.get("as_of", 0) > receipt["index"]:
            raise ValueError("the file counts entries that came after it was sealed")
        steps = list(check_receipt(receipt, keys))
    except OSError:
        yield "manifest", "unproven", digest
        return
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        yield "manifest", "failed", digest
        return
    yield "manifest", "failed" if any(outcome == "failed" for _, outcome, _ in steps) else "ok", digest
    yield from steps


def verify(path: pathlib.Path, keys: list[dict[str, Any]]) -> tuple[Any, list[Step]]:
    try:
        text = read(path)
        if text[:1] not in ("{", "[", " ", "\n", "") and "\n\n\u2014 " in text:  # a signed note, not JSON
            return {}, [("read", "ok", "checkpoint"), *check_signatures(parse_checkpoint(text), keys, None)]
        document = read_json(text)
        canonical(document)
        name = document.get("format") if isinstance(document, dict) else None
        if name not in ("tartip-receipt/1", "tartip-month/1", "tartip-month/2"):
            raise ValueError("a format unknown to this program")
        receipt = name == "tartip-receipt/1"
        steps = check_receipt(document, keys) if receipt else check_month(document, keys, path)
        return document, [("read", "ok", name), *steps]
    except (OSError, ValueError, RecursionError) as error:
        return {}, [("read", "failed", error)]


def exit_code(steps: list[Step]) -> int:
    failed = {step for step, outcome, _ in steps if outcome == "failed"}
    return 2 if "read" in failed else 1 if failed else 3 if any(step[1] == "unproven" for step in steps) else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--key", action="append", default=[], help="published key; repeat it for witnesses")
    parser.add_argument("--keys", type=pathlib.Path, help="file of keys you trust, one per line")
    parser.add_argument("--lang", choices=list(ANSWERS), default="en")
    options = parser.parse_args()
    try:
        rows = [line.strip() for line in options.keys.read_text("utf-8").splitlines()] if options.keys else []
        trusted = [*options.key, *(line for line in rows if line and not line.startswith("#"))]
        document, steps = verify(options.file, [parse_key(text) for text in trusted])
    except (OSError, UnicodeDecodeError, Wrong) as error:
        parser.error(str(error))
    parts = [document.get(part) for part in ("entry", "payload")]
    lines = [f"    {name}: {part[name]}" for part in parts if isinstance(part, dict) for name in part]
    tongue, code = list(ANSWERS).index(options.lang), exit_code(steps)
    for step, outcome, detail in steps:
        statement = STATEMENTS[step].split("|")[tongue]
        lines.append(f"{ANSWERS[options.lang][outcome]:>15}: {statement} [{detail}]".removesuffix(" []"))
    lacking = dict.fromkeys(MISSING[step].split("|")[tongue] for step, outcome, _ in steps if outcome == "unproven")
    lines.append(CONCLUSIONS[code].split("|")[tongue] + (f": {'; '.join(lacking)}." if code == 3 else ""))
    for line in lines:  # without characters that could move the cursor or turn the writing around
        safe = "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else "?" for c in line[:400])
        sys.stdout.buffer.write(safe.encode() + b"\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
