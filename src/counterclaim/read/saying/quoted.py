"""Quotations under collection, alike in every language; refuses to number them in another order than the text's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from counterclaim.read.sentences import quoted_ranges
from counterclaim.record.account import Quotation, Slot
from counterclaim.record.passage import Span

QUOTATIONS_MAX = 2000
SCARE_WORDS_MAX = 3


def quotation(span: Span, speaker: Slot, speaker_span: Span | None, cue: Span | None, via: Slot) -> Quotation:
    """Give a quotation that has no number yet."""
    return Quotation(id="", span=span, speaker=speaker, speaker_span=speaker_span, cue=cue, via=via)


def numbered(quotations: Iterable[Quotation]) -> tuple[Quotation, ...]:
    """Give the first QUOTATIONS_MAX in the order of the text, as q1, q2, ..."""
    in_order = sorted(quotations, key=lambda item: item.span.start)[:QUOTATIONS_MAX]
    return tuple(replace(item, id=f"q{number}") for number, item in enumerate(in_order, start=1))


def left_open(text: str, marks: str) -> int:
    """Give the offset of the last of the opening `marks` that nothing closes in this paragraph, or -1."""
    at = max(text.rfind(mark) for mark in marks)
    return -1 if at < 0 or any(start <= at < end for start, end in quoted_ranges(text)) else at
