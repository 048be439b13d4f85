"""The directories of a TIFF block, read within bounds and with broken offsets said; refuses to follow a loop.

Source: TIFF 6.0, section 2; CIPA DC-008 (Exif 2.32), section 4.6; BigTIFF's types 16 to 18 as libtiff documents them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

ENTRIES_MAX = 1_000  # of one directory: TIFF 6.0 allows 65535; cameras write under two hundred
DIRECTORIES_MAX = 60  # of one block; a camera writes some ten
VALUE_BYTES_MAX = 64 * 1024  # of one value that is looked at; only pictures inside are longer
ENTRY_BYTES = 12
_INLINE_BYTES = 4
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8, 129: 1}
ORDERS = {b"II": "<", b"MM": ">"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A TIFF block: its bytes, the struct byte order (`<` or `>`), and where its first byte stands in the file."""

    content: bytes
    order: str
    file_offset: int

    def number(self, at: int, form: str) -> int:
        """Give the number of this struct form at `at`. Raises struct.error where the block ends before."""
        if at < 0:
            raise struct.error("before the block")
        return int(struct.unpack_from(self.order + form, self.content, at)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: tag, TIFF type, count, and where its value stands in the block; `broken` where that is outside."""

    tag: int
    kind: int
    count: int
    at: int
    size: int
    inline: bool
    broken: bool = False

    def raw(self, block: Block) -> bytes:
        """Give the value's bytes, at most VALUE_BYTES_MAX."""
        return b"" if self.broken else block.content[self.at : self.at + min(self.size, VALUE_BYTES_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """The entries of one directory in their order, where the next stands (0: none) and where this one ends."""

    entries: tuple[Entry, ...]
    following: int
    end: int

    def of(self, tag: int) -> Entry | None:
        """Give the first entry with this tag."""
        return next((entry for entry in self.entries if entry.tag == tag), None)


def block_of(content: bytes, file_offset: int) -> Block | None:
    """Take `content` for a TIFF block; None where it does not begin as one. The magic number is not insisted on."""
    order = ORDERS.get(content[:2])
    return Block(content=content, order=order, file_offset=file_offset) if order and len(content) >= 8 else None  # noqa: PLR2004 (TIFF 6.0, section 2)


def directory_of(block: Block, at: int, *, base: int = 0) -> Directory | None:
    """Read the directory at `at`, its offsets counted from `base`; None where there is none.

    A directory that breaks off gives the entries before the break. Nothing is raised for what the bytes are.
    """
    try:
        count = block.number(at, "H")
    except struct.error:
        return None
    if count > ENTRIES_MAX:
        return None
    entries = tuple(_entries(block, at + 2, count, base))
    end = at + 2 + ENTRY_BYTES * count
    try:
        following = block.number(end, "I")
    except struct.error:
        following = 0
    return Directory(entries=entries, following=following, end=end)


def _entries(block: Block, start: int, count: int, base: int) -> Iterator[Entry]:
    length = len(block.content)
    for index in range(count):
        at = start + ENTRY_BYTES * index
        try:
            tag, kind, number, offset = struct.unpack_from(block.order + "HHII", block.content, at)
        except struct.error:
            return
        size = SIZES.get(kind, 0) * number
        if not SIZES.get(kind):
            continue
        inline = size <= _INLINE_BYTES
        where = at + 8 if inline else base + offset
        broken = where < 0 or where + size > length
        yield Entry(tag=tag, kind=kind, count=number, at=where, size=size, inline=inline, broken=broken)
