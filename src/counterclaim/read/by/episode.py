"""What a text says happened, to whom, where and when; refuses to choose a place between two and a name that is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from counterclaim.read.damage.copies import read_sentences
from counterclaim.read.dates.calendar_words import dates_in, durations_in
from counterclaim.read.english.negation import negated
from counterclaim.read.english.participants import participants_of
from counterclaim.read.layers import PageText
from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.mentions import Mentions
from counterclaim.record.account import (
    DateMention,
    DurationMention,
    Episode,
    EpisodeType,
    Named,
    Reading,
    Slot,
    Undetermined,
    Unstated,
)
from counterclaim.record.passage import Span

EPISODES_MAX = 2000
_THERE = re.compile(
    r"\bthere\b(?!\s+(?:is|are|was|were|has|have|had|will|would|can|may|must|seems|appears))", re.IGNORECASE
)
_THAT_PLACE = re.compile(
    r"\b(?:in|at|inside) (?:that|this|the same) (?:building|place|station|prison|facility|department|basement)\b",
    re.IGNORECASE,
)
_PLACE_BEFORE = re.compile(
    r"\b(?:at|in|inside|into|to|from|near)\s+(?:the\s+|a\s+|an\s+)?(?:[a-z]+\s+){0,2}(?:of\s+the\s+)?(?:[\w’']+[’']s\s+)?\Z"
)
_PLACELESS: tuple[EpisodeType, ...] = ("interview", "publication", "application", "complaint", "decision", "pardon")
_LASTING: tuple[EpisodeType, ...] = ("ill_treatment", "detention", "trial", "injury")


@dataclass(frozen=True, slots=True)
class EpisodeReader:
    """Arrest, detention, ill-treatment, injury, release, pardon and the steps of a remedy, as the text tells them."""

    name: str = "episode"
    version: str = "1"
    after: tuple[str, ...] = ("damage", "name", "speech", "account", "method")

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Add the episodes in the order of the text; of two copies of a sentence one is read."""
        if page.language != "en":
            return so_far
        mentions = Mentions(so_far)
        found = [episode for sentence in read_sentences(so_far) for episode in _of_sentence(sentence, so_far, mentions)]
        numbered = tuple(replace(item, id=f"p{number}") for number, item in enumerate(found[:EPISODES_MAX], start=1))
        return replace(so_far, episodes=(*so_far.episodes, *numbered))


def _of_sentence(sentence: Span, reading: Reading, mentions: Mentions) -> list[Episode]:
    triggers = _triggers(sentence, reading)
    dates, durations = dates_in(sentence), durations_in(sentence)
    if not triggers:
        return _lasting_only(sentence, durations, reading, mentions)
    dated = {_nearest(item.span, triggers): item for item in reversed(dates)}
    lasting = [(kind, at) for kind, at in triggers if kind in _LASTING]
    lasted = {_nearest(item.span, lasting): item for item in reversed(durations)} if lasting else {}
    out = []
    for kind, trigger in triggers:
        date: DateMention | None = dated.get(trigger.start)
        if date is None and kind == "release":  # `released under a pardon in May`: one date for both
            date = next((dated[at.start] for other, at in triggers if other == "pardon" and at.start in dated), None)
        duration: DurationMention | None = lasted.get(trigger.start)
        methods = (
            [m for m in reading.methods if m.asserted and sentence.covers(m.span)] if kind == "ill_treatment" else []
        )
        out.append(
            Episode(
                id="",
                type=kind,
                span=sentence,
                participants=participants_of(kind, trigger, sentence, reading, mentions),
                methods=tuple(m.id for m in methods),
                place=_place(kind, trigger, triggers, sentence, mentions),
                date=date,
                duration=duration,
            )
        )
    return out


