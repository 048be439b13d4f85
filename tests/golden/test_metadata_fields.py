"""What a file states, field by field: every maker-note layout, the containers, and what contradicts what."""

import struct

import pytest
from PIL import ImageCms

from counterclaim.examine.by.metadata import EXAMINER, SENSITIVE
from counterclaim.examine.examiner import Brief
from counterclaim.examine.fields.listed import LISTED, TOPICS
from counterclaim.examine.fields.reading import reading_of
from counterclaim.examine.fields.tables import LAYOUTS
from counterclaim.record.canonical import canonical_json
from counterclaim.record.finding import Observed
from examine_files import camera_file, with_iptc, with_segment, with_xmp, xmp_packet
from metadata_files import PLAIN, block_with, directory, is_record, jpeg_with, make_of, note_of_layout
from pictures import rendered

CANON = next(layout for layout in LAYOUTS if layout.table == "Canon")
NIKON = next(layout for layout in LAYOUTS if layout.table == "Nikon")


def text_row(tag: int, text: str) -> tuple[int, int, int, bytes]:
    raw = text.encode() + b"\0"
    return tag, 2, len(raw), raw


def values_of(content: bytes) -> dict:
    outcome = EXAMINER.examine(content, Brief())
    assert isinstance(outcome, Observed), outcome
    return dict(outcome.values)


def kinds_of(content: bytes, part: str = "disagreements") -> list[str]:
    return [one["kind"] for one in values_of(content)[part]]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: f"{one.table}-{one.starts.decode('latin-1').strip(chr(0))}")
def test_every_layout_of_a_maker_note_is_told_by_its_form_and_read_in_either_order(layout, order) -> None:
    expected = {}

    def note(start: int) -> bytes:
        made, told = note_of_layout(layout, order, start)
        expected.update(told)
        return made

    reading = reading_of(jpeg_with(block_with(make_of(layout), note, order=order)))
    found = reading.blocks[0].note
    assert found is not None
    assert found.layout is not None
    assert found.layout.table == layout.table
    assert found.shifted == 0
    read = {}
    for field in reading.fields:
        if field.group == layout.group:
            read.setdefault(field.name, []).append(field.value)
    assert is_record(layout) or expected
    assert {name for name, value in expected.items() if value not in read.get(name, [])} == set()


def test_a_field_says_where_in_the_file_it_stands() -> None:
    content = jpeg_with(block_with("Canon", lambda start: note_of_layout(CANON, "<", start)[0]))
    for field in reading_of(content).fields:
        if isinstance(field.value, str) and field.group in {"IFD0", "Canon"} and field.value in {"Canon", "Text 12"}:
            assert content[field.offset : field.offset + len(field.value)] == field.value.encode()


@pytest.mark.parametrize("shift", [-12, 40, 1000])
def test_a_note_that_was_moved_with_its_offsets_left_is_still_read_and_said_to_be_moved(shift) -> None:
    def moved(start: int) -> bytes:
        made, _ = note_of_layout(CANON, "<", start - shift)
        return made + b"II*\0" + struct.pack("<i", start - shift)

    values = values_of(jpeg_with(block_with("Canon", moved, gap=1200)))
    assert values["maker_note"]["moved_bytes"] == shift
    assert [one["value"] for one in values["fields"]["camera"] if one["field"] == "Canon:LensModel"] == ["Text 12"]
    assert "maker_note_moved" in [one["kind"] for one in values["notes"]]


def test_a_note_without_a_footer_is_found_by_where_its_values_would_lie() -> None:
    layout = next(one for one in LAYOUTS if one.starts == b"Panasonic\0")
    values = values_of(jpeg_with(block_with("Panasonic", lambda start: note_of_layout(layout, "<", start + 5000)[0])))
    assert values["maker_note"]["moved_bytes"] == -5000
    held = [one["value"] for one in values["withheld_fields"]["serial"]]
    assert "Text 12" in held


def test_a_note_of_an_unknown_maker_is_counted_and_nothing_of_it_is_named() -> None:
    rows = [(tag, 2, 12, b"Secretowner\0") for tag in range(1, 9)]
    values = values_of(jpeg_with(block_with("Nobody", lambda start: directory("<", start, 0, rows))))
    assert values["maker_note"]["table"] is None
    assert values["maker_note"]["entries"] == values["maker_note"]["unnamed"] == 8
    assert b"Secretowner" not in canonical_json(values)


def test_serial_numbers_names_and_positions_of_maker_notes_stand_only_where_publishing_withholds() -> None:
    content = with_xmp(
        jpeg_with(block_with("Nikon", lambda start: note_of_layout(NIKON, "<", start)[0], exif=[text_row(0xA431, "SN-4711")])),
        xmp_packet('xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" aux:SerialNumber="SN-4712" exif:GPSLatitude="12,34.5678N"'),
    )  # fmt: skip
    values = values_of(content)
    public = canonical_json({key: value for key, value in values.items() if key not in values["sensitive"]}).decode()
    assert set(values["sensitive"]) == set(SENSITIVE)
    assert [one["kind"] for one in values["disagreements"]] == ["serials_differ"]
    for written in ("SN-4711", "SN-4712", "12.57", "34.5678", 'Nikon:SerialNumber","offset'):
        assert written not in public
    assert "SN-4712" in canonical_json(values["withheld_fields"]).decode()


