"""Searches the texts, findings and names of a case over the vault's index."""

from __future__ import annotations

from counterclaim.desk.open import Desk
from counterclaim.record.errors import UsageError
from counterclaim.vault.search import SearchRow

QUERY_CHARACTERS_MAX = 500


def search(desk: Desk, query: str, *, case: str) -> tuple[SearchRow, ...]:
    """Where the words of `query` stand in the case. Raises UsageError for an empty or endless query."""
    desk.require("search", case=case)
    if not query.strip() or len(query) > QUERY_CHARACTERS_MAX:
        raise UsageError(f"1 to {QUERY_CHARACTERS_MAX} characters to search for", f"{len(query)}")
    return desk.vault.search(case, query)
