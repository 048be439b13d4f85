"""The fields of a TIFF block: its directories by the standard's tables, its maker note by the maker's.

Source: CIPA DC-008 (Exif 2.32), section 4.6; TIFF 6.0. Refuses to follow a directory twice.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from counterclaim.examine.fields.conversion import converted
from counterclaim.examine.fields.directory import DIRECTORIES_MAX, Block, Directory, Entry, block_of, directory_of
from counterclaim.examine.fields.field import Field
from counterclaim.examine.fields.maker import Note, note_of
from counterclaim.examine.fields.part import Part
from counterclaim.examine.fields.tables import DIRECTORIES, Row
from counterclaim.examine.fields.value import comment_of, text_of

EXIF_POINTER, GPS_POINTER, INTEROP_POINTER, MAKER_NOTE = 0x8769, 0x8825, 0xA005, 0x927C
THUMBNAIL_OFFSET = 0x0201
MAKE, MODEL = 0x010F, 0x0110
# Blocks that other formats keep inside a TIFF: XMP part 3, section 3.3; IPTC; Photoshop; ICC.1, annex B.4.
_INSIDE = {700: "xmp", 33723: "iptc", 34377: "resources", 34675: "icc"}
_POINTERS = {EXIF_POINTER: "ExifIFD", GPS_POINTER: "GPS", INTEROP_POINTER: "InteropIFD"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """A directory of the block with its group's name."""

    group: str
    directory: Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiff:
    """A TIFF block read: its directories, its maker note, and the parts of other kinds inside."""

    block: Block
    walked: tuple[Walked, ...]
    note: Note | None
    inside: tuple[Part, ...]

    def entry(self, tag: int, *groups: str) -> Entry | None:
        """Give the first entry with this tag in these groups, in all where none is named."""
        for one in self.walked:
            found = one.directory.of(tag)
            if found is not None and (not groups or one.group in groups):
                return found
        return None

    def text(self, tag: int) -> str:
        """Give the text of a tag of the first directory, empty where there is none."""
        entry = self.entry(tag, "IFD0")
        return text_of(entry.raw(self.block)) if entry else ""


def tiff_of(content: bytes, offset: int) -> Tiff | None:
    """Read a TIFF block that stands at `offset` of the file; None where the bytes are none."""
    block = block_of(content, offset)
    if block is None:
        return None
    try:
        walked = tuple(_walked(block))
    except struct.error:
        return None
    tiff = Tiff(block=block, walked=walked, note=None, inside=())
    entry = tiff.entry(MAKER_NOTE)
    note = note_of(block, entry, tiff.text(MAKE)) if entry is not None and entry.at < len(content) else None
    return Tiff(block=block, walked=walked, note=note, inside=tuple(_inside(tiff)))


def _walked(block: Block) -> Iterator[Walked]:
    """Follow the chain of first directories and each one's pointers, each place once."""
    ahead = [("IFD0", block.number(4, "I"))]
    seen: set[int] = set()
    number = 0
    while ahead and len(seen) < DIRECTORIES_MAX:
        group, at = ahead.pop(0)
        if at in seen or at == 0:
            continue
        seen.add(at)
        directory = directory_of(block, at)
        if directory is None:
            continue
        yield Walked(group=group, directory=directory)
        ahead += [
            (_POINTERS[entry.tag], block.number(entry.at, "I"))
            for entry in directory.entries
            if entry.tag in _POINTERS and not entry.broken and entry.size >= 4  # noqa: PLR2004 (an offset)
        ]
        if group.startswith("IFD") and directory.following:
            number += 1
            ahead.append((f"IFD{number}", directory.following))


def _inside(tiff: Tiff) -> Iterator[Part]:
    for one in tiff.walked[:1]:
        for entry in one.directory.entries:
            if entry.tag in _INSIDE and not entry.broken:
                content = tiff.block.content[entry.at : entry.at + entry.size]
                yield Part(kind=_INSIDE[entry.tag], content=content, offset=tiff.block.file_offset + entry.at)


def exif_fields_of(tiff: Tiff) -> Iterator[Field]:
    """Give the fields of every directory but the maker note's, in their order."""
    for one in tiff.walked:
        rows = DIRECTORIES.get(one.group, DIRECTORIES["IFD"])
        for entry in one.directory.entries:
            row = rows.get(entry.tag)
            if row is not None and not entry.broken:
                field = _field_of(one.group, row, entry, tiff.block)
                if field is not None:
                    yield field


def _field_of(group: str, row: Row, entry: Entry, block: Block) -> Field | None:
    raw = entry.raw(block)
    try:
        value = (
            comment_of(raw, block.order) if row.form == "comment" else converted(row.form, entry.kind, raw, block.order)
        )
    except struct.error:
        return None
    if value is None or value == []:
        return None
    if entry.tag == THUMBNAIL_OFFSET and isinstance(value, int):
        value += block.file_offset
    return Field(group=group, name=row.name, value=value, tag=f"0x{entry.tag:04x}", offset=block.file_offset + entry.at)
