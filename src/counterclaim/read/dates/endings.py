"""Case endings of Azerbaijani and Turkish calendar words and numerals; refuses an ending no noun takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# Vowel harmony leaves each ending in two or four shapes (Lewis, Turkish Grammar, 2nd ed., II; Householder, Basic
# Course in Azerbaijani, 1965). Ordinal or adjective, plural, possessive, then one case.
_ORDINAL = r"(?P<ordinal>(?:[ıiuü]?n)?c[ıiuü])?(?P<adjective>l[ıiuü](?:[kq])?)?"
_NOUN = r"(?P<plural>l[aəe]r)?(?:[sny]?[ıiuü])?"
_CASE = (
    r"(?:n?(?:(?P<since>[dt][aəe]n)|(?P<until>(?:y?[aəe])?d[əea]k)|(?P<at>[dt][aəe](?:ki)?)"
    r"|(?P<to>y?[aəe])|(?P<of>[ıiuü]n)))?"
)
_ENDING = re.compile(_ORDINAL + _NOUN + _CASE)
ENDING_CHARACTERS_MAX = 14  # the longest chain above; a longer rest is another word

Case = Literal["", "at", "of", "since", "to", "until", "bare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What an ending says: its case (`bare` where there is none) and whether it makes an ordinal or a plural."""

    case: Case
    ordinal: bool
    plural: bool


def ending_of(rest: str) -> Ending | None:
    """Read the rest of a word after its stem, in small letters; None where it is no ending."""
    if len(rest) > ENDING_CHARACTERS_MAX:
        return None
    found = _ENDING.fullmatch(rest)
    if found is None:
        return None
    cases: tuple[Case, ...] = ("since", "until", "at", "to", "of")
    case: Case = next((name for name in cases if found.group(name)), "bare")
    plural = bool(found.group("plural") or found.group("adjective"))
    return Ending(case=case, ordinal=bool(found.group("ordinal")), plural=plural)
