"""EDTF dates as inclusive bounds in days; refuses durations, and never pads what was written.

Profile of ISO 8601-2:2019: level 0, level 1, and from level 2 the sets, `X` digits and qualifiers per component.
Refused with their name: durations, exponents (`Y17E7`), significant digits (`1950S2`), groupings 25-41.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, cast

from counterclaim.record.errors import MalformedError

Precision = Literal[
    "time", "day", "month", "season", "year", "decade", "century", "millennium", "unspecified", "interval", "set"
]  # fmt: skip
Qualifier = Literal["", "?", "~", "%"]
Component = Literal["year", "month", "day"]
Relation = Literal[
    "certainly_before", "certainly_after", "certainly_overlap", "contains", "within", "possibly_overlap", "unknown"
]  # fmt: skip

EDTF_CHARACTERS_MAX = 400  # a set of SET_MEMBERS_MAX dates fits; a longer text is no date anybody wrote
SET_MEMBERS_MAX = 32  # more members than a page ever lists
SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11)}  # whole months of the northern hemisphere; winter: see `_winter`
WINTER = 24
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS = 12
_COARSE: tuple[Precision, ...] = ("unspecified", "millennium", "century", "decade")  # by the first hidden digit
_Q = "[?~%]?"
# A year after Y has 5 to 9 digits: ordinals then stay within the integers the log may hold (2**53 - 1).
_DATE = re.compile(
    rf"({_Q})(-?[0-9X]{{4}}|Y-?[1-9][0-9]{{4,8}})({_Q})(?:-({_Q})([0-9X]{{2}})({_Q})(?:-({_Q})([0-9X]{{2}})({_Q}))?)?"
)
_TIME = re.compile(
    r"(-?[0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3])(:[0-5][0-9]){2}(Z|[+-][01][0-9](:?[0-5][0-9])?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EdtfDate:
    """A date as written, and the days it can mean.

    `earliest` and `latest` are inclusive day ordinals (1 is 0001-01-01, proleptic Gregorian, year 0 exists);
    None where that end is open (`..`) or unknown (nothing written). `start_latest` and `end_earliest` bound
    an extended interval from within: it begins by the one and lasts until the other; for a single date they are
    `latest` and `earliest`. `qualifier` joins the marks of all components, `qualified` keeps each one;
    neither ever moves a bound: slack is a matter of the comparison.
    """

    edtf: str
    earliest: int | None
    latest: int | None
    precision: Precision
    qualifier: Qualifier
    start_latest: int | None
    end_earliest: int | None
    qualified: tuple[tuple[Component, Qualifier], ...] = ()
    open_start: bool = False
    open_end: bool = False


# --- Reading -----------------------------------------------------------------------------------


def edtf_of(text: str) -> EdtfDate:
    """Read an EDTF text of the profile. Raises MalformedError naming what was refused."""
    if len(text) > EDTF_CHARACTERS_MAX:
        raise MalformedError(f"an EDTF text of {EDTF_CHARACTERS_MAX} characters at most", f"{len(text)} characters")
    if text[:1] in {"[", "{"}:
        return _set_of(text)
    if "/" in text:
        return _interval_of(text)
    return _single_of(text)


def edtf_of_days(earliest: int, latest: int) -> EdtfDate:
    """Write the date of the inclusive days [earliest, latest]: one day, or one day out of a set."""
    if earliest > latest:
        raise MalformedError("days in order", f"{earliest}..{latest}")
    first, last = written_of(earliest), written_of(latest)
    return edtf_of(first if earliest == latest else f"[{first}..{last}]")


def _single_of(text: str) -> EdtfDate:
    matched = _DATE.fullmatch(text)
    if matched is None:
        return _time_of(text)
    year_left, year, year_right, month_left, month, month_right, day_left, day, day_right = matched.groups(default="")
    if year.startswith("Y"):
        if month:
            raise MalformedError("a year alone after Y (level 1)", repr(text))
        bounds = _year_bounds(int(year[1:]))
    else:
        bounds = _bounds(year, month, day, text)
    marks = _marks((year_left, month_left, day_left), (year_right, month_right, day_right))
    return _dated(text, bounds, _precision_of(year, month, day), marks)


def _dated(
    text: str, bounds: tuple[int, int], precision: Precision, marks: tuple[tuple[Component, Qualifier], ...]
) -> EdtfDate:
    return EdtfDate(
        edtf=text,
        earliest=bounds[0],
        latest=bounds[1],
        precision=precision,
        qualifier=_joined(mark for _, mark in marks),
        start_latest=bounds[1],
        end_earliest=bounds[0],
        qualified=marks,
    )


def _time_of(text: str) -> EdtfDate:
    """Read a date with a time: the day is the one written, whatever its zone; comparing across zones takes slack."""
    matched = _TIME.fullmatch(text)
    if matched is None:
        raise _refusal(text)
    day = _single_of(matched.group(1))
    return _dated(text, (cast("int", day.earliest), cast("int", day.latest)), "time", ())


def _refusal(text: str) -> MalformedError:
    if text.lstrip("+-").startswith(("P", "R")):
        return MalformedError(
            "an EDTF date",
            f"the duration or repetition {text!r}",
            remedy="Record how long it lasted as a duration of its own; a date says when it was.",
        )
    return MalformedError(
        "an EDTF date (ISO 8601-2 level 0 or 1, or a set, X digits or qualifiers of level 2)", repr(text)
    )


def _marks(left: tuple[str, str, str], right: tuple[str, str, str]) -> tuple[tuple[Component, Qualifier], ...]:
    """Find each component's mark: left of one it marks that one, right of one it marks it and all before."""
    if not any(left) and not any(right):
        return ()
    names: tuple[Component, ...] = ("year", "month", "day")
    marks = ((names[i], _joined([left[i], *right[i:]])) for i in range(len(names)))
    return tuple((name, mark) for name, mark in marks if mark)


