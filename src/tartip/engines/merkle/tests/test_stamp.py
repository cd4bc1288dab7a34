from __future__ import annotations

import datetime
import warnings

import pytest

from tartip.engines.merkle import BadStamp, request_stamp, verify_stamp
from tartip.engines.merkle.tests.helpers import shared

pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")

HELLO = b"hello"
# TSTInfo, the stamped statement, inside response-sha256.tsr (openssl asn1parse: offset 69, header 3, length 186).
STATEMENT = range(72, 72 + 186)


def tsr(name: str) -> bytes:
    return shared("timestamp", f"response-{name}.tsr").read_bytes()


def chain() -> bytes:
    return shared("timestamp", "ts_chain.pem").read_bytes()


def root() -> bytes:
    """The second certificate of the chain, self-signed."""
    return b"-----BEGIN" + chain().split(b"-----BEGIN")[2]


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
def test_a_good_stamp_holds_with_chain_or_root_alone(name: str) -> None:
    """Stamped on 9 May 2025 between 11:58:55 and 11:58:56 UTC."""
    assert shared("timestamp", "hello.txt").read_bytes() == HELLO
    for certificates in (chain(), root()):
        at = verify_stamp(tsr(name), HELLO, certificates).at
        assert at.replace(second=0) == datetime.datetime(2025, 5, 9, 11, 58, tzinfo=datetime.UTC)
        assert at.second in (55, 56)


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512", "no-embedded-cert"])
def test_a_changed_byte_of_the_data_breaks_the_stamp(name: str) -> None:
    with pytest.raises(BadStamp, match="Mismatch"):
        verify_stamp(tsr(name), b"hellp", chain())


def test_a_broken_signature_is_refused() -> None:
    with pytest.raises(BadStamp, match="signature failure"):
        verify_stamp(tsr("invalid-signature"), HELLO, chain())


def test_a_stamp_without_its_certificate_needs_it_in_the_chain() -> None:
    assert verify_stamp(tsr("no-embedded-cert"), HELLO, chain()).at.date() == datetime.date(2025, 6, 18)
    with pytest.raises(BadStamp, match="signer certificate not found"):
        verify_stamp(tsr("no-embedded-cert"), HELLO, root())


def test_the_nonce_of_another_request_is_refused() -> None:
    """The query's nonce, 34CFA9899986D2F5, belongs to none of the responses."""
    with pytest.raises(BadStamp, match="Nonce"):
        verify_stamp(tsr("sha512"), HELLO, chain(), nonce=0x34CFA9899986D2F5)


def test_a_request_asks_for_a_certificate_with_a_fresh_nonce() -> None:
    """Like request.der: version 1, SHA-512 of the data, certReq true (01 01 FF at the end)."""
    first, second = request_stamp(HELLO), request_stamp(HELLO)
    sample = shared("timestamp", "request.der").read_bytes()
    same = sample.index(bytes.fromhex("9b71d224bd62f378")) + 64  # up to the end of SHA-512("hello")
    assert first.der[2:same] == sample[2:same]
    assert first.der.endswith(b"\x01\x01\xff")
    assert first.nonce != second.nonce
    with pytest.raises(BadStamp):
        request_stamp(b"")


@pytest.mark.parametrize("bad", [b"", b"\x00", b"hello", b"0\x82"])
def test_bytes_that_are_no_response_or_no_certificate_are_refused(bad: bytes) -> None:
    with pytest.raises(BadStamp):
        verify_stamp(bad, HELLO, chain())
    with pytest.raises(BadStamp):
        verify_stamp(tsr("sha256"), HELLO, bad)


def test_a_chain_without_a_root_is_refused() -> None:
    with pytest.raises(BadStamp, match="no self-signed root"):
        verify_stamp(tsr("sha256"), HELLO, chain()[: chain().index(b"-----END")] + b"-----END CERTIFICATE-----\n")


def test_no_flipped_byte_changes_what_a_stamp_states() -> None:
    """Flips in the unsigned copy of the certificate may pass; what is stated must stay, or the stamp must fall."""
    good, stated = tsr("sha256"), verify_stamp(tsr("sha256"), HELLO, chain())
    passed = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for place in range(0, len(good), 3):
            flipped = bytearray(good)
            flipped[place] ^= 0x41
            try:
                assert verify_stamp(bytes(flipped), HELLO, chain()) == stated
                passed.add(place)
            except BadStamp:
                continue
    assert not passed & set(STATEMENT)
