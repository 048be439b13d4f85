"""A picture scaled to 64 x 64 grey levels as PDQ does it, in whole numbers; refuses a sum that depends on its order.

Source: facebook/ThreatExchange, pdq/cpp/downscaling/downscaling.cpp: two box filters of ceil(side / 128) pixels along
each axis, then the pixel at the middle of each sixty-fourth. That is linear along each axis, so each of the 64 rows
is one weighted sum of a few rows of the picture, and each of the 64 columns one of those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SMALL = 64  # points a side
PIXEL_BITS = 16  # fractional bits of the 64 x 64 picture in grey levels of 0 to 255
_LUMA = (299.0, 587.0, 114.0)  # thousandths, ITU-R BT.601; the reference's 0.299, 0.587, 0.114
_GREY = (1000.0,)
# Every sum is one of whole numbers below 2**24 in single and below 2**53 in double precision, where adding is exact
# in any order and with any fused step. Quotients are correctly rounded (IEEE 754), and then rounded to whole numbers.
# Rows in thousandths of a grey level: 255000 * 2**12 < 2**30; columns: 2**30 * 2**20 = 2**50.
_ROW_BITS = 12
_DIVISOR_MAX = 2**20
_SINGLE_MAX = 2**24 // 255  # the largest divisor for which a sum of 8-bit values stays exact in single precision
_BLOCK_VALUES = 2**19  # held in single precision at once: 2 MB


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Window:
    """One point's share of a side: the pixels from `start` on, by whole `weights` that sum to about `divisor`."""

    start: int
    weights: NDArray[np.float64]
    divisor: int


def windows_of(length: int) -> tuple[Window, ...]:
    """Give the 64 windows over a side of `length` pixels.

    A window that lies within the side has the whole weights 1, 2 ... w ... 2, 1 over w * w, exactly; one that the
    edge cuts, and any where w * w is over 2**20, has weights rounded to 2**-20.
    """
    wide = -(-length // (2 * SMALL))
    ahead = wide // 2
    behind = wide - 1 - ahead
    rising = np.arange(1.0, wide + 1)
    whole = np.concatenate((rising, rising[-2::-1]))
    windows = []
    for point in range(SMALL):
        middle = ((2 * point + 1) * length) // (2 * SMALL)
        within = middle >= 2 * behind and middle + 2 * ahead < length and wide * wide <= _DIVISOR_MAX
        windows.append(
            Window(start=middle - 2 * behind, weights=whole, divisor=wide * wide)
            if within
            else _cut_window(length, middle, behind=behind, ahead=ahead)
        )
    return tuple(windows)


def _cut_window(length: int, middle: int, *, behind: int, ahead: int) -> Window:
    inner = np.arange(max(0, middle - behind), min(length, middle + ahead + 1))
    low, high = np.maximum(0, inner - behind), np.minimum(length, inner + ahead + 1)
    start = int(low[0])
    share = 1.0 / (len(inner) * (high - low))
    steps = np.zeros(int(high[-1]) - start + 1)
    np.add.at(steps, low - start, share)
    np.add.at(steps, high - start, -share)
    return Window(start=start, weights=np.rint(np.cumsum(steps)[:-1] * _DIVISOR_MAX), divisor=_DIVISOR_MAX)


def small_of(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Scale (height, width, 3) RGB or (height, width) grey uint8 pixels to 64 x 64 grey levels in units of 2**-16."""
    height, width = pixels.shape[:2]
    shares = np.array(_LUMA if pixels.ndim == 3 else _GREY)  # noqa: PLR2004 (height, width, colour)
    rows = _rows_of(np.ascontiguousarray(pixels).reshape(height, -1), shares)
    small = np.empty((SMALL, SMALL))
    for point, window in enumerate(windows_of(width)):
        band = rows[:, window.start : window.start + len(window.weights)]
        small[:, point] = (band @ window.weights) * 2.0 ** (PIXEL_BITS - _ROW_BITS) / (1000.0 * window.divisor)
    return np.rint(small, out=small)


def small_of_means(gray: NDArray[np.uint8], *, whole: tuple[int, int], block: int) -> NDArray[np.float64]:
    """Scale a (height, width) grey picture whose pixels are the means of `block` x `block` of the whole one's.

    The windows are laid over the whole picture, whose height and width are `whole`: over the small one they would
    lie up to a pixel aside. Units as in `small_of`, and the same where `block` is 1.
    """
    if block == 1:
        return small_of(gray)
    (down, divisors_down), (across, divisors_across) = (_block_shares(length, block) for length in whole)
    rows = np.rint((down @ gray.astype(np.float64)) * (_GREY[0] * 2.0**_ROW_BITS) / divisors_down[:, None])
    small: NDArray[np.float64] = np.rint(
        (rows @ across.T) * 2.0 ** (PIXEL_BITS - _ROW_BITS) / (1000.0 * divisors_across)
    )
    return small


def _block_shares(length: int, block: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give each of the 64 windows' share of every block along a side, (64, blocks), and their divisors."""
    shares = np.zeros((SMALL, -(-length // block)))
    windows = windows_of(length)
    known: dict[tuple[int, int], NDArray[np.float64]] = {}  # most windows are alike but for where in a block they start
    for point, window in enumerate(windows):
        first, ahead = divmod(window.start, block)
        key = ahead, window.divisor
        if key not in known:
            spread = np.zeros((-(-(ahead + len(window.weights)) // block), block))
            spread.ravel()[ahead : ahead + len(window.weights)] = window.weights
            known[key] = spread.sum(axis=1)
        shares[point, first : first + len(known[key])] = known[key]
    return shares, np.array([float(window.divisor) for window in windows])


def _rows_of(flat: NDArray[np.uint8], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum the 64 bands of rows, (64, width) luma in thousandths of a grey level and units of 2**-12.

    Band by band down to one row of luma, so that nothing of the picture's size is ever held.
    """
    luma = np.empty((SMALL, flat.shape[1] // len(shares)))
    windows = windows_of(len(flat))
    rows_at_once = min(max(1, _BLOCK_VALUES // flat.shape[1]), max(len(window.weights) for window in windows))
    block = np.empty((rows_at_once, flat.shape[1]), dtype=np.float32)
    for point, window in enumerate(windows):
        exact = window.divisor <= _SINGLE_MAX
        band = _band_sum(flat, window, block if exact else np.empty(block.shape))
        row = np.dot(band.reshape(-1, len(shares)), shares, out=luma[point])
        np.multiply(row, 2.0**_ROW_BITS, out=row)
        np.divide(row, window.divisor, out=row)
        np.rint(row, out=row)
    return luma


def _band_sum(flat: NDArray[np.uint8], window: Window, block: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Give one band's weighted sum, as many rows at a time as `block` holds, in the precision of `block`."""
    weights: NDArray[np.floating[Any]] = window.weights.astype(block.dtype)
    band = flat[window.start : window.start + len(weights)]
    parts: list[NDArray[np.floating[Any]]] = []
    for at in range(0, len(band), len(block)):
        rows = band[at : at + len(block)]
        held = block[: len(rows)]
        held[...] = rows
        parts.append(weights[at : at + len(rows)] @ held)
    return sum(parts[1:], parts[0]).astype(np.float64)