def _triggers(sentence: Span, reading: Reading) -> list[tuple[EpisodeType, Span]]:
    """One trigger a kind of episode, the first in the sentence; what is negated, feared or asked for is no episode."""
    lexicon = lexicon_of("en")
    found: dict[EpisodeType, Span] = {}
    methods = [m for m in reading.methods if m.asserted and sentence.covers(m.span)]
    if methods:
        found["ill_treatment"] = methods[0].span
    for row in lexicon.rows("episode_rules"):
        kind: EpisodeType = row["type"]
        for hit in pattern_of(row["cues"]).finditer(sentence.text):
            span = Span(start=sentence.start + hit.start(), end=sentence.start + hit.end(), text=hit.group())
            # A decision is often worded as a negation: `was not upheld`.
            if kind not in found and (kind == "decision" or _is_told(sentence.text, hit.start())):
                found[kind] = span
    if "release" in found and "pardon" not in found:
        named = re.search(r"\bpardon\w*", sentence.text, re.IGNORECASE)
        if named:
            start = sentence.start + named.start()
            found["pardon"] = Span(start=start, end=start + len(named.group()), text=named.group())
    if "application" in found and not lexicon.pattern("applied").search(sentence.text):
        del found["application"]
    if "application" in found:
        found.pop("complaint", None)
    return sorted(found.items(), key=lambda item: (item[1].start, item[0]))


def _is_told(text: str, at: int) -> bool:
    clause = re.split(r"[,;:.]", text[:at])[-1]
    return not lexicon_of("en").pattern("not_yet").search(clause) and not negated(text, at)


def _nearest(span: Span, triggers: list[tuple[EpisodeType, Span]]) -> int:
    """The trigger a date or duration stands after, else the one it stands before."""
    before = [at.start for _, at in triggers if at.start <= span.start]
    return before[-1] if before else triggers[0][1].start


def _lasting_only(
    sentence: Span, durations: tuple[DurationMention, ...], reading: Reading, mentions: Mentions
) -> list[Episode]:
    """Testimony of how long something lasted, where the sentence does not say what: an episode of no stated kind."""
    if not durations or not any(a.act == "testimony" and a.span.overlaps(sentence) for a in reading.accounts):
        return []
    start = Span(start=sentence.end, end=sentence.end, text="")
    return [
        Episode(
            id="",
            type="other",
            span=sentence,
            participants=participants_of("other", start, sentence, reading, mentions),
            methods=(),
            place=_place("ill_treatment", start, [("ill_treatment", start)], sentence, mentions),
            date=None,
            duration=durations[0],
        )
    ]


def _place(
    kind: EpisodeType, trigger: Span, triggers: list[tuple[EpisodeType, Span]], sentence: Span, mentions: Mentions
) -> Slot:
    """The facility or place a preposition ties to the episode; `there` has the places named before as candidates."""
    if kind in _PLACELESS:
        return Unstated()
    placed = [at.start for other, at in triggers if other not in _PLACELESS]
    for where, entity in mentions.within(sentence.start, sentence.end):
        if entity.type not in {"facility", "place"}:
            continue
        if where.overlaps(trigger):
            return Named(entity=entity.id)
        # A place belongs to the episode it stands after; before all of them, to the first.
        owner = max((at for at in placed if at < where.start), default=placed[0])
        before = sentence.text[max(0, where.start - sentence.start - 60) : where.start - sentence.start]
        if owner == trigger.start and _PLACE_BEFORE.search(before):
            return Named(entity=entity.id)
    if (_THERE.search(sentence.text) or _THAT_PLACE.search(sentence.text)) and kind in _LASTING:
        return _there(sentence, mentions)
    return Unstated()


def _there(sentence: Span, mentions: Mentions) -> Slot:
    named: list[str] = []
    for _, entity in mentions.within(0, sentence.start):
        proper = entity.name is not None and not entity.name.islower()
        if entity.type == "facility" and proper and entity.id not in named:
            named.append(entity.id)
    if len(named) == 1:
        return Named(entity=named[0])
    return Undetermined(candidates=tuple(named)) if named else Unstated()


READER = EpisodeReader()
