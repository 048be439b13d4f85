"""Which methods of the vocabulary a sentence names and how; refuses other senses of their words, and won games."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from counterclaim.read.episodes.phrases import CACHED_SENTENCES, Hit, Words, words_in
from counterclaim.read.episodes.stance import Stance, stance_of
from counterclaim.read.episodes.wording import Wording, wording_of
from counterclaim.record.passage import Span

GENERAL = frozenset({"unspecified", "threat", "mental_unspecified"})  # less specific than what shares their words
THREATS = frozenset({"threat", "death_threat"})  # an episode of threat, not of ill-treatment
_WON = "beating"  # the one method whose words tell of games


@dataclass(frozen=True, slots=True)
class Method:
    """A term of the vocabulary at its words, and whether it is told as having happened."""

    hit: Hit
    stance: Stance

    @property
    def term(self) -> str:
        """The id of the term."""
        return self.hit.value


@lru_cache(maxsize=CACHED_SENTENCES)
def methods_named(span: Span, language: str) -> tuple[Method, ...]:
    """Give the methods of one sentence in the order of the text; of cues that overlap the longest counts.

    Methods that are only possible, forbidden, feared or threatened are given too, with that stance.
    """
    wording = wording_of(language)
    if wording is None:
        return ()
    words = words_in(span, language)
    found = wording.methods.hits(words)
    if not found:
        return ()
    lacking = {(hit.first, hit.last) for hit in wording.lacking.hits(words)}
    out: list[Hit] = []
    for hit in sorted(found, key=lambda hit: (hit.value in GENERAL, hit.first - hit.last, hit.first, hit.value)):
        if not any(hit.overlaps(other) for other in out):
            out.append(hit)
    kept = [hit for hit in out if not _means_another(hit, words, wording)]
    return tuple(
        Method(hit, stance_of(words, hit, wording, as_worded=(hit.first, hit.last) in lacking)) for hit in sorted(kept)
    )


def _means_another(hit: Hit, words: Words, wording: Wording) -> bool:
    if any(hit.overlaps(other) for other in wording.phrases("other_senses").hits(words)):
        return True
    return hit.value == _WON and bool(wording.phrases("games").hits(words))
