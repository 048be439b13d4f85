"""One finding of each built-in examiner on a rendered file, word for word."""

import shutil
import subprocess
from importlib.metadata import entry_points

import pytest

from counterclaim.examine.by import jpeg_markers, lookalike, metadata
from counterclaim.examine.examiner import Brief, HeldCode
from counterclaim.record.canonical import canonical_json, noun_of, plain_of
from counterclaim.record.finding import Declined, Observed, Outcome
from examine_files import array_of, camera_file, exif_block, jpeg_of, with_iptc, with_xmp, xmp_packet
from pictures import rendered

EXAMINERS = (metadata.EXAMINER, jpeg_markers.EXAMINER, lookalike.EXAMINER)
FULL_TAGS = {
    "Make": "Rendermaker",
    "Model": "R 1",
    "Software": "GIMP 2.10",
    "Artist": "Somebody",
    "DateTime": "2021:06:03 08:00:00",
    "DateTimeOriginal": "2021:06:01 10:30:00",
    "DateTimeDigitized": "2021:06:01 10:30:00",
    "ExifImageWidth": 4000,
    "ExifImageHeight": 3000,
    "BodySerialNumber": "SN-1234567",
    "MakerNote": b"note" * 10,
    "gps": {1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0), 7: (8.0, 30.0, 5.0), 29: "2021:06:01"},
}


def observed(outcome: Outcome) -> Observed:
    assert isinstance(outcome, Observed), outcome
    return outcome


@pytest.mark.parametrize("examiner", EXAMINERS, ids=lambda one: one.name)
def test_the_same_bytes_give_the_same_canonical_finding_without_floats(examiner) -> None:
    content = camera_file(3, **FULL_TAGS)
    held = (
        HeldCode(exhibit=1, code="pdq:" + "0" * 64, name="a.jpg", admitted_at="2026-01-01T00:00:00Z", sha256="0" * 64),
    )
    brief = Brief(claimed_at="2021-06", held=held)
    first, second = (canonical_json(plain_of(examiner.examine(content, brief), Outcome)) for _ in range(2))
    assert first == second
    assert noun_of(plain_of(examiner.examine(content, brief), Outcome), Outcome) == examiner.examine(content, brief)


@pytest.mark.parametrize("examiner", EXAMINERS, ids=lambda one: one.name)
def test_each_examiner_comes_in_by_its_entry_point_and_cannot_be_changed(examiner) -> None:
    (entry,) = [one for one in entry_points(group="counterclaim.examiners") if one.name == examiner.name]
    assert entry.load() is examiner
    with pytest.raises(AttributeError):
        examiner.version = "2"


def test_metadata_says_what_is_there_what_disagrees_and_what_must_not_be_published() -> None:
    content = with_iptc(
        with_xmp(
            camera_file(3, **FULL_TAGS),
            xmp_packet(
                'tiff:Make="Othermaker" photoshop:DateCreated="2021-06-02T10:30:00" xmpMM:InstanceID="xmp.iid:1"',
                "<dc:creator><rdf:Seq><rdf:li>Somebody Else</rdf:li></rdf:Seq></dc:creator>"
                '<xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved" stEvt:when="2021-06-03T08:00:00" '
                'stEvt:softwareAgent="Adobe Photoshop 22.0"/></rdf:Seq></xmpMM:History>',
            ),
        ),
        (55, b"20210601"),
        (80, b"A. Writer"),
        (90, b"Sometown"),
    )
    finding = observed(metadata.EXAMINER.examine(content, Brief(claimed_at="2020-11")))
    values = finding.values
    assert [name for name, there in values["present"].items() if there] == [
        "exif", "gps", "maker_note", "thumbnail", "xmp", "iptc", "serials", "persons",
    ]  # fmt: skip
    assert [one["kind"] for one in values["disagreements"]] == [
        "times_differ", "dimensions_differ", "names_differ", "texts_differ", "texts_differ", "claimed_time_differs",
    ]  # fmt: skip
    assert values["disagreements"][1]["statements"] == [
        {"where": "exif.ExifImageWidth/Height", "written": "4000 x 3000"},
        {"where": "picture", "written": "640 x 480"},
    ]
    assert [one["kind"] for one in values["notes"]] == ["saved_later", "editor_named", "editor_named"]
    assert values["claimed"] == {
        "claimed_at": "2020-11", "where": "exif.DateTimeOriginal", "written": "2021:06:01 10:30:00", "agrees": False,
    }  # fmt: skip
    assert values["persons"] == {"Artist": "Somebody", "By-line": ["A. Writer"], "dc:creator": ["Somebody Else"]}
    assert values["serials"] == {"BodySerialNumber": "SN-1234567", "xmpMM:InstanceID": ["xmp.iid:1"]}
    assert values["gps"]["GPSLatitude"] == ["52/1", "30/1", "0/1"]
    assert values["places"] == {"City": ["Sometown"]}
    assert finding.summary == (
        "The file brings exif, gps, maker note, thumbnail, xmp, iptc, serials, persons; it says it was taken "
        "2021:06:01 10:30:00; 6 statements disagree (times differ, dimensions differ, names differ, texts differ, "
        "claimed time differs); "
        "a program that edits or makes pictures is named."
    )


