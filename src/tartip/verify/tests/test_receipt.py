from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

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


BOTH_KEYS = (KEY, WITNESS_KEY)


def judge(document: object, *keys: str, chain: bytes | None = None) -> Verdict:
    return verify_bytes(json.dumps(document).encode(), keys, stamp_chain=chain)


@pytest.mark.parametrize("index", [0, 137, 255, 256, 299])
def test_a_good_receipt_is_verified_with_a_key_of_the_readers(tmp_path: Path, index: int) -> None:
    verdict = verify_file(write(tmp_path, receipt(index)), [KEY, WITNESS_KEY])
    steps = ("read", "content", "key", "signature", "witness", "inclusion")
    assert outcomes(verdict) == dict.fromkeys(steps, "ok")
    assert (verdict.ok, verdict.exit_code, verdict.missing) == (True, 0, ())
    assert verdict.conclusion == "Verified: everything agrees."


def test_a_key_from_the_document_itself_proves_nothing_and_the_conclusion_says_what_is_missing(tmp_path: Path) -> None:
    verdict = verify_file(write(tmp_path, GOOD))
    assert (verdict.ok, verdict.exit_code) == (False, 3)
    assert [step.code for step in verdict.missing] == ["key", "witness"]
    assert KEY in verdict.missing[0].detail
    assert verdict.conclusion.startswith("NOT PROVEN")
    assert "the log's key from a source you trust (--key)" in verdict.conclusion
    assert "ключа журнала из надёжного источника (--key)" in verdict.conclude("ru")


def test_a_forged_receipt_that_brings_its_own_key_is_never_verified() -> None:
    forged = receipt(signer=FORGER)
    assert forged["keys"] == [FORGED_KEY]
    assert judge(forged).exit_code == 3
    assert failures(judge(forged, KEY)) == {"signature"}


def test_a_verified_receipt_names_no_key_but_the_one_that_signed_it() -> None:
    """Who copies a key out of a receipt that was called verified must not get a forger's."""
    for keys in ([FORGED_KEY], [KEY, FORGED_KEY], [], ["nonsense"], [KEY, KEY]):
        verdict = judge(changed(keys=keys)(GOOD), *BOTH_KEYS)
        assert (verdict.exit_code, outcomes(verdict)["key"]) == (3, "unproven"), keys


def test_a_line_by_an_unknown_key_leaves_the_checkpoint_unproven() -> None:
    """The receipt bears a witness's signature; whoever has not given the witness's key has not checked it."""
    verdict = judge(GOOD, KEY)
    assert (verdict.exit_code, [step.code for step in verdict.missing]) == (3, ["witness"])
    assert verdict.missing[0].detail == "prosecutor.example"


def test_a_witness_that_was_asked_for_must_have_confirmed() -> None:
    signed = GOOD["checkpoint"].split("\n")
    alone = changed(checkpoint="\n".join([*signed[:5], ""]))(GOOD)
    assert judge(alone, KEY).ok
    assert [step.code for step in judge(alone, *BOTH_KEYS).missing] == ["witness"]


def test_a_checkpoint_by_itself_needs_a_key_too(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.txt"
    path.write_text(GOOD["checkpoint"], "utf-8")
    assert verify_file(path, BOTH_KEYS).exit_code == 0
    assert verify_file(path).exit_code == 3
    assert verify_file(path, [FORGED_KEY]).exit_code == 1
    path.write_text(GOOD["checkpoint"].replace("\n300\n", "\n301\n"), "utf-8")
    assert verify_file(path, BOTH_KEYS).exit_code == 1


def test_a_witness_is_named_when_its_key_is_given() -> None:
    """1,772,359,200 seconds after 1970 is 2026-03-01 10:00:00 UTC."""
    steps = [step for step in judge(GOOD, KEY, WITNESS_KEY).steps if step.code == "witness"]
    assert [step.sentence() for step in steps] == [
        "The witness prosecutor.example has confirmed the checkpoint: 2026-03-01 10:00:00 UTC."
    ]


def test_a_witness_alone_does_not_make_a_log() -> None:
    verdict = judge(GOOD, WITNESS_KEY)
    assert (verdict.exit_code, outcomes(verdict)["key"]) == (3, "unproven")


def test_without_its_content_the_entry_is_in_the_log_but_the_document_is_not_proven_whole() -> None:
    verdict = judge({**GOOD, "payload": None, "salt": None}, *BOTH_KEYS)
    assert (verdict.exit_code, [step.code for step in verdict.missing]) == (3, ["content"])
    assert outcomes(verdict)["inclusion"] == "ok"


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_receipt_fails_at_the_right_step(name: str) -> None:
    tamper, expected = TAMPERED[name]
    verdict = judge(tamper(GOOD), *BOTH_KEYS)
    assert failures(verdict) == expected
    assert verdict.exit_code == (2 if expected == {"read"} else 1)


def test_a_receipt_without_any_key_is_not_verified() -> None:
    for keys in ([], ["nonsense"]):
        verdict = judge(changed(keys=keys)(GOOD))
        assert (verdict.exit_code, outcomes(verdict)["key"]) == (3, "unproven")


def test_a_broken_key_of_the_caller_is_an_error_not_a_verdict() -> None:
    with pytest.raises(BadKey):
        judge(GOOD, "nonsense")


def test_a_time_stamp_over_the_checkpoint_is_checked_with_the_readers_certificates() -> None:
    """The sample stamp covers the five bytes "hello", so it is right in itself and wrong for this checkpoint."""
    chain = shared("timestamp", "ts_chain.pem").read_bytes()
    response = shared("timestamp", "response-sha256.tsr").read_bytes()
    stamped = changed(timestamp=b64(response))(GOOD)
    assert outcomes(judge(stamped, *BOTH_KEYS))["stamp"] == "unproven"
    assert judge(stamped, *BOTH_KEYS).exit_code == 3
    assert failures(judge(stamped, *BOTH_KEYS, chain=chain)) == {"stamp"}
    assert "stamp" not in outcomes(judge(changed(timestamp=None)(GOOD), *BOTH_KEYS))
    assert outcomes(judge(GOOD, *BOTH_KEYS, chain=chain))["stamp"] == "unproven", "one was asked for"


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
    verdict = judge({**GOOD, field: value}, *BOTH_KEYS)
    assert verdict.exit_code in (0, 1, 2, 3)
    assert verdict.ok is (verdict.exit_code == 0)
    if verdict.ok:
        assert value == GOOD[field]


@pytest.mark.parametrize("path", ["no/such/file.json", ".", "\0"])
def test_a_path_that_cannot_be_read_gets_a_verdict(path: str) -> None:
    verdict = verify_file(path)
    assert (verdict.exit_code, outcomes(verdict)) == (2, {"read": "failed"})


def test_a_log_that_changes_its_key_is_verified_by_both() -> None:
    from tartip.engines.merkle import Checkpoint, parse_note

    checkpoint = Checkpoint.parse(parse_note(GOOD["checkpoint"]).text)
    both = changed(checkpoint=sign_checkpoint(checkpoint, LOG, FORGER), keys=[KEY, FORGED_KEY])(GOOD)
    assert judge(both, KEY, FORGED_KEY).ok
    for key in (KEY, FORGED_KEY):
        assert judge(both, key).exit_code == 3, "the other signature was not checked"
