"""What keypoints, their compact form, the shortlist and the geometry hold on to."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from counterclaim.examine.by.keypoints import COMPARER
from counterclaim.examine.copies.comparison import Relation, compared
from counterclaim.examine.copies.geometry import fit_of
from counterclaim.examine.copies.keypoints import ASKED_MAX, HELD_MAX, Keypoints, keypoints_of, packed, unpacked
from counterclaim.examine.copies.shortlist import CELLS_ASKED, Shortlist
from counterclaim.examine.copies.words import words
from counterclaim.record.errors import MalformedError
from counterclaim.record.finding import Declined
from pictures import busy, saved


def rgb(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB"))


def again(image: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(saved(image, quality=quality)))


def crop_45(image: Image.Image) -> Image.Image:
    return again(image.crop((120, 60, 360, 300)), 45)


def in_a_screen(image: Image.Image) -> Image.Image:
    screen = Image.new("RGB", (540, 1000), "white")
    screen.paste(image.resize((540, 405)), (0, 200))
    draw = ImageDraw.Draw(screen)
    for line in range(18):
        draw.text((20, 640 + 18 * line), "a line of words under the picture " * 2, fill="black")
    return again(screen, 70)


EDITS = {
    "crop, quality 45": crop_45,
    "mirror": ImageOps.mirror,
    "turned by 90 degrees": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "turned by 7 degrees": lambda image: image.rotate(7, expand=True, resample=Image.Resampling.BICUBIC),
    "half size": lambda image: image.resize((image.width // 2, image.height // 2)),
    "border": lambda image: ImageOps.expand(image, border=80, fill="white"),
    "in a screen": in_a_screen,
}


def test_the_compact_form_gives_the_same_marks_back() -> None:
    marks, _ = keypoints_of(rgb(busy(1)))
    back = unpacked(packed(marks))
    assert packed(back) == packed(marks)
    assert np.abs(back.places - marks.places).max() < 1 / 64
    assert np.abs(np.log2(back.sizes / marks.sizes)).max() < 1 / 24
    assert (back.cells == marks.cells).all()
    assert (back.signatures == marks.signatures).all()
    assert len(packed(marks)) < 16_000


@pytest.mark.parametrize("text", ["", "sift1:", "sift1:!!", "pdq:00", "sift1:AAAA", "sift1:" + "A" * 600_000])
def test_what_is_not_the_compact_form_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        unpacked(text)


def test_a_compact_form_cut_anywhere_is_refused() -> None:
    text = packed(keypoints_of(rgb(busy(2)), count=12)[0])
    for end in range(6, len(text), 7):
        with pytest.raises(MalformedError):
            unpacked(text[:end])


def test_the_marks_of_the_mirror_are_those_of_the_mirrored_picture() -> None:
    picture = rgb(busy(3))
    _, mirrored = keypoints_of(picture)
    seen, _ = keypoints_of(np.ascontiguousarray(picture[:, ::-1]))
    fit = fit_of(mirrored, seen)
    assert fit is not None
    assert fit.agreeing > 200
    assert np.abs(fit.linear - np.eye(2)).max() < 0.01
    assert np.abs(fit.shift).max() < 1.5


def test_two_runs_give_the_same_marks_and_the_same_fit() -> None:
    first, second = (packed(keypoints_of(rgb(busy(4)))[0]) for _ in range(2))
    assert first == second
    asked = keypoints_of(rgb(crop_45(busy(4))), count=ASKED_MAX)[0]
    one, other = (fit_of(asked, unpacked(first)) for _ in range(2))
    assert one is not None
    assert other is not None
    assert (one.linear == other.linear).all()
    assert one.agreeing == other.agreeing


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_copy_stands_first_and_is_called_a_copy(name: str) -> None:
    held = [keypoints_of(rgb(busy(seed)))[0] for seed in range(10, 22)]
    query = rgb(EDITS[name](busy(15)))
    straight, turned = keypoints_of(query, count=ASKED_MAX, nearest=CELLS_ASKED)
    listed = Shortlist.of(held).ranked(straight, turned)
    assert listed[0].index == 5
    assert listed[0].mirrored is (name == "mirror")
    found = compared(query, rgb(busy(15)))
    assert found.relation is Relation.COPY
    assert found.mirrored is (name == "mirror")


def test_no_two_different_pictures_are_called_copies() -> None:
    pictures = [rgb(busy(seed)) for seed in range(40, 48)]
    relations = {compared(a, b).relation for i, a in enumerate(pictures) for b in pictures[i + 1 :]}
    assert relations <= {Relation.NOT_SEEN, Relation.UNDECIDED}


def test_the_transform_of_a_crop_names_where_it_was_cut() -> None:
    found = compared(rgb(busy(6).crop((120, 60, 360, 300))), rgb(busy(6)))
    a, b, c, d, e, f = found.transform
    assert (a, b, d, e) == pytest.approx((1, 0, 0, 1), abs=0.01)
    assert (c, f) == pytest.approx((120, 60), abs=1.0)
    assert found.region == (0, 0, 240, 240)


def test_the_region_of_a_picture_in_a_screen_is_where_it_lies() -> None:
    found = compared(rgb(in_a_screen(busy(7))), rgb(busy(7)))
    assert found.region == pytest.approx((0, 200, 540, 405), abs=3)


def test_another_frame_with_a_moved_camera_is_not_called_a_copy() -> None:
    """Two layers shifted against each other, as near and far things are when a camera moves."""
    far, near = busy(30), busy(31)
    stencil = Image.new("L", far.size, 0)
    draw = ImageDraw.Draw(stencil)
    for x in range(20, 460, 110):
        draw.rectangle((x, 40, x + 50, 330), fill=255)
    first, second = far.copy(), far.copy()
    first.paste(near, (0, 0), stencil)
    second.paste(near.transform(near.size, Image.Transform.AFFINE, (1, 0, -9, 0, 1, 0)), (9, 0), stencil)
    found = compared(rgb(first), rgb(second))
    assert found.relation is not Relation.COPY
    assert found.agreeing > 20


def test_a_shortlist_of_nothing_lists_nothing() -> None:
    straight, turned = keypoints_of(rgb(busy(1)), count=50, nearest=CELLS_ASKED)
    assert Shortlist.of([]).ranked(straight, turned) == ()


def test_a_plain_picture_has_few_marks_and_is_like_nothing() -> None:
    plain = np.full((200, 300, 3), 127, dtype=np.uint8)
    straight, turned = keypoints_of(plain, count=ASKED_MAX, nearest=CELLS_ASKED)
    assert len(straight) == 0
    held = [keypoints_of(rgb(busy(1)))[0], straight]
    assert Shortlist.of(held).ranked(straight, turned) == ()
    assert compared(plain, rgb(busy(1))).relation is Relation.NOT_SEEN


def test_a_picture_smaller_than_its_marks_is_declined() -> None:
    assert isinstance(COMPARER.compare(saved(busy(1).resize((20, 20))), saved(busy(1))), Declined)


def test_the_tables_have_the_shapes_they_are_used_in() -> None:
    marks, _ = keypoints_of(rgb(busy(9)))
    assert isinstance(marks, Keypoints)
    assert len(marks) == HELD_MAX
    assert marks.cells.min() >= 0
    assert words().cells_of(np.zeros((3, 128), dtype=np.float32), 16).shape == (3, 16)
