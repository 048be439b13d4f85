"""Finds held copies of a picture by its code, and says what this stage cannot find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from counterclaim.desk.examine import findings_on, held_codes
from counterclaim.desk.open import Desk
from counterclaim.examine.examiner import Brief, HeldCode
from counterclaim.record.canonical import sha256_hex
from counterclaim.record.errors import UsageError
from counterclaim.record.finding import Declined, Failed, Observed

EXAMINER = "lookalike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """The answer as contract.md gives it, and what the search does not show."""

    data: dict[str, Any]
    limits: tuple[str, ...]


def copies(desk: Desk, content: bytes, *, case: str | None) -> Copies:
    """Compare a picture, held or not, with those held in one case or in all the person may see.

    Raises UsageError where the bytes are no picture that can be compared, with the examiner's reason.
    """
    cases = [case] if case else [known.name for known in desk.vault.cases() if _may_search(desk, known.name)]
    held = [(name, code) for name in cases for code in held_codes(desk, case=name)]
    matches: list[dict[str, Any]] = []
    limits: tuple[str, ...] = ()
    for name in cases:
        theirs = tuple(code for owner, code in held if owner == name)
        outcome = findings_on(content, crew=desk.crew, brief=Brief(held=theirs), names=[EXAMINER])[0].outcome
        match outcome:
            case Declined() | Failed():
                raise UsageError("a picture that can be compared", outcome.reason)
            case Observed():
                limits = outcome.limits
                matches += [_match_of(found, theirs, owner=name) for found in outcome.values["matches"]]
    matches += [_same_bytes(code, name) for name, code in held if code.sha256 == sha256_hex(content)]
    matches.sort(key=lambda one: (one["distance"], one["admitted_at"], one["number"]))
    data = {"query": {"sha256": sha256_hex(content)}, "matches": matches, "searched": len(held), "exact": True}
    return Copies(data=data, limits=limits)


def _may_search(desk: Desk, case: str) -> bool:
    return desk.pseudonym(case) in {grant.actor for grant in desk.vault.roles(case)}


def _match_of(found: dict[str, Any], held: tuple[HeldCode, ...], *, owner: str) -> dict[str, Any]:
    code = next(one for one in held if one.exhibit == found["exhibit"])
    return _row(code, owner, distance=found["distance"], mirrored=found["mirrored"], orientation=found["orientation"])


def _same_bytes(code: HeldCode, owner: str) -> dict[str, Any]:
    return _row(code, owner, distance=0, mirrored=False, orientation="as_it_is")


def _row(code: HeldCode, owner: str, *, distance: int, mirrored: bool, orientation: str) -> dict[str, Any]:
    return {
        "sha256": code.sha256,
        "number": code.exhibit,
        "case": owner,
        "name": code.name,
        "stage": "code",
        "distance": distance,
        "inliers": 0,
        "mirrored": mirrored,
        "orientation": orientation,
        "region": None,
        "grade": "high" if distance <= 10 else "medium",  # noqa: PLR2004 (docs/methods/lookalike.md)
        "admitted_at": code.admitted_at,
    }
