"""Finds held copies of a picture by its code and by its keypoints, and says what each stage cannot find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterclaim.desk.cases import cases_of
from counterclaim.desk.examine import findings_on, held_codes
from counterclaim.desk.keypoints import Alike, Found, HeldKeypoints, alike_by_keypoints
from counterclaim.desk.open import Desk
from counterclaim.examine.copies.comparison import Relation, values_of
from counterclaim.examine.examiner import Brief, HeldCode
from counterclaim.examine.pdq import ORIENTATIONS
from counterclaim.record.canonical import sha256_hex
from counterclaim.record.errors import UsageError
from counterclaim.record.exhibit import Exhibit, ExhibitKind
from counterclaim.record.finding import Declined, Failed, Observed

EXAMINER = "lookalike"
AS_IT_IS = ORIENTATIONS[0]
BITS = 256  # of a code: the distance given where the codes say nothing
SHORTLIST_LIMIT = (
    "Of {searched} pictures held, those that share most keypoints were compared; how many copies that misses stands in "
    "docs/methods/keypoints.md, and nothing found does not say that no earlier copy is held."
)
DISTANCE_HIGH = 10  # of 256 bits: where re-saved and halved copies lay, see docs/methods/lookalike.md


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """The answer as contract.md gives it, and what the search does not show."""

    data: dict[str, Any]
    limits: tuple[str, ...]


def copies(desk: Desk, content: bytes, *, case: str | None, keypoints: HeldKeypoints | None = None) -> Copies:
    """Compare a picture, held or not, with those held in one case or in all the person may see.

    `keypoints` are those of the same cases, gathered before: gathering takes longer than a search among many.
    Raises UsageError where the bytes are no picture that can be compared, with the examiner's reason.
    """
    if case is not None:
        desk.require("search", case=case)
    cases = [case] if case else [known.name for known in cases_of(desk)]
    held = {name: held_codes(desk, case=name) for name in cases}
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    limits: tuple[str, ...] = ()
    for name, theirs in held.items():
        outcome = findings_on(content, crew=desk.crew, brief=Brief(held=theirs), names=[EXAMINER])[0].outcome
        match outcome:
            case Declined() | Failed():
                raise UsageError("a picture that can be compared", outcome.reason)
            case Observed():
                limits = outcome.limits
                found = [_match_of(one, theirs, owner=name) for one in outcome.values["matches"]]
        for row in (*found, *_same_bytes(desk, sha256_hex(content), case=name)):
            rows[row["case"], row["number"]] = row
    by_marks = alike_by_keypoints(desk, content, keypoints or HeldKeypoints.of(desk, cases))
    region = _whole(desk, content) if rows else None
    rows = {key: {**row, "region": region} for key, row in rows.items()}
    for alike in by_marks.alike:
        row = _row_of(alike)
        rows[row["case"], row["number"]] = _joined(rows.get((row["case"], row["number"])), row)
    uncoded = [one for name in cases for one in _uncoded(desk, held[name], case=name)]
    return _answer(content, rows.values(), by_marks, limits=limits, uncoded=len(uncoded), searched=_count(held))


def _count(held: Mapping[str, Sequence[HeldCode]]) -> int:
    return sum(len(theirs) for theirs in held.values())


def _answer(
    content: bytes,
    rows: Iterable[dict[str, Any]],
    by_marks: Found,
    *,
    limits: tuple[str, ...],
    uncoded: int,
    searched: int,
) -> Copies:
    ranked = sorted(
        rows, key=lambda one: (one["stage"] != "code", one["distance"], -one["inliers"], one["admitted_at"])
    )
    matches = [row for row in ranked if row["relation"] == Relation.COPY]
    data = {
        "query": {"sha256": sha256_hex(content)},
        "matches": matches,
        "not_copies": [row for row in ranked if row["relation"] != Relation.COPY],
        "earliest_held": _earliest_of(matches),
        "searched": searched,
        "exact": not uncoded and by_marks.every,
    }
    if not by_marks.every:
        limits = (SHORTLIST_LIMIT.format(searched=by_marks.searched), *limits)
    if uncoded:
        limits = (f"{uncoded} held pictures are not examined yet and were compared by their bytes alone.", *limits)
    return Copies(data=data, limits=limits)


def _earliest_of(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The copy held since the earliest time, never the first published."""
    if not rows:
        return None
    first = min(rows, key=lambda row: (row["admitted_at"], row["number"]))
    return {key: first[key] for key in ("case", "number", "sha256", "admitted_at")}


def _row_of(alike: Alike) -> dict[str, Any]:
    """A match by geometry: how it lies in the asked picture, and how the two relate."""
    comparison, picture = alike.comparison, alike.picture
    values, box = values_of(comparison), comparison.region
    return {
        **_row(_held_of(picture), picture.case, distance=BITS, mirrored=comparison.mirrored, turn=AS_IT_IS),
        "stage": "geometry",
        "relation": comparison.relation.value,
        "inliers": comparison.agreeing,
        "grade": comparison.grade,
        "transform": values["transform"],
        "blocks": values["blocks"],
        "region": dict(zip(("x", "y", "width", "height"), box, strict=True)) if box else None,
    }


def _joined(by_code: dict[str, Any] | None, by_marks: dict[str, Any]) -> dict[str, Any]:
    """One row for a picture that both stages found: the code's distance, the geometry's place."""
    if by_code is None:
        return by_marks
    return {**by_marks, **{key: by_code[key] for key in ("stage", "distance", "orientation", "relation", "grade")}}


def _whole(desk: Desk, content: bytes) -> dict[str, int] | None:
    """The region a code speaks of: the whole picture, in pixels of the upright image."""
    (size,) = desk.crew.map(lambda jail, picture: jail.run("picture_size", {}, picture), [content])
    return {"x": 0, "y": 0, "width": size[0], "height": size[1]} if size else None


def _same_bytes(desk: Desk, digest: str, *, case: str) -> list[dict[str, Any]]:
    """The exhibit with these very bytes, examined or not."""
    exhibit = desk.vault.exhibit_by_digest(case, digest)
    if exhibit is None:
        return []
    return [_row(_held_of(exhibit), case, distance=0, mirrored=False, turn=AS_IT_IS)]


def _held_of(exhibit: Exhibit) -> HeldCode:
    return HeldCode(
        exhibit=exhibit.number, code="", name=exhibit.name, admitted_at=exhibit.admitted_at, sha256=exhibit.sha256
    )


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
        "relation": Relation.COPY.value,
        "distance": distance,
        "inliers": 0,
        "mirrored": mirrored,
        "orientation": turn,
        "grade": "high" if distance <= DISTANCE_HIGH else "medium",
        "admitted_at": code.admitted_at,
    }
