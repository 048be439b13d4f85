"""Bodies and groups that a page names by common nouns: the ministry, the police, former prisoners; refuses a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from counterclaim.read.turkic.countries import demonyms
from counterclaim.read.turkic.tokens import Token
from counterclaim.read.turkic.words import Noun, Words
from counterclaim.record.account import EntityType
from counterclaim.record.passage import Span

WINDOW = 3
# `hareket etti`, `idarə edib`, `haber verildi`: the noun is half of a verb
LIGHT_VERB = re.compile(r"(?:et(?:t[iı]|m[eəi]|s[eə]|di)|ed(?:i[lbpyr]|ə|e[rcn])|bulun|olun)\w*")
_COLLECTIVES = frozenset({"müxalifət", "muhalefet", "vətəndaş cəmiyyət", "sivil toplum"})


def common_nouns_of(sentence: Span, tokens: tuple[Token, ...], words: Words) -> Iterator[tuple[EntityType, Span]]:
    """Give the common nouns of a sentence that stand for a body or a group, the longest phrase first."""
    at = 0
    while at < len(tokens):
        for size in range(min(WINDOW, len(tokens) - at), 0, -1):
            part = tokens[at : at + size]
            if not _together(sentence, part):
                continue
            joined = " ".join([*(token.low for token in part[:-1]), part[-1].small])
            noun = words.noun(joined, words.common_bodies)
            if noun is None or (noun.kind == "group" and not (noun.ending.plural or _is_many(noun.stem))):
                continue
            if _is_half_a_verb(noun, tokens[at + size : at + size + 1]):
                continue
            start, last = part[0].start, part[-1]
            end = start + noun.bare if last.bare == len(last.text) else last.start + last.bare
            adjective = tokens[at - 1] if at else None
            if noun.kind == "group" and adjective and adjective.low in words.small("group_adjectives"):
                start = adjective.start
            yield noun.kind, _span(sentence, start, end)  # type: ignore[misc]
            at += size
            break
        else:
            if tokens[at].low in demonyms(words.language) and _official_next(tokens, at, words):
                yield "country", _span(sentence, tokens[at].start, tokens[at].end)
            at += 1


def _is_half_a_verb(noun: Noun, following: tuple[Token, ...]) -> bool:
    bare = noun.ending.case == "nom" and not noun.ending.owned
    return bare and any(LIGHT_VERB.fullmatch(token.low) for token in following)


def _is_many(stem: str) -> bool:
    """Whether the stem of a group's noun is a plural, or stands for many by itself."""
    parts = stem.split()
    plural = any(re.search(r"l[aeə]r[ıi]?\Z", part) for part in parts)
    return plural or stem in _COLLECTIVES


def _together(sentence: Span, part: tuple[Token, ...]) -> bool:
    return all(
        sentence.text[left.end - sentence.start : right.start - sentence.start].isspace()
        for left, right in pairwise(part)
    )


def _official_next(tokens: tuple[Token, ...], at: int, words: Words) -> bool:
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return following is not None and words.noun(following.small, words.common_bodies) is not None


def _span(sentence: Span, start: int, end: int) -> Span:
    return Span(start=start, end=end, text=sentence.text[start - sentence.start : end - sentence.start])
