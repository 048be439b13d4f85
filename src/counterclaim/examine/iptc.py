"""What an IPTC-IIM record states, sorted by what may be published; refuses data sets it does not know.

Source: IPTC-NAA Information Interchange Model 4.2, chapter 6 (record 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from counterclaim.examine.fields.iim import sets_of
from counterclaim.examine.wording import tidy_bytes

VALUES_MAX = 50  # repetitions of one data set that are kept
_DATES = {
    (2, 55): "DateCreated",
    (2, 60): "TimeCreated",
    (2, 62): "DigitalCreationDate",
    (2, 63): "DigitalCreationTime",
}
_TECHNICAL = {(2, 65): "OriginatingProgram", (2, 70): "ProgramVersion"}
_PERSONS = {
    (2, 80): "By-line",
    (2, 85): "By-lineTitle",
    (2, 110): "Credit",
    (2, 115): "Source",
    (2, 116): "CopyrightNotice",
    (2, 118): "Contact",
    (2, 122): "Writer-Editor",
}
_TEXTS = {
    (2, 5): "ObjectName",
    (2, 25): "Keywords",
    (2, 40): "SpecialInstructions",
    (2, 103): "OriginalTransmissionReference",
    (2, 105): "Headline",
    (2, 120): "Caption",
}
_PLACES = {
    (2, 90): "City",
    (2, 92): "Sub-location",
    (2, 95): "Province-State",
    (2, 100): "CountryCode",
    (2, 101): "Country",
}

Texts = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Iptc:
    """What the record states: data sets by name, in groups by what may be published."""

    dates: Texts = field(default_factory=dict)
    technical: Texts = field(default_factory=dict)
    persons: Texts = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)
    places: Texts = field(default_factory=dict)
    other_count: int = 0

    @property
    def present(self) -> bool:
        """Whether the file has any data set."""
        return bool(self.dates or self.technical or self.persons or self.texts or self.places or self.other_count)


def iptc_of(record: bytes) -> Iptc:
    """Sort the data sets of an IPTC record; what breaks off gives the sets before the break."""
    known = [_DATES, _TECHNICAL, _PERSONS, _TEXTS, _PLACES]
    groups: list[dict[str, tuple[str, ...]]] = [{} for _ in known]
    other = 0
    for number, data_set, _, raw in sets_of(record):
        for names, group in zip(known, groups, strict=True):
            name = names.get((number, data_set))
            if name is not None:
                group[name] = (*group.get(name, ()), tidy_bytes(raw))[:VALUES_MAX]
                break
        else:
            other += 1
    dates, technical, persons, texts, places = (dict(sorted(group.items())) for group in groups)
    return Iptc(dates=dates, technical=technical, persons=persons, texts=texts, places=places, other_count=other)
