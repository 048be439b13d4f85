"""Measure PDQ against the C++ package: equal codes, time from one array, and time from file to a prescreening code."""

from __future__ import annotations

import hashlib
import io
import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from counterclaim.examine.pdq import PREFIX, PRESCREEN_MARGIN, PRESCREEN_PREFIX, codes_of, distance_of, prescreen_of
from counterclaim.examine.sketch import Sketch, sketch_of
from figure import Figure, Missing

SET = "metadata-extractor-images"
PHOTOS = "COUNTERCLAIM_PHOTOS"  # a folder of camera files, taken before the set
FILES_MAX = 60  # some minutes of the other package on two cores
SIDE_MIN = 64
RENDERED = 12


def photographs(sets: Path) -> tuple[list[bytes], str]:
    """JPEG files that decode, of COUNTERCLAIM_PHOTOS or the set, else rendered ones; and the words for which it is."""
    folder = Path(os.environ.get(PHOTOS) or sets / SET)
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg"})
    found = [content for path in paths if _decodes(content := path.read_bytes())]
    if found:
        return found[:: -(-len(found) // FILES_MAX)], "camera files"
    return list(_rendered()), f"rendered pictures, for neither {PHOTOS} nor {SET} is here"


def timed(do: Callable[[], object]) -> float:
    """Processor seconds, so that other work on the machine counts for little."""
    begun = time.process_time()
    do()
    return time.process_time() - begun


def figures(sets: Path) -> Iterator[Figure | Missing]:
    """Alternate ours and the package over the same arrays and files, one thread each."""
    try:
        import pdqhash
    except ImportError:
        yield Missing(subject="PDQ", needs="the package pdqhash")
        return
    contents, what = photographs(sets)
    same, ours, theirs, path_ours, path_theirs, far = 0, [], [], [], [], []
    for content in contents:
        array = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        theirs.append(timed(lambda array=array: pdqhash.compute(array)))
        ours.append(timed(lambda array=array: codes_of(array)))
        bits, _ = pdqhash.compute(array)
        exact = codes_of(array).codes[0]
        same += exact.removeprefix(PREFIX) == np.packbits(bits.astype(np.uint8)).tobytes().hex()
        path_theirs.append(timed(lambda content=content: _plainly(content, pdqhash)))
        path_ours.append(timed(lambda content=content: _prescreened(content)))
        upright = Image.open(io.BytesIO(content)).getexif().get(0x0112, 1) == 1
        if upright:
            code = _prescreened(content)[1].removeprefix(PRESCREEN_PREFIX)
            far.append(distance_of(PREFIX + code, exact))
    n = len(contents)
    yield Figure(
        subject="PDQ codes identical with the C++ package",
        ours=f"{same} of {n}",
        n=n,
        floor="all",
        held=same == n,
        note=what,
    )
    yield _ratio("PDQ from the same array", ours, theirs, floor=9, what=what)
    yield _ratio("file to SHA-256 and prescreening code", path_ours, path_theirs, floor=12, what=what)
    yield Figure(
        subject="prescreening code from the exact one",
        ours=f"mean {statistics.mean(far):.1f}, at most {max(far)} of 256 bits",
        n=len(far),
        floor=f"at most {PRESCREEN_MARGIN}",
        held=max(far) <= PRESCREEN_MARGIN,
        note=what,
    )


def _ratio(subject: str, ours: list[float], theirs: list[float], *, floor: int, what: str) -> Figure:
    mine, other = statistics.median(ours), statistics.median(theirs)
    return Figure(
        subject=subject,
        ours=f"{other / mine:.1f} times faster, {1000 * mine:.1f} ms",
        n=len(ours),
        floor=f"{floor} times",
        held=other >= floor * mine,
        other=f"{1000 * other:.1f} ms",
        other_tool="Pillow and pdqhash",
        note=f"ratio of medians of processor time, one thread; {what}",
    )


def _plainly(content: bytes, pdqhash: object) -> object:
    array = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    return hashlib.sha256(content).hexdigest(), pdqhash.compute(array)  # type: ignore[attr-defined]


def _prescreened(content: bytes) -> tuple[str, str]:
    sketch = sketch_of(content)
    if not isinstance(sketch, Sketch):
        raise TypeError(sketch.reason)
    code = prescreen_of(sketch.gray, whole=sketch.whole, block=sketch.block).code
    return hashlib.sha256(content).hexdigest(), code


def _decodes(content: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            return image.format == "JPEG" and image.mode == "RGB" and min(image.size) >= SIDE_MIN
    except (OSError, SyntaxError, ValueError):
        return False


def _rendered() -> Iterator[bytes]:
    for seed in range(RENDERED):
        coarse = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), dtype=np.uint8)
        out = io.BytesIO()
        Image.fromarray(coarse).resize((2048, 1536), Image.Resampling.BICUBIC).save(out, "JPEG", quality=90)
        yield out.getvalue()
