"""A sentence cut into the acts of speech it holds; refuses to let one holder's words run into another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from counterclaim.read.english.agents import further_attributions
from counterclaim.read.english.attribution import Attribution, attributions_of
from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.saying.statement import Statement, doubt_in
from counterclaim.read.sentences import outside_quotations, quoted_ranges
from counterclaim.record.passage import Span

_JOINT = re.compile(
    r"(?:[,;–—]\s*(?:and\s+|but\s+|while\s+|whereas\s+)?|\s(?:and|but|while|whereas)\s+)\Z", re.IGNORECASE
)
_PARTICIPLES = (
    "saying|adding|insisting|stressing|claiming|arguing|explaining|noting|stating|asserting|maintaining|suggesting"
    "|contending|alleging|calling|describing|blaming|accusing|emphasising|emphasizing|pointing out|attributing|citing"
)
_JOINED = (
    r",?\s+(?:and|but)\s+(?:(?:said|says|insisted|claimed|added)\s+)?that\s"
    rf"|,\s+(?:and\s+|while\s+|but\s+|instead\s+)?(?:{_PARTICIPLES})\s+(?:only\s+|instead\s+)?(?:that\s)?"
)
_SECOND = re.compile(_JOINED, re.IGNORECASE)
_SECOND_END = re.compile(rf"(?:{_JOINED})\Z", re.IGNORECASE)
_JOINABLE = frozenset(
    {"neutral", "claiming", "denying", "denying_overclaimed", "rejecting", "not_answering", "admitting", "opining"}
)
_ASIDE = re.compile(
    r"(?:\s+(?:reporters|journalists|the\s+(?:press|media|agency|court|judge|newspaper|paper|website|broadcaster)"
    r"|(?:in|on|at|during|to|of|from|late|early|yesterday|today|later|this|last|by|for|after|when|via)\b[^,;:“”]*))*"
    r"\s*[.!?]?[”\"’']?\s*\Z"
)
_TOLD_WHOM = re.compile(r"(?!.*\b(?:that|how|why|whether|about)\b)[^,;:“”]{2,70}\Z")  # `X told the weekly Canvas.`
_OWN_CLAUSE = re.compile(r"(?:and|but|so)\s+(?:[\w’'-]+\s+){2}|[A-Z][\w’'-]*\s+(?:[\w’'-]+\s+){2}")
_OWN_SPEAKER = re.compile(r"\b(?:its|their)\s|\bspokes\w+|\bpress (?:secretary|officer)", re.IGNORECASE)
_EMBEDDED = frozenset({"denial", "no_reply", "non_denial", "retraction", "admission"})
_DEMONSTRATIVE = re.compile(r"(?:[,;–—]\s*)(?:but\s+|and\s+|though\s+)?(?=(?:this|that|which|it)\b)", re.IGNORECASE)


Told = Statement[Attribution]


def statements_of(sentence: Span, mentions: Mentions) -> tuple[Told, ...]:
    """Cut one sentence where a new holder's clause begins and where the page's own inference begins."""
    found = further_attributions(sentence, mentions, attributions_of(sentence, mentions))
    opinion = _inference(sentence, found)
    until = opinion[0].start if opinion else sentence.end
    within = _closed([item for item in found if item.cue.start < until], sentence)
    parts = list(_parts(sentence, within, until))
    if opinion:
        parts.append(Statement(span=opinion[0], by=None, inference=True, cue=opinion[1]))
    return tuple(part for part in parts if len(part.span.text.split()) > 1)


def _parts(sentence: Span, found: list[Attribution], until: int) -> Iterator[Told]:
    """Cut where a new holder's clause begins; what is told within another's words stands behind, as its own part."""
    if not found:
        if until > sentence.start:
            yield Statement(span=_cut(sentence, sentence.start, until), by=None, inference=False)
        return
    starts, kept, within = [sentence.start], found[:1], []
    pronouns = lexicon_of("en").table("pronouns")
    for item in found[1:]:
        last = kept[-1]
        one = item.term.act == "rejection" == last.term.act and item.holder == last.holder
        if one or _goes_with(item, last):
            continue  # `rejects the criticism, calling it biased` is one rejection
        relative = _is_relative(item, last, sentence)
        if relative or (item.subject and item.subject.covers(last.cue)):
            kept[-1] = item  # `a teacher who had accused police withdrew the accusation`
        elif item.start > last.cue.start and _JOINT.search(sentence.text[: item.start - sentence.start]):
            starts.append(item.start)
            kept.append(item)
        elif item.term.act in _EMBEDDED and item.term.act != last.term.act and item.subject:
            if last.term.id == "neutral" and item.subject.text.lower() in pronouns:
                # `it wrote that it does not discuss ...` is one answer.
                kept[-1] = replace(last, cue=item.cue, term=item.term)
                continue
            # Told within another's words: `the paper wrote that the ministry denied ...` is both.
            stop = last.start if last.start > item.cue.end else until
            within.append(Statement(span=_cut(sentence, item.start, stop), by=item, inference=False))
    for item, start, end in zip(kept, starts, [*starts[1:], until], strict=True):
        yield Statement(span=_cut(sentence, start, end), by=item, inference=False)
    yield from within


def _is_relative(item: Attribution, last: Attribution, sentence: Span) -> bool:
    """Whether the cue before stands in a relative clause of one subject: `a teacher who had accused X withdrew`."""
    if item.subject is None or item.subject != last.subject or item.start != last.start:
        return False
    between = sentence.text[item.subject.end - sentence.start : max(last.cue.start - sentence.start, 0)]
    return re.match(r",?\s+(?:who|which|that)\b", between) is not None


def _closed(found: list[Attribution], sentence: Span) -> list[Attribution]:
    """`A did B, its deputy head said.`: who closes the sentence says all of it; others' acts stand within it."""
    last = found[-1] if len(found) > 1 else None
    if last is None or last.term.id not in {"neutral", "claiming"}:
        return found
    masked = outside_quotations(sentence.text)
    begin = min(last.start, last.cue.start) - sentence.start
    end = max(last.cue.end, last.subject.end if last.subject else 0) - sentence.start
    told = last.cue.text.lower() in lexicon_of("en").words("object_verbs") and _TOLD_WHOM.match(masked, end)
    if not masked[:begin].rstrip().endswith(",") or not (told or _ASIDE.match(masked, end)):
        return found
    if _OWN_SPEAKER.search(masked, begin, end):
        return [last]
    return [last, *(item for item in found[:-1] if item.term.act in _EMBEDDED and item.holder != last.holder)]


