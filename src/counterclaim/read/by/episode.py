"""What a text says happened, to whom, where and when; refuses to choose a place between two and a name that is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterclaim.read.damage.copies import read_sentences
from counterclaim.read.dates.calendar_words import dates_in, durations_in
from counterclaim.read.dates.dateline import page_date_of
from counterclaim.read.english.participants import participants_of
from counterclaim.read.episodes.dating import is_another_days
from counterclaim.read.episodes.naming import THREATS
from counterclaim.read.episodes.phrases import Hit, words_in
from counterclaim.read.episodes.placing import LASTING, Places, owner_of
from counterclaim.read.episodes.taking_part import participants_in
from counterclaim.read.episodes.triggers import Trigger, triggers_in
from counterclaim.read.episodes.wording import Wording, wording_of
from counterclaim.read.layers import PageText
from counterclaim.read.mentions import Mentions
from counterclaim.read.spans import SpanIndex
from counterclaim.record.account import (
    DateMention,
    DurationMention,
    Episode,
    MethodMention,
    Participant,
    Reading,
)
from counterclaim.record.passage import Span

EPISODES_MAX = 2000
_TOGETHER = {"detention", "ill_treatment"}
_BODIES = frozenset({"organization", "court", "public_body", "media", "facility"})
_PERSONS = frozenset({"person", "place", "country"})


@dataclass(frozen=True, slots=True)
class EpisodeReader:
    """Arrest, detention, ill-treatment, injury, release, pardon and the steps of a remedy, as the text tells them."""

    name: str = "episode"
    version: str = "3"
    after: tuple[str, ...] = ("damage", "name", "parser_ru", "place", "speech", "account", "method")

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Add the episodes in the order of the text; of two copies of a sentence one is read."""
        wording = wording_of(page.language)
        if wording is None:
            return so_far
        scene = _Page(so_far, wording)
        found = [episode for sentence in read_sentences(so_far) for episode in scene.episodes_of(sentence)]
        numbered = tuple(replace(item, id=f"p{number}") for number, item in enumerate(found[:EPISODES_MAX], start=1))
        return replace(so_far, episodes=(*so_far.episodes, *numbered))


class _Page:
    """One reading, indexed once, asked for the episodes of each sentence."""

    def __init__(self, reading: Reading, wording: Wording) -> None:
        self._reading = reading
        self._wording = wording
        self._mentions = Mentions(reading)
        self._places = Places(reading, wording.language, self._mentions)
        self._page_date = page_date_of(reading)
        self._methods = SpanIndex((method.span, method) for method in reading.methods if method.asserted)
        self._testimony = SpanIndex((a.span, a) for a in reading.accounts if a.act == "testimony")

    def episodes_of(self, sentence: Span) -> list[Episode]:
        methods = [m for m in self._methods.overlapping(sentence.start, sentence.end) if sentence.covers(m.span)]
        rows = self._mentions.within(sentence.start, sentence.end)
        triggers = triggers_in(
            sentence,
            self._wording.language,
            methods,
            [where for where, entity in rows if entity.type in _PERSONS],
            [where for where, entity in rows if entity.type in _BODIES and not (entity.name or "x").islower()],
        )
        if not triggers:
            return self._lasting_only(sentence)
        dated = self._dated(sentence, triggers)
        lasted = self._lasted(sentence, triggers)
        return [self._episode(one, triggers, sentence, methods, (dated, lasted)) for one in triggers]

    def _episode(
        self,
        trigger: Trigger,
        triggers: list[Trigger],
        sentence: Span,
        methods: list[MethodMention],
        when: tuple[dict[str, DateMention], dict[str, DurationMention]],
    ) -> Episode:
        kind = trigger.kind
        wanted = {"ill_treatment": lambda term: term not in THREATS, "threat": lambda term: term in THREATS}.get(kind)
        return Episode(
            id="",
            type=kind,
            span=sentence,
            participants=self._participants(trigger, sentence),
            methods=tuple(m.id for m in methods if wanted is not None and wanted(m.term)),
            place=self._places.of(trigger, triggers, sentence),
            date=when[0].get(kind),
            duration=when[1].get(kind),
        )

    def _participants(self, trigger: Trigger, sentence: Span) -> tuple[Participant, ...]:
        if self._wording.language == "en":
            return participants_of(trigger.kind, trigger.span, sentence, self._reading, self._mentions)
        return participants_in(trigger, sentence, self._reading, self._mentions, self._wording)

    def _dated(self, sentence: Span, triggers: list[Trigger]) -> dict[str, DateMention]:
        """Give each kind its date: `released under a pardon in May` has one date for both."""
        words = words_in(sentence, self._wording.language)
        out: dict[str, DateMention] = {}
        for item in dates_in(sentence, self._wording.language, self._page_date):
            owner = owner_of(item.span, triggers, words, self._wording)
            if owner is not None and not is_another_days(item, self._page_date, owner, words, self._wording):
                out.setdefault(owner.kind, item)
        kinds = [one.kind for one in triggers]
        if "pardon" in out and "release" in kinds[: kinds.index("pardon")]:
            out.setdefault("release", out["pardon"])
        return out

    def _lasted(self, sentence: Span, triggers: list[Trigger]) -> dict[str, DurationMention]:
        words = words_in(sentence, self._wording.language)
        lasting = [one for one in triggers if one.kind in LASTING]
        out: dict[str, DurationMention] = {}
        for item in durations_in(sentence, self._wording.language):
            owner = owner_of(item.span, lasting, words, self._wording)
            # Isolation is a way of being held: `held incommunicado for two weeks` says how long both lasted.
            for one in lasting:
                if one is owner or (owner and {one.kind, owner.kind} == _TOGETHER and one.hit.overlaps(owner.hit)):
                    out.setdefault(one.kind, item)
        return out

    def _lasting_only(self, sentence: Span) -> list[Episode]:
        """Testimony of how long something lasted, where the sentence does not say what: of no stated kind."""
        durations = durations_in(sentence, self._wording.language)
        if not durations or not self._testimony.touches(sentence.start, sentence.end):
            return []
        words = words_in(sentence, self._wording.language)
        if not len(words):
            return []
        last = len(words) - 1
        end = Span(start=sentence.end, end=sentence.end, text="")
        trigger = Trigger(kind="other", hit=Hit(last, last, "other"), span=end)
        placed = Trigger(kind="ill_treatment", hit=trigger.hit, span=end)
        return [
            Episode(
                id="",
                type="other",
                span=sentence,
                participants=self._participants(trigger, sentence),
                methods=(),
                place=self._places.of(placed, [placed], sentence),
                date=None,
                duration=durations[0],
            )
        ]


READER = EpisodeReader()
