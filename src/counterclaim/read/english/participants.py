"""Who takes part in an episode and as what; refuses to fill a place that damage swallowed, and keeps "alleged"."""

from __future__ import annotations

import re

from counterclaim.read.episodes.taking_part import OBJECT_CHARACTERS, PARTICIPANTS_MAX, lost_subject
from counterclaim.read.episodes.wording import wording_of
from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.record.account import (
    EpisodeType,
    Lost,
    Named,
    Participant,
    Reading,
    Slot,
    Undetermined,
    Unstated,
    Worded,
)
from counterclaim.record.passage import Span

_ROLE_OF_ILL_TREATMENT = "victim"
_BY = re.compile(r"\bby\s+(?:the\s+|several\s+|his\s+|her\s+)?(?:[a-z]+\s+){0,2}\Z")
_PRONOUN = re.compile(r"\b(he|she|they|him|her|them|his|their)\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:I|[Ww]e|me|us|[Mm]y|[Oo]urs?)\b")
_KINDS = {
    "he": "one",
    "she": "one",
    "him": "one",
    "her": "one",
    "his": "one",
    "they": "many",
    "them": "many",
    "their": "many",
}


def participants_of(
    kind: EpisodeType, trigger: Span, sentence: Span, reading: Reading, mentions: Mentions
) -> tuple[Participant, ...]:
    """Give the participants: who it happened to or who did it, and the alleged perpetrator where `by` names one."""
    role = _role(kind)
    out: list[Participant] = []
    lost = lost_subject(sentence, reading)
    persons = _subjects(kind, trigger, sentence, mentions)
    if lost is not None:
        out.append(Participant(role=role, slot=Lost(damage=lost)))
        out.extend(Participant(role=role, slot=slot) for slot in persons if not isinstance(slot, Unstated))
    else:
        out.extend(Participant(role=role, slot=slot) for slot in _with_pronoun(persons, trigger, sentence, mentions))
    for where, entity in mentions.within(trigger.end, sentence.end):
        before = sentence.text[: where.start - sentence.start]
        if (
            kind in {"ill_treatment", "arrest", "threat", "search"}
            and entity.type in {"public_body", "group", "person"}
            and _BY.search(before)
        ):
            out.append(Participant(role="alleged_perpetrator", slot=Named(entity=entity.id)))
    if kind == "interview":
        out.extend(
            Participant(role="interviewer", slot=Named(entity=e.id))
            for _, e in mentions.within(trigger.start, sentence.end)
            if e.type == "media"
        )
    if kind == "application":
        out.extend(
            Participant(role="court", slot=Named(entity=e.id))
            for _, e in mentions.within(sentence.start, sentence.end)
            if e.type == "court"
        )
    return tuple({(one.role, repr(one.slot)): one for one in out}.values())[:PARTICIPANTS_MAX]


def _role(kind: EpisodeType) -> str:
    wording = wording_of("en")
    return wording.roles.get(kind, _ROLE_OF_ILL_TREATMENT) if wording else _ROLE_OF_ILL_TREATMENT


def _subjects(kind: EpisodeType, trigger: Span, sentence: Span, mentions: Mentions) -> list[Slot]:
    """The persons and groups named before the trigger, or after an active verb of arrest and release."""
    if kind == "publication" and "report" not in trigger.text:
        return []  # who spread pictures is seldom who the sentence is about
    wanted = {"public_body", "organization", "media"} if kind == "publication" else {"person", "group"}
    held = lexicon_of("en").pattern("held_groups")
    rows = [
        (w, e)
        for w, e in mentions.within(sentence.start, sentence.end)
        if e.type in wanted and (e.type != "group" or held.search(w.text))
    ]
    before = [(w, e) for w, e in rows if w.end <= trigger.start]
    spans_bodies = lexicon_of("en").pattern("lost_heads")
    slots: list[Slot] = []
    for where, entity in before:
        ahead = sentence.text[: where.start - sentence.start]
        after = sentence.text[where.end - sentence.start :]
        owner = re.match(r"[’']s\b", after) is not None or (
            re.search(r"\bof (?:the )?\Z", ahead) and not spans_bodies.search(ahead)
        )
        told = re.search(r"\b(?:told|to|with|by|critics)\s+(?:the\s+)?\Z", ahead)
        if not owner and not told:
            slots.append(Named(entity=entity.id))
    if slots:
        return slots
    after_trigger = [e for w, e in rows if trigger.end <= w.start < trigger.end + OBJECT_CHARACTERS]
    active = re.match(r"\s+(?:of\s+)?(?:the\s+)?(?:[a-z]+\s+){0,3}", sentence.text[trigger.end - sentence.start :])
    return [Named(entity=after_trigger[0].id)] if after_trigger and active and kind != "interview" else []


def _with_pronoun(persons: list[Slot], trigger: Span, sentence: Span, mentions: Mentions) -> list[Slot]:
    if persons:
        return persons
    if _FIRST.search(sentence.text):
        speakers = [q.speaker for q in mentions.quotations_on(sentence) if not isinstance(q.speaker, Unstated)]
        speakers += [a.holder for a in mentions.accounts_on(sentence) if isinstance(a.holder, Named | Undetermined)]
        if speakers:
            return [speakers[0]]
    generic = lexicon_of("en").pattern("generic_people").search(sentence.text)
    if generic:
        start = sentence.start + generic.start()
        return [Worded(span=Span(start=start, end=start + len(generic.group()), text=generic.group()))]
    found = list(_PRONOUN.finditer(sentence.text))
    if found:
        before = [hit for hit in found if sentence.start + hit.start() <= trigger.start] or found
        hit = before[-1]
        span = Span(start=sentence.start + hit.start(), end=sentence.start + hit.end(), text=hit.group())
        return [mentions.pronoun(span, _KINDS[hit.group().lower()])]
    return [Unstated()]
