"""Sealing: dense, in a commit-safe order, provable."""

from __future__ import annotations

import random
import threading
import time

import orjson
import pytest
from django.db import connection, transaction

from tartip.core.journal import queries
from tartip.core.journal.audit import audit
from tartip.core.journal.models import Checkpoint, Entry, Seal
from tartip.core.journal.sealing import BEGIN_PASS, TAKE, read_tiles, seal, signing_key
from tartip.engines import merkle
from tartip.operations.incidents import actions

ALMATY = "750000000"


def opened(dispatcher, count=1):
    return [actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise") for _ in range(count)]


def test_entries_get_dense_indices_and_a_signed_root(committed, dispatcher):
    opened(dispatcher, 5)
    total = Entry.objects.count()
    assert seal().count == total
    assert list(Seal.objects.order_by("index").values_list("index", flat=True)) == list(range(total))
    last = Checkpoint.objects.get()
    assert merkle.open_checkpoint(last.note, [signing_key().verifier]).checkpoint.size == total
    assert seal().count == 0


def test_a_transaction_that_commits_late_is_never_skipped(committed, dispatcher):
    """Eight writers, some slow, some rolling back, one sealer racing them: every committed entry has one place."""
    end = time.monotonic() + 3
    committed_ids, lock = [], threading.Lock()

    def write(seed):
        rng = random.Random(seed)
        try:
            while time.monotonic() < end:
                try:
                    with transaction.atomic():
                        incident = actions.open_incident(dispatcher, territory=ALMATY, kind_code="noise")
                        if rng.random() < 0.1:
                            time.sleep(rng.random() * 0.2)
                        if rng.random() < 0.1:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    continue
                with lock:
                    committed_ids.append(incident.pk)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(8)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seal()
        time.sleep(0.02)
    while seal().count:
        pass
    sealed = list(Seal.objects.order_by("index").values_list("entry__subject", flat=True))
    assert len(committed_ids) > 50
    assert set(committed_ids) <= set(sealed)
    assert len(sealed) == len(set(Seal.objects.values_list("entry_id", flat=True))) == Entry.objects.count()
    assert list(Seal.objects.order_by("index").values_list("index", flat=True)) == list(range(len(sealed)))
    assert audit().findings == []


def test_every_entry_is_provable_and_every_log_continues_the_shorter_one(committed, dispatcher):
    sizes = []
    for count in (1, 3, 300):
        opened(dispatcher, count)
        sizes.append(seal().size)
    last = queries.latest_checkpoint()
    leaves = [bytes(leaf) for leaf in Seal.objects.order_by("index").values_list("entry__leaf", flat=True)]
    for index in (0, 1, 255, 256, last.size - 1):
        proof = queries.inclusion(index, last.size)
        merkle.verify_inclusion(leaves[index], index, last.size, proof, bytes(last.root))
    for old in sizes[:-1]:
        old_root = bytes(Checkpoint.objects.get(size=old).root)
        proof = queries.consistency(old, last.size)
        merkle.verify_consistency(old, last.size, proof, old_root, bytes(last.root))
    assert merkle.root_from_tiles(last.size, read_tiles) == bytes(last.root)


def test_a_receipt_verifies_without_the_server_and_not_after_a_change(committed, dispatcher, tmp_path):
    from tartip.verify import verify_file

    (incident,) = opened(dispatcher)
    seal()
    entry = Entry.objects.get(subject=incident.pk)
    receipt = queries.receipt(entry.pk)
    path = tmp_path / "receipt.json"
    path.write_bytes(orjson.dumps(receipt))
    assert verify_file(path, keys=[str(signing_key().verifier)]).ok
    receipt["payload"]["after"]["priority"] = 1
    path.write_bytes(orjson.dumps(receipt))
    assert not verify_file(path, keys=[str(signing_key().verifier)]).ok


@pytest.mark.parametrize("sizes", [(0, 1), (2, 1), (1, 10**6)])
def test_a_consistency_proof_for_impossible_sizes_is_refused(committed, dispatcher, sizes):
    opened(dispatcher)
    seal()
    with pytest.raises(queries.NoSuchSize):
        queries.consistency(*sizes)


def test_a_pass_reads_what_is_new_and_not_what_was_ever_written(committed, dispatcher):
    """The index begins at the place of the last pass; a filter would read the whole journal twenty times a second."""
    opened(dispatcher, 5)
    seal()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEGIN_PASS)
        cursor.execute("EXPLAIN (COSTS OFF) " + TAKE, (100,))
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("EXPLAIN (COSTS OFF) " + queries.WAITING)
        waiting = "\n".join(row[0] for row in cursor.fetchall())
    assert any("Index Cond" in line and "ROW(" in line for line in plan.splitlines()), plan
    assert "Join Filter: (ROW" not in plan + waiting
    assert "Index Scan using journal_entry_xid" in plan
    assert "Bitmap" not in plan
