"""The endings of Turkic nouns and verbs, by vowel harmony; refuses an ending that its stem's vowels do not allow.

Grammar: Göksel and Kerslake (2005), Turkish: A Comprehensive Grammar, ch. 3, 6 and 8; Schönig (1998), Azerbaijanian,
in: Johanson and Csató (eds.), The Turkic Languages. Foreign names may break harmony; behind an apostrophe or a
hyphen the ending is read without it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

Case = Literal["nom", "gen", "dat", "acc", "loc", "abl", "ins", "equ"]
ENDING_LETTERS_MAX = 14  # `-larınızdakilerden` is about the longest a page prints
_BACK, _FRONT = "aıou", "eəiöü"
_VOWELS = _BACK + _FRONT + "âîû"
_FRONT_OF = {**dict.fromkeys(_BACK, "back"), **dict.fromkeys(_FRONT, "front"), "â": "back", "û": "back", "î": "front"}
_HIGH = {"a": "ı", "ı": "ı", "o": "u", "u": "u", "e": "i", "ə": "i", "i": "i", "ö": "ü", "ü": "ü"}
_HIGH_CLASS = "[ıiuü]"
_LOW_CLASS = "[aeə]"
_VOICELESS = "fstkçşhpq"
_NOUN_ENDING = re.compile(
    r"(?P<plural>l[aeə]r)?"
    r"(?P<own>(?<=[aeəıioöuü])(?:m|n)(?![ıiuü]z)|(?:[ıiuü]m|[ıiuü]n)(?=[aeəıiu]|d[aeə]|\Z)|[ıiuü]?[mn][ıiuü]z|s?[ıiuü])?"
    r"(?P<case>n?[ıiuü]n|[yn]?[ıiuü]|[yn]?[aeə]|n?[dt][aeə]n|n?[dt][aeə](?:k[iı])?|y?l[aeə]|[ıi]l[aeə]|n?[cç][aeə])?"
    r"(?P<copula>[dt][ıiuü]r(?:l[aeə]r)?|y?[dt][ıiuü]|y?m[ıiuü]ş)?\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What follows a noun's stem: its case, whether it is owned (`-sı`) and whether it is plural."""

    case: Case
    owned: bool
    plural: bool


def ending_of(stem: str, rest: str, *, loose: bool = False) -> Ending | None:
    """Read `rest` as the endings of a noun `stem` (both in small letters), or None where it is none.

    `loose` leaves vowel harmony out, for foreign names and behind an apostrophe.
    """
    if not rest:
        return Ending(case="nom", owned=False, plural=False)
    if len(rest) > ENDING_LETTERS_MAX or not (loose or agrees(stem, rest)):
        return None
    found = _NOUN_ENDING.match(rest)
    if found is None:
        return None
    case = _case(found.group("case") or "")
    owned = bool(found.group("own"))
    own = found.group("own") or ""
    # After a consonant a lone `-ın` is the genitive and a lone `-ı` the mark of an owned thing or the accusative.
    if owned and not found.group("case") and re.fullmatch("[ıiuü]n", own):
        case, owned = "gen", False
    if owned and own[:1] in "mn" and len(own) == 1 and not found.group("case"):
        return None
    return Ending(case=case, owned=owned, plural=bool(found.group("plural")))


def _case(ending: str) -> Case:
    if not ending:
        return "nom"
    if re.fullmatch("n?[ıiuü]n", ending):
        return "gen"
    if re.search("[cç][aeə]\\Z", ending):
        return "equ"  # `Bakanlığınca reddedildi`: by whom
    if ending.endswith(("dan", "dən", "den", "tan", "ten")):
        return "abl"
    if re.search("[dt][aeə](?:k[iı])?\\Z", ending):
        return "loc"
    if re.search("l[aeə]\\Z", ending):
        return "ins"
    return "dat" if ending[-1] in "aeə" else "acc"


def agrees(stem: str, rest: str) -> bool:
    """Whether the first vowel of the ending has the palate of the stem's last vowel, and the others follow it."""
    palate = _palate(stem)
    for letter in rest:
        own = _FRONT_OF.get(letter)
        if own is None:
            continue
        if palate is not None and own != palate:
            return False
        palate = own
    return True


def _palate(stem: str) -> str | None:
    return next((_FRONT_OF[letter] for letter in reversed(stem) if letter in _FRONT_OF), None)


def ends_in_vowel(stem: str) -> bool:
    """Whether the stem ends in a vowel."""
    return stem[-1:] in _VOWELS


def softened(stem: str, language: str) -> str:
    """Give the stem as it stands before a vowel: `nazirlik` `nazirliy-`, `bakanlık` `bakanlığ-`."""
    last = stem[-1:]
    if language == "az":
        return stem[:-1] + {"k": "y", "q": "ğ"}[last] if last in "kq" else stem
    if last == "k" and stem[-2:-1] == "n":
        return stem[:-1] + "g"
    return stem[:-1] + {"k": "ğ", "p": "b", "ç": "c", "t": "d"}[last] if last in "kpçt" else stem


