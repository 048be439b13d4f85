"""Many phrases as one regular expression that is quick to fail; refuses to match anything another way than a plain `|`.

Python's `re` tries the branches of a case-insensitive alternation one by one at each place. Branches that begin with
other letters exclude each other, so they may stand in groups behind their first letters, in which the given order
holds; a class of letters that is not matched case-insensitively is looked up before a branch is entered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

DEPTH_MAX = 4  # letters deep: behind the fourth a group of the word lists holds a phrase or two
_RANGES = (range(0x2500), range(0xA640, 0xA7F0), range(0xFB00, 0xFB07))  # Latin, Greek, Cyrillic and their likes
_YO = "[её]"


def alternation(parts: Sequence[str], depth: int = DEPTH_MAX) -> str:
    """Give an expression (without a group around it) that matches under re.IGNORECASE just what `"|".join(parts)` does.

    `parts` are regular expressions; those that begin with a letter (or with the class of е and ё) are grouped.
    """
    heads = [_head(part) for part in parts]
    if depth == 0 or len(parts) == 1 or any(head is None for head in heads):
        return "|".join(parts)
    groups: dict[str, list[str]] = {}
    for head in heads:
        if head is not None:
            groups.setdefault(head[0], []).append(head[1])
    if len(set("".join(groups))) < sum(map(len, groups)):
        return "|".join(parts)  # a letter in two classes: the order between the groups would tell
    branches = []
    for letters, rests in groups.items():
        inner = alternation(rests, depth - 1)
        branches.append(f"(?-i:[{letters}])" + (f"(?:{inner})" if len(rests) > 1 else inner))
    return "|".join(branches)


def _head(part: str) -> tuple[str, str] | None:
    """The letters a part may begin with and its rest; None where it begins with something else than one letter."""
    first, rest = (_YO, part[len(_YO) :]) if part.startswith(_YO) else (part[:1], part[1:])
    if rest[:1] in ("*", "+", "?", "{") and rest:
        return None
    if first == _YO:
        return _letters_like("е") + _letters_like("ё"), rest
    # A group must hold all that begins with its letters, so е alone, which [её] holds too, is not told apart from it.
    return (_letters_like(first), rest) if first.isalpha() and first.lower() not in "её" else None


@cache
def _cased() -> str:
    letters = (chr(code) for codes in _RANGES for code in codes)
    return "".join(letter for letter in letters if letter.lower() != letter or letter.upper() != letter)


@cache
def _letters_like(letter: str) -> str:
    """The letters that `re` takes for this one where case does not count, itself among them."""
    return "".join(sorted({letter, *re.compile(letter, re.IGNORECASE).findall(_cased())}))
