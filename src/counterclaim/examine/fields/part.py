"""A part of a file that holds statements; refuses more bytes than a bound."""

from __future__ import annotations

from dataclasses import dataclass

PART_BYTES_MAX = 16 * 1024 * 1024  # of one part; the longest known are extended XMP with a depth map of some MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part: its kind, its bytes, and the byte of the file where they begin (-1: they were unpacked or joined).

    `whole` says that the part is the file itself; `at` is a place inside it, `size` (width, height) a frame's.
    """

    kind: str
    content: bytes
    offset: int
    name: str = ""
    whole: bool = False
    at: int = 0
    size: tuple[int, int] | None = None
