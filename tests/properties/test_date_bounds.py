"""Properties of EDTF dates: bounds, round trips, and comparisons against days counted one by one."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterclaim.record import date as edtf
from counterclaim.record.date import EdtfDate, edtf_of, edtf_of_days, ordinal_of, written_of
from counterclaim.record.errors import MalformedError

FIRST, LAST = dt.date(2018, 12, 20).toordinal(), dt.date(2019, 2, 10).toordinal()
MIDDLE = dt.date.max.toordinal() // 2
days = st.integers(FIRST, LAST)
SMALL = st.sampled_from(
    [
        "2019-01-05",
        "2019-01-0X",
        "2019-01-1X",
        "2019-01",
        "2019-0X-05",
        "2018-12-2X",
        "2019-01-XX",
        "2019-01-05~",
        "?2019-01-07",
    ]
)
INTERVALS = st.tuples(SMALL, SMALL).map("/".join)


def _read(text: str) -> EdtfDate | None:
    try:
        return edtf_of(text)
    except MalformedError:
        return None


@st.composite
def written(draw: st.DrawFn) -> str:
    """Any single date of the profile: digits hidden at will, marks at will."""
    day = dt.date.fromordinal(draw(st.integers(1, dt.date.max.toordinal())))
    parts = [f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"][: draw(st.integers(1, 3))]
    hidden = ["".join("X" if draw(st.booleans()) else c for c in part) for part in parts]
    mark = st.sampled_from(["", "", "?", "~", "%"])
    return "-".join(draw(mark) + part + draw(mark) for part in hidden)


@given(written())
def test_a_date_keeps_its_text_and_its_bounds_are_ordered(text: str) -> None:
    date = edtf_of(text)
    assert date.edtf == text
    assert edtf_of(date.edtf) == date
    assert date.earliest is not None
    assert date.latest is not None
    assert date.earliest <= date.latest


@given(written())
def test_a_qualifier_never_moves_a_bound(text: str) -> None:
    bare = edtf_of(text.translate({ord(mark): None for mark in "?~%"}))
    date = edtf_of(text)
    assert (date.earliest, date.latest, date.precision) == (bare.earliest, bare.latest, bare.precision)


@given(st.integers(1, dt.date.max.toordinal()))
def test_day_arithmetic_agrees_with_the_standard_library_where_that_reaches(ordinal: int) -> None:
    day = dt.date.fromordinal(ordinal)
    assert ordinal_of(day.year, day.month, day.day) == ordinal
    assert written_of(ordinal) == day.isoformat()


@given(st.integers(-(10**12), 10**12))
def test_day_arithmetic_comes_back_from_any_year(ordinal: int) -> None:
    assert ordinal_of(*edtf.day_of(ordinal)) == ordinal


@given(days, days)
def test_bounds_written_as_a_date_are_read_as_the_same_bounds(a: int, b: int) -> None:
    date = edtf_of_days(min(a, b), max(a, b))
    assert (date.earliest, date.latest) == (min(a, b), max(a, b))


@given(written())
def test_bounds_are_the_first_and_last_day_that_fit_the_written_digits(text: str) -> None:
    date = edtf_of(text)
    bare = text.translate({ord(mark): None for mark in "?~%"})
    assert date.earliest is not None
    assert date.latest is not None
    for bound, step in ((date.earliest, -1), (date.latest, 1)):
        assert _fits(written_of(bound), bare)
        assert not any(
            _fits(written_of(near), bare)
            for near in range(bound + step, bound + 40 * step, step)
            if abs(near - MIDDLE) < MIDDLE
        )


def _fits(day: str, pattern: str) -> bool:
    return all(p in {"X", d} for p, d in zip(pattern, day, strict=False))


@cache
def _meanings(text: str) -> frozenset[tuple[int, int]]:
    """Every (first day, last day) the text can mean, counted one by one within a window that holds them all."""
    window = range(FIRST - 40, LAST + 320)
    fitting = [{day for day in window if _fits(written_of(day), part.strip("?~%"))} for part in text.split("/")]
    if len(fitting) == 1:
        return frozenset((day, day) for day in fitting[0])
    return frozenset((a, b) for a, b in product(*fitting) if a <= b)


@cache
def _covered(text: str) -> frozenset[int]:
    return frozenset(day for first, last in _meanings(text) for day in range(first, last + 1))


@given(SMALL | INTERVALS, SMALL | INTERVALS)
def test_comparisons_agree_with_every_pair_of_days_counted(a_text: str, b_text: str) -> None:
    a, b = _read(a_text), _read(b_text)
    if a is None or b is None or "0X-05" in a_text + b_text:  # its days have gaps, which bounds do not keep
        return
    a_all, b_all = _ends(_meanings(a_text)), _ends(_meanings(b_text))
    pairs = list(product(a_all, b_all))
    assert edtf.certainly_before(a, b) == all(x[1] < y[0] for x, y in pairs)
    assert edtf.possibly_before(a, b) == any(x[0] < y[1] for x, y in pairs)
    assert edtf.certainly_overlap(a, b) == all(x[0] <= y[1] and y[0] <= x[1] for x, y in pairs)
    assert edtf.possibly_overlap(a, b) == bool(_covered(a_text) & _covered(b_text))
    assert edtf.contains(a, b) == (
        min(a_all)[0] <= min(b_all)[0] and max(y[1] for y in b_all) <= max(x[1] for x in a_all)
    )


def _ends(meanings: frozenset[tuple[int, int]]) -> list[tuple[int, int]]:
    """The extreme meanings decide every "all" and every "before"; the rest lie between them."""
    firsts, lasts = [m[0] for m in meanings], [m[1] for m in meanings]
    keep = {min(firsts), max(firsts)}, {min(lasts), max(lasts)}
    return [m for m in meanings if m[0] in keep[0] or m[1] in keep[1]]


@given(SMALL | INTERVALS, SMALL | INTERVALS, st.integers(0, 60))
def test_slack_makes_what_is_certain_rarer_and_what_is_possible_more_frequent(
    a_text: str, b_text: str, slack: int
) -> None:
    a, b = _read(a_text), _read(b_text)
    if a is None or b is None:
        return
    for certain in (edtf.certainly_before, edtf.certainly_overlap, edtf.contains, edtf.within):
        assert certain(a, b) or not certain(a, b, slack_days=slack)
    for possible in (edtf.possibly_before, edtf.possibly_overlap):
        assert possible(a, b, slack_days=slack) or not possible(a, b)


@given(
    SMALL | INTERVALS | st.sampled_from(["/2019", "2019/..", "../2018", "[2018,2019]", "{..2019}"]), SMALL | INTERVALS
)
def test_a_relation_turned_round_is_the_turned_relation(a_text: str, b_text: str) -> None:
    a, b = _read(a_text), _read(b_text)
    if a is None or b is None:
        return
    turned = {"certainly_before": "certainly_after", "certainly_after": "certainly_before"}
    forward, back = edtf.relation_of(a, b), edtf.relation_of(b, a)
    if forward in turned or back in turned:
        assert turned[forward] == back
    elif (a.earliest, a.latest) != (b.earliest, b.latest):
        assert {"contains": "within", "within": "contains"}.get(forward, forward) == back


@given(st.text(alphabet="0123456789XY-/.[]{},?~%TZP:+ ", max_size=30))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    date = _read(text)
    if date is not None:
        assert date.earliest is None or date.latest is None or date.earliest <= date.latest
        assert date.edtf == text


def test_a_negative_slack_is_refused() -> None:
    with pytest.raises(MalformedError, match="slack"):
        edtf.certainly_before(edtf_of("2019"), edtf_of("2020"), slack_days=-1)
