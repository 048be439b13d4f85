"""Who may do what in a case; a grant is a custody event, and silence grants nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from counterclaim.record.case import CaseRole
from counterclaim.record.errors import PolicyError, UsageError

DEFAULT_ACTOR = "owner"  # who acts where nobody is named; the log gets a pseudonym of it
READING = frozenset({"show", "search", "list"})
MAY: Mapping[CaseRole, frozenset[str]] = {
    "owner": frozenset({"*"}),
    "editor": READING | {"admit", "examine", "read", "accept", "reject", "edit", "ask", "assess", "weigh", "note"},
    "reviewer": READING | {"examine", "read", "accept", "reject", "assess", "weigh", "note"},
    "counsel": READING | {"accept", "reject", "ask", "assess", "weigh", "publish", "note"},
    "reader": READING,
}


def role_of(text: str) -> CaseRole:
    """Check the name of a role. Raises UsageError."""
    for role in get_args(CaseRole):
        if role == text:
            return role  # type: ignore[no-any-return]
    raise UsageError(f"a role ({', '.join(get_args(CaseRole))})", repr(text))


def require(roles: Mapping[str, str], *, actor: str, verb: str) -> None:
    """Let `actor` do `verb`, or raise PolicyError naming who could."""
    held = roles.get(actor)
    if held is not None:
        allowed = MAY[role_of(held)]
        if "*" in allowed or verb in allowed:
            return
    could = ", ".join(role for role, verbs in MAY.items() if "*" in verbs or verb in verbs)
    raise PolicyError(
        f"a role that may {verb} ({could})",
        held or "no role in this case",
        remedy="Act under another name with --as, or ask the owner for `case grant`.",
    )
