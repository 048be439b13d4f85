"""Times that a file states of itself, as written and as EDTF; refuses to correct a clock or to guess a zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

_WRITTEN = re.compile(
    r"(\d{4})[:\-./]?(\d{2})?[:\-./]?(\d{2})?"
    r"(?:[T ]+(\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?)?\s*(Z|[+-]\d{1,2}:?\d{2})?"
)
_EDTF_DATE = re.compile(r"-?\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d{2})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTime:
    """A time at `where`, as `written`; `edtf` is its date or date and time without a zone, None if it is no date.

    A clock that was never set writes noughts or blanks: `unset`.
    """

    where: str
    written: str
    edtf: str | None
    zone: str
    unset: bool

    @property
    def day(self) -> str | None:
        """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
        return self.edtf.partition("T")[0] if self.edtf else None

    def moment(self) -> datetime | None:
        """Give the clock reading without a zone, None unless it is exact to the second."""
        return datetime.fromisoformat(self.edtf) if self.edtf and "T" in self.edtf else None


def stated_time_of(where: str, written: str) -> StatedTime:
    """Read `2008:05:30 15:56:01` (EXIF), ISO 8601 (XMP) or `20080530` (IPTC)."""
    unset = not written.strip(" 0:-/.TZ\ufffd")
    match = _WRITTEN.fullmatch(written.strip())
    if unset or match is None:
        return StatedTime(where=where, written=written, edtf=None, zone="", unset=unset)
    year, month, day, hour, minute, second, zone = match.groups()
    date = "-".join(part for part in (year, month, day) if part)
    edtf: str | None = date
    try:
        if day and hour:
            moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001
            edtf = moment.isoformat()
        else:
            datetime(int(year), int(month or 1), int(day or 1))  # noqa: DTZ001 (what a file writes names no zone)
    except ValueError:
        edtf = None
    return StatedTime(where=where, written=written, edtf=edtf, zone=zone or "", unset=False)


def gap_seconds(a: StatedTime, b: StatedTime) -> int | None:
    """By how many seconds `b`'s clock reading is later than `a`'s, None unless both are exact to the second."""
    first, second = a.moment(), b.moment()
    if first is None or second is None:
        return None
    return int((second - first).total_seconds())


def agrees_with_claim(claimed: str, stated: StatedTime) -> bool | None:
    """Whether a stated time lies within a claimed EDTF date or interval; None where the two cannot be compared.

    Compared are years, months and days as text, to the coarser of the two. Uncertainty marks (`?`, `~`, `%`) are
    passed over; sets, seasons and unspecified digits are not compared.
    """
    day = stated.day
    ends = claimed.split("/")
    if day is None or len(ends) > 2:  # noqa: PLR2004 (EDTF, level 0: an interval has two ends)
        return None
    plain = [end.partition("T")[0].strip("?~%") for end in ends]
    if len(plain) == 1:
        return _meets(plain[0], plain[0], day)
    return _meets(plain[0], plain[1], day)


def _meets(earliest: str, latest: str, day: str) -> bool | None:
    open_ends = {"", ".."}
    for end in (earliest, latest):
        if end not in open_ends and not _EDTF_DATE.fullmatch(end):
            return None
    after = earliest in open_ends or day[: len(earliest)] >= earliest[: len(day)]
    before = latest in open_ends or day[: len(latest)] <= latest[: len(day)]
    return after and before
