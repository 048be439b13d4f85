"""What kind of holder speaks, by the words around the name: an office, a court, a lawyer; refuses a list of names."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.saying.judged import INTRODUCED_MENTIONS, Kind, introductions, kind_by
from counterclaim.record.account import Entity, Slot
from counterclaim.record.passage import Span

RANK_CHARACTERS = 24  # `Superintendent X`
APPOSITION_CHARACTERS = 80
BODY_CHARACTERS = 160  # `The Prison Service ... Its director, X`: the body stands in the sentence before at the latest
_BODIES = frozenset({"public_body", "facility", "organization"})
_NUMBER = re.compile(r"\bNo\.\s?")


def kind_of(holder: Slot, mentions: Mentions, text: str) -> Kind:
    """Say what kind of holder it is; a named person counts as official where an office stands beside the name."""

    def of_entity(entity: Entity) -> Kind:
        match entity.type:
            case "court":
                return "court"
            case "public_body" | "country" | "facility" | "place":
                return "official"
            case "person":
                return _kind_of_person(text, _introductions(entity, mentions), mentions)
            case _ if any(mentions.entity(each).type == "public_body" for each in entity.same_as):
                return "official"
            case "organization" if lexicon_of("en").pattern("office_unions").search(entity.name or ""):
                return "official"  # a Police Federation speaks for the police
            case "group" | "media" | "organization":
                return entity.type

    def of_words(span: Span) -> Kind:
        return _kind_of_words(span.text)

    return kind_by(holder, mentions, of_entity, of_words)


def _introductions(entity: Entity, mentions: Mentions) -> list[Span]:
    """Where a person is introduced; of several fuller names a surname may be, the one told last before it."""
    fuller = [mentions.entity(each) for each in entity.same_as]
    fuller = [other for other in fuller if len((other.name or "").split()) > len((entity.name or "").split())]
    if len(fuller) > 1:
        first = entity.mentions[0].start
        told = {other.id: max((w.start for w in other.mentions if w.start < first), default=-1) for other in fuller}
        nearest = max(fuller, key=lambda other: told[other.id])
        if told[nearest.id] >= 0:
            return [*entity.mentions[:INTRODUCED_MENTIONS], *nearest.mentions[:INTRODUCED_MENTIONS]]
    return introductions(entity, mentions)


def _kind_of_words(text: str) -> Kind:
    lexicon = lexicon_of("en")
    if lexicon.pattern("office_lawyers").search(text):
        return "official"
    words = set(re.findall(r"[a-z]+", text.lower()))
    lists: tuple[tuple[str, Kind], ...] = (
        ("advocate_words", "advocate"),
        ("court_words", "court"),
        ("group_words", "organization"),
        ("official_words", "official"),
    )
    return next((kind for section, kind in lists if words & set(lexicon.words(section))), "unknown")


def _kind_of_person(text: str, spans: list[Span], mentions: Mentions) -> Kind:
    """An office or a lawyer's or relative's word beside any mention of the name decides; else a person."""
    lexicon = lexicon_of("en")
    if any(_office_beside(text, span.start, span.end, lexicon.pattern("advocate_words")) for span in spans):
        return "official" if any(_pleads_for_office(text, span, mentions) for span in spans) else "advocate"
    if any(_office_beside(text, span.start, span.end, lexicon.pattern("office_words")) for span in spans):
        return "official"
    if any(_office_beside(text, span.start, span.end, lexicon.pattern("judge_words")) for span in spans):
        return "court"
    ranks = lexicon.words("ranks")
    if any(
        (text[max(0, span.start - RANK_CHARACTERS) : span.start].split() or [""])[-1].strip(".") in ranks
        for span in spans
    ):
        return "official"
    for span in spans:
        before = re.split(r"[.;:“”\"\n]", text[max(0, span.start - APPOSITION_CHARACTERS) : span.start])[-1]
        # `Its director, X`: the body whose director it is was named just before.
        lead = lexicon.pattern("lead_words").search(before)
        led = re.search(r"\b[Ii]ts\b", before) and lead
        near = mentions.within(max(0, span.start - BODY_CHARACTERS), span.start)
        if lead and not led and re.match(r"\s+(?:of|at|for)\b", before[lead.end() :]):
            led, near = lead, mentions.within(span.start - len(before) + lead.end(), span.start)
        own = re.match(r",\s+([^,.;]{3,80})", text[span.end : span.end + APPOSITION_CHARACTERS + 20])
        if own and lexicon.pattern("lead_words").search(own.group(1)):
            led, near = led or own, mentions.within(span.end, span.end + own.end())
        # `The Federation dismissed the state's words. “...,” said its chairwoman`: an owner is not whom "its" means.
        bodies = [e.type for w, e in near if e.type in _BODIES and text[w.end : w.end + 2] not in {"’s", "'s"}]
        if led and bodies[-1:] != ["organization"] and set(bodies) & {"public_body", "facility"}:
            return "official"
    return "person"


def _pleads_for_office(text: str, span: Span, mentions: Mentions) -> bool:
    """Whether a lawyer is an office's: `police lawyer X`, `X, counsel for the ministry`, `their lawyer` after it."""
    begin = max(0, span.start - APPOSITION_CHARACTERS)
    around = re.split(r"[.;:“”\"\n]", text[begin : span.start])[-1]
    after = re.split(r"[.;:“”\"\n]", text[span.end : span.end + APPOSITION_CHARACTERS])[0]
    if lexicon_of("en").pattern("office_lawyers").search(around + " " + after):
        return True
    own = re.search(r"\b(?:its|their) (?:lawyers?|attorney|counsel|barrister|solicitor)\b", around, re.IGNORECASE)
    near = mentions.within(max(0, span.start - BODY_CHARACTERS), span.start)
    bodies = [e.type for _, e in near if e.type in {*_BODIES, "group", "person"}]
    return own is not None and bodies[-1:] == ["public_body"]


def _office_beside(text: str, start: int, end: int, office: re.Pattern[str]) -> bool:
    """Whether an office word stands right before the name, or in the apposition right after it."""
    ahead = text[max(0, start - APPOSITION_CHARACTERS) : start].rstrip()
    untitled = ahead
    while (last := untitled.split()[-1:]) and last[0].strip(".") in lexicon_of("en").words("titles"):
        untitled = untitled.removesuffix(last[0]).rstrip()
    if untitled.endswith(","):
        ahead = untitled  # `The prosecutor, Major X`
    before = re.split(r"[,.;:“”\"]", _NUMBER.sub("No ", ahead.rstrip(",")))[-1]
    words = before.split()[-5:]
    outside = not words or words[-1].lower() in {"by", "of", "to", "from", "at", "told", "that", "and", "arrested"}
    if not outside and office.search(" ".join(words)):
        return True
    after = re.match(
        r",\s+(?:the |a |an |who is |who was )?([^,.;]{3,80})", text[end : end + APPOSITION_CHARACTERS + 20]
    )
    said_first = after is not None and lexicon_of("en").speech.match(after.group(1)) is not None
    return bool(after and not said_first and office.search(after.group(1).split(" of ")[0] + " "))
