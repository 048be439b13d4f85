"""A crop, a mirrored and a framed copy are found in a vault, with where they lie and since when they are held."""

from __future__ import annotations

import pytest
from PIL import ImageOps

from counterclaim.desk.admit import admit
from counterclaim.desk.cases import open_case
from counterclaim.desk.copies import copies
from counterclaim.desk.examine import examine
from counterclaim.examine.examiner import Brief
from pictures import busy, saved


@pytest.fixture
def held(desk, tmp_path):
    open_case(desk, name="c", title="c", purpose="test", risk_assessment="none")
    for seed in range(3):
        path = tmp_path / f"{seed}.jpg"
        path.write_bytes(saved(busy(seed)))
        admit(desk, [str(path)], case="c")
    examine(desk, case="c", brief=Brief())
    return desk


def test_a_mirrored_crop_is_found_with_its_place(held) -> None:
    query = ImageOps.mirror(busy(1).crop((120, 60, 420, 330)))
    answer = copies(held, saved(query, quality=60), case="c").data
    (row,) = answer["matches"]
    assert (row["number"], row["stage"], row["relation"], row["mirrored"]) == (2, "geometry", "copy", True)
    assert row["inliers"] >= 8
    assert row["region"] == {"x": 0, "y": 0, "width": 300, "height": 270}
    assert answer["earliest_held"]["number"] == 2
    assert answer["exact"] is True


def test_a_framed_copy_names_the_part_that_shows_it(held) -> None:
    framed = ImageOps.expand(busy(2), border=(60, 90), fill="white")
    (row,) = copies(held, saved(framed), case="c").data["matches"]
    assert row["number"] == 3
    shown = [row["region"][key] for key in ("x", "y", "width", "height")]
    assert shown == pytest.approx([60, 90, 480, 360], abs=4)


def test_another_picture_is_found_nowhere(held) -> None:
    answer = copies(held, saved(busy(77)), case="c").data
    assert answer["matches"] == []
    assert answer["earliest_held"] is None


def test_the_same_bytes_are_one_row_with_both_stages(held) -> None:
    (row,) = copies(held, saved(busy(0)), case="c").data["matches"]
    assert (row["number"], row["stage"], row["distance"]) == (1, "code", 0)
    assert row["inliers"] > 100


def test_one_poster_in_two_pictures_makes_neither_a_copy(held, tmp_path) -> None:
    poster = busy(50, width=200, height=150)
    for name, seed, place in (("a", 60, (30, 40)), ("b", 61, (230, 170))):
        room = busy(seed)
        room.paste(poster, place)
        (tmp_path / name).write_bytes(saved(room))
    admit(held, [str(tmp_path / "a")], case="c")
    examine(held, case="c", brief=Brief())
    answer = copies(held, (tmp_path / "b").read_bytes(), case="c").data
    assert answer["matches"] == []
    assert [(row["number"], row["relation"]) for row in answer["not_copies"]] == [(4, "common_part")]
