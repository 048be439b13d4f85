"""What a colour profile states of itself; refuses to apply it.

Source: ICC.1:2022 (ISO 15076-1), sections 7.2 (header), 10.13 (multiLocalizedUnicode); ICC.1:2001-04, 6.5.17 (desc).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from counterclaim.examine.fields.field import Field
from counterclaim.examine.fields.value import text_of
from counterclaim.examine.wording import tidy

TAGS_MAX = 200  # a profile has some twenty
_HEADER_BYTES = 128
_NAMES = {
    b"desc": "ProfileDescription",
    b"cprt": "ProfileCopyright",
    b"dmnd": "DeviceMfgDesc",
    b"dmdd": "DeviceModelDesc",
}
_HEAD = (
    ("ProfileCMMType", 4),
    ("ProfileClass", 12),
    ("ColorSpaceData", 16),
    ("PrimaryPlatform", 40),
    ("DeviceManufacturer", 48),
    ("DeviceModel", 52),
    ("ProfileCreator", 80),
)


def profile_fields_of(content: bytes, offset: int) -> Iterator[Field]:
    """Give the header's fields and the four texts of an ICC profile; nothing where the bytes are none."""
    if len(content) < _HEADER_BYTES + 4 or content[36:40] != b"acsp":
        return
    place = max(offset, -1)
    for name, at in _HEAD:
        yield _field("ICC-header", name, text_of(content[at : at + 4]), at, place)
    year, month, day, hour, minute, second = struct.unpack_from(">6H", content, 24)
    when = f"{year:04d}:{month:02d}:{day:02d} {hour:02d}:{minute:02d}:{second:02d}"
    yield _field("ICC-header", "ProfileDateTime", when, 24, place)
    for index in range(min(int.from_bytes(content[128:132], "big"), TAGS_MAX)):
        row = content[132 + 12 * index : 144 + 12 * index]
        if len(row) < 12:  # noqa: PLR2004 (ICC.1, 7.3.1)
            return
        name = _NAMES.get(row[:4], "")
        at, size = struct.unpack(">II", row[4:])
        text = _text_of(content[at : at + min(size, 4096)]) if name else None
        if text is not None:
            yield _field("ICC_Profile", name, text, at, place)


def _field(group: str, name: str, value: str, at: int, offset: int) -> Field:
    return Field(group=group, name=name, value=value, tag=str(at), offset=offset + at if offset >= 0 else -1)


def _text_of(body: bytes) -> str | None:
    kind = body[:4]
    if kind == b"text":
        return text_of(body[8:])
    if kind == b"desc":
        size = int.from_bytes(body[8:12], "big")
        return text_of(body[12 : 12 + size])
    if kind == b"mluc" and len(body) >= 28:  # noqa: PLR2004 (ICC.1, 10.13: the first record ends there)
        return _localized(body)
    return None


def _localized(body: bytes) -> str:
    """Take the English text where there is one, else the first."""
    count = min(int.from_bytes(body[8:12], "big"), 64)
    rows = [body[16 + 12 * index : 28 + 12 * index] for index in range(count)]
    rows = [row for row in rows if len(row) == 12]  # noqa: PLR2004 (ICC.1, 10.13)
    chosen = next((row for row in rows if row[:4] == b"enUS"), rows[0] if rows else None)
    if chosen is None:
        return ""
    length, at = struct.unpack(">II", chosen[4:])
    return tidy(body[at : at + length].decode("utf-16-be", "replace").rstrip("\0")).rstrip()
