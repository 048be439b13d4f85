"""Measure light examination (digest, metadata, tables, PDQ, preview) against the obvious composition over Pillow."""

from __future__ import annotations

import hashlib
import io
import statistics
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, IptcImagePlugin

from counterclaim.examine import encoder, segments
from counterclaim.examine.by.metadata import EXAMINER as METADATA
from counterclaim.examine.examiner import Brief
from counterclaim.examine.pdq import codes_of, prescreen_of
from counterclaim.examine.picture import Picture, picture_of
from counterclaim.examine.sketch import PREVIEW_QUALITY, PREVIEW_SIDE, Sketch, preview_of, preview_of_picture, sketch_of
from figure import Figure, Missing
from picturing.pdq import photographs, timed

FLOOR = 5
EXIF_BLOCKS = (0x8769, 0x8825, 0xA005)
METADATA_NOTE = "ours reads maker notes and compares statements, which the composition does not"


def figures(sets: Path) -> Iterator[Figure | Missing]:
    """Alternate the three over the same files: the composition, ours with the exact code, ours with the prescreen."""
    try:
        import pdqhash
    except ImportError:
        yield Missing(subject="light examination", needs="the package pdqhash")
        return
    contents, what = photographs(sets)
    plain, exact, coarse, reading = [], [], [], []
    for content in contents:
        plain.append(timed(lambda content=content: _plainly(content, pdqhash)))
        exact.append(timed(lambda content=content: _exactly(content)))
        coarse.append(timed(lambda content=content: _coarsely(content)))
        reading.append(timed(lambda content=content: METADATA.examine(content, Brief())))
    other, read = statistics.median(plain), statistics.median(reading)
    for name, times, note in (
        ("with the exact PDQ code: same outputs, the preview's pixels near", exact, "one whole decoding"),
        ("with the prescreening code in place of the exact one: not the same outputs", coarse, "no whole decoding"),
    ):
        mine = statistics.median(times)
        yield Figure(
            subject=f"light examination {name}",
            ours=f"{other / mine:.1f} times faster, {1000 * mine:.1f} ms",
            n=len(contents),
            floor=f"{FLOOR} times",
            held=other >= FLOOR * mine,
            other=f"{1000 * other:.1f} ms",
            other_tool="Pillow and pdqhash",
            note=(
                f"{note}; {1000 * read:.1f} ms of it metadata, {METADATA_NOTE}; "
                f"ratio of medians of processor time; {what}"
            ),
        )


def _plainly(content: bytes, pdqhash: object) -> object:
    image = Image.open(io.BytesIO(content))
    exif = image.getexif()
    said = [dict(exif), *(dict(exif.get_ifd(block)) for block in EXIF_BLOCKS), image.info.get("xmp")]
    try:
        said.append(IptcImagePlugin.getiptcinfo(image))
    except (OSError, SyntaxError, ValueError, TypeError, KeyError):
        said.append(None)
    tables = dict(image.quantization)  # type: ignore[attr-defined]
    upright = ImageOps.exif_transpose(image).convert("RGB")
    code = pdqhash.compute(np.asarray(upright))  # type: ignore[attr-defined]
    upright.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=PREVIEW_QUALITY)
    return hashlib.sha256(content).hexdigest(), said, tables, code, out.getvalue()


def _stated(content: bytes) -> object:
    tables = segments.quantisation_of(segments.structure_of(content))
    return hashlib.sha256(content).hexdigest(), METADATA.examine(content, Brief()), tables, encoder.quality_of(tables)


def _exactly(content: bytes) -> object:
    picture = picture_of(content)
    if not isinstance(picture, Picture):
        raise TypeError(picture.reason)
    return _stated(content), codes_of(picture.rgb), preview_of_picture(picture)


def _coarsely(content: bytes) -> object:
    sketch = sketch_of(content)
    if not isinstance(sketch, Sketch):
        raise TypeError(sketch.reason)
    code = prescreen_of(sketch.gray, whole=sketch.whole, block=sketch.block)
    return _stated(content), code, preview_of(content)
