"""What is decoded coarsely: near the whole picture, never taken for it; and one decoding shared by several."""

import io

import numpy as np
import pytest
from PIL import Image

from counterclaim.examine import picture as picture_module
from counterclaim.examine.examiner import HeldCode
from counterclaim.examine.pdq import (
    DISTANCE_MAX,
    PREFIX,
    PRESCREEN_MARGIN,
    PRESCREEN_PREFIX,
    codes_of,
    distance_of,
    nearest,
    prescreen_of,
    worth_comparing,
)
from counterclaim.examine.picture import Picture, decoding_once, picture_of
from counterclaim.examine.scaling import SMALL, small_of, small_of_means, windows_of
from counterclaim.examine.sketch import PREVIEW_SIDE, Sketch, preview_of, preview_of_picture, sketch_of
from counterclaim.record.errors import MalformedError
from counterclaim.record.finding import Declined, Failed
from examine_files import array_of, camera_file, exif_block, jpeg_of
from pictures import rendered


def whole_small(pixels: np.ndarray) -> list[list[int]]:
    """The same scaling in Python's own whole numbers, rounding where the module says it rounds."""
    height, width = pixels.shape[:2]
    luma = [[299 * int(r) + 587 * int(g) + 114 * int(b) for r, g, b in row] for row in pixels]
    rows = []
    for window in windows_of(height):
        sums = [0] * width
        for weight, row in zip(window.weights.tolist(), luma[window.start :], strict=False):
            sums = [total + int(weight) * value for total, value in zip(sums, row, strict=True)]
        rows.append([round(total * 2.0**12 / window.divisor) for total in sums])
    small = []
    for row in rows:
        small.append([])
        for window in windows_of(width):
            values = zip(window.weights.tolist(), row[window.start :], strict=False)
            total = sum(int(weight) * value for weight, value in values)
            small[-1].append(round(total * 2.0**4 / (1000.0 * window.divisor)))
    return small


@pytest.mark.parametrize("size", [(5, 9), (64, 130), (129, 300), (257, 128), (70, 640)], ids=str)
def test_scaling_gives_exactly_what_pythons_whole_numbers_give(size) -> None:
    pixels = array_of(3, width=size[1], height=size[0])
    assert small_of(pixels).astype(int).tolist() == whole_small(pixels)


def test_every_window_lies_within_the_side_and_weighs_one_in_all() -> None:
    for length in [*range(1, 700), 1536, 4000, 12_345, 65_535, 200_000]:
        for window in windows_of(length):
            assert 0 <= window.start <= window.start + len(window.weights) <= length
            assert abs(window.weights.sum() / window.divisor - 1) < 1e-3
            assert window.divisor <= 2**20


def test_a_picture_held_in_parts_scales_as_one_held_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = array_of(4, width=700, height=900)
    whole = small_of(pixels)
    monkeypatch.setattr("counterclaim.examine.scaling._BLOCK_VALUES", 5_000)
    assert (small_of(pixels) == whole).all()
    monkeypatch.setattr("counterclaim.examine.scaling._SINGLE_MAX", 0)
    assert (small_of(pixels) == whole).all()


def test_means_of_one_pixel_are_the_picture_and_a_plain_picture_stays_plain() -> None:
    gray = array_of(4, width=300, height=200)[:, :, 0]
    assert (small_of_means(gray, whole=(200, 300), block=1) == small_of(gray)).all()
    plain = small_of_means(np.full((41, 52), 77, np.uint8), whole=(321, 415), block=8)
    assert plain.shape == (SMALL, SMALL)
    assert np.abs(plain / 2**16 - 77).max() < 0.01


def test_a_prescreening_code_lies_near_the_exact_one(measured) -> None:
    far = []
    for seed in range(30):
        content = jpeg_of(array_of(seed, width=1100 + 16 * seed, height=1400 - 24 * seed))
        sketch = sketch_of(content)
        assert isinstance(sketch, Sketch)
        assert sketch.block in {4, 8}
        exact = codes_of(picture_of(content).rgb)
        code = prescreen_of(sketch.gray, whole=sketch.whole, block=sketch.block)
        assert code.code.startswith(PRESCREEN_PREFIX)
        far.append(distance_of(PREFIX + code.code.removeprefix(PRESCREEN_PREFIX), exact.codes[0]))
        assert worth_comparing(code, [exact.codes[0]]).tolist() == [True]
    measured(
        f"prescreening codes of {len(far)} rendered pictures: mean {np.mean(far):.1f}, at most {max(far)} bits off"
    )
    assert max(far) <= PRESCREEN_MARGIN


