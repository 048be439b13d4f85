"""PDQ codes of a picture and of its seven turns and mirrors; says nothing of crops, borders or sameness.

Source: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", Facebook, 2019, and the
reference program facebook/ThreatExchange pdq. The reference computes in single precision, so its last bits
depend on the machine; here every step is whole numbers that a double holds exactly, so that a code derived
again elsewhere is the same code (ADR 0031).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from counterclaim.examine.examiner import HeldCode
from counterclaim.examine.scaling import PIXEL_BITS, SMALL, small_of, small_of_means
from counterclaim.record.errors import MalformedError

DISTANCE_MAX = 31  # of 256 bits; ThreatExchange, python-threatexchange signal_type/pdq: PDQ_CONFIDENT_MATCH_THRESHOLD
QUALITY_MIN = 50  # the same place, QUALITY_THRESHOLD: plainer pictures are "too unreliable to match on"
SIDE_MIN = 5  # pdqhashing.cpp, MIN_HASHABLE_DIM
PREFIX = "pdq:"
PRESCREEN_PREFIX = "pdq-prescreen:"  # another word, so that no such code passes for one where codes are compared
PRESCREEN_MARGIN = 16  # bits; measured: at most 14 from the exact code, docs/methods/lookalike.md
# Counter-clockwise turns and mirrors of the examined picture, in the reference's order of the eight codes.
ORIENTATIONS = (
    "as_it_is",
    "turned_90_counter_clockwise",
    "turned_180",
    "turned_90_clockwise",
    "mirrored_top_to_bottom",
    "mirrored_left_to_right",
    "mirrored_along_the_main_diagonal",
    "mirrored_along_the_other_diagonal",
)
MIRRORED_FROM = 4  # the index from which an orientation is a mirror image
_KEPT = 16
_BITS = 256
_HEX_DIGITS = 64
# Fractional bits of each step, chosen so that every sum stays below 2**53, where doubles are exact integers: grey
# levels are below 2**24; a row of cosines sums to under 7.3 in absolute terms, so the first cosine step stays below
# 2**24 * 7.3 * 2**24 < 2**51 and the second, two bits dropped, below 2**52.
_COSINE_BITS = 24
_COSINE_DROPPED = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """`codes` are eight texts `pdq:` + 64 hex digits in the order of ORIENTATIONS; `quality` is 0 to 100."""

    codes: tuple[str, ...]
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescreen:
    """A code from a coarse grey decoding: `pdq-prescreen:` + 64 hex digits; sorts out, and never is a match."""

    code: str
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The examined picture, put into `orientation`, lies `distance` bits (of 256) from the held one."""

    held: HeldCode
    distance: int
    orientation: str
    mirrored: bool


def codes_of(rgb: NDArray[np.uint8]) -> Codes:
    """Compute the eight codes and the quality of a (height, width, 3) uint8 picture.

    Raises MalformedError for a picture with a side under SIDE_MIN pixels.
    """
    height, width = rgb.shape[:2]
    if min(height, width) < SIDE_MIN:
        raise MalformedError(f"a picture of at least {SIDE_MIN} pixels a side", f"{width} x {height}")
    small = small_of(rgb)
    cosines = _cosine_of(small)
    return Codes(codes=tuple(_code_of(turned) for turned in _turns_of(cosines)), quality=_quality_of(small))


def prescreen_of(gray: NDArray[np.uint8], *, whole: tuple[int, int], block: int) -> Prescreen:
    """Compute the code of a (height, width) uint8 grey picture, each pixel the mean of `block` x `block` of the whole.

    `whole` is the whole picture's height and width. Raises MalformedError for a side under SIDE_MIN pixels.
    """
    height, width = whole
    if min(whole) < SIDE_MIN:
        raise MalformedError(f"a picture of at least {SIDE_MIN} pixels a side", f"{width} x {height}")
    small = small_of_means(gray, whole=whole, block=block)
    code = _code_of(_cosine_of(small)).removeprefix(PREFIX)
    return Prescreen(code=PRESCREEN_PREFIX + code, quality=_quality_of(small))


def worth_comparing(prescreen: Prescreen, codes: Sequence[str], *, limit: int = DISTANCE_MAX) -> NDArray[np.bool_]:
    """Say which of `codes` may lie within `limit` bits of the exact code, PRESCREEN_MARGIN beyond it allowed for.

    Compare with the eight codes of a held picture to ask for turns and mirrors. What is sorted out here was measured
    to be no match; what is not is to be decoded whole and compared. Raises MalformedError for what is no code.
    """
    if not codes:
        return np.zeros(0, dtype=np.bool_)
    own = _words_of([PREFIX + prescreen.code.removeprefix(PRESCREEN_PREFIX)])[0]
    return _distances(_words_of(codes), own) <= limit + PRESCREEN_MARGIN


@cache
def _cosines() -> NDArray[np.float64]:
    """Rows 1 to 16 of the 64-point DCT-II in units of 2**-24, rounded to whole numbers."""
    rows, columns = np.arange(1, _KEPT + 1)[:, None], np.arange(SMALL)[None, :]
    matrix: NDArray[np.float64] = np.rint(
        np.sqrt(2 / SMALL) * np.cos(np.pi / (2 * SMALL) * rows * (2 * columns + 1)) * 2**_COSINE_BITS
    )
    return matrix


def _cosine_of(small: NDArray[np.float64]) -> NDArray[np.float64]:
    matrix = _cosines()
    half = np.rint((matrix @ small) / 2**_COSINE_DROPPED)
    cosines: NDArray[np.float64] = half @ matrix.T
    return cosines


def _turns_of(cosines: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Turn the cosines eight ways: a mirror negates every odd frequency, a transposition swaps axes."""
    odd = np.where(np.arange(1, _KEPT + 1) % 2 == 0, 1.0, -1.0)
    down, across = odd[:, None], odd[None, :]
    return (
        cosines,
        (cosines * across).T,
        cosines * down * across,
        (cosines * down).T,
        cosines * down,
        cosines * across,
        cosines.T,
        (cosines * down * across).T,
    )


def _code_of(cosines: NDArray[np.float64]) -> str:
    """Set a bit where a cosine exceeds the lower median; the highest frequency is written first."""
    median = np.partition(cosines, _BITS // 2 - 1, axis=None)[_BITS // 2 - 1]
    bits = (cosines > median).ravel()[::-1]
    return PREFIX + np.packbits(bits).tobytes().hex()


def _quality_of(small: NDArray[np.float64]) -> int:
    """Sum of whole-percent steps between neighbours, over 90, at most 100 (pdqImageDomainQualityMetric)."""
    scale = 255 << PIXEL_BITS
    total = 0
    for axis in (0, 1):
        steps = np.abs(np.diff(small, axis=axis)).astype(np.int64)
        total += int((steps * 100 // scale).sum())
    return min(100, total // 90)


def distance_of(code: str, other: str) -> int:
    """Bits (of 256) in which two codes differ. Raises MalformedError for what is no code."""
    a, b = _words_of([code]), _words_of([other])
    return int(np.bitwise_count(a ^ b).sum())


def _words_of(codes: Sequence[str]) -> NDArray[np.uint64]:
    """Lay the codes out as rows of four 64-bit words."""
    whole = len(PREFIX) + _HEX_DIGITS
    text = "".join(codes)
    rows = np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)
    if set(map(len, codes)) - {whole} or len(rows) != whole * len(codes):
        raise MalformedError(f"codes of the form {PREFIX} and {_HEX_DIGITS} hex digits", "another length")
    rows = rows.reshape(len(codes), whole)
    if (rows[:, : len(PREFIX)] != np.frombuffer(PREFIX.encode(), dtype=np.uint8)).any():
        raise MalformedError(f"codes that start with {PREFIX}", "another start")
    try:
        raw = bytes.fromhex(rows[:, len(PREFIX) :].tobytes().decode())
    except ValueError as error:
        raise MalformedError("hex digits in a code", str(error)) from error
    # fromhex passes over blanks, so fewer bytes than digits named is the same fault.
    if len(raw) != len(codes) * _BITS // 8:
        raise MalformedError("hex digits in a code", "blanks")
    return np.frombuffer(raw, dtype=np.uint64).reshape(len(codes), _BITS // 64)


def _distances(words: NDArray[np.uint64], code: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Count the differing bits of each row; added column by column, which is several times faster than a sum."""
    counts = np.bitwise_count(words ^ code)
    total: NDArray[np.uint16] = counts[:, 0].astype(np.uint16)
    for column in range(1, counts.shape[1]):
        total += counts[:, column]
    return total


def nearest(codes: Sequence[str], held: Sequence[HeldCode], *, limit: int = DISTANCE_MAX) -> tuple[Match, ...]:
    """List the held pictures within `limit` bits of any of the eight codes, nearest and then earliest first.

    Each held picture appears once, with the orientation of the examined picture that lies nearest to it.
    Raises MalformedError for what is no code, or for other than eight codes.
    """
    if len(codes) != len(ORIENTATIONS):
        raise MalformedError(f"{len(ORIENTATIONS)} codes", str(len(codes)))
    if not held:
        return ()
    words = _words_of([one.code for one in held])
    distances = np.stack([_distances(words, code) for code in _words_of(codes)])
    orientation = distances.argmin(axis=0)
    least = distances.min(axis=0)
    matches = [
        Match(
            held=held[index],
            distance=int(least[index]),
            orientation=ORIENTATIONS[orientation[index]],
            mirrored=bool(orientation[index] >= MIRRORED_FROM),
        )
        for index in np.flatnonzero(least <= limit).tolist()
    ]
    return tuple(sorted(matches, key=lambda match: (match.distance, match.held.admitted_at, match.held.exhibit)))
