"""Everything a file's parts state, in one pass; refuses to let a broken part hide the others."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from counterclaim.examine.fields.container import parts_of
from counterclaim.examine.fields.exif_fields import MODEL, Tiff, exif_fields_of, tiff_of
from counterclaim.examine.fields.field import Field
from counterclaim.examine.fields.iim import iim_fields_of
from counterclaim.examine.fields.maker_fields import maker_fields_of, picture_info_of
from counterclaim.examine.fields.part import Part
from counterclaim.examine.fields.profile import profile_fields_of
from counterclaim.examine.fields.resources import resource_fields_of, resource_parts_of, segment_fields_of
from counterclaim.examine.fields.tables import DIRECTORIES
from counterclaim.examine.fields.value import comment_of, value_of
from counterclaim.examine.fields.xmp_fields import xmp_fields_of
from counterclaim.examine.xmp import Xmp, joined, xmp_of

FIELDS_MAX = 3_000  # of one file; the fullest known file has some four hundred that the tables name
BLOCKS_MAX = 8  # EXIF blocks of one file; one is usual, a layered file brings two
PARTS_READ_MAX = 200  # parts within parts; a file has some dozen
_TRAILER_ENTRIES_MAX = 1_000  # Samsung writes a handful
_IMAGE_UTC = 0x0A01
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_MAX = 10**14  # in the year 5138


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of a file.

    `blocks` are its TIFF blocks, the first of them the file's own EXIF; `kinds` names the kinds of parts in their
    order; `iptc` is the first IPTC record; `faults` say by part what broke.
    """

    fields: tuple[Field, ...]
    blocks: tuple[Tiff, ...]
    xmp: Xmp
    kinds: tuple[str, ...]
    iptc: bytes
    faults: dict[str, str]

    def first(self, *keys: str) -> Field | None:
        """Give the first field with the first of these keys (`ExifIFD:Make`) that is there."""
        for key in keys:
            for field in self.fields:
                if field.key == key:
                    return field
        return None

    def text(self, *keys: str) -> str | None:
        """Give the text of the first of these keys, None where there is none or it is empty."""
        field = self.first(*keys)
        return field.value if field is not None and isinstance(field.value, str) and field.value else None


def reading_of(content: bytes) -> Reading:
    """Read every part of `content` that a table explains. Nothing is raised for what the bytes are."""
    fields: list[Field] = []
    blocks: list[Tiff] = []
    packets: list[Xmp] = []
    kinds: list[str] = []
    faults: dict[str, str] = {}
    iptc = b""
    ahead = list(parts_of(content))
    while ahead and len(kinds) < PARTS_READ_MAX and len(fields) < FIELDS_MAX:
        part = ahead.pop(0)
        kinds.append(part.kind)
        room = FIELDS_MAX - len(fields)
        if part.kind == "tiff" and len(blocks) == BLOCKS_MAX:
            faults.setdefault("exif", f"more than {BLOCKS_MAX} EXIF blocks; the rest was not read")
        elif part.kind == "tiff":
            tiff = tiff_of(part.content, part.offset)
            if tiff is None or not tiff.walked:
                faults.setdefault("exif", "the block does not begin as TIFF, or its first directory is not there")
                continue
            blocks.append(tiff)
            fields += islice(_tiff_fields(tiff), room)
            ahead += tiff.inside
        elif part.kind == "xmp":
            packets.append(xmp_of(part.content))
        elif part.kind == "resources":
            ahead += resource_parts_of(part)
            fields += islice(resource_fields_of(part), room)
        elif part.kind == "iptc":
            iptc = iptc or part.content
            fields += islice(iim_fields_of(part.content, part.offset), room)
        else:
            fields += islice(_other_fields(part), room)
    if ahead or len(fields) == FIELDS_MAX:
        faults["fields"] = f"more than {FIELDS_MAX} fields or {PARTS_READ_MAX} parts; the rest was not read"
    xmp = joined(packets)
    if xmp.fault:
        faults["xmp"] = xmp.fault
    fields += islice(xmp_fields_of(xmp), max(0, FIELDS_MAX - len(fields)))
    return Reading(
        fields=tuple(fields),
        blocks=tuple(blocks),
        xmp=xmp,
        kinds=tuple(kinds),
        iptc=iptc,
        faults=faults,
    )


def _tiff_fields(tiff: Tiff) -> Iterator[Field]:
    yield from exif_fields_of(tiff)
    if tiff.note is not None:
        yield from maker_fields_of(tiff.note, tiff.text(MODEL))


def _other_fields(part: Part) -> Iterator[Field]:
    if part.kind == "icc":
        yield from profile_fields_of(part.content, part.offset)
    elif part.kind in {"mpf", "meta"}:
        yield from _directory_fields(part)
    elif part.kind == "picture_info":
        for name, value in picture_info_of(part.content):
            yield Field(group="PictureInfo", name=name, value=value, tag=name, offset=part.offset)
    elif part.kind == "samsung_trailer":
        yield from _samsung_time(part)
    else:
        yield from segment_fields_of(part)


def _directory_fields(part: Part) -> Iterator[Field]:
    """The first directory of a TIFF block that a segment of its own brings: MPF (CIPA DC-007), Kodak's Meta."""
    tiff = tiff_of(part.content, part.offset)
    if tiff is None or not tiff.walked:
        return
    group, rows = ("MPF0", DIRECTORIES["MPF"]) if part.kind == "mpf" else ("MetaIFD", DIRECTORIES["MetaIFD"])
    for entry in tiff.walked[0].directory.entries:
        row = rows.get(entry.tag)
        if row is not None and not entry.broken:
            raw = entry.raw(tiff.block)
            value = (
                raw[:8].decode("latin-1").rstrip("\0")
                if row.form == "version"
                else value_of(entry.kind, raw, tiff.block.order)
            )
            if row.form == "comment":
                value = comment_of(raw, tiff.block.order)
            place = tiff.block.file_offset + entry.at
            yield Field(group=group, name=row.name, value=value, tag=f"0x{entry.tag:04x}", offset=place)


def _samsung_time(part: Part) -> Iterator[Field]:
    """Image_UTC_Data of Samsung's trailer: milliseconds since 1970 as digits."""
    content, head = part.content, part.at
    count = int.from_bytes(content[head + 8 : head + 12], "little")
    for index in range(min(count, _TRAILER_ENTRIES_MAX)):
        at = head + 12 + 12 * index
        try:
            _, kind, back, size = struct.unpack_from("<HHII", content, at)
        except struct.error:
            return
        start = head - back
        if kind != _IMAGE_UTC or start < 0 or size > 200:  # noqa: PLR2004 (a name and thirteen digits)
            continue
        body = content[start : start + size]
        digits = body[8 + int.from_bytes(body[4:8], "little") :].decode("latin-1").strip("\0 ")
        if digits.isdecimal() and int(digits) < _MILLISECONDS_MAX:
            when = _EPOCH + timedelta(milliseconds=int(digits))
            shown = f"{when:%Y:%m:%d %H:%M:%S}.{when.microsecond // 1000:03d}+00:00"
            yield Field(group="Samsung", name="TimeStamp", value=shown, tag="0x0a01", offset=part.offset + start)
