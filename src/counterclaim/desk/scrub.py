"""Re-reads everything a vault holds and enters what came of it; refuses to remove a file unless that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterclaim.desk.open import Desk
from counterclaim.record.check import Check, holds
from counterclaim.vault.scrubbing import LeftOver, damaged_objects, database_checks, left_over, sealed_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """What a scrub found: one row a check, and the files that no entry names."""

    checks: tuple[Check, ...]
    objects: int
    left_over: tuple[LeftOver, ...]
    removed: int


def scrub(desk: Desk, *, remove_left_over: bool = False) -> Scrubbed:
    """Re-read every object and the database, and log a `scrub` event with the counts and what failed.

    Left-over files are those a stopped writer never entered, older than the last clean close; `remove_left_over`
    overwrites and unlinks them. Raises StorageError, BusyError, and IntegrityError where nothing can be entered any
    more because the database itself is damaged: `verify` then says what.
    """
    closed = sealed_at(desk.vault.folder)
    checks = tuple(_rows(desk))
    failed = [check for check in checks if check.outcome == "failed"]
    objects = len(desk.vault.holdings())
    with desk.writing() as writer:
        found = left_over(desk.vault, older_than=closed)
        removed = sum(writer.remove_left_over(one.name) for one in found) if remove_left_over else 0
        body = {
            "objects": objects, "failed": [f"{check.name}: {check.what}" for check in failed],
            "left_over": len(found), "removed": removed,
        }  # fmt: skip
        writer.record([desk.event("scrub", case="", body=body, basis="custody")])
    return Scrubbed(checks=checks, objects=objects, left_over=found, removed=removed)


def _rows(desk: Desk) -> Iterator[Check]:
    yield from database_checks(desk.vault)
    rows = tuple(damaged_objects(desk.vault))
    yield from rows
    if holds(rows):
        count = len(desk.vault.holdings())
        yield Check(name="objects", outcome="passed", what="objects", reason=f"{count} objects hashed")
