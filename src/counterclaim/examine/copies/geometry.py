"""Whether two pictures' marks lie alike up to shift, turn, scale and shear; refuses few marks in one spot.

Each pair of marks that look alike gives a whole guess (a mark has a place, a size and a direction), so all guesses
are tried and none is drawn by chance: the same marks give the same answer. The best are fitted again to what agrees
with them (O. Chum, J. Matas and J. Kittler, "Locally optimized RANSAC", DAGM 2003; J. Philbin et al., "Object
retrieval with large vocabularies and fast spatial matching", CVPR 2007, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterclaim.examine.copies.keypoints import Keypoints
from counterclaim.examine.copies.shortlist import differing

BITS_MAX = 40  # of 128 that may differ between two marks taken for the same
TOLERANCE = 6.0  # pixels at the size of 800: what lens, enlarging and JPEG move a mark by
SIZE_TOLERANCE = 0.8  # doublings
ANGLE_TOLERANCE = 25.0  # degrees
GUESSES = 8  # best guesses that are fitted again
ROUNDS = 5
PAIRS_MIN = 3  # three agreeing marks are the fewest that a guess can be fitted to again
FULL_RANK = 3
PAIRS_MAX = 600  # alike marks that are tried against each other, the most alike: bounds the memory
AFFINE_FROM = 8  # agreeing marks from which shear is fitted too
SPOT = 4.0  # pixels: marks within it count once
SCALE_MIN, SCALE_MAX = 1 / 32, 32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """How the asked picture's pixels lie in the held one's: `held = linear @ asked + shift` (2, 2) and (2,).

    `agreeing` counts marks at distinct places that agree, of `tried` that look alike; `asked_places` and
    `held_places` (n, 2) are the agreeing ones, in pixels at the sizes at which the marks were looked for.
    """

    agreeing: int
    tried: int
    linear: NDArray[np.float64]
    shift: NDArray[np.float64]
    asked_places: NDArray[np.float64]
    held_places: NDArray[np.float64]

    @property
    def scale(self) -> float:
        """How many times larger the asked picture's content is in the held one."""
        return float(np.sqrt(abs(np.linalg.det(self.linear))))


def fit_of(asked: Keypoints, held: Keypoints) -> Fit | None:
    """Find how the asked marks lie in the held picture, or None where nothing agrees."""
    first, second = _pairs(asked, held)
    if len(first) < PAIRS_MIN:
        return None
    a = np.concatenate([asked.places[first], asked.sizes[first, None], asked.angles[first, None]], axis=1)
    b = np.concatenate([held.places[second], held.sizes[second, None], held.angles[second, None]], axis=1)
    a, b = a.astype(np.float64), b.astype(np.float64)
    linear, shift = _guesses(a, b)
    scales = b[:, 2] / a[:, 2]
    turns = b[:, 3] - a[:, 3]
    like = np.abs(np.log2(scales)[None, :] - np.log2(scales)[:, None]) < SIZE_TOLERANCE
    like &= np.abs((turns[None, :] - turns[:, None] + 180) % 360 - 180) < ANGLE_TOLERANCE
    off = np.einsum("kij,nj->kni", linear, a[:, :2]) + shift[:, None] - b[None, :, :2]
    wide = (2 * TOLERANCE * np.maximum(1, scales)) ** 2
    agree = ((off**2).sum(axis=2) < wide[:, None]) & like
    best: Fit | None = None
    for guess in np.argsort(-agree.sum(axis=1), kind="stable")[:GUESSES]:
        fit = _refined(a, b, agree[guess], like[guess])
        if fit is not None and (best is None or fit.agreeing > best.agreeing):
            best = fit
    return best


def _pairs(asked: Keypoints, held: Keypoints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Marks that are each other's nearest and look alike, the most alike first."""
    if not len(asked) or not len(held):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    bits = differing(asked.signatures[:, None, :], held.signatures[None, :, :])
    nearest = bits.argmin(axis=1)
    least = bits[np.arange(len(asked)), nearest]
    mutual = bits.argmin(axis=0)[nearest] == np.arange(len(asked))
    kept = np.flatnonzero(mutual & (least <= BITS_MAX))
    kept = kept[np.argsort(least[kept], kind="stable")][:PAIRS_MAX]
    return kept, nearest[kept]


def _guesses(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The similarity that each pair alone gives: (n, 2, 2) and (n, 2)."""
    scale, turn = b[:, 2] / a[:, 2], np.deg2rad(b[:, 3] - a[:, 3])
    cosine, sine = scale * np.cos(turn), scale * np.sin(turn)
    linear = np.stack([np.stack([cosine, -sine], axis=-1), np.stack([sine, cosine], axis=-1)], axis=-2)
    return linear, b[:, :2] - np.einsum("nij,nj->ni", linear, a[:, :2])


def _refined(
    a: NDArray[np.float64], b: NDArray[np.float64], agree: NDArray[np.bool_], like: NDArray[np.bool_]
) -> Fit | None:
    """Fit again to what agrees, until nothing changes."""
    map_: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    for round_ in range(ROUNDS):
        if agree.sum() < PAIRS_MIN:
            return None
        fitted = _affine if agree.sum() >= AFFINE_FROM and round_ else _similarity
        map_ = fitted(a[agree, :2], b[agree, :2])
        if map_ is None:
            return None
        scale = np.sqrt(abs(np.linalg.det(map_[0])))
        if not SCALE_MIN < scale < SCALE_MAX:
            return None
        off = a[:, :2] @ map_[0].T + map_[1] - b[:, :2]
        again = ((off**2).sum(axis=1) < (TOLERANCE * max(1.0, scale)) ** 2) & like
        if (again == agree).all():
            break
        agree = again
    if map_ is None or agree.sum() < PAIRS_MIN:
        return None
    places = a[agree, :2], b[agree, :2]
    return Fit(
        agreeing=min(_spots(places[0]), _spots(places[1])),
        tried=len(a),
        linear=map_[0],
        shift=map_[1],
        asked_places=places[0],
        held_places=places[1],
    )


def _spots(places: NDArray[np.float64]) -> int:
    return len(np.unique((places // SPOT).astype(np.int64), axis=0))


def _similarity(
    p: NDArray[np.float64], q: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Least squares of turn, scale and shift (S. Umeyama, PAMI 13 (1991), in two dimensions)."""
    p_middle, q_middle = p.mean(axis=0), q.mean(axis=0)
    p_off, q_off = p - p_middle, q - q_middle
    spread = (p_off**2).sum()
    if spread < 1:
        return None
    along = (p_off * q_off).sum() / spread
    across = (p_off[:, 0] * q_off[:, 1] - p_off[:, 1] * q_off[:, 0]).sum() / spread
    linear = np.array([[along, -across], [across, along]])
    return linear, q_middle - linear @ p_middle


def _affine(p: NDArray[np.float64], q: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Least squares of six values; None where the places lie on one line."""
    rows = np.concatenate([p, np.ones((len(p), 1))], axis=1)
    found, _, rank, _ = np.linalg.lstsq(rows, q, rcond=1e-6)
    return (found[:2].T, found[2]) if rank == FULL_RANK else None
