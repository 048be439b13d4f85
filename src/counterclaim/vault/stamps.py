"""RFC 3161 time stamps over checkpoint notes; refuses to say when anything was made, only by when it existed."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from counterclaim.record.check import Check
from counterclaim.record.errors import CounterclaimError, IntegrityError, MalformedError, UsageError

GRANTED = 0  # RFC 3161 section 2.4.2, PKIStatus
SHA256_OID = "2.16.840.1.101.3.4.2.1"
ANSWER_BYTES_MAX = 1 << 20  # a response with its certificates has some kilobytes
STAMP_LATER = "Run `counterclaim stamp` again later; everything recorded is kept, only not yet timestamped."
REASON_CHARACTERS_MAX = 160  # OpenSSL appends its whole stack
ANSWER_SECONDS_MAX = 20.0  # an authority that answers later counts as out of reach
Post = Callable[[str, bytes], bytes]
"""Sends a query to a URL and returns the answer's bytes; raises UnreachableAuthorityError."""


class UnreachableAuthorityError(CounterclaimError):
    """No time-stamping authority answered. This is a normal state: the checkpoint stays unanchored for now."""

    def __init__(self, expected: str, got: str) -> None:
        """Nothing is lost; it can be stamped later."""
        super().__init__(expected, got, remedy=STAMP_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A granted response: `token` is its DER (a .tsr file), `authority` the signer's name, `at` UTC (RFC 3339)."""

    token: bytes
    authority: str
    at: str


def request_of(message: bytes, *, nonce: bool = True) -> TimeStampRequest:
    """Build the query over SHA-256 of `message`, asking for the signer's certificate. RFC 3161 section 2.4.1."""
    builder = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=nonce).cert_request(cert_request=True).build()


def token_of_response(response: bytes, message: bytes, *, nonce: int | None) -> Stamp:
    """Read an authority's answer: granted, over these bytes, with this nonce. RFC 3161 section 2.4.2.

    Raises MalformedError (not an answer) and IntegrityError (an answer to something else). The signature is
    checked later against roots from outside, by `token_holds`.
    """
    decoded = _decoded(response)
    if decoded.status != GRANTED:
        raise UnreachableAuthorityError("a granted time stamp", f"PKI status {decoded.status}")
    if not _imprint_holds(decoded, message) or (nonce is not None and decoded.tst_info.nonce != nonce):
        raise IntegrityError("a time stamp over the bytes that were sent", "one over other bytes")
    return Stamp(token=response, authority=_authority_of(decoded), at=_time_of(decoded))


def stamp(message: bytes, url: str, post: Post) -> Stamp:
    """Ask the authority at `url` for a time stamp over `message`.

    Raises UnreachableAuthorityError, MalformedError, IntegrityError.
    """
    request = request_of(message)
    return token_of_response(post(url, request.as_bytes()), message, nonce=request.nonce)


def post_query(url: str, query: bytes) -> bytes:
    """Send a query over HTTP. RFC 3161 section 3.4. Raises UnreachableAuthorityError, UsageError.

    The house calls this only for a URL a person gave.
    """
    if not url.startswith(("http://", "https://")):
        raise UsageError("an http or https address of a time-stamping authority", repr(url[:80]))
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    request = urllib.request.Request(url, data=query, headers=headers, method="POST")  # noqa: S310 (scheme checked above)
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS_MAX) as answer:  # noqa: S310
            content: bytes = answer.read(ANSWER_BYTES_MAX + 1)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise UnreachableAuthorityError("an answer from the time-stamping authority", str(error)) from error
    if len(content) > ANSWER_BYTES_MAX:
        raise MalformedError(f"an answer of at most {ANSWER_BYTES_MAX} bytes", "more")
    return content


def token_holds(token: bytes, message: bytes, roots_pem: bytes | None, *, what: str = "checkpoint") -> Check:
    """Check a stored response against the bytes and, where roots are given, against them.

    Without roots the imprint is compared and the row stays not_checked: anybody can make an authority.
    """
    try:
        decoded = _decoded(token)
        if not _imprint_holds(decoded, message):
            return Check(name="timestamp", outcome="failed", what=what, reason="the token is over other bytes")
        words = f"timestamped by {_authority_of(decoded)} (these bytes existed by {_time_of(decoded)})"
        if roots_pem is None:
            reason = f"{words}; authority not checked: no root certificate was given"
            return Check(name="timestamp", outcome="not_checked", what=what, reason=reason)
        roots = x509.load_pem_x509_certificates(roots_pem)
        _verify(decoded, message, roots)
    except (VerificationError, ValueError, CounterclaimError) as error:
        return Check(
            name="timestamp",
            outcome="failed",
            what=what,
            reason=f"the token does not hold: {str(error)[:REASON_CHARACTERS_MAX]}",
        )
    return Check(name="timestamp", outcome="passed", what=what, reason=words)


def _verify(decoded: TimeStampResponse, message: bytes, roots: list[x509.Certificate]) -> None:
    # A new builder with its own list: the library's keeps adding to the list it was given.
    VerifierBuilder(roots=list(roots), intermediates=[]).build().verify_message(decoded, message)


def _decoded(response: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(response)
    except ValueError as error:
        raise MalformedError("a time-stamp response (RFC 3161)", str(error)) from error


def _imprint_holds(decoded: TimeStampResponse, message: bytes) -> bool:
    imprint = decoded.tst_info.message_imprint
    same_hash = imprint.hash_algorithm == x509.ObjectIdentifier(SHA256_OID)
    return same_hash and imprint.message == hashlib.sha256(message).digest()


def _time_of(decoded: TimeStampResponse) -> str:
    return decoded.tst_info.gen_time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _authority_of(decoded: TimeStampResponse) -> str:
    """Return the subject of the certificate the token names as its signer, as a person reads it."""
    signers = list(decoded.signed_data.signer_infos)
    for raw in decoded.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(raw)
        for signer in signers:
            if (certificate.issuer, certificate.serial_number) == (signer.issuer, signer.serial_number):
                return _common_name(certificate)
    return "an authority whose certificate is not enclosed"


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
