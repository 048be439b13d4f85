"""The words of a sentence that tell of an episode; refuses what is negated, feared, asked for or part of a name."""

from __future__ import annotations

from dataclasses import dataclass

from counterclaim.read.episodes.naming import THREATS, methods_named
from counterclaim.read.episodes.phrases import Hit, Words, words_in
from counterclaim.read.episodes.stance import stance_of
from counterclaim.read.episodes.wording import Wording, wording_of
from counterclaim.record.account import EpisodeType, MethodMention
from counterclaim.record.passage import Span

_HELD = "isolation"  # the one method that is a way of being held


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One kind of episode in a sentence: its first cue, as words and as a span."""

    kind: EpisodeType
    hit: Hit
    span: Span


def triggers_in(
    sentence: Span, language: str, methods: list[MethodMention], names: list[Span], bodies: list[Span]
) -> list[Trigger]:
    """Give one trigger a kind of episode, the first in the sentence, in the order of the text.

    `methods` are those told in this sentence; `names` are the mentions of persons and bodies in it, whose words tell
    of nothing, and `bodies` those of courts and organizations, to which an application can go.
    """
    wording = wording_of(language)
    if wording is None:
        return []
    words = words_in(sentence, language)
    found: dict[str, Hit] = {}
    for hit in _told(words, wording):
        span = words.span_of(hit.first, hit.last)
        named = names if hit.value == "application" else [*names, *bodies]
        if hit.value not in found and not any(name.covers(span) for name in named):
            found[hit.value] = hit
    acts = [method for method in methods if method.term not in THREATS]
    if acts:
        first = words.at(acts[0].span.start - sentence.start)
        last = words.at(acts[0].span.end - 1 - sentence.start)
        found["ill_treatment"] = Hit(first, last, "ill_treatment")
    _settle(found, words, wording)
    rows = sorted(found.items(), key=lambda item: (item[1].first, item[0]))
    return [Trigger(kind=kind, hit=hit, span=words.span_of(hit.first, hit.last)) for kind, hit in rows]  # type: ignore[arg-type]  # the data's types are held to the contract's when they are loaded


def _told(words: Words, wording: Wording) -> list[Hit]:
    """The cues told as having happened; of a decision that is worded as a negation too."""
    other = wording.phrases("other_senses").hits(words)
    named = [one.hit for one in methods_named(words.span, wording.language)]
    out = []
    for hit in wording.episodes.hits(words):
        if any(hit.overlaps(sense) for sense in other):
            continue
        if hit.value in {"death", "detention"} and any(
            hit.overlaps(one) and one.value not in {_HELD, "penetrating", "beating"} for one in named
        ):
            continue  # `threatened with death`, `kept awake`
        if stance_of(words, hit, wording) == "told":
            out.append(hit)
    out.extend(
        hit
        for hit in wording.unnegated.hits(words)
        if not any(hit.overlaps(sense) for sense in other) and stance_of(words, hit, wording, as_worded=True) == "told"
    )
    return sorted(out)


def _settle(found: dict[str, Hit], words: Words, wording: Wording) -> None:
    """Hold the kinds that share words apart."""
    more = wording.phrases("pardon_more").hits(words)
    if "release" in found and "pardon" not in found and more:
        found["pardon"] = more[0]  # `released under a pardon`
    if "application" in found and not wording.phrases("applied").hits(words):
        del found["application"]
    if "application" in found:
        found.pop("complaint", None)
    if "decision" in found and "investigation" in found and found["decision"].overlaps(found["investigation"]):
        del found["investigation"]  # `refused to open an investigation`
