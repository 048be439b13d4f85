"""Holders told by a noun that no list knows; refuses one that does not stand right beside its verb of saying."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.russian.clause import GENITIVE, MODIFIERS_MAX, POSSESSIVES, VERBAL, Phrases, Subject
from counterclaim.read.russian.endings import agrees, plain
from counterclaim.read.russian.heads import ADJECTIVE
from counterclaim.record.account import Worded

_BEFORE_TAG = re.compile(r"[,—–]\s*(?:как\s+)?\Z")
_AFTER_NOUN = re.compile(
    r"\s+(?:(?:вчера|сегодня|потом|позже|нам|мне|журналистам|изданию)\s+)?([а-яё-]{4,})(?=\s*[,.—–]|\s[а-яё]+[,.])"
)
_NOUN_BEFORE = re.compile(
    r"(?:\A|[.;:—–]\s+|,\s+(?:и|а|но)\s+)\s*([А-ЯЁа-яё][а-яё-]{3,})\s+(?:уже\s+|позже\s+|также\s+)?\Z"
)
_THAT = re.compile(r"[^.;:,]{0,40}(?:,\s*(?:что|будто)\b|:)")
_CONSONANTS = "бвгджзклмнпрстфхцчшщйь"


class Nouns(Phrases):
    """One sentence, and who is said to say something in it by any noun."""

    def noun_at(self, begin: int, end: int) -> Subject | None:
        """`По версии охраны`: the genitive right at `begin`, whatever noun it is."""
        near = [token for token in self.tokens if begin <= token.start and token.end <= end][: MODIFIERS_MAX + 1]
        while near and (ADJECTIVE.search(near[0].low) or near[0].low in POSSESSIVES):
            near.pop(0)
        if not near or not GENITIVE.search(near[0].low) or lexicon_of("ru").is_function_word(near[0].text):
            return None
        span = self.span(begin, self.genitive_end(near[0].end, end))
        return Worded(span=span), span, span.start

    def noun_beside(self, start: int, end: int, verb: str) -> Subject | None:
        """`..., уверяет комбат, ...`, `Комбат уверяет, что ...`: a noun no list knows, right beside its verb."""
        after = _AFTER_NOUN.match(self.masked, end) if _BEFORE_TAG.search(self.masked[:start]) else None
        ahead = None if after else _NOUN_BEFORE.search(self.masked[:start])
        if ahead and not _THAT.match(self.masked, end):
            return None
        found = after or ahead
        if found is None:
            return None
        low = plain(found.group(1))
        gender = "f" if low[-1] in "ая" else "p" if low[-1] in "ыи" else "m" if low[-1] in _CONSONANTS else ""
        known = lexicon_of("ru").is_function_word(low) or ADJECTIVE.search(low) or VERBAL.search(low)
        if known or not gender or not agrees(gender, verb) or lexicon_of("ru").pattern("no_speakers").fullmatch(low):
            return None
        until = found.end(1) if ahead else self.genitive_end(found.end(1), len(self.masked))
        span = self.span(found.start(1), until)
        return Worded(span=span), span, span.start

    def other_in(self, begin: int, end: int, verb: str) -> Subject | None:
        """`Второй вину отрицает`, `сказал один из них`: somebody told by a word that stands for a noun."""
        others = lexicon_of("ru").table("pronoun_subjects")
        for index, token in enumerate(self.tokens):
            if token.start < begin or token.end > end:
                continue
            fits = [gender for gender in "mfp" if token.low in others[gender]]
            if not fits or self._is_governed(token.start) or not (verb in fits or (verb == "s" and fits != ["p"])):
                continue
            following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
            of = following is not None and following.low == "из" and index + 2 < len(self.tokens)
            until = self.genitive_end(self.tokens[index + 2].end, end) if of else token.end
            if fits == ["p"] and not of:
                until = self.genitive_end(token.end, end)
            span = self.span(token.start, until)
            return Worded(span=span), span, span.start
        return None

    def in_office(self, begin: int, end: int, verb: str) -> Subject | None:
        """`В управлении уточняют`: a plural verb, and where they say it is an office told by a common noun."""
        if verb != "p":
            return None
        offices = lexicon_of("ru").words("office_places")
        for index, token in enumerate(self.tokens):
            if token.start < begin or token.end > end or token.low not in offices:
                continue
            back = index - 1
            while back >= max(0, index - MODIFIERS_MAX) and ADJECTIVE.search(self.tokens[back].low):
                back -= 1
            near = [self.tokens[back]] if back >= 0 and self.tokens[back].low in {"в", "во"} else []
            if near and self._touch(near[-1], token.start):
                span = self.span(near[-1].end, self.genitive_end(token.end, end))
                return Worded(span=span), span, self.sentence.start + near[-1].start
        return None
