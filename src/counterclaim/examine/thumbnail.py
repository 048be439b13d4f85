"""The small picture inside an EXIF block beside the picture that carries it; refuses to say which came first.

All arithmetic is in whole numbers, so that the same bytes give the same statistic on every machine.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from counterclaim.examine.picture import Picture

LONG_SIDE = 48  # cells across the longer side: about three pixels of a 160 x 120 thumbnail to a cell
CELLS_MIN = 8  # cells of a side, however narrow
SHIFT_MAX = 1  # cells; thumbnails are cut from the sensor with up to two per cent of margin
DARK_MAX = 24  # gray levels (0 to 255): the bars cameras lay beside a 3:2 picture in a 4:3 thumbnail are black
TURN_GAIN_MIN = 100  # thousandths of correlation by which a turned thumbnail must fit better to be called turned
DEVIATION_MIN = 6  # gray levels: below, a picture is too plain for a comparison
CUT_SIDE_MIN = 16  # pixels that must be left of a side when bars are cut off
SIDE_MIN = 32  # pixels; a smaller thumbnail has too few to compare
BLUR_CELLS = 2  # a window of five cells a side, a tenth of the longer side
_IFD_ENTRIES_MAX = 1_000  # TIFF 6.0 allows 65535; cameras write under a hundred
_SCALE = 1000  # thousandths of a standard deviation

Gray = NDArray[np.uint8]
Grid = NDArray[np.int64]
Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How far the thumbnail lies from the picture.

    `statistic` is the largest mean difference over a window of five by five cells, in thousandths of the
    picture's standard deviation, after both were brought to one brightness and contrast; `correlation` is
    over all cells, in thousandths; `quarter_turns` counter-clockwise bring the thumbnail to the picture.
    `differences` are window means per cell (rows x columns) of `area`: left, top, width and height in pixels of
    the upright picture, the whole of it unless the thumbnail shows a central cut.
    """

    statistic: int
    correlation: int
    quarter_turns: int
    area: Area
    differences: Grid


def embedded_of(exif: bytes) -> bytes | None:
    """Take the thumbnail's bytes out of an EXIF block, with or without its `Exif` head; None where there is none.

    Source: Exif 2.32, section 4.5.8.
    """
    tiff = exif[6:] if exif[:4] == b"Exif" else exif
    if tiff[:4] not in {b"II*\0", b"MM\0*"}:
        return None
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, first)
        (second,) = struct.unpack_from(order + "I", tiff, first + 2 + 12 * count)
        if second == 0:
            return None
        (count,) = struct.unpack_from(order + "H", tiff, second)
        named: dict[int, int] = {}
        for index in range(min(count, _IFD_ENTRIES_MAX)):
            tag, _, _, value = struct.unpack_from(order + "HHII", tiff, second + 2 + 12 * index)
            named[tag] = value
    except struct.error:
        return None
    offset, size = named.get(0x0201), named.get(0x0202)
    if offset is None or size is None:
        return None
    return tiff[offset : offset + size] or None


def without_bars(gray: Gray, *, width: int, height: int) -> tuple[Gray, ...]:
    """Give the thumbnail as it is, and without black bars beside or around a `width` x `height` picture."""
    rows, columns = gray.shape
    high, wide = columns * height // width, rows * width // height  # the picture's size across, or down, the whole
    shaped = max(0, rows - high) // 2, max(0, columns - wide) // 2
    cuts = {(0, 0)}
    for down, across in (shaped, (_dark_margin(gray), _dark_margin(gray.T))):
        bars = (gray[:down], gray[rows - down :], gray[:, :across], gray[:, columns - across :])
        enough = min(rows - 2 * down, columns - 2 * across) >= CUT_SIDE_MIN
        if enough and all(bar.size == 0 or np.median(bar) <= DARK_MAX for bar in bars):
            cuts.add((down, across))
    return tuple(gray[down : rows - down, across : columns - across] for down, across in sorted(cuts))


