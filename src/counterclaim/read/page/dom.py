"""The text of a page as a reader sees it, each code point with its source; refuses what no reader sees."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from html import unescape
from html.entities import html5

from counterclaim.read.page.markup import VOID, Piece, closings, pieces_of
from counterclaim.read.page.post_words import words

LEFT_OUT = frozenset({"head", "template", "svg", "select", "datalist", "object", "audio", "video", "canvas"})
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul",
})  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
FURNITURE = frozenset({"nav", "footer", "aside", "form", "button"})
ATTRIBUTES_CHARACTERS_MAX = 2000  # of a tag that are looked at for hiding
DIGITS_MAX = 8  # longer numeric references are outside Unicode
_SPACES = " \t\n\r\f"
_REFERENCE = re.compile(r"&(?:#[0-9]{1,20};?|#[xX][0-9a-fA-F]{1,20};?|[A-Za-z][A-Za-z0-9]{1,31};?)")
_PART = re.compile(r"[ \t\n\r\f]+|&(?:#[0-9]|#[xX][0-9a-fA-F]|[A-Za-z])|[^ \t\n\r\f&]+|&")
_PERHAPS_HIDDEN = re.compile(r"hidden|none", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"?|'([^']*)'?|([^\s\"'>]+)))?")
_UNSHOWN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_MARKS = re.compile(
    r"\b(?:class|id|itemprop|rel)\s*=\s*(?:\"([^\"]{0,200})|'([^']{0,200})|([^\s>\"']{1,200}))", re.IGNORECASE
)
_CLASS = re.compile(r"\bclass\s*=\s*[\"']?([^\"'>]{0,120})", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_BYLINE = re.compile(r"\b(?:byline|author)", re.IGNORECASE)
_CAPTION = re.compile(r"caption", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch [start, end) of the text between two block breaks, and what encloses it.

    Blocks of one `kin` stand under the same chain of block elements with the same classes, as a template prints them;
    blocks of one `holder` stand in the same element.
    """

    start: int
    end: int
    tag: str
    marks: frozenset[str]
    link_characters: int
    kin: int = 0
    holder: int = 0


@dataclass(slots=True)
class PostPart:
    """A stretch [start, end) of the text in an element that pages name as a part of a post; `post` counts the posts."""

    part: str
    post: int
    start: int
    end: int = 0


@dataclass(slots=True)
class Dom:
    """The text under construction: `starts` and `ends` are offsets into the decoded page."""

    text: list[str] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("I"))
    ends: array[int] = field(default_factory=lambda: array("I"))
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    post_parts: list[PostPart] = field(default_factory=list)
    depth_max: int = 0

    def put(self, char: str, start: int, end: int) -> None:
        """Add one code point and where it comes from."""
        self.text.append(char)
        self.starts.append(start)
        self.ends.append(end)


@dataclass(slots=True)
class _Open:
    name: str
    tag: str
    marks: frozenset[str]
    kin: int = 0
    number: int = 0
    holder: int = 0
    post: int = 0
    part: PostPart | None = None


