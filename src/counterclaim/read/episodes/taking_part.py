"""Who takes part in an episode, by case and standing; refuses to fill what damage swallowed, or a doer as victim."""

from __future__ import annotations

import re
from dataclasses import dataclass

from counterclaim.read.episodes.phrases import Words, words_in
from counterclaim.read.episodes.placing import ending_of
from counterclaim.read.episodes.triggers import Trigger
from counterclaim.read.episodes.wording import Wording
from counterclaim.read.mentions import Mentions
from counterclaim.record.account import (
    Entity,
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

PARTICIPANTS_MAX = 8
OBJECT_CHARACTERS = 60  # an object stands near its verb
SPEAKER_WORDS = 3
_DONE_TO: frozenset[EpisodeType] = frozenset({"ill_treatment", "arrest", "threat", "search"})
_DOERS = frozenset({"person", "group", "public_body"})
_OPENING = frozenset('“„«"')


@dataclass(frozen=True, slots=True)
class _Scene:
    """One trigger with what its participants are told by."""

    trigger: Trigger
    words: Words
    wording: Wording
    mentions: Mentions
    reading: Reading

    @property
    def sentence(self) -> Span:
        return self.words.span

    def text_between(self, start: int, end: int) -> str:
        return self.sentence.text[start - self.sentence.start : end - self.sentence.start]


def participants_in(
    trigger: Trigger, sentence: Span, reading: Reading, mentions: Mentions, wording: Wording
) -> tuple[Participant, ...]:
    """Give who it happened to (or who did a step of a remedy) and the alleged perpetrators that the sentence names."""
    scene = _Scene(trigger, words_in(sentence, wording.language), wording, mentions, reading)
    role = wording.roles.get(trigger.kind, "victim")
    patients, doers = _by_case(scene) if wording.verb_last else _by_standing(scene)
    out: list[Participant] = []
    lost = lost_subject(sentence, reading)
    if lost is not None:
        out.append(Participant(role=role, slot=Lost(damage=lost)))
    slots: list[Slot] = [Named(entity=entity.id) for entity in patients]
    if not slots and lost is None:
        slots = [_unnamed(scene)]
    out.extend(Participant(role=role, slot=slot) for slot in slots)
    if trigger.kind in _DONE_TO:
        taken = {repr(one.slot) for one in out}  # nobody is victim and perpetrator of one act
        accused = [Participant(role="alleged_perpetrator", slot=Named(entity=entity.id)) for entity in doers]
        out.extend(one for one in accused if repr(one.slot) not in taken)
    for kind, wanted, named in (("interview", "media", "interviewer"), ("application", "court", "court")):
        if trigger.kind == kind:
            rows = mentions.within(sentence.start, sentence.end)
            out.extend(Participant(role=named, slot=Named(entity=e.id)) for _, e in rows if e.type == wanted)
    return tuple({(one.role, repr(one.slot)): one for one in out}.values())[:PARTICIPANTS_MAX]


def lost_subject(sentence: Span, reading: Reading) -> str | None:
    """The id of a splice that swallowed the subject: the sentence begins in mid-phrase within it."""
    for item in reading.damage:
        if item.kind != "splice" or not any(span.overlaps(sentence) for span in item.spans):
            continue
        first = re.match(r"[\"“«]?([^\W\d_]+)", sentence.text)
        if first and first.group(1)[0].islower() and any(span.start <= sentence.start for span in item.spans):
            return item.id
    return None


def _persons(scene: _Scene) -> list[tuple[Span, Entity]]:
    """The persons, and the groups that are held, but for those who only say, defend or decide."""
    speakers = scene.wording.phrases("speakers_before").hits(scene.words)
    rows = []
    for where, entity in scene.mentions.within(scene.sentence.start, scene.sentence.end):
        at = scene.words.at(where.start - scene.sentence.start)
        if entity.type not in {"person", "group"}:
            continue
        if entity.type == "group" and not _is_held(scene, where):
            continue
        if any(hit.last < at <= hit.last + SPEAKER_WORDS and _is_one_clause(scene, hit.last, at) for hit in speakers):
            continue
        rows.append((where, entity))
    return rows


def _is_held(scene: _Scene, where: Span) -> bool:
    """Whether a group is one of those that are held or protest, and not one that holds."""
    at, end = (scene.words.at(edge - scene.sentence.start) for edge in (where.start, where.end))
    return any(at <= hit.first < max(end, at + 1) for hit in scene.wording.phrases("held_groups").hits(scene.words))


def _is_one_clause(scene: _Scene, first: int, last: int) -> bool:
    return not any("," in scene.words.between(at) for at in range(first, last))


def _by_standing(scene: _Scene) -> tuple[list[Entity], list[Entity]]:
    """Where order is free and names are inflected: the nearest name, but a name that its verb agrees with is a doer."""
    rows = _persons(scene)
    trigger = scene.trigger.span
    doers = [
        (w, e)
        for w, e in rows
        if scene.trigger.kind in _DONE_TO and _agrees(w.text, scene.words.lower[scene.trigger.hit.last])
    ]
    left = [row for row in rows if row not in doers]
    before = [row for row in left if row[0].start < trigger.end]
    if before:
        return [entity for _, entity in _listed(before, scene)], [entity for _, entity in doers]
    after = [row for row in left if trigger.end <= row[0].start < trigger.end + OBJECT_CHARACTERS]
    return [entity for _, entity in after[:1]], [entity for _, entity in doers]


def _agrees(name: str, verb: str) -> bool:
    """Whether a Russian name stands in the nominative of an active verb in the past: `избил капитан Гуров`."""
    last = name.rsplit(maxsplit=1)[-1].lower()
    if verb.endswith("л"):
        return last[-1] not in "аяуюоеиыь"
    return verb.endswith("ла") and last[-1] in "ая"


def _listed(before: list[tuple[Span, Entity]], scene: _Scene) -> list[tuple[Span, Entity]]:
    """Give the nearest name and those that stand in one list with it."""
    out = [before[-1]]
    joins = {",", *scene.wording.words("joiners")}
    for row in reversed(before[:-1]):
        between = scene.text_between(row[0].end, out[0][0].start).split()
        if not between or not all(word in joins for word in between):
            break
        out.insert(0, row)
    return out


def _by_case(scene: _Scene) -> tuple[list[Entity], list[Entity]]:
    """Where endings tell the case: accusative and dative are whom it was done to, a bare name is the subject."""
    wording, trigger = scene.wording, scene.trigger.span
    doing = any(
        hit.first >= scene.trigger.hit.first and hit.first <= scene.trigger.hit.last + SPEAKER_WORDS
        for hit in wording.phrases("doing").hits(scene.words)
    )
    doers: list[Entity] = []
    objects: list[tuple[Span, Entity]] = []
    subjects: list[tuple[Span, Entity]] = []
    for where, entity in scene.mentions.within(scene.sentence.start, scene.sentence.end):
        follow = scene.words.lower[scene.words.at(where.end - scene.sentence.start) :][:1]
        bare = doing and entity.type == "group" and not ending_of(where, entity, scene.sentence)
        if (follow and follow[0] in wording.words("agent_after") and entity.type in _DOERS) or (
            bare and where.end <= trigger.start and not _is_apart(scene, where) and not _is_held(scene, where)
        ):
            doers.append(entity)
    taken = {entity.id for entity in doers}
    for where, entity in _persons(scene):
        if entity.id in taken or where.start >= trigger.end or _is_apart(scene, where):
            continue
        ending = ending_of(where, entity, scene.sentence)
        if ending in wording.words("accusative") or ending in wording.words("dative"):
            objects.append((where, entity))
        elif doing and not ending:
            doers.append(entity)
        elif ending in wording.words("genitive") or not ending:
            subjects.append((where, entity))
    chosen = objects or subjects
    return [entity for _, entity in _listed(chosen, scene)] if chosen else [], doers


def _is_apart(scene: _Scene, where: Span) -> bool:
    """Whether another clause or a quotation opens between a name and the episode: `X deyib ki, onu döyüblər`."""
    between = scene.text_between(where.end, max(where.end, scene.trigger.span.start))
    if not _OPENING.isdisjoint(between):
        return True
    after = scene.words.at(where.end - scene.sentence.start)
    return not scene.wording.phrases("other_clause").none_in(scene.words, after, scene.trigger.hit.first)


def _unnamed(scene: _Scene) -> Slot:
    """Somebody told by no name: the speaker of a first person, people by a noun, or whom a pronoun means."""
    words, wording = scene.words, scene.wording
    if set(wording.words("first_person")).intersection(words.lower):
        speakers: list[Slot] = [
            q.speaker for q in scene.mentions.quotations_on(scene.sentence) if not isinstance(q.speaker, Unstated)
        ]
        speakers += [
            a.holder for a in scene.mentions.accounts_on(scene.sentence) if isinstance(a.holder, Named | Undetermined)
        ]
        if speakers:
            return speakers[0]
    generic = wording.phrases("generic_people").hits(words)
    if generic:
        return Worded(span=words.span_of(generic[0].first, generic[0].last))
    for kind, section in (("one", "pronouns_one"), ("many", "pronouns_many")):
        found = [at for at, word in enumerate(words.lower) if word in wording.words(section)]
        if found:
            before = [at for at in found if at <= scene.trigger.hit.first] or found
            return scene.mentions.pronoun(words.span_of(before[-1], before[-1]), kind)
    return Unstated()
