"""HTML cut into tags and text by one linear scan; refuses recursion, so that no nesting can exhaust it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# A quoted '>' is honoured within this many characters of a tag; beyond it the next '>' ends the tag. It bounds the
# work on a page of unclosed quotes, and a real tag whose quoted '>' stands later has not been seen.
TAG_QUOTED_CHARACTERS_MAX = 16_384
RAW = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes", "noscript", "textarea", "title"})
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})  # fmt: skip
_TAG_BODY = re.compile(r"(?:[^>\"']|\"[^\"]*\"|'[^']*')*+>")
_CDATA = "<![CDATA["
_SHORT_COMMENT = re.compile(r"<!---?>")
_COMMENT_END = re.compile(r"--!?>")
_NAME = re.compile(r"</?([A-Za-z][^\s/>]{0,60})")


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch [start, end) of the decoded page: text, an opening tag or a closing tag with its lower-case name.

    `verbatim` is text in which no reference counts (a CDATA section of XHTML); `unread` is a comment, script or style
    that is never closed and takes the rest of the page with it, as in a browser.
    """

    kind: Literal["text", "verbatim", "open", "close", "unread"]
    start: int
    end: int
    name: str = ""


def pieces_of(source: str, *, xml: bool = False) -> list[Piece]:
    """Cut a page into pieces, in order. Comments, declarations and the content of raw elements give none.

    In XHTML (`xml`) a CDATA section is text; in HTML it is a comment that ends at the first '>', as the HTML
    standard reads it (13.2.5.42).
    """
    pieces: list[Piece] = []
    unclosed: set[str] = set()
    at = text_from = 0
    while (at := source.find("<", at)) >= 0:
        end, piece = _cdata_at(source, at) if xml and source.startswith(_CDATA, at) else _markup_at(source, at)
        if end == 0:
            at += 1
            continue
        if at > text_from:
            pieces.append(Piece("text", text_from, at))
        if piece:
            pieces.append(piece)
            if piece.kind == "open" and piece.name in RAW and piece.name not in unclosed:
                end = _past_raw(source, piece, unclosed)
                if piece.name in unclosed and end == len(source) > piece.end:
                    pieces.append(Piece("unread", piece.end, end, piece.name))
        at = text_from = end
    if text_from < len(source):
        pieces.append(Piece("text", text_from, len(source)))
    return pieces


def _cdata_at(source: str, at: int) -> tuple[int, Piece]:
    start = at + len(_CDATA)
    close = source.find("]]>", start)
    end = len(source) if close < 0 else close
    return min(len(source), end + 3), Piece("verbatim", start, end)


def _markup_at(source: str, at: int) -> tuple[int, Piece | None]:
    """Give the end of the markup that starts at `at`, and its piece if it is a tag; end 0 if it is only a '<'."""
    if source.startswith("<!--", at):
        return _comment_at(source, at)
    name = _NAME.match(source, at)
    if name is None and not source.startswith(("<!", "<?", "</"), at):
        return 0, None
    end = source.find(">", at)
    if end < 0:
        return (len(source), None) if name else (0, None)
    if name is None:
        return end + 1, None
    whole = _TAG_BODY.match(source, name.end(), min(len(source), name.end() + TAG_QUOTED_CHARACTERS_MAX))
    close = source.startswith("</", at)
    end = end + 1 if whole is None else whole.end()
    return end, Piece("close" if close else "open", at, end, name.group(1).lower())


def _comment_at(source: str, at: int) -> tuple[int, Piece | None]:
    """A comment ends with -->, with --!>, or at once as <!--> and <!---> do (HTML standard, 13.2.5.43 to 13.2.5.51)."""
    if short := _SHORT_COMMENT.match(source, at):
        return short.end(), None
    if end := _COMMENT_END.search(source, at + 4):
        return end.end(), None
    return len(source), Piece("unread", at, len(source), "comment")


def _past_raw(source: str, piece: Piece, unclosed: set[str]) -> int:
    """Give the offset after a raw element. A script or style never closed swallows the rest, as in a browser."""
    found = re.compile(rf"</{piece.name}(?=[\s/>])[^>]*>?", re.IGNORECASE).search(source, piece.end)
    if found:
        return found.end()
    unclosed.add(piece.name)
    return len(source) if piece.name in {"script", "style"} else piece.end


def closings(pieces: list[Piece]) -> dict[int, int]:
    """Match each opening piece's index with its closing piece's index, by name; an element never closed is absent."""
    waiting: dict[str, list[int]] = {}
    matched: dict[int, int] = {}
    for index, piece in enumerate(pieces):
        if piece.kind == "open" and piece.name not in VOID:
            waiting.setdefault(piece.name, []).append(index)
        elif piece.kind == "close" and waiting.get(piece.name):
            matched[waiting[piece.name].pop()] = index
    return matched
