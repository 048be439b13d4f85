"""RFC 3161 time stamps over checkpoint notes; refuses to say when anything was made, only by when it existed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
)

from counterclaim.record.check import Check
from counterclaim.record.errors import CounterclaimError, IntegrityError, MalformedError
from counterclaim.vault.tokens import (
    authority_of,
    certificate_ends,
    decoded_token,
    imprint_holds,
    moment_of,
    written_moment,
)

GRANTED = 0  # RFC 3161 section 2.4.2, PKIStatus
STAMP_LATER = "Run `counterclaim stamp` again later; everything recorded is kept, only not yet timestamped."
REASON_CHARACTERS_MAX = 160  # OpenSSL appends its whole stack
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
    decoded = decoded_token(response)
    if decoded.status != GRANTED:
        raise UnreachableAuthorityError("a granted time stamp", f"PKI status {decoded.status}")
    if not imprint_holds(decoded, message) or (nonce is not None and decoded.tst_info.nonce != nonce):
        raise IntegrityError("a time stamp over the bytes that were sent", "one over other bytes")
    return Stamp(token=response, authority=authority_of(decoded), at=written_moment(moment_of(decoded)))


def stamp(message: bytes, url: str, post: Post) -> Stamp:
    """Ask the authority at `url` for a time stamp over `message`; `post` is the desk's broker.

    Raises UnreachableAuthorityError, also for an answer that is none or is to something else.
    """
    request = request_of(message)
    answer = post(url, request.as_bytes())
    try:
        return token_of_response(answer, message, nonce=request.nonce)
    except (MalformedError, IntegrityError) as error:
        raise UnreachableAuthorityError(error.expected, error.got) from error


def token_holds(
    token: bytes,
    message: bytes,
    roots_pem: bytes | None,
    *,
    what: str = "checkpoint",
    at: str | None = None,
    files: tuple[str, str] = ("checkpoint.note", "token.tsr"),
) -> Check:
    """Check a stored response against the bytes and, where roots are given, against them.

    The chain is checked as of the token's own time. Where a certificate ended since (`at`, RFC 3339, is now), the
    row says so, with the command that does the same on `files` (note, token). Without roots the imprint is compared
    and the row stays not_checked: anybody can make an authority.
    """
    try:
        decoded = decoded_token(token)
        if not imprint_holds(decoded, message):
            return Check(name="timestamp", outcome="failed", what=what, reason="the token is over other bytes")
        by = written_moment(moment_of(decoded))
        words = f"timestamped by {authority_of(decoded)} (these bytes existed by {by})" + _ended(decoded, at, files)
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


def _ended(decoded: TimeStampResponse, at: str | None, files: tuple[str, str]) -> str:
    """Words for a certificate that ended between the token and now; empty where it is valid, or now is not known."""
    ends = certificate_ends(decoded)
    if ends is None or at is None or ends >= datetime.fromisoformat(at):
        return ""
    # verify_opt -attime: OpenSSL, openssl-verification-options(1).
    command = (
        f"openssl ts -verify -attime {int(moment_of(decoded).timestamp())} -data {files[0]} -in {files[1]}"
        " -CAfile ROOTS.pem"
    )
    return f"; a certificate of this authority ended {written_moment(ends)}: it holds at its own time, `{command}`"


def _verify(decoded: TimeStampResponse, message: bytes, roots: list[x509.Certificate]) -> None:
    # A new builder with its own list: the library's keeps adding to the list it was given. It checks the chain as of
    # the token's time (RFC 3161 appendix B does the same, and adds what was known of revocation then).
    VerifierBuilder(roots=list(roots), intermediates=[]).build().verify_message(decoded, message)
