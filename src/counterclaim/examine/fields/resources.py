"""Photoshop's image resources and the smaller segments of a JPEG; refuses resources that name more than they hold.

Sources: Adobe Photoshop File Formats Specification (2019), "Image Resources Section"; JFIF 1.02; T.872, 6.5.3 (Adobe).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from counterclaim.examine.fields.field import Field
from counterclaim.examine.fields.part import Part
from counterclaim.examine.fields.value import text_of
from counterclaim.examine.wording import tidy, tidy_bytes

RESOURCES_MAX = 1_000  # a layered file has some hundred
_KINDS = {0x0404: "iptc", 0x0422: "tiff", 0x0424: "xmp", 0x040F: "icc"}
_SIGNATURES = {b"8BIM", b"PHUT", b"DCSR", b"AgHg", b"MeSa"}
_COPYRIGHT_FLAG, _URL = 0x040A, 0x040B
_DUCKY = {1: "Quality", 2: "Comment", 3: "Copyright"}


def resources_of(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Give (number, start, end) of each resource up to the first break."""
    at = 0
    for _ in range(RESOURCES_MAX):
        if content[at : at + 4] not in _SIGNATURES or at + 7 > len(content):
            return
        number, name = int.from_bytes(content[at + 4 : at + 6], "big"), content[at + 6]
        at += 6 + 1 + name + (name + 1) % 2
        size = int.from_bytes(content[at : at + 4], "big")
        at += 4
        if at + size > len(content):
            return
        yield number, at, at + size
        at += size + size % 2


def resource_parts_of(part: Part) -> Iterator[Part]:
    """Give the IPTC, EXIF, XMP and profile blocks that resources hold."""
    if part.content[:1] == b"\x1c":
        yield Part(kind="iptc", content=part.content, offset=part.offset)
        return
    for number, start, end in resources_of(part.content):
        if number in _KINDS:
            offset = part.offset + start if part.offset >= 0 else -1
            yield Part(kind=_KINDS[number], content=part.content[start:end], offset=offset)


def resource_fields_of(part: Part) -> Iterator[Field]:
    """Give what resources state of the program, the rights and the record's digest."""
    for number, start, end in resources_of(part.content):
        raw = part.content[start:end]
        for name, value in _stated(number, raw):
            offset = part.offset + start if part.offset >= 0 else -1
            yield Field(group="Photoshop", name=name, value=value, tag=f"0x{number:04x}", offset=offset)


def _stated(number: int, raw: bytes) -> Iterator[tuple[str, str | int]]:
    if number == 0x0421 and len(raw) >= 9:  # noqa: PLR2004 (version info)
        count = int.from_bytes(raw[5:9], "big")
        yield "WriterName", _unicode(raw[9 : 9 + 2 * min(count, 200)])
        at = 9 + 2 * count
        count = int.from_bytes(raw[at : at + 4], "big")
        yield "ReaderName", _unicode(raw[at + 4 : at + 4 + 2 * min(count, 200)])
    elif number == 0x0425 and len(raw) >= 16:  # noqa: PLR2004 (an MD5 digest)
        yield "IPTCDigest", raw[:16].hex()
    elif number == _COPYRIGHT_FLAG and raw:
        yield "CopyrightFlag", raw[0]
    elif number == _URL:
        yield "URL", text_of(raw)
    elif number == 0x03ED and len(raw) >= 16:  # noqa: PLR2004 (resolution info)
        yield "XResolution", f"{int.from_bytes(raw[:4], 'big')}/65536"
        yield "YResolution", f"{int.from_bytes(raw[8:12], 'big')}/65536"


def _unicode(raw: bytes) -> str:
    return tidy(raw.decode("utf-16-be", "replace").rstrip("\0"))


def segment_fields_of(part: Part) -> Iterator[Field]:
    """Give the fields of JFIF, Adobe, Ducky and comment segments and of PNG's own chunks."""
    for group, name, value in _segment(part):
        yield Field(group=group, name=name, value=value, tag=part.kind, offset=part.offset)


def _segment(part: Part) -> Iterator[tuple[str, str, str | int | list[str | int]]]:
    raw = part.content
    if part.kind == "jfif" and len(raw) >= 7:  # noqa: PLR2004 (JFIF 1.02, page 5)
        yield "JFIF", "JFIFVersion", [raw[0], raw[1]]
        yield "JFIF", "ResolutionUnit", raw[2]
        yield "JFIF", "XResolution", int.from_bytes(raw[3:5], "big")
        yield "JFIF", "YResolution", int.from_bytes(raw[5:7], "big")
    elif part.kind == "adobe" and len(raw) >= 7:  # noqa: PLR2004 (T.872, 6.5.3)
        version, flags, more, transform = struct.unpack_from(">HHHB", raw)
        yield "Adobe", "DCTEncodeVersion", version
        yield "Adobe", "APP14Flags0", flags
        yield "Adobe", "APP14Flags1", more
        yield "Adobe", "ColorTransform", transform
    elif part.kind == "ducky":
        yield from _ducky(raw)
    elif part.kind == "comment":
        yield "File", "Comment", tidy_bytes(raw.rstrip(b"\0"))
    elif part.kind.startswith("png_"):
        yield from _png(part.kind, raw)
    elif part.kind == "text":
        name = "".join(letter for letter in part.name if letter.isalnum() and letter.isascii())
        yield "PNG", name or "Text", tidy_bytes(raw)
    elif part.kind == "frame" and part.size is not None:
        yield "File", "ImageWidth", part.size[0]
        yield "File", "ImageHeight", part.size[1]


def _png(kind: str, raw: bytes) -> Iterator[tuple[str, str, str | int]]:
    if kind == "png_IHDR" and len(raw) >= 13:  # noqa: PLR2004 (PNG, 11.2.2)
        yield "PNG", "ImageWidth", int.from_bytes(raw[:4], "big")
        yield "PNG", "ImageHeight", int.from_bytes(raw[4:8], "big")
        yield "PNG", "BitDepth", raw[8]
        yield "PNG", "ColorType", raw[9]
    elif kind == "png_tIME" and len(raw) >= 7:  # noqa: PLR2004 (PNG, 11.3.6.1)
        year, *rest = struct.unpack_from(">HBBBBB", raw)
        yield "PNG", "ModifyDate", "{:04d}:{:02d}:{:02d} {:02d}:{:02d}:{:02d}".format(year, *rest)
    elif kind == "png_pHYs" and len(raw) >= 9:  # noqa: PLR2004 (PNG, 11.3.5.3)
        yield "PNG-pHYs", "PixelsPerUnitX", int.from_bytes(raw[:4], "big")
        yield "PNG-pHYs", "PixelsPerUnitY", int.from_bytes(raw[4:8], "big")
        yield "PNG-pHYs", "PixelUnits", raw[8]


def _ducky(raw: bytes) -> Iterator[tuple[str, str, str | int]]:
    at = 0
    while at + 4 <= len(raw):
        number, size = struct.unpack_from(">HH", raw, at)
        body = raw[at + 4 : at + 4 + size]
        if number == 0:
            return
        if number == 1 and len(body) == 4:  # noqa: PLR2004 (a whole number)
            yield "Ducky", "Quality", int.from_bytes(body, "big")
        elif number in {2, 3} and len(body) > 4:  # noqa: PLR2004 (a count stands before the letters)
            yield "Ducky", _DUCKY[number], tidy(body[4:].decode("utf-16-be", "replace").rstrip("\0"))
        at += 4 + size
