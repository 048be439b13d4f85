"""A directory entry's value as plain JSON; refuses floats, control characters and length without end.

Source: TIFF 6.0, section 2 (types); CIPA DC-008 (Exif 2.32), section 4.6.5 (UserComment).
"""

from __future__ import annotations

import struct
from fractions import Fraction

from counterclaim.examine.wording import tidy, tidy_bytes

VALUES_MAX = 16  # numbers of one field that are kept
TEXT_BYTES_MAX = 4096  # of one text that are looked at; `tidy` keeps 500 characters
Value = str | int | list[str | int]
_FORMS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_RATIOS = {5: "I", 10: "i"}
_FLOATS = {11: "f", 12: "d"}
_WIDTH = {"B": 1, "b": 1, "H": 2, "h": 2, "I": 4, "i": 4, "Q": 8, "q": 8}
_WHOLE_MAX = 2**53  # what every JSON reader keeps exactly
_COMMENT_CODES = {b"ASCII\0\0\0": "ascii", b"JIS\0\0\0\0\0": "iso2022_jp", b"\0" * 8: "utf-8"}
_UNICODE = b"UNICODE\0"
_KIND_TEXT, _KIND_UNDEFINED, _KIND_UTF8 = 2, 7, 129


def value_of(kind: int, raw: bytes, order: str) -> Value:
    """Decode `raw` by its TIFF type: texts to the first zero, ratios as `n/d`, several numbers as a list."""
    if kind in {_KIND_TEXT, _KIND_UTF8}:
        return text_of(raw)
    if kind in _FORMS:
        return _single([whole(number) for number in integers_of(raw, _FORMS[kind], order)])
    if kind in _RATIOS:
        numbers = integers_of(raw, _RATIOS[kind], order, 2 * VALUES_MAX)
        return _single([f"{numbers[at]}/{numbers[at + 1]}" for at in range(0, len(numbers) - 1, 2)])
    if kind in _FLOATS:
        form = _FLOATS[kind]
        width = struct.calcsize(form)
        count = min(VALUES_MAX, len(raw) // width)
        return _single([decimal_of(one) for one in struct.unpack_from(f"{order}{count}{form}", raw)])
    return tidy_bytes(raw[:TEXT_BYTES_MAX])


def integers_of(raw: bytes, form: str, order: str, at_most: int = VALUES_MAX) -> tuple[int, ...]:
    """Read whole numbers of one struct form, at most `at_most`; a broken last one is left out."""
    count = min(at_most, len(raw) // _WIDTH[form])
    return struct.unpack_from(f"{order}{count}{form}", raw)


def form_of(kind: int) -> str:
    """The struct form of a TIFF type of whole numbers; bytes for everything else."""
    return _FORMS.get(kind, "B")


def _single(values: list[str | int]) -> Value:
    return values[0] if len(values) == 1 else values


def whole(number: int) -> int | str:
    """A whole number, as text where JSON readers would round it."""
    return number if abs(number) < _WHOLE_MAX else str(number)


def decimal_of(number: float) -> str:
    """Write a binary fraction as the shortest decimal of ten digits; `inf` and `nan` as they are."""
    return f"{number:.10g}"


def text_of(raw: bytes) -> str:
    """Decode to the first zero, as UTF-8 or Latin-1, tidied, without blanks at the end."""
    return tidy_bytes(raw[:TEXT_BYTES_MAX].partition(b"\0")[0]).rstrip()


def utf16_of(raw: bytes, order: str = "<") -> str:
    """Decode UTF-16 to the first zero, tidied. Windows writes the XP tags in little-endian order."""
    code = "utf-16-le" if order == "<" else "utf-16-be"
    return tidy(raw[:TEXT_BYTES_MAX].decode(code, "replace").partition("\0")[0]).rstrip()


def comment_of(raw: bytes, order: str) -> str:
    """Decode a UserComment by the code its first eight bytes name. Exif 2.32, section 4.6.5."""
    head, body = raw[:8], raw[8:TEXT_BYTES_MAX]
    if head == _UNICODE:
        return _unicode_of(body, order)
    code = _COMMENT_CODES.get(head)
    if code is None:
        return text_of(raw)
    plain = body.partition(b"\0")[0] if body.strip(b"\0") else b""
    if code == "ascii" and not plain.isascii():
        return tidy_bytes(plain).strip()
    return tidy(plain.decode(code, "replace")).strip()


def _unicode_of(body: bytes, order: str) -> str:
    """Programs write UNICODE in either order, whatever the block's: take the one with more letters below U+0100."""
    for mark, code in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")):
        if body[:2] == mark:
            return tidy(body[2:].decode(code, "replace").partition("\0")[0]).strip()
    low, high = body[0::2].count(0), body[1::2].count(0)
    code = "utf-16-be" if low > high or (low == high and order == ">") else "utf-16-le"
    return tidy(body.decode(code, "replace").partition("\0")[0]).strip()


def ratio_of(value: object) -> Fraction | None:
    """Read a whole number, `n/d` or a decimal as an exact fraction; None for anything else and for `n/0`."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError):
        return None
