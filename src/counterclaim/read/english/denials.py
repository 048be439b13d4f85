"""What exactly a denial denies; refuses to let it deny more than its words."""

from __future__ import annotations

import re

from counterclaim.read.english.negation import negated
from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.saying.judged import Denial, denial_rules

_PRONOUNS = re.compile(r"\b(?:they|these|those|it|this|them)\b", re.IGNORECASE)
_OTHER_STORIES = frozenset({"staged", "altered", "self_inflicted_or_fall"})  # told as fact they deny without a "not"
_STRONG_BLANKET = re.compile(
    r"\b(?:false|untrue|not true|baseless|unfounded|groundless|without (?:foundation|grounds?)|fabricat\w*|lies)\b",
    re.IGNORECASE,
)


def denial_of(content: str, *, sentence: str) -> Denial:
    """Read what the words after a verb of denying deny: the first rule that fits, so the most specific.

    A rule about pictures asks for a picture in the sentence, or a pronoun that may stand for one.
    """
    image = lexicon_of("en").pattern("images").search(sentence) or _PRONOUNS.search(content)
    for kind, denies, needs_image, pattern in denial_rules("en"):
        if kind == "isolated_case" or (needs_image and not image):
            continue
        if pattern.search(content):
            # `Filmed years ago in another country` denies the time and the place.
            both = kind == "old_image" and lexicon_of("en").pattern("other_country").search(content)
            return Denial(kind=kind, denies=("time", "place") if both else denies)
    return _negated_act(content) or Denial(kind="other", denies=())


def _negated_act(content: str) -> Denial | None:
    """Whatever the wording: a negation that governs a verb of ill-treatment, or of holding somebody."""
    lexicon = lexicon_of("en")
    if any(negated(content, found.start()) for found in lexicon.pattern("ill_treatment_verbs").finditer(content)):
        return Denial(kind="did_not_happen", denies=("act",))
    if any(negated(content, found.start()) for found in lexicon.pattern("holding_verbs").finditer(content)):
        return Denial(kind="never_detained", denies=("detention",))
    return None


def said_denial_of(content: str, *, sentence: str) -> Denial | None:
    """Read a denial out of what an office merely `said`: only where its words negate, or put another story."""
    refuses = lexicon_of("en").pattern("refused_cases").search(content)  # `could not discuss individual cases`
    if not refuses and lexicon_of("en").pattern("isolated_words").search(content):
        return Denial(kind="isolated_case", denies=())
    found = denial_of(content, sentence=sentence)
    if not lexicon_of("en").pattern("said_denials").search(content) and found.kind not in _OTHER_STORIES:
        return _negated_act(content)
    if found.kind in {"other", "source_attacked"} or (found.kind == "blanket" and not _STRONG_BLANKET.search(content)):
        return None
    return found
