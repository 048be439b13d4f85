"""The data sets of an IPTC-IIM record; refuses data sets it has no name for.

Source: IPTC-NAA Information Interchange Model 4.2, chapters 1 (envelope), 5 (record 1) and 6 (record 2).
"""

from __future__ import annotations

from collections.abc import Iterator

from counterclaim.examine.fields.field import Field
from counterclaim.examine.fields.tables import IIM
from counterclaim.examine.wording import tidy, tidy_bytes

SETS_MAX = 2_000  # a picture's record has some dozens; keywords repeat
SET_BYTES_MAX = 4096  # of one set that are looked at
_MARK, _EXTENDED = 0x1C, 0x8000
_UTF8 = b"\x1b%G"
_DATE_DIGITS, _TIME_DIGITS = 8, 6


def sets_of(content: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Give (record, number, offset of the value, value) of each data set up to the first break."""
    at = 0
    for _ in range(SETS_MAX):
        if at + 5 > len(content) or content[at] != _MARK:
            return
        record, number, size = content[at + 1], content[at + 2], int.from_bytes(content[at + 3 : at + 5], "big")
        at += 5
        if size & _EXTENDED:
            width = size & 0x7FFF
            if width > 4:  # noqa: PLR2004 (IIM, 1.6: a length of more than four bytes is none)
                return
            size, at = int.from_bytes(content[at : at + width], "big"), at + width
        if at + size > len(content):
            return
        yield record, number, at, content[at : at + min(size, SET_BYTES_MAX)]
        at += size


def iim_fields_of(content: bytes, offset: int) -> Iterator[Field]:
    """Give the named data sets; texts are decoded as the envelope names, else as UTF-8 where they are."""
    sets = list(sets_of(content))
    named = any(record == 1 and number == 90 and raw == _UTF8 for record, number, _, raw in sets)  # noqa: PLR2004 (IIM, 1:90)
    for record, number, at, raw in sets:
        row = IIM.get((record, number))
        if row is None:
            continue
        value: str | int
        if row.form == "number":
            value = int.from_bytes(raw[:4], "big")
        else:
            text = tidy(raw.decode("utf-8", "replace")) if named else tidy_bytes(raw)
            value = _shaped(row.form, text.rstrip("\ufffd") if raw.endswith(b"\0") else text)
        place = offset + at if offset >= 0 else -1
        yield Field(group="IPTC", name=row.name, value=value, tag=f"{record}:{number}", offset=place)


def _shaped(form: str, text: str) -> str:
    """Write `20190916` as `2019:09:16` and `190100+0000` as `19:01:00+00:00`; anything else as it stands."""
    digits = text.strip()
    if form == "date" and len(digits) == _DATE_DIGITS and digits.isdecimal():
        return f"{digits[:4]}:{digits[4:6]}:{digits[6:]}"
    if form == "time" and digits[:_TIME_DIGITS].isdecimal() and len(digits) >= _TIME_DIGITS:
        zone = digits[_TIME_DIGITS:]
        shaped = f"{zone[:3]}:{zone[3:5]}" if len(zone) == 5 else zone  # noqa: PLR2004 (a sign and four digits)
        return f"{digits[:2]}:{digits[2:4]}:{digits[4:6]}{shaped}"
    return text.rstrip()
