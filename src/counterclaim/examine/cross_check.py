"""Where maker notes, XMP, IPTC and the structure contradict EXIF; refuses to quote a serial number, place or name.

Source of what is held to be the same: Metadata Working Group, Guidelines for Handling Image Metadata 2.0, chapter 5;
the makers' notes as docs/methods/metadata.md names them. Each contradiction has innocent causes: a program that
rewrites one block and not the other is the usual one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from counterclaim.examine.disagreement import Remark, Statement
from counterclaim.examine.fields.field import Field
from counterclaim.examine.fields.listed import MAKERS_OF
from counterclaim.examine.fields.reading import Reading
from counterclaim.examine.fields.value import ratio_of
from counterclaim.examine.stated_time import StatedTime, stated_time_of

WITHHELD = "(withheld)"  # in place of what names a device, a person or a place
SATELLITE_SECONDS_MAX = 2 * 3600  # a receiver's time may be that of its last fix
ZONE_MINUTES_MAX = 15 * 60  # zones run from -12 to +14 hours
SETTING_TOLERANCE = Fraction(1, 20)  # what rounding to a nominal stop leaves
POSITION_TOLERANCE = Fraction(1, 1000)  # of a degree: a hundred metres
_SERIALS = (
    "ExifIFD:SerialNumber", "XMP-aux:SerialNumber", "XMP-exifEX:SerialNumber", "Canon:SerialNumber",
    "Nikon:SerialNumber", "Pentax:SerialNumber", "Olympus:SerialNumber",
)  # fmt: skip
_LENS_SERIALS = ("ExifIFD:LensSerialNumber", "XMP-aux:LensSerialNumber", "XMP-exifEX:LensSerialNumber")
_TIMES = (
    "Sony:SonyDateTime", "Ricoh:RicohDate", "HP:CameraDateTime", "Reconyx:DateTimeOriginal", "Samsung:TimeStamp",
    "Olympus:DateTimeUTC",
)  # fmt: skip
_SPLIT_TIMES = (("Pentax:Date", "Pentax:Time"), ("Minolta:MinoltaDate", "Minolta:MinoltaTime"))
_SIZES = (
    ("InteropIFD:RelatedImageWidth", "InteropIFD:RelatedImageHeight"),
    ("XMP-exif:ExifImageWidth", "XMP-exif:ExifImageHeight"),
)  # fmt: skip
_SETTINGS = ("ExposureTime", "FNumber", "FocalLength", "ISO")
_TEXTS = (
    ("caption", ("IPTC:Caption-Abstract", "XMP-dc:Description", "IFD0:ImageDescription")),
    ("author", ("IPTC:By-line", "XMP-dc:Creator", "IFD0:Artist")),
    ("rights", ("IPTC:CopyrightNotice", "XMP-dc:Rights", "IFD0:Copyright")),
    ("city", ("IPTC:City", "XMP-photoshop:City")),
    ("country", ("IPTC:Country-PrimaryLocationName", "XMP-photoshop:Country")),
)
_NAMES = (("IFD0:Make", "IFD1:Make"), ("IFD0:Model", "IFD1:Model"), ("ExifIFD:LensModel", "Canon:LensModel"))
_IIM_KEPT = 32  # characters: the shortest bound IIM 4.2 sets for a text that EXIF and XMP do not bound


def maker_times_of(reading: Reading) -> tuple[StatedTime, ...]:
    """Every time a maker note states, at `maker.` and its name."""
    found = [stated_time_of(f"maker.{key}", text.rstrip()) for key in _TIMES if (text := reading.text(key)) is not None]
    for day, clock in _SPLIT_TIMES:
        date, time = reading.text(day), reading.text(clock)
        if date and time:
            found.append(stated_time_of(f"maker.{day}", f"{date.strip()} {time.strip().rjust(8, '0')}"))
    return tuple(time for time in found if time.edtf is not None)


def contradictions_of(reading: Reading, size: tuple[int, int]) -> tuple[Remark, ...]:
    """List where the parts contradict one another; the order is fixed. `size` is (width, height) as stored."""
    return (
        *_maker(reading),
        *_serials(reading),
        *_zones(reading),
        *_satellite(reading),
        *_sizes(reading, size),
        *_settings(reading),
        *_positions(reading),
        *_texts(reading),
        *_names(reading),
    )


def structure_notes_of(reading: Reading) -> tuple[Remark, ...]:
    """List what the structure says of programs that rewrote the file; no contradictions."""
    found = []
    for tiff in reading.blocks[:1]:
        if tiff.note is not None and tiff.note.shifted:
            sentence = (
                "the maker note was moved since it was written: a program other than the camera rewrote the block"
            )
            found.append(_remark("maker_note_moved", sentence, ("maker note", f"by {tiff.note.shifted} bytes")))
    digest = reading.text("Photoshop:IPTCDigest")
    if digest and reading.iptc and digest.strip("0"):
        md5 = hashlib.md5(reading.iptc, usedforsecurity=False).hexdigest()
        if md5 != digest:
            sentence = "the IPTC record was changed after the program that noted its digest"
            found.append(_remark("iptc_changed_later", sentence, ("Photoshop:IPTCDigest", "another than the record's")))
    return tuple(found)


def _remark(kind: str, sentence: str, *statements: tuple[str, object]) -> Remark:
    written = tuple(Statement(where=where, written=str(value)) for where, value in statements)
    return Remark(kind=kind, sentence=sentence, statements=written)


def _maker(reading: Reading) -> Iterator[Remark]:
    """A maker note whose own head names a maker that EXIF's Make does not."""
    make = reading.text("IFD0:Make")
    note = next((tiff.note for tiff in reading.blocks if tiff.note is not None), None)
    if make is None or note is None or note.layout is None or not note.layout.starts:
        return
    makers = MAKERS_OF.get(note.layout.group)
    if makers and not any(one in make.casefold() for one in makers):
        sentence = "the maker note has another maker's form than EXIF's Make"
        yield _remark("maker_note_and_make_differ", sentence, ("exif.Make", make), ("maker note", note.layout.group))


