"""Whose words a sentence gives without a verb of saying: a label, a noun of saying; refuses a topic before a colon."""

from __future__ import annotations

import re
from dataclasses import dataclass

from counterclaim.read.turkic.holders import Holder, of_phrase
from counterclaim.read.turkic.phrases import Phrase, Sentence
from counterclaim.record.passage import Span

LABEL_CHARACTERS_MAX = 140  # a headline's label is short; a colon farther on opens a list or an explanation
_COLON = re.compile(r"\s*(?:\([^()]{1,40}\))?\s*:(?=\s)")
_LEADS = re.compile(r"\s*(?:[^\s.:;!?“]+\s+){0,7}?[^\s.:;!?“]+\s*:(?=\s)")
_CLOSES = re.compile(r"(?:yönünde|şeklinde|biçiminde|istiqamətində|şəklində)(?:dir|ydi|ydı|idi)?\W*\Z")
_QUOTED_NOUN = re.compile(r"”\s+(\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Whose words they are, where the label ends, and the noun of saying where there is one."""

    holder: Holder
    noun: Span | None
    act: str | None


def label_of(sentence: Sentence) -> Label | None:
    """Give the label of a sentence that no verb of saying attributes.

    `X: ...`; `X'in yanıtı kısa oldu: ...`; `X'ten Y'ye tepki: ...`; `X'ten “...” yanıtı`; `X'in iddiası, ... yönünde`;
    `X'ten iddialara yalanlama`.
    """
    head = next((p for p in sentence.phrases if p.start - sentence.span.start <= LABEL_CHARACTERS_MAX), None)
    if head is None:
        return None
    for phrase in sentence.phrases:
        if phrase.start - sentence.span.start > LABEL_CHARACTERS_MAX:
            return None
        opens = not sentence.between(sentence.span.start, phrase.start).strip(" -–—@•*")
        if phrase.case == "nom" and opens and _names(phrase):
            found = _COLON.match(sentence.between(phrase.end, sentence.span.end))
            if found and sentence.between(phrase.end + found.end(), sentence.span.end).strip():
                return Label(holder=of_phrase(sentence, phrase), noun=None, act=None)
        if phrase.case in {"gen", "abl"} and _names(phrase) and (label := _by_noun(sentence, phrase)):
            return label
    return None


def _names(phrase: Phrase) -> bool:
    return phrase.role or (phrase.entity is not None and phrase.entity.type not in {"country", "place", "facility"})


def _by_noun(sentence: Sentence, phrase: Phrase) -> Label | None:
    """A noun of saying behind who owns it or whom it comes from, and a sign that what is said stands beside it."""
    rest = sentence.between(phrase.end, sentence.span.end)
    colon = _LEADS.match(rest)
    last = phrase.end + colon.end() if colon else sentence.span.end
    for token in sentence.tokens:
        if token.start < phrase.end or token.end > last:
            continue
        noun = sentence.words.noun(token.small, sentence.words.stems("label_nouns"))
        if noun is None or noun.ending.case != "nom":
            continue
        owned = noun.ending.owned
        at = sentence.cut(token.start, token.end)
        behind = sentence.between(token.end, sentence.span.end).strip(" .!”")
        quoted = any(
            found.start(1) + sentence.span.start == token.start for found in _QUOTED_NOUN.finditer(sentence.masked)
        )
        told = colon is not None or (quoted and not behind) or (owned and _CLOSES.search(sentence.masked) is not None)
        refuses = sentence.words.noun(token.small, sentence.words.stems("refusal_nouns")) is not None
        if phrase.case == "gen" and owned and told and token.start - phrase.end <= 1:
            return Label(holder=of_phrase(sentence, phrase), noun=at, act="denial" if refuses else None)
        if phrase.case == "abl" and (told or (refuses and not behind)):
            return Label(holder=of_phrase(sentence, phrase), noun=at, act="denial" if refuses else None)
    return None
