"""What an office puts in place of an allegation when it denies without a verb of denying; refuses a victim's words."""

from __future__ import annotations

import re
from functools import cache

from counterclaim.read.english.negation import negated
from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.saying.judged import Denial
from counterclaim.record.account import DenialKind, DeniedElement

_ALTERNATIVES = frozenset(
    {"elsewhere", "old_image", "staged", "altered", "not_by_us", "self_inflicted_or_fall", "earlier_injury"}
)
_PICTURE_WORDS = re.compile(r"\b(?:they|these|those|it|this|them)\b", re.IGNORECASE)
_TAKEN_IN = re.compile(
    r"\b(?:(?:taken|made|filmed|shot|recorded) in|(?:come|comes|came|originates?|originated|stems?) from)"
    r" (?:a (?:prison|jail|film|clip|war) in |prisons in )?(?:the )?([A-Z][\w’'-]+)(?!\s+(?:[A-Z]|No\b|\d))"
)
_OWN = frozenset({"blanket"})  # of the kinds, what also somebody without an office denies by


@cache
def _rows() -> tuple[tuple[DenialKind, tuple[DeniedElement, ...], bool, re.Pattern[str]], ...]:
    return tuple(
        (row["kind"], tuple(row["denies"]), bool(row["image"]), pattern_of(row["cues"]))
        for row in lexicon_of("en").rows("denial_stories")
    )


def stories_of(content: str, *, sentence: str) -> tuple[Denial, ...]:
    """Give the stories that words tell, in the order of the rules; empty where they tell none.

    A rule about pictures asks for a picture in the sentence, or a pronoun that may stand for one.
    """
    image = lexicon_of("en").pattern("images").search(sentence) or _PICTURE_WORDS.search(content)
    return tuple(
        Denial(kind=kind, denies=denies)
        for kind, denies, needs_image, pattern in _rows()
        if (image or not needs_image) and pattern.search(content)
    )


def story_of(content: str, *, sentence: str) -> Denial | None:
    """Give the story an office tells: the first of the rules, and time beside place where both are told."""
    found = stories_of(content, sentence=sentence)
    if _elsewhere(content, sentence):
        found = (*(story for story in found if story.kind == "old_image"), Denial(kind="elsewhere", denies=("place",)))
    if not found:
        return None
    kinds = {story.kind for story in found}
    if "old_image" in kinds and ("elsewhere" in kinds or lexicon_of("en").pattern("other_country").search(content)):
        return Denial(kind="old_image", denies=("time", "place"))
    return found[0]


def _elsewhere(content: str, sentence: str) -> bool:
    """Whether pictures are said to be from a land the office is not of, or not from `this country`."""
    lexicon = lexicon_of("en")
    if lexicon.pattern("images").search(sentence) is None:
        return False
    if any(negated(content, found.start()) for found in lexicon.pattern("home_places").finditer(content)):
        return True
    land = _TAKEN_IN.search(content)
    named = land is not None and land.group(1).lower() not in lexicon.table("months")
    return land is not None and named and sentence.count(land.group(1)) == 1


def possibility_of(content: str, *, sentence: str) -> bool:
    """Whether words only say that another story could be so: `may`, `perhaps` before it; nobody asserts it."""
    lexicon = lexicon_of("en")
    raising = next(term for term in lexicon.speech_terms if term.id == "raising_possibility")
    if raising.pattern.search(content):
        return True
    weak = lexicon.pattern("weak_possibilities").search(content)
    if weak is None or (weak.group() == "May" and weak.start() > 0):
        return False
    return any(story.kind in _ALTERNATIVES for story in stories_of(content[weak.end() :], sentence=sentence))


def own_denial_of(content: str, *, sentence: str) -> Denial | None:
    """Give what somebody without an office denies: another's words as a whole, an act as one's own, or a story.

    `I never gave such an order`; `my son did not fall`: only these, so that nothing told of what was suffered is
    turned into a denial.
    """
    lexicon = lexicon_of("en")
    for story in stories_of(content, sentence=sentence):
        if story.kind in _OWN and not lexicon.pattern("attacked_words").search(content):
            return story
    if lexicon.pattern("own_denials").search(content):
        return Denial(kind="not_by_us", denies=("authorship",))
    told = lexicon.pattern("alternative_story_verbs")
    if any(negated(content, found.start()) for found in told.finditer(content)):
        return Denial(kind="did_not_happen", denies=("act",))
    return None
