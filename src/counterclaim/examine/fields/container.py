"""The parts of a file that hold statements, with their place; refuses to decode a pixel.

Sources: ITU-T T.81, annex B; JFIF 1.02; CIPA DC-007 (MPF); Adobe, XMP part 3; PNG (ISO/IEC 15948), sections 11.3 and
eXIf of PNG 3; WebP container specification; GIF89a; TIFF 6.0. HEIF and AVIF: see boxes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from counterclaim.examine.fields.boxes import box_parts_of, is_boxed
from counterclaim.examine.fields.part import PART_BYTES_MAX, Part
from counterclaim.examine.segments import Segment, frame_of, is_jpeg, structure_of

PARTS_MAX = 2_000  # of one file; a JPEG's colour profile and extended XMP have some hundred segments at most
CHUNKS_MAX = 100_000  # of a PNG or WebP: a large PNG has one every 8 KB
_APP12, _PICTURE_INFO = 0xEC, (b"[picture info]", b"Type=")  # what old cameras wrote before EXIF
XMP_HEAD, XMP_MORE = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
_JOINED = frozenset({"resources", "icc", "xmp_more"})
_MORE_HEAD = len(XMP_MORE) + 40  # a GUID of 32 letters, the full length and the offset
_PNG, _GIF = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a")
_PNG_HEADS = {b"tEXt": "latin-1", b"zTXt": "latin-1", b"iTXt": "utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What a segment of this marker begins with, what kind of part that is, and how many bytes stand before it."""

    marker: int
    starts: bytes
    kind: str
    skip: int


_HEADS = (
    _Head(marker=0xE0, starts=b"JFIF\0", kind="jfif", skip=5),
    _Head(marker=0xE1, starts=b"Exif\0", kind="tiff", skip=6),
    _Head(marker=0xE1, starts=XMP_HEAD, kind="xmp", skip=len(XMP_HEAD)),
    _Head(marker=0xE1, starts=XMP_MORE, kind="xmp_more", skip=len(XMP_MORE)),
    _Head(marker=0xE2, starts=b"ICC_PROFILE\0", kind="icc", skip=14),
    _Head(marker=0xE2, starts=b"MPF\0", kind="mpf", skip=4),
    _Head(marker=0xE3, starts=b"Meta\0\0", kind="meta", skip=6),
    _Head(marker=0xE3, starts=b"META\0\0", kind="meta", skip=6),
    _Head(marker=0xEC, starts=b"Ducky", kind="ducky", skip=5),
    _Head(marker=0xED, starts=b"Photoshop 3.0\0", kind="resources", skip=14),
    _Head(marker=0xED, starts=b"Adobe_Photoshop2.5:", kind="resources", skip=27),
    _Head(marker=0xEE, starts=b"Adobe", kind="adobe", skip=5),
    _Head(marker=0xFE, starts=b"", kind="comment", skip=0),
)


def parts_of(content: bytes) -> tuple[Part, ...]:
    """List the parts of a JPEG, PNG, WebP, GIF, TIFF, HEIF or AVIF file in their order; none for anything else."""
    found: Iterator[Part] = iter(())
    if is_jpeg(content):
        found = _jpeg_parts(content)
    elif content[:8] == _PNG:
        found = _png_parts(content)
    elif content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        found = _webp_parts(content)
    elif content[:6] in _GIF:
        found = _gif_parts(content)
    elif content[:4] in {b"II*\0", b"MM\0*"}:
        found = iter((Part(kind="tiff", content=content, offset=0, whole=True),))
    elif is_boxed(content):
        found = box_parts_of(content)
    parts = []
    for part in found:
        parts.append(part)
        if len(parts) == PARTS_MAX:
            break
    return tuple(parts)


def _jpeg_parts(content: bytes) -> Iterator[Part]:
    """Give the segments' parts; those that are continued over several segments come joined behind the others."""
    structure = structure_of(content)
    several: dict[str, list[Segment]] = {}
    for segment in structure.segments:
        head = next((h for h in _HEADS if h.marker == segment.marker and segment.payload.startswith(h.starts)), None)
        if head is None:
            if segment.marker == _APP12 and any(word in segment.payload for word in _PICTURE_INFO):
                yield Part(kind="picture_info", content=segment.payload, offset=segment.offset + 4)
        elif head.kind in _JOINED:
            several.setdefault(head.kind, []).append(segment)
        else:
            yield Part(kind=head.kind, content=segment.payload[head.skip :], offset=segment.offset + 4 + head.skip)
    yield from _joined(several)
    frame = frame_of(structure)
    if frame is not None:
        yield Part(kind="frame", content=b"", offset=0, size=(frame.width, frame.height))
    if structure.end is not None:
        yield from _trailer(content, structure.end)


def _joined(several: Mapping[str, list[Segment]]) -> Iterator[Part]:
    if "resources" in several:
        # Adobe writes a long list of resources into several segments that are read as one.
        segments = several["resources"]
        skip = 14 if segments[0].payload.startswith(b"Photoshop 3.0") else 27
        joined = b"".join(segment.payload[skip:] for segment in segments)
        yield Part(kind="resources", content=joined[:PART_BYTES_MAX], offset=segments[0].offset + 4 + skip)
    if "icc" in several:
        ordered = sorted(several["icc"], key=lambda segment: segment.payload[12:13])
        joined = b"".join(segment.payload[14:] for segment in ordered)
        yield Part(kind="icc", content=joined[:PART_BYTES_MAX], offset=several["icc"][0].offset + 18)
    if "xmp_more" in several:
        yield Part(kind="xmp", content=_extended([segment.payload for segment in several["xmp_more"]]), offset=-1)