class _Builder:
    """Walk the pieces once; whitespace and breaks wait until the next visible character."""

    def __init__(self, source: str, *, xml: bool) -> None:
        self.source = source
        self.xml = xml
        self.dom = Dom()
        self.stack = [_Open("", "", frozenset())]
        self.open_names: dict[str, int] = {}
        self.kins: dict[tuple[int, str, str], int] = {}
        self.elements = 0
        self.posts = 0
        self.waiting: tuple[str, int, int] | None = None
        self.block_start = 0
        self.block_open: _Open | None = None
        self.links = 0
        self.head_seen = False

    def build(self) -> Dom:
        pieces = pieces_of(self.source, xml=self.xml)
        matched = closings(pieces)
        hidden = index = 0
        while index < len(pieces):
            piece = pieces[index]
            index += 1
            if piece.kind == "text":
                self._text(piece)
                continue
            if piece.kind in {"verbatim", "unread"}:
                self._odd(piece)
                continue
            if piece.kind == "open" and (end := self._left_out(piece, index - 1, pieces, matched)):
                hidden += piece.name not in LEFT_OUT
                self._break("\n\n" if piece.name in BLOCKS else "", piece)
                index = end
                continue
            self._tag(piece)
        self._finish_block()
        for opened in self.stack:
            self._end_part(opened)
        if hidden:
            self.dom.notes.append(f"{hidden} elements the page hides from its readers were left out.")
        return self.dom

    def _left_out(self, piece: Piece, index: int, pieces: list[Piece], matched: dict[int, int]) -> int:
        """Give the index after an element that no reader sees, or 0."""
        if piece.name in VOID or not (piece.name in LEFT_OUT or self._hides(piece)):
            return 0
        if piece.name in {"html", "body", "main", "article"}:  # some pages hide everything until their script runs
            return 0
        end = matched.get(index)
        if piece.name == "head" and not self.head_seen:
            self.head_seen = True
            for later in range(index + 1, len(pieces) if end is None else end):
                if pieces[later].kind == "open" and pieces[later].name in BLOCKS:
                    return later
        return 0 if end is None else end + 1

    def _hides(self, piece: Piece) -> bool:
        """Whether a tag hides its element. `aria-hidden` hides nothing from the eye, and a class says nothing."""
        end = min(piece.end, piece.start + ATTRIBUTES_CHARACTERS_MAX)
        if not _PERHAPS_HIDDEN.search(self.source, piece.start, end):
            return False
        for found in _ATTRIBUTE.finditer(self.source, piece.start + 1 + len(piece.name), end):
            name = found.group(1).lower()
            if name == "hidden":
                return True
            if name == "style" and _UNSHOWN.search(found.group(2) or found.group(3) or found.group(4) or ""):
                return True
        return False

    def _tag(self, piece: Piece) -> None:
        if piece.name == "br":
            # Two line breaks in a row part paragraphs, as a blank line does in plain text.
            doubled = self.waiting is not None and self.waiting[0] == "\n"
            self._break("\n\n" if doubled else "\n", piece)
            return
        if piece.name in BLOCKS:
            self._break("\n\n", piece)
        if piece.name in VOID:
            return
        if piece.kind == "open":
            self._push(piece)
        elif self.open_names.get(piece.name):
            while (closed := self.stack.pop()).name != piece.name:
                self.open_names[closed.name] -= 1
                self._end_part(closed)
            self.open_names[piece.name] -= 1
            self._end_part(closed)

    def _push(self, piece: Piece) -> None:
        parent = self.stack[-1]
        marks = set(parent.marks)
        name = piece.name
        if name == "a":
            marks.add("link")
        if name in FURNITURE:
            marks.add("furniture")
        if name in HEADINGS:
            marks.add("heading")
        if name in {"article", "main"}:
            marks.add("article")
        if name == "figcaption":
            marks.add("caption")
        if name not in {"html", "body", "main", "article"}:
            for found in _MARKS.finditer(self.source, piece.start, min(piece.end, piece.start + 1000)):
                words = found.group(1) or found.group(2) or found.group(3) or ""
                marks |= {"byline"} if _BYLINE.search(words) else set()
                marks |= {"caption"} if _CAPTION.search(words) else set()
        tag = name if name in BLOCKS else parent.tag
        frozen = parent.marks if marks == parent.marks else frozenset(marks)
        opened = _Open(name, tag, frozen, parent.kin, parent.number, parent.holder)
        if name in BLOCKS:
            self.elements += 1
            classes = _CLASS.search(self.source, piece.start, min(piece.end, piece.start + 1000))
            key = (parent.kin, name, _NUMBER.sub("#", classes.group(1)) if classes else "")
            opened.kin = self.kins.setdefault(key, len(self.kins) + 1)
            opened.number, opened.holder = self.elements, parent.number
        opened.post = parent.post
        self._start_part(piece, opened)
        self.stack.append(opened)
        self.open_names[name] = self.open_names.get(name, 0) + 1
        self.dom.depth_max = max(self.dom.depth_max, len(self.stack))

    def _start_part(self, piece: Piece, opened: _Open) -> None:
        """Note that a post, or within one a part of it, begins; what pages call them is data."""
        found = _CLASS.search(self.source, piece.start, min(piece.end, piece.start + 1000))
        part = words().part_of(piece.name, self.source[piece.start : min(piece.end, piece.start + 1000)], found)
        if part == "post":
            self.posts += 1
            opened.post = self.posts
        if part and opened.post:
            opened.part = PostPart(part, opened.post, len(self.dom.text))
            self.dom.post_parts.append(opened.part)

    def _end_part(self, closed: _Open) -> None:
        if closed.part is not None:
            closed.part.end = len(self.dom.text)

    def _break(self, kind: str, piece: Piece) -> None:
        if kind and (self.waiting is None or len(kind) > self.waiting[0].count("\n")):
            self.waiting = (kind, piece.start, piece.end)

    def _odd(self, piece: Piece) -> None:
        if piece.kind == "unread":
            what = f"A {piece.name} is never closed; the {piece.end - piece.start} characters after it are no text"
            self.dom.notes.append(what + ", as in a browser.")
            return
        for at in range(piece.start, piece.end):
            char = self.source[at]
            if char not in _SPACES:
                self._visible(_shown(char), at, at + 1)
            elif self.waiting is None:
                self.waiting = (" ", at, at + 1)

    def _text(self, piece: Piece) -> None:
        at = piece.start
        while at < piece.end:
            part = _PART.match(self.source, at, piece.end)
            if part is None:
                break
            first = part.group()[0]
            if first in _SPACES:
                if self.waiting is None:
                    self.waiting = (" ", at, part.end())
                at = part.end()
            elif first == "&" and (reference := _REFERENCE.match(self.source, at, piece.end)):
                at = self._reference(reference.group(), at)
            else:
                for offset, char in enumerate(part.group()):
                    self._visible(_shown(char), at + offset, at + offset + 1)
                at = part.end()

    def _reference(self, reference: str, at: int) -> int:
        meaning, length = meaning_of(reference)
        for char in meaning:
            self._visible(_shown(char), at, at + length)
        return at + length

    def _visible(self, char: str, start: int, end: int) -> None:
        dom = self.dom
        if self.waiting is not None:
            kind, *source = self.waiting
            self.waiting = None
            if dom.text:
                if kind == "\n\n":
                    self._finish_block()
                for space in kind:
                    dom.put(space, source[0], source[1])
                if kind == "\n\n":
                    self.block_start, self.block_open, self.links = len(dom.text), None, 0
        if self.block_open is None:
            self.block_open = self.stack[-1]
        self.links += "link" in self.stack[-1].marks
        dom.put(char, start, end)

    def _finish_block(self) -> None:
        end = len(self.dom.text)
        if self.block_open is not None and end > self.block_start:
            found = self.block_open
            marks = found.marks - {"link"}
            block = Block(self.block_start, end, found.tag, marks, self.links, kin=found.kin, holder=found.holder)
            self.dom.blocks.append(block)


def _shown(char: str) -> str:
    """Give the character, or U+FFFD for a control character, which neither XML nor a database can keep."""
    return "\N{REPLACEMENT CHARACTER}" if char < " " or "\x7f" <= char < "\xa0" else char


def meaning_of(reference: str) -> tuple[str, int]:
    """Give what a character reference stands for and how many characters of it count (HTML standard, 13.2.5.72)."""
    if reference.startswith("&#"):
        digits = reference.strip("&#xX;")
        value = unescape(reference) if len(digits.lstrip("0")) <= DIGITS_MAX else "\N{REPLACEMENT CHARACTER}"
        return value or "\N{REPLACEMENT CHARACTER}", len(reference)
    name = reference[1:]
    for length in range(len(name), 1, -1):
        if name[:length] in html5:
            return html5[name[:length]], length + 1
    return "&", 1


def dom_of(source: str, *, xml: bool = False) -> Dom:
    """Give the visible text of an HTML page; blocks are parted by one blank line, spaces in a row are one space."""
    return _Builder(source, xml=xml).build()
