"""The held pictures that share most marks with one asked about, nearest first; decides nothing about any of them.

Source: H. Jegou, M. Douze and C. Schmid, "Hamming embedding and weak geometric consistency for large scale image
search", ECCV 2008: marks vote for the pictures whose marks lie in the same cell and look alike, and only votes that
agree on how far the picture was turned and scaled count together. It misses pictures (docs/methods/copies.md says how
many), so that nobody may say from it that no copy is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from counterclaim.examine.copies.keypoints import Keypoints
from counterclaim.examine.copies.words import WORDS

CELLS_ASKED = 16  # cells in which each mark of the picture asked about is looked for
BITS_MAX = 38  # of 128 that may differ between two marks that vote; half of them do by chance
WEIGHT_BITS = 22  # the width of the bell by which nearer marks vote more
FIRST_MAX = 2_000  # pictures by plain votes among which votes are compared by turn and scale
LISTED_MAX = 60  # pictures handed to the geometry
Kind = TypeVar("Kind", bound=np.generic)
_TURNS, _SCALES = 12, 24  # of 30 degrees; of half a doubling, from 1/64 to 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A held picture by its place in the list handed in; `votes` as text-free weight, `mirrored` if its mirror won."""

    index: int
    votes: float
    mirrored: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shortlist:
    """Marks of all held pictures, ordered by cell: `starts` (cells + 1,), the others a row each mark."""

    pictures: int
    starts: NDArray[np.int64]
    owners: NDArray[np.int32]
    signatures: NDArray[np.uint64]
    angles: NDArray[np.uint8]
    sizes: NDArray[np.uint8]

    @classmethod
    def of(cls, held: Sequence[Keypoints]) -> Shortlist:
        """Order the marks of the held pictures by cell; 22 bytes a mark."""
        counts = [len(marks) for marks in held]
        cells = _joined([marks.cells[:, 0] for marks in held], np.zeros(0, dtype=np.int32))
        order = np.argsort(cells, kind="stable")
        starts = np.zeros(WORDS * WORDS + 1, dtype=np.int64)
        np.cumsum(np.bincount(cells, minlength=WORDS * WORDS), out=starts[1:])
        return cls(
            pictures=len(held),
            starts=starts,
            owners=np.repeat(np.arange(len(held), dtype=np.int32), counts)[order],
            signatures=_joined([marks.signatures for marks in held], np.zeros((0, 2), dtype=np.uint64))[order],
            angles=_joined([_turn_of(marks) for marks in held], np.zeros(0, dtype=np.uint8))[order],
            sizes=_joined([_size_of(marks) for marks in held], np.zeros(0, dtype=np.uint8))[order],
        )

    def ranked(self, asked: Keypoints, mirrored: Keypoints, *, limit: int = LISTED_MAX) -> tuple[Listed, ...]:
        """List up to `limit` held pictures by their votes for the picture or for its mirror image, most votes first."""
        straight, turned = self._votes(asked), self._votes(mirrored)
        both = np.maximum(straight, turned)
        most = np.argsort(-both, kind="stable")[:limit]
        return tuple(
            Listed(index=int(one), votes=float(both[one]), mirrored=bool(turned[one] > straight[one]))
            for one in most
            if both[one] > 0
        )

    def _votes(self, asked: Keypoints) -> NDArray[np.float64]:
        """Give each held picture the votes that agree best on turn and scale."""
        marks, rows, bits = self._alike(asked)
        weights = np.exp(-((bits / WEIGHT_BITS) ** 2))
        # A mark that is like very many held ones says little of each.
        shares = np.bincount(marks, weights, len(asked))
        weights /= np.sqrt(shares[marks])
        owners = self.owners[rows]
        plain: NDArray[np.float64] = np.bincount(owners, weights, self.pictures).astype(np.float64)
        if not len(rows):
            return plain
        first = np.argpartition(-plain, min(FIRST_MAX, self.pictures - 1))[:FIRST_MAX]
        place = np.full(self.pictures, -1, dtype=np.int32)
        place[first] = np.arange(len(first), dtype=np.int32)
        kept = place[owners] >= 0
        rows, marks, weights = rows[kept], marks[kept], weights[kept]
        turn = (self.angles[rows].astype(np.int32) - _turn_of(asked)[marks]) % 256 * _TURNS // 256
        scale = (self.sizes[rows].astype(np.int32) - _size_of(asked)[marks]) // 8 + _SCALES // 2
        box = (place[owners[kept]] * _TURNS + turn) * _SCALES + np.clip(scale, 0, _SCALES - 1)
        boxes = np.bincount(box, weights, len(first) * _TURNS * _SCALES).reshape(-1, _TURNS, _SCALES)
        boxes += np.roll(boxes, 1, axis=1)
        boxes[:, :, 1:] += boxes[:, :, :-1].copy()
        votes = np.zeros(self.pictures)
        votes[first] = boxes.max(axis=(1, 2))
        return votes

    def _alike(self, asked: Keypoints) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
        """Pair marks asked about with rows of held marks in the same cells, and the bits in which they differ."""
        cells = asked.cells
        begins = self.starts[cells].ravel()
        lengths = self.starts[cells + 1].ravel() - begins
        before = np.cumsum(lengths) - lengths
        rows = np.repeat(begins - before, lengths) + np.arange(lengths.sum())
        marks = np.repeat(np.repeat(np.arange(len(asked)), cells.shape[1]), lengths)
        bits = differing(self.signatures[rows], asked.signatures[marks])
        near = bits <= BITS_MAX
        return marks[near], rows[near], bits[near]


def differing(these: NDArray[np.uint64], those: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Count the bits in which signatures (..., 2) differ."""
    bits = np.bitwise_count(these ^ those)
    total: NDArray[np.uint8] = np.add(bits[..., 0], bits[..., 1], dtype=np.uint8)
    return total


def _turn_of(marks: Keypoints) -> NDArray[np.uint8]:
    return np.asarray(np.rint(marks.angles * 256 / 360).astype(np.int64) % 256, dtype=np.uint8)


def _size_of(marks: Keypoints) -> NDArray[np.uint8]:
    """Sizes in sixteenths of a doubling."""
    return np.asarray(np.clip(np.rint(np.log2(np.maximum(marks.sizes, 1)) * 16), 0, 255), dtype=np.uint8)


def _joined(parts: list[NDArray[Kind]], empty: NDArray[Kind]) -> NDArray[Kind]:
    return np.concatenate([empty, *parts])
