"""Where an episode took place, by the words that tie a place to it; refuses to choose between two places."""

from __future__ import annotations

import re
from bisect import bisect_left

from counterclaim.read.episodes.phrases import Words, words_in
from counterclaim.read.episodes.triggers import Trigger
from counterclaim.read.episodes.wording import Wording, wording_of
from counterclaim.read.mentions import Mentions
from counterclaim.record.account import Entity, EpisodeType, Named, Reading, Slot, Undetermined, Unstated
from counterclaim.record.passage import Span

WORDS_BACK_MAX = 4  # `in the notorious central Colony No. 4`
CANDIDATES_MAX = 12
PLACELESS: frozenset[EpisodeType] = frozenset(
    {"interview", "publication", "application", "complaint", "decision", "pardon"}
)
LASTING: frozenset[EpisodeType] = frozenset({"ill_treatment", "detention", "trial", "injury"})
_APOSTROPHE = "'’ʼ"
_ENDING = re.compile(r"[^\W\d_]*")


class Places:
    """The facilities of a reading by where they are first named."""

    def __init__(self, reading: Reading, language: str, mentions: Mentions) -> None:
        """Index the facilities once."""
        self._language = language
        self._mentions = mentions
        rows = []
        for kind in ("facility", "place"):
            named = [e for e in reading.entities if e.type == kind and e.mentions and _is_proper(e.name)]
            first = sorted((entity.mentions[0].start, entity.id) for entity in named)
            rows.append(([start for start, _ in first], [entity_id for _, entity_id in first]))
        self._facilities, self._towns = rows

    def of(self, trigger: Trigger, triggers: list[Trigger], sentence: Span) -> Slot:
        """Give the place tied to an episode; `there` has the facilities named before as candidates.

        A place belongs to the episode it stands after, and before all of them to the first; where verbs come last it
        belongs to the next one. `taken to X, where ...` hands X on to what follows.
        """
        wording = wording_of(self._language)
        if trigger.kind in PLACELESS or wording is None:
            return Unstated()
        words = words_in(sentence, self._language)
        placed = [one for one in triggers if one.kind not in PLACELESS]
        for where, entity in self._mentions.within(sentence.start, sentence.end):
            if entity.type not in {"facility", "place"}:
                continue
            if where.overlaps(trigger.span):
                return Named(entity=entity.id)
            if owner_of(where, placed, words, wording) is trigger and _is_tied(where, entity, words, wording):
                return Named(entity=entity.id)
        return self._there(words, wording) if trigger.kind in LASTING else Unstated()

    def _there(self, words: Words, wording: Wording) -> Slot:
        if not _points_back(words, wording):
            return Unstated()
        starts, ids = self._facilities
        named = ids[: bisect_left(starts, words.span.start)]
        if not named:
            starts, ids = self._towns
            named = ids[: bisect_left(starts, words.span.start)]
        if len(named) == 1:
            return Named(entity=named[0])
        return Undetermined(candidates=tuple(named[-CANDIDATES_MAX:])) if named else Unstated()


def _is_proper(name: str | None) -> bool:
    """Whether a facility is told from others of its kind: `the police station` is not, `colony No. 4` is."""
    return name is not None and any(letter.isupper() or letter.isdigit() for letter in name)


def _points_back(words: Words, wording: Wording) -> bool:
    if wording.phrases("that_place").hits(words):
        return True
    not_then = set(wording.words("there_then_not"))
    for hit in wording.phrases("there").hits(words):
        following = words.lower[hit.last + 1 : hit.last + 2]
        last = words.lower[-1] if wording.verb_last else ""
        if not not_then.intersection((*following, last)):
            return True
    return False


def owner_of(where: Span, triggers: list[Trigger], words: Words, wording: Wording) -> Trigger | None:
    """Give the episode that a place or time belongs to by its standing."""
    if not triggers:
        return None
    before = [one for one in triggers if one.span.start <= where.start]
    after = [one for one in triggers if one.span.start > where.start]
    if wording.verb_last:
        return after[0] if after else before[-1]
    follow = words.at(where.end - words.span.start)
    if before and after and words.lower[follow : follow + 1] and words.lower[follow] in wording.words("next_clause"):
        return after[0]
    return before[-1] if before else after[0]


def _is_tied(where: Span, entity: Entity, words: Words, wording: Wording) -> bool:
    if not wording.verb_last:
        return _is_led_in(words, words.at(where.start - words.span.start), wording)
    ending = ending_of(where, entity, words.span)
    open_ones = wording.words("place_endings")
    still = tuple(one for one in open_ones if one[-1] not in "nı" and one.lstrip("n")[:1] in {"d", "t"})
    return ending in (open_ones if entity.type == "facility" else still)


def _is_led_in(words: Words, at: int, wording: Wording) -> bool:
    """Whether a preposition leads to the name, over small words, or the name says whose people they are."""
    leading = wording.words("place_before")
    for back in range(at - 1, max(-1, at - 1 - WORDS_BACK_MAX), -1):
        if back in words.stops or ("," in words.between(back)):
            return False
        if words.lower[back] in leading:
            return True
        if words.is_capital(back) and not words.between(back).startswith(tuple(_APOSTROPHE)):
            break
    before = words.lower[at - 1] if at else ""
    return any(before.startswith(stem.rstrip("*")) for stem in wording.words("place_of"))


def ending_of(where: Span, entity: Entity, sentence: Span) -> str:
    """Give the case ending of a name, in small letters: what follows it within the word, apostrophe apart."""
    rest = sentence.text[where.end - sentence.start :]
    after = _ENDING.match(rest[1:] if rest[:1] in _APOSTROPHE else rest)
    ending = after.group() if after else ""
    name = entity.name or ""
    if not ending and len(where.text) > len(name) and where.text.startswith(name):
        ending = where.text[len(name) :].lstrip(_APOSTROPHE)
    return ending
