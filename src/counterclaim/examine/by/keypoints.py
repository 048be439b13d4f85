"""Finds the keypoints by which copies of a picture are looked for, and compares two pictures by them.

It says nothing of what is seen in a picture, nor of who made or published a copy first.
"""

from __future__ import annotations

from dataclasses import dataclass

from counterclaim.examine.copies.comparison import Relation, compared, values_of
from counterclaim.examine.copies.keypoints import keypoints_of, packed
from counterclaim.examine.examiner import Brief, Cost
from counterclaim.examine.picture import Picture, picture_of
from counterclaim.record.finding import Declined, Failed, Observed, Outcome, Region

SIDE_MIN = 32  # pixels: nothing smaller has a mark that is its own
FEW = 40  # keypoints under which a picture is too plain to be found again in part
LIMITS = (
    "Keypoints find the same picture again, whole or in part; they know nothing of what is seen in it.",
    "A copy that was drawn anew, photographed from a screen at a slant, or is smaller than a tenth, may be missed.",
    "The earliest copy held here is never the first published.",
)
_WORDS = {
    Relation.COPY: "One shows the other, whole or in part: {alike} of {compared} blocks that can be compared agree",
    Relation.COMMON_PART: (
        "They have a part in common, and neither is seen to be a copy of the other: {alike} of {compared} blocks "
        "agree; it may be the same scene once more, or one thing, such as a poster or an emblem, in two places"
    ),
    Relation.UNDECIDED: "They share {agreeing} keypoints; whether one is a copy of the other is not decided",
    Relation.NOT_SEEN: "No common part was found",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeypointExaminer:
    """The examiner and comparer by SIFT keypoints."""

    name: str = "keypoints"
    version: str = "1"
    cost: Cost = Cost.PIXELS

    def examine(self, content: bytes, brief: Brief) -> Outcome:
        """Find the strongest keypoints of the upright picture; `codes` holds them in their compact form."""
        del brief
        picture = _picture_of(content)
        if not isinstance(picture, Picture):
            return picture
        marks, _ = keypoints_of(picture.rgb)
        enough = len(marks) >= FEW
        return Observed(
            summary=(
                f"{len(marks)} keypoints by which copies can be found."
                if enough
                else f"Only {len(marks)} keypoints: too plain a picture for its copies to be found by them."
            ),
            values={"codes": [packed(marks)], "found": len(marks), "needed": FEW, "sensitive": ["codes"]},
            limits=LIMITS,
            validation="inside" if enough else "outside",
        )

    def compare(self, a: bytes, b: bytes) -> Outcome:
        """Find how `a` lies in `b`, in pixels of the upright pictures, and whether they agree block by block."""
        first, second = _picture_of(a), _picture_of(b)
        if not isinstance(first, Picture):
            return first
        if not isinstance(second, Picture):
            return second
        found = compared(first.rgb, second.rgb)
        agreement = found.agreement
        words = _WORDS[found.relation].format(
            alike=agreement.alike if agreement else 0,
            compared=agreement.compared if agreement else 0,
            agreeing=found.agreeing,
        )
        return Observed(
            summary=f"{words}{'; one is mirrored' if found.mirrored else ''}.",
            values={**values_of(found), "sensitive": []},
            limits=(*LIMITS, "Two frames of a still scene from a still camera are not told apart."),
            regions=tuple(
                Region(x=x, y=y, width=width, height=height, label="shown in the other", grade=found.grade)
                for x, y, width, height in ([found.region] if found.region else [])
            ),
        )


def _picture_of(content: bytes) -> Picture | Declined | Failed:
    picture = picture_of(content)
    if isinstance(picture, Picture) and min(picture.width, picture.height) < SIDE_MIN:
        return Declined(reason=f"{picture.width} x {picture.height} pixels; a side needs at least {SIDE_MIN}")
    return picture


EXAMINER = KeypointExaminer()
COMPARER = EXAMINER
