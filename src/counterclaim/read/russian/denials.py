"""What exactly a Russian denial denies; refuses to let it deny more than its words."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.russian.negation import negated
from counterclaim.read.saying.judged import Denial, denial_rules

_PRONOUNS = re.compile(r"\b(?:он[аио]?|это|эти|их|его|ее|её)\b", re.IGNORECASE)
_OTHER_STORIES = frozenset({"staged", "altered", "self_inflicted_or_fall", "earlier_injury", "elsewhere", "old_image"})
_NEEDS_NO_NOT = frozenset({"staged", "altered", "self_inflicted_or_fall", "elsewhere", "old_image"})
_PICTURED = frozenset({"old_image", "elsewhere", "altered"})
_HELD = re.compile(r"\b(?:задерж|арест|достав|содерж)\w*", re.IGNORECASE)


def denial_of(content: str, *, sentence: str) -> Denial:
    """Read what the words of a denial deny: the first rule that fits, so the most specific.

    A rule about pictures asks for a picture in the sentence, or a pronoun that may stand for one.
    """
    lexicon = lexicon_of("ru")
    image = lexicon.pattern("images").search(sentence) or _PRONOUNS.search(content)
    for kind, denies, needs_image, pattern in denial_rules("ru"):
        if kind == "isolated_case" or (needs_image and not image):
            continue
        if pattern.search(content):
            elsewhere = next(row for row in denial_rules("ru") if row[0] == "elsewhere")
            both = kind == "old_image" and elsewhere[3].search(content)
            return Denial(kind=kind, denies=("time", "place") if both else denies)
    return Denial(kind="other", denies=())


def said_denial_of(content: str, *, sentence: str) -> Denial | None:
    """Read a denial out of what an office merely said: only where its words negate, or put another story."""
    lexicon = lexicon_of("ru")
    if lexicon.pattern("isolated_words").search(content):
        return Denial(kind="isolated_case", denies=())
    found = denial_of(content, sentence=sentence)
    pictured = lexicon.pattern("images").search(sentence) or lexicon.pattern("taken_pronouns").search(sentence)
    if found.kind in _PICTURED and not pictured:
        return None  # `за десять лет`, `за рубежом`: told of no picture
    if found.kind in _OTHER_STORIES and (
        found.kind in _NEEDS_NO_NOT or lexicon.pattern("said_denials").search(content)
    ):
        return found
    if not lexicon.pattern("said_denials").search(content):
        return None
    if found.kind == "did_not_happen":
        return found if _is_negated(content) else _blanket(content)
    if found.kind == "source_attacked":
        return _blanket(content)
    if found.kind in {"other", "blanket"}:
        return _blanket(content)
    return found


def _blanket(content: str) -> Denial | None:
    strong = lexicon_of("ru").pattern("strong_blanket").search(content)
    return Denial(kind="blanket", denies=("all",)) if strong else None


def _is_negated(content: str) -> bool:
    """Whether one of the words of the act stands under a negation, or is itself worded as one."""
    row = next(rule for rule in lexicon_of("ru").rows("denial_rules") if rule["kind"] == "did_not_happen")
    worded = [cue for cue in row["cues"] if re.match(r"(?:не|ник|нет|так\w+ нет|фактов|пыток|насилия)\b|ник", cue)]
    if pattern_of(worded).search(content):
        return True
    acts = [cue for cue in row["cues"] if cue not in worded]
    return any(negated(content, hit.start()) for hit in pattern_of(acts).finditer(content))
