"""A Russian sentence cut into the acts of speech it holds; refuses to let one holder's words run into another's."""

from __future__ import annotations

import re

from counterclaim.read.mentions import Mentions
from counterclaim.read.russian.attribution import Attribution, attributions_of
from counterclaim.read.russian.pronouns import Pronouns
from counterclaim.read.saying.statement import Statement, doubt_in
from counterclaim.record.passage import Span

_JOINT = re.compile(
    r"(?:[,;–—]\s*(?:(?:и|но|а|однако|зато|тогда как|в то время как)\s+)?|\s(?:и|но|а)\s+)\Z", re.IGNORECASE
)
_TRAILING = re.compile(r"(?:[,;–—]\s*(?:и|но|а|однако|зато|тогда как|в то время как)?|\s(?:и|но|а))\s*\Z")
_DEMONSTRATIVE = re.compile(r"[,;–—]\s*(?:но\s+|и\s+|а\s+)?(?=(?:это|что)\b)", re.IGNORECASE)
_OWN = frozenset({"denial", "no_reply", "non_denial", "retraction"})


Told = Statement[Attribution]


def statements_of(sentence: Span, mentions: Mentions, pronouns: Pronouns) -> tuple[Told, ...]:
    """Cut one sentence where a new holder's clause begins and where the page's own inference begins."""
    found = attributions_of(sentence, mentions, pronouns)
    opinion = _inference(sentence, found)
    until = opinion[0].start if opinion else sentence.end
    within = [item for item in found if item.cue.start < until]
    starts, kept = [sentence.start], list(within[:1])
    inner: list[Told] = []
    for item in within[1:]:
        before = sentence.text[: item.start - sentence.start]
        if item.holder == kept[-1].holder and (item.term.act == kept[-1].term.act or item.term.id == "neutral"):
            continue
        if kept[-1].term.id in {"neutral", "claiming"} and item.holder == kept[-1].holder and not _JOINT.search(before):
            kept[-1] = item  # `заявил, что отвергает` is one answer
        elif _JOINT.search(before) and not _quotes_on(sentence, kept[-1], item):
            starts.append(item.start)
            kept.append(item)
        elif item.term.act in _OWN and item.term.act != kept[-1].term.act and item.subject:
            inner.append(Statement(span=_cut(sentence, item.start, until), by=item, inference=False))
    parts = inner
    if kept:
        ends = [*starts[1:], until]
        whole = [
            Statement(span=_cut(sentence, start, end), by=item, inference=False)
            for item, start, end in zip(kept, starts, ends, strict=True)
        ]
        parts = [*whole, *inner]
    elif until > sentence.start:
        parts = [Statement(span=_cut(sentence, sentence.start, until), by=None, inference=False)]
    if opinion:
        parts.append(Statement(span=opinion[0], by=None, inference=True, cue=opinion[1]))
    return tuple(part for part in parts if len(part.span.text.split()) > 1)


def _quotes_on(sentence: Span, first: Attribution, second: Attribution) -> bool:
    """Whether the second only says again whose words they are: `как рассказал X, …, добавил он`."""
    return first.holder == second.holder and sentence.covers(second.cue)


def _inference(sentence: Span, found: tuple[Attribution, ...]) -> tuple[Span, Span] | None:
    """The clause in which the page itself doubts or concludes: the sentence, or what a comma and a pronoun begin."""
    doubt = doubt_in(sentence, "ru", _DEMONSTRATIVE)
    if doubt is None or any(doubt.begin <= item.cue.start for item in found):
        return None
    own = not doubt.joined or sentence.text[doubt.begin - sentence.start :].startswith("что")
    return None if own and found else (_cut(sentence, doubt.begin, sentence.end), doubt.cue)


def _cut(sentence: Span, start: int, end: int) -> Span:
    text = sentence.text[start - sentence.start : end - sentence.start]
    if end < sentence.end:
        text = _TRAILING.sub("", text.rstrip())
    text = text.rstrip()
    return Span(start=start, end=start + len(text), text=text)
