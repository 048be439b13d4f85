"""Dates told from the day a page states for itself; refuses to reckon from any other day.

Without a stated day `yesterday` gives nothing. A count of weeks, months or years ago is about (`~`); a weekday is the
last one up to that day, as newspapers use it (Associated Press Stylebook, "days of the week"), and where the sentence
speaks of what will be, one of two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from counterclaim.read.dates.bounds import Found
from counterclaim.read.dates.parts import UNSTATED_YEAR, Part, Shape, Stated
from counterclaim.read.dates.words import ENDED, Token
from counterclaim.record.account import DateMention
from counterclaim.record.date import day_of, edtf_of, months_after, written_of

WEEK_DAYS = 7
AGO_MAX = 200  # a longer time ago is history, and no day of it is reckoned
_STEPS = {"L": -1, "H": 0, "N": 1}
# `R` yesterday; a modifier with a unit, season or month; a number of units ago; a weekday with or without a modifier.
_BEFORE = (
    r"(?P<R>R)",
    r"(?P<M>M)O?(?P<l>[LHN])(?P<u>[YZ])",
    r"(?P<S>S)(?P<l>[LHN])(?P<u>[YZ])",
    r"(?P<l>[LHN])(?P<W>W)",
    r"(?P<i>p?)(?P<l>[LHN])(?P<u>[YZmu])",
    r"(?P<l>[LHN])(?P<S>S)",
    r"(?P<n>[dnw1])(?P<u>[YZmu])(?P<a>a)",
    r"(?<![dnwhLNH])(?P<u>[YZmu])(?P<a>a)",
    r"(?P<W>W)(?!,?[do@M])",
)
_AFTER = (
    r"(?P<R>R)",
    r"(?P<l>[LHN])(?P<u>[Y])(?P<M>[MG])m?",
    r"(?P<l>[LHN])(?P<u>[Y])(?P<S>S)",
    r"(?P<l>[LHN])(?P<u>[YZmu])(?![dow])",
    r"(?P<l>[LHN])(?P<W>W)",
    r"(?P<n>[dnw])(?P<u>[YZmu])(?P<a><)",
    r"(?P<W>W)",
)


def reckoned_in(tokens: Sequence[Token], language: str, page_date: DateMention, *, future: bool) -> list[Found]:
    """Give the dates of a sentence that its words tell from the page's own day; none unless that is one day."""
    day = edtf_of(page_date.edtf)
    if day.precision != "day" or day.earliest is None:
        return []
    letters = "".join(token.kind for token in tokens)
    out: list[Found] = []
    taken = [False] * len(tokens)
    for pattern in _patterns(language):
        for match in pattern.finditer(letters):
            groups = {name: tokens[match.start(name)] for name, got in match.groupdict().items() if got}
            start, end = tokens[match.start()].start, tokens[match.end() - 1].end
            if language != "ru" and "i" in groups:
                start = groups["l"].start  # Russian says with the preposition what English says without one
            stated = _stated(groups, day.earliest, future=future)
            bounded = _bounded(tokens, match.start(), match.end(), language) if stated else None
            if stated is not None and stated.shape == "one" and bounded is not None:
                stated = replace(stated, shape=bounded[2])
                start, end = min(start, bounded[0]), bounded[1]
            if stated is not None and not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
                out.append(Found(start=start, end=end, stated=stated))
    return out


def _bounded(tokens: Sequence[Token], first: int, last: int, language: str) -> tuple[int, int, Shape] | None:
    """Where a word makes an interval of the date: `since Monday`, `с понедельника`, `dünəndən bəri`."""
    before = tokens[first - 1].kind if first else ""
    after = tokens[last].kind if last < len(tokens) else ""
    if before in {"i", "T"} or (before == "f" and language == "ru"):
        return tokens[first - 1].start, tokens[last - 1].end, "open_start" if before == "T" else "open_end"
    if after == "b":
        return tokens[first].start, tokens[last].end, "open_end"
    return None


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in (_AFTER if language in ENDED else _BEFORE))