def _extended(segments: list[bytes]) -> bytes:
    """Join extended XMP by the offsets its segments name. XMP part 3, section 1.1.3.1."""
    ordered = sorted(segments, key=lambda one: one[_MORE_HEAD - 4 : _MORE_HEAD])
    return b"".join(one[_MORE_HEAD:] for one in ordered)[:PART_BYTES_MAX]


def _trailer(content: bytes, end: int) -> Iterator[Part]:
    """Samsung's trailer ends in SEFT, before that its directory's length."""
    if content[-4:] != b"SEFT" or len(content) < end + 20:
        return
    length = int.from_bytes(content[-8:-4], "little")
    start = len(content) - 8 - length
    if start >= end and content[start : start + 4] == b"SEFH":
        yield Part(kind="samsung_trailer", content=content[end:-8], offset=end, at=start - end)


def _png_parts(content: bytes) -> Iterator[Part]:
    at = len(_PNG)
    for _ in range(CHUNKS_MAX):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        start, body = at + 8, content[at + 8 : at + 8 + min(length, PART_BYTES_MAX)]
        if len(kind) < 4 or kind == b"IEND" or start + length > len(content):  # noqa: PLR2004 (a chunk's type)
            return
        if kind == b"eXIf":
            yield Part(kind="tiff", content=body.removeprefix(b"Exif\0\0"), offset=start)
        elif kind in {b"IHDR", b"tIME", b"pHYs"}:
            yield Part(kind=f"png_{kind.decode()}", content=body, offset=start)
        elif kind == b"iCCP":
            name, _, packed = body.partition(b"\0")
            yield Part(kind="icc", content=_unpacked(packed[1:]), offset=-1, name=name.decode("latin-1"))
        elif kind in _PNG_HEADS:
            yield from _png_text(kind, body, start)
        at = start + length + 4


def _png_text(kind: bytes, body: bytes, offset: int) -> Iterator[Part]:
    keyword, _, rest = body.partition(b"\0")
    if kind == b"zTXt":
        rest, offset = _unpacked(rest[1:]), -1
    elif kind == b"iTXt":
        packed, rest = rest[:1] == b"\1", rest[2:].partition(b"\0")[2].partition(b"\0")[2]
        rest, offset = (_unpacked(rest), -1) if packed else (rest, offset)
    name = keyword.decode("latin-1")
    if name == "XML:com.adobe.xmp":
        yield Part(kind="xmp", content=rest, offset=offset)
    elif name.startswith("Raw profile type "):
        raw = _raw_profile(rest)
        kinds = {"exif": "tiff", "APP1": "tiff", "iptc": "resources", "8bim": "resources", "xmp": "xmp"}
        kind_named = kinds.get(name.removeprefix("Raw profile type "))
        if kind_named:
            yield Part(kind=kind_named, content=raw.removeprefix(b"Exif\0\0"), offset=-1)
    else:
        yield Part(kind="text", content=rest, offset=offset, name=name)


def _unpacked(packed: bytes) -> bytes:
    """Unpack deflated bytes to at most PART_BYTES_MAX; what is broken gives nothing."""
    try:
        return zlib.decompressobj().decompress(packed, PART_BYTES_MAX)
    except zlib.error:
        return b""


def _raw_profile(text: bytes) -> bytes:
    """ImageMagick writes a name, a length and hex digits on lines."""
    digits = b"".join(text[: 2 * PART_BYTES_MAX].split()[2:])
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return b""


def _webp_parts(content: bytes) -> Iterator[Part]:
    at = 12
    kinds: dict[bytes, Callable[[bytes], tuple[str, int]]] = {
        b"EXIF": lambda body: ("tiff", 6 if body[:6] == b"Exif\0\0" else 0),
        b"XMP ": lambda _: ("xmp", 0),
        b"ICCP": lambda _: ("icc", 0),
    }
    for _ in range(CHUNKS_MAX):
        if at + 8 > len(content):
            return
        kind, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        body = content[at + 8 : at + 8 + min(length, PART_BYTES_MAX)]
        if kind in kinds:
            name, skip = kinds[kind](body)
            yield Part(kind=name, content=body[skip:], offset=at + 8 + skip)
        at += 8 + length + length % 2


def _gif_parts(content: bytes) -> Iterator[Part]:
    """GIF89a, sections 23 to 26: extensions are 0x21, a label and blocks with their length before them."""
    at = content.find(b"\x21\xff\x0bXMP DataXMP")
    if at >= 0:
        start = at + 14
        end = content.find(b"\x01\xff\xfe\xfd", start)
        if end > start:
            yield Part(kind="xmp", content=content[start : min(end, start + PART_BYTES_MAX)], offset=start)
    at = content.find(b"\x21\xfe")
    if at >= 0:
        yield Part(
            kind="comment",
            content=content[at + 3 : at + 3 + int.from_bytes(content[at + 2 : at + 3], "big")],
            offset=at + 3,
        )
