"""Whether a negation governs words of a Russian sentence; refuses to look across a clause."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of, pattern_of

NEGATION_CHARACTERS_MAX = 120  # a negation farther back belongs to another clause
AFTER_CHARACTERS_MAX = 60
_CLAUSE = re.compile(r"[;:.!?«»“”\"„—–]|,\s*(?:что|котор|где|когда|а\b|но\b)")
_AFTER = re.compile(
    r"[^;:.!?«»“”\"„—–,]{0,60}?\b(?:не\s+(?:был\w*|применял\w*|применяется|применяются|подтвер\w+|нашл\w+|выявлен\w*|установлен\w*|фиксир\w+"
    r"|зафиксирован\w*|происход\w+|имел\w*|было|допуска\w+)|нет\b|отсутств\w+)",
    re.IGNORECASE,
)


def negated(text: str, at: int) -> bool:
    """Whether a negation or a verb of denying governs the words at `at`, before them or, as Russian may put it, after.

    `Насилие не применялось` negates what stands before it.
    """
    lexicon = lexicon_of("ru")
    before = _CLAUSE.split(text[max(0, at - NEGATION_CHARACTERS_MAX) : at])[-1]
    ends = [found.end() for found in pattern_of(lexicon.words("negation_ends")).finditer(before)]
    clause = before[ends[-1] :] if ends else before
    if lexicon.pattern("negations").search(clause):
        return True
    return _AFTER.match(text, at, at + NEGATION_CHARACTERS_MAX) is not None
