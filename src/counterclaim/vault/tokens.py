"""Reads RFC 3161 tokens: over which bytes, by whom, until when checkable; refuses to change one that is stored."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from cryptography import x509
from rfc3161_client import TimeStampResponse, decode_timestamp_response

from counterclaim.record.certificate_order import with_sorted_certificates
from counterclaim.record.errors import MalformedError

TOKEN_BYTES_MAX = 1 << 20  # a response with its certificates has some kilobytes
_IMPRINTS = {  # NIST, Computer Security Objects Register: the SHA-2 functions an authority may have been asked with
    "2.16.840.1.101.3.4.2.1": hashlib.sha256,
    "2.16.840.1.101.3.4.2.2": hashlib.sha384,
    "2.16.840.1.101.3.4.2.3": hashlib.sha512,
}


def decoded_token(response: bytes) -> TimeStampResponse:
    """Decode a stored response; where the strict decoder refuses it, a copy with its certificates in DER order.

    The bytes kept stay as they came (record/certificate_order.py says why this changes nothing that is signed).
    Raises MalformedError.
    """
    if len(response) > TOKEN_BYTES_MAX:
        raise MalformedError(f"a time-stamp response of at most {TOKEN_BYTES_MAX} bytes", f"{len(response)} bytes")
    try:
        return decode_timestamp_response(response)
    except ValueError as refusal:
        copy = with_sorted_certificates(response)
        if copy == response:
            raise MalformedError("a time-stamp response (RFC 3161)", str(refusal)) from refusal
    try:
        return decode_timestamp_response(copy)
    except ValueError as error:
        raise MalformedError("a time-stamp response (RFC 3161)", str(error)) from error


# --- what a decoded token says -----------------------------------------------------------------


def imprint_holds(decoded: TimeStampResponse, message: bytes) -> bool:
    """Whether the token is over SHA-256, -384 or -512 of `message`. RFC 3161 section 2.4.2."""
    imprint = decoded.tst_info.message_imprint
    hashed = _IMPRINTS.get(imprint.hash_algorithm.dotted_string)
    return hashed is not None and bool(imprint.message == hashed(message).digest())


def moment_of(decoded: TimeStampResponse) -> datetime:
    """The token's own time, in UTC."""
    moment: datetime = decoded.tst_info.gen_time.astimezone(UTC)
    return moment


def written_moment(moment: datetime) -> str:
    """A moment as the log writes it: RFC 3339 with `Z`, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def written_seconds(seconds: int) -> str:
    """POSIX seconds as the log writes a moment. Raises MalformedError beyond the year 9999."""
    try:
        return written_moment(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedError("a time within the years 1970 to 9999", str(seconds)) from error


def authority_of(decoded: TimeStampResponse) -> str:
    """The subject of the certificate the token names as its signer, as a person reads it."""
    signer = _signing_certificate(decoded, _certificates(decoded))
    if signer is None:
        return "an authority whose certificate is not enclosed"
    names = signer.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else signer.subject.rfc4514_string()


def certificate_ends(decoded: TimeStampResponse) -> datetime | None:
    """When the first certificate on the enclosed way from the signer up ends (UTC); None where none is enclosed.

    From then on a plain `openssl ts -verify` refuses the token, and only its own time makes it checkable.
    """
    held = _certificates(decoded)
    one = _signing_certificate(decoded, held)
    ends: list[datetime] = []
    while one is not None and len(ends) <= len(held):
        ends.append(one.not_valid_after_utc)
        above = one.issuer if one.issuer != one.subject else None
        one = next((other for other in held if other.subject == above), None)
    return min(ends, default=None)


def _certificates(decoded: TimeStampResponse) -> list[x509.Certificate]:
    """The enclosed certificates. Raises ValueError for one that cannot be read."""
    return [x509.load_der_x509_certificate(raw) for raw in decoded.signed_data.certificates]


def _signing_certificate(decoded: TimeStampResponse, held: list[x509.Certificate]) -> x509.Certificate | None:
    named = {(signer.issuer, signer.serial_number) for signer in decoded.signed_data.signer_infos}
    return next((one for one in held if (one.issuer, one.serial_number) in named), None)
