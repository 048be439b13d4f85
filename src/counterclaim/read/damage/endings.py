"""Paragraphs cut off before their end; refuses to complete them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from counterclaim.read.damage.known import Words
from counterclaim.read.sentences import quoted_ranges, words_of
from counterclaim.record.account import Damage, Grade
from counterclaim.record.passage import Span

SUBHEADING_WORDS_MAX = 10  # a line of its own without a full stop is a subheading up to here
SALUTATION_WORDS_MAX = 4  # a shorter line may be a heading in capitals or an address
_PAIRS = (("“", "”"), ("«", "»"))
_OTHERS = frozenset("„‟“\"''")  # pages mix the marks of two customs
_CLOSED = re.compile(r"(?:[.!?…:;][\"”’»)\]*]*|[\"”’»)\]])\s*\Z")


def endings_of(paragraph: Span, sentences: tuple[Span, ...], words: Words, *, follower: str) -> Iterator[Damage]:
    """Give damage of the kind `truncated`: a last sentence without an end, a quotation mark without its partner.

    `follower` is the next paragraph's first character, empty at the end of the page: a quotation that goes on over
    paragraphs opens each of them and closes the last (Chicago Manual of Style, 13.32).
    """
    if not sentences or len(words_of(paragraph)) < 3:  # noqa: PLR2004  # nothing that could be cut
        return
    last = sentences[-1]
    row = words_of(last)
    if row and not _CLOSED.search(last.text):
        hanging = row[-1].text in words.phrases.words("hanging_ends") or last.text.rstrip().endswith(
            (",", "-", "–", "—")
        )
        if hanging or len(sentences) > 1 or len(row) > SUBHEADING_WORDS_MAX:
            certain = row[-1].text in words.phrases.words("never_end") and len(row) > SALUTATION_WORDS_MAX
            grade: Grade = "high" if certain else "medium" if hanging or len(sentences) > 1 or not follower else "low"
            yield _cut(grade, last, "The last sentence has no end; what followed is lost and is not guessed.")
    yield from _marks_of(paragraph, follower)


def _marks_of(paragraph: Span, follower: str) -> Iterator[Damage]:
    """A quotation mark without its partner, of the pairs whose two marks differ."""
    text = paragraph.text
    ranges = quoted_ranges(text)
    for opening, closing in _PAIRS:
        opened = text.rfind(opening)
        if opened > text.rfind(closing) and follower != opening and not any(a <= opened < b for a, b in ranges):
            span = Span(start=paragraph.start + opened, end=paragraph.end, text=text[opened:])
            yield _cut("low", span, "A quotation mark opens here and is not closed in this paragraph.")
        closed = text.find(closing)
        if closed >= 0 and opening not in text[:closed] and not (_OTHERS & set(text[:closed])):
            until = closed + len(closing)
            span = Span(start=paragraph.start, end=paragraph.start + until, text=text[:until])
            yield _cut("low", span, "A quotation mark closes here that was not opened in this paragraph.")


def _cut(grade: Grade, span: Span, note: str) -> Damage:
    return Damage(id="", kind="truncated", grade=grade, spans=(span,), note=note)
