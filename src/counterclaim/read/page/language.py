"""Which of the read languages a text is in, by its common words, endings and letters; refuses to guess between two."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from counterclaim.read.casing import lowered
from counterclaim.read.lexicon import lexicon_of

WORDS_MIN = 12  # fewer words say little about a language
SHARE_MIN = 15  # of a hundred words: English prose has 35-50 of its list, its neighbours under 8
SHARE_MIN_INFLECTED = 25  # with endings, Russian and the Turkic languages have 45-75, short or full of names 28-40
ENDED_WORD_MIN = 5  # letters: in a shorter word the last two are as often its stem
ENDING_MAX = 6  # letters: the longest in the list
FOREIGN_LETTERS_MAX = 5  # of a thousand letters: a name keeps its own spelling, a text does not
FOREIGN_LETTERS_FEW = 2  # in a paragraph of eighty letters one name is more than five in a thousand
NEEDED_LETTERS_MIN = 10  # of a thousand letters: Azerbaijani has 80-110 ə
LOOKED_AT_CHARACTERS = 20_000
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    function_words: frozenset[str]
    endings: frozenset[str]
    foreign_letters: frozenset[str]
    needed_letters: frozenset[str]
    is_read: bool

    def has(self, word: str) -> bool:
        """Whether a lower-case word is a common one or ends as the language's words do."""
        if word in self.function_words:
            return True
        return len(word) >= ENDED_WORD_MIN and any(word[-size:] in self.endings for size in range(2, ENDING_MAX + 1))


def language_of(text: str) -> str | None:
    """Give the ISO 639-1 code of the read language that most words of the text are like, or None.

    Method: the share of function words and of common endings, as the "small words" of Grefenstette (1995), Comparing
    two language identification schemes, JADT 1995, with his suffixes for languages that inflect; a neighbour's text is
    told by being more like the neighbour. It tells the languages this project reads from each other and from the
    neighbours listed; of a text in none of those it read it says None and not which one it is.
    """
    looked_at = text[:LOOKED_AT_CHARACTERS]
    words = _WORD.findall(looked_at)
    if len(words) < WORDS_MIN:
        return None
    # A dotless or dotted capital I is the one difference between casings: both are looked up.
    plain = [lowered(word, "en") for word in words]
    turkic = [lowered(word, "tr") for word in words]
    letters = "".join(plain)
    shares = {}
    for code, language in _languages().items():
        cased = turkic if code in {"az", "tr"} else plain
        share = sum(map(language.has, cased)) * 100 // len(words)
        if not language.is_read or (share >= _least(code) and _is_spelt_as(language, letters)):
            shares[code] = share
    best = max(shares.values(), default=0)
    first = [code for code, share in shares.items() if share == best]
    return first[0] if len(first) == 1 and _languages()[first[0]].is_read else None


def _least(code: str) -> int:
    return SHARE_MIN if code == "en" else SHARE_MIN_INFLECTED


def _is_spelt_as(language: _Language, letters: str) -> bool:
    strange = sum(1 for letter in letters if letter in language.foreign_letters)
    needed = sum(1 for letter in letters if letter in language.needed_letters)
    few = max(FOREIGN_LETTERS_FEW, len(letters) * FOREIGN_LETTERS_MAX // 1000)
    return strange <= few and (not language.needed_letters or needed * 1000 >= len(letters) * NEEDED_LETTERS_MIN)


@cache
def _languages() -> Mapping[str, _Language]:
    text = files("counterclaim.read").joinpath("cues", "languages.json").read_text(encoding="utf-8")
    out = {}
    for code, row in json.loads(text)["languages"].items():
        words = lexicon_of("en").words("function_words") if code == "en" else row["function_words"]
        out[code] = _Language(
            function_words=frozenset(words),
            endings=frozenset(row["endings"]),
            foreign_letters=frozenset(row["foreign_letters"]),
            needed_letters=frozenset(row["needed_letters"]),
            is_read=row["is_read"],
        )
    return out
