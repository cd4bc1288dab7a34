from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tartip.engines.merkle import BadKey, sign_checkpoint
from tartip.engines.merkle.tests.helpers import shared
from tartip.verify import Outcome, Verdict, verify_bytes, verify_file
from tartip.verify.tests.make import FORGED_KEY, FORGER, KEY, LOG, WITNESS_KEY, b64, changed, receipt, write
from tartip.verify.tests.tampered import TAMPERED

GOOD = receipt()


def outcomes(verdict: Verdict) -> dict[str, str]:
    return {step.code: step.outcome.value for step in verdict.steps}


def failures(verdict: Verdict) -> set[str]:
    return {step.code for step in verdict.steps if step.outcome is Outcome.FAILED}


def judge(document: object, *keys: str, chain: bytes | None = None) -> Verdict:
    return verify_bytes(json.dumps(document).encode(), keys, stamp_chain=chain)


@pytest.mark.parametrize("index", [0, 137, 255, 256, 299])
def test_a_good_receipt_is_verified_with_a_key_of_the_readers(tmp_path: Path, index: int) -> None:
    verdict = verify_file(write(tmp_path, receipt(index)), [KEY])
    assert outcomes(verdict) == {"read": "ok", "content": "ok", "key": "ok", "signature": "ok", "inclusion": "ok"}
    assert (verdict.ok, verdict.exit_code, verdict.warnings) == (True, 0, ())
    assert verdict.conclusion == "Verified: everything agrees."


def test_a_key_from_the_document_itself_leaves_a_warning(tmp_path: Path) -> None:
    verdict = verify_file(write(tmp_path, GOOD))
    assert [step.code for step in verdict.warnings] == ["key"]
    assert KEY in verdict.warnings[0].detail
    assert verdict.conclusion.startswith("Everything agrees, but the last word is yours")


def test_a_forged_receipt_that_brings_its_own_key_fails_against_the_published_one() -> None:
    forged = receipt(signer=FORGER)
    assert forged["keys"] == [FORGED_KEY]
    assert judge(forged).warnings
    assert failures(judge(forged, KEY)) == {"signature"}


def test_a_witness_is_named_when_its_key_is_given() -> None:
    """1,772,359,200 seconds after 1970 is 2026-03-01 10:00:00 UTC."""
    steps = [step for step in judge(GOOD, KEY, WITNESS_KEY).steps if step.code == "witness"]
    assert [step.sentence() for step in steps] == [
        "The witness prosecutor.example has confirmed the checkpoint: 2026-03-01 10:00:00 UTC."
    ]


def test_a_witness_alone_does_not_make_a_log() -> None:
    assert failures(judge(GOOD, WITNESS_KEY)) == {"key"}


def test_an_erased_content_leaves_the_entry_proven() -> None:
    verdict = judge({**GOOD, "payload": None, "salt": None}, KEY)
    assert verdict.ok
    assert outcomes(verdict)["content"] == "skipped"


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_receipt_fails_at_the_right_step(name: str) -> None:
    tamper, expected = TAMPERED[name]
    verdict = judge(tamper(GOOD), KEY)
    assert failures(verdict) == expected
    assert verdict.exit_code == (2 if expected == {"read"} else 1)


def test_a_receipt_without_any_key_fails() -> None:
    assert failures(judge(changed(keys=[])(GOOD))) == {"key"}
    assert failures(judge(changed(keys=["nonsense"])(GOOD))) == {"key"}
    assert judge(changed(keys=["nonsense"])(GOOD), KEY).ok, "the document's keys are not even read then"


def test_a_broken_key_of_the_caller_is_an_error_not_a_verdict() -> None:
    with pytest.raises(BadKey):
        judge(GOOD, "nonsense")


def test_a_time_stamp_over_the_checkpoint_is_checked_with_the_readers_certificates() -> None:
    """The sample stamp covers the five bytes "hello", so it is right in itself and wrong for this checkpoint."""
    chain = shared("timestamp", "ts_chain.pem").read_bytes()
    response = shared("timestamp", "response-sha256.tsr").read_bytes()
    stamped = changed(timestamp=b64(response))(GOOD)
    assert outcomes(judge(stamped, KEY))["stamp"] == "skipped"
    assert judge(stamped, KEY).ok
    assert failures(judge(stamped, KEY, chain=chain)) == {"stamp"}
    assert "stamp" not in outcomes(judge(changed(timestamp=None)(GOOD), KEY))


def test_a_good_time_stamp_tells_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No authority has stamped our checkpoint, so the data under the stamp is swapped for "hello" at one seam."""
    from tartip.verify import receipt as module

    real = module.verify_stamp
    monkeypatch.setattr(module, "verify_stamp", lambda response, data, chain: real(response, b"hello", chain))
    chain = shared("timestamp", "ts_chain.pem").read_bytes()
    response = shared("timestamp", "response-sha256.tsr").read_bytes()
    verdict = judge(changed(timestamp=b64(response))(GOOD), KEY, chain=chain)
    assert verdict.steps[-1].sentence() == "A time stamp covers the checkpoint: 2025-05-09 11:58:55 UTC."


def test_the_reader_sees_what_the_receipt_says_without_tricks_of_the_terminal() -> None:
    facts = dict(judge(changed(payload={"x": "\x1b[2Jgone\u202e", "y": 5})(GOOD), KEY).facts)
    assert facts["x"] == "\ufffd[2Jgone\ufffd"
    assert (facts["y"], facts["act"]) == ("5", "incident.dispatch")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode) | st.just(b"PK\x03\x04" + bytes(40)))
def test_garbage_gets_a_verdict_and_no_exception(data: bytes) -> None:
    verdict = verify_bytes(data)
    assert (verdict.ok, verdict.exit_code) == (False, 2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(b64(bytes(32))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(GOOD)), JSON)
def test_any_value_in_any_field_gets_a_verdict_and_no_exception(field: str, value: object) -> None:
    verdict = judge({**GOOD, field: value}, KEY)
    assert verdict.exit_code in (0, 1, 2)
    assert verdict.ok is (verdict.exit_code == 0)
    if verdict.ok:
        assert field == "keys" or value == GOOD[field]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(json.dumps(GOOD, ensure_ascii=False).encode()) - 1), st.integers(1, 255))
def test_no_flipped_byte_of_a_receipt_goes_unnoticed(place: int, mask: int) -> None:
    """A flip in the document's own key list or in white space may pass; what is said must then be the same."""
    data = bytearray(json.dumps(GOOD, ensure_ascii=False).encode())
    data[place] ^= mask
    verdict = verify_bytes(bytes(data), [KEY])
    if verdict.ok:
        document = json.loads(bytes(data))
        assert {**document, "keys": None, "checkpoint": None} == {**GOOD, "keys": None, "checkpoint": None}
        signed = document["checkpoint"].split("\n\n")[0]
        assert signed == GOOD["checkpoint"].split("\n\n")[0]


@pytest.mark.parametrize("path", ["no/such/file.json", ".", "\0"])
def test_a_path_that_cannot_be_read_gets_a_verdict(path: str) -> None:
    verdict = verify_file(path)
    assert (verdict.exit_code, outcomes(verdict)) == (2, {"read": "failed"})


def test_a_log_that_changes_its_key_is_followed_by_either() -> None:
    from tartip.engines.merkle import Checkpoint, parse_note

    checkpoint = Checkpoint.parse(parse_note(GOOD["checkpoint"]).text)
    both = changed(checkpoint=sign_checkpoint(checkpoint, LOG, FORGER))(GOOD)
    assert judge(both, KEY).ok
    assert judge(both, FORGED_KEY).ok
