"""A captured page becomes its text layer and its proposed article; refuses what is no page and what is too large."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Sequence

from counterclaim.read.documents.layer import document_layer
from counterclaim.read.layers import PageText, TextLayer
from counterclaim.read.page.article import proposals_of, roles_of_blocks, roles_of_lines
from counterclaim.read.page.decoding import Decoded, decoded
from counterclaim.read.page.dom import dom_of
from counterclaim.read.page.export import export_of, looks_like_json
from counterclaim.read.page.exported_posts import posts_of_export, roles_of_export
from counterclaim.read.page.language import language_of
from counterclaim.read.page.posts import posts_of_page, roles_with_posts
from counterclaim.read.tongues import tongue_of
from counterclaim.record.errors import MalformedError, UsageError
from counterclaim.record.layout import PrintedLine
from counterclaim.record.media import media_type_of

BYTES_MAX = 16_000_000  # a saved news page with its scripts inside is 1-5 MB
TEXT_CHARACTERS_MAX = 1_000_000  # ten times a long report; the readers are linear in it
SNIFFED_CHARACTERS = 4096
JSON_TYPE = "application/json"
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_LOOKS_LIKE_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|article|h[1-6]|meta|span|title)\b", re.IGNORECASE
)
_LANGUAGE = re.compile(r"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)
_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"%PDF", b"PK\x03\x04", b"GIF8", b"RIFF", b"\x7fELF", b"\x1f\x8b")


def page_of(
    content: bytes,
    media_type: str | None = None,
    *,
    lines: Sequence[PrintedLine] | None = None,
    recogniser: str = "a recogniser",
) -> PageText:
    """Give the text layer of a captured page, text or document, with its bytes and its proposed article.

    `media_type` may carry parameters; without it the content is looked at. Text is never normalised (offsets count
    code points of what was captured); a control character stands as U+FFFD and a note says so.
    Of a PDF its own text layer is read; `lines` are what a recogniser read in a picture or in a PDF's pages.
    Raises MalformedError for anything else than text, UsageError for more than BYTES_MAX or TEXT_CHARACTERS_MAX.
    """
    if lines is not None or content.startswith(_BINARY):
        return _document(content, lines=lines, recogniser=recogniser)
    if len(content) > BYTES_MAX:
        raise UsageError(
            f"a page of at most {BYTES_MAX} bytes",
            f"{len(content)} bytes",
            remedy="Save the page without what it embeds.",
        )
    page = decoded(content)
    kind = _kind_of(media_type, page.text)
    layer, kind = _layer_of(page, kind)
    source = page.text if kind in HTML_TYPES else ""
    return _page(content, layer, kind, page.encoding, source, notes=page.notes)


def _document(content: bytes, *, lines: Sequence[PrintedLine] | None, recogniser: str) -> PageText:
    kind = media_type_of(content)
    layer = document_layer(content, lines=lines, recogniser=recogniser, characters_max=TEXT_CHARACTERS_MAX)
    return _page(content, layer, kind, kind.rpartition("/")[2] if lines is None else "recognised", "")


def _page(
    content: bytes, layer: TextLayer, kind: str, encoding: str, source: str, *, notes: tuple[str, ...] = ()
) -> PageText:
    if len(layer.text) > TEXT_CHARACTERS_MAX:
        raise UsageError(
            f"a page of at most {TEXT_CHARACTERS_MAX} characters", f"{len(layer.text)}", remedy="Read it in parts."
        )
    language, said = _language_of(layer, source)
    controls = layer.text.count("\N{REPLACEMENT CHARACTER}")
    replaced = (
        (f"{controls} characters stand as U+FFFD: control characters or bytes that do not decode.",) if controls else ()
    )
    return PageText(
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=kind,
        encoding=encoding,
        language=language,
        dom_text=layer.text,
        starts=layer.starts,
        ends=layer.ends,
        article=layer.article,
        notes=(*notes, *layer.notes, *replaced, *said),
        boxes=layer.boxes,
        posts=layer.posts,
    )


def _kind_of(media_type: str | None, text: str) -> str:
    kind = (media_type or "").split(";")[0].strip().lower()
    if not kind:
        return "text/html" if _LOOKS_LIKE_HTML.search(text[:SNIFFED_CHARACTERS]) else "text/plain"
    if kind in HTML_TYPES or kind in {"text/plain", JSON_TYPE}:
        return kind
    raise MalformedError("text/html, application/xhtml+xml, application/json or text/plain", repr(kind))


def _layer_of(page: Decoded, kind: str) -> tuple[TextLayer, str]:
    """The layer and its media type; what is said to be plain text and is JSON throughout is read as JSON."""
    if kind in HTML_TYPES:
        return _html(page, kind), kind
    if kind == JSON_TYPE:
        return _json(page), kind
    if looks_like_json(page.text):
        try:
            return _json(page), JSON_TYPE
        except MalformedError:
            return _plain(page), kind  # a text that only begins as JSON does
    return _plain(page), kind


def _html(page: Decoded, kind: str) -> TextLayer:
    dom = dom_of(page.text, xml=kind == "application/xhtml+xml")
    text = "".join(dom.text)
    proposals, failed = proposals_of(page.text, dom)
    posts = posts_of_page(text, dom)
    return TextLayer(
        text=text,
        starts=array("I", (page.starts[index] for index in dom.starts)),
        ends=array("I", (page.ends[index - 1] for index in dom.ends)),
        article=roles_with_posts(roles_of_blocks(text, dom, proposals), posts),
        notes=(*dom.notes, *((failed,) if failed else ())),
        posts=posts,
    )


def _json(page: Decoded) -> TextLayer:
    export = export_of(page.text)
    posts = posts_of_export(export)
    return TextLayer(
        text=export.text,
        starts=array("I", (page.starts[index] for index in export.starts)),
        ends=array("I", (page.ends[index - 1] for index in export.ends)),
        article=roles_of_export(export, posts),
        notes=tuple(export.notes),
        posts=posts,
    )


def _plain(page: Decoded) -> TextLayer:
    # One code point for one: offsets stay those of the decoded file.
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", page.text)
    return TextLayer(text=text, starts=page.starts, ends=page.ends, article=roles_of_lines(text), notes=())


def _language_of(layer: TextLayer, source: str) -> tuple[str, tuple[str, ...]]:
    """The read language whose commonest words make up enough of the article; else what is declared; else unknown."""
    article = " ".join(layer.text[part.start : part.end] for part in layer.article if part.role in {"headline", "body"})
    told = language_of(article)
    if told:
        return told, ()
    declared = _LANGUAGE.search(source[:SNIFFED_CHARACTERS])
    # A declared language that is read here, over text that is not in it, is a template's; it is not believed.
    language = declared.group(1).lower() if declared and tongue_of(declared.group(1).lower()) is None else "und"
    return language, (f"The article's language ({language}) is none that names, quotations and accounts are read in.",)
