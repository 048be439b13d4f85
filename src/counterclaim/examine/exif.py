"""What an EXIF block states, sorted by what may be published; leaves maker notes to their own tables.

Source: CIPA DC-008 (Exif 2.32). Tags not named here are counted, never shown: an unknown tag may name a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from PIL.ExifTags import GPSTAGS, TAGS

from counterclaim.examine.fields.directory import Block, Entry
from counterclaim.examine.fields.exif_fields import Tiff
from counterclaim.examine.fields.value import Value, comment_of, utf16_of, value_of

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


def exif_of(tiff: Tiff) -> Exif:
    """Sort what a file's own EXIF block states."""
    groups: dict[str, dict[str, Value]] = {"technical": {}, "serials": {}, "persons": {}, "texts": {}}
    gps: dict[str, Value] = {}
    other = 0
    for where, entry in _entries(tiff):
        if entry.broken:
            other += 1
        elif where == "GPS":
            if entry.tag in GPSTAGS:
                gps[GPSTAGS[entry.tag]] = _value_of("", entry, tiff.block)
        else:
            name = TAGS.get(entry.tag, "")
            group = _group_of(name)
            if group is not None:
                groups[group][name] = _value_of(name, entry, tiff.block)
            else:
                other += name not in _POINTERS
    return Exif(
        technical=dict(sorted(groups["technical"].items())),
        gps=gps,
        serials=groups["serials"],
        persons=groups["persons"],
        texts=groups["texts"],
        other_count=other,
        maker_note_bytes=tiff.note.size if tiff.note is not None else 0,
        interoperability=any(one.group == "InteropIFD" and one.directory.entries for one in tiff.walked),
    )


def _entries(tiff: Tiff) -> Iterator[tuple[str, Entry]]:
    """The entries of the first directory, of the EXIF directory and of the satellites', each of a bounded number."""
    for where in ("IFD0", "ExifIFD", "GPS"):
        for one in tiff.walked:
            if one.group == where:
                yield from ((where, entry) for entry in one.directory.entries[:TAGS_MAX])
                break


def _group_of(name: str) -> str | None:
    for group, names in (("technical", _TECHNICAL), ("serials", _SERIALS), ("persons", _PERSONS), ("texts", _TEXTS)):
        if name in names:
            return group
    return None


def _value_of(name: str, entry: Entry, block: Block) -> Value:
    """Give a tag's value without floats: ratios as `n/d`, texts tidied, several numbers as a list."""
    raw = entry.raw(block)
    if name == "UserComment":
        return comment_of(raw, block.order)
    if name in _UTF16:
        return utf16_of(raw)
    return value_of(entry.kind, raw, block.order)
