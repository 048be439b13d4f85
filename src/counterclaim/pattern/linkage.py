"""Proposes which incidents may be one and the same; refuses to merge them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from counterclaim.record.date import EdtfDate, edtf_of, possibly_overlap
from counterclaim.record.errors import MalformedError
from counterclaim.record.incident import Act, Incident

INCIDENTS_MAX = 20_000  # above this a person cannot review what is proposed
NOT_STATED = "not stated"  # stands for a victim or a place that no source names
LINKS_MAX = 200_000  # the same victim and place in 600 incidents already proposes 180,000 pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A proposal that two incidents (`first` < `second`) are one, and why; a person accepts or rejects it."""

    first: str
    second: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Incidents that would be one if every proposed link held; `strained` lists pairs of it that cannot share a day."""

    incidents: tuple[str, ...]
    strained: tuple[tuple[str, str], ...]


def links_of(incidents: Sequence[Incident], *, slack_days: int = 0) -> tuple[Link, ...]:
    """Propose a link where an act of each has the same victim and place, and dates that can share a day.

    An act without a victim's name, a place or a date links nothing: what is not stated is not the same. Names are
    compared without regard to letter case and spacing, nothing more. Raises MalformedError for ids given twice, or
    too many.
    """
    _check(incidents)
    buckets: dict[tuple[str, str], list[tuple[str, Act, EdtfDate]]] = defaultdict(list)
    for incident in incidents:
        for act in incident.acts:
            if _is_stated(act.victim) and _is_stated(act.place) and act.edtf is not None:
                buckets[_folded(act.victim), _folded(act.place or "")].append((incident.id, act, edtf_of(act.edtf)))
    found: dict[tuple[str, str], str] = {}
    for _, rows in sorted(buckets.items()):  # sorted, so that a pair's reason does not hang on the order of input
        for (a, act, date), (b, other, other_date) in combinations(sorted(rows, key=_row), 2):
            if a != b and (a, b) not in found and possibly_overlap(date, other_date, slack_days=slack_days):
                found[a, b] = f"same victim ({act.victim}), same place ({act.place}), dates {act.edtf} and {other.edtf}"
        if len(found) > LINKS_MAX:
            raise MalformedError(f"{LINKS_MAX} proposed links at most", "more")
    return tuple(Link(first=a, second=b, reason=reason) for (a, b), reason in sorted(found.items()))


def clusters_of(incidents: Sequence[Incident], links: Iterable[Link]) -> tuple[Cluster, ...]:
    """Group incidents as if every link held (union-find); every incident is in exactly one cluster."""
    _check(incidents)
    by_id = {incident.id: incident for incident in incidents}
    parent = {incident.id: incident.id for incident in incidents}
    for link in links:
        if link.first not in parent or link.second not in parent:
            raise MalformedError("links between the incidents handed in", f"{link.first} and {link.second}")
        a, b = sorted((_root(parent, link.first), _root(parent, link.second)))
        parent[b] = a
    members: dict[str, list[str]] = defaultdict(list)
    for incident in sorted(parent):
        members[_root(parent, incident)].append(incident)
    return tuple(Cluster(incidents=tuple(ids), strained=_strained(ids, by_id)) for _, ids in sorted(members.items()))


def _root(parent: dict[str, str], node: str) -> str:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


def _strained(ids: Sequence[str], by_id: dict[str, Incident]) -> tuple[tuple[str, str], ...]:
    """Find who was chained into one cluster with the incident that ends first, and certainly began after it."""
    spans = [(span, incident) for incident in ids if (span := _span(by_id[incident])) is not None]
    if not spans:
        return ()
    (_, end), first = min(spans, key=lambda row: (row[0][1], row[1]))
    return tuple((first, other) for (start, _), other in spans if start > end)


def _span(incident: Incident) -> tuple[int, int] | None:
    """Bound the days of all its acts; None where any of them has an open or unknown end, or no date."""
    dates = [edtf_of(act.edtf) for act in incident.acts if act.edtf is not None]
    starts = [date.earliest for date in dates if date.earliest is not None]
    ends = [date.latest for date in dates if date.latest is not None]
    if not dates or len(dates) < len(incident.acts) or len(starts) < len(dates) or len(ends) < len(dates):
        return None
    return min(starts), max(ends)


def _check(incidents: Sequence[Incident]) -> None:
    if len(incidents) > INCIDENTS_MAX:
        raise MalformedError(f"{INCIDENTS_MAX} incidents at most", str(len(incidents)))
    if len({incident.id for incident in incidents}) != len(incidents):
        raise MalformedError("each incident once", "an id given twice")


def _row(row: tuple[str, Act, EdtfDate]) -> tuple[str, ...]:
    return row[0], row[1].edtf or "", row[1].victim, row[1].place or ""


def _is_stated(name: str | None) -> bool:
    """Whether a name says who or where: two persons nobody named are not one person."""
    return name is not None and _folded(name) not in {"", NOT_STATED}


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
