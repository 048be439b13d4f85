"""Embedded thumbnails with known truth: what was changed after the thumbnail was made is found where it is."""

import random

import numpy as np

from counterclaim.examine.by.jpeg_markers import EXAMINER, THRESHOLD
from counterclaim.examine.examiner import Brief
from counterclaim.record.finding import Observed
from examine_files import array_of, camera_file, exif_block, jpeg_of
from pictures import rendered
from size import FULL

FILES = 200 if FULL else 25
SIDE = 160


def thumbnail_of(content: bytes) -> dict:
    outcome = EXAMINER.examine(content, Brief())
    assert isinstance(outcome, Observed)
    return outcome.values["thumbnail"]


def test_unchanged_rendered_files_agree_with_their_thumbnails(measured) -> None:
    over = sum(thumbnail_of(camera_file(seed))["differs"] for seed in range(FILES))
    measured(f"thumbnail false alarms: {over} of {FILES} rendered files")
    assert over == 0


def test_a_patch_from_another_picture_is_found_and_localised(measured) -> None:
    chance = random.Random(11)
    found = localised = 0
    for seed in range(FILES):
        x, y = chance.randrange(640 - SIDE), chance.randrange(480 - SIDE)
        other = array_of(seed + 500, width=640, height=480)

        def changed(array: np.ndarray, x=x, y=y, other=other) -> np.ndarray:
            array[y : y + SIDE, x : x + SIDE] = other[y : y + SIDE, x : x + SIDE]
            return array

        outcome = EXAMINER.examine(camera_file(seed, changed=changed), Brief())
        assert isinstance(outcome, Observed)
        if outcome.values["thumbnail"]["differs"]:
            found += 1
            region = outcome.regions[0]
            localised += abs(region.x + region.width / 2 - x - SIDE / 2) < SIDE / 2 and (
                abs(region.y + region.height / 2 - y - SIDE / 2) < SIDE / 2
            )
            assert region.x + region.width <= 640
            assert region.y + region.height <= 480
    measured(f"thumbnail: patch of a quarter of the width found in {found} and localised in {localised} of {FILES}")
    assert found >= 0.9 * FILES
    assert localised >= 0.9 * found


def test_a_crop_that_keeps_its_old_thumbnail_is_found() -> None:
    array = array_of(3, width=800, height=600)
    small = jpeg_of(np.ascontiguousarray(array[::5, ::5]))
    whole = jpeg_of(array, exif=exif_block(thumbnail=small))
    cropped = jpeg_of(array[100:400, 50:450], exif=exif_block(thumbnail=small))
    assert thumbnail_of(whole)["differs"] is False
    assert thumbnail_of(cropped)["differs"] is True


def test_another_pictures_thumbnail_is_found() -> None:
    for seed in range(10):
        content = jpeg_of(
            array_of(seed, width=640, height=480), exif=exif_block(thumbnail=rendered(seed + 70, width=160, height=120))
        )
        assert thumbnail_of(content)["differs"] is True


def test_bars_central_cuts_turns_and_brightness_are_not_called_differences() -> None:
    array = array_of(3, width=720, height=480)
    plain = np.ascontiguousarray(array[::5, ::5])
    barred = np.zeros((120, 160, 3), np.uint8)
    barred[6:114] = plain[np.arange(108) * 96 // 108][:, np.arange(160) * 144 // 160]
    central = np.ascontiguousarray(array[:, 40:680][::4, ::4])
    darker = (plain * 0.7).astype(np.uint8)
    for name, small in (("barred", barred), ("central", central), ("darker", darker)):
        assert thumbnail_of(jpeg_of(array, exif=exif_block(thumbnail=jpeg_of(small))))["differs"] is False, name
    turned = thumbnail_of(jpeg_of(array, exif=exif_block(thumbnail=jpeg_of(np.ascontiguousarray(np.rot90(plain))))))
    assert (turned["differs"], turned["quarter_turns"]) == (False, 3)


def test_the_regions_lie_in_the_upright_picture() -> None:
    def changed(array: np.ndarray) -> np.ndarray:
        array[:160, :160] = 255 - array[:160, :160]
        return array

    outcome = EXAMINER.examine(camera_file(3, changed=changed, Orientation=6), Brief())
    assert isinstance(outcome, Observed)
    region = outcome.regions[0]
    # Orientation 6 turns clockwise: the upper left corner of the stored picture is the upper right of the upright one.
    assert region.x + region.width / 2 > 240
    assert region.y + region.height / 2 < 320


def test_a_plain_picture_is_not_compared() -> None:
    flat = np.full((480, 640, 3), 90, np.uint8)
    values = thumbnail_of(jpeg_of(flat, exif=exif_block(thumbnail=jpeg_of(flat[::4, ::4]))))
    assert values["compared"] is False
    assert "too plain" in values["reason"]


def test_the_finding_states_threshold_and_false_alarm_rate_of_the_card() -> None:
    values = thumbnail_of(camera_file(3))
    assert values["threshold"] == f"0.{THRESHOLD}"
    over, n = values["false_alarm_rate"].split("/")
    assert 0 < int(over) < int(n)
