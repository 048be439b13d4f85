"""The metadata items of a HEIF or AVIF file; refuses boxes that nest or count beyond a bound.

Source: ISO/IEC 14496-12 (ISO base media file format), sections 4.2 and 8.11; ISO/IEC 23008-12 (HEIF), annex A.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from counterclaim.examine.fields.part import PART_BYTES_MAX, Part

BOXES_MAX = 5_000  # of one file; a tiled picture has a hundred properties and items
ITEMS_MAX = 5_000  # a 200-megapixel picture in tiles of 512 has some eight hundred
_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"MiHE"})
_MIME_XMP = b"application/rdf+xml"
_TO_END = 0  # a box of this size ends with the file
_LARGE = 1  # a box of this size names its length in eight more bytes


def is_boxed(content: bytes) -> bool:
    """Whether the bytes start as an ISO media file whose brands name a still picture."""
    if content[4:8] != b"ftyp":
        return False
    size = min(int.from_bytes(content[:4], "big"), 256)
    return any(content[at : at + 4] in _BRANDS for at in (8, *range(16, size, 4)))


def boxes_of(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Give (type, start of the body, end) of the boxes between two offsets."""
    at = start
    for _ in range(BOXES_MAX):
        if at + 8 > end:
            return
        size, kind, head = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8], 8
        if size == _LARGE:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        elif size == _TO_END:
            size = end - at
        if size < head or at + size > end:
            return
        yield kind, at + head, at + size
        at += size


def box_parts_of(content: bytes) -> Iterator[Part]:
    """Give the Exif and XMP items, colour profiles and the largest picture's size."""
    for kind, start, end in boxes_of(content, 0, len(content)):
        if kind == b"meta":
            yield from _meta_parts(content, start + 4, end)
            return


def _meta_parts(content: bytes, start: int, end: int) -> Iterator[Part]:
    found = {kind: (at, stop) for kind, at, stop in boxes_of(content, start, end)}
    try:
        names = _names_of(content, *found[b"iinf"]) if b"iinf" in found else {}
        places = _places_of(content, *found[b"iloc"]) if b"iloc" in found else {}
    except (struct.error, IndexError):  # a box that ends before what it must hold
        names, places = {}, {}
    data = found.get(b"idat", (0, 0))[0]
    for item, (kind, mime) in names.items():
        if item not in places or (kind != b"Exif" and mime != _MIME_XMP):
            continue
        method, at, size = places[item]
        at += data if method == 1 else 0
        body = content[at : at + min(size, PART_BYTES_MAX)]
        if kind == b"Exif" and len(body) > 4:  # noqa: PLR2004 (HEIF, A.2.1: the offset of the TIFF header)
            skip = 4 + int.from_bytes(body[:4], "big")
            yield Part(kind="tiff", content=body[skip:], offset=at + skip)
        elif mime == _MIME_XMP:
            yield Part(kind="xmp", content=body, offset=at)
    if b"iprp" in found:
        yield from _properties(content, *found[b"iprp"])


def _properties(content: bytes, start: int, end: int) -> Iterator[Part]:
    largest = (0, 0)
    for kind, at, stop in boxes_of(content, start, end):
        if kind != b"ipco":
            continue
        for name, inner, last in boxes_of(content, at, stop):
            if name == b"colr" and content[inner : inner + 4] in {b"prof", b"rICC"}:
                yield Part(kind="icc", content=content[inner + 4 : min(last, inner + PART_BYTES_MAX)], offset=inner + 4)
            elif name == b"ispe" and last - inner >= 12:  # noqa: PLR2004 (HEIF, 6.5.3)
                largest = max(
                    largest, struct.unpack_from(">II", content, inner + 4), key=lambda size: size[0] * size[1]
                )
    if largest != (0, 0):
        yield Part(kind="frame", content=b"", offset=start, size=largest)


def _names_of(content: bytes, start: int, end: int) -> Mapping[int, tuple[bytes, bytes]]:
    """Item numbers with their type and MIME type. ISO/IEC 14496-12, 8.11.6."""
    version = content[start]
    first = start + (6 if version == 0 else 8)
    names = {}
    for kind, at, stop in boxes_of(content, first, end):
        if kind != b"infe" or content[at] < 2:  # noqa: PLR2004 (older versions name no type)
            continue
        wide = content[at] > 2  # noqa: PLR2004 (version 3 has 32-bit numbers)
        (item,) = struct.unpack_from(">I" if wide else ">H", content, at + 4)
        where = at + (10 if wide else 8)
        rest = content[where + 4 : stop].split(b"\0")
        names[int(item)] = (content[where : where + 4], rest[1] if len(rest) > 1 else b"")
        if len(names) == ITEMS_MAX:
            break
    return names


def _places_of(content: bytes, start: int, end: int) -> Mapping[int, tuple[int, int, int]]:
    """Item numbers with their construction method, offset and size; of several extents the first. 8.11.3."""
    version = content[start]
    sizes, more = content[start + 4], content[start + 5]
    offset_size, length_size, base_size, index_size = sizes >> 4, sizes & 15, more >> 4, more & 15 if version else 0
    wide = version > 1
    at = start + 6
    count = int.from_bytes(content[at : at + (4 if wide else 2)], "big")
    at += 4 if wide else 2
    places = {}
    for _ in range(min(count, ITEMS_MAX)):
        if at >= end:
            break
        item = int.from_bytes(content[at : at + (4 if wide else 2)], "big")
        at += 4 if wide else 2
        method = content[at + 1] & 15 if version and at + 1 < end else 0
        at += 2 if version else 0
        base = int.from_bytes(content[at + 2 : at + 2 + base_size], "big")
        at += 2 + base_size
        extents = int.from_bytes(content[at : at + 2], "big")
        first = at + 2 + index_size
        offset = int.from_bytes(content[first : first + offset_size], "big")
        length = int.from_bytes(content[first + offset_size : first + offset_size + length_size], "big")
        places[item] = (method, base + offset, length)
        at += 2 + extents * (index_size + offset_size + length_size)
    return places
