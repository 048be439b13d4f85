"""Whose a whole document is, by the lines at its head or foot; refuses one that a writer or a paper signs.

Asked for: a line that says what the document is (`Basın açıklaması`), and a line that is nothing but one name.
"""

from __future__ import annotations

from counterclaim.read.casing import lowered
from counterclaim.read.mentions import Mentions
from counterclaim.read.sentences import paragraphs_of
from counterclaim.read.turkic.words import Words
from counterclaim.record.account import EntityType, Named, Reading, Slot
from counterclaim.record.passage import Span

HEAD_LINES_MAX = 8
FOOT_LINES_MAX = 4
LINE_WORDS_MAX = 9  # a name with its title; a longer line is a sentence
NAME_SHARE = 60  # of a hundred letters of a line: the rest is a title, a town or a date
_BODIES: frozenset[EntityType] = frozenset({"public_body", "organization", "court"})
_SIGNERS: frozenset[EntityType] = frozenset({"public_body", "organization", "court", "person"})


def voice_of(reading: Reading, mentions: Mentions, words: Words) -> Slot | None:
    """Give whose document it is, or None where its head and foot leave it open."""
    if not words.lexicon.has("document_marks"):
        return None
    if any(part.role == "byline" for part in reading.article):
        return None
    lines = [line for paragraph in paragraphs_of(reading) for line in _lines_of(paragraph)]
    head = _short(lines[:HEAD_LINES_MAX])
    marks = words.pattern("document_marks")
    if not any(marks.match(lowered(line.text, words.language)) or _closes_with_mark(line, words) for line in head):
        return None
    foot = _short(lines[-FOOT_LINES_MAX:])[::-1]
    return _named(head, mentions, _BODIES) or _named(foot, mentions, _SIGNERS)


def _lines_of(paragraph: Span) -> list[Span]:
    out, at = [], paragraph.start
    for raw in paragraph.text.split("\n"):
        start = at + len(raw) - len(raw.lstrip())
        at += len(raw) + 1
        if raw.strip():
            out.append(Span(start=start, end=start + len(raw.strip()), text=raw.strip()))
    return out


def _short(lines: list[Span]) -> list[Span]:
    """The lines that are no sentence."""
    return [line for line in lines if len(line.text.split()) <= LINE_WORDS_MAX and line.text[-1] not in '.!?:…”"']


def _closes_with_mark(line: Span, words: Words) -> bool:
    """`Çınarlı Valiliği Basın Açıklaması`."""
    low = lowered(line.text, words.language)
    return any(found.end() == len(low) for found in words.pattern("document_marks").finditer(low))


def _named(lines: list[Span], mentions: Mentions, kinds: frozenset[EntityType]) -> Slot | None:
    for line in lines:
        rows = mentions.within(line.start, line.end)
        if any(entity.type == "media" for _, entity in rows):
            return None
        for where, entity in rows:
            alone = len(where.text) * 100 >= NAME_SHARE * len(line.text) or entity.type == "person"
            if entity.type in kinds and alone:
                return Named(entity=entity.id)
    return None
