"""The public keys of the log: what every process verifies and hands out, while one process alone can sign.

The sealing process writes its public key down together with the first checkpoint that it signed. A row alone proves
nothing: a key is believed only if the checkpoint of this log that the row names bears its signature. Whoever must not
believe the database (an auditor, a node of another region) gives the keys by TARTIP_JOURNAL_PUBLIC_KEY; then these are
believed and no others.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction

from tartip.core.journal import entries
from tartip.core.journal.models import Entry, PublicKey
from tartip.core.time import now
from tartip.engines.errors import EngineError
from tartip.engines.merkle import VerifierKey, open_checkpoint
from tartip.errors import TartipError

NEW_KEY = "journal.new_key"
NAMES = {
    NEW_KEY: {
        "kk": "Журналдың қол қою кілті ауысты",
        "ru": "Ключ подписи журнала сменился",
        "en": "The signing key of the journal changed",
    }
}

PUBLISH = "INSERT INTO journal_key (key, name, valid_from, size) VALUES (%s,%s,%s,%s) ON CONFLICT (key) DO NOTHING"
# Each key with the first checkpoint that it signed, and with the newest of all.
STORED = """
SELECT k.key, c.note, (SELECT note FROM journal_checkpoint ORDER BY size DESC LIMIT 1)
FROM journal_key k JOIN journal_checkpoint c ON c.size = k.size ORDER BY k.size DESC, k.key
"""


class NoPublicKey(TartipError):
    code = "journal.no_public_key"
    text = "The public key of the journal is not known here yet: it is published with the first seal."
    http_status = 503
    again = True


class AnotherKey(TartipError):
    """A key nobody has announced: who holds the published one would call every later receipt forged."""

    code = "journal.another_key"
    text = (
        "The journal was signed with %(known)s, and the key given here is %(given)s. Nothing is sealed until the key "
        "is back in its place (TARTIP_JOURNAL_KEY), or you run: tartip journal new-key"
    )
    http_status = 503


def check_signer(key: VerifierKey) -> None:
    """A log is signed by the key that signed it before, or by one that an entry names. Raises AnotherKey."""
    known = list(PublicKey.objects.order_by("-size").values_list("key", flat=True))
    if known and str(key) not in known and not _is_announced(key):
        raise AnotherKey(known=", ".join(known), given=key)


def _is_announced(key: VerifierKey) -> bool:
    return Entry.objects.filter(act=NEW_KEY, subject=subject_of(key)).exists()


def subject_of(key: VerifierKey) -> uuid.UUID:
    """Whom the entry is about that announces a key."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"tartip:{key}")


def announce(key: VerifierKey) -> bool:
    """Write the entry by which the log goes on under another key; False where it may be signed with it already."""
    with transaction.atomic():
        try:
            check_signer(key)
        except AnotherKey:
            header = entries.of_the_log(NEW_KEY, subject_of(key))
            entries.write(header, {"key": str(key), "before": [str(one) for one in verifiers()]})
            return True
    return False


def as_row(key: VerifierKey, size: int) -> tuple[str, str, datetime, int]:
    """The parameters of PUBLISH, for a key that signs the checkpoint of `size` entries."""
    return str(key), key.name, now(), size


def verifiers() -> list[VerifierKey]:
    """All keys that signed this log, the signer of the newest checkpoint first; empty before the first seal."""
    if given := settings.JOURNAL_PUBLIC_KEY:
        return [VerifierKey.parse(text) for text in given]
    with connection.cursor() as cursor:
        cursor.execute(STORED)
        rows = cursor.fetchall()
    signed = [(text, newest) for text, first, newest in rows if has_signed(text, first, settings.NODE_NAME)]
    if len(signed) > 1:
        signed.sort(key=lambda one: not has_signed(*one, settings.NODE_NAME))
    return [VerifierKey.parse(text) for text, _ in signed]


@lru_cache(maxsize=256)
def has_signed(key: str, note: str, origin: str) -> bool:
    """Whether the note is a checkpoint of the log `origin` under which this key's signature holds."""
    try:
        return bool(open_checkpoint(note, [VerifierKey.parse(key)], origin=origin).signed_by)
    except EngineError:
        return False


def verifier() -> VerifierKey:
    """The key that checkpoints are signed with now."""
    found = verifiers()
    if not found:
        raise NoPublicKey
    return found[0]


def newest() -> str:
    """The same as text, for pages that can be read without it: empty before the first seal."""
    return next((str(key) for key in verifiers()), "")


def given_from_outside() -> bool:
    """Whether the keys come from the operator and not from the database that they are to verify."""
    return bool(settings.JOURNAL_PUBLIC_KEY)
