"""Puts a token's certificates into the order DER gives a SET; refuses to move any other byte.

Some authorities send the certificates of an RFC 3161 token in the order of the chain. DER wants the values of a SET OF
sorted by their encodings as octet strings (X.690 section 11.6); `openssl ts -verify` does not mind, a strict decoder
does. The order is in no signed byte: the signature is over `signedAttrs`, which hold the digest of `eContent`, and the
field `certificates` is in neither (RFC 5652 sections 5.1, 5.3 and 5.4).
"""

from __future__ import annotations

from dataclasses import dataclass

from asn1crypto import parser

CERTIFICATES_MAX = 32  # a chain has three or four; more is a way to keep a verifier busy
_SEQUENCE, _CONTEXT_0 = (0, 1, 16), (2, 1, 0)  # (class, constructed, tag)
# TimeStampResp -> timeStampToken -> [0] content -> SignedData: RFC 3161 section 2.4.2, RFC 5652 sections 3 and 5.1.
_WAY_TO_SIGNED_DATA = ((1, _SEQUENCE), (1, _CONTEXT_0), (0, _SEQUENCE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One DER value inside a token: its (class, constructed, tag), where it begins, where its content is, its end."""

    kind: tuple[int, int, int]
    begin: int
    content: int
    end: int


def with_sorted_certificates(response: bytes) -> bytes:
    """The same bytes with the certificates in DER order: equally long, no other byte moved.

    What has no such field, or more than CERTIFICATES_MAX in it, comes back as it is, for the decoder to refuse.
    """
    try:
        field = _certificates_of(response)
        if field is None:
            return response
        held = _parts_of(response, field.content, field.end)
    except ValueError:
        return response
    if len(held) > CERTIFICATES_MAX:
        return response
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
