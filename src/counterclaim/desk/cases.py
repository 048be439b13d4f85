"""Opens cases, grants roles, and keeps the records a person makes; a purpose comes before any exhibit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterclaim.desk.open import Desk
from counterclaim.desk.roles import role_of
from counterclaim.record.canonical import plain_of
from counterclaim.record.case import Case, case_name_of
from counterclaim.record.errors import UsageError

# What a person can enter by hand, and the fields that must be there; other fields are kept as they are.
NOTED_BY_HAND: Mapping[str, Mapping[str, type]] = {
    "preliminary_assessment": {"decision": str, "reason": str},
    "inquiry": {"question": str},
    "particulars_requested": {"to": str, "asked": str},
    "reply_received": {"to": str, "reply": str},
    "correction": {"what": str},
}


def open_case(desk: Desk, *, name: str, title: str, purpose: str, risk_assessment: str) -> Case:
    """Open a case with its purpose and risk assessment; whoever opens it is its owner."""
    case = Case(
        name=case_name_of(name), title=title, purpose=purpose, risk_assessment=risk_assessment, opened_at=desk.clock()
    )
    with desk.writing() as writer:
        if name in {known.name for known in desk.vault.cases()}:
            raise UsageError("a new case name", f"{name} is open already")
        writer.record(
            [
                desk.event("case_opened", case=name, body={"case": plain_of(case)}),
                desk.event("role_granted", case=name, body={"actor": desk.pseudonym(name), "role": "owner"}),
            ]
        )
    return case


def case_of(desk: Desk, name: str) -> Case:
    """The case called `name`. Raises UsageError naming those there are."""
    case = desk.vault.case(name)
    if case is None:
        raise UsageError(
            f"a case of this vault ({', '.join(known.name for known in desk.vault.cases()) or 'none yet'})", repr(name)
        )
    return case


def cases_of(desk: Desk) -> tuple[Case, ...]:
    """The cases in which the acting person has any role."""
    return tuple(
        case
        for case in desk.vault.cases()
        if desk.pseudonym(case.name) in {grant.actor for grant in desk.vault.roles(case.name)}
    )


def grant(desk: Desk, *, case: str, name: str, role: str) -> str:
    """Give a person a role in the case; returns the pseudonym the log knows them by."""
    desk.require("grant", case=case)
    pseudonym = desk.keys.pseudonym_of(name, case=case)
    desk.record(desk.event("role_granted", case=case, body={"actor": pseudonym, "role": role_of(role)}))
    return pseudonym


def note(desk: Desk, *, case: str, kind: str, body: Mapping[str, Any]) -> None:
    """Enter a record made by hand: an inquiry, a request for particulars, a reply, a correction ..."""
    if kind not in NOTED_BY_HAND:
        raise UsageError(f"a kind of record ({', '.join(sorted(NOTED_BY_HAND))})", repr(kind))
    for field, form in NOTED_BY_HAND[kind].items():
        if type(body.get(field)) is not form:
            raise UsageError(f"{field} as {form.__name__} in a {kind}", repr(body.get(field))[:80])
    about = body.get("about", [])
    if not isinstance(about, list) or not all(isinstance(one, str) for one in about):
        raise UsageError("about as a list of account ids", repr(about)[:80])
    desk.require("note", case=case)
    desk.record(desk.event(kind, case=case, body=body))


def set_aside(desk: Desk, *, case: str, number: int, why: str) -> None:
    """Record that an exhibit is held and not used, with the reason; it stays held and listed."""
    desk.require("note", case=case)
    if number not in {exhibit.number for exhibit in desk.vault.exhibits(case)}:
        raise UsageError(f"the number of an exhibit of {case}", str(number))
    desk.record(desk.event("not_used", case=case, exhibits=(number,), body={"exhibit": number, "why": why}))
