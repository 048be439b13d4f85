"""Reads EXIF, XMP and IPTC and says where they disagree; refuses to take their absence for evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from PIL import ImageFile

from counterclaim.examine.disagreement import Remark, Stated, Statement, disagreements_of, notes_of
from counterclaim.examine.examiner import Brief
from counterclaim.examine.exif import Exif, exif_of
from counterclaim.examine.iptc import Iptc, iptc_of
from counterclaim.examine.picture import BROKEN, with_opened, words_of
from counterclaim.examine.stated_time import StatedTime, agrees_with_claim
from counterclaim.examine.thumbnail import embedded_of
from counterclaim.examine.xmp import Xmp, xmp_of
from counterclaim.record.finding import Declined, Failed, Observed, Outcome

T = TypeVar("T")
XMP_TAG = 700  # Adobe, XMP part 3, section 3.3: the packet in a TIFF
LIMITS = (
    "Absence of metadata is not evidence: messengers and social networks strip it, and many programs never write it.",
    "Everything here can be written by anyone with ordinary programs; agreement does not show that it is true.",
    "Camera clocks are often wrong or never set, and a time without a zone fits more than one hour.",
    "A named editing program says that it wrote the file, not that anything in the picture was changed.",
    "Maker notes are counted, not read; a position is not compared with the claimed place.",
)
# What must not leave in a public profile: it can name or locate a person or tie the file to one device.
SENSITIVE = ("gps", "serials", "persons", "texts", "places")
_XMP_TECHNICAL = frozenset(
    {"xmp:CreatorTool", "tiff:Make", "tiff:Model", "tiff:Orientation", "photoshop:ColorMode", "aux:Lens", "dc:format",
     "Iptc4xmpExt:DigitalSourceType"}
)  # fmt: skip
_XMP_SERIALS = frozenset(
    {"aux:SerialNumber", "aux:LensSerialNumber", "exifEX:BodySerialNumber", "exifEX:LensSerialNumber",
     "xmpMM:DocumentID", "xmpMM:InstanceID", "xmpMM:OriginalDocumentID", "exif:ImageUniqueID"}
)  # fmt: skip
_XMP_PERSONS = frozenset(
    {"dc:creator", "dc:rights", "dc:contributor", "dc:publisher", "aux:OwnerName", "exifEX:CameraOwnerName",
     "tiff:Artist", "tiff:Copyright", "photoshop:Credit", "photoshop:Source", "photoshop:AuthorsPosition",
     "photoshop:CaptionWriter", "xmpRights:Owner", "Iptc4xmpExt:PersonInImage"}
)  # fmt: skip
_XMP_TEXTS = frozenset(
    {"dc:title", "dc:description", "dc:subject", "photoshop:Headline", "photoshop:Instructions", "exif:UserComment",
     "tiff:ImageDescription", "photoshop:TransmissionReference"}
)  # fmt: skip
_XMP_PLACES = frozenset(
    {"photoshop:City", "photoshop:State", "photoshop:Country", "Iptc4xmpCore:Location", "Iptc4xmpCore:CountryCode"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read of one file."""

    format: str
    stated: Stated
    colour_profile: bool
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The examiner of what a file states of itself."""

    name: str = "metadata"
    version: str = "1"

    def examine(self, content: bytes, brief: Brief) -> Outcome:
        """Read the file's statements; `brief.claimed_at` is compared with the time it states."""
        read = with_opened(content, _read)
        if not isinstance(read, _Read):
            return read
        stated = read.stated
        claim = _claim_of(brief.claimed_at, stated.times())
        disagreements = [*map(_plain_of, disagreements_of(stated)), *_claim_remarks(claim)]
        values = {
            "format": read.format,
            "width": stated.size[0],
            "height": stated.size[1],
            "present": _present_of(read),
            "technical": dict(stated.exif.technical),
            "xmp": _group(stated.xmp, _XMP_TECHNICAL),
            "times": [_plain_time_of(time) for time in stated.times()],
            "history": [{"action": a, "when": when, "software": software} for a, when, software in stated.xmp.history],
            "disagreements": disagreements,
            "notes": [_plain_of(note) for note in notes_of(stated)],
            "claimed": claim,
            "faults": dict(read.faults),
            "gps": {**stated.exif.gps, **_gps_of(stated.xmp)},
            "serials": {**stated.exif.serials, **_group(stated.xmp, _XMP_SERIALS)},
            "persons": {**stated.exif.persons, **_group(stated.xmp, _XMP_PERSONS), **_lists(stated.iptc.persons)},
            "texts": {**stated.exif.texts, **_group(stated.xmp, _XMP_TEXTS), **_lists(stated.iptc.texts)},
            "places": {**_group(stated.xmp, _XMP_PLACES), **_lists(stated.iptc.places)},
            "sensitive": list(SENSITIVE),
        }
        return Observed(summary=_summary_of(values), values=values, limits=LIMITS)


