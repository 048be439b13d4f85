"""Consent per person, purpose and recipient; refuses to read silence as permission."""

from __future__ import annotations

from dataclasses import dataclass

from counterclaim.record.errors import MalformedError
from counterclaim.record.vocabulary import vocabulary

PROFILES = ("internal", "court", "ecthr", "public")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What one person agreed to: a level of consent_levels.json; `withdrawn_at` ends it for every later export."""

    person: str
    level: str
    purposes: tuple[str, ...]
    recipients: tuple[str, ...]
    given_at: str
    withdrawn_at: str | None = None

    def __post_init__(self) -> None:
        """The level is one the vocabulary names."""
        if self.level not in vocabulary("consent_levels").ids():
            raise MalformedError("a consent level", repr(self.level))


def permitted_by(consents: tuple[Consent, ...], *, persons: frozenset[str]) -> frozenset[str]:
    """What every person in `persons` permits: the intersection of the levels' permissions.

    The levels are no ladder (publication under a pseudonym does not permit naming the person to the
    State), so permissions are intersected and never compared. Without a live consent: nothing.
    """
    allowed: frozenset[str] | None = None
    for person in persons:
        live = [consent for consent in consents if consent.person == person and consent.withdrawn_at is None]
        theirs = frozenset(
            permission
            for consent in live
            for permission in vocabulary("consent_levels").term(consent.level).fields["permits"]
        )
        allowed = theirs if allowed is None else allowed & theirs
    return allowed or frozenset()
