"""The text layer of a document or a picture; refuses a picture that no recogniser has read."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from counterclaim.read.documents.composing import composed
from counterclaim.read.documents.docx import written_document
from counterclaim.read.documents.pdf import printed_document
from counterclaim.read.layers import TextLayer
from counterclaim.record.errors import MalformedError, UsageError
from counterclaim.record.layout import PrintedLine
from counterclaim.record.media import DOCX, media_type_of

DOCUMENT_BYTES_MAX = 200_000_000  # a scanned file of several hundred pages is 50-100 MB
RECOGNISED_NOTE = "The words were read off a picture by {}; letters may be misread, and each line has its box."
WHOLE_FILE_NOTE = "A letter has no bytes of its own here: each maps to the whole file, and each line to its box."


class NeedsRecogniserError(MalformedError):
    """A picture, or a document of pictures: its words must be recognised before they can be read."""


def document_layer(
    content: bytes, *, lines: Sequence[PrintedLine] | None, recogniser: str, characters_max: int
) -> TextLayer:
    """Give the text layer of a PDF, a DOCX, or of whatever a recogniser read as `lines`.

    Raises MalformedError for another format, NeedsRecogniserError for a picture or a PDF of pictures without
    `lines`, UsageError past DOCUMENT_BYTES_MAX.
    """
    if len(content) > DOCUMENT_BYTES_MAX:
        raise UsageError(
            f"a document of at most {DOCUMENT_BYTES_MAX} bytes", f"{len(content)} bytes", remedy="Read it in parts."
        )
    media_type = media_type_of(content)
    if lines is not None:
        return _laid_out(content, lines, (RECOGNISED_NOTE.format(recogniser),))
    if media_type == "application/pdf":
        printed = printed_document(content, characters_max=characters_max)
        if not printed.lines:
            raise NeedsRecogniserError("a PDF with a text layer", f"{printed.pages} pages without text")
        return _laid_out(content, printed.lines, printed.notes)
    if media_type == DOCX:
        return written_document(content)
    if media_type.startswith("image/"):
        raise NeedsRecogniserError("a text, a page or a document", "a picture whose text no recogniser has read")
    raise MalformedError("a text, a page, a PDF or a DOCX", f"the bytes of another file format ({media_type})")


def _laid_out(content: bytes, lines: Sequence[PrintedLine], notes: tuple[str, ...]) -> TextLayer:
    layout = composed(lines)
    count = len(layout.text)
    return TextLayer(
        text=layout.text,
        starts=array("I", [0]) * count,
        ends=array("I", [len(content)]) * count,
        article=layout.article,
        notes=(*notes, WHOLE_FILE_NOTE),
        boxes=layout.boxes,
    )
