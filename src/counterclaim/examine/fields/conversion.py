"""How a table's named form turns bytes into a value; refuses a form that no published description explains.

Sources: each maker's note as described by its readers (docs/methods/metadata.md lists them); where a description
gives a formula, it stands beside the form.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from fractions import Fraction

from counterclaim.examine.fields.value import Value, form_of, integers_of, ratio_of, text_of, utf16_of, value_of, whole
from counterclaim.examine.wording import tidy, tidy_bytes

_DATE_BYTES, _TIME_BYTES = 4, 3
_SIGNED = {"B": "b", "H": "h", "I": "i"}
_CANON_SIXTHS = 32  # Canon counts exposure in 1/32 steps, with 12 and 20 for a third and two thirds


def converted(form: str, kind: int, raw: bytes, order: str) -> Value | None:
    """Read `raw` by a form of the tables; None where the bytes do not have that form."""
    read = _FORMS.get(form)
    return read(kind, raw, order) if read else value_of(kind, raw, order)


def _version(_kind: int, raw: bytes, _order: str) -> Value | None:
    """Four digits as text (`0220`), as Exif 2.32 writes its own version."""
    text = text_of(raw)
    return text or None


def _nikon_version(_kind: int, raw: bytes, _order: str) -> Value | None:
    if len(raw) < _DATE_BYTES:
        return None
    return text_of(raw) if raw[:1].isdigit() else "".join(str(one) for one in raw[:_DATE_BYTES])


def _bytes(_kind: int, raw: bytes, _order: str) -> Value | None:
    numbers: list[str | int] = list(raw[:16])
    return numbers[0] if len(numbers) == 1 else numbers


def _words(kind: int, raw: bytes, order: str) -> Value | None:
    value = _bytes(kind, raw, order) if kind == 7 else value_of(kind, raw, order)  # noqa: PLR2004 (undefined)
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _hex(_kind: int, raw: bytes, _order: str) -> Value | None:
    return raw[:64].hex()


def _clock(kind: int, raw: bytes, order: str) -> Value | None:
    """Three ratios of hours, minutes and seconds as `hh:mm:ss`. Exif 2.32, GPSTimeStamp."""
    parts = _ratios(kind, raw, order)
    if parts is None or len(parts) != 3:  # noqa: PLR2004 (Exif 2.32, GPSTimeStamp)
        return None
    total = parts[0] * 3600 + parts[1] * 60 + parts[2]
    if not 0 <= total < 360_000:  # noqa: PLR2004 (a hundred hours)
        return None
    seconds = total % 60
    whole = int(total)
    shown = f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{int(seconds):02d}"
    rest = seconds - int(seconds)
    return shown if rest == 0 else shown + f"{float(rest):.6f}"[1:].rstrip("0").rstrip(".")


def _degrees(kind: int, raw: bytes, order: str) -> Value | None:
    """Three ratios of degrees, minutes and seconds as a decimal of twelve digits. Exif 2.32, GPSLatitude."""
    parts = _ratios(kind, raw, order)
    if not parts or len(parts) > 3:  # noqa: PLR2004 (Exif 2.32, GPSLatitude)
        return None
    return f"{float(sum(part / 60**place for place, part in enumerate(parts))):.12g}"


def _ratios(kind: int, raw: bytes, order: str) -> list[Fraction] | None:
    values = value_of(kind, raw, order)
    read = [ratio_of(one) for one in (values if isinstance(values, list) else [values])]
    # 0/0 stands for nothing; programs write it for seconds that the minutes already hold.
    return [one if one is not None else Fraction(0) for one in read] if any(one is not None for one in read) else None


def canon_ev(raw: int) -> str:
    """Canon's steps of 1/32 with 12 and 20 for thirds: `2/3`."""
    sign, rest = (-1, -raw) if raw < 0 else (1, raw)
    part = rest & 0x1F
    step = Fraction(rest - part, _CANON_SIXTHS)
    thirds = {0x0C: Fraction(1, 3), 0x14: Fraction(2, 3)}
    return str(sign * (step + thirds.get(part, Fraction(part, _CANON_SIXTHS))))


def _nikon_ev(_kind: int, raw: bytes, _order: str) -> Value | None:
    """Bytes a, b, c: a * b / c, signed."""
    if len(raw) < _TIME_BYTES:
        return None
    a, b, c = struct.unpack_from("bbb", raw)
    return str(Fraction(a * b, c)) if c else 0


def _int16s(kind: int, raw: bytes, order: str) -> Value | None:
    """Two undefined bytes that hold a signed number."""
    return int(struct.unpack(order + "h", raw)[0]) if len(raw) == 2 else value_of(kind, raw, order)  # noqa: PLR2004


def _digits(_kind: int, raw: bytes, _order: str) -> Value | None:
    """Casio writes digits in pairs between zero bytes."""
    return tidy_bytes(raw.replace(b"\0", b""))


