"""PolNeAR's attributions as spans of an article's text; refuses what the set does not say.

PolNeAR (Newell, Margolin and Ruths, LREC 2018) marks who is cited for which words, by hand, in US political news.
Its annotation is brat standoff: `T` lines are spans (pieces parted by `;`), `E` lines join Source, Cue and Content.
Where an article was annotated by several people the first file by name is taken.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path("PolNeAR") / "data" / "dev"
_SPAN = re.compile(r"(T\d+)\t(\S+) ([\d; ]+)\t")
Pieces = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who is cited, by which words, for what: [start, end) pieces of the article's text; `source` may be empty."""

    source: Pieces
    cue: Pieces
    content: Pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article with its attributions; `half` is 0 or 1 by the digest of its name."""

    name: str
    text: str
    half: int
    attributions: tuple[Attribution, ...]


def articles(sets: Path) -> Iterator[Article]:
    """Give the articles of the development part in the order of their names; none where the set is not there."""
    folder = sets / FOLDER
    for file in sorted((folder / "text").glob("*.txt")):
        text = file.read_bytes().decode("utf-8")
        marked = sorted((folder / "attributions").glob(f"{file.stem}_*.ann"))
        if not marked:
            continue
        half = hashlib.sha256(file.stem.encode()).digest()[0] % 2
        found = tuple(_attributions(marked[0].read_text(encoding="utf-8")))
        yield Article(name=file.stem, text=text, half=half, attributions=found)


def _attributions(annotation: str) -> Iterator[Attribution]:
    spans: dict[str, Pieces] = {}
    for line in annotation.splitlines():
        if found := _SPAN.match(line):
            pieces = (piece.split() for piece in found.group(3).split(";"))
            spans[found.group(1)] = tuple((int(start), int(end)) for start, end in pieces)
    for line in annotation.splitlines():
        if line.startswith("E"):
            rows = [part.split(":") for part in line.split("\t")[1].split()]
            kinds = {kind: tuple(p for k, t in rows if k.startswith(kind) for p in spans[t]) for kind in KINDS}
            yield Attribution(source=kinds["Source"], cue=kinds["Cue"], content=kinds["Content"])


KINDS = ("Source", "Cue", "Content")
