"""Reads a JPEG's segments, tables and embedded thumbnail; says what the file is, not who made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from counterclaim.examine import encoder, segments, thumbnail
from counterclaim.examine.examiner import BYTES_MAX, Brief, Cost
from counterclaim.examine.picture import Picture, picture_of, upright
from counterclaim.examine.segments import Structure
from counterclaim.examine.wording import tidy_bytes
from counterclaim.record.canonical import canonical_json, sha256_hex
from counterclaim.record.finding import Declined, Failed, Observed, Outcome, Region, Validation

THRESHOLD = 500  # thousandths; measured: docs/methods/jpeg_markers.md, "Embedded thumbnail"
CLEAR = 1_000  # thousandths; at and above, none of the measured originals lay
FALSE_ALARM_RATE = "2/92"  # camera files over THRESHOLD of camera files compared; the same page
SEGMENTS_SHOWN_MAX = 200  # a finding names the first ones; the count is given beside it
COMMENTS_MAX = 20
REGIONS_MAX = 20  # largest first
_TRAILER_KINDS = ((b"\xff\xd8\xff", "jpeg"), (b"PK\x03\x04", "zip"), (b"SEFH", "samsung"), (b"%PDF", "pdf"))
LIMITS = (
    "Tables and order say which kind of program wrote the file last, not which camera took the picture, and not why.",
    "An estimated quality is of the last saving; earlier savings do not show in the tables.",
    "Bytes behind the end of the picture also come from card recovery, phones and archives, not only from hiding.",
    "A thumbnail that differs says that one of the two was changed or exchanged after the other was made, not which.",
    "It does not say by whom or why either: rotating and cropping with ordinary programs leaves such thumbnails too.",
    "A thumbnail that agrees says little: editing programs usually make it anew, and small changes do not show in it.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegMarkers:
    """The examiner of JPEG segments, tables, trailing bytes and the embedded thumbnail."""

    name: str = "jpeg_markers"
    version: str = "1"
    cost: Cost = Cost.PIXELS

    def examine(self, content: bytes, brief: Brief) -> Outcome:
        """Read the segments; `brief` has no bearing on what a file's structure is."""
        del brief
        if not content:
            return Declined(reason="the file is empty")
        if len(content) > BYTES_MAX:
            return Declined(reason=f"{len(content)} bytes; at most {BYTES_MAX} are examined")
        if not segments.is_jpeg(content):
            return Declined(reason="not a JPEG file")
        structure = segments.structure_of(content)
        if not structure.of(*segments.SOF):
            return Failed(reason=f"no frame header: {'; '.join(structure.faults) or 'none before the end'}")
        picture = picture_of(content)
        small, regions = _thumbnail_of(structure, picture)
        values = {
            **_order_of(structure),
            **_tables_of(structure),
            **_frame_values_of(structure),
            **_rest_of(structure, content),
            "thumbnail": small,
            "decoded": _decoded_of(picture),
            "sensitive": ["comments"],
        }
        validation: Validation = "inside" if small["compared"] else "outside"
        summary = _summary_of(values)
        return Observed(summary=summary, values=values, limits=LIMITS, regions=regions, validation=validation)


def _order_of(structure: Structure) -> dict[str, Any]:
    shown = structure.segments[:SEGMENTS_SHOWN_MAX]
    rows = [
        {"name": one.name, "offset": one.offset, "size_bytes": len(one.payload), "identifier": one.identifier}
        for one in shown
    ]
    order = " ".join(f"{one.name}:{one.identifier}" if one.identifier else one.name for one in structure.segments)
    return {"segments": rows, "segment_count": len(structure.segments), "order_sha256": sha256_hex(order.encode())}


def _tables_of(structure: Structure) -> dict[str, Any]:
    tables = segments.quantisation_of(structure)
    used = _tables_in_use(structure, tables)
    quality = encoder.quality_of(used)
    plain = {str(number): list(values) for number, values in sorted(tables.items())}
    return {
        "quantisation": plain,
        "quantisation_sha256": sha256_hex(canonical_json(plain)),
        "ijg_quality": None if quality is None else {"estimate": quality.estimate, "exact": quality.exact},
        "huffman": encoder.huffman_kind_of(segments.huffman_of(structure)),
    }


def _tables_in_use(structure: Structure, tables: Mapping[int, tuple[int, ...]]) -> dict[int, tuple[int, ...]]:
    """Give the tables the number of the component that uses them: 0 the first component's, 1 the second's."""
    frame = segments.frame_of(structure)
    if frame is None:
        return dict(tables)
    named = [table for _, _, _, table in frame.components][:2]
    return {number: tables[table] for number, table in enumerate(named) if table in tables}


def _frame_values_of(structure: Structure) -> dict[str, Any]:
    frame = segments.frame_of(structure)
    if frame is None:
        return {"frame": None, "progressive": None, "subsampling": None}
    return {
        "frame": {
            "name": frame.name,
            "bits": frame.bits,
            "width": frame.width,
            "height": frame.height,
            "components": len(frame.components),
        },
        "progressive": frame.progressive,
        "subsampling": frame.subsampling(),
    }