def _joined(marks: object) -> Qualifier:
    seen = "".join(cast("Iterator[str]", marks))
    if "%" in seen or ("?" in seen and "~" in seen):
        return "%"
    return "?" if "?" in seen else "~" if "~" in seen else ""


def _precision_of(year: str, month: str, day: str) -> Precision:
    if year.startswith("Y"):
        return "year"
    hidden = year.lstrip("-").find("X")
    if hidden >= 0:
        return _COARSE[hidden]
    if not month or "X" in month:
        return "year"
    if int(month) > _MONTHS:
        return "season"
    return "day" if day and "X" not in day else "month"


# --- Bounds ------------------------------------------------------------------------------------


def _bounds(year: str, month: str, day: str, text: str) -> tuple[int, int]:
    """Find the first and the last day that fit the digits; X is any digit that makes a day that exists."""
    if year == "-0000":
        raise MalformedError("the year 0000 without a sign", repr(text))
    if month and "X" not in month and int(month) > _MONTHS:
        return _season_bounds(year, int(month), day, text)
    earliest = next(_days(year, month, day, last=False), None)
    latest = next(_days(year, month, day, last=True), None)
    if earliest is None or latest is None:
        raise MalformedError("a day that exists in the calendar", repr(text))
    return earliest, latest


def _days(year: str, month: str, day: str, *, last: bool) -> Iterator[int]:
    """Days that fit, from the first on, or from the last on."""
    for y in _years(year, last=last):
        for m in _fitting(month, 1, _MONTHS, last=last):
            found = next(_fitting(day, 1, days_of_month(y, m), last=last), None)
            if found is not None:
                yield ordinal_of(y, m, found)


def _years(year: str, *, last: bool) -> Iterator[int]:
    sign = -1 if year.startswith("-") else 1
    digits = [("9876543210" if last == (sign > 0) else "0123456789") if c == "X" else c for c in year.lstrip("-")]
    return (sign * int("".join(chosen)) for chosen in product(*digits) if sign > 0 or set(chosen) != {"0"})


def _fitting(written: str, low: int, high: int, *, last: bool) -> Iterator[int]:
    numbers = range(high, low - 1, -1) if last else range(low, high + 1)
    if written in {"", "XX"}:
        return iter(numbers)
    if "X" not in written:
        return iter((int(written),) if low <= int(written) <= high else ())
    return (n for n in numbers if all(w in {"X", c} for w, c in zip(written, f"{n:02d}", strict=True)))


