"""Dates and durations as a page writes them; refuses to make a date of a duration or a number of a vague word."""

from __future__ import annotations

import re
from functools import cache

from counterclaim.read.lexicon import lexicon_of
from counterclaim.record.account import DateMention, DurationMention
from counterclaim.record.passage import Span

DAY_MAX = {"02": 29, "04": 30, "06": 30, "09": 30, "11": 30}
_YEAR = r"(?P<{0}>1[89]\d\d|20\d\d|21\d\d)"
_ABOUT = (
    r"(?P<about>(?:about|around|approximately|circa|some|almost|nearly|more than|over|at least|up to|less than)\s+)?"
)


@cache
def _dates() -> tuple[re.Pattern[str], ...]:
    months = "|".join(lexicon_of("en").table("months"))
    month = rf"(?P<month>{months})"
    year = _YEAR.format("year")
    return (
        re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{month},?\s+{year}\b", re.IGNORECASE),
        re.compile(rf"\b{month}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{year}\b", re.IGNORECASE),
        re.compile(rf"\b{year}-(?P<m>\d\d)-(?P<day>\d\d)\b"),
        re.compile(rf"\bbetween\s+{year}\s+and\s+{_YEAR.format('until')}\b", re.IGNORECASE),
        re.compile(rf"\bfrom\s+{year}\s+(?:to|until)\s+{_YEAR.format('until')}\b", re.IGNORECASE),
        re.compile(rf"\b{month}(?:\s+of)?,?\s+{year}\b", re.IGNORECASE),
        re.compile(
            rf"\b(?:in|since|of|during|until|by|for|from|late|early|mid|around|after|before)[\s-]+(?P<whole>{year})\b(?!\s+(?:people|persons|men|women|cases|detainees|prisoners))",
            re.IGNORECASE,
        ),
    )


def dates_in(sentence: Span) -> tuple[DateMention, ...]:
    """Give the dates of a sentence as EDTF (ISO 8601-2): day, month or year as written, nothing added."""
    out: list[DateMention] = []
    for pattern in _dates():
        for found in pattern.finditer(sentence.text):
            parts = found.groupdict()
            start, end = found.span("whole") if parts.get("whole") else found.span()
            span = Span(start=sentence.start + start, end=sentence.start + end, text=sentence.text[start:end])
            edtf = _edtf(parts)
            if edtf and not any(span.overlaps(other.span) for other in out):
                out.append(DateMention(edtf=edtf, span=span))
    return tuple(sorted(out, key=lambda item: item.span.start))


def _edtf(parts: dict[str, str | None]) -> str | None:
    year = parts["year"] or ""
    if parts.get("until"):
        return f"{year}/{parts['until']}"
    month = parts.get("m") or lexicon_of("en").table("months").get((parts.get("month") or "").lower())
    if month is None:
        return year
    if not "01" <= month <= "12":
        return None
    day = parts.get("day")
    if day is None:
        return f"{year}-{month}"
    return f"{year}-{month}-{int(day):02d}" if 1 <= int(day) <= DAY_MAX.get(month, 31) else None


@cache
def _durations() -> re.Pattern[str]:
    numbers = "|".join(sorted(lexicon_of("en").table("numbers"), key=len, reverse=True))
    units = "|".join(lexicon_of("en").table("units"))
    compound = "(?:twenty|thirty|forty|fifty|sixty)-(?:one|two|three|four|five|six|seven|eight|nine)"
    number = rf"(?P<number>\d{{1,4}}|{compound}|{numbers})"
    long = r"(?:whole\s+|long\s+|full\s+|consecutive\s+)?"
    return re.compile(
        rf"(?<![\w.,-]){_ABOUT}{number}[\s-]{long}(?P<unit>{units})s?\b(?P<old>-old|\s+old)?", re.IGNORECASE
    )


def durations_in(sentence: Span) -> tuple[DurationMention, ...]:
    """Give the durations of a sentence as ISO 8601 periods; `about` and its like stay in the span.

    `several days` has no number and gives none; `three days later` and `two years ago` are points in time.
    """
    out = []
    for found in _durations().finditer(sentence.text):
        after = sentence.text[found.end() : found.end() + 12]
        before = sentence.text[max(0, found.start() - 12) : found.start()].lower()
        article = found.group("number").lower() in {"a", "an", "one"}
        if found.group("old") or re.match(r"\s+(?:later|ago|before|after|earlier)\b", after):
            continue
        if article and not re.search(r"\b(?:for|lasted|whole|over|spent|within)\s*\Z", before):
            continue  # `a day` is a way of speaking unless something lasted it
        unit = lexicon_of("en").table("units")[found.group("unit").lower()]
        period = f"P{'T' if unit[0] == 'T' else ''}{_number(found.group('number'))}{unit[-1]}"
        span = Span(start=sentence.start + found.start(), end=sentence.start + found.end(), text=found.group())
        out.append(DurationMention(iso8601=period, span=span))
    return tuple(out)


def _number(words: str) -> int:
    if words.isdigit():
        return int(words)
    table = lexicon_of("en").table("numbers")
    return sum(int(table[part]) for part in words.lower().split("-"))
