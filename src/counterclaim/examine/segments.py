"""The segments of a JPEG file in their order, read within bounds; refuses to decode a pixel.

Source: ITU-T T.81 (ISO/IEC 10918-1), annex B; MPF: CIPA DC-007, section 5.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

SEGMENTS_MAX = 20_000  # a progressive file of the largest camera has some hundred; more is built to exhaust
IDENTIFIER_MAX = 32  # characters; the longest in use (http://ns.adobe.com/xap/1.0/) has 28
MPF_IMAGES_MAX = 1_000  # CIPA DC-007 names no bound; a burst has some dozens
SOI, EOI, SOS, DQT, DHT, DRI, COM, DNL = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xDD, 0xFE, 0xDC
SOF = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
# Begins with one certain byte, so that it is sought as memchr(3) seeks: fifteen times faster than a pattern over fill.
_IN_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_RESTARTS = re.compile(rb"\xff[\xd0-\xd7]")
_NAMES = {SOI: "SOI", EOI: "EOI", SOS: "SOS", DQT: "DQT", DHT: "DHT", DRI: "DRI", COM: "COM", DNL: "DNL", 0xCC: "DAC"}
_ZIGZAG_BYTES, _ZIGZAG_WORDS = 64, 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One marker segment: its marker, where it starts, its payload, and an APPn's identifier."""

    marker: int
    offset: int
    payload: bytes
    identifier: str = ""

    @property
    def name(self) -> str:
        """The standard's name of the marker (`APP1`, `DQT`, `SOF0`)."""
        if 0xE0 <= self.marker <= 0xEF:  # noqa: PLR2004 (T.81, table B.1)
            return f"APP{self.marker - 0xE0}"
        if self.marker in SOF:
            return f"SOF{self.marker - 0xC0}"
        return _NAMES.get(self.marker, f"0x{self.marker:02X}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A JPEG file's segments up to its end of image.

    `end` is the offset behind EOI, None where there is none; `faults` say what broke the reading off or
    contradicts the standard; `restarts` counts restart markers in the scans.
    """

    segments: tuple[Segment, ...]
    end: int | None
    restarts: int
    faults: tuple[str, ...]

    def of(self, *markers: int) -> tuple[Segment, ...]:
        """List the segments with one of these markers."""
        return tuple(segment for segment in self.segments if segment.marker in markers)


def is_jpeg(content: bytes) -> bool:
    """Whether the bytes start as a JPEG file does."""
    return content[:3] == b"\xff\xd8\xff"


def structure_of(content: bytes) -> Structure:
    """Read the segments of `content`, which `is_jpeg`; stops at the first EOI, at a fault or at SEGMENTS_MAX."""
    segments = [Segment(marker=SOI, offset=0, payload=b"")]
    faults: list[str] = []
    restarts, at, end = 0, 2, None
    while len(segments) < SEGMENTS_MAX:
        start, marker, at, skipped = _next_marker(content, at)
        if skipped:
            faults.append(f"{skipped} bytes between segments before offset {at}")
        if marker is None:
            faults.append("the file ends without an end-of-image marker")
            break
        if marker == EOI:
            segments.append(Segment(marker=EOI, offset=start, payload=b""))
            end = at
            break
        if marker in _STANDALONE or marker == SOI:
            faults.append(f"marker 0x{marker:02X} outside a scan at offset {start}")
            segments.append(Segment(marker=marker, offset=start, payload=b""))
            continue
        payload, at, fault = _payload_of(content, at)
        segments.append(
            Segment(marker=marker, offset=start, payload=payload, identifier=_identifier_of(marker, payload))
        )
        if fault:
            faults.append(f"{segments[-1].name} at offset {start}: {fault}")
            break
        if marker == SOS:
            at, counted = _scan_end(content, at)
            restarts += counted
    else:
        faults.append(f"more than {SEGMENTS_MAX} segments; the rest was not read")
    return Structure(segments=tuple(segments), end=end, restarts=restarts, faults=tuple(faults))


def _next_marker(content: bytes, at: int) -> tuple[int, int | None, int, int]:
    """Find the next marker: where it starts, the marker, the offset behind it, and the stray bytes skipped."""
    start = content.find(b"\xff", at)
    if start < 0:
        return len(content), None, len(content), 0
    skipped = start - at
    behind = start + 1
    while behind < len(content) and content[behind] == 0xFF:  # noqa: PLR2004 (T.81, B.1.1.2: fill bytes)
        behind += 1
    if behind >= len(content):
        return start, None, len(content), skipped
    if content[behind] == 0:
        found, after = _marker_in_scan(content, behind)
        if found == len(content):
            return found, None, found, skipped
        return found, content[after - 1], after, found - at
    return start, content[behind], behind + 1, skipped


def _payload_of(content: bytes, at: int) -> tuple[bytes, int, str]:
    """Take the payload whose two length bytes stand at `at`; says what is wrong with it, or nothing."""
    if at + 2 > len(content):
        return b"", len(content), "the file ends within the segment"
    length = int.from_bytes(content[at : at + 2], "big")
    if length < 2:  # noqa: PLR2004 (T.81, B.1.1.4: the length counts its own two bytes)
        return b"", at + 2, f"a length of {length}"
    payload = content[at + 2 : at + length]
    fault = "the file ends within the segment" if len(payload) < length - 2 else ""
    return payload, at + 2 + len(payload), fault


def _scan_end(content: bytes, at: int) -> tuple[int, int]:
    """Find where the scan that starts at `at` ends, and count its restart markers."""
    end, _ = _marker_in_scan(content, at)
    return end, sum(1 for _ in _RESTARTS.finditer(content, at, end))


def _marker_in_scan(content: bytes, at: int) -> tuple[int, int]:
    """Find where the next marker but restarts begins, fill bytes included, and the offset behind it; else the end."""
    match = _IN_SCAN.search(content, at)
    if match is None:
        return len(content), len(content)
    start = match.start()
    while start > at and content[start - 1] == 0xFF:  # noqa: PLR2004 (T.81, B.1.1.2: fill bytes)
        start -= 1
    return start, match.end()


def _identifier_of(marker: int, payload: bytes) -> str:
    if not 0xE0 <= marker <= 0xEF:  # noqa: PLR2004 (T.81, table B.1)
        return ""
    head = payload[: IDENTIFIER_MAX + 1].split(b"\0", 1)[0][:IDENTIFIER_MAX]
    text = head.decode("latin-1")
    return text if text.isascii() and text.isprintable() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame header: its marker's name, whether progressive, sizes, and (id, h, v, table) per component."""

    name: str
    progressive: bool
    bits: int
    width: int
    height: int
    components: tuple[tuple[int, int, int, int], ...]

    def subsampling(self) -> str:
        """`4:2:0` and its like for three components; otherwise the sampling factors (`1x1,2x1`)."""
        factors = [(h, v) for _, h, v, _ in self.components]
        if len(factors) == 1:
            return "gray"
        known = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (1, 2): "4:4:0", (4, 1): "4:1:1", (4, 2): "4:1:0"}
        if len(factors) == 3 and factors[1:] == [(1, 1), (1, 1)] and factors[0] in known:  # noqa: PLR2004
            return known[factors[0]]
        return ",".join(f"{h}x{v}" for h, v in factors)