def _season_bounds(year: str, season: int, day: str, text: str) -> tuple[int, int]:
    if day or "X" in year or season not in {*SEASONS, WINTER}:
        raise MalformedError("a month 01-12, or a season 21-24 of a whole year", repr(text))
    y = int(year)
    if season == WINTER:
        return _winter(y)
    first, last = SEASONS[season]
    return ordinal_of(y, first, 1), ordinal_of(y, last, days_of_month(y, last))


def _winter(year: int) -> tuple[int, int]:
    """Span January of the year to February of the next: "winter 2019" is said of both its winters."""
    return ordinal_of(year, 1, 1), ordinal_of(year + 1, 2, days_of_month(year + 1, 2))


def _year_bounds(year: int) -> tuple[int, int]:
    return ordinal_of(year, 1, 1), ordinal_of(year, _MONTHS, 31)


# --- Intervals and sets ------------------------------------------------------------------------


def _interval_of(text: str) -> EdtfDate:
    left_text, _, right_text = text.partition("/")
    left, right = (None if end in {"", ".."} else _single_of(end) for end in (left_text, right_text))
    if "/" in right_text or (left is None and right is None):
        raise MalformedError("an interval START/END with at least one date", repr(text))
    earliest, latest = left.earliest if left else None, right.latest if right else None
    if earliest is not None and latest is not None and earliest > latest:
        raise MalformedError("an interval that does not end before it begins", repr(text))
    # It begins no later than it ends, so each end bounds the other from within.
    return EdtfDate(
        edtf=text,
        earliest=earliest,
        latest=latest,
        precision="interval",
        qualifier=_joined(end.qualifier for end in (left, right) if end),
        start_latest=min((end.latest for end in (left, right) if end and end.latest is not None), default=None),
        end_earliest=max((end.earliest for end in (left, right) if end and end.earliest is not None), default=None),
        qualified=(left.qualified if left else ()) + (right.qualified if right else ()),
        open_start=left_text == "..",
        open_end=right_text == "..",
    )


def _set_of(text: str) -> EdtfDate:
    """One of `[..]`, or all of `{..}`: the bounds span the members; the gaps between them are not kept."""
    if text[-1] != {"[": "]", "{": "}"}[text[0]]:
        raise MalformedError("a set closed by the bracket that opened it", repr(text))
    members = [member.strip(" ") for member in text[1:-1].split(",")]
    if len(members) > SET_MEMBERS_MAX:
        raise MalformedError(f"{SET_MEMBERS_MAX} members at most", str(len(members)))
    open_start, open_end = members[0].startswith(".."), members[-1].endswith("..")
    ends = [
        end for i, member in enumerate(members) for end in _member_ends(member, text, i == 0, i == len(members) - 1)
    ]
    earliest = None if open_start else min(cast("int", end.earliest) for end in ends)
    latest = None if open_end else max(cast("int", end.latest) for end in ends)
    return EdtfDate(
        edtf=text,
        earliest=earliest,
        latest=latest,
        precision="set",
        qualifier=_joined(end.qualifier for end in ends),
        start_latest=latest,
        end_earliest=earliest,
        qualified=tuple(pair for end in ends for pair in end.qualified),
        open_start=open_start,
        open_end=open_end,
    )


def _member_ends(member: str, text: str, is_first: bool, is_last: bool) -> list[EdtfDate]:  # noqa: FBT001 (private)
    left, dots, right = member.partition("..")
    if not dots:
        return [_single_of(member)]
    if (not left and not right) or (not left and not is_first) or (not right and not is_last):
        raise MalformedError("`..` at the start or at the end of a set, or between two dates", repr(text))
    ends = [_single_of(end) for end in (left, right) if end]
    if cast("int", ends[0].earliest) > cast("int", ends[-1].latest):
        raise MalformedError("a range that does not end before it begins", repr(text))
    return ends


# --- Day arithmetic: proleptic Gregorian, any year ---------------------------------------------


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_of_month(year: int, month: int) -> int:
    """How many days the month (1-12) has."""
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]  # noqa: PLR2004 (February)


def ordinal_of(year: int, month: int, day: int) -> int:
    """Count the day's ordinal; 1 is 0001-01-01, as in `datetime.date.toordinal`. The day must exist."""
    before = year - 1
    whole_years = before * 365 + before // 4 - before // 100 + before // 400
    return whole_years + sum(_MONTH_DAYS[: month - 1]) + (1 if month > 2 and is_leap(year) else 0) + day  # noqa: PLR2004


