"""A picture decoded only as finely as it is needed: grey for a first sieve, small to look at; refuses to be compared.

A JPEG decoder gives an eighth of the size for a third of the work, by leaving out what it would average anyway
(libjpeg, scale_num / scale_denom). The pixels are near those of the whole picture, not the same.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, JpegImagePlugin

from counterclaim.examine.picture import (
    TURNED_FROM,
    Picture,
    as_8_bit,
    orientation_of,
    upright,
    with_opened,
)
from counterclaim.record.finding import Declined, Failed

SKETCH_SIDE = 128  # pixels that the shorter side keeps at least: twice what PDQ scales to; docs/methods/lookalike.md
PREVIEW_SIDE = 640  # pixels: enough to recognise what is meant, and a dossier of twenty stays under 2 MB
PREVIEW_QUALITY = 80


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sketch:
    """An upright grey picture, (height, width) uint8, whose pixels are means of `block` x `block` of the whole one.

    `whole` is the height and width of the whole picture, upright.
    """

    gray: NDArray[np.uint8]
    whole: tuple[int, int]
    block: int


def sketch_of(content: bytes) -> Sketch | Declined | Failed:
    """Decode `content` in grey and, where it is a JPEG, as small as SKETCH_SIDE allows. Never raises for its bytes."""
    return with_opened(content, _sketched)


def _sketched(image: ImageFile.ImageFile) -> Sketch | Declined:
    orientation = orientation_of(image)
    width, height = image.size
    block = _reduced(image, "L", SKETCH_SIDE)
    plain = as_8_bit(image)
    if isinstance(plain, Declined):
        return plain
    gray = np.asarray(upright(plain if plain.mode == "L" else plain.convert("RGB").convert("L"), orientation))
    return Sketch(gray=gray, whole=(width, height) if orientation >= TURNED_FROM else (height, width), block=block)


def _reduced(image: Image.Image, mode: str, side: int) -> int:
    """Have a JPEG decoded by an eighth, quarter or half where both sides keep `side` pixels; give 8, 4, 2 or 1."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or image.draft(mode, (side, side)) is None:
        return 1
    return int(image.decoderconfig[0])


def preview_of(content: bytes, *, side: int = PREVIEW_SIDE) -> bytes | Declined | Failed:
    """Give a JPEG of the upright picture without metadata, its longer side at most `side` pixels.

    A JPEG is decoded as small as suffices. Never raises for what the bytes are.
    """
    return with_opened(content, lambda image: _preview(image, side))


def preview_of_picture(picture: Picture, *, side: int = PREVIEW_SIDE) -> bytes:
    """Give the same of a picture that is decoded whole already; its pixels are near those of `preview_of`."""
    return _saved(picture.image(), side)


def _preview(image: ImageFile.ImageFile, side: int) -> bytes | Declined:
    orientation = orientation_of(image)
    _reduced(image, "RGB", side)
    plain = as_8_bit(image)
    if isinstance(plain, Declined):
        return plain
    return _saved(upright(plain if plain.mode == "RGB" else plain.convert("RGB"), orientation), side)


def _saved(image: Image.Image, side: int) -> bytes:
    longer = max(image.size)
    if longer > side:
        width, height = (max(1, (2 * one * side + longer) // (2 * longer)) for one in image.size)
        image = image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=1.0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=PREVIEW_QUALITY)
    return out.getvalue()
