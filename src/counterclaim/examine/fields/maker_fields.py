"""The fields of a maker note by its tables; refuses a value whose bytes do not have the form the table names."""

from __future__ import annotations

import plistlib
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from counterclaim.examine.fields.conversion import FORM_BYTES, canon_ev, converted, plain_of, scaled
from counterclaim.examine.fields.directory import Block
from counterclaim.examine.fields.field import Field
from counterclaim.examine.fields.maker import Note, inner_directories
from counterclaim.examine.fields.tables import MAKER_TABLES, RECORDS, Row
from counterclaim.examine.fields.value import VALUES_MAX, Value, integers_of, text_of, whole

PLIST_BYTES_MAX = 4096  # Apple's has some hundred; a larger one is built to exhaust
_PLIST_ERRORS = (plistlib.InvalidFileException, ValueError, TypeError, KeyError, IndexError, OverflowError,
                 AttributeError, RecursionError, MemoryError, struct.error)  # fmt: skip
_UNSIGNED = {"b": "B", "h": "H", "i": "I"}
_UNITS = "FocalUnits"  # units of a focal length to a millimetre, which Canon states beside it
_WIDTHS = {"B": 1, "b": 1, "H": 2, "h": 2, "I": 4, "i": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    """Where the bytes of a tag stand: group, tag, block and place in it."""

    group: str
    tag: str
    block: Block
    at: int

    def field(self, name: str, value: Value, *, inner: int | None = None, shift: int = 0) -> Field:
        """Make a field of the tag, or of its `inner` part that stands `shift` bytes on."""
        tag = self.tag if inner is None else f"{self.tag}.{inner}"
        offset = self.block.file_offset + self.at + shift if self.block.file_offset >= 0 else -1
        return Field(group=self.group, name=name, value=value, tag=tag, offset=offset)


def maker_fields_of(note: Note, model: str) -> Iterator[Field]:
    """Give the fields of the note of a camera called `model`, in the order of its directories."""
    if note.layout is None:
        return
    group = note.layout.group
    if note.layout.kind == "record":
        start = note.start + int(note.layout.at)
        content = note.block.content[start : note.start + note.size]
        where = _Where(group=group, tag="record", block=note.block, at=start)
        yield from _record(RECORDS[note.layout.table], content, where)
        return
    settings: dict[str, Fraction] = {}
    raws: dict[str, bytes] = {}
    for table, directory in inner_directories(note):
        for entry in directory.entries:
            row = MAKER_TABLES[table].get(entry.tag)
            if row is None or entry.broken:
                continue
            block = replace(note.block, order="<") if row.rules.get("little") else note.block
            where = _Where(group=group, tag=f"0x{entry.tag:04x}", block=block, at=entry.at)
            raw = entry.raw(note.block)
            for inner, field in _fields_of(row, entry.kind, raw, where, settings):
                if _is_known_for(inner, model):
                    yield _placed(field, note)
            raws[row.name] = raw[:8]
    yield from _pentax_count(group, note, raws)


def _placed(field: Field, note: Note) -> Field:
    """An offset that a directory states counts from the note's base: give the byte of the file."""
    if field.name != "PreviewImageStart" or not isinstance(field.value, int) or "." in field.tag:
        return field
    return replace(field, value=field.value + max(0, note.block.file_offset) + note.base)


def _is_known_for(row: Row, model: str) -> bool:
    """Whether the table names no models for this row, or one that is part of the file's own."""
    models = row.rules.get("model")
    return models is None or any(one in model for one in models)


def _fields_of(
    row: Row, kind: int, raw: bytes, where: _Where, settings: dict[str, Fraction]
) -> Iterator[tuple[Row, Field]]:
    """Give each field of a tag with the row that explains it."""
    if row.inner and row.unit:
        yield from _array(row, raw, where, settings)
    elif row.inner:
        if len(raw) >= int(row.rules.get("size_min", 0)):
            yield from ((row, field) for field in _record(row, raw, where))
    elif row.form == "plist":
        yield from ((row, field) for field in _plist(raw, where))
    elif row.form == "picture_info":
        yield from ((row, field) for field in _picture_info(raw, where))
    elif row.form != "pentax_count" and not row.directory:
        value = _value_of(row, kind, raw, where.block.order)
        if value is not None:
            yield row, where.field(row.name, value)


def _value_of(row: Row, kind: int, raw: bytes, order: str) -> Value | None:
    """Read a single value by its row; None where it is what the table names as empty."""
    form = row.form or ("signed" if row.rules.get("signed") else "")
    try:
        value = converted(form, kind, raw, order)
    except struct.error:
        return None
    if value is None or value == [] or value in row.rules.get("unless", ()):
        return None
    mask = row.rules.get("mask")
    if mask and isinstance(value, int):
        value &= int(mask)
    return scaled(value, dict(row.rules))


def _array(row: Row, raw: bytes, where: _Where, settings: dict[str, Fraction]) -> Iterator[tuple[Row, Field]]:
    """Read an array of numbers of one width, each with its own row."""
    order = ">" if row.rules.get("big") else where.block.order
    unit, width = row.unit, _WIDTHS[row.unit]
    numbers = integers_of(raw, unit, order, len(raw) // width)
    if "counts" in row.rules and len(numbers) not in row.rules["counts"]:
        return
    for key, inner in sorted(row.inner.items(), key=lambda one: "over_index" in one[1].rules):
        index = len(numbers) - inner.rules["from_end"] if "from_end" in inner.rules else inner.rules.get("index", key)
        if not 0 <= index < len(numbers) or numbers[index] in inner.rules.get("unless", ()):
            continue
        piece = raw[index * width : index * width + int(inner.rules.get("width", width))]
        value = _number_of(inner, numbers[index], piece, order, unit)
        if inner.name == _UNITS and numbers[index]:
            settings[_UNITS] = Fraction(numbers[index])
        if isinstance(value, int) and ("over_index" in inner.rules or inner.rules.get("over_setting") == _UNITS):
            value = plain_of(value / settings.get(_UNITS, Fraction(1)))
        if value is not None:
            yield inner, where.field(inner.name, value, inner=index, shift=index * width)


def _number_of(row: Row, number: int, piece: bytes, order: str, unit: str) -> Value | None:
    if row.form == "canon_ev":
        return canon_ev(number)
    if row.form:
        try:
            return converted(row.form, 4, piece, order)
        except struct.error:
            return None
    if row.rules.get("unsigned"):
        (number,) = struct.unpack(order + _UNSIGNED.get(unit, unit), piece)
    return scaled(number, dict(row.rules))


def _record(row: Row, raw: bytes, where: _Where) -> Iterator[Field]:
    """Read a record of fields at fixed bytes."""
    for byte, inner in sorted(row.inner.items()):
        value = _piece_of(inner, raw[byte:], where.block.order)
        if value is not None and value not in inner.rules.get("unless", ()):
            yield where.field(inner.name, value, inner=byte, shift=byte)


def _piece_of(row: Row, raw: bytes, order: str) -> Value | None:
    unit = row.unit
    if unit.startswith("text"):
        size = int(unit[4:])
        piece = raw[:size]
        return (
            None if len(piece) < min(size, 2) else converted(row.form, 2, piece, order) if row.form else text_of(piece)
        )
    if unit in FORM_BYTES:
        piece = raw[: FORM_BYTES[unit]]
        return converted(unit, 7, piece, order) if len(piece) == FORM_BYTES[unit] else None
    count = int(unit[1:] or 1)
    numbers = integers_of(raw, unit[0], order, count)
    if len(numbers) < count:
        return None
    value: Value = numbers[0] if count == 1 else list(numbers)
    return scaled(value, dict(row.rules))


def _plist(raw: bytes, where: _Where) -> Iterator[Field]:
    """Apple's RunTime: a binary property list of a CMTime (value, timescale, flags, epoch)."""
    if len(raw) > PLIST_BYTES_MAX or raw[:6] != b"bplist":
        return
    try:
        read: Any = plistlib.loads(raw)
    except _PLIST_ERRORS:
        return
    if not isinstance(read, Mapping):
        return
    for key, name in (("timescale", "Scale"), ("value", "Value"), ("epoch", "Epoch"), ("flags", "Flags")):
        value = read.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            yield where.field(f"RunTime{name}", whole(value))


def _picture_info(raw: bytes, where: _Where) -> Iterator[Field]:
    """A text of `Name=value` lines in [sections], which Olympus, Sanyo and others write."""
    for name, value in picture_info_of(raw):
        yield replace(where.field(name, value), group="PictureInfo")


def picture_info_of(raw: bytes) -> Iterator[tuple[str, str]]:
    """Give the (name, value) lines of a picture-info text, at most sixteen dozen."""
    for line in raw[:PLIST_BYTES_MAX].replace(b"\r", b"\n").split(b"\n")[: 12 * VALUES_MAX]:
        name, found, value = line.partition(b"=")
        if found and name.isalnum():
            yield name.decode("latin-1"), text_of(value).strip()


def _pentax_count(group: str, note: Note, raws: Mapping[str, bytes]) -> Iterator[Field]:
    """Pentax's shutter count is turned and mixed with the note's date and time, as its readers publish."""
    count, day, clock = (raws.get(name, b"") for name in ("ShutterCount", "Date", "Time"))
    if note.layout is None or note.layout.table != "Pentax" or len(count) < 4 or len(day) < 4 or len(clock) < 3:  # noqa: PLR2004
        return
    number, date, time = (int.from_bytes(raw, "big") for raw in (count[:4], day[:4], clock[:3] + b"\0"))
    value = number ^ date ^ (0xFFFFFFFF - time)
    yield Field(group=group, name="ShutterCount", value=value, tag="0x005d", offset=-1)