def frame_of(structure: Structure) -> Frame | None:
    """Read the first frame header, None where there is none or it breaks off. T.81, B.2.2."""
    for segment in structure.of(*SOF):
        payload = segment.payload
        if len(payload) < 6 or len(payload) < 6 + 3 * payload[5]:  # noqa: PLR2004 (T.81, B.2.2)
            return None
        bits, height, width, count = struct.unpack(">BHHB", payload[:6])
        parts = [payload[6 + 3 * index : 9 + 3 * index] for index in range(count)]
        return Frame(
            name=segment.name,
            progressive=segment.marker in PROGRESSIVE,
            bits=bits,
            width=width,
            height=height,
            components=tuple((part[0], part[1] >> 4, part[1] & 15, part[2]) for part in parts),
        )
    return None


def quantisation_of(structure: Structure) -> dict[int, tuple[int, ...]]:
    """Read the quantisation tables by number, 64 values in zigzag order; the last of a number holds. B.2.4.1."""
    tables: dict[int, tuple[int, ...]] = {}
    for segment in structure.of(DQT):
        payload, at = segment.payload, 0
        while at < len(payload):
            words = payload[at] >> 4
            size = _ZIGZAG_WORDS if words else _ZIGZAG_BYTES
            raw = payload[at + 1 : at + 1 + size]
            if len(raw) < size:
                break
            tables[payload[at] & 15] = struct.unpack(">64H", raw) if words else tuple(raw)
            at += 1 + size
    return tables


def huffman_of(structure: Structure) -> dict[tuple[int, int], bytes]:
    """Read the Huffman tables by (class, number): 16 counts, then symbols; the first of each holds. B.2.4.2."""
    tables: dict[tuple[int, int], bytes] = {}
    for segment in structure.of(DHT):
        payload, at = segment.payload, 0
        while at + 17 <= len(payload):
            size = 17 + sum(payload[at + 1 : at + 17])
            tables.setdefault((payload[at] >> 4, payload[at] & 15), payload[at + 1 : at + size])
            at += size
    return tables


def mpf_images_of(structure: Structure) -> tuple[tuple[int, int], ...]:
    """List (offset in the file, bytes) of every picture a Multi-Picture Format index names. CIPA DC-007."""
    for segment in structure.of(0xE2):
        body = segment.payload[4:]
        if segment.identifier != "MPF" or body[:4] not in {b"II*\0", b"MM\0*"}:
            continue
        order = "<" if body[:2] == b"II" else ">"
        base = segment.offset + 8  # marker, length and "MPF\0" stand before the header that offsets count from
        try:
            return _mpf_entries(body, order, base)
        except struct.error:
            return ()
    return ()


def _mpf_entries(body: bytes, order: str, base: int) -> tuple[tuple[int, int], ...]:
    (at,) = struct.unpack_from(order + "I", body, 4)
    (count,) = struct.unpack_from(order + "H", body, at)
    for index in range(count):
        tag, _, size, where = struct.unpack_from(order + "HHII", body, at + 2 + 12 * index)
        if tag == 0xB002:  # noqa: PLR2004 (CIPA DC-007, table 3: MP Entry, 16 bytes a picture)
            found = []
            for entry in range(min(size // 16, MPF_IMAGES_MAX)):
                _, length, offset = struct.unpack_from(order + "III", body, where + 16 * entry)
                # DC-007, 5.2.3.3.3: the first picture's offset is written as nought
                found.append((base + offset if offset else 0, length))
            return tuple(found)
    return ()
