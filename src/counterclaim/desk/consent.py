"""Consent, person by person; a withdrawal stops every later export and is never taken back by us."""

from __future__ import annotations

from counterclaim.desk.open import Desk
from counterclaim.record.canonical import noun_of, plain_of
from counterclaim.record.consent import Consent, permitted_by
from counterclaim.record.errors import UsageError


def give_consent(
    desk: Desk, *, case: str, person: str, level: str, purposes: tuple[str, ...], recipients: tuple[str, ...]
) -> Consent:
    """Record what a person agreed to. `person` is a pseudonym of the case (such as V-0003), never a name."""
    desk.require("note", case=case)
    consent = Consent(person=person, level=level, purposes=purposes, recipients=recipients, given_at=desk.clock())
    desk.record(desk.event("consent_given", case=case, body={"consent": plain_of(consent)}))
    return consent


def withdraw_consent(desk: Desk, *, case: str, person: str) -> None:
    """Record that a person withdrew; raises UsageError where they had given none."""
    desk.require("note", case=case)
    if not any(consent.person == person for consent in consents(desk, case=case)):
        raise UsageError("a person who gave consent", repr(person))
    desk.record(desk.event("consent_withdrawn", case=case, body={"person": person}))


def consents(desk: Desk, *, case: str) -> tuple[Consent, ...]:
    """The consents that stand now: given, and not withdrawn since."""
    standing: list[Consent] = []
    for row in desk.vault.notes(case):
        if row.kind == "consent_given":
            standing.append(noun_of(row.plain["consent"], Consent))
        elif row.kind == "consent_withdrawn":
            standing = [consent for consent in standing if consent.person != row.plain["person"]]
    return tuple(standing)


def permitted(desk: Desk, *, case: str, persons: frozenset[str]) -> frozenset[str]:
    """What every one of `persons` permits now; nothing where one of them was never asked."""
    return permitted_by(consents(desk, case=case), persons=persons)
