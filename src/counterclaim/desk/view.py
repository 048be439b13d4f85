"""Shows an exhibit's bytes to the acting person; nothing is shown before the viewing stands in the log."""

from __future__ import annotations

from dataclasses import dataclass

from counterclaim.desk.open import Desk
from counterclaim.record.errors import UsageError
from counterclaim.record.exhibit import Exhibit

NUMBER_MAX = 10**9  # no case holds more; a larger number does not fit the views' columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewed:
    """An exhibit with its bytes, and the number of the entry that says they were looked at."""

    exhibit: Exhibit
    content: bytes
    entry: int


def view(desk: Desk, *, case: str, number: int) -> Viewed:
    """Read an exhibit's bytes, enter a `view` event by the acting person's pseudonym, then return them.

    The bytes are read and hashed anew first, so that no viewing is logged of what cannot be shown. Raises
    UsageError (no such exhibit), PolicyError (role), IntegrityError (changed bytes), StorageError or BusyError
    (the viewing could not be entered: then nothing is shown).
    """
    exhibit = exhibit_of(desk, case=case, number=number)
    content = desk.vault.content_of(exhibit)
    event = desk.event(
        "view", case=case, exhibits=(number,), inputs=(exhibit.sha256,), body={"exhibit": number, "how": "revealed"}
    )
    (entry,) = desk.record(event)
    return Viewed(exhibit=exhibit, content=content, entry=entry.index)


def exhibit_of(desk: Desk, *, case: str, number: int) -> Exhibit:
    """The exhibit of this number, for a person who may be shown the case. Raises UsageError and PolicyError."""
    desk.require("show", case=case)
    holding = desk.vault.holding(case, number) if number <= NUMBER_MAX else None
    if holding is None:
        remedy = f"The case's own page lists its exhibits; `counterclaim case show {case}` does too."
        raise UsageError(f"an exhibit of case {case}", f"E{number}", remedy=remedy)
    return holding.exhibit
