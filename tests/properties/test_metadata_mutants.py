"""Whatever happens to a block with a maker note, the reader answers within a bound of time and says no float."""

import random
import struct
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.examine.by.metadata import EXAMINER
from counterclaim.examine.examiner import Brief
from counterclaim.examine.fields.reading import FIELDS_MAX, reading_of
from counterclaim.examine.fields.tables import LAYOUTS
from counterclaim.record.canonical import canonical_json, plain_of
from counterclaim.record.finding import Outcome
from examine_files import with_iptc, with_segment, with_xmp, xmp_packet
from metadata_files import block_with, directory, jpeg_with, make_of, note_of_layout
from pictures import rendered
from size import FULL

MUTANTS = 30_000 if FULL else 3_000
SECONDS_MAX = 2
WHOLE_EVERY = 10  # mutants go through the examiner, decoding included


def seeds() -> list[bytes]:
    found = []
    for layout in LAYOUTS:
        for order in "<>":
            block = block_with(
                make_of(layout), lambda start, one=layout, way=order: note_of_layout(one, way, start)[0], order=order
            )
            found.append(jpeg_with(block))
    packet = xmp_packet('xmp:CreatorTool="Some tool"', '<xmpMM:DerivedFrom xmlns:r="urn:r" r:documentID="1"/>')
    found.append(with_iptc(with_xmp(found[0], packet), (25, b"one"), (80, b"A. Writer")))
    return found


def mutant_of(content: bytes, chance: random.Random) -> bytes:
    """Change bytes among the metadata: the picture behind them is the same forty-eight columns in every seed."""
    mutant = bytearray(content)
    for _ in range(chance.choice((1, 2, 4, 16))):
        at = chance.randrange(20, max(21, len(mutant) - 900))
        match chance.randrange(5):
            case 0:
                mutant[at] = chance.randrange(256)
            case 1:
                mutant[at : at + 4] = chance.choice(
                    (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\0\x08")
                )
            case 2:
                del mutant[at : at + chance.randrange(1, 64)]
            case 3:
                mutant[at:at] = mutant[at : at + chance.randrange(1, 64)]
            case _:
                mutant[at] ^= 1 << chance.randrange(8)
    return bytes(mutant)


def test_no_mutated_maker_note_makes_the_reader_raise_or_hang(measured) -> None:
    chance = random.Random("maker notes")
    files = seeds()
    slowest, fields = 0.0, 0
    for number in range(MUTANTS):
        content = mutant_of(files[number % len(files)], chance)
        started = time.perf_counter()
        reading = reading_of(content)
        if number % WHOLE_EVERY == 0:
            assert canonical_json(plain_of(EXAMINER.examine(content, Brief(claimed_at="2021-06")), Outcome))
        slowest = max(slowest, time.perf_counter() - started)
        fields += len(reading.fields)
        for field in reading.fields:
            for value in field.value if isinstance(field.value, list) else [field.value]:
                assert isinstance(value, str) or (isinstance(value, int) and abs(value) < 2**53)
            assert field.offset == -1 or 0 <= field.offset <= len(content)
    assert slowest < SECONDS_MAX
    assert fields > MUTANTS
    measured(f"mutated files with maker notes: {MUTANTS} of {len(files)} seeds, none raised; {fields} fields read")


@given(st.binary(max_size=400), st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]))
@settings(max_examples=500 if FULL else 100, deadline=None)
def test_no_bytes_behind_a_block_s_head_make_the_reader_raise(tail, head) -> None:
    reading_of(with_segment(rendered(1, width=16, height=16), 0xE1, b"Exif\0\0" + head + tail))
    reading_of(head + tail)


@given(st.binary(max_size=300))
@settings(max_examples=500 if FULL else 100, deadline=None)
def test_no_bytes_behind_a_container_s_head_make_the_reader_raise(tail) -> None:
    for head in (
        b"\0\0\0\x14ftypheic\0\0\0\0mif1", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"\xff\xd8\xff\xedPhotoshop 3.0\0",
        b"\0\0\0\x14ftypheic\0\0\0\0mif1\0\0\1\0meta\0\0\0\0",
    ):  # fmt: skip
        reading_of(head + tail)


def test_directories_that_point_at_one_another_and_at_everything_end_soon() -> None:
    rows = [(tag, 7, 0xFFFF, b"\0" * 5) for tag in range(900)]
    pointers = [(0x8769, 4, 1, (8).to_bytes(4, "little")), (0x8825, 4, 1, (8).to_bytes(4, "little"))]
    for inner in (rows, pointers * 450):
        block = b"II*\0\x08\0\0\0" + directory("<", 8, 0, inner, following=8) + b"\0" * 60_000
        started = time.perf_counter()
        reading = reading_of(jpeg_with(block[:65_000]))
        assert time.perf_counter() - started < SECONDS_MAX
        assert len(reading.fields) <= FIELDS_MAX


def test_many_blocks_of_overlapping_directories_are_bounded_and_said() -> None:
    pointers = [(0x8769, 4, 1, (8 + step).to_bytes(4, "little")) for step in range(0, 960, 12)]
    texts = [(0x010E, 2, 60_000, b"Long text " * 6_000)]
    for rows in (pointers, texts * 200):
        body = directory("<", 8, 0, rows[:80])[:64_000] if rows is pointers else _sharing(rows[0])
        content = rendered(1, width=16, height=16)
        for _ in range(60):
            content = with_segment(content, 0xE1, (b"Exif\0\0II*\0\x08\0\0\0" + body)[:65_000])
        started = time.perf_counter()
        reading = reading_of(content)
        assert time.perf_counter() - started < 2 * SECONDS_MAX
        assert len(reading.fields) <= FIELDS_MAX
        assert ("blocks" in reading.faults["exif"]) if rows is pointers else ("fields" in reading.faults)


def _sharing(row: tuple[int, int, int, bytes]) -> bytes:
    """Nine hundred entries that all name the same long text."""
    tag, kind, count, raw = row
    place = 8 + 2 + 12 * 900 + 4
    entry = struct.pack("<HHII", tag, kind, min(count, 50_000), place)
    return struct.pack("<H", 900) + entry * 900 + b"\0" * 4 + raw[:50_000]
