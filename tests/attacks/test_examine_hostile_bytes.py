"""Files built to exhaust, mislead or break an examiner end as values, soon and quietly."""

import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from counterclaim.examine.by import jpeg_markers, lookalike, metadata
from counterclaim.examine.examiner import BYTES_MAX, EMBLEMS_MAX, PIXELS_MAX, Brief
from counterclaim.examine.picture import Picture, picture_of
from counterclaim.examine.segments import SEGMENTS_MAX
from counterclaim.examine.xmp import PACKET_BYTES_MAX, xmp_of
from counterclaim.record.canonical import canonical_json, plain_of
from counterclaim.record.errors import MalformedError
from counterclaim.record.finding import Declined, Failed, Observed, Outcome
from examine_files import camera_file, exif_block, jpeg_claiming, png_claiming, with_segment, with_xmp, xmp_packet
from pictures import rendered

EXAMINERS = (metadata.EXAMINER, jpeg_markers.EXAMINER, lookalike.EXAMINER)
SECONDS_MAX = 5  # for one small hostile file on a slow machine
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("l")))
    + b']><x:xmpmeta xmlns:x="adobe:ns:meta/">&k;</x:xmpmeta>'
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'


@pytest.mark.parametrize("examiner", EXAMINERS, ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"<html><body><p>A page.</p></body></html>", ""),
        ("Только текст.".encode(), ""),
        (b"%PDF-1.7\n1 0 obj", ""),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", ""),
        (b"\xd7\xcd\xc6\x9a" + b"\0" * 200, ""),
    ],
    ids=["empty", "page", "text", "pdf", "eps", "wmf"],
)
def test_what_is_no_picture_is_declined_with_a_reason(examiner, content, why) -> None:
    outcome = examiner.examine(content, Brief())
    assert isinstance(outcome, Declined)
    assert outcome.reason
    assert why in outcome.reason


@pytest.mark.parametrize("examiner", [metadata.EXAMINER, lookalike.EXAMINER], ids=lambda one: one.name)
@pytest.mark.parametrize("content", [png_claiming(20_000, 10_000), jpeg_claiming(20_000, 10_000)], ids=["png", "jpeg"])
def test_a_picture_of_200_megapixels_is_declined_before_it_is_decoded(examiner, content) -> None:
    started = time.perf_counter()
    outcome = examiner.examine(content, Brief())
    assert time.perf_counter() - started < 1
    assert isinstance(outcome, Declined)
    assert str(PIXELS_MAX) in outcome.reason


def test_the_jpeg_examiner_reads_the_structure_of_200_megapixels_and_decodes_none_of_them() -> None:
    outcome = jpeg_markers.EXAMINER.examine(jpeg_claiming(20_000, 10_000), Brief())
    assert isinstance(outcome, Observed)
    assert outcome.values["frame"]["width"] == 20_000
    assert str(PIXELS_MAX) in outcome.values["decoded"]["reason"]


def test_a_picture_too_large_even_for_the_library_is_declined_and_not_raised_through() -> None:
    outcome = picture_of(png_claiming(2_000_000, 2_000_000))
    assert isinstance(outcome, Declined)
    assert str(PIXELS_MAX) in outcome.reason


def test_a_strip_longer_than_any_photograph_is_declined() -> None:
    assert isinstance(picture_of(png_claiming(1_000_000, 8)), Declined)


def test_more_bytes_than_the_limit_are_declined_unread() -> None:
    class Long(bytes):
        def __len__(self) -> int:
            return BYTES_MAX + 1

    for examiner in EXAMINERS:
        outcome = examiner.examine(Long(rendered(1)), Brief())
        assert isinstance(outcome, Declined)
        assert str(BYTES_MAX) in outcome.reason


@pytest.mark.parametrize("keep", [3, 20, 200, 2000, 6000])
def test_a_truncated_jpeg_is_never_taken_for_a_whole_one(keep) -> None:
    content = rendered(1, width=640, height=480)[:keep]
    assert isinstance(lookalike.EXAMINER.examine(content, Brief()), Failed | Declined)
    outcome = jpeg_markers.EXAMINER.examine(content, Brief())
    assert isinstance(outcome, Failed) or outcome.values["truncated"]
    if isinstance(outcome, Observed):
        assert "breaks off" in outcome.summary


def test_a_compressed_bomb_in_a_png_text_is_a_value() -> None:
    packed = zlib.compress(b"A" * 80_000_000, 9)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    plain = rendered(1, form="PNG")
    content = plain[:33] + chunk(b"zTXt", b"Comment\0\0" + packed) + plain[33:]
    for examiner in EXAMINERS:
        started = time.perf_counter()
        assert isinstance(examiner.examine(content, Brief()), Observed | Declined | Failed)
        assert time.perf_counter() - started < SECONDS_MAX


@pytest.mark.parametrize(
    "packet",
    [
        LAUGHS,
        OUTSIDE,
        LAUGHS.decode().encode("utf-16"),
        OUTSIDE.decode().replace("DOCTYPE", "doctype").encode(),
        b"<a" * 5000,
    ],
    ids=["laughs", "outside", "laughs-utf16", "lower-case", "unclosed"],
)
def test_hostile_xmp_is_said_and_harmless(packet) -> None:
    started = time.perf_counter()
    outcome = metadata.EXAMINER.examine(with_xmp(rendered(1), packet), Brief())
    assert time.perf_counter() - started < SECONDS_MAX
    assert isinstance(outcome, Observed)
    assert outcome.values["faults"]["xmp"]
    assert outcome.values["present"]["xmp"]
    assert "haha" not in canonical_json(dict(outcome.values)).decode()