def test_nothing_sensitive_stands_outside_the_keys_that_publishing_withholds() -> None:
    content = with_iptc(
        with_xmp(
            camera_file(3, **FULL_TAGS),
            xmp_packet('photoshop:City="Secrettown" photoshop:Credit="Secretperson" dc:description="Secrettext"'),
        ),
        (80, b"Secretwriter"), (92, b"Secretplace"), (120, b"Secretcaption"), (203, b"Secretunknown"),
    )  # fmt: skip
    finding = observed(metadata.EXAMINER.examine(content, Brief()))
    public = {key: value for key, value in finding.values.items() if key not in finding.values["sensitive"]}
    text = canonical_json(public).decode() + finding.summary
    withheld = canonical_json({key: finding.values[key] for key in finding.values["sensitive"]}).decode()
    # An unknown data set may name a person: it is counted, and its text stands nowhere.
    assert "Secretunknown" not in withheld
    for written in ("Secrettown", "Secretperson", "Secrettext", "Secretwriter", "Secretplace", "Secretcaption", "52/1"):
        assert written in withheld
    for written in ("Secret", "SN-1234567", "Somebody", "52/1"):
        assert written not in text


def test_absence_of_metadata_is_said_not_to_be_evidence() -> None:
    finding = observed(metadata.EXAMINER.examine(rendered(1), Brief(claimed_at="2021")))
    assert finding.summary == "The file brings no metadata, which is not evidence."
    assert any("not evidence" in limit for limit in finding.limits)
    assert finding.values["claimed"]["agrees"] is None


def test_metadata_agrees_with_an_independent_reader_where_one_is_installed() -> None:
    content = camera_file(3, **FULL_TAGS)
    technical = observed(metadata.EXAMINER.examine(content, Brief())).values["technical"]
    assert (technical["Make"], technical["DateTimeOriginal"]) == ("Rendermaker", "2021:06:01 10:30:00")
    if tool := shutil.which("exiftool"):
        told = subprocess.run(
            [tool, "-s3", "-Make", "-DateTimeOriginal", "-ExifImageWidth", "-"],
            input=content,
            capture_output=True,
            check=True,
        ).stdout.decode()
        expected = [technical["Make"], technical["DateTimeOriginal"], str(technical["ExifImageWidth"])]
        assert told.split("\n")[:3] == expected


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
def test_metadata_of_other_formats_is_read_too(form) -> None:
    content = rendered(1, form=form, exif=exif_block(Make="Rendermaker", DateTimeOriginal="2021:06:01 10:30:00"))
    values = observed(metadata.EXAMINER.examine(content, Brief())).values
    assert values["technical"]["Make"] == "Rendermaker"
    assert values["times"][0]["edtf"] == "2021-06-01T10:30:00"


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"DateTimeOriginal": "2021:06:01 10:30:00", "DateTime": "2020:01:01 00:00:00"}, "saved_before_taken"),
        (
            {"DateTimeOriginal": "2021:06:01 10:30:00", "DateTimeDigitized": "2021:05:01 10:30:00"},
            "digitised_before_taken",
        ),
        ({"DateTimeOriginal": "2021:13:01 10:30:00"}, "no_such_time"),
        ({"ExifImageWidth": 480, "ExifImageHeight": 640}, "dimensions_turned"),
        (
            {"DateTimeOriginal": "2021:06:02 12:00:00", "gps": {7: (8.0, 30.0, 0.0), 29: "2021:06:01"}},
            "gps_time_differs",
        ),
    ],
)
def test_a_file_that_disagrees_with_itself_is_told_by_kind(tags, kind) -> None:
    values = observed(metadata.EXAMINER.examine(camera_file(3, **tags), Brief())).values
    assert [one["kind"] for one in values["disagreements"]] == [kind]


@pytest.mark.parametrize(
    ("claimed", "agrees"),
    [
        ("2021", True), ("2021-06", True), ("2021-06-01", True), ("2021-06-01~", True), ("2021-05/2021-07", True),
        ("../2021-06", True), ("2021-06-02/..", False), ("2021-07", False), ("2004", False), ("2021-21", None),
        ("202X", None), ("[2021,2022]", None), ("soon", None),
    ],
)  # fmt: skip
def test_a_claimed_time_is_compared_to_the_coarser_of_the_two(claimed, agrees) -> None:
    content = camera_file(3, DateTimeOriginal="2021:06:01 10:30:00")
    assert observed(metadata.EXAMINER.examine(content, Brief(claimed_at=claimed))).values["claimed"]["agrees"] is agrees


