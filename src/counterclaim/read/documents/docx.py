"""The text of a DOCX with the bytes of its part; refuses to read as text what a tracked change took out."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from array import array
from dataclasses import dataclass, field, replace

from counterclaim.read.layers import TextLayer
from counterclaim.read.page.article import roles_of_lines
from counterclaim.read.page.decoding import Decoded, decoded
from counterclaim.read.page.markup import Piece, pieces_of
from counterclaim.record.account import Range, Role
from counterclaim.record.errors import MalformedError, UsageError

PART = "word/document.xml"  # ECMA-376 part 1, 11.3.10: the main document story
PART_BYTES_MAX = 32_000_000  # a part of a thousand pages is some 10 MB; a zip may promise petabytes
# What zipfile raises over hostile bytes: broken tables, a missing part, a password, an unknown compression.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError, ValueError, OSError,
)  # fmt: skip
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos);")
_NO_LETTER = "\N{REPLACEMENT CHARACTER}"
_STYLE = re.compile(r"w:val\s*=\s*[\"']([^\"']{1,60})")
_BREAKS = {"w:br": "\n", "w:cr": "\n", "w:tab": "\t", "w:nobreakhyphen": "\N{NON-BREAKING HYPHEN}"}
_HEADINGS = ("heading", "title", "başlıq", "başlık", "заголовок")


@dataclass(slots=True)
class _Draft:
    """The text so far; `into` collects runs of text, and is off within what was taken out."""

    source: Decoded
    letters: list[str] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("I"))
    ends: array[int] = field(default_factory=lambda: array("I"))
    paragraphs: list[tuple[int, int, Role]] = field(default_factory=list)
    begins: int = 0
    style: str = ""
    taken_out: int = 0

    def put(self, letter: str, left: int, right: int) -> None:
        """Add one code point that came from the decoded characters [left, right)."""
        self.letters.append(letter)
        self.starts.append(self.source.starts[left])
        self.ends.append(self.source.ends[right - 1])

    def run(self, left: int, right: int) -> None:
        """Add the characters of a text run, its character references resolved."""
        text = self.source.text
        at = left
        for found in _REFERENCE.finditer(text, left, right):
            for index in range(at, found.start()):
                self.put(text[index], index, index + 1)
            letter = html.unescape(found.group())
            self.put(letter if len(letter) == 1 else _NO_LETTER, found.start(), found.end())
            at = found.end()
        for index in range(at, right):
            self.put(text[index], index, index + 1)

    def end_paragraph(self, piece: Piece) -> None:
        """Close the paragraph, and part it from the next."""
        text = "".join(self.letters[self.begins :])
        if text.strip():
            left = self.begins + len(text) - len(text.lstrip())
            role: Role = "headline" if self.style.lower().startswith(_HEADINGS) else "body"
            self.paragraphs.append((left, left + len(text.strip()), role))
        self.put("\n", piece.start, piece.end)
        self.begins, self.style = len(self.letters), ""


def written_document(content: bytes) -> TextLayer:
    """Read the main story of a DOCX (ECMA-376 part 1, 17.3); offsets map to bytes of PART, uncompressed.

    What a tracked change took out is not text and is counted in a note; what one put in is text. Footnotes, comments
    and headers stand in other parts and are not read; a note says that they are there.
    Raises MalformedError for bytes that are no DOCX, UsageError for a part beyond PART_BYTES_MAX.
    """
    part, notes = _part_of(content)
    source = decoded(part)
    draft = _Draft(source)
    inside, removed = False, 0
    for piece in pieces_of(source.text):
        if piece.name in {"w:del", "w:movefrom"}:
            # An empty element opens nothing.
            empty = source.text[piece.start : piece.end].endswith("/>")
            removed += (piece.kind == "open" and not empty) - (piece.kind == "close")
        elif piece.name in {"w:t", "w:deltext"}:
            inside = piece.kind == "open" and not source.text[piece.start : piece.end].endswith("/>")
        elif piece.kind == "text" and inside:
            if removed > 0:
                draft.taken_out += piece.end - piece.start
            else:
                draft.run(piece.start, piece.end)
        elif piece.kind == "open" and piece.name in _BREAKS and removed <= 0:
            draft.put(_BREAKS[piece.name], piece.start, piece.end)
        elif piece.kind == "open" and piece.name == "w:pstyle":
            style = _STYLE.search(source.text, piece.start, piece.end)
            draft.style = style.group(1) if style else ""
        elif piece.kind == "close" and piece.name == "w:p":
            draft.end_paragraph(piece)
    return _finished(draft, (*notes, *source.notes))


def _finished(draft: _Draft, notes: tuple[str, ...]) -> TextLayer:
    text = "".join(letter if letter.isprintable() or letter in "\n\t" else _NO_LETTER for letter in draft.letters)
    article = tuple(Range(start=start, end=end, role=role) for start, end, role in draft.paragraphs)
    if draft.taken_out:
        notes = (*notes, f"{draft.taken_out} characters were taken out by tracked changes; they are not read.")
    return TextLayer(
        text=text,
        starts=draft.starts,
        ends=draft.ends,
        article=article if any(part.role == "headline" for part in article) else _headed(text, article),
        notes=(f"Offsets map to bytes of the part {PART} inside the document.", *notes),
    )


def _headed(text: str, article: tuple[Range, ...]) -> tuple[Range, ...]:
    """A document without heading styles: the lines before its first paragraph, as in a plain text."""
    roles = {(part.start, part.end): part.role for part in roles_of_lines(text)}
    return tuple(replace(part, role=roles.get((part.start, part.end), part.role)) for part in article)


def _part_of(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            with archive.open(PART) as part:
                data = part.read(PART_BYTES_MAX + 1)
    except _UNREADABLE as error:
        raise MalformedError(f"a DOCX with the part {PART}", f"{type(error).__name__}: {error}") from error
    if len(data) > PART_BYTES_MAX:
        raise UsageError(f"a text part of at most {PART_BYTES_MAX} bytes", "more", remedy="Read it in parts.")
    others = {"footnotes": "footnotes", "endnotes": "endnotes", "comments": "comments", "header": "headers"}
    there = [said for stem, said in others.items() if any(name.startswith(f"word/{stem}") for name in names)]
    return data, ((f"The document also has {', '.join(there)}; they are not read.",) if there else ())
