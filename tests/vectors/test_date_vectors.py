"""EDTF texts with their bounds, and what is refused: a table others can check their reader against."""

from __future__ import annotations

import pytest

from counterclaim.record.date import (
    certainly_before,
    certainly_overlap,
    contains,
    edtf_of,
    months_after,
    ordinal_of,
    relation_of,
    written_of,
)
from counterclaim.record.errors import MalformedError

BOUNDS = [
    ("2019-05-04", "2019-05-04", "2019-05-04", "day"),
    ("2019-05", "2019-05-01", "2019-05-31", "month"),
    ("2020-02", "2020-02-01", "2020-02-29", "month"),
    ("2000-02", "2000-02-01", "2000-02-29", "month"),
    ("1900-02", "1900-02-01", "1900-02-28", "month"),
    ("20XX-02-29", "2000-02-29", "2096-02-29", "century"),
    ("201X", "2010-01-01", "2019-12-31", "decade"),
    ("20XX", "2000-01-01", "2099-12-31", "century"),
    ("2004-XX", "2004-01-01", "2004-12-31", "year"),
    ("1985-04-XX", "1985-04-01", "1985-04-30", "month"),
    ("1985-XX-31", "1985-01-31", "1985-12-31", "year"),
    ("1984-1X", "1984-10-01", "1984-12-31", "year"),
    ("156X-12-25", "1560-12-25", "1569-12-25", "decade"),
    ("19XX-02-29", "1904-02-29", "1996-02-29", "century"),
    ("-00XX", "-0099-01-01", "-0001-12-31", "century"),
    ("2019-21", "2019-03-01", "2019-05-31", "season"),
    ("2019-22", "2019-06-01", "2019-08-31", "season"),
    ("2019-23", "2019-09-01", "2019-11-30", "season"),
    ("2019-24", "2019-01-01", "2020-02-29", "season"),
    ("2004-01-01T23:59:59+04:00", "2004-01-01", "2004-01-01", "time"),
    ("2019-05-15/2019-05", "2019-05-15", "2019-05-31", "interval"),
    ("../2019", None, "2019-12-31", "interval"),
    ("/2019", None, "2019-12-31", "interval"),
    ("2019-05~/..", "2019-05-01", None, "interval"),
    ("[1667,1668,1670..1672]", "1667-01-01", "1672-12-31", "set"),
    ("[..1760-12-03]", None, "1760-12-03", "set"),
    ("{1960, 1961-12}", "1960-01-01", "1961-12-31", "set"),
    ("[1760-12..]", "1760-12-01", None, "set"),
]
REFUSED = [
    "", "/", "../..", "P14D", "P1Y2M", "R5/2008", "2019/P1D", "2019-13", "2019-02-29", "2001-02-30", "2019-5-4", "19",
    "Y1999", "Y17E7", "1950S2", "2001-34", "-0000", "2019/2018", "2019/2020/2021", "[2019", "[2019}", "[..,2019]",
    "[2019..2018]", "2019-05-04 ", "２０１９", "XXX1-02-29", "2019-24-01", "201X-21", "2019-05-04T24:00:00Z",
    "[" + "2019," * 40 + "2019]", "2" * 500,
]  # fmt: skip


@pytest.mark.parametrize(("text", "earliest", "latest", "precision"), BOUNDS)
def test_a_date_has_these_bounds(text: str, earliest: str | None, latest: str | None, precision: str) -> None:
    date = edtf_of(text)
    assert (date.earliest is None, date.latest is None) == (earliest is None, latest is None)
    assert date.earliest is None or written_of(date.earliest) == earliest
    assert date.latest is None or written_of(date.latest) == latest
    assert date.precision == precision


@pytest.mark.parametrize("text", REFUSED)
def test_a_text_that_is_no_date_of_the_profile_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        edtf_of(text)


def test_a_duration_is_refused_by_its_name() -> None:
    with pytest.raises(MalformedError, match="duration") as caught:
        edtf_of("P14D")
    assert "how long" in caught.value.remedy()


def test_a_mark_right_of_a_component_reaches_back_and_left_of_one_does_not() -> None:
    assert edtf_of("2004-06~-11").qualified == (("year", "~"), ("month", "~"))
    assert edtf_of("?2004-06-~11").qualified == (("year", "?"), ("day", "~"))
    assert edtf_of("?2004-06-~11").qualifier == "%"


def test_years_beyond_four_digits_are_counted_and_not_printed_as_four() -> None:
    far = edtf_of("Y170000002")
    assert far.latest is not None
    assert far.latest - ordinal_of(170000002, 1, 1) == 364
    with pytest.raises(MalformedError):
        written_of(far.latest)
    assert certainly_before(edtf_of("Y-17000"), edtf_of("2019"))


def test_a_photograph_within_a_detention_overlaps_it_and_one_in_its_first_month_may_not() -> None:
    assert certainly_overlap(edtf_of("2019-05-01/2019-05-10"), edtf_of("2019-05-04"))
    assert not certainly_overlap(edtf_of("2019-05/2019-06"), edtf_of("2019-05-04"))
    assert certainly_overlap(edtf_of("2019-05/2019-07"), edtf_of("2019-06-04"))


def test_an_open_end_contains_what_comes_later_and_an_unknown_end_does_not() -> None:
    assert contains(edtf_of("2019/.."), edtf_of("2021"))
    assert not contains(edtf_of("2019/"), edtf_of("2021"))
    assert relation_of(edtf_of("2019/"), edtf_of("2021")) == "unknown"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2022-10-31", 4, "2023-02-28"),
        ("2023-10-31", 4, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2022-03-15", -3, "2021-12-15"),
    ],
)
def test_months_are_calendar_months_clamped_to_the_end_of_a_short_one(start: str, months: int, end: str) -> None:
    ordinal = edtf_of(start).earliest
    assert ordinal is not None
    assert written_of(months_after(ordinal, months)) == end
