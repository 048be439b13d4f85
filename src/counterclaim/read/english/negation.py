"""Whether a negation governs words of a sentence; refuses to look across a clause."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of, pattern_of

NEGATION_CHARACTERS_MAX = 120  # a negation farther back belongs to another clause


def negated(text: str, at: int) -> bool:
    """Whether a negation or a verb of denying governs the words at `at`: in the same clause, before them."""
    lexicon = lexicon_of("en")
    before = text[max(0, at - NEGATION_CHARACTERS_MAX) : at]
    ends = pattern_of(lexicon.words("negation_ends"))
    clause = re.split(r"[;:.!?“”\"]", before)[-1]
    last = [found.end() for found in ends.finditer(clause)]
    clause = clause[last[-1] :] if last else clause
    return lexicon.pattern("negations").search(clause) is not None
