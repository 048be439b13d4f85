"""Blocks with every maker-note layout the tables know, built byte by byte; no camera made them."""

import struct

from counterclaim.examine.fields.tables import MAKER_TABLES, RECORDS, Layout
from examine_files import with_segment
from pictures import rendered

PLAIN = 7
MODEL = "Built 1"
_ARRAYS = {"h": 3, "H": 3, "i": 9, "I": 4}
_MARKS = {"<": b"II", ">": b"MM"}
# Heads for the layouts that a pattern tells.
_PATTERNED = {
    "KodakTwo": b"\0" * 8 + b"Eastman Kodak".ljust(32, b"\0") + b"DC100".ljust(160, b"\0"),
    "KodakSerial": b"KCKTP1234567 ".ljust(200, b"\0"),
    "KodakNine": b"IIII\2\0" + b"\0" * 14 + b"2004/05/06 07:08:09\0".ljust(180, b"\0"),
    "KodakThree": b"\1" * 12 + b"\x07" + b"\1" * 187,
    "KodakFour": b"\1" * 41 + b"JPG" + b"\0" * 156,
    "KodakFive": b"\0\x1a\x18\0" + b"\1" * 196,
}


def directory(order: str, at: int, base: int, rows: list[tuple[int, int, int, bytes]], *, following: int = 0) -> bytes:
    """A directory that stands at `at`, its values behind it; rows are (tag, type, count, bytes)."""
    entries, values = b"", b""
    room = at + 2 + 12 * len(rows) + 4
    for tag, kind, count, raw in rows:
        entries += struct.pack(order + "HHI", tag, kind, count)
        if len(raw) <= 4:
            entries += raw.ljust(4, b"\0")
        else:
            entries += struct.pack(order + "I", room + len(values) - base)
            values += raw + b"\0" * (len(raw) % 2)
    return struct.pack(order + "H", len(rows)) + entries + struct.pack(order + "I", following) + values


def note_rows(table: str, order: str) -> tuple[list[tuple[int, int, int, bytes]], dict[str, object]]:
    """One entry for every plain row of a table, and what is to be read of the plainest."""
    rows, expected = [], {}
    for tag, row in sorted(MAKER_TABLES[table].items()):
        if row.directory or row.form in {"plist", "picture_info", "pentax_count"}:
            continue
        if row.unit in _ARRAYS and row.inner:
            count = max(row.inner) % 100 + 4
            rows.append((tag, _ARRAYS[row.unit], count, struct.pack(f"{order}{count}{row.unit}", *[PLAIN] * count)))
        elif row.inner:
            rows.append((tag, 7, 100, b"0100" + bytes(range(96))))
        elif row.form == "text":
            rows.append((tag, 2, 8, b"Text 12\0"))
            expected[row.name] = "Text 12"
        elif row.form:
            rows.append((tag, 7, 16, b"0101" * 4))
        else:
            rows.append((tag, 3, 1, struct.pack(order + "H", PLAIN)))
            if not row.rules and row.name != "PreviewImageStart":
                expected.setdefault(row.name, PLAIN)
    return rows, expected


def note_of_layout(layout: Layout, order: str, start: int) -> tuple[bytes, dict[str, object]]:
    """A maker note of this layout that stands at `start` of its block, and what is to be read of it."""
    if layout.kind == "record":
        return _PATTERNED.get(layout.table, layout.starts.ljust(200, b"\1")), {}
    word, _, number = layout.order.partition(" ")
    inner = {"II": "<", "MM": ">"}.get(word, order)
    head = bytearray(layout.starts.ljust(40, b"\0"))
    if number:
        head[int(number) : int(number) + 2] = _MARKS[inner]
    word, _, number = layout.at.partition(" ")
    at = int(number or word)
    if word == "header":
        head[at : at + 8] = _MARKS[inner] + struct.pack(inner + "HI", 42, 8)
        at += 8
    elif word == "offset":
        head[at : at + 4] = struct.pack(inner + "I", 12)
        at = 12
    base, _, more = layout.base.partition(" ")
    rows, expected = note_rows(layout.table, inner)
    return bytes(head[:at]) + directory(
        inner, start + at, start + int(more or 0) if base == "note" else 0, rows
    ), expected


def block_with(make: str, note, *, order: str = "<", gap: int = 0, exif: list | None = None, gps: list | None = None):
    """A TIFF block of a maker whose maker note is `note(start)`; `gap` bytes stand before the EXIF directory."""
    text, model = make.encode() + b"\0", MODEL.encode() + b"\0"
    mark = _MARKS[order] + struct.pack(order + "HI", 42, 8)
    first = 8 + 2 + 12 * (4 if gps else 3) + 4 + len(text) + len(text) % 2 + len(model) + len(model) % 2 + gap
    exif_rows = list(exif or ())
    length = len(directory(order, first, 0, [*exif_rows, (0x927C, 7, 1, b"\0" * 5)])) - 6
    made = note(first + length)
    inner = directory(order, first, 0, [*exif_rows, (0x927C, 7, len(made), made)])
    rows = [
        (0x010F, 2, len(text), text),
        (0x0110, 2, len(model), model),
        (0x8769, 4, 1, struct.pack(order + "I", first)),
    ]
    behind = b""
    if gps:
        where = first + len(inner)
        rows.append((0x8825, 4, 1, struct.pack(order + "I", where)))
        behind = directory(order, where, 0, gps)
    return (mark + directory(order, 8, 0, rows)).ljust(first, b"\0") + inner + behind


def jpeg_with(block: bytes) -> bytes:
    """A small rendered picture that carries the block."""
    return with_segment(rendered(1, width=48, height=32), 0xE1, b"Exif\0\0" + block)


def make_of(layout: Layout) -> str:
    """A make for which the layout is the first that fits."""
    return layout.makes[0] if layout.makes else "Somemaker"


def is_record(layout: Layout) -> bool:
    return layout.table in RECORDS
