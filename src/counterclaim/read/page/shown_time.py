"""The time a post shows, as day, clock and zone; refuses a part that is not shown.

A day without its year, "2 h" and 03/04/2019 give no date: the words stay, and nothing is reckoned from today.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from counterclaim.read.casing import lowered
from counterclaim.read.page.post_words import words
from counterclaim.record.passage import span_of
from counterclaim.record.post import UNSTATED_ZONE, ShownTime

SHOWN_CHARACTERS_MAX = 80
HALF_DAY_HOURS = 12
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d.])")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
_CLOCK = re.compile(r"(?<![\d:.+-])(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d{1,9})?(?![\d:])\s?([AaPp]\.?[Mm]\b)?")
_ISO_CLOCK = re.compile(r"(?<=\dT)(\d{2}):(\d{2})(?::(\d{2}))?(?:[.,]\d{1,9})?(?![\d:])()")
_ZONE = re.compile(r"\b(?:UTC|GMT)\b(?:\s?([+-])(\d{1,2})(?::?(\d{2}))?(?!\d))?")
_OFFSET = re.compile(r"\s?(?:([+-])(\d{2}):?(\d{2})(?!\d)|Z\b)")
_SIGNED = re.compile(r"(?<=\s)[+-]\d{4}(?!\d)")
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_SECONDS, _MILLISECONDS = 10, 13


def shown_at(text: str, start: int, end: int, *, is_number: bool = False) -> ShownTime:
    """Give what the words at [start, end) say of day, clock and zone; a bare number is Unix time only where asked.

    Unix time counts from 1970-01-01T00:00:00Z (POSIX.1-2017, 4.16), so its zone is UTC by what it is.
    """
    shown = text[start:end]
    span = span_of(text, start, end)
    if len(shown) > SHOWN_CHARACTERS_MAX:
        return ShownTime(span=span, edtf=None, clock=None)
    if is_number and shown.isascii() and shown.isdigit() and len(shown) in {_SECONDS, _MILLISECONDS}:
        seconds = int(shown) // (1000 if len(shown) == _MILLISECONDS else 1)
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        return ShownTime(span=span, edtf=moment.date().isoformat(), clock=moment.strftime("%H:%M:%S"), zone="UTC")
    return ShownTime(span=span, edtf=_day_of(shown), clock=_clock_of(shown), zone=_zone_of(shown))


def _day_of(shown: str) -> str | None:
    if found := _ISO.search(shown.replace("T", " ")):
        return _valid(*(int(part) for part in found.groups()))
    if found := _DOTTED.search(shown):
        return _valid(int(found.group(3)), int(found.group(2)), int(found.group(1)))
    if found := _SLASHED.search(shown):
        first, second, year = (int(part) for part in found.groups())
        if first != second and max(first, second) <= HALF_DAY_HOURS:
            return None  # which of the two is the month depends on the country of the writer
        return _valid(year, min(first, second), max(first, second))
    return _worded(shown)


def _worded(shown: str) -> str | None:
    """A named month with the day beside it and a year of four digits."""
    parts = _PARTS.findall(_CLOCK.sub(" ", _SIGNED.sub(" ", _ZONE.sub(" ", shown))))
    months = words().months
    named = [index for index, part in enumerate(parts) if lowered(part, "tr") in months or part.lower() in months]
    years = [int(part) for part in parts if part.isdigit() and len(part) == 4]  # noqa: PLR2004  # digits of a year
    if len(named) != 1 or len(years) != 1:
        return None
    at = named[0]
    month = months.get(lowered(parts[at], "tr")) or months[parts[at].lower()]
    beside = [parts[index] for index in (at - 1, at + 1) if 0 <= index < len(parts)]
    days = [int(part) for part in beside if part.isdigit() and len(part) <= 2]  # noqa: PLR2004  # digits of a day
    return _valid(years[0], month, days[0]) if len(days) == 1 else None


def _valid(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _clock_of(shown: str) -> str | None:
    found = _ISO_CLOCK.search(shown) or _CLOCK.search(shown)
    if found is None:
        return None
    hours, minutes, half = int(found.group(1)), found.group(2), (found.group(4) or "").lower()
    if half and not 1 <= hours <= HALF_DAY_HOURS:
        return None
    if half:
        hours = hours % HALF_DAY_HOURS + (HALF_DAY_HOURS if half.startswith("p") else 0)
    if hours > 23 or int(minutes) > 59 or int(found.group(3) or 0) > 59:  # noqa: PLR2004  # hours, minutes, seconds
        return None
    return f"{hours:02}:{minutes}" + (f":{found.group(3)}" if found.group(3) else "")


def _zone_of(shown: str) -> str:
    """A named zone with or without an offset, or an offset or Z right behind the clock."""
    clock = _ISO_CLOCK.search(shown) or _CLOCK.search(shown)
    found = _ZONE.search(shown) or (_OFFSET.match(shown, clock.end()) if clock else None)
    if found is None:
        return UNSTATED_ZONE
    return f"{found.group(1)}{int(found.group(2)):02}:{found.group(3) or '00'}" if found.group(1) else "UTC"
