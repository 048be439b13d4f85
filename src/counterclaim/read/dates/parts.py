"""A date by the parts a text states, and its EDTF; refuses a part that is not stated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from counterclaim.record.date import EdtfDate, edtf_of
from counterclaim.record.errors import MalformedError

UNSTATED_YEAR = "XXXX"
Shape = Literal["one", "interval", "one_of", "all", "open_start", "open_end"]
Mark = Literal["", "~", "?", "%"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One date: digits as EDTF writes them, `XXXX` for a year that is not stated, blank for what is finer.

    `season` is an EDTF season, 21 to 24.
    """

    year: str = UNSTATED_YEAR
    month: str = ""
    day: str = ""
    season: str = ""

    @property
    def edtf(self) -> str:
        """Give the part as EDTF, also where no such day exists: `Stated.edtf` checks."""
        rest = self.season or self.month
        return self.year + (f"-{rest}" if rest else "") + (f"-{self.day}" if self.day else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a stretch of text states: one date, or several in the shape it gives them; and whether about or perhaps."""

    parts: tuple[Part, ...]
    shape: Shape = "one"
    mark: Mark = ""

    def edtf(self) -> str | None:
        """Give the EDTF of the profile in `record.date`; None where no such date exists or the profile has no form."""
        texts = [part.edtf + self.mark for part in self.parts]
        match self.shape:
            case "one":
                text = texts[0]
            case "interval":
                text = "/".join(texts)
            case "one_of":
                text = f"[{','.join(texts)}]"
            case "all":
                text = f"{{{','.join(texts)}}}"
            case "open_start":
                text = f"../{texts[0]}"
            case "open_end":
                text = f"{texts[0]}/.."
        return text if _read(text) is not None else None

    def days(self) -> EdtfDate | None:
        """Give the days it can mean, None where it has no EDTF."""
        text = self.edtf()
        return _read(text) if text else None


def interval_of(first: Part, last: Part) -> Stated | None:
    """Join two dates into an interval, each lending the other what it leaves unsaid; None where it runs backwards."""
    left = replace(first, year=last.year) if first.year == UNSTATED_YEAR else first
    right = replace(last, year=first.year) if last.year == UNSTATED_YEAR else last
    if right.day and not right.month:
        right = replace(right, month=left.month)
    return Stated(parts=(left, right), shape="interval")


def day_of_digits(text: str) -> str:
    """Write a day or a month with two digits."""
    return f"{int(text):02d}"


def _read(text: str) -> EdtfDate | None:
    try:
        return edtf_of(text)
    except MalformedError:
        return None