def _signed(kind: int, raw: bytes, order: str) -> Value | None:
    form = form_of(kind)
    values: list[str | int] = list(integers_of(raw, _SIGNED.get(form, form), order))
    return values[0] if len(values) == 1 else values


def _reversed(kind: int, raw: bytes, order: str) -> Value | None:
    value = value_of(kind, raw, order)
    return list(reversed(value)) if isinstance(value, list) else value


def _text(_kind: int, raw: bytes, _order: str) -> Value | None:
    return text_of(raw.lstrip(b"\0"))


def _digits_or_bytes(kind: int, raw: bytes, order: str) -> Value | None:
    return text_of(raw) if raw[:1].isdigit() else _bytes(kind, raw, order)


def _apple_front(kind: int, raw: bytes, order: str) -> Value | None:
    """Apple numbers its lenses; six is the one on the front."""
    return int(value_of(kind, raw, order) == 6)  # noqa: PLR2004


def _canon_number(_kind: int, raw: bytes, order: str) -> Value | None:
    """The EOS 20D and 350D mix folder and file number into 32 bits."""
    number = int.from_bytes(raw[:4], "little" if order == "<" else "big")
    return ((number & 0xFFC0) >> 6) * 10_000 + ((number >> 16) & 0xFF) + ((number & 0x3F) << 8)


def _canon_number_later(_kind: int, raw: bytes, order: str) -> Value | None:
    """The EOS 30D and 400D mix them otherwise."""
    number = int.from_bytes(raw[:4], "little" if order == "<" else "big")
    return ((number & 0xFFC00) >> 10) * 10_000 + ((number & 0x3FF) << 4) + ((number >> 20) & 0xF)


def _dotted(_kind: int, raw: bytes, _order: str) -> Value | None:
    return ".".join(str(one) for one in raw[:8])


def _inverted(_kind: int, raw: bytes, _order: str) -> Value | None:
    """Pentax writes firmware versions with every bit turned."""
    return ".".join(f"{one ^ 0xFF:02d}" for one in raw[:4]) if len(raw) >= 4 else None  # noqa: PLR2004


def _pentax_date(_kind: int, raw: bytes, _order: str) -> Value | None:
    if len(raw) < _DATE_BYTES:
        return None
    year, month, day = struct.unpack_from(">HBB", raw)
    return f"{year:04d}:{month:02d}:{day:02d}"


def _pentax_time(_kind: int, raw: bytes, _order: str) -> Value | None:
    return f"{raw[0]:02d}:{raw[1]:02d}:{raw[2]:02d}" if len(raw) >= _TIME_BYTES else None


def _date7(_kind: int, raw: bytes, order: str) -> Value | None:
    if len(raw) < 7:  # noqa: PLR2004 (year, month, day, hour, minute, second)
        return None
    year, *rest = struct.unpack_from(order + "HBBBBB", raw)
    return "{:04d}:{:02d}:{:02d} {:02d}:{:02d}:{:02d}".format(year, *rest)


def _casio_date(_kind: int, raw: bytes, _order: str) -> Value | None:
    """Digits in pairs between zero bytes."""
    digits = raw.replace(b"\0", b"").decode("latin-1")
    if len(digits) < 8 or not digits[:8].isdecimal():  # noqa: PLR2004 (two digits each of year, month, day and hour)
        return tidy_bytes(raw)
    year = 2000 + int(digits[:2]) if int(digits[:2]) < 70 else 1900 + int(digits[:2])  # noqa: PLR2004
    minutes = f":{digits[8:10]}" if digits[8:10].isdecimal() else ""
    return f"{year}:{digits[2:4]}:{digits[4:6]} {digits[6:8]}{minutes}"


def _after_colon(kind: int, raw: bytes, order: str) -> Value | None:
    """Sigma writes `Expo:+0.3`."""
    if kind != 2:  # noqa: PLR2004 (text)
        return value_of(kind, raw, order)
    text = text_of(raw)
    return text.partition(":")[2].strip().removeprefix("+") if ":" in text else text


def _after_serial(_kind: int, raw: bytes, _order: str) -> Value | None:
    return text_of(raw).removeprefix("SERIAL NUMBER:").strip()


def _degrees_text(_kind: int, raw: bytes, _order: str) -> Value | None:
    return text_of(raw).rstrip(" C\u00b0\ufffd")


def _olympus_lens(_kind: int, raw: bytes, _order: str) -> Value | None:
    return f"{raw[0]:x} {raw[2]:02x} {raw[3]:02x}" if len(raw) >= _DATE_BYTES else None


def _ricoh_serial(_kind: int, raw: bytes, _order: str) -> Value | None:
    return f"{text_of(raw[:12])}{raw[12:16].hex()}" if len(raw) >= 16 else text_of(raw)  # noqa: PLR2004