def _serials(reading: Reading) -> Iterator[Remark]:
    for what, keys in (("serial numbers", _SERIALS), ("lens serial numbers", _LENS_SERIALS)):
        stated = [(key, _serial_of(field)) for key in keys if (field := reading.first(key)) is not None]
        stated = [(key, serial) for key, serial in stated if serial]
        for key, serial in stated[1:]:
            first, other = stated[0]
            # Numbers of other lengths may be other numbers: only what has the same form is compared.
            if len(serial) == len(other) and serial.isdecimal() == other.isdecimal() and serial != other:
                yield _remark("serials_differ", f"{what} differ", (first, WITHHELD), (key, WITHHELD))


def _serial_of(field: Field) -> str:
    text = "" if isinstance(field.value, list) else str(field.value)
    plain = "".join(letter for letter in text.casefold() if letter.isalnum()).removeprefix("no")
    return plain.lstrip("0")


def _zone_minutes(text: str | None) -> int | None:
    """`+05:30` in minutes."""
    if not text or len(text) != 6 or text[0] not in "+-" or text[3] != ":":  # noqa: PLR2004 (Exif 2.32, OffsetTime)
        return None
    hours, minutes = text[1:3], text[4:6]
    if not (hours.isdecimal() and minutes.isdecimal()):
        return None
    total = int(hours) * 60 + int(minutes)
    return -total if text[0] == "-" else total


def _maker_zone(reading: Reading) -> tuple[str, int] | None:
    """A maker note's own zone in minutes, daylight saving added. Canon counts minutes in 60ths, Nikon in minutes."""
    for maker in ("Canon", "Nikon"):
        zone, daylight = reading.first(f"{maker}:TimeZone"), reading.first(f"{maker}:DaylightSavings")
        if zone is not None and isinstance(zone.value, int) and abs(zone.value) <= ZONE_MINUTES_MAX:
            summer = daylight is not None and daylight.value in {1, 60}
            return zone.key, zone.value + 60 * summer
    return None


def _zones(reading: Reading) -> Iterator[Remark]:
    offset = reading.text("ExifIFD:OffsetTimeOriginal", "ExifIFD:OffsetTime")
    stated, maker = _zone_minutes(offset), _maker_zone(reading)
    if stated is not None and maker is not None and stated != maker[1]:
        sentence = "EXIF's time zone and the maker note's differ"
        yield _remark("zones_differ", sentence, ("exif.OffsetTime", offset), (maker[0], f"{maker[1]} minutes"))


