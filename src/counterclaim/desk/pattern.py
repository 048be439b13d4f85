"""Counts what people accepted over de-duplicated incidents; a count is of what was reported here, never a rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from counterclaim.desk.open import Desk
from counterclaim.desk.suggestions import current_suggestions
from counterclaim.pattern.linkage import Link, links_of
from counterclaim.pattern.tally import Axis, TallyRow, tally_of
from counterclaim.record.canonical import noun_of
from counterclaim.record.errors import UsageError
from counterclaim.record.incident import Act, Incident
from counterclaim.record.passage import Passage, Span


def incidents(desk: Desk, *, case: str) -> tuple[Incident, ...]:
    """One incident for each accepted episode of ill-treatment, with the methods accepted for it."""
    rows = [row for row in current_suggestions(desk, case=case) if row.status == "accepted"]
    methods = {
        (row.exhibit, row.plain["id"]): row.plain["term"]
        for row in rows
        if row.kind == "method" and row.plain["asserted"]
    }
    names = {
        (row.exhibit, row.plain["id"]): row.plain["name"]
        for row in current_suggestions(desk, case=case)
        if row.kind == "entity"
    }
    return tuple(
        Incident(id=row.id, acts=_acts(row.plain, row.exhibit, methods, names), origins=frozenset({f"E{row.exhibit}"}))
        for row in rows
        if row.kind == "episode" and row.plain["type"] == "ill_treatment"
    )


def _acts(
    episode: Mapping[str, Any],
    exhibit: int,
    methods: Mapping[tuple[int, str], str],
    names: Mapping[tuple[int, str], str],
) -> tuple[Act, ...]:
    source = Passage(exhibit=exhibit, span=noun_of(episode["span"], Span))
    place = names.get((exhibit, episode["place"].get("entity", "")))
    edtf = episode["date"]["edtf"] if episode["date"] else None
    victims = [
        names.get((exhibit, one["slot"].get("entity", "")), "not stated")
        for one in episode["participants"]
        if "victim" in one["role"]
    ]
    terms = [methods[exhibit, one] for one in episode["methods"] if (exhibit, one) in methods] or ["unspecified"]
    return tuple(
        Act(victim=victim, method=term, place=place, edtf=edtf, sources=(source,))
        for victim in victims or ["not stated"]
        for term in terms
    )


def patterns(desk: Desk, *, case: str, by: Axis) -> tuple[tuple[TallyRow, ...], tuple[Link, ...]]:
    """Tallies along one axis with bounds, and the proposed links that make lower and upper differ."""
    desk.require("show", case=case)
    found = incidents(desk, case=case)
    links = links_of(found)
    return tally_of(found, links, by=by), links


def axis_named(text: str) -> Axis:
    """Check the name of an axis. Raises UsageError."""
    for axis in get_args(Axis):
        if axis == text:
            return axis  # type: ignore[no-any-return]
    raise UsageError(f"an axis ({', '.join(get_args(Axis))})", repr(text))
