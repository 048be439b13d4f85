"""Whether a document is a body's own, by the lines that head it; refuses to guess where a reporter or a paper signs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from counterclaim.read.lexicon import lexicon_of
from counterclaim.record.account import EntityType, Reading
from counterclaim.record.passage import Span

HEAD_LINES_MAX = 12  # a letterhead with date, number and subject is seldom longer
BODY_WORDS_MAX = 14  # `Office of the Prosecutor General of the Republic of X`
MARK_WORDS_MAX = 10
PROSE_WORDS_MIN = 8
_LINKS = frozenset({"of", "the", "for", "and", "on", "in", "de", "la", "du", "del", "’s", "s"})
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_OF_BODY = re.compile(
    r"(?:press |official |media |joint )?(?:statement|communiqué|communique|release|note|notice)"
    r"(?: no\.? ?\d+)? (?:of|by|from) (?:the )?(?P<body>.+?)(?:,? (?:on|regarding|concerning|in connection with) .+)?",
    re.IGNORECASE,
)
_PROSE_END = re.compile(r"[.!?…:][\"”’»)\]]*\s*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The body whose document it is, as its heading prints it, and its kind, and the `lines` that say so."""

    body: Span
    kind: EntityType
    lines: tuple[Span, ...]


def letterhead_of(reading: Reading) -> Letterhead | None:
    """Give the body that heads a document as its own: its name on one line and, on another, that this is its release.

    Also `Statement of the X` on a line of its own. None where a writer signs, where the name is a paper's, or where
    the heading leaves it open.
    """
    lines = _lines(reading)
    if lines is None:
        return None
    for line in lines:
        found = _OF_BODY.fullmatch(line.text)
        if found and (kind := _kind_of(found.group("body"))):
            return Letterhead(body=_part(line, *found.span("body")), kind=kind, lines=(line,))
    marks = lexicon_of("en").pattern("document_marks")
    marked = [n for n, line in enumerate(lines) if marks.match(line.text) and len(line.text.split()) <= MARK_WORDS_MAX]
    for number, line in enumerate(lines):
        # The name stands above the mark that makes the sheet its own, or right below it.
        if number not in marked and any(number < mark or number == mark + 1 for mark in marked):
            kind = _kind_of(line.text)
            if kind:
                return Letterhead(body=line, kind=kind, lines=(line, *(lines[mark] for mark in marked)))
    return None


def _lines(reading: Reading) -> list[Span] | None:
    """The lines above the first prose; None where a byline names a writer."""
    text = reading.document.dom_text
    plain = reading.document.media_type == "text/plain"
    out: list[Span] = []
    for part in reading.article:
        if part.role == "byline" and re.match(r"by\s", text[part.start : part.end], re.IGNORECASE):
            return None
        if part.role == "boilerplate" and not plain:
            continue  # a site's own furniture heads every page of it
        piece = text[part.start : part.end]
        if len(piece.split()) >= PROSE_WORDS_MIN and _PROSE_END.search(piece):
            break
        at = part.start
        for raw in piece.split("\n"):
            start = at + len(raw) - len(raw.lstrip())
            at += len(raw) + 1
            if raw.strip():
                out.append(Span(start=start, end=start + len(raw.strip()), text=raw.strip()))
        if len(out) > HEAD_LINES_MAX:
            break
    return out[:HEAD_LINES_MAX]


def _kind_of(name: str) -> EntityType | None:
    """The kind of a body by the words of its name; None for a paper, a person or a sentence."""
    words = _WORD.findall(name)
    if not 2 <= len(words) <= BODY_WORDS_MAX or re.search(r"[.!?:;“”\"«»–—]", name):  # noqa: PLR2004  # one word names no body
        return None
    if any(not word[0].isupper() and word.lower() not in _LINKS for word in words):
        return None
    low = {word.lower() for word in words} | {re.sub(r"[’']s\Z", "", word.lower()) for word in words}
    heads = lexicon_of("en").table("heads")

    def named(kind: str) -> bool:
        return any(set(head.lower().split()) <= low for head in heads[kind])

    if named("public_body"):
        return "public_body"
    if named("court"):
        return "court"
    if named("media"):
        return None
    if named("organization"):
        return "organization"
    # `X OF THE Y OF Z` in capitals above "Press service": a body, of whatever kind.
    return "public_body" if name.isupper() and "of" in low else None


def _part(line: Span, start: int, end: int) -> Span:
    return Span(start=line.start + start, end=line.start + end, text=line.text[start:end])
