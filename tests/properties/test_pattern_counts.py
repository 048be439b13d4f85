"""Linkage, tallies and estimates: proposals with reasons, counts with bounds, and a refusal of small lists."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterclaim.pattern.estimate import LIMITS, RECAPTURES_MIN, Estimate, estimate_of
from counterclaim.pattern.linkage import NOT_STATED, Link, clusters_of, links_of
from counterclaim.pattern.tally import tally_of
from counterclaim.record.date import edtf_of, possibly_overlap
from counterclaim.record.errors import MalformedError
from counterclaim.record.finding import Declined
from counterclaim.record.incident import Act, Incident

acts = st.builds(
    lambda victim, method, place, edtf: Act(victim=victim, method=method, place=place, edtf=edtf, sources=()),
    st.sampled_from(["V1", "V2", "v1 ", "", NOT_STATED]),
    st.sampled_from(["beating", "electric_shock"]),
    st.sampled_from(["Prison 1", "prison  1", "Police 2", None]),
    st.sampled_from(["2019-05-04", "2019-05", "2019", "2019-12/2020-01", "201X", "2021", "2019/..", None]),
)


@st.composite
def incidents(draw: st.DrawFn) -> tuple[Incident, ...]:
    rows = draw(st.lists(st.lists(acts, min_size=1, max_size=3), max_size=6))
    return tuple(Incident(id=f"I{i}", acts=tuple(row), origins=frozenset()) for i, row in enumerate(rows))


def _incident(
    name: str, edtf: str | None, *, victim: str = "V1", place: str | None = "Prison 1", method: str = "beating"
) -> Incident:
    return Incident(
        id=name, acts=(Act(victim=victim, method=method, place=place, edtf=edtf, sources=()),), origins=frozenset()
    )


def _same(a: Act, b: Act) -> bool:
    if a.victim in {"", NOT_STATED} or a.place is None or b.place is None or a.edtf is None or b.edtf is None:
        return False
    names = [" ".join(text.split()).lower() for text in (a.victim, b.victim, a.place, b.place)]
    return names[0] == names[1] and names[2] == names[3] and possibly_overlap(edtf_of(a.edtf), edtf_of(b.edtf))


@given(incidents())
def test_links_are_exactly_the_pairs_with_an_act_of_the_same_victim_place_and_day(made: tuple[Incident, ...]) -> None:
    expected = {(a.id, b.id) for a, b in combinations(made, 2) if any(_same(x, y) for x, y in product(a.acts, b.acts))}
    links = links_of(made)
    assert {(link.first, link.second) for link in links} == expected
    assert all("same victim" in link.reason for link in links)
    assert links_of(made[::-1]) == links


@given(incidents())
def test_clusters_hold_every_incident_once_and_linked_ones_together(made: tuple[Incident, ...]) -> None:
    links = links_of(made)
    clusters = clusters_of(made, links)
    assert sorted(one for cluster in clusters for one in cluster.incidents) == sorted(incident.id for incident in made)
    where = {one: i for i, cluster in enumerate(clusters) for one in cluster.incidents}
    assert all(where[link.first] == where[link.second] for link in links)
    assert len(clusters) >= len(made) - len(links)
    assert clusters_of(made, links[::-1]) == clusters


@given(incidents(), st.sampled_from(["method", "facility", "year"]), st.data())
def test_bounds_hold_whichever_of_the_proposed_links_are_accepted(
    made: tuple[Incident, ...], by: str, data: st.DataObject
) -> None:
    links = links_of(made)
    accepted = [link for link in links if data.draw(st.booleans())]
    clusters = clusters_of(made, accepted)
    for row in tally_of(made, links, by=by):  # type: ignore[arg-type]
        true = sum(any(one in row.incidents for one in cluster.incidents) for cluster in clusters)
        assert 0 <= row.lower <= true <= row.upper == len(row.incidents)


def test_a_tally_without_links_and_unsure_dates_has_one_number() -> None:
    rows = tally_of([_incident("I1", "2019-05"), _incident("I2", "2020", victim="V2")], (), by="facility")
    assert [(row.key, row.lower, row.upper) for row in rows] == [("Prison 1", 2, 2)]


def test_two_reports_of_one_day_count_as_one_to_two() -> None:
    made = [
        _incident("I1", "2019-05-04"),
        _incident("I2", "2019-05", method="electric_shock"),
        _incident("I3", "2019-05", place=None),
    ]
    links = links_of(made)
    assert [(link.first, link.second) for link in links] == [("I1", "I2")]
    assert [(row.key, row.lower, row.upper) for row in tally_of(made, links, by="facility")] == [
        ("Prison 1", 1, 2),
        (NOT_STATED, 1, 1),
    ]
    assert [(row.key, row.lower, row.upper) for row in tally_of(made, links, by="year")] == [("2019", 2, 3)]


def test_an_unsure_year_counts_for_no_year_below_and_for_each_above() -> None:
    rows = tally_of([_incident("I1", "2019-12/2020-01"), _incident("I2", "XXXX", victim="V2")], (), by="year")
    assert [(row.key, row.lower, row.upper) for row in rows] == [("2019", 0, 1), ("2020", 0, 1), (NOT_STATED, 1, 1)]


def test_a_chain_that_ties_incidents_of_different_times_together_is_shown_as_strained() -> None:
    made = [_incident("I1", "2019-01"), _incident("I2", "2019"), _incident("I3", "2019-12")]
    (cluster,) = clusters_of(made, links_of(made))
    assert cluster.incidents == ("I1", "I2", "I3")
    assert cluster.strained == (("I1", "I3"),)


def test_an_id_given_twice_or_a_link_to_nowhere_is_refused() -> None:
    twice = [_incident("I1", "2019"), _incident("I1", "2020")]
    with pytest.raises(MalformedError):
        links_of(twice)
    with pytest.raises(MalformedError):
        clusters_of(twice[:1], [Link(first="I1", second="I9", reason="")])


# --- Estimate ----------------------------------------------------------------------------------


def _lists(first: int, second: int, both: int) -> tuple[frozenset[str], frozenset[str]]:
    names = [str(i) for i in range(first + second - both)]
    return frozenset(names[:first]), frozenset(names[first - both :])


def test_chapmans_estimate_is_the_one_worked_by_hand() -> None:
    estimate = estimate_of(*_lists(41, 20, 13))
    assert isinstance(estimate, Estimate)
    assert estimate.total == Decimal(62)  # 42 x 21 / 14 - 1
    assert estimate.variance == Decimal("58.8")  # 42 x 21 x 28 x 7 / (14^2 x 15)
    assert (estimate.known, estimate.limits) == (48, LIMITS)


def test_lists_that_share_too_little_are_declined() -> None:
    assert isinstance(estimate_of(*_lists(50, 50, RECAPTURES_MIN - 1)), Declined)
    assert isinstance(estimate_of(*_lists(50, 50, RECAPTURES_MIN)), Estimate)


@given(st.integers(7, 60), st.integers(7, 60), st.integers(7, 60))
def test_an_estimate_is_never_below_what_is_known_and_does_not_depend_on_which_list_is_first(
    a: int, b: int, m: int
) -> None:
    first, second = _lists(a, b, min(a, b, m))
    estimate, swapped = estimate_of(first, second), estimate_of(second, first)
    assert isinstance(estimate, Estimate)
    assert isinstance(swapped, Estimate)
    assert estimate.total >= estimate.known
    assert estimate.variance >= 0
    assert (estimate.total, estimate.variance) == (swapped.total, swapped.variance)
