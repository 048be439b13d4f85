"""The marks of a picture (SIFT keypoints) and their compact form; refuses a form it did not write.

Source: D. G. Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 60 (2004), as OpenCV computes
it; R. Arandjelovic and A. Zisserman, "Three things everyone should know to improve object retrieval", CVPR 2012
(the square root of the normalised descriptor). A mark is a corner or a spot with the pattern of edges around it: it
finds the same picture again, and knows nothing of what is seen in it. Nothing here looks for faces.
"""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from counterclaim.examine.copies.words import DESCRIPTOR, SIGNATURE_BITS, words
from counterclaim.record.errors import MalformedError

SIDE = 800  # pixels of the longer side at which marks are looked for: a phone's screen shows a post no larger
ENLARGED_MAX = 2  # times a small picture is enlarged: beyond it the marks are those of the enlarging
HELD_MAX = 400  # marks kept of a held picture, the strongest: 10 kB in the log, and enough for a quarter of it
ASKED_MAX = 1200  # marks of the picture asked about: lettering around it may take two thirds of them
GRID = 8  # squares a side over which the strongest are spread, so that lettering does not take all
CONTRAST, CONTRAST_LOW, FEW = 0.02, 0.008, 250  # OpenCV's contrastThreshold; the lower where marks are few: blur
PREFIX = "sift1:"
BYTES_MAX = 512 * 1024  # of a compact form: some three times that of the picture asked about, mirrored or not
_HEAD = struct.Struct(">HHHB")  # width and height at which the marks lie, their count, and the cells of each
_FINE = 64  # parts of a pixel that are kept
_SIZE_STEPS = 24  # parts of a doubling of size that are kept: 3 %
_ANGLE_STEPS = 256  # parts of a whole turn that are kept
# A picture mirrored left to right has the same marks; in each, rows (r) and the turning of directions (o) are reversed.
_MIRROR = np.array([((3 - r) * 4 + c) * 8 + (8 - o) % 8 for r in range(4) for c in range(4) for o in range(8)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keypoints:
    """Marks of one picture, the strongest first; `width` and `height` in pixels of the size they were looked for at.

    `places` (n, 2) in those pixels, `sizes` (n,) in pixels, `angles` (n,) in degrees, `cells` (n, k) and
    `signatures` (n, 2) as words.py makes them.
    """

    width: int
    height: int
    places: NDArray[np.float32]
    sizes: NDArray[np.float32]
    angles: NDArray[np.float32]
    cells: NDArray[np.int32]
    signatures: NDArray[np.uint64]

    def __len__(self) -> int:
        """How many marks."""
        return len(self.sizes)


def keypoints_of(rgb: NDArray[np.uint8], *, count: int = HELD_MAX, nearest: int = 1) -> tuple[Keypoints, Keypoints]:
    """Find up to `count` marks of an upright (height, width, 3) picture, and the same marks of its mirror image."""
    gray = gray_of(rgb)
    found = _spread_over(_detected(gray), gray.shape, count)
    sift = cv2.SIFT.create()
    height, width = gray.shape
    raw = np.zeros((0, DESCRIPTOR), dtype=np.float32)
    if found:  # OpenCV gives None for no mark
        kept, described = sift.compute(gray, found)
        found, raw = list(kept), np.asarray(described, dtype=np.float32)
    rows = np.array([(*mark.pt, mark.size, mark.angle) for mark in found], dtype=np.float32).reshape(-1, 4)
    rooted = np.sqrt(raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-6)).astype(np.float32)
    mirrored = rows.copy()
    mirrored[:, 0] = width - 1 - rows[:, 0]
    mirrored[:, 3] = (180 - rows[:, 3]) % 360
    return (
        _marks_of(rows, rooted, width=width, height=height, nearest=nearest),
        _marks_of(mirrored, rooted[:, _MIRROR], width=width, height=height, nearest=nearest),
    )


def gray_of(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale an upright (height, width, 3) picture to SIDE pixels and drop its colours: what marks are looked for in."""
    image = Image.fromarray(rgb).convert("L")
    scale = min(SIDE / max(image.size), ENLARGED_MAX)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BOX))


def _detected(gray: NDArray[np.uint8]) -> list[cv2.KeyPoint]:
    """Look for marks, and once more with a lower threshold where there are few."""
    found = cv2.SIFT.create(contrastThreshold=CONTRAST).detect(gray, None)
    if len(found) < FEW:
        found = cv2.SIFT.create(contrastThreshold=CONTRAST_LOW).detect(gray, None)
    return list(found)


def _spread_over(found: list[cv2.KeyPoint], shape: tuple[int, int], count: int) -> list[cv2.KeyPoint]:
    """Take the strongest of each square in turn, so that no busy corner takes all; in one order on every run."""
    squares: dict[tuple[int, int], int] = {}
    height, width = shape
    ranked: list[tuple[int, int]] = []
    by_strength = sorted(range(len(found)), key=lambda one: (-found[one].response, found[one].pt, found[one].angle))
    for index in by_strength:
        x, y = found[index].pt
        square = (int(y * GRID / height), int(x * GRID / width))
        squares[square] = squares.get(square, 0) + 1
        ranked.append((squares[square], index))
    quota = max(1, 2 * count // (GRID * GRID))
    first = [index for rank, index in ranked if rank <= quota]
    rest = [index for rank, index in ranked if rank > quota]
    return [found[index] for index in (first + rest)[:count]]


def _marks_of(
    rows: NDArray[np.float32], rooted: NDArray[np.float32], *, width: int, height: int, nearest: int
) -> Keypoints:
    tables = words()
    return Keypoints(
        width=width,
        height=height,
        places=rows[:, :2],
        sizes=rows[:, 2],
        angles=rows[:, 3],
        cells=tables.cells_of(rooted, nearest),
        signatures=tables.signatures_of(rooted),
    )


def _row_of(cells: int) -> np.dtype[np.void]:
    return np.dtype(
        [
            ("x", ">u2"),
            ("y", ">u2"),
            ("size", "u1"),
            ("angle", "u1"),
            ("cells", ">u4", (cells,)),
            ("bits", ">u8", (SIGNATURE_BITS // 64,)),
        ]
    )


def packed(marks: Keypoints) -> str:
    """Write marks as text: `sift1:` and base64 of 26 bytes a mark (with one cell each)."""
    cells = marks.cells.shape[1]
    rows = np.zeros(len(marks), dtype=_row_of(cells))
    rows["x"], rows["y"] = np.clip(np.rint(marks.places.T * _FINE), 0, 0xFFFF)
    rows["size"] = np.clip(np.rint(np.log2(np.maximum(marks.sizes, 1)) * _SIZE_STEPS), 0, 0xFF)
    rows["angle"] = np.rint(marks.angles * _ANGLE_STEPS / 360).astype(np.int64) % _ANGLE_STEPS
    rows["cells"], rows["bits"] = marks.cells, marks.signatures
    head = _HEAD.pack(marks.width, marks.height, len(marks), cells)
    return PREFIX + base64.b64encode(head + rows.tobytes()).decode()


def unpacked(text: str) -> Keypoints:
    """Read what `packed` wrote. Raises MalformedError for anything else."""
    if not text.startswith(PREFIX) or len(text) > BYTES_MAX:
        raise MalformedError(f"marks that start with {PREFIX}, in at most {BYTES_MAX} characters", text[:20])
    try:
        content = base64.b64decode(text[len(PREFIX) :], validate=True)
        width, height, count, cells = _HEAD.unpack_from(content)
    except (binascii.Error, struct.error, ValueError) as error:
        raise MalformedError("marks in base64", str(error)) from error
    kind = _row_of(cells)
    if not width or not height or not cells or len(content) != _HEAD.size + count * kind.itemsize:
        raise MalformedError(f"{count} marks of {kind.itemsize} bytes", f"{len(content)} bytes")
    rows = np.frombuffer(content, dtype=kind, offset=_HEAD.size)
    return Keypoints(
        width=width,
        height=height,
        places=(np.stack([rows["x"], rows["y"]], axis=1) / _FINE).astype(np.float32),
        sizes=np.exp2(rows["size"].astype(np.float32) / _SIZE_STEPS),
        angles=(rows["angle"] * (360 / _ANGLE_STEPS)).astype(np.float32),
        cells=rows["cells"].astype(np.int32).reshape(count, cells),
        signatures=rows["bits"].astype(np.uint64).reshape(count, SIGNATURE_BITS // 64),
    )
