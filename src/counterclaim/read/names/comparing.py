"""Two printed names compared: same, possible or different, with what differs; refuses to merge them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from counterclaim.read.names.folding import (
    Folded,
    body_words,
    folded,
    is_initial,
    letters,
    sex_of_ending,
)

Likeness = Literal["same", "possible", "different"]
NEAR_CHARACTERS_MIN = 7  # below that one letter makes another name
ACRONYM_LETTERS = range(2, 9)
REORDERED_MIN = 3  # two letters in either order fit by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How alike two names are, and the reasons in words. It says nothing on whether they are one person."""

    likeness: Likeness
    reasons: tuple[str, ...] = ()


def persons_compared(left: str, right: str) -> Comparison:
    """Compare two personal names as printed, in any of the read languages and alphabets.

    `same`: every word of the shorter has its partner, in any order and spelling. `possible`: the partner is an
    initial, a near spelling, or the shorter name is one word. A father's name, a surname's sex or a word without
    partner makes them different. Two people may bear one name: that is not looked at.
    """
    whole = _compared(folded(left), folded(right))
    if whole.likeness == "different" and ("-" in left or "-" in right):
        return _compared(folded(left.replace("-", " ")), folded(right.replace("-", " ")))
    return whole


def _compared(a: Folded, b: Folded) -> Comparison:
    if not a.words or not b.words:
        return Comparison(likeness="different", reasons=("no name",))
    short, long = sorted((a, b), key=lambda name: len(name.words))
    reasons: list[str] = []
    if _fathers_differ(a, b):
        return Comparison(likeness="different", reasons=("the father's name differs",))
    free = list(long.words)
    for word in sorted(short.words, key=lambda each: is_initial(each[0])):
        partner, reason = _partner(word, free, a, b)
        if partner is None:
            return Comparison(likeness="different", reasons=(reason,))
        free.remove(partner)
        reasons.extend([reason] if reason else [])
    if len(short.words) == 1 and len(long.words) > 1:
        reasons.append("one name only")
    return Comparison(likeness="possible" if reasons else "same", reasons=tuple(reasons))


def _fathers_differ(a: Folded, b: Folded) -> bool:
    if not a.father or not b.father:
        return False
    return not (a.father.startswith(b.father) or b.father.startswith(a.father))


def _partner(
    word: tuple[str, str], free: list[tuple[str, str]], a: Folded, b: Folded
) -> tuple[tuple[str, str] | None, str]:
    """The word of the other name that this one is, and what is left open about it."""
    latin, key = word
    for other in free:
        if not is_initial(latin) and not is_initial(other[0]) and _is_one(key, other[1]):
            if {sex_of_ending(latin), sex_of_ending(other[0])} == {"f", "m"}:
                return None, "the surname's sex differs"
            return other, ""
    by_initial = _by_initial(word, free, a.father or b.father)
    if by_initial is not None:
        return by_initial
    for other in free:
        if _dulled(key) == _dulled(other[1]) and not is_initial(latin):
            return other, "a spelling of another alphabet or without its marks"
    for other in free:
        if _is_near(key, other[1]) and {sex_of_ending(latin), sex_of_ending(other[0])} != {"f", "m"}:
            return other, "a near spelling"
    return None, f"{latin} has no partner"


def _by_initial(word: tuple[str, str], free: list[tuple[str, str]], father: str) -> tuple[tuple[str, str], str] | None:
    latin, key = word
    for other in free:
        if (is_initial(latin) or is_initial(other[0])) and key[:1] == other[1][:1]:
            return other, "an initial"
    if is_initial(latin) and father and father.startswith(key[:1]) and free:
        return free[0], "an initial of a father's name"
    return None


def _is_one(left: str, right: str) -> bool:
    """Whether two keys are one: equal, or different in how ch and j, or y and i before a vowel, were written."""
    return left == right or _loose(left) == _loose(right)


def _loose(key: str) -> str:
    """`c` stands for j in Azerbaijani and for ch where its mark was lost; g and h for each other at a word's head."""
    key = key.replace("C", "j").replace("T", "s").replace("Z", "j")
    return re.sub(r"(?<=[^aiou])i(?=[aou])|h\Z", "", key)


def _dulled(key: str) -> str:
    """What spellings keep across alphabets: Russian writes h as g, keyboards lose marks, speech takes t for d."""
    return _loose(key).translate(str.maketrans("hStp", "gsdb"))


def _is_near(left: str, right: str) -> bool:
    """Whether long keys differ by one letter that is not their first."""
    if min(len(left), len(right)) < NEAR_CHARACTERS_MIN or left[0] != right[0] or abs(len(left) - len(right)) > 1:
        return False
    at = next((n for n, (x, y) in enumerate(zip(left, right, strict=False)) if x != y), min(len(left), len(right)))
    if len(left) == len(right):
        vowels = set("aiou")
        return left[at + 1 :] == right[at + 1 :] and left[at] in vowels and right[at] in vowels
    short, long = sorted((left, right), key=len)
    return short[at:] == long[at + 1 :] and long[at] in "aiouhg"


def bodies_compared(left: str, right: str) -> Comparison:
    """Compare two bodies: `same` for the same words in any order, `possible` for an acronym or a short form."""
    a, b = body_words(left), body_words(right)
    if not a or not b:
        return Comparison(likeness="different", reasons=("no name",))
    if sorted(a) == sorted(b):
        return Comparison(likeness="same")
    for short, long in ((left, right), (right, left)):
        if _is_acronym(short, long):
            return Comparison(likeness="possible", reasons=("an acronym",))
    small, large = sorted((set(a), set(b)), key=len)
    if len(small) > 1 and small < large:
        return Comparison(likeness="possible", reasons=("a shorter form",))
    return Comparison(likeness="different", reasons=("its words differ",))


def _is_acronym(short: str, long: str) -> bool:
    letters_of = re.sub(r"[.\s]", "", re.sub(r"(?i)\Athe ", "", short))
    if not letters_of.isupper() or len(letters_of) not in ACRONYM_LETTERS or not letters_of.isalpha():
        return False
    words = list(re.findall(r"[^\W\d_]+", re.sub(r"[’']s?\b", "", long)))
    content = [word for word in words if word.lower() not in letters()["links"]]
    heads = {"".join(word[0] for word in chosen).upper() for chosen in (words, content)}
    turned = {head.replace("İ", "I").replace("i", "I") for head in heads}
    found = letters_of.replace("İ", "I")
    in_other_order = len(found) >= REORDERED_MIN and sorted(found) in [sorted(head) for head in turned]
    return len(content) > 1 and (found in turned or in_other_order)
