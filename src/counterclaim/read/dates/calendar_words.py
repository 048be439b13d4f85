"""Dates and durations as a page writes them; refuses to make a date of a duration or a number of a vague word."""

from __future__ import annotations

from counterclaim.read.dates.bounds import Found, found_in
from counterclaim.read.dates.cores import items_of
from counterclaim.read.dates.durations import durations_of
from counterclaim.read.dates.relative import from_page_date, reckoned_in
from counterclaim.read.dates.tokens import tokens_of
from counterclaim.read.dates.words import LANGUAGES, calendar_words_of
from counterclaim.record.account import DateMention, DurationMention
from counterclaim.record.passage import Span


def dates_in(sentence: Span, language: str = "en", page_date: DateMention | None = None) -> tuple[DateMention, ...]:
    """Give the dates of a sentence as EDTF (ISO 8601-2), in the order of the text, nothing added.

    A day and month without a year are `XXXX-03-14`. With `page_date`, the day the page states for itself
    (`dateline.page_date_of`), such a year and words like `yesterday` are reckoned from it, and `relative_to` says
    so; without it such words give nothing. A language that is not read gives nothing.
    """
    if language not in LANGUAGES:
        return ()
    tokens = tokens_of(sentence, language)
    stated = found_in(items_of(tokens, language), language)
    future = not {token.text.lower() for token in tokens}.isdisjoint(calendar_words_of(language).words("future_words"))
    reckoned = reckoned_in(tokens, language, page_date, future=future) if page_date else []
    taken = [(item.start, item.end) for item in reckoned]
    out = [_mention(item, sentence, page_date) for item in reckoned]
    for item in stated:
        if any(start < item.end and item.start < end for start, end in taken) or _before_era(item, sentence, language):
            continue
        resolved = from_page_date(item.stated, page_date, future=future) if page_date else None
        if resolved is not None:
            out.append(_mention(Found(start=item.start, end=item.end, stated=resolved), sentence, page_date))
        else:
            out.append(_mention(item, sentence, None))
    return tuple(sorted((item for item in out if item), key=lambda item: item.span.start))


def durations_in(sentence: Span, language: str = "en") -> tuple[DurationMention, ...]:
    """Give the durations of a sentence as ISO 8601 periods; `about` and its like stay in the span.

    `several days` has no number and gives none; `three days later` and `two years ago` are points in time, and
    `aged 34` is an age.
    """
    if language not in LANGUAGES:
        return ()
    return tuple(
        DurationMention(iso8601=period, span=_span(sentence, start, end))
        for start, end, period in durations_of(tokens_of(sentence, language), language)
    )


def _mention(item: Found, sentence: Span, relative_to: DateMention | None) -> DateMention | None:
    edtf = item.stated.edtf()
    if edtf is None:
        return None
    span = _span(sentence, item.start, item.end)
    return DateMention(edtf=edtf, span=span, relative_to=relative_to.span if relative_to else None)


def _before_era(item: Found, sentence: Span, language: str) -> bool:
    """Whether the date is of before our era, which the grammar does not count."""
    rest = sentence.text[item.end : item.end + 12].lower().lstrip()
    return rest.startswith(tuple(calendar_words_of(language).table("kinds").get("z", ())))


def _span(sentence: Span, start: int, end: int) -> Span:
    return Span(start=sentence.start + start, end=sentence.start + end, text=sentence.text[start:end])
