"""Reads EXIF, XMP and IPTC and says where they disagree; refuses to take their absence for evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterclaim.examine.cross_check import contradictions_of, maker_times_of, structure_notes_of
from counterclaim.examine.disagreement import Remark, Stated, Statement, disagreements_of, notes_of
from counterclaim.examine.examiner import Brief, Cost
from counterclaim.examine.exif import Exif, exif_of
from counterclaim.examine.fields.exif_fields import Tiff
from counterclaim.examine.fields.reading import Reading, reading_of
from counterclaim.examine.fields.telling import by_topic, has_topic, note_told
from counterclaim.examine.iptc import Iptc, iptc_of
from counterclaim.examine.picture import with_opened
from counterclaim.examine.stated_time import StatedTime, agrees_with_claim
from counterclaim.examine.thumbnail import embedded_of
from counterclaim.examine.xmp import Xmp
from counterclaim.record.finding import Declined, Failed, Observed, Outcome

LIMITS = (
    "Absence of metadata is not evidence: messengers and social networks strip it, and many programs never write it.",
    "Everything here can be written by anyone with ordinary programs; agreement does not show that it is true.",
    "Camera clocks are often wrong or never set, and a time without a zone fits more than one hour.",
    "A named editing program says that it wrote the file, not that anything in the picture was changed.",
    "Maker notes are read by published descriptions of their form, encrypted parts not at all.",
    "What no table names is counted, not read; a position is not compared with the claimed place.",
)
# What must not leave in a public profile: it can name or locate a person or tie the file to one device.
SENSITIVE = ("gps", "serials", "persons", "texts", "places", "withheld_fields")
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
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The examiner of what a file states of itself."""

    name: str = "metadata"
    version: str = "2"
    cost: Cost = Cost.BYTES

    def examine(self, content: bytes, brief: Brief) -> Outcome:
        """Read the file's statements; `brief.claimed_at` is compared with the time it states."""
        opened = with_opened(content, lambda image: (str(image.format), image.size))
        if not isinstance(opened, tuple):
            return opened
        read = _read(content, *opened)
        stated, reading = read.stated, read.reading
        claim = _claim_of(brief.claimed_at, stated.times())
        remarks = [*disagreements_of(stated), *contradictions_of(reading, stated.size)]
        shown, withheld, unlisted = by_topic(reading.fields)
        values = {
            "format": read.format,
            "width": stated.size[0],
            "height": stated.size[1],
            "present": _present_of(read),
            "technical": dict(stated.exif.technical),
            "xmp": _group(stated.xmp, _XMP_TECHNICAL),
            "times": [_plain_time_of(time) for time in stated.times()],
            "history": [{"action": a, "when": when, "software": software} for a, when, software in stated.xmp.history],
            "fields": shown,
            "unlisted": unlisted,
            "maker_note": note_told(reading),
            "disagreements": [*map(_plain_of, remarks), *_claim_remarks(claim)],
            "notes": [_plain_of(note) for note in (*notes_of(stated), *structure_notes_of(reading))],
            "claimed": claim,
            "faults": dict(reading.faults),
            "gps": {**stated.exif.gps, **_gps_of(stated.xmp)},
            "serials": {**stated.exif.serials, **_group(stated.xmp, _XMP_SERIALS)},
            "persons": {**stated.exif.persons, **_group(stated.xmp, _XMP_PERSONS), **_lists(stated.iptc.persons)},
            "texts": {**stated.exif.texts, **_group(stated.xmp, _XMP_TEXTS), **_lists(stated.iptc.texts)},
            "places": {**_group(stated.xmp, _XMP_PLACES), **_lists(stated.iptc.places)},
            "withheld_fields": withheld,
            "sensitive": list(SENSITIVE),
        }
        return Observed(summary=_summary_of(values), values=values, limits=LIMITS)


def _read(content: bytes, form: str, size: tuple[int, int]) -> _Read:
    reading = reading_of(content)
    block = reading.blocks[0] if reading.blocks else None
    stated = Stated(
        exif=exif_of(block) if block is not None else Exif(),
        xmp=reading.xmp,
        iptc=iptc_of(reading.iptc) if reading.iptc else Iptc(),
        size=size,
        thumbnail_size=_thumbnail_size_of(block),
        maker_times=maker_times_of(reading),
    )
    return _Read(format=form, stated=stated, reading=reading)


def _thumbnail_size_of(block: Tiff | None) -> tuple[int, int] | None:
    raw = embedded_of(block.block.content) if block is not None else None
    if raw is None:
        return None
    size = with_opened(raw, lambda small: small.size)
    return None if isinstance(size, Declined | Failed) else size


def _present_of(read: _Read) -> dict[str, bool]:
    exif, xmp, iptc = read.stated.exif, read.stated.xmp, read.stated.iptc
    fields = read.reading.fields
    return {
        "exif": exif.present or "exif" in read.reading.faults,
        "gps": bool({"GPSLatitude", "GPSLongitude"} & exif.gps.keys() or _gps_of(xmp)),
        "maker_note": exif.maker_note_bytes > 0,
        "interoperability": exif.interoperability,
        "thumbnail": read.stated.thumbnail_size is not None,
        "xmp": bool(xmp.properties or xmp.history or xmp.foreign or xmp.fault),
        "iptc": iptc.present,
        "colour_profile": "icc" in read.reading.kinds,
        "serials": bool(exif.serials or _group(xmp, _XMP_SERIALS)) or has_topic(fields, "serial"),
        "persons": bool(exif.persons or _group(xmp, _XMP_PERSONS) or iptc.persons) or has_topic(fields, "person"),
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
