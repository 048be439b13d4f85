"""Whether two pictures laid over each other agree block by block; refuses to say so of plain or uncovered blocks.

A copy agrees wherever it was not painted over; another frame of the same scene agrees in places and is moved in
others, since the camera or something before it moved. Source of the measure: J. P. Lewis, "Fast normalized
cross-correlation", 1995. It cannot tell two frames of a still scene from a still camera apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from counterclaim.examine.copies.geometry import Fit

BLOCK = 40  # pixels a side, at the size of the smaller content
WHOLE = 255  # a pixel of the laid-over picture that lies in it altogether
SOFTER_MIN = 0.3  # pixels: a smaller blur changes nothing
LINEAR_MAX, SHIFT_MAX = 0.05, 20.0  # what the fine alignment may change; more means that it ran away
REACH = 5  # pixels around its place in which a block is looked for
PLAIN_MAX = 5.0  # grey levels of deviation under which a block shows nothing to compare
ALIKE_MIN = 0.85  # correlation from which a block agrees: quality 30 and a blur of two pixels stay above it
BLOCKS_MIN = 4  # compared blocks under which nothing is said
ROUNDS, CLOSE = 60, 1e-5  # of the fine alignment (G. Evangelidis and E. Psarakis, PAMI 30 (2008))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """`compared` blocks with something in them; `alike` that correlate; `moved` pixels that the alike ones stray.

    `moved` is the 90th percentile of the distance between a block's place and where it is found, in pixels at which
    the blocks are `BLOCK` wide; `covered` is the share of the asked picture that the held one covers.
    """

    compared: int
    alike: int
    moved: float
    covered: float

    @property
    def share(self) -> float:
        """Alike blocks of all compared, 0 where none was."""
        return self.alike / self.compared if self.compared else 0.0


def agreement_of(asked: NDArray[np.uint8], held: NDArray[np.uint8], fit: Fit) -> Agreement | None:
    """Lay `held` over `asked` (grey, at the sizes at which the marks were looked for) by `fit` and compare blocks.

    None where they do not overlap, or the fine alignment finds nothing to hold on to.
    """
    ground, over, seen = _laid_over(asked, held, fit)
    if not seen.any():
        return None
    over, seen = _finely(ground, over, seen)
    places = [
        (top, left)
        for top in range(REACH, ground.shape[0] - BLOCK - REACH, BLOCK)
        for left in range(REACH, ground.shape[1] - BLOCK - REACH, BLOCK)
    ]
    moved: list[float] = []
    compared = 0
    for top, left in places:
        found = _found(ground, over, seen, top, left)
        if found is None:
            continue
        compared += 1
        likeness, distance = found
        if likeness >= ALIKE_MIN:
            moved.append(distance)
    if compared < BLOCKS_MIN:
        return None
    stray = float(np.percentile(moved, 90)) if moved else float(REACH)
    return Agreement(compared=compared, alike=len(moved), moved=stray, covered=float(seen.mean()))


def _laid_over(
    asked: NDArray[np.uint8], held: NDArray[np.uint8], fit: Fit
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.bool_]]:
    """Bring both to the coarser one's size: the asked picture, the held one in its frame, and where that lies."""
    size = asked.shape[1], asked.shape[0]
    if fit.scale > 1:  # the held one is larger: soften it first, or its grain would not match
        held = _softened(held, fit.scale)
    elif fit.scale < 1:
        asked = _softened(asked, 1 / fit.scale)
    transform = np.concatenate([fit.linear, fit.shift[:, None]], axis=1)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    over = np.asarray(cv2.warpAffine(held, transform, size, flags=flags), dtype=np.uint8)
    seen = np.asarray(cv2.warpAffine(np.full_like(held, WHOLE), transform, size, flags=flags)) == WHOLE
    return asked, over, seen


def _softened(gray: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Blur by what scaling down by `scale` would (Lowe 2004, section 3.3: half a pixel is there already)."""
    sigma = 0.5 * float(np.sqrt(max(0.0, scale**2 - 1)))
    return np.asarray(cv2.GaussianBlur(gray, (0, 0), sigma), dtype=np.uint8) if sigma > SOFTER_MIN else gray


def _finely(
    ground: NDArray[np.uint8], over: NDArray[np.uint8], seen: NDArray[np.bool_]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Align to parts of a pixel; as it is where that does not settle."""
    start = np.eye(2, 3, dtype=np.float32)
    until = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, ROUNDS, CLOSE)
    mask = seen.astype(np.uint8)
    try:
        _, transform = cv2.findTransformECC(ground, over, start, cv2.MOTION_AFFINE, until, mask, 5)
    except cv2.error:
        return over, seen
    change = np.abs(np.asarray(transform) - start)
    if change[:, :2].max() > LINEAR_MAX or change[:, 2].max() > SHIFT_MAX:
        return over, seen
    size = ground.shape[1], ground.shape[0]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return (
        np.asarray(cv2.warpAffine(over, transform, size, flags=flags), dtype=np.uint8),
        np.asarray(cv2.warpAffine(mask * WHOLE, transform, size, flags=flags)) == WHOLE,
    )


def _found(
    ground: NDArray[np.uint8], over: NDArray[np.uint8], seen: NDArray[np.bool_], top: int, left: int
) -> tuple[float, float] | None:
    """How like, and how far away, the best place of one block is; None for a plain or uncovered block."""
    block = over[top : top + BLOCK, left : left + BLOCK]
    around = slice(top - REACH, top + BLOCK + REACH), slice(left - REACH, left + BLOCK + REACH)
    if not seen[around].all() or block.std() < PLAIN_MAX or ground[around].std() < PLAIN_MAX:
        return None
    likeness = np.asarray(cv2.matchTemplate(ground[around], block, cv2.TM_CCOEFF_NORMED), dtype=np.float32)
    row, column = np.unravel_index(int(likeness.argmax()), likeness.shape)
    distance = float(np.hypot(_peak(likeness[:, column], int(row)) - REACH, _peak(likeness[row], int(column)) - REACH))
    return float(likeness[row, column]), distance


def _peak(line: NDArray[np.float32], at: int) -> float:
    """The top of the parabola through three values."""
    if not 0 < at < len(line) - 1:
        return float(at)
    before, middle, after = (float(one) for one in line[at - 1 : at + 2])
    bend = before - 2 * middle + after
    return at + (0.5 * (before - after) / bend if bend else 0.0)