def test_a_prescreening_code_is_refused_wherever_codes_are_compared() -> None:
    sketch = sketch_of(jpeg_of(array_of(2, width=640, height=480)))
    rough = prescreen_of(sketch.gray, whole=sketch.whole, block=sketch.block).code
    exact = codes_of(array_of(2)).codes
    with pytest.raises(MalformedError):
        distance_of(rough, exact[0])
    with pytest.raises(MalformedError):
        nearest(exact, [HeldCode(exhibit=1, code=rough, name="", admitted_at="", sha256="")])
    with pytest.raises(MalformedError):
        worth_comparing(prescreen_of(sketch.gray, whole=sketch.whole, block=sketch.block), [rough])


def test_the_prescreen_sorts_out_another_picture_and_keeps_what_lies_at_the_limit() -> None:
    sketch = sketch_of(jpeg_of(array_of(2, width=640, height=480)))
    rough = prescreen_of(sketch.gray, whole=sketch.whole, block=sketch.block)
    bits = int(rough.code.removeprefix(PRESCREEN_PREFIX), 16)
    at, past = DISTANCE_MAX + PRESCREEN_MARGIN, DISTANCE_MAX + PRESCREEN_MARGIN + 1
    codes = [codes_of(array_of(9)).codes[0], *(f"{PREFIX}{bits ^ ((1 << far) - 1):064x}" for far in (at, past))]
    assert worth_comparing(rough, codes).tolist() == [False, True, False]
    assert worth_comparing(rough, []).tolist() == []
    with pytest.raises(MalformedError):
        prescreen_of(np.zeros((1, 8), np.uint8), whole=(4, 64), block=8)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_sketch_is_upright_and_knows_the_whole_pictures_size(orientation) -> None:
    content = rendered(1, width=640, height=320, form="JPEG", exif=exif_block(Orientation=orientation))
    whole, sketch = picture_of(content), sketch_of(content)
    assert sketch.whole == (whole.height, whole.width)
    assert sketch.block == 2
    means = whole.gray().reshape(whole.height // 2, 2, whole.width // 2, 2).mean(axis=(1, 3))
    assert np.abs(sketch.gray - means).mean() < 2


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP"])
def test_a_preview_is_small_upright_and_brings_no_metadata(form) -> None:
    block = {"exif": exif_block(Make="Rendermaker", Orientation=6)} if form in {"JPEG", "PNG", "WEBP", "TIFF"} else {}
    content = rendered(1, width=1500, height=900, form=form, **block)
    made = preview_of(content)
    assert isinstance(made, bytes)
    picture = picture_of(content)
    image = Image.open(io.BytesIO(made))
    assert image.format == "JPEG"
    assert max(image.size) == PREVIEW_SIDE
    assert (image.width < image.height) == (picture.width < picture.height)
    assert not image.getexif()
    again = Image.open(io.BytesIO(preview_of_picture(picture)))
    assert again.size == image.size
    assert np.abs(np.asarray(again, dtype=int) - np.asarray(image, dtype=int)).mean() < 4


def test_a_small_picture_keeps_its_size_and_what_is_no_picture_is_declined() -> None:
    made = preview_of(rendered(1, width=90, height=50, form="PNG"))
    assert Image.open(io.BytesIO(made)).size == (90, 50)
    assert isinstance(preview_of(b"no picture"), Declined)
    assert isinstance(sketch_of(b""), Declined)
    assert isinstance(sketch_of(jpeg_of(array_of(1))[:200]), Failed)


def test_one_content_is_decoded_once_while_that_is_asked_for_and_nothing_is_kept_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = []
    with_opened = picture_module.with_opened

    def counted(content, use):
        opened.append(content)
        return with_opened(content, use)

    monkeypatch.setattr(picture_module, "with_opened", counted)
    content, other = camera_file(3), jpeg_of(array_of(5))
    with decoding_once():
        first = picture_of(content)
        assert picture_of(other) is picture_of(other)
        assert picture_of(content) is first
        assert len(opened) == 2
        with pytest.raises(ValueError, match="read-only"):
            first.rgb[0, 0, 0] = 1
        picture_of(bytes(bytearray(content)))
    assert len(opened) == 3
    again = picture_of(content)
    assert isinstance(again, Picture)
    assert again is not first
    assert (again.rgb == first.rgb).all()
    assert len(opened) == 4
