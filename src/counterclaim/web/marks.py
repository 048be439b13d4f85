"""Cuts a text where its marked passages begin and end, so that marks may overlap; refuses to change a character."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from counterclaim.record.account import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A passage [start, end) of the text, what it is (a style's name), the id it leads to and its anchor."""

    start: int
    end: int
    style: str
    id: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch over which the same marks hold, and the marks that begin and end with it."""

    text: str
    styles: tuple[str, ...]
    opens: tuple[Marked, ...]
    closes: tuple[Marked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One range of the page with its role; `aside` where it is no part of the proposed article."""

    role: str
    aside: bool
    segments: tuple[Segment, ...]


def blocks_of(text: str, ranges: Sequence[Range], marks: Sequence[Marked]) -> Iterator[Block]:
    """The page's ranges in order, each cut into segments; what lies between ranges follows as `between`.

    Joined, the segments' texts are the text, code point for code point, white space between ranges excepted.
    """
    at = 0
    for part in sorted(ranges, key=lambda part: (part.start, part.end)):
        start = max(at, part.start)
        if text[at:start].strip():
            yield Block(role="between", aside=True, segments=tuple(segments_of(text, at, start, marks)))
        if start < part.end:
            aside = part.role == "boilerplate"
            yield Block(role=part.role, aside=aside, segments=tuple(segments_of(text, start, part.end, marks)))
            at = part.end
    if text[at:].strip():
        yield Block(role="between", aside=bool(ranges), segments=tuple(segments_of(text, at, len(text), marks)))


def segments_of(text: str, start: int, end: int, marks: Iterable[Marked]) -> Iterator[Segment]:
    """The stretch [start, end) cut at every edge of a mark."""
    here = [mark for mark in marks if mark.start < end and start < mark.end]
    edges = {start, end} | {mark.start for mark in here} | {mark.end for mark in here}
    cuts = sorted(edge for edge in edges if start <= edge <= end)
    for first, last in pairwise(cuts):
        over = [mark for mark in here if mark.start <= first and last <= mark.end]
        yield Segment(
            text=text[first:last],
            styles=tuple(dict.fromkeys(mark.style for mark in over)),
            opens=tuple(mark for mark in over if mark.start == first),
            closes=tuple(mark for mark in over if mark.end == last),
        )
