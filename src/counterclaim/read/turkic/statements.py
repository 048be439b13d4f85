"""A sentence cut into the acts of speech it holds; refuses to let one holder's words run into another's."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from counterclaim.read.saying.statement import Statement
from counterclaim.read.sentences import quoted_ranges
from counterclaim.read.turkic.attribution import Attribution
from counterclaim.read.turkic.phrases import Sentence
from counterclaim.record.passage import Span

_EDGES = " \t\n,;–—-"
_QUOTED_STOP = re.compile(r"[.!?…]\s+(?=[^\W\d_a-zçəğıöşü])")
_WORD = re.compile(r"\w+")
_KEPT = frozenset({None, "claim", "testimony", "opinion"})


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
        shared = before.cue is not None and before.cue == item.cue  # one verb for two subjects
        own = item.subject is not None and before.cue is not None and item.subject.start >= before.cue.end
        own = own or shared
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
    return tuple(piece for part in parts if len(part.span.text.split()) > 1 for piece in _told_apart(part, sentence))


def _told_apart(part: Told, sentence: Sentence) -> tuple[Told, ...]:
    """Cut a part whose quotation holds several sentences into one for each: each of them says something.

    What does not hold the cue is said plainly, whatever the cue does: `X rədd edib: “Bu yalandır. ...”`.
    """
    cuts = [
        part.span.start + found.end()
        for start, end in quoted_ranges(part.span.text)
        for found in _QUOTED_STOP.finditer(part.span.text, start, end)
        if found.end() < end - 1
    ]
    if part.by is None or not cuts:
        return (part,)
    spans = [_trimmed(sentence, a, b) for a, b in pairwise([part.span.start, *cuts, part.span.end])]
    told = [span for span in spans if len(_WORD.findall(span.text)) > 1 and not span.text.endswith("?")]
    plain = part.by if part.by.act in _KEPT else replace(part.by, act=None, term="neutral", overclaims=False)
    cue = part.by.cue
    return tuple(
        replace(part, span=span, by=part.by if cue is None or span.covers(cue) else plain) for span in told or spans[:1]
    )


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
