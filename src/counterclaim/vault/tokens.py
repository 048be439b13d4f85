"""Reads RFC 3161 tokens: over which bytes, by whom, until when checkable; refuses to change one that is stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import parser
from cryptography import x509
from rfc3161_client import TimeStampResponse, decode_timestamp_response

from counterclaim.record.errors import MalformedError

TOKEN_BYTES_MAX = 1 << 20  # a response with its certificates has some kilobytes
CERTIFICATES_MAX = 32  # a chain has three or four; more is a way to keep a verifier busy
SHA256_OID = "2.16.840.1.101.3.4.2.1"
_SEQUENCE, _SET, _CONTEXT_0 = (0, 1, 16), (0, 1, 17), (2, 1, 0)
# TimeStampResp -> timeStampToken -> [0] content -> SignedData: RFC 3161 section 2.4.2, RFC 5652 sections 3 and 5.1.
_WAY_TO_SIGNED_DATA = ((1, _SEQUENCE), (1, _CONTEXT_0), (0, _SEQUENCE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One DER value inside a token: its (class, constructed, tag), where it begins, where its content is, its end."""

    kind: tuple[int, int, int]
    begin: int
    content: int
    end: int


def decoded_token(response: bytes) -> TimeStampResponse:
    """Decode a stored response; where the strict decoder refuses it, a copy with its certificates in DER order.

    Some authorities send the certificates of a token in the order of the chain. DER wants a SET OF sorted (X.690
    section 11.6), `openssl ts -verify` does not mind, the strict decoder does. The order is in no signed byte: the
    signature covers eContent and signedAttrs, and the certificates are "intended to be sufficient" help beside them
    (RFC 5652 sections 5.1 and 5.4). The bytes kept stay as they came. Raises MalformedError.
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


def with_sorted_certificates(response: bytes) -> bytes:
    """The same bytes with the certificates in DER order: equally long, no other byte moved.

    What has no such field comes back as it is, for the decoder to refuse. Sorting is by the encodings as octet
    strings (X.690 section 11.6).
    """
    try:
        field = _certificates_of(response)
        if field is None:
            return response
        held = _parts_of(response, field.content, field.end)
    except ValueError:
        return response
    if len(held) > CERTIFICATES_MAX:
        raise MalformedError(f"at most {CERTIFICATES_MAX} certificates in a token", str(len(held)))
    ordered = b"".join(sorted(response[one.begin : one.end] for one in held))
    return response[: field.content] + ordered + response[field.end :]


def _certificates_of(response: bytes) -> Part | None:
    """The field `certificates [0] IMPLICIT` of the SignedData. Raises ValueError where the bytes are no DER."""
    whole = _parts_of(response, 0, len(response))
    if len(whole) != 1 or whole[0].kind != _SEQUENCE:
        return None
    inside = whole[0]
    for place, kind in _WAY_TO_SIGNED_DATA:
        parts = _parts_of(response, inside.content, inside.end)
        if len(parts) <= place or parts[place].kind != kind:
            return None
        inside = parts[place]
    return next((one for one in _parts_of(response, inside.content, inside.end) if one.kind == _CONTEXT_0), None)


def _parts_of(content: bytes, begin: int, end: int) -> list[Part]:
    """The DER values that lie one after another in content[begin:end]. Raises ValueError, for indefinite ones too."""
    parts = []
    while begin < end:
        kind_class, constructed, tag, head, inner, trailer = parser.parse(content[begin:end])
        if trailer:
            raise ValueError("an indefinite length is no DER")
        start = begin + len(head)
        parts.append(Part(kind=(kind_class, constructed, tag), begin=begin, content=start, end=start + len(inner)))
        begin = start + len(inner)
    return parts


# --- what a decoded token says -----------------------------------------------------------------


def imprint_holds(decoded: TimeStampResponse, message: bytes) -> bool:
    """Whether the token is over SHA-256 of `message`. RFC 3161 section 2.4.2."""
    imprint = decoded.tst_info.message_imprint
    same_hash = imprint.hash_algorithm == x509.ObjectIdentifier(SHA256_OID)
    return bool(same_hash and imprint.message == hashlib.sha256(message).digest())


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
