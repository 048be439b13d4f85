"""What exactly a denial denies; refuses to let it deny more than its words."""

from __future__ import annotations

import re
from functools import cache

from counterclaim.read.saying.judged import Denial
from counterclaim.read.turkic.words import Words

NEGATION_WORDS_MAX = 6  # a negative verb farther behind belongs to another clause
_OTHER_STORIES = frozenset(
    {
        "staged",
        "altered",
        "self_inflicted_or_fall",
        "earlier_injury",
        "elsewhere",
        "old_image",
        "not_by_us",
        "never_detained",
    }
)
_NEGATIVE = re.compile(
    r"(?<!\w)\w{2,40}m(?:[aeə](?:d[ıi]|y[ıi]b|m[ıi]ş|z(?!\w*lıq)|yaca|yəcə|yece|y[aeə]n|d[aeə]n\b)|[ıiuü](?:r(?:l[aeə]r|d[ıi])?\b|yor))\w*"
)
_CONDITION = re.compile(r"\ws[aeə]yd[ıi]\b")
_NEITHER = re.compile(r"(?<!\w)n[əe]\s[^.;:!?]{2,60}?,\s*n[əe]\s")
_WORD = re.compile(r"[^\W_]+")
_PRONOUN = re.compile(r"\b(?:bunlar|onlar)\b")


def is_negative(text: str) -> bool:
    """Whether a negative verb or a word of negation stands in small letters."""
    return _NEGATIVE.search(text) is not None


def denial_of(content: str, words: Words, *, sentence: str) -> Denial:
    """Read what the words beside a verb of denying deny: the first rule that fits, so the most specific.

    Both are in small letters. A rule about pictures asks for a picture in the sentence, or a pronoun that may stand
    for one.
    """
    image = words.pattern("images").search(sentence) or _PRONOUN.search(content)
    for rule in words.denial_rules:
        if rule.kind == "isolated_case" or (rule.image and not image):
            continue
        if rule.pattern.search(content):
            both = rule.kind == "old_image" and words.pattern("other_country").search(content)
            return Denial(kind=rule.kind, denies=("time", "place") if both else rule.denies)
    return negated_act(content, words) or Denial(kind="other", denies=())


def refused_of(content: str, words: Words, *, sentence: str) -> Denial:
    """Read what stands before a verb of denying, where the bare statement is what is denied: "taken there", "held"."""
    found = denial_of(content, words, sentence=sentence)
    if found.kind != "other":
        return found
    if words.pattern("images").search(sentence) and words.pattern("denied_takings").search(content):
        return Denial(kind="elsewhere", denies=("place",))
    if words.pattern("denied_holdings").search(content):
        return Denial(kind="never_detained", denies=("detention",))
    return found


def negated_act(content: str, words: Words) -> Denial | None:
    """Whatever the wording: a negative verb that governs a word of ill-treatment, or of holding somebody."""
    if _CONDITION.search(content):
        return None  # `müqavimət olmasaydı, güc işlədilməzdi`
    if _governed(content, words, "ill_treatment_stems") or _neither_nor(content, words):
        return Denial(kind="did_not_happen", denies=("act",))
    if _governed(content, words, "holding_stems"):
        return Denial(kind="never_detained", denies=("detention",))
    return None


def _neither_nor(content: str, words: Words) -> bool:
    """`Nə döyən olub, nə söyən`: neither has been, in a verb that is not negative."""
    found = _NEITHER.search(content)
    return found is not None and words.pattern("ill_treatment_stems").search(content, found.start()) is not None


def _governed(content: str, words: Words, section: str) -> bool:
    """Whether a negation closes the clause of such a word, which stands before it in these languages."""
    for found in words.pattern(section).finditer(content):
        if _NEGATIVE.fullmatch(found.group().split()[-1]):
            return True
        rest = re.split(r"[;:.,]|\b(?:və|ve|amma|ama|ancaq|ancak|isə|ise)\b", content[found.end() :], maxsplit=1)[0]
        near = [hit.group() for hit in _WORD.finditer(rest)][:NEGATION_WORDS_MAX]
        if any(_NEGATIVE.fullmatch(word) for word in near) or words.pattern("negators").search(" ".join(near)):
            return True
    return False


def said_denial_of(content: str, words: Words, *, sentence: str) -> Denial | None:
    """Read a denial out of what an office merely says: only where its words negate, or put another story."""
    if words.pattern("isolated_words").search(content):
        return Denial(kind="isolated_case", denies=())
    found = denial_of(content, words, sentence=sentence)
    if found.kind in _OTHER_STORIES:
        return found
    if found.kind == "blanket":
        return found if words.pattern("strong_blanket").search(content) else None
    negative = is_negative(content) or words.pattern("negators").search(content) or _neither_nor(content, words)
    if found.kind == "did_not_happen" and not negative:
        return None
    if found.kind == "other" and found.denies:
        return found  # another cause is told: `ürək tutmasından ölüb`
    if found.kind in {"other", "source_attacked"}:
        return negated_act(content, words)
    return found


def raises_possibility(content: str, words: Words, *, sentence: str) -> bool:
    """Whether a possibility is raised and not asserted; a plain `can` raises one only of pictures or another story."""
    if words.pattern("possibility").search(content) is not None:
        return True
    if words.pattern("weak_possibility").search(content) is None:
        return False
    told = any(rule.kind in _OTHER_STORIES and rule.pattern.search(content) for rule in words.denial_rules)
    return told or words.pattern("images").search(sentence) is not None


@cache
def attacked(words: Words) -> re.Pattern[str]:
    """Give the words that attack a source."""
    return next(rule.pattern for rule in words.denial_rules if rule.kind == "source_attacked")
