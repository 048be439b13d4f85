"""Which parts of each entry leave in a bag: what nobody accepted, and what was set aside, stays sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from counterclaim.desk.judge import NEEDS_JUDGEMENT
from counterclaim.desk.open import Desk
from counterclaim.desk.suggestions import current_suggestions, turn_of
from counterclaim.desk.weigh import accepted_findings
from counterclaim.dossier.bag import Disclosed
from counterclaim.dossier.bag_custody import EARLIER_MAX
from counterclaim.record.canonical import noun_of, plain_of_json
from counterclaim.record.custody import Entry, Event
from counterclaim.record.exhibit import label_of

Part = Literal["whole", "withheld", "sealed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What may leave at this moment.

    `aside` are exhibits held and not used; `findings` and `accepted` are ids; `readings` are (exhibit, turn) of
    readings of which everything was accepted; `weights` are the entries of each question's latest weight.
    """

    aside: frozenset[int]
    findings: frozenset[str]
    accepted: frozenset[str]
    readings: frozenset[tuple[int, int]]
    weights: frozenset[int]


def leaving_now(desk: Desk, *, case: str) -> Leaving:
    """Fold the judgements that stand now into what may leave."""
    rows = current_suggestions(desk, case=case)
    waiting = {
        (row.exhibit, turn_of(row.id)) for row in rows if row.kind in NEEDS_JUDGEMENT and row.status != "accepted"
    }
    findings = frozenset(finding.id for finding in accepted_findings(desk, case=case))
    return Leaving(
        aside=frozenset(row.exhibit for row in desk.vault.not_used(case)),
        findings=findings,
        accepted=findings | {row.id for row in rows if row.status == "accepted"},
        readings=frozenset((row.exhibit, turn_of(row.id)) for row in rows) - waiting,
        weights=frozenset(_latest_weights(desk, case=case)),
    )


def _latest_weights(desk: Desk, *, case: str) -> set[int]:
    latest: dict[str, int] = {}
    for entry in desk.vault.entries(case):
        event = entry.event()
        if event is not None and event.kind == "weigh":
            latest[event.body["weight"]["question"]["id"]] = entry.index
    return set(latest.values())


def parts_leaving(desk: Desk, *, case: str) -> list[tuple[Entry, Part]]:
    """Every entry that leaves now, rising, and how much of it.

    Erased entries about exhibits that leave come as their leaf alone: no view knows them any more, the histories do.
    """
    leaving = leaving_now(desk, case=case)
    entries = {entry.index: entry for entry in desk.vault.entries(case)}
    exhibits = admitted_in((entry, part_of(entry, leaving)) for entry in entries.values())
    histories = desk.vault.histories(case, exhibits).histories if exhibits else ()
    for index in {index for history, _ in histories for index in history.entries}.difference(entries):
        entries[index] = desk.vault.entry(index)
    return [(entry, part_of(entry, leaving)) for _, entry in sorted(entries.items())]


def part_of(entry: Entry, leaving: Leaving) -> Part:
    """How much of the entry leaves: all of it, all but its detail, or, of a mere viewing, the leaf alone."""
    if entry.payload is None or b'"class":"viewing"' in entry.leaf:
        return "sealed"
    event = entry.event()
    return "whole" if event is not None and _may_leave(entry.index, event, leaving) else "withheld"


def disclosed_of(entry: Entry, part: Part) -> Disclosed:
    """The entry as its recipient gets it."""
    return Disclosed(
        index=entry.index,
        leaf=entry.leaf,
        payload=None if part == "sealed" else entry.payload,
        detail=entry.detail if part == "whole" else None,
    )


def admitted_in(parts: Iterable[tuple[Entry, Part]]) -> tuple[int, ...]:
    """The exhibits whose admission leaves open, rising: all entries about them must leave with it."""
    numbers: set[int] = set()
    for entry, part in parts:
        head = plain_of_json(entry.payload) if entry.payload is not None and part != "sealed" else None
        if isinstance(head, dict) and head["kind"] == "admit":
            numbers.update(noun_of(head["exhibits"], tuple[int, ...]))
    return tuple(sorted(numbers))


def left_before(desk: Desk, size: int) -> tuple[int, ...]:
    """The sizes, rising, of earlier checkpoints that somebody outside may hold: the newest EARLIER_MAX of them.

    A checkpoint leaves in a bag, to a time-stamping authority (as a hash, whose note may be kept) or to a cosigner.
    """
    vault = desk.vault
    sizes = {token.size for token in vault.tokens()} | {row.size for row in vault.cosignatures()}
    for case in vault.cases():
        sizes |= {row.entry + 1 for row in vault.publications(case.name)}
    return tuple(sorted(old for old in sizes if 0 < old < size)[-EARLIER_MAX:])


def _may_leave(index: int, event: Event, leaving: Leaving) -> bool:
    """Whether the detail of this act may leave; kinds that name nothing unjudged may."""
    if event.exhibits and event.kind != "not_used" and set(event.exhibits) <= leaving.aside:
        return False
    rule = _RULES.get(event.kind)
    return True if rule is None else rule(index, event, leaving)


def _assessment_may(_: int, event: Event, leaving: Leaving) -> bool:
    assessment = event.body["assessment"]
    return assessment["kind"] == "observation" or assessment["item"] in leaving.accepted


def _reading_may(_: int, event: Event, leaving: Leaving) -> bool:
    number = event.exhibits[0]
    turn = turn_of(str(event.body["prefix"]) + "a1")
    return str(event.body["prefix"]).startswith(label_of(number)) and (number, turn) in leaving.readings


_RULES: dict[str, Callable[[int, Event, Leaving], bool]] = {
    "examine": lambda _, event, leaving: event.body["finding"]["id"] in leaving.findings,
    "read": _reading_may,
    "edit": lambda _, event, leaving: event.body["id"] in leaving.accepted,
    # What was asked of the network tells whom we look at; of what came, the admission says where it came from.
    "fetch": lambda _index, _event, _leaving: False,
    "reject": lambda _index, _event, _leaving: False,
    "assess": _assessment_may,
    "weigh": lambda index, _, leaving: index in leaving.weights,
}
