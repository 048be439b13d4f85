"""What an EXIF block states, sorted by what may be published; refuses to interpret maker notes.

Source: CIPA DC-008 (Exif 2.32). Tags not named here are counted, never shown: an unknown tag may name a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PIL import Image
from PIL.ExifTags import GPSTAGS, IFD, TAGS
from PIL.TiffImagePlugin import IFDRational

from counterclaim.examine.wording import tidy, tidy_bytes

VALUES_MAX = 16  # numbers of one tag that are kept
TAGS_MAX = 500  # tags of one directory that are looked at
# Technical: says how the camera was set.
_TECHNICAL = frozenset(
    {
        "Make", "Model", "Software", "Orientation", "XResolution", "YResolution", "ResolutionUnit", "YCbCrPositioning",
        "DateTime", "DateTimeOriginal", "DateTimeDigitized", "OffsetTime", "OffsetTimeOriginal", "OffsetTimeDigitized",
        "SubsecTime", "SubsecTimeOriginal", "SubsecTimeDigitized", "ExposureTime", "FNumber", "ExposureProgram",
        "ISOSpeedRatings", "ExifVersion", "FlashPixVersion", "ComponentsConfiguration", "CompressedBitsPerPixel",
        "ShutterSpeedValue", "ApertureValue", "BrightnessValue", "ExposureBiasValue", "MaxApertureValue",
        "SubjectDistance", "MeteringMode", "LightSource", "Flash", "FocalLength", "ColorSpace", "ExifImageWidth",
        "ExifImageHeight", "FocalPlaneXResolution", "FocalPlaneYResolution", "FocalPlaneResolutionUnit",
        "SensingMethod", "CustomRendered", "ExposureMode", "WhiteBalance", "DigitalZoomRatio", "FocalLengthIn35mmFilm",
        "SceneCaptureType", "GainControl", "Contrast", "Saturation", "Sharpness", "SubjectDistanceRange",
        "LensSpecification", "LensMake", "LensModel", "Compression", "ProcessingSoftware",
    }
)  # fmt: skip
_SERIALS = frozenset({"BodySerialNumber", "LensSerialNumber", "CameraSerialNumber", "ImageUniqueID"})
_PERSONS = frozenset({"Artist", "Copyright", "CameraOwnerName", "XPAuthor", "HostComputer"})
_TEXTS = frozenset(
    {"ImageDescription", "UserComment", "XPTitle", "XPComment", "XPKeywords", "XPSubject", "DocumentName"}
)
_UTF16 = frozenset(
    {"XPAuthor", "XPTitle", "XPComment", "XPKeywords", "XPSubject"}
)  # Windows writes UTF-16 little-endian
_POINTERS = frozenset({"ExifOffset", "GPSInfo", "ExifInteroperabilityOffset", "MakerNote"})
_COMMENT_CODES = {b"ASCII\0\0\0": "ascii", b"UNICODE\0": "utf-16", b"JIS\0\0\0\0\0": "iso2022_jp", b"\0" * 8: "utf-8"}

Value = str | int | list[str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exif:
    """What the block states: tags by name, in groups by what may be published, and which parts are there."""

    technical: Mapping[str, Value] = field(default_factory=dict)
    gps: Mapping[str, Value] = field(default_factory=dict)
    serials: Mapping[str, Value] = field(default_factory=dict)
    persons: Mapping[str, Value] = field(default_factory=dict)
    texts: Mapping[str, Value] = field(default_factory=dict)
    other_count: int = 0
    maker_note_bytes: int = 0
    interoperability: bool = False

    @property
    def present(self) -> bool:
        """Whether the file has any EXIF tag."""
        return bool(self.technical or self.gps or self.serials or self.persons or self.texts or self.other_count)

    def text(self, name: str) -> str | None:
        """Give the technical tag `name` as text, None where it is not there or empty."""
        value = self.technical.get(name)
        return value if isinstance(value, str) and value else None


def exif_of(image: Image.Image) -> Exif:
    """Read the EXIF block of an opened image. Raises what Pillow raises for broken blocks (`picture.BROKEN`)."""
    block = image.getexif()
    tags: dict[int, object] = dict(list(block.items())[:TAGS_MAX])
    inner = block.get_ifd(IFD.Exif)
    tags |= dict(list(inner.items())[:TAGS_MAX])
    groups: dict[str, dict[str, Value]] = {"technical": {}, "serials": {}, "persons": {}, "texts": {}}
    other = 0
    for tag, raw in sorted(tags.items()):
        name = TAGS.get(tag, "")
        group = _group_of(name)
        if group is not None:
            groups[group][name] = _value_of(name, raw)
        elif name not in _POINTERS:
            other += 1
    note = inner.get(0x927C)
    gps = {
        GPSTAGS[tag]: _value_of("", raw) for tag, raw in sorted(block.get_ifd(IFD.GPSInfo).items()) if tag in GPSTAGS
    }
    return Exif(
        technical=groups["technical"],
        gps=gps,
        serials=groups["serials"],
        persons=groups["persons"],
        texts=groups["texts"],
        other_count=other,
        maker_note_bytes=len(note) if isinstance(note, bytes) else 0,
        interoperability=bool(block.get_ifd(IFD.Interop)),
    )


def _group_of(name: str) -> str | None:
    for group, names in (("technical", _TECHNICAL), ("serials", _SERIALS), ("persons", _PERSONS), ("texts", _TEXTS)):
        if name in names:
            return group
    return None


def _value_of(name: str, raw: object) -> Value:
    """Give a tag's value without floats: rationals as `n/d`, texts tidied, several numbers as a list."""
    match raw:
        case bytes() if name == "UserComment":
            return _comment_of(raw)
        case bytes() if name in _UTF16:
            return tidy(raw.decode("utf-16-le", "replace").rstrip("\0"))
        case bytes():
            return tidy_bytes(raw)
        case str():
            return tidy(raw.rstrip("\0"))
        case bool() | int():
            return _whole(int(raw))
        case IFDRational():
            return f"{raw.numerator}/{raw.denominator}"
        case tuple() | list() if name in _UTF16 and all(isinstance(one, int) for one in raw):
            return tidy(bytes(one & 255 for one in raw).decode("utf-16-le", "replace").rstrip("\0"))
        case tuple() | list():
            return [single for one in raw[:VALUES_MAX] if not isinstance(single := _value_of("", one), list)]
        case _:
            return tidy(str(raw))


def _whole(number: int) -> int | str:
    return number if abs(number) < 2**53 else str(number)


def _comment_of(raw: bytes) -> str:
    """Decode a UserComment by the code its first eight bytes name. Exif 2.32, section 4.6.5."""
    code = _COMMENT_CODES.get(raw[:8])
    return tidy(raw[8:].decode(code, "replace").rstrip("\0")) if code else tidy_bytes(raw)
