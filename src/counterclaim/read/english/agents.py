"""Who speaks where no verb follows its subject: `denied by X`, `X: ...`, `While conceding ...`; refuses a topic."""

from __future__ import annotations

import re

from counterclaim.read.english.attribution import Attribution
from counterclaim.read.english.subjects import Subjects
from counterclaim.read.lexicon import SpeechTerm, lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.record.account import Named, Unstated, Worded
from counterclaim.record.passage import Span

SENTENCE_CHARACTERS_MAX = 4000  # as for attributions
LABEL_WORDS_MAX = 6  # `Justice Ministry of X: ...`
_PASSIVE_ACTS = frozenset({"denial", "rejection", "admission"})
_TELLING_TERMS = frozenset({"reporting", "claiming", "neutral", "finding", "presupposing", "opining"})
_IT_WAS = re.compile(r"\b(?:it|as)\s+(?:was|is|has been|had been)\s+(?:\w+ly\s+|also\s+)?\Z|\bas\s+\Z", re.IGNORECASE)
_AGENT = re.compile(r"\s+(?:[\w’'-]+\s+){0,6}?by\s+")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|being|be)\s+(?:\w+ly\s+)?\Z|\A(?:\w+ly\s+)?\Z", re.IGNORECASE)
_LEADING = re.compile(r"\s*(?:while|although|though|even while|despite|besides|after|without)\s+\Z", re.IGNORECASE)
_VIEWED = re.compile(
    r"(?:(?P<to>To)|For)\s+(?P<whom>[^,:;.“]{3,80}?)"
    r"(?(to),\s+(?:the|this|that|it|such|these|those)\s[^.;]*\b(?:is|are|was|were|looks?|seems?)\b"
    r"|,?\s+(?:the (?:matter|case|affair|answer|thing|question|story)|it|this|everything) is "
    r"(?:clear|plain|simple|settled|obvious):)"
)
_LABEL = re.compile(r"\s*([^:“”.!?]{2,60}):\s+(?=\S)")
_LABEL_AFTER = re.compile(r":\s+([^:“”.!?,]{2,60})\s*\Z")


def further_attributions(sentence: Span, mentions: Mentions, found: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    """Give what was found with what a passive, a leading participle or a label adds, in the order of the cues."""
    if len(sentence.text) > SENTENCE_CHARACTERS_MAX:
        return found
    phrases = Subjects(sentence, mentions)
    more = [*_passives(phrases, found), *_leading(phrases, found)]
    if not found and not more:
        more = _for_whom(phrases) or _labelled(phrases)
    return tuple(sorted((*found, *more), key=lambda item: item.cue.start))


def _free(phrases: Subjects, start: int, end: int, found: tuple[Attribution, ...]) -> bool:
    at = phrases.sentence.start
    return not any(item.cue.start < at + end and at + start < item.cue.end for item in found)


def _passives(phrases: Subjects, found: tuple[Attribution, ...]) -> list[Attribution]:
    """`The claims were dismissed as baseless by X`: X, whom "by" names, is the holder."""
    out: list[Attribution] = []
    for term in lexicon_of("en").speech_terms:
        told = term.id in _TELLING_TERMS
        for hit in term.pattern.finditer(phrases.masked) if told or term.act in _PASSIVE_ACTS else ():
            agent = _AGENT.match(phrases.masked, hit.end())
            before = phrases.masked[max(0, hit.start() - 24) : hit.start()]
            done = _IT_WAS if told else _PASSIVE  # `it was reported by X`, `as told by X`; not `was told by X to go`
            if agent is None or not done.search(before) or not _free(phrases, *hit.span(), found):
                continue
            stop = re.search(r"[,.;:]|\s(?:that|who|which|in|on|after|before)\s|\Z", phrases.masked[agent.end() :])
            until = agent.end() + (stop.start() if stop else 0)
            holder = phrases.head(agent.end(), until)
            holder = phrases.apposed(holder, until) if holder else None
            if holder and isinstance(holder[0], Named | Worded):
                cue = phrases.span(*hit.span())
                start = phrases.sentence.start
                out.append(
                    Attribution(cue=cue, term=term, holder=holder[0], subject=holder[1], via=Unstated(), start=start)
                )
    return out[:1]


def _leading(phrases: Subjects, found: tuple[Attribution, ...]) -> list[Attribution]:
    """`While conceding that A, X denied that B`: X concedes A too."""
    if not found or found[0].subject is None:
        return []
    for term in lexicon_of("en").speech_terms:
        for hit in term.pattern.finditer(phrases.masked) if term.act else ():
            begins = hit.group().split()[0].lower().endswith("ing") and _LEADING.match(phrases.masked[: hit.start()])
            until = found[0].subject.start - phrases.sentence.start
            if begins and hit.end() < until and "," in phrases.masked[hit.end() : until]:
                first = found[0]
                cue = phrases.span(*hit.span())
                return [
                    Attribution(
                        cue=cue, term=term, holder=first.holder, subject=first.subject, via=first.via,
                        start=phrases.sentence.start,
                    )
                ]  # fmt: skip
    return []


def _for_whom(phrases: Subjects) -> list[Attribution]:
    """`To the sociologist X, the affair is a sign of weakness`; `For the ministry the matter is clear: ...`."""
    view = _VIEWED.match(phrases.masked)
    holder = phrases.head(*view.span("whom")) if view else None
    if view is None or holder is None or holder[1] is None or isinstance(holder[0], Unstated):
        return []
    term = next(t for t in lexicon_of("en").speech_terms if t.id == ("opining" if view.group("to") else "neutral"))
    cue = phrases.span(view.start(), view.start() + len(view.group().split()[0]))
    start = phrases.sentence.start
    return [Attribution(cue=cue, term=term, holder=holder[0], subject=holder[1], via=Unstated(), start=start)]


def _labelled(phrases: Subjects) -> list[Attribution]:
    """A headline's label: `Ministry: no one was tortured`, `Prison photos not ours: Justice Ministry`."""
    label = _LABEL.match(phrases.masked)
    after = _LABEL_AFTER.search(phrases.masked) if label is None or phrases.masked[-1:] != "." else None
    for hit, mark in ((label, label and label.end(1)), (after, after and after.start())):
        if hit is None or mark is None or len(hit.group(1).split()) > LABEL_WORDS_MAX:
            continue
        holder = _label_holder(phrases, *hit.span(1))
        if holder is not None:
            return [
                Attribution(
                    cue=phrases.span(mark, mark + 1), term=_neutral(), holder=holder[0], subject=holder[1],
                    via=Unstated(), start=phrases.sentence.start,
                )
            ]  # fmt: skip
    return []


def _label_holder(phrases: Subjects, begin: int, end: int) -> tuple[Named | Worded, Span] | None:
    """A label is a holder where it names a body or a person, or an office by its word; not a topic."""
    words = set(re.findall(r"[a-z]+", phrases.masked[begin:end].lower()))
    known = words & {*lexicon_of("en").words("official_words"), *lexicon_of("en").words("court_words")}
    found = phrases.head(begin, end)
    if found and isinstance(found[0], Named) and found[1]:
        kind = phrases.mentions.entity(found[0].entity).type
        if kind in {"person", "public_body", "organization", "court", "media", "group"}:
            return found[0], found[1]
    if not known:
        return None
    span = phrases.trim(phrases.span(begin, end))
    return Worded(span=span), span


def _neutral() -> SpeechTerm:
    return next(term for term in lexicon_of("en").speech_terms if term.id == "neutral")