def _read(image: ImageFile.ImageFile) -> _Read:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or _tiff_packet_of(image)
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    exif, exif_fault = _attempt(exif_of, image, Exif())
    iptc, iptc_fault = _attempt(iptc_of, image, Iptc())
    xmp = xmp_of(packet) if isinstance(packet, bytes) and packet else Xmp()
    faults = {"exif": exif_fault, "iptc": iptc_fault, "xmp": xmp.fault}
    stated = Stated(
        exif=exif,
        xmp=xmp,
        iptc=iptc,
        size=image.size,
        thumbnail_size=_thumbnail_size_of(image),
    )
    return _Read(
        format=str(image.format),
        stated=stated,
        colour_profile=bool(image.info.get("icc_profile")),
        faults={name: fault for name, fault in faults.items() if fault},
    )


def _attempt(read: Callable[[ImageFile.ImageFile], T], image: ImageFile.ImageFile, empty: T) -> tuple[T, str]:
    """Read one block; a broken one must not hide what the others state."""
    try:
        return read(image), ""
    except BROKEN as error:
        return empty, words_of(error)


def _tiff_packet_of(image: ImageFile.ImageFile) -> object:
    tags = getattr(image, "tag_v2", None)
    return tags.get(XMP_TAG) if tags is not None else None


def _thumbnail_size_of(image: ImageFile.ImageFile) -> tuple[int, int] | None:
    block = image.info.get("exif")
    raw = embedded_of(block) if isinstance(block, bytes) else None
    if raw is None:
        return None
    size = with_opened(raw, lambda small: small.size)
    return None if isinstance(size, Declined | Failed) else size


def _present_of(read: _Read) -> dict[str, bool]:
    exif, xmp, iptc = read.stated.exif, read.stated.xmp, read.stated.iptc
    return {
        "exif": exif.present or "exif" in read.faults,
        "gps": bool({"GPSLatitude", "GPSLongitude"} & exif.gps.keys() or _gps_of(xmp)),
        "maker_note": exif.maker_note_bytes > 0,
        "interoperability": exif.interoperability,
        "thumbnail": read.stated.thumbnail_size is not None,
        "xmp": bool(xmp.properties or xmp.history or xmp.foreign or xmp.fault),
        "iptc": iptc.present or "iptc" in read.faults,
        "colour_profile": read.colour_profile,
        "serials": bool(exif.serials or _group(xmp, _XMP_SERIALS)),
        "persons": bool(exif.persons or _group(xmp, _XMP_PERSONS) or iptc.persons),
    }


def _group(xmp: Xmp, names: frozenset[str]) -> dict[str, list[str]]:
    return _lists({name: texts for name, texts in xmp.properties.items() if name in names})


def _gps_of(xmp: Xmp) -> dict[str, list[str]]:
    return _lists({name: texts for name, texts in xmp.properties.items() if name.startswith("exif:GPS")})


def _lists(texts: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in sorted(texts.items())}


def _plain_time_of(time: StatedTime) -> dict[str, Any]:
    return {"where": time.where, "written": time.written, "edtf": time.edtf, "zone": time.zone, "unset": time.unset}


def _plain_of(remark: Remark) -> dict[str, Any]:
    return {
        "kind": remark.kind,
        "sentence": remark.sentence,
        "statements": [_plain_statement_of(statement) for statement in remark.statements],
    }


def _plain_statement_of(statement: Statement) -> dict[str, str]:
    return {"where": statement.where, "written": statement.written}


def _claim_of(claimed_at: str | None, times: tuple[StatedTime, ...]) -> dict[str, Any] | None:
    """Compare the claimed time with the first stated time of taking; saving times say nothing of taking."""
    if claimed_at is None:
        return None
    taking = [time for time in times if time.day and "Modify" not in time.where and "Metadata" not in time.where]
    taking = [time for time in taking if time.where != "exif.DateTime"]
    if not taking:
        return {"claimed_at": claimed_at, "where": None, "written": None, "agrees": None}
    first = taking[0]
    agrees = agrees_with_claim(claimed_at, first)
    return {"claimed_at": claimed_at, "where": first.where, "written": first.written, "agrees": agrees}


def _claim_remarks(claim: dict[str, Any] | None) -> list[dict[str, Any]]:
    if claim is None or claim["agrees"] is not False:
        return []
    return [
        {
            "kind": "claimed_time_differs",
            "sentence": f"{claim['where']} lies outside the claimed time",
            "statements": [
                {"where": "claim", "written": claim["claimed_at"]},
                {"where": claim["where"], "written": claim["written"]},
            ],
        }
    ]


def _summary_of(values: Mapping[str, Any]) -> str:
    present = [name.replace("_", " ") for name, there in values["present"].items() if there]
    count = len(values["disagreements"])
    parts = [
        f"The file brings {', '.join(present)}" if present else "The file brings no metadata, which is not evidence"
    ]
    taken = [time for time in values["times"] if time["where"] == "exif.DateTimeOriginal" and time["edtf"]]
    if taken:
        parts.append(f"it says it was taken {taken[0]['written']}")
    if values["faults"]:
        parts.append(f"{', '.join(values['faults'])} could not be read")
    if count:
        kinds = ", ".join(dict.fromkeys(one["kind"].replace("_", " ") for one in values["disagreements"]))
        parts.append(f"{count} statements disagree ({kinds})" if count > 1 else f"one disagreement ({kinds})")
    elif present:
        parts.append("no two statements disagree")
    if any(note["kind"] in {"editor_named", "generator_named"} for note in values["notes"]):
        parts.append("a program that edits or makes pictures is named")
    return "; ".join(parts) + "."


EXAMINER = Metadata()