def day_of(ordinal: int) -> tuple[int, int, int]:
    """Find the (year, month, day) of an ordinal."""
    year = (ordinal - 1) * 400 // 146_097 + 1  # 146,097 days are 400 years; off by one at most
    while ordinal < ordinal_of(year, 1, 1):
        year -= 1
    while ordinal >= ordinal_of(year + 1, 1, 1):
        year += 1
    month = next(m for m in range(_MONTHS, 0, -1) if ordinal_of(year, m, 1) <= ordinal)
    return year, month, ordinal - ordinal_of(year, month, 1) + 1


def written_of(ordinal: int) -> str:
    """Write the day as EDTF (`2022-02-01`). Raises MalformedError beyond the years -9999..9999."""
    year, month, day = day_of(ordinal)
    if abs(year) > 9999:  # noqa: PLR2004 (four digits)
        raise MalformedError("a day within the years -9999..9999", f"the year {year}")
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{day:02d}"


def months_after(ordinal: int, months: int) -> int:
    """Find the same day of the month `months` later, or that month's last day where it has no such day."""
    year, month, day = day_of(ordinal)
    count = year * _MONTHS + month - 1 + months
    year, month = count // _MONTHS, count % _MONTHS + 1
    return ordinal_of(year, month, min(day, days_of_month(year, month)))


# --- Comparing: slack (days) widens the first date for this call only --------------------------


def certainly_before(a: EdtfDate, b: EdtfDate, *, slack_days: int = 0) -> bool:
    """Whether every day `a` can mean lies before every day `b` can mean."""
    return a.latest is not None and b.earliest is not None and a.latest + _checked(slack_days) < b.earliest


def possibly_before(a: EdtfDate, b: EdtfDate, *, slack_days: int = 0) -> bool:
    """Whether some day `a` can mean lies before some day `b` can mean."""
    return a.earliest is None or b.latest is None or a.earliest - _checked(slack_days) < b.latest


def possibly_overlap(a: EdtfDate, b: EdtfDate, *, slack_days: int = 0) -> bool:
    """Whether the two can share a day."""
    return not certainly_before(a, b, slack_days=slack_days) and not certainly_before(b, a, slack_days=slack_days)


def certainly_overlap(a: EdtfDate, b: EdtfDate, *, slack_days: int = 0) -> bool:
    """Whether the two share a day whichever days they mean: neither can end before the other begins."""
    slack = _checked(slack_days)
    if None in (a.end_earliest, a.start_latest, b.end_earliest, b.start_latest):
        return False
    a_end, a_start = cast("int", a.end_earliest) - slack, cast("int", a.start_latest) + slack
    return a_end >= cast("int", b.start_latest) and cast("int", b.end_earliest) >= a_start


def contains(a: EdtfDate, b: EdtfDate, *, slack_days: int = 0) -> bool:
    """Whether every day `b` can mean lies within the bounds of `a`; an unknown end of `a` contains nothing."""
    slack = _checked(slack_days)
    start = a.open_start or (a.earliest is not None and b.earliest is not None and a.earliest + slack <= b.earliest)
    end = a.open_end or (a.latest is not None and b.latest is not None and b.latest <= a.latest - slack)
    return start and end


def within(a: EdtfDate, b: EdtfDate, *, slack_days: int = 0) -> bool:
    """Whether every day `a` can mean lies within the bounds of `b`."""
    return contains(b, a, slack_days=slack_days)


def relation_of(a: EdtfDate, b: EdtfDate, *, slack_days: int = 0) -> Relation:
    """Say the strongest thing that can be said; `unknown` where a missing end is why nothing can."""
    if certainly_before(a, b, slack_days=slack_days):
        return "certainly_before"
    if certainly_before(b, a, slack_days=slack_days):
        return "certainly_after"
    if certainly_overlap(a, b, slack_days=slack_days):
        return "certainly_overlap"
    if contains(a, b, slack_days=slack_days):
        return "contains"
    if within(a, b, slack_days=slack_days):
        return "within"
    return "unknown" if None in (a.earliest, a.latest, b.earliest, b.latest) else "possibly_overlap"


def _checked(slack_days: int) -> int:
    if slack_days < 0:
        raise MalformedError("slack of 0 days or more", str(slack_days))
    return slack_days
