"""Consent per person, purpose and recipient; refuses to read silence as permission."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ConsentLevel(IntEnum):
    """How far a person's consent reaches; an unknown person stands at NONE (consent_levels.json)."""

    NONE = 0
    INTERNAL = 1
    NAMED_RECIPIENTS = 2
    CONFIDENTIAL_SUBMISSION = 3
    NAMED_TO_STATE = 4
    PUBLIC_PSEUDONYM = 5
    PUBLIC_NAME = 6


PROFILE_NEEDS = {
    "internal": ConsentLevel.NONE,
    "court": ConsentLevel.NAMED_TO_STATE,
    "ecthr": ConsentLevel.NAMED_TO_STATE,
    "public": ConsentLevel.PUBLIC_PSEUDONYM,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What one person agreed to; `withdrawn_at` ends it for every later export."""

    person: str
    level: ConsentLevel
    purposes: tuple[str, ...]
    recipients: tuple[str, ...]
    given_at: str
    withdrawn_at: str | None = None


def reach_of(consents: tuple[Consent, ...], *, persons: frozenset[str]) -> ConsentLevel:
    """The intersection over every person: the lowest level anybody in `persons` agreed to."""
    levels = []
    for person in persons:
        live = [consent.level for consent in consents if consent.person == person and consent.withdrawn_at is None]
        levels.append(max(live, default=ConsentLevel.NONE))
    return min(levels, default=ConsentLevel.PUBLIC_NAME)
