"""Finds held copies of a picture by its code, and says what this stage cannot find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from counterclaim.desk.cases import cases_of
from counterclaim.desk.examine import findings_on, held_codes
from counterclaim.desk.open import Desk
from counterclaim.examine.examiner import Brief, HeldCode
from counterclaim.examine.pdq import ORIENTATIONS
from counterclaim.record.canonical import sha256_hex
from counterclaim.record.errors import UsageError
from counterclaim.record.exhibit import ExhibitKind
from counterclaim.record.finding import Declined, Failed, Observed

EXAMINER = "lookalike"
AS_IT_IS = ORIENTATIONS[0]
DISTANCE_HIGH = 10  # of 256 bits: where re-saved and halved copies lay, see docs/methods/lookalike.md


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """The answer as contract.md gives it, and what the search does not show."""

    data: dict[str, Any]
    limits: tuple[str, ...]


def copies(desk: Desk, content: bytes, *, case: str | None) -> Copies:
    """Compare a picture, held or not, with those held in one case or in all the person may see.

    Raises UsageError where the bytes are no picture that can be compared, with the examiner's reason.
    """
    if case is not None:
        desk.require("search", case=case)
    cases = [case] if case else [known.name for known in cases_of(desk)]
    held = {name: held_codes(desk, case=name) for name in cases}
    matches: list[dict[str, Any]] = []
    limits: tuple[str, ...] = ()
    for name, theirs in held.items():
        outcome = findings_on(content, crew=desk.crew, brief=Brief(held=theirs), names=[EXAMINER])[0].outcome
        match outcome:
            case Declined() | Failed():
                raise UsageError("a picture that can be compared", outcome.reason)
            case Observed():
                limits = outcome.limits
                matches += [_match_of(found, theirs, owner=name) for found in outcome.values["matches"]]
        matches += _same_bytes(desk, sha256_hex(content), case=name)
    uncoded = [one for name in cases for one in _uncoded(desk, held[name], case=name)]
    region = _whole(desk, content) if matches else None
    rows = sorted(matches, key=lambda one: (one["distance"], one["admitted_at"], one["number"]))
    data = {
        "query": {"sha256": sha256_hex(content)},
        "matches": [{**one, "region": region} for one in rows],
        "searched": sum(len(theirs) for theirs in held.values()),
        "exact": not uncoded,
    }
    if uncoded:
        limits = (f"{len(uncoded)} held pictures are not examined yet and were compared by their bytes alone.", *limits)
    return Copies(data=data, limits=limits)


def _whole(desk: Desk, content: bytes) -> dict[str, int] | None:
    """The region a code speaks of: the whole picture, in pixels of the upright image."""
    (size,) = desk.crew.map(lambda jail, picture: jail.run("picture_size", {}, picture), [content])
    return {"x": 0, "y": 0, "width": size[0], "height": size[1]} if size else None


def _same_bytes(desk: Desk, digest: str, *, case: str) -> list[dict[str, Any]]:
    """The exhibit with these very bytes, examined or not."""
    exhibit = desk.vault.exhibit_by_digest(case, digest)
    if exhibit is None:
        return []
    code = HeldCode(
        exhibit=exhibit.number, code="", name=exhibit.name, admitted_at=exhibit.admitted_at, sha256=exhibit.sha256
    )
    return [_row(code, case, distance=0, mirrored=False, turn=AS_IT_IS)]


def _uncoded(desk: Desk, held: tuple[HeldCode, ...], *, case: str) -> list[int]:
    """Pictures held that no code stands for: nothing can be said of them but by their bytes."""
    answered = {one.exhibit for one in held} | {
        finding.exhibit
        for finding in desk.vault.findings(case)
        if finding.examiner == EXAMINER and not isinstance(finding.outcome, Observed)
    }
    photographs = (one for one in desk.vault.exhibits(case) if one.kind == ExhibitKind.PHOTOGRAPH)
    return [one.number for one in photographs if one.number not in answered]


def _match_of(found: dict[str, Any], held: tuple[HeldCode, ...], *, owner: str) -> dict[str, Any]:
    code = next(one for one in held if one.exhibit == found["exhibit"])
    return _row(code, owner, distance=found["distance"], mirrored=found["mirrored"], turn=found["orientation"])


def _row(code: HeldCode, owner: str, *, distance: int, mirrored: bool, turn: str) -> dict[str, Any]:
    return {
        "sha256": code.sha256,
        "number": code.exhibit,
        "case": owner,
        "name": code.name,
        "stage": "code",
        "distance": distance,
        "inliers": 0,
        "mirrored": mirrored,
        "orientation": turn,
        "grade": "high" if distance <= DISTANCE_HIGH else "medium",
        "admitted_at": code.admitted_at,
    }
