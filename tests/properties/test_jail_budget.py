"""A budget grows with what it is for, and never without end; a lying header buys no more than the largest picture."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.desk.walls.budget import (
    CPU_SECONDS_BASE,
    CPU_SECONDS_MAX,
    MEMORY_BYTES_BASE,
    MEMORY_BYTES_MAX,
    Budget,
    pixels_named,
)
from counterclaim.desk.walls.warmup import AVIF, HEIF
from counterclaim.record.media import PIXELS_SAFE_MAX
from examine_files import jpeg_claiming, png_claiming
from pictures import rendered


def test_more_pixels_get_more_of_everything() -> None:
    small, large = (Budget.of(png_claiming(side, side)) for side in (100, 9000))
    assert small.cpu_seconds < large.cpu_seconds
    assert small.seconds < large.seconds
    assert small.memory_bytes < large.memory_bytes


def test_more_bytes_get_more_of_everything_and_text_more_than_pictures() -> None:
    small, large, octets = Budget.of(b"word " * 100), Budget.of(b"word " * 100_000), Budget.of(b"\0\xff" * 250_000)
    assert small.cpu_seconds < large.cpu_seconds
    assert small.memory_bytes < large.memory_bytes
    assert octets.cpu_seconds < large.cpu_seconds
    assert octets.memory_bytes < large.memory_bytes


def test_reference_pictures_and_held_codes_count_as_bytes() -> None:
    assert Budget.of(b"", arguments=b"0" * 50_000_000).cpu_seconds > Budget.of(b"").cpu_seconds


@pytest.mark.parametrize(
    ("content", "pixels"),
    [
        (png_claiming(2**31 - 1, 2**31 - 1), (2**31 - 1) ** 2),
        (jpeg_claiming(60_000, 60_000), 3_600_000_000),
        (rendered(1, width=40, height=30), 1200),
        (rendered(1, width=40, height=30, form="GIF"), 1200),
        (rendered(1, width=40, height=30, form="BMP"), 1200),
        (rendered(1, width=40, height=30, form="TIFF"), PIXELS_SAFE_MAX),
        (rendered(1, width=40, height=30, form="WEBP"), PIXELS_SAFE_MAX),
        (AVIF, PIXELS_SAFE_MAX),
        (b"BM" + b"\0" * 4, PIXELS_SAFE_MAX),
        (b"BM" + b"\0" * 16 + struct.pack("<ii", 40, -30), 1200),
        (b"<html><body>", 0),
        (b"", 0),
    ],
)
def test_pixels_are_those_of_the_header_or_the_most(content, pixels) -> None:
    assert pixels_named(content) == pixels
    assert Budget.of(content).memory_bytes <= MEMORY_BYTES_MAX


@given(st.binary(max_size=200), st.integers(0, 40))
@settings(max_examples=200, deadline=None)
def test_no_bytes_get_nothing_or_everything(content, doublings) -> None:
    grown = content * 2 ** min(doublings, 12)
    budget = Budget.of(grown)
    assert CPU_SECONDS_BASE <= budget.cpu_seconds <= CPU_SECONDS_MAX
    assert budget.seconds > budget.cpu_seconds
    assert MEMORY_BYTES_BASE <= budget.memory_bytes <= MEMORY_BYTES_MAX


def test_threads_go_to_what_may_hold_heif_alone() -> None:
    assert Budget.of(HEIF).threads
    assert Budget.of(rendered(1), arguments=HEIF.hex().encode()).threads
    for content in (rendered(1), b"ftyp", b"<p>ftyp", b""):
        assert not Budget.of(content).threads