def test_an_entity_that_slips_past_the_first_look_is_never_resolved(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("topsecret", "utf-8")
    # UTF-7 hides the document type from a search for its letters; libxml2 may still decode it.
    text = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><x>&e;</x>'
    packet = b'<?xml version="1.0" encoding="UTF-7"?>' + text.encode("utf-7").replace(b"<!", b"+ADwAIQ-")
    read = xmp_of(packet)
    assert read.fault
    assert "topsecret" not in str(read)


def test_a_packet_over_the_limit_is_not_parsed() -> None:
    read = xmp_of(xmp_packet('xmp:CreatorTool="x"') + b" " * PACKET_BYTES_MAX)
    assert str(PACKET_BYTES_MAX) in read.fault
    assert read.properties == {}


def test_hostile_text_in_exif_cannot_reverse_a_line_or_flood_the_finding() -> None:
    content = camera_file(3, Make="evil\u202egnp.exe\x1b[31m\x07", Software="A" * 50_000)
    outcome = metadata.EXAMINER.examine(content, Brief())
    assert isinstance(outcome, Observed)
    technical = outcome.values["technical"]
    assert technical["Make"].isprintable()
    assert "\u202e" not in technical["Make"]
    assert len(technical["Software"]) == 500


def test_one_broken_block_does_not_hide_the_others() -> None:
    content = with_segment(
        with_xmp(rendered(1), xmp_packet('xmp:CreatorTool="Some tool"')), 0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff"
    )
    outcome = metadata.EXAMINER.examine(content, Brief())
    assert isinstance(outcome, Observed)
    assert outcome.values["xmp"] == {"xmp:CreatorTool": ["Some tool"]}


@pytest.mark.parametrize("offset", [0, 8, 2**31, 2**32 - 1])
def test_exif_offsets_that_loop_or_point_nowhere_end(offset) -> None:
    tiff = (
        b"II*\0"
        + struct.pack("<I", 8)
        + struct.pack("<H", 1)
        + struct.pack("<HHII", 0x8769, 4, 1, 8)
        + struct.pack("<I", offset)
    )
    content = with_segment(rendered(1), 0xE1, b"Exif\0\0" + tiff)
    for examiner in EXAMINERS:
        assert isinstance(examiner.examine(content, Brief()), Observed)


def test_a_multi_picture_index_that_points_nowhere_ends() -> None:
    body = (
        b"II*\0"
        + struct.pack("<I", 8)
        + struct.pack("<H", 65535)
        + struct.pack("<HHII", 0xB002, 7, 2**32 - 1, 2**32 - 1)
    )
    outcome = jpeg_markers.EXAMINER.examine(with_segment(rendered(1), 0xE2, b"MPF\0" + body), Brief())
    assert isinstance(outcome, Observed)
    assert outcome.values["multi_picture"] == []


def test_a_jpeg_of_endless_segments_is_cut_off_and_said() -> None:
    plain = rendered(1)
    content = plain[:2] + b"\xff\xfe\x00\x02" * (SEGMENTS_MAX + 10) + plain[2:]
    started = time.perf_counter()
    outcome = jpeg_markers.EXAMINER.examine(content, Brief())
    assert time.perf_counter() - started < SECONDS_MAX
    assert isinstance(outcome, Failed)
    assert str(SEGMENTS_MAX) in outcome.reason


def test_a_thumbnail_that_is_no_picture_is_said_and_not_decoded() -> None:
    for small, word in (
        (b"\xff\xd8\xff junk", "decoded"),
        (png_claiming(20_000, 10_000), str(PIXELS_MAX)),
        (b"MZ", "format"),
    ):
        content = rendered(1, exif=exif_block(thumbnail=small))
        values = jpeg_markers.EXAMINER.examine(content, Brief()).values
        assert values["thumbnail"]["present"]
        assert values["thumbnail"]["differs"] is None
        assert word in values["thumbnail"]["reason"]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_usual_kind_of_pixel_becomes_upright_rgb(mode) -> None:
    gray = Image.fromarray((np.indices((40, 60)).sum(axis=0) * 2).astype(np.uint8))
    image = Image.fromarray(np.asarray(gray).astype(np.uint16) << 8) if mode == "I;16" else gray.convert(mode)
    out = io.BytesIO()
    image.save(out, "PNG")
    picture = picture_of(out.getvalue())
    assert isinstance(picture, Picture)
    assert picture.rgb.shape == (40, 60, 3)
    if mode != "1":
        assert int(np.abs(picture.rgb[:, :, 0].astype(int) - np.asarray(gray)).max()) <= 1 + 250 * (mode == "P")


def test_pixels_of_a_kind_nobody_validated_are_declined() -> None:
    out = io.BytesIO()
    Image.fromarray(np.zeros((20, 20), np.float32)).save(out, "TIFF")
    assert isinstance(picture_of(out.getvalue()), Declined)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_file_is_set_upright_before_anything_is_measured(orientation) -> None:
    content = rendered(4, width=320, height=240, exif=exif_block(Orientation=orientation))
    picture = picture_of(content)
    assert isinstance(picture, Picture)
    assert picture.orientation == orientation
    assert (picture.width, picture.height) == ((240, 320) if orientation >= 5 else (320, 240))


def test_a_brief_is_bounded() -> None:
    with pytest.raises(MalformedError):
        Brief(emblems=(b"x",) * (EMBLEMS_MAX + 1))


def test_no_outcome_on_hostile_bytes_holds_a_float() -> None:
    for content in (with_xmp(rendered(1), LAUGHS), camera_file(3), png_claiming(20_000, 10_000), rendered(1)[:500]):
        for examiner in EXAMINERS:
            assert canonical_json(plain_of(examiner.examine(content, Brief()), Outcome))
