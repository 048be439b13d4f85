"""The head noun of a body's name and its gender; refuses to call an oblique case a subject."""

from __future__ import annotations

import re
from functools import cache

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.russian.endings import forms_of, plain

ADJECTIVE = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ых|их|ой|ому|ему|ым|им|ыми|ими|ую|юю|вший|вшая|вшие)\Z")
_GENDERED_BODY = {"о": "n", "е": "n", "а": "f", "я": "f", "ь": "f"}


def body_gender(name: str) -> str:
    """Give the gender of a body told in the nominative by its first noun, or `oblique`."""
    for word in name.split():
        low = plain(word)
        if ADJECTIVE.search(low) and not low.endswith(("ание", "ение")) and len(name.split()) > 1 and low != "полицией":
            if low.endswith(("ый", "ий", "ое", "ее")):
                continue
            if low.endswith(("ая", "яя")):
                continue
            if low.endswith(("ые", "ие")):
                return "p"
            if low.endswith("ой") and any(head_gender(plain(other)) == "m" for other in name.split()):
                continue  # `Областной суд`
            if low.endswith(("ой", "ого", "его", "ых", "их", "ому", "ему", "ым", "им", "ую")):
                return "oblique"
        return head_gender(low) or "e"
    return "e"


@cache
def _nominatives() -> dict[str, str]:
    table = lexicon_of("ru").table("body_heads")
    out: dict[str, str] = {}
    for phrases in table.values():
        for phrase in phrases:
            word = (
                plain(phrase.split()[-1])
                if not phrase.endswith(("полиции", "содержания", "безопасности"))
                else plain(phrase.split()[0])
            )
            out[word] = _GENDERED_BODY.get(word[-1], "p" if word[-1] in "ыи" else "m")
    return out


@cache
def _obliques() -> frozenset[str]:
    return frozenset(form for word in _nominatives() for form in forms_of(word)) - frozenset(_nominatives())


def head_gender(low: str) -> str:
    """Give the gender of a head noun in the nominative, `oblique` for its other cases, blank for any other word."""
    if low in _nominatives():
        return _nominatives()[low]
    return "oblique" if low in _obliques() else ""
