"""Recognises what bytes are by their first bytes; believes no file name and decodes nothing."""

from __future__ import annotations

import codecs
import re
import struct

from counterclaim.record.exhibit import ExhibitKind

HEAD_BYTES = 4096  # enough for every signature below and for a page's first tags
SEGMENTS_MAX = 2000  # a JPEG header with more segments is not searched further for its size
PIXELS_SAFE_MAX = 100_000_000  # as docs/methods say: a larger picture is kept, and examiners decline it
# Bytes that no text has in number: C0 controls but tab, line ends, form feed and escape; one in a hundred is too many.
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
UNKNOWN = "application/octet-stream"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DOCX_PART = b"word/document.xml"  # ECMA-376 part 1, 11.3.10; a zip names its members at its end (APPNOTE 4.3.12)
ZIP_TAIL_BYTES = 65_536

_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"II*\x00", 0, "image/tiff"),
    (b"MM\x00*", 0, "image/tiff"),
    (b"BM", 0, "image/bmp"),
    (b"%PDF-", 0, "application/pdf"),
    (b"ftypheic", 4, "image/heif"),
    (b"ftypmif1", 4, "image/heif"),
    (b"ftypavif", 4, "image/avif"),
    (b"ftyp", 4, "video/mp4"),
    (b"\x1a\x45\xdf\xa3", 0, "video/webm"),
    (b"OggS", 0, "audio/ogg"),
    (b"ID3", 0, "audio/mpeg"),
    (b"WAVE", 8, "audio/wav"),
    (b"PK\x03\x04", 0, "application/zip"),
)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|article|div|p)\b", re.IGNORECASE)
_ENDINGS = {
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/tiff": ("tif", "tiff"),
    "image/bmp": ("bmp",),
    "image/heif": ("heic", "heif"),
    "image/avif": ("avif",),
    "application/pdf": ("pdf",),
    "text/html": ("html", "htm", "xhtml"),
    "text/plain": ("txt", "text", "md", "csv", "json", "srt"),
    "video/mp4": ("mp4", "m4v", "mov", "m4a", "3gp"),
    "video/webm": ("webm", "mkv"),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/mpeg": ("mp3",),
    "audio/wav": ("wav",),
    "application/zip": ("zip", "xlsx", "wacz", "odt"),
    DOCX: ("docx",),
}


def media_type_of(content: bytes) -> str:
    """The media type by signature; what reads as text in UTF-8, UTF-16 or an 8-bit encoding is text; else unknown."""
    for signature, offset, media_type in _SIGNATURES:
        if content[offset : offset + len(signature)] == signature:
            is_docx = media_type == "application/zip" and _DOCX_PART in content[-ZIP_TAIL_BYTES:]
            return DOCX if is_docx else media_type
    head = content[:HEAD_BYTES]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "replace").encode("utf-8", "replace")
    if b"\x00" in head or sum(byte in _CONTROLS for byte in head) * 100 > len(head):
        return UNKNOWN
    return "text/html" if _PAGE.search(head) else "text/plain"


def kind_of(media_type: str) -> ExhibitKind:
    """The kind an exhibit of this media type is admitted as unless a person says otherwise."""
    family = media_type.partition("/")[0]
    match family:
        case "image":
            return ExhibitKind.PHOTOGRAPH
        case "video":
            return ExhibitKind.VIDEO
        case "audio":
            return ExhibitKind.AUDIO
        case _:
            return ExhibitKind.PAGE if media_type in ("text/html", "text/plain") else ExhibitKind.DOCUMENT


def ending_of(media_type: str) -> str:
    """The file ending a disclosed exhibit gets, from its media type and never from its own name."""
    return _ENDINGS.get(media_type, ("bin",))[0]


def oddities_of(content: bytes, name: str) -> tuple[str, ...]:
    """What a person should know about the bytes at admission; none of it keeps them out."""
    media_type, notes = media_type_of(content), []
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    claimed = next((kind for kind, endings in _ENDINGS.items() if ending in endings), None)
    if claimed and claimed != media_type:
        notes.append(f"named .{ending}, but the bytes are {media_type}")
    if media_type == "image/jpeg" and b"\xff\xd9" not in content[-HEAD_BYTES:]:
        notes.append("the JPEG has no end marker: it may be truncated")
    if media_type == "image/png" and b"IEND" not in content[-64:]:
        notes.append("the PNG has no end chunk: it may be truncated")
    pixels = pixels_of(content, media_type)
    if pixels and pixels > PIXELS_SAFE_MAX:
        notes.append(
            f"{pixels // 1_000_000} megapixels: kept as it is, examiners decline above {PIXELS_SAFE_MAX // 1_000_000}"
        )
    return tuple(notes)


def pixels_of(content: bytes, media_type: str) -> int | None:
    """Width x height as the header of a JPEG or PNG says; None where the header does not say."""
    if media_type == "image/png" and content[12:16] == b"IHDR" and len(content) >= 24:  # noqa: PLR2004 (PNG 11.2.2)
        width, height = struct.unpack(">II", content[16:24])
        return int(width * height)
    if media_type == "image/jpeg":
        return _jpeg_pixels(content)
    return None


def _jpeg_pixels(content: bytes) -> int | None:
    """Walk the segments to the frame header (ITU-T T.81, B.2.2)."""
    at = 2
    for _ in range(SEGMENTS_MAX):
        if at + 9 > len(content) or content[at] != 0xFF:  # noqa: PLR2004 (T.81 B.1.1.2: markers begin with FF)
            return None
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # noqa: PLR2004 (SOF0..SOF15)
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width * height)
        at += 2 + length
    return None
