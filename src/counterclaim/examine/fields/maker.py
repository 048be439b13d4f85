"""A maker note found by its structure and read by its table; refuses to name what no table describes.

The note's directory is looked for where its layout says. Programs that move a note and leave its offsets break it:
the base from which most values lie inside the note and behind the directory is taken.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from counterclaim.examine.fields.directory import ENTRY_BYTES, SIZES, Block, Directory, Entry, directory_of
from counterclaim.examine.fields.tables import LAYOUTS, MAKER_TABLES, Layout

ORDERS = {b"II": "<", b"MM": ">"}
HEAD_BYTES = 64  # of a note that its layout is told by
_FOOTER_BYTES = 8  # Canon ends its note with a TIFF header and the place the note was written at
_TABLE_ENTRIES_MAX = 400  # of a maker note's directory; the longest known has some two hundred
_PLAUSIBLE_TYPES = frozenset(SIZES)
_UNKNOWN_STARTS = (0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 26, 32)  # where the notes of other makers begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A maker note: where it stands, how it was told, its directory, and by how much its offsets were shifted.

    `layout` is None where no layout fits; `directory` is None for a record or where none was found.
    """

    start: int
    size: int
    block: Block
    layout: Layout | None
    directory: Directory | None
    base: int = 0
    shifted: int = 0

    @property
    def content(self) -> bytes:
        """The note's own bytes."""
        return self.block.content[self.start : self.start + self.size]


def note_of(block: Block, entry: Entry, make: str) -> Note:
    """Find the layout of the note that `entry` (tag 0x927C) holds in a file of `make`."""
    size = max(0, min(entry.size, len(block.content) - entry.at))
    note = Note(start=entry.at, size=size, block=block, layout=None, directory=None)
    head = block.content[entry.at : entry.at + HEAD_BYTES]
    for layout in LAYOUTS:
        if not _fits(layout, head, make):
            continue
        found = _laid_out(note, layout)
        if found is not None:
            return found
    return _unknown(note)


def _fits(layout: Layout, head: bytes, make: str) -> bool:
    if layout.starts and not head.startswith(layout.starts):
        return False
    if layout.pattern is not None and not layout.pattern.match(head):
        return False
    plain = make.strip().casefold()
    return not layout.makes or any(plain.startswith(one) for one in layout.makes)


def _laid_out(note: Note, layout: Layout) -> Note | None:
    order = _order_of(note, layout)
    block = replace(note.block, order=order)
    if layout.kind == "record":
        return replace(note, block=block, layout=layout)
    try:
        at, base = _place_of(note, layout, block)
    except struct.error:
        return None
    word, _, number = layout.order.partition(" ")
    if word in {"tried", "block"}:
        block = replace(block, order=_tried(note, at, number))
    directory, base, shifted = _based(block, at, base, note)
    if directory is None or not directory.entries:
        return None
    return replace(note, block=block, layout=layout, directory=directory, base=base, shifted=shifted)


def _order_of(note: Note, layout: Layout) -> str:
    word, _, number = layout.order.partition(" ")
    if word in {"II", "MM"}:
        return ORDERS[word.encode()]
    if word == "mark":
        at = note.start + int(number)
        return ORDERS.get(note.block.content[at : at + 2], note.block.order)
    return note.block.order


def _place_of(note: Note, layout: Layout, block: Block) -> tuple[int, int]:
    """Where the directory stands in the block, and where its offsets count from."""
    word, _, number = layout.at.partition(" ")
    if word == "header":
        at = note.start + int(number) + block.number(note.start + int(number) + 4, "I")
    elif word == "offset":
        at = note.start + block.number(note.start + int(number), "I")
    else:
        at = note.start + int(word)
    base, _, more = layout.base.partition(" ")
    return at, note.start + int(more or 0) if base == "note" else 0


