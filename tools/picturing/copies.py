"""How many edited copies are found among public photographs, and what else is; PDQ and ImageHash beside.

Each query goes through the stages as the desk runs them (shortlist, geometry, blocks), without the jail. A distractor
pair is a query and a held photograph that it was not made from: the shortlist looked at all of them, the geometry at
those it was handed. COUNTERCLAIM_COPIES_QUERIES photographs (150) are edited in each way.
"""

from __future__ import annotations

import importlib.util
import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from counterclaim.examine.copies.comparison import AGREEING_WITH_BLOCKS, Laid, Relation, judged
from counterclaim.examine.copies.geometry import fit_of
from counterclaim.examine.copies.keypoints import ASKED_MAX, Keypoints, gray_of, keypoints_of
from counterclaim.examine.copies.shortlist import CELLS_ASKED, Shortlist
from counterclaim.examine.pdq import DISTANCE_MAX, codes_of, distance_of
from figure import Figure, Missing
from picturing.bound import bounds, rate_of
from picturing.edits import EDITS
from picturing.photographs import photographs

QUERIES = int(os.environ.get("COUNTERCLAIM_COPIES_QUERIES", "150"))
RECALL_MIN = 0.98
SEED = 4711
LAID_MAX = 8
PHASH_MAX = 10  # of 64 bits: imagededup's default for its perceptual hash


@dataclass(slots=True)
class Tally:
    """What one kind of edit gave."""

    found: int = 0
    by_code: int = 0
    by_phash: int = 0
    asked: int = 0


def figures(sets: Path) -> list[Figure | Missing]:
    """Recall for each edit, and false matches over all distractor pairs."""
    paths = photographs(sets)
    if isinstance(paths, Missing):
        return [paths]
    return list(_figures(paths))


def _figures(paths: Sequence[Path]) -> Iterator[Figure | Missing]:
    pictures = [_rgb(path) for path in paths]
    marks = [keypoints_of(picture)[0] for picture in pictures]
    shortlist = Shortlist.of(marks)
    codes = [codes_of(picture).codes for picture in pictures]
    phash = _phash()
    hashes = [phash(picture) for picture in pictures] if phash else []
    chance = random.Random(SEED)
    chosen = chance.sample(range(len(paths)), min(QUERIES, len(paths)))
    false: dict[tuple[int, int], Relation] = {}
    looked = handed = 0
    for name, edit in EDITS.items():
        tally = Tally()
        for index in chosen:
            query = np.asarray(edit(Image.fromarray(pictures[index]), chance).convert("RGB"))
            found, tried = _found(query, pictures, marks, shortlist)
            tally.asked += 1
            tally.found += found.pop(index, None) is Relation.COPY
            false |= {(index, other): relation for other, relation in found.items()}
            looked, handed = looked + len(paths) - 1, handed + tried
            tally.by_code += min(distance_of(code, codes[index][0]) for code in codes_of(query).codes) <= DISTANCE_MAX
            tally.by_phash += bool(phash) and phash(query) - hashes[index] <= PHASH_MAX
        yield _figure_of(name, tally, peer=bool(phash))
    yield from _false_figures(false, looked=looked, handed=handed)


def _rgb(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _found(
    query: NDArray[np.uint8], pictures: Sequence[NDArray[np.uint8]], marks: Sequence[Keypoints], shortlist: Shortlist
) -> tuple[dict[int, Relation], int]:
    """Every held photograph that is called a copy or has a common part, and how many the geometry was handed."""
    straight, turned = keypoints_of(query, count=ASKED_MAX, nearest=CELLS_ASKED)
    listed = shortlist.ranked(straight, turned)
    fits = [(one, fit_of(turned if one.mirrored else straight, marks[one.index])) for one in listed]
    kept = [(one, fit) for one, fit in fits if fit and fit.agreeing >= AGREEING_WITH_BLOCKS]
    kept.sort(key=lambda pair: (-pair[1].agreeing, pair[0].index))
    laid = Laid(gray=gray_of(query), full=query.shape[:2])
    found: dict[int, Relation] = {}
    for one, fit in kept[:LAID_MAX]:
        held = pictures[one.index]
        comparison = judged(laid, Laid(gray=gray_of(held), full=held.shape[:2]), fit, mirrored=one.mirrored)
        if comparison.relation in {Relation.COPY, Relation.COMMON_PART}:
            found[one.index] = comparison.relation
    return found, len(listed)


def _phash() -> Callable[[NDArray[np.uint8]], int] | None:
    """ImageHash's perceptual hash, where it is installed."""
    if importlib.util.find_spec("imagehash") is None:
        return None
    imagehash = importlib.import_module("imagehash")
    return lambda picture: imagehash.phash(Image.fromarray(picture))


def _figure_of(name: str, tally: Tally, *, peer: bool) -> Figure:
    others = [f"PDQ at {DISTANCE_MAX} bits in eight orientations {tally.by_code / tally.asked:.3f}"]
    if peer:
        others.append(f"ImageHash phash at {PHASH_MAX} bits {tally.by_phash / tally.asked:.3f}")
    return Figure(
        subject=f"copies found, {name}",
        ours=rate_of(tally.found, tally.asked),
        n=tally.asked,
        floor=f"{RECALL_MIN}",
        held=tally.found / tally.asked >= RECALL_MIN,
        note="; ".join(others),
    )


def _false_figures(false: dict[tuple[int, int], Relation], *, looked: int, handed: int) -> Iterator[Figure]:
    copies = sum(relation is Relation.COPY for relation in false.values())
    yield Figure(
        subject="distractor pairs called a copy",
        ours=f"{copies}, at most {bounds(copies, looked)[1]:.1e} of them (95 %)",
        n=looked,
        floor="0",
        held=copies == 0,
        note=f"the geometry was handed {handed:,}, the most alike (at most {bounds(copies, handed)[1]:.1e} of those)",
    )
    yield Figure(
        subject="distractor pairs in which a common part is seen",
        ours=str(len(false) - copies),
        n=looked,
        note="photographs of one place by several people may be among them",
    )
