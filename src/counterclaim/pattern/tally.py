"""Counts of incidents by method, facility or year, with bounds; refuses one number where duplicates are possible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from counterclaim.pattern.linkage import NOT_STATED, Cluster, Link, clusters_of
from counterclaim.record.date import day_of, edtf_of
from counterclaim.record.incident import Act, Incident

Axis = Literal["method", "facility", "year"]

YEARS_MAX = 100  # a date wider than a century says nothing about any year


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyRow:
    """How many incidents have this key.

    `lower` if every proposed link holds and unsure years are left out, `upper` if no link holds and every possible
    year counts; `incidents` are those counted in `upper`.
    """

    by: Axis
    key: str
    lower: int
    upper: int
    incidents: tuple[str, ...]


def tally_of(incidents: Sequence[Incident], links: Iterable[Link], *, by: Axis) -> tuple[TallyRow, ...]:
    """Count incidents along one axis, keys sorted. An incident with several acts counts once for each key it has.

    These are counts of what was reported to this case and never a rate. Raises MalformedError.
    """
    keys = {incident.id: _keys(incident, by) for incident in incidents}
    clusters = clusters_of(incidents, links)
    every = sorted({key for possible, _ in keys.values() for key in possible})
    return tuple(_row(by, key, keys, clusters) for key in every)


def _row(
    by: Axis, key: str, keys: Mapping[str, tuple[frozenset[str], frozenset[str]]], clusters: Sequence[Cluster]
) -> TallyRow:
    counted = tuple(sorted(incident for incident, (possible, _) in keys.items() if key in possible))
    lower = sum(any(key in keys[incident][1] for incident in cluster.incidents) for cluster in clusters)
    return TallyRow(by=by, key=key, lower=lower, upper=len(counted), incidents=counted)


def _keys(incident: Incident, by: Axis) -> tuple[frozenset[str], frozenset[str]]:
    """Find the keys an incident can have, and those it has for certain."""
    if by == "year":
        years = [_years(act) for act in incident.acts]
        possible = frozenset(year for act_years in years for year in act_years)
        return possible, frozenset(act_years[0] for act_years in years if len(act_years) == 1)
    found = frozenset((act.method if by == "method" else act.place) or NOT_STATED for act in incident.acts)
    return found, found


def _years(act: Act) -> list[str]:
    date = None if act.edtf is None else edtf_of(act.edtf)
    if date is None or date.earliest is None or date.latest is None:
        return [NOT_STATED]
    first, last = day_of(date.earliest)[0], day_of(date.latest)[0]
    if last - first >= YEARS_MAX:
        return [NOT_STATED]
    return [str(year) for year in range(first, last + 1)]
