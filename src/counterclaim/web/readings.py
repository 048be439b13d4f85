"""What was read from an exhibit as it stands now, with each suggestion's status; refuses to mix two readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from counterclaim.desk.open import Desk
from counterclaim.dossier.casefile import Shown
from counterclaim.record.account import Account, Damage, Entity, Episode, MethodMention, Quotation, Reading, Status
from counterclaim.record.canonical import noun_of
from counterclaim.record.exhibit import Exhibit, label_of
from counterclaim.vault.rows import Suggestion

_NOUNS: Mapping[str, tuple[str, type[Any]]] = {
    "account": ("accounts", Account),
    "quotation": ("quotations", Quotation),
    "episode": ("episodes", Episode),
    "method": ("methods", MethodMention),
    "entity": ("entities", Entity),
    "damage": ("damage", Damage),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An exhibit with its latest reading, where edits replace what was read.

    `shown.accepted` holds whatever was not rejected: here a person still decides, so what is only proposed is
    shown too, with its status. `statuses` goes by full id (`E3.a1`), `prefix` makes one of a local id.
    """

    shown: Shown
    reading: Reading
    prefix: str
    statuses: Mapping[str, Status]

    def status(self, local: str) -> Status:
        """The present status of the suggestion with this local id."""
        return self.statuses[self.prefix + local]


def read_of(desk: Desk, exhibit: Exhibit) -> Read | None:
    """The latest reading of the exhibit with present statuses, or None where it was not read."""
    reading = desk.vault.reading(exhibit.case, exhibit.number)
    if reading is None:
        return None
    turn = len(desk.vault.readers_of(exhibit.case, exhibit.number))
    prefix = f"{label_of(exhibit.number)}." + (f"r{turn}." if turn > 1 else "")
    rows = [
        row
        for row in desk.vault.suggestions(exhibit.case)
        if row.exhibit == exhibit.number and row.id.rpartition(".")[0] + "." == prefix
    ]
    now = _as_it_stands(reading, rows)
    kept = frozenset(row.id.removeprefix(prefix) for row in rows if row.status != "rejected")
    return Read(
        shown=Shown(exhibit=exhibit, reading=now, accepted=kept),
        reading=now,
        prefix=prefix,
        statuses={row.id: row.status for row in rows},
    )


def _as_it_stands(reading: Reading, rows: list[Suggestion]) -> Reading:
    lists: dict[str, list[Any]] = {name: [] for name, _ in _NOUNS.values()}
    for row in rows:
        name, kind = _NOUNS[row.kind]
        noun = noun_of(row.plain, kind)
        lists[name].append(replace(noun, status=row.status) if isinstance(noun, Account) else noun)
    now: dict[str, Any] = {name: tuple(nouns) for name, nouns in lists.items()}
    return replace(reading, **now)