def _goes_with(item: Attribution, before: Attribution) -> bool:
    """Whether a refusal to answer only goes on: `would study the ruling and would not comment further`."""
    silent = item.term.act == before.term.act and item.term.act in {"non_denial", "no_reply"}
    pronoun = item.subject is not None and item.subject.text.lower() in lexicon_of("en").table("pronouns")
    return silent and (item.holder == before.holder or pronoun)


def second_of(statement: Told) -> Span | None:
    """The second clause of `said that A and that B`, outside quotation marks and after the cue; None without one."""
    span, by = statement.span, statement.by
    if by is None or by.term.id not in _JOINABLE or not span.covers(by.cue):
        return None
    if half := _second_half(span, by.cue):
        return half
    joint = _SECOND.search(outside_quotations(span.text), by.cue.end - span.start)
    return _cut(span, span.start + joint.end(), span.end) if joint else None


def _second_half(span: Span, cue: Span) -> Span | None:
    """`“A,” X said, “and B.”`: the second half of a quotation, where it is a clause of its own."""
    ranges = quoted_ranges(span.text)
    at = cue.start - span.start
    if len(ranges) != 2 or not ranges[0][1] <= at < ranges[1][0] or span.text[: ranges[0][0]].strip():  # noqa: PLR2004  # its two halves
        return None
    begin, end = ranges[1]
    own = _OWN_CLAUSE.match(span.text, begin + 1)
    return _cut(span, span.start + begin, span.start + end) if own else None


def before_of(span: Span, second: Span) -> Span:
    """What stands before the second clause, without the words that join it."""
    text = _SECOND_END.sub("", span.text[: second.start - span.start])
    return Span(start=span.start, end=span.start + len(text), text=text)


def _inference(sentence: Span, found: tuple[Attribution, ...]) -> tuple[Span, Span] | None:
    """The clause in which the page itself doubts or concludes: the sentence, or what a comma and a pronoun begin."""
    doubt = doubt_in(sentence, "en", _DEMONSTRATIVE)
    if doubt is None or any(doubt.begin <= item.cue.start for item in found):
        return None
    if not doubt.joined and any(item.cue.start < doubt.cue.start for item in found):
        return None
    return _cut(sentence, doubt.begin, sentence.end), doubt.cue


def _cut(sentence: Span, start: int, end: int) -> Span:
    text = sentence.text[start - sentence.start : end - sentence.start]
    text = (
        re.sub(r"(?:[,;–—]\s*(?:and|but|while|whereas)?|\s(?:and|but|while|whereas))\s*\Z", "", text)
        if end < sentence.end
        else text
    )
    text = text.rstrip()
    return Span(start=start, end=start + len(text), text=text)