def _rest_of(structure: Structure, content: bytes) -> dict[str, Any]:
    comments = [tidy_bytes(one.payload) for one in structure.of(segments.COM)[:COMMENTS_MAX]]
    intervals = [int.from_bytes(one.payload[:2], "big") for one in structure.of(segments.DRI)]
    return {
        "restart_interval": intervals[-1] if intervals else 0,
        "restart_markers": structure.restarts,
        "scans": len(structure.of(segments.SOS)),
        "comments": comments,
        "truncated": structure.end is None,
        "faults": list(structure.faults[:COMMENTS_MAX]),
        "after_end": _trailer_of(structure, content),
        "multi_picture": [
            {"offset": offset, "size_bytes": size, "present": size > 0 and offset + size <= len(content)}
            for offset, size in segments.mpf_images_of(structure)
        ],
    }


def _trailer_of(structure: Structure, content: bytes) -> dict[str, Any]:
    trailer = content[structure.end :] if structure.end is not None else b""
    kinds = [kind for head, kind in _TRAILER_KINDS if trailer.startswith(head)]
    if not trailer:
        kind = "none"
    elif not trailer.strip(b"\0"):
        kind = "zeros"
    else:
        kind = kinds[0] if kinds else "other"
    return {"size_bytes": len(trailer), "kind": kind, "jpeg_starts": trailer.count(b"\xff\xd8\xff")}


def _decoded_of(picture: Picture | Declined | Failed) -> dict[str, Any]:
    if isinstance(picture, Picture):
        return {"width": picture.width, "height": picture.height, "reason": ""}
    return {"width": None, "height": None, "reason": picture.reason}


def _thumbnail_of(
    structure: Structure, picture: Picture | Declined | Failed
) -> tuple[dict[str, Any], tuple[Region, ...]]:
    exif = [one.payload for one in structure.of(0xE1) if one.identifier == "Exif"]
    raw = thumbnail.embedded_of(exif[0]) if exif else None
    if raw is None:
        return {"present": False, "compared": False, "differs": None, "reason": "none in the EXIF block"}, ()
    small = picture_of(raw)
    if not isinstance(small, Picture):
        return _not_compared(f"it could not be decoded: {small.reason}"), ()
    size = {"width": small.width, "height": small.height}
    if not isinstance(picture, Picture):
        return {**_not_compared(f"the picture could not be decoded: {picture.reason}"), **size}, ()
    turned = np.asarray(upright(Image.fromarray(small.rgb), picture.orientation if small.orientation == 1 else 1))
    compared = thumbnail.comparison_of(picture, Picture(format=small.format, orientation=1, rgb=turned))
    if compared is None:
        return {**_not_compared("one of the two is too plain or too small to compare"), **size}, ()
    differs = compared.statistic >= THRESHOLD
    over = compared.differences >= THRESHOLD
    values = {
        "present": True,
        "compared": True,
        **size,
        "differs": differs,
        "statistic": _decimal(compared.statistic),
        "threshold": _decimal(THRESHOLD),
        "false_alarm_rate": FALSE_ALARM_RATE,
        "tampered_area_fraction": _decimal(int(over.sum()) * 1000 // over.size),
        "correlation": _decimal(compared.correlation),
        "quarter_turns": compared.quarter_turns,
        "reason": "",
    }
    return values, _regions_of(compared) if differs else ()


def _not_compared(reason: str) -> dict[str, Any]:
    return {"present": True, "compared": False, "differs": None, "reason": reason}


def _decimal(thousandths: int) -> str:
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{abs(thousandths) // 1000}.{abs(thousandths) % 1000:03d}"


def _regions_of(compared: thumbnail.Comparison) -> tuple[Region, ...]:
    rows, columns = compared.differences.shape
    x0, y0, width, height = compared.area
    regions = []
    for patch in thumbnail.patches_of(compared.differences, THRESHOLD)[:REGIONS_MAX]:
        left, right = (x0 + edge * width // columns for edge in (patch.left, patch.right))
        top, bottom = (y0 + edge * height // rows for edge in (patch.top, patch.bottom))
        regions.append(
            Region(
                x=left,
                y=top,
                width=right - left,
                height=bottom - top,
                label="differs from the embedded thumbnail",
                grade="medium" if patch.most >= CLEAR else "low",
            )
        )
    return tuple(regions)


def _summary_of(values: Mapping[str, Any]) -> str:
    frame, quality, small = values["frame"], values["ijg_quality"], values["thumbnail"]
    kind = "progressive" if values["progressive"] else "sequential"
    parts = [f"{kind} JPEG, {frame['width']} x {frame['height']}, {values['subsampling']}" if frame else "JPEG"]
    if quality is not None:
        near = "exactly the IJG tables of" if quality["exact"] else "own tables, nearest to IJG"
        parts.append(f"{near} quality {quality['estimate']}")
    if values["truncated"]:
        parts.append("it breaks off without an end-of-image marker")
    if values["after_end"]["size_bytes"]:
        parts.append(f"{values['after_end']['size_bytes']} bytes behind its end")
    if small["differs"]:
        parts.append(
            f"the embedded thumbnail differs from the picture ({small['statistic']}, threshold {small['threshold']})"
        )
    elif small["compared"]:
        parts.append("the embedded thumbnail agrees with the picture")
    elif small["present"]:
        parts.append(f"the embedded thumbnail was not compared: {small['reason']}")
    else:
        parts.append("no embedded thumbnail")
    if small["compared"] and small["quarter_turns"]:
        parts.append("the thumbnail is turned against the picture")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


EXAMINER = JpegMarkers()
