"""The day a page states for itself; refuses to choose between two, and takes none from the page's code or its file."""

from __future__ import annotations

import re

from counterclaim.read.dates.calendar_words import dates_in
from counterclaim.read.dates.words import LANGUAGES, calendar_words_of
from counterclaim.record.account import DateMention, Reading
from counterclaim.record.date import edtf_of
from counterclaim.record.passage import Span, span_of

HEAD_CHARACTERS_MAX = 80  # `CITY, 14 March 2019 —` opens a first paragraph; farther in, a date is told
LABEL_CHARACTERS_MAX = 40  # before a date, where `Published:` or `Updated:` stands
LINES_MAX = 40  # lines of bylines that are looked at
_CITY = re.compile(r"[^\W\d_][\w .’'-]{0,40}[,(]\s*\Z")
_DASH = re.compile(r"\)?\s*(?:[—–:/.]|-\s)")


def page_date_of(reading: Reading) -> DateMention | None:
    """Give the day of publication that a byline, or the head of the first paragraph, states.

    None where none stands there, where it is less than a day, or where two days stand and no word tells which one
    is of publication.
    """
    language = reading.document.language if reading.document.language in LANGUAGES else "en"
    text = reading.document.dom_text
    lines = [span_of(text, part.start, part.end) for part in reading.article if part.role == "byline"][:LINES_MAX]
    found = [(line, item) for line in lines for item in _days(line, language)]
    days = _published(found, language)
    if not days:
        body = next((part for part in reading.article if part.role == "body"), None)
        days = _opening(span_of(text, body.start, body.end), language) if body else []
    return days[0] if len({item.edtf for item in days}) == 1 else None


def _days(line: Span, language: str) -> list[DateMention]:
    return [item for item in dates_in(line, language) if edtf_of(item.edtf).precision == "day" and "X" not in item.edtf]


def _published(found: list[tuple[Span, DateMention]], language: str) -> list[DateMention]:
    """Those that a word calls the day of publication, else those that no word calls the day of a change."""
    words = calendar_words_of(language)
    labelled: list[DateMention] = []
    plain: list[DateMention] = []
    for line, item in found:
        at = item.span.start - line.start
        # The label of a date is the last one before it on its line.
        before = line.text[max(0, at - LABEL_CHARACTERS_MAX) : at].lower()
        marks = {
            kind: max((before.rfind(word) for word in words.words(kind)), default=-1)
            for kind in ("published", "updated")
        }
        if marks["published"] > marks["updated"]:
            labelled.append(item)
        elif marks["updated"] < 0:
            plain.append(item)
    return labelled or plain


def _opening(body: Span, language: str) -> list[DateMention]:
    head = span_of(body.text, 0, min(len(body.text), HEAD_CHARACTERS_MAX))
    for item in _days(head, language)[:1]:
        city = _CITY.search(head.text[: item.span.start]) and "." not in head.text[: item.span.start]
        if city and _DASH.match(head.text, item.span.end):
            start = body.start + item.span.start
            return [
                DateMention(
                    edtf=item.edtf, span=Span(start=start, end=start + len(item.span.text), text=item.span.text)
                )
            ]
    return []