def _tried(note: Note, at: int, mark: str) -> str:
    """Take the byte order a mark names, or the one in which the directory has a plausible length and types."""
    if mark:
        where = note.start + int(mark)
        marked = ORDERS.get(note.block.content[where : where + 2])
        if marked:
            return marked
    orders = (note.block.order, ">" if note.block.order == "<" else "<")
    return next((one for one in orders if _plausible(replace(note.block, order=one), at, note)), note.block.order)


def _plausible(block: Block, at: int, note: Note) -> bool:
    try:
        count = block.number(at, "H")
    except struct.error:
        return False
    if not 1 <= count <= _TABLE_ENTRIES_MAX or at + 2 + ENTRY_BYTES * count > note.start + note.size + 4:
        return False
    directory = directory_of(block, at)
    return directory is not None and len(directory.entries) * 4 >= count * 3


def _based(block: Block, at: int, base: int, note: Note) -> tuple[Directory | None, int, int]:
    """Read the directory from the base under which most values lie inside the note and behind the directory."""
    declared = directory_of(block, at, base=base)
    if declared is None:
        return None, base, 0
    moved = _moved(block, base, note)
    if moved:
        return directory_of(block, at, base=base + moved), base + moved, moved
    outer = [entry for entry in declared.entries if not entry.inline]
    if not outer or 2 * _inside(declared, note) > len(outer):
        return declared, base, 0
    smallest = min(entry.at for entry in outer)
    bases = [note.start, 0, at, *(base + declared.end + gap - smallest for gap in (4, 0))]
    tried = [(base, declared)]
    for other in dict.fromkeys(bases):
        directory = directory_of(block, at, base=other)
        if directory is not None:
            tried.append((other, directory))
    best = max(tried, key=lambda one: _inside(one[1], note))
    if 2 * _inside(best[1], note) <= len(outer) or _inside(best[1], note) < 2:  # noqa: PLR2004 (one value may fit anywhere)
        return declared, base, 0
    return best[1], best[0], best[0] - base


def _moved(block: Block, base: int, note: Note) -> int:
    """By how much the note was moved since it was written, where its last bytes say where that was."""
    end = note.start + note.size
    footer = block.content[end - _FOOTER_BYTES : end]
    if base != 0 or note.size < 2 * _FOOTER_BYTES or footer[:4] not in {b"II*\0", b"MM\0*"}:
        return 0
    return note.start - int.from_bytes(footer[4:], "little" if footer[:2] == b"II" else "big")


def _inside(directory: Directory, note: Note) -> int:
    end = note.start + note.size
    return sum(
        1
        for entry in directory.entries
        if not entry.inline and not entry.broken and directory.end <= entry.at and entry.at + entry.size <= end
    )


def _unknown(note: Note) -> Note:
    """Look for a directory no layout names, so that its entries are at least counted."""
    for start in _UNKNOWN_STARTS:
        for order in (note.block.order, ">" if note.block.order == "<" else "<"):
            block = replace(note.block, order=order)
            if _plausible(block, note.start + start, note):
                return replace(note, block=block, directory=directory_of(block, note.start + start))
    return note


def inner_directories(note: Note) -> Iterator[tuple[str, Directory]]:
    """Give the note's directory and those it points to, each with its table's name; one level deep."""
    if note.layout is None or note.directory is None:
        return
    yield note.layout.table, note.directory
    rows = MAKER_TABLES[note.layout.table]
    for entry in note.directory.entries:
        row = rows.get(entry.tag)
        if row is None or not row.directory:
            continue
        for at in _starts_of(note, entry):
            directory = directory_of(note.block, at, base=note.base)
            if directory is not None and directory.entries:
                yield row.directory, directory
                break


def _starts_of(note: Note, entry: Entry) -> Iterator[int]:
    """An inner directory stands at the offset that the entry names, or is the entry's own value."""
    if entry.kind in {4, 13} and entry.count == 1 and not entry.broken:
        yield note.base + note.block.number(entry.at, "I")
    if not entry.inline:
        yield entry.at
