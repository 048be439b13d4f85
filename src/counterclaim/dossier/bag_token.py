"""The form of a timestamp token in a bag and its time (RFC 3161); refuses BER that is no DER, and another imprint."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

NESTED_MAX = 64  # elements around an element; real tokens have some fifteen
LENGTH_BYTES_MAX = 3  # of one element: 16 MiB, where a real token has some kilobytes
_SEQUENCE, _INTEGER, _OCTETS, _OBJECT, _TIME, _CONTEXT_0 = 0x30, 0x02, 0x04, 0x06, 0x18, 0xA0
_CONSTRUCTED, _LONG_TAG = 0x20, 0x1F
_GRANTED = b"\x00"  # RFC 3161 section 2.4.2. Not grantedWithMods: nothing we ask for can be modified and still be it
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_IMPRINTS = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
_MOMENT = re.compile(rb"([0-9]{14})(?:\.[0-9]*[1-9])?Z")  # X.690 section 11.7: no zero at the end of a fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One DER element: its tag byte, its content, and the elements in it where it is constructed."""

    tag: int
    content: bytes
    inside: tuple[Element, ...]

    def at(self, place: int, tag: int) -> Element:
        """The element at this place inside. Raises ValueError where there is none or it has another tag."""
        if place >= len(self.inside) or self.inside[place].tag != tag:
            raise ValueError(f"a time-stamp response has an element of tag {tag:#x} there")
        return self.inside[place]


def moment_in(token: bytes, message: bytes) -> datetime:
    """The time of a granted response over `message`, in UTC, fractions cut off. Raises ValueError for any other bytes.

    The certificates and the signature are not looked at: RFC 3161 section 2.4.2, RFC 5652 section 5.
    """
    response = _one_sequence(token)
    if response.at(0, _SEQUENCE).at(0, _INTEGER).content != _GRANTED:
        raise ValueError("the authority did not grant it")
    content_info = response.at(1, _SEQUENCE)
    signed = content_info.at(1, _CONTEXT_0).at(0, _SEQUENCE).at(2, _SEQUENCE)
    if content_info.at(0, _OBJECT).content != _SIGNED_DATA or signed.at(0, _OBJECT).content != _TST_INFO:
        raise ValueError("no signed timestamp information")
    info = _one_sequence(signed.at(1, _CONTEXT_0).at(0, _OCTETS).content)
    if info.at(0, _INTEGER).content != b"\x01":
        raise ValueError("timestamp information of another version")
    imprint = info.at(2, _SEQUENCE)
    algorithm = _IMPRINTS.get(imprint.at(0, _SEQUENCE).at(0, _OBJECT).content)
    if algorithm is None or imprint.at(1, _OCTETS).content != hashlib.new(algorithm, message).digest():
        raise ValueError("a timestamp of other bytes")
    moment = _MOMENT.fullmatch(info.at(4, _TIME).content)
    if moment is None:
        raise ValueError("no time in UTC")
    return datetime.strptime(moment[1].decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _one_sequence(content: bytes) -> Element:
    elements = tuple(_elements(content, 1))
    if len(elements) != 1 or elements[0].tag != _SEQUENCE:
        raise ValueError("not one sequence in DER")
    return elements[0]


def _elements(content: bytes, depth: int) -> Iterator[Element]:
    """Yield the elements that lie one after another in `content`, each with a length in its shortest form."""
    if depth > NESTED_MAX:
        raise ValueError(f"more than {NESTED_MAX} elements around each other")
    place = 0
    while place < len(content):
        tag = content[place]
        length, begin = _length_at(content, place + 1)
        place = begin + length
        if tag & _LONG_TAG == _LONG_TAG or place > len(content):
            raise ValueError("a long tag, or an element cut off")
        held = content[begin:place]
        yield Element(tag=tag, content=held, inside=tuple(_elements(held, depth + 1)) if tag & _CONSTRUCTED else ())


def _length_at(content: bytes, place: int) -> tuple[int, int]:
    """A length and where the content after it begins. X.690 sections 8.1.3 and 10.1. Raises ValueError."""
    first = content[place] if place < len(content) else 0x80
    if first < 0x80:  # noqa: PLR2004 (X.690 section 8.1.3.4: the short form)
        return first, place + 1
    count = first & 0x7F
    length = int.from_bytes(content[place + 1 : place + 1 + count], "big")
    shortest = max(1, (length.bit_length() + 7) // 8)
    if not 1 <= count <= LENGTH_BYTES_MAX or count != shortest or length < 0x80:  # noqa: PLR2004
        raise ValueError("a length that is no DER")
    return length, place + 1 + count