@cache
def finite_of(verb: str, language: str) -> str:
    """Give a pattern for the finite forms of a verb's stem: past, perfect, present, aorist, and their persons."""
    lead, stem = verb[: verb.rfind(" ") + 1], verb[verb.rfind(" ") + 1 :]
    high, low = _high(stem), _low(stem, language)
    voiced = _voiced(stem)
    many = f"l{low}r"
    past = f"{stem}{_past(stem, language)}{high}(?:{many}|m|q|k|n)?"
    glide = "y?" if ends_in_vowel(stem) else ""
    if language == "az":
        return _grouped(
            lead,
            past,
            f"{voiced}{glide}{high}b(?:{many})?(?:dir|dır|dur|dür)?",
            f"{stem}m{high}ş(?:{_HIGH_CLASS}?[mkq]|dır|dir|dur|dür|d{_HIGH_CLASS})?(?:{many})?",
            f"{stem}m{low}kd{low}(?:dir|dır)?(?:{many})?",
            f"{voiced}{glide}{high}r(?:{many}|{_LOW_CLASS}m|{_HIGH_CLASS}[kq])?(?:d{_HIGH_CLASS})?",
            f"{voiced}{glide}{low}r(?:{many})?",
        )
    body = stem[:-1] if ends_in_vowel(stem) else voiced
    before = _high(stem[:-1]) if ends_in_vowel(stem) and _palate(stem[:-1]) else high
    return _grouped(
        lead,
        past,
        f"{stem}m{high}ş(?:t{_HIGH_CLASS}r?)?(?:{many})?(?:t{_HIGH_CLASS}r)?",
        f"{body}{before}yor(?:lar|um|uz|du|muş)?(?:lar|du)?",
        f"{stem}m{low}kt{low}(?:d[ıi]r)?(?:l[ae]r)?",
        f"{stem}r(?:{many})?" if ends_in_vowel(stem) else f"{voiced}(?:{high}|{low})r(?:{many})?",
    )


@cache
def negated_of(verb: str, language: str) -> str:
    """Give a pattern for the negative finite forms and the negative noun forms of a verb's stem."""
    lead, stem = verb[: verb.rfind(" ") + 1], verb[verb.rfind(" ") + 1 :]
    low = _low(stem, language)
    return _grouped(
        lead,
        rf"{stem}m(?:{low}(?:d[ıi]|y[ıi]b|m[ıi]ş|z|yaca|yəcə|yece|y[aeə]n|d[ıi]ğ|d[ıi]y)|{_HIGH_CLASS}(?:r|yor))\w*",
    )


@cache
def linking_of(verb: str, language: str) -> str:
    """Give a pattern for the forms that lead on to another verb of the same subject: `-arak`, `-araq`, `-ıp`."""
    lead, stem = verb[: verb.rfind(" ") + 1], verb[verb.rfind(" ") + 1 :]
    low, voiced = _low(stem, language), _voiced(stem)
    glide = "y" if ends_in_vowel(stem) else ""
    tail = f"{low}r{low}[kq]"
    parts = [f"{voiced}{glide}{tail}"]
    if language == "tr":
        parts += [f"{voiced}{glide}{_high(stem)}p", f"{voiced}{_HIGH_CLASS}?{_LOW_CLASS}?rken"]
    return _grouped(lead, *parts)


@cache
def describing_of(verb: str, language: str) -> str:
    """Give a pattern for the form that describes the noun behind it: `belirten X`, `bildirən X`."""
    lead, stem = verb[: verb.rfind(" ") + 1], verb[verb.rfind(" ") + 1 :]
    glide = "y" if ends_in_vowel(stem) else ""
    return _grouped(lead, f"{_voiced(stem)}{glide}{_low(stem, language)}n")


@cache
def nominal_of(verb: str, language: str, *, negative: bool = False) -> str:
    """Give a pattern for the noun form that another verb of saying may govern: `reddettiğini`, `etiraf etdiyini`."""
    lead, stem = verb[: verb.rfind(" ") + 1], verb[verb.rfind(" ") + 1 :]
    if negative:
        return _grouped(lead, rf"{stem}m{_low(stem, language)}d{_HIGH_CLASS}[ğyk]\w{{1,7}}")
    return _grouped(lead, rf"{stem}{_past(stem, language)}{_high(stem)}[ğyk]\w{{1,7}}")


def _grouped(lead: str, *parts: str) -> str:
    return re.escape(lead).replace(r"\ ", r"\s+") + "(?:" + "|".join(parts) + ")"


def _high(stem: str) -> str:
    return next((_HIGH[letter] for letter in reversed(stem) if letter in _HIGH), "i")


def _low(stem: str, language: str) -> str:
    back = _palate(stem) == "back"
    return "a" if back else ("ə" if language == "az" else "e")


def _past(stem: str, language: str) -> str:
    return "t" if language == "tr" and stem[-1] in _VOICELESS else "d"


def _voiced(stem: str) -> str:
    """`et` is `ed-` before a vowel, also at the end of a compound; other stems stay."""
    last = stem.rsplit(" ", 1)[-1]
    if last in {"et", "get", "git", "reddet", "hükmet", "ret"} or (last.endswith("et") and last in _COMPOUNDS):
        return stem[:-1] + "d"
    return stem


_COMPOUNDS = frozenset({"reddet", "hükmet", "kaydet", "affet", "hisset", "zannet"})
