"""What was read and stands now: of several readings of an exhibit, the latest; the others stay in the log."""

from __future__ import annotations

from counterclaim.desk.open import Desk
from counterclaim.vault.rows import Suggestion


def current_suggestions(desk: Desk, *, case: str) -> tuple[Suggestion, ...]:
    """The suggestions of each exhibit's latest reading: an earlier one's are superseded and wait for nobody."""
    rows = desk.vault.suggestions(case)
    latest: dict[int, int] = {}
    for row in rows:
        latest[row.exhibit] = max(latest.get(row.exhibit, 1), turn_of(row.id))
    return tuple(row for row in rows if turn_of(row.id) == latest[row.exhibit])


def turn_of(identifier: str) -> int:
    """Which reading an id belongs to: 1 for `E3.a1`, 2 for `E3.r2.a1`."""
    parts = identifier.split(".")
    return int(parts[1].removeprefix("r")) if len(parts) == 3 else 1  # noqa: PLR2004 (label, turn, local id)
