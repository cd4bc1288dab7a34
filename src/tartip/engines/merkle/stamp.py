"""RFC 3161 time stamps: a request to build, and a response to verify against certificates one trusts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tartip.engines.merkle.errors import BadStamp

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse, VerifierBuilder


@dataclass(frozen=True, slots=True)
class StampRequest:
    """DER bytes to send to the authority (application/timestamp-query) and the nonce its answer must repeat."""

    der: bytes
    nonce: int | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a verified response states: the moment (UTC), the authority's serial number and policy."""

    at: datetime
    serial: int
    policy: str


def request_stamp(data: bytes) -> StampRequest:
    """Build a request for `data` (SHA-512, fresh nonce, certificate wanted). Raises BadStamp for empty data."""
    from rfc3161_client import TimestampRequestBuilder

    if not data:
        raise BadStamp("there is nothing to stamp")
    request = TimestampRequestBuilder().data(data).build()
    return StampRequest(request.as_bytes(), request.nonce)


def verify_stamp(response: bytes, data: bytes, chain: bytes, *, nonce: int | None = None) -> Stamp:
    """Check a .tsr over `data` with `chain`, PEM certificates: the trusted root and what lies below it.

    A response without its own certificate needs the signer's in the chain. Certificates must have been valid at the
    stamped moment, not today. `nonce` is the request's. Raises BadStamp and nothing else.
    """
    from rfc3161_client import decode_timestamp_response

    try:
        answer = decode_timestamp_response(response)
        _builder(answer, chain, nonce).build().verify_message(answer, data)
        info = answer.tst_info
        return Stamp(info.gen_time, info.serial_number, info.policy.dotted_string)
    except BadStamp:
        raise
    except Exception as error:  # broken certificates raise a dozen kinds of exception in the parsers below
        reasons = re.findall(r'reason: "([^"]+)"', str(error)) or [str(error)[:120] or type(error).__name__]
        raise BadStamp(reasons[-1]) from None


def _builder(answer: TimeStampResponse, chain: bytes, nonce: int | None) -> VerifierBuilder:
    from cryptography.x509 import load_pem_x509_certificates
    from rfc3161_client import VerifierBuilder

    certificates = load_pem_x509_certificates(chain)
    roots = [c for c in certificates if c.issuer == c.subject]
    signers = [c for c in certificates if _may_stamp(c)]
    if not roots:
        raise BadStamp("the chain holds no self-signed root")
    builder = VerifierBuilder(nonce=nonce, roots=roots, intermediates=[c for c in certificates if c not in roots])
    if not answer.signed_data.certificates and signers:
        return builder.tsa_certificate(signers[0])
    return builder


def _may_stamp(certificate: Certificate) -> bool:
    from cryptography.x509 import ExtendedKeyUsage, ExtensionNotFound
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        usage = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
    except ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage
