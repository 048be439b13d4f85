"""What a JPEG's tables say of the program that wrote them; refuses to name a camera or a person.

Source: ITU-T T.81, annex K; the quality scale is that of the Independent JPEG Group's library (jcparam.c).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

# T.81, tables K.1 and K.2, in zigzag order.
_LUMINANCE = (
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51,
    61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77,
    113, 121, 112, 100, 120, 92, 101, 103, 99,
)  # fmt: skip
_CHROMINANCE = (
    17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, *(99,) * 48,
)  # fmt: skip
_BYTE_MAX = 255  # a baseline table holds bytes
# T.81, tables K.3 to K.6: 16 counts, then the symbols.
_DC_COUNTS = (bytes.fromhex("00010501010101010100000000000000"), bytes.fromhex("00030101010101010101010000000000"))
_AC_LUMINANCE = bytes.fromhex(
    "0002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a"
    "161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a8384858687"
    "88898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7"
    "e8e9eaf1f2f3f4f5f6f7f8f9fa"
)
_AC_CHROMINANCE = bytes.fromhex(
    "00020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a1624"
    "34e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485"
    "868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6"
    "e7e8e9eaf2f3f4f5f6f7f8f9fa"
)
_STANDARD = frozenset(
    {*(counts + bytes(range(12)) for counts in _DC_COUNTS), _AC_LUMINANCE, _AC_CHROMINANCE},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The IJG quality (1 to 100) whose tables lie nearest, and whether they are exactly those tables."""

    estimate: int
    exact: bool


def ijg_tables(quality: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Scale the luminance and chrominance tables to IJG quality 1 to 100, in zigzag order (jcparam.c)."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality  # noqa: PLR2004 (jcparam.c)

    def scaled(table: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(min(_BYTE_MAX, max(1, (value * scale + 50) // 100)) for value in table)

    return scaled(_LUMINANCE), scaled(_CHROMINANCE)


def quality_of(tables: Mapping[int, tuple[int, ...]]) -> Quality | None:
    """Estimate the IJG quality from quantisation tables 0 (and 1); None where there is no table 0."""
    if 0 not in tables:
        return None
    ours = np.array((tables[0], tables[1]) if 1 in tables else (tables[0],), dtype=np.int64)
    gaps = np.abs(_all_ijg_tables()[:, : len(ours)] - ours).sum(axis=(1, 2))
    # Of equal gaps the higher quality is named: low qualities saturate to the same tables.
    best = int(gaps.argmin())
    return Quality(estimate=100 - best, exact=bool(gaps[best] == 0))


@cache
def _all_ijg_tables() -> NDArray[np.int64]:
    """(100, 2, 64): both tables of every quality, the highest first."""
    return np.array([ijg_tables(quality) for quality in range(100, 0, -1)], dtype=np.int64)


def huffman_kind_of(tables: Mapping[tuple[int, int], bytes]) -> str:
    """Say `standard` if all tables are annex K's, `own` if some are not, `none` if the file brings none."""
    if not tables:
        return "none"
    return "standard" if all(table in _STANDARD for table in tables.values()) else "own"
