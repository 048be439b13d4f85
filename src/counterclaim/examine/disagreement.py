"""Where a file's statements about itself disagree, and what else is worth knowing; refuses to say which is right."""

from __future__ import annotations

from dataclasses import dataclass

from counterclaim.examine.exif import Exif
from counterclaim.examine.iptc import Iptc
from counterclaim.examine.stated_time import StatedTime, gap_seconds, stated_time_of
from counterclaim.examine.xmp import Xmp

ZONE_GAP_SECONDS_MAX = 15 * 3600  # zones run from -12 to +14 hours; one hour for clocks that are wrong
DAY_SECONDS = 24 * 3600
QUARTER_SECONDS = 15 * 60  # zones differ by whole quarters of an hour
MAKER_SECONDS_MAX = 60  # cameras write the note when the exposure began or when the file was ready
SHAPE_TOLERANCE = 50  # one in fifty: what rounding to 160 pixels leaves
# Names that editing programs write into Software, CreatorTool or the history; matched in lower case.
EDITORS = (
    "photoshop", "lightroom", "camera raw", "gimp", "snapseed", "picasa", "paint.net", "paint shop", "pixelmator",
    "affinity", "acdsee", "irfanview", "xnview", "faststone", "photoscape", "picsart", "vsco", "facetune", "canva",
    "photo editor", "noise ninja", "capture one", "darktable", "rawtherapee", "photofiltre", "imagemagick",
    "graphicsmagick", "gd-jpeg", "lavc", "krita", "luminar", "dxo", "photopea", "corel", "meitu", "remini", "faceapp",
    "photodirector", "painttool", "inkscape",
)  # fmt: skip
# Names of generators, and the IPTC digital source type for what one made (cv.iptc.org/newscodes/digitalsourcetype).
GENERATORS = (
    "midjourney",
    "stable diffusion",
    "dall-e",
    "dall·e",
    "firefly",
    "trainedalgorithmicmedia",
    "comfyui",
    "novelai",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is written at one place of the file."""

    where: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A disagreement or a note: its kind, one sentence, and the statements it rests on."""

    kind: str
    sentence: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Everything a file states of itself; sizes are (width, height) as stored, None where there is none."""

    exif: Exif
    xmp: Xmp
    iptc: Iptc
    size: tuple[int, int]
    thumbnail_size: tuple[int, int] | None
    maker_times: tuple[StatedTime, ...] = ()

    def times(self) -> tuple[StatedTime, ...]:
        """Every time the file states, in a fixed order."""
        rows = [
            (f"exif.{name}", self.exif.text(name)) for name in ("DateTimeOriginal", "DateTimeDigitized", "DateTime")
        ]
        gps_date, gps_time = self.exif.gps.get("GPSDateStamp"), self.exif.gps.get("GPSTimeStamp")
        if isinstance(gps_date, str):
            rows.append(("exif.GPS", f"{gps_date}{_clock_of(gps_time)}"))
        rows += [(name, self.xmp.first(name)) for name in XMP_TIMES]
        for kind in ("", "Digital"):
            date = self.iptc.dates.get(f"{kind}CreationDate" if kind else "DateCreated")
            rows.append((f"iptc.{kind}{'CreationDate' if kind else 'DateCreated'}", date[0] if date else None))
        return (*(stated_time_of(where, written) for where, written in rows if written), *self.maker_times)


XMP_TIMES = (
    "exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate", "exif:DateTimeDigitized", "xmp:ModifyDate",
    "xmp:MetadataDate",
)  # fmt: skip
# Pairs that the Metadata Working Group's guidelines (2.0, section 5.1) hold to be the same time.
_SAME_TIME = (
    ("exif.DateTimeOriginal", "exif:DateTimeOriginal"),
    ("exif.DateTimeOriginal", "photoshop:DateCreated"),
    ("exif.DateTimeDigitized", "exif:DateTimeDigitized"),
    ("exif.DateTimeDigitized", "xmp:CreateDate"),
    ("exif.DateTimeOriginal", "iptc.DateCreated"),
    ("exif.DateTimeDigitized", "iptc.DigitalCreationDate"),
)


def _clock_of(value: object) -> str:
    """Write a GPS time of three rationals `h/1`, `m/1`, `s/1` as ` hh:mm:ssZ`, or nothing."""
    if not isinstance(value, list) or len(value) != 3:  # noqa: PLR2004 (Exif 2.32, GPSTimeStamp)
        return ""
    whole = []
    for part in value:
        over, _, under = str(part).partition("/")
        if not over.isdecimal() or not under.isdecimal() or int(under) == 0:
            return ""
        whole.append(int(over) // int(under))
    return f" {whole[0]:02d}:{whole[1]:02d}:{whole[2]:02d}Z"


def disagreements_of(stated: Stated) -> tuple[Remark, ...]:
    """List where the statements disagree; the order is fixed."""
    times = {time.where: time for time in stated.times()}
    found = [*_impossible(times), *_order(times), *_gps(times), *_pairs(times)]
    found += [*_dimensions(stated), *_same_name(stated)]
    return tuple(found)


def _remark(kind: str, sentence: str, *statements: tuple[str, object]) -> Remark:
    written = tuple(Statement(where=where, written=str(value)) for where, value in statements)
    return Remark(kind=kind, sentence=sentence, statements=written)


def _impossible(times: dict[str, StatedTime]) -> list[Remark]:
    return [
        _remark("no_such_time", f"{time.where} is no date", (time.where, time.written))
        for time in times.values()
        if time.edtf is None and not time.unset
    ]


def _order(times: dict[str, StatedTime]) -> list[Remark]:
    found = []
    taken = times.get("exif.DateTimeOriginal")
    for where, kind in (("exif.DateTime", "saved_before_taken"), ("exif.DateTimeDigitized", "digitised_before_taken")):
        later = times.get(where)
        if taken and later and (gap := gap_seconds(taken, later)) is not None and gap < 0:
            sentence = f"{where} is earlier than {taken.where}"
            found.append(_remark(kind, sentence, (taken.where, taken.written), (where, later.written)))
    return found


def _gps(times: dict[str, StatedTime]) -> list[Remark]:
    gps, taken = times.get("exif.GPS"), times.get("exif.DateTimeOriginal")
    if not gps or not taken:
        return []
    gap = gap_seconds(gps, taken)
    if gap is None or abs(gap) <= ZONE_GAP_SECONDS_MAX:
        return []
    sentence = "the satellite time and the camera's clock differ by more than any time zone"
    return [_remark("gps_time_differs", sentence, (gps.where, gps.written), (taken.where, taken.written))]


def _pairs(times: dict[str, StatedTime]) -> list[Remark]:
    found = []
    makers = tuple(("exif.DateTimeOriginal", where) for where in times if where.startswith("maker."))
    for where, other in (*_SAME_TIME, *makers):
        a, b = times.get(where), times.get(other)
        if not a or not b or a.edtf is None or b.edtf is None:
            continue
        shared = min(len(a.edtf), len(b.edtf))
        if a.edtf[:shared] == b.edtf[:shared]:
            continue
        gap = gap_seconds(a, b)
        if (where, other) in makers and gap is not None and abs(gap) <= MAKER_SECONDS_MAX:
            continue
        zone = gap is not None and abs(gap) <= ZONE_GAP_SECONDS_MAX and gap % QUARTER_SECONDS == 0
        kind = "times_differ_by_a_zone" if zone else "times_differ"
        found.append(_remark(kind, f"{where} and {other} differ", (where, a.written), (other, b.written)))
    return found


def _dimensions(stated: Stated) -> list[Remark]:
    width, height = (stated.exif.technical.get(name) for name in ("ExifImageWidth", "ExifImageHeight"))
    if not isinstance(width, int) or not isinstance(height, int) or 0 in {width, height}:
        return []
    if (width, height) == stated.size:
        return []
    turned = (height, width) == stated.size
    kind = "dimensions_turned" if turned else "dimensions_differ"
    sentence = "EXIF names the sides the other way round" if turned else "EXIF names another size than the picture has"
    real = f"{stated.size[0]} x {stated.size[1]}"
    return [_remark(kind, sentence, ("exif.ExifImageWidth/Height", f"{width} x {height}"), ("picture", real))]


def _same_name(stated: Stated) -> list[Remark]:
    found = []
    for name, other in (("Make", "tiff:Make"), ("Model", "tiff:Model"), ("Orientation", "tiff:Orientation")):
        a, b = stated.exif.technical.get(name), stated.xmp.first(other)
        if a is not None and b and _plain(str(a)) != _plain(b):
            found.append(_remark("names_differ", f"exif.{name} and {other} differ", (f"exif.{name}", a), (other, b)))
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def notes_of(stated: Stated) -> tuple[Remark, ...]:
    """List what is no disagreement and still worth knowing; the order is fixed."""
    times = {time.where: time for time in stated.times()}
    found = [
        _remark("clock_not_set", f"{t.where} holds no date", (t.where, t.written)) for t in times.values() if t.unset
    ]
    found += [*_later(times), *_programs(stated), *_shape(stated)]
    orientation = stated.exif.technical.get("Orientation")
    if isinstance(orientation, int) and orientation in range(2, 9):
        found.append(
            _remark("turned_for_display", "viewers turn or mirror the picture", ("exif.Orientation", orientation))
        )
    return tuple(found)


def _later(times: dict[str, StatedTime]) -> list[Remark]:
    found = []
    taken = times.get("exif.DateTimeOriginal")
    for where, kind in (
        ("exif.DateTime", "saved_later"),
        ("xmp:ModifyDate", "saved_later"),
        ("exif.DateTimeDigitized", "digitised_later"),
    ):
        later = times.get(where)
        if taken and later and (gap := gap_seconds(taken, later)) is not None and gap > DAY_SECONDS:
            sentence = f"{where} is {gap // DAY_SECONDS} days after {taken.where}"
            found.append(_remark(kind, sentence, (taken.where, taken.written), (where, later.written)))
    return found


def _programs(stated: Stated) -> list[Remark]:
    named = [(f"exif.{name}", stated.exif.text(name)) for name in ("Software", "ProcessingSoftware")]
    named += [(name, stated.xmp.first(name)) for name in ("xmp:CreatorTool", "Iptc4xmpExt:DigitalSourceType")]
    named += [
        ("iptc.OriginatingProgram", texts[0]) for texts in (stated.iptc.technical.get("OriginatingProgram"),) if texts
    ]
    named += [("xmpMM:History", software) for _, _, software in stated.xmp.history]
    found = []
    for where, written in dict.fromkeys(named):
        low = (written or "").casefold()
        for kind, names, words in (
            ("editor_named", EDITORS, "names a program that can edit pictures"),
            ("generator_named", GENERATORS, "names a program that makes pictures up"),
        ):
            if any(name in low for name in names):
                found.append(_remark(kind, f"{where} {words}", (where, written)))
    return found


def _shape(stated: Stated) -> list[Remark]:
    if stated.thumbnail_size is None:
        return []
    (width, height), (small_width, small_height) = stated.size, stated.thumbnail_size
    gap = abs(small_width * height - small_height * width)
    if gap * SHAPE_TOLERANCE <= small_height * width:
        return []
    sentence = "the embedded thumbnail has another shape than the picture; many cameras add bars or leave it unturned"
    small = f"{small_width} x {small_height}"
    return [_remark("thumbnail_shape_differs", sentence, ("thumbnail", small), ("picture", f"{width} x {height}"))]
