"""Measure the built-in examiners on a folder of camera files; prints the figures the method cards quote.

    python tools/calibrate_examine.py FOLDER

Nothing is copied: the pictures are read, and only counts are printed.
"""

from __future__ import annotations

import io
import itertools
import random
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pdqhash
from PIL import Image, ImageOps

from counterclaim.examine import segments, thumbnail
from counterclaim.examine.by import jpeg_markers, metadata
from counterclaim.examine.examiner import Brief
from counterclaim.examine.pdq import DISTANCE_MAX, QUALITY_MIN, codes_of, distance_of
from counterclaim.examine.picture import Picture, picture_of
from counterclaim.record.finding import Observed

SIDE_MAX = 1200
SHARES = (0.08, 0.12, 0.17, 0.25, 0.35)
PATCHES = 5


def main() -> None:
    """Run the three measurements."""
    files = [
        path.read_bytes() for path in sorted(Path(sys.argv[1]).rglob("*")) if path.suffix.lower() in {".jpg", ".jpeg"}
    ]
    decoded = [picture for content in files if isinstance(picture := picture_of(content), Picture)]
    print(f"files {len(files)}, decoded {len(decoded)}")
    lookalikes(decoded)
    thumbnails(files)
    statements(files)


def lookalikes(pictures: list[Picture]) -> None:
    """Compare codes with the reference, with altered copies, and of all different pictures with one another."""
    same = quality = dihedral = 0
    codes = [codes_of(picture.rgb) for picture in pictures]
    for picture, ours in zip(pictures, codes, strict=True):
        theirs, their_quality = pdqhash.compute_dihedral(np.ascontiguousarray(picture.rgb))
        equal = [
            code[4:] == np.packbits(bits.astype(np.uint8)).tobytes().hex()
            for code, bits in zip(ours.codes, theirs, strict=True)
        ]
        same, dihedral, quality = same + equal[0], dihedral + sum(equal), quality + (their_quality == ours.quality)
    n = len(pictures)
    print(f"PDQ identical with the reference: {same} of {n}; dihedral {dihedral} of {8 * n}; quality {quality} of {n}")
    print(f"quality under {QUALITY_MIN}: {sum(one.quality < QUALITY_MIN for one in codes)} of {n}")
    kept = [pair for pair in zip(pictures, codes, strict=True) if pair[1].quality >= QUALITY_MIN]
    for name, change in COPIES.items():
        far = []
        for picture, ours in kept:
            copy = codes_of(np.asarray(change(Image.fromarray(picture.rgb)).convert("RGB")))
            far.append(min(distance_of(code, ours.codes[0]) for code in copy.codes))
        print(
            f"copy {name}: found {sum(one <= DISTANCE_MAX for one in far)} of {len(far)}, largest distance {max(far)}"
        )
    pairs = [
        min(distance_of(code, b.codes[0]) for code in a.codes) for (_, a), (_, b) in itertools.combinations(kept, 2)
    ]
    alike = sum(one <= DISTANCE_MAX for one in pairs)
    print(f"different pairs called alike: {alike} of {len(pairs)}; nearest pair {min(pairs)} of 256 bits")


def _again(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue()))


def _cropped(image: Image.Image, share: float) -> Image.Image:
    width, height = image.size
    return image.crop((int(width * share), int(height * share), width, height))


COPIES = {
    "JPEG quality 75": lambda image: _again(image, 75),
    "JPEG quality 30": lambda image: _again(image, 30),
    "half size": lambda image: image.resize((image.width // 2, image.height // 2)),
    "longer side 320": lambda image: ImageOps.contain(image, (320, 320)),
    "mirrored": ImageOps.mirror,
    "turned 90": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "gray": ImageOps.grayscale,
    "brighter by a third": lambda image: image.point([min(255, value * 4 // 3) for value in range(256)] * 3),
    "cropped 2 % of two sides": lambda image: _cropped(image, 0.02),
    "cropped 10 % of two sides": lambda image: _cropped(image, 0.10),
    "white border of 5 %": lambda image: ImageOps.expand(image, image.width // 20, "white"),
}


def thumbnails(files: list[bytes]) -> None:
    """Count camera files over the threshold, and pasted patches of several sizes under it."""
    held = []
    statistics = []
    for content in files:
        outcome = jpeg_markers.EXAMINER.examine(content, Brief())
        if not isinstance(outcome, Observed) or not outcome.values["thumbnail"]["compared"]:
            continue
        statistics.append(outcome.values["thumbnail"]["statistic"])
        exif = next(one.payload for one in segments.structure_of(content).of(0xE1) if one.identifier == "Exif")
        small, picture = picture_of(thumbnail.embedded_of(exif) or b""), picture_of(content)
        if isinstance(small, Picture) and isinstance(picture, Picture) and picture.orientation == 1:
            image = Image.fromarray(picture.rgb)
            image.thumbnail((SIDE_MAX, SIDE_MAX))
            held.append((np.array(image), small))
    limit = f"{jpeg_markers.THRESHOLD / 1000:.3f}"
    over = sum(one >= limit for one in statistics)
    print(f"thumbnails compared {len(statistics)}, over {limit}: {over}; sorted {' '.join(sorted(statistics)[-5:])}")
    chance = random.Random(7)
    for share in SHARES:
        tries = [
            found for _ in range(PATCHES) for one in held if (found := _patched(one, held, share, chance)) is not None
        ]
        print(f"patch of {share:.0%} of the longer side: found {sum(tries)} of {len(tries)}")


def _patched(one: tuple[np.ndarray, Picture], held: list, share: float, chance: random.Random) -> bool | None:
    array, small = one
    other = chance.choice(held)[0]
    if other is array:
        return None
    side = min(int(share * max(array.shape[:2])), *array.shape[:2], *other.shape[:2])
    y, x = chance.randrange(array.shape[0] - side + 1), chance.randrange(array.shape[1] - side + 1)
    top, left = chance.randrange(other.shape[0] - side + 1), chance.randrange(other.shape[1] - side + 1)
    changed = array.copy()
    changed[y : y + side, x : x + side] = other[top : top + side, left : left + side]
    compared = thumbnail.comparison_of(Picture(format="JPEG", orientation=1, rgb=changed), small)
    return compared is not None and compared.statistic >= jpeg_markers.THRESHOLD


def statements(files: list[bytes]) -> None:
    """Count the kinds of disagreements and notes per file."""
    kinds: Counter[str] = Counter()
    n = 0
    for content in files:
        outcome = metadata.EXAMINER.examine(content, Brief())
        if isinstance(outcome, Observed):
            n += 1
            kinds.update({one["kind"] for key in ("disagreements", "notes") for one in outcome.values[key]})
            kinds["any disagreement"] += bool(outcome.values["disagreements"])
    print(f"metadata of {n} files: " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))


if __name__ == "__main__":
    main()
