"""What one file may take: time, processor, memory and words; grows with its bytes and pixels, refuses to be endless.

The figures are several times what the slowest examiner took on two shared cores of 2026 (ADR 0072 has the table),
so that what runs past them is stuck or hostile, and an honest large file on a slow laptop is not.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Self

from counterclaim.record.media import PIXELS_SAFE_MAX, media_type_of, pixels_of

MEGABYTE = 1_000_000
MEGAPIXEL = 1_000_000
CPU_SECONDS_BASE = 10  # a broken file of a kilobyte may still make a decoder walk tables
CPU_SECONDS_A_MEGABYTE = 1  # of anything but text: hashing and walking segments, measured under 0.01 s
CPU_SECONDS_A_MEGABYTE_OF_TEXT = 300  # the readers took 4.1 s for 0.1 MB of dense reporting on a busy machine
CPU_SECONDS_A_MEGAPIXEL = 1  # decoding, codes in eight orientations, thumbnail: 0.09 s for HEIF, the slowest
CPU_SECONDS_MAX = 600  # past ten minutes a person has stopped waiting
WALL_FOR_CPU = 3  # a machine that does other work too; a child that only sleeps takes no processor time
MEMORY_BYTES_BASE = 512 * 1024**2
MEMORY_BYTES_A_BYTE = 3  # of anything but text: the bytes are held twice
MEMORY_BYTES_A_BYTE_OF_TEXT = 300  # a source range for each letter and a tree over it: measured 110
MEMORY_BYTES_A_PIXEL = 40  # 8-bit RGB, turned, and as luma: measured 17 at most
MEMORY_BYTES_MAX = 6 * 1024**3
ISO_BOX = b"ftyp"  # ISO/IEC 14496-12, section 4.3: how HEIF begins, and reference pictures are handed on in hex
ANSWER_BYTES_MAX = 64 * 1024**2  # a reading of the longest page allowed is under 20 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Wall clock and processor in seconds, memory and answer in bytes; whether threads may be started."""

    seconds: float
    cpu_seconds: int
    memory_bytes: int
    answer_bytes: int = ANSWER_BYTES_MAX
    threads: bool = False

    @classmethod
    def of(cls, content: bytes, *, arguments: bytes = b"") -> Self:
        """The budget for `content`; `arguments` is what else it is given, as JSON (reference pictures, codes).

        Threads go to what may hold HEIF alone: its decoder cannot do without one.
        """
        size = len(content) + len(arguments)
        text = media_type_of(content).startswith("text/")
        a_megabyte = CPU_SECONDS_A_MEGABYTE_OF_TEXT if text else CPU_SECONDS_A_MEGABYTE
        a_byte = MEMORY_BYTES_A_BYTE_OF_TEXT if text else MEMORY_BYTES_A_BYTE
        pixels = min(pixels_named(content), PIXELS_SAFE_MAX)  # examiners decline a larger picture by its header
        cpu = CPU_SECONDS_BASE + a_megabyte * size // MEGABYTE + CPU_SECONDS_A_MEGAPIXEL * pixels // MEGAPIXEL
        cpu = min(cpu, CPU_SECONDS_MAX)
        memory = MEMORY_BYTES_BASE + a_byte * size + MEMORY_BYTES_A_PIXEL * pixels
        return cls(
            seconds=cpu * WALL_FOR_CPU,
            cpu_seconds=cpu,
            memory_bytes=max(min(memory, MEMORY_BYTES_MAX), MEMORY_BYTES_BASE + 3 * size),
            threads=content[4:8] == ISO_BOX or ISO_BOX.hex().encode() in arguments,
        )

    def plain(self) -> dict[str, Any]:
        """The budget as JSON values, for the worker."""
        return {
            "seconds": self.seconds,
            "cpu_seconds": self.cpu_seconds,
            "memory_bytes": self.memory_bytes,
            "answer_bytes": self.answer_bytes,
            "threads": self.threads,
        }


def pixels_named(content: bytes) -> int:
    """Width x height as a picture's header names it; 0 for what is no picture, the most where it is not read."""
    media_type = media_type_of(content)
    if not media_type.startswith("image/"):
        return 0
    match media_type:
        case "image/jpeg" | "image/png":
            named = pixels_of(content, media_type)
        case "image/gif":
            named = _product("<HH", content, at=6)  # GIF89a, section 18
        case "image/bmp":
            named = _product("<ii", content, at=18)  # BITMAPINFOHEADER; an older header makes it the most
        case _:
            named = None
    return PIXELS_SAFE_MAX if named is None else named


def _product(form: str, content: bytes, *, at: int) -> int | None:
    if len(content) < at + struct.calcsize(form):
        return None
    width, height = (int(side) for side in struct.unpack_from(form, content, at))
    return abs(width * height)
