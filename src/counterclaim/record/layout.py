"""Where a stretch of text stands on a printed page or in a picture; refuses nothing: it is read off, never reckoned."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBox:
    """One printed line: the code points [start, end) of the document text and the box they stand in.

    `page` counts from 1. In a picture x, y, width and height are pixels of the upright picture; on the page of a
    document they are hundredths of a point (1/7200 inch). The origin is the upper left corner.
    """

    start: int
    end: int
    page: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLine:
    """One line as a document prints it or a recogniser reads it, before lines are joined to paragraphs."""

    text: str
    page: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The lines read off a picture or off a document's pages, how many stayed unread, and which recogniser read."""

    lines: tuple[PrintedLine, ...]
    unread: int
    recogniser: str
