"""The fields of an XMP packet under the names its most used reader prints; refuses properties of other schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from counterclaim.examine.fields.field import Field
from counterclaim.examine.fields.tables import XMP_GROUPS, XMP_NAMES
from counterclaim.examine.fields.value import Value, ratio_of
from counterclaim.examine.xmp import Xmp

# XMP part 2, section 1.2.7.4: degrees, minutes and seconds or a fraction of minutes, and a letter.
_COORDINATE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,12})?))?([NSEW])")


def xmp_fields_of(xmp: Xmp) -> Iterator[Field]:
    """Give every property, those of structures joined to their own name (`DerivedFromDocumentID`)."""
    for short, texts in xmp.properties.items():
        prefix, _, local = short.partition(":")
        name = XMP_NAMES.get(short, local[:1].upper() + local[1:])
        group = f"XMP-{XMP_GROUPS.get(prefix, prefix)}"
        if texts:
            yield Field(group=group, name=name, value=_value_of(name, texts), tag=short, offset=-1)
    columns = ("HistoryAction", "HistoryWhen", "HistorySoftwareAgent")
    for index, name in enumerate(columns):
        column: list[str | int] = [row[index] for row in xmp.history if row[index]]
        if column:
            value: Value = column[0] if len(column) == 1 else column
            yield Field(group="XMP-xmpMM", name=name, value=value, tag="xmpMM:History", offset=-1)


def _value_of(name: str, texts: tuple[str, ...]) -> Value:
    if name in {"GPSLatitude", "GPSLongitude", "GPSDestLatitude", "GPSDestLongitude"}:
        return degrees_of(texts[0]) or texts[0]
    return texts[0] if len(texts) == 1 else list(texts)


def degrees_of(text: str) -> str | None:
    """Read `39,3.0807N` as a signed decimal of twelve digits; None for anything else."""
    match = _COORDINATE.fullmatch(text.strip())
    if match is None:
        return None
    parts = [ratio_of(part) or Fraction(0) for part in match.groups()[:3] if part]
    total = float(sum(part / 60**place for place, part in enumerate(parts)))
    return f"{-total if match.group(4) in 'SW' else total:.12g}"
