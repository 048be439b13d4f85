"""The trained tables by which a descriptor becomes a cell and a signature; refuses tables of another shape.

Source: A. Babenko and V. Lempitsky, "The inverted multi-index", CVPR 2012 (a cell is a pair of words, one for each
half); H. Jegou, M. Douze and C. Schmid, "Hamming embedding and weak geometric consistency for large scale image
search", ECCV 2008 (a signature tells the descriptors of one cell apart). The tables hold averages over the pictures
that `tools/train_words.py` was given, and no picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from counterclaim.record.errors import MalformedError

DESCRIPTOR = 128  # values of a SIFT descriptor: 4 x 4 places of 8 directions
HALF = 32  # values of each half of the projected descriptor
WORDS = 1024  # words of each half, so 1024 * 1024 cells: some forty marks a cell among 100,000 pictures
SIGNATURE_BITS = 128
NEARBY = 8  # words of each half from which the nearest cells are put together
FILE = "words.npz"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Words:
    """`mean` (128,), `projection` (128, 64), `halves` (2, 1024, 32), `rotation` (128, 128), `thresholds` (128,)."""

    mean: NDArray[np.float32]
    projection: NDArray[np.float32]
    halves: NDArray[np.float32]
    rotation: NDArray[np.float32]
    thresholds: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Hold the shapes."""
        shapes = (
            (self.mean, (DESCRIPTOR,)),
            (self.projection, (DESCRIPTOR, 2 * HALF)),
            (self.halves, (2, WORDS, HALF)),
            (self.rotation, (DESCRIPTOR, SIGNATURE_BITS)),
            (self.thresholds, (SIGNATURE_BITS,)),
        )
        for table, shape in shapes:
            if table.shape != shape:
                raise MalformedError(f"a table of the shape {shape}", str(table.shape))

    def signatures_of(self, descriptors: NDArray[np.float32]) -> NDArray[np.uint64]:
        """Give (n, 2) words of 64 bits for (n, 128) descriptors: on which side of each threshold they lie."""
        sides = (descriptors - self.mean) @ self.rotation > self.thresholds
        return np.packbits(sides, axis=1).view(np.uint64).reshape(len(descriptors), SIGNATURE_BITS // 64)

    def cells_of(self, descriptors: NDArray[np.float32], nearest: int = 1) -> NDArray[np.int32]:
        """Give the `nearest` cells, 0 to 1024 * 1024 - 1, of each of (n, 128) descriptors, as (n, nearest)."""
        low: NDArray[np.float32] = ((descriptors - self.mean) @ self.projection).astype(np.float32)
        first, second = (self._distances(low[:, half * HALF : (half + 1) * HALF], half) for half in (0, 1))
        if nearest == 1:
            cells = first.argmin(axis=1) * WORDS + second.argmin(axis=1)
            return np.asarray(cells, dtype=np.int32).reshape(-1, 1)
        a = np.argpartition(first, NEARBY, axis=1)[:, :NEARBY]
        b = np.argpartition(second, NEARBY, axis=1)[:, :NEARBY]
        sums = np.take_along_axis(first, a, 1)[:, :, None] + np.take_along_axis(second, b, 1)[:, None, :]
        pairs = (a[:, :, None] * WORDS + b[:, None, :]).reshape(len(low), NEARBY * NEARBY)
        chosen = np.argpartition(sums.reshape(len(low), NEARBY * NEARBY), nearest - 1, axis=1)[:, :nearest]
        return np.take_along_axis(pairs, chosen, 1).astype(np.int32)

    def _distances(self, values: NDArray[np.float32], half: int) -> NDArray[np.float32]:
        """Squared distances to the words of one half, less what is the same for all of them."""
        table = self.halves[half]
        distances: NDArray[np.float32] = (table**2).sum(axis=1)[None, :] - 2 * values @ table.T
        return distances


@cache
def words() -> Words:
    """Load the shipped tables, once a process."""
    with resources.files("counterclaim.examine.copies").joinpath(FILE).open("rb") as file:
        tables = np.load(file, allow_pickle=False)
        return Words(**{name: tables[name].astype(np.float32) for name in Words.__dataclass_fields__})
