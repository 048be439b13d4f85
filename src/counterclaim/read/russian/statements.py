"""A Russian sentence cut into the acts of speech it holds; refuses to let one holder's words run into another's."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.russian.attribution import Attribution, attributions_of
from counterclaim.read.russian.clause import commons
from counterclaim.read.russian.endings import plain
from counterclaim.read.russian.marks import spoken_of
from counterclaim.read.russian.pronouns import Pronouns
from counterclaim.read.saying.statement import Statement, doubt_in
from counterclaim.record.passage import Span

_JOINT = re.compile(
    r"(?:[,;:–—]\s*(?:(?:и|но|а|однако|зато|тогда как|в то время как)\s+)?|\s(?:и|но|а)\s+)\Z", re.IGNORECASE
)
_TRAILING = re.compile(r"(?:[,;–—]\s*(?:и|но|а|однако|зато|тогда как|в то время как)?|\s(?:и|но|а))\s*\Z")
_DEMONSTRATIVE = re.compile(r"[,;–—]\s*(?:но\s+|и\s+|а\s+)?(?=(?:это|что)\b)", re.IGNORECASE)
_AND = re.compile(r"(?:,\s*|\s)(?:и|а|но|однако|зато|затем|потом|также)\s+(?:[\w-]+\s+){0,3}\Z", re.IGNORECASE)
_COMMA = re.compile(r",\s*(?:(?:при этом|также|и|лишь|одновременно)\s+)?\Z", re.IGNORECASE)
_CLAUSE = re.compile(r"[^.;:]{0,60}?(?:,\s*(?:что|как|будто|где|чтобы)\b|:)|\s+(?:об?|про)\s", re.IGNORECASE)
_STOP = re.compile(r"[.!?…]\s+(?=[А-ЯЁA-Z«])")
_EDGES = " \t\n—–"
_KEPT = frozenset({None, "claim", "testimony", "opinion"})
OWN_WORDS = 2  # between two verbs of one holder: fewer, and the second only repeats the first
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
        if _goes_on(sentence, kept[-1], item):
            starts.append(item.cue.start)
            kept.append(item)
            continue
        if item.holder == kept[-1].holder and (item.term.act == kept[-1].term.act or item.term.id == "neutral"):
            continue
        if kept[-1].term.id in {"neutral", "claiming"} and item.holder == kept[-1].holder and not _JOINT.search(before):
            kept[-1] = item  # `заявил, что отвергает` is one answer
        elif (
            _JOINT.search(before)
            and not (before.rstrip().endswith(":") and not _according(item))
            and not _quotes_on(sentence, kept[-1], item)
        ):
            starts.append(item.start)
            kept.append(item)
        elif item.term.act in _OWN and item.term.act != kept[-1].term.act and _is_somebody(item):
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
    return tuple(piece for part in parts if len(part.span.text.split()) > 1 for piece in _told_apart(part))


def _is_somebody(item: Attribution) -> bool:
    """Whether a holder within another's words is one: not so `X ответил, что проверка нарушений не выявила`."""
    return item.subject is not None and plain(item.subject.text) not in commons()


def _goes_on(sentence: Span, last: Attribution, item: Attribution) -> bool:
    """Whether one holder says a second thing: `отрицал, что бил, и сказал, что тот упал`, `отверг ..., заявив, что`."""
    if item.holder != last.holder or item.cue.start < last.cue.end:
        return False
    before = sentence.text[last.cue.end - sentence.start : item.cue.start - sentence.start]
    after = sentence.text[item.cue.end - sentence.start :]
    gerund = plain(item.cue.text) in lexicon_of("ru").words("gerunds")
    joined = _COMMA.search(before) if gerund else _AND.search(before)
    content = (
        item.term.act != last.term.act or " " in last.cue.text or len(re.sub(r"\W+", " ", before).split()) >= OWN_WORDS
    )
    clause = _CLAUSE.match(after) or item.cue.text.endswith("что")
    objects = clause if gerund or item.term.id == "neutral" else len(after.split()) > 1
    return bool(joined and content and objects)


def _told_apart(part: Told) -> tuple[Told, ...]:
    """Cut a part whose quotation holds several sentences where a further one tells something by itself.

    What does not hold the cue is said plainly, whatever the cue does: `отверг обвинения: «Это ложь. ...»`.
    """
    ranges = spoken_of(part.span.text)
    stops = [f.end() for a, b in ranges for f in _STOP.finditer(part.span.text, a, b) if f.end() < b - 1]
    backs = [a for (_, end), (a, _) in pairwise(ranges) if re.search(r"[.!?…]\s*[—–-]\s*\Z", part.span.text[end:a])]
    cuts = sorted({*stops, *backs})
    if not cuts or part.inference:
        return (part,)
    edges = [0, *cuts, len(part.span.text)]
    kept = [edges[0]]
    for begin, end in pairwise(edges[1:]):
        if tells(part.span.text[begin:end]):
            kept.append(begin)
    spans = [_piece(part.span, a, b) for a, b in pairwise([*kept, len(part.span.text)])]
    neutral = next(term for term in lexicon_of("ru").speech_terms if term.id == "neutral")
    by = part.by
    plainly = by if by is None or by.term.act in _KEPT else replace(by, term=neutral)
    return tuple(replace(part, span=span, by=by if by is None or span.covers(by.cue) else plainly) for span in spans)


def tells(text: str) -> bool:
    """Whether words tell of ill-treatment, custody or pictures of it, or deny or doubt something."""
    lexicon = lexicon_of("ru")
    return len(text.split()) > 1 and any(
        lexicon.pattern(section).search(text) for section in ("experience", "told_events", "strong_blanket", "telling")
    )


def _piece(outer: Span, start: int, end: int) -> Span:
    text = outer.text[start:end]
    left = len(text) - len(text.lstrip(_EDGES))
    kept = text.strip(_EDGES)
    return Span(start=outer.start + start + left, end=outer.start + start + left + len(kept), text=kept)


def _according(item: Attribution) -> bool:
    lexicon, cue = lexicon_of("ru"), " ".join(plain(item.cue.text).split())
    return cue in lexicon.words("according") or cue in lexicon.words("according_pronoun")


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
