"""Looks for held copies by keypoints: a shortlist, then the geometry of each, then block by block for the best."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from counterclaim.desk.open import Desk
from counterclaim.examine.copies.comparison import AGREEING_WITH_BLOCKS, Comparison, Laid, Relation, judged
from counterclaim.examine.copies.geometry import Fit, fit_of
from counterclaim.examine.copies.keypoints import PREFIX, SIDE, Keypoints, unpacked
from counterclaim.examine.copies.shortlist import Listed, Shortlist
from counterclaim.record.errors import MalformedError
from counterclaim.record.exhibit import Exhibit

LAID_MAX = 8  # pictures laid over the asked one, the best by keypoints: each must be decoded
EVERY_MAX = 200  # held pictures up to which every one is held against the asked one, and none is left to a shortlist


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldKeypoints:
    """The keypoints of every held picture a person may search, ordered for it once and asked many times."""

    pictures: tuple[Exhibit, ...]
    marks: tuple[Keypoints, ...]
    shortlist: Shortlist

    @classmethod
    def of(cls, desk: Desk, cases: Sequence[str]) -> HeldKeypoints:
        """Gather what the examiner `keypoints` found in these cases."""
        pictures: list[Exhibit] = []
        marks: list[Keypoints] = []
        for case in cases:
            exhibits = {exhibit.number: exhibit for exhibit in desk.vault.exhibits(case)}
            codes = [code for code in desk.vault.codes(case) if code.code.startswith(PREFIX)]
            pictures += [exhibits[code.exhibit] for code in codes]
            marks += [unpacked(code.code) for code in codes]
        return cls(pictures=tuple(pictures), marks=tuple(marks), shortlist=Shortlist.of(marks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A held picture that geometry confirms, or that it leaves undecided."""

    picture: Exhibit
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found; `searched` held pictures have keypoints, and `every` says that none was left to the shortlist."""

    alike: tuple[Alike, ...]
    searched: int
    every: bool


def alike_by_keypoints(desk: Desk, content: bytes, held: HeldKeypoints) -> Found:
    """Find held pictures that the asked one shows in whole or in part, or is shown in.

    What does not decode finds nothing: the caller has its reason from the examiner.
    """
    every = len(held.pictures) <= EVERY_MAX
    (asked,) = desk.crew.map(lambda jail, picture: jail.run("asked_keypoints", {}, picture), [content])
    if asked is None or not held.pictures:
        return Found(alike=(), searched=len(held.pictures), every=every)
    straight, turned = unpacked(asked["as_it_is"]), unpacked(asked["mirrored"])
    fits = _fits(held, straight, turned, _listed(held, straight, turned, every=every))
    best = sorted(fits, key=lambda one: (-one[1].agreeing, one[0].index))[:LAID_MAX]
    return Found(
        alike=tuple(_laid(desk, _laid_of(asked["gray"]), held, best)), searched=len(held.pictures), every=every
    )


def _listed(held: HeldKeypoints, straight: Keypoints, turned: Keypoints, *, every: bool) -> Sequence[Listed]:
    if not every:
        return held.shortlist.ranked(straight, turned)
    return [
        Listed(index=index, votes=0.0, mirrored=mirrored)
        for index in range(len(held.pictures))
        for mirrored in (False, True)
    ]


def _fits(
    held: HeldKeypoints, straight: Keypoints, turned: Keypoints, listed: Sequence[Listed]
) -> list[tuple[Listed, Fit]]:
    """The better of as-it-is and mirrored for each picture, where enough keypoints lie alike."""
    best: dict[int, tuple[Listed, Fit]] = {}
    for one in listed:
        fit = fit_of(turned if one.mirrored else straight, held.marks[one.index])
        if fit is None or fit.agreeing < AGREEING_WITH_BLOCKS:
            continue
        if one.index not in best or fit.agreeing > best[one.index][1].agreeing:
            best[one.index] = (one, fit)
    return list(best.values())


def _laid(desk: Desk, asked: Laid, held: HeldKeypoints, best: Sequence[tuple[Listed, Fit]]) -> list[Alike]:
    """Lay the best over the asked picture; keep what blocks confirm, or what has keypoints enough to be told."""
    pictures = [held.pictures[one.index] for one, _ in best]
    grays = desk.crew.map(
        lambda jail, content: jail.run("gray_picture", {}, content),
        [desk.vault.content_of(picture) for picture in pictures],
    )
    found: list[Alike] = []
    for (one, fit), picture, gray in zip(best, pictures, grays, strict=True):
        comparison = judged(asked, _laid_of(gray), fit, mirrored=one.mirrored)
        if comparison.relation is not Relation.NOT_SEEN:
            found.append(Alike(picture=picture, comparison=comparison))
    return found


def _laid_of(plain: Any) -> Laid:  # noqa: ANN401 (JSON values)
    """What a child answered, held to its bounds. Raises MalformedError."""
    height, width = plain["shape"]
    rows = base64.b64decode(plain["rows"], validate=True)
    if not 0 < max(height, width) <= SIDE or len(rows) != height * width:
        raise MalformedError(f"grey rows of at most {SIDE} x {SIDE}", f"{width} x {height} in {len(rows)} bytes")
    full_height, full_width = plain["full"]
    gray = np.frombuffer(rows, dtype=np.uint8).reshape(height, width)
    return Laid(gray=gray, full=(int(full_height), int(full_width)))
