"""Whether words are told as having happened; refuses what is denied, feared, forbidden or threatened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from counterclaim.read.episodes.phrases import CACHED_SENTENCES, Hit, Words, words_in
from counterclaim.read.episodes.wording import Wording, wording_of
from counterclaim.record.passage import Span

Stance = Literal["told", "negated", "open", "threatened"]
REACH_WORDS_MAX = 18  # what stands farther off belongs to another thought
NEAR_WORDS_MAX = 3  # `not` beside its verb, and the verb of an act named by a noun
_CLAUSE_MARKS = frozenset(';:!?…—–«»“”"()')


@dataclass(frozen=True, slots=True)
class _Frame:
    """What of a sentence decides the stance: the cues around and the words where a clause ends."""

    cues: tuple[Hit, ...]
    strong: frozenset[int]
    left: frozenset[int]
    right: frozenset[int]


@lru_cache(maxsize=CACHED_SENTENCES)
def _frame(span: Span, language: str) -> _Frame:
    words, wording = words_in(span, language), wording_of(language)
    cues = wording.stance.hits(words) if wording else []
    not_so = [cue for cue in cues if cue.value == "no_cue"]
    kept = [cue for cue in cues if not any(cue.overlaps(other) for other in not_so)]
    marks, commas = set(), set()
    for at in range(len(words) - 1):
        between = words.between(at)
        if not _CLAUSE_MARKS.isdisjoint(between) or at in words.stops:
            marks.add(at)
        if "," in between:
            commas.add(at)
    strong = marks | {cue.first - 1 for cue in kept if cue.value == "clause_end"}
    weak = strong | {cue.first - 1 for cue in kept if cue.value == "clause_join"}
    left = weak | commas if wording and wording.comma_ends_clause else weak
    return _Frame(cues=tuple(kept), strong=frozenset(strong), left=frozenset(left), right=frozenset(weak | commas))


@dataclass(frozen=True, slots=True)
class _Around:
    """The kinds of cue around a hit, by where they stand."""

    before: frozenset[str]
    before_far: frozenset[str]
    before_near: frozenset[str]
    after: frozenset[str]
    after_near: frozenset[str]


def _around(frame: _Frame, hit: Hit, size: int) -> _Around:
    left, _ = _window(frame.left, hit, size)
    _, right = _window(frame.right, hit, size)
    far_left, far_right = _window(frame.strong, hit, size)
    ahead = [cue for cue in frame.cues if cue.last < hit.first and cue.first >= far_left]
    behind = [cue for cue in frame.cues if cue.first > hit.last and cue.last <= far_right]
    near = hit.first - NEAR_WORDS_MAX, hit.last + NEAR_WORDS_MAX
    return _Around(
        before=frozenset(cue.value for cue in ahead if cue.first >= left),
        before_far=frozenset(cue.value for cue in ahead),
        before_near=frozenset(cue.value for cue in ahead if cue.first >= left and cue.last >= near[0]),
        after=frozenset(cue.value for cue in behind if cue.last <= right),
        after_near=frozenset(cue.value for cue in behind if cue.first <= near[1]),
    )


def stance_of(words: Words, hit: Hit, wording: Wording, *, as_worded: bool = False) -> Stance:
    """Say how the words at a hit are told: as happened, under a negation, as only possible, or as a threat.

    Negation by cue words before and after within the clause (NegEx: Chapman et al. 2001, A simple algorithm for
    identifying negated findings), and by the verb's own form where a language puts it there. `as_worded` is for
    cues that are negations themselves (`was not upheld`). It does not see irony or another sentence.
    """
    frame = _frame(words.span, wording.language)
    around = _around(frame, hit, len(words))
    own = words.lower[hit.last]
    following = _governing(words, hit, _window(frame.right, hit, len(words))[1], wording)
    if _is_threat(frame, hit, around, words, wording):
        return "threatened"
    realised = wording.verb.has(own) or any(wording.verb.has(word) for word in following)
    if _is_open(around, realised=realised and wording.verb_last):
        return "open"
    if any(wording.open.has(word) for word in (own, *following)):
        return "open"
    if as_worded:
        return "told"
    if _is_negated(around, is_verb=wording.verb.has(own)):
        return "negated"
    return "negated" if any(wording.negative.has(word) for word in (own, *following)) else "told"


def _is_threat(frame: _Frame, hit: Hit, around: _Around, words: Words, wording: Wording) -> bool:
    """Whether the act is what somebody threatened; `threatened with death and beaten` tells of a beating."""
    if "threat_after" in around.after_near & around.after:
        return True
    if "threat_before" not in around.before:
        return False
    last = max(cue.last for cue in frame.cues if cue.value == "threat_before" and cue.last < hit.first)
    joined = not wording.phrases("joiners").none_in(words, last + 1, hit.first)
    return not (joined and wording.verb.has(words.lower[hit.last]))


def _is_open(around: _Around, *, realised: bool) -> bool:
    return (
        "open" in around.before
        or "open_far" in around.before_far
        or "open_near" in around.before_near | around.after_near
        or "law" in around.before_near | around.after_near
        or "law_before" in around.before_near
        or "law_after" in around.after_near & around.after
        or ("open_after" in around.after and not realised)
    )


def _is_negated(around: _Around, *, is_verb: bool) -> bool:
    return (
        "negation" in around.before
        or "negation_near" in around.before_near
        or "negation_after" in around.after_near & around.after
        or ("negation_in_clause" in around.before | around.after and not is_verb)
        or "denial" in around.before_far
        or "denial_after" in around.after
    )


def _window(ends: frozenset[int], hit: Hit, size: int) -> tuple[int, int]:
    """Give the first and last word of the clause around a hit."""
    left = hit.first
    while left > 0 and (left - 1) not in ends and hit.first - left < REACH_WORDS_MAX:
        left -= 1
    right = hit.last
    while right < size - 1 and right not in ends and right - hit.last < REACH_WORDS_MAX:
        right += 1
    return left, right


def _governing(words: Words, hit: Hit, right: int, wording: Wording) -> tuple[str, ...]:
    """Give the words after an act named by a noun up to its verb, where verbs come last; none after a verb."""
    if not wording.verb_last or wording.verb.has(words.lower[hit.last]):
        return ()
    out: list[str] = []
    for at in range(hit.last + 1, min(right, hit.last + NEAR_WORDS_MAX) + 1):
        if words.is_capital(at):
            continue
        out.append(words.lower[at])
        if wording.verb.has(words.lower[at]) or wording.negative.has(words.lower[at]):
            break
    return tuple(out)