def _satellite(reading: Reading) -> Iterator[Remark]:
    """The camera's clock less its own zone against the satellites' UTC."""
    taken = reading.text("ExifIFD:DateTimeOriginal")
    date, clock = reading.text("GPS:GPSDateStamp"), reading.text("GPS:GPSTimeStamp")
    offset = _zone_minutes(reading.text("ExifIFD:OffsetTimeOriginal"))
    where = "exif.OffsetTimeOriginal"
    if offset is None and (maker := _maker_zone(reading)) is not None:
        where, offset = maker
    if taken is None or date is None or clock is None or offset is None:
        return
    local = stated_time_of("exif", taken).moment()
    utc = stated_time_of("gps", f"{date} {clock}").moment()
    if local is None or utc is None:
        return
    gap = _gap(local, utc, offset)
    if gap is not None and abs(gap) > SATELLITE_SECONDS_MAX:
        sentence = "the camera's clock less its time zone and the satellite time are more than two hours apart"
        stated = (("exif.DateTimeOriginal", taken), (where, f"{offset} minutes"), ("exif.GPS", f"{date} {clock}Z"))
        yield _remark("zone_and_satellite_differ", sentence, *stated)


def _gap(local: datetime, utc: datetime, offset: int) -> float | None:
    try:
        return (local - timedelta(minutes=offset) - utc).total_seconds()
    except OverflowError:
        return None


def _sizes(reading: Reading, size: tuple[int, int]) -> Iterator[Remark]:
    for keys in _SIZES:
        stated = [ratio_of(field.value) if (field := reading.first(key)) is not None else None for key in keys]
        if None in stated or 0 in stated or sorted(map(str, stated)) == sorted(map(str, size)):
            continue
        shown = f"{stated[0]} x {stated[1]}"
        real = f"{size[0]} x {size[1]}"
        yield _remark(
            "dimensions_differ",
            f"{keys[0]} names another size than the picture has",
            (keys[0], shown),
            ("picture", real),
        )


def _settings(reading: Reading) -> Iterator[Remark]:
    for name in _SETTINGS:
        fields = [reading.first(f"{group}:{name}") for group in ("ExifIFD", "XMP-exif")]
        first, other = (ratio_of(field.value) if field is not None else None for field in fields)
        if first and other and abs(first - other) > abs(first) * SETTING_TOLERANCE:
            shown = [(field.key, field.value) for field in fields if field is not None]
            yield _remark("settings_differ", f"EXIF and XMP name different values for {name}", *shown)


def _positions(reading: Reading) -> Iterator[Remark]:
    for name, negative in (("GPSLatitude", "S"), ("GPSLongitude", "W")):
        exif, xmp = reading.first(f"GPS:{name}"), reading.first(f"XMP-exif:{name}")
        first = ratio_of(exif.value) if exif is not None else None
        other = ratio_of(xmp.value) if xmp is not None else None
        if first is None or other is None:
            continue
        if reading.text(f"GPS:{name}Ref") == negative:
            first = -first
        if abs(first - other) > POSITION_TOLERANCE:
            yield _remark(
                "positions_differ",
                "EXIF and XMP name different positions",
                (f"GPS:{name}", WITHHELD),
                (f"XMP-exif:{name}", WITHHELD),
            )


def _texts(reading: Reading) -> Iterator[Remark]:
    for what, keys in _TEXTS:
        stated = [(key, _compared(field)) for key in keys if (field := reading.first(key)) is not None]
        stated = [(key, text) for key, text in stated if text]
        for key, text in stated[1:]:
            if text[:_IIM_KEPT] != stated[0][1][:_IIM_KEPT]:
                sentence = f"{stated[0][0]} and {key} name a different {what}"
                yield _remark("texts_differ", sentence, (stated[0][0], WITHHELD), (key, WITHHELD))


def _compared(field: Field) -> str:
    """Letters and digits only: what cannot be shown, blanks and marks are written differently by each block."""
    value = field.value[0] if isinstance(field.value, list) and field.value else field.value
    return "".join(letter for letter in str(value).casefold() if letter.isalnum() and letter.isascii())


def _names(reading: Reading) -> Iterator[Remark]:
    for key, other in _NAMES:
        first, second = reading.text(key), reading.text(other)
        if first and second and _squeezed(first) != _squeezed(second):
            yield _remark("names_differ", f"{key} and {other} differ", (key, first), (other, second))


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