def _packed_date(_kind: int, raw: bytes, order: str) -> Value | None:
    (number,) = struct.unpack_from(order + "I", raw)
    return f"{number >> 16:4d}:{number >> 8 & 255:02d}:{number & 255:02d}"


def _packed_time(_kind: int, raw: bytes, order: str) -> Value | None:
    (number,) = struct.unpack_from(order + "I", raw)
    return f"{number >> 16:2d}:{number >> 8 & 255:02d}:{number & 255:02d}"


def _bcd(_kind: int, raw: bytes, _order: str) -> Value | None:
    if len(raw) < 7:  # noqa: PLR2004 (century, year, month, day, hour, minute, second)
        return None
    return f"{raw[0]:02x}{raw[1]:02x}:{raw[2]:02x}:{raw[3]:02x} {raw[4]:02x}:{raw[5]:02x}:{raw[6]:02x}"


def _utf16(_kind: int, raw: bytes, order: str) -> Value | None:
    return utf16_of(raw, order)


def _kodak_day(_kind: int, raw: bytes, _order: str) -> Value | None:
    return f"{raw[0]:02d}:{raw[1]:02d}"


def _kodak_clock(_kind: int, raw: bytes, _order: str) -> Value | None:
    return f"{raw[0]:02d}:{raw[1]:02d}:{raw[2]:02d}.{raw[3]:02d}"


def _reconyx_day(_kind: int, raw: bytes, order: str) -> Value | None:
    year, day = struct.unpack_from(order + "HH", raw)
    return f"{year:04x}:{day >> 8:02x}:{day & 255:02x}"


def _reconyx_time(_kind: int, raw: bytes, order: str) -> Value | None:
    second, minute, hour, month, day, year = struct.unpack_from(order + "6H", raw)
    return f"{year:04d}:{month:02d}:{day:02d} {hour:02d}:{minute:02d}:{second:02d}"


def _reconyx_number(_kind: int, raw: bytes, order: str) -> Value | None:
    high, low = struct.unpack_from(order + "HH", raw)
    return int(high) << 16 | int(low)


def _day_number(_kind: int, raw: bytes, order: str) -> Value | None:
    (number,) = struct.unpack_from(order + "I", raw)
    digits = f"{number:08d}"
    return f"{digits[:4]}:{digits[4:6]}:{digits[6:]}" if len(digits) == 8 else tidy(digits)  # noqa: PLR2004


_FORMS: dict[str, Callable[[int, bytes, str], Value | None]] = {
    "version": _version,
    "nikon_version": _nikon_version,
    "bytes": _bytes,
    "words": _words,
    "hex": _hex,
    "clock": _clock,
    "degrees": _degrees,
    "nikon_ev": _nikon_ev,
    "int16s": _int16s,
    "digits": _digits,
    "signed": _signed,
    "reversed": _reversed,
    "text": _text,
    "digits_or_bytes": _digits_or_bytes,
    "apple_front": _apple_front,
    "canon_number": _canon_number,
    "canon_number_later": _canon_number_later,
    "utf16": lambda _kind, raw, _order: utf16_of(raw),
    "dotted": _dotted,
    "inverted": _inverted,
    "pentax_date": _pentax_date,
    "pentax_time": _pentax_time,
    "date7": _date7,
    "casio_date": _casio_date,
    "after_colon": _after_colon,
    "after_serial": _after_serial,
    "degrees_text": _degrees_text,
    "olympus_lens": _olympus_lens,
    "ricoh_serial": _ricoh_serial,
    "packed_date": _packed_date,
    "packed_time": _packed_time,
    "day_number": _day_number,
    "bcd7": _bcd,
    "utf16x15": _utf16,
    "kodak_day": _kodak_day,
    "kodak_clock": _kodak_clock,
    "reconyx_day": _reconyx_day,
    "reconyx_time": _reconyx_time,
    "reconyx_number": _reconyx_number,
}
# Bytes of a record's field that is read by a form.
FORM_BYTES = {
    "kodak_day": 2, "kodak_clock": 4, "bcd7": 7, "utf16x15": 30, "reconyx_day": 4, "reconyx_time": 12,
    "reconyx_number": 4,
}  # fmt: skip


def scaled(value: Value, rules: dict[str, object]) -> Value:
    """Apply a table's linear rule: (value / over + plus) / over_after, exactly, to a number or to each of a list."""
    over, plus, after = rules.get("over", 1), rules.get("plus", 0), rules.get("over_after", 1)
    if (over, plus, after) == (1, 0, 1):
        return value
    if isinstance(value, list):
        return [one if isinstance(done := scaled(one, rules), list) else done for one in value]
    number = ratio_of(value)
    if number is None:
        return value
    return plain_of((number / Fraction(str(over)) + Fraction(str(plus))) / Fraction(str(after)))


def plain_of(number: Fraction) -> int | str:
    """A whole number as one, any other as `n/d`."""
    return whole(int(number)) if number.denominator == 1 else str(number)
