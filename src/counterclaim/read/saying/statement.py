"""One part of a sentence and whose it is; refuses to let one holder's words run into another's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.sentences import outside_quotations
from counterclaim.record.passage import Span

By = TypeVar("By")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Generic[By]):
    """One part of a sentence: attributed (`by` is set), the page's own inference, or the page's own words."""

    span: Span
    by: By | None
    inference: bool
    cue: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Where the page itself doubts or concludes: its words, where that clause begins, and whether a joint begins it."""

    cue: Span
    begin: int
    joined: bool


def doubt_in(sentence: Span, language: str, joint: re.Pattern[str]) -> Doubt | None:
    """Give the first of the language's `opinion_clauses` outside quotation marks, from the last joint before it."""
    text = outside_quotations(sentence.text)
    hit = lexicon_of(language).pattern("opinion_clauses").search(text)
    if hit is None:
        return None
    joints = [match.end() for match in joint.finditer(text) if match.end() <= hit.start() + 1]
    at, end = sentence.start + hit.start(), sentence.start + hit.end()
    return Doubt(
        cue=Span(start=at, end=end, text=sentence.text[hit.start() : hit.end()]),
        begin=sentence.start + (joints[-1] if joints else 0),
        joined=bool(joints),
    )
