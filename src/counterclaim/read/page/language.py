"""Which of the read languages a text is in, by its commonest words; refuses to believe a template's declaration."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from counterclaim.read.casing import lowered
from counterclaim.read.lexicon import lexicon_of

WORDS_MIN = 12  # fewer words say little about a language
SHARE_MIN = 15  # of a hundred words: English prose has 35-50 of its list, its neighbours under 8
SHARE_MIN_INFLECTED = 10  # Russian and the Turkic languages say with endings what English says with such words
FOREIGN_LETTERS_MAX = 5  # of a thousand letters: a name keeps its own spelling, a text does not
LOOKED_AT_CHARACTERS = 20_000
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str | None:
    """Give the ISO 639-1 code of the read language whose commonest words make up most of the text, or None.

    Method: the share of function words, as Grefenstette (1995), Comparing two language identification schemes,
    JADT 1995. It tells the languages this project reads from each other and from their neighbours; of a text
    in none of them it says None and not which one it is.
    """
    looked_at = text[:LOOKED_AT_CHARACTERS]
    words = _WORD.findall(looked_at)
    if len(words) < WORDS_MIN:
        return None
    letters = sum(len(word) for word in words)
    shares = {}
    for language, (common, foreign) in _lists().items():
        share = sum(1 for word in words if lowered(word, language) in common) * 100 // len(words)
        strange = sum(1 for letter in looked_at if letter in foreign) * 1000
        enough = SHARE_MIN if language == "en" else SHARE_MIN_INFLECTED
        if share >= enough and strange <= letters * FOREIGN_LETTERS_MAX:
            shares[language] = share
    return max(shares, key=lambda language: (shares[language], language)) if shares else None


@cache
def _lists() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    text = files("counterclaim.read").joinpath("cues", "languages.json").read_text(encoding="utf-8")
    others = {
        language: (frozenset(row["function_words"]), frozenset(row["foreign_letters"]))
        for language, row in json.loads(text)["languages"].items()
    }
    return {"en": (frozenset(lexicon_of("en").words("function_words")), frozenset()), **others}