def test_the_written_list_has_the_breadth_it_promises() -> None:
    makers = {layout.group for layout in LAYOUTS}
    assert sum(map(len, LISTED.values())) >= 120
    assert sum(len(names) for group, names in LISTED.items() if group in makers) >= 30
    assert {topic for names in LISTED.values() for topic in names.values()} == set(TOPICS)
    for names in LISTED.values():
        for name, topic in names.items():
            if "Serial" in name or "Owner" in name or (name.startswith("GPS") and name != "GPSVersionID"):
                assert TOPICS[topic] == "withheld", name


def test_a_maker_note_under_another_make_is_a_contradiction() -> None:
    content = jpeg_with(block_with("Canon", lambda start: note_of_layout(NIKON, "<", start)[0]))
    assert "maker_note_and_make_differ" in kinds_of(content)


def gps_rows(hour: int) -> list[tuple[int, int, int, bytes]]:
    return [(7, 5, 3, struct.pack("<6I", hour, 1, 30, 1, 0, 1)), text_row(29, "2021:06:01")]


def _canon_zone(start: int, minutes: int) -> bytes:
    return directory(
        "<", start, 0, [(0x35, 9, 4, struct.pack("<4i", 16, minutes, 0, 0)), text_row(6, "IMG:Built JPEG")]
    )


@pytest.mark.parametrize(("hour", "differs"), [(8, False), (9, False), (13, True)])
def test_the_clock_less_its_zone_is_held_against_the_satellites(hour, differs) -> None:
    exif = [text_row(0x9003, "2021:06:01 10:30:00"), text_row(0x9011, "+02:00")]
    content = jpeg_with(block_with("Canon", lambda start: _canon_zone(start, 120), exif=exif, gps=gps_rows(hour)))
    assert ("zone_and_satellite_differ" in kinds_of(content)) is differs
    assert "zones_differ" not in kinds_of(content)


def test_two_time_zones_in_one_file_are_a_contradiction() -> None:
    exif = [text_row(0x9003, "2021:06:01 10:30:00"), text_row(0x9011, "+02:00")]
    content = jpeg_with(block_with("Canon", lambda start: _canon_zone(start, 300), exif=exif))
    assert kinds_of(content) == ["zones_differ"]


@pytest.mark.parametrize(
    ("packet", "kind"),
    [
        ('exif:GPSLatitude="53,30.0N"', "positions_differ"),
        ('exif:GPSLatitude="52,30.0N"', None),
        ('exif:PixelXDimension="3000" exif:PixelYDimension="2000"', "dimensions_differ"),
        ('exif:PixelXDimension="640" exif:PixelYDimension="480"', None),
    ],
)
def test_xmp_is_held_against_exif_and_the_picture(packet, kind) -> None:
    content = with_xmp(camera_file(3, gps={1: "N", 2: (52.0, 30.0, 0.0)}), xmp_packet(packet))
    assert kinds_of(content) == ([kind] if kind else [])


def test_exposures_that_exif_and_xmp_name_differently_are_a_contradiction() -> None:
    exif = [(0x829A, 5, 1, struct.pack("<2I", 1, 250))]
    content = jpeg_with(block_with("Nobody", lambda _: b"x" * 20, exif=exif))
    assert kinds_of(with_xmp(content, xmp_packet('exif:ExposureTime="1/60"'))) == ["settings_differ"]
    assert kinds_of(with_xmp(content, xmp_packet('exif:ExposureTime="10/2500"'))) == []


def test_an_iptc_record_changed_behind_its_digest_is_noted() -> None:
    record = b"\x1c\x02\x69\0\x05First"
    digest = b"8BIM\x04\x25\0\0\0\0\0\x10" + b"\x11" * 16
    resource = b"8BIM\x04\x04\0\0" + len(record).to_bytes(4, "big") + record
    content = with_segment(rendered(1), 0xED, b"Photoshop 3.0\0" + resource + digest)
    assert "iptc_changed_later" in kinds_of(content, "notes")


def test_keywords_repeat_and_dates_of_iptc_are_shaped() -> None:
    content = with_iptc(rendered(1), (25, b"one"), (25, b"two"), (55, b"20210601"), (60, b"103000+0200"))
    fields = [(field.key, field.value) for field in reading_of(content).fields if field.group == "IPTC"]
    assert fields == [
        ("IPTC:Keywords", "one"), ("IPTC:Keywords", "two"), ("IPTC:DateCreated", "2021:06:01"),
        ("IPTC:TimeCreated", "10:30:00+02:00"),
    ]  # fmt: skip


def test_a_colour_profile_says_what_it_is() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for form in ("JPEG", "PNG", "WEBP", "TIFF"):
        reading = reading_of(rendered(1, form=form, icc_profile=profile))
        assert "sRGB" in (reading.text("ICC_Profile:ProfileDescription") or ""), form
        assert reading.text("ICC-header:ColorSpaceData") == "RGB"


def test_a_samsung_trailer_tells_the_moment_in_utc() -> None:
    body = struct.pack("<HHI", 0, 0x0A01, 14) + b"Image_UTC_Data" + b"1486666298918"
    head = b"SEFH" + struct.pack("<II", 106, 1) + struct.pack("<HHII", 0, 0x0A01, len(body), len(body))
    content = rendered(1) + body + head + struct.pack("<I", len(head)) + b"SEFT"
    assert reading_of(content).text("Samsung:TimeStamp") == "2017:02:09 18:51:38.918+00:00"


def test_the_plain_number_is_what_the_tables_were_built_with() -> None:
    content = jpeg_with(block_with("Canon", lambda start: note_of_layout(CANON, ">", start)[0], order=">"))
    assert reading_of(content).first("Canon:CanonModelID").value == PLAIN
