"""Erases what the vault holds of an exhibit or of single entries, for good; keeps that something was there, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterclaim.desk.open import Desk
from counterclaim.record.custody import Entry, Event
from counterclaim.record.errors import IntegrityError, UsageError
from counterclaim.vault.erasure import KEPT_KINDS, holds_some_of, left_over_of
from counterclaim.vault.seal import WRITE_AHEAD
from counterclaim.vault.vault import Writer

# The log keeps the reason for ever, so it is one of a few words: a sentence could name whom it is about.
REASONS: Mapping[str, str] = {
    "consent-withdrawn": "the person it is about, or who gave it, no longer consents",
    "ordered": "a court or an authority ordered it",
    "unlawful": "it should not have been collected or kept",
    "mistake": "it came in by mistake",
    "retention-ended": "the time for which it was to be kept is over",
}
STANDING_KINDS = KEPT_KINDS | {"case_opened", "role_granted"}  # without these the rest of a case says nothing
NOT_UNDONE = (
    "Bags already published keep what was disclosed in them; ask each recipient.",
    "Backups and copies made before, and the copy a migration left, still hold it.",
    "On an SSD, or a file system that copies on write, overwritten blocks may outlive this until they are reused.",
    "The log keeps that these entries were made, their order, and the number of the exhibit.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would go: the entries, the exhibits they name beside the one asked for, and what still speaks of it.

    `mentions` are entries (index, kind) that stay although they name it, or hold its digest or one of its codes.
    """

    case: str
    exhibit: int | None
    entries: tuple[int, ...]
    also: tuple[int, ...]
    mentions: tuple[tuple[int, str], ...]
    keep_shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What went, the entry that says so, and whether a reader kept old pages from being overwritten yet.

    `left_over` files of admissions that were cut off held the same bytes and went too. In an encrypted vault nobody
    can tell what such files hold: their keys were in memory alone; `unreadable` of them stay.
    """

    plan: Plan
    record: int
    objects: int
    pages_left: bool
    left_over: int = 0
    unreadable: int = 0


def plan_of(
    desk: Desk, *, case: str, exhibit: int | None = None, entries: Sequence[int] = (), keep_shared: bool = False
) -> Plan:
    """Say what would be erased: all entries about `exhibit`, or these entries. Raises PolicyError, UsageError.

    With `keep_shared` a judgement on several exhibits stays: it holds their ids and the reason a person gave.
    """
    desk.require("erase", case=case)
    if (exhibit is None) == (not entries):
        raise UsageError("either an exhibit or entries", "both" if entries else "neither")
    held = {entry.index: entry for entry in desk.vault.entries(case)}
    wanted: set[int] = set(entries)
    mentions: tuple[tuple[int, str], ...] = ()
    if exhibit is not None:
        wanted, mentions = _about(desk, held, case, exhibit, keep_shared=keep_shared)
    events = {index: _event(held, case, index) for index in sorted(wanted)}
    if exhibit is None:
        _check_whole(desk, held, case, events)
    also = {number for event in events.values() for number in event.exhibits} - {exhibit}
    return Plan(
        case=case, exhibit=exhibit, entries=tuple(events), also=tuple(sorted(also)), mentions=mentions,
        keep_shared=keep_shared,
    )  # fmt: skip


def _about(
    desk: Desk, held: Mapping[int, Entry], case: str, exhibit: int, *, keep_shared: bool = False
) -> tuple[set[int], tuple[tuple[int, str], ...]]:
    """Entries about the exhibit that are still there, with what examiners said of others by its codes; and the rest.

    A finding on another exhibit that names this one's digest or codes goes too: examining again makes it anew.
    """
    (history, _), *_ = desk.vault.histories(case, [exhibit]).histories
    named = [held[index] for index in history.entries if index in held and _erasable(held[index])]
    shared = [entry for entry in named if keep_shared and _judges_others(entry)]
    wanted = {entry.index for entry in named if entry not in shared}
    holding = desk.vault.holding(case, exhibit)
    codes = [code.code.rpartition(":")[2] for code in desk.vault.codes(case) if code.exhibit == exhibit]
    traces = [text.encode() for text in ([] if holding is None else [holding.exhibit.sha256, holding.object]) + codes]
    mentions = [(entry.index, _kind(entry)) for entry in shared]
    for entry in held.values():
        event = entry.event()
        if entry in named or event is None or not any(_holds(entry, trace) for trace in traces):
            continue
        if event.kind == "examine":
            wanted.add(entry.index)
        else:
            mentions.append((entry.index, event.kind))
    if not wanted:
        raise UsageError("an exhibit of which something is held", f"E{exhibit}: all of it was erased before")
    return wanted, tuple(sorted(mentions))


def _holds(entry: Entry, trace: bytes) -> bool:
    return trace in (entry.payload or b"") or trace in (entry.detail or b"")


def _judges_others(entry: Entry) -> bool:
    event = entry.event()
    return event is not None and event.kind in {"accept", "reject"} and len(event.exhibits) > 1


def _kind(entry: Entry) -> str:
    event = entry.event()
    return "erased" if event is None else event.kind


def _erasable(entry: Entry) -> bool:
    event = entry.event()
    return event is not None and event.kind not in STANDING_KINDS


def _event(held: Mapping[int, Entry], case: str, index: int) -> Event:
    """The event to be erased. Raises UsageError where it may not, or is of another case."""
    event = held[index].event() if index in held else None
    if event is None:
        raise UsageError(f"an entry of case {case!r} that is not erased", f"entry {index}")
    if event.kind in STANDING_KINDS:
        raise UsageError("an entry that can be erased", f"entry {index}, of kind {event.kind}")
    return event


def _check_whole(desk: Desk, held: Mapping[int, Entry], case: str, events: Mapping[int, Event]) -> None:
    """Refuse to take an exhibit away and leave what was found on it."""
    for event in events.values():
        if event.kind == "admit":
            about, _ = _about(desk, held, case, event.exhibits[0])
            if not about <= set(events):
                remedy = f"Erase all of it with --exhibit {event.exhibits[0]}."
                raise UsageError(f"all entries about E{event.exhibits[0]}", "some of them", remedy=remedy)


def erase(desk: Desk, plan: Plan, *, reason: str) -> Erasure:
    """Destroy what `plan` names and enter one event that lists the entries. Raises UsageError for an unknown reason.

    Before it writes it plans again: where something was entered meanwhile, the person has not seen it.
    """
    if reason not in REASONS:
        raise UsageError(f"a reason ({', '.join(REASONS)})", repr(reason))
    with desk.writing() as writer:
        asked = () if plan.exhibit is not None else plan.entries
        if plan_of(desk, case=plan.case, exhibit=plan.exhibit, entries=asked, keep_shared=plan.keep_shared) != plan:
            raise UsageError("the vault as it was when this was planned", "entries made since", remedy="Run it again.")
        exhibits = sorted({*plan.also} | ({plan.exhibit} if plan.exhibit is not None else set()))
        body = {"entries": list(plan.entries), "reason": reason}
        left_over, unreadable = _destroy_left_over(desk, writer, plan)
        writer.erase(plan.entries, event=desk.event("erase", case=plan.case, exhibits=tuple(exhibits), body=body))
        record = desk.vault.entry(desk.vault.size() - 1)
    event = record.event()
    objects = () if event is None else event.body["objects"]
    return Erasure(
        plan=plan, record=record.index, objects=len(objects), pages_left=_pages_left(desk), left_over=left_over,
        unreadable=unreadable,
    )  # fmt: skip


def _destroy_left_over(desk: Desk, writer: Writer, plan: Plan) -> tuple[int, int]:
    """Destroy what cut-off admissions left of the exhibits that go; how many went, and how many nobody can read.

    Before the erasure, which takes the digests away: whoever is cut off between the two asks for it again.
    """
    named = {holding.object for holding in desk.vault.holdings()}
    files = list(left_over_of(desk.vault.files(), named=named))
    if desk.vault.encrypted or not files:
        return 0, len(files)
    contents = _contents_of(desk, plan)
    found = [file for file in files if contents and holds_some_of(desk.vault.folder / file.path, contents)]
    return sum(writer.remove_left_over(file.name) for file in found), 0


def _contents_of(desk: Desk, plan: Plan) -> dict[str, bytes | None]:
    """The bytes of the exhibits that `plan` takes away, by digest; None where they are damaged."""
    contents: dict[str, bytes | None] = {}
    admitted = {name for index in plan.entries for name in desk.vault.objects_of(index)}
    for holding in desk.vault.holdings(plan.case):
        if holding.object in admitted:
            try:
                contents[holding.exhibit.sha256] = desk.vault.content_of(holding.exhibit)
            except IntegrityError:
                contents[holding.exhibit.sha256] = None
    return contents


def _pages_left(desk: Desk) -> bool:
    """Whether the write-ahead file still holds pages: another reader was in the way of emptying it."""
    path = desk.vault.folder / WRITE_AHEAD
    return path.is_file() and path.stat().st_size > 0
