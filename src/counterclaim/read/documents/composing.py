"""Printed lines joined to paragraphs; refuses to lose the hyphen or the line a letter came from.

What is joined is a proposal of layout: a space stands where a line ended within a paragraph, a blank line where a
paragraph did, and nothing after a hyphen at a line's end. The hyphen itself stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from counterclaim.read.page.article import roles_of_lines
from counterclaim.record.account import Range
from counterclaim.record.layout import PrintedLine, TextBox

GAP_TENTHS_MAX = 6  # of a line's height: text is set with leading up to 1.6, paragraphs are parted by more
PITCH_TENTHS_MAX = 13  # of the page's usual distance from line to line: a text set wide is no list of paragraphs
INDENT_TENTHS_MIN = 8  # of a line's height
HEIGHT_TENTHS_MAX = 3  # by which the heights of two lines of one paragraph differ at most
SHORT_TENTHS_MAX = 8  # of the paragraph's width: a line that ends a sentence before here ends its paragraph
REPEATED_PAGES_MIN = 3  # a line at the edge of so many pages belongs to the pages, not to the text
EDGE_LINES = 2  # at the head and at the foot of a page
_ENDS_SENTENCE = re.compile(r"[.!?…:;][\"”’»)\]]*\s*\Z")
_HYPHEN = re.compile(r"[^\W\d_][-‐\u00ad]\Z")
_PAGE_NUMBER = re.compile(r"\W*(?:\w+\W+)?\d{1,4}(?:\W+(?:\w+\W+)?\d{1,4})?\W*")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The text of a document, the box of each of its lines, and the role of each of its paragraphs."""

    text: str
    boxes: tuple[TextBox, ...]
    article: tuple[Range, ...]


def composed(lines: Sequence[PrintedLine]) -> Composed:
    """Join lines to paragraphs; running heads and page numbers are put behind the text as boilerplate."""
    kept = [line for line in lines if line.text.strip()]
    repeated = _repeated(kept)
    prose = [line for index, line in enumerate(kept) if index not in repeated]
    furniture = [line for index, line in enumerate(kept) if index in repeated]
    pitches = _pitches(prose)
    boxes: list[TextBox] = []
    widest = 0
    parts: list[str] = []
    at = 0
    for index, line in enumerate(prose):
        joint = _joint(prose[index - 1], line, widest, pitches.get(line.page, 0)) if index else ""
        widest = max(0 if joint == "\n\n" else widest, line.width)
        parts += [joint, line.text]
        at += len(joint)
        boxes.append(_box(line, at))
        at += len(line.text)
    text = "".join(parts)
    article = roles_of_lines(text)
    for line in furniture:
        text += "\n\n" if text else ""
        boxes.append(_box(line, len(text)))
        article = (*article, Range(start=len(text), end=len(text) + len(line.text), role="boilerplate"))
        text += line.text
    return Composed(text=text, boxes=tuple(boxes), article=article)


def _box(line: PrintedLine, at: int) -> TextBox:
    return TextBox(
        start=at, end=at + len(line.text), page=line.page, x=line.x, y=line.y, width=line.width, height=line.height
    )


def _pitches(lines: Sequence[PrintedLine]) -> dict[int, int]:
    """The usual distance from one line to the next on each page."""
    found: dict[int, list[int]] = {}
    for before, line in pairwise(lines):
        if before.page == line.page and line.y > before.y + before.height // 2:
            found.setdefault(line.page, []).append(line.y - before.y)
    return {page: sorted(each)[(len(each) - 1) // 2] for page, each in found.items()}


def _joint(before: PrintedLine, line: PrintedLine, widest: int, pitch: int) -> str:
    """What stands between two lines: nothing after a hyphen, a space within a paragraph, else a blank line."""
    within = "" if _HYPHEN.search(before.text) and line.text[:1].islower() else " "
    if before.page != line.page:
        goes_on = not _ENDS_SENTENCE.search(before.text) and line.text[:1].islower()
        return within if goes_on else "\n\n"
    height = max(before.height, line.height, 1)
    gap = line.y - (before.y + before.height)
    same_line = abs(line.y - before.y) * 10 <= height * HEIGHT_TENTHS_MAX
    if same_line:
        return within
    wide = gap * 10 > height * GAP_TENTHS_MAX and (line.y - before.y) * 10 > pitch * PITCH_TENTHS_MAX
    apart = wide or line.y + line.height < before.y
    unlike = abs(before.height - line.height) * 10 > height * HEIGHT_TENTHS_MAX
    ended = _ENDS_SENTENCE.search(before.text) is not None
    short = ended and before.width * 10 < widest * SHORT_TENTHS_MAX
    indented = ended and (line.x - before.x) * 10 >= height * INDENT_TENTHS_MIN
    return "\n\n" if apart or unlike or short or indented else within


def _repeated(lines: Sequence[PrintedLine]) -> set[int]:
    """The lines at the edges of pages that stand on several pages alike but for their numbers, and page numbers."""
    by_page: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        by_page.setdefault(line.page, []).append(index)
    if len(by_page) < REPEATED_PAGES_MIN:
        return set()
    edges = {index for page in by_page.values() for index in (*page[:EDGE_LINES], *page[-EDGE_LINES:])}
    alike = Counter(_DIGITS.sub("#", lines[index].text.strip()) for index in edges)
    return {
        index
        for index in edges
        if alike[_DIGITS.sub("#", lines[index].text.strip())] >= REPEATED_PAGES_MIN
        or _PAGE_NUMBER.fullmatch(lines[index].text.strip())
    }