def test_jpeg_markers_reads_order_tables_and_thumbnail() -> None:
    finding = observed(jpeg_markers.EXAMINER.examine(camera_file(3), Brief()))
    values = finding.values
    assert [one["name"] for one in values["segments"]] == [
        "SOI", "APP0", "APP1", "DQT", "DQT", "SOF0", "DHT", "DHT", "DHT", "DHT", "SOS", "EOI",
    ]  # fmt: skip
    assert values["segments"][1]["identifier"] == "JFIF"
    assert values["ijg_quality"] == {"estimate": 90, "exact": True}
    assert (values["huffman"], values["subsampling"], values["progressive"]) == ("standard", "4:2:0", False)
    assert values["truncated"] is False
    assert values["after_end"] == {"size_bytes": 0, "kind": "none", "jpeg_starts": 0}
    assert values["thumbnail"]["differs"] is False
    assert finding.regions == ()
    assert finding.summary == (
        "Sequential JPEG, 640 x 480, 4:2:0; exactly the IJG tables of quality 90; "
        "the embedded thumbnail agrees with the picture."
    )


@pytest.mark.parametrize("quality", [1, 24, 25, 49, 50, 75, 90, 95, 99, 100])
def test_the_ijg_quality_is_found_exactly(quality) -> None:
    values = observed(jpeg_markers.EXAMINER.examine(rendered(1, quality=quality), Brief())).values
    assert values["ijg_quality"] == {"estimate": quality, "exact": True}


def test_own_tables_are_not_called_exact() -> None:
    tables = [[7 + index % 5 for index in range(64)], [9] * 64]
    values = observed(jpeg_markers.EXAMINER.examine(jpeg_of(array_of(1), quality=50, qtables=tables), Brief())).values
    assert values["ijg_quality"]["exact"] is False
    assert sorted(values["quantisation"]["0"]) == sorted(tables[0])


def test_progressive_optimised_restart_and_comment_are_told() -> None:
    content = jpeg_of(array_of(1), progressive=True, subsampling=0, restart_marker_rows=1, comment=b"made by a test")
    values = observed(jpeg_markers.EXAMINER.examine(content, Brief())).values
    assert (values["progressive"], values["huffman"], values["subsampling"]) == (True, "own", "4:4:4")
    assert values["scans"] > 1
    assert values["restart_interval"] > 0
    assert values["restart_markers"] > 0
    assert values["comments"] == ["made by a test"]
    assert "comments" in values["sensitive"]


def test_bytes_behind_the_end_are_told_with_their_kind() -> None:
    for trailer, kind in (
        (b"\0" * 99, "zeros"),
        (rendered(2), "jpeg"),
        (b"PK\x03\x04rest", "zip"),
        (b"anything", "other"),
    ):
        values = observed(jpeg_markers.EXAMINER.examine(rendered(1) + trailer, Brief())).values
        assert (values["after_end"]["size_bytes"], values["after_end"]["kind"]) == (len(trailer), kind)


def test_several_pictures_in_one_file_are_listed_with_their_place() -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    frames = [Image.fromarray(array_of(seed)) for seed in (1, 2)]
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])
    content = out.getvalue()
    listed = observed(jpeg_markers.EXAMINER.examine(content, Brief())).values["multi_picture"]
    assert [one["present"] for one in listed] == [True, True]
    for one in listed:
        assert content[one["offset"] : one["offset"] + 2] == b"\xff\xd8"
    assert sum(one["size_bytes"] for one in listed) == len(content)


def test_a_picture_that_is_no_jpeg_is_declined_by_the_jpeg_examiner() -> None:
    assert jpeg_markers.EXAMINER.examine(rendered(1, form="PNG"), Brief()) == Declined(reason="not a JPEG file")


def test_the_brief_digest_names_the_question_and_not_the_shortlist() -> None:
    one = HeldCode(exhibit=1, code="pdq:" + "0" * 64, name="a", admitted_at="2026-01-01T00:00:00Z", sha256="0" * 64)
    assert Brief(flags=("TM", "UZ")).digest() == Brief(flags=("UZ", "TM"), held=(one,)).digest()
    assert Brief(held=(one,)).shortlist_digest() != Brief().shortlist_digest()
    different = {
        Brief(flags=("TM",)),
        Brief(claimed_at="2004"),
        Brief(claimed_place="x"),
        Brief(emblems=(b"x",)),
        Brief(),
    }
    assert len({brief.digest() for brief in different}) == 5
