"""Two pictures held against each other: a copy, a common part, or not decided; refuses to decide by few keypoints."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from counterclaim.examine.copies.alignment import Agreement, agreement_of
from counterclaim.examine.copies.geometry import Fit, fit_of
from counterclaim.examine.copies.keypoints import ASKED_MAX, gray_of, keypoints_of

AGREEING_MIN = 8  # keypoints that lie alike: no two different pictures had more than 7 (docs/methods/copies.md)
AGREEING_WITH_BLOCKS = 5  # enough where the blocks agree as well
SHARE_COPY = 0.6  # of the compared blocks, from which the one shows the other: a caption or a sticker takes the rest
MOVED_COPY = 1.0  # pixels that nine of ten alike blocks of a copy stay within
SHARE_PART = 0.15  # of the compared blocks, from which a common part is seen


class Relation(StrEnum):
    """How two pictures relate, as far as this method sees."""

    COPY = "copy"
    COMMON_PART = "common_part"  # the same scene once more, or one thing (a poster, an emblem) in two places
    UNDECIDED = "undecided"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How the first picture lies in the second.

    `transform` are six numbers a, b, c, d, e, f: the pixel (x, y) of the first, mirrored left to right where
    `mirrored`, lies at (a x + b y + c, d x + e y + f) of the second, both upright and in full size. `region` is
    (x, y, width, height) of the first picture, as it is, that the second shows.
    """

    relation: Relation
    grade: Literal["high", "medium", "low"]
    agreeing: int
    tried: int
    mirrored: bool
    transform: tuple[float, ...]
    region: tuple[int, int, int, int] | None
    agreement: Agreement | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """A picture in grey at the size at which keypoints are looked for, and its full (height, width)."""

    gray: NDArray[np.uint8]
    full: tuple[int, ...]

    @property
    def enlarged(self) -> float:
        """Full size over this size."""
        return float(self.full[1] / self.gray.shape[1])


NOTHING = Comparison(
    relation=Relation.NOT_SEEN,
    grade="low",
    agreeing=0,
    tried=0,
    mirrored=False,
    transform=(),
    region=None,
    agreement=None,
)


def compared(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Comparison:
    """Compare two upright (height, width, 3) pictures, the first as it is and mirrored."""
    straight, turned = keypoints_of(first, count=ASKED_MAX)
    held, _ = keypoints_of(second, count=ASKED_MAX)
    fits = [(fit_of(marks, held), mirrored) for marks, mirrored in ((straight, False), (turned, True))]
    fit, mirrored = max(fits, key=lambda one: one[0].agreeing if one[0] else 0)
    if fit is None:
        return NOTHING
    return judged(
        Laid(gray=gray_of(first), full=first.shape[:2]),
        Laid(gray=gray_of(second), full=second.shape[:2]),
        fit,
        mirrored=mirrored,
    )


def judged(first: Laid, second: Laid, fit: Fit, *, mirrored: bool) -> Comparison:
    """Lay the pictures over each other by a fit that is known, and say how they relate."""
    gray = np.ascontiguousarray(first.gray[:, ::-1]) if mirrored else first.gray
    agreement = agreement_of(gray, second.gray, fit)
    relation = relation_of(fit.agreeing, agreement)
    return Comparison(
        relation=relation,
        grade="high" if relation is Relation.COPY and fit.agreeing >= AGREEING_MIN else "medium",
        agreeing=fit.agreeing,
        tried=fit.tried,
        mirrored=mirrored,
        transform=_full_size(fit, first.enlarged, second.enlarged),
        region=_region_of(fit, first, second, mirrored=mirrored),
        agreement=agreement,
    )


def values_of(found: Comparison) -> dict[str, Any]:
    """Give a comparison as plain values without floats: decimals as text, pixels of full size."""
    blocks = found.agreement
    return {
        "relation": found.relation.value,
        "agreeing": found.agreeing,
        "tried": found.tried,
        "mirrored": found.mirrored,
        "transform": [_text(one, 4) for one in found.transform],
        "blocks": None
        if blocks is None
        else {
            "compared": blocks.compared,
            "alike": blocks.alike,
            "moved": _text(blocks.moved, 2),
            "covered": _text(blocks.covered, 3),
        },
    }


def _text(number: float, places: int) -> str:
    return str(round(Decimal(number), places))


def relation_of(agreeing: int, agreement: Agreement | None) -> Relation:
    """Decide by keypoints and blocks together; where either is short, it is not decided."""
    if agreement is None:
        return Relation.UNDECIDED if agreeing >= AGREEING_MIN else Relation.NOT_SEEN
    if agreeing >= AGREEING_WITH_BLOCKS and agreement.share >= SHARE_COPY and agreement.moved <= MOVED_COPY:
        return Relation.COPY
    if agreeing < AGREEING_MIN:
        return Relation.NOT_SEEN
    return Relation.COMMON_PART if agreement.share >= SHARE_PART else Relation.UNDECIDED


def _full_size(fit: Fit, first: float, second: float) -> tuple[float, ...]:
    """Give a fit's six numbers in full-size pixels; `first` and `second` are full size over working size."""
    linear = fit.linear * (second / first)
    shift = fit.shift * second
    return tuple(float(one) for row in (0, 1) for one in (linear[row, 0], linear[row, 1], shift[row]))


def _region_of(fit: Fit, first: Laid, second: Laid, *, mirrored: bool) -> tuple[int, int, int, int] | None:
    """Where the second picture lies in the first: the box around its corners, in full-size pixels, cut to it."""
    height, width = second.gray.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    places = (corners - fit.shift) @ np.linalg.inv(fit.linear).T
    if mirrored:
        places[:, 0] = first.gray.shape[1] - places[:, 0]
    full = np.array([first.full[1], first.full[0]])
    left, top = np.clip(np.floor(places.min(axis=0) * first.enlarged), 0, full).astype(int).tolist()
    right, bottom = np.clip(np.ceil(places.max(axis=0) * first.enlarged), 0, full).astype(int).tolist()
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None
