"""Whatever happens to a file's bytes, an examiner answers with an outcome that the log can hold."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.examine.by import jpeg_markers, lookalike, metadata
from counterclaim.examine.examiner import Brief
from counterclaim.examine.stated_time import agrees_with_claim, stated_time_of
from counterclaim.examine.wording import TEXT_MAX, tidy
from counterclaim.examine.xmp import xmp_of
from counterclaim.record.canonical import canonical_json, plain_of
from counterclaim.record.finding import Declined, Failed, Observed, Outcome
from examine_files import camera_file, with_iptc, with_xmp, xmp_packet
from pictures import rendered
from size import FULL

EXAMINERS = (metadata.EXAMINER, jpeg_markers.EXAMINER, lookalike.EXAMINER)
MUTANTS = 3000 if FULL else 200
SECONDS_MAX = 5
JPEG = with_iptc(
    with_xmp(
        camera_file(3, width=200, height=150, DateTimeOriginal="2021:06:01 10:30:00", gps={1: "N", 2: (1.0, 2.0, 3.0)}),
        xmp_packet('xmp:CreatorTool="Some tool"'),
    ),
    (80, b"A. Writer"),
)
SEEDS = {
    "jpeg": JPEG,
    "progressive": rendered(2, width=120, height=90, progressive=True),
    "png": rendered(2, width=60, height=40, form="PNG"),
    "webp": rendered(2, width=60, height=40, form="WEBP"),
    "tiff": rendered(2, width=40, height=30, form="TIFF"),
    "gif": rendered(2, width=40, height=30, form="GIF"),
    "bmp": rendered(2, width=40, height=30, form="BMP"),
}


def mutant_of(content: bytes, chance: random.Random) -> bytes:
    mutant = bytearray(content)
    # Half of the changes fall into the first part, where headers and directories stand.
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(min(len(mutant), 1500)) if chance.random() < 0.5 else chance.randrange(len(mutant))
        match chance.randrange(5):
            case 0:
                mutant[at] = chance.randrange(256)
            case 1:
                mutant[at] = chance.choice((0x00, 0x7F, 0x80, 0xFF))
            case 2:
                del mutant[at : at + chance.randrange(1, 64)]
            case 3:
                mutant[at:at] = mutant[at : at + chance.randrange(1, 64)]
            case _:
                mutant = mutant[: max(1, at)]
        if not mutant:
            break
    return bytes(mutant)


@pytest.mark.parametrize("kind", SEEDS)
def test_no_mutated_file_makes_an_examiner_raise_hang_or_say_what_the_log_cannot_hold(kind, measured) -> None:
    chance = random.Random(kind)
    counted = {Observed: 0, Declined: 0, Failed: 0}
    for _ in range(MUTANTS if kind == "jpeg" else MUTANTS // 4):
        content = mutant_of(SEEDS[kind], chance)
        for examiner in EXAMINERS:
            started = time.perf_counter()
            outcome = examiner.examine(content, Brief(claimed_at="2021-06"))
            assert time.perf_counter() - started < SECONDS_MAX
            counted[type(outcome)] += 1
            assert canonical_json(plain_of(outcome, Outcome))
    assert counted[Observed] > 0
    told = ", ".join(f"{number} {outcome.__name__}" for outcome, number in counted.items())
    measured(f"mutated {kind} files: {told}, none raised")


@given(st.binary(max_size=300))
@settings(max_examples=300 if FULL else 60, deadline=None)
def test_bytes_that_follow_a_jpeg_start_are_an_outcome(tail) -> None:
    for examiner in EXAMINERS:
        assert isinstance(examiner.examine(b"\xff\xd8\xff" + tail, Brief()), Observed | Declined | Failed)


@given(st.binary(max_size=400))
@settings(max_examples=300 if FULL else 80, deadline=None)
def test_no_packet_makes_the_xmp_reader_raise(packet) -> None:
    xmp_of(packet)
    xmp_of(b"<x>" + packet + b"</x>")


@given(st.text(max_size=2000))
def test_text_out_of_a_file_is_short_printable_and_fit_for_the_log(text) -> None:
    shown = tidy(text)
    assert len(shown) <= TEXT_MAX
    assert canonical_json(shown)
    assert "\n" not in shown
    assert "\u202e" not in shown


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_written_time_or_claim_makes_the_comparison_raise(written, claimed) -> None:
    assert agrees_with_claim(claimed, stated_time_of("somewhere", written)) in {True, False, None}


@given(st.dates(), st.integers(0, 23), st.integers(0, 59))
def test_a_time_lies_within_its_own_year_month_and_day_and_not_within_the_next_year(date, hour, minute) -> None:
    stated = stated_time_of("exif", f"{date.year:04d}:{date.month:02d}:{date.day:02d} {hour:02d}:{minute:02d}:00")
    whole = date.isoformat()
    for claimed in (whole, whole[:7], whole[:4], f"../{whole}", f"{whole[:7]}/.."):
        assert agrees_with_claim(claimed, stated) is True
    if date.year < 9999:
        assert agrees_with_claim(f"{date.year + 1:04d}", stated) is False
