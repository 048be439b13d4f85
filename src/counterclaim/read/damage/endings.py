"""Paragraphs cut off before their end; refuses to complete them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.sentences import quoted_ranges, words_of
from counterclaim.record.account import Damage, Grade
from counterclaim.record.passage import Span

SUBHEADING_WORDS_MAX = 10  # a line of its own without a full stop is a subheading up to here
_CLOSED = re.compile(r"(?:[.!?…:;][\"”’»)\]*]*|[\"”’»)\]])\s*\Z")


def endings_of(paragraph: Span, sentences: tuple[Span, ...], *, follower: str) -> Iterator[Damage]:
    """Give damage of the kind `truncated`: a last sentence without an end, a quotation mark without its partner.

    `follower` is the next paragraph's first character, empty at the end of the page: a quotation that goes on over
    paragraphs opens each of them and closes the last (Chicago Manual of Style, 13.32).
    """
    if not sentences or len(words_of(paragraph)) < 3:  # noqa: PLR2004  # nothing that could be cut
        return
    last = sentences[-1]
    row = words_of(last)
    if row and not _CLOSED.search(last.text):
        hanging = row[-1].text.lower() in lexicon_of("en").words("hanging_ends") or last.text.rstrip().endswith(
            (",", "-", "–", "—")
        )
        if hanging or len(sentences) > 1 or len(row) > SUBHEADING_WORDS_MAX:
            grade: Grade = "high" if hanging else "medium" if len(sentences) > 1 or not follower else "low"
            yield _cut(grade, last, "The last sentence has no end; what followed is lost and is not guessed.")
    text = paragraph.text
    opened = text.rfind("“")
    if opened >= 0 and follower != "“" and not any(start <= opened < end for start, end in quoted_ranges(text)):
        span = Span(start=paragraph.start + opened, end=paragraph.end, text=text[opened:])
        yield _cut("low", span, "A quotation mark opens here and is not closed in this paragraph.")


def _cut(grade: Grade, span: Span, note: str) -> Damage:
    return Damage(id="", kind="truncated", grade=grade, spans=(span,), note=note)
