"""What dates of four languages read as, against rows written before the grammar; and what no date may be read from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from counterclaim.read.by.page import page_of
from counterclaim.read.dates.calendar_words import dates_in, durations_in
from counterclaim.read.dates.dateline import page_date_of
from counterclaim.read.reader import reading_of
from counterclaim.record.account import DateMention
from counterclaim.record.date import edtf_of
from counterclaim.record.passage import Span

ROWS = Path(__file__).parent / "read_dates"
LANGUAGES = ("en", "az", "ru", "tr")
RIGHT_MIN = 98  # of a hundred
ROWS_MIN = 75  # a language


def _sentence(text: str) -> Span:
    return Span(start=0, end=len(text), text=text)


def _page_date(edtf: str) -> DateMention:
    return DateMention(edtf=edtf, span=_sentence(""))


def _rows(language: str, *halves: str) -> list[tuple[str, list[str], DateMention | None]]:
    document = json.loads((ROWS / f"{language}.json").read_text("utf-8"))
    return [
        (
            re.sub(r"\[\[|\]\]", "", row[0]),
            row[1] if isinstance(row[1], list) else [row[1]],
            _page_date(row[2]) if len(row) > 2 else None,
        )
        for half in halves
        for row in document[half]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_read_as_they_were_written_down_beforehand(language: str, measured) -> None:
    rows = _rows(language, "develop", "held_out")
    assert len(rows) >= ROWS_MIN
    wrong = []
    for text, expected, page_date in rows:
        found = dates_in(_sentence(text), language, page_date)
        assert all(item.span.reads_in(text) and edtf_of(item.edtf).edtf == item.edtf for item in found)
        if [item.edtf for item in found] != expected:
            wrong.append((text, [item.edtf for item in found]))
    measured(f"dates right in {language}: {len(rows) - len(wrong)} of {len(rows)}")
    assert (len(rows) - len(wrong)) * 100 >= RIGHT_MIN * len(rows), wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_duration_is_a_period_and_never_a_date(language: str) -> None:
    for text, expected, _ in _rows(language, "durations"):
        assert [item.iso8601 for item in durations_in(_sentence(text), language)] == expected, text
        assert dates_in(_sentence(text), language, _page_date("2019-03-14")) == (), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_dated_that_states_no_date(language: str) -> None:
    sentences = json.loads((ROWS / "negatives.json").read_text("utf-8"))[language]
    assert len(sentences) >= 25
    assert [text for text in sentences if dates_in(_sentence(text), language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_lean_on_the_page_date_give_nothing_without_one(language: str) -> None:
    for text, expected, page_date in _rows(language, "develop", "held_out"):
        if page_date is not None:
            found = dates_in(_sentence(text), language, page_date)
            assert all(item.relative_to == page_date.span for item in found), text
            bare = dates_in(_sentence(text), language)
            assert all(item.edtf.startswith("XXXX-") for item in bare), (text, expected)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("They met on 14 March.", "2019-03-14"),  # behind the page's day: that year's
        ("They met on 14 December.", "[2018-12-14,2019-12-14]"),  # not yet that year: one of two, never a choice
        ("They will meet on 14 December.", "2019-12-14"),
        ("He said so on Tuesday.", "2019-11-05"),
        ("He will say so on Tuesday.", "[2019-11-05,2019-11-12]"),
    ],
)
def test_a_day_without_its_year_takes_it_from_the_page_and_never_chooses(text: str, edtf: str) -> None:
    assert [item.edtf for item in dates_in(_sentence(text), "en", _page_date("2019-11-10"))] == [edtf]


@pytest.mark.parametrize(
    "text", ["On 31 February 2019 he left.", "On 31.04.2019 he left.", "On 45 March 2019 he left."]
)
def test_a_day_that_does_not_exist_is_not_mended(text: str) -> None:
    assert all("-02-" not in d.edtf and "-04-" not in d.edtf and "45" not in d.edtf for d in dates_in(_sentence(text)))


def _page(text: str) -> DateMention | None:
    return page_date_of(reading_of(page_of(text.encode(), "text/plain"), ()))


BODY = "The ministry said that nobody had been held. It will look into what the lawyers of the two men reported."


@pytest.mark.parametrize(
    ("head", "edtf"),
    [
        ("Ministry answers the lawyers of two men\n\nBy Osk Vandermeel\n\n14 March 2019\n\n", "2019-03-14"),
        ("Ministry answers the lawyers of two men\n\nPublished 14 March 2019, updated 16 March 2019\n\n", "2019-03-14"),
        ("Ministry answers the lawyers of two men\n\nTELMARK, 14 March 2019 — ", "2019-03-14"),
        ("Ministry answers the lawyers of two men\n\n14.03.2019\n\n16.03.2019\n\n", None),  # two: none is chosen
        ("Ministry answers the lawyers of two men\n\n", None),
    ],
)
def test_the_page_date_is_the_one_day_the_page_states_for_itself(head: str, edtf: str | None) -> None:
    found = _page(head + BODY)
    assert (found.edtf if found else None) == edtf


def test_time_is_linear_in_a_hostile_sentence() -> None:
    for piece in (
        "3-",
        "14 March ",
        "between 2014 and ",
        "в 2018, ",
        "martın 14-də və ",
        "two hundred and ",
        "'",
        "1.",
    ):
        text = piece * (6_000 // len(piece))
        for language in LANGUAGES:
            dates_in(_sentence(text), language)
            durations_in(_sentence(text), language)
