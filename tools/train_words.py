"""Train the tables by which marks are told apart (src/counterclaim/examine/copies/words.npz); keeps no picture.

Run as `python tools/train_words.py FOLDER [--into FILE]`: every JPEG under FOLDER is read in the order of its name's
digest. The shipped tables come from drewnoakes/metadata-extractor-images, folder jpg/ ("You are free to use these
media files however you wish"), of which they hold averages alone. The seed makes a second run give the same tables
with the same versions of numpy and OpenCV.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from counterclaim.examine.copies.words import FILE, HALF, SIGNATURE_BITS, WORDS
from counterclaim.examine.picture import Picture, picture_of

SEED = 20261124
MARKS = 500  # of each picture
SIDE = 800
ROUNDS = 20
SAMPLE = 120_000
INTO = Path(__file__).resolve().parent.parent / "src" / "counterclaim" / "examine" / "copies" / FILE


def main() -> None:
    """Train and write the tables; print what they came from."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--into", type=Path, default=INTO)
    asked = parser.parse_args()
    files = [path for path in asked.folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg"}]
    files.sort(key=lambda path: hashlib.sha256(path.name.encode()).hexdigest())
    found = [marks for path in files if len(marks := _descriptors(path.read_bytes()))]
    rooted = np.concatenate(found)
    tables = _tables(rooted)
    np.savez_compressed(asked.into, **{name: table.astype(np.float16) for name, table in tables.items()})
    print(f"{len(found)} pictures, {len(rooted):,} marks, {asked.into.stat().st_size:,} bytes")


def _descriptors(content: bytes) -> NDArray[np.float32]:
    picture = picture_of(content)
    if not isinstance(picture, Picture):
        return np.zeros((0, 128), dtype=np.float32)
    gray = picture.gray()
    scale = SIDE / max(gray.shape)
    if scale < 1:
        gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, raw = cv2.SIFT_create(nfeatures=MARKS, contrastThreshold=0.02).detectAndCompute(gray, None)
    if raw is None:
        return np.zeros((0, 128), dtype=np.float32)
    return np.sqrt(raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-6)).astype(np.float32)


def _tables(rooted: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    """Principal axes, turned at random so that both halves and all bits carry alike; words; thresholds."""
    chance = np.random.default_rng(SEED)
    mean = rooted.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(np.cov((rooted - mean).T))
    axes = axes[:, ::-1]
    projection = axes[:, : 2 * HALF] @ _turn(2 * HALF, chance)
    rotation = axes @ _turn(SIGNATURE_BITS, chance)
    low = ((rooted - mean) @ projection).astype(np.float32)
    sample = low[chance.permutation(len(low))[:SAMPLE]]
    halves = np.stack([_words(sample[:, half * HALF : (half + 1) * HALF], chance) for half in (0, 1)])
    thresholds = np.median((rooted - mean) @ rotation, axis=0)
    return {
        "mean": mean,
        "projection": projection,
        "halves": halves,
        "rotation": rotation,
        "thresholds": thresholds,
    }


def _turn(size: int, chance: np.random.Generator) -> NDArray[np.float64]:
    turn: NDArray[np.float64] = np.linalg.qr(chance.normal(size=(size, size)))[0]
    return turn


def _words(values: NDArray[np.float32], chance: np.random.Generator) -> NDArray[np.float64]:
    """Lloyd's rounds from a random start; a word that nothing is near to is put on a value drawn anew."""
    table = values[chance.permutation(len(values))[:WORDS]].astype(np.float64)
    for _ in range(ROUNDS):
        distances = (table**2).sum(axis=1)[None, :] - 2 * values @ table.T.astype(np.float32)
        nearest = distances.argmin(axis=1)
        counts = np.bincount(nearest, minlength=WORDS)
        sums = np.stack([np.bincount(nearest, values[:, one], WORDS) for one in range(HALF)], axis=1)
        empty = counts == 0
        table = sums / np.maximum(counts, 1)[:, None]
        table[empty] = values[chance.integers(len(values), size=int(empty.sum()))]
    return table


if __name__ == "__main__":
    main()
