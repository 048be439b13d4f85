"""The text layer of a page and its way back to the captured bytes; refuses a character without its bytes."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from counterclaim.record.account import DocumentText, Range
from counterclaim.record.errors import MalformedError
from counterclaim.record.layout import TextBox
from counterclaim.record.post import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLayer:
    """What one way of reading bytes gives, before the page is described: see PageText for each field."""

    text: str
    starts: array[int]
    ends: array[int]
    article: tuple[Range, ...]
    notes: tuple[str, ...]
    boxes: tuple[TextBox, ...] = ()
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """The decoded text of one captured page, with the captured byte range of every code point.

    `starts[i]` and `ends[i]` are the byte range [start, end) that gave code point `i` of `dom_text`; a line
    break put between two blocks has the bytes of the tag that parts them. `article` says which stretches are
    headline, body, caption, byline or boilerplate. `notes` are sentences on what was decided in reading the
    bytes (encoding, what was left out); a surface prints them as warnings. `boxes` give the lines of a printed
    document or a picture their page and place; such a text has no bytes of its own, and each of its code points
    has the whole file's. `posts` are those that the page's or the export's own structure parts from each other.
    """

    sha256: str
    media_type: str
    encoding: str
    language: str
    dom_text: str
    starts: array[int]
    ends: array[int]
    article: tuple[Range, ...]
    notes: tuple[str, ...]
    boxes: tuple[TextBox, ...] = ()
    posts: tuple[Post, ...] = ()

    def byte_span(self, start: int, end: int) -> tuple[int, int]:
        """Give the captured byte range of the code points [start, end). Raises MalformedError outside the text."""
        if not 0 <= start <= end <= len(self.dom_text):
            raise MalformedError(f"offsets within 0..{len(self.dom_text)}", f"[{start}, {end})")
        if start == end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]

    def document(self) -> DocumentText:
        """Give the noun a reading rests on."""
        return DocumentText(
            sha256=self.sha256,
            media_type=self.media_type,
            language=self.language,
            characters=len(self.dom_text),
            dom_text=self.dom_text,
            boxes=self.boxes,
            notes=self.notes,
        )