def _areas_of(*, width: int, height: int, small: Gray) -> tuple[Area, ...]:
    """Name the whole picture and, where the shapes differ, its central cut in the thumbnail's shape."""
    rows, columns = small.shape
    across, down = min(width, height * columns // rows), min(height, width * rows // columns)
    return tuple(sorted({(0, 0, width, height), ((width - across) // 2, (height - down) // 2, across, down)}))


def _dark_margin(gray: Gray) -> int:
    """Count the rows at both ends that hold nothing lighter than DARK_MAX, at most a quarter of the height at each."""
    light: NDArray[np.bool_] = np.any(gray > DARK_MAX, axis=1)
    margin = 0
    while margin < len(light) // 4 and not (light[margin] or light[-1 - margin]):
        margin += 1
    return margin


def comparison_of(picture: Picture, thumbnail: Picture) -> Comparison | None:
    """Compare the two; None where either is too plain or the thumbnail too small for a comparison."""
    small = thumbnail.gray()
    if min(small.shape) < SIDE_MIN:
        return None
    large = Large(gray=picture.gray())
    height, width = large.gray.shape
    fits = [
        fit
        for turns in range(4)
        for cut in without_bars(np.rot90(small, turns), width=width, height=height)
        for area in _areas_of(width=width, height=height, small=cut)
        if (fit := _fit(large, cut, area=area, turns=turns)) is not None
    ]
    if not fits:
        return None
    straight = [fit for fit in fits if fit.quarter_turns == 0]
    best = max(fits, key=lambda fit: fit.correlation)
    if not straight:
        return best
    upright = max(straight, key=lambda fit: fit.correlation)
    return best if best.correlation >= upright.correlation + TURN_GAIN_MIN else upright


def _fit(large: Large, small: Gray, *, area: Area, turns: int) -> Comparison | None:
    _, _, width, height = area
    longer = max(LONG_SIDE, *small.shape)
    rows, columns = (max(CELLS_MIN, side * LONG_SIDE // longer) for side in small.shape)
    if height < rows or width < columns:
        return None
    a = _standard(large.cells(area, rows, columns))
    b = _standard(_cells(small, rows, columns))
    if a is None or b is None:
        return None
    reach = SHIFT_MAX
    inner = (slice(reach, rows - reach), slice(reach, columns - reach))
    candidates = []
    for down in range(-reach, reach + 1):
        for across in range(-reach, reach + 1):
            moved = b[reach + down : rows - reach + down, reach + across : columns - reach + across]
            candidates.append(np.abs(a[inner] - moved))
    least = np.minimum.reduce(candidates)
    correlation = int((a * b).sum()) // (a.size * _SCALE)
    differences = _window_means(np.pad(least, reach, mode="edge"))
    return Comparison(
        statistic=int(differences.max()),
        correlation=correlation,
        quarter_turns=turns,
        area=area,
        differences=differences,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Large:
    """The whole picture's luma, whose cells are summed once for each area and grid however often they are asked for."""

    gray: Gray
    _known: dict[tuple[Area, int, int], Grid] = field(default_factory=dict, init=False, repr=False)

    def cells(self, area: Area, rows: int, columns: int) -> Grid:
        """Give `rows` x `columns` means over `area`, in units of 1/256 grey level."""
        if (area, rows, columns) not in self._known:
            left, top, width, height = area
            part = self.gray[top : top + height, left : left + width]
            self._known[area, rows, columns] = _cells(part, rows, columns)
        return self._known[area, rows, columns]


def _cells(gray: Gray, rows: int, columns: int) -> Grid:
    height, width = gray.shape
    down, across = np.arange(rows + 1) * height // rows, np.arange(columns + 1) * width // columns
    bands = np.empty((rows, width), dtype=np.float32)
    for band, top, bottom in zip(bands, down[:-1], down[1:], strict=True):
        # Whole numbers below 2**24, which single precision adds exactly: a band has at most 65535 / 8 rows.
        np.dot(np.ones(bottom - top, dtype=np.float32), gray[top:bottom].astype(np.float32), out=band)
    sums = np.add.reduceat(bands.astype(np.int64), across[:-1], axis=1)
    means: Grid = 256 * sums // (np.diff(down)[:, None] * np.diff(across)[None, :])
    return means


def _standard(cells: Grid) -> Grid | None:
    centred = cells - int(cells.sum()) // cells.size
    deviation = isqrt(int((centred * centred).sum()) // cells.size)
    if deviation < DEVIATION_MIN * 256:
        return None
    return centred * _SCALE // deviation


def _window_means(cells: Grid) -> Grid:
    padded = np.pad(cells, BLUR_CELLS, mode="edge")
    side = 2 * BLUR_CELLS + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side))
    means: Grid = windows.sum(axis=(2, 3)) // side**2
    return means


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A connected patch of cells over a threshold: [left, right) x [top, bottom), its size and its largest value."""

    left: int
    top: int
    right: int
    bottom: int
    cells: int
    most: int


def patches_of(differences: Grid, threshold: int) -> tuple[Patch, ...]:
    """List the patches of cells at or over `threshold`, joined over edges, the largest first."""
    rest = {(int(row), int(column)) for row, column in np.argwhere(differences >= threshold)}
    patches = []
    while rest:
        edge, cells = [min(rest)], set()
        rest.discard(edge[0])
        while edge:
            row, column = edge.pop()
            cells.add((row, column))
            near = {(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)} & rest
            rest -= near
            edge.extend(sorted(near))
        rows, columns = [row for row, _ in cells], [column for _, column in cells]
        patches.append(
            Patch(
                left=min(columns),
                top=min(rows),
                right=max(columns) + 1,
                bottom=max(rows) + 1,
                cells=len(cells),
                most=max(int(differences[cell]) for cell in cells),
            )
        )
    return tuple(sorted(patches, key=lambda patch: (-patch.cells, patch.top, patch.left)))
