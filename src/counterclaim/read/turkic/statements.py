"""A sentence cut into the acts of speech it holds; refuses to let one holder's words run into another's."""

from __future__ import annotations

from itertools import pairwise

from counterclaim.read.saying.statement import Statement
from counterclaim.read.turkic.attribution import Attribution
from counterclaim.read.turkic.phrases import Sentence
from counterclaim.record.passage import Span

_EDGES = " \t\n,;–—-"


Told = Statement[Attribution]


def statements_of(sentence: Sentence, found: tuple[Attribution, ...]) -> tuple[Told, ...]:
    """Cut one sentence where a new holder's clause begins and where the page's own inference stands."""
    inference = _inference(sentence, found)
    if inference is not None:
        return inference
    if not found:
        return (Statement(span=sentence.span, by=None, inference=False),)
    outer = [item for item in found if not item.nested] or list(found[:1])
    starts = [sentence.span.start]
    for before, item in pairwise(outer):
        own = item.subject is not None and before.cue is not None and item.subject.start >= before.cue.end
        starts.append(item.start if own else before.cue.end if before.cue else item.start)
    ends = [*starts[1:], sentence.span.end]
    parts = [
        Statement(span=_trimmed(sentence, start, end), by=item, inference=False)
        for item, start, end in zip(outer, starts, ends, strict=True)
        if end > start
    ]
    parts += [
        Statement(span=_trimmed(sentence, item.start, sentence.span.end), by=item, inference=False)
        for item in found
        if item.nested
    ]
    return tuple(part for part in parts if len(part.span.text.split()) > 1)


def _inference(sentence: Sentence, found: tuple[Attribution, ...]) -> tuple[Told, ...] | None:
    """A sentence in which the page itself doubts or concludes: nobody says it."""
    hit = sentence.words.pattern("opinion_clauses").search(sentence.masked)
    if hit is None or found:
        return None
    start = sentence.span.start + hit.start()
    cue = sentence.cut(start, start + len(hit.group()))
    return (Statement(span=sentence.span, by=None, inference=True, cue=cue),)


def _trimmed(sentence: Sentence, start: int, end: int) -> Span:
    text = sentence.span.text[start - sentence.span.start : end - sentence.span.start]
    left = len(text) - len(text.lstrip(_EDGES))
    kept = text.strip(_EDGES)
    return Span(start=start + left, end=start + left + len(kept), text=kept)