def _stated(groups: dict[str, Token], day: int, *, future: bool) -> Stated | None:
    year, _, _ = day_of(day)
    if "R" in groups:
        return _day(day + int(groups["R"].value))
    if "a" in groups:
        number = groups["n"].value if "n" in groups and groups["n"].kind != "1" else "1"
        return _ago(int(number), groups["u"], day)
    step = _STEPS[groups["l"].kind] if "l" in groups else 0
    if "W" in groups:
        return _weekday(int(groups["W"].value), day, step, future=future)
    if "u" in groups:
        if "M" in groups:
            return Stated(parts=(Part(year=f"{year + step:04d}", month=groups["M"].value),))
        if "S" in groups:
            return Stated(parts=(Part(year=f"{year + step:04d}", season=groups["S"].value),))
        return _period(groups["u"], step, day)
    if "S" in groups:
        season = groups["S"].value
        if step == 0:
            return Stated(parts=(Part(year=f"{year:04d}", season=season),))
        years = sorted((year, year + step))  # `last summer` in November is this year's or the last one's
        return Stated(parts=tuple(Part(year=f"{each:04d}", season=season) for each in years), shape="one_of")
    return None


def _day(ordinal: int) -> Stated:
    year, month, day = written_of(ordinal).split("-")
    return Stated(parts=(Part(year=year, month=month, day=day),))


def _period(unit: Token, step: int, day: int) -> Stated | None:
    """The week, month or year before, of, or after the page's day; weeks begin on Monday (ISO 8601)."""
    year, month, _ = day_of(day)
    match _unit(unit):
        case "Y":
            return Stated(parts=(Part(year=f"{year + step:04d}"),))
        case "M":
            other, month, _ = day_of(months_after(day, step))
            return Stated(parts=(Part(year=f"{other:04d}", month=f"{month:02d}"),))
        case "W":
            monday = day - (day - 1) % WEEK_DAYS + step * WEEK_DAYS
            return Stated(parts=(*_day(monday).parts, *_day(monday + WEEK_DAYS - 1).parts), shape="interval")
        case _:
            return None


def _ago(number: int, unit: Token, day: int) -> Stated | None:
    if not 0 < number <= AGO_MAX:
        return None
    match _unit(unit):
        case "D":
            return _day(day - number)
        case "W":
            return replace(_day(day - number * WEEK_DAYS), mark="~")
        case "M":
            year, month, _ = day_of(months_after(day, -number))
            return Stated(parts=(Part(year=f"{year:04d}", month=f"{month:02d}"),), mark="~")
        case "Y":
            return Stated(parts=(Part(year=f"{day_of(day)[0] - number:04d}"),), mark="~")
        case _:
            return None


def _weekday(weekday: int, day: int, step: int, *, future: bool) -> Stated:
    today = (day - 1) % WEEK_DAYS + 1  # ordinal 1 is a Monday
    back = (today - weekday) % WEEK_DAYS
    if step < 0:
        return _day(day - (back or WEEK_DAYS))
    if step > 0 or future:
        ahead = day + ((weekday - today) % WEEK_DAYS or WEEK_DAYS)
        parts = (*_day(day - back).parts, *_day(ahead).parts)
        return Stated(parts=parts, shape="one_of") if future and not step else _day(ahead)
    return _day(day - back)


def _unit(token: Token) -> str:
    return token.unit or {"Y": "Y", "Z": "Y", "m": "M"}.get(token.kind, "")


def from_page_date(stated: Stated, page_date: DateMention, *, future: bool) -> Stated | None:
    """Give a date its year from the page's own day: that year's where it lies before that day, else one of two.

    None where the year is stated, or the page's day is not one day.
    """
    page = edtf_of(page_date.edtf)
    if page.precision != "day" or page.latest is None or any(part.year != UNSTATED_YEAR for part in stated.parts):
        return None
    year = day_of(page.latest)[0]
    here = _in_year(stated, year)
    days = here.days()
    is_past = days is not None and (days.earliest or 0) <= page.latest
    if is_past != future:
        return here
    if stated.shape != "one":
        return None
    years = (year, year + 1) if future else (year - 1, year)
    return replace(here, parts=tuple(_in_year(stated, each).parts[0] for each in years), shape="one_of")


def _in_year(stated: Stated, year: int) -> Stated:
    return replace(stated, parts=tuple(replace(part, year=f"{year:04d}") for part in stated.parts))
