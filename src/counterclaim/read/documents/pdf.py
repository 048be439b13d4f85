"""The printed lines of a PDF, each with its page and box; refuses to guess the letter of a glyph that names none."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from counterclaim.record.errors import MalformedError, UsageError
from counterclaim.record.layout import PrintedLine

PAGES_MAX = 2000
HUNDREDTHS = 100  # of a point
_LINE_ENDS = frozenset({0x0A, 0x0D})
_HYPHEN_AT_LINE_END = 0x02  # what PDFium gives for a hyphen that parts a word between two lines
_NO_LETTER = "\N{REPLACEMENT CHARACTER}"
_INVISIBLE = 3  # ISO 32000-1, table 106: neither filled nor stroked
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDocument:
    """The lines of a document in the order it draws them, how many pages it has, and what was noticed."""

    lines: tuple[PrintedLine, ...]
    pages: int
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Counted:
    letters: int = 0
    unnamed: int = 0
    invisible: int = 0
    empty_pages: int = 0


def printed_document(content: bytes, *, characters_max: int) -> PrintedDocument:
    """Read a PDF's own text layer with PDFium (ISO 32000-1, 14.8.2: text extraction).

    A glyph whose font names no character becomes U+FFFD. Text that is drawn invisibly is read and counted in a note,
    for it is either a scanner's recognition or hidden. The order is that in which the document draws; a page of
    several columns that draws across them is read across. A page that is a picture gives no line.
    Raises MalformedError for bytes that are no PDF or are locked by a password, UsageError past PAGES_MAX pages
    or `characters_max` characters.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise MalformedError("a PDF that opens without a password", str(error)) from error
    try:
        pages = len(document)
        if pages > PAGES_MAX:
            raise UsageError(f"a PDF of at most {PAGES_MAX} pages", f"{pages}", remedy="Read it in parts.")
        counted, lines = _Counted(), []
        for number in range(pages):
            found = _lines_of_page(document, number, counted)
            counted.empty_pages += not found
            lines.extend(found)
            if counted.letters > characters_max:
                raise UsageError(f"a text of at most {characters_max} characters", "more", remedy="Read it in parts.")
        return PrintedDocument(lines=tuple(lines), pages=pages, notes=_notes(counted, pages))
    finally:
        document.close()


def _notes(counted: _Counted, pages: int) -> tuple[str, ...]:
    notes = ["Offsets count the text as this program joined its printed lines; each line has its page and box."]
    if counted.unnamed:
        notes.append(f"{counted.unnamed} glyphs name no character; each stands as U+FFFD.")
    if counted.invisible:
        notes.append(
            f"{counted.invisible} characters are drawn invisibly: a scanner's own recognition, or text that was hidden."
        )
    if counted.empty_pages:
        notes.append(f"{counted.empty_pages} of {pages} pages hold no text; what they show was not read.")
    return tuple(notes)


def _lines_of_page(document: pypdfium2.PdfDocument, number: int, counted: _Counted) -> list[PrintedLine]:
    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []  # a broken page among whole ones; counted as a page without text
    width, height = page.get_size()
    lines: list[tuple[list[str], _Box]] = []
    letters: list[str] = []
    box = _Box()
    for index, letter in enumerate(_letters(text_page, counted)):
        if letter == "\n":
            lines.append((letters, box))
            letters, box = [], _Box()
            continue
        letters.append(letter)
        if not letter.isspace():
            box.add(text_page, index)
    lines.append((letters, box))
    size = (round(width * HUNDREDTHS), round(height * HUNDREDTHS))
    return [
        box.line("".join(letters).strip(), page, number + 1, size)
        for letters, box in lines
        if box.known and "".join(letters).strip()
    ]


def _letters(text_page: pypdfium2.PdfTextPage, counted: _Counted) -> Iterator[str]:
    """One letter for each character index of the page; a line feed where PDFium ends a line."""
    for index in range(text_page.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        counted.letters += 1
        if code in _LINE_ENDS:
            yield "\n"
        elif code == _HYPHEN_AT_LINE_END:
            yield "-"
        elif code == 0 or code in _SURROGATES or pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1:
            counted.unnamed += 1
            yield _NO_LETTER
        else:
            letter = chr(code)
            counted.invisible += not letter.isspace() and _is_invisible(text_page, index)
            yield letter if letter.isprintable() or letter.isspace() else _NO_LETTER


def _is_invisible(text_page: pypdfium2.PdfTextPage, index: int) -> bool:
    drawn = pdfium.FPDFText_GetTextObject(text_page, index)
    return bool(drawn) and pdfium.FPDFTextObj_GetTextRenderMode(drawn) == _INVISIBLE


class _Box:
    """The box around the letters of one line, in the page's own coordinates (points, from the lower left)."""

    def __init__(self) -> None:
        self.known = False
        self.left = self.bottom = self.right = self.top = 0.0

    def add(self, text_page: pypdfium2.PdfTextPage, index: int) -> None:
        """Widen the box by one letter."""
        rectangle = pdfium.FS_RECTF()
        if not pdfium.FPDFText_GetLooseCharBox(text_page, index, rectangle):
            return
        if not self.known:
            self.known = True
            self.left, self.right = rectangle.left, rectangle.right
            self.bottom, self.top = rectangle.bottom, rectangle.top
            return
        self.left, self.right = min(self.left, rectangle.left), max(self.right, rectangle.right)
        self.bottom, self.top = min(self.bottom, rectangle.bottom), max(self.top, rectangle.top)

    def line(self, text: str, page: pypdfium2.PdfPage, number: int, size: tuple[int, int]) -> PrintedLine:
        """Give the line with its box as the page is shown: turned, and from the upper left."""
        corners = [_shown(page, size, x, y) for x, y in ((self.left, self.top), (self.right, self.bottom))]
        (x0, y0), (x1, y1) = corners
        return PrintedLine(
            text=text, page=number, x=min(x0, x1), y=min(y0, y1), width=abs(x1 - x0), height=abs(y1 - y0)
        )


def _shown(page: pypdfium2.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
    return across.value, down.value
